"""Who holds what, who may be named, and how many distinct people stand below each unit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from orgraph.metrics.asked import person_rows
from orgraph.metrics.distinct import distinct_rollup
from orgraph.metrics.figures import Bools
from orgraph.model.hierarchy import Hierarchy, Ints, Longs
from orgraph.model.tables import Org


def posts_held(org: Org, roles: Sequence[str] | None = None) -> pl.DataFrame:
    """Rows of units and people of the posts held: ``unit``, ``person`` Int32, ``role``; once each.

    Posts in units that are not alive on the day, and of people who are not on record, are left out.
    """
    held = org.memberships if roles is None else org.memberships.filter(pl.col("role").is_in(list(roles)))
    unit, person = org.rows(held["unit"].fill_null(-1)), person_rows(org, held["person"])
    there = pl.Series((unit >= 0) & (person >= 0))
    posts = held.select(pl.Series("unit", unit), pl.Series("person", person), "role").filter(there)
    return posts.filter(_firsts(posts, org.units.height))


def _firsts(posts: pl.DataFrame, units: int) -> pl.Series:
    """Whether each row is the first of its kind: by one number for each, which is far quicker than texts."""
    roles = pl.Enum(posts["role"].drop_nulls().unique().sort())
    role = posts["role"].cast(roles).to_physical().cast(pl.Int64).fill_null(len(roles.categories))
    one = (posts["person"].cast(pl.Int64) * units + posts["unit"]) * (len(roles.categories) + 1) + role
    if (one.diff() > 0).all():  # as a store keeps them
        return pl.Series(np.ones(len(one), bool))
    return one.is_first_distinct()


def public_roles(org: Org) -> list[str]:
    """Roles whose holders may be named."""
    return [name for name, role in org.structures.roles.items() if role.public]


def may_be_named(org: Org) -> Bools:
    """bool[people]: whether a person holds a public role on the day."""
    named = np.zeros(org.people.height, bool)
    named[posts_held(org, public_roles(org))["person"].to_numpy()] = True
    return named


def people_named(org: Org, rows: Ints, *, everybody: bool) -> pl.DataFrame:
    """``id``, ``name``, ``kind`` (people) of some rows of people; names of holders of public roles alone.

    `everybody`: all names.
    """
    may = pl.lit(value=True) if everybody else pl.Series(may_be_named(org)[rows])
    kind = pl.lit("people").alias("kind")
    return org.people[rows].select("id", pl.when(may).then("name").alias("name"), kind)


def people_below(org: Org, h: Hierarchy, roles: Sequence[str] | None = None) -> Longs:
    """int64[n], in preorder: distinct people with a post in each unit or below it."""
    posts = posts_held(org, roles)
    place, person = h.position[posts["unit"].to_numpy()], posts["person"].to_numpy()
    return distinct_rollup(h, place[place >= 0], person[place >= 0])
