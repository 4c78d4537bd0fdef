"""Make the rosters of Jianshan community (尖山社区, Haining): they add up to the published figures.

Published in spring 2022: 9 km², 15 estates, 12,000 floating residents; each micro-grid has a named person,
post and area; letters of responsibility signed by 20 %, and by over 90 % two days later; 14 drivers found
within 2 hours; teams of the type '1 + 8 + N'; three levels of message groups. All else is invented: names
of estates, micro-grids, buildings and people, the days of the letters, how the sums are spread. What 1, 8
and N stand for is not told; here they are a leader, eight of the backbone and the others.

    python examples/jianshan/make_rosters.py [FOLDER]
"""

from __future__ import annotations

import sys
from datetime import date
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sheets import Sheet, Who, people, spread, write  # noqa: E402 -- beside this folder

PLACE, COMMUNITY = "尖山社区", "尖山社区居委会"
AREA, NEWCOMERS, DRIVERS = 9, 12_000, 14

ESTATES = (
    *("海岚花苑", "潮音公寓", "听澜家园", "观潮新村", "望江名邸", "安澜花园", "新晖公寓", "蓝湾雅苑"),
    *("杏林新苑", "云帆家园", "钱江花城", "朝阳公寓", "翠堤苑", "金港花苑", "启航家园"),
)
MICRO_GRIDS = (3, 5, 4, 3, 4, 4, 6, 3, 4, 4, 5, 5, 3, 4, 3)
"""In each estate: 60 together."""
BUILDINGS = 3
"""In each micro-grid."""

POSTS = ("登记岗", "巡查岗", "服务岗", "宣传岗")
GROUPLESS = "金港花苑9幢"
"""The building whose residents are in no group: a gap to be found."""

DUE = 2_400
SIGNED = {date(2022, 4, 10): 480, date(2022, 4, 11): 1_416, date(2022, 4, 12): 2_208}
"""20 %, 59 % and 92 % of the letters that are due."""

STOOD = "截至2022年3月31日　　本表为示例,人名和电话均为虚构"
COUNTED = "截至2022年4月12日　　本表为示例"

TEAMS = {"尖山先锋一队": 12, "尖山先锋二队": 9, "潮音夜巡队": 15}
"""Team of the type 1 + 8 + N → its N."""
OTHERS = 46
"""Volunteers on call who are in no team."""
SKILLS = ("医护", None, "电工", None, None, "方言翻译", None)


def micro_grids() -> list[tuple[str, str]]:
    """Estate and micro-grid."""
    return [
        (e, f"{e}{n}号微网格")
        for e, count in zip(ESTATES, MICRO_GRIDS, strict=True)
        for n in range(1, count + 1)
    ]


def buildings() -> list[tuple[str, str, str]]:
    """Estate, micro-grid and building, numbered through each estate."""
    numbers = dict.fromkeys(ESTATES, 0)
    made = []
    for estate, micro_grid in micro_grids():
        for _ in range(BUILDINGS):
            numbers[estate] += 1
            made.append((estate, micro_grid, f"{estate}{numbers[estate]}幢"))
    return made


def overview() -> Sheet:
    """The area of the community."""
    return Sheet(
        "基本情况", f"{PLACE}基本情况", ["社区", "区域面积(平方公里)"], [(COMMUNITY, AREA)], note=STOOD
    )


def estates() -> Sheet:
    """The fifteen estates."""
    rows = [(COMMUNITY, estate, "已入住") for estate in ESTATES]
    return Sheet("小区", f"{PLACE}小区花名册", ["社区", "小区", "状态"], rows, ["社区"], STOOD)


def grids(who: Who) -> Sheet:
    """The micro-grids of each estate, with a person, a post and an area for each."""
    rows = []
    for at, (estate, micro_grid) in enumerate(micro_grids()):
        name, phone = next(who)
        own = [house for _, of, house in buildings() if of == micro_grid]
        rows.append((estate, micro_grid, name, POSTS[at % len(POSTS)], f"{own[0]}至{own[-1]}", phone))
    headers = ["小区", "微网格", "微网格长", "岗位", "责任区域", "联系电话"]
    return Sheet("微网格", f"{PLACE}微网格定人定岗定区域一览表", headers, rows, ["小区"], STOOD)


def houses() -> Sheet:
    """The buildings, with the floating residents of each."""
    places = buildings()
    rows = [(*place, count) for place, count in zip(places, spread(NEWCOMERS, len(places), 35), strict=True)]
    headers = ["小区", "微网格", "楼幢", "流动人口"]
    return Sheet("楼幢", f"{PLACE}楼幢花名册", headers, rows, ["小区", "微网格"], STOOD)


def channels() -> Sheet:
    """Who passes messages on to whom, in which group: community, micro-grid leader, residents."""
    rows = [("微网格", e, m, COMMUNITY, f"{PLACE}微网格长群") for e, m in micro_grids()]
    for _, micro_grid, house in buildings():
        heard = (None, None) if house == GROUPLESS else (micro_grid, f"{micro_grid}居民群")
        rows.append(("楼幢", micro_grid, house, *heard))
    headers = ["类别", "所属", "名称", "消息来自", "消息群"]
    return Sheet("消息群", f"{PLACE}三级消息群一览表", headers, rows, ["类别", "所属"], STOOD)


def letters() -> Sheet:
    """The letters that are due and those signed, day by day."""
    places = micro_grids()
    due = spread(DUE, len(places), 20)
    first, second, last = SIGNED.values()
    signed = (
        spread(first, len(places), 60),
        spread(second, len(places), 10),
        [d - open_ for d, open_ in zip(due, spread(DUE - last, len(places), 100), strict=True)],
    )
    rows = [
        (day, place, d, s)
        for day, counts in zip(SIGNED, signed, strict=True)
        for (_, place), d, s in zip(places, due, counts, strict=True)
    ]
    headers = ["日期", "微网格", "应签", "已签"]
    return Sheet("责任书", f"{PLACE}责任书签订情况", headers, rows, ["日期"], COUNTED)


def teams(who: Who) -> Sheet:
    """Three teams of the type 1 + 8 + N, and the drivers found within two hours."""
    rows = [(name, "1+8+N", COMMUNITY, *next(who), None, None) for name in TEAMS]
    rows.append(("应急运输队", "专业队", COMMUNITY, *next(who), DRIVERS, 105))
    headers = ["队伍名称", "队伍类型", "组建社区", "负责人", "联系电话", "需驾驶员", "集结分钟"]
    return Sheet("队伍", f"{PLACE}队伍花名册", headers, rows)


def members(who: Who) -> Sheet:
    """Who is in which team, as what, with which skill."""
    rows: list[tuple[object, ...]] = []
    for team, others in TEAMS.items():
        for at in range(8 + others):
            name, phone = next(who)
            rows.append((team, name, "骨干" if at < 8 else "队员", SKILLS[at % len(SKILLS)], phone))
    for _ in range(DRIVERS):
        name, phone = next(who)
        rows.append(("应急运输队", name, "队员", "驾驶员", phone))
    headers = ["队伍", "姓名", "身份", "特长", "联系电话"]
    return Sheet("队员", f"{PLACE}队员花名册", headers, rows, ["队伍"])


def volunteers(team: Sheet, who: Who) -> Sheet:
    """Who could be called in each micro-grid: those of the teams, and others, some of whom can drive."""
    known = [(name, skill, phone) for _, name, _, skill, phone in team.rows]
    others = [
        (name, "驾驶员" if at % 2 else None, phone) for at, (name, phone) in enumerate(islice(who, OTHERS))
    ]
    places = [micro_grid for _, micro_grid in micro_grids()]
    rows = [(places[at * 7 % len(places)], *one) for at, one in enumerate([*known, *others])]
    headers = ["微网格", "志愿者", "特长", "手机号码"]
    return Sheet(
        "志愿者",
        f"{PLACE}志愿者登记表",
        headers,
        sorted(rows, key=lambda row: places.index(row[0])),
        ["微网格"],
    )


def main(folder: Path = HERE) -> None:
    """Write the three workbooks."""
    who = islice(people(), 1_500, None)  # other people than in the other examples
    write(
        folder / "estates-and-groups.xlsx",
        [overview(), estates(), grids(who), houses(), channels()],
    )
    write(folder / "letters.xlsx", [letters()])
    leaders, team = teams(who), members(who)
    write(folder / "teams.xlsx", [leaders, team, volunteers(team, who)])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
