"""Merged ranges of .ods and .xlsb, which their reader does not tell; read in the child, with its limits.

Both are zip archives. Only the parts that speak of merged cells are looked at: rows of an .ods that hold a
spanning cell, and the one record list of an .xlsb sheet that names them all.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from html import unescape
from itertools import accumulate

Box = tuple[tuple[int, int], tuple[int, int]]
"""First row and column, last row and column; from 0, both ends in."""

MOST_BYTES = 1 << 30
"""A part that unfolds to more is not looked at."""

_TABLE = re.compile(rb'<table:table\s[^>]*?table:name="([^"]*)"[^>]*>')
_ROW = re.compile(rb"<table:table-row\b([^>]*)>")
_CELL = re.compile(rb"<table:(?:covered-)?table-cell\b([^>]*)>")
_REPEATED_ROWS = re.compile(rb'table:number-rows-repeated="(\d{1,9})"')
_REPEATED_COLUMNS = re.compile(rb'table:number-columns-repeated="(\d{1,9})"')
_SPAN = re.compile(rb'table:number-(rows|columns)-spanned="(\d{1,9})"')
_SPANNED = b"-spanned="

_BEGIN, _ONE, _END = b"\xb1\x01\x04", b"\xb0\x01\x10", b"\xb2\x01\x00"
"""How the list of merged cells of an .xlsb sheet begins, goes on and ends: number of the record, its size."""

_SHEET = 156
_PART = re.compile(r"<Relationship\b[^>]*>")
_ATTRIBUTE = re.compile(r'\b(Id|Target)="([^"]*)"')


def merged_ranges(data: bytes) -> dict[str, list[Box]]:
    """Name of a sheet → its merged ranges; empty for formats that tell them otherwise."""
    if not data.startswith(b"PK"):
        return {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        sizes = {one.filename: one.file_size for one in archive.infolist()}
        if "content.xml" in sizes and sizes["content.xml"] <= MOST_BYTES:
            return _of_ods(archive.read("content.xml"))
        if "xl/workbook.bin" in sizes:
            parts = _parts(archive)
            return {
                name: _of_xlsb(archive.read(part))
                for name, part in parts.items()
                if 0 < sizes.get(part, 0) <= MOST_BYTES
            }
    return {}


# --- .ods -----------------------------------------------------------------------------------------


def _of_ods(content: bytes) -> dict[str, list[Box]]:
    if _SPANNED not in content:
        return {}
    starts = list(_TABLE.finditer(content))
    ends = [*(m.start() for m in starts[1:]), len(content)]
    return {
        unescape(start[1].decode("utf-8", "replace")): list(_of_table(content[start.end() : end]))
        for start, end in zip(starts, ends, strict=True)
    }


def _of_table(table: bytes) -> Iterator[Box]:
    rows = list(_ROW.finditer(table))
    numbers = accumulate((_count(_REPEATED_ROWS, row[1]) for row in rows), initial=0)
    ends = [*(row.start() for row in rows[1:]), len(table)]
    for row, end, number in zip(rows, ends, numbers, strict=False):
        if table.find(_SPANNED, row.end(), end) >= 0:
            yield from _of_row(table[row.end() : end], number)


def _of_row(cells: bytes, number: int) -> Iterator[Box]:
    column = 0
    for cell in _CELL.finditer(cells):
        spans = {of: int(count) for of, count in _SPAN.findall(cell[1])}
        height, width = spans.get(b"rows", 1), spans.get(b"columns", 1)
        if height * width > 1:
            yield (number, column), (number + height - 1, column + width - 1)
        column += _count(_REPEATED_COLUMNS, cell[1])


def _count(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1


# --- .xlsb ----------------------------------------------------------------------------------------


def _of_xlsb(sheet: bytes) -> list[Box]:
    """The list stands behind the cells, so it is sought from the end; it must end as such a list does."""
    at = len(sheet)
    while (at := sheet.rfind(_BEGIN, 0, at)) >= 0:
        (count,) = struct.unpack_from("<I", sheet.ljust(at + 7, b"\0"), at + 3)
        first, size = at + 7, len(_ONE) + 16
        records = sheet[first : first + count * size]
        whole = len(records) == count * size and sheet[first + count * size :].startswith(_END)
        if whole and all(records[i : i + 3] == _ONE for i in range(0, len(records), size)):
            boxes = (struct.unpack_from("<IIII", records, i + 3) for i in range(0, len(records), size))
            return [((top, left), (bottom, right)) for top, bottom, left, right in boxes]
    return []


def _parts(archive: zipfile.ZipFile) -> dict[str, str]:
    """Name of a sheet → its part."""
    related = archive.read("xl/_rels/workbook.bin.rels").decode("utf-8", "replace")
    tags = (dict(_ATTRIBUTE.findall(tag)) for tag in _PART.findall(related))
    targets = {tag["Id"]: tag["Target"] for tag in tags if {"Id", "Target"} <= set(tag)}
    found = {}
    for kind, data in _records(archive.read("xl/workbook.bin")):
        if kind == _SHEET:
            id_, after = _wide(data, 8)
            name, _ = _wide(data, after)
            target = targets.get(id_, "")
            found[name] = target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    return found


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each record of a binary part."""
    at = 0
    while at + 1 < len(data):
        kind, at = _number(data, at, 2)
        size, at = _number(data, at, 4)
        yield kind, data[at : at + size]
        at += size


def _number(data: bytes, at: int, most: int) -> tuple[int, int]:
    """Seven bits to a byte, for a record's number with the marks of the bits; and where it ends."""
    value = 0
    for i, byte in enumerate(data[at : at + most]):
        value |= (byte & 0x7F) << (7 * i)
        if not byte & 0x80:
            return value, at + i + 1
    return value, at + most


def _wide(data: bytes, at: int) -> tuple[str, int]:
    (length,) = struct.unpack_from("<I", data.ljust(at + 4, b"\0"), at)
    end = at + 4 + 2 * length
    return data[at + 4 : end].decode("utf-16-le", "replace"), end
