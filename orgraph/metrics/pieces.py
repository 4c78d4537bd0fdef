"""Into which pieces ties fall when one unit goes, for every unit at once, either way along every tie.

Biconnected components after Tarjan and Vishkin, whose steps are passes over preorder arrays and not a walk:
any spanning forest will do; two of its edges belong to one block if a tie outside the forest holds them
together, and blocks are the connected components of that.
"""

from __future__ import annotations

import numpy as np

from orgraph.metrics.figures import Bools
from orgraph.metrics.ways import Ways, edges
from orgraph.model.hierarchy import Hierarchy, Ints, Longs, build


def pairs_lost(ways: Ways) -> tuple[Longs, Longs]:
    """How many pairs of other rows are connected, and how many of them only by way of this row.

    Directions do not matter. O((rows + edges) log rows).

    Returns
    -------
    tuple
        int64[count] twice: pairs of other rows that are connected while the row is there; those of them that
        are not once it is gone.

    References
    ----------
    Tarjan and Vishkin 1985 (an efficient parallel biconnectivity algorithm); Borgatti 2006 (fragmentation).
    """
    a, b = (np.concatenate(ends) for ends in ((ways.leaving, ways.entering), (ways.entering, ways.leaving)))
    both = edges(ways.count, a[a != b], b[a != b])
    component = connected(ways.count, both.leaving, both.entering)
    starts = np.flatnonzero(component == np.arange(ways.count)).astype(np.int32)
    _, via = both.walked(starts)
    rows = np.flatnonzero(via >= 0).astype(np.int32)
    h = build("", rows, via[rows], np.ones(ways.count, bool))

    others = np.bincount(component, minlength=ways.count)[component] - 1  # in one component with each row
    together = int((others * (others + 1) // 2)[starts].sum())
    rest, squares = _pieces(h, _blocks(h, both), others[h.order])
    lost = np.zeros(ways.count, np.int64)
    lost[h.order] = (others[h.order] ** 2 - rest**2 - squares) // 2
    return together - others, lost


def connected(count: int, a: Ints, b: Ints) -> Ints:
    """int32[count]: of each row the least row that edges connect it with. O((rows + edges) log rows)."""
    label = np.arange(count, dtype=np.int32)
    while len(a):
        low, high = np.minimum(label[a], label[b]), np.maximum(label[a], label[b])
        apart = low != high
        a, b = a[apart], b[apart]
        np.minimum.at(label, high[apart], low[apart])  # a root hangs below the least root beside it …
        while not np.array_equal(shorter := label[label], label):
            label = shorter  # … and everybody below their root
    return label


def _blocks(h: Hierarchy, both: Ways) -> Ints:
    """int32[n]: the block of the edge from each position to its parent; that of a root means nothing."""
    one, other = h.position[both.leaving], h.position[both.entering]
    outside = (h.parent[one] != other) & (h.parent[other] != one)
    one, other = one[outside], other[outside]
    low, high = np.arange(len(h), dtype=np.int32), np.arange(len(h), dtype=np.int32)
    np.minimum.at(low, one, other)
    np.maximum.at(high, one, other)
    for positions in reversed(h.by_level[1:]):
        parents = h.parent[positions]
        first = np.flatnonzero(np.diff(parents, prepend=-1))
        upper = parents[first]
        low[upper] = np.minimum(low[upper], np.minimum.reduceat(low[positions], first))
        high[upper] = np.maximum(high[upper], np.maximum.reduceat(high[positions], first))
    place = np.arange(len(h), dtype=np.int32)
    inner = place[h.level > 2]
    above = h.parent[inner]
    held = (low[inner] < above) | (high[inner] >= h.end[above])
    across = other >= h.end[one]  # neither stands below the other
    return connected(len(h), np.append(inner[held], one[across]), np.append(above[held], other[across]))


def _pieces(h: Hierarchy, block: Ints, others: Longs) -> tuple[Longs, Longs]:
    """Of each position: how many others stay with its parent, and the other pieces squared and added up."""
    below = np.flatnonzero(h.parent >= 0)
    up = h.parent[below].astype(np.int64)
    piece, of = np.unique(up * len(h) + block[below], return_inverse=True)
    size = np.zeros(len(piece), np.int64)
    np.add.at(size, of, h.end[below] - below)
    at = piece // max(len(h), 1)
    cut: Bools = (h.parent[at] < 0) | (piece % max(len(h), 1) != block[at])
    rest, squares = others.copy(), np.zeros(len(h), np.int64)
    np.subtract.at(rest, at[cut], size[cut])
    np.add.at(squares, at[cut], size[cut] ** 2)
    return rest, squares
