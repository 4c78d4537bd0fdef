"""The log of a Neo4j store: revisions, the bytes of their changes, structures."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import TYPE_CHECKING, Any

import polars as pl

from orgraph.model.changes import Changes
from orgraph.model.keyed import bare
from orgraph.store.neo.columns import native
from orgraph.store.neo.driver import Connection
from orgraph.store.protocol import Revision
from orgraph.store.revisions import digest

if TYPE_CHECKING:
    import neo4j

PIECE = 4 << 20
"""Bytes of the log per node."""

HISTORY: dict[str, pl.DataType] = {
    "revision": pl.Int64(),
    "made_at": pl.Datetime("us", "UTC"),
    "day": pl.Date(),
    "deed": pl.String(),
    "note": pl.String(),
    "made_by": pl.String(),
    "files": pl.List(pl.String()),
    "undoes": pl.Int64(),
    "structures": pl.String(),
    "out": pl.Int64(),
    "into": pl.Int64(),
}
PARTS: dict[str, pl.DataType] = {"revision": pl.Int64(), "part": pl.String(), "data": pl.Binary()}

ENTRIES = """
MATCH (s:Store {name: 'orgraph'}) MATCH (r:Revision) WHERE r.number <= s.head
RETURN r.number, r.made_at, r.day, r.deed, r.note, r.made_by, r.files, r.undoes, r.structures,
       r.rows_out, r.rows_into ORDER BY r.number"""
LATER = """
MATCH (r:Revision) WHERE r.number > $head RETURN r.number, r.structures ORDER BY r.number"""
READ_PARTS = """
MATCH (r:Revision)-[:HAS]->(p:Part) WHERE r.number >= $first AND r.number <= $last
AND ($names IS NULL OR p.name IN $names)
RETURN r.number, p.name, p.data ORDER BY r.number, p.name, p.piece"""
TEXTS = """
MATCH (:StructureSet {name: $name})-[:HOLDS]->(t:Structure) RETURN t.id, t.text ORDER BY t.id"""
WRITE = """
CREATE (r:Revision {number: $number, made_at: $made_at, day: $day, deed: $deed, note: $note,
    made_by: $made_by, files: $files, undoes: $undoes, structures: $structures,
    rows_out: $rows_out, rows_into: $rows_into, state: 'pending', progress: 0, batch: $batch})
WITH r MATCH (s:Store {name: 'orgraph'}) SET r.first_key = s.next_key WITH r
FOREACH (p IN $parts | CREATE (r)-[:HAS]->(:Part {name: p[0], piece: p[1], rows: p[2], data: p[3]}))"""
WRITE_SET = """
MERGE (s:StructureSet {name: $name}) WITH s
UNWIND $texts AS t MERGE (x:Structure {sha256: t[0]}) ON CREATE SET x.id = t[1], x.text = t[2]
MERGE (s)-[:HOLDS]->(x)"""
REMOVE_PARTS = """
UNWIND $parts AS part MATCH (:Revision {number: part[0]})-[:HAS]->(p:Part {name: part[1]}) DETACH DELETE p"""
ADD_PARTS = """
UNWIND $parts AS p MATCH (r:Revision {number: p[0]})
CREATE (r)-[:HAS]->(:Part {name: p[1], piece: p[2], rows: p[3], data: p[4]})"""
NOTES = """
UNWIND $notes AS n MATCH (r:Revision {number: n[0]}) SET r.note = n[1], r.files = n[2]"""


class LogReader:
    """What is in the log."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def revisions(self) -> pl.DataFrame:
        """The revisions that are whole, in order."""
        rows = self._connection.read(ENTRIES, {})
        plain = [[native(value) for value in row] for row in rows]
        return pl.DataFrame(plain, schema=HISTORY, orient="row")

    def later(self, head: int) -> list[tuple[int, str]]:
        """Revisions after the head that a reader knows, whole or being written, with their structures."""
        return [(number, name) for number, name in self._connection.read(LATER, {"head": head})]

    def texts(self, name: str) -> dict[str, str]:
        """The structures of a set."""
        found = self._connection.read(TEXTS, {"name": name})
        return {row[0]: row[1] for row in found}

    def parts(self, first: int, last: int, names: Sequence[str] | None = None) -> pl.DataFrame:
        """Bytes of the log, in order."""
        if first > last:
            return pl.DataFrame(schema=PARTS)
        asked = {"first": first, "last": last, "names": None if names is None else list(names)}
        rows = self._connection.read(READ_PARTS, asked)
        whole: dict[tuple[int, str], list[bytes]] = {}
        for number, name, data in rows:
            whole.setdefault((number, name), []).append(data)
        made = [(number, name, b"".join(pieces)) for (number, name), pieces in whole.items()]
        return pl.DataFrame(made, schema=PARTS, orient="row")

    def changes(self, first: int, last: int) -> dict[int, Changes]:
        """The changes of some revisions."""
        blobs: dict[int, dict[str, bytes]] = {n: {} for n in range(first, last + 1)}
        for number, part, data in self.parts(first, last).iter_rows():
            blobs[number][part] = data
        return {number: Changes.from_blobs(parts) for number, parts in blobs.items()}


def write_entry(
    tx: neo4j.ManagedTransaction, entry: Revision, texts: Mapping[str, str], changes: Changes, batch: int
) -> None:
    """Write a revision as pending, with its changes, before a row of it moves."""
    rows = {"origin": changes.runs["count"].sum()}
    for table, patch in bare(changes.patches).items():
        rows |= {f"{table}.out": patch.out.height, f"{table}.into": patch.into.height}
    parts = [
        [name, n, rows.get(name, 0) if n == 0 else 0, piece]
        for name, data in changes.blobs.items()
        for n, piece in enumerate(_pieces(data))
    ]
    tx.run(
        WRITE,
        {
            "number": entry.number,
            "made_at": entry.made_at.astimezone(UTC),
            "day": entry.day,
            "deed": entry.deed,
            "note": entry.note,
            "made_by": entry.made_by,
            "files": list(entry.files),
            "undoes": entry.undoes,
            "structures": entry.structures,
            "rows_out": sum(p.out.height for p in bare(changes.patches).values()),
            "rows_into": sum(p.into.height for p in bare(changes.patches).values()),
            "batch": batch,
            "parts": parts,
        },
    ).consume()
    stated = [[digest(text), id_, text] for id_, text in texts.items()]
    tx.run(WRITE_SET, {"name": entry.structures, "texts": stated}).consume()


def rewrite(tx: neo4j.ManagedTransaction, parts: pl.DataFrame, notes: pl.DataFrame) -> None:
    """Put other bytes in the place of parts of the log (null: none), and other notes and files."""
    rows = list(parts.iter_rows())
    tx.run(REMOVE_PARTS, {"parts": [[number, name] for number, name, _ in rows]}).consume()
    added: list[list[Any]] = [
        [number, name, n, 0, piece]
        for number, name, data in rows
        if data is not None
        for n, piece in enumerate(_pieces(data))
    ]
    tx.run(ADD_PARTS, {"parts": added}).consume()
    tx.run(NOTES, {"notes": [list(row) for row in notes.iter_rows()]}).consume()


def _pieces(data: bytes) -> Iterator[bytes]:
    for start in range(0, max(len(data), 1), PIECE):
        yield data[start : start + PIECE]
