"""Rosters → a draft: what was found wrong, and the changes that would make the store say what they say.

Everything is read, typed, resolved and checked in one pass, and all findings are collected. Where rows are
to be skipped, the pass is repeated without them, since what hangs on a skipped row must be skipped, too.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from orgraph.model import findings
from orgraph.model.changes import ORIGIN, Changes
from orgraph.model.glossary import say
from orgraph.model.structure import Structures
from orgraph.model.structure_rosters import MeasureForm
from orgraph.model.tables import Org
from orgraph.roster import headers
from orgraph.roster.ask import Ask
from orgraph.roster.drafting import Day
from orgraph.roster.fields import Fields, read_fields
from orgraph.roster.notes import Notes
from orgraph.roster.numbers import unit_in
from orgraph.roster.outcome import faults
from orgraph.roster.recognise import Recognised
from orgraph.roster.rows import LINE, SHEET, R, collect
from orgraph.roster.versions import Mode, Part

Progress = Callable[[str, int, int], None]

ROUNDS = 20
"""Passes without rows that were refused in the one before; more are never needed for what hangs on them."""


@dataclass(frozen=True, eq=False)
class Draft:
    """What an import would do.

    Attributes
    ----------
    findings
        Everything found, errors first (`orgraph.model.findings.SCHEMA`).
    changes
        What the store would change to; shown even where errors refuse it.
    ok
        Whether the changes may be applied: no error, or all of them in rows that are skipped.
    rows_in, rows_used, rows_refused
        Rows of all sheets; the first is the sum of the others.
    sheets
        ``file``, ``sheet``, ``roster`` (null: none), ``score``, ``rows``, ``used``, ``refused``.
    fields
        ``file``, ``sheet``, ``header``, ``field``, ``score``: which column was read as what, how surely.
    on
        The roster's day, the latest where sheets differ; None: no sheet has one.
    base_revision
        The revision that the changes lead on from.
    """

    findings: pl.DataFrame
    changes: Changes
    ok: bool
    rows_in: int
    rows_used: int
    rows_refused: int
    sheets: pl.DataFrame
    fields: pl.DataFrame
    on: date | None
    base_revision: int


@dataclass(frozen=True)
class Wish:
    """How the rows of all days are to be drafted; see `read_rosters`."""

    mode: Mode
    scope: str | None
    skip_rows: bool
    yes: bool
    key: bytes | None


@dataclass
class Pass:
    """One pass over all rows.

    Attributes
    ----------
    timeline, contacts
        The store.
    sheets, days
        Recognised sheets by number, and the day of each (None: none is known).
    wish
        How.
    """

    timeline: Org
    contacts: pl.DataFrame
    sheets: Mapping[int, Recognised]
    days: Mapping[int, date | None]
    wish: Wish
    notes: Notes = field(default_factory=Notes)
    dropped: pl.DataFrame = field(default_factory=findings.empty)

    @property
    def structures(self) -> Structures:
        """The vocabulary."""
        return self.timeline.structures

    def read(self) -> list[Fields]:
        """The rows of all sheets, typed."""
        rows, self.dropped = collect(list(self.sheets.values()), list(self.sheets))
        made = []
        for one in rows:
            units = self._units(one.name)
            made.append(read_fields(one, self.structures, self.notes, units))
        dayless = [n for n, day in self.days.items() if day is None]
        for one in made:
            lost = one.frame.filter(pl.col(SHEET).is_in(dayless))
            self.notes.add(
                lost.unique(SHEET, keep="first"), "error", "no-day",
                expected=say(zh="名册的日期", en="the day of the roster"),
                advice=say(zh="在标题下写“截至2022年4月30日”,或用 --on 2022-04-30", en="write 截至2022年4月30日 under the title, or say --on 2022-04-30"),
            )  # fmt: skip
        return made

    def _units(self, name: str) -> dict[int, str]:
        """The units that headers of measures state in brackets."""
        made = {}
        for one in self.sheets.values():
            if one.name == name:
                forms = list(one.roster.columns.values())
                for position, header in one.headers.items():
                    unit = unit_in(header) if isinstance(forms[position], MeasureForm) else None
                    if unit is not None:
                        made[position] = unit
        return made

    def draft(
        self, rows: Sequence[Fields], refused: pl.Series, notes: Notes
    ) -> tuple[Changes, Mapping[str, Part], Org]:
        """The changes that rows without the refused ones lead to, and the organisation they lead from."""
        tables, contacts = self.timeline.tables(), self.contacts
        parts: dict[str, list[Part]] = {}
        start: Mapping[str, pl.DataFrame] = {**tables, "contacts": contacts}
        now, timeline = start, self.timeline
        days = sorted({day for day in self.days.values() if day is not None})
        for day in days:
            here = [n for n, d in self.days.items() if d == day]
            some = [
                _only(f, f.frame.filter(pl.col(SHEET).is_in(here) & ~pl.col(R).is_in(refused.implode())))
                for f in rows
            ]
            some = [f for f in some if f.frame.height]
            if not some:
                continue
            ask = Ask(day, self.wish.mode, self.wish.scope, self.wish.yes, self.wish.key)
            titles = {n: self.sheets[n].titles for n in here}
            plain = {t: f for t, f in now.items() if t != "contacts"}
            found = Day(timeline, plain, now["contacts"], some, titles, ask, notes).draft()
            for table, part in found.items():
                parts.setdefault(table, []).append(part)
            made = Changes({t: p.patch for t, p in found.items()})
            now = made.apply_to(now)
            if day != days[-1]:
                timeline = Org.from_tables(
                    self.structures, **{t: f for t, f in now.items() if t != "contacts"}
                )
            after = now
            faults(self.structures, self.timeline, after, found, day, notes)
        changes, sources = _composed(start, now, parts)
        return changes, sources, self.timeline


def _only(fields: Fields, frame: pl.DataFrame) -> Fields:
    return Fields(fields.name, fields.roster, fields.structure, frame)


def _composed(
    before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame], parts: Mapping[str, list[Part]]
) -> tuple[Changes, Mapping[str, Part]]:
    """The parts of several days as one; of a single day as they are."""
    if all(len(of_table) == 1 for of_table in parts.values()):
        single = {table: of_table[0] for table, of_table in parts.items()}
        return Changes({t: p.patch for t, p in single.items() if not p.patch.is_empty}), single
    changes = Changes.between({t: before[t] for t in parts}, {t: after[t] for t in parts})
    made = {}
    for table, patch in changes.patches.items():
        rows = pl.concat(
            [p.patch.into.with_columns(p.source.alias(R)) for p in parts[table]], how="diagonal_relaxed"
        )
        rows = rows.unique(patch.into.columns, keep="last", maintain_order=True)
        source = patch.into.join(
            rows, on=patch.into.columns, how="left", nulls_equal=True, maintain_order="left"
        )[R]
        made[table] = Part(patch, source)
    return changes, made


def origin(parts: Mapping[str, Part], places: pl.DataFrame, skipped: pl.Series) -> pl.DataFrame:
    """Where every row that comes in came from, and which rows were skipped.

    `places`: ``_r``, ``file``, ``sheet``, ``line``.
    """
    made = [pl.DataFrame(schema=ORIGIN)]
    for table, part in parts.items():
        rows = pl.DataFrame({R: part.source.cast(pl.Int64)}).with_row_index("row")
        rows = rows.filter(pl.col(R).is_not_null()).join(places, on=R, how="inner", maintain_order="left")
        made.append(
            rows.select(pl.lit(table).alias("table"), pl.col("row").cast(pl.Int64), "file", "sheet", "line")
        )
    lost = pl.DataFrame({R: skipped.cast(pl.Int64)}).join(places, on=R, how="inner", maintain_order="left")
    lost = lost.with_row_index("row")
    made.append(
        lost.select(pl.lit("skipped").alias("table"), pl.col("row").cast(pl.Int64), "file", "sheet", "line")
    )
    return pl.concat(made)


def places_of(rows: Sequence[Fields], sheets: pl.DataFrame) -> pl.DataFrame:
    """``_r``, ``_sheet``, ``_line`` of all rows with their ``file``, ``sheet`` and ``line``."""
    wanted = {R: pl.Int64, SHEET: pl.Int32, LINE: pl.Int64}
    at = pl.concat([pl.DataFrame(schema=wanted), *(f.frame.select(R, SHEET, LINE) for f in rows)])
    return at.join(
        sheets.select(SHEET, "file", "sheet"), on=SHEET, how="left", maintain_order="left"
    ).with_columns(line=pl.col(LINE))


def columns_read(sheets: Mapping[int, Recognised]) -> pl.DataFrame:
    """Which column of which sheet was read as what."""
    rows = [
        (number, one.sheet.file, one.sheet.name, one.headers[p], list(one.roster.columns)[p], one.sure[p])
        for number, one in sheets.items()
        for p in sorted(one.columns)
    ]
    schema = {
        SHEET: pl.Int32,
        "file": pl.String,
        "sheet": pl.String,
        "header": pl.String,
        "field": pl.String,
        "score": pl.Float64,
    }
    return pl.DataFrame(rows, schema=schema, orient="row")


__all__ = ["Draft", "Pass", "Progress", "Wish", "columns_read", "headers", "origin", "places_of"]
