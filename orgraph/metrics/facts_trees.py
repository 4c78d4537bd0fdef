"""Facts that look along a tree: counts and sums below, the largest above."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from orgraph.metrics.asked import of_kinds
from orgraph.metrics.figures import Figure
from orgraph.model.hierarchy import Hierarchy, Longs
from orgraph.model.structure import AboveFact, BelowFact

if TYPE_CHECKING:
    from orgraph.metrics.facts import Facts


def below(facts: Facts, fact: BelowFact) -> Figure:
    """Descendants of a kind in a tree, or the sum of a fact over them; 0 where there are none.

    A sum is unknown where there are such descendants and the fact is known of none of them; where it is
    known of some, it is their sum and not whole.
    """
    h = facts.org.hierarchy(fact.tree)
    meant = of_kinds(facts.org, fact.below) & facts.true_of(fact.where, "unit")
    if fact.sum is None:
        return Figure.count(_under(h, meant.astype(np.int64)))
    part = facts.figure(fact.sum)
    expected = _under(h, meant.astype(np.int64))
    reported = _under(h, (meant & part.known).astype(np.int64))
    complete = _under(h, (meant & part.known & part.whole).astype(np.int64))
    values = _under(h, np.where(meant & part.known, part.values, 0))
    known = (expected == 0) | (reported > 0)
    return Figure(values, known, complete == expected, part.decimals)


def above(facts: Facts, fact: AboveFact) -> Figure:
    """The largest of a fact over the ancestors of a kind; 0 where there is none, unknown where theirs is."""
    h = facts.org.hierarchy(fact.tree)
    part = facts.figure(fact.any)
    meant = of_kinds(facts.org, fact.above)
    heard = meant & part.known
    lowest = int(part.values[heard].min()) if heard.any() else 0
    lifted = np.where(heard, part.values - lowest + 1, 0)  # 0 is kept for "none": see Hierarchy.inherit
    any_above, partly = (
        _from_above(h, v.astype(np.int64)) for v in (meant, meant & ~(part.known & part.whole))
    )
    best = _from_above(h, lifted)
    known = (best > 0) | (any_above == 0)
    return Figure(np.where(best > 0, best - 1 + lowest, 0), known, partly == 0, part.decimals)


def _under(h: Hierarchy, values: Longs) -> Longs:
    """int64[units]: the sum over the descendants of each unit, itself not counted; 0 out of the tree."""
    inside = values[h.order]
    total = np.zeros(len(h.position), np.int64)
    total[h.order] = h.rollup(inside) - inside
    return total


def _from_above(h: Hierarchy, values: Longs) -> Longs:
    best = np.zeros(len(h.position), np.int64)
    best[h.order] = h.inherit(values[h.order])
    return best
