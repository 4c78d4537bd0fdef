"""A sheet as it was read: cells as text, where they stood, and what was merged or hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.exchange.pages import is_page
from orgraph.model.glossary import say
from orgraph.model.runs import heads
from orgraph.model.side_by_side import each

Range = tuple[int, int, int, int]
"""First row, first column, last row, last column; counted from 1 as the spreadsheet does, both ends in."""

Ints = npt.NDArray[np.int64]

BLANKS = 1000
"""So many blank rows (or, divided by ten, columns) part a stray cell from the table."""

SMALL, THIN = 1_000_000, 10
"""A sheet is dense enough while it has so few cells, or so few cells for each that holds a value."""

MOST_CELLS = 30_000_000
"""Cells of one sheet past which an import would take more than 2 GiB."""

MOST_COLUMNS = 16_384
"""Columns of one sheet, as many as a spreadsheet has."""


class UnreadableError(Exception):
    """A file cannot be read; the text says what is wrong and what to do, the caller adds which file."""


@dataclass(frozen=True, eq=False)
class Sheet:
    """The cells of one sheet, header and titles still among them.

    Attributes
    ----------
    file
        The file as its user named it.
    name
        Name of the sheet; empty for CSV and Parquet.
    cells
        Columns ``c0`` … ``cN``, all String, null where blank; one row for each row of the sheet from the
        first with a value to the last. Numbers are written shortest (``13812345678``, ``3.5``), days as
        ``2022-04-30``, with a time of day ``2022-04-30 08:05:00``, truth as 真 and 假.
    first_row, first_column
        Where in the sheet the first cell of `cells` stands, from 1. In CSV and Parquet a row is a record.
    merged
        Merged ranges that touch `cells`, cut to it, in the sheet's own numbers.
    hidden
        Whether the sheet is hidden.
    hidden_rows
        Numbers of the hidden rows within `cells`, ascending.
    header
        The first row is known to be the header (Parquet).
    date1904
        Day 0 of bare day numbers is 1904-01-01, not 1899-12-30.
    """

    file: str
    name: str
    cells: pl.DataFrame
    first_row: int = 1
    first_column: int = 1
    merged: tuple[Range, ...] = ()
    hidden: bool = False
    hidden_rows: tuple[int, ...] = ()
    header: bool = False
    date1904: bool = False

    def merged_cells(self) -> tuple[Range, ...]:
        """Merged ranges as rows and columns of `cells`, from 0, both ends in."""
        r, c = self.first_row, self.first_column
        return tuple((top - r, left - c, bottom - r, right - c) for top, left, bottom, right in self.merged)


def rows_above(sheet: Sheet, rows: int) -> list[str]:
    """Every text in the first rows of a sheet."""
    return [c.strip() for row in sheet.cells.head(rows).iter_rows() for c in row if c and c.strip()]


def is_own_page(sheet: Sheet) -> bool:
    """Whether orgraph wrote the sheet beside the clerk's own, so that no import reads it."""
    return is_page(rows_above(sheet, 3))


def empty_cells() -> pl.DataFrame:
    """Cells of a sheet that has none."""
    return pl.DataFrame()


def tidy_cells(frame: pl.DataFrame) -> pl.DataFrame:
    """Name the columns ``c0`` … and make cells of white space only null; nothing else is changed."""
    named = frame.rename({old: f"c{i}" for i, old in enumerate(frame.columns)})
    blank = each(lambda s: (heads(s).str.strip_chars() == "").any(), named)
    spaces = [name for name, some in zip(named.columns, blank, strict=True) if some]
    return named.with_columns(pl.when(pl.col(spaces).str.strip_chars() != "").then(pl.col(spaces)))


_WORDS = {"true": "真", "false": "假", "-0": "0"}
_STAMP = len("2022-04-30 00:00:00")


def spreadsheet_text(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn what fastexcel writes for days, times and truth into what `Sheet.cells` promises."""
    cell = pl.col(s.name for s in frame if _is_written(heads(s)))
    midnight = (cell.str.len_bytes() == _STAMP) & cell.str.ends_with("00:00:00")
    time = (cell.str.len_bytes() == _STAMP) & cell.str.starts_with("1899-12-31 ")
    return frame.with_columns(
        pl.when(time)
        .then(cell.str.slice(11))
        .when(midnight & (cell.str.slice(10, 1).is_in([" ", "T"])))
        .then(cell.str.slice(0, 10))
        .otherwise(cell.replace(_WORDS))
    )


def _is_written(cells: pl.Series) -> bool:
    """Whether some cells may be what fastexcel writes."""
    return bool((cells.str.len_bytes() == _STAMP).any() or cells.is_in(list(_WORDS)).any())


def column_letters(column: int) -> str:
    """Name of a column as the spreadsheet has it: 1 → A, 27 → AA.

    Examples
    --------
    >>> column_letters(1), column_letters(702), column_letters(16384)
    ('A', 'ZZ', 'XFD')
    """
    letters = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def clipped(ranges: Sequence[Range], extent: Range) -> tuple[Range, ...]:
    """Ranges cut to `extent`; those that do not touch it, or that are left with one cell, are gone."""
    top, left, bottom, right = extent
    cut = [(max(a, top), max(b, left), min(c, bottom), min(d, right)) for a, b, c, d in ranges]
    return tuple((a, b, c, d) for a, b, c, d in cut if a <= c and b <= d and (a, b) != (c, d))


def too_large(rows: int, columns: int, name: str = "") -> UnreadableError | None:
    """What to say of a sheet with more cells than can be held; None when they can."""
    if rows * columns <= MOST_CELLS and columns <= MOST_COLUMNS:
        return None
    return UnreadableError(
        say(
            zh=f"工作表“{name}”有 {rows:,} 行 {columns:,} 列,太大。请分成几个文件",
            en=f"sheet '{name}' has {rows:,} rows and {columns:,} columns, too many. Split the file",
        )
    )


def is_dense(rows: int, columns: int, values: int) -> bool:
    """Whether a box of cells is worth holding whole."""
    cells = rows * columns
    return cells <= THIN * values or (columns <= 1000 and cells <= SMALL)


def dense_core(rows: Ints, in_row: Ints, columns: Ints, in_column: Ints) -> Range | None:
    """The part of a sheet that is a table, without cells that stand far off.

    Parameters
    ----------
    rows, columns
        Numbers of the rows and columns that hold a value, ascending.
    in_row, in_column
        How many values each holds.

    Returns
    -------
    tuple or None
        The whole extent where that is dense; else, at the widest gap that will do, the run of rows and of
        columns with the most values. None when no gap makes it dense.
    """
    values = int(in_row.sum())
    extent = (int(rows[0]), int(columns[0]), int(rows[-1]), int(columns[-1]))
    if is_dense(extent[2] - extent[0] + 1, extent[3] - extent[1] + 1, values):
        return extent
    for gap in (BLANKS, BLANKS // 10, BLANKS // 50):
        top, bottom, in_rows = _fullest_run(rows, in_row, gap)
        left, right, in_columns = _fullest_run(columns, in_column, max(gap // 10, 2))
        inside = in_rows + in_columns - values  # at least so many lie in both
        if inside > 0 and is_dense(bottom - top + 1, right - left + 1, inside):
            return top, left, bottom, right
    return None


def _fullest_run(numbers: Ints, counts: Ints, gap: int) -> tuple[int, int, int]:
    """Ends and total of the run with the largest total, where runs are parted by more than `gap` blanks."""
    starts = np.flatnonzero(np.diff(numbers, prepend=numbers[0] - gap - 2) > gap + 1)
    totals = np.add.reduceat(counts, starts)
    best = int(totals.argmax())
    last = starts[best + 1] - 1 if best + 1 < len(starts) else len(numbers) - 1
    return int(numbers[starts[best]]), int(numbers[last]), int(totals[best])
