"""Pieces and pairs lost, against taking each unit out of a networkx graph and counting again."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from orgraph.metrics.pieces import connected, pairs_lost
from orgraph.metrics.ways import edges

nets = st.integers(1, 14).flatmap(
    lambda n: st.tuples(st.just(n), st.lists(st.tuples(*[st.integers(0, n - 1)] * 2), max_size=24))
)


def ends(pairs):
    return (np.array([p[i] for p in pairs], np.int32) for i in (0, 1))


def graph(count, pairs):
    g = nx.Graph()
    g.add_nodes_from(range(count))
    g.add_edges_from(pairs)
    return g


def pairs_in(g):
    return sum(len(c) * (len(c) - 1) // 2 for c in nx.connected_components(g))


@given(nets)
def test_pairs_lost_are_those_that_taking_the_unit_out_parts(net):
    count, pairs = net
    before, lost = pairs_lost(edges(count, *ends(pairs)))
    whole = graph(count, pairs)
    for row in range(count):
        others = pairs_in(whole) - (len(nx.node_connected_component(whole, row)) - 1)
        without = whole.copy()
        without.remove_node(row)
        assert before[row] == others
        assert lost[row] == others - pairs_in(without)
    assert set(np.flatnonzero(lost)) == set(nx.articulation_points(whole))


@given(nets)
def test_components_are_named_by_their_least_row(net):
    count, pairs = net
    label = connected(count, *ends(pairs))
    for component in nx.connected_components(graph(count, pairs)):
        assert {int(label[row]) for row in component} == {min(component)}


def test_a_long_chain_in_any_order():
    names = np.random.default_rng(1).permutation(5000).astype(np.int32)
    before, lost = pairs_lost(edges(5000, names[:-1], names[1:]))
    place = np.argsort(names)
    assert lost.tolist() == (place * (4999 - place)).tolist()
    assert set(before.tolist()) == {5000 * 4999 // 2 - 4999}
