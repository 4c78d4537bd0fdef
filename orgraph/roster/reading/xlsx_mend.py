"""Sheets spelt anew: odd XML into the plain form, and without the cells that stand far off.

Only sheets that need it come here. The reader then sees a workbook that holds the mended sheet alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import IO
from xml.parsers import expat
from xml.sax.saxutils import escape

import numpy as np

from orgraph.roster.reading.grid import Range, column_letters
from orgraph.roster.reading.remarks import MOST_FAR
from orgraph.roster.reading.xlsx_book import broken, careful_parser
from orgraph.roster.reading.xlsx_cells import BLANK, PAD, cells_of
from orgraph.roster.reading.xlsx_scan import CHUNK, NotPlainError, Parts, column_number, value_text

HEAD = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = b"</sheetData></worksheet>"

MOST_DAYS = 2_958_465
"""The last day that a spreadsheet knows, in 9999."""

_CELL = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})")
_TYPES = frozenset({"b", "d", "e", "inlineStr", "n", "s", "str"})


@dataclass
class Far:
    """Cells left out: the first of them with their text, and how many."""

    cells: list[tuple[int, int, str]] = field(default_factory=list)
    count: int = 0


def write_core(source: IO[bytes], target: IO[bytes], core: Range, far: Far) -> None:
    """Copy a sheet in the plain form without the cells outside `core`, in vector passes.

    What is left out is noted in `far`. Blank cells may stay: the reader passes over them.
    """
    top, left, bottom, right = core
    target.write(HEAD)
    for chunk in Parts(source).rows():
        cells = cells_of(chunk)
        if cells is None:
            raise NotPlainError
        outside = (cells.row < top) | (cells.row > bottom) | (cells.column < left) | (cells.column > right)
        gone = np.flatnonzero(outside & (cells.kind != BLANK))
        far.count += len(gone)
        for i in gone[: max(MOST_FAR - len(far.cells), 0)]:
            text = value_text(chunk[cells.start[i] : cells.end[i]])
            far.cells.append((int(cells.row[i]), int(cells.column[i]), text))
        kept = np.ones(len(chunk) + 1, np.int8)
        kept[0], kept[1:] = 1, 0
        kept[cells.start[gone]] -= 1
        kept[cells.end[gone]] += 1
        keep = np.cumsum(kept, dtype=np.int8)[: len(chunk) - len(PAD)].astype(bool)
        target.write(np.frombuffer(chunk, np.uint8)[: len(keep)][keep].tobytes())
    target.write(TAIL)


def write_plain(source: IO[bytes], target: IO[bytes]) -> None:
    """Spell any sheet in the plain form, tag by tag.

    Raises
    ------
    UnreadableError
        The XML is broken, or declares entities.
    """
    spelling = _Spelling(target)
    parser = careful_parser()
    parser.StartElementHandler, parser.EndElementHandler = spelling.opened, spelling.closed
    parser.CharacterDataHandler = spelling.texts.append
    target.write(HEAD)
    try:
        while data := source.read(CHUNK):
            parser.Parse(data, False)
            spelling.flush()
        parser.Parse(b"", True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the latter: an encoding nobody knows
        raise broken(error) from error
    spelling.finish()


class _Spelling:
    """The rows and cells of a sheet as the tags go by; a cell without a number stands beside the last."""

    def __init__(self, target: IO[bytes]) -> None:
        self._target = target
        self._out: list[str] = []
        self._merged: list[str] = []
        self._open_row = 0
        self._inside = self._done = self._phonetic = False
        self._row = self._column = 0
        self._cell: dict[str, str] = {}
        self._formula = self._inline = False
        self._value: str | None = None
        self._inline_text: list[str] = []
        self.texts: list[str] = []

    def opened(self, tag: str, attributes: dict[str, str]) -> None:
        """A tag begins."""
        tag = tag.rpartition(":")[2]
        self.texts.clear()
        if tag == "sheetData":
            self._inside = not self._done
        elif tag == "mergeCell":
            self._merged.append(attributes.get("ref", ""))
        elif not self._inside:
            return
        elif tag == "row":
            self._begin_row(attributes)
        elif tag == "c":
            self._begin_cell(attributes)
        elif tag == "f":
            self._formula = True
        elif tag == "is":
            self._inline = True
        elif tag == "rPh":
            self._phonetic = True

    def closed(self, tag: str) -> None:
        """A tag ends."""
        tag = tag.rpartition(":")[2]
        if tag == "sheetData":
            self._inside, self._done = False, True
        elif not self._inside:
            return
        elif tag == "v":
            self._value = "".join(self.texts)
        elif tag == "t" and not self._phonetic:
            self._inline_text.append("".join(self.texts))
        elif tag == "rPh":
            self._phonetic = False
        elif tag == "c":
            self._end_cell()
        self.texts.clear()

    def _begin_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self._row = (
            int(number) if number.isascii() and number.isdigit() and len(number) < 8 else self._row + 1
        )
        self._column = 0
        if attributes.get("hidden") in ("1", "true"):
            self._close_row()
            self._out.append(f'<row r="{self._row}" hidden="1">')
            self._open_row = self._row

    def _begin_cell(self, attributes: dict[str, str]) -> None:
        self._cell, self._value = attributes, None
        self._formula = self._inline = False
        self._inline_text.clear()
        place = _CELL.fullmatch(attributes.get("r", ""))
        if place:
            self._column, self._row = column_number(place[1].upper().encode()), int(place[2])
        else:
            self._column += 1

    def _end_cell(self) -> None:
        inside = self._inside_cell()
        if not inside or not 1 <= self._row < 10_000_000 or self._column > 26 * 27 * 27 - 26:
            return
        if self._row != self._open_row:
            self._close_row()
            self._out.append(f'<row r="{self._row}">')
            self._open_row = self._row
        kind = "inlineStr" if self._inline else self._cell.get("t", "n")
        style = "" if kind == "n" and _is_no_day(inside) else self._cell.get("s", "")
        spelt_style = f' s="{style}"' if style.isascii() and style.isdigit() else ""
        spelt_kind = f' t="{kind}"' if kind in _TYPES else ""
        place = f"{column_letters(self._column)}{self._row}"
        self._out.append(f'<c r="{place}"{spelt_style}{spelt_kind}>{inside}</c>')

    def _inside_cell(self) -> str:
        if self._inline:
            return f'<is><t xml:space="preserve">{escape("".join(self._inline_text))}</t></is>'
        if self._value or (self._value is not None and self._cell.get("t") == "str"):
            return f"<v>{escape(self._value)}</v>"
        return "<f></f>" if self._formula else ""

    def _close_row(self) -> None:
        if self._open_row:
            self._out.append("</row>")
        self._open_row = 0

    def flush(self) -> None:
        """Write what was spelt so far."""
        self._target.write("".join(self._out).encode())
        self._out.clear()

    def finish(self) -> None:
        """Write the rest."""
        if not self._done:
            raise broken("sheetData")
        self._close_row()
        ranges = "".join(f'<mergeCell ref="{escape(r, {chr(34): "&quot;"})}"/>' for r in self._merged)
        self._out.append(f"</sheetData><mergeCells>{ranges}</mergeCells></worksheet>")
        self.flush()


def _is_no_day(inside: str) -> bool:
    """Whether a cell holds a number that is that of no day, however it is formatted."""
    try:
        return abs(float(inside.removeprefix("<v>").removesuffix("</v>"))) > MOST_DAYS
    except ValueError:
        return False
