"""Codes of units and official numbers: lost zeros and capitals, check digits, placeholders, places."""

from __future__ import annotations

from rosters.books import csv, xlsx
from rosters.cases import Case

PLACES = ("编号", "名称", "类别", "上级")
OFFICES = ("科室代码", "科室", "上级科室")
FIRMS = ("统一社会信用代码", "企业名称", "村社区")

CASES = [
    Case(
        "codes that a default reader takes for numbers",
        lambda folder: csv(
            folder / "科室花名册.csv", [OFFICES, ("0571", "甲科", None), ("0572", "乙科", "0571")]
        ),
        becomes="""
            + units 0571 office 甲科
            + units 0572 office 乙科
            + links 0572 party 0571
        """,
        meant=[OFFICES, ("0571", "甲科", None), ("0572", "乙科", "0571")],
        hard="loses the leading zeros",
    ),
    Case(
        "an apostrophe before a code, a number with a point behind it",
        lambda folder: xlsx(
            folder / "科室花名册.xlsx",
            {
                "Sheet1": [
                    OFFICES,
                    ("'0571", "甲科", None),
                    ("701.0", "乙科", "'0571"),
                    (702.0, "丙科", "701"),
                ]
            },
        ),
        becomes="""
            + units 0571 office 甲科
            + units 701 office 乙科
            + units 702 office 丙科
            + links 701 party 0571
            + links 702 party 701
        """,
        meant=[OFFICES, ("0571", "甲科", None), ("701", "乙科", "0571"), ("702", "丙科", "701")],
        hard="keeps the apostrophe and the point",
    ),
    Case(
        "leading zeros lost from a code that others name whole",
        lambda folder: xlsx(
            folder / "科室花名册.xlsx",
            {"Sheet1": [OFFICES, ("0571", "甲科", None), ("0572", "乙科", 571)]},
        ),
        becomes="""
            + units 0571 office 甲科
            + units 0572 office 乙科
        """,
        says="error missing-parent 3 上级科室 571",
        refused=True,
    ),
    Case(
        "a code that the store knows but for a zero",
        lambda folder: xlsx(folder / "地点花名册.xlsx", {"Sheet1": [PLACES, ("03301", "东村", "村", "33")]}),
        becomes="""
            + units 03301 village 东村
            + links 03301 territory 33
        """,
        says="error nearly-known-code 2 编号 03301",
        refused=True,
    ),
    Case(
        "a code of eighteen digits that was taken for a number",
        lambda folder: csv(folder / "科室花名册.csv", [OFFICES, ("3.30411E+17", "甲科", None)]),
        becomes="+ units 甲科 office 甲科",
        says="error bad-code 2 科室代码 3.30411E+17",
        refused=True,
    ),
    Case(
        "words for no code",
        lambda folder: csv(
            folder / "科室花名册.csv",
            [
                OFFICES,
                ("N/A", "甲科", "无"),
                ("0", "乙科", "-"),
                ("/", "丙科", "0"),
                ("—", "丁科", "NULL"),
                ("无", "戊科", "/"),
            ],
        ),
        becomes="""
            + units 甲科 office 甲科
            + units 乙科 office 乙科
            + units 丙科 office 丙科
            + units 丁科 office 丁科
            + units 戊科 office 戊科
        """,
        meant=[OFFICES, *((None, f"{c}科", None) for c in "甲乙丙丁戊")],
        hard="takes five words for codes",
    ),
    Case(
        "one code with two parents",
        lambda folder: xlsx(
            folder / "科室花名册.xlsx",
            {
                "Sheet1": [
                    OFFICES,
                    ("K1", "甲科", None),
                    ("K2", "乙科", None),
                    ("K3", "丙科", "K1"),
                    ("K3", "丙科", "K2"),
                ]
            },
        ),
        becomes="""
            + units K1 office 甲科
            + units K2 office 乙科
            + units K3 office 丙科
            + links K3 party K1
        """,
        says="""
            error two-parents 4 上级科室 K3 → K1
            error two-parents 5 上级科室 K3 → K2
        """,
        refused=True,
    ),
    Case(
        "a unit above itself, and two above each other",
        lambda folder: xlsx(
            folder / "科室花名册.xlsx",
            {
                "Sheet1": [
                    OFFICES,
                    ("K1", "甲科", "K1"),
                    ("K2", "乙科", "K3"),
                    ("K3", "丙科", "K2"),
                    ("K4", "丁科", None),
                ]
            },
        ),
        becomes="""
            + units K1 office 甲科
            + units K2 office 乙科
            + units K3 office 丙科
            + units K4 office 丁科
            + links K1 party K1
            + links K2 party K3
            + links K3 party K2
        """,
        says="""
            error cycle 2 上级科室 甲科 (K1)
            error cycle 3 上级科室 乙科 (K2)
            error cycle 4 上级科室 丙科 (K3)
        """,
        refused=True,
    ),
    Case(
        "many roots, children before parents",
        lambda folder: xlsx(
            folder / "科室花名册.xlsx",
            {
                "Sheet1": [
                    OFFICES,
                    ("K3", "丙科", "K2"),
                    ("K2", "乙科", "K1"),
                    ("K9", "庚科", None),
                    ("K1", "甲科", None),
                    ("K8", "辛科", "K9"),
                ]
            },
        ),
        becomes="""
            + units K1 office 甲科
            + units K2 office 乙科
            + units K3 office 丙科
            + units K8 office 辛科
            + units K9 office 庚科
            + links K2 party K1
            + links K3 party K2
            + links K8 party K9
        """,
        meant=[
            OFFICES,
            ("K3", "丙科", "K2"),
            ("K2", "乙科", "K1"),
            ("K9", "庚科", None),
            ("K1", "甲科", None),
            ("K8", "辛科", "K9"),
        ],
    ),
    Case(
        "a parent left blank where there must be one",
        lambda folder: xlsx(
            folder / "地点花名册.xlsx",
            {"Sheet1": [PLACES, ("3303", "南村", "村", None), ("34", "旧河镇", "镇", None)]},
        ),
        becomes="""
            + units 3303 village 南村
            + units 34 town 旧河镇
        """,
        says="error no-parent 2 名称 南村 (3303)",
        refused=True,
    ),
    Case(
        "a column of parents that is not there",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx", {"Sheet1": [("小区", "户数"), ("三号院", 120), ("二号院", 60)]}
        ),
        becomes="""
            + units 三号院 estate 三号院
            + measures 三号院 households 120
            + measures 3301/二号院 households 60
        """,
        says="""
            error no-parent 2 小区 三号院 (三号院)
            warning missing-column - 社区 -
        """,
        refused=True,
    ),
    Case(
        "a division whose code does not begin with its parent's",
        lambda folder: xlsx(
            folder / "地点花名册.xlsx",
            {"Sheet1": [PLACES, ("3303", "南村", "村", "33"), ("3404", "北村", "村", "33")]},
        ),
        becomes="""
            + units 3303 village 南村
            + units 3404 village 北村
            + links 3303 territory 33
            + links 3404 territory 33
        """,
        says="warning code-outside-parent 3 编号 3404",
        meant=[PLACES, ("3303", "南村", "村", "33"), ("3404", "北村", "村", "33")],
        hard="takes codes for numbers",
    ),
    Case(
        "credit codes: a letter O for a zero, a wrong check, small letters",
        lambda folder: xlsx(
            folder / "企业花名册.xlsx",
            {
                "Sheet1": [
                    FIRMS,
                    ("91350100M000100Y43", "甲厂", "东村"),
                    ("9135O100M000100Y43", "乙厂", "东村"),
                    ("91350100M000100Y44", "丙厂", "东村"),
                    ("N/A", "丁厂", "东村"),
                ]
            },
        ),
        becomes="""
            + units 91350100M000100Y43 enterprise 甲厂
            + units 9135O100M000100Y43 enterprise 乙厂
            + units 91350100M000100Y44 enterprise 丙厂
            + units 3301/丁厂 enterprise 丁厂
            + links 91350100M000100Y43 territory 3301
            + links 9135O100M000100Y43 territory 3301
            + links 91350100M000100Y44 territory 3301
            + links 3301/丁厂 territory 3301
        """,
        says="""
            error bad-credit-code 3 统一社会信用代码 9135O100M000100Y43
            error bad-credit-code 4 统一社会信用代码 91350100M000100Y44
        """,
        refused=True,
    ),
    Case(
        "days that are half open: no end, an end on the day of the beginning, an end before it",
        lambda folder: xlsx(
            folder / "党组织存续表.xlsx",
            {
                "Sheet1": [
                    ("支部名称", "上级党委", "成立时间", "撤销时间"),
                    ("三支部", "镇党委", "2020.07", "至今"),
                    ("四支部", "镇党委", "2020-07-01", None),
                    ("五支部", "镇党委", "2020-07-01", "2020-07-01"),
                    ("六支部", "镇党委", "2020-07-01", "2019-07-01"),
                ]
            },
        ),
        becomes="""
            + units 镇党委/三支部 branch 三支部 since=2020-07-01
            + units 镇党委/四支部 branch 四支部 since=2020-07-01
            + units 镇党委/五支部 branch 五支部 since=2020-07-01
            + units 镇党委/六支部 branch 六支部 since=2020-07-01
            + links 镇党委/三支部 party 镇党委 since=2022-03-31
            + links 镇党委/四支部 party 镇党委 since=2022-03-31
            + links 镇党委/五支部 party 镇党委 since=2022-03-31
            + links 镇党委/六支部 party 镇党委 since=2022-03-31
        """,
        says="""
            error dates-reversed 4 撤销时间 2020-07-01
            error dates-reversed 5 撤销时间 2019-07-01
        """,
        refused=True,
    ),
]
