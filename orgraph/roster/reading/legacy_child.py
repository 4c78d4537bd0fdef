"""What reads .xls, .xlsb, .ods and .et: a process of its own, with a limit of memory.

These formats offer no cheap look at the real extent before they are read, and the reader makes sheets
dense: a stray cell, or a damaged file, can end the process. So it ends this one.

Told on stdin, as JSON: the folder to write to, and the files. File *n* becomes ``n.json``, written last,
and one Arrow file per sheet.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from orgraph.roster.reading.legacy_merged import merged_ranges

MOST_CELLS = 20_000_000


def main() -> None:
    """Read every file told of; the first one that ends the process leaves no ``n.json``."""
    told = json.load(sys.stdin)
    folder = Path(told["folder"])
    for number, path in told["files"]:
        made = folder / f"{number}.json"
        try:
            result = _read(Path(path), folder, number)
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001  (a panic of Rust is a BaseException of its own)
            result = {
                "error": str(error) or type(error).__name__,
                "locked": "assword" in type(error).__name__,
            }
        made.write_text(json.dumps(result), encoding="utf-8")


def _read(path: Path, folder: Path, number: int) -> dict[str, object]:
    import fastexcel
    import python_calamine

    data = path.read_bytes()
    import io

    sheets: list[dict[str, object]] = []
    merged = merged_ranges(data)
    with python_calamine.load_workbook(io.BytesIO(data)) as book:
        for metadata in book.sheets_metadata:
            if metadata.typ is not python_calamine.SheetTypeEnum.WorkSheet:
                continue
            sheet = book.get_sheet_by_name(metadata.name)
            if sheet.height * sheet.width > MOST_CELLS:
                raise MemoryError
            sheets.append(
                {
                    "name": metadata.name,
                    "hidden": metadata.visible is not python_calamine.SheetVisibleEnum.Visible,
                    "start": sheet.start,
                    "end": sheet.end,
                    "merged": sheet.merged_cell_ranges or merged.get(metadata.name, []),
                }
            )
            del sheet
    reader = fastexcel.read_excel(data)
    for at, listed in enumerate(sheets):
        if listed["start"] is not None:
            frame = reader.load_sheet(str(listed["name"]), header_row=None, dtypes="string").to_polars()
            frame.write_ipc(folder / f"{number}-{at}.arrow")
    return {"sheets": sheets}
