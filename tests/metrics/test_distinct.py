"""People counted once at every unit above them, against sets in plain Python."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from orgs import forests

from orgraph.metrics.distinct import distinct_rollup, lowest_common
from orgraph.model.hierarchy import build


def built(parents):
    pairs = [(row, up) for row, up in enumerate(parents) if up is not None]
    child, up = (np.array([p[i] for p in pairs], np.int32) for i in (0, 1))
    return build("t", child, up, np.ones(len(parents), bool))


@given(forests(), st.data())
def test_each_person_counts_once_at_each_unit_above(parents, data):
    h = built(parents)
    rows = st.lists(st.tuples(st.integers(0, max(len(h) - 1, 0)), st.integers(0, 6)), max_size=30)
    posts = data.draw(rows) if len(h) else []
    place, who = (np.array([p[i] for p in posts], np.int64) for i in (0, 1))
    weight = np.array([3, 1, 4, 1, 5, 9, 2], np.int64)
    plain, weighed = distinct_rollup(h, place, who), distinct_rollup(h, place, who, weight[who])
    for at in range(len(h)):
        people = {p for q, p in posts if at <= q < h.end[at]}
        assert plain[at] == len(people)
        assert weighed[at] == sum(weight[p] for p in people)


@given(forests())
def test_lowest_common_ancestors_are_those_of_networkx(parents):
    h = built(parents)
    g = nx.DiGraph()
    g.add_nodes_from(range(len(h)))
    g.add_edges_from((int(up), at) for at, up in enumerate(h.parent) if up >= 0)
    pairs = [(a, b) for a in range(len(h)) for b in range(a, len(h))]
    first, second = (np.array([p[i] for p in pairs], np.int64) for i in (0, 1))
    found = lowest_common(h, first, second).tolist()
    for (a, b), got in zip(pairs, found, strict=True):
        common = (nx.ancestors(g, a) | {a}) & (nx.ancestors(g, b) | {b})
        assert got == max(common, key=lambda n: h.level[n], default=-1)


def test_a_chain_of_twenty_thousand_takes_no_step_per_level():
    parents = [None, *range(19_999)]
    h = built(parents)
    place = np.array([19_999, 10_000, 3], np.int64)
    assert distinct_rollup(h, place, np.array([1, 1, 2]))[[0, 3, 4, 10_001]].tolist() == [2, 2, 1, 1]
