"""Findings in the clerk's own workbook: wrong cells coloured, a comment on each, a page that lists them all.

Everything else stays as it was. Only openpyxl edits a workbook in place; what it forgets (the values of
formulas) is put back afterwards, and what it cannot keep (shapes, some lists) is said on the page.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from openpyxl.utils import column_index_from_string, get_column_letter

from orgraph.exchange.cells import text_width
from orgraph.exchange.formula_values import cached_values, with_values
from orgraph.exchange.marked_summary import Line, is_summary, write_summary
from orgraph.exchange.marks import COLOURS, Grid
from orgraph.exchange.replacing import replacing
from orgraph.exchange.workbook import sheet_names
from orgraph.model.glossary import say

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

AUTHOR = "orgraph"
MOST_COMMENTS = 20_000
"""Cells with a comment; programs open no more in good time. Cells past it are coloured alone."""

LOOK = 30
"""Rows in which a header is looked for."""

_RULE = "── orgraph ──"
"""Stands between the clerk's own comment and ours."""

Place = tuple[str, int, int]


def mark_workbook(source: Path, target: Path, marks: pl.DataFrame) -> None:
    """Write a copy of an .xlsx file with its findings marked.

    Parameters
    ----------
    source, target
        The clerk's file, which stays as it is, and the copy.
    marks
        See `marks.MARKS`; errors first.

    Raises
    ------
    OrgraphError
        The copy cannot be written.
    Exception
        Whatever openpyxl raises on a workbook that it does not understand.
    """
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        macros = source.suffix.lower() == target.suffix.lower() == ".xlsm"
        book = load_workbook(source, rich_text=True, keep_vba=macros)
    values = cached_values(book, source)
    _forget_marks(book)
    _draw(book, marks, _not_kept(source, [str(w.message) for w in told]))
    with replacing(target) as draft:
        made = BytesIO()
        book.save(made)
        draft.write_bytes(with_values(made, [s.title for s in book.worksheets], values))


def mark_cells(grids: Sequence[Grid], target: Path, marks: pl.DataFrame) -> None:
    """Write sheets that were read from another format to a new workbook, with their findings marked.

    Raises
    ------
    OrgraphError
        The workbook cannot be written.
    """
    book = Workbook()
    for blank in book.worksheets:
        book.remove(blank)
    names = sheet_names([grid.name for grid in grids])
    for grid in grids:
        _copy(book.create_sheet(names[grid.name]), grid)
    _draw(book, marks.with_columns(pl.col("sheet").replace(names)), [_copied()])
    with replacing(target) as draft:
        book.save(draft)


def _copied() -> str:
    return say(
        zh="原文件不能就地标注,这里是内容相同的新工作簿(全部为文本)",
        en="the file cannot be marked in place: this is a new workbook with the same cells, all of them text",
    )


def _copy(sheet: Worksheet, grid: Grid) -> None:
    for row, cells in enumerate(grid.cells.iter_rows(), start=grid.first_row):
        for column, value in enumerate(cells, start=grid.first_column):
            if value is not None:
                cell = cast("Cell", sheet.cell(row, column))
                cell.value = _plain(value)
                cell.data_type, cell.number_format = "s", "@"
    for column, series in enumerate(grid.cells.iter_columns(), start=grid.first_column):
        wide = max((text_width(text) for text in series.head(200).drop_nulls()), default=8)
        sheet.column_dimensions[get_column_letter(column)].width = float(min(max(wide + 2, 8), 60))
    for top, left, bottom, right in grid.merged:
        sheet.merge_cells(start_row=top, start_column=left, end_row=bottom, end_column=right)
    if grid.hidden:
        sheet.sheet_state = "hidden"


def _plain(text: str) -> str:
    """A text without the characters that a workbook cannot hold, no longer than a cell takes."""
    return "".join(c for c in text if c in "\t\n\r" or c >= " ")[:32_000]


# --- marking -------------------------------------------------------------------------------------


def _draw(book: Workbook, marks: pl.DataFrame, notes: Sequence[str]) -> None:
    """Colour and comment every cell that a mark has, and list all marks."""
    at: dict[Place, list[Line]] = {}
    lines = []
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    for mark in marks.iter_rows(named=True):
        sheet = sheets.get(mark["sheet"] or "")
        cell = None if sheet is None else _cell(sheet, mark["row"], mark["letter"], mark["column"])
        line = Line(
            **{c: mark[c] for c in Line.FROM_MARK}, cell=cell.coordinate if cell is not None else None
        )
        lines.append(line)
        if cell is not None and line.severity in COLOURS:
            at.setdefault((cell.parent.title, cell.row, cell.column), []).append(line)
    for count, ((title, row, column), here) in enumerate(at.items()):
        cell = cast("Cell", sheets[title].cell(row, column))
        worst = next(s for s in COLOURS if any(line.severity == s for line in here))
        cell.fill = PatternFill("solid", fgColor=COLOURS[worst])
        if count < MOST_COMMENTS:
            cell.comment = _comment(cell.comment, here)
    write_summary(book, lines, notes)
    book.properties.lastModifiedBy = AUTHOR


def _cell(sheet: Worksheet, row: int | None, letter: str | None, header: str | None) -> Cell | None:
    """The cell of a mark: by row and column; by its header alone; or the first that is filled in its row."""
    if row is None:
        return _header_cell(sheet, header, letter) if header else None
    if letter is None and header and (head := _header_cell(sheet, header, None)) is not None:
        letter = head.column_letter
    if letter is not None:
        return _top_left(sheet, row, column_index_from_string(letter))
    if row > sheet.max_row:
        return None
    filled = (c for c in sheet[row] if c.value not in (None, ""))
    return next(filled, None)


def _top_left(sheet: Worksheet, row: int, column: int) -> Cell:
    """The cell itself, or the one that shows for the merged range it lies in."""
    cell = sheet.cell(row, column)
    if isinstance(cell, MergedCell):
        inside = next(r for r in sheet.merged_cells.ranges if cell.coordinate in r)
        cell = sheet.cell(inside.min_row, inside.min_col)
    return cast("Cell", cell)


def _header_cell(sheet: Worksheet, header: str, letter: str | None) -> Cell | None:
    """The cell near the top that says `header`; the lowest, since titles stand above."""
    found = None
    wanted = _squeezed(header)
    for row in sheet.iter_rows(max_row=min(LOOK, sheet.max_row)):
        for cell in row:
            if isinstance(cell, Cell) and cell.value is not None and _squeezed(str(cell.value)) == wanted:
                found = cell if letter is None or cell.column_letter == letter else found
        if found is not None:
            break
    return found


def _squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def _comment(old: Comment | None, lines: Sequence[Line]) -> Comment:
    ours = "\n\n".join(dict.fromkeys(line.told for line in lines))
    kept = f"{old.text}\n{_RULE}\n" if old is not None and old.text else ""
    made = Comment(_plain(kept + ours), (old.author if old is not None else None) or AUTHOR)
    made.width = 300
    made.height = 30 + 18 * sum(1 + text_width(line) // 38 for line in made.text.split("\n"))
    return made


def _forget_marks(book: Workbook) -> None:
    """Take off what an earlier run marked, so that a cell put right is no longer coloured."""
    for sheet in list(book.worksheets):
        if is_summary(sheet) and len(book.worksheets) > 1:
            book.remove(sheet)
            continue
        for row in sheet.iter_rows():
            for cell in row:
                if cell.comment is not None:
                    _forget(cast("Cell", cell))


def _forget(cell: Cell) -> None:
    comment = cell.comment
    if comment is None:
        return
    text = comment.text or ""
    if comment.author == AUTHOR and _RULE not in text:
        cell.comment = None
    elif _RULE in text:
        cell.comment = Comment(text.partition(_RULE)[0].rstrip("\n"), comment.author)
    else:
        return
    if str(cell.fill.fgColor.rgb)[-6:] in COLOURS.values():
        cell.fill = PatternFill()


def _not_kept(source: Path, warned: Sequence[str]) -> list[str]:
    """What of the clerk's file openpyxl does not carry over."""
    with zipfile.ZipFile(source) as archive:
        names = archive.namelist()
        shapes = any(
            b"<xdr:sp>" in (data := archive.read(n)) or b"<xdr:sp " in data
            for n in names
            if n.startswith("xl/drawings/drawing")
        )
    lost = {
        say(zh="图形", en="shapes"): shapes,
        say(zh="图片", en="pictures"): any(n.startswith("xl/media/") for n in names) and not _pillow(),
        say(zh="控件", en="controls"): any(n.startswith(("xl/ctrlProps/", "xl/activeX/")) for n in names),
        say(zh="部分下拉列表", en="some drop-down lists"): any("Data Validation" in w for w in warned),
        say(zh="部分条件格式", en="some conditional formats"): any("Conditional" in w for w in warned),
    }
    if not any(lost.values()):
        return []
    things = "、".join(name for name, is_lost in lost.items() if is_lost)
    return [
        say(
            zh=f"这份副本里没有原文件的{things};原文件没有改动",
            en=f"this copy lacks the original's {things}; the original is as it was",
        )
    ]


def _pillow() -> bool:
    from importlib.util import find_spec

    return find_spec("PIL") is not None
