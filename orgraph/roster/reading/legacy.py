"""Reading .xls, .xlsb, .ods and .et, in a process of its own (`legacy_child`), which may die of them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model import findings
from orgraph.model.errors import MissingExtra
from orgraph.roster.reading import remarks as said
from orgraph.roster.reading.apart import Apart
from orgraph.roster.reading.grid import (
    Range,
    Sheet,
    UnreadableError,
    clipped,
    dense_core,
    spreadsheet_text,
    tidy_cells,
)
from orgraph.roster.reading.xlsx_book import broken, locked

Read = tuple[list[Sheet], pl.DataFrame]


def read_legacy(files: Sequence[tuple[Path, str]]) -> list[Read | UnreadableError]:
    """Every sheet of each file that holds something, or why the file cannot be read.

    All files share one process; one that ends it is unreadable, and the rest get another.

    Parameters
    ----------
    files
        Where each file is, and what its user calls it.

    Raises
    ------
    MissingExtra
        The extra ``xlsx`` is not installed.
    """
    if files and find_spec("python_calamine") is None:
        raise MissingExtra("python-calamine", "xlsx")
    results: dict[int, Read | UnreadableError] = {}
    with tempfile.TemporaryDirectory(prefix="orgraph-") as scratch:
        folder = Path(scratch)
        while len(results) < len(files):
            waiting = [i for i in range(len(files)) if i not in results]
            told = [(i, str(files[i][0].resolve())) for i in waiting]
            with Apart("legacy_child.py", {"folder": str(folder), "files": told}) as child:
                died = child.finish()
            for i in waiting:
                made = folder / f"{i}.json"
                if made.exists():
                    results[i] = _taken(folder, i, files[i][1])
                else:
                    results[i] = died
                    break
    return [results[i] for i in range(len(files))]


def _taken(folder: Path, number: int, file: str) -> Read | UnreadableError:
    """What the child made of a file."""
    told = json.loads((folder / f"{number}.json").read_text(encoding="utf-8"))
    if "error" in told:
        return locked() if told["locked"] else broken(told["error"])
    sheets, empty, found = [], [], [findings.empty()]
    for at, listed in enumerate(told["sheets"]):
        path = folder / f"{number}-{at}.arrow"
        sheet, remarks = _sheet(pl.read_ipc(path), listed, file) if path.exists() else (None, found[0])
        found.append(remarks)
        if sheet is not None:
            sheets.append(sheet)
            found.append(said.hidden_parts(sheet))
        elif not remarks.height:
            empty.append(listed["name"])
    found.append(said.empty_sheets(file, empty, alone=not sheets))
    return sheets, findings.concat(found)


def _sheet(frame: pl.DataFrame, listed: dict[str, object], file: str) -> tuple[Sheet | None, pl.DataFrame]:
    """A sheet cropped to its table."""
    name, start, merged = str(listed["name"]), listed["start"], listed["merged"]
    top, left = (int(n) + 1 for n in start)  # type: ignore[attr-defined]
    cells = tidy_cells(spreadsheet_text(frame))
    filled = np.column_stack([s.is_not_null().to_numpy() for s in cells])
    in_row, in_column = filled.sum(axis=1), filled.sum(axis=0)
    rows, columns = np.flatnonzero(in_row), np.flatnonzero(in_column)
    if not len(rows):
        return None, findings.empty()
    core = dense_core(rows, in_row[rows], columns, in_column[columns])
    if core is None:
        extent = (top, left, top + frame.height - 1, left + frame.width - 1)
        return None, said.scattered(file, name, extent)
    core = _tight(filled, core)
    kept = cells[core[0] : core[2] + 1, core[1] : core[3] + 1]
    place: Range = (core[0] + top, core[1] + left, core[2] + top, core[3] + left)
    ranges = [(a + 1, b + 1, c + 1, d + 1) for (a, b), (c, d) in merged]  # type: ignore[attr-defined]
    sheet = Sheet(
        file=file,
        name=name,
        cells=tidy_cells(kept),
        first_row=place[0],
        first_column=place[1],
        merged=clipped(ranges, place),
        hidden=bool(listed["hidden"]),
    )
    filled[core[0] : core[2] + 1, core[1] : core[3] + 1] = False
    far = np.argwhere(filled)
    shown = [(int(r) + top, int(c) + left, str(cells[int(r), int(c)])) for r, c in far[: said.MOST_FAR]]
    return sheet, said.far_cells(file, name, shown, len(far), place)


def _tight(filled: npt.NDArray[np.bool_], core: Range) -> Range:
    """The part of `core` that is left without blank rows and columns at its edges."""
    inside = filled[core[0] : core[2] + 1, core[1] : core[3] + 1]
    rows, columns = np.flatnonzero(inside.any(axis=1)), np.flatnonzero(inside.any(axis=0))
    top, left = core[0], core[1]
    return top + int(rows[0]), left + int(columns[0]), top + int(rows[-1]), left + int(columns[-1])
