"""Workbooks spelt out by hand, for what no library would write."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path
from xml.sax.saxutils import escape

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
HEAD = f'<worksheet xmlns="{MAIN}">'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/></Types>'
)
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}"><Relationship Id="r" Type="{_OFFICE}/officeDocument" '
    'Target="xl/workbook.xml"/></Relationships>'
)
_STYLES = f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>'
"""Style 1 shows a number as a day."""


def text(place: str, value: str) -> str:
    """A cell with a text."""
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


def number(place: str, value: object, style: int = 0) -> str:
    """A cell with a number."""
    return f'<c r="{place}" s="{style}"><v>{value}</v></c>'


def with_stray_cell(plain: Path, stray: Path, part: str = "xl/worksheets/sheet1.xml") -> Path:
    """A copy of a workbook with one more cell at the far end of a sheet, at XFD1048576."""
    row = f'<row r="1048576">{text("XFD1048576", "手误")}</row></sheetData>'.encode()
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(stray, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, data.replace(b"</sheetData>", row) if name == part else data)
    return stray


def sheet(rows: str, tail: str = "", head: str = HEAD) -> str:
    """A sheet around its rows."""
    return f"{head}<sheetData>{rows}</sheetData>{tail}</worksheet>"


def workbook(
    path: Path,
    sheets: Mapping[str, str | bytes],
    *,
    properties: str = "",
    hidden: tuple[str, ...] = (),
    parts: Mapping[str, str | bytes] | None = None,
) -> Path:
    """A workbook whose sheets are given as XML, part by part."""
    names = list(sheets)
    states = ["hidden" if n in hidden else "visible" for n in names]
    listed = "".join(
        f'<sheet name="{escape(n)}" sheetId="{i}" state="{s}" r:id="s{i}"/>'
        for i, (n, s) in enumerate(zip(names, states, strict=True), start=1)
    )
    related = "".join(
        f'<Relationship Id="s{i}" Type="{_OFFICE}/worksheet" Target="worksheets/sheet{i}.xml"/>'
        for i in range(1, len(names) + 1)
    )
    styles = f'<Relationship Id="y" Type="{_OFFICE}/styles" Target="styles.xml"/>'
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "xl/workbook.xml": (
            f'<workbook xmlns="{MAIN}" xmlns:r="{_OFFICE}">{properties}<sheets>{listed}</sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}">{related}{styles}</Relationships>',
        "xl/styles.xml": _STYLES,
        **{f"xl/worksheets/sheet{i}.xml": xml for i, xml in enumerate(sheets.values(), start=1)},
        **(parts or {}),
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in made.items():
            archive.writestr(name, data)
    return path
