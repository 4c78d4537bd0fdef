"""What every way to a unit passes: units that dominate others, and people who lead all ways to them.

Each unit may bear a colour: its own row, or the one person who leads it. A colour is unavoidable at a unit
if every way there from the starts passes a unit of that colour: with C(v) for those of v, and C(v) of a
start empty,

    C(v) = the intersection, over all edges w → v, of C(w) ∪ {colour of w}

whose greatest solution is wanted. A unit with one edge into it has what the unit before it has; so only
*heads*, which have several, need be solved for, and what hangs below a head by single edges is a slice of
a preorder.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orgraph.metrics.distinct import each_once, topmost
from orgraph.metrics.figures import Bools
from orgraph.metrics.ways import Ways
from orgraph.model.hierarchy import Hierarchy, Ints, Longs, build


@dataclass(frozen=True, eq=False)
class Unavoidable:
    """Colours that every way from the starts passes.

    Attributes
    ----------
    colour
        int32[count]: the colour of each row; −1 for none.
    colours
        How many colours there are.
    steps
        int32[count]: steps from the nearest start; −1 where none leads.
    stems
        Rows in preorder, each below the one row that leads to it; starts and heads are its roots.
    heads, at_head
        int32[k]: a head, and a colour that every way to it passes; sorted.
    """

    colour: Ints
    colours: int
    steps: Ints
    stems: Hierarchy
    heads: Ints
    at_head: Ints

    def lost(self) -> Longs:
        """int64[colours]: rows of other colours to which no way is left without this colour. O(n log n)."""
        size = self.stems.descendants.astype(np.int64) + 1
        total = np.zeros(self.colours, np.int64)
        np.add.at(total, self.at_head, size[self.stems.position[self.heads]])
        whose, top = self._own_tops()
        np.add.at(total, whose, size[top])
        mine = self.colour[(self.colour >= 0) & (self.steps >= 0)]
        return total - np.bincount(mine, minlength=self.colours)

    def lost_rows(self, colour: int) -> Ints:
        """The rows that `lost` counts for one colour."""
        whose, top = self._own_tops()
        starts = np.append(self.stems.position[self.heads[self.at_head == colour]], top[whose == colour])
        edges = np.zeros(len(self.stems) + 1, np.int32)
        np.add.at(edges, starts, 1)
        np.add.at(edges, self.stems.end[starts], -1)
        rows = self.stems.order[np.cumsum(edges)[:-1] > 0]
        return np.sort(rows[self.colour[rows] != colour])

    def lost_visitors(self, rows: Ints, who: Ints) -> Longs:
        """int64[colours]: distinct visitors of the rows that `lost` counts; one stands in several rows.

        O(k · levels log), for k rows of visits.
        """
        place = self.stems.position[rows]
        rows, who, place = rows[place >= 0], who[place >= 0].astype(np.int64), place[place >= 0]
        if not len(rows):
            return np.zeros(self.colours, np.int64)
        width = int(who.max()) + 1
        own, found = self.colour[rows], []
        at, still = self.stems.above(place), np.arange(len(rows))
        while len(still := still[at[still] >= 0]):
            met = self.colour[self.stems.order[at[still]]]
            there = (met >= 0) & (met != own[still])
            found.append(each_once(met[there].astype(np.int64) * width + who[still[there]]))
            at[still] = self.stems.parent[at[still]]
        of_head, head = _runs(self.heads, self.heads_of(place))
        other = self.at_head[head] != own[of_head]
        found.append(self.at_head[head[other]].astype(np.int64) * width + who[of_head[other]])
        pairs = each_once(*found)
        return np.bincount(pairs // width, minlength=self.colours)

    def heads_of(self, place: Ints) -> Ints:
        """Rows of the roots of the stems that some positions stand on."""
        top = np.maximum.accumulate(np.where(self.stems.level == 1, np.arange(len(self.stems)), 0))
        return self.stems.order[top[place]]

    def _own_tops(self) -> tuple[Longs, Ints]:
        """Colours and positions of their rows that lie below no row of theirs and on no stem of theirs."""
        mine = np.flatnonzero((self.colour >= 0) & (self.steps >= 0)).astype(np.int32)
        whose, top = topmost(self.stems, self.colour[mine].astype(np.int64), mine)
        place = self.stems.position[top]
        width = self.colours
        within = self.heads_of(place).astype(np.int64) * width + whose
        apart = ~_among(self.heads.astype(np.int64) * width + self.at_head, within)
        return whose[apart], place[apart]


def unavoidable(ways: Ways, starts: Ints, colour: Ints, colours: int) -> Unavoidable:
    """Solve for the colours that every way from the starts passes.

    O((edges + heads) · levels) a round, and a few rounds where trees overlap; no round where they do not.
    """
    steps, via = ways.walked(starts)
    leaving, entering = _between(ways, steps)
    into = np.bincount(entering, minlength=ways.count)
    one = into[entering] == 1
    stems = build("", entering[one], leaving[one], steps >= 0)
    solved = Unavoidable(colour, colours, steps, stems, *(np.zeros(0, np.int32) for _ in range(2)))
    if one.all():
        return solved
    heads, at_head = _solved(solved, via, leaving[~one], entering[~one], into)
    return Unavoidable(colour, colours, steps, stems, heads, at_head)


def dominators(ways: Ways, starts: Ints) -> Hierarchy:
    """The forest in which each row hangs below the nearest row that every way to it passes.

    What stands below a row is what is no longer reached without it. Rows not reached have no place.

    References
    ----------
    Lengauer and Tarjan 1979 (dominators in a flow graph).
    """
    rows = np.arange(ways.count, dtype=np.int32)
    u = unavoidable(ways, starts, rows, ways.count)
    nearest = np.lexsort((u.steps[u.at_head], u.heads))  # all of them lie on one way, so the last is nearest
    last = nearest[np.append(u.heads[nearest][1:] != u.heads[nearest][:-1], True)[: len(nearest)]]
    stem = u.stems.parent >= 0
    child = np.append(u.stems.order[stem], u.heads[last])
    above = np.append(u.stems.order[u.stems.parent[stem]], u.at_head[last])
    return build("", child, above, u.steps >= 0)


def _between(ways: Ways, steps: Ints) -> tuple[Ints, Ints]:
    """Distinct edges between rows that are reached, but into a start, sorted by the row they enter."""
    kept = (steps[ways.leaving] >= 0) & (steps[ways.entering] > 0) & (ways.leaving != ways.entering)
    width = ways.count
    keys = each_once(ways.entering[kept].astype(np.int64) * width + ways.leaving[kept])
    return (keys % width).astype(np.int32), (keys // width).astype(np.int32)


def _solved(u: Unavoidable, via: Ints, leaving: Ints, entering: Ints, into: Longs) -> tuple[Ints, Ints]:
    """Heads and their colours: those of one way to each, less those that some edge into it lacks."""
    width = u.colours
    pairs = _climbed(each_once(entering), u.colour, via, width)
    edges = np.arange(len(leaving))
    above = np.where(u.stems.parent < 0, -1, u.stems.order[u.stems.parent])[u.stems.position]
    on_stem = _climbed(leaving, u.colour, above, width, label=edges, itself=True)
    heads = u.heads_of(u.stems.position[leaving])
    size = -1
    while size != len(pairs):
        size = len(pairs)
        edge, head = _runs((pairs // width).astype(np.int32), heads)
        by_head = edge * width + pairs[head] % width
        met = each_once(on_stem, by_head)
        of_pair = entering[met // width].astype(np.int64) * width + met % width
        found, number = np.unique(of_pair[_among(pairs, of_pair)], return_counts=True)
        pairs = found[number == into[found // width]]
    return (pairs // width).astype(np.int32), (pairs % width).astype(np.int32)


def _climbed(
    rows: Ints,
    colour: Ints,
    above: Ints,
    width: int,
    *,
    label: Longs | None = None,
    itself: bool = False,
) -> Longs:
    """``label * width + colour`` of all colours above some rows, each once, sorted; a pass a level."""
    at, label = rows, rows.astype(np.int64) if label is None else label
    if not itself:
        at = above[at]
    found = [np.zeros(0, np.int64)]
    while (there := at >= 0).any():
        at, label = at[there], label[there]
        met = colour[at]
        found.append(label[met >= 0] * width + met[met >= 0])
        at = above[at]
    return each_once(*found)


def _runs(ordered: Ints, wanted: Ints) -> tuple[Longs, Longs]:
    """Each of the wanted values (its place) beside every place where it stands in an ordered array."""
    begin, stop = np.searchsorted(ordered, wanted, "left"), np.searchsorted(ordered, wanted, "right")
    many = stop - begin
    of = np.repeat(np.arange(len(wanted)), many)
    return of, np.repeat(begin - (np.cumsum(many) - many), many) + np.arange(int(many.sum()))


def _among(ordered: Longs, values: Longs) -> Bools:
    """Whether each value stands in an ordered array."""
    if not len(ordered):
        return np.zeros(len(values), bool)
    at = np.minimum(np.searchsorted(ordered, values), len(ordered) - 1)
    same: Bools = ordered[at] == values
    return same
