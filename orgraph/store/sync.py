"""Bringing two stores level: what one knows further goes to the other, revision by revision.

Two stores that were ever level share the beginning of their logs. Where one log merely goes on after the
other's end, the rest is sent, and nothing else is looked at; where both went on, nothing is sent and both
sides are shown. So history, undo and earlier revisions are the same on both sides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
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
            _append(writing, entry, texts[entry.structures], changes)
            if forgetting:
                forgetting.carry_out(writing)
        rows += sum(p.out.height + p.into.height for p in changes.patches.values())
    return Synced(common + 1, mine.height, rows)


def without_contacts(changes: Changes) -> Changes:
    """The same changes with no trace of contacts."""
    made = changes.without_contacts()
    return replace(made, origin=made.origin.filter(pl.col("table").ne_missing("contacts")))


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


def _append(session: Session, entry: Revision, texts: Mapping[str, str], changes: Changes) -> None:
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
            blobs = without_contacts(Changes.from_blobs({part: data})).to_blobs()
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
