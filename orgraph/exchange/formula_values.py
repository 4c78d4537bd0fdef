"""The values of formulas, kept where openpyxl would drop them.

openpyxl holds a formula or its value, never both: what it saves has formulas without results until a
spreadsheet program has opened and saved it. A copy that is imported again at once must read as before.
"""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from openpyxl import Workbook

Values = dict[str, dict[str, tuple[str, str]]]
"""Title of a sheet → cell → type and text of its value, as XML has them."""

_CELL = re.compile(
    rb'<c r="([A-Z]+[0-9]+)"([^>]*)>(<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)(?:<v\s*/>|<v></v>)\s*</c>'
)
"""A cell with a formula and no value, as openpyxl writes it: address, other attributes, formula."""


def cached_values(book: Workbook, source: Path) -> Values:
    """The values that the file keeps for the formulas of `book`, which was loaded from it."""
    from openpyxl import load_workbook

    formulas = {
        sheet.title: cells
        for sheet in book.worksheets
        if (cells := [c.coordinate for row in sheet.iter_rows() for c in row if c.data_type == "f"])
    }
    if not formulas:
        return {}
    with warnings.catch_warnings():  # what openpyxl does not know was said when `book` was loaded
        warnings.simplefilter("ignore")
        plain = load_workbook(source, data_only=True)
    return {
        title: {c: _written(plain[title][c], book.epoch) for c in cells if plain[title][c].value is not None}
        for title, cells in formulas.items()
    }


def _written(cell: Any, epoch: datetime) -> tuple[str, str]:
    """Type and text of a value, as XML has them."""
    from openpyxl.utils.datetime import to_excel

    value = cell.value
    if isinstance(value, bool):
        return "b", str(int(value))
    if isinstance(value, date | time | timedelta):
        return "n", repr(to_excel(value, epoch))  # type: ignore[no-untyped-call]
    if isinstance(value, int | float):
        return "n", repr(value)
    return ("e" if cell.data_type == "e" else "str"), str(value)


def with_values(saved: BytesIO, titles: Sequence[str], values: Values) -> bytes:
    """A workbook as openpyxl saved it, with the values of its formulas put back.

    Parameters
    ----------
    saved
        The workbook.
    titles
        Its worksheets, in the order in which their parts are numbered.
    values
        What `cached_values` found.
    """
    parts = {f"xl/worksheets/sheet{i}.xml": values.get(title) for i, title in enumerate(titles, start=1)}
    if not any(parts.values()):
        return saved.getvalue()
    made = BytesIO()
    with zipfile.ZipFile(saved) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            data = old.read(info)
            known = parts.get(info.filename)
            new.writestr(info, _filled(data, known) if known else data)
    return made.getvalue()


def _filled(xml: bytes, values: Mapping[str, tuple[str, str]]) -> bytes:
    def filled(found: re.Match[bytes]) -> bytes:
        cell, rest, formula = found.groups()
        if (known := values.get(cell.decode())) is None:
            return found[0]
        kind, text = known
        spelt = b"" if kind == "n" else f' t="{kind}"'.encode()
        return b'<c r="%b"%b%b>%b<v>%b</v></c>' % (cell, rest, spelt, formula, escape(text).encode())

    return _CELL.sub(filled, xml)
