"""One tree on one day as arrays in preorder.

A unit's subtree is the slice ``[p, end[p])``, so a roll-up of any amount to every unit at once is a
prefix sum and two look-ups, and the descendants of a unit are a slice of a sorted list. The arrays are
built in a fixed number of NumPy passes per level; no step walks over units.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int32]
Longs = npt.NDArray[np.int64]

NOWHERE = -1
"""The parent of a root, and the position of a unit that has no place in the tree."""


@dataclass(frozen=True, eq=False)
class Hierarchy:
    """A forest in preorder over the rows of a table of units.

    Attributes
    ----------
    tree
        The relation that the forest is made of.
    order
        int32[n]: preorder position → row of the table.
    position
        int32[m]: row of the table → preorder position; −1 where the unit is not placed in this tree.
    parent
        int32[n]: position of the parent; −1 at a root.
    end
        int32[n]: one past the last position of the subtree.
    level
        int32[n]: 1 at a root.
    orphans, in_cycles, doubled
        int32[]: rows whose parent is absent; rows that lie on a cycle; rows that have a second parent
        (the first stated one is used). Orphans, cycles and all below them are not placed.
    stray
        int32[]: rows of links (in the order given to `build`) whose child is absent.
    """

    tree: str
    order: Ints
    position: Ints
    parent: Ints
    end: Ints
    level: Ints
    orphans: Ints
    in_cycles: Ints
    doubled: Ints
    stray: Ints

    def __len__(self) -> int:
        return len(self.order)

    @cached_property
    def children(self) -> Ints:
        """int32[n]: immediate children of each position. O(n)."""
        of_each = np.bincount(self.parent + np.int32(1), minlength=len(self) + 1)
        return of_each[1:].astype(np.int32)

    @cached_property
    def descendants(self) -> Ints:
        """int32[n]: units below each position, itself not counted. O(n)."""
        below: Ints = np.subtract(self.end, np.arange(1, len(self) + 1, dtype=np.int32), dtype=np.int32)
        return below

    @cached_property
    def _uppers(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
        """Positions with anything below them, and the ends of their subtrees.

        Most units are leaves, whose sum is their own amount; NumPy looks up fastest by intp.
        """
        upper = np.flatnonzero(self.level[1:] > self.level[:-1])
        return upper, self.end[upper].astype(np.intp)

    @cached_property
    def by_level(self) -> tuple[Ints, ...]:
        """Positions of each level from the roots down; siblings lie side by side. O(n log n), stable."""
        if not len(self):
            return ()
        cuts = np.cumsum(np.bincount(self.level)[1:])[:-1]
        return tuple(np.split(np.argsort(self.level, kind="stable").astype(np.int32), cuts))

    @cached_property
    def height(self) -> Ints:
        """int32[n]: levels below each position; 0 at a leaf. O(n)."""
        height = np.zeros(len(self), np.int32)
        for positions in reversed(self.by_level[1:]):
            parents = self.parent[positions]
            first = np.flatnonzero(np.diff(parents, prepend=NOWHERE))
            height[parents[first]] = np.maximum.reduceat(height[positions], first) + 1
        return height

    def rollup(self, values: npt.ArrayLike) -> Longs:
        """Sum of `values` over each subtree, the unit itself counted.

        Parameters
        ----------
        values
            int64[n] (or anything that converts without loss), in preorder, unknown entered as 0.

        Returns
        -------
        int64[n]; exact. O(n).
        """
        total = np.array(values, np.int64)
        before = np.zeros(len(total) + 1, np.int64)
        np.cumsum(total, out=before[1:])
        upper, end = self._uppers
        total[upper] = before[end] - before[upper]
        return total

    def inherit(self, values: npt.ArrayLike) -> Longs:
        """Largest of `values` over the ancestors of each position, itself not counted; 0 at a root.

        int64[n] in preorder → int64[n]; values are taken to be ≥ 0. O(n), one pass a level.
        """
        own = np.asarray(values, np.int64)
        best = np.zeros(len(self), np.int64)
        for positions in self.by_level[1:]:
            parents = self.parent[positions]
            best[positions] = np.maximum(own[parents], best[parents])
        return best

    def above(self, positions: Ints) -> Ints:
        """Positions of the parents of some positions; −1 stays −1 and is what a root gives."""
        return np.append(self.parent, np.int32(NOWHERE))[positions]

    def is_below(self, positions: Ints, ancestors: Ints) -> npt.NDArray[np.bool_]:
        """Whether each position lies in the subtree of the ancestor beside it (itself counts)."""
        placed = (positions >= 0) & (ancestors >= 0)
        return placed & (positions >= ancestors) & (positions < self.end[ancestors])

    def subtree_rows(self, row: int) -> Ints:
        """Rows of a unit and all below it in preorder; only itself where it has no place in the tree."""
        start = self.position[row]
        if start < 0:
            return np.array([row], np.int32)
        return self.order[start : self.end[start]]


def build(tree: str, child: Ints, parent: Ints, taking_part: npt.NDArray[np.bool_]) -> Hierarchy:
    """Build the preorder of one tree.

    Parameters
    ----------
    tree
        The relation's name.
    child, parent
        int32[k]: rows of the two ends of each link, −1 where the end is absent.
    taking_part
        bool[m]: rows that stand in the tree even without a link (roots by their kind).

    Returns
    -------
    Hierarchy
        Siblings keep the order of their rows. O(m + k log k) and a few passes per level.
    """
    rows = len(taking_part)
    stray = np.flatnonzero(child < 0).astype(np.int32)
    child, parent = child[child >= 0], parent[child >= 0]
    link = np.arange(len(child), dtype=np.int32)
    first_link = np.empty(rows, np.int32)
    first_link[child[::-1]] = link[::-1]  # of several writes to one place the last one stays
    firsts = first_link[child] == link
    doubled = np.unique(child[~firsts]).astype(np.int32)
    child, parent = child[firsts], parent[firsts]

    above = np.full(rows, NOWHERE, np.int32)
    above[child] = parent
    linked = np.zeros(rows, bool)
    linked[child] = True
    member = taking_part.copy()
    member[child] = True
    member[parent[parent >= 0]] = True
    roots = np.flatnonzero(member & ~linked).astype(np.int32)

    order, position, parent_position, end, level = _preorder(rows, roots, above)
    unplaced = np.flatnonzero(linked & (position < 0)).astype(np.int32)
    orphans = unplaced[above[unplaced] < 0]
    in_cycles = _on_cycles(unplaced, above)
    return Hierarchy(tree, order, position, parent_position, end, level, orphans, in_cycles, doubled, stray)


def _preorder(rows: int, roots: Ints, above: Ints) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """Breadth first for the levels, upwards for the sizes, downwards for the positions."""
    linked = np.flatnonzero(above >= 0).astype(np.int32)
    siblings = linked[np.argsort(above[linked], kind="stable")]
    counts = np.bincount(above[linked], minlength=rows).astype(np.int32)
    starts = _running(counts)

    levels, blocks = [roots], [_running(counts[roots])]  # a unit's children are one block of the next level
    while blocks[-1][-1]:
        levels.append(siblings[_stretches(starts[levels[-1]], blocks[-1])])
        blocks.append(_running(counts[levels[-1]]))

    sizes = [np.ones(len(rows_of_level), np.int32) for rows_of_level in levels]
    before = [_running(sizes[-1])]  # units below the earlier ones of the same level
    for depth in range(len(levels) - 2, -1, -1):
        sizes[depth] += np.diff(before[0][blocks[depth]])
        before.insert(0, _running(sizes[depth]))

    order, parent, end, level = (np.empty(int(before[0][-1]), np.int32) for _ in range(4))
    position = np.full(rows, NOWHERE, np.int32)
    places, parents = before[0][:-1], np.full(len(roots), NOWHERE, np.int32)
    for depth, rows_of_level in enumerate(levels):
        order[places], parent[places], level[places] = rows_of_level, parents, depth + 1
        end[places] = places + sizes[depth]
        position[rows_of_level] = places
        if depth + 1 < len(levels):
            families = np.diff(blocks[depth])
            offset = np.repeat(places + np.int32(1) - before[depth + 1][blocks[depth][:-1]], families)
            parents, places = np.repeat(places, families), before[depth + 1][:-1] + offset
    return order, position, parent, end, level


def _running(amounts: Ints) -> Ints:
    """0, and the sum up to and with each amount."""
    running = np.zeros(len(amounts) + 1, np.int32)
    np.cumsum(amounts, out=running[1:])
    return running


def _stretches(starts: Ints, block: Ints) -> Ints:
    """Indices ``start, start + 1 …`` of each start, as many as its part of `block` is long."""
    indices = np.repeat(starts - block[:-1], np.diff(block))
    indices += np.arange(block[-1], dtype=np.int32)
    return indices


def _on_cycles(unplaced: Ints, above: Ints) -> Ints:
    """Rows on a cycle: those that are left when everybody has climbed further than any path is long."""
    if not len(unplaced):
        return unplaced
    sink = len(above)
    climb = np.append(np.where(above >= 0, above, sink), sink)
    for _ in range(len(unplaced).bit_length()):
        climb = climb[climb]
    reached: Ints = np.unique(climb[unplaced])
    on_cycle: Ints = reached[reached != sink].astype(np.int32)
    return on_cycle
