"""Make the rosters of 高桥花园 in Gaozhao subdistrict (高照街道): they add up to the published figures.

Published in spring 2022: 3,723 dwellings; 12,560 residents, 6,340 of them new; a centre of 1,500 m²; five
levels of the party chain; four nets; three grids merged; five joint duties; one core and five members.
All else is invented: branches, groups, grids, organisations, how the sums are spread, and every person.
The text does not name the third of the three grids; here it is called just that.

    python examples/gaozhao/make_rosters.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sheets import Sheet, Who, people, spread, write  # noqa: E402 -- beside this folder

PLACE, COMMUNITY, ESTATE = "高照街道", "高桥社区", "高桥花园"
JOINT, ALLIANCE, CORE = f"{COMMUNITY}大党委", "高桥党建联盟", f"{COMMUNITY}党委"
DIGITS = "一二三四五六七八九十"

DWELLINGS, RESIDENTS, NEW_RESIDENTS, CENTRE = 3_723, 12_560, 6_340, 1_500
BRANCHES, GROUPS, MICRO_GRIDS = 3, 12, 48
VACANT = 36
"""The micro-grid, counted from 0, that has no leader: a gap to be found."""

PARTITIONS = {"网格": 4, "警格": 3, "第三网格": 2}
"""Three ways to part the same 48 micro-grids. 12, 16 and 24 each: they do not nest throughout."""

NETS = {"党建网": (1, 2, 3, 4), "治理网": (1, 2, 3, 4), "智治网": (1, 2), "服务网": (3, 4)}
"""Net → the grids it covers."""

ORGANISATIONS = {
    "清澜卫生服务站": "联盟单位",
    "澜溪警务室": "联盟单位",
    "启帆中学": "联盟单位",
    "岚禾供水服务点": "联盟单位",
    "邻里帮公益服务社": "社会组织",
    "夕阳红志愿者协会": "社会组织",
    "新居民互助会": "社会组织",
    "安澜物业公司": "物业企业",
    "高桥花园业委会": "业委会",
    "高桥花园家园支部理事会": "家园支部理事会",
}

DUTIES = {
    "信息联享": (0, 1, 7, 9),
    "特情联管": (0, 4, 5),
    "矛盾联调": (1, 8, 9),
    "隐患联治": (1, 3, 7),
    "难题联帮": (2, 6, 9),
}
"""Joint duty → the organisations that share it, counted as above."""


def branch(number: int) -> str:
    """A home branch, counted from 0."""
    return f"{ESTATE}第{DIGITS[number]}家园支部"


def group(number: int) -> str:
    """A micro-grid party group, counted from 0."""
    return f"{ESTATE}{number + 1}号微网格党小组"


def block(kind: str, number: int) -> str:
    """A grid of one of the three partitions, counted from 0."""
    return f"高桥第{DIGITS[number]}{kind}" if kind != "第三网格" else f"高桥第三网格{'甲乙'[number]}"


def micro_grid(number: int) -> str:
    """A micro-grid, counted from 0."""
    return f"{ESTATE}{number + 1}号微网格"


def party(who: Who) -> Sheet:
    """The chain of five levels."""
    rows = [
        (JOINT, "社区大党委", None, *next(who), None, COMMUNITY, None),
        (ALLIANCE, "党建联盟", JOINT, *next(who), None, None, None),
        (CORE, "社区党组织", ALLIANCE, *next(who), None, COMMUNITY, None),
    ]
    members = spread(138, BRANCHES, 15)
    rows += [(branch(b), "家园支部", CORE, *next(who), None, ESTATE, members[b]) for b in range(BRANCHES)]
    per_branch, per_group = GROUPS // BRANCHES, MICRO_GRIDS // GROUPS
    for g in range(GROUPS):
        covered = "、".join(micro_grid(m) for m in range(g * per_group, (g + 1) * per_group))
        rows.append(
            (group(g), "微网格党小组", branch(g // per_branch), None, None, next(who)[0], covered, None)
        )
    headers = ["党组织名称", "组织类别", "上级党组织", "书记", "联系电话", "组长", "覆盖范围", "党员数"]
    return Sheet("党组织", f"{PLACE}党组织花名册", headers, rows, merge=["组织类别", "上级党组织"])


def estates() -> Sheet:
    """The estate."""
    return Sheet("小区", f"{PLACE}小区花名册", ["社区", "小区", "状态"], [(COMMUNITY, ESTATE, "已入住")])


def grids(who: Who) -> Sheet:
    """Three partitions of one territory."""
    rows = [
        (COMMUNITY, kind, block(kind, n), *next(who))
        for kind, count in PARTITIONS.items()
        for n in range(count)
    ]
    headers = ["社区", "类别", "网格名称", "负责人", "联系电话"]
    return Sheet("网格", f"{PLACE}网格花名册", headers, rows, merge=["社区", "类别"])


def micro_grids(who: Who) -> Sheet:
    """The micro-grids, each in one block of every partition, with dwellings and residents."""
    homes, residents = spread(DWELLINGS, MICRO_GRIDS, 15), spread(RESIDENTS, MICRO_GRIDS, 15)
    new = spread(NEW_RESIDENTS, MICRO_GRIDS, 25)
    rows = [
        (
            COMMUNITY,
            ESTATE,
            *(block(kind, n * count // MICRO_GRIDS) for kind, count in PARTITIONS.items()),
            micro_grid(n),
            *((None, None) if n == VACANT else next(who)),
            homes[n],
            residents[n],
            new[n],
        )
        for n in range(MICRO_GRIDS)
    ]
    headers = ["社区", "小区", *PARTITIONS, "微网格", "微网格长", "联系电话", "户数", "常住人口", "新居民"]
    merge = ["社区", "小区", *PARTITIONS]
    return Sheet("微网格", f"{PLACE}微网格花名册", headers, rows, merge=merge)


def organisations() -> Sheet:
    """Who takes part: allied units, social organisations, property manager, owners, home-branch council."""
    return Sheet(
        "单位",
        f"{PLACE}共建单位花名册",
        ["单位名称", "单位类别"],
        list(ORGANISATIONS.items()),
        merge=["单位类别"],
    )


def teams() -> Sheet:
    """One core and five members."""
    rows = [(f"{COMMUNITY}一核五元", CORE, "、".join(ORGANISATIONS))]
    return Sheet("一核五元", f"{PLACE}一核五元花名册", ["名称", "核心", "成员单位"], rows)


def duties() -> Sheet:
    """The five joint duties."""
    names = list(ORGANISATIONS)
    rows = [(duty, CORE, "、".join(names[n] for n in shared)) for duty, shared in DUTIES.items()]
    return Sheet("五联", f"{PLACE}五联分工表", ["五联", "牵头党组织", "参与单位"], rows, ["牵头党组织"])


def nets(who: Who) -> Sheet:
    """The four nets and the grids under each."""
    rows = [
        (net, CORE, "、".join(block("网格", n - 1) for n in on), next(who)[0]) for net, on in NETS.items()
    ]
    return Sheet(
        "四网", f"{PLACE}四网花名册", ["网", "牵头党组织", "覆盖网格", "负责人"], rows, ["牵头党组织"]
    )


def centres() -> Sheet:
    """The service centre."""
    rows = [(COMMUNITY, ESTATE, f"{ESTATE}党群服务中心", CENTRE)]
    return Sheet("服务中心", f"{PLACE}党群服务中心花名册", ["社区", "小区", "名称", "建筑面积"], rows)


def main(folder: Path = HERE) -> None:
    """Write the two workbooks."""
    who = people()
    for _ in range(300):  # other people than in Honghe
        next(who)
    write(folder / "estate-and-grids.xlsx", [estates(), party(who), grids(who), micro_grids(who)])
    write(folder / "nets-and-duties.xlsx", [organisations(), teams(), duties(), nets(who), centres()])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
