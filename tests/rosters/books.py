"""Workbooks as departments have them, made cell by cell: .xlsx by openpyxl, .xls, .xlsb and .ods by hand.

No library writes the three old formats; a clerk's files in them are small, and so are the parts of the
formats that are needed here.
"""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

Rows = Sequence[Sequence[object]]
Sheets = Mapping[str, Rows]
Box = tuple[int, int, int, int]
"""First row, first column, last row, last column of merged cells, from 0."""


def xlsx(
    path: Path,
    sheets: Sheets,
    *,
    merged: Sequence[str] = (),
    hidden: Sequence[str] = (),
    hidden_rows: Sequence[int] = (),
    at: str = "A1",
) -> Path:
    """A workbook; `merged` (``A1:C1``) and `hidden_rows` are of its first sheet, `at` where each begins."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        first = sheet[at]
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if value is not None:
                    sheet.cell(first.row + r, first.column + c, value)
        if name in hidden:
            sheet.sheet_state = "hidden"
    first_sheet = book.worksheets[0]
    for box in merged:
        first_sheet.merge_cells(box)
    for number in hidden_rows:
        first_sheet.row_dimensions[number].hidden = True
    book.save(path)
    return path


def csv(path: Path, rows: Rows, *, encoding: str = "utf-8", comma: str = ",") -> Path:
    """A text file as a spreadsheet saves it."""
    lines = [comma.join("" if v is None else _quoted(str(v), comma) for v in row) for row in rows]
    path.write_bytes("".join(line + "\r\n" for line in lines).encode(encoding))
    return path


def _quoted(text: str, comma: str) -> str:
    special = {comma, '"', "\n"} & set(text)
    return '"' + text.replace('"', '""') + '"' if special else text


# --- .ods ------------------------------------------------------------------------------------------

_ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" office:version="1.3">'
    "<office:body><office:spreadsheet>"
)
_ODS = "application/vnd.oasis.opendocument.spreadsheet"


def ods(path: Path, sheets: Sheets, *, merged: Sequence[Box] = ()) -> Path:
    """An OpenDocument spreadsheet; rows that repeat the one before are told as repetitions.

    `merged` is of the first sheet, as in `xls`.
    """
    tables = [
        f'<table:table table:name="{escape(name)}">{_ods_rows(rows, () if i else merged)}</table:table>'
        for i, (name, rows) in enumerate(sheets.items())
    ]
    content = f"{_ODS_HEAD}{''.join(tables)}</office:spreadsheet></office:body></office:document-content>"
    manifest = (
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{_ODS}"/>'
        '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
        "</manifest:manifest>"
    )
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("mimetype", _ODS)
        archive.writestr("META-INF/manifest.xml", manifest)
        archive.writestr("content.xml", content)
    return path


def _ods_rows(rows: Rows, merged: Sequence[Box]) -> str:
    tops = {(r1, c1): (r2 - r1 + 1, c2 - c1 + 1) for r1, c1, r2, c2 in merged}
    covered = {
        (r, c) for r1, c1, r2, c2 in merged for r in range(r1, r2 + 1) for c in range(c1, c2 + 1)
    } - set(tops)
    lines = [
        "".join(_ods_cell(v, tops.get((r, c)), (r, c) in covered) for c, v in enumerate(row))
        for r, row in enumerate(rows)
    ]
    starts = [i for i, line in enumerate(lines) if i == 0 or line != lines[i - 1]]
    return "".join(
        f'<table:table-row table:number-rows-repeated="{after - i}">{lines[i]}</table:table-row>'
        for i, after in pairwise([*starts, len(lines)])
    )


def _ods_cell(value: object, span: tuple[int, int] | None, covered: bool) -> str:
    if covered:
        return "<table:covered-table-cell/>"
    spans = f' table:number-rows-spanned="{span[0]}" table:number-columns-spanned="{span[1]}"' if span else ""
    if value is None:
        return f"<table:table-cell{spans}/>"
    if isinstance(value, int | float):
        said = f'office:value-type="float" office:value="{value}"'
    else:
        said = 'office:value-type="string"'
    return f"<table:table-cell{spans} {said}><text:p>{escape(str(value))}</text:p></table:table-cell>"


# --- .xls (BIFF8 in a compound file) ---------------------------------------------------------------

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def xls(path: Path, sheets: Sheets, *, merged: Sequence[Box] = ()) -> Path:
    """A workbook of Excel 97; WPS calls the same ``.et``."""
    path.write_bytes(_compound("Workbook", _biff(sheets, merged)))
    return path


def _biff(sheets: Sheets, merged: Sequence[Box]) -> bytes:
    bodies = [_biff_sheet(rows, merged if i == 0 else ()) for i, rows in enumerate(sheets.values())]
    heads = [_record(0x0085, struct.pack("<IBB", 0, 0, 0) + _short(name)) for name in sheets]
    start = len(_record(0x0809, bytes(16))) + sum(map(len, heads)) + len(_record(0x000A, b""))
    made = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    for name, body in zip(sheets, bodies, strict=True):
        made += _record(0x0085, struct.pack("<IBB", start, 0, 0) + _short(name))
        start += len(body)
    return made + _record(0x000A, b"") + b"".join(bodies)


def _biff_sheet(rows: Rows, merged: Sequence[Box]) -> bytes:
    made = _record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
    for r, row in enumerate(rows):
        for c, value in enumerate(row):
            if isinstance(value, int | float):
                made += _record(0x0203, struct.pack("<HHHd", r, c, 0, value))
            elif value is not None:
                text = str(value).encode("utf-16-le")
                made += _record(0x0204, struct.pack("<HHHHB", r, c, 0, len(text) // 2, 1) + text)
    if merged:
        boxes = b"".join(struct.pack("<HHHH", r1, r2, c1, c2) for r1, c1, r2, c2 in merged)
        made += _record(0x00E5, struct.pack("<H", len(merged)) + boxes)
    return made + _record(0x000A, b"")


def _record(kind: int, data: bytes) -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _short(text: str) -> bytes:
    return struct.pack("<BB", len(text), 1) + text.encode("utf-16-le")


def _compound(name: str, stream: bytes) -> bytes:
    """A compound file of one stream: header, allocation table, directory, stream."""
    stream = stream.ljust(8 * SECTOR, b"\0")  # a shorter one would have to stand in a table of its own
    stream += bytes(-len(stream) % SECTOR)
    count = len(stream) // SECTOR
    chain = [_FAT, _END, *range(3, 2 + count), _END]
    assert len(chain) <= SECTOR // 4, "one sector of the table holds 126 sectors of the stream"
    table = struct.pack(f"<{SECTOR // 4}I", *chain, *[_FREE] * (SECTOR // 4 - len(chain)))
    head = struct.pack(
        "<8s16sHHHHH6xIIIIIIIII",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", bytes(16), 0x3E, 3, 0xFFFE, 9, 6,
        0, 1, 1, 0, 4096, _END, 0, _END, 0,
    )  # fmt: skip
    head += struct.pack("<I", 0) + struct.pack("<I", _FREE) * 108
    entries = _entry("Root Entry", 5, _END, 0, child=1) + _entry(name, 2, 2, len(stream)) + bytes(256)
    return head + table + entries + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = _FREE) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ", text, len(text), kind, 1, _FREE, _FREE, child, bytes(16), 0, 0, 0, start, size
    )


# --- .xlsb -----------------------------------------------------------------------------------------

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"


def xlsb(path: Path, sheets: Sheets, *, merged: Sequence[Box] = ()) -> Path:
    """A binary workbook; `merged` is of its first sheet."""
    names = list(sheets)
    bundle = b"".join(
        _brt(156, struct.pack("<II", 0, i) + _wide(f"rId{i}") + _wide(n))
        for i, n in enumerate(names, start=1)
    )
    book = _brt(131, b"") + _brt(143, b"") + bundle + _brt(144, b"") + _brt(132, b"")
    related = "".join(
        f'<Relationship Id="rId{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.bin"/>'
        for i in range(1, len(names) + 1)
    )
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": (
            '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
            '<Default Extension="bin" ContentType="application/vnd.ms-excel.sheet.binary.macroEnabled.main"/>'
            '<Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/></Types>'
        ),
        "_rels/.rels": (
            f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
            'Target="xl/workbook.bin"/></Relationships>'
        ),
        "xl/workbook.bin": book,
        "xl/_rels/workbook.bin.rels": f'<Relationships xmlns="{_PACKAGE}">{related}</Relationships>',
        **{
            f"xl/worksheets/sheet{i}.bin": _brt_sheet(rows, merged if i == 1 else ())
            for i, rows in enumerate(sheets.values(), 1)
        },
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return path


def _brt_sheet(rows: Rows, merged: Sequence[Box]) -> bytes:
    widest = max(map(len, rows))
    made = _brt(129, b"") + _brt(148, struct.pack("<IIII", 0, len(rows) - 1, 0, widest - 1)) + _brt(145, b"")
    for r, row in enumerate(rows):
        made += _brt(0, struct.pack("<IIHBBBI", r, 0, 300, 0, 0, 0, 0))
        for c, value in enumerate(row):
            head = struct.pack("<II", c, 0)
            if isinstance(value, int | float):
                made += _brt(5, head + struct.pack("<d", value))
            elif value is not None:
                made += _brt(6, head + _wide(str(value)))
    boxes = b"".join(_brt(176, struct.pack("<IIII", r1, r2, c1, c2)) for r1, c1, r2, c2 in merged)
    listed = _brt(177, struct.pack("<I", len(merged))) + boxes + _brt(178, b"") if merged else b""
    return made + _brt(146, b"") + listed + _brt(130, b"")


def _brt(kind: int, data: bytes) -> bytes:
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, length = b"", len(data)
    while True:
        size += bytes([length & 0x7F | (0x80 if length > 0x7F else 0)])
        length >>= 7
        if not length:
            return number + size + data


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")
