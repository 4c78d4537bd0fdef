"""A draft: what was found wrong in rosters, and the changes that would make the store say what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from orgraph.model.changes import ORIGIN, Changes
from orgraph.model.structure_rosters import ColumnOfForm, IsForm, ParentForm
from orgraph.roster.fields import Fields
from orgraph.roster.grid import column_letters
from orgraph.roster.recognise import Recognised
from orgraph.roster.rows import LINE, SHEET, R
from orgraph.roster.versions import Part


@dataclass(frozen=True, eq=False)
class Draft:
    """What an import would do.

    Attributes
    ----------
    findings
        Everything found, errors first (`orgraph.model.findings.SCHEMA`).
    changes
        What the store would change to; shown even where errors refuse it.
    ok
        Whether the changes may be applied: no error, or all of them in rows that are skipped.
    rows_in, rows_used, rows_refused
        Rows of all sheets; the first is the sum of the others.
    sheets
        ``file``, ``sheet``, ``roster`` (null: none), ``score``, ``rows``, ``used``, ``refused``.
    fields
        ``file``, ``sheet``, ``letter``, ``header``, ``field``, ``score``: which column was read as what, how
        surely.
    on
        The roster's day, the latest where sheets differ; None: no sheet has one.
    base_revision
        The revision that the changes lead on from.
    """

    findings: pl.DataFrame
    changes: Changes
    ok: bool
    rows_in: int
    rows_used: int
    rows_refused: int
    sheets: pl.DataFrame
    fields: pl.DataFrame
    on: date | None
    base_revision: int


def origin(parts: Mapping[str, Part], places: pl.DataFrame, skipped: pl.Series) -> pl.DataFrame:
    """Where every row that comes in came from, and which rows were skipped.

    `places`: ``_r``, ``file``, ``sheet``, ``line``.
    """
    made = [pl.DataFrame(schema=ORIGIN)]
    for table, part in parts.items():
        rows = pl.DataFrame({R: part.source.cast(pl.Int64)}).with_row_index("row")
        rows = rows.filter(pl.col(R).is_not_null()).join(places, on=R, how="inner", maintain_order="left")
        made.append(
            rows.select(pl.lit(table).alias("table"), pl.col("row").cast(pl.Int64), "file", "sheet", "line")
        )
    lost = pl.DataFrame({R: skipped.cast(pl.Int64)}).join(places, on=R, how="inner", maintain_order="left")
    lost = lost.with_row_index("row")
    made.append(
        lost.select(pl.lit("skipped").alias("table"), pl.col("row").cast(pl.Int64), "file", "sheet", "line")
    )
    return pl.concat(made)


def places_of(rows: Sequence[Fields], sheets: pl.DataFrame) -> pl.DataFrame:
    """``_r``, ``_sheet``, ``_line`` of all rows with their ``file``, ``sheet`` and ``line``."""
    wanted = {R: pl.Int64, SHEET: pl.Int32, LINE: pl.Int64}
    at = pl.concat([pl.DataFrame(schema=wanted), *(f.frame.select(R, SHEET, LINE) for f in rows)])
    return at.join(
        sheets.select(SHEET, "file", "sheet"), on=SHEET, how="left", maintain_order="left"
    ).with_columns(line=pl.col(LINE))


def columns_read(sheets: Mapping[int, Recognised]) -> pl.DataFrame:
    """Which column of which sheet was read as what."""
    rows = [
        (
            number,
            one.sheet.file,
            one.sheet.name,
            column_letters(one.columns[p] + one.sheet.first_column),
            one.headers[p],
            list(one.roster.columns)[p],
            one.sure[p],
        )
        for number, one in sheets.items()
        for p in sorted(one.columns)
    ]
    schema = {
        SHEET: pl.Int32,
        "file": pl.String,
        "sheet": pl.String,
        "letter": pl.String,
        "header": pl.String,
        "field": pl.String,
        "score": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


def headers_written(sheets: Mapping[int, Recognised]) -> pl.DataFrame:
    """``_sheet``, ``column``, ``written``: how a sheet heads what findings speak of.

    `column` is the roster's own header, the field or declared column under it, or the tree in which it names
    the parent.
    """
    rows = []
    for number, one in sheets.items():
        forms = list(one.roster.columns.items())
        for position, written in one.headers.items():
            header, form = forms[position]
            rows.append((number, header, written, 0))
            rows += [(number, form.is_, written, 1)] if isinstance(form, IsForm) else []
            rows += [(number, form.column, written, 1)] if isinstance(form, ColumnOfForm) else []
            rows += [(number, form.tree, written, 1)] if isinstance(form, ParentForm) else []
    schema = {SHEET: pl.Int32, "column": pl.String, "written": pl.String, "rank": pl.Int8}
    found = pl.DataFrame(rows, schema=schema, orient="row").sort("rank", maintain_order=True)
    return found.unique([SHEET, "column"], keep="first", maintain_order=True).drop("rank")
