"""Make the rosters of Haiyan's development zone (海盐经济开发区): they hold the figures published in 2022.

Published in spring 2022, of three key projects, each carried by an officer:
- smart port: 7 bn yuan in all, about 1,455 mu, 0.4 bn planned for 2022; a river port of 439.6 mu (building),
  a service centre of 135 mu (land won, to start in the second quarter), a sea terminal of 605 mu (to start
  by the year's end). The parts named do not add up to the whole, and the rosters leave it so;
- hydrogen base: over 1 bn US dollars in all; phase one 2.6 bn yuan on 160 mu, of which 20 in trial production
  and 140 in building, 189.8 m yuan done by the end of 2021, 0.1 bn planned for 2022; next dates at the end of
  June and of December;
- sea wall, second works: 35.46 ha, about 0.575 bn yuan; the first part begun on 19 April.
All else is invented: bureaus, names of parts, who carries what, and every person.

    python examples/haiyan/make_rosters.py [FOLDER]
"""

from __future__ import annotations

import sys
from datetime import date
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sheets import Sheet, Who, people, write  # noqa: E402 -- beside this folder

PLACE, ZONE, SUBDISTRICT = "海盐经济开发区", "海盐经济开发区", "西塘桥街道"
BUREAUS = ("经济发展局", "招商服务局", "规划建设局", "应急管理局")
PORT, HYDROGEN, WALL = "智慧港项目", "氢能基地项目", "海塘二期工程"
PHASE = "氢能基地一期"


def offices(who: Who) -> Sheet:
    """The zone, which is the subdistrict's twin, and its bureaus."""
    rows = [(None, "开发区", ZONE, SUBDISTRICT, None, None)]
    rows += [(ZONE, "开发区部门", bureau, None, *next(who)) for bureau in BUREAUS]
    headers = ["上级", "机构类别", "机构名称", "对应街道", "负责人", "联系电话"]
    return Sheet("机构", f"{PLACE}机构名册", headers, rows, merge=["机构类别"])


def projects(who: Who) -> Sheet:
    """The three projects, amounts as published; one officer carries two of them."""
    first, second = next(who), next(who)
    rows = [
        (ZONE, PORT, *first, "规划建设局、招商服务局", 70, None, "约1455"),
        (ZONE, WALL, *first, "规划建设局", "约5.75", None, "35.46公顷"),
        (ZONE, HYDROGEN, *second, "招商服务局、应急管理局", None, "超10亿美元", None),
    ]
    headers = ["开发区", "项目名称", "担当领导", "联系电话", "支持部门"]
    headers += ["总投资(亿元)", "外资总投资", "用地面积(亩)"]
    return Sheet(
        "重点项目", f"{PLACE}重点项目责任表", headers, rows, merge=["开发区", "担当领导", "联系电话"]
    )


def phases() -> Sheet:
    """Phase one of the hydrogen base."""
    headers = ["项目名称", "分期", "总投资(亿元)", "用地面积(亩)"]
    return Sheet("分期", f"{PLACE}项目分期表", headers, [(HYDROGEN, PHASE, 26, 160)])


def parts() -> Sheet:
    """The parts that were named."""
    rows = [
        (PORT, "内河港", "在建", 439.6, None, None),
        (PORT, "港口服务中心", "已摘地", 135, None, "2022年二季度末"),
        (PORT, "外海码头", "待开工", 605, None, "2022年底"),
        (PHASE, "一期试生产装置", "试生产", 20, None, None),
        (PHASE, "一期在建装置", "在建", 140, None, None),
        (WALL, "海塘二期先行段", "在建", None, date(2022, 4, 19), None),
    ]
    headers = ["所属项目", "子项", "进展", "用地面积(亩)", "开工时间", "计划开工"]
    return Sheet("子项", f"{PLACE}项目子项表", headers, rows, merge=["所属项目"])


def milestones() -> Sheet:
    """Dates met and dates to come."""
    rows = [
        ("港口服务中心", "港口服务中心开工", "2022年二季度末", None),
        ("外海码头", "外海码头开工", "2022年底", None),
        (PHASE, "氢能基地年中节点", "2022年6月底", None),
        (PHASE, "氢能基地年末节点", "2022年12月底", None),
        ("海塘二期先行段", "先行段开工", date(2022, 4, 19), date(2022, 4, 19)),
    ]
    headers = ["所属项目", "节点", "时间节点", "完成时间"]
    return Sheet("节点", f"{PLACE}项目节点表", headers, rows, merge=["所属项目"])


def plans() -> Sheet:
    """What is planned for the year."""
    rows = [(PORT, "2022年", 4), (PHASE, "2022年", 1)]
    return Sheet("投资计划", f"{PLACE}年度投资计划表", ["项目", "年度", "计划投资(亿元)"], rows, ["年度"])


def progress() -> Sheet:
    """What was done by the end of the year before."""
    rows = [(PHASE, "2021年12月", 18_980)]
    headers = ["项目", "截至", "累计完成投资(万元)"]
    return Sheet("投资完成", f"{PLACE}投资完成情况表", headers, rows)


def main(folder: Path = HERE) -> None:
    """Write the two workbooks."""
    who = people()
    for _ in range(6_500):  # other people than in the other places
        next(who)
    write(folder / "projects.xlsx", [offices(who), projects(who), phases(), parts(), milestones()])
    write(folder / "investment.xlsx", [plans(), progress()])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
