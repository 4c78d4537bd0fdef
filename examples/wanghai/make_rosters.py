"""Make the rosters of Wanghai subdistrict (望海街道, Haiyan): they hold what was published.

Published in spring 2022: the party working committee and the discipline committee of the subdistrict work
with two pilot enterprises; a joint speakers' team; member posts (党员先锋岗) and member workshops
(党员清廉车间); letters of commitment signed by every employee. All else is invented: the enterprises, their
workshops and posts, how many people work in each, and every person.

    python examples/wanghai/make_rosters.py [FOLDER]
"""

from __future__ import annotations

import sys
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sheets import Sheet, Who, people, write  # noqa: E402 -- beside this folder

PLACE = "望海街道"
COMMITTEE, DISCIPLINE = f"{PLACE}党工委", f"{PLACE}纪工委"
TEAM = f"{PLACE}联合宣讲队"

PILOTS = {
    "澜海精密机械": {"机加工车间": 96, "装配车间": 118, "热处理车间": 41, "质检车间": 37, "综合部": 38},
    "望澄纺织科技": {"织造车间": 142, "染整车间": 87, "检验包装车间": 55, "仓储物流部": 26},
}
"""Pilot enterprise → its workshops and departments, and how many people work there."""

CLEAN = ("机加工车间", "装配车间", "质检车间", "织造车间", "染整车间")
"""The member workshops."""

OTHERS = {"禾光包装": True, "海拓电子": True, "润川食品": True, "青莲木业": False}
"""Enterprise that is no pilot → whether it has a branch; the one without is a gap to be found."""

POSTS = {
    "机加工车间": ("数控岗", "设备点检岗"),
    "装配车间": ("总装岗", "安全巡查岗"),
    "质检车间": ("来料检验岗",),
    "综合部": ("采购审核岗",),
    "织造车间": ("挡车岗", "保全岗"),
    "染整车间": ("配料岗", "污水处理岗"),
    "仓储物流部": ("出入库岗",),
}
VACANT = "污水处理岗"
"""The post that nobody holds yet."""

SPEAKERS = {COMMITTEE: 6, DISCIPLINE: 4}


def branch(enterprise: str) -> str:
    """The branch of an enterprise."""
    return f"{enterprise}党支部"


def party(who: Who) -> Sheet:
    """Who commands and who supervises: the pilots' branches have both above them."""
    rows = [
        (COMMITTEE, "街道党工委", None, None, None, *next(who), None),
        (DISCIPLINE, "街道纪工委", COMMITTEE, None, None, *next(who), None),
    ]
    with_branch = [*PILOTS, *(e for e, has in OTHERS.items() if has)]
    for enterprise, members in zip(with_branch, (23, 19, 8, 11, 6), strict=True):
        supervisor = DISCIPLINE if enterprise in PILOTS else None
        rows.append(
            (branch(enterprise), "企业党支部", COMMITTEE, supervisor, enterprise, *next(who), members)
        )
    headers = ["党组织名称", "组织类别", "上级党组织", "监督单位", "覆盖企业", "书记", "联系电话", "党员数"]
    return Sheet("党组织", f"{PLACE}党组织花名册", headers, rows, ["组织类别"])


def enterprises() -> Sheet:
    """The two pilots and four others."""
    rows = [(PLACE, e, "是" if e in PILOTS else "否") for e in (*PILOTS, *OTHERS)]
    return Sheet("企业", f"{PLACE}企业花名册", ["街道", "企业名称", "是否试点"], rows, ["街道"])


def workshops(who: Who) -> Sheet:
    """The workshops of the pilots: every employee has signed."""
    rows = [
        (e, shop, "是" if shop in CLEAN else "否", *next(who), staff, staff)
        for e, shops in PILOTS.items()
        for shop, staff in shops.items()
    ]
    headers = ["企业", "车间(部门)", "党员清廉车间", "负责人", "联系电话", "职工数", "承诺书签订数"]
    return Sheet("车间", f"{PLACE}试点企业车间花名册", headers, rows, ["企业"])


def posts(who: Who) -> Sheet:
    """The member posts inside the pilots, and who holds each."""
    rows = [
        (e, shop, branch(e), post, None if post == VACANT else next(who)[0])
        for e, shops in PILOTS.items()
        for shop in shops
        for post in POSTS.get(shop, ())
    ]
    headers = ["企业", "车间(部门)", "党支部", "先锋岗", "岗位党员"]
    return Sheet("先锋岗", f"{PLACE}党员先锋岗一览表", headers, rows, headers[:3])


def teams(who: Who) -> Sheet:
    """The joint speakers' team."""
    rows = [(PLACE, TEAM, f"{COMMITTEE}、{DISCIPLINE}", *next(who))]
    headers = ["街道", "宣讲队", "组成单位", "队长", "联系电话"]
    return Sheet("宣讲队", f"{PLACE}联合宣讲队一览表", headers, rows)


def speakers(who: Who) -> Sheet:
    """Who speaks, and which of the two committees sends them."""
    rows = []
    for office, count in SPEAKERS.items():
        for name, phone in islice(who, count):
            rows.append((TEAM, office, name, phone))
    headers = ["宣讲队", "所在单位", "姓名", "联系电话"]
    return Sheet("宣讲员", f"{PLACE}宣讲员名单", headers, rows, headers[:2])


def main(folder: Path = HERE) -> None:
    """Write the two workbooks."""
    who = islice(people(), 1_900, None)  # other people than in the other examples
    write(folder / "branches-and-team.xlsx", [enterprises(), party(who), teams(who), speakers(who)])
    write(folder / "pilots.xlsx", [workshops(who), posts(who)])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
