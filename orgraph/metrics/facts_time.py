"""Facts that look at the clock and the calendar: hours that nobody covers, years since a date."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of
from orgraph.metrics.figures import Figure
from orgraph.model.structure import UncoveredFact, YearsSinceFact

if TYPE_CHECKING:
    from orgraph.metrics.facts import Facts

DAY = 24 * 60
"""Minutes."""


def years_since(facts: Facts, fact: YearsSinceFact) -> Figure:
    """Whole years from a date to the day asked (rounded down; negative before it); unknown without a date.

    A year since the 29th of February is full on the 1st of March where there is no 29th.
    """
    day = day_of(facts.org)
    column = facts.table(fact.entity)[fact.years_since]
    not_yet = (column.dt.month().cast(pl.Int32) * 100 + column.dt.day()) > day.month * 100 + day.day
    years = (day.year - column.dt.year()).cast(pl.Int64) - not_yet.cast(pl.Int64)
    known = column.is_not_null().to_numpy()
    return Figure(years.fill_null(0).to_numpy(), known, known)


def uncovered(facts: Facts, fact: UncoveredFact) -> Figure:
    """Hours of the day at which nobody holds the role, by the shifts of its holders; 24 without holders.

    Shifts are half-open, may run past midnight, and last the whole day where they end when they begin. A
    shift without both its times covers nothing and leaves the figure not whole.
    """
    org = facts.org
    ties = org.memberships.filter(pl.col("role") == fact.uncovered)
    shifts = ties.select(
        pl.Series("unit", org.rows(ties["unit"].fill_null(-1))), *_times(ties, fact.from_, fact.to)
    ).filter(pl.col("unit") >= 0)
    shifts = shifts.explode("start", "stop").with_columns(pl.col("start", "stop") % DAY)
    vague = shifts.filter(pl.col("start").is_null() | pl.col("stop").is_null())
    gone = DAY - _covered(shifts.drop_nulls(), org.units.height)
    whole = np.ones(org.units.height, bool)
    whole[vague["unit"].to_numpy()] = False
    every = np.ones(org.units.height, bool)
    if (gone % 60 == 0).all():
        return Figure(gone // 60, every, whole)
    return Figure(np.rint(gone * 100 / 60).astype(np.int64), every, whole, decimals=2)


def _covered(shifts: pl.DataFrame, rows: int) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """int64[rows]: minutes of the day that lie in any of the unit's shifts."""
    past = pl.col("stop") <= pl.col("start")
    today = shifts.with_columns(stop=pl.when(past).then(DAY).otherwise("stop"))
    tomorrow = shifts.filter(past).with_columns(start=pl.lit(0, pl.Int64))
    pieces = pl.concat([today, tomorrow]).sort("unit", "start")
    reached = pl.col("stop").cum_max().shift(1, fill_value=0).over("unit")
    new = pl.max_horizontal(pl.col("stop") - pl.max_horizontal("start", reached), 0)
    per_unit = pieces.with_columns(new=new).group_by("unit").agg(pl.col("new").sum())
    covered = np.zeros(rows, np.int64)
    covered[per_unit["unit"].to_numpy()] = per_unit["new"].to_numpy()
    return covered


PARTED = r"\s*[、,;\x{ff0c}\x{ff1b}]\s*"
"""Between the times of several shifts in one text."""
RANGED = r"\s*(?:[-~–—\x{ff5e}\x{2212}]|至|到)\s*"
"""Between the two ends of a shift in one text."""


def _times(ties: pl.DataFrame, start: str, stop: str) -> list[pl.Series]:
    """``start`` and ``stop`` of the shifts of each tie, as lists of equal length of minutes.

    Hours as numbers, or texts such as ``7:30``, ``07:30:00`` and ``19``; texts of several shifts are parted
    by ``、``. Where both are one column, its text holds whole shifts: ``08:00-16:00``.
    """
    if start == stop:
        shifts = ties.select(_parts(start)).to_series()
        ends = [
            shifts.list.eval(_at(pl.element().str.split("-").list.get(i, null_on_oob=True))) for i in (0, 1)
        ]
    else:
        ends = [_of_column(ties, column) for column in (start, stop)]
    level = (ends[0].list.len() == ends[1].list.len()).fill_null(value=False)
    none = pl.Series([[None]], dtype=pl.List(pl.Int64)).new_from_index(0, ties.height)
    return [one.zip_with(level, none).alias(name) for one, name in zip(ends, ("start", "stop"), strict=True)]


def _of_column(ties: pl.DataFrame, column: str) -> pl.Series:
    given = ties[column]
    if given.dtype == pl.String:
        return ties.select(_parts(column)).to_series().list.eval(_at(pl.element()))
    hours = (given * 60).round() if given.dtype.is_float() else given.cast(pl.Int64) * 60
    return hours.cast(pl.Int64).to_frame("_").select(pl.concat_list("_")).to_series()


def _parts(column: str) -> pl.Expr:
    """The parts of a text; the ends of each are parted by ``-``."""
    plain = pl.col(column).str.strip_chars().str.replace_all(PARTED, "、").str.replace_all(RANGED, "-")
    return plain.str.split("、")


def _at(text: pl.Expr) -> pl.Expr:
    """A time of day as minutes; null where it is none."""
    parts = text.str.extract_groups(r"^\s*(\d{1,2})(?:[:\x{ff1a}](\d{2}))?(?:[:\x{ff1a}]\d{2})?\s*$")
    hours, minutes = (parts.struct.field(str(i)).cast(pl.Int64) for i in (1, 2))
    minutes = minutes.fill_null(0)
    at = hours * 60 + minutes
    return pl.when((minutes < 60) & (at <= DAY)).then(at)
