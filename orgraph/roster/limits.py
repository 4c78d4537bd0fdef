"""What cannot be of typed cells: figures out of range, days in the wrong order, blanks where none may be.

Each check is a pass over whole columns of one roster's rows, and all are made: none stops the others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from orgraph.model.glossary import say
from orgraph.model.structure import Column, Measure
from orgraph.roster.notes import Notes
from orgraph.roster.sheets.rows import R

_STARS = "****"
"""What a finding shows of a day of birth."""


@dataclass(frozen=True)
class Cells:
    """One typed column of a roster.

    Attributes
    ----------
    header, name
        How the roster heads it; the field, declared column or measure it is.
    values, clears
        The columns of the frame that hold its values, and whether a cell clears.
    of
        What is declared of it.
    needed
        A blank cell is worth a word.
    """

    header: str
    name: str
    values: str
    clears: str
    of: Column | Measure | None = None
    needed: bool = False

    @property
    def days(self) -> bool:
        """Whether it holds days of a declared column."""
        return isinstance(self.of, Column) and self.of.type == "date"


def checked(frame: pl.DataFrame, cells: Sequence[Cells], notes: Notes) -> pl.DataFrame:
    """The frame without values that cannot be; each of them is a finding.

    Findings: ``out-of-range``, ``date-order`` and ``dates-reversed`` (errors), ``birth-differs`` and
    ``missing-value`` (warnings).
    """
    for one in cells:
        frame = _in_range(frame, one, notes)
        if one.needed:
            _blank(frame, one, notes)
    by_name = {one.name: one for one in cells}
    for one in cells:
        earlier = by_name.get(one.of.after) if isinstance(one.of, Column) and one.of.after else None
        if earlier is not None:
            _in_order(frame, one, earlier, notes)
    return _half_open(frame, by_name, notes)


def _in_range(frame: pl.DataFrame, one: Cells, notes: Notes) -> pl.DataFrame:
    """``out-of-range``: below the least figure that can be, or above the greatest."""
    if one.of is None or (one.of.min is None and one.of.max is None):
        return frame
    times = 10**one.of.decimals if isinstance(one.of, Measure) else 1
    value, bounds = pl.col(one.values), []
    bounds += [value < one.of.min * times] if one.of.min is not None else []
    bounds += [value > one.of.max * times] if one.of.max is not None else []
    outside = frame.select(pl.any_horizontal(bounds).fill_null(value=False)).to_series()
    if not outside.any():
        return frame
    shown = value if times == 1 else value / times
    notes.add(
        frame.filter(outside), "error", "out-of-range", column=one.header, value=shown,
        expected=_range(one.of.min, one.of.max), advice=say(zh="核对后改正", en="check it and put it right"),
    )  # fmt: skip
    return frame.with_columns(frame[one.values].set(outside, None))


def _range(least: float | None, most: float | None) -> str:
    if most is None:
        return say(zh=f"不小于 {least:,}", en=f"{least:,} or more")
    if least is None:
        return say(zh=f"不大于 {most:,}", en=f"{most:,} or less")
    return say(zh=f"{least:,} 到 {most:,}", en=f"{least:,} to {most:,}")


def _blank(frame: pl.DataFrame, one: Cells, notes: Notes) -> None:
    """``missing-value``: a cell of a column that is not optional says nothing, and does not clear either."""
    blank = frame.filter(pl.col(one.values).is_null() & ~pl.col(one.clears))
    if not blank.height:
        return
    said = notes.all().filter(pl.col("column") == one.header)  # a cell that is wrong is not blank
    notes.add(
        blank.join(said.select(R), on=R, how="anti"), "warning", "missing-value", column=one.header,
        expected=say(zh="每行都填", en="a value in every row"),
        advice=say(zh="空着则保留原值;没有的写“无”", en="blank keeps what is known; for none write 无"),
    )  # fmt: skip


def _in_order(frame: pl.DataFrame, one: Cells, earlier: Cells, notes: Notes) -> None:
    """``date-order``: a day that lies before the one it comes after."""
    wrong = frame.filter(pl.col(one.values) < pl.col(earlier.values))
    notes.add(
        wrong, "error", "date-order", column=one.header, value=pl.col(one.values),
        expected=say(zh=f"不早于“{earlier.header}”", en=f"not before '{earlier.header}'"),
        advice=say(zh="改正两个日期", en="put the two dates right"),
    )  # fmt: skip


def _half_open(frame: pl.DataFrame, by_name: dict[str, Cells], notes: Notes) -> pl.DataFrame:
    """``dates-reversed``: what ends before it begins, or on the same day, never was."""
    since, until = by_name.get("since"), by_name.get("until")
    if since is None or until is None:
        return frame
    wrong = (frame[until.values] <= frame[since.values]).fill_null(value=False)
    notes.add(
        frame.filter(wrong), "error", "dates-reversed",
        column=until.header, value=pl.col(until.values),
        expected=say(zh=f"晚于“{since.header}”", en=f"later than '{since.header}'"),
        advice=say(
            zh="截止日期是第一个不再有效的日子", en="the end is the first day on which it no longer holds"
        ),
    )  # fmt: skip
    return frame.with_columns(frame[until.values].set(wrong, None)) if wrong.any() else frame


def born(frame: pl.DataFrame, numbers: str, cells: Sequence[Cells], notes: Notes) -> None:
    """Days of a person's life held against the birth that the identity number tells.

    Parameters
    ----------
    numbers
        The column of identity numbers, each 18 characters and sound.
    cells
        All columns of the roster; those with days are looked at.

    Notes
    -----
    The number itself and the day of birth are in no finding.
    """
    born_on = pl.col(numbers).str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    days = [one for one in cells if one.days]
    by_name = {one.name: one for one in cells}
    origins = {one.of.after for one in days if isinstance(one.of, Column)}
    for one in days:
        after = one.of.after if isinstance(one.of, Column) else None
        is_birth = one.name in origins and after is None
        earlier = by_name.get(after) if after else None
        held = frame if earlier is None else frame.filter(pl.col(earlier.values).is_null())
        _against(held, born_on, one, "birth" if is_birth else "later", notes)


def _against(
    frame: pl.DataFrame, born_on: pl.Expr, one: Cells, what: Literal["birth", "later"], notes: Notes
) -> None:
    day = pl.col(one.values)
    if what == "later":
        notes.add(
            frame.filter(day < born_on), "error", "date-order", column=one.header, value=day,
            expected=say(zh="不早于身份证号中的出生日期", en="not before the birth in the identity number"),
            advice=say(zh="核对日期和身份证号", en="check the date and the identity number"),
        )  # fmt: skip
        return
    same_month = day.dt.truncate("1mo") == born_on.dt.truncate("1mo")
    same = pl.when(day.dt.day() == 1).then(same_month).otherwise(day == born_on)  # 1998.07 tells a month
    notes.add(
        frame.filter(~same), "warning", "birth-differs", column=one.header, value=_STARS,
        expected=say(zh="与身份证号中的出生日期一致", en="the birth that the identity number tells"),
        advice=say(zh="核对出生日期和身份证号", en="check the day of birth and the identity number"),
    )  # fmt: skip
