"""Recognised sheets → one frame of tidied cells per roster: what is above, below and between the rows goes.

Title rows, repeated headers, totals and notes are no rows of a roster; merged cells and columns declared
`fill_down` are filled. Every row keeps the sheet and line it came from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.exchange.pages import EXAMPLE
from orgraph.model import findings
from orgraph.model.glossary import say
from orgraph.model.language.rosters import AncestorForm, IsForm, MeasureForm, ParentForm
from orgraph.model.side_by_side import each
from orgraph.model.structure import Roster
from orgraph.roster.cells import clean
from orgraph.roster.cells.numbers import unit_in, unit_in_title
from orgraph.roster.cells.private import without_numbers
from orgraph.roster.sheets.recognise import Recognised

_TOTAL = r"^(?:合\s*计|小\s*计|总\s*计|共\s*计|累\s*计|总\s*数|平\s*均)(?:$|[\s\d(::\x{ff08}\x{ff1a}])"
_NOTE = (
    r"^(?:备\s*注|注\s*[::\x{ff1a}]|说\s*明|填表|填报|制表|审核|审批|负责人签|单位负责人|联系人[::\x{ff1a}]|"
    r"本表|以上|以下|附件|附注|※|\*|注\s*\d)"
)

R, SHEET, LINE = "_r", "_sheet", "_line"
"""Columns of every frame of rows: number of the row in this import, of its sheet, its line in the sheet."""


def cell(position: int) -> str:
    """The column of a frame of rows that holds the cells of a roster's column."""
    return f"x{position}"


@dataclass(frozen=True)
class Rows:
    """All rows of one roster, from however many sheets.

    Attributes
    ----------
    name, roster
        The roster.
    units
        Position of a column of figures → the unit that its header (or a title: 单位:万元) states.
    date1904
        Bare day numbers count from 1904-01-01.
    frame
        ``_r``, ``_sheet``, ``_line``, then ``x0``, ``x1`` … : tidied cells of the roster's columns (String,
        null where blank, and where a sheet has no such column).
    """

    name: str
    roster: Roster
    units: Mapping[int, str]
    date1904: bool
    frame: pl.DataFrame


def collect(sheets: Sequence[Recognised], numbers: Sequence[int]) -> tuple[list[Rows], pl.DataFrame]:
    """The rows of all sheets, roster by roster in the order met.

    Parameters
    ----------
    sheets, numbers
        What was recognised, and the number by which each sheet is known in ``_sheet``.

    Returns
    -------
    tuple
        Rows per roster (and manner of writing), ``_r`` counted through all of them; and findings:
        ``dropped-row`` (info), ``merged-figure`` (warning).
    """
    alike: dict[tuple[object, ...], list[tuple[Recognised, pl.DataFrame]]] = {}
    found = []
    for one, number in zip(sheets, numbers, strict=True):
        frame, dropped = _of_sheet(one, number)
        manner = (one.name, tuple(units_of(one).items()), one.sheet.date1904)
        alike.setdefault(manner, []).append((one, frame))
        found.append(dropped)
    made, start = [], 0
    for parts in alike.values():
        one = parts[0][0]
        frame = pl.concat([part for _, part in parts], how="diagonal")
        count = pl.int_range(start, start + frame.height, dtype=pl.Int64, eager=True).alias(R)
        frame = frame.insert_column(0, count)
        made.append(Rows(one.name, one.roster, units_of(one), one.sheet.date1904, frame))
        start += frame.height
    return made, findings.concat(found)


def units_of(one: Recognised) -> dict[int, str]:
    """The units that a sheet states for its figures: in the header, in a row below it, else in a title."""
    forms = list(one.roster.columns.values())
    titled = next((unit for title in one.titles if (unit := unit_in_title(title))), None)
    below = _units_below(one)
    found = {
        p: unit_in(header) or below.get(one.columns[p]) or titled
        for p, header in one.headers.items()
        if isinstance(forms[p], MeasureForm)
    }
    return {p: unit for p, unit in found.items() if unit}


def _units_below(one: Recognised) -> dict[int, str]:
    """Column of the sheet → unit, where the row below the header holds nothing but units in brackets."""
    if one.body >= one.sheet.cells.height:
        return {}
    row = {i: c.strip() for i, c in enumerate(one.sheet.cells.row(one.body)) if c and c.strip()}
    found = {i: unit for i, text in row.items() if text[0] in "(\uff08" and (unit := unit_in(text))}
    return found if len(found) == len(row) else {}


def _of_sheet(one: Recognised, number: int) -> tuple[pl.DataFrame, pl.DataFrame]:
    start = one.body + bool(_units_below(one))
    body = one.sheet.cells[start:]
    positions = sorted(one.columns)
    texts = [body.to_series(one.columns[p]) for p in positions]
    tidied = [s.alias(cell(p)) for s, p in zip(each(clean.tidy, texts), positions, strict=True)]
    first = one.sheet.first_row + start
    line = pl.int_range(first, first + body.height, dtype=pl.Int64, eager=True).alias(LINE)
    filled, shared = _merged(one, start, tidied)
    plain = _plain(body, {one.columns[p]: s for p, s in zip(positions, tidied, strict=True)})
    kept, dropped = _without_others(one, plain, pl.DataFrame([line, *tidied]).with_columns(filled))
    something = pl.any_horizontal(pl.col(cell(p)).is_not_null() for p in positions)
    kept = (
        kept.filter(something)
        .pipe(_filled, one.roster, positions)
        .select(pl.lit(number, pl.Int32).alias(SHEET), pl.all())
    )
    return kept, findings.concat([dropped, *shared])


def _merged(
    one: Recognised, start: int, columns: list[pl.Series]
) -> tuple[list[pl.Series], list[pl.DataFrame]]:
    """Columns in which cells are merged downwards, filled with the cell on top.

    A figure is not repeated for every row it spans: it stands in the first one, and that is said.
    """
    forms = list(one.roster.columns.values())
    ranges = np.array(one.sheet.merged_cells(), np.int64).reshape(-1, 4)
    ranges = ranges[(ranges[:, 0] >= start) & (ranges[:, 2] > ranges[:, 0])]
    if not len(ranges):
        return [], []
    made, shared = [], []
    for series, (position, column) in zip(columns, sorted(one.columns.items()), strict=True):
        here = ranges[(ranges[:, 1] <= column) & (ranges[:, 3] >= column)]
        if not len(here):
            continue
        if isinstance(forms[position], MeasureForm):
            shared.append(_shared(one, position, here))
            continue
        top, height = here[:, 0] - start, here[:, 2] - here[:, 0] + 1
        source = np.arange(len(series))
        rows = np.repeat(top - np.cumsum(height) + height, height) + np.arange(height.sum())
        inside = rows < len(series)
        source[rows[inside]] = np.repeat(top, height)[inside]
        made.append(series.gather(source))
    return made, shared


def _shared(one: Recognised, position: int, ranges: npt.NDArray[np.int64]) -> pl.DataFrame:
    """``merged-figure``: one figure for several rows."""
    rows = pl.DataFrame({"row": ranges[:, 0] + one.sheet.first_row, "count": ranges[:, 2] - ranges[:, 0] + 1})
    return findings.from_frame(
        rows,
        severity="warning",
        code="merged-figure",
        file=one.sheet.file,
        sheet=one.sheet.name,
        row=pl.col("row"),
        column=one.headers[position],
        value=pl.format(say(zh="合并 {} 行", en="{} rows merged"), "count"),
        expected=say(zh="每行一个数", en="a figure in every row"),
        advice=say(zh="只记在第一行;请取消合并,逐行填写", en="read for the first row alone: unmerge it"),
    )


def _filled(frame: pl.DataFrame, roster: Roster, positions: Sequence[int]) -> pl.DataFrame:
    """Columns in which a blank cell means "as above"; a change further left in the same tree starts anew."""
    forms = list(roster.columns.values())
    made: list[pl.Expr] = []
    left: dict[str, pl.Expr] = {}
    for p in positions:
        form = forms[p]
        column = pl.col(cell(p))
        tree = form.tree if isinstance(form, ParentForm | AncestorForm) else None
        if form.fill_down and frame[cell(p)].has_nulls():
            column = column.forward_fill()
            if tree in left:
                changes = left[tree].ne_missing(left[tree].shift()).cum_sum()
                column = pl.col(cell(p)).forward_fill().over(changes)
            made.append(column.alias(cell(p)))
        if tree is not None:
            left[tree] = column
    return frame.with_columns(made)


def _plain(body: pl.DataFrame, tidied: Mapping[int, pl.Series]) -> pl.DataFrame:
    """All cells without outer spaces: the columns that are `tidied`, and those that nothing reads."""
    return pl.DataFrame(
        [tidied[c].alias(s.name) if c in tidied else s.str.strip_chars() for c, s in enumerate(body)]
    )


def _without_others(
    one: Recognised, plain: pl.DataFrame, frame: pl.DataFrame
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The frame without blank rows, headers again, totals, notes, examples; what was dropped, as findings."""
    filled = plain.select(pl.sum_horizontal(_present(c) for c in plain.columns)).to_series()
    first = plain.select(pl.coalesce(pl.when(_present(c)).then(pl.col(c)) for c in plain.columns)).to_series()
    texts = [first, *(frame[cell(p)] for p in _texts(one))]
    total = clean.either(each(lambda s: clean.contains(s, _TOTAL), texts))
    note = (filled <= 2) & clean.contains(first, _NOTE)
    note = note | ((filled == 1) & note.cum_max())  # the second sentence of a note and all after it
    title = ((filled == 1) & first.is_in(list(one.titles))).fill_null(value=False)
    example = clean.contains(first, EXAMPLE)
    again = frame.select(
        pl.all_horizontal(pl.col(cell(p)).eq_missing(pl.lit(h)) for p, h in one.headers.items())
    ).to_series()
    dropped = (total | note | title | example | again) & (filled > 0)
    if not dropped.any():
        return frame.filter(filled > 0), findings.empty()
    why = pl.select(
        pl.when(total).then(pl.lit(say(zh="合计行", en="a row of totals")))
        .when(again).then(pl.lit(say(zh="重复的表头", en="the header again")))
        .when(title).then(pl.lit(say(zh="重复的标题", en="the title again")))
        .when(example).then(pl.lit(say(zh="示例行", en="an example")))
        .otherwise(pl.lit(say(zh="表后说明", en="a note")))
    ).to_series()  # fmt: skip
    shown = pl.DataFrame({LINE: frame[LINE], "value": first, "why": why}).filter(dropped)
    said = findings.from_frame(
        shown,
        severity="info",
        code="dropped-row",
        file=one.sheet.file,
        sheet=one.sheet.name,
        row=pl.col(LINE),
        value=without_numbers(pl.col("value")).str.head(40),
        expected=say(zh="花名册的一行", en="a row of the roster"),
        advice=say(zh="不作为数据读取", en="not read as data"),
    )
    said = said.with_columns(expected=pl.Series(shown["why"], dtype=pl.String))
    return frame.filter((filled > 0) & ~dropped), said


def _present(column: str) -> pl.Expr:
    return (pl.col(column).is_not_null() & (pl.col(column) != "")).fill_null(value=False)


def _texts(one: Recognised) -> list[int]:
    """Columns of names, in which 合计 can stand."""
    forms = list(one.roster.columns.values())
    return [p for p in one.columns if isinstance(forms[p], ParentForm | AncestorForm) or _is_name(forms[p])]


def _is_name(form: object) -> bool:
    return isinstance(form, IsForm) and form.is_ == "name"
