"""What a cell of a sheet can hold, and how wide it is on a screen."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from unicodedata import east_asian_width

import polars as pl

Headings = Callable[[str], str] | Mapping[str, str] | None
"""Column → heading for people; ``None`` keeps the names of the columns."""

FORMULA = r"^[=+\-@\t\r＝＋－＠]"
"""Texts that a spreadsheet may take for a formula: the full-width signs count, too, in Chinese Excel."""

EXACT = 10**15
"""A spreadsheet keeps 15 digits of a number; longer integers become text."""

FIRST_DAY = date(1900, 3, 1)
"""Before it spreadsheets disagree on the calendar (Excel has a 29 February 1900); such days become text."""

_WIDE = (
    "[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6"
    "\U0001f300-\U0001faff\U00020000-\U0003fffd]"
)


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Turn every column into one of text, number, truth value, date or time stamp.

    Lists are joined by ``、``; categories, decimals, times and durations become text. What is not a
    number (NaN, infinity) becomes a blank.
    """
    return frame.select(_flat(column) for column in frame.iter_columns())


def _flat(column: pl.Series) -> pl.Series:
    dtype = column.dtype
    if dtype.is_float():
        return column.set(~column.is_finite().fill_null(value=True), None)
    if dtype.is_integer() or dtype in (pl.Boolean, pl.String, pl.Date, pl.Datetime):
        return column
    if isinstance(dtype, pl.List):
        return column.list.eval(pl.element().cast(pl.String)).list.join("、", ignore_nulls=True)
    if dtype == pl.Duration:
        return column.dt.to_string()
    return column.cast(pl.String)


def fit_for_sheet(column: pl.Series) -> pl.Series:
    """Turn what a spreadsheet cannot hold exactly into text: long integers, days before March 1900.

    A text of more than 32,767 characters ends in ``…``, since Excel refuses the whole file otherwise.
    """
    dtype = column.dtype
    if dtype.is_integer():
        exact = column.is_between(-EXACT, EXACT).all()
        return column if exact else column.cast(pl.String)
    if dtype in (pl.Date, pl.Datetime):
        late = (column.cast(pl.Date) >= FIRST_DAY).all()
        return column if late else column.dt.to_string("iso")
    if dtype == pl.String:
        cut = pl.when(column.str.len_chars() > 32_000).then(column.str.head(32_000) + "…").otherwise(column)
        return pl.select(cut.alias(column.name)).to_series()
    return column


def guarded(frame: pl.DataFrame) -> pl.DataFrame:
    """Put an apostrophe before every text that a spreadsheet might take for a formula.

    For CSV, which has no other way to say that a cell is text.
    """
    return frame.with_columns(pl.col(pl.String).str.replace(FORMULA, "'$0"))


def headed(frame: pl.DataFrame, headings: Headings) -> pl.DataFrame:
    """Rename the columns for people; a heading that two columns would share names its column, too."""
    if headings is None:
        return frame
    names = {c: headings.get(c, c) if isinstance(headings, Mapping) else headings(c) for c in frame.columns}
    shown: dict[str, str] = {}
    for column, name in names.items():
        taken = name in shown.values()
        shown[column] = f"{name} ({column})" if taken else name
    return frame.rename(shown)


def width(column: pl.Series) -> int:
    """Columns of a fixed-width screen that the longest line of the column takes; a CJK character is two."""
    lines = pl.col(column.name).cast(pl.String).str.split("\n").explode(empty_as_null=True)
    longest = column.to_frame().select((lines.str.len_chars() + lines.str.count_matches(_WIDE)).max()).item()
    return max(int(longest or 0), text_width(column.name))


def lines(column: pl.Series, room: int) -> pl.Series:
    """Lines that each cell of a text column takes where a line has room for so many columns of a screen."""
    wide = pl.element().str.len_chars() + pl.element().str.count_matches(_WIDE)
    return (
        column.str.split("\n").list.eval((wide / room).ceil().clip(1)).list.sum().fill_null(1).cast(pl.Int64)
    )


def text_width(text: str) -> int:
    """Columns of a fixed-width screen that one line of text takes."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)
