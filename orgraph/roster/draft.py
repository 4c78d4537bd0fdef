"""A draft: what was found wrong in rosters, and the changes that would make the store say what they say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model.changes import RUNS, Changes
from orgraph.model.language.rosters import ColumnOfForm, IsForm, ParentForm
from orgraph.model.side_by_side import each
from orgraph.model.structure import Structures
from orgraph.roster.fields import Fields
from orgraph.roster.reading.grid import column_letters
from orgraph.roster.sheets.recognise import Recognised
from orgraph.roster.sheets.rows import LINE, SHEET, R
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
    structures
        The vocabulary of that revision.
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
    structures: Structures


def origin(
    parts: Mapping[str, Part], places: pl.DataFrame, sheets: pl.DataFrame, skipped: pl.Series
) -> pl.DataFrame:
    """Where every row that comes in came from, and which rows were skipped, as `RUNS`.

    Parameters
    ----------
    places
        ``_r``, ``_sheet``, ``_line`` of all rows.
    sheets
        ``_sheet``, ``file``, ``sheet``.
    """
    numbers = places[R].to_numpy()
    at = np.zeros((2, int(numbers.max(initial=-1)) + 1), np.int64)
    at[:, numbers] = places[SHEET].to_numpy(), places[LINE].to_numpy()
    next_line = (np.diff(at[0]) == 0) & (np.diff(at[1]) == 1)
    goes_on = np.append(next_line, [False])
    sources = {**{table: part.source for table, part in parts.items()}, "skipped": skipped}
    made = each(lambda one: _runs(one[0], one[1].cast(pl.Int64), at, goes_on), sources.items())
    named = pl.concat(made).join(sheets, on=SHEET, how="left", maintain_order="left")
    return named.select(pl.col(c).cast(t) for c, t in RUNS.items())


def _runs(
    table: str, source: pl.Series, at: npt.NDArray[np.int64], goes_on: npt.NDArray[np.bool_]
) -> pl.DataFrame:
    """Runs of rows that came from lines one after the other, with ``_sheet``."""
    row = source.is_not_null().arg_true().to_numpy()
    number = source.drop_nulls().to_numpy()
    together = (np.diff(row) == 1) & (np.diff(number) == 1) & goes_on[number[:-1]]
    first = np.flatnonzero(np.append(len(row) > 0, ~together)[: len(row)])
    count = np.diff(np.append(first, len(row)))
    sheet, line = at[:, number[first]]
    frame = {"row": row[first].astype(np.int64), SHEET: sheet.astype(np.int32), "line": line, "count": count}
    return pl.DataFrame(frame).with_columns(pl.lit(table).alias("table"))


def places_of(rows: Sequence[Fields]) -> pl.DataFrame:
    """``_r``, ``_sheet``, ``_line`` of all rows."""
    wanted = {R: pl.Int64, SHEET: pl.Int32, LINE: pl.Int64}
    return pl.concat([pl.DataFrame(schema=wanted), *(f.frame.select(R, SHEET, LINE) for f in rows)])


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
