"""The one workbook writer: tables for people, as .xlsx.

rustpy-xlsxwriter writes 100,000 rows in 0.7 s (xlsxwriter 6.6 s, openpyxl 9.9 s), and it writes every
text as a text. It leaves blank, without a word, what it does not know (categories, lists, decimals,
times, days before 1900): so tables pass through `flat` and `fit_for_sheet` first.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from orgraph.exchange.cells import Headings, fit_for_sheet, flat, headed, lines, text_width, width
from orgraph.exchange.replacing import replacing
from orgraph.model.errors import MissingExtra, OrgraphError
from orgraph.model.glossary import say

if TYPE_CHECKING:
    from rustpy_xlsxwriter import Format

MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
NARROWEST, WIDEST = 8, 60
LINE = 16.0
"""Height of a line of text in points."""
TALLEST = 409.0
"""Height of a row that Excel goes to, in points."""

_LOOKALIKES = str.maketrans("[]:*?/\\", "［］：＊？／＼")


def write_workbook(
    path: str | Path,
    sheets: Mapping[str, pl.DataFrame],
    *,
    titles: Mapping[str, str] | None = None,
    headings: Headings = None,
    notes: Mapping[str, Sequence[str]] | None = None,
    formats: Mapping[str, str] | None = None,
) -> Path:
    """Write tables to a workbook, one sheet each, whole or not at all.

    The heading row is bold, stays in sight and carries filters; columns are as wide as their content,
    a Chinese character counted as two. Dates are dates. Every text is text: ``=1+1`` is no formula,
    ``0033`` keeps its zeros. Integers of more than 15 digits and days before March 1900, which a
    spreadsheet would change, are text, too.

    Parameters
    ----------
    path
        The file; one that exists is replaced.
    sheets
        Name of the sheet → its table, in order. Names that Excel refuses are mended (`sheet_names`).
    titles
        Name of the sheet → a large line above the table.
    headings
        Column → heading for people; without it the heading row holds the columns' names.
    notes
        Name of the sheet → lines between title and table (the day, the filter, what is counted).
    formats
        Column → number format, such as ``0.0%`` for a rate.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    MissingExtra
        The extra ``xlsx`` is not installed.
    OrgraphError
        A table is larger than a sheet, or the file cannot be written; what stood there stands there still.
    ValueError
        No sheet is given.
    """
    _need_the_writer()
    if not sheets:
        message = "a workbook needs at least one sheet"
        raise ValueError(message)
    layouts = [
        _lay_out(shown, sheets[name], _above(name, titles, notes), headings, formats or {})
        for name, shown in sheet_names(sheets).items()
    ]
    with replacing(path) as draft:
        _write(draft, layouts)
    return Path(path)


def _need_the_writer() -> None:
    try:
        import rustpy_xlsxwriter  # noqa: F401 -- only whether it is there
    except ImportError as error:
        raise MissingExtra("rustpy-xlsxwriter", "xlsx") from error


def _write(path: Path, layouts: Sequence[_Layout]) -> None:
    import rustpy_xlsxwriter as writer

    try:
        writer.write_worksheets(
            [(layout.name, layout.table) for layout in layouts],
            str(path),
            header_format={"general": _heading_format()},
            datetime_format="yyyy-mm-dd hh:mm:ss",
            **_options(layouts),
        )
    except BaseException as error:
        # The writer panics, past any `except Exception`, when the disk of its temporary files is full.
        if type(error).__name__ == "PanicException":
            raise OSError(str(error)) from error
        raise


def sheet_names(names: Iterable[str]) -> dict[str, str]:
    r"""Give every name one that Excel takes: other than the others, at most 31 characters, no ``[]:*?/\``.

    Forbidden signs become their full-width twins, which a Chinese reader takes for the same.

    Examples
    --------
    >>> sheet_names(["2021/2022", "空白点", "History", "a", "A"])
    {'2021/2022': '2021／2022', '空白点': '空白点', 'History': 'History_', 'a': 'a', 'A': 'A~2'}
    """
    shown: dict[str, str] = {}
    taken: set[str] = set()
    for name in names:
        printable = "".join(c for c in name.translate(_LOOKALIKES) if c.isprintable())
        clean = printable.strip(" '") or "Sheet"
        if clean.casefold() == "history":  # Excel keeps it for itself
            clean += "_"
        shown[name] = _cut(clean)
        count = 1
        while shown[name].casefold() in taken:
            count += 1
            shown[name] = _cut(clean, f"~{count}")
        taken.add(shown[name].casefold())
    return shown


def _cut(name: str, ending: str = "") -> str:
    """Shorten `name` to 31 UTF-16 units, Excel's measure, ending included."""
    room = 31 - len(ending)
    while len(name.encode("utf-16-le")) // 2 > room:
        name = name[:-1]
    return name.rstrip(" '") + ending


@dataclass(frozen=True)
class _Layout:
    """One sheet: its table as it will be written, and what stands around it."""

    name: str
    table: pl.DataFrame
    above: list[tuple[str, Format]]
    widths: list[float]
    formats: list[Format]
    wrapped: list[str]

    @property
    def reach(self) -> int:
        """Last column of the lines above the table; a merged range needs two at least."""
        return max(self.table.width, 2) - 1

    @cached_property
    def heights(self) -> dict[int, float]:
        """Row → height in points, for rows of more than one line: not every program finds it out itself."""
        room = sum(self.widths) or NARROWEST
        first = [-(-text_width(text) // int(room)) for text, _ in self.above]
        tall = {row: count for row, count in enumerate(first) if count > 1}
        if self.wrapped:
            counts = self.table.select(lines(self.table[c], WIDEST).alias(c) for c in self.wrapped)
            rows = (
                counts.select(pl.max_horizontal(pl.all()).alias("lines"))
                .with_row_index("row")
                .filter(pl.col("lines") > 1)
            )
            tall |= {row + len(self.above) + 1: count for row, count in rows.iter_rows()}
        return {row: min(LINE * count, TALLEST) for row, count in tall.items()}


def _lay_out(
    name: str,
    frame: pl.DataFrame,
    above: list[tuple[str, Format]],
    headings: Headings,
    formats: Mapping[str, str],
) -> _Layout:
    if frame.height + len(above) + 1 > MOST_ROWS or frame.width > MOST_COLUMNS:
        raise OrgraphError(
            say(
                zh=f"工作表“{name}”有 {frame.height:,} 行、{frame.width:,} 列,超过 Excel 的上限"
                f"({MOST_ROWS:,} 行、{MOST_COLUMNS:,} 列)。请缩小范围或写成 CSV",
                en=f"sheet '{name}' has {frame.height:,} rows and {frame.width:,} columns, Excel takes "
                f"{MOST_ROWS:,} and {MOST_COLUMNS:,} at most. Narrow it down or write CSV",
            )
        )
    cells = pl.DataFrame([fit_for_sheet(column) for column in flat(frame).iter_columns()])
    table = headed(cells, headings)
    raw = [width(column) for column in table.iter_columns()]
    wrapped = [
        c.name
        for c, w in zip(table.iter_columns(), raw, strict=True)
        if c.dtype == pl.String and (w > WIDEST or c.str.contains("\n", literal=True).any())
    ]
    return _Layout(
        name=name,
        table=table,
        above=above,
        # 3: the arrow of the filter
        widths=[float(min(max(w + 3, NARROWEST), WIDEST)) for w in raw],
        formats=[
            _cell_format(column.dtype, formats.get(column.name), wrap=shown in wrapped)
            for column, shown in zip(cells.iter_columns(), table.columns, strict=True)
        ],
        wrapped=wrapped,
    )


def _above(
    name: str, titles: Mapping[str, str] | None, notes: Mapping[str, Sequence[str]] | None
) -> list[tuple[str, Format]]:
    """Give the lines above the table with their formats."""
    from rustpy_xlsxwriter import Format

    title = (titles or {}).get(name)
    first = [(title, Format().set_bold().set_font_size(14).set_text_wrap())] if title else []
    lines = (notes or {}).get(name, ())
    return first + [(line, Format().set_text_wrap().set_align("top")) for line in lines]


def _heading_format() -> Format:
    from rustpy_xlsxwriter import Format

    return Format().set_bold().set_background_color("#DCE6F1").set_border_bottom("thin")


def _cell_format(dtype: pl.DataType, number_format: str | None, *, wrap: bool) -> Format:
    """Format of a column: texts as text (so that an edit keeps them so), dates as dates."""
    from rustpy_xlsxwriter import Format

    usual = {pl.String: "@", pl.Date: "yyyy-mm-dd", pl.Datetime: "yyyy-mm-dd hh:mm:ss"}
    chosen = number_format if number_format and dtype.is_numeric() else usual.get(dtype.base_type())
    form = Format().set_align("top")
    form = form.set_num_format(chosen) if chosen else form
    return form.set_text_wrap() if wrap else form


def _options(layouts: Sequence[_Layout]) -> dict[str, Any]:
    """Give what the writer asks for sheet by sheet."""
    filled = [layout for layout in layouts if layout.table.width]
    return {
        "header_row": {x.name: len(x.above) for x in layouts},
        "freeze_panes": {x.name: {"row": len(x.above) + 1, "col": 0} for x in filled},
        "autofilter": {x.name: True for x in filled},
        "column_widths": {x.name: x.widths for x in filled},
        "column_formats": {x.name: x.formats for x in filled},
        "merge_ranges": {
            x.name: [(row, 0, row, x.reach, text, form) for row, (text, form) in enumerate(x.above)]
            for x in layouts
        },
        "row_heights": {x.name: x.heights for x in layouts if x.heights},
        # Row by row, as it writes by default, the writer loses the heights of the lines above the table.
        "dedupe_strings": {x.name: min(x.heights, default=MOST_ROWS) < len(x.above) for x in layouts},
        # codes are digits kept as text on purpose: no green triangles
        "ignore_errors": {x.name: [c for c, t in x.table.schema.items() if t == pl.String] for x in filled},
        "page_setup": {
            x.name: {"landscape": True, "paper_size": 9, "fit_to_pages": (1, 0), "repeat_rows": len(x.above)}
            for x in filled
        },
    }
