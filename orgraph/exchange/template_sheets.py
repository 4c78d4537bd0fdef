"""The sheets of a template, cell by cell, in openpyxl."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, cast

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from orgraph.exchange.cells import text_width
from orgraph.exchange.pages import choices_name, example_mark, instructions_name, not_read
from orgraph.exchange.template_columns import MOST, Asked, Value
from orgraph.exchange.workbook import MOST_ROWS, sheet_names
from orgraph.model.glossary import say

if TYPE_CHECKING:
    from openpyxl.cell import Cell
    from openpyxl.worksheet.worksheet import Worksheet

TITLE, DAY, HEADER, EXAMPLE = 1, 2, 3, 4
"""Rows of a sheet; what is filled in begins below the example."""

FIRST_DAY, LAST_DAY = 7306, 109_574
"""1920-01-01 and 2199-12-31 as Excel counts days: 1998.07 and 19980701, typed as numbers, lie outside."""

TEXT, ISO = "@", "yyyy-mm-dd"
_FORMATS = {"date": ISO, "whole": "0", "decimal": "General"}
_AUTHOR = "orgraph"
_HEADING, _NEEDED, _GREY = "DCE6F1", "FCE4D6", "F2F2F2"
_LINE = Side(style="thin", color="BFBFBF")
_PROMPT = 250  # Excel takes 255 characters


def build(sheets: Mapping[str, tuple[str, Sequence[Asked]]]) -> Workbook:
    """The workbook: instructions, a sheet for each roster (name → title and columns), the hidden choices."""
    book = Workbook()
    names = sheet_names([instructions_name(), *sheets, choices_name()])
    told: Worksheet = book.worksheets[0]
    told.title = names[instructions_name()]
    choices = _Choices(names[choices_name()])
    for name, (title, columns) in sheets.items():
        _fill(book.create_sheet(names[name]), title, columns, choices)
    _instruct(told, {names[name]: columns for name, (_, columns) in sheets.items()})
    if choices.lists:
        _write_choices(book.create_sheet(choices.sheet), choices)
    book.active = 1
    for sheet in book.worksheets:
        sheet.sheet_view.tabSelected = sheet is book.worksheets[1]
    return book


class _Choices:
    """Lists to choose from, each once, by the range where it will stand.

    A list inside the check itself may have 255 characters and no comma; one on a sheet has no such limits.
    """

    def __init__(self, sheet: str) -> None:
        self.sheet = sheet
        self.lists: list[tuple[str, ...]] = []

    def at(self, values: tuple[str, ...]) -> str:
        if values not in self.lists:
            self.lists.append(values)
        letter = get_column_letter(self.lists.index(values) + 1)
        return f"{quote_sheetname(self.sheet)}!${letter}$3:${letter}${len(values) + 2}"


def _write_choices(sheet: Worksheet, choices: _Choices) -> None:
    sheet.sheet_state = "hidden"
    sheet["A1"] = not_read()
    for column, values in enumerate(choices.lists, start=1):
        for row, value in enumerate(values, start=3):
            _text(sheet, row, column, value)


# --- a sheet to fill in --------------------------------------------------------------------------


def _fill(sheet: Worksheet, title: str, columns: Sequence[Asked], choices: _Choices) -> None:
    last = len(columns) + 1
    _text(sheet, TITLE, 1, title).font = Font(bold=True, size=14)
    sheet.merge_cells(start_row=TITLE, end_row=TITLE, start_column=1, end_column=max(last, 2))
    _text(sheet, DAY, 1, say(zh="截至日期", en="as of"))
    _day_cell(sheet)
    _head(_text(sheet, HEADER, 1, say(zh="序号", en="No")), _HEADING)
    _shade(_text(sheet, EXAMPLE, 1, example_mark()))
    sheet.column_dimensions["A"].width = 10
    for number, column in enumerate(columns, start=2):
        _column(sheet, number, column, choices)
    sheet.freeze_panes = f"B{EXAMPLE}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{HEADER}:{HEADER}"


def _day_cell(sheet: Worksheet) -> None:
    cell = sheet.cell(DAY, 2)
    cell.number_format = ISO
    cell.fill = PatternFill("solid", fgColor="FFFFCC")
    cell.border = Border(_LINE, _LINE, _LINE, _LINE)
    check = _dates()
    check.promptTitle = say(zh="截至日期", en="as of")
    check.prompt = say(
        zh="名册反映哪一天的情况,如 2022-04-30", en="the day that the roster shows, as 2022-04-30"
    )
    check.add(cell.coordinate)
    sheet.add_data_validation(check)


def _column(sheet: Worksheet, number: int, column: Asked, choices: _Choices) -> None:
    letter = get_column_letter(number)
    shown = column.header + ("*" if column.required else "")
    head = _head(_text(sheet, HEADER, number, shown), _NEEDED if column.required else _HEADING)
    head.comment = _comment(_said(column))
    form = _FORMATS.get(column.check, TEXT)
    example = _value(sheet, EXAMPLE, number, column.example)
    _shade(example)
    example.number_format = form
    sheet.column_dimensions[letter].number_format = form
    sheet.column_dimensions[letter].width = float(
        min(max(text_width(shown) + 4, text_width(str(column.example)) + 3, 12), 40)
    )
    check = _check(column, choices)
    if check is not None:
        check.add(f"{letter}{EXAMPLE + 1}:{letter}{MOST_ROWS}")
        sheet.add_data_validation(check)


def _said(column: Asked) -> str:
    need = say(zh="必填。", en="Required. ") if column.required else say(zh="可不填。", en="Optional. ")
    return need + column.says


def _comment(text: str) -> Comment:
    comment = Comment(text, _AUTHOR)
    comment.width, comment.height = 260, 24 + 18 * (1 + text_width(text) // 34)
    return comment


def _check(column: Asked, choices: _Choices) -> DataValidation | None:
    """What Excel and WPS let a clerk type; only what the importer would refuse anyway is stopped."""
    match column.check:
        case "date":
            made = _dates()
        case "whole" | "decimal":
            made = DataValidation(
                type=column.check, operator="between", formula1=str(column.least), formula2=str(MOST)
            )
            made.error = say(
                zh="这里要填数字,不带单位和“约”", en="a number belongs here, without unit or 'about'"
            )
        case "phone":
            made = DataValidation(
                type="textLength", operator="between", formula1="6", formula2="60", errorStyle="warning"
            )
            made.error = say(zh="电话号码至少 6 位", en="a phone number has 6 digits at least")
        case "id_number":
            made = DataValidation(type="textLength", operator="between", formula1="15", formula2="18")
            made.error = say(
                zh="公民身份号码为 18 位(旧的 15 位)", en="an identity number has 18 characters (15 of old)"
            )
        case _ if column.choices:
            made = DataValidation(type="list", formula1=choices.at(column.choices))
            made.errorStyle = "stop" if column.strict else "warning"
            made.error = say(zh="请从列表中选", en="choose one of the list")
        case _:
            return None
    made.errorTitle, made.promptTitle = column.header[:30], column.header[:30]
    made.prompt = _said(column)[:_PROMPT]
    made.showErrorMessage = made.showInputMessage = made.allow_blank = True
    return made


def _dates() -> DataValidation:
    made = DataValidation(type="date", operator="between", formula1=str(FIRST_DAY), formula2=str(LAST_DAY))
    made.error = say(
        zh="请写完整的日期,如 1998-07-01,不写 1998.07", en="write a whole date, as 1998-07-01, not 1998.07"
    )
    made.showErrorMessage = made.showInputMessage = made.allow_blank = True
    return made


# --- instructions --------------------------------------------------------------------------------


def _instruct(sheet: Worksheet, sheets: Mapping[str, Sequence[Asked]]) -> None:
    _text(sheet, 1, 1, instructions_name()).font = Font(bold=True, size=14)
    for row, line in enumerate([not_read(), *_rules()], start=2):
        _text(sheet, row, 1, line)
    top = len(_rules()) + 3
    headings = say(
        zh="工作表|列|必填|填什么|可选|示例", en="sheet|column|required|what|choices|example"
    ).split("|")
    for number, heading in enumerate(headings, start=1):
        _head(_text(sheet, top, number, heading), _HEADING)
    for row, cells in enumerate(_lines(sheets), start=top + 1):
        for number, value in enumerate(cells, start=1):
            cell = _value(sheet, row, number, value)
            cell.alignment = Alignment(wrap_text=True, vertical="top", horizontal="left")
            cell.number_format = ISO if isinstance(value, date) else TEXT
    for letter, width in zip("ABCDEF", (26, 18, 8, 56, 36, 22), strict=True):
        sheet.column_dimensions[letter].width = float(width)
    sheet.freeze_panes = f"A{top + 1}"


def _rules() -> list[str]:
    mark, first = example_mark(), EXAMPLE + 1
    zh = (
        f"一行一个,从第 {first} 行填起。第 {EXAMPLE} 行是示例(首格写“{mark}”),不会导入,可以删去。",
        "带 * 的列必填。不要改表头;列可以换位置,不用的列和表可以删去。",
        "填上“截至日期”;不填的,导入时用 --on 指明。",
        "空白表示不改动原有内容;填“无”或“/”表示清除。",
        "有列表的格子请从列表中选;日期写 2022-04-30;数字不带单位。",
        "同名的单位写编号,或写“上级/名称”。居民只填人数,不列名单。",
    )
    en = (
        f"One row each, from row {first} on; row {EXAMPLE} is an example ('{mark}') and is not imported.",
        "Columns with a * are required. Keep the headers; columns may change places, some may go.",
        "Fill in the day ('as of'), or say it when importing: --on.",
        "A blank cell keeps what is known; 无 or / clears it.",
        "Choose from the list where there is one; dates as 2022-04-30; numbers without their unit.",
        "Of units that share a name write the id, or parent/name. Residents are counted, never listed.",
    )
    return [f"{i}. {say(zh=z, en=e)}" for i, (z, e) in enumerate(zip(zh, en, strict=True), start=1)]


def _lines(sheets: Mapping[str, Sequence[Asked]]) -> Iterator[tuple[Value, ...]]:
    yes = say(zh="是", en="yes")
    for name, columns in sheets.items():
        for column in columns:
            need = yes if column.required else ""
            yield (name, column.header, need, column.says, "、".join(column.choices), column.example)


# --- cells ---------------------------------------------------------------------------------------


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    return cast("Cell", sheet.cell(row, column))  # nothing is written into a merged range


def _value(sheet: Worksheet, row: int, column: int, value: Value) -> Cell:
    if isinstance(value, str):
        return _text(sheet, row, column, value)
    cell = _cell(sheet, row, column)
    cell.value = value
    return cell


def _text(sheet: Worksheet, row: int, column: int, value: str) -> Cell:
    """A cell that holds a text, whatever it begins with."""
    cell = _cell(sheet, row, column)
    cell.value = value or None
    if value:
        cell.data_type = "s"
    return cell


def _head(cell: Cell, colour: str) -> Cell:
    """Make a cell one of a header."""
    cell.font = Font(bold=True)
    cell.fill = PatternFill("solid", fgColor=colour)
    cell.border = Border(_LINE, _LINE, _LINE, _LINE)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    return cell


def _shade(cell: Cell) -> None:
    cell.font = Font(italic=True, color="808080")
    cell.fill = PatternFill("solid", fgColor=_GREY)
