"""Make the rosters of Pinghu's register (平湖市): they add up to the figures published in spring 2022.

Published: the city's discipline inspection drew up, for works of state-owned enterprises, a rule of 15
articles and a list of three stages (before, during and at completion of works) with 16 risk points and 18
rules. All else is invented: the wording of articles, risk points and rules, the enterprises and their
departments, who answers for what, and every person.

    python examples/pinghu/make_rosters.py [FOLDER]
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from sheets import Sheet, Who, people, write  # noqa: E402 -- beside this folder

PLACE = "平湖市"
RULE = "国有企业工程建设廉洁风险防控办法(试行)"
NUMERALS = [*"一二三四五六七八九十", *(f"十{digit}" for digit in "一二三四五")]

HEADINGS = [
    *("目的", "范围", "职责", "集体决策", "中介选取", "概预算", "招标", "合同", "分包", "变更签证"),
    *("材料", "支付", "验收结算", "监督", "附则"),
]
"""What each of the 15 articles is about."""

CONTROLS = {
    "三重一大决策办法": 4,
    "标前会审制度": 4,
    "中介机构选取办法": 5,
    "监理考核办法": 5,
    "概预算复核办法": 6,
    "招标文件审查办法": 7,
    "限额以下工程管理办法": 7,
    "合同备案制度": 8,
    "分包备案制度": 9,
    "设计变更审批办法": 10,
    "现场签证管理办法": 10,
    "材料进场验收制度": 11,
    "工程款支付管理办法": 12,
    "质保金管理办法": 12,
    "隐蔽工程影像留存制度": 13,
    "竣工验收管理办法": 13,
    "结算审计办法": 13,
    "廉洁约谈制度": 14,
}
"""Rule → the article it rests on, counted from 1."""

CITY = "平湖市纪委监委"
OFFICES = ("党风政风监督室", "第二纪检监察室", "派驻国资办纪检监察组")
ENTERPRISES = {
    "清澜城建集团": ("工程管理部", "合约招标部", "计划财务部"),
    "启帆交投集团": ("工程管理部", "合约招标部", "计划财务部"),
    "安澜水务集团": ("工程管理部", "计划财务部"),
    "岚禾农发集团": ("项目开发部", "综合管理部"),
}
"""Enterprise → its departments that have to do with works."""

WORKS = [f"{e}{d}" for e, ds in ENTERPRISES.items() for d in ds if d in ("工程管理部", "项目开发部")]
TENDERS = [f"{e}{d}" for e, ds in ENTERPRISES.items() for d in ds if d == "合约招标部"]
FINANCE = [f"{e}{d}" for e, ds in ENTERPRISES.items() for d in ds if d == "计划财务部"]
PARTY, OFFICE, POSTED = OFFICES

RISKS = [
    ("事前", "立项未经集体决策", "高", ["三重一大决策办法"], list(ENTERPRISES), [PARTY]),
    ("事前", "中介机构选取不规范", "中", ["中介机构选取办法"], TENDERS, [POSTED]),
    ("事前", "概预算编制不实", "中", ["概预算复核办法"], FINANCE, [POSTED]),
    ("事前", "招标条件量身定做", "高", ["招标文件审查办法", "标前会审制度"], TENDERS, [OFFICE]),
    ("事前", "拆分项目规避招标", "高", ["限额以下工程管理办法"], TENDERS, [OFFICE]),
    ("事中", "转包和违法分包", "高", ["分包备案制度", "合同备案制度"], WORKS, [OFFICE]),
    ("事中", "设计变更随意", "高", ["设计变更审批办法"], WORKS, [POSTED]),
    ("事中", "现场签证把关不严", "高", ["现场签证管理办法"], WORKS, [POSTED]),
    ("事中", "材料以次充好", "中", ["材料进场验收制度"], WORKS, [POSTED]),
    ("事中", "隐蔽工程验收走过场", "中", ["隐蔽工程影像留存制度"], WORKS, [POSTED]),
    ("事中", "监理履职不到位", "低", ["监理考核办法"], WORKS, [POSTED]),
    ("事中", "工程款超进度支付", "高", ["工程款支付管理办法", "廉洁约谈制度"], FINANCE, [PARTY, OFFICE]),
    ("竣工", "竣工验收走过场", "中", ["竣工验收管理办法"], WORKS, [POSTED]),
    ("竣工", "结算审核虚高", "高", ["结算审计办法", "廉洁约谈制度"], FINANCE, [OFFICE]),
    ("竣工", "质保金违规退还", "中", ["质保金管理办法"], FINANCE, []),
    ("竣工", "完工资料缺失", "低", ["竣工验收管理办法"], WORKS[:2], [POSTED]),
]
"""Stage, risk point, how grave, rules, who is responsible, who supervises: one has nobody, a gap."""


def article(number: int) -> str:
    """The name of an article, counted from 1."""
    return f"第{NUMERALS[number - 1]}条"


def articles() -> Sheet:
    """The rule of 15 articles."""
    rows = [(CITY, RULE, article(n), heading) for n, heading in enumerate(HEADINGS, start=1)]
    headers = ["制定单位", "文件", "条款", "条目"]
    return Sheet("条款", f"{PLACE}办法条款表", headers, rows, merge=["制定单位", "文件"])


def controls() -> Sheet:
    """The 18 rules, each with the article that asks for it."""
    rows = [(article(n), name) for name, n in CONTROLS.items()]
    return Sheet("制度", f"{PLACE}防控制度清单", ["依据条款", "制度名称"], rows, merge=["依据条款"])


def units(who: Who) -> Sheet:
    """Who supervises, and who is responsible."""
    rows = [(None, "市纪委监委", CITY, None, None)]
    rows += [(CITY, "纪检监察室", office, *next(who)) for office in OFFICES]
    rows += [(CITY, "国有企业", enterprise, *next(who)) for enterprise in ENTERPRISES]
    rows += [(e, "企业部门", f"{e}{d}", *next(who)) for e, ds in ENTERPRISES.items() for d in ds]
    headers = ["上级单位", "单位类别", "单位名称", "负责人", "联系电话"]
    return Sheet("单位", f"{PLACE}责任监督单位名册", headers, rows, merge=["单位类别"])


def stages() -> Sheet:
    """The three stages."""
    rows = [(CITY, stage) for stage in dict.fromkeys(stage for stage, *_ in RISKS)]
    return Sheet("环节", f"{PLACE}环节表", ["制定单位", "环节"], rows, merge=["制定单位"])


def risk_points() -> Sheet:
    """The 16 risk points."""
    rows = [(*risk[:3], *("、".join(names) or None for names in risk[3:])) for risk in RISKS]
    headers = ["环节", "风险点", "风险等级", "防控制度", "责任单位", "监督单位"]
    return Sheet("风险点", f"{PLACE}国企廉洁风险清单", headers, rows, merge=["环节"])


def main(folder: Path = HERE) -> None:
    """Write the two workbooks."""
    who = people()
    for _ in range(6_000):  # other people than in the other places
        next(who)
    write(folder / "rule-and-controls.xlsx", [articles(), controls()])
    write(folder / "risk-register.xlsx", [units(who), stages(), risk_points()])


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:2]))
