"""Workbooks as departments keep them: a title, a line with the day, numbered rows, merged cells.

Shared by the scripts that make the example rosters. What is written depends on nothing but the data:
the same rows give the same bytes on any day and machine with the same openpyxl.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

MADE = datetime(2022, 4, 30, 9, 0, 0)
NUMBER = "序号"
THIN = Border(*[Side(style="thin", color="999999")] * 4)

SURNAMES = "沈陆朱钱顾徐姚陈周吴张金俞许高戴屠费计杨王李蒋胡孙"
FIRST = "明春立永文晓建海国志秀玉丽佳慧雨思子家新"
SECOND = "华平安康宁远舟澄波岚竹松菊兰荷枫林泉溪石"


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, its title, its headers and rows, and the headers whose repeats are merged."""

    name: str
    title: str
    headers: Sequence[str]
    rows: Sequence[Sequence[object]]
    merge: Sequence[str] = ()
    note: str = "截至2022年4月30日　　本表为示例,人名和电话均为虚构"


Who = Iterator[tuple[str, str]]


def people() -> Who:
    """Invented names, none of them twice, each with a phone of a range (160) that is given to nobody."""
    count = len(SURNAMES) * len(FIRST) * len(SECOND)
    for number in range(count):
        mixed = number * 6701 % count  # prime to the count: every number once, neighbours far apart
        name = (SURNAMES[mixed % 25], FIRST[mixed // 25 % 20], SECOND[mixed // 500])
        yield "".join(name), f"160{10_000_000 + number * 7919 % 90_000_000}"


def spread(total: int, parts: int, uneven: int) -> list[int]:
    """Whole numbers that differ a little, as real ones do, and add up to `total` exactly."""
    shares = [total * (100 + (i * 37 % (2 * uneven + 1)) - uneven) // (100 * parts) for i in range(parts)]
    rest = total - sum(shares)
    return [share + rest // parts + (i < rest % parts) for i, share in enumerate(shares)]


def write(path: Path, sheets: Sequence[Sheet]) -> None:
    """Write the sheets to a workbook."""
    book = Workbook()
    book.remove(book.active)
    book.properties.creator = "orgraph examples"
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name), sheet)
    written = io.BytesIO()
    book.save(written)
    path.write_bytes(_undated(written.getvalue()))
    print(f"{path.name}: {'、'.join(f'{s.name} {len(s.rows)}' for s in sheets)}")


def _fill(page: Worksheet, sheet: Sheet) -> None:
    headers = [NUMBER, *sheet.headers]
    for row, (text, size) in enumerate([(sheet.title, 16), (sheet.note, 10)], start=1):
        page.cell(row, 1, text).font = Font(size=size, bold=row == 1)
        page.cell(row, 1).alignment = Alignment(horizontal="center" if row == 1 else "left")
        page.merge_cells(start_row=row, end_row=row, start_column=1, end_column=len(headers))
    rows = [headers, *([number, *row] for number, row in enumerate(sheet.rows, start=1))]
    for at, values in enumerate(rows, start=3):
        for column, value in enumerate(values, start=1):
            cell = page.cell(at, column, value)
            cell.border = THIN
            cell.alignment = Alignment(vertical="center", horizontal="center" if at == 3 else None)
            cell.font = Font(bold=at == 3)
            if isinstance(value, date):
                cell.number_format = "yyyy-mm-dd"
    for column, header in enumerate(headers, start=1):
        widest = max(sum(2 if ord(sign) > 255 else 1 for sign in str(row[column - 1] or "")) for row in rows)
        page.column_dimensions[get_column_letter(column)].width = min(widest + 3, 40)
        if header in sheet.merge:
            _merge_repeats(page, column, [row[column - 1] for row in rows[1:]])
    page.freeze_panes = "A4"


def _merge_repeats(page: Worksheet, column: int, values: Sequence[object]) -> None:
    start = 0
    for at in range(1, len(values) + 1):
        if at == len(values) or values[at] != values[start]:
            if at - start > 1:
                page.merge_cells(start_row=start + 4, end_row=at + 3, start_column=column, end_column=column)
            start = at


def _undated(book: bytes) -> bytes:
    """The same workbook with one date throughout: openpyxl stamps the moment into it and into the archive."""
    stamp = MADE.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    fixed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(fixed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "docProps/core.xml":
                content = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", stamp, content)
            entry = zipfile.ZipInfo(name, MADE.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(entry, content)
    return fixed.getvalue()
