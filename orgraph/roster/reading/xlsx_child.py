"""What reads a sheet of a very large .xlsx: a process of its own, with a limit of memory.

The look beforehand bounds the cells, but not what a reader makes of 1.5 GB of shared texts.

Told on stdin, as JSON: the workbook, the name of the sheet, and the Arrow file to write.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path


def main() -> None:
    """Read the sheet as text; the file appears only when it is whole."""
    told = json.load(sys.stdin)
    import fastexcel

    path, made = Path(told["book"]), Path(told["made"])
    source: str | bytes = str(path) if path.suffix == ".xlsx" else path.read_bytes()
    reader = fastexcel.read_excel(source)
    frame = reader.load_sheet(told["sheet"], header_row=None, dtypes="string").to_polars()
    part = made.with_suffix(".part")
    frame.write_ipc(part)
    part.rename(made)
    os._exit(0)  # taking millions of cells down one by one would take a while
