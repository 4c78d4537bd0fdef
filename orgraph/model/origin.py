"""Where rows came from: the cells of files, kept as runs of lines."""

from __future__ import annotations

import polars as pl

ORIGIN: dict[str, pl.DataType] = {
    "table": pl.String(),
    "row": pl.Int64(),
    "file": pl.String(),
    "sheet": pl.String(),
    "line": pl.Int64(),
}
"""Where rows came from: `row` counts the rows in of `table` from 0, `line` is the sheet's row from 1."""

RUNS: dict[str, pl.DataType] = ORIGIN | {"count": pl.Int64()}
"""The same for `count` rows one after the other, which came from as many lines one after the other."""


def runs_of(cells: pl.DataFrame) -> pl.DataFrame:
    """`ORIGIN` as `RUNS`."""
    goes_on = pl.lit(value=True)
    for column in ("table", "file", "sheet"):
        goes_on &= pl.col(column).eq_missing(pl.col(column).shift())
    for column in ("row", "line"):
        goes_on &= pl.col(column).diff().eq_missing(pl.lit(1))
    begun = cells.with_columns(_run=(~goes_on).cum_sum())
    firsts = (pl.col(c).first() for c in ORIGIN)
    runs = begun.group_by("_run", maintain_order=True).agg(*firsts, pl.len().alias("count"))
    return runs.select(pl.col(c).cast(t) for c, t in RUNS.items())


def cells_of(runs: pl.DataFrame) -> pl.DataFrame:
    """`RUNS` as `ORIGIN`: one row for each row."""
    each = runs.with_columns(_at=pl.int_ranges(0, "count")).explode("_at")
    return each.select(
        "table", pl.col("row") + pl.col("_at"), "file", "sheet", pl.col("line") + pl.col("_at")
    )
