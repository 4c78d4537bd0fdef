"""Cutting an `Org`: to a unit and what stands below it, or to versions within some time."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl

from orgraph.model.errors import StoreError
from orgraph.model.glossary import say
from orgraph.model.tables import FIXED, Org


def as_day(value: date | str) -> date:
    """A day, given as one or written ``2022-04-30``."""
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise StoreError(
            say(zh=f"“{value}”不是日期,应写成 2022-04-30", en=f"'{value}' is no day; write it as 2022-04-30")
        ) from None


def scoped(org: Org, unit: str) -> Org:
    """A unit and what stands below it in any tree; other ends of ties as bare units.

    A bare unit shows what and where it is (id, name, kind, structure, dates); its declared columns are
    null, and it has no ties, memberships and measures of its own.

    Raises
    ------
    UnknownName, AmbiguousName
        See `Org.find`.
    """
    row = org.row(unit)
    below = [org.hierarchy(tree).subtree_rows(row) for tree in org.trees()]
    inside = np.unique(np.concatenate([np.array([row], np.int32), *below]))
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
