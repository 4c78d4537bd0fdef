"""Make the rosters of Honghe town (洪合镇): they add up to the figures published in spring 2022.

Published: six levels of the party chain; 4 home branches for 4 estates; a new residents' committee with 8
floating branches and 235 members, over 200 of whom took part; a team of 25 within an hour; 50 volunteers
sent over 20 times; 23,000 hours and 1,800 person-times of service in April. All else is invented: estates,
micro-grids, households, how the sums are spread, and every person.

    python examples/honghe/make_rosters.py [FOLDER]
"""

from __future__ import annotations

import sys
from datetime import date
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sheets import Sheet, Who, people, spread, write  # noqa: E402 -- beside this folder

TOWN = "洪合镇"
COMMITTEE = "洪合镇党委"
NEWCOMERS = "洪合镇新居民党委"

ESTATES = {"人和家园": "人和社区", "锦绣苑": "人和社区", "民和新村": "民和社区", "泾桥花苑": "横泾桥社区"}
"""Estate (invented) → its community (real)."""

MICRO_GRIDS = 6
"""In each estate."""

ORIGINS = {"安徽": 41, "贵州": 36, "河南": 33, "四川": 30, "江西": 28, "云南": 25, "湖南": 22, "湖北": 20}
"""Place of origin → members of its floating branch: 235 together."""

TOOK_PART = (36, 32, 29, 27, 25, 22, 19, 18)
"""Of these, by branch: 208, "over 200"."""

VACANT = "锦绣苑4号微网格"
"""Has no leader: a gap to be found."""

MONTH, HOURS, PERSON_TIMES = "2022年4月", 23_000, 1_800


def grid_branch(estate: str) -> str:
    """The grid party organisation that an estate's branch stands under."""
    community = ESTATES[estate]
    number = [e for e, c in ESTATES.items() if c == community].index(estate)
    return f"{community}第{'一二'[number]}网格党支部"


def home_branch(estate: str) -> str:
    """The home branch of an estate."""
    return f"{estate}家园支部"


def floating_branch(origin: str) -> str:
    """The floating branch of a place of origin."""
    return f"{origin}籍流动党支部"


def party(who: Who, heads: Who) -> Sheet:
    """Every level of the chain but the micro-grids, from the top down."""
    communities = list(dict.fromkeys(ESTATES.values()))
    rows = [(COMMITTEE, "镇党委", None, *next(who), None, TOWN, None)]
    rows += [(f"{c}党委", "社区党组织", COMMITTEE, *next(who), None, c, None) for c in communities]
    rows += [
        (grid_branch(e), "网格党组织", f"{c}党委", *next(who), None, None, None) for e, c in ESTATES.items()
    ]
    members = spread(86, len(ESTATES), 20)
    rows += [
        (home_branch(e), "家园支部", grid_branch(e), *next(who), None, e, count)
        for e, count in zip(ESTATES, members, strict=True)
    ]
    groups = [(e, half) for e in ESTATES for half in "一二"]
    rows += [
        (f"{e}第{half}党小组", "党小组", home_branch(e), None, None, next(heads)[0], None, None)
        for e, half in groups
    ]
    headers = ["党组织名称", "组织类别", "上级党组织", "书记", "联系电话", "组长", "覆盖小区", "党员数"]
    return Sheet("党组织", f"{TOWN}党组织花名册", headers, rows, merge=["组织类别"])


def estates() -> Sheet:
    """The four estates."""
    rows = [(community, estate, "已入住") for estate, community in ESTATES.items()]
    return Sheet("小区", f"{TOWN}小区花名册", ["社区", "小区", "状态"], rows, merge=["社区"])


def micro_grids(who: Who) -> Sheet:
    """A chain of parents, a unit, its leader, a phone and two counts in one row."""
    places = [(e, n) for e in ESTATES for n in range(1, MICRO_GRIDS + 1)]
    homes, residents = spread(1_716, len(places), 20), spread(5_304, len(places), 20)
    rows = []
    for (e, n), h, r in zip(places, homes, residents, strict=True):
        group, name = f"{e}第{'一二'[n > MICRO_GRIDS // 2]}党小组", f"{e}{n}号微网格"
        leader = (None, None) if name == VACANT else next(who)
        rows.append((ESTATES[e], e, home_branch(e), group, name, *leader, h, r))
    headers = ["社区", "小区", "家园支部", "党小组", "微网格", "微网格长", "联系电话", "户数", "人口"]
    merge = ["社区", "小区", "家园支部", "党小组"]
    return Sheet("微网格长", f"{TOWN}微网格长花名册", headers, rows, merge=merge)


def floating_branches(who: Who) -> Sheet:
    """The new residents' committee and its eight branches."""
    rows = [(NEWCOMERS, "新居民党委", COMMITTEE, None, *next(who), None, None)]
    rows += [
        (floating_branch(origin), "流动党支部", NEWCOMERS, origin, *next(who), members, active)
        for (origin, members), active in zip(ORIGINS.items(), TOOK_PART, strict=True)
    ]
    headers = ["党组织名称", "组织类别", "上级党组织", "流出地", "书记", "联系电话", "党员数", "参与党员"]
    return Sheet("流动党支部", f"{TOWN}流动党支部花名册", headers, rows, merge=["上级党组织"])


def floating_members(who: Who) -> Sheet:
    """All 235 members; every fourth reports to the home branch where they live, too."""
    branches = list(map(home_branch, ESTATES))
    rows = []
    for at, origin in enumerate(o for o, count in ORIGINS.items() for _ in range(count)):
        name, phone = next(who)
        lives = branches[at % len(branches)] if at % 4 == 0 else None
        status = "预备党员" if at % 19 == 18 else "正式党员"
        joined = date(2021 if status == "预备党员" else 1998 + at % 22, 1 + at % 12, 1 + at % 28)
        rows.append((floating_branch(origin), name, status, joined, lives, phone))
    headers = ["所在党支部", "姓名", "党员类别", "入党时间", "居住小区支部", "联系电话"]
    return Sheet("流动党员", f"{TOWN}流动党员花名册", headers, rows, merge=["所在党支部"])


def service() -> Sheet:
    """April's service, by floating branch."""
    hours, times = spread(HOURS, len(ORIGINS), 30), spread(PERSON_TIMES, len(ORIGINS), 30)
    rows = [
        (floating_branch(origin), MONTH, h, t) for origin, h, t in zip(ORIGINS, hours, times, strict=True)
    ]
    headers = ["党支部", "月份", "服务时长(小时)", "服务人次"]
    return Sheet("志愿服务", f"{TOWN}志愿服务台账", headers, rows, merge=["月份"])


def teams(who: Who) -> Sheet:
    """The team of 25 that stood within an hour, and the 50 volunteers that were sent 21 times."""
    rows = [
        ("人和家园应急队", home_branch("人和家园"), None, *next(who), 25, 60, None),
        ("安徽籍志愿支援队", floating_branch("安徽"), "横泾桥社区", *next(who), 50, None, 21),
    ]
    headers = ["队伍名称", "组建支部", "支援社区", "负责人", "联系电话", "人数", "集结分钟", "出动次数"]
    return Sheet("队伍", f"{TOWN}志愿队伍花名册", headers, rows)


def main(folder: Path = HERE) -> None:
    """Write the three workbooks."""
    who, heads = people(), islice(people(), 1000, None)
    write(folder / "party-and-estates.xlsx", [party(who, heads), estates(), micro_grids(who)])
    write(folder / "new-residents.xlsx", [floating_branches(who), floating_members(who)])
    write(folder / "service-and-teams.xlsx", [service(), teams(who)])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
