"""The preorder against networkx and plain Python, over forests of every shape."""

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgraph.model.hierarchy import NOWHERE, build


@st.composite
def forests(draw):
    """A parent (or None) for each of up to 40 rows, rows in any order."""
    count = draw(st.integers(0, 40))
    above = [draw(st.one_of(st.none(), st.integers(0, row - 1))) if row else None for row in range(count)]
    names = draw(st.permutations(range(count)))
    return {names[row]: None if up is None else names[up] for row, up in enumerate(above)}


def built(above, rows=None):
    pairs = [(child, up) for child, up in above.items() if up is not None]
    child, parent = (np.array([p[i] for p in pairs], np.int32) for i in (0, 1))
    return build("t", child, parent, np.ones(len(above) if rows is None else rows, bool))


def graph(above):
    g = nx.DiGraph()
    g.add_nodes_from(above)
    g.add_edges_from((up, child) for child, up in above.items() if up is not None)
    return g


@given(forests())
def test_preorder_says_what_networkx_says(above):
    h, g = built(above), graph(above)
    assert sorted(h.order.tolist()) == sorted(above)
    for p, row in enumerate(h.order.tolist()):
        assert h.position[row] == p
        assert set(h.order[p : h.end[p]].tolist()) == nx.descendants(g, row) | {row}
        assert (None if h.parent[p] == NOWHERE else h.order[h.parent[p]]) == above[row]
        assert h.level[p] == len(nx.ancestors(g, row)) + 1
        assert h.children[p] == g.out_degree(row)
        assert h.descendants[p] == len(nx.descendants(g, row))
        assert h.height[p] == max(nx.single_source_shortest_path_length(g, row).values())
        assert h.subtree_rows(row).tolist() == h.order[p : h.end[p]].tolist()


@given(forests(), st.data())
def test_rollup_and_inherit_against_a_plain_walk(above, data):
    h, g = built(above), graph(above)
    amounts = data.draw(st.lists(st.integers(0, 10**15), min_size=len(above), max_size=len(above)))
    values = np.array([amounts[row] for row in h.order], np.int64)
    for p, row in enumerate(h.order.tolist()):
        assert h.rollup(values)[p] == sum(amounts[r] for r in nx.descendants(g, row) | {row})
        assert h.inherit(values)[p] == max((amounts[r] for r in nx.ancestors(g, row)), default=0)


@given(forests())
def test_being_below_is_an_interval(above):
    h, g = built(above), graph(above)
    for ancestor in above:
        below = nx.descendants(g, ancestor) | {ancestor}
        every = np.arange(len(above), dtype=np.int32)
        got = h.is_below(h.position[every], np.full(len(above), h.position[ancestor], np.int32))
        assert {int(r) for r in every[got]} == below


@pytest.mark.parametrize("count", [3000])
def test_a_deep_chain(count):
    h = built({row: row - 1 if row else None for row in range(count)})
    assert h.level.max() == count
    assert h.height[0] == count - 1
    assert h.order.tolist() == list(range(count))


def test_a_wide_star_keeps_the_order_of_its_rows():
    h = built({0: None} | dict.fromkeys(range(1, 1000), 0))
    assert h.order.tolist() == list(range(1000))
    assert h.children[0] == 999


def test_no_units_at_all():
    h = built({})
    assert (len(h), h.by_level, h.rollup([]).tolist(), h.height.tolist()) == (0, (), [], [])


def test_every_fault_is_named_and_the_rest_still_stands():
    # 0 → 1 → 2 → 0 is a cycle with 3 below it; 4 hangs under nobody known, with 5 below; 6 has two parents
    child = np.array([0, 1, 2, 3, 4, 5, 6, 6, 7, -1], np.int32)
    parent = np.array([1, 2, 0, 0, -1, 4, 8, 9, 7, 8], np.int32)
    h = build("t", child, parent, np.ones(10, bool))
    assert h.in_cycles.tolist() == [0, 1, 2, 7]
    assert h.orphans.tolist() == [4]
    assert h.doubled.tolist() == [6]
    assert h.stray.tolist() == [9]
    assert sorted(h.order.tolist()) == [6, 8, 9]
    assert h.order[h.parent[h.position[6]]] == 8
    assert np.flatnonzero(h.position == NOWHERE).tolist() == [0, 1, 2, 3, 4, 5, 7]


@given(st.lists(st.tuples(st.integers(0, 15), st.integers(-1, 15)), max_size=30))
def test_cycles_are_those_of_networkx(links):
    first = {}
    for child, up in links:
        first.setdefault(child, up)
    child, parent = (np.array([pair[i] for pair in links], np.int32) for i in (0, 1))
    h = build("t", child, parent, np.ones(16, bool))
    g = nx.DiGraph([(c, up) for c, up in first.items() if up >= 0])
    assert set(h.in_cycles.tolist()) == {n for cycle in nx.simple_cycles(g) for n in cycle}
    assert set(h.orphans.tolist()) == {c for c, up in first.items() if up < 0}


def test_rows_that_take_no_part_are_left_out():
    h = build("t", np.array([1], np.int32), np.array([0], np.int32), np.array([False, False, True, False]))
    assert sorted(h.order.tolist()) == [0, 1, 2]
    assert h.position[3] == NOWHERE
