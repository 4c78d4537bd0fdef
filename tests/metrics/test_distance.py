"""Distance against shortest paths in networkx; kinds left out against chains of kinds."""

import networkx as nx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from orgs import above, forests, graph, ids, links, org_of

from orgraph.metrics.distance import distance
from orgraph.model.errors import OrgraphError, UnknownName

CHAIN = """
structure: s
trees: {t: {}}
kinds:
  a: {root_of: [t]}
  b: {under: {t: [a]}}
  c: {under: {t: [b, c]}}
  d: {under: {t: [c, b]}}
  e: {}
"""
STEPS = {"ab": 0, "ac": 1, "ad": 1, "bc": 0, "bd": 0, "cc": 0, "cd": 0}
"""Kind above and kind below → kinds left out."""


@st.composite
def chains(draw):
    parents = draw(forests(14))
    names = ids(len(parents))
    kinds = [draw(st.sampled_from("abcd")) for _ in names]
    return org_of(
        CHAIN,
        units=[{"id": i, "kind": k} for i, k in zip(names, kinds, strict=True)],
        links=links("t", *(f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None)),
    )


@given(chains(), st.data())
def test_distances_are_shortest_paths_and_skips_add_up_along_them(org, data):
    if not org.units.height:
        return
    g, kinds, up = graph(org, "t"), dict(org.units.select("id", "kind").rows()), above(org, "t")
    start = data.draw(st.sampled_from(org.units["id"].to_list()))
    paths = nx.single_source_shortest_path(g.to_undirected(), start)
    for row in distance(org, start, tree="t").rows(named=True):
        path = paths.get(row["id"])
        if path is None:
            assert {row[c] for c in ("up", "down", "distance", "skip", "meeting")} == {None}
            continue
        meeting = min(path, key=lambda u: len(nx.ancestors(g, u)))
        assert row["distance"] == len(path) - 1 == row["up"] + row["down"]
        assert (row["meeting"], row["up"]) == (meeting, path.index(meeting))
        steps = [STEPS.get(kinds[up[u]] + kinds[u]) for u in path if u != meeting]
        assert row["skip"] == (None if None in steps else sum(steps))
        assert distance(org, start, row["id"], tree="t").rows() == [tuple(row.values())]


def test_a_kind_left_out_is_told_by_the_rules_of_the_unit_s_own_file():
    files = {"s": CHAIN, "short": "structure: short\nuses: [s]\nkinds: {c: {under: {t: [a]}}}"}
    units = [
        {"id": "top", "kind": "a"},
        {"id": "x", "kind": "c"},
        {"id": "y", "kind": "c", "structure": "short"},
    ]
    org = org_of(files, units=units, links=links("t", "x>top", "y>top"))
    assert distance(org, "top").select("id", "skip").rows() == [("top", 0), ("x", 1), ("y", 0)]
    assert distance(org, "x", "y")["skip"].to_list() == [1]


def test_what_does_not_exist():
    org = org_of(CHAIN, units=[{"id": "top", "kind": "a"}, {"id": "e", "kind": "e"}])
    assert distance(org, "top").select("distance", "skip").rows() == [(0, 0)]
    with pytest.raises(OrgraphError, match="不在"):
        distance(org, "top", "e")
    with pytest.raises(UnknownName):
        distance(org, "nobody")
    with pytest.raises(OrgraphError, match="alive"):
        distance(org_of(CHAIN, on=None), "top")
