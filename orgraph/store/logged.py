"""A store as head and log: what every backend shares (see `protocol`)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import date
from types import TracebackType
from typing import Self

import polars as pl

from orgraph.model import days
from orgraph.model.blobs import IDS
from orgraph.model.changes import CHANGE_KEYS, SCHEMAS, Changes
from orgraph.model.errors import (
    AmbiguousName,
    FindingsRefused,
    StaleDraft,
    UndoRefused,
    UnknownName,
    listing,
)
from orgraph.model.glossary import say
from orgraph.model.structure import Structures
from orgraph.model.tables import TABLES, Org
from orgraph.store.protocol import Day, Key, Session
from orgraph.store.revisions import (
    BLOT,
    Log,
    blotted,
    forgotten,
    leaning,
    names_of,
    renamed,
    rewound,
    settled,
    touched_again,
)
from orgraph.store.scope import as_day, between, scoped
from orgraph.store.writing import Intent, commit, installing, written

CELLS: dict[str, pl.DataType] = {
    "revision": pl.Int64(),
    "file": pl.String(),
    "sheet": pl.String(),
    "line": pl.Int64(),
}


class LoggedStore(ABC):
    """Head and log over the sessions of some backend; the methods are documented in `protocol.Store`."""

    @abstractmethod
    def _session(self, *, write: bool = False) -> AbstractContextManager[Session]:
        """A session; a writing one is one transaction, taken back if anything is raised inside it."""

    @property
    @abstractmethod
    def address(self) -> str:
        """Where the store is."""

    @abstractmethod
    def query(self, text: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> pl.DataFrame:
        """Ask in the store's own language."""

    def __enter__(self) -> Self:
        return self

    def __exit__(  # noqa: B027 - no subclass need have anything to close
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing to close: connections last one call."""

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.address!r})"

    @property
    def revision(self) -> int:
        """The last revision."""
        with self._session() as session:
            return Log(session).head

    @property
    def structures(self) -> Structures:
        """What may stand in the tables, as of the last revision."""
        with self._session() as session:
            log = Log(session)
            return log.structures(log.head)

    # --- reading -------------------------------------------------------------------------------

    def read(self, *, on: Day = None, revision: int | None = None, scope: str | None = None) -> Org:
        """The organisation on a day, as known now or after some revision."""
        with self._session() as session:
            log = Log(session)
            number = log.head if revision is None else log.known(revision)
            shown = log.day(number) if revision is not None else date.today()
            day = shown if on is None else as_day(on)
            org = _known(session, log, number, day)
        org = settled(org)
        if scope is not None:
            return settled(scoped(org, scope))
        made_at = log.entries["made_at"]  # of the last one, too: forgetting changes what earlier ones say
        return org.showing((self.address, number, made_at[number - 1], made_at[-1]))

    def timeline(self, a: Day = None, b: Day = None) -> Org:
        """All versions, or those that hold on some day from `a` to `b`."""
        with self._session() as session:
            log = Log(session)
            org = _known(session, log, log.head, None)
        first = days.period(a)[0] if isinstance(a, str) else a  # a year begins with its first day …
        last = None if b is None else as_day(b)  # … and ends with its last
        if first or last:
            known = pl.concat([org.units.select("key", "id"), org.strangers]).unique(
                "key", maintain_order=True
            )
            org = replace(between(org, first, last), strangers=known)
        return settled(org)

    def contacts(self, person: str | None = None) -> pl.DataFrame:
        """``person``, ``field``, ``value``: the only door to what is private."""
        with self._session() as session:
            found = session.contacts().sort("person", "field", "value")
            if person is None:
                return found
            return found.filter(pl.col("person") == _person(session, person))

    def history(self) -> pl.DataFrame:
        """All revisions, the first one first."""
        with self._session() as session:
            return session.revisions()

    def changes(self, revision: int) -> Changes:
        """What one revision changed."""
        with self._session() as session:
            log = Log(session)
            return log.changes(log.known(revision))

    def origin(self, table: str, key: Key) -> pl.DataFrame:
        """The cells a row came from."""
        if table not in SCHEMAS:
            raise UnknownName(say(zh="表", en="table"), table, SCHEMAS)
        wanted = pl.DataFrame([key if isinstance(key, Mapping) else {CHANGE_KEYS[table][0]: key}])
        with self._session() as session:
            log = Log(session)
            parts = session.parts(first=1, last=log.head, names=["origin", f"{table}.into", IDS])
        found = [_origin(rows, table, wanted) for _, rows in parts.group_by("revision", maintain_order=True)]
        moments = log.entries.select("revision", "made_at")
        cells = pl.concat([pl.DataFrame(schema=CELLS), *found])
        return cells.join(moments, on="revision", maintain_order="left").select(
            "revision", "made_at", "file", "sheet", "line"
        )

    # --- writing -------------------------------------------------------------------------------

    def apply(self, changes: Changes, *, note: str = "", expect: int | None = None) -> int:
        """Make changes as one revision, or none of them."""
        with self._session(write=True) as session:
            log = Log(session)
            if expect is not None and expect != log.head:
                raise StaleDraft(
                    say(
                        zh=f"库已从版次 {expect} 变为 {log.head}:请重新导入",
                        en=f"the store moved from revision {expect} to {log.head}: draft the changes again",
                    )
                )
            return commit(session, log, changes, Intent("apply", note))

    def install(self, structures: Structures) -> int:
        """Add structures, or change those of the same id."""
        with self._session(write=True) as session:
            log = Log(session)
            changes = installing(log.structures(log.head), structures)
            note = "、".join(sorted(changes["structures"].into["id"]))
            return commit(session, log, changes, Intent("install", note))

    def undo(self, n: int | None = None) -> int:
        """Append the inverse of a revision (default: the last one)."""
        with self._session(write=True) as session:
            log = Log(session)
            number = log.known(log.head if n is None else n)
            if log.entries["deed"][number - 1] == "forget":
                nothing = touched_again(Changes(), ())
                raise UndoRefused(
                    say(zh="“遗忘”不能撤销:已不知道忘了什么", en="forgetting cannot be undone"), nothing
                )
            undone = renamed(log.changes(number), log.renames(number))
            later = log.after(number, SCHEMAS)
            against = touched_again(undone, later)
            if against.is_empty():
                against = leaning(session, undone, later)
            if against.height:
                raise _undo_refused(number, against)
            try:
                return commit(session, log, undone.inverse(), Intent("undo", undoes=number))
            except FindingsRefused as refused:
                raise UndoRefused(str(refused), refused.findings) from refused

    def forget(self, person: str) -> int:
        """Erase a person's name, declared columns and contacts from head and log."""
        with self._session(write=True) as session:
            log = Log(session)
            id_ = _person(session, person, log)
            logged = [(n, changes) for n in range(1, log.head + 1) if (changes := _about_people(log, n))]
            names = names_of(id_, (c for _, c in logged), session.rows("people", pl.DataFrame({"id": [id_]})))
            parts = [_rewritten(n, changes, forgotten(changes, id_, names)) for n, changes in logged]
            files = pl.col("files").list.eval(blotted(pl.element(), names))
            notes = log.entries.select("revision", blotted(pl.col("note"), names), files)
            session.rewrite(pl.concat([session.parts(first=1, last=0), *parts]), notes)
            session.erase(id_)
            intent = Intent("forget", id_ if not any(name in id_ for name in names) else BLOT)
            head = log.structures(log.head).texts()
            entry = written(log.head + 1, intent, head, Changes().runs)
            session.append(entry, head, Changes())
        return entry.number


def _known(session: Session, log: Log, number: int, day: date | None) -> Org:
    """What was known after a revision, on a day; `strangers` holds every other id."""
    structures = log.structures(number)
    if number == log.head:
        return replace(session.org(structures, day), revision=number)
    later = [changes for _, changes in log.after(number, TABLES)]
    head = session.org(log.structures(log.head), None)
    org = rewound(head, later, structures, log.renames(number))
    return replace(org.alive(day) if day else org, revision=number, strangers=org.strangers)


def _person(session: Session, text: str, log: Log | None = None) -> str:
    """The id of a person, given by id or by a name that one person bears; with a log: of anybody ever."""
    for column in ("id", "name"):
        found = session.rows("people", pl.DataFrame({column: [text]}))["id"].unique()
        if len(found) > 1:
            raise AmbiguousName(text, found.sort().to_list())
        if len(found):
            return str(found[0])
    for n in range(1, log.head + 1 if log else 1):
        changes = log.changes(n, ["people.out", "people.into"])["people"] if log else Changes()["people"]
        if text in changes.out["id"] or text in changes.into["id"]:
            return text
    raise UnknownName(say(zh="人员", en="person"), text)


def _about_people(log: Log, revision: int) -> Changes | None:
    names = [f"{table}.{side}" for table in ("people", "contacts") for side in ("out", "into")]
    changes = log.changes(revision, [*names, "origin"])
    return None if changes.is_empty and changes.runs.is_empty() else changes


def _rewritten(revision: int, before: Changes, after: Changes) -> pl.DataFrame:
    """The parts of a revision whose bytes change, as `Session.parts` has them."""
    was, now = before.blobs, after.blobs
    rows = [(revision, part, now.get(part)) for part in was if now.get(part) != was[part]]
    return pl.DataFrame(
        rows, schema={"revision": pl.Int64, "part": pl.String, "data": pl.Binary}, orient="row"
    )


def _undo_refused(number: int, against: pl.DataFrame) -> UndoRefused:
    rows = listing(against["row"].to_list())
    last = listing([str(n) for n in against["revision"].unique().sort()])
    return UndoRefused(
        say(
            zh=f"版次 {number} 不能撤销:之后的版次 {last} 改过或用到同样的行:{rows}。先撤销那些版次",
            en=f"revision {number} cannot be undone: later revisions ({last}) touched or use "
            f"its rows: {rows}. Undo those first",
        ),
        against,
    )


def _origin(parts: pl.DataFrame, table: str, wanted: pl.DataFrame) -> pl.DataFrame:
    """Cells of one revision from which the wanted rows came."""
    changes = Changes.from_blobs(dict(parts.select("part", "data").iter_rows()))
    rows = changes[table].into.with_row_index("row").with_columns(pl.col("row").cast(pl.Int64))
    mine = rows.join(
        wanted.cast({c: rows.schema[c] for c in wanted.columns}),
        on=wanted.columns,
        how="semi",
        nulls_equal=True,
    )
    cells = changes.origin.filter(pl.col("table") == table).join(mine.select("row"), on="row", how="semi")
    return cells.select(pl.lit(parts["revision"][0], pl.Int64).alias("revision"), "file", "sheet", "line")
