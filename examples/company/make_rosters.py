"""Make the rosters of a company: board, division, department, team, and dotted lines to a second superior.

Everything is invented. The example shows that a structure that has nothing to do with towns and parties is
described by a YAML file and rosters alone.

    python examples/company/make_rosters.py [FOLDER]
"""

from __future__ import annotations

import sys
from datetime import date
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sheets import Sheet, people, spread, write  # noqa: E402 -- beside this folder

COMPANY = "星桥科技"
BOARD = f"{COMPANY}董事会"

LINE = {
    "研发事业部": {
        "硬件部": ("电路组", "结构组", "测试组"),
        "软件部": ("平台组", "应用组", "算法组"),
        "项目管理部": ("项目一组", "项目二组"),
    },
    "制造事业部": {
        "生产部": ("注塑组", "装配组", "包装组"),
        "质量部": ("来料检验组", "过程检验组", "出货检验组"),
        "供应链部": ("采购组", "仓储组"),
    },
    "营销事业部": {
        "国内销售部": ("华东组", "华南组", "华北组"),
        "海外销售部": ("欧洲组", "东南亚组"),
        "市场部": ("品牌组", "渠道组"),
    },
    "职能中心": {
        "财务部": ("核算组", "资金组", "研发财务组", "制造财务组", "营销财务组"),
        "人力资源部": ("招聘组", "薪酬组", "研发人事组", "制造人事组"),
        "法务部": ("合同组", "知识产权组"),
    },
}
"""Division → department → teams."""

DOTTED = {
    "研发财务组": "研发事业部",
    "制造财务组": "制造事业部",
    "营销财务组": "营销事业部",
    "研发人事组": "研发事业部",
    "制造人事组": "制造事业部",
    "知识产权组": "研发事业部",
    "测试组": "质量部",
    "过程检验组": "生产部、研发事业部",
    "项目一组": "国内销售部",
    "项目二组": "海外销售部",
    "质量部": "研发事业部",
}
"""Unit → its dotted superiors: twelve lines."""

STAFF, POSTS = 300, 318
VACANT = "资金组"
"""The team without a head: a gap to be found."""

POSITIONS = ("工程师", "专员", "主任工程师", "助理", "技师")
BUDGET = 8_600
"""10,000 yuan, of all departments for 2022."""

DEPARTMENTS = [d for departments in LINE.values() for d in departments]
TEAMS = [t for departments in LINE.values() for teams in departments.values() for t in teams]
COUNTS = dict(zip(TEAMS, spread(STAFF, len(TEAMS), 35), strict=True))
OPEN = dict(zip(TEAMS, spread(POSTS - STAFF, len(TEAMS), 100), strict=True))


def units(who: list[tuple[str, str]]) -> Sheet:
    """The whole line, from the top down."""
    heads = iter(who)
    rows = [(BOARD, "董事会", None, None, *next(heads), None, None)]
    for division, departments in LINE.items():
        rows.append((division, "事业部", BOARD, None, *next(heads), None, None))
        for department, teams in departments.items():
            dotted = DOTTED.get(department)
            rows.append((department, "部门", division, dotted, *next(heads), None, None))
            for team in teams:
                head = (None, None) if team == VACANT else next(heads)
                posts = COUNTS[team] + OPEN[team]
                rows.append((team, "小组", department, DOTTED.get(team), *head, posts, COUNTS[team]))
    headers = ["名称", "级别", "上级", "虚线汇报", "负责人", "联系电话", "编制", "在岗"]
    return Sheet("组织架构", f"{COMPANY}公司组织架构表", headers, rows, ["上级"])


def staff(who: list[tuple[str, str]]) -> Sheet:
    """Everybody, in one team each; every 25th works for a project, too."""
    rows = []
    places = [t for t in TEAMS for _ in range(COUNTS[t])]
    for at, (team, (name, phone)) in enumerate(zip(places, who, strict=True)):
        joined = date(2010 + at % 12, 1 + at * 5 % 12, 1 + at * 11 % 28)
        project = "项目一组" if at % 25 == 7 and not team.startswith("项目") else None
        rows.append((team, name, POSITIONS[at * 3 % len(POSITIONS)], joined, project, phone))
    headers = ["所在小组", "姓名", "职位", "入职日期", "项目兼任", "联系电话"]
    return Sheet("员工", f"{COMPANY}公司员工花名册", headers, rows, ["所在小组"])


def budgets() -> Sheet:
    """The departments' budgets for the year."""
    shares = spread(BUDGET, len(DEPARTMENTS), 40)
    rows = [(d, "2022年", share) for d, share in zip(DEPARTMENTS, shares, strict=True)]
    headers = ["部门", "年度", "年度预算(万元)"]
    return Sheet("预算", f"{COMPANY}公司年度预算表", headers, rows, ["年度"])


def main(folder: Path = HERE) -> None:
    """Write the two workbooks."""
    who = islice(people(), 2_100, None)  # other people than in the other examples
    heads = list(islice(who, 1 + len(LINE) + len(DEPARTMENTS) + len(TEAMS) - 1))
    write(folder / "organisation.xlsx", [units(heads), budgets()])
    write(folder / "staff.xlsx", [staff(list(islice(who, STAFF)))])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
