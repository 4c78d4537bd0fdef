"""What the members of an indicator add up to below every unit, and below none of those listed."""

from __future__ import annotations

import numpy as np

from orgraph.metrics.distinct import distinct_rollup
from orgraph.metrics.figures import Bools
from orgraph.metrics.members import Members
from orgraph.model.hierarchy import Ints, Longs
from orgraph.model.tables import Org

Amounts = dict[str, Longs]
"""The two sums, in units of the last decimal, and how many members are expected, unknown and doubtful."""

AMOUNTS = ("numerator", "denominator", "expected", "unknown", "doubtful")


def added(m: Members) -> Amounts:
    """int64[members] per amount: what each member adds to it (``doubtful``: int64[doubtful])."""
    return {
        "numerator": m.numerator,
        "denominator": m.denominator,
        "expected": np.ones(len(m.who), np.int64),
        "unknown": (~m.known).astype(np.int64),
        "doubtful": np.ones(len(m.doubtful), np.int64),
    }


def rolled(org: Org, m: Members) -> Amounts:
    """int64[units] per amount: the sum over the members in each unit's subtree, itself included.

    A unit without a place in the tree has itself alone. People count once at each unit.
    """
    h = org.hierarchy(m.indicator.over)
    made: Amounts = {}
    for name, amount in added(m).items():
        total = np.zeros(org.units.height, np.int64)
        at = m.doubtful if name == "doubtful" else m.at
        if not m.of_people:
            total[at] = amount  # a unit is a member once
            total[h.order] = h.rollup(total[h.order])
        elif name == "doubtful":
            np.add.at(total, at, amount)
            total[h.order] = h.rollup(total[h.order])
        else:
            placed = h.position[at] >= 0
            np.add.at(total, at[~placed], amount[~placed])
            total[h.order] = distinct_rollup(h, h.position[at[placed]], m.who[placed], amount[placed])
        made[name] = total
    return made


def roots(org: Org, m: Members, below: Amounts) -> Ints:
    """Rows of the roots of the indicator's tree below which something is expected, or may be."""
    h = org.hierarchy(m.indicator.over)
    tops = h.order[h.parent < 0]
    return tops[(below["expected"][tops] > 0) | (below["doubtful"][tops] > 0)]


def inside_of(org: Org, m: Members, row: int | None) -> Bools:
    """bool[units]: a unit and what stands below it along the indicator's tree; every unit for None."""
    inside = np.full(org.units.height, row is None)
    if row is not None:
        inside[org.hierarchy(m.indicator.over).subtree_rows(row)] = True
    return inside


def below_none(org: Org, m: Members, rows: Ints, inside: Bools) -> Amounts:
    """int64[1] per amount: the sum over members inside that stand below none of the units listed."""
    h = org.hierarchy(m.indicator.over)
    place = h.position[rows[h.position[rows] >= 0]]
    edges = np.zeros(len(h) + 1, np.int64)
    np.add.at(edges, place, 1)
    np.add.at(edges, h.end[place], -1)
    seen = np.zeros(len(inside), bool)
    seen[h.order] = np.cumsum(edges)[:-1] > 0
    seen[rows] = True
    out = inside[m.at] & ~seen[m.at]
    if m.of_people:
        out = once(m.who, out & ~np.isin(m.who, m.who[seen[m.at]]))
    rest = m.only(out, inside[m.doubtful] & ~seen[m.doubtful])
    return {name: amount.sum(keepdims=True) for name, amount in added(rest).items()}


def once(who: Ints, chosen: Bools) -> Bools:
    """The first chosen row of each person."""
    rows = np.flatnonzero(chosen)
    first = np.zeros(len(who), bool)
    first[rows[np.unique(who[rows], return_index=True)[1]]] = True
    return first
