"""`read_rosters`: files in, a draft out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import date
from pathlib import Path
from typing import Protocol

import polars as pl

from orgraph.model import days, findings
from orgraph.model.changes import Changes
from orgraph.model.glossary import say
from orgraph.model.language.rosters import IdOfForm
from orgraph.model.side_by_side import meanwhile
from orgraph.model.tables import Org
from orgraph.roster.cells.private import KEY_VARIABLE, id_key
from orgraph.roster.draft import Draft, columns_read, headers_written, origin, places_of
from orgraph.roster.fields import Fields
from orgraph.roster.options import Options
from orgraph.roster.passes import Pass, Wish
from orgraph.roster.reading.files import read_files
from orgraph.roster.reading.legacy import Read
from orgraph.roster.sheets.mapping import RosterMapping, mapping_of
from orgraph.roster.sheets.recognise import Recognised
from orgraph.roster.sheets.rows import SHEET
from orgraph.roster.sheets.sorting import sort_sheets
from orgraph.roster.versions import Mode

Progress = Callable[[str, int, int], None]


class Known(Protocol):
    """What an import must know of the store it is for; every `Store` offers it."""

    def timeline(self) -> Org:
        """All versions, with the structures and the revision."""

    def contacts(self) -> pl.DataFrame:
        """``person``, ``field``, ``value``."""


def read_rosters(  # noqa: PLR0913 -- the options of `orgraph import`
    paths: str | Path | Iterable[str | Path],
    *,
    into: Known,
    on: str | date | None = None,
    mode: Mode = "update",
    scope: str | None = None,
    skip_rows: bool = False,
    yes: bool = False,
    mapping: str | Path | RosterMapping | None = None,
    progress: Progress | None = None,
) -> Draft:
    """Read rosters and draft what a store would change; nothing is written.

    Parameters
    ----------
    paths
        Files and folders: workbooks, CSV, Parquet.
    into
        The store.
    on
        The roster's day where a sheet states none (截至2022年4月30日).
    mode
        ``update``: a value that differs ends the version on the day and starts a new one. ``correct``: it
        rewrites the version. ``snapshot``: as update, and what the rosters write and do not hold ends.
    scope
        The unit at and below which a snapshot ends things; default: the topmost units that rows name.
    skip_rows
        Leave out rows with errors, and rows that hang on them, and draft the rest.
    yes
        A snapshot may end more than a tenth of its scope.
    mapping
        A mapping file: what sheets and columns are, and which units were renamed (`orgraph.recognise`).
    progress
        Told the stage, the steps done and the steps in all.

    Returns
    -------
    Draft
        Findings, changes, counts.

    Raises
    ------
    OrgraphError
        `on` is no day, or there is no such mode.
    RosterError
        A file cannot be read.
    MappingError
        The mapping file is wrong.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    day = days.day(on) if isinstance(on, str) else on
    options = Options(day, mode, scope, skip_rows, yes, mapping)
    with meanwhile(lambda: read_files(given, progress=progress)) as files:
        return drafted(files, into, options, progress)


def drafted(files: Future[Read], into: Known, options: Options, progress: Progress | None = None) -> Draft:
    """What `read_rosters` drafts, of files that are being read meanwhile.

    Raises
    ------
    RosterError
        A file cannot be read.
    MappingError
        The mapping file is wrong.
    """
    day = options.on
    timeline, contacts = into.timeline(), into.contacts()
    said_once = mapping_of(options.mapping, timeline.structures)
    sheets, found = files.result()
    sorted_ = sort_sheets(sheets, timeline, day, said_once)
    recognised = sorted_.recognised
    key = id_key()
    wish = Wish(options, key, said_once)
    run = Pass(timeline, contacts, recognised, {n: one.day or day for n, one in recognised.items()}, wish)
    _tell(progress, 0)
    rows = run.read()
    _tell(progress, 1)
    result = run.result(rows)
    _tell(progress, 2)
    read = columns_read(recognised)
    places = places_of(rows)
    named = sorted_.table.select(SHEET, "file", "sheet")
    said = run.notes.table(places, named, headers_written(recognised))
    table = findings.concat(
        [
            found,
            *sorted_.said,
            _other_days(recognised.values(), day),
            sorted_.rowless(rows),
            run.dropped,
            _keyless(rows, key),
            said,
        ]
    )
    skipped = result.refused if options.skip_rows else result.refused.clear()
    counts = sorted_.counts(rows, result.refused)
    known_days = [d for d in run.days.values() if d is not None]
    return Draft(
        findings=table,
        changes=Changes(result.changes.patches, origin(result.parts, places, named, skipped)),
        ok=not findings.has_errors(table) or (options.skip_rows and not result.stuck),
        rows_in=int(counts["rows"].sum()),
        rows_used=int(counts["used"].sum()),
        rows_refused=int(counts["refused"].sum()),
        sheets=counts,
        fields=read.drop(SHEET),
        on=max(known_days) if known_days else day,
        base_revision=timeline.revision,
        structures=timeline.structures,
    )


def _tell(progress: Progress | None, done: int) -> None:
    if progress is not None:
        progress(say(zh="核对", en="checking"), done, 2)


def _other_days(sheets: Iterable[Recognised], day: date | None) -> pl.DataFrame:
    """``other-day``: a sheet states another day than was asked for."""
    return findings.table(
        {
            "severity": "warning",
            "code": "other-day",
            "file": one.sheet.file,
            "sheet": one.sheet.name,
            "value": str(one.day),
            "expected": str(day),
            "advice": say(
                zh=f"按表中的日期导入;要用 {day},改正或删去表中的日期",
                en=f"imported as of the day in the sheet; to use {day}, mend or delete the day there",
            ),
        }
        for one in sheets
        if day is not None and one.day not in (None, day)
    )


def _keyless(rows: Sequence[Fields], key: bytes | None) -> pl.DataFrame:
    """Say that identity numbers find nobody while there is no key."""
    has_numbers = any(f.is_("id_number") is not None or f.where(IdOfForm) for f in rows)
    if key is not None or not has_numbers:
        return findings.empty()
    return findings.table(
        [
            {
                "severity": "info",
                "code": "no-id-key",
                "expected": say(zh=f"密钥({KEY_VARIABLE})", en=f"a key ({KEY_VARIABLE})"),
                "advice": say(
                    zh="没有密钥,身份证号没有使用;人员按电话、姓名和单位识别",
                    en="identity numbers are not used: people are found by phone, and by name and unit",
                ),
            }
        ]
    )
