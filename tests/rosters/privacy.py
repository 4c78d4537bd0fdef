"""Sheets that list private persons are refused with the reason; counts of them are welcome."""

from __future__ import annotations

from rosters.books import Rows, xlsx
from rosters.cases import Case

VILLAGES: Rows = (("村社区", "信访件数", "重点人员数"), ("东村", 3, 12), ("西村", 0, 5))


def _refused(name: str, sheet: str, rows: Rows, row: int, shown: str) -> Case:
    return Case(
        name,
        lambda folder: xlsx(folder / "1.xlsx", {sheet: rows}),
        says=f"error residents-listed {row} - {shown}",
        refused=True,
    )


CASES = [
    _refused(
        "a list of residents, by its name",
        "居民花名册",
        [("姓名", "身份证号", "住址"), ("张三", "110105194912310020", "东村1号")],
        1,
        "居民花名册",
    ),
    _refused(
        "a household register, by a header",
        "Sheet1",
        [("序号", "姓名", "与户主关系", "电话"), (1, "张三", "本人", "13800000000")],
        1,
        "与户主关系",
    ),
    _refused(
        "newcomers and tenants",
        "Sheet1",
        [("东村流动人口登记表",), ("姓名", "房东", "电话"), ("张三", "李四", "13800000000")],
        1,
        "东村流动人口登记表",
    ),
    _refused(
        "petitioners",
        "Sheet1",
        [("姓名", "信访事项", "电话"), ("张三", "拆迁", "13800000000")],
        1,
        "信访事项",
    ),
    _refused(
        "patients",
        "Sheet1",
        [("姓名", "社区", "病种"), ("张三", "东村", "糖尿病")],
        1,
        "病种",
    ),
    _refused(
        "special persons",
        "重点人员名单",
        [("姓名", "所在社区", "稳控措施"), ("张三", "东村", "走访")],
        1,
        "稳控措施",
    ),
    _refused(
        "people under correction, in a sheet whose headers look like members",
        "Sheet1",
        [("新河镇社区矫正对象名册",), ("姓名", "所在支部", "联系电话"), ("张三", "一支部", "13800000000")],
        1,
        "新河镇社区矫正对象名册",
    ),
    Case(
        "a list of residents beside a roster refuses both",
        lambda folder: xlsx(
            folder / "1.xlsx",
            {
                "小区花名册": [("社区", "小区"), ("东村", "三号院")],
                "独居老人名单": [("姓名", "住址"), ("张三", "东村1号")],
            },
        ),
        becomes="""
            + units 3301/三号院 estate 三号院
            + links 3301/三号院 territory 3301
        """,
        says="error residents-listed 1 - 独居老人名单",
        refused=True,
    ),
    Case(
        "how many there are in every village",
        lambda folder: xlsx(
            folder / "1.xlsx", {"Sheet1": [("村社区数据统计表",), ("截至2022年4月30日",), *VILLAGES]}
        ),
        options={"on": None},
        becomes="""
            + measures 3301 petitions 3 since=2022-04-01
            + measures 3302 petitions 0 since=2022-04-01
            + measures 3301 special 12
            + measures 3302 special 5
        """,
        meant=VILLAGES,
        hard="takes the title for the header",
    ),
    Case(
        "a roster of members is no list of residents",
        lambda folder: xlsx(
            folder / "1.xlsx",
            {"党员花名册": [("姓名", "所在支部", "学历"), ("张三", "一支部", "本科")]},
        ),
        becomes="""
            + people 张三 education=本科
            + memberships 张三 member 镇党委/一支部
        """,
        meant=[("姓名", "所在支部", "学历"), ("张三", "一支部", "本科")],
    ),
]
