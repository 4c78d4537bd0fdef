"""Where the table stands, and what stands around and between its rows."""

from __future__ import annotations

from rosters.books import csv, xlsx
from rosters.cases import Case

ESTATES = (("社区", "小区", "户数"), ("东村", "三号院", 120), ("西村", "四号院", 80))
"""A sheet as a program would write it."""

BOTH = """
    + units 3301/三号院 estate 三号院
    + units 3302/四号院 estate 四号院
    + links 3301/三号院 territory 3301
    + links 3302/四号院 territory 3302
    + measures 3301/三号院 households 120
    + measures 3302/四号院 households 80
"""
"""What it becomes, however it is dressed up."""

CASES = [
    Case(
        "a plain sheet",
        lambda folder: xlsx(folder / "小区花名册.xlsx", {"小区花名册": ESTATES}),
        becomes=BOTH,
        meant=ESTATES,
    ),
    Case(
        "a title over the table",
        lambda folder: xlsx(
            folder / "1.xlsx", {"Sheet1": [("新河镇小区花名册",), *ESTATES]}, merged=["A1:C1"]
        ),
        becomes=BOTH,
        meant=ESTATES,
        hard="takes the title for the header",
    ),
    Case(
        "a title, a line with unit and day, a blank row",
        lambda folder: xlsx(
            folder / "1.xlsx",
            {
                "Sheet1": [
                    ("新河镇小区花名册", None, None),
                    ("填报单位:新河镇党委", None, "截至2022年4月30日"),
                    (None, None, None),
                    *ESTATES,
                ]
            },
            merged=["A1:C1"],
        ),
        options={"on": None},
        becomes=BOTH,
        meant=ESTATES,
        hard="takes the title for the header, and two more rows for data",
    ),
    Case(
        "headers in two rows with merged groups",
        lambda folder: xlsx(
            folder / "微网格长花名册.xlsx",
            {
                "Sheet1": [
                    ("序号", "所在位置", None, "微网格", "微网格长", None),
                    (None, "社区", "小区", None, "姓名", "联系电话"),
                    (1, "东村", "一号院", "1号微网格", "孙三", "13800000001"),
                ]
            },
            merged=["A1:A2", "B1:C1", "D1:D2", "E1:F1"],
        ),
        becomes="""
            + units 3301/一号院/1号微网格 micro_grid 1号微网格
            + links 3301/一号院/1号微网格 territory 3301/一号院
            + people 孙三
            + memberships 孙三 leader 3301/一号院/1号微网格
            + contacts 孙三 phone 13800000001
        """,
        meant=[
            ("社区", "小区", "微网格", "微网格长", "联系电话"),
            ("东村", "一号院", "1号微网格", "孙三", "13800000001"),
        ],
        hard="takes the upper row for the header and the lower for data",
    ),
    Case(
        "headers in two rows, groups not merged",
        lambda folder: csv(
            folder / "小区花名册.csv",
            [("所在位置", None, "规模", None), ("社区", "小区", "户数", "层数"), ("东村", "三号院", 120, 6)],
        ),
        becomes="""
            + units 3301/三号院 estate 三号院 floors=6
            + links 3301/三号院 territory 3301
            + measures 3301/三号院 households 120
        """,
        meant=[("社区", "小区", "户数", "层数"), ("东村", "三号院", 120, 6)],
        hard="takes the upper row for the header and the lower for data",
    ),
    Case(
        "a header whose units stand in a row of their own",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {
                "Sheet1": [
                    ("社区", "小区", "户数", "面积"),
                    (None, None, "(户)", "(平方米)"),
                    ("东村", "三号院", 120, 3.5),
                ]
            },
        ),
        becomes="""
            + units 3301/三号院 estate 三号院 area=3.5
            + links 3301/三号院 territory 3301
            + measures 3301/三号院 households 120
        """,
        meant=[("社区", "小区", "户数", "面积"), ("东村", "三号院", 120, 3.5)],
        hard="takes the row of units for data",
    ),
    Case(
        "headers merged down over two rows",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {"Sheet1": [ESTATES[0], (None, None, None), *ESTATES[1:]]},
            merged=["A1:A2", "B1:B2", "C1:C2"],
        ),
        becomes=BOTH,
        meant=ESTATES,
        hard="makes a row of blanks of the lower half of the header",
    ),
    Case(
        "headers in three rows",
        lambda folder: xlsx(
            folder / "微网格长花名册.xlsx",
            {
                "Sheet1": [
                    ("基本情况", None, None, None, None),
                    ("位置", None, "微网格", "负责人员", None),
                    ("社区", "小区", None, "微网格长", "联系电话"),
                    ("东村", "一号院", "1号微网格", "孙三", "13800000001"),
                ]
            },
            merged=["A1:E1", "A2:B2", "C2:C3", "D2:E2"],
        ),
        becomes="""
            + units 3301/一号院/1号微网格 micro_grid 1号微网格
            + links 3301/一号院/1号微网格 territory 3301/一号院
            + people 孙三
            + memberships 孙三 leader 3301/一号院/1号微网格
            + contacts 孙三 phone 13800000001
        """,
        meant=[
            ("社区", "小区", "微网格", "微网格长", "联系电话"),
            ("东村", "一号院", "1号微网格", "孙三", "13800000001"),
        ],
        hard="takes the first of three rows for the header",
    ),
    Case(
        "a table that begins at C5",
        lambda folder: xlsx(folder / "小区花名册.xlsx", {"Sheet1": ESTATES}, at="C5"),
        becomes=BOTH,
        meant=ESTATES,
        hard="two columns without a name",
    ),
    Case(
        "line breaks, wide brackets and spaces in headers",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {
                "Sheet1": [
                    ("社 区", "小区\n名称", "户数(户)"),
                    ("东村", "三号院", 120),
                    ("西村", "四号院", 80),
                ]
            },
        ),
        becomes=BOTH,
        meant=ESTATES,
        hard="knows none of the headers",
    ),
    Case(
        "other words for the same",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {
                "Sheet1": [
                    ("所属村(社区)", "小区名称", "户 数"),
                    ("东村", "三号院", 120),
                    ("西村", "四号院", 80),
                ]
            },
        ),
        becomes=BOTH,
        says="warning uncertain-column - 所属村(社区) 0.77",
        meant=ESTATES,
        hard="knows none of the headers",
    ),
]
