"""Reading CSV and its relatives: any usual encoding and separator, rows of any length, all cells as text."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model import findings
from orgraph.model.glossary import say
from orgraph.roster.reading import remarks as said
from orgraph.roster.reading.grid import Ints, Sheet, UnreadableError, is_dense, tidy_cells, too_large
from orgraph.roster.reading.text_encoding import as_utf8

SEPARATORS = ",\t;|"
SAMPLE, SAMPLE_ROWS = 1 << 16, 200
BLOCK = 1 << 23
FEW = 20
"""Records that may be longer than their table."""

_SAID = re.compile(rb'\A"?sep=([,;\t|])"?\r?\n', re.IGNORECASE)
_QUOTE, _NEWLINE, _RETURN = ord('"'), ord("\n"), ord("\r")


def read_delimited(path: Path, file: str) -> tuple[list[Sheet], pl.DataFrame]:
    """The one sheet of a text file.

    A row of `Sheet.cells` is a record, as the spreadsheet counts rows when it opens the file.

    Returns
    -------
    tuple
        The sheet (none when there is no text), and findings: ``empty-sheet``, ``bad-characters``,
        ``long-row``.

    Raises
    ------
    UnreadableError
        It is not text, or a quotation mark opens and never closes.
    """
    text, spoilt = as_utf8(path.read_bytes())
    separator, text = _separator(text, ".tsv" if path.suffix.lower() == ".tsv" else "")
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")  # as Macs once wrote
    if not text or text.isspace():
        return [], said.empty_sheets(file, [""], alone=True)
    frame, long = _even(text, separator), findings.empty()
    if frame is None:
        frame, long = _cells(text, separator, file)
    cells = _trimmed(tidy_cells(frame))
    if not cells.width:
        return [], said.empty_sheets(file, [""], alone=True)
    bad = said.bad_characters(file, cells) if spoilt else findings.empty()
    return [Sheet(file=file, name="", cells=cells)], findings.concat([long, bad])


def _separator(text: bytes, ending: str) -> tuple[str, bytes]:
    """The separator, and the text without the line that may say so."""
    told = _SAID.match(text)
    if told:
        return told[1].decode(), text[told.end(1) :].lstrip(b'"').lstrip(b"\r")  # the line stays, blank
    head = text[:SAMPLE].decode("utf-8", "ignore")
    head = head[: head.rfind("\n") + 1] or head
    best, choice = 0.0, "\t" if ending == ".tsv" else ","
    for candidate in "\t,;|" if ending == ".tsv" else SEPARATORS:
        widths = Counter(len(row) for row in _some_rows(head, candidate))
        width, times = max(
            ((w, n) for w, n in widths.items() if w > 1), key=lambda p: p[1] * p[0] ** 0.5, default=(1, 0)
        )
        score = times / max(sum(widths.values()), 1) * width**0.5
        if score > best * 1.01:
            best, choice = score, candidate
    return choice, text


def _some_rows(head: str, separator: str) -> list[list[str]]:
    """The first records, were this the separator."""
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(head, newline=""), delimiter=separator):
            if row:
                rows.append(row)
            if len(rows) >= SAMPLE_ROWS:
                break
    except csv.Error:
        pass
    return rows


@dataclass(frozen=True, eq=False)
class _Records:
    """How many cells each record has, and whether quotation marks stand only where they should."""

    widths: Ints
    regular: bool


def _records(text: bytes, separator: int) -> _Records:
    """Count the cells of every record, O(bytes) in vector passes."""
    raw = np.frombuffer(text, np.uint8)
    inside, regular, width = np.uint8(0), True, 1
    widths: list[Ints] = []
    for at in range(0, len(raw), BLOCK):
        block = raw[at : at + BLOCK]
        quotes = block == _QUOTE
        ends, cuts = block == _NEWLINE, block == separator
        if inside or quotes.any():
            within = np.bitwise_xor.accumulate(quotes.view(np.uint8)) ^ inside
            regular = regular and _are_regular(raw, at, quotes, within, separator)
            inside = within[-1]
            outside = within == 0
            ends, cuts = ends & outside, cuts & outside
        end, cut = np.flatnonzero(ends), np.flatnonzero(cuts)
        counts = np.diff(np.searchsorted(cut, end), prepend=0)
        if len(end):
            counts[0] += width - 1
            widths.append(counts + 1)
            width = 1 + int((cut > end[-1]).sum())
        else:
            width += len(cut)
    if len(raw) and (raw[-1] != _NEWLINE or inside):
        widths.append(np.array([width]))
    return _Records(np.concatenate([np.zeros(0, np.int64), *widths]), regular and not inside)


def _are_regular(
    raw: npt.NDArray[np.uint8],
    at: int,
    quotes: npt.NDArray[np.bool_],
    within: npt.NDArray[np.uint8],
    separator: int,
) -> bool:
    """Whether each quotation mark opens a cell, closes one, or is doubled inside."""
    places = np.flatnonzero(quotes)
    opens = within[places] == 1
    opening, closing = places[opens] + at, places[~opens] + at
    before = raw[np.maximum(opening - 1, 0)]
    after = raw[np.minimum(closing + 1, len(raw) - 1)]
    starts = (opening == 0) | np.isin(before, (separator, _NEWLINE, _QUOTE))
    stops = (closing == len(raw) - 1) | np.isin(after, (separator, _NEWLINE, _RETURN, _QUOTE))
    return bool(starts.all() and stops.all())


def _cells(text: bytes, separator: str, file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Every record as a row, padded with nulls; and what is said of records that are far too long."""
    records = _records(text, ord(separator))
    if not records.regular:
        return _by_csv(text, separator, file)
    width, said_of = _width(records.widths, file)
    if large := too_large(len(records.widths), width):
        raise large
    frame = _parsed(text, separator, width, ragged=True)
    if frame is None or frame.shape != (len(records.widths), width):
        return _by_csv(text, separator, file)  # what is counted here and read there must agree
    return frame, said_of


def _even(text: bytes, separator: str) -> pl.DataFrame | None:
    """The cells of a text in which nothing is quoted and every record has as many as the first; else None.

    They are counted together, and Polars refuses a record with more: so none has fewer either.
    """
    if b'"' in text:
        return None
    raw = np.frombuffer(text, np.uint8)
    blocks = [raw[at : at + BLOCK] for at in range(0, len(raw), BLOCK)]
    lines, cuts = (sum(np.count_nonzero(b == c) for b in blocks) for c in (_NEWLINE, ord(separator)))
    records = lines + (raw[-1] != _NEWLINE)
    width = text[: text.find(b"\n")].count(separator.encode()) + 1
    if cuts != (width - 1) * records or too_large(records, width):
        return None
    frame = _parsed(text, separator, width, ragged=False)
    return frame if frame is not None and frame.shape == (records, width) else None


def _parsed(text: bytes, separator: str, width: int, *, ragged: bool) -> pl.DataFrame | None:
    """All cells as Polars reads them, None where it refuses; `ragged` records need not be equally long."""
    try:
        return pl.read_csv(
            text,
            has_header=False,
            separator=separator,
            schema={f"c{i}": pl.String() for i in range(width)},
            infer_schema=False,
            truncate_ragged_lines=ragged,
            missing_columns="insert" if ragged else "raise",
            encoding="utf8",
        )
    except pl.exceptions.PolarsError:
        return None


def _width(widths: Ints, file: str) -> tuple[int, pl.DataFrame]:
    """How many columns to read, and what is said of records that have more."""
    widest = int(widths.max())
    if large := too_large(1, widest):
        raise large
    if is_dense(len(widths), widest, int(widths.sum())):
        return widest, findings.empty()
    order = np.argsort(-widths, kind="stable")
    for few in (1, 2, 5, FEW):
        rest = order[few:]
        width = int(widths[rest].max()) if len(rest) else 0
        if width and is_dense(len(widths), width, int(widths[rest].sum())):
            long = order[:few][widths[order[:few]] > width]
            records, cells = (long + 1).tolist(), widths[long].tolist()
            return width, said.long_records(file, records, cells, width)
    raise UnreadableError(
        say(
            zh=f"有的行多达 {widest:,} 格,其余很少,不像一张表。请检查分隔符和引号",
            en=f"some rows have up to {widest:,} cells and most have few: no table. "
            "Check separators and quotation marks",
        )
    )


def _by_csv(text: bytes, separator: str, file: str) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The same by Python's csv, which takes a quotation mark amid a cell for what it is."""
    rows: list[list[str]] = []
    reader = csv.reader(io.StringIO(text.decode(), newline=""), delimiter=separator)
    try:
        rows.extend(reader)
    except csv.Error as error:
        raise _unclosed(len(rows) + 1) from error
    if rows and rows[-1] and text.count(b'"') % 2 and "\n" in rows[-1][-1].strip():
        raise _unclosed(len(rows))
    width, said_of = _width(np.array([max(len(r), 1) for r in rows]), file)
    columns = [[r[i] if i < len(r) else None for r in rows] for i in range(width)]
    return pl.DataFrame({f"c{i}": pl.Series(c, dtype=pl.String) for i, c in enumerate(columns)}), said_of


def _unclosed(record: int) -> UnreadableError:
    return UnreadableError(
        say(
            zh=f"第 {record} 行有一个引号没有配对,其后的内容分不开。请补上或删去",
            en=f"in row {record} a quotation mark opens and never closes. Close it or delete it",
        )
    )


def _trimmed(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells without the blank columns at the right and the blank rows at the end."""
    filled = [i for i, s in enumerate(cells) if s.null_count() < len(s)]
    if not filled:
        return pl.DataFrame()
    cells = cells[:, : filled[-1] + 1]
    blank = cells.select(pl.all_horizontal(pl.all().is_null())).to_series()
    return cells.head(int((~blank).arg_true()[-1]) + 1)
