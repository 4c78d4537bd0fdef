"""What a log of changes means, whatever store keeps it: earlier states, taking back, forgetting.

Every function here is a few joins over the rows that changed; none of them walks over rows, and none
knows a database.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache
from hashlib import sha256

import polars as pl

from orgraph.model.blobs import IDS
from orgraph.model.changes import CHANGE_KEYS, SCHEMAS, Changes, Patch, patched
from orgraph.model.errors import StoreError
from orgraph.model.glossary import say
from orgraph.model.origin import cells_of, runs_of
from orgraph.model.structure import Structures
from orgraph.model.tables import ID_COLUMNS, TABLES, Org, Table, conform, schema
from orgraph.store.keys import HOLDERS, NAMED, Keys, extended, ids_in
from orgraph.store.protocol import Session

Renames = Mapping[str, Mapping[str, str]]
"""Table → old name of a column → its new name."""

BLOT = "■"
"""What stands in notes and file names where the name of a forgotten person stood."""


class Log:
    """The revisions of a store, as one session sees them."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.entries = session.revisions()
        self.head: int = self.entries.height
        self._sets: dict[str, Structures] = {}

    def known(self, revision: int) -> int:
        """The revision, if there is such a one."""
        if 1 <= revision <= self.head:
            return revision
        raise StoreError(
            say(
                zh=f"没有版次 {revision}:最后一版是 {self.head}",
                en=f"there is no revision {revision}: the last one is {self.head}",
            )
        )

    def day(self, revision: int) -> date:
        """The civil day a revision was made."""
        made: date = self.entries["day"][revision - 1]
        return made

    def structures(self, revision: int) -> Structures:
        """What may stand in the tables from a revision on."""
        if not revision:
            return Structures({})
        name: str = self.entries["structures"][revision - 1]
        if name not in self._sets:
            self._sets[name] = structures_of(self.session.texts(name))
        return self._sets[name]

    def changes(self, revision: int, names: Sequence[str] | None = None) -> Changes:
        """What a revision changed, in the column names of its time."""
        return self._between(revision, revision, names)[0][1]

    def after(self, revision: int, tables: Iterable[str]) -> list[tuple[int, Changes]]:
        """Every later revision with its changes of some tables, in the column names of the head."""
        names = [f"{table}.{side}" for table in tables for side in ("out", "into")]
        later = self._between(revision + 1, self.head, names) if revision < self.head else []
        return [(n, renamed(changes, self.renames(n))) for n, changes in later if not changes.is_empty]

    def renames(self, revision: int) -> dict[str, dict[str, str]]:
        """How columns of a revision's time are called at the head, where that is not the same."""
        sets = self.entries["structures"].slice(revision - 1)
        steps = [i for i in range(1, len(sets)) if sets[i] != sets[i - 1]]
        total: dict[str, dict[str, str]] = {}
        for step in steps:
            at = revision + step
            for table, names in renames(self.structures(at - 1), self.structures(at)).items():
                so_far = total.get(table, {})
                moved = {old: names.get(new, new) for old, new in so_far.items()}
                total[table] = {**{o: n for o, n in names.items() if o not in so_far.values()}, **moved}
        return total

    def _between(self, first: int, last: int, names: Sequence[str] | None) -> list[tuple[int, Changes]]:
        wanted = names if names is None else [*names, IDS]
        parts = self.session.parts(first=first, last=last, names=wanted)
        by_revision: dict[int, dict[str, bytes]] = {n: {} for n in range(first, last + 1)}
        for revision, part, data in parts.iter_rows():
            by_revision[revision][part] = data
        return [(n, Changes.from_blobs(blobs)) for n, blobs in by_revision.items()]


def structures_of(texts: Mapping[str, str]) -> Structures:
    """Structures from their texts; the same texts are read once in the life of a program."""
    return _structures_of(tuple(sorted(texts.items())))


@lru_cache(maxsize=32)
def _structures_of(texts: tuple[tuple[str, str], ...]) -> Structures:
    return Structures.from_texts(dict(texts))


def digest(text: str) -> str:
    """SHA-256 of a text, as structures are kept by."""
    return sha256(text.encode()).hexdigest()


def set_name(texts: Mapping[str, str]) -> str:
    """The name of a set of structures: the digest of their ids and digests."""
    return digest("\n".join(f"{id_} {digest(text)}" for id_, text in sorted(texts.items())))


def structure_rows(texts: Mapping[str, str]) -> pl.DataFrame:
    """Structures as rows of the table `structures` of `Changes`."""
    rows = [(id_, digest(text), text) for id_, text in sorted(texts.items())]
    return pl.DataFrame(rows, schema=dict.fromkeys(("id", "sha256", "text"), pl.String), orient="row")


# --- columns that were renamed ------------------------------------------------------------------


def renames(older: Structures, newer: Structures) -> dict[str, dict[str, str]]:
    """Columns that changed their name from one set to the next, as `was` declares it; undone ones, too."""
    found = {table: _renames(older, newer, table) for table in ("units", "links", "people", "memberships")}
    return {table: names for table, names in found.items() if names}


def _renames(older: Structures, newer: Structures, table: str) -> dict[str, str]:
    before, after = older.columns(table), newer.columns(table)  # type: ignore[arg-type]
    gone, fresh = before.keys() - after.keys(), after.keys() - before.keys()
    names = {c.was: name for name, c in after.items() if name in fresh and c.was in gone}
    back = {name: c.was for name, c in before.items() if name in gone and c.was in fresh}
    return {old: new for old, new in {**back, **names}.items() if old and new}


def renamed(changes: Changes, names: Renames) -> Changes:
    """The same changes under other column names."""
    if not names:
        return changes
    patches = {
        table: Patch(*(_renamed(frame, names.get(table, {})) for frame in (patch.out, patch.into)))
        for table, patch in changes.patches.items()
    }
    return replace(changes, patches=patches)


def _renamed(frame: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    return frame.rename({old: new for old, new in names.items() if old in frame.columns})


# --- earlier states -----------------------------------------------------------------------------


def backwards(table: str, patches: Sequence[Patch]) -> Patch:
    """One patch that takes back several patches of a table, given in the order they were made.

    Of every key that any of them touches, the first one to touch it tells what stood there before: the
    row that it took out, or none. So `out` holds every touched key (and no other column), and `into` the
    rows to restore.
    """
    key, nothing = list(CHANGE_KEYS[table]), pl.DataFrame(schema=SCHEMAS[table])
    sides = [(i, side) for i, p in enumerate(patches) for side in (p.out, p.into) if side.height]
    if not sides:
        return Patch(nothing.select(key), nothing)
    touched = pl.concat([side.select(*key, _at=pl.lit(i, pl.Int32)) for i, side in sides])
    first = touched.group_by(key, maintain_order=True).agg(pl.col("_at").min())
    outs = [p.out.with_columns(_at=pl.lit(i, pl.Int32)) for i, p in enumerate(patches) if p.out.height]
    if not outs:
        return Patch(first.select(key), nothing)
    stood = pl.concat(outs, how="diagonal_relaxed")
    restored = stood.join(first, on=[*key, "_at"], how="semi", nulls_equal=True, maintain_order="left")
    return Patch(first.select(key), restored.drop("_at"))


def rewound(head: Org, later: Sequence[Changes], structures: Structures, names: Renames) -> Org:
    """All versions as they were known before some changes were made.

    Parameters
    ----------
    head
        All versions as known after them; its `strangers` hold every id that is not in `units`.
    later
        The changes to take back, in the order they were made.
    structures
        What held before them.
    names
        How columns of that time are called at the head.
    """
    back = {table: backwards(table, [c[table] for c in later]) for table in TABLES}
    moving: dict[str, list[pl.DataFrame]] = {table: [patch.into, patch.out] for table, patch in back.items()}
    every = {
        "units": pl.concat([head.units.select("key", "id"), head.strangers]),
        "people": head.people.select("key", "id"),
    }
    keys = Keys(*(_keys_of(ids_in(named, moving), every[named]) for named in NAMED))
    old = {table: {new: old for old, new in pairs.items()} for table, pairs in names.items()}
    tables: dict[str, pl.DataFrame] = {}
    for table in TABLES:
        patch = Patch(*(keys.keyed(table, frame) for frame in (back[table].out, back[table].into)))
        frame = _renamed(patched(getattr(head, table), patch, CHANGE_KEYS[table]), old.get(table, {}))
        wanted = keyed_schema(structures, table)
        tables[table] = conform(_narrowed(frame, wanted), wanted)
    tables["units"] = tables["units"].sort("key", "since", maintain_order=True)
    strangers = pl.concat([every["units"], keys.units])
    return replace(head, **tables, structures=structures, strangers=strangers)  # type: ignore[arg-type]


def _narrowed(frame: pl.DataFrame, wanted: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Integers that have become text since, maybe by way of floats: ``3`` or ``3.0``."""
    texts = [c for c, dtype in frame.schema.items() if dtype == pl.String() and wanted.get(c) == pl.Int64()]
    return frame.with_columns(
        pl.coalesce(pl.col(c).cast(pl.Int64, strict=False), pl.col(c).cast(pl.Float64).cast(pl.Int64))
        for c in texts
    )


def _keys_of(ids: pl.Series, every: pl.DataFrame) -> pl.DataFrame:
    """The keys of some ids: those that they have, and new ones after the last for the rest."""
    known = every.join(ids.to_frame("id"), on="id", how="semi").unique("key", maintain_order=True)
    last = every["key"].max()
    return extended(known, ids, int(last) + 1 if isinstance(last, int) else 0)


def keyed_schema(structures: Structures, table: Table) -> dict[str, pl.DataType]:
    """Columns and dtypes of a table inside an `Org`."""
    plain = schema(structures, table)
    if table in NAMED:
        return {"key": pl.Int32(), **plain}
    return {name: pl.Int32() if name in ID_COLUMNS[table] else dtype for name, dtype in plain.items()}


def settled(org: Org) -> Org:
    """The same `Org` whose strangers are just the units that it refers to and does not hold."""
    if org.strangers.is_empty():
        return org
    absent = org.strangers.join(org.units, on="key", how="anti").unique("key", maintain_order=True)
    ends = [org.links["source"], org.links["target"], org.memberships["unit"], org.measures["unit"]]
    every = pl.concat([keys.alias("key") for keys in ends]).to_frame()
    return replace(org, strangers=absent.join(every, on="key", how="semi", maintain_order="left"))


# --- taking back --------------------------------------------------------------------------------

ROWS: dict[str, pl.DataType] = {"revision": pl.Int64(), "table": pl.String(), "row": pl.String()}
"""How rows are named that stand against an undo."""


def touched_again(undone: Changes, later: Sequence[tuple[int, Changes]]) -> pl.DataFrame:
    """Keys of some changes that later ones touched, too: `ROWS`."""
    found = [pl.DataFrame(schema=ROWS)]
    for table, patch in undone.patches.items():
        key = list(CHANGE_KEYS[table])
        mine = pl.concat([patch.out.select(key), patch.into.select(key)])
        for revision, changes in later:
            theirs = pl.concat([changes[table].out.select(key), changes[table].into.select(key)]).unique()
            found.append(told(table, theirs.join(mine, on=key, how="semi", nulls_equal=True), revision))
    return pl.concat(found)


def leaning(session: Session, undone: Changes, later: Sequence[tuple[int, Changes]]) -> pl.DataFrame:
    """Rows of later changes, still there, that lean on units or people which an undo would remove."""
    found = [pl.DataFrame(schema=ROWS)]
    if not later:
        return found[0]
    gone = {named: _gone(session, undone[named], named) for named in NAMED}
    for table, columns in HOLDERS.items():
        key = list(CHANGE_KEYS[table])
        for revision, changes in later:
            leans = pl.concat(
                changes[table].into.join(gone[named], left_on=column, right_on="id", how="semi")
                for column, named in columns.items()
            ).select(key)
            if leans.height:
                still = session.rows(table, leans).select(key).unique()
                found.append(told(table, still, revision))
    return pl.concat(found)


def _gone(session: Session, undone: Patch, named: str) -> pl.DataFrame:
    """Ids of which an undo takes away the last row."""
    ids = undone.into.select("id").join(undone.out.select("id"), on="id", how="anti").unique()
    if ids.is_empty():
        return ids
    key = list(CHANGE_KEYS[named])
    kept = session.rows(named, ids).join(undone.into, on=key, how="anti", nulls_equal=True)
    return ids.join(kept, on="id", how="anti")


def told(table: str, rows: pl.DataFrame, revision: int) -> pl.DataFrame:
    """Rows as `ROWS` names them."""
    return rows.select(
        revision=pl.lit(revision, pl.Int64),
        table=pl.lit(table, pl.String),
        row=key_text(table),
    )


def key_text(table: str) -> pl.Expr:
    """The key of a row, as people read it."""
    parts = [pl.col(c).cast(pl.String).fill_null("–") for c in CHANGE_KEYS[table] if c != "value"]
    return pl.concat_str(parts, separator=" ")


# --- forgetting ---------------------------------------------------------------------------------


def forgotten(changes: Changes, person: str, names: Sequence[str]) -> Changes:
    """The same changes as if a person had never had a name, declared columns or contacts."""
    patches = dict(changes.patches)
    if "people" in patches:
        patches["people"] = Patch(*(nameless(f, person) for f in _sides(patches["people"])))
    if "contacts" in patches:
        others = pl.col("person").ne_missing(person)
        patches["contacts"] = Patch(*(f.filter(others) for f in _sides(patches["contacts"])))
    runs = changes.runs.with_columns(blotted(pl.col(c), names) for c in ("file", "sheet"))
    if "contacts" in patches:
        runs = _renumbered(runs, changes["contacts"].into["person"].ne_missing(person))
    return Changes({t: p for t, p in patches.items() if not p.is_empty}, runs)


def _renumbered(runs: pl.DataFrame, kept: pl.Series) -> pl.DataFrame:
    """Where contacts came from, after some of their rows have left."""
    moved = pl.DataFrame({"row": pl.int_range(len(kept), eager=True), "_kept": kept})
    moved = moved.filter("_kept").select(row=pl.col("row"), _row=pl.int_range(pl.len()))
    about = pl.col("table") == "contacts"
    cells = cells_of(runs.filter(about)).join(moved, on="row", how="inner", maintain_order="left")
    ours = runs_of(cells.with_columns(row=pl.col("_row")).drop("_row"))
    return pl.concat([runs.filter(~about), ours])


def _sides(patch: Patch) -> tuple[pl.DataFrame, pl.DataFrame]:
    return patch.out, patch.into


def nameless(people: pl.DataFrame, person: str) -> pl.DataFrame:
    """The rows of people without what is known of one of them, except that there is somebody.

    The rows are made anew: a value that is only masked would still stand in the bytes written from it.
    """
    numbered = people.with_row_index("_at")
    mine = pl.col("id").eq_missing(person)
    blank = numbered.filter(mine).select("_at", "id")
    rows = pl.concat([numbered.filter(~mine), blank], how="diagonal")
    return rows.sort("_at").select(people.columns)


def blotted(text: pl.Expr, names: Sequence[str]) -> pl.Expr:
    """A text with every name of a person blotted out."""
    text = text.cast(pl.String)
    for name in names:
        text = text.str.replace_all(name, BLOT, literal=True)
    return text


def names_of(person: str, logged: Iterable[Changes], head: pl.DataFrame) -> list[str]:
    """Every name a person has borne, the longest first; single letters are nobody's name."""
    rows = [head, *(side for changes in logged for side in _sides(changes["people"]))]
    found = pl.concat([f.filter(pl.col("id") == person).select(pl.col("name").cast(pl.String)) for f in rows])
    names = found["name"].drop_nulls().unique().to_list()
    return sorted((n for n in names if len(n) > 1), key=len, reverse=True)
