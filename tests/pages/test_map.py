"""The picture of an organisation: the tree asked for, the figures of the metrics, nothing private."""

from datetime import date

import polars as pl
import pytest
from orgs import links, org_of

import orgraph
from orgraph.metrics.coverage import coverage
from orgraph.metrics.sample import small_town
from orgraph.model.errors import AmbiguousName, OrgraphError, UnknownName
from orgraph.model.glossary import language
from orgraph.model.tables import Org
from orgraph.pages.map import picture, pictures

TOWN = """
structure: s
name: {zh: 镇, en: town}
trees: {territory: {zh: 属地, en: territory}, party: {zh: 党组织隶属, en: party}}
relations: {covers: {zh: 覆盖, en: covers}}
roles: {leader: {zh: 负责人, en: leader, public: true}, member: {zh: 党员, en: member}}
measures: {households: {zh: 户数, en: households, unit: 户}, area: {zh: 面积, en: area, decimals: 1}}
kinds:
  town: {zh: 镇, en: town, root_of: [territory]}
  village: {zh: 村, en: village, under: {territory: [town]}}
  estate:
    zh: 小区
    en: estate
    under: {territory: [village]}
    columns:
      status: {zh: 状态, en: status, values: {occupied: 已入住, building: 在建}}
      opened: {type: date, zh: 启用, en: opened}
      gated: {type: bool, zh: 封闭, en: gated}
      homes: {type: int, zh: 套数, en: homes}
  committee: {zh: 党委, en: committee, root_of: [party]}
  branch: {zh: 支部, en: branch, under: {party: [committee]}}
facts: {branches: {links: covers, from: branch}}
indicators:
  covered: {zh: 支部覆盖率, en: covered, of: estate, where: {status: occupied},
            counts_if: {branches: {min: 1}}, over: territory, target: 1.0}
"""


@pytest.fixture
def town():
    """A town, two villages (one without estates), three estates; a committee and a branch that covers one."""
    return org_of(
        TOWN,
        units=[
            {"id": "t", "kind": "town", "name": "洪合镇"},
            {"id": "v1", "kind": "village", "name": "甲村"},
            {"id": "v2", "kind": "village", "name": "乙村"},
            {"id": "e1", "kind": "estate", "name": "东苑", "status": "occupied", "gated": True, "homes": 7},
            {"id": "e2", "kind": "estate", "name": "西苑", "status": "occupied", "opened": date(2020, 1, 2)},
            {"id": "e3", "kind": "estate", "name": "西苑", "status": "building", "gated": False},
            {"id": "c", "kind": "committee", "name": "镇党委"},
            {"id": "b", "kind": "branch", "name": "东苑支部"},
            {"id": "lost", "kind": "village", "name": "飞地"},
        ],
        links=[
            *links("territory", "v1>t", "v2>t", "e1>v1", "e2>v1", "e3>v1", "lost>nowhere"),
            *links("party", "b>c"),
            *links("covers", "b>e1", "e3>e2"),
        ],
        people=[{"id": f"p{n}", "name": f"公开{n}"} for n in range(6)] + [{"id": "q", "name": "隐名"}],
        memberships=[
            *({"person": f"p{n}", "unit": "v1", "role": "leader"} for n in range(6)),
            {"person": "p0", "unit": "b", "role": "leader"},
            {"person": "q", "unit": "b", "role": "member"},
            {"person": "q", "unit": "e1", "role": "member"},
        ],
        measures=[
            {
                "unit": "e1",
                "measure": "households",
                "since": date(2022, 4, 1),
                "until": date(2022, 4, 2),
                "value": 300,
            },
            {
                "unit": "e1",
                "measure": "area",
                "since": date(2022, 4, 1),
                "until": date(2022, 4, 2),
                "value": 125,
            },
        ],
    )


def details_of(made, label):
    """Heading → value of what a click on the first unit of that name shows."""
    row = made.nodes.filter(label=label).row(0, named=True)
    return {d.heading: row[d.column] for d in made.details if row[d.column] is not None}


def test_a_tree_in_preorder(town):
    made = picture(town)
    assert made.title == "洪合镇"
    assert made.subtitle == "属地 · 2022-04-30"
    assert made.nodes["id"].to_list() == ["t", "v1", "e1", "e2", "e3", "v2"]
    assert made.nodes["parent"].to_list() == [-1, 0, 1, 1, 1, 0]
    assert made.nodes["end"].to_list() == [6, 5, 3, 4, 5, 6]
    assert made.nodes["level"].to_list() == [1, 2, 3, 3, 3, 2]
    assert made.nodes["kind_label"].to_list() == ["镇", "村", "小区", "小区", "小区", "村"]
    assert made.hidden == 0


def test_what_stands_outside_is_said(town):
    said = picture(town).remarks
    assert [s.split(" ")[1] for s in said] == ["2", "1"]
    assert "不属于这种隶属关系" in said[0]
    assert "没有上级" in said[1]


def test_only_what_stands_under_a_unit(town):
    made = picture(town, under="甲村")
    assert made.title == "甲村"
    assert made.nodes["id"].to_list() == ["v1", "e1", "e2", "e3"]
    assert made.nodes["parent"].to_list() == [-1, 0, 0, 0]
    assert made.nodes["end"].to_list() == [4, 2, 3, 4]
    assert made.nodes["level"].to_list() == [1, 2, 2, 2]
    assert made.remarks == ()


def test_another_tree(town):
    made = picture(town, tree="party")
    assert (made.title, made.subtitle) == ("镇党委", "党组织隶属 · 2022-04-30")
    assert made.nodes["id"].to_list() == ["c", "b"]
    assert picture(town, under="c").nodes["id"].to_list() == ["c", "b"]


def test_an_indicator_colours_with_the_rates_that_coverage_gives(town):
    made = picture(town, colour="covered")
    assert dict(zip(made.nodes["id"], made.nodes["colour_value"], strict=True)) == {
        "t": 0.5, "v1": 0.5, "e1": 1.0, "e2": 0.0, "e3": None, "v2": None,
    }  # fmt: skip
    assert (made.scale.label, made.scale.rate, made.scale.numerator, made.scale.denominator) == (
        "支部覆盖率",
        0.5,
        1,
        2,
    )
    assert made.scale.target == 1.0
    for kind in ("town", "village", "estate"):
        rates = coverage(town, "covered", by=kind).drop_nulls("id").select("id", "rate")
        ours = made.nodes.filter(kind=kind).select("id", rate="colour_value")
        assert (
            ours.join(rates, on="id", how="left", nulls_equal=True)["rate_right"].to_list()
            == ours["rate"].to_list()
        )
    under = picture(town, colour="covered", under="乙村")
    assert (under.scale.rate, under.scale.denominator) == (None, 0)


def test_the_indicators_own_tree_is_drawn(town):
    assert picture(town, colour="covered").subtitle.startswith("属地")


def test_details_of_a_unit(town):
    made = picture(town)
    sums = {"户数（户），小区合计": 300, "面积，小区合计": 12.5, "其中已报小区": "1 / 3"}
    assert details_of(made, "洪合镇") == {"下辖村": 2, "下辖小区": 3, **sums}
    assert details_of(made, "东苑") == {
        "状态": "已入住", "封闭": "是", "套数": 7, "党员": "1 人",
        "户数（户）": 300, "面积": 12.5, "覆盖 ←": "东苑支部",
    }  # fmt: skip
    assert details_of(made, "西苑") == {"状态": "已入住", "启用": "2020-01-02", "覆盖 ←": "西苑"}
    assert details_of(made, "甲村") == {
        "下辖小区": 3,
        "负责人": "公开0、公开1、公开2、公开3 等 6 人",
        **sums,
    }


def test_only_holders_of_public_roles_are_named(town, tmp_path):
    for tree in ("territory", "party"):
        text = orgraph.map(town, tmp_path / "map.html", tree=tree).read_text("utf-8")
        assert "公开0" in text
        assert "隐名" not in text


def test_a_forgotten_person_has_no_name_to_show(town):
    forgotten = org_of(
        town.structures,
        **{t: town.table(t).to_dicts() for t in ("units", "links", "memberships")},
        people=[{"id": f"p{n}", "name": None} for n in range(6)],
    )
    assert "负责人" not in details_of(picture(forgotten), "甲村")


def test_folding_counts_what_is_hidden_and_names_its_kind(town):
    made = picture(town, limit=3)
    assert made.nodes["id"].to_list() == ["t", "v1", "v2"]
    assert made.nodes["folded"].to_list() == [0, 3, 0]
    assert made.nodes["folded_label"].to_list() == [None, "个小区", None]
    assert made.hidden == 3
    assert details_of(made, "洪合镇")["下辖小区"] == 3
    mixed = picture(town, limit=1)
    assert mixed.nodes["folded"].to_list() == [5]
    assert mixed.nodes["folded_label"].to_list() == ["个单位"]
    rated = picture(town, limit=3, colour="covered")
    assert rated.nodes["colour_value"].to_list() == [0.5, 0.5, None]


def test_ties_of_which_both_ends_are_drawn(town):
    made = picture(town)
    ids = made.nodes["id"]
    assert [(ids[s], ids[t], label) for s, t, label in made.links.rows()] == [("e3", "e2", "覆盖")]
    assert picture(town, limit=3).links.is_empty()


def test_several_roots(town):
    several = org_of(
        TOWN, units=[{"id": i, "kind": "town"} for i in ("a", "b")], links=links("territory", "x>a")
    )
    made = picture(several, tree="territory")
    assert made.title == "组织图"
    assert made.nodes["parent"].to_list() == [-1, -1]


def test_no_unit_at_all(tmp_path):
    nobody = org_of(TOWN, links=links("territory", "x>y"))
    assert picture(nobody).nodes.is_empty()
    assert orgraph.map(nobody, tmp_path / "map.html").stat().st_size > 400_000


def test_in_english(town):
    with language("en"):
        made = picture(town, limit=3)
    assert made.subtitle == "territory · 2022-04-30"
    assert made.nodes["folded_label"].to_list() == [None, "estate", None]
    assert details_of(made, "甲村")["leader"] == "公开0、公开1、公开2、公开3 and others, 6 people"


def test_what_does_not_exist_is_refused_and_nothing_written(town, tmp_path):
    target = tmp_path / "map.html"
    with pytest.raises(UnknownName, match="洪合镇"):
        orgraph.map(town, target, under="洪合阵")
    with pytest.raises(AmbiguousName, match="西苑"):
        orgraph.map(town, target, under="西苑")
    with pytest.raises(UnknownName, match="territory"):
        orgraph.map(town, target, tree="territori")
    with pytest.raises(UnknownName, match="covered"):
        orgraph.map(town, target, colour="coverd")
    with pytest.raises(OrgraphError, match="不在"):
        orgraph.map(town, target, under="镇党委", tree="territory")
    timeless = Org.from_tables(town.structures, units=town.table("units"), links=town.table("links"))
    with pytest.raises(OrgraphError, match="日期"):
        orgraph.map(timeless, target)
    assert not target.exists()


def test_the_picture_holds_what_the_org_holds(jiaxing):
    made = picture(jiaxing)
    assert made.nodes.height == 1403
    assert made.title == "嘉兴市"
    counts = dict(made.nodes["kind"].value_counts().iter_rows())
    assert (counts["county"], counts["town"], counts["village"]) == (7, 72, 1202)
    assert made.details[0].column.startswith("below:")
    top = made.nodes.row(0, named=True)
    assert (top["below:town"], top["below:village"], top["below:micro_grid"]) == (72, 1202, 100)


def test_by_the_surface_of_the_package(tmp_path):
    path = orgraph.map(small_town(), tmp_path / "map.html", colour="covered")
    assert path == tmp_path / "map.html"
    assert isinstance(picture(small_town()).nodes, pl.DataFrame)


def test_a_page_has_every_tree_in_which_there_is_something_to_see(town, tmp_path):
    def trees(**asked):
        return [one.tree for one in pictures(town, **asked)]

    assert trees() == ["territory", "party"]
    assert trees(tree="party") == ["party", "territory"]
    assert trees(under="甲村") == ["territory"]
    assert [one.scale is None for one in pictures(town, colour="covered")] == [False, True]
