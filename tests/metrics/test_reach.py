"""Reach against breadth-first search in networkx, along several relations and trees, up, down and both."""

from datetime import date

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from orgs import forests, ids, links, org_of

from orgraph.metrics.reach import cascade, reach, reach_totals
from orgraph.model.errors import OrgraphError, UnknownName

NET = """
structure: s
trees: {party: {}, grid: {}}
relations: {channel: {}, helps: {}}
roles: {leader: {public: true}, member: {}}
measures: {homes: {}, area: {decimals: 1}, index: {over_units: none}}
kinds:
  v: {root_of: [party, grid], under: {party: [v], grid: [v]}}
  w: {under: {party: [v, w]}}
"""
TREES = ("party", "grid")
RELATIONS = ("channel", "helps")


@st.composite
def nets(draw):
    parents = draw(forests(15))
    names = [*ids(len(parents)), "lone"]
    pairs = st.lists(st.tuples(st.sampled_from(names), st.sampled_from(names)), max_size=12)
    grid = [f"u{row}>u{row - 1}" for row in range(1, len(parents)) if draw(st.booleans())]
    ties = links("party", *(f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None))
    ties += links("grid", *grid) + [
        link for r in RELATIONS for link in links(r, *(f"{a}>{b}" for a, b in draw(pairs)))
    ]
    posts = st.lists(st.tuples(st.sampled_from("pqr"), st.sampled_from(names)), max_size=10)
    since, until = date(2022, 4, 1), date(2022, 4, 2)
    return org_of(
        NET,
        units=[{"id": i, "kind": draw(st.sampled_from("vw"))} for i in names],
        links=ties,
        people=[{"id": p} for p in "pqr"],
        memberships=[{"person": p, "unit": u, "role": "member"} for p, u in draw(posts)],
        measures=[
            {
                "unit": u,
                "measure": "homes",
                "since": since,
                "until": until,
                "value": draw(st.integers(-9, 99)),
            }
            for u in draw(st.lists(st.sampled_from(names), unique=True))
        ],
    )


def walked(org, source, along, hops, direction):
    """Unit → steps, by networkx."""
    g = nx.DiGraph()
    g.add_nodes_from(org.units["id"])
    for link in org.table("links").iter_rows(named=True):
        if link["relation"] in along:
            way = (link["source"], link["target"])
            way = way[::-1] if link["relation"] in TREES else way
            if direction != "up":
                g.add_edge(*way)
            if direction != "down":
                g.add_edge(*way[::-1])
    found = nx.single_source_shortest_path_length(g, source, cutoff=hops)
    return {unit: steps for unit, steps in found.items() if unit != source}


asked = st.fixed_dictionaries(
    {
        "along": st.none() | st.lists(st.sampled_from([*TREES, *RELATIONS]), unique=True),
        "hops": st.none() | st.integers(0, 4),
        "direction": st.sampled_from(["down", "up", "both"]),
    }
)


@given(nets(), asked, st.data())
def test_steps_are_those_of_networkx_and_the_complement_is_the_rest(org, how, data):
    source = data.draw(st.sampled_from(org.units["id"].to_list()))
    expected = walked(
        org, source, TREES if how["along"] is None else how["along"], how["hops"], how["direction"]
    )
    got = reach(org, source, **how)
    assert dict(got.select("id", "hops").rows()) == expected
    assert got["hops"].is_sorted()
    assert got["reached"].all()
    rest = reach(org, source, **how, missed=True)
    assert set(rest["id"]) == set(org.units["id"]) - set(expected) - {source}
    assert rest["hops"].null_count() == rest.height
    assert not rest["reached"].any()
    posts = org.table("memberships").select("person", "unit").unique()
    for unit, people in [*got.select("id", "people").rows(), *rest.select("id", "people").rows()]:
        assert people == posts.filter(unit=unit).height


@given(nets(), asked, st.data())
def test_totals_add_up_what_is_reached_and_what_is_missed(org, how, data):
    source = data.draw(st.sampled_from(org.units["id"].to_list()))
    steps = walked(
        org, source, TREES if how["along"] is None else how["along"], how["hops"], how["direction"]
    )
    missed = set(org.units["id"]) - set(steps) - {source}
    kinds = dict(org.units.select("id", "kind").rows())
    homes = dict(org.table("measures").select("unit", "value").rows())
    posts = org.table("memberships").select("person", "unit").unique().rows()
    nearest = {}
    for person, unit in posts:
        if unit in steps:
            nearest[person] = min(steps[unit], nearest.get(person, steps[unit]))
    for row in reach_totals(org, source, **how).iter_rows(named=True):
        mine = {u for u in kinds if row["kind"] in (None, kinds[u])}
        if row["item"] == "units":
            expected = (
                len(mine & set(steps)),
                len(mine & missed),
                sum(1 / steps[u] for u in mine & set(steps)),
            )
        elif row["item"] == "people":
            lost = {p for p, u in posts if u in missed} - set(nearest)
            expected = (len(nearest), len(lost), sum(1 / n for n in nearest.values()))
        else:
            told = {u: v for u, v in homes.items() if u in mine}
            near = {u: v for u, v in told.items() if u in steps}
            far = sum(v for u, v in told.items() if u in missed)
            expected = (sum(near.values()), far, sum(v / steps[u] for u, v in near.items()))
            there = mine & set(steps)
            assert row["completeness"] == (len(near) / len(there) if there else None)
        assert (row["reached"], row["missed"], row["weighted"]) == pytest.approx(expected)
        whole = row["reached"] + row["missed"]
        assert row["share"] == (pytest.approx(row["reached"] / whole) if whole else None)


@given(nets(), asked, st.data())
def test_a_cascade_is_reach_step_by_step(org, how, data):
    source = data.draw(st.sampled_from(org.units["id"].to_list()))
    along = TREES if how["along"] is None else how["along"]
    steps = walked(org, source, along, how["hops"], how["direction"])
    posts = [row for row in org.table("memberships").select("person", "unit").rows() if row[1] != source]
    got = cascade(org, source, **how).rows(named=True)
    assert [row["hops"] for row in got] == list(range(1, max(steps.values(), default=0) + 1))
    for row in got:
        so_far = {u for u, n in steps.items() if n <= row["hops"]}
        people = {p for p, u in posts if u in so_far}
        assert (row["units_so_far"], row["people_so_far"]) == (len(so_far), len(people))
        assert row["units"] == sum(n == row["hops"] for n in steps.values())
        assert row["people"] == len(people - {p for p, u in posts if steps.get(u, 99) < row["hops"]})
        assert row["share"] == pytest.approx(len(so_far) / (org.units.height - 1))
        everybody = len({p for p, _ in posts})
        share = row["share_people"]
        assert share == pytest.approx(len(people) / everybody) if everybody else share is None


def chain(**more):
    units = [{"id": i, "kind": "v", "name": n} for i, n in zip("abc", ("甲", "乙", "丙"), strict=True)]
    return org_of(NET, units=units, links=links("party", "b>a", "c>b") + links("channel", "a>c"), **more)


def test_several_sources_start_together_and_none_is_counted():
    assert reach(chain(), ["甲", "b"]).select("id", "hops").rows() == [("c", 1)]


def test_a_relation_runs_from_source_to_target_and_a_tree_from_parent_to_child():
    org = chain()
    assert reach(org, "a", along=["channel"])["id"].to_list() == ["c"]
    assert reach(org, "c", along=["channel"])["id"].to_list() == []
    assert reach(org, "c", along=["channel"], direction="up")["id"].to_list() == ["a"]
    assert reach(org, "b", along=["party", "channel"], direction="both").select("id", "hops").rows() == [
        ("a", 1),
        ("c", 1),
    ]


def test_figures_stand_beside_each_unit_and_those_that_do_not_add_up_have_no_total():
    since, until = date(2022, 4, 1), date(2022, 4, 2)
    rows = [("b", "area", 15), ("c", "area", 20), ("b", "index", 7), ("a", "area", 1000)]
    org = chain(
        measures=[{"unit": u, "measure": m, "since": since, "until": until, "value": v} for u, m, v in rows]
    )
    assert reach(org, "a").select("id", "area", "index").rows() == [("b", 1.5, 7), ("c", 2.0, None)]
    totals = reach_totals(org, "a")
    assert totals.filter(item="area").drop("weighted").rows() == [("area", "v", 3.5, 0.0, 1.0, 1.0)]
    assert totals.filter(item="area")["weighted"].to_list() == [2.5]
    assert "index" not in totals["item"]


def test_what_does_not_exist_is_refused_with_the_nearest_name():
    with pytest.raises(UnknownName, match="channel"):
        reach(chain(), "a", along=["chanel"])
    with pytest.raises(UnknownName, match="down"):
        reach(chain(), "a", direction="dawn")
    with pytest.raises(UnknownName):
        reach(chain(), "nobody")
    with pytest.raises(OrgraphError, match="alive"):
        reach_totals(org_of(NET, on=None), "a")
