"""What is marked in a workbook, and sheets that can be marked only in a copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

MARKS: dict[str, Any] = {
    "severity": pl.String,
    "what": pl.String,
    "sheet": pl.String,
    "row": pl.Int64,
    "letter": pl.String,
    "column": pl.String,
    "value": pl.String,
    "expected": pl.String,
    "advice": pl.String,
}
"""What is marked: how bad, what in words; the cell by sheet, row and letter of the column, as far as they are
known; header of the column, value (masked where sensitive), what was expected, what to do."""

COLOURS = {"error": "FFC7CE", "warning": "FFEB9C"}
"""Severity → colour of the cell, the worst first; what is merely said is not coloured."""


@dataclass(frozen=True, eq=False)
class Grid:
    """A sheet as it was read from a file that cannot be edited in place: every cell as text.

    Attributes
    ----------
    name
        Its name; of a text file, the file's.
    cells
        String columns.
    first_row, first_column
        Where the first cell stands, from 1.
    merged
        Merged ranges in the sheet's own numbers: top, left, bottom, right.
    hidden
        Whether the sheet is hidden.
    """

    name: str
    cells: pl.DataFrame
    first_row: int = 1
    first_column: int = 1
    merged: Sequence[tuple[int, int, int, int]] = ()
    hidden: bool = False
