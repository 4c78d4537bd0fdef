"""The page 问题汇总: every finding of a file in one table, each with a link to its cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, cast

from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import quote_sheetname
from openpyxl.worksheet.hyperlink import Hyperlink

from orgraph.exchange.cells import text_width
from orgraph.exchange.pages import is_page, not_read, summary_name
from orgraph.exchange.workbook import sheet_names
from orgraph.model.glossary import heading, say

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

MOST_LISTED = 100_000
"""Findings on the page; the first of each file are the errors."""

WIDTHS = {
    "severity": 8,
    "what": 20,
    "sheet": 20,
    "cell": 10,
    "column": 16,
    "value": 24,
    "expected": 36,
    "advice": 48,
}
COLUMNS = tuple(WIDTHS)
HEADINGS = {"what": ("问题", "finding"), "cell": ("单元格", "cell")}


@dataclass(frozen=True)
class Line:
    """One finding as people read it.

    Attributes
    ----------
    severity, what
        How bad (``error``, ``warning``, ``info``); what, in words.
    sheet, cell
        Where: the sheet, and the cell as ``D7``; None where no cell is meant.
    column, value, expected, advice
        Header of the column, the value (masked where sensitive), what was expected, what to do.
    """

    severity: str
    what: str
    sheet: str | None
    row: int | None
    column: str | None
    value: str | None
    expected: str | None
    advice: str | None
    cell: str | None = None

    FROM_MARK: ClassVar[tuple[str, ...]] = (
        "severity", "what", "sheet", "row", "column", "value", "expected", "advice",
    )  # fmt: skip

    @property
    def told(self) -> str:
        """The text of a comment."""
        expected = say(zh=f"应为:{self.expected}", en=f"expected: {self.expected}") if self.expected else ""
        advice = say(zh=f"怎么办:{self.advice}", en=f"what to do: {self.advice}") if self.advice else ""
        return "\n".join(
            part for part in (f"【{severity_word(self.severity)}】{self.what}", expected, advice) if part
        )


def severity_word(severity: str) -> str:
    """A severity in words."""
    words = {"error": ("错误", "error"), "warning": ("警告", "warning"), "info": ("提示", "info")}
    zh, en = words.get(severity, (severity, severity))
    return say(zh=zh, en=en)


def column_heading(column: str) -> str:
    """The heading of a column of the page."""
    if column not in HEADINGS:
        return heading(column)
    zh, en = HEADINGS[column]
    return say(zh=zh, en=en)


def counted(lines: Sequence[Line]) -> str:
    """How many findings of each severity there are."""
    counts = {s: sum(line.severity == s for line in lines) for s in ("error", "warning", "info")}
    return "、".join(f"{severity_word(s)} {count:,}" for s, count in counts.items() if count)


def is_summary(sheet: Worksheet) -> bool:
    """Whether a sheet is such a page, of an earlier run."""
    tops = [str(c.value) for row in sheet.iter_rows(max_row=3, max_col=2) for c in row if c.value]
    headings = {str(c.value) for row in sheet.iter_rows(min_row=3, max_row=12) for c in row}
    names = [{zh, en} for zh, en in HEADINGS.values()]
    return is_page(tops) and all(headings & words for words in names)


def write_summary(book: Workbook, lines: Sequence[Line], notes: Sequence[str]) -> None:
    """Add the page behind the other sheets, and open the workbook at it."""
    taken = book.sheetnames
    name = list(sheet_names([*taken, "\0" + summary_name()]).values())[-1]
    sheet = book.create_sheet(name)
    _text(sheet, 1, 1, summary_name()).font = Font(bold=True, size=14)
    above = [not_read(), counted(lines), *notes]
    if len(lines) > MOST_LISTED:
        above.append(say(zh=f"只列前 {MOST_LISTED:,} 个", en=f"the first {MOST_LISTED:,} are listed"))
    for row, text in enumerate(above, start=2):
        _text(sheet, row, 1, text)
    top = len(above) + 3
    for number, column in enumerate(COLUMNS, start=1):
        cell = _text(sheet, top, number, column_heading(column))
        cell.font, cell.fill = Font(bold=True), PatternFill("solid", fgColor="DCE6F1")
    for row, line in enumerate(lines[:MOST_LISTED], start=top + 1):
        _line(sheet, row, line)
    for letter, width in zip("ABCDEFGH", WIDTHS.values(), strict=True):
        sheet.column_dimensions[letter].width = float(width)
    sheet.freeze_panes = f"A{top + 1}"
    sheet.auto_filter.ref = f"A{top}:H{top + max(len(lines[:MOST_LISTED]), 1)}"
    for other in book.worksheets:  # two selected sheets would be edited together
        other.sheet_view.tabSelected = other is sheet
    book.active = book.sheetnames.index(name)


def _line(sheet: Worksheet, row: int, line: Line) -> None:
    shown = {
        "severity": severity_word(line.severity),
        "cell": line.cell or (say(zh=f"第 {line.row} 行", en=f"row {line.row}") if line.row else None),
    }
    for number, column in enumerate(COLUMNS, start=1):
        text = shown.get(column, getattr(line, column))
        if not text:
            continue
        cell = _text(sheet, row, number, text)
        cell.alignment = Alignment(
            vertical="top", wrap_text=text_width(text) > WIDTHS[column] or "\n" in text
        )
        if column == "cell" and line.cell and line.sheet:
            place = f"{quote_sheetname(line.sheet)}!{line.cell}"
            cell.hyperlink = Hyperlink(ref=cell.coordinate, location=place, display=line.cell)
            cell.font = Font(color="0563C1", underline="single")


def _text(sheet: Worksheet, row: int, column: int, value: str) -> Cell:
    cell = cast("Cell", sheet.cell(row, column))
    cell.value = "".join(c for c in value if c in "\t\n\r" or c >= " ")[:32_000]
    cell.data_type = "s"
    return cell
