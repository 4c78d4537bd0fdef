"""`recognise`: what rosters are taken for, before anything is imported; and how to say it once for all."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from orgraph.exchange.template_columns import asked_for
from orgraph.model import findings
from orgraph.model.structure import Structures
from orgraph.model.tables import Org
from orgraph.roster.importing import Known, Progress
from orgraph.roster.reading.files import read_files
from orgraph.roster.reading.grid import column_letters
from orgraph.roster.sheets.headers import is_passed_over
from orgraph.roster.sheets.mapping import RosterMapping, mapping_of
from orgraph.roster.sheets.mapping_text import Understood, mapping_text
from orgraph.roster.sheets.recognise import SURE, Recognised
from orgraph.roster.sheets.rows import SHEET
from orgraph.roster.sheets.sorting import sort_sheets

SHEETS: dict[str, Any] = {
    "file": pl.String,
    "sheet": pl.String,
    "roster": pl.String,
    "title": pl.String,
    "score": pl.Float64,
    "rows": pl.Int64,
    "day": pl.Date,
    "state": pl.String,
}
COLUMNS: dict[str, Any] = {
    "file": pl.String,
    "sheet": pl.String,
    "roster": pl.String,
    "letter": pl.String,
    "header": pl.String,
    "field": pl.String,
    "score": pl.Float64,
    "state": pl.String,
    "means": pl.String,
}


@dataclass(frozen=True, eq=False)
class Recognition:
    """What rosters were taken for.

    Attributes
    ----------
    sheets
        One row per sheet: ``file``, ``sheet``, ``roster`` (null: none), ``title`` of the roster, ``score``
        (0 to 1), ``rows`` below the header, ``day`` that the sheet states, ``state``: ``recognised`` or
        ``unrecognised``.
    columns
        One row per column: ``file``, ``sheet``, ``roster``, ``letter``, ``header`` as written, ``field`` (the
        roster's own header), ``score``, ``state``, ``means`` (what belongs there, in words). The state is
        ``sure``, ``uncertain`` (read, but look), ``unused`` (means nothing to the roster), ``passed-over``
        (序号, 备注, or by the mapping file), ``missing`` (needed, and not in the sheet), ``absent`` (not
        needed, and not in the sheet).
    findings
        What was said of files, sheets and columns.
    understood, rosters
        The same sheet by sheet, and the rosters there are; for `mapping`.
    """

    sheets: pl.DataFrame
    columns: pl.DataFrame
    findings: pl.DataFrame
    understood: tuple[Understood, ...] = ()
    rosters: tuple[str, ...] = ()

    def mapping(self) -> str:
        """A mapping file (YAML, with comments) that says what was understood, for a person to put right."""
        lost = self.sheets.filter(pl.col("state") == "unrecognised").select("file", "sheet")
        return mapping_text(self.understood, lost.rows(), self.rosters)


def recognise(
    paths: str | Path | Iterable[str | Path],
    into: Structures | Known,
    *,
    mapping: str | Path | RosterMapping | None = None,
    progress: Progress | None = None,
) -> Recognition:
    """Which sheet is which roster, which column is which field, how surely, and what is left over.

    Parameters
    ----------
    paths
        Files and folders, as for `read_rosters`.
    into
        The structures whose rosters are known; or a store, whose units also tell two alike rosters apart.
    mapping
        A mapping file made before.
    progress
        Told how much of the files is read.

    Returns
    -------
    Recognition
        Sheets, columns, findings.

    Raises
    ------
    RosterError
        A file cannot be read.
    MappingError
        The mapping file is wrong.

    Examples
    --------
    >>> import orgraph as og
    >>> found = og.recognise("名册.xlsx", og.Structures.load("honghe"))  # doctest: +SKIP
    >>> Path("mapping.yaml").write_text(found.mapping(), encoding="utf-8")  # doctest: +SKIP
    """
    timeline = Org.from_tables(into) if isinstance(into, Structures) else into.timeline()
    said_once = mapping_of(mapping, timeline.structures)
    sheets, found = read_files([paths] if isinstance(paths, str | Path) else list(paths), progress=progress)
    sorted_ = sort_sheets(sheets, timeline, None, said_once)
    made = sorted_.recognised
    rows = []
    for number, file, sheet in sorted_.table.select(SHEET, "file", "sheet").iter_rows():
        one = made.get(number)
        rows.append(
            _sheet_row(one)
            if one
            else (file, sheet, None, None, None, sorted_.sizes.get(number), None, "unrecognised")
        )
    understood = [_understood(one, timeline.structures) for one in made.values()]
    return Recognition(
        pl.DataFrame(rows, schema=SHEETS, orient="row"),
        pl.DataFrame([row for one in understood for row in one.rows], schema=COLUMNS, orient="row"),
        findings.concat([found, *sorted_.said]),
        tuple(understood),
        tuple(timeline.structures.rosters),
    )


def _sheet_row(one: Recognised) -> tuple[object, ...]:
    body = one.sheet.cells[one.body :]
    filled = body.filter(pl.any_horizontal(pl.all().is_not_null())).height if body.width else 0
    title, day = one.roster.titles[0], one.day
    return (
        one.sheet.file,
        one.sheet.name,
        one.name,
        title,
        round(min(one.score, 1.0), 2),
        filled,
        day,
        "recognised",
    )


def _understood(one: Recognised, structures: Structures) -> Understood:
    rows = sorted(_columns(one, structures), key=lambda row: (row[0] is None, row[0] or 0))
    place = (one.sheet.file, one.sheet.name, one.name)
    lettered = [(*place, None if at is None else column_letters(at), *rest) for at, *rest in rows]
    return Understood(*place, one.roster.titles[0], round(min(one.score, 1.0), 2), tuple(lettered))


def _columns(one: Recognised, structures: Structures) -> Iterator[tuple[Any, ...]]:
    """Number of the column in the sheet (None: it has none), header, field, score, state, what it means."""
    fields = list(one.roster.columns)
    means = [asked.says for asked in asked_for(structures, one.roster)]
    first = one.sheet.first_column
    for position, column in one.columns.items():
        sure = one.sure[position]
        state = "sure" if sure >= SURE else "uncertain"
        yield column + first, one.headers[position], fields[position], sure, state, means[position]
    for column, header in one.others.items():
        state = "unused" if header in one.unknown and not is_passed_over(header) else "passed-over"
        yield column + first, header, None, None, state, None
    for position, form in enumerate(one.roster.columns.values()):
        if position not in one.columns:
            state = "absent" if form.optional else "missing"
            yield None, None, fields[position], None, state, means[position]
