"""One call's view of a Neo4j store as a `Session`: what a reader sees while others write, and staged writes.

Neo4j isolates no reader from commits that happen between two queries, or even within one. So a reader takes
the head's number first and, when all is read, asks for revisions after it, whole or being written: rows that
those touched are put back from their changes. What it returns is the revision it began with, whatever
happened meanwhile, also where a writer died half-way.

A writing session moves nothing until it ends: it shows its own rows by laying the patches over what is read.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import polars as pl

from orgraph.model.changes import CHANGE_KEYS, Changes, Patch, patched
from orgraph.model.errors import StoreError
from orgraph.model.glossary import say
from orgraph.model.structure import Structures
from orgraph.model.tables import TABLES, Org
from orgraph.store.neo.driver import Connection
from orgraph.store.neo.log import LogReader
from orgraph.store.neo.reading import HeadReader
from orgraph.store.protocol import Revision
from orgraph.store.revisions import Renames, backwards, renamed, renames, rewound, structures_of


@dataclass
class Staged:
    """What a writing session is going to write."""

    patches: dict[str, Patch] = field(default_factory=dict)
    structures: Structures | None = None
    renamed: Renames = field(default_factory=dict)
    entry: Revision | None = None
    texts: Mapping[str, str] = field(default_factory=dict)
    changes: Changes = field(default_factory=Changes)
    erased: list[str] = field(default_factory=list)
    parts: pl.DataFrame | None = None
    notes: pl.DataFrame | None = None


class NeoSession:
    """A session of a Neo4j store; a writing one stages, and its owner writes what is staged."""

    def __init__(self, connection: Connection, *, write: bool = False) -> None:
        self._connection, self._log = connection, LogReader(connection)
        self._write = write
        self.staged = Staged()
        self._entries: pl.DataFrame | None = None

    # --- the log -------------------------------------------------------------------------------

    def revisions(self) -> pl.DataFrame:
        """The log without its bytes; the first call fixes what this session sees."""
        if self._entries is None:
            self._entries = self._log.revisions()
        return self._entries

    @property
    def bulk(self) -> int:
        """The last revision whose rows a bulk import has brought, before its log."""
        found = self._connection.read("MATCH (s:Store {name: 'orgraph'}) RETURN coalesce(s.bulk, 0)", {})
        return int(found[0][0])

    @property
    def head(self) -> int:
        """The revision that this session sees."""
        return self.revisions().height

    def texts(self, name: str) -> dict[str, str]:
        """The structures of a set."""
        return self._log.texts(name)

    def parts(self, *, first: int, last: int, names: Sequence[str] | None = None) -> pl.DataFrame:
        """Bytes of the log, in order."""
        return self._log.parts(first, last, names)

    def structures_now(self) -> Structures:
        """What holds at the head."""
        if not self.head:
            return Structures({})
        return structures_of(self.texts(self.revisions()["structures"][-1]))

    # --- the head ------------------------------------------------------------------------------

    def org(self, structures: Structures, on: date | None) -> Org:
        """The head on a day, or all its versions."""
        before = self._before(structures)
        org = HeadReader(self._connection, before).org(on if not self.staged.patches else None)
        if self._write:
            return self._laid_over(org, structures)
        later = self._later()
        if not later:
            return org
        if any(name != self.revisions()["structures"][-1] for name in later.values()):
            org = HeadReader(self._connection, before, self._aka(before, later)).org(on)
            later = self._later()
        changes = self._log.changes(min(later), max(later))
        names = renames(before, structures_of(self.texts(later[max(later)])))
        back = [renamed(c, _turned(names)) for c in changes.values()]
        org = rewound(org, back, structures, {})
        return replace(org.alive(on), strangers=_every(org)) if on else org

    def rows(self, table: str, like: pl.DataFrame) -> pl.DataFrame:
        """Rows of the head that agree with some row of `like` in all of its columns."""
        found = HeadReader(self._connection, self._before(self.staged.structures)).rows(table, like)
        return self._settled(table, found, like)

    def contacts(self) -> pl.DataFrame:
        """All contacts of the head."""
        found = HeadReader(self._connection, Structures({})).contacts()
        return self._settled("contacts", found, None)

    def _before(self, structures: Structures | None) -> Structures:
        """The structures by whose words the head can be read: those that hold, not those to come."""
        return self.structures_now() if structures is None or self._write else structures

    def _later(self) -> dict[int, str]:
        return dict(self._log.later(self.head))

    def _aka(self, before: Structures, later: Mapping[int, str]) -> dict[str, dict[str, str]]:
        after = structures_of(self.texts(later[max(later)]))
        return {table: dict(names) for table, names in renames(before, after).items()}

    def _settled(self, table: str, found: pl.DataFrame, like: pl.DataFrame | None) -> pl.DataFrame:
        """Rows as this session sees them: without what others write, with what it has staged."""
        if self._write:
            patch = self.staged.patches.get(table)
            if patch is None:
                return found
        else:
            later = self._later()
            if not later:
                return found
            changes = self._log.changes(min(later), max(later))
            patch = backwards(table, [c[table] for c in changes.values()])
        shown = patched(found, patch, CHANGE_KEYS[table])
        if like is None:
            return shown
        wanted = like.cast({c: shown.schema[c] for c in like.columns})
        return shown.join(wanted, on=like.columns, how="semi", nulls_equal=True, maintain_order="left")

    def _laid_over(self, org: Org, structures: Structures) -> Org:
        """The timeline as it will stand once what is staged is written."""
        if not self.staged.patches and not self.staged.structures:
            return org
        tables = {t: frame.rename(_present(frame, self.staged.renamed.get(t, {}))) for t, frame in
                  org.tables().items()}  # fmt: skip
        for table in TABLES:
            if table in self.staged.patches:
                tables[table] = patched(tables[table], self.staged.patches[table], CHANGE_KEYS[table])
        return Org.from_tables(structures, on=None, revision=0, **tables)

    def met(self, ids: pl.Series) -> pl.Series:
        """Any may be: asking the server costs as much as looking for the rows."""
        return pl.Series([True]).new_from_index(0, len(ids))

    # --- staging -------------------------------------------------------------------------------

    def reshape(self, structures: Structures, renamed: Renames) -> None:
        """Stage a change of the declared columns."""
        self.staged.structures, self.staged.renamed = structures, renamed

    def patch(self, patches: Mapping[str, Patch]) -> None:
        """Stage rows that go out and come in."""
        for table, patch in patches.items():
            twice = (
                patch.out.height - patch.out.select(CHANGE_KEYS[table]).n_unique() if patch.out.height else 0
            )
            if twice:
                raise StoreError(
                    say(zh=f"{table}:有 {twice} 行删了两次", en=f"{table}: {twice} rows go out twice")
                )
        self.staged.patches |= {t: p for t, p in patches.items() if not p.is_empty and t != "structures"}

    def append(self, revision: Revision, texts: Mapping[str, str], changes: Changes) -> None:
        """Stage an entry of the log."""
        self.staged.entry, self.staged.texts, self.staged.changes = revision, texts, changes

    def erase(self, person: str) -> None:
        """Stage that a person is forgotten in the head."""
        self.staged.erased.append(person)

    def rewrite(self, parts: pl.DataFrame, notes: pl.DataFrame) -> None:
        """Stage other bytes, notes and files of the log."""
        self.staged.parts, self.staged.notes = parts, notes


def _present(frame: pl.DataFrame, names: Mapping[str, str]) -> dict[str, str]:
    return {old: new for old, new in names.items() if old in frame.columns}


def _turned(names: Renames) -> dict[str, dict[str, str]]:
    """New name → old name."""
    return {table: {new: old for old, new in pairs.items()} for table, pairs in names.items()}


def _every(org: Org) -> pl.DataFrame:
    return pl.concat([org.strangers, org.units.select("key", "id")]).unique("key", maintain_order=True)
