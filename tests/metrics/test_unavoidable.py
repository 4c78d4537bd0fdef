"""What every way passes, against removing it and walking again, and against networkx's dominators."""

import networkx as nx
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from orgraph.metrics.unavoidable import dominators, unavoidable
from orgraph.metrics.ways import edges


@st.composite
def nets(draw):
    """Rows, edges (loops, doubles and circles among them), starts, and a colour or −1 of each row."""
    count = draw(st.integers(1, 14))
    rows = st.integers(0, count - 1)
    shape = draw(st.sampled_from(["any", "layers", "chain"]))
    pairs = draw(st.lists(st.tuples(rows, rows), max_size=30))
    if shape == "layers":  # as where trees overlap: several parents, all of them earlier
        pairs = [(min(p), max(p)) for p in pairs]
    if shape == "chain":
        pairs = [*((row - 1, row) for row in range(1, count)), *pairs[:4]]
    starts = draw(st.lists(rows, min_size=1, max_size=3, unique=True))
    colour = draw(st.lists(st.integers(-1, 4), min_size=count, max_size=count))
    return count, pairs, starts, colour


def ints(values):
    return np.array(values, np.int32)


def made(count, pairs):
    return edges(count, ints([a for a, _ in pairs]), ints([b for _, b in pairs]))


def reached(count, pairs, starts, without=frozenset()):
    g = nx.DiGraph()
    g.add_nodes_from(set(range(count)) - without)
    g.add_edges_from(p for p in pairs if not without & set(p))
    return set().union(*({s} | nx.descendants(g, s) for s in starts if s not in without))


@given(nets(), st.lists(st.tuples(st.integers(0, 13), st.integers(0, 5)), max_size=12))
def test_what_a_colour_cuts_off_is_what_walking_without_it_misses(net, visits):
    count, pairs, starts, colour = net
    u = unavoidable(made(count, pairs), ints(starts), ints(colour), 5)
    visits = sorted({(row % count, who) for row, who in visits})
    people = u.lost_visitors(ints([row for row, _ in visits]), ints([who for _, who in visits]))
    lost = u.lost()
    everything = reached(count, pairs, starts)
    for p in range(5):
        mine = {row for row in range(count) if colour[row] == p}
        missed = everything - reached(count, pairs, starts, frozenset(mine)) - mine
        assert u.lost_rows(p).tolist() == sorted(missed)
        assert lost[p] == len(missed)
        assert people[p] == len({who for row, who in visits if row in missed})


@given(nets())
def test_dominators_are_those_of_networkx(net):
    count, pairs, starts, _ = net
    h = dominators(made(count, pairs), ints(starts))
    g = nx.DiGraph([*pairs, *(("top", s) for s in starts)])
    wanted = nx.immediate_dominators(g, "top")
    assert sorted(h.order.tolist()) == sorted(row for row in wanted if row != "top")
    for row, place in ((row, h.position[row]) for row in h.order):
        above = h.parent[place]
        assert (h.order[above] if above >= 0 else "top") == wanted[row]
