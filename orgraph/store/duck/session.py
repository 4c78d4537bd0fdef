"""One connection to a DuckDB file as a `Session`: rows by id outside, int32 keys inside.

Names of tables and columns in the SQL here come from this package or are quoted; every value is a
parameter or a row of a registered frame.
"""

# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date
from typing import TYPE_CHECKING, Any

import polars as pl

from orgraph.model.changes import CHANGE_KEYS, Changes, Patch
from orgraph.model.errors import StoreError
from orgraph.model.glossary import say
from orgraph.model.keyed import KeyedPatches, bare, by_key
from orgraph.model.structure import Structures
from orgraph.model.tables import TABLES, Org
from orgraph.store.duck import schema
from orgraph.store.duck.schema import listed, quoted
from orgraph.store.keys import HOLDERS, NAMED, Keys, Named, UnitKeys, extended, ids_in, with_people
from orgraph.store.protocol import Revision
from orgraph.store.revisions import digest, keyed_schema

if TYPE_CHECKING:
    import duckdb

ALIVE = "(since IS NULL OR since <= getvariable('day')) AND (until IS NULL OR until > getvariable('day'))"
BEGUN = "(since IS NULL OR since <= getvariable('day'))"
HOLDS = {"units": ALIVE, "links": ALIVE, "memberships": ALIVE, "measures": BEGUN}


@dataclass(frozen=True)
class _Stream:
    """A frame that offers nothing but its Arrow stream: DuckDB then needs no pyarrow to read it."""

    frame: pl.DataFrame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


class DuckSession:
    """A session of a DuckDB file; transactions are its owner's."""

    def __init__(self, con: duckdb.DuckDBPyConnection) -> None:
        self._con = con
        self._asked: tuple[pl.Series, pl.Series] | None = None

    # --- reading -------------------------------------------------------------------------------

    def frame(self, sql: str, parameters: Any = None) -> pl.DataFrame:
        """The answer to a query."""
        return pl.DataFrame(self._con.sql(sql, params=parameters))

    def revisions(self) -> pl.DataFrame:
        """The log without its bytes."""
        found = self.frame(schema.REVISIONS)
        return found.with_columns(
            pl.col("revision", "undoes").cast(pl.Int64), pl.col("made_at").dt.replace_time_zone("UTC")
        )

    def texts(self, name: str) -> dict[str, str]:
        """The structures of a set."""
        found = self._con.execute(
            "SELECT t.id, t.text FROM log.structure_sets s JOIN log.structure_texts t USING (sha256)"
            " WHERE s.name = ? ORDER BY t.id",
            [name],
        )
        return dict(found.fetchall())

    def org(self, structures: Structures, on: date | None) -> Org:
        """The head on a day, or all its versions."""
        self._con.execute("SET VARIABLE day = ?", [on])
        tables: dict[str, pl.DataFrame] = {}
        for table in TABLES:
            wanted = keyed_schema(structures, table)
            where = f" WHERE {HOLDS[table]}" if on and table in HOLDS else ""
            tables[table] = self.frame(f"SELECT {listed(wanted)} FROM {table}{where}")
        for table in NAMED:
            tables[table] = _in_order(tables[table])
        absent = "SELECT key, id FROM absent_units"
        if on:
            absent += f" UNION SELECT key, id FROM units WHERE NOT ({ALIVE})"
        strangers = self.frame(absent).sort("key")
        units, links, people, memberships, measures = (tables[table] for table in TABLES)
        return Org(units, links, people, memberships, measures, structures, on=on, strangers=strangers)

    def rows(self, table: str, like: pl.DataFrame) -> pl.DataFrame:
        """Rows of the head that agree with some row of `like`, with ids."""
        holders = HOLDERS.get(table, {})
        wanted = like if table in NAMED else self._keys({table: [like]}).keyed(table, like)
        wanted = wanted.drop_nulls([c for c in wanted.columns if c in holders])
        if wanted.is_empty() or self._size(table) == 0:
            wanted = wanted.clear()
        same = " AND ".join(f"t.{quoted(c)} IS NOT DISTINCT FROM g.{quoted(c)}" for c in wanted.columns)
        with self._given(wanted):
            found = self.frame(f"SELECT t.* FROM {table} t SEMI JOIN given g ON {same}")
        return self._with_ids(table, found)

    def contacts(self) -> pl.DataFrame:
        """All contacts of the head."""
        return self.frame(
            'SELECT p.id AS person, field, "value" FROM contacts c JOIN people p ON p.key = c.person'
        )

    def parts(self, *, first: int, last: int, names: Sequence[str] | None = None) -> pl.DataFrame:
        """Bytes of the log, in order."""
        sql = "SELECT revision::BIGINT AS revision, part, data FROM log.parts WHERE revision BETWEEN ? AND ?"
        if names is None:
            return self.frame(f"{sql} ORDER BY revision, part", [first, last])
        return self.frame(
            f"{sql} AND list_contains(?, part) ORDER BY revision, part", [first, last, list(names)]
        )

    def met(self, ids: pl.Series) -> pl.Series:
        """Which ids of units the file has a key for."""
        return self._keys_of_units(ids).is_not_null()

    def _size(self, table: str) -> int:
        ((count,),) = self._con.execute(f"SELECT count(*) FROM {table}").fetchall()
        return int(count)

    def _with_ids(self, table: str, found: pl.DataFrame) -> pl.DataFrame:
        """Rows with ids in the place of keys."""
        if table in NAMED:
            return found.drop("key")
        for column, named in HOLDERS[table].items():
            keys = found.select(key=column).unique()
            with self._given(keys):
                ids = self.frame(f"SELECT DISTINCT key, id FROM {_every(named)} SEMI JOIN given USING (key)")
            joined = found.join(ids, left_on=column, right_on="key", how="left", maintain_order="left")
            found = joined.with_columns(pl.col("id").alias(column)).drop("id")
        return found

    def _keys(self, tables: Mapping[str, Sequence[pl.DataFrame]]) -> Keys:
        """The keys of all ids in some rows that have one."""
        return Keys(*(self._known(named, ids_in(named, tables)) for named in NAMED))

    def _known(self, named: Named, ids: pl.Series) -> pl.DataFrame:
        """The keys of those of some ids that have one."""
        return self._perhaps_known(named, ids).join(ids.to_frame("id"), on="id", how="semi")

    def _perhaps_known(self, named: Named, ids: pl.Series) -> pl.DataFrame:
        """The same and perhaps more: all keys of the file, where it holds fewer than are asked for."""
        held = 0 if ids.is_empty() else self._size(named) + self._size(f"absent_{named}")
        if not held:
            return pl.DataFrame(schema={"key": pl.Int32, "id": pl.String})
        if held < len(ids):
            return self.frame(f"SELECT DISTINCT key, id FROM {_every(named)}")
        with self._given(ids.to_frame("id")):
            return self.frame(f"SELECT DISTINCT key, id FROM {_every(named)} SEMI JOIN given USING (id)")

    @contextmanager
    def _given(self, frame: pl.DataFrame) -> Iterator[None]:
        """A frame as the table `given` of the queries inside the block."""
        self._con.register("given", _Stream(frame))
        try:
            yield
        finally:
            self._con.unregister("given")

    # --- writing -------------------------------------------------------------------------------

    def reshape(self, structures: Structures, renamed: Mapping[str, Mapping[str, str]]) -> None:
        """Make room for the declared columns."""
        schema.reshape(self._con, structures, renamed)

    def patch(self, patches: Mapping[str, Patch]) -> None:
        """Take rows out and put rows in."""
        held = by_key(patches)
        moving: dict[str, list[pl.DataFrame]] = {
            table: [patch.into, patch.out] for table, patch in held.keyed.items()
        }
        units = self._unit_keys(held)
        ids = ids_in("people", moving)
        people = extended(self._known("people", ids), ids, self._next_key("people"))
        for table, patch in held.keyed.items():
            if patch.out.height:
                gone = patch.out.select(CHANGE_KEYS[table])
                self._take_out(table, units.stored(table, with_people(table, gone, people)))
            if patch.into.height:
                rows = units.stored(table, with_people(table, held.lean[table].into, people))
                with self._given(rows):
                    self._con.execute(f"INSERT INTO {table} ({listed(rows.columns)}) SELECT * FROM given")
        self._note_absent("units", units.perhaps_absent(held.keyed.get("units")))
        self._note_absent("people", people)
        self._asked = None

    def _unit_keys(self, held: KeyedPatches) -> UnitKeys:
        """The store's keys of all units in some patches; those that it has not met get the next ones."""
        keys = self._keys_of_units(held.used_ids)
        return UnitKeys.of(held.ids, held.used, keys, self._next_key("units"))

    def _keys_of_units(self, ids: pl.Series) -> pl.Series:
        """The key of each of some units, null where the file has none.

        The answer is kept until rows move, since a commit asks twice of the very same column.
        """
        if self._asked is None or self._asked[0] is not ids:
            named = ids.to_frame("id")
            known = self._perhaps_known("units", named["id"])
            keys = named.join(known, on="id", how="left", maintain_order="left")["key"].cast(pl.Int32)
            self._asked = (ids, keys)
        return self._asked[1]

    def _next_key(self, named: Named) -> int:
        ((last,),) = self._con.execute(f"SELECT max(key) FROM {_every(named)}").fetchall()
        return 0 if last is None else int(last) + 1

    def _take_out(self, table: str, keyed: pl.DataFrame) -> None:
        columns = [c for c in keyed.columns if not (c == "id" and table in NAMED)]  # the key says it
        same = " AND ".join(f"{table}.{quoted(c)} IS NOT DISTINCT FROM given.{quoted(c)}" for c in columns)
        with self._given(keyed):
            ((count,),) = self._con.execute(f"DELETE FROM {table} USING given WHERE {same}").fetchall()
        if count != keyed.height:  # checked before; so rows went out twice in one patch
            raise StoreError(
                say(
                    zh=f"{table}:要删 {keyed.height} 行,库中只有 {count} 行",
                    en=f"{table}: {keyed.height} rows go out and {count} are there",
                )
            )

    def _note_absent(self, named: Named, touched: pl.DataFrame) -> None:
        """Keep the keys of ids that have no row (any more), so that they are the same when it comes back."""
        if touched.is_empty():
            return
        with self._given(touched):
            self._con.execute(f"DELETE FROM absent_{named} USING given WHERE absent_{named}.key = given.key")
            self._con.execute(
                f"INSERT INTO absent_{named}"
                f" SELECT key, id FROM given ANTI JOIN {named} USING (key) ORDER BY key"
            )

    def append(self, revision: Revision, texts: Mapping[str, str], changes: Changes) -> None:
        """Write an entry of the log, with the structures that hold from it on."""
        r = revision
        self._con.execute(
            "INSERT INTO log.revisions VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [r.number, r.made_at.astimezone(UTC).replace(tzinfo=None), r.day, r.deed, r.note, r.made_by,
             list(r.files), r.undoes, r.structures],
        )  # fmt: skip
        sizes = {"origin": changes.runs["count"].sum()}
        for table, patch in bare(changes.patches).items():
            sizes |= {f"{table}.out": patch.out.height, f"{table}.into": patch.into.height}
        for part, data in changes.blobs.items():
            self._con.execute(
                "INSERT INTO log.parts VALUES (?, ?, ?, ?)", [r.number, part, sizes.get(part), data]
            )
        if self.texts(r.structures):
            return
        for id_, text in texts.items():
            sha = digest(text)
            self._con.execute("INSERT INTO log.structure_sets VALUES (?, ?)", [r.structures, sha])
            known = self._con.execute("SELECT 1 FROM log.structure_texts WHERE sha256 = ?", [sha])
            if not known.fetchall():
                self._con.execute("INSERT INTO log.structure_texts VALUES (?, ?, ?)", [sha, id_, text])

    def erase(self, person: str) -> None:
        """Forget a person in the head."""
        columns = [c for c in schema.columns_of(self._con, "people") if c not in ("key", "id")]
        nothing = ", ".join(f"{quoted(c)} = NULL" for c in columns)
        self._con.execute(
            f"DELETE FROM contacts WHERE person IN (SELECT key FROM {_every('people')} WHERE id = ?)",
            [person],
        )
        self._con.execute(f"UPDATE people SET {nothing} WHERE id = ?", [person])

    def rewrite(self, parts: pl.DataFrame, notes: pl.DataFrame) -> None:
        """Put other bytes, notes and files in the log."""
        with self._given(parts):
            same = "parts.revision = given.revision AND parts.part = given.part"
            self._con.execute(f"UPDATE log.parts SET data = given.data FROM given WHERE {same}")
            self._con.execute("DELETE FROM log.parts WHERE data IS NULL")
        with self._given(notes):
            self._con.execute(
                "UPDATE log.revisions SET note = given.note, files = given.files FROM given"
                " WHERE revisions.revision = given.revision"
            )


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by key, and versions by day; rows that were put in again stand last in the file."""
    step = rows["key"].diff()
    if (step > 0).all():
        return rows
    return rows.sort([c for c in ("key", "since") if c in rows.columns], maintain_order=True)


def _every(named: Named) -> str:
    """All keys and ids of units or people ever met, as a table of a query."""
    return f"(SELECT key, id FROM {named} UNION ALL SELECT key, id FROM absent_{named})"
