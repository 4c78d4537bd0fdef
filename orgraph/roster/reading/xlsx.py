"""Reading .xlsx: look through the XML first, then let fastexcel read what is known to be dense.

Nothing is lost on the way: the pass counts the values, and where the reader gives fewer (it drops a
phone number in a cell formatted as a date) the missing ones are taken from the XML.
"""

from __future__ import annotations

import logging
import re
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from orgraph.model import findings
from orgraph.model.glossary import say
from orgraph.roster.reading import remarks as said
from orgraph.roster.reading.apart import Apart
from orgraph.roster.reading.grid import (
    Ints,
    Range,
    Sheet,
    UnreadableError,
    clipped,
    dense_core,
    spreadsheet_text,
    tidy_cells,
    too_large,
)
from orgraph.roster.reading.xlsx_book import Book, Listed, Writer, archive_errors, broken, with_sheet
from orgraph.roster.reading.xlsx_cells import VALUE, cells_of
from orgraph.roster.reading.xlsx_mend import Far, write_core, write_plain
from orgraph.roster.reading.xlsx_scan import NotPlainError, Parts, Scan, Told, scan_sheet, value_text

if TYPE_CHECKING:
    from fastexcel import ExcelReader

APART_BYTES, APART_CELLS = 100_000_000, 8_000_000
"""Bytes of XML, or cells, past which a sheet is read in a process of its own: by its bytes at once, while
this one looks through the XML."""

_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?")


def read_xlsx(path: Path, file: str, told: Told | None = None) -> tuple[list[Sheet], pl.DataFrame]:
    """Every sheet of a workbook that holds something.

    Parameters
    ----------
    path, file
        Where the file is, and what its user calls it.
    told
        Told the bytes of XML looked at, as they pass.

    Returns
    -------
    tuple
        Sheets, and findings: ``empty-sheet``, ``hidden-sheet``, ``hidden-rows``, ``far-cell``,
        ``scattered-cells``, ``formula-without-value``, ``error-value``.

    Raises
    ------
    UnreadableError
        The file is damaged, locked, or larger than can be.
    """
    sheets, found, empty = [], [], []
    with Book(path) as book, tempfile.TemporaryDirectory(prefix="orgraph-") as scratch:
        reading = _Reading(book, file, Path(scratch), told)
        for listed in book.sheets:
            read, remarks = reading.sheet(listed)
            found.append(remarks)
            if read is not None:
                sheets.append(read)
                found.append(said.hidden_parts(read))
            elif not remarks.height:
                empty.append(listed.name)
    found.append(said.empty_sheets(file, empty, alone=not sheets))
    return sheets, findings.concat(found)


logging.getLogger("calamine").addHandler(
    logging.NullHandler()
)  # it warns on stderr of what is found here anyway


class _Found(NamedTuple):
    """A sheet where it can be read, as it came or mended, and what it holds."""

    book: Book
    part: str
    scan: Scan

    def open(self) -> IO[bytes]:
        """The sheet's XML."""
        return self.book.open(self.part)


class _Reading:
    """The sheets of one workbook, and the scratch folder for those that must be mended first."""

    def __init__(self, book: Book, file: str, scratch: Path, told: Told | None) -> None:
        self._book, self._file, self._scratch, self._told = book, file, scratch, told
        self._reader: ExcelReader | None = None
        self._open = ExitStack()
        self._begun: Apart | None = None

    def sheet(self, listed: Listed) -> tuple[Sheet | None, pl.DataFrame]:
        """One sheet, None when it holds no value, and what is to be said about it."""
        self._begun = None
        with ExitStack() as self._open, archive_errors():
            if self._book.hides_date1904:
                return self._sheet(listed, self._respelt(listed.part))
            if _xml(self._book, listed.part) > APART_BYTES:
                self._begun = self._open.enter_context(self._apart(self._book, listed.name))
            try:
                with self._book.open(listed.part) as stream:
                    found = _Found(self._book, listed.part, scan_sheet(stream, self._told))
            except NotPlainError:
                return self._sheet(listed, self._respelt(listed.part))
            try:
                return self._sheet(listed, found)
            except _OtherExtentError:  # what counts as a blank cell is told apart best when spelt anew
                return self._sheet(listed, self._respelt(listed.part))

    def _sheet(self, listed: Listed, found: _Found) -> tuple[Sheet | None, pl.DataFrame]:
        file, name, scan = self._file, listed.name, found.scan
        if not scan.values:
            return None, self._said(name, scan)
        extent, far = extent_of(scan), findings.empty()
        core = dense_core(*_occupied(scan))
        if core is None:
            return None, said.scattered(file, name, extent)
        if core != extent:
            found, left_out = self._cropped(found, core)
            core = extent_of(found.scan)
            far = said.far_cells(file, name, left_out.cells, left_out.count, core)
        frame = _with_lost(self._load(found, name, core), found, core)
        cells = tidy_cells(spreadsheet_text(frame))
        if all(s.null_count() == len(s) for s in cells):
            return None, findings.concat([far, self._said(name, found.scan)])
        hidden = scan.hidden[(scan.hidden >= core[0]) & (scan.hidden <= core[2])]
        sheet = Sheet(
            file=file,
            name=name,
            cells=cells,
            first_row=core[0],
            first_column=core[1],
            merged=clipped(scan.merged, core),
            hidden=listed.hidden,
            hidden_rows=tuple(hidden.tolist()),
            date1904=self._book.date1904,
        )
        return sheet, findings.concat([far, self._said(name, found.scan)])

    def _said(self, name: str, scan: Scan) -> pl.DataFrame:
        lacking = said.without_value(self._file, name, scan.no_value)
        return findings.concat([lacking, said.error_values(self._file, name, scan.errors)])

    def _respelt(self, part: str) -> _Found:
        """The sheet in the plain form, in a workbook of its own."""
        with self._book.open(part) as source:
            return self._mended("plain.xlsx", self._book, part, lambda target: write_plain(source, target))

    def _cropped(self, found: _Found, core: Range) -> tuple[_Found, Far]:
        """The sheet without its far cells, in a workbook of its own, and those cells."""
        far = Far()
        with found.open() as source:
            made = self._mended(
                "core.xlsx", found.book, found.part, lambda target: write_core(source, target, core, far)
            )
        return made, far

    def _mended(self, name: str, book: Book, part: str, write: Writer) -> _Found:
        path = self._scratch / name
        with_sheet(book, part, write, path)
        made = self._open.enter_context(Book(path))
        try:
            with made.open(part) as stream:
                return _Found(made, part, scan_sheet(stream))
        except NotPlainError as error:
            raise broken(part) from error

    def _load(self, found: _Found, name: str, core: Range) -> pl.DataFrame:
        """The cells, read whole; they lie exactly in `core`."""
        shape = (core[2] - core[0] + 1, core[3] - core[1] + 1)
        if large := too_large(*shape, name):
            raise large
        if _xml(found.book, found.part) > APART_BYTES or shape[0] * shape[1] > APART_CELLS:
            frame = self._load_apart(found.book, name)
        else:
            frame = self._load_here(found.book, name)
        if frame.shape != shape:
            raise _OtherExtentError(
                say(zh=f"工作表“{name}”的范围前后不一", en=f"the extent of sheet '{name}' contradicts itself")
            )
        return frame

    def _load_apart(self, book: Book, name: str) -> pl.DataFrame:
        begun, self._begun = self._begun, None
        if begun is not None and book is not self._book:
            begun.stop()
            begun = None
        why = (begun or self._open.enter_context(self._apart(book, name))).finish()
        if not self._made.exists():
            raise why
        return pl.read_ipc(self._made)

    def _apart(self, book: Book, name: str) -> Apart:
        """A process that reads a sheet of a workbook; the rows are in `_made` when they are whole."""
        self._made.unlink(missing_ok=True)
        told = {"book": str(book.path.resolve()), "sheet": name, "made": str(self._made)}
        return Apart("xlsx_child.py", told)

    @property
    def _made(self) -> Path:
        return self._scratch / "sheet.arrow"

    def _load_here(self, book: Book, name: str) -> pl.DataFrame:
        with foreign_errors():
            import fastexcel

            if book is self._book:
                reader = self._reader = self._reader or fastexcel.read_excel(source_of(book.path))
            else:
                reader = fastexcel.read_excel(source_of(book.path))
            frame: pl.DataFrame = reader.load_sheet(name, header_row=None, dtypes="string").to_polars()
        return frame


def _xml(book: Book, part: str) -> int:
    """Bytes of XML that a reader of a sheet takes in."""
    return sum(book.size(each) for each in (*book.others(), part))


class _OtherExtentError(UnreadableError):
    """The reader sees another extent than the pass before it."""


def extent_of(scan: Scan) -> Range:
    """First row, first column, last row, last column that hold a value."""
    columns = np.flatnonzero(scan.in_column)
    return int(scan.rows[0]), int(columns[0]), int(scan.rows[-1]), int(columns[-1])


def _occupied(scan: Scan) -> tuple[Ints, Ints, Ints, Ints]:
    columns = np.flatnonzero(scan.in_column)
    return scan.rows, scan.in_row, columns, scan.in_column[columns]


def _with_lost(frame: pl.DataFrame, found: _Found, core: Range) -> pl.DataFrame:
    """The cells, with those put in that the reader dropped: numbers that are no day, formatted as a day."""
    kept = frame.height * frame.width - sum(s.null_count() for s in frame)
    if kept >= found.scan.values:
        return frame
    blank = np.column_stack([s.is_null().to_numpy() for s in frame])
    rows: dict[int, list[int]] = {}
    texts: dict[int, list[str]] = {}
    with found.open() as stream:
        for chunk in Parts(stream).rows():
            cells = cells_of(chunk)
            if cells is None:
                raise broken(found.part)
            row, column = cells.row - core[0], cells.column - core[1]
            lost = cells.kind == VALUE
            lost[lost] = blank[row[lost], column[lost]]
            for i in np.flatnonzero(lost):
                rows.setdefault(int(column[i]), []).append(int(row[i]))
                texts.setdefault(int(column[i]), []).append(
                    _number(value_text(chunk[cells.start[i] : cells.end[i]]))
                )
    patched = [frame.to_series(c).scatter(rows[c], pl.Series(texts[c])).alias(frame.columns[c]) for c in rows]
    return frame.with_columns(patched)


def _number(text: str) -> str:
    """A number as `Sheet.cells` writes it."""
    if not _NUMBER.fullmatch(text):
        return text
    value = float(text)
    return str(int(value)) if value.is_integer() and abs(value) < 1e21 else f"{value:.9f}".rstrip("0")


def source_of(path: Path) -> str | bytes:
    """What to hand to fastexcel: it goes by the ending of a name, so other endings are read first."""
    return str(path.resolve()) if path.suffix == ".xlsx" else path.read_bytes()


@contextmanager
def foreign_errors() -> Iterator[None]:
    """Whatever a reader written in Rust does with a damaged file, panics included, is `UnreadableError`."""
    try:
        yield
    except (UnreadableError, ImportError, KeyboardInterrupt, SystemExit, GeneratorExit):
        raise
    except BaseException as error:  # a panic of Rust is a BaseException of its own
        raise broken(error) from error
