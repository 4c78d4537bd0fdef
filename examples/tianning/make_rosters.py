"""Make the rosters of Tianning's selected graduates (天凝镇): they add up to the figures published in 2022.

Published in spring 2022: 4 selected graduates (选调生), one team; three stages, to bring up, manage and use
(育、管、用). All else is invented: the team's name and its leader, what is done at each stage, where the four
work, who is at which stage, their days, and every person. Villages and communities are the real ones.

    python examples/tianning/make_rosters.py [FOLDER]
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sheets import Sheet, people, write  # noqa: E402 -- beside this folder

PLACE, TEAM = "天凝镇", "天凝镇选调生服务队"
OFFICES = ("党建工作办公室", "社会治理办公室")

GRADUATES = [
    ("洪溪村委会", "村党组织书记助理", "育", date(2021, 9, 13)),
    ("天凝社区", "社区主任助理", "育", date(2021, 9, 13)),
    ("党建工作办公室", "组织员", "管", date(2020, 8, 31)),
    ("三店村委会", "村党组织副书记", "用", date(2019, 9, 2)),
]
"""Where each works, as what, at which stage, and since when."""

SCHEMES = [
    ("育", "导师结对帮带", OFFICES[0]),
    ("育", "驻村锻炼", OFFICES[0]),
    ("育", "轮岗实训", None),
    ("管", "季度谈心谈话", OFFICES[0]),
    ("管", "实绩档案", OFFICES[0]),
    ("用", "一线攻坚", OFFICES[1]),
    ("用", "择优使用", OFFICES[0]),
]
"""Stage, what is done in it, and the office that answers for it: one has none, a gap to be found."""


def main(folder: Path = HERE) -> None:
    """Write the workbook."""
    who = people()
    for _ in range(7_500):  # other people than in the other places
        next(who)
    offices = [(PLACE, office) for office in OFFICES]
    teams = [(PLACE, TEAM, *next(who))]
    graduates = []
    for unit, duty, stage, since in GRADUATES:
        name, phone = next(who)
        graduates.append((TEAM, name, unit, duty, stage, since, phone))
    stages = [(TEAM, stage) for stage in dict.fromkeys(stage for stage, *_ in SCHEMES)]
    headers = ["队伍", "姓名", "任职单位", "职务", "培养阶段", "到岗时间", "联系电话"]
    write(
        folder / "graduates.xlsx",
        [
            Sheet("科室", f"{PLACE}科室表", ["镇", "科室"], offices, ["镇"]),
            Sheet("队伍", f"{PLACE}队伍表", ["镇", "队伍", "队长", "联系电话"], teams),
            Sheet("培养环节", f"{PLACE}选调生培养环节表", ["队伍", "培养环节"], stages, ["队伍"]),
            Sheet(
                "举措", f"{PLACE}选调生培养举措表", ["培养环节", "举措", "责任科室"], SCHEMES, ["培养环节"]
            ),
            Sheet("选调生", f"{PLACE}选调生名册", headers, graduates, ["队伍"]),
        ],
    )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
