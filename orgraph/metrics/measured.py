"""The value of a measure on a day or in a period, per unit."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of
from orgraph.metrics.figures import Figure
from orgraph.model.days import period
from orgraph.model.tables import Org


def measured(org: Org, measure: str, during: str | None = None) -> Figure:
    """The value of one measure for each row of units; unknown where nothing was reported.

    Without `during` it is the latest: the observation (or the period of a flow) that begins last and not
    after the day. With `during`, only what lies in that period counts: the last observation, the mean of
    the observations (rounded to the smallest unit), or the sum of a flow; a flow reported for just that
    period is taken as it is and not added to the reports of its parts.

    Parameters
    ----------
    org
        On a day.
    measure
        Its name.
    during
        ``day``, ``month``, ``quarter`` or ``year`` (the one that the day lies in), or a period by name:
        ``2022``, ``2022-04``, ``2022-04-12``.
    """
    declared = org.structures.measures[measure]
    rows = org.measures.lazy().filter((pl.col("measure") == measure) & pl.col("value").is_not_null())
    rows = rows.with_columns(
        pl.col("since").fill_null(date.min), until=pl.col("until").fill_null(date.max)
    ).filter(pl.col("since") <= day_of(org))
    if during is None:
        values = _last(rows)
    else:
        start, stop = period_meant(during, day_of(org))
        if declared.over_time == "sum":
            values = _summed(rows.filter((pl.col("since") >= start) & (pl.col("until") <= stop)), start, stop)
        else:
            inside = rows.filter((pl.col("since") >= start) & (pl.col("since") < stop))
            values = _last(inside) if declared.over_time == "last" else _mean(inside)
    found = values.collect()
    at = org.rows(found["unit"].fill_null(-1))
    figure, known = np.zeros(org.units.height, np.int64), np.zeros(org.units.height, bool)
    figure[at[at >= 0]] = found["value"].to_numpy()[at >= 0]
    known[at[at >= 0]] = True
    return Figure(figure, known, known, declared.decimals)


def _last(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.sort("since", "until").unique("unit", keep="last").select("unit", "value")


def _mean(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.group_by("unit").agg(pl.col("value").mean().round().cast(pl.Int64))


def _summed(rows: pl.LazyFrame, start: date, stop: date) -> pl.LazyFrame:
    whole = (pl.col("since") == start) & (pl.col("until") == stop)
    told = pl.col("value").filter(whole)
    return rows.group_by("unit").agg(
        pl.when(whole.any()).then(told.sum()).otherwise(pl.col("value").sum()).alias("value")
    )


def period_meant(name: str, day: date) -> tuple[date, date]:
    """First day, and the day after the last, of a period by name or of the one that a day lies in.

    Examples
    --------
    >>> period_meant("quarter", date(2022, 5, 12))
    (datetime.date(2022, 4, 1), datetime.date(2022, 7, 1))
    >>> period_meant("2021-12", date(2022, 5, 12))
    (datetime.date(2021, 12, 1), datetime.date(2022, 1, 1))
    """
    if name == "quarter":
        first = (day.month - 1) // 3 * 3 + 1
        return period(f"{day.year:04}-{first:02}")[0], period(f"{day.year:04}-{first + 2:02}")[1]
    return period({"day": f"{day:%Y-%m-%d}", "month": f"{day:%Y-%m}", "year": f"{day:%Y}"}.get(name, name))
