"""Single points of failure against taking units and people out of networkx graphs and walking again."""

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orgs import forests, ids, links, org_of

from orgraph.metrics.cutoff import cutoff
from orgraph.model.errors import OrgraphError, UnknownName

LINES = """
structure: s
trees: {party: {}, grid: {}}
relations: {channel: {}}
roles: {leader: {public: true}, member: {}}
kinds:
  v: {root_of: [party, grid], under: {party: [v], grid: [v]}}
"""


@st.composite
def lines(draw):
    """Two trees over the same units in unlike orders, some channels, leaders and members."""
    party, grid = draw(forests(12)), draw(forests(12))
    names = ids(max(len(party), len(grid)))
    order = draw(st.permutations(names))
    ties = links("party", *(f"{names[row]}>{names[up]}" for row, up in enumerate(party) if up is not None))
    ties += links("grid", *(f"{order[row]}>{order[up]}" for row, up in enumerate(grid) if up is not None))
    if names:
        pairs = draw(st.lists(st.tuples(*[st.sampled_from(names)] * 2), max_size=4, unique=True))
        ties += links("channel", *(f"{a}>{b}" for a, b in pairs))
    role = st.sampled_from(["leader", "leader", "member"])
    posts = st.tuples(st.sampled_from("pqr"), st.sampled_from(names or ["none"]), role)
    return org_of(
        LINES,
        units=[{"id": i, "kind": "v"} for i in names],
        links=ties,
        people=[{"id": p, "name": p.upper()} for p in "pqr"],
        memberships=[
            {"person": p, "unit": u, "role": r} for p, u, r in draw(st.lists(posts, max_size=12, unique=True))
        ],
    )


ALONG = st.sampled_from([["party"], ["grid"], ["party", "grid"], ["party", "grid", "channel"]])


def net(org, along):
    g = nx.DiGraph()
    g.add_nodes_from(org.units["id"])
    for relation in along:
        pairs = org.table("links").filter(relation=relation).select("source", "target").rows()
        g.add_edges_from((a, b) if relation == "channel" else (b, a) for a, b in pairs)
    return g


def tops(g):
    g = g.copy()
    g.remove_edges_from(nx.selfloop_edges(g))
    return {u for u in g if g.out_degree(u) and not g.in_degree(u)}


def reached(g, starts, gone=frozenset()):
    left = g.subgraph(set(g) - gone)
    return set().union(*({s} | nx.descendants(left, s) for s in starts - gone))


def pairs(g):
    return sum(len(c) * (len(c) - 1) // 2 for c in nx.connected_components(g))


def fragmentation(g, unit):
    whole = g.to_undirected()
    before = pairs(whole) - (len(nx.node_connected_component(whole, unit)) - 1)
    whole.remove_node(unit)
    return (before - pairs(whole)) / before if before else None


@given(lines(), ALONG)
def test_units_cut_off_what_walking_without_them_misses(org, along):
    g = net(org, along)
    posts = org.table("memberships").select("unit", "person").rows()
    everything = reached(g, tops(g))
    wanted = {}
    for unit in g:
        missed = everything - reached(g, tops(g), {unit}) - {unit}
        share = fragmentation(g, unit)
        if missed or share:
            wanted[unit] = (len(missed), len({p for u, p in posts if u in missed}), share)
        assert set(cutoff(org, along=along, without=unit)["id"]) == missed
    got = cutoff(org, along=along)
    assert {row[0]: row[3:] for row in got.rows()} == {
        u: (*w[:2], w[2] if w[2] is None else pytest.approx(w[2])) for u, w in wanted.items()
    }
    assert got["cut_off"].is_sorted(descending=True)


@given(lines(), ALONG)
def test_people_cut_off_what_hangs_on_units_that_they_alone_lead(org, along):
    g = net(org, along)
    posts = org.table("memberships").select("unit", "person", "role").rows()
    everything = reached(g, tops(g))
    leaders = {u: {p for unit, p, r in posts if unit == u and r == "leader"} for u in g}
    wanted = {}
    for person in "pqr":
        alone = {u for u in g if leaders[u] == {person}}
        missed = everything - reached(g, tops(g), alone) - alone
        if missed:
            wanted[person] = (len(alone), len(missed), len({p for u, p, _ in posts if u in missed}))
        assert set(cutoff(org, along=along, without=person)["id"]) == missed
    assert {row[0]: row[2:] for row in cutoff(org, along=along, by="leader").rows()} == wanted


@settings(max_examples=40)
@given(lines())
def test_tree_by_tree_and_all_together(org):
    rows = cutoff(org, by="tree").rows(named=True)
    assert [row["along"] for row in rows] == ["party", "grid", None]
    for row in rows:
        along = ["party", "grid"] if row["along"] is None else [row["along"]]
        g = net(org, along)
        cuts = cutoff(org, along=along)
        tied = [u for u in g if g.degree(u)]
        points = cuts.filter(cuts["cut_off"] > 0).height
        assert (row["units"], row["points"]) == (len(tied), points)
        assert row["share"] == (points / len(tied) if tied else None)
        assert row["largest"] == (cuts["cut_off"].max() or 0)
        mean = sum(fragmentation(g, u) or 0 for u in tied) / len(tied) if tied else None
        assert row["fragmentation"] == (None if mean is None else pytest.approx(mean))


def diamond(*posts):
    """d hangs under b in one tree and under c in the other, both under a."""
    return org_of(
        LINES,
        units=[{"id": i, "kind": "v"} for i in "abcd"],
        links=[*links("party", "b>a", "c>a", "d>b"), *links("grid", "d>c")],
        people=[{"id": p, "name": p.upper()} for p in "pqr"],
        memberships=[dict(zip(("person", "unit", "role"), post.split(), strict=True)) for post in posts],
    )


def test_two_lines_save_a_unit_unless_one_person_leads_both():
    org = diamond("p b leader", "p c leader", "q d member", "r a leader", "q a leader")
    assert cutoff(org).select("id", "cut_off", "people").rows() == [("a", 3, 2)]
    assert cutoff(org, along=["party"])["id"].to_list() == ["a", "b"]
    assert cutoff(org, by="leader").rows() == [("p", "P", 2, 1, 1)]
    assert cutoff(org, without="p")["id"].to_list() == ["d"]
    assert cutoff(diamond("p b leader", "q c leader"), by="leader").height == 0


def test_a_deputy_keeps_the_line_open():
    assert cutoff(diamond("p a leader"), by="leader")["cut_off"].to_list() == [3]
    assert cutoff(diamond("p a leader", "q a leader"), by="leader").height == 0


def test_from_another_source():
    assert cutoff(diamond(), source="c").select("id", "cut_off").rows() == [("c", 1)]
    assert cutoff(diamond(), source=["b", "c"]).height == 0


def test_nothing_and_what_does_not_exist():
    empty = org_of(LINES)
    for by in (None, "leader"):
        assert cutoff(empty, by=by).height == 0
    assert cutoff(empty, by="tree")["points"].to_list() == [0, 0, 0]
    assert cutoff(diamond(), without="q").height == 0
    with pytest.raises(UnknownName):
        cutoff(diamond(), without="nobody")
    with pytest.raises(UnknownName, match="leader"):
        cutoff(diamond(), by="leder")
    with pytest.raises(OrgraphError, match="alive"):
        cutoff(org_of(LINES, on=None))
