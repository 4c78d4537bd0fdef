"""One streaming pass over a sheet's XML: real extent, merged ranges, hidden rows, formulas without a value.

It goes before the reader that makes sheets dense (one stray cell at ZZ200000 took 7 GB and 36 s, one at
XFD1048576 ended the process), and costs about a third of the reading itself.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import IO
from xml.sax.saxutils import unescape

import numpy as np

from orgraph.model.glossary import say
from orgraph.roster.reading.grid import Ints, Range, UnreadableError
from orgraph.roster.reading.xlsx_cells import EMPTY_TEXT, ERROR, NO_VALUE, PAD, VALUE, Cells, cells_of

CHUNK = 1 << 20
"""Bytes inflated at a time; about the size at which the vector passes stay in the processor's cache."""

LONGEST, LONGEST_HEAD = 1 << 28, 1 << 24
"""Bytes of a single row, and of what stands before the rows, past which a sheet is not looked at this way."""

MOST_COLUMNS = 27 * 26 * 26 + 27
"""One more than the highest column that three letters can name."""

_REFERENCE = re.compile(rb"\s*\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?\s*")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([^"']*)["']""")
_MORE_CELLS = re.compile(rb"<(?:[^<>\s:]+:)?c[\s/>]")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']+)["']""")
_V, _T = re.compile(rb"<v[^>]*>([^<]*)</v>"), re.compile(rb"<t[^>]*>([^<]*)</t>")
_SHEET_DATA = re.compile(rb"<(?:([^<>\s:/!?]+):)?sheetData\s*(/?)>")
_NO_DAY = re.compile(rb"""<c (?![^>]*\bt=)[^>]*\bs=[^>]*><v>-?(?:\d{12}|[\d.]+[eE]\+?\d\d)""")
"""A number with a format, far beyond that of any day: where the format is one of days, the reader panics."""


class NotPlainError(Exception):
    """A sheet cannot be read as it is spelt; nothing is said about its cells."""


@dataclass(eq=False)
class Scan:
    """What a sheet's XML holds.

    Attributes
    ----------
    rows, in_row
        Numbers of the rows with a value, ascending, and how many values, error values too, each holds.
    in_column
        The same of each column; index = number of the column.
    merged
        Merged ranges.
    hidden
        Numbers of hidden rows, ascending.
    no_value
        Rows and columns (n × 2) of formulas whose value is not kept in the file.
    errors
        Row, column and text (``#N/A``) of error values.
    """

    rows: Ints
    in_row: Ints
    in_column: Ints
    merged: tuple[Range, ...]
    hidden: Ints
    no_value: Ints
    errors: tuple[tuple[int, int, str], ...]

    @property
    def values(self) -> int:
        """Cells that hold a value, error values not counted."""
        return int(self.in_row.sum()) - len(self.errors)


@dataclass(eq=False)
class Tally:
    """A scan as it grows, run of rows by run of rows."""

    rows: list[Ints] = field(default_factory=list)
    in_row: list[Ints] = field(default_factory=list)
    in_column: Ints = field(default_factory=lambda: np.zeros(MOST_COLUMNS, np.int64))
    hidden: list[Ints] = field(default_factory=list)
    no_value: list[Ints] = field(default_factory=list)
    errors: list[tuple[int, int, str]] = field(default_factory=list)

    def add(self, chunk: bytes, cells: Cells) -> None:
        """Count the cells found in `chunk`."""
        valued = (cells.kind == VALUE) | (cells.kind == EMPTY_TEXT) | (cells.kind == ERROR)
        row, column = cells.row[valued], cells.column[valued]
        if len(row):
            starts = np.flatnonzero(np.diff(row, prepend=-1))
            self.rows.append(row[starts])
            self.in_row.append(np.diff(starts, append=len(row)))
            counts = np.bincount(column)
            self.in_column[: len(counts)] += counts
        self.hidden.append(cells.hidden)
        lacking = cells.kind == NO_VALUE
        if lacking.any():
            self.no_value.append(np.column_stack([cells.row[lacking], cells.column[lacking]]))
        for i in np.flatnonzero(cells.kind == ERROR):
            text = value_text(chunk[cells.start[i] : cells.end[i]])
            self.errors.append((int(cells.row[i]), int(cells.column[i]), text))

    def scan(self, tail: bytes) -> Scan:
        """Everything counted; `tail` is what follows the rows."""
        rows, in_row = _joined(self.rows), _joined(self.in_row)
        if (np.diff(rows) <= 0).any():  # rows out of order, or a row written in two places
            rows, place = np.unique(rows, return_inverse=True)
            in_row = np.bincount(place, weights=in_row).astype(np.int64)
        merged = tuple(r for ref in _MERGED.findall(tail) if (r := range_of(ref)) is not None)
        no_value = np.concatenate([np.zeros((0, 2), np.int64), *self.no_value])
        hidden = np.unique(_joined(self.hidden))
        return Scan(rows, in_row, self.in_column, merged, hidden, no_value, tuple(self.errors))


Told = Callable[[int], None]
"""Told how many bytes were looked at since the last time."""


def scan_sheet(stream: IO[bytes], told: Told | None = None) -> Scan:
    """Look through a sheet's XML once.

    Parameters
    ----------
    stream
        The XML, as it comes out of the archive.
    told
        Told how far the pass has come.

    Raises
    ------
    NotPlainError
        The sheet is not in the plain form, or holds numbers that the reader may take for days and fail on.
    UnreadableError
        A single row is longer than any real one.
    """
    tally, parts = Tally(), Parts(stream, told)
    for chunk in parts.rows():
        cells = cells_of(chunk)
        if cells is None or (cells.great_numbers and _NO_DAY.search(chunk)):
            raise NotPlainError
        tally.add(chunk, cells)
    if _MORE_CELLS.search(parts.tail):
        raise NotPlainError
    return tally.scan(parts.tail)


class Parts:
    """A sheet's XML in three: the rows in chunks, `head` before them, `tail` behind them.

    A prefix that every tag bears (``<x:row``) is taken off the rows.
    """

    def __init__(self, stream: IO[bytes], told: Told | None = None) -> None:
        self._stream, self._told = stream, told
        self.head, self.tail = b"", b""

    def rows(self) -> Iterator[bytes]:
        """Chunks of whole rows, each with `PAD` behind it."""
        found, held = self._to_rows()
        prefix = found[1] + b":" if found[1] else b""
        if found[2]:  # <sheetData/>
            self.tail = held + self._rest()
            return
        close, opening = b"</" + prefix + b"sheetData>", b"<" + prefix + b"row"
        while (stop := held.find(close)) < 0:
            cut = held.rfind(opening)
            if cut > 0:
                yield from _chunk(held[:cut], prefix)
                held = held[cut:]
            held += self._more(len(held))
        yield from _chunk(held[:stop], prefix)
        self.tail = held[stop:] + self._rest()

    def _to_rows(self) -> tuple[re.Match[bytes], bytes]:
        """Read to the tag that opens the rows: how it is spelt, and what was read past it."""
        head = self._more(0)
        encoding = _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf"))
        if encoding and encoding[1].lower() not in (b"utf-8", b"utf8", b"us-ascii"):
            raise NotPlainError
        while not (found := _SHEET_DATA.search(head)):
            if len(head) > LONGEST_HEAD:
                raise NotPlainError
            head += self._more(len(head))
        self.head = head[: found.end()]
        return found, head[found.end() :]

    def _more(self, held: int) -> bytes:
        """The next bytes, at least as many as are held, so that a long row is not copied too often."""
        if held > LONGEST:
            raise UnreadableError(
                say(
                    zh="工作表里有一行长得不合理,请另存后再试",
                    en="a row of a sheet is unreasonably long: save the file anew",
                )
            )
        data = self._stream.read(max(CHUNK, held))
        if not data:
            raise NotPlainError
        if self._told is not None:
            self._told(len(data))
        return data

    def _rest(self) -> bytes:
        """All that follows; reading to the end also proves the archive's checksum."""
        parts, size = [], 0
        while data := self._stream.read(CHUNK):
            parts.append(data)
            size += len(data)
            if size > LONGEST:
                raise UnreadableError(
                    say(
                        zh="工作表的附加内容大得不合理,请另存后再试",
                        en="a sheet holds too much beside its cells: save the file anew",
                    )
                )
        return b"".join(parts)


def _chunk(rows: bytes, prefix: bytes) -> Iterator[bytes]:
    """Rows without their prefix and with `PAD`, unless there is nothing in them."""
    if prefix:
        rows = rows.replace(b"<" + prefix, b"<").replace(b"</" + prefix, b"</")
    if rows and not rows.isspace():
        yield rows + PAD


def _joined(parts: list[Ints]) -> Ints:
    return np.concatenate([np.zeros(0, np.int64), *parts])


def range_of(reference: bytes) -> Range | None:
    """``B2:D7`` as numbers of rows and columns; None when it is nothing of the kind.

    Examples
    --------
    >>> range_of(b"B2:D7"), range_of(b"AA1"), range_of(b"#REF!")
    ((2, 2, 7, 4), (1, 27, 1, 27), None)
    """
    found = _REFERENCE.fullmatch(reference)
    if found is None:
        return None
    left, top = column_number(found[1]), int(found[2])
    right, bottom = (column_number(found[3]), int(found[4])) if found[3] else (left, top)
    return min(top, bottom), min(left, right), max(top, bottom), max(left, right)


def column_number(letters: bytes) -> int:
    """``A`` → 1, ``AA`` → 27."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def value_text(spelt: bytes) -> str:
    """The text inside a cell's ``<v>``, or of its ``<t>`` elements, as it is spelt."""
    found = _V.search(spelt)
    inside = found[1] if found else b"".join(_T.findall(spelt))
    return unescape(inside.decode("utf-8", "replace"))
