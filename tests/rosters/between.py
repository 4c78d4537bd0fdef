"""What stands between rows and below them: headers again, totals, notes, blanks, merged cells."""

from __future__ import annotations

from rosters.books import xlsx
from rosters.cases import Case
from rosters.layout import BOTH, ESTATES

CASES = [
    Case(
        "the header again on every page",
        lambda folder: xlsx(folder / "小区花名册.xlsx", {"Sheet1": [*ESTATES[:2], ESTATES[0], ESTATES[2]]}),
        becomes=BOTH,
        says="info dropped-row 3 - 社区",
        meant=ESTATES,
        hard="takes the header for a unit, and all figures for text",
    ),
    Case(
        "the title and the header again on every page",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {
                "Sheet1": [
                    ("新河镇小区花名册",),
                    *ESTATES[:2],
                    (None,),
                    ("新河镇小区花名册",),
                    ESTATES[0],
                    ESTATES[2],
                ]
            },
            merged=["A1:C1", "A5:C5"],
        ),
        becomes=BOTH,
        says="""
            info dropped-row 5 - 新河镇小区花名册
            info dropped-row 6 - 社区
        """,
        meant=ESTATES,
        hard="takes the title for the header, and title and header for units",
    ),
    Case(
        "ordinals and a total",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {
                "Sheet1": [
                    ("序号", "社区", "小区", "户数"),
                    (1, "东村", "三号院", 120),
                    (2, "西村", "四号院", 80),
                    ("合 计", None, None, 200),
                ]
            },
        ),
        becomes=BOTH,
        says="info dropped-row 4 - 合 计",
        meant=[("序号", *ESTATES[0]), (1, *ESTATES[1]), (2, *ESTATES[2])],
        hard="takes the total for a unit",
    ),
    Case(
        "totals of every community and of all",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {
                "Sheet1": [
                    ESTATES[0],
                    ESTATES[1],
                    ("东村", "小计", 120),
                    ESTATES[2],
                    ("西村", "小计:", 80),
                    ("总计", None, 200),
                    ("平均", None, 100),
                ]
            },
        ),
        becomes=BOTH,
        says="""
            info dropped-row 3 - 东村
            info dropped-row 5 - 西村
            info dropped-row 6 - 总计
            info dropped-row 7 - 平均
        """,
        meant=ESTATES,
        hard="takes four totals for units",
    ),
    Case(
        "notes and signatures below",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {
                "Sheet1": [
                    *ESTATES,
                    (None,),
                    ("备注:户数含出租房",),
                    ("1.以上数据截至4月底;2.由各村填报",),
                    ("填表人:王五", None, "审核人:赵六"),
                    ("填报日期:2022年4月30日",),
                ]
            },
            merged=["A5:C5"],
        ),
        becomes=BOTH,
        says="""
            info dropped-row 5 - 备注:户数含出租房
            info dropped-row 6 - 1.以上数据截至4月底;2.由各村填报
            info dropped-row 7 - 填表人:王五
            info dropped-row 8 - 填报日期:2022年4月30日
        """,
        meant=ESTATES,
        hard="takes notes and signatures for units",
    ),
    Case(
        "a remark beside the table is no remark below it",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {"Sheet1": [(*ESTATES[0], "备注"), (*ESTATES[1], "说明:含商铺"), (*ESTATES[2], None)]},
        ),
        becomes=BOTH,
        meant=[(*ESTATES[0], "备注"), (*ESTATES[1], "说明:含商铺"), (*ESTATES[2], None)],
    ),
    Case(
        "blank rows and blank columns between",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {
                "Sheet1": [
                    ("社区", None, "小区", "户数"),
                    (None,) * 4,
                    ("东村", None, "三号院", 120),
                    (None,) * 4,
                    ("西村", None, "四号院", 80),
                    (None,) * 4,
                ]
            },
        ),
        becomes=BOTH,
        meant=ESTATES,
        hard="rows of blanks stay, and a column without a name",
    ),
    Case(
        "a community written once for all its estates, merged",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {"Sheet1": [("小区", "社区"), *((f"{i}幢", "东村" if i == 5 else None) for i in range(5, 15))]},
            merged=["B2:B11"],
        ),
        becomes="\n".join(
            f"+ units 3301/{i}幢 estate {i}幢\n+ links 3301/{i}幢 territory 3301" for i in range(5, 15)
        ),
        meant=[("小区", "社区"), *((f"{i}幢", "东村") for i in range(5, 15))],
        hard="nine of ten estates have no community",
    ),
    Case(
        "a blank cell means as above",
        lambda folder: xlsx(
            folder / "微网格长花名册.xlsx",
            {
                "Sheet1": [
                    ("社区", "小区", "微网格"),
                    ("东村", "一号院", "甲格"),
                    (None, None, "乙格"),
                    (None, "二号院", "丙格"),
                    ("西村", "一号院", "丁格"),
                    (None, None, "戊格"),
                ]
            },
        ),
        becomes="""
            + units 3301/一号院/甲格 micro_grid 甲格
            + units 3301/一号院/乙格 micro_grid 乙格
            + units 3301/二号院/丙格 micro_grid 丙格
            + units 3302/一号院/丁格 micro_grid 丁格
            + units 3302/一号院/戊格 micro_grid 戊格
            + links 3301/一号院/甲格 territory 3301/一号院
            + links 3301/一号院/乙格 territory 3301/一号院
            + links 3301/二号院/丙格 territory 3301/二号院
            + links 3302/一号院/丁格 territory 3302/一号院
            + links 3302/一号院/戊格 territory 3302/一号院
        """,
        meant=[
            ("社区", "小区", "微网格"),
            ("东村", "一号院", "甲格"),
            ("东村", "一号院", "乙格"),
            ("东村", "二号院", "丙格"),
            ("西村", "一号院", "丁格"),
            ("西村", "一号院", "戊格"),
        ],
        hard="four blanks of six stay blank",
    ),
    Case(
        "one figure merged over two rows",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {"Sheet1": [ESTATES[0], ("东村", "三号院", 120), ("东村", "五号院", None)]},
            merged=["C2:C3"],
        ),
        becomes="""
            + units 3301/三号院 estate 三号院
            + units 3301/五号院 estate 五号院
            + links 3301/三号院 territory 3301
            + links 3301/五号院 territory 3301
            + measures 3301/三号院 households 120
        """,
        says="warning merged-figure 2 户数 合并 2 行",
        meant=[ESTATES[0], ("东村", "三号院", 120), ("东村", "五号院", None)],
    ),
    Case(
        "two tables in one sheet, one below the other",
        lambda folder: xlsx(
            folder / "花名册.xlsx",
            {
                "Sheet1": [
                    ("小区花名册",),
                    *ESTATES,
                    (None,),
                    ("微网格长花名册",),
                    ("社区", "小区", "微网格", "微网格长"),
                    ("东村", "一号院", "甲格", "孙三"),
                ]
            },
        ),
        says="error ambiguous-roster - - town/estates、town/micro_grids",
        refused=True,
    ),
]
