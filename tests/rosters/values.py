"""What stands in single cells: days, figures, names, truth, full width, and what is missing or impossible."""

from __future__ import annotations

import datetime as dt

from raw_workbooks import number, sheet, text, workbook
from rosters.books import csv, xlsx
from rosters.cases import Case

BUILT = ("社区", "小区", "建成时间")
DAYS: tuple[tuple[object, dt.date], ...] = (
    (1998.07, dt.date(1998, 7, 1)),
    ("1998年7月", dt.date(1998, 7, 1)),
    (19980701, dt.date(1998, 7, 1)),
    (35977, dt.date(1998, 7, 1)),
    ("1998-7-1", dt.date(1998, 7, 1)),
    ("1998/07", dt.date(1998, 7, 1)),
    ("1998.7.1", dt.date(1998, 7, 1)),
    ("一九九八年七月", dt.date(1998, 7, 1)),
    ("二〇〇八年十二月二十一日", dt.date(2008, 12, 21)),
    ("１９９８年７月１日", dt.date(1998, 7, 1)),
    (dt.datetime(1998, 7, 1), dt.date(1998, 7, 1)),
    ("1998年", dt.date(1998, 1, 1)),
)
FIGURES: tuple[tuple[object, int], ...] = (
    ("1,234", 1234),
    ("60户", 60),
    ("1.2万", 12000),
    ("１２０", 120),
    ("'77", 77),
    (88.0, 88),
    (" 90 ", 90),
    ("两千零五", 2005),
)
ROUGH: tuple[tuple[object, int], ...] = (
    ("26000余", 26000),
    ("约300", 300),
    ("九百多", 900),
    ("500左右", 500),
)


def _estates(values: object) -> list[tuple[str, str, object]]:
    return [("东村", f"{chr(0x7532 + i * 7)}苑{i + 11}", v) for i, v in enumerate(values)]  # type: ignore[arg-type]


def _built(day: dt.date, name: str) -> str:
    return f"+ units 3301/{name} estate {name} built={day}\n+ links 3301/{name} territory 3301"


def _counted(count: int, name: str) -> str:
    return (
        f"+ units 3301/{name} estate {name}\n+ links 3301/{name} territory 3301\n"
        f"+ measures 3301/{name} households {count}"
    )


def _serials(properties: str):
    """A workbook that counts days from 1904, as old Macs did; one day as a day, one as a bare number."""

    def make(folder):
        head = "".join(text(f"{c}1", h) for c, h in zip("ABC", BUILT, strict=True))
        rows = (
            f'<row r="1">{head}</row>'
            f'<row r="2">{text("A2", "东村")}{text("B2", "三号院")}{number("C2", 34515, 1)}</row>'
            f'<row r="3">{text("A3", "东村")}{text("B3", "五号院")}{number("C3", 34515)}</row>'
        )
        return workbook(folder / "小区花名册.xlsx", {"Sheet1": sheet(rows)}, properties=properties)

    return make


_D, _F, _R = ([row for row, _ in group] for group in (DAYS, FIGURES, ROUGH))

CASES = [
    Case(
        "days in all their forms",
        lambda folder: xlsx(folder / "小区花名册.xlsx", {"Sheet1": [BUILT, *_estates(_D)]}),
        becomes="\n".join(_built(day, row[1]) for (_, day), row in zip(DAYS, _estates(_D), strict=True)),
        meant=[BUILT, *((*row[:2], day) for (_, day), row in zip(DAYS, _estates(_D), strict=True))],
        hard="leaves ten of twelve days as they are written",
    ),
    Case(
        "1998.1 may be January or October",
        lambda folder: xlsx(folder / "小区花名册.xlsx", {"Sheet1": [BUILT, ("东村", "三号院", 1998.10)]}),
        becomes=_built(dt.date(1998, 1, 1), "三号院"),
        says="warning ambiguous-date 2 建成时间 1998.1",
        meant=[BUILT, ("东村", "三号院", dt.date(1998, 1, 1))],
        hard="makes a number of it",
    ),
    Case(
        "days of a workbook that counts from 1904",
        _serials('<workbookPr date1904="1"/>'),
        becomes=f"{_built(dt.date(1998, 7, 1), '三号院')}\n{_built(dt.date(1998, 7, 1), '五号院')}",
        meant=[BUILT, ("东村", "三号院", dt.date(1998, 7, 1)), ("东村", "五号院", dt.date(1998, 7, 1))],
        hard="leaves a bare number of days",
    ),
    Case(
        "days that never were",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {"Sheet1": [BUILT, *_estates(["2022-02-30", "1998年13月", "去年", "0000-00-00"])]},
        ),
        becomes="\n".join(
            f"+ units 3301/{row[1]} estate {row[1]}\n+ links 3301/{row[1]} territory 3301"
            for row in _estates(range(4))
        ),
        says="""
            error bad-date 2 建成时间 2022-02-30
            error bad-date 3 建成时间 1998年13月
            error bad-date 4 建成时间 去年
            error bad-date 5 建成时间 0000-00-00
        """,
        refused=True,
    ),
    Case(
        "figures as people write them",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx", {"Sheet1": [("社区", "小区", "户数"), *_estates(_F)]}
        ),
        becomes="\n".join(_counted(n, row[1]) for (_, n), row in zip(FIGURES, _estates(_F), strict=True)),
        meant=[
            ("社区", "小区", "户数"),
            *((*r[:2], n) for (_, n), r in zip(FIGURES, _estates(_F), strict=True)),
        ],
        hard="leaves six of eight figures as text",
    ),
    Case(
        "figures that are only roughly known",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx", {"Sheet1": [("社区", "小区", "户数"), *_estates(_R)]}
        ),
        becomes="\n".join(_counted(n, row[1]) for (_, n), row in zip(ROUGH, _estates(_R), strict=True)),
        says="\n".join(f"warning rough-number {i + 2} 户数 {said}" for i, said in enumerate(_R)),
        meant=[
            ("社区", "小区", "户数"),
            *((*r[:2], n) for (_, n), r in zip(ROUGH, _estates(_R), strict=True)),
        ],
        hard="leaves them as text",
    ),
    Case(
        "amounts in units of the header, of the title and of the cell",
        lambda folder: xlsx(
            folder / "村社区数据统计表.xlsx",
            {
                "Sheet1": [
                    ("村社区数据统计表",),
                    ("单位:万元",),
                    ("村社区", "经费", "土地面积(平方公里)"),
                    ("东村", 1.5, 2),
                    ("西村", "3000元", "45亩"),
                ]
            },
        ),
        becomes="""
            + measures 3301 funds 1500000 since=2022-04-01
            + measures 3302 funds 300000 since=2022-04-01
            + measures 3301 land 30000
            + measures 3302 land 450
        """,
        meant=[("村社区", "经费", "土地面积"), ("东村", 15000, 3000), ("西村", 3000, 45)],
        hard="takes the title for the header, 1.5 for 1.5 and 3000元 for text",
    ),
    Case(
        "figures that are none, and figures below zero",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {"Sheet1": [("社区", "小区", "户数"), *_estates(["很多", 12.5, "3亩", -5, "1e400"])]},
        ),
        becomes="\n".join(
            f"+ units 3301/{row[1]} estate {row[1]}\n+ links 3301/{row[1]} territory 3301"
            for row in _estates(range(5))
        ),
        says="""
            error bad-number 2 户数 很多
            error bad-number 3 户数 12.5
            error bad-number 4 户数 3亩
            error out-of-range 5 户数 -5
            error bad-number 6 户数 1e400
        """,
        refused=True,
    ),
    Case(
        "a number greater than can be",
        lambda folder: xlsx(
            folder / "企业花名册.xlsx",
            {
                "Sheet1": [
                    ("企业名称", "村社区", "职工数"),
                    ("甲厂", "东村", 13800000001),
                    ("乙厂", "东村", 30),
                ]
            },
        ),
        becomes="""
            + units 3301/甲厂 enterprise 甲厂
            + units 3301/乙厂 enterprise 乙厂 staff=30
            + links 3301/甲厂 territory 3301
            + links 3301/乙厂 territory 3301
        """,
        says="error out-of-range 2 职工数 13800000001",
        refused=True,
    ),
    Case(
        "one choice in many spellings, and none",
        lambda folder: csv(
            folder / "小区花名册.csv",
            [
                ("社区", "小区", "状态", "封闭"),
                ("东村", "三号院", "已入住", "是"),
                ("东村", "五号院", " 在 建 ", "√"),
                ("东村", "六号院", "occupied", "否"),
                ("东村", "七号院", "半空", "大概"),
            ],
        ),
        becomes="""
            + units 3301/三号院 estate 三号院 status=occupied gated=True
            + units 3301/五号院 estate 五号院 status=building gated=True
            + units 3301/六号院 estate 六号院 status=occupied gated=False
            + units 3301/七号院 estate 七号院
            + links 3301/三号院 territory 3301
            + links 3301/五号院 territory 3301
            + links 3301/六号院 territory 3301
            + links 3301/七号院 territory 3301
        """,
        says="""
            error bad-value 5 状态 半空
            error bad-value 5 封闭 大概
        """,
        refused=True,
    ),
    Case(
        "names in full width, with spaces, dots and remarks",
        lambda folder: csv(
            folder / "微网格长花名册.csv",
            [
                ("社区", "小区", "微网格", "微网格长"),
                ("东　村", "一 号 院", "Ａ１网格", "张 三"),
                ("东村", "一号院", "B2 网格", "欧阳 娜娜(代)"),
                ("东村", "一号院", "C3网格", "阿依古丽•买买提"),
                ("东村", "一号院", "D4网格", "孙三、李四"),
                ("东村", "一号院", "E5网格", "孙五 李六"),
            ],
            encoding="gb18030",
        ),
        becomes="""
            + units 3301/一号院/A1网格 micro_grid A1网格
            + units 3301/一号院/B2网格 micro_grid B2网格
            + units 3301/一号院/C3网格 micro_grid C3网格
            + units 3301/一号院/D4网格 micro_grid D4网格
            + units 3301/一号院/E5网格 micro_grid E5网格
            + links 3301/一号院/A1网格 territory 3301/一号院
            + links 3301/一号院/B2网格 territory 3301/一号院
            + links 3301/一号院/C3网格 territory 3301/一号院
            + links 3301/一号院/D4网格 territory 3301/一号院
            + links 3301/一号院/E5网格 territory 3301/一号院
            + people 张三
            + people 欧阳娜娜
            + people 阿依古丽·买买提
            + people 孙三
            + people 李四
            + people 孙五
            + people 李六
            + memberships 张三 leader 3301/一号院/A1网格
            + memberships 欧阳娜娜 leader 3301/一号院/B2网格
            + memberships 阿依古丽·买买提 leader 3301/一号院/C3网格
            + memberships 孙三 leader 3301/一号院/D4网格
            + memberships 李四 leader 3301/一号院/D4网格
            + memberships 孙五 leader 3301/一号院/E5网格
            + memberships 李六 leader 3301/一号院/E5网格
        """,
        meant=[
            ("社区", "小区", "微网格", "微网格长"),
            ("东村", "一号院", "A1网格", "张三"),
            ("东村", "一号院", "B2网格", "欧阳娜娜"),
            ("东村", "一号院", "C3网格", "阿依古丽·买买提"),
            ("东村", "一号院", "D4网格", "孙三、李四"),
            ("东村", "一号院", "E5网格", "孙五、李六"),
        ],
        hard="cannot decode it, and would find other names",
    ),
    Case(
        "a required field is blank",
        lambda folder: xlsx(
            folder / "党员花名册.xlsx",
            {"Sheet1": [("姓名", "所在支部"), ("张三", None), (None, "一支部"), ("李四", "一支部")]},
        ),
        becomes="""
            + people 李四
            + people 张三
            + memberships 李四 member 镇党委/一支部
        """,
        says="""
            error missing-value 2 所在支部 -
            error missing-value 3 姓名 -
        """,
        refused=True,
    ),
    Case(
        "a blank keeps, a word for nothing clears",
        lambda folder: xlsx(
            folder / "小区花名册.xlsx",
            {"Sheet1": [("社区", "小区", "状态"), ("东村", "一号院", None), ("东村", "二号院", "无")]},
        ),
        becomes="""
            - units 3301/二号院 estate 二号院 since=2022-03-31 status=building
            + units 3301/二号院 estate 二号院 since=2022-03-31 until=2022-04-30 status=building
            + units 3301/二号院 estate 二号院
        """,
        meant=[("社区", "小区", "状态"), ("东村", "一号院", None), ("东村", "二号院", "无")],
    ),
]
