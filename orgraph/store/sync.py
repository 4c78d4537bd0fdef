"""Bringing two stores level: what one knows further goes to the other, revision by revision.

Two stores that were ever level share the beginning of their logs. Where one log merely goes on after the
other's end, the rest is sent, and nothing else is looked at; where both went on, nothing is sent and both
sides are shown. So history, undo and earlier revisions are the same on both sides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, cast

import polars as pl

from orgraph.model.changes import Changes
from orgraph.model.errors import Conflict
from orgraph.model.glossary import say
from orgraph.model.structure import Structures
from orgraph.store.protocol import Deed, Revision, Session
from orgraph.store.revisions import Log, renames, structures_of

if TYPE_CHECKING:
    from orgraph.store.logged import LoggedStore
    from orgraph.store.neo.address import NeoOptions

SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")
SAME = ("revision", "made_at", "deed", "structures")
"""What two logs agree in where they are the same; notes and files change when somebody is forgotten."""

ABOUT_PEOPLE = ("people.out", "people.into", "contacts.out", "contacts.into", "origin")


@dataclass(frozen=True)
class Synced:
    """What was sent: the revisions from `first` to `last`, and how many rows; none where ``last < first``."""

    first: int
    last: int
    rows: int

    @property
    def count(self) -> int:
        """How many revisions."""
        return max(0, self.last - self.first + 1)


def send(source: LoggedStore, target: LoggedStore, *, contacts: bool = False) -> Synced:
    """Send what `source` knows further than `target`.

    Parameters
    ----------
    source, target
        Any two stores; `target` may have no revision yet.
    contacts
        Send contacts, too; without, they stay behind, in the log as well.

    Raises
    ------
    Conflict
        Both went on since they were level; `rows` has the revisions of both sides.
    """
    mine, theirs = source.history(), target.history()
    common = _common(mine, theirs)
    if common < theirs.height:
        if common == mine.height:
            return Synced(theirs.height + 1, theirs.height, 0)
        raise _conflict(mine, theirs, common, (source.address, target.address))
    rows, texts = 0, dict[str, Mapping[str, str]]()
    for number in range(common + 1, mine.height + 1):
        entry = _entry(mine.row(number - 1, named=True))
        changes = source.changes(number) if contacts else without_contacts(source.changes(number))
        if entry.structures not in texts:
            with source._session() as session:  # noqa: SLF001 - of the same room
                texts[entry.structures] = session.texts(entry.structures)
        forgetting = _Forgetting(source, number, contacts=contacts) if entry.deed == "forget" else None
        with target._session(write=True) as writing:  # noqa: SLF001
            # rows that came by way of a bulk import stand there already
            log_only = number <= getattr(writing, "bulk", 0)
            _append(writing, entry, texts[entry.structures], changes, log_only=log_only)
            if forgetting:
                forgetting.carry_out(writing)
        rows += sum(p.out.height + p.into.height for p in changes.patches.values())
    return Synced(common + 1, mine.height, rows)


def push(
    source: str | Path | LoggedStore,
    target: str | Path | LoggedStore,
    *,
    contacts: bool = False,
    options: NeoOptions | None = None,
) -> Synced:
    """Send to another store what this one knows further; a store that is not there is made.

    Parameters
    ----------
    source, target
        Stores, or their addresses: the path of a DuckDB file, ``neo4j://host/database``.
    contacts
        Send contacts, too. Without, they stay behind, in the log as well; a store that was first filled
        without them stays without.
    options
        How to reach a Neo4j server that is given by its address.

    Returns
    -------
    Synced
        Which revisions were sent; none where the two are level or the target is ahead.

    Raises
    ------
    Conflict
        Both went on since they were level; nothing is sent, `rows` has the revisions of both sides.
    """
    with ExitStack() as opened:
        here = _opened(source, opened, options)
        there = _opened(target, opened, options, made=True)
        return send(here, there, contacts=contacts)


def pull(
    target: str | Path | LoggedStore,
    source: str | Path | LoggedStore,
    *,
    contacts: bool = False,
    options: NeoOptions | None = None,
) -> Synced:
    """Fetch into this store what another knows further: `push` the other way."""
    return push(source, target, contacts=contacts, options=options)


def _opened(
    where: str | Path | LoggedStore, opened: ExitStack, options: NeoOptions | None, *, made: bool = False
) -> LoggedStore:
    if not isinstance(where, str | Path):
        return where
    from orgraph.store.neo.address import is_neo4j

    nothing = Structures({})
    if is_neo4j(str(where)):
        from orgraph.store.neo.store import NeoStore

        return opened.enter_context(
            NeoStore.create(str(where), nothing, options) if made else NeoStore(str(where), options)
        )
    from orgraph.store import open as open_store
    from orgraph.store.duck.store import DuckStore

    if made and not SCHEME.match(str(where)) and not Path(where).exists():
        return DuckStore.create(where, nothing)
    return cast("LoggedStore", open_store(where))


def without_contacts(changes: Changes) -> Changes:
    """The same changes with no trace of contacts."""
    made = changes.without_contacts()
    return replace(made, runs=made.runs.filter(pl.col("table").ne_missing("contacts")))


def _common(mine: pl.DataFrame, theirs: pl.DataFrame) -> int:
    """How many revisions from the first on are the same."""
    shared = min(mine.height, theirs.height)
    if not shared:
        return 0
    pairs = mine.head(shared).select(SAME), theirs.head(shared).select(SAME)
    same = pl.DataFrame([pairs[0][c].eq_missing(pairs[1][c]).alias(c) for c in SAME])
    whole = same.select(pl.all_horizontal(pl.all()).alias("same"))["same"]
    return int(whole.cast(pl.Int32).cum_min().sum())


def _entry(row: Mapping[str, object]) -> Revision:
    return Revision(
        number=cast("int", row["revision"]),
        made_at=cast("datetime", row["made_at"]),
        day=cast("date", row["day"]),
        deed=cast("Deed", row["deed"]),
        note=cast("str", row["note"]),
        made_by=cast("str", row["made_by"]),
        files=tuple(cast("list[str]", row["files"])),
        undoes=cast("int | None", row["undoes"]),
        structures=cast("str", row["structures"]),
    )


def _append(
    session: Session, entry: Revision, texts: Mapping[str, str], changes: Changes, *, log_only: bool
) -> None:
    """Make a revision that was checked where it was first made."""
    log, before = Log(session), entry.number - 1
    if log.head != before:  # somebody wrote between our look and our turn
        raise Conflict(
            say(
                zh=f"对方刚有了新版次 {log.head}:请再试",
                en=f"revision {log.head} has just been made: try again",
            ),
            log.entries.select("revision", "made_at", "deed", "note", "made_by"),
        )
    known = log.structures(before)
    after = structures_of(texts)
    if not log_only:
        if known != after:
            session.reshape(after, renames(known, after))
        session.patch({t: p for t, p in changes.patches.items() if t != "structures"})
    session.append(entry, texts, changes)


class _Forgetting:
    """Whom a store has forgotten, to be forgotten by another: bytes of the log, notes, and the head."""

    def __init__(self, source: LoggedStore, number: int, *, contacts: bool) -> None:
        self._number = number
        self._names = [n for n in ABOUT_PEOPLE if contacts or not n.startswith("contacts")]
        with source._session() as session:  # noqa: SLF001 - of the same room
            self._parts = session.parts(first=1, last=number - 1, names=self._names)
            self._notes = session.revisions().select("revision", "note", "files").head(number)
            people = session.org(Structures({}), None).people
        if not contacts:
            self._parts = _origin_without_contacts(self._parts)
        self._nameless = people.filter(pl.col("name").is_null()).select("id")

    def carry_out(self, target: Session) -> None:
        """Forget them."""
        theirs = target.parts(first=1, last=self._number - 1, names=self._names)
        key = ["revision", "part"]
        changed = self._parts.join(theirs, on=[*key, "data"], how="anti")
        gone = theirs.join(self._parts, on=key, how="anti").with_columns(data=pl.lit(None, pl.Binary))
        target.rewrite(pl.concat([changed, gone.select(changed.columns)]), self._notes)
        if self._nameless.height:
            still = target.rows("people", self._nameless).filter(pl.col("name").is_not_null())
            for person in still["id"]:
                target.erase(person)


def _origin_without_contacts(parts: pl.DataFrame) -> pl.DataFrame:
    rows = []
    for revision, part, data in parts.iter_rows():
        if part == "origin":
            blobs = without_contacts(Changes.from_blobs({part: data})).blobs
            if part not in blobs:
                continue
            data = blobs[part]  # noqa: PLW2901 - the row goes on with other bytes
        rows.append((revision, part, data))
    return pl.DataFrame(rows, schema=parts.schema, orient="row")


def _conflict(mine: pl.DataFrame, theirs: pl.DataFrame, common: int, addresses: tuple[str, str]) -> Conflict:
    columns = ["revision", "made_at", "deed", "note", "made_by"]
    sides = [
        entries.slice(common).select(pl.lit(address).alias("store"), *columns)
        for entries, address in zip((mine, theirs), addresses, strict=True)
    ]
    return Conflict(
        say(
            zh=f"两边在版次 {common} 之后都有改动({mine.height - common} 与 {theirs.height - common} 版):"
            "未传送。在一边撤销或导出后重做,再同步",
            en=f"both sides went on after revision {common} (by {mine.height - common} and "
            f"{theirs.height - common}): nothing was sent. Undo or redo on one side, then try again",
        ),
        pl.concat(sides),
    )
