"""Make the rosters of Yaozhuang town (姚庄镇, Jiashan): they add up to the published figures.

Published in spring 2022: helpers' teams (乡贤帮帮团) in the villages; 55 helpers sent out; 152 irregular
chargings and 178 indoor parkings put right; over 40 elderly residents accompanied to vaccination; a boundary
of 7 km patrolled around the clock in three shifts. All else is invented: which village has how many helpers,
the sections of the boundary and their hours, how the sums are spread over teams and months, and every person.

    python examples/yaozhuang/make_rosters.py [FOLDER]
"""

from __future__ import annotations

import sys
from datetime import date, time
from itertools import islice
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sheets import Sheet, Who, people, spread, write  # noqa: E402 -- beside this folder

TOWN = "姚庄镇"
VILLAGES = (
    *("展丰", "南鹿", "姚庄", "展幸", "横港", "北鹤", "武长", "清凉", "中联"),
    *("界泾港", "金星", "俞汇", "银水庙", "沉香", "俞北", "北港", "丁栅"),
)
"""The villages that have a team (the real ones, but for 渔民村, which is left as a gap to be found)."""

SENT, STAYED = 55, 5
"""Helpers sent out, and those on the list who were not."""

MONTHS = {"2022年3月": (58, 71, 12), "2022年4月": (94, 107, 31)}
"""Month → chargings, parkings, elderly residents: 152, 178 and 43 together."""

SECTIONS = {
    "东浜头段": ("北鹤", 1.6),
    "清凉桥段": ("清凉", 1.4),
    "横港渡口段": ("横港", 1.8),
    "丁栅北段": ("丁栅", 2.2),
}
"""Section of the boundary → the village it lies in, and its length in km: 7 km together."""

SHIFTS = {"早班": (time(7), time(15)), "中班": (time(15), time(23)), "夜班": (time(23), time(7))}
PER_SHIFT = 2

STOOD = "截至2022年3月20日　　本表为示例,人名和电话均为虚构"


def team(village: str) -> str:
    """The helpers' team of a village."""
    return f"{village}村乡贤帮帮团"


def teams(who: Who) -> Sheet:
    """One team in each of these villages."""
    rows = [(f"{v}村委会", team(v), *next(who)) for v in VILLAGES]
    return Sheet("帮帮团", f"{TOWN}乡贤帮帮团花名册", ["村", "帮帮团", "团长", "联系电话"], rows, note=STOOD)


def helpers(sent: list[tuple[str, str]], stayed: list[tuple[str, str]]) -> Sheet:
    """Who was sent out when, team by team; a blank day: not sent."""
    rows = []
    counts = spread(SENT, len(VILLAGES), 30)
    for at, (village, count) in enumerate(zip(VILLAGES, counts, strict=True)):
        rows += [(team(village), n, date(2022, 3, 15 + at % 3), p) for n, p in sent[:count]]
        sent = sent[count:]
        if at % 4 == 2 or at == 0:
            name, phone = stayed.pop()
            rows.append((team(village), name, None, phone))
    headers = ["帮帮团", "姓名", "派出日期", "联系电话"]
    return Sheet("派出名单", f"{TOWN}乡贤帮手派出名单", headers, rows, ["帮帮团"], STOOD)


def sections() -> Sheet:
    """The sections of the boundary, and the team that answers for each."""
    rows = [(f"{v}村委会", name, length, team(v)) for name, (v, length) in SECTIONS.items()]
    headers = ["村", "管控段", "长度(公里)", "责任帮帮团"]
    return Sheet("管控段", f"{TOWN}边界管控段一览表", headers, rows, note=STOOD)


def shifts(patrol: list[tuple[str, str]]) -> Sheet:
    """Three shifts in each section, some of the helpers that were sent out in each."""
    slots = [
        (s, shift, *hours) for s in SECTIONS for shift, hours in SHIFTS.items() for _ in range(PER_SHIFT)
    ]
    rows = [(*slot, *one) for slot, one in zip(slots, patrol, strict=True)]
    headers = ["管控段", "班次", "起", "止", "巡逻员", "手机号码"]
    return Sheet("排班", f"{TOWN}边界巡逻排班表", headers, rows, headers[:4], STOOD)


def outcomes() -> Sheet:
    """What each team put right, month by month."""
    rows = []
    for month, totals in MONTHS.items():
        shares = zip(*(spread(total, len(VILLAGES), 40) for total in totals), strict=True)
        rows += [(month, team(v), *share) for v, share in zip(VILLAGES, shares, strict=True)]
    headers = ["月份", "帮帮团", "违规充电整改(起)", "室内停车整改(起)", "陪护老人接种(人)"]
    return Sheet("成效", f"{TOWN}乡贤帮帮团成效统计表", headers, rows, ["月份"])


def main(folder: Path = HERE) -> None:
    """Write the three workbooks."""
    who = islice(people(), 1_700, None)  # other people than in the other examples
    leaders = teams(who)
    sent, stayed = list(islice(who, SENT)), list(islice(who, STAYED))
    patrol = sent[::2][: len(SECTIONS) * len(SHIFTS) * PER_SHIFT]
    write(folder / "helpers.xlsx", [leaders, helpers(sent, stayed)])
    write(folder / "boundary.xlsx", [sections(), shifts(patrol)])
    write(folder / "outcomes.xlsx", [outcomes()])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
