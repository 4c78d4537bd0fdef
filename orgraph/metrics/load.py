"""Load: what each office-holder carries, and how unequally it is spread."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.metrics.answered import Answered, additive, answered
from orgraph.metrics.asked import day_of, place_of, tree_for
from orgraph.metrics.distinct import pairs_once, topmost
from orgraph.metrics.figures import Bools, shown
from orgraph.metrics.people import may_be_named, posts_held, public_roles
from orgraph.model.hierarchy import Ints, Longs
from orgraph.model.tables import Org

COUNTS = ("posts_held", "units", "units_led", "units_under")


def load(
    org: Org,
    *,
    tree: str | None = None,
    under: str | None = None,
    measures: Sequence[str] | None = None,
    people: bool = False,
) -> pl.DataFrame:
    """What each office-holder carries: posts held, units led, and what they answer for below.

    Parameters
    ----------
    org
        On a day.
    tree
        The tree along which a leader answers for what stands below; default: the one with the most links.
    under
        Only posts in this unit and in what stands below it in the tree: an id, a name or a path.
    measures
        Which measures; default: all in use that add up over units.
    people
        List holders of all roles; default: of public roles alone.

    Returns
    -------
    DataFrame
        One row per person, the most loaded first: ``person``, ``name``; ``posts_held`` Int64: distinct roles
        in distinct units, so that above 1 somebody holds several (兼任), which is counted and not blamed;
        ``units``: distinct units of these posts; ``units_led``: those in which a public role is held;
        ``units_under``: the units led and all that stands below them in the tree, each once. Then, for each
        of the measures, what the units led answer for: the figure that a unit
        reports, else what is reported highest below it, so that a town and its villages are never added
        together (Int64; Float64 with decimals; null where nothing is reported), and
        ``<measure>_completeness`` Float64: units that report or lie below one that does ÷ units of the kinds
        that report (null where there are none). A unit below another led by the same person counts within
        that one; one that stands nowhere in the tree counts itself alone. Two leaders of one unit both
        answer for all of it. Empty where nobody holds a post.

    Raises
    ------
    UnknownName, AmbiguousName
        No such tree, unit or measure that adds up; several units of that name.
    OrgraphError
        `org` is not on a day, or the unit has no place in the tree.

    References
    ----------
    Counts over distinct people; Microsoft vivainsights ``create_lorenz`` counts rows (see `load_totals`).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> columns = "name", "posts_held", "units_led", "units_under", "households", "households_completeness"
    >>> load(small_town()).select(columns).rows()
    [('沈一', 1, 1, 3, 300, 0.5)]
    """
    loads = _loads(org, tree, under, measures)
    shown_ones = np.ones(len(loads.person), bool) if people else may_be_named(org)[loads.person]
    frame = org.people.select(person="id", name="name")[loads.person].with_columns(
        pl.Series(name, loads.counts[name]) for name in COUNTS
    )
    for one in loads.measures:
        name = one.name + "_" if one.name in frame.columns else one.name
        frame = frame.with_columns(
            shown(one.amount, one.decimals, one.known).alias(name),
            pl.Series(f"{name}_completeness", _share(one.told, one.expected)),
        )
    down = [True, True, False]
    return frame.filter(pl.Series(shown_ones)).sort("posts_held", "units_under", "person", descending=down)


def load_totals(
    org: Org, *, tree: str | None = None, under: str | None = None, measures: Sequence[str] | None = None
) -> pl.DataFrame:
    """How what people carry is spread over them: means, extremes, Gini, and how many hold several posts.

    Parameters
    ----------
    org, tree, under, measures
        As in `load`; holders of all roles are counted, and nobody is named.

    Returns
    -------
    DataFrame
        ``item``: ``posts_held``, ``units``, ``units_led``, ``units_under``, then each measure. ``people``
        Int64: the distinct people counted: for posts and units all holders, for units led and what is below
        the leaders, for a measure the leaders of whose units anything is known. ``mean``, ``median``, ``max``
        Float64 over them, null where there are none. ``gini`` Float64: 0 where all carry the same, near 1
        where one carries all; null where there is nothing to carry or a figure is negative. ``several``
        Int64: people with more than one post, unit, or unit led (兼任), and ``share``: of the people
        counted; null for the other items.

    Raises
    ------
    UnknownName, AmbiguousName, OrgraphError
        As in `load`.

    References
    ----------
    Gini 1912; Microsoft vivainsights ``create_lorenz`` (which counts rows; here distinct people).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> load_totals(small_town()).select("item", "people", "mean", "gini", "several").head(3).rows()
    [('posts_held', 2, 1.0, 0.0, 0), ('units', 2, 1.0, 0.0, 0), ('units_led', 1, 1.0, 0.0, 0)]
    """
    loads = _loads(org, tree, under, measures)
    leads = loads.counts["units_led"] > 0
    rows = []
    for name in COUNTS:
        amounts = loads.counts[name][leads if name in COUNTS[2:] else slice(None)]
        rows.append(_spread(name, amounts, 0, several=name != "units_under"))
    rows += [_spread(m.name, m.amount[m.known & leads], m.decimals, several=False) for m in loads.measures]
    return pl.concat(rows)


def gini(values: npt.NDArray[np.integer | np.floating]) -> float | None:
    """Gini's coefficient of amounts ≥ 0; None where they are none, all zero, or one is negative.

    Half the mean difference between any two, divided by the mean. O(n log n).

    Examples
    --------
    >>> gini(np.array([1, 1, 1])), gini(np.array([0, 0, 0, 8])), gini(np.array([]))
    (0.0, 0.75, None)
    """
    ordered = np.sort(values).astype(np.float64)
    n, total = len(ordered), float(ordered.sum())
    if not n or ordered[0] < 0 or not total:
        return None
    ranks = np.arange(1 - n, n, 2)
    return float(ranks @ ordered) / (n * total)


@dataclass(frozen=True, eq=False)
class _Measured:
    """What each person answers for of one measure: int64[people], whether anything is known of it."""

    name: str
    decimals: int
    amount: Longs
    known: Bools
    expected: Longs
    told: Longs


@dataclass(frozen=True, eq=False)
class _Loads:
    """`person`: rows of people with a post; everything else beside it."""

    person: Ints
    counts: dict[str, Longs]
    measures: list[_Measured]


def _loads(org: Org, tree: str | None, under: str | None, measures: Sequence[str] | None) -> _Loads:
    day_of(org)
    row = None if under is None else org.row(under)
    h = org.hierarchy(tree_for(org, tree, row))
    posts = posts_held(org)
    if row is not None:
        place, start = h.position[posts["unit"].to_numpy()], place_of(org, h, row)
        posts = posts.filter(pl.Series((place >= start) & (place < h.end[start])))
    person, who = np.unique(posts["person"].to_numpy(), return_inverse=True)
    public = posts["role"].is_in(public_roles(org)).to_numpy()
    leader, unit_led = pairs_once(who[public], posts["unit"].to_numpy()[public])
    whose, tops = topmost(h, leader, unit_led)
    under_each = np.ones(org.units.height, np.int64)
    under_each[h.order] = h.end - np.arange(len(h))

    def per_person(holders: npt.NDArray[np.integer]) -> Longs:
        return np.bincount(holders, minlength=len(person))

    def summed(amounts: npt.NDArray[np.integer | np.bool_]) -> Longs:
        made = np.zeros(len(person), np.int64)
        np.add.at(made, whose, amounts[tops])
        return made

    counts = {
        "posts_held": per_person(who),
        "units": per_person(pairs_once(who, posts["unit"].to_numpy())[0]),
        "units_led": per_person(leader),
        "units_under": summed(under_each),
    }
    of_each = [_measured(name, answered(org, h, name), summed) for name in additive(org, measures)]
    return _Loads(person.astype(np.int32), counts, of_each)


def _measured(
    name: str, of_units: Answered, summed: Callable[[npt.NDArray[np.integer | np.bool_]], Longs]
) -> _Measured:
    figure = of_units.figure
    return _Measured(
        name,
        figure.decimals,
        amount=summed(figure.values),
        known=summed(figure.known) > 0,
        expected=summed(of_units.expected),
        told=summed(of_units.told),
    )


def _share(told: Longs, expected: Longs) -> pl.Series:
    beside = pl.DataFrame({"told": told, "expected": expected})
    return beside.select(
        pl.when(pl.col("expected") > 0).then(pl.col("told") / pl.col("expected"))
    ).to_series()


def _spread(item: str, amounts: Longs, decimals: int, *, several: bool) -> pl.DataFrame:
    values = shown(amounts, decimals).cast(pl.Float64)
    more = int((amounts > 1).sum())

    def rows() -> Iterator[tuple[str, pl.DataType | type[pl.DataType], object]]:
        yield "item", pl.String, item
        yield "people", pl.Int64, len(amounts)
        yield "mean", pl.Float64, values.mean()
        yield "median", pl.Float64, values.median()
        yield "max", pl.Float64, values.max()
        yield "gini", pl.Float64, gini(amounts)
        yield "several", pl.Int64, more if several else None
        yield "share", pl.Float64, more / len(amounts) if several and len(amounts) else None

    return pl.select(pl.lit(value, dtype).alias(name) for name, dtype, value in rows())
