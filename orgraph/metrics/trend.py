"""Trend: a rate or a measure day by day, or period by period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

import numpy as np
import polars as pl

from orgraph.metrics.answered import additive, answered
from orgraph.metrics.asked import kind_asked, of_kinds, tree_for
from orgraph.metrics.coverage import coverage
from orgraph.metrics.measured import measured, period_meant
from orgraph.metrics.members import indicator_names
from orgraph.model import days as calendar
from orgraph.model.errors import OrgraphError, UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Ints
from orgraph.model.tables import Org

Every = Literal["day", "month", "quarter", "year"]

FORMS = {"day": "{0:%Y-%m-%d}", "month": "{0:%Y-%m}", "quarter": "{0:%Y}Q{1}", "year": "{0:%Y}"}
"""How each kind of period is written, of its first day and its quarter."""


def trend(
    timeline: Org,
    what: str,
    days: Sequence[date | str],
    *,
    by: str | None = None,
    under: str | None = None,
    tree: str | None = None,
) -> pl.DataFrame:
    """An indicator or a measure on several days or in several periods, at the top or at some units.

    Parameters
    ----------
    timeline
        All versions, as `store.timeline()` gives them.
    what
        An indicator, or a measure.
    days
        Days (dates, or texts such as ``2022-04-30``), or periods (``2022-04``, ``2022Q2``, ``2022``), which
        stand for their last day; see `periods`. Told from the first to the last.
    by
        A kind (its name or label): rows for each of its units.
    under
        Only this unit and what stands below it.
    tree
        Of a measure, the tree along which it adds up; default: the one with the most links.

    Returns
    -------
    DataFrame
        ``day`` Date, ``period`` (as asked), then of an indicator the columns of `coverage`; of a measure
        ``id``, ``name``, ``kind``; ``measure``; ``value``: what the unit answers for, that is, its own
        figure, else what is reported highest below it (of a measure that does not add up its own alone),
        the latest by that day, or, where a period is asked, of that period (see `measured`); Int64, Float64
        with decimals, null where nothing is reported; ``completeness`` Float64: units that report or lie
        below one that does ÷ units of the kinds that report; null where there are none. Last ``change``: the
        rate or value less that of the same unit at the day before in this list; null where either is.

        A unit has rows for the days on which it is alive. Without `by` and `under`: the roots below which
        anything is expected or reported on that day.

    Raises
    ------
    UnknownName, AmbiguousName
        No such indicator or measure, kind, tree, or unit on one of the days.
    OrgraphError
        `timeline` shows a single day, or no day is asked for.

    References
    ----------
    DHIS2 (relative periods).

    Examples
    --------
    >>> from dataclasses import replace
    >>> from orgraph.metrics.sample import small_town
    >>> months = periods("2022-03", "2022-04", "month")
    >>> trend(replace(small_town(), on=None), "households", months).select("period", "value").rows()
    [('2022-04', 300)]
    """
    if timeline.on is not None:
        raise OrgraphError(
            say(
                zh=f"这里只有 {timeline.on} 一天:走势要用 store.timeline()",
                en=f"this shows {timeline.on} alone: a trend needs store.timeline()",
            )
        )
    if not days:
        raise OrgraphError(say(zh="没有给出日期", en="no day is asked for"))
    asked = sorted({one.day: one for one in map(_asked, days)}.values())
    if what in indicator_names(timeline):
        found = [coverage(timeline.alive(one.day), what, by=by, under=under) for one in asked]
        figure = "rate"
    elif what in timeline.structures.measures:
        found = [_measure(timeline.alive(one.day), what, one.during, by, under, tree) for one in asked]
        figure = "value"
    else:
        known = [*indicator_names(timeline), *timeline.structures.measures]
        raise UnknownName(say(zh="指标或数量", en="indicator or measure"), what, known)
    dated = [
        frame.select(pl.lit(one.day).alias("day"), pl.lit(one.text).alias("period"), pl.all())
        for frame, one in zip(found, asked, strict=True)
    ]
    before = pl.col(figure).shift(1).over("id")
    return pl.concat(dated, how="vertical_relaxed").with_columns(change=pl.col(figure) - before)


def periods(first: date | str, last: date | str, every: Every) -> list[str]:
    """The days, months, quarters or years from one day or period to another, those of both included.

    Examples
    --------
    >>> periods("2021-11", "2022-02", "month")
    ['2021-11', '2021-12', '2022-01', '2022-02']
    >>> periods("2022-01-05", "2022-12-01", "quarter")
    ['2022Q1', '2022Q2', '2022Q3', '2022Q4']

    Raises
    ------
    UnknownName
        `every` is none of ``day``, ``month``, ``quarter``, ``year``.
    """
    if every not in FORMS:
        raise UnknownName(say(zh="时段", en="period"), every, FORMS)
    start, stop = calendar.period(str(first))[0], _asked(last).day
    made = []
    while start <= stop:
        start, after = period_meant(every, start)
        made.append(FORMS[every].format(start, (start.month + 2) // 3))
        start = after
    return made


class _Asked(NamedTuple):
    """A day asked for, the text it was asked by, and the period of which flows count; None: the latest."""

    day: date
    text: str
    during: str | None


def _asked(one: date | str) -> _Asked:
    text = str(one)
    quarter = re.fullmatch(r"(\d{4})Q([1-4])", text)
    if quarter:
        start = date(int(quarter[1]), int(quarter[2]) * 3 - 2, 1)
        return _Asked(period_meant("quarter", start)[1] - timedelta(days=1), text, "quarter")
    start, stop = calendar.period(text)
    whole = stop - start > timedelta(days=1)
    return _Asked(stop - timedelta(days=1), text, text if whole else None)


def _measure(
    org: Org, measure: str, during: str | None, by: str | None, under: str | None, tree: str | None
) -> pl.DataFrame:
    row = None if under is None else org.row(under)
    h = org.hierarchy(tree_for(org, tree, row))
    if org.structures.measures[measure].over_units == "sum":
        below = answered(org, h, additive(org, [measure])[0], during)
        figure, expected, told = below.figure, below.expected, below.told
    else:
        figure = measured(org, measure, during)
        told = figure.known.astype(np.int64)
        expected = np.ones(len(told), np.int64)
    every = np.append(h.order, np.flatnonzero(h.position < 0).astype(np.int32))
    inside = every if row is None else h.subtree_rows(row)
    rows: Ints = np.zeros(0, np.int32)
    if by is not None:
        rows = inside[of_kinds(org, (kind_asked(org, by),))[inside]]
    elif row is not None:
        rows = np.array([row], np.int32)
    else:
        rows = h.order[h.parent < 0]
        rows = rows[figure.known[rows]]
    share = pl.DataFrame({"told": told[rows], "expected": expected[rows]}).select(
        pl.when(pl.col("expected") > 0).then(pl.col("told") / pl.col("expected"))
    )
    return org.units.select("id", "name", "kind")[rows].with_columns(
        measure=pl.lit(measure), value=figure.series("value")[rows], completeness=share.to_series()
    )
