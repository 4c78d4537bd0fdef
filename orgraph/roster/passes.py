"""One pass over all rows of an import: typed, then drafted day by day, then checked; all findings collected.

Where rows are to be skipped, the pass is repeated without them, since what hangs on a skipped row must be
skipped, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from orgraph.model import findings
from orgraph.model.changes import Changes, Patch
from orgraph.model.glossary import say
from orgraph.model.keyed import KeyedPatches
from orgraph.model.language.rosters import AncestorForm, ParentForm
from orgraph.model.structure import Structures
from orgraph.model.tables import Org
from orgraph.roster.ask import Ask
from orgraph.roster.drafting import Day
from orgraph.roster.fields import Fields, read_fields
from orgraph.roster.notes import Notes
from orgraph.roster.options import Options
from orgraph.roster.outcome import Import, faults
from orgraph.roster.register import Register
from orgraph.roster.sheets.mapping import RosterMapping
from orgraph.roster.sheets.recognise import Recognised
from orgraph.roster.sheets.rows import SHEET, R, collect
from orgraph.roster.versions import Part

ROUNDS = 20
"""Passes without rows that were refused in the one before; more are hardly needed for what hangs on them."""


@dataclass(frozen=True)
class Wish:
    """How the rows of all days are to be drafted: as was asked, with the key of identity numbers at hand.

    Its `mapping` is that of the options, once read.
    """

    options: Options
    key: bytes | None
    mapping: RosterMapping


@dataclass(frozen=True)
class Known:
    """What is known when a day begins: a timeline; the same as tables, units by key; the units behind."""

    timeline: Org
    tables: Mapping[str, pl.DataFrame]
    register: Register


@dataclass(frozen=True)
class Result:
    """What drafting came to.

    Attributes
    ----------
    changes, parts
        What changes; the same per table with the row of the import behind every row that comes in.
    refused
        Numbers of the rows with errors.
    stuck
        An error that is in no row, so that skipping rows does not help.
    """

    changes: Changes
    parts: Mapping[str, Part]
    refused: pl.Series
    stuck: bool


@dataclass
class Pass:
    """All rows of an import.

    Attributes
    ----------
    timeline, contacts
        The store.
    sheets, days
        Recognised sheets by number, and the day of each (None: none is known).
    wish
        How.
    notes, dropped
        Once read: findings in rows, and what was no row.
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
        made = [read_fields(one, self.structures, self.notes) for one in rows]
        dayless = [n for n, day in self.days.items() if day is None]
        for one in made:
            lost = one.frame.filter(pl.col(SHEET).is_in(dayless))
            self.notes.refuse(lost[R])
            self.notes.add(
                lost.unique(SHEET, keep="first", maintain_order=True), "error", "no-day",
                expected=say(zh="名册的日期", en="the day of the roster"),
                advice=say(
                    zh="在标题下写“截至2022年4月30日”,或用 --on 2022-04-30",
                    en="write 截至2022年4月30日 under the title, or say --on 2022-04-30",
                ),
            )  # fmt: skip
        return made

    def result(self, rows: Sequence[Fields]) -> Result:
        """Draft all rows; where rows are skipped, again without them until nothing more is refused."""
        refused = self.notes.refused() if self.wish.options.skip_rows else self.notes.refused().clear()
        for _ in range(ROUNDS):
            own = Notes()
            changes, parts = self._drafted(rows, refused, own)
            self.notes.take(own.all())
            more = own.refused()
            more = more.filter(~more.is_in(refused.implode()))
            if not self.wish.options.skip_rows or not more.len():
                break
            refused = pl.concat([refused, more]).unique()
        homeless = own.all().filter((pl.col("severity") == "error") & pl.col(R).is_null())
        return Result(changes, parts, self.notes.refused(), stuck=homeless.height > 0)

    def _drafted(
        self, rows: Sequence[Fields], refused: pl.Series, notes: Notes
    ) -> tuple[Changes, Mapping[str, Part]]:
        """What rows without the refused ones change, one day after the other."""
        register = Register(self.timeline)
        before: Mapping[str, pl.DataFrame] = {**register.tables(self.timeline), "contacts": self.contacts}
        parts: dict[str, list[Part]] = {}
        now, timeline = before, self.timeline
        for day in sorted({day for day in self.days.values() if day is not None}):
            here = [n for n, d in self.days.items() if d == day]
            wanted = pl.col(SHEET).is_in(here) & ~pl.col(R).is_in(refused.implode())
            some = [replace(f, frame=f.frame.filter(wanted)) for f in rows]
            if not any(f.frame.height for f in some):
                continue
            if now is not before:
                timeline = register.org(self.structures, now)
            known = Known(timeline, now, register)
            found = self._day(day, [f for f in some if f.frame.height], known, notes)
            for table, part in found.items():
                parts.setdefault(table, []).append(part)
            now = Changes({t: p.patch for t, p in found.items()}).apply_to(now)
            faults(self.timeline, now, register, Import(day, found, _trees(some)), notes)
        patches, whole = composed(before, now, parts)
        return Changes(KeyedPatches(patches, register.ids)), whole

    def _day(self, day: date, rows: Sequence[Fields], known: Known, notes: Notes) -> dict[str, Part]:
        """What the rows of one day change."""
        asked, key, mapping = self.wish.options, self.wish.key, self.wish.mapping
        ask = Ask(day, asked.mode, asked.scope, asked.yes, key, mapping.renamed, mapping.ended)
        titles = {n: one.titles for n, one in self.sheets.items()}
        return Day(known.timeline, known.tables, known.register, rows, titles, ask, notes).draft()


def _trees(rows: Sequence[Fields]) -> frozenset[str]:
    """Trees that some column speaks of."""
    parents = {form.tree for f in rows for form in f.where(ParentForm).values()}
    return frozenset(parents | {form.tree for f in rows for form in f.where(AncestorForm).values()})


def composed(
    before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame], parts: Mapping[str, list[Part]]
) -> tuple[Mapping[str, Patch], Mapping[str, Part]]:
    """The parts of several days as one; of a single day as they are."""
    if all(len(of_table) == 1 for of_table in parts.values()):
        single = {table: of_table[0] for table, of_table in parts.items() if not of_table[0].patch.is_empty}
        return {t: p.patch for t, p in single.items()}, single
    changes = Changes.between({t: before[t] for t in parts}, {t: after[t] for t in parts})
    made = {}
    for table, patch in changes.patches.items():
        came = [p.patch.into.with_columns(p.source.alias(R)) for p in parts[table]]
        columns = patch.into.columns
        rows = pl.concat(came, how="diagonal_relaxed").unique(columns, keep="last", maintain_order=True)
        found = patch.into.join(rows, on=columns, how="left", nulls_equal=True, maintain_order="left")
        made[table] = Part(patch, found[R])
    return changes.patches, made
