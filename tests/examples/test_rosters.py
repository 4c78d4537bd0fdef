"""The bundled rosters are what their scripts make, and add up to what was published."""

import re
import subprocess
import sys

import pytest

openpyxl = pytest.importorskip("openpyxl")

EXAMPLES = {
    "honghe": ["party-and-estates.xlsx", "new-residents.xlsx", "service-and-teams.xlsx"],
    "gaozhao": ["estate-and-grids.xlsx", "nets-and-duties.xlsx"],
    "jianshan": ["estates-and-groups.xlsx", "letters.xlsx", "teams.xlsx"],
    "haiyan": ["projects.xlsx", "investment.xlsx"],
    "shendang": ["courses.xlsx"],
    "tianning": ["graduates.xlsx"],
    "pinghu": ["rule-and-controls.xlsx", "risk-register.xlsx"],
    "yaozhuang": ["helpers.xlsx", "boundary.xlsx", "outcomes.xlsx"],
    "wanghai": ["branches-and-team.xlsx", "pilots.xlsx"],
    "company": ["organisation.xlsx", "staff.xlsx"],
}

SPEAK_OF_THE_SAME = {("shendang", "学员")}
"""Sheets about people who stand in another sheet already."""


def content(path):
    book = openpyxl.load_workbook(path)
    return {
        page.title: (list(page.iter_rows(values_only=True)), sorted(map(str, page.merged_cells.ranges)))
        for page in book
    }


def rows(root, example, file, sheet):
    _, _, headers, *found = content(root / "examples" / example / file)[sheet][0]
    return [dict(zip(headers, row, strict=True)) for row in found]


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_scripts_make_the_workbooks_that_are_bundled(root, tmp_path, example):
    script = root / "examples" / example / "make_rosters.py"
    subprocess.run([sys.executable, script, tmp_path], check=True, capture_output=True)
    assert sorted(p.name for p in tmp_path.iterdir()) == sorted(EXAMPLES[example])
    for file in EXAMPLES[example]:
        assert content(tmp_path / file) == content(root / "examples" / example / file), (
            f"{file}: run {script}"
        )


def test_honghe_adds_up(root):
    branches = rows(root, "honghe", "new-residents.xlsx", "流动党支部")[1:]
    assert len(branches) == 8
    assert sum(r["党员数"] for r in branches) == 235
    assert 200 < sum(r["参与党员"] for r in branches) <= 235
    members = rows(root, "honghe", "new-residents.xlsx", "流动党员")
    assert len({r["姓名"] for r in members}) == 235
    service = rows(root, "honghe", "service-and-teams.xlsx", "志愿服务")
    assert sum(r["服务时长(小时)"] for r in service) == 23_000
    assert sum(r["服务人次"] for r in service) == 1_800


def test_gaozhao_adds_up(root):
    micro_grids = rows(root, "gaozhao", "estate-and-grids.xlsx", "微网格")
    sums = [sum(r[column] for r in micro_grids) for column in ("户数", "常住人口", "新居民")]
    assert sums == [3_723, 12_560, 6_340]
    assert all(r["新居民"] < r["常住人口"] for r in micro_grids)


def test_pinghu_adds_up(root):
    assert len(rows(root, "pinghu", "rule-and-controls.xlsx", "条款")) == 15
    assert len({r["制度名称"] for r in rows(root, "pinghu", "rule-and-controls.xlsx", "制度")}) == 18
    assert [r["环节"] for r in rows(root, "pinghu", "risk-register.xlsx", "环节")] == ["事前", "事中", "竣工"]
    risks = rows(root, "pinghu", "risk-register.xlsx", "风险点")
    assert len({r["风险点"] for r in risks}) == 16
    assert [r["风险点"] for r in risks if not (r["防控制度"] and r["责任单位"] and r["监督单位"])] == [
        "质保金违规退还"
    ]


def test_jianshan_adds_up(root):
    assert rows(root, "jianshan", "estates-and-groups.xlsx", "基本情况")[0]["区域面积(平方公里)"] == 9
    assert len(rows(root, "jianshan", "estates-and-groups.xlsx", "小区")) == 15
    assigned = rows(root, "jianshan", "estates-and-groups.xlsx", "微网格")
    micro_grids = {r["微网格"] for r in assigned}
    buildings = rows(root, "jianshan", "estates-and-groups.xlsx", "楼幢")
    assert sum(r["流动人口"] for r in buildings) == 12_000
    assert all(r["微网格长"] and r["岗位"] and r["责任区域"] for r in assigned)
    letters = rows(root, "jianshan", "letters.xlsx", "责任书")
    days = [letters[at : at + len(micro_grids)] for at in range(0, len(letters), len(micro_grids))]
    assert [d[0]["日期"].day for d in days] == [10, 11, 12]
    shares = [sum(r["已签"] for r in d) / sum(r["应签"] for r in d) for d in days]
    assert shares[0] == 0.2
    assert shares[2] > 0.9
    signed = zip(*([r["已签"] for r in d] for d in days), strict=True)
    assert all(list(s) == sorted(s) for s in signed)
    assert all(0 <= r["已签"] <= r["应签"] for r in letters)
    members = rows(root, "jianshan", "teams.xlsx", "队员")
    assert sum(r["特长"] == "驾驶员" for r in members) == 14
    on_call = rows(root, "jianshan", "teams.xlsx", "志愿者")
    assert {(r["姓名"], r["联系电话"]) for r in members} < {(r["志愿者"], r["手机号码"]) for r in on_call}


def test_haiyan_adds_up_where_it_was_published_so(root):
    land = {r["子项"]: r["用地面积(亩)"] for r in rows(root, "haiyan", "projects.xlsx", "子项")}
    assert land["一期试生产装置"] + land["一期在建装置"] == 160
    assert land["内河港"] + land["港口服务中心"] + land["外海码头"] == 439.6 + 135 + 605 < 1_455
    projects = rows(root, "haiyan", "projects.xlsx", "重点项目")
    assert [r["用地面积(亩)"] for r in projects] == ["约1455", "35.46公顷", None]
    assert [r["总投资(亿元)"] for r in projects] == [70, "约5.75", None]


def test_yaozhuang_adds_up(root):
    helpers = rows(root, "yaozhuang", "helpers.xlsx", "派出名单")
    assert sum(r["派出日期"] is not None for r in helpers) == 55
    outcomes = rows(root, "yaozhuang", "outcomes.xlsx", "成效")
    headers = ("违规充电整改(起)", "室内停车整改(起)", "陪护老人接种(人)")
    mended, parked, elders = (sum(r[h] for r in outcomes) for h in headers)
    assert (mended, parked) == (152, 178)
    assert elders > 40
    sections = rows(root, "yaozhuang", "boundary.xlsx", "管控段")
    assert round(sum(r["长度(公里)"] for r in sections), 1) == 7
    patrols = rows(root, "yaozhuang", "boundary.xlsx", "排班")
    sent = {(r["姓名"], r["联系电话"]) for r in helpers if r["派出日期"]}
    assert {(r["巡逻员"], r["手机号码"]) for r in patrols} <= sent


def test_shendang_adds_up(root):
    cadres = {r["姓名"]: r["联系电话"] for r in rows(root, "shendang", "courses.xlsx", "组工干部")}
    trainees = rows(root, "shendang", "courses.xlsx", "学员")
    assert len({r["姓名"] for r in trainees}) == 12
    assert all(r["发言"] == r["讨论"] == r["考核"] == "√" for r in trainees)
    assert all(cadres[r["姓名"]] == r["联系电话"] for r in trainees)


def test_wanghai_adds_up(root):
    enterprises = rows(root, "wanghai", "branches-and-team.xlsx", "企业")
    pilots = {r["企业名称"] for r in enterprises if r["是否试点"] == "是"}
    assert len(pilots) == 2
    party = rows(root, "wanghai", "branches-and-team.xlsx", "党组织")
    both = {r["覆盖企业"] for r in party if r["上级党组织"] and r["监督单位"]}
    assert both == pilots
    workshops = rows(root, "wanghai", "pilots.xlsx", "车间")
    assert all(r["承诺书签订数"] == r["职工数"] for r in workshops)
    assert {r["企业"] for r in workshops} - {None} == pilots


def test_tianning_adds_up(root):
    graduates = rows(root, "tianning", "graduates.xlsx", "选调生")
    assert len({r["姓名"] for r in graduates}) == 4
    assert {r["培养阶段"] for r in graduates} == {"育", "管", "用"}
    assert [r["培养环节"] for r in rows(root, "tianning", "graduates.xlsx", "培养环节")] == ["育", "管", "用"]


def test_company_adds_up(root):
    units = rows(root, "company", "organisation.xlsx", "组织架构")
    teams = [r for r in units if r["级别"] == "小组"]
    assert sum(r["在岗"] for r in teams) == len(rows(root, "company", "staff.xlsx", "员工")) == 300
    assert sum(r["编制"] for r in teams) == 318
    assert sum(r["虚线汇报"] is not None for r in teams) == 10
    assert sum(r["年度预算(万元)"] for r in rows(root, "company", "organisation.xlsx", "预算")) == 8_600


def test_nobody_stands_in_two_posts_by_accident_and_no_phone_can_be_somebodys(root):
    names, phones = [], []
    for example, files in EXAMPLES.items():
        for file in files:
            for sheet, (cells, _) in content(root / "examples" / example / file).items():
                headers = cells[2]
                for row in cells[3:] if (example, sheet) not in SPEAK_OF_THE_SAME else []:
                    said = dict(zip(headers, row, strict=True))
                    who = ("姓名", "书记", "组长", "负责人", "微网格长", "担当领导", "队长")
                    names += [said[h] for h in who if said.get(h)]
                    phones += [said["联系电话"]] if said.get("联系电话") else []
    assert len(set(names)) == len(names) > 300
    assert len(set(phones)) == len(phones) > 300
    assert all(re.fullmatch(r"160\d{8}", phone) for phone in phones)
