"""Making one revision: what is checked before rows move, whatever store they move in."""

from __future__ import annotations

import getpass
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import numpy as np
import polars as pl

from orgraph.model import findings
from orgraph.model.changes import CHANGE_KEYS, CONTACTS, Changes, Patch, difference, patched
from orgraph.model.checks import overlapping
from orgraph.model.errors import FindingsRefused, StoreError, listing
from orgraph.model.glossary import say
from orgraph.model.keyed import UNIT_COLUMNS, KeyedPatches, bare, by_key, like
from orgraph.model.packing import doubled, may_meet
from orgraph.model.side_by_side import each, meanwhile
from orgraph.model.structure import Structures
from orgraph.model.tables import TABLES, schema
from orgraph.model.tables import conform as conformed
from orgraph.store import fitting
from orgraph.store.keys import HOLDERS
from orgraph.store.protocol import Deed, Revision, Session
from orgraph.store.revisions import Log, key_text, renames, set_name, structure_rows, structures_of

SUBJECTS: dict[str, tuple[str, ...]] = {
    "units": ("id",),
    "links": ("source", "target", "relation"),
    "memberships": ("person", "unit", "role"),
}
"""Whose versions must not overlap: the key without its date."""


@dataclass(frozen=True)
class Intent:
    """What a revision is made for."""

    deed: Deed
    note: str = ""
    undoes: int | None = None


def commit(session: Session, log: Log, changes: Changes, intent: Intent) -> int:
    """Check changes, make them, write them down; the caller's transaction makes it all or nothing.

    Returns
    -------
    int
        The new revision; the last one where nothing changes.
    """
    before = log.structures(log.head)
    texts = _texts_after(before.texts(), changes["structures"])
    after = before if texts == before.texts() else structures_of(texts)
    moving = {t: p for t, p in bare(changes.patches).items() if t != "structures"}
    held = by_key(like(changes.patches, moving))
    whole = {t: _conformed(t, p, after) for t, p in held.keyed.items() if not p.is_empty}
    patches = moved = KeyedPatches(whole, held.ids)
    if "structures" in changes:
        moved = KeyedPatches({**whole, "structures": changes["structures"]}, held.ids)
    made = Changes(moved, changes.runs)
    _ = patches.used_ids  # both sides below ask for it
    with meanwhile(lambda: made.blobs):  # which `append` writes
        with meanwhile(lambda: _of_rows(patches, after)) as wrong:
            met = _met(session, patches)
        _refuse(wrong.result())
        reshaping = None if after is before else _Reshaping(session, before, after)
        _refuse(_standing(session, patches, met))
        session.patch(patches)
    _refuse(_of_nobody(session, patches))
    if reshaping:
        reshaping.check()
    if made.is_empty:
        return log.head
    entry = written(log.head + 1, intent, texts, made.runs)
    session.append(entry, texts, made)
    return entry.number


def written(number: int, intent: Intent, texts: Mapping[str, str], runs: pl.DataFrame) -> Revision:
    """An entry of the log for what is being done now."""
    try:
        maker = getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account without a name, as in some containers
        maker = ""
    return Revision(
        number=number,
        made_at=datetime.now(UTC),
        day=date.today(),
        deed=intent.deed,
        note=intent.note,
        made_by=maker,
        files=tuple(runs["file"].drop_nulls().unique(maintain_order=True).to_list()),
        undoes=intent.undoes,
        structures=set_name(texts),
    )


def installing(before: Structures, structures: Structures) -> Changes:
    """The changes that add structures, or put them in the place of those with the same id."""
    texts = before.texts() | structures.texts()
    patch = difference(structure_rows(before.texts()), structure_rows(texts))
    return Changes({} if patch.is_empty else {"structures": patch})


class _Reshaping:
    """A change of structures: columns make room before rows move, rows are held against it after."""

    def __init__(self, session: Session, before: Structures, after: Structures) -> None:
        self.session, self.after = session, after
        timeline = session.org(before, None)
        moved = renames(before, after)
        _refuse(fitting.lost_columns(timeline, before, after, moved))
        self.known = fitting.contradictions(timeline, before)
        session.reshape(after, moved)

    def check(self) -> None:
        """Refuse what the new structures do not allow and the old ones did."""
        found = fitting.contradictions(self.session.org(self.after, None), self.after)
        same = ["code", "column", "value"]
        _refuse(found.join(self.known, on=same, how="anti", nulls_equal=True, maintain_order="left"))


def _refuse(found: pl.DataFrame) -> None:
    if not findings.has_errors(found):
        return
    said = found.select(pl.concat_str(["code", "column", "value"], separator=" ", ignore_nulls=True))
    raise FindingsRefused(
        say(
            zh=f"未写入:{found.height} 处不符:{listing(said.to_series().to_list())}",
            en=f"nothing was written, {found.height} findings: {listing(said.to_series().to_list())}",
        ),
        found,
    )


def _texts_after(texts: Mapping[str, str], patch: Patch) -> dict[str, str]:
    """The structures after a patch, which must find what it takes out."""
    rows = structure_rows(texts)
    key = CHANGE_KEYS["structures"]
    missing = patch.out.join(rows, on=["id", "sha256"], how="anti")
    left = rows.join(patch.out, on=list(key), how="anti")
    _refuse(
        findings.concat(
            [
                _faults("structures", missing, "row-missing"),
                _faults("structures", patch.into.join(left, on=list(key), how="semi"), "row-exists"),
            ]
        )
    )
    return dict(patched(rows, patch, key).select("id", "text").iter_rows())


def _conformed(table: str, patch: Patch, structures: Structures) -> Patch:
    """A patch whose rows are whole and of the declared types."""
    wanted = schema(structures, table) if table in TABLES else CONTACTS
    wanted = {**wanted, **dict.fromkeys(UNIT_COLUMNS.get(table, ()), pl.Int32())}
    declared = [name for name in wanted if name not in CHANGE_KEYS[table]]
    _refuse(findings.concat([fitting.unknown_columns(table, f, wanted) for f in (patch.out, patch.into)]))
    try:
        return Patch(*(conformed(frame, wanted) for frame in (patch.out, patch.into)))
    except pl.exceptions.PolarsError as error:
        raise StoreError(
            say(
                zh=f"{table} 中的值与列的类型不符({', '.join(declared)}):{error}",
                en=f"values in {table} do not fit the types of the columns ({', '.join(declared)}): {error}",
            )
        ) from error


def _of_rows(patches: KeyedPatches, structures: Structures) -> pl.DataFrame:
    """What is wrong with the rows coming in, whatever stands in the store."""
    found = [fitting.vocabulary({t: p.into for t, p in patches.keyed.items()}, structures)]
    for table, patch in patches.keyed.items():
        ids = ["id"] if table in ("units", "people") else list(HOLDERS.get(table, ()))
        nameless = patch.into.clear()
        if any(patch.into[c].has_nulls() for c in ids):
            nameless = patch.into.filter(pl.any_horizontal(pl.col(c).is_null() for c in ids))
        found.append(_faults(table, patches.named(table, nameless), "no-id"))
        floats = [c for c, dtype in patch.into.schema.items() if dtype == pl.Float64()]
        if floats:
            odd = patch.into.filter(
                pl.any_horizontal(pl.col(c).is_nan().fill_null(value=False) for c in floats)
            )
            found.append(_faults(table, patches.named(table, odd), "not-a-number"))
    return findings.concat(found)


def _met(session: Session, patches: KeyedPatches) -> pl.Series:
    """Which keys of some patches are of units that rows of the store may name."""
    met = np.zeros(len(patches.ids), bool)
    met[patches.used] = session.met(patches.used_ids).to_numpy()
    return pl.Series(met)


def _standing(session: Session, patches: KeyedPatches, met: pl.Series) -> pl.DataFrame:
    """Rows that go out and are not there, rows that come in and are there already or claim the same time.

    Rows of units that the store has not met are held against each other alone.
    """

    def parted(table: str) -> tuple[pl.DataFrame, pl.DataFrame]:
        into = patches.keyed[table].into
        known = _all_met(into, UNIT_COLUMNS.get(table, ()), met)
        old, new = (into.filter(known), into.filter(~known)) if known.any() else (into.clear(), into)
        return old, _clashing(table, patches, new)

    found = []
    for table, (old, clashing) in zip(patches, each(parted, patches), strict=True):
        found.append(clashing)
        out = patches.keyed[table].out
        if old.height or out.height:
            sides = Patch(*(patches.named(table, side) for side in (out, old)))
            found += _against_store(session, table, sides, patches)
    return findings.concat(found)


def _all_met(rows: pl.DataFrame, columns: Sequence[str], met: pl.Series) -> pl.Series:
    """Which rows name only units that are met: none where a column begins above them, as new units do."""
    known = pl.Series([True]).new_from_index(0, rows.height)
    keys = met.arg_true()
    for column in columns:
        if not may_meet(rows[column], keys):
            return pl.Series([False]).new_from_index(0, rows.height)
        known = known & met.gather(rows[column])
    return known


def _against_store(session: Session, table: str, patch: Patch, patches: KeyedPatches) -> list[pl.DataFrame]:
    """The same for rows, by id, that the store may hold."""
    key, subject = list(CHANGE_KEYS[table]), list(SUBJECTS.get(table, CHANGE_KEYS[table]))
    wanted = pl.concat([patch.out.select(subject), patch.into.select(subject)])
    now = conformed(session.rows(table, wanted), patch.out.schema)
    missing = patch.out
    if now.height and missing.height:
        missing = patch.out.join(now, on=patch.out.columns, how="anti", nulls_equal=True)
    kept = now.join(patch.out, on=key, how="anti", nulls_equal=True) if patch.out.height else now
    there = pl.concat([kept, patch.into])
    return [_faults(table, missing, "row-missing"), _clashing(table, patches, there)]


def _clashing(table: str, patches: KeyedPatches, there: pl.DataFrame) -> pl.DataFrame:
    """Rows, by id or by key, that have the key of another one or claim the same time."""
    key, subject = list(CHANGE_KEYS[table]), list(SUBJECTS.get(table, CHANGE_KEYS[table]))
    several = there.filter(doubled(there, subject))
    again = several.filter(doubled(several, key)).unique(key, keep="last", maintain_order=True)
    if again.height or table not in SUBJECTS:
        return _faults(table, patches.named(table, again), "row-exists")
    return _faults(table, patches.named(table, overlapping(several, subject)), "overlapping-versions")


def _of_nobody(session: Session, patches: Mapping[str, Patch]) -> pl.DataFrame:
    """Memberships and contacts that would belong to nobody, now that rows have moved."""
    nothing = Patch(pl.DataFrame(schema={"id": pl.String}), pl.DataFrame(schema={"id": pl.String}))
    left = patches.get("people", nothing)
    left_ids = (
        left.out.select("id").join(left.into.select("id"), on="id", how="anti").rename({"id": "person"})
    )
    found = []
    for table in ("memberships", "contacts"):
        rows = [patches[table].into] if table in patches else []
        if left_ids.height:
            rows.append(session.rows(table, left_ids))
        if not any(frame.height for frame in rows):
            continue
        key = list(CHANGE_KEYS[table])
        claimed = pl.concat([frame.select(key) for frame in rows])
        people = session.rows("people", claimed.select(id="person").unique())
        found.append(
            _faults(table, claimed.join(people, left_on="person", right_on="id", how="anti"), "no-person")
        )
    return findings.concat(found)


def _faults(table: str, rows: pl.DataFrame, code: str) -> pl.DataFrame:
    expected, advice = _words(code)
    shown = pl.col("person") if table == "contacts" else key_text(table)  # what a contact says stays private
    return findings.from_frame(
        rows, severity="error", code=code, column=table, value=shown, expected=expected, advice=advice
    )


def _words(code: str) -> tuple[str, str]:
    again = say(zh="重新读取库中现状,再做一次", en="read the store again and draft the changes anew")
    return {
        "row-missing": (say(zh="要改的行在库中,且原样未变", en="the row to replace, as it was"), again),
        "row-exists": (say(zh="同一键只有一行", en="one row for each key"), again),
        "overlapping-versions": (say(zh="同一时间只有一行", en="one row at any moment"), again),
        "no-id": (say(zh="每行都有编号", en="an id in every row"), say(zh="补上编号", en="fill in the id")),
        "not-a-number": (
            say(zh="数字或空", en="a number, or nothing"),
            say(zh="改为空", en="leave it empty"),
        ),
        "no-person": (
            say(zh="有这个人", en="a person of that id"),
            say(zh="同时写入这个人", en="bring the person in with it"),
        ),
    }[code]
