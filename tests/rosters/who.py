"""Who and what is meant: near names, people of one name, one person in two rosters, snapshots."""

from __future__ import annotations

from rosters.books import csv, xlsx
from rosters.cases import Case

PLACES = ("编号", "名称", "类别", "上级")
ESTATES = ("社区", "小区", "状态")
MEMBERS = ("姓名", "所在支部", "联系电话", "身份证号")
INFO = ("姓名", "所在党支部", "手机号码", "公民身份号码")
GRIDS = ("社区", "小区", "微网格", "微网格长", "联系电话")
ONE, TWO = "11010519491231002X", "110105194912310011"

CASES = [
    Case(
        "a community called by its committee, and one with a wrong character",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {"Sheet1": [ESTATES, ("东村村委会", "三号院", None), ("东付", "四号院", None)]},
        ),
        says="""
            error missing-parent 2 社区 东村村委会
            error missing-parent 3 社区 东付
        """,
        refused=True,
    ),
    Case(
        "a new village that may be an old one",
        lambda folder: xlsx(
            folder / "地点花名册.xlsx",
            {"Sheet1": [PLACES, ("3305", "东村居委会", "村", "33"), ("3306", "南村", "村", "33")]},
        ),
        becomes="""
            + units 3305 village 东村居委会
            + units 3306 village 南村
            + links 3305 territory 33
            + links 3306 territory 33
        """,
        says="warning near-name 2 名称 东村居委会",
        meant=[PLACES, ("3305", "东村居委会", "村", "33"), ("3306", "南村", "村", "33")],
        hard="takes codes for numbers, and knows nothing of what is known",
    ),
    Case(
        "one name in two places",
        lambda folder: xlsx(
            folder / "微网格长花名册.xlsx",
            {"Sheet1": [GRIDS[:3], ("东村", "一号院", "甲格"), ("西村", "一号院", "甲格")]},
        ),
        becomes="""
            + units 3301/一号院/甲格 micro_grid 甲格
            + units 3302/一号院/甲格 micro_grid 甲格
            + links 3301/一号院/甲格 territory 3301/一号院
            + links 3302/一号院/甲格 territory 3302/一号院
        """,
        meant=[GRIDS[:3], ("东村", "一号院", "甲格"), ("西村", "一号院", "甲格")],
    ),
    Case(
        "references by id, by code, by path, by name; an ambiguous one",
        lambda folder: xlsx(
            folder / "党组织花名册.xlsx",
            {
                "Sheet1": [
                    ("党组织名称", "组织类别", "上级党组织", "覆盖"),
                    ("三支部", "支部", "镇党委", "3301/一号院"),
                    ("四支部", "支部", "镇党委", "3302"),
                    ("五支部", "支部", "镇党委", "西村/一号院"),
                    ("六支部", "支部", "镇党委", "二号院"),
                    ("七支部", "支部", "镇党委", "一号院"),
                ]
            },
        ),
        becomes="""
            + units 镇党委/三支部 branch 三支部
            + units 镇党委/四支部 branch 四支部
            + units 镇党委/五支部 branch 五支部
            + units 镇党委/六支部 branch 六支部
            + units 镇党委/七支部 branch 七支部
            + links 镇党委/三支部 party 镇党委
            + links 镇党委/四支部 party 镇党委
            + links 镇党委/五支部 party 镇党委
            + links 镇党委/六支部 party 镇党委
            + links 镇党委/七支部 party 镇党委
            + links 镇党委/三支部 covers 3301/一号院
            + links 镇党委/四支部 covers 3302
            + links 镇党委/五支部 covers 3302/一号院
            + links 镇党委/六支部 covers 3301/二号院
        """,
        says="error ambiguous-name 6 覆盖 一号院",
        refused=True,
    ),
    Case(
        "a kind under a parent where it may not stand",
        lambda folder: xlsx(
            folder / "党组织花名册.xlsx",
            {"Sheet1": [("党组织名称", "组织类别", "上级党组织"), ("乙组", "党小组", "镇党委")]},
        ),
        becomes="""
            + units 镇党委/乙组 group 乙组
            + links 镇党委/乙组 party 镇党委
        """,
        says="error wrong-parent-kind 2 上级党组织 乙组 (镇党委/乙组) → 镇党委 [committee]",
        refused=True,
    ),
    Case(
        "three people of one name",
        lambda folder: xlsx(
            folder / "党员花名册.xlsx",
            {
                "Sheet1": [
                    MEMBERS,
                    ("张伟", "一支部", 13800000001, None),
                    ("张伟", "一支部", 13800000002, None),
                    ("张伟", "二支部", None, None),
                ]
            },
        ),
        becomes="""
            + people 张伟
            + people 张伟
            + people 张伟
            + memberships 张伟 member 镇党委/一支部
            + memberships 张伟 member 镇党委/一支部
            + memberships 张伟 member 镇党委/二支部
            + contacts 张伟 phone 13800000001
            + contacts 张伟 phone 13800000002
        """,
        meant=[
            MEMBERS,
            ("张伟", "一支部", "13800000001", None),
            ("张伟", "一支部", "13800000002", None),
            ("张伟", "二支部", None, None),
        ],
        hard="makes numbers with a point of phones, since one is blank",
    ),
    Case(
        "one name twice in one unit, and nothing that tells them apart",
        lambda folder: xlsx(
            folder / "党员花名册.xlsx",
            {
                "Sheet1": [
                    ("姓名", "所在支部", "学历"),
                    ("张伟", "一支部", "本科"),
                    ("张伟", "一支部", "大专"),
                ]
            },
        ),
        becomes="""
            + people 张伟 education=本科
            + memberships 张伟 member 镇党委/一支部
        """,
        says="""
            error ambiguous-name 2 姓名 张伟
            error ambiguous-name 3 姓名 张伟
            error rows-disagree 2 学历 张伟: 本科
            error rows-disagree 3 学历 张伟: 大专
        """,
        refused=True,
    ),
    Case(
        "one person in two rosters, by phone",
        lambda folder: [
            xlsx(folder / "1.xlsx", {"党员花名册": [MEMBERS[:3], ("钱二", "一支部", "138-0000-0002")]}),
            xlsx(
                folder / "2.xlsx",
                {"微网格长花名册": [GRIDS, ("东村", "一号院", "甲格", "钱 二", 13800000002)]},
            ),
        ],
        becomes="""
            + units 3301/一号院/甲格 micro_grid 甲格
            + links 3301/一号院/甲格 territory 3301/一号院
            + people 钱二
            + memberships 钱二 member 镇党委/一支部
            + memberships 钱二 leader 3301/一号院/甲格
            + contacts 钱二 phone 13800000002
        """,
        says="info same-person 2 微网格长 钱二",
        meant=[MEMBERS[:3], ("钱二", "一支部", "13800000002")],
        hard="keeps two spellings of one phone, and never compares two files",
    ),
    Case(
        "one person in two rosters, by identity number, old and new",
        lambda folder: [
            csv(folder / "党员花名册.csv", [MEMBERS, ("钱二", "一支部", None, ONE.lower())]),
            csv(folder / "党员信息花名册.csv", [INFO, ("钱二", "二支部", None, "110105491231002")]),
        ],
        becomes="""
            + people 钱二
            + memberships 钱二 member 镇党委/一支部
            + memberships 钱二 member 镇党委/二支部
            + contacts 钱二 id_hash …
        """,
        says="info same-person 2 姓名 钱二",
        meant=[MEMBERS, ("钱二", "一支部", None, ONE)],
        hard="keeps two forms of one number",
    ),
    Case(
        "one identity number and two names",
        lambda folder: xlsx(
            folder / "党员花名册.xlsx",
            {"Sheet1": [MEMBERS, ("钱二", "一支部", None, ONE), ("孙三", "一支部", None, ONE)]},
        ),
        becomes="""
            + people 钱二
            + memberships 钱二 member 镇党委/一支部
            + contacts 钱二 id_hash …
        """,
        says="error other-name 3 姓名 孙三",
        refused=True,
    ),
    Case(
        "phones as spreadsheets and people write them",
        lambda folder: xlsx(
            folder / "党员花名册.xlsx",
            {
                "Sheet1": [
                    MEMBERS[:3],
                    ("赵甲", "一支部", 13800000001.0),
                    ("赵乙", "一支部", "1.3800000002E10"),
                    ("赵丙", "一支部", "138-0000-0003"),
                    ("赵丁", "一支部", "138 0000 0004"),
                    ("赵戊", "一支部", "+86 13800000005"),
                    ("赵己", "一支部", "１３８０００００００６"),
                    ("赵庚", "一支部", "13800000007/0573-83380000"),
                    ("赵辛", "一支部", "13800000008(妻) 13800000009"),
                    ("赵壬", "一支部", "13800000010.0"),
                ]
            },
        ),
        becomes="\n".join(
            f"+ people 赵{c}\n+ memberships 赵{c} member 镇党委/一支部" for c in "甲乙丙丁戊己庚辛壬"
        )
        + """
            + contacts 赵甲 phone 13800000001
            + contacts 赵乙 phone 13800000002
            + contacts 赵丙 phone 13800000003
            + contacts 赵丁 phone 13800000004
            + contacts 赵戊 phone 13800000005
            + contacts 赵己 phone 13800000006
            + contacts 赵庚 phone 13800000007
            + contacts 赵庚 phone 0573-83380000
            + contacts 赵辛 phone 13800000008
            + contacts 赵辛 phone 13800000009
            + contacts 赵壬 phone 13800000010
        """,
        meant=[
            MEMBERS[:3],
            *(
                (f"赵{c}", "一支部", p)
                for c, p in zip("甲乙丙丁戊己", (f"1380000000{i}" for i in range(1, 7)), strict=True)
            ),
            ("赵庚", "一支部", "13800000007、0573-83380000"),
            ("赵辛", "一支部", "13800000008、13800000009"),
            ("赵壬", "一支部", "13800000010"),
        ],
        hard="keeps nine spellings, one of them a number",
    ),
    Case(
        "phones and identity numbers that are none, masked",
        lambda folder: csv(
            folder / "党员花名册.csv",
            [
                MEMBERS,
                ("赵甲", "一支部", "1.38E+10", None),
                ("赵乙", "一支部", "12345678901", None),
                ("赵丙", "一支部", None, "110105194912310021"),
                ("赵丁", "一支部", None, "110105194913310020"),
                ("赵戊", "一支部", None, "1.10105E+17"),
            ],
        ),
        becomes="\n".join(f"+ people 赵{c}\n+ memberships 赵{c} member 镇党委/一支部" for c in "甲乙丙丁戊"),
        says="""
            warning bad-phone 2 联系电话 ****
            warning bad-phone 3 联系电话 123****8901
            error bad-id-number 4 身份证号 110105********0021
            error bad-id-number 5 身份证号 110105********0020
            error bad-id-number 6 身份证号 ********
        """,
        refused=True,
    ),
    Case(
        "born, joined, became full: in that order, and as the identity number says",
        lambda folder: xlsx(
            folder / "党员信息花名册.xlsx",
            {
                "Sheet1": [
                    ("姓名", "出生年月", "入党时间", "转正时间", "所在党支部", "公民身份号码"),
                    ("赵甲", "1949.12", "1970.07", "1971.07", "一支部", ONE),
                    ("赵乙", "1998.07", "1990.07", "1991.07", "一支部", None),
                    ("赵丙", None, "2019.07", "2018.07", "一支部", None),
                    ("赵丁", "1950.12", "1940.01", None, "一支部", TWO),
                ]
            },
        ),
        becomes="""
            + people 赵甲 birth=1949-12-01
            + people 赵乙 birth=1998-07-01
            + people 赵丙
            + people 赵丁 birth=1950-12-01
            + memberships 赵甲 member 镇党委/一支部 joined=1970-07-01 became_full=1971-07-01
            + memberships 赵乙 member 镇党委/一支部 joined=1990-07-01 became_full=1991-07-01
            + memberships 赵丙 member 镇党委/一支部 joined=2019-07-01 became_full=2018-07-01
            + memberships 赵丁 member 镇党委/一支部 joined=1940-01-01
            + contacts 赵甲 id_hash …
            + contacts 赵丁 id_hash …
        """,
        says="""
            error date-order 3 入党时间 1990-07-01
            error date-order 4 转正时间 2018-07-01
            error date-order 5 入党时间 1940-01-01
            warning birth-differs 5 出生年月 ****
        """,
        refused=True,
    ),
    Case(
        "a snapshot that would end more than a tenth",
        lambda folder: xlsx(folder / "小区花名册.xlsx", {"Sheet1": [ESTATES, ("东村", "一号院", None)]}),
        options={"mode": "snapshot"},
        says="error snapshot-ends-many - - 1 / 2",
        refused=True,
    ),
    Case(
        "a snapshot in which one unit has another name",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {"Sheet1": [ESTATES, ("东村", "一号院", None), ("东村", "二号院南区", "在建")]},
        ),
        options={"mode": "snapshot", "yes": True},
        becomes="""
            + units 3301/二号院南区 estate 二号院南区 status=building
            + links 3301/二号院南区 territory 3301
            - units 3301/二号院 estate 二号院 since=2022-03-31 status=building
            + units 3301/二号院 estate 二号院 since=2022-03-31 until=2022-04-30 status=building
            - links 3301/二号院 territory 3301 since=2022-03-31
            + links 3301/二号院 territory 3301 since=2022-03-31 until=2022-04-30
        """,
        says="warning renamed - territory 二号院 → 二号院南区",
        meant=[ESTATES, ("东村", "一号院", None), ("东村", "二号院南区", "在建")],
    ),
]
