"""Span of control: who has how many directly below, how many posts, how far down it goes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of, kind_asked, person_rows, place_of, tree_for
from orgraph.metrics.figures import Bools, shown
from orgraph.metrics.posts import required_posts
from orgraph.model.errors import UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Hierarchy, Ints, Longs
from orgraph.model.tables import Org

BANDS: tuple[tuple[str, int, int | None], ...] = (
    ("share_1", 1, 1),
    ("share_2_3", 2, 3),
    ("share_4_7", 4, 7),
    ("share_8_12", 8, 12),
    ("share_13_16", 13, 16),
    ("share_17", 17, None),
)
"""Column → the spans it counts, both ends included."""

Bounds = Mapping[str, tuple[int, int]]


def span(
    org: Org,
    *,
    tree: str | None = None,
    under: str | None = None,
    by: Literal["kind", "leader"] | None = None,
    bounds: Bounds | None = None,
) -> pl.DataFrame:
    """How many units stand directly below each unit, each kind of unit, or the units of each leader.

    Parameters
    ----------
    org
        On a day.
    tree
        The tree to look in; default: the one with the most links.
    under
        Only this unit and what stands below it: an id, a name or a path.
    by
        None: one row per unit; ``"kind"``: one per kind; ``"leader"``: one per holder of a public role.
    bounds
        Kind (its name or label) → the least and the greatest span that are right for it, both included.

    Returns
    -------
    DataFrame
        By unit, in preorder: ``id``, ``name``, ``kind``; ``level`` Int32 (a root has 1); ``height`` Int32
        (levels below, 0 at a leaf); ``span`` Int32: immediate children, **null at a leaf**, so that a mean
        over it is the mean span; ``posts``, ``vacancies`` Int64: holders that the structure requires of the
        unit, and how many of them are missing (distinct holders per role; null where none is required);
        ``descendants`` Int32: all units below.

        By kind, in the order met from the top: ``kind``; ``units``, ``with_children`` Int64; of the units
        with children ``mean`` (children ÷ units that have any), ``median``, ``q1``, ``q3`` (linear
        interpolation), ``min``, ``max``; ``outliers`` Int64: spans beyond Tukey's fences, 1.5 quartile
        ranges outside the quartiles; ``share_1`` … ``share_17``: the share of spans of 1, 2–3, 4–7, 8–12,
        13–16 and 17 and more. Null where no unit of the kind has children.

        With bounds, by unit ``fit``: ``narrow``, ``within`` or ``wide``, ``undefined`` for a kind without
        bounds, null at a leaf; by kind ``share_narrow``, ``share_within``, ``share_wide``: of the spans, null
        without bounds.

        By leader, the widest first: ``person``, ``name``; ``units_led`` Int64: distinct units in which a
        public role is held; ``posts`` Int64: posts held there; ``span`` Int64: children of these units
        together.

        An organisation without units gives an empty frame of these columns.

    Raises
    ------
    UnknownName, AmbiguousName
        No such tree, unit or kind; several units of that name.
    OrgraphError
        `org` is not on a day, or the unit has no place in the tree.

    References
    ----------
    Orgvue and Nakisa (span, levels, mean over units with children), SAP 0POS_CTSPAN (post span), Tukey 1977
    (fences). Other products call the descendants span, or count leaves as 0.

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> span(small_town()).select("name", "level", "span", "posts", "vacancies").rows()
    [('洪合村', 1, 2, 1, 0), ('东苑', 2, None, None, None), ('西苑', 2, None, None, None)]
    >>> span(small_town(), by="kind").select("kind", "units", "mean").rows()
    [('village', 1, 2.0), ('estate', 2, None)]
    """
    day_of(org)
    row = None if under is None else org.row(under)
    h = org.hierarchy(tree_for(org, tree, row))
    start = 0 if row is None else place_of(org, h, row)
    stop = len(h) if row is None else int(h.end[start])
    if by == "leader":
        return _by_leader(org, h, slice(start, stop))
    if by == "kind":
        kinds = _by_kind(org, h, slice(start, stop))
        return kinds if bounds is None else kinds.hstack(_shares(org, h, slice(start, stop), bounds))
    if by is not None:
        raise UnknownName(say(zh="分组", en="grouping"), by, ("kind", "leader"))
    units = _by_unit(org, h, slice(start, stop))
    return units if bounds is None else units.with_columns(fit=_fit(org, bounds))


def _by_unit(org: Org, h: Hierarchy, part: slice) -> pl.DataFrame:
    rows = h.order[part]
    posts, vacancies = required_posts(org)
    children = h.children[part]
    none = posts[rows] > 0
    return org.units.select("id", "name", "kind")[rows].with_columns(
        level=pl.Series(h.level[part], dtype=pl.Int32),
        height=pl.Series(h.height[part], dtype=pl.Int32),
        span=shown_unless(children, children == 0).cast(pl.Int32),
        posts=shown_unless(posts[rows], ~none),
        vacancies=shown_unless(vacancies[rows], ~none),
        descendants=pl.Series(h.descendants[part], dtype=pl.Int32),
    )


def shown_unless(values: Ints | Longs, hidden: Bools) -> pl.Series:
    """Values as a column, null where hidden."""
    return shown(values.astype(np.int64), 0, ~hidden)


def _by_kind(org: Org, h: Hierarchy, part: slice) -> pl.DataFrame:
    spans = pl.col("span")
    units = org.units.select("kind")[h.order[part]].with_columns(
        span=pl.Series(h.children[part], dtype=pl.Int64)
    )
    counted = units.group_by("kind", maintain_order=True).agg(units=pl.len().cast(pl.Int64))
    with_children = units.filter(spans > 0)
    quartiles = with_children.group_by("kind").agg(
        with_children=pl.len().cast(pl.Int64),
        mean=spans.mean(),
        median=spans.median(),
        q1=spans.quantile(0.25, "linear"),
        q3=spans.quantile(0.75, "linear"),
        min=spans.min(),
        max=spans.max(),
        **{name: _within(low, high).mean() for name, low, high in BANDS},
    )
    fence = 1.5 * (pl.col("q3") - pl.col("q1"))
    beyond = (spans < pl.col("q1") - fence) | (spans > pl.col("q3") + fence)
    outliers = (
        with_children.join(quartiles.select("kind", "q1", "q3"), on="kind")
        .group_by("kind")
        .agg(outliers=beyond.sum().cast(pl.Int64))
    )
    shares = [name for name, _, _ in BANDS]
    return (
        counted.join(quartiles, on="kind", how="left", maintain_order="left")
        .join(outliers, on="kind", how="left", maintain_order="left")
        .with_columns(pl.col("with_children").fill_null(0))
        .select(pl.exclude("outliers", *shares), "outliers", *shares)
    )


def _within(low: int, high: int | None) -> pl.Expr:
    return pl.col("span") >= low if high is None else pl.col("span").is_between(low, high)


def _fit(org: Org, bounds: Bounds) -> pl.Expr:
    """How the span of each row fits the bounds of its kind."""
    of_kind = {kind_asked(org, kind): ends for kind, ends in bounds.items()}
    low, high = (
        pl.col("kind").replace_strict(
            {kind: ends[side] for kind, ends in of_kind.items()}, default=None, return_dtype=pl.Int64
        )
        for side in (0, 1)
    )
    span = pl.col("span")
    fit = pl.when(span < low).then(pl.lit("narrow")).when(span > high).then(pl.lit("wide"))
    return pl.when(span > 0).then(
        pl.when(low.is_null()).then(pl.lit("undefined")).otherwise(fit.otherwise(pl.lit("within")))
    )


def _shares(org: Org, h: Hierarchy, part: slice, bounds: Bounds) -> pl.DataFrame:
    """The shares of spans that fit, one row per kind in the order met from the top."""
    units: pl.DataFrame = org.units.select("kind")[h.order[part]]
    spans = units.with_columns(span=pl.Series(h.children[part], dtype=pl.Int64))
    fits = spans.with_columns(fit=_fit(org, bounds).replace("undefined", None))
    return (
        fits.group_by("kind", maintain_order=True)
        .agg((pl.col("fit") == fit).mean().alias(f"share_{fit}") for fit in ("narrow", "within", "wide"))
        .drop("kind")
    )


def _by_leader(org: Org, h: Hierarchy, part: slice) -> pl.DataFrame:
    public = [name for name, role in org.structures.roles.items() if role.public]
    held = org.memberships.filter(pl.col("role").is_in(public))
    unit, person = org.rows(held["unit"].fill_null(-1)), person_rows(org, held["person"])
    place = np.where(unit >= 0, h.position[unit], -1)
    meant = (place >= part.start) & (place < part.stop) & (person >= 0)
    spans = h.children[place] if len(h) else np.zeros(0, np.int32)
    posts = (
        held.select("role")
        .with_columns(unit=pl.Series(unit), who=pl.Series(person), span=pl.Series(spans, dtype=pl.Int64))
        .filter(pl.Series(meant))
        .unique()
    )
    led = posts.unique(["unit", "who"]).group_by("who").agg(pl.len().alias("units_led"), pl.col("span").sum())
    load = led.join(posts.group_by("who").agg(pl.len().alias("posts")), on="who")
    people = org.people.select(person="id", name="name")[load["who"].to_numpy()]
    return (
        people.hstack(load.drop("who"))
        .select("person", "name", pl.col("units_led", "posts", "span").cast(pl.Int64))
        .sort("units_led", "span", "person", descending=[True, True, False])
    )
