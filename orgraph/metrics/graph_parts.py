"""Parts of a graph, fetched by query and laid out as a small `Org`.

A part that holds with each unit everything above it keeps order, levels and paths as they are in the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

import polars as pl

from orgraph.metrics.cypher_walk import Shape
from orgraph.model.graph_names import alive, tie, ties
from orgraph.model.structure import Structures
from orgraph.model.tables import FIXED, Org, conform

UNIT = ("kind", "structure", "name", "since", "until")


class Answering(Protocol):
    """A store that answers Cypher."""

    @property
    def structures(self) -> Structures:
        """What may stand in the tables."""

    def query(self, text: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> pl.DataFrame:
        """Ask in Cypher."""

    def settled(self) -> tuple[int, bool]:
        """The last revision, and whether none is being written."""


@dataclass(frozen=True, eq=False)
class Graph:
    """A graph on a day."""

    store: Answering
    structures: Structures
    on: date
    revision: int
    shape: Shape

    @classmethod
    def on_day(cls, store: Answering, on: date) -> Graph:
        """The graph of a store."""
        text = (
            "MATCH (s:Store {name: 'orgraph'}) RETURN s.head AS head, s.several AS several,"
            " COUNT { (:Earlier) } AS earlier"
        )
        head, several, earlier = store.query(text).row(0)
        shape = Shape(earlier > 0, frozenset(several or ()))
        return cls(store, store.structures, on, head, shape)

    def ask(self, text: str, **parameters: object) -> pl.DataFrame:
        """A question on the day."""
        return self.store.query(text, {"on": self.on, **parameters})

    def keys(self, text: str, **parameters: object) -> list[Any]:
        """The first column of an answer."""
        return self.ask(text, **parameters).to_series(0).to_list()

    def part(self, ids: Iterable[str] | None, trees: Iterable[str]) -> Org:
        """Some units (None: all) with everything above them in some trees."""
        if ids is None:
            return self.laid_out(None, trees)
        seed = list(dict.fromkeys(ids))
        every = dict.fromkeys(seed)
        for tree in trees:
            way = self.shape.climb(tree, "u", "a:Unit", "*", "0")
            text = f"UNWIND $ids AS id MATCH (u:Unit {{id: id}}) MATCH {way} RETURN DISTINCT a.id AS id"
            every |= dict.fromkeys(self.keys(text, ids=seed))
        return self.laid_out(list(every), trees)

    def below(self, top: str, tree: str) -> list[str]:
        """Ids of a unit and of those below it in a tree; itself alone where it has no place in it."""
        way = self.shape.climb(tree, "u:Unit", "s", "*", "0")
        placed = self.shape.placed(tree, "s", "1")
        text = f"MATCH (s:Unit {{id: $top}}) MATCH {way} WHERE u = s OR {placed} RETURN DISTINCT u.id AS id"
        return self.keys(text, top=top)

    def laid_out(self, ids: list[str] | None, trees: Iterable[str]) -> Org:
        """An `Org` of some units (None: all) and their ties to parents."""
        units = self._units(ids)
        links = [self._links(ids, tree) for tree in trees]
        every = pl.concat([pl.DataFrame(schema={**schema_of("links"), "id": pl.String()}), *links])
        strangers = every.select("id", key="target").join(units, on="key", how="anti").unique("key")
        return Org(
            units,
            every.drop("id").sort("source", "relation", "since", "target"),
            pl.DataFrame(schema={"key": pl.Int32, "id": pl.String, "name": pl.String}),
            pl.DataFrame(schema=schema_of("memberships")),
            pl.DataFrame(schema=schema_of("measures")),
            self.structures,
            on=self.on,
            revision=self.revision,
            strangers=strangers.select("key", "id").sort("key"),
        )

    def _units(self, ids: list[str] | None) -> pl.DataFrame:
        wanted: dict[str, pl.DataType] = {"key": pl.Int32(), **FIXED["units"]}
        if ids is not None and not ids:
            return pl.DataFrame(schema=wanted)
        start = "UNWIND $ids AS id MATCH (n:Unit {id: id})" if ids is not None else "MATCH (n:Unit)"
        read = ", ".join(f"v.{c} AS {c}" for c in UNIT)
        text = f"{start} {self.shape.version('n', 'v')} RETURN n.key AS key, n.id AS id, {read}"
        return conform(self.ask(text, ids=ids), wanted).sort("key")

    def _links(self, ids: list[str] | None, tree: str) -> pl.DataFrame:
        wanted = {**schema_of("links"), "id": pl.String()}
        if ids is not None and not ids:
            return pl.DataFrame(schema=wanted)
        start = "UNWIND $ids AS id MATCH (n:Unit {id: id}) MATCH (n)" if ids is not None else "MATCH (n:Unit)"
        text = (
            f"{start}-[r:{tie(tree)}]->(b:Unit) WHERE {alive('r')} RETURN n.key AS source, b.key AS target,"
            " r.since AS since, r.until AS until, b.id AS id"
        )
        return conform(self.ask(text, ids=ids).with_columns(relation=pl.lit(tree)), wanted)

    def posts(self, ids: list[str], roles: Sequence[str]) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Memberships in some units, and their people, as an `Org` holds them."""
        if not roles:
            return pl.DataFrame(schema=schema_of("memberships")), people_of(pl.DataFrame())
        text = (
            f"UNWIND $ids AS id MATCH (u:Unit {{id: id}})<-[m:{ties(roles)}]-(p:Person)"
            f" WHERE {alive('m')} AND NOT p:Absent RETURN p.key AS key, p.id AS id, p.name AS name,"
            " p.key AS person, u.key AS unit, type(m) AS role, m.since AS since"
        )
        found = self.ask(text, ids=ids)
        words = {tie(role).strip("`"): role for role in roles}
        held = conform(found, schema_of("memberships"))
        held = held.with_columns(pl.col("role").replace_strict(words, return_dtype=pl.String))
        return held.sort("person", "unit", "role", "since"), people_of(found)


def people_of(found: pl.DataFrame) -> pl.DataFrame:
    """People, each once, as an `Org` holds them."""
    wanted: dict[str, pl.DataType] = {"key": pl.Int32(), **FIXED["people"]}
    return conform(found, wanted).unique("key").sort("key")


def schema_of(table: str) -> dict[str, pl.DataType]:
    """Fixed columns of a table inside an `Org`."""
    keyed = {"source", "target", "person", "unit"}
    return {c: pl.Int32() if c in keyed else t for c, t in FIXED[table].items()}
