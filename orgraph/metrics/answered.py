"""What a unit answers for: its own figure where it reports one, else what is reported highest below it.

Towns report, and villages report again what the town has added up. Summing all of them counts everybody
twice; so each reported figure takes away, at the nearest unit above that reports too, what is in it already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from orgraph.metrics.asked import of_kinds
from orgraph.metrics.figures import Figure
from orgraph.metrics.measured import measured
from orgraph.metrics.reach import measures_in_use
from orgraph.model.errors import UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Hierarchy, Longs
from orgraph.model.tables import Org


@dataclass(frozen=True, eq=False)
class Answered:
    """A measure at every unit; one that has no place in the tree answers for itself alone.

    Attributes
    ----------
    figure
        Per row of units, the amount answered for; unknown where neither the unit nor anything below reports.
    expected
        int64[units]: units at or below it of the kinds that report the measure at all.
    told
        int64[units]: those of them that report it, or lie below one that does.
    """

    figure: Figure
    expected: Longs
    told: Longs


def answered(org: Org, h: Hierarchy, measure: str, during: str | None = None) -> Answered:
    """What each unit answers for of one measure, latest or in a period (see `measured`). O(n).

    Sums of the result over units none of which stands below another count nothing twice.
    """
    own = measured(org, measure, during)
    kinds = org.units["kind"].filter(own.known).unique().drop_nulls().to_list()
    meant = (of_kinds(org, tuple(kinds)) | own.known).astype(np.int64)
    amount, told = own.values.copy(), own.known.astype(np.int64)
    reports = own.known[h.order]
    nearest = h.inherit(np.where(reports, np.arange(1, len(h) + 1), 0)) - 1
    again, silent = (h.order[mine & (nearest >= 0)] for mine in (reports, (meant[h.order] > 0) & ~reports))
    np.subtract.at(amount, h.order[nearest[h.position[again]]], own.values[again])
    np.add.at(told, h.order[nearest[h.position[silent]]], 1)
    known = own.known.astype(np.int64)
    for values in (amount, told, meant, known):
        values[h.order] = h.rollup(values[h.order])
    return Answered(Figure(amount, known > 0, known > 0, own.decimals), meant, told)


def additive(org: Org, measures: Sequence[str] | None = None) -> list[str]:
    """The measures asked for, each of which must add up over units; default: all of those in use.

    Raises
    ------
    UnknownName
        No structure declares such a measure, or it does not add up.
    """
    declared = org.structures.measures
    known = [name for name, one in declared.items() if one.over_units == "sum"]
    unknown = next((name for name in measures or () if name not in known), None)
    if unknown is not None:
        raise UnknownName(say(zh="可加总的数量", en="measure that adds up"), unknown, known)
    return [m for m in measures_in_use(org) if m in known] if measures is None else list(measures)
