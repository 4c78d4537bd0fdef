"""Figures of units that rows give: of which measure, over which period."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl

from orgraph.model.language.rosters import MeasureForm
from orgraph.roster.chains import header_of
from orgraph.roster.fields import cleared, value
from orgraph.roster.resolve import Resolver
from orgraph.roster.sheets.rows import R


def measure_claims(resolver: Resolver, day: date) -> list[pl.DataFrame]:
    """Figures: a stock is of the roster's day, a flow of its period (the month of the day, unless stated)."""
    made = []
    for block, placed in resolver.placed:
        rows = placed.filter(pl.col("unit").is_not_null())
        period = block.fields.is_("period")
        stated = rows[value(period)].struct.unnest() if period is not None else None
        for position, form in block.fields.where(MeasureForm).items():
            measure = resolver.structures.measures[form.measure]
            flow = measure.over_time == "sum"
            first, after = _period(stated, form.during, day, rows.height, flow=flow)
            frame = pl.DataFrame(
                [
                    rows[R],
                    resolver.world.tabled(rows["unit"]).alias("unit"),
                    first.alias("since"),
                    after.alias("until"),
                    rows[value(position)].alias("value"),
                    rows[cleared(position)].alias("clear"),
                ]
            )
            said = frame.filter(pl.col("value").is_not_null() | pl.col("clear"))
            column = header_of(block, position)
            made.append(said.with_columns(measure=pl.lit(form.measure), _column=pl.lit(column)))
    return made


_LENGTHS = {"day": "1d", "month": "1mo", "quarter": "1q", "year": "1y"}


def _period(
    stated: pl.DataFrame | None, during: str | None, day: date, height: int, *, flow: bool
) -> tuple[pl.Series, pl.Series]:
    """First day of the period of each row, and the day after its last."""
    if stated is None:  # what holds for one row holds for all
        nothing = pl.DataFrame(
            {"first": [None], "after": [None]}, schema={"first": pl.Date, "after": pl.Date}
        )
        one, other = _period(nothing, during, day, 1, flow=flow)
        return one.new_from_index(0, height), other.new_from_index(0, height)
    first, after = pl.col("first"), pl.col("after")
    if not flow:  # a stock is observed on a day: of a month that is stated, on its last
        seen = (after - timedelta(days=1)).fill_null(day)
        made = stated.select(first=seen, after=seen + timedelta(days=1))
        return made["first"], made["after"]
    length = _LENGTHS[during or "month"]
    begin = first.fill_null(day).dt.truncate(length)
    kept = first.is_not_null() & (after > first + timedelta(days=1)) & pl.lit(during is None)
    made = stated.select(
        first=pl.when(kept).then(first).otherwise(begin),
        after=pl.when(kept).then(after).otherwise(begin.dt.offset_by(length)),
    )
    return made["first"], made["after"]
