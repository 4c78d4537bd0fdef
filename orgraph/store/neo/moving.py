"""Moving the rows of one batch inside a transaction.

Labels and types come from the structures, values are parameters; the text of a statement depends on
neither.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

import polars as pl

from orgraph.model.changes import CHANGE_KEYS, Patch, patched
from orgraph.model.graph_names import label, tie
from orgraph.model.structure import Structures
from orgraph.model.tables import schema
from orgraph.store.keys import HOLDERS
from orgraph.store.neo.columns import LOOP, Sent, native
from orgraph.store.neo.plan import Batch
from orgraph.store.neo.schema import NEVER

if TYPE_CHECKING:
    import neo4j

PATTERNS = {
    "links": ("MATCH (a:Unit {{id: {source}}}) MATCH (b:Unit {{id: {target}}})", "relation"),
    "memberships": ("MATCH (a:Person {{id: {person}}}) MATCH (b:Unit {{id: {unit}}})", "role"),
}
LABELS = {"units": "Unit", "people": "Person"}
ABSENT = ", ".join(f"n.{name} = $never_{name}" for name in NEVER)
NEVER_PARAMETERS = {f"never_{name}": day for name, day in NEVER.items()}


class Mover:
    """What moves batches.

    Parameters
    ----------
    tx
        The transaction.
    structures
        What may stand in the tables after the revision.
    fresh
        Whether the store held no unit and no person when the revision began, so that none
        need be looked for.
    """

    def __init__(self, tx: neo4j.ManagedTransaction, structures: Structures, *, fresh: bool) -> None:
        self._tx, self._structures, self._fresh = tx, structures, fresh

    def move(self, batch: Batch, first_key: int) -> None:
        """Move the rows of a batch; new units and people get keys from `first_key` on, by their place."""
        if batch.step == "named" and batch.patch is not None:
            self._named(batch.table, batch.rows["id"], batch.patch, first_key)
        elif batch.step == "absent":
            self._absent(batch.table, batch.rows, first_key)
        elif batch.table in PATTERNS:
            pattern, word = PATTERNS[batch.table]
            for rows in batch.rows.partition_by(word, maintain_order=True):
                self._ties(pattern, word, rows, coming=batch.step == "into")
        else:
            self._nodes(batch.table, batch.rows, coming=batch.step == "into")

    def _run(self, text: str, sent: Sent, **more: object) -> None:
        self._tx.run(text, {**sent.parameters, **more}).consume()

    # --- units and people ----------------------------------------------------------------------

    def _named(self, table: str, ids: pl.Series, patch: Patch, first_key: int) -> None:
        keyed = pl.DataFrame({"id": ids, "key": pl.int_range(first_key, first_key + len(ids), eager=True)})
        there = self._there(table, ids)
        new = patch.into.join(there, on="id", how="anti", maintain_order="left")
        now = self._now(table, there) if there.height else patch.into.clear()
        after = patched(now, patch, CHANGE_KEYS[table])
        order = ["id", "since"] if table == "units" else ["id"]
        every = pl.concat([after.join(there, on="id", how="semi"), new], how="diagonal_relaxed")
        if there.height or new["id"].is_duplicated().any():
            every = every.sort(order, maintain_order=True, nulls_last=False)
        last = every.unique("id", keep="last", maintain_order=True).join(
            keyed, on="id", how="left", maintain_order="left"
        )
        self._create(table, last.join(there, on="id", how="anti", maintain_order="left"))
        if there.height:
            self._change(table, last.join(there, on="id", how="semi", maintain_order="left").drop("key"))
            self._take_back(table, there.join(every, on="id", how="anti"))
        if table == "units":
            if there.height:
                text = "MATCH (m:Unit {id: $c0[i]})<-[:VERSION_OF]-(n:Earlier) DETACH DELETE n"
                self._tx.run(LOOP + text, {"rows": there.height, "c0": there["id"].to_list()}).consume()
            earlier = every.join(last.select("id", "since"), on=["id", "since"], how="anti", nulls_equal=True)
            self._earlier(earlier)

    def _there(self, table: str, ids: pl.Series) -> pl.DataFrame:
        """Those of the ids that have a node."""
        if self._fresh:
            return pl.DataFrame(schema={"id": pl.String})
        text = f"UNWIND $ids AS id MATCH (n:{LABELS[table]} {{id: id}}) RETURN collect(id)"
        found = self._tx.run(text, {"ids": ids.to_list()}).single(strict=True)[0]
        return pl.DataFrame({"id": pl.Series(found, dtype=pl.String)})

    def _now(self, table: str, there: pl.DataFrame) -> pl.DataFrame:
        """Present rows of some ids, whatever columns they have."""
        wanted = schema(self._structures, table)  # type: ignore[arg-type]  # units or people
        name = LABELS[table]
        texts = [f"UNWIND $ids AS id MATCH (n:{name} {{id: id}}) WHERE NOT n:Absent RETURN properties(n)"]
        if table == "units":
            texts.append(
                "UNWIND $ids AS id MATCH (:Unit {id: id})<-[:VERSION_OF]-(n:Earlier) RETURN properties(n)"
            )
        found = [row[0] for text in texts for row in self._tx.run(text, {"ids": there["id"].to_list()})]
        columns = {c: [native(row.get(c)) for row in found] for c in wanted}
        return pl.DataFrame(
            {c: pl.Series(c, values, dtype=wanted[c], strict=False) for c, values in columns.items()}
        )

    def _create(self, table: str, rows: pl.DataFrame) -> None:
        for text, part in self._by_kind(table, rows):
            sent = Sent.of(part)
            self._run(f"{LOOP}CREATE (n:{text} {sent.map(part.columns)})", sent)

    def _change(self, table: str, rows: pl.DataFrame) -> None:
        """Give nodes other properties and labels; their keys stay."""
        others = "".join(f":{label(kind)}" for kind in self._structures.kinds) if table == "units" else ""
        for text, part in self._by_kind(table, rows):
            sent = Sent.of(part)
            properties = sent.map(part.columns)
            change = f"SET n = {{key: n.key}} SET n += {properties} REMOVE n:Absent{others} SET n:{text}"
            self._run(f"{LOOP}MATCH (n:{LABELS[table]} {{id: {sent.expressions['id']}}}) {change}", sent)

    def _take_back(self, table: str, ids: pl.DataFrame) -> None:
        """What has no row any more keeps its node, its key and its ties."""
        if ids.is_empty():
            return
        sent = Sent.of(ids)
        others = "".join(f":{label(kind)}" for kind in self._structures.kinds) if table == "units" else ""
        drop = f"REMOVE n{others}" if others else ""
        self._run(
            f"{LOOP}MATCH (n:{LABELS[table]} {{id: {sent.expressions['id']}}})"
            f" SET n = {{id: n.id, key: n.key}} SET {ABSENT} {drop} SET n:Absent",
            sent,
            **NEVER_PARAMETERS,
        )

    def _earlier(self, rows: pl.DataFrame) -> None:
        for text, part in self._by_kind("units", rows, first="Earlier"):
            sent = Sent.of(part)
            self._run(
                f"{LOOP}MATCH (m:Unit {{id: {sent.expressions['id']}}})"
                f" CREATE (n:{text} {sent.map(part.columns)})-[:VERSION_OF]->(m) SET n.key = m.key",
                sent,
            )

    def _by_kind(
        self, table: str, rows: pl.DataFrame, first: str = "Unit"
    ) -> Iterable[tuple[str, pl.DataFrame]]:
        """Labels, and the rows that bear them; columns without values are left out."""
        if rows.is_empty():
            return
        if table == "people":
            yield "Person", _filled(rows)
            return
        for part in rows.partition_by("kind", maintain_order=True):
            kind = part["kind"][0]
            known = f":{label(kind)}" if kind in self._structures.kinds else ""
            yield first + known, _filled(part)

    def _absent(self, table: str, rows: pl.DataFrame, first_key: int) -> None:
        sent = Sent.of(rows)
        self._run(
            f"{LOOP}MERGE (n:{LABELS[table]} {{id: {sent.expressions['id']}}})"
            f" ON CREATE SET n:Absent, n.key = $first + i, {ABSENT}",
            sent,
            first=first_key,
            **NEVER_PARAMETERS,
        )

    # --- ties, measures, contacts --------------------------------------------------------------

    def _ties(self, pattern: str, word: str, rows: pl.DataFrame, *, coming: bool) -> None:
        type_ = tie(rows[word][0])
        part = _filled(rows.drop(word)) if coming else rows.drop(word)
        sent = Sent.of(part)
        ends = pattern.format(**sent.expressions)
        columns = [c for c in part.columns if c not in ("source", "target", "person", "unit")]
        if coming:
            self._run(f"{LOOP}{ends} CREATE (a)-[:{type_} {sent.map(columns)}]->(b)", sent)
            return
        self._run(f"{LOOP}{ends} MATCH (a)-[r:{type_}]->(b) WHERE {sent.same('r', columns)} DELETE r", sent)

    def _nodes(self, table: str, rows: pl.DataFrame, *, coming: bool) -> None:
        """Measures and contacts: a node each, tied to its unit or person."""
        name, (end,) = ("Measure" if table == "measures" else "Contact"), HOLDERS[table]
        whose = "Unit" if end == "unit" else "Person"
        part = _filled(rows) if coming else rows
        sent = Sent.of(part)
        columns = [c for c in part.columns if c != end]
        owner = f"MATCH (b:{whose} {{id: {sent.expressions[end]}}})"
        if coming:
            self._run(f"{LOOP}{owner} CREATE (n:{name} {sent.map(columns)})-[:OF]->(b)", sent)
            return
        match = f"MATCH (n:{name})-[:OF]->(b) WHERE {sent.same('n', columns)} DETACH DELETE n"
        self._run(f"{LOOP}{owner} {match}", sent)


def _filled(rows: pl.DataFrame) -> pl.DataFrame:
    """The columns that hold any value: a null property is no property."""
    return rows.select(c for c in rows.columns if rows[c].null_count() < rows.height)
