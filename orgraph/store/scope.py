"""Cutting an `Org`: to a unit and what stands below it, or to versions within some time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from orgraph.model import days
from orgraph.model.hierarchy import Ints
from orgraph.model.tables import FIXED, Org


def as_day(value: date | str) -> date:
    """A day, given as one or written as people do (`model.days`)."""
    return value if isinstance(value, date) else days.day(value)


def scoped(org: Org, unit: str) -> Org:
    """A unit and what stands below it in any tree, or by way of several; other ends of ties as bare units.

    A branch of the party below a village that lies below a town by territory is below the town.

    A bare unit shows what and where it is (id, name, kind, structure, dates); its declared columns are
    null, and it has no ties, memberships and measures of its own.

    Raises
    ------
    UnknownName, AmbiguousName
        See `Org.find`.
    """
    inside = _below(org, org.row(unit))
    keys = org.units[inside]["key"]
    links = org.links.filter(pl.col("source").is_in(keys.implode()) | pl.col("target").is_in(keys.implode()))
    ends = pl.concat([links["source"], links["target"].rename("source")]).unique()
    bare = org.units.filter(pl.col("key").is_in(ends.implode()) & ~pl.col("key").is_in(keys.implode()))
    fixed = ["key", *FIXED["units"]]
    memberships = org.memberships.filter(pl.col("unit").is_in(keys.implode()))
    return replace(
        org,
        units=pl.concat([org.units[inside], bare.select(fixed)], how="diagonal"),
        links=links,
        memberships=memberships,
        people=org.people.filter(pl.col("key").is_in(memberships["person"].implode())),
        measures=org.measures.filter(pl.col("unit").is_in(keys.implode())),
    )


def _below(org: Org, row: int) -> Ints:
    """Rows of a unit and all below it, by any tree, until no tree adds any."""
    inside = np.zeros(len(org.units), bool)
    inside[row] = True
    forests = [org.hierarchy(tree) for tree in org.trees()]
    size = 0
    while size < (size := int(inside.sum())):
        for forest in forests:
            # in preorder a position is below some marked one if a marked subtree that began by then lasts
            ends = np.maximum.accumulate(np.where(inside[forest.order], forest.end, 0))
            inside[forest.order] |= ends > np.arange(len(forest))
    return np.flatnonzero(inside).astype(np.int32)


def between(org: Org, first: date | None, last: date | None) -> Org:
    """The versions of a timeline that hold on some day from `first` to `last`.

    Measures that had begun by `last` all stay: what counts on a day is the latest observation before it.
    """
    begun = pl.col("since").fill_null(date.min).le(last or date.max)
    lasts = pl.col("until").fill_null(date.max).gt(first or date.min)
    return replace(
        org,
        units=org.units.filter(begun & lasts),
        links=org.links.filter(begun & lasts),
        memberships=org.memberships.filter(begun & lasts),
        measures=org.measures.filter(begun),
    )
