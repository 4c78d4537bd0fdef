"""Make the rosters of Shendang's courses (沈荡镇): they add up to the figures published in spring 2022.

Published: 12 organisation cadres in the first course; each has spoken, discussed and been assessed. All else
is invented: who they are and where they work, the cadres who have not been yet, the course's name and day.
Villages and communities are the real ones; three of them have nobody trained, gaps to be found.

    python examples/shendang/make_rosters.py [FOLDER]
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sheets import Sheet, Who, people, write  # noqa: E402 -- beside this folder

PLACE, COURSE = "沈荡镇", "组工干部培训班第一期"

VILLAGES = {
    "沈荡社区居民委员会": (2, 2),
    "永庆村委会": (1, 1),
    "聚金村委会": (2, 1),
    "董司村委会": (1, 1),
    "尤甪村委会": (1, 0),
    "横泾村委会": (2, 2),
    "中钱村委会": (1, 1),
    "白洋村委会": (2, 1),
    "新丰村委会": (1, 0),
    "庄星村委会": (2, 2),
    "五圣村委会": (1, 1),
    "万胜村委会": (1, 0),
}
"""Village or community → its cadres, and how many of them were in the first course: 12 in all."""

DUTIES = ("党务工作者", "组织委员")

Cadre = tuple[str, str, str, str]


def cadres(who: Who) -> list[tuple[Cadre, bool]]:
    """Every cadre as village, name, duty and phone, and whether in the course."""
    made = []
    for village, (count, trained) in VILLAGES.items():
        for at in range(count):
            name, phone = next(who)
            made.append(((village, name, DUTIES[at], phone), at < trained))
    return made


def main(folder: Path = HERE) -> None:
    """Write the workbook."""
    who = people()
    for _ in range(7_000):  # other people than in the other places
        next(who)
    everyone = cadres(who)
    course = [(COURSE, 1, date(2022, 4, 8), "组织工作业务")]
    roster = [cadre for cadre, _ in everyone]
    taught = [
        (COURSE, village, name, phone, "√", "√", "√")
        for (village, name, _, phone), trained in everyone
        if trained
    ]
    marks = ["培训班", "村社", "姓名", "联系电话", "发言", "讨论", "考核"]
    write(
        folder / "courses.xlsx",
        [
            Sheet(
                "组工干部", f"{PLACE}组工干部花名册", ["村社", "姓名", "职务", "联系电话"], roster, ["村社"]
            ),
            Sheet("培训班", f"{PLACE}培训班表", ["培训班", "期次", "开班时间", "主题"], course),
            Sheet("学员", f"{PLACE}培训班学员花名册", marks, taught, ["培训班", "村社"]),
        ],
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
