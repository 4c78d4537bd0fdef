"""Reach: who is reached from a unit within so many steps, and who is missed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of, of_kinds
from orgraph.metrics.distinct import pairs_once
from orgraph.metrics.figures import Figure, shown
from orgraph.metrics.measured import measured
from orgraph.metrics.people import posts_held
from orgraph.metrics.ways import UNREACHED, Direction, ways
from orgraph.model.hierarchy import Ints
from orgraph.model.tables import Org


def reach(
    org: Org,
    source: str | Sequence[str],
    *,
    along: Sequence[str] | None = None,
    hops: int | None = None,
    direction: Direction = "down",
    missed: bool = False,
) -> pl.DataFrame:
    """Which units are reached from a unit along relations, within a number of steps; or which are not.

    Parameters
    ----------
    org
        On a day.
    source
        Where it starts: an id, a name or a path; several start together. The source is not counted.
    along
        Relations and trees; default: all trees.
    hops
        At most so many steps; default: as far as it goes.
    direction
        ``"down"``: in a tree from a unit to those below it, along any other relation from its source to its
        target; ``"up"``: the other way; ``"both"``: either way.
    missed
        The complement: all units alive on the day that are not reached.

    Returns
    -------
    DataFrame
        The nearest first: ``id``, ``name``, ``kind``; ``hops`` Int32: steps on the shortest way, null where
        missed; ``reached`` Boolean; ``people`` Int64: distinct people with a post in the unit; then one
        column per measure in use (its latest value, null where unknown). Empty where nothing is reached.

    Raises
    ------
    UnknownName, AmbiguousName
        No such unit or relation; several units of that name.
    OrgraphError
        `org` is not on a day.

    References
    ----------
    Borgatti 2006, "Identifying sets of key players in a social network" (m-reach).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> reach(small_town(), "洪合村").select("name", "hops").rows()
    [('东苑', 1), ('西苑', 1)]
    >>> reach(small_town(), "东苑支部", along=["covers"], missed=True).select("name", "hops").rows()
    [('洪合村', None), ('西苑', None)]
    """
    steps = _steps(org, source, along, hops, direction)
    reached = steps > 0
    rows = np.flatnonzero(steps == UNREACHED) if missed else np.flatnonzero(reached)
    rows = rows[np.argsort(steps[rows], kind="stable")]
    posts = posts_held(org)
    unit, _ = pairs_once(posts["unit"].to_numpy(), posts["person"].to_numpy())
    people = np.bincount(unit, minlength=org.units.height)[rows]
    named = org.units.select("id", "name", "kind")[rows].with_columns(
        hops=pl.Series(steps[rows], dtype=pl.Int32).replace(UNREACHED, None),
        reached=pl.Series(reached[rows]),
        people=pl.Series(people, dtype=pl.Int64),
    )
    taken = set(named.columns)
    figures = (measured(org, name).series(name)[rows] for name in measures_in_use(org))
    return named.with_columns(f.alias(f"{f.name}_") if f.name in taken else f for f in figures)


def reach_totals(
    org: Org,
    source: str | Sequence[str],
    *,
    along: Sequence[str] | None = None,
    hops: int | None = None,
    direction: Direction = "down",
) -> pl.DataFrame:
    """What the units reached and the units missed add up to: units, people, every measure.

    Parameters
    ----------
    org, source, along, hops, direction
        As in `reach`.

    Returns
    -------
    DataFrame
        ``item``: ``units`` (in all, then by kind), ``people``, then each measure that adds up over units;
        ``kind``: of the units summed (null: all). A measure is summed kind by kind, over the kinds that
        report it at all, so that a unit and those above it are never added together. ``reached``,
        ``missed``: units; distinct people, who are missed if they have a post in a missed unit and none in a
        reached one; sums of the latest values (Int64; Float64 if a measure has decimals). ``share``
        Float64: reached ÷ (reached + missed), null where both are 0. ``weighted`` Float64: the same sum as
        ``reached`` with each unit (each person, at the nearest post) divided by its steps.
        ``completeness`` Float64: figures known ÷ expected among the units reached, null where none is.

    Raises
    ------
    UnknownName, AmbiguousName, OrgraphError
        As in `reach`.

    References
    ----------
    Borgatti 2006 (distance-weighted reach).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> totals = reach_totals(small_town(), "洪合村")
    >>> totals.filter(item="households").select("kind", "reached", "completeness").rows()
    [('estate', 300, 0.5)]
    """
    steps = _steps(org, source, along, hops, direction)
    every = Figure.count((steps != 0).astype(np.int64))
    present = org.units["kind"].unique(maintain_order=True).drop_nulls().to_list()
    rows = [_total(org, "units", None, every, steps)]
    rows += [_total(org, "units", kind, every, steps) for kind in present]
    rows.append(_people(org, steps))
    for name in measures_in_use(org):
        if org.structures.measures[name].over_units == "sum":
            figure = measured(org, name)
            reporting = org.units.filter(pl.Series(figure.known))["kind"].unique().drop_nulls()
            rows += [_total(org, name, kind, figure, steps) for kind in present if kind in reporting]
    return pl.concat(rows, how="vertical_relaxed").with_columns(
        share=pl.when(pl.col("reached") + pl.col("missed") != 0).then(
            pl.col("reached") / (pl.col("reached") + pl.col("missed"))
        )
    ).select("item", "kind", "reached", "missed", "share", "weighted", "completeness")  # fmt: skip


def cascade(
    org: Org,
    source: str | Sequence[str],
    *,
    along: Sequence[str] | None = None,
    hops: int | None = None,
    direction: Direction = "down",
) -> pl.DataFrame:
    """How a message spreads from a unit, step by step.

    Parameters
    ----------
    org, source, along, hops, direction
        As in `reach`: every unit passes it on along all these relations at once.

    Returns
    -------
    DataFrame
        One row per step: ``hops`` Int32, from 1; ``units``, ``people`` Int64: units first reached at this
        step, and distinct people whose nearest post outside the source it is; ``units_so_far``,
        ``people_so_far``: with all earlier steps; ``share``, ``share_people`` Float64: so far ÷ all units
        alive but the source, and ÷ all people with a post outside it (null where nobody has one). Empty
        where nothing is reached.

    Raises
    ------
    UnknownName, AmbiguousName, OrgraphError
        As in `reach`.

    References
    ----------
    Borgatti 2006 (m-reach, for every m).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> cascade(small_town(), "洪合村").select("hops", "units", "share").rows()
    [(1, 2, 0.6666666666666666)]
    """
    steps = _steps(org, source, along, hops, direction)
    nearest = _nearest(org, steps)
    last = max(int(steps.max(initial=0)), 0)
    units, people = (np.bincount(s[s > 0], minlength=last + 1)[1:] for s in (steps, nearest))
    every = {"units": int((steps != 0).sum()), "people": len(nearest)}
    spread = pl.DataFrame({"hops": np.arange(1, last + 1, dtype=np.int32), "units": units, "people": people})
    so_far = spread.with_columns(pl.col("units", "people").cum_sum().name.suffix("_so_far"))
    shares = {"share": ("units_so_far", every["units"]), "share_people": ("people_so_far", every["people"])}
    return so_far.with_columns(
        (pl.col(part) / whole if whole else pl.lit(None, pl.Float64)).alias(name)
        for name, (part, whole) in shares.items()
    )


def measures_in_use(org: Org) -> list[str]:
    """Declared measures of which the organisation has any row, in the order of the structures."""
    used = set(org.measures["measure"].unique())
    return [name for name in org.structures.measures if name in used]


def _total(org: Org, item: str, kind: str | None, figure: Figure, steps: Ints) -> pl.DataFrame:
    mine = np.ones(len(steps), bool) if kind is None else of_kinds(org, (kind,))
    reached, missed = mine & (steps > 0), mine & (steps == UNREACHED)
    sums = np.array([figure.values[reached].sum(), figure.values[missed].sum()], np.int64)
    expected = int(reached.sum())
    weighted = (figure.values[reached] / steps[reached]).sum() / 10.0**figure.decimals
    return _row(item, kind, shown(sums, figure.decimals), float(weighted)).with_columns(
        completeness=pl.lit(figure.known[reached].sum() / expected if expected else None, pl.Float64)
    )


def _people(org: Org, steps: Ints) -> pl.DataFrame:
    steps_of = _nearest(org, steps)
    nearest = pl.Series(steps_of[steps_of > 0])
    sums = pl.Series([len(nearest), len(steps_of) - len(nearest)])
    weighted = float((1 / nearest).sum())
    complete = pl.lit(1.0 if sums[0] else None, pl.Float64)
    return _row("people", None, sums, weighted).with_columns(completeness=complete)


def _nearest(org: Org, steps: Ints) -> Ints:
    """int32[people with a post outside the source]: steps to the nearest; −1 where none is reached."""
    posts = posts_held(org)
    outside = posts.select("person", hops=pl.Series(steps[posts["unit"].to_numpy()])).filter(
        pl.col("hops") != 0
    )
    nearest = outside.group_by("person").agg(pl.col("hops").filter(pl.col("hops") > 0).min())
    return nearest["hops"].fill_null(UNREACHED).to_numpy()


def _row(item: str, kind: str | None, sums: pl.Series, weighted: float) -> pl.DataFrame:
    return pl.select(
        item=pl.lit(item),
        kind=pl.lit(kind, pl.String),
        reached=pl.lit(sums[0], sums.dtype),
        missed=pl.lit(sums[1], sums.dtype),
        weighted=pl.lit(weighted, pl.Float64),
    )


def _steps(
    org: Org, source: str | Sequence[str], along: Sequence[str] | None, hops: int | None, direction: Direction
) -> Ints:
    """int32[units]: steps from the source; 0 at the source, −1 where it is not reached."""
    day_of(org)
    starts = [org.row(text) for text in ([source] if isinstance(source, str) else source)]
    steps, _ = ways(org, along, direction).walked(np.array(starts, np.int32), hops)
    return steps
