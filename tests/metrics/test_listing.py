"""Listings: a tree in preorder, and one unit from every side."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orgs import above, forests, graph, ids, links, org_of

from orgraph.metrics.listing import show, tree
from orgraph.model.errors import OrgraphError, UnknownName
from orgraph.model.glossary import language

TOWN = """
structure: s
name: {zh: 小镇, en: small town}
trees: {territory: {zh: 属地, en: territory}, party: {zh: 党, en: party}}
relations: {covers: {zh: 覆盖, en: covers}}
roles: {leader: {zh: 负责人, public: true}, member: {zh: 党员}}
measures:
  homes: {zh: 户数, unit: 户}
  area: {zh: 面积, unit: 亩, decimals: 1}
  index: {over_units: none}
kinds:
  v: {zh: 村, root_of: [territory], roles: {leader: 2}, columns: {status: {values: {open: 开放, shut: 关闭}}}}
  e: {zh: 小区, under: {territory: [v]}}
  m: {zh: 微格, under: {territory: [e]}}
  b: {zh: 支部, root_of: [party], under: {party: [b]}}
facts: {branches: {links: covers, from: b}}
indicators:
  covered: {zh: 覆盖率, en: coverage, of: e, counts_if: {branches: {min: 1}}, over: territory, target: 0.9}
"""


def figure(unit, measure, value):
    since, until = date(2022, 4, 1), date(2022, 4, 2)
    return {"unit": unit, "measure": measure, "since": since, "until": until, "value": value}


def town():
    names = {"v": "洪合村", "e1": "东苑", "e2": "西苑", "m1": "一格", "m2": "二格", "b": "家园支部"}
    return org_of(
        TOWN,
        units=[
            {"id": i, "name": n, "kind": i[0], "status": "open" if i == "v" else None}
            for i, n in names.items()
        ],
        links=links("territory", "e1>v", "e2>v", "m1>e1", "m2>e1") + links("covers", "b>e1"),
        people=[{"id": p, "name": n} for p, n in (("p", "沈一"), ("q", "陆二"), ("r", "张三"))],
        memberships=[
            {"person": "p", "unit": "v", "role": "leader"},
            {"person": "q", "unit": "v", "role": "member"},
            {"person": "r", "unit": "m1", "role": "member"},
            {"person": "p", "unit": "m1", "role": "member"},
        ],
        measures=[
            figure("m1", "homes", 50),
            figure("v", "area", 15),
            figure("e1", "homes", 90),
            figure("e1", "index", 7),
        ],
    )


@given(forests(), st.none() | st.integers(0, 5), st.data())
def test_a_tree_lists_levels_in_preorder_and_counts_what_it_does_not_list(parents, levels, data):
    units = [{"id": i, "kind": "b"} for i in ids(len(parents))]
    pairs = [f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None]
    org = org_of(TOWN, units=units, links=links("party", *pairs))
    unit = data.draw(st.sampled_from([None, *ids(len(parents))]))
    got = tree(org, unit, tree="party", levels=levels)
    up, g = above(org, "party"), graph(org, "party")

    def walk(at, depth):
        if levels is not None and depth > levels:
            return []
        return [at] + [u for child in g.successors(at) for u in walk(child, depth + 1)]

    roots = [unit] if unit else [u for u in ids(len(parents)) if u not in up]
    expected = {u for root in roots for u in walk(root, 1)}
    assert set(got["id"]) == expected
    assert got.height == len(expected)
    for row in got.iter_rows(named=True):
        assert row["parent"] == up.get(row["id"])
        assert row["children"] == g.out_degree(row["id"])


def test_the_tree_meant_is_the_one_in_which_the_unit_has_units_below():
    org = town()
    assert tree(org)["id"].to_list() == ["v", "e1", "m1", "m2", "e2"]
    assert tree(org, "东苑", levels=1)["id"].to_list() == ["e1"]
    assert tree(org, "家园支部")["id"].to_list() == ["b"]
    with pytest.raises(OrgraphError, match="不在"):
        tree(org, "b", tree="territory")
    with pytest.raises(UnknownName, match="territory"):
        tree(org, tree="teritory")


def lines(seen, section):
    return seen.filter(section=section).select("item", "value", "completeness", "note").rows()


def test_one_unit_is_seen_from_every_side():
    seen = show(town(), "洪合村")
    assert seen["section"].unique(maintain_order=True).to_list() == [
        "identity",
        "path",
        "children",
        "holders",
        "posts",
        "people",
        "measures",
        "rollup",
        "indicators",
    ]
    assert ("类别", "村", None, "v") in lines(seen, "identity")
    assert ("架构", "小镇", None, "s") in lines(seen, "identity")
    assert ("status", "开放", None, "open") in lines(seen, "identity")
    assert lines(seen, "path") == [("属地", "洪合村", None, "第 1 层")]
    assert lines(seen, "children") == [
        ("属地 · 小区", "2", None, None),
        ("属地 · 微格", "0", None, "以下共 2"),
    ]
    assert lines(seen, "holders") == [("负责人", "沈一", None, None), ("党员", "1 人", None, "不列姓名")]
    assert lines(seen, "posts") == [("负责人", "1/2", None, "空缺 1")]
    assert lines(seen, "people") == [("属地", "3", None, "本级及以下,不重复计人")]
    assert lines(seen, "measures") == [("面积", "1.5 亩", None, None)]
    assert lines(seen, "rollup") == [
        ("户数(小区)", "90 户", 0.5, "属地 · 1/2"),
        ("户数(微格)", "50 户", 0.5, "属地 · 1/2"),
    ]
    assert lines(seen, "indicators") == [("覆盖率", "50 % (1/2)", 1.0, "目标 90 %")]
    assert lines(show(town(), "e1"), "links") == [("覆盖 ← 支部", "1", None, "家园支部")]


def test_names_of_holders_are_shown_when_asked_for():
    seen = show(town(), "v", people=True)
    assert ("党员", "陆二", None, None) in lines(seen, "holders")
    assert "陆二" not in str(show(town(), "v").rows())


def test_all_that_is_said_is_said_in_english_too():
    with language("en"):
        seen = show(town(), "v")
    assert lines(seen, "posts") == [("leader", "1/2", None, "1 vacant")]
    assert lines(seen, "people") == [("territory", "3", None, "here and below, each person once")]


def test_a_unit_that_stands_nowhere_and_has_nothing_still_says_who_it_is():
    org = org_of(TOWN, units=[{"id": "x", "kind": "unheard", "name": None}])
    assert show(org, "x").select("section", "item", "value").rows() == [
        ("identity", "编号", "x"),
        ("identity", "类别", "unheard"),
        ("identity", "架构", "小镇"),
    ]
