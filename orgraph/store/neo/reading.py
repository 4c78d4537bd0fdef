"""Reading the head of a Neo4j store: each table as a few collected lists, never as rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from orgraph.model.changes import CONTACTS
from orgraph.model.graph_names import alive
from orgraph.model.structure import Structures
from orgraph.model.tables import FIXED, TABLES, Org, conform
from orgraph.model.tables import schema as table_schema
from orgraph.store.neo import schema as graph
from orgraph.store.neo.columns import Nothing, Wanted, frame_of, query_of
from orgraph.store.neo.driver import Connection
from orgraph.store.revisions import keyed_schema

PERIOD = {"since": pl.Date(), "until": pl.Date()}
IDS = {"links": ("source", "target"), "memberships": ("person", "unit")}


class HeadReader:
    """The head as it stands, whatever is being written to it; see `session` for what readers see."""

    def __init__(self, connection: Connection, structures: Structures, aka: graph.Aka | None = None) -> None:
        self._connection, self._structures, self._aka = connection, structures, aka or {}
        self._nothing = Nothing()

    def org(self, day: date | None) -> Org:
        """The head on a day, or all its versions; `strangers` holds every id that is not in `units`."""
        tables = {
            "units": self._units(day),
            "links": self._ties("links", day, keyed=True),
            "people": self._people(),
            "memberships": self._ties("memberships", day, keyed=True),
            "measures": self._measures(day, keyed=True),
        }
        made = {t: conform(tables[t], keyed_schema(self._structures, t)) for t in TABLES}
        made["units"] = made["units"].sort("key", "since")
        made["people"] = made["people"].sort("key")
        made["links"] = made["links"].sort("source", "relation", "since", "target")
        made["memberships"] = made["memberships"].sort("person", "unit", "role", "since")
        units, links, people, memberships, measures = (made[t] for t in TABLES)
        return Org(
            units,
            links,
            people,
            memberships,
            measures,
            self._structures,
            on=day,
            strangers=self._strangers(day),
        )

    def rows(self, table: str, like: pl.DataFrame) -> pl.DataFrame:
        """Rows, by id, that agree with some row of `like` in all its columns."""
        anchor, ids = _anchor(table, like)
        if anchor is not None and not len(ids):
            found = pl.DataFrame(schema=self._plain(table))
        else:
            found = conform(self._by_id(table, anchor, ids.to_list()), self._plain(table))
        wanted = like.cast({c: found.schema[c] for c in like.columns})
        return found.join(wanted, on=like.columns, how="semi", nulls_equal=True, maintain_order="left")

    def contacts(self) -> pl.DataFrame:
        """All contacts."""
        return self.rows_all("contacts")

    def rows_all(self, table: str) -> pl.DataFrame:
        """All rows of a table, by id."""
        return conform(self._by_id(table, None, []), self._plain(table))

    def _plain(self, table: str) -> dict[str, pl.DataType]:
        return table_schema(self._structures, table) if table in TABLES else CONTACTS

    # --- one table each ------------------------------------------------------------------------

    def _units(self, day: date | None) -> pl.DataFrame:
        lists = [
            graph.key("key", "n.key"),
            graph.text("id", "n.id", nullable=False),
            graph.text("name", "n.name"),
        ]
        lists += graph.declared(self._structures, "units", "n", self._aka)
        groups = {"kind": pl.String(), "structure": pl.String(), **PERIOD}
        return self._gathered(graph.unit_matches(day), _reading("n", groups), groups, lists, {"on": day})

    def _people(self) -> pl.DataFrame:
        lists = [
            graph.key("key", "n.key"),
            graph.text("id", "n.id", nullable=False),
            graph.text("name", "n.name"),
        ]
        lists += graph.declared(self._structures, "people", "n", self._aka)
        return self._gathered(["MATCH (n:Person) WHERE NOT n:Absent"], {}, {}, lists, {})

    def _ties(
        self,
        table: str,
        day: date | None,
        *,
        keyed: bool,
        start: str = "",
        parameters: Mapping[str, Any] = {},
    ) -> pl.DataFrame:
        links = table == "links"
        match = (graph.link_match if links else graph.membership_match)(self._structures, day)
        word = "relation" if links else "role"
        words = graph.relations(self._structures) if links else list(self._structures.roles)
        ends = IDS[table]
        ids = [(graph.key if keyed else graph.text)(end, f"{n}.{'key' if keyed else 'id'}")
               for end, n in zip(ends, "ab", strict=True)]  # fmt: skip
        lists = ids + graph.declared(self._structures, table, "r", self._aka)
        if match is None:
            return pl.DataFrame(schema={word: pl.String(), **PERIOD, **{w.name: w.dtype for w in lists}})
        groups = {word: pl.String(), **PERIOD}
        reading = {word: "type(r)", **_reading("r", PERIOD)}
        found = self._gathered([start + match], reading, groups, lists, {"on": day, **parameters})
        return found.with_columns(
            pl.col(word).replace_strict(graph.words_of_ties(words), return_dtype=pl.String)
        )

    def _measures(
        self, day: date | None, *, keyed: bool, start: str = "", parameters: Mapping[str, Any] = {}
    ) -> pl.DataFrame:
        unit = graph.key("unit", "b.key") if keyed else graph.text("unit", "b.id")
        groups = {"measure": pl.String(), **PERIOD}
        lists = [unit, Wanted("value", pl.Int64(), "n.value")]
        match = [start + graph.measure_match(day)]
        return self._gathered(match, _reading("n", groups), groups, lists, {"on": day, **parameters})

    def _strangers(self, day: date | None) -> pl.DataFrame:
        dead = f"n:Absent OR NOT ({alive('n')})" if day else "n:Absent"
        lists = [graph.key("key", "n.key"), graph.text("id", "n.id", nullable=False)]
        found = self._gathered([f"MATCH (n:Unit) WHERE {dead}"], {}, {}, lists, {"on": day})
        return found.sort("key")

    # --- by id ---------------------------------------------------------------------------------

    def _by_id(self, table: str, anchor: str | None, ids: Sequence[str]) -> pl.DataFrame:
        start, parameters = "", {"ids": ids}
        if table in ("links", "memberships"):
            if anchor:
                end, label = ("a", "Unit" if table == "links" else "Person")
                if anchor == IDS[table][1]:
                    end, label = "b", "Unit"
                start = f"UNWIND $ids AS id MATCH ({end}:{label} {{id: id}}) WITH {end} "
            return self._ties(table, None, keyed=False, start=start, parameters=parameters)
        if table == "measures":
            start = "UNWIND $ids AS id MATCH (b:Unit {id: id}) WITH b " if anchor else ""
            return self._measures(None, keyed=False, start=start, parameters=parameters)
        if table == "contacts":
            return self._contacts(ids if anchor else None)
        return self._named(table, anchor, parameters)

    def _contacts(self, ids: Sequence[str] | None) -> pl.DataFrame:
        start = "UNWIND $ids AS id MATCH (p:Person {id: id}) WITH p " if ids is not None else ""
        lists = [graph.text("person", "p.id"), graph.text("field", "c.field"), graph.text("value", "c.value")]
        match = [f"{start}MATCH (c:Contact)-[:OF]->(p:Person)"]
        return self._gathered(match, {}, {}, lists, {"ids": ids or []})

    def _named(self, table: str, anchor: str | None, parameters: Mapping[str, Any]) -> pl.DataFrame:
        """Rows of units or people, found by id, by name, or all."""
        label = "Unit" if table == "units" else "Person"
        found = f"MATCH (m:{label})"
        if anchor:
            found = f"UNWIND $ids AS id MATCH (m:{label} {{{anchor}: id}})"
        match = [f"{found} WITH m AS n WHERE NOT n:Absent"]
        if table == "units":
            match.append(f"{found} WITH m MATCH (n:Earlier)-[:VERSION_OF]->(m)")
        fixed = {c: t for c, t in FIXED[table].items() if c not in ("id", "name")}
        lists = [graph.text("id", "n.id", nullable=False), graph.text("name", "n.name")]
        lists += graph.declared(self._structures, table, "n", self._aka)
        return self._gathered(match, _reading("n", fixed), fixed, lists, parameters)

    def _gathered(
        self,
        matches: Sequence[str],
        reading: Mapping[str, str],
        groups: Mapping[str, pl.DataType],
        lists: Sequence[Wanted],
        parameters: Mapping[str, Any],
    ) -> pl.DataFrame:
        """The rows that some patterns find, group by group as lists."""
        extra = {"nothing_text": self._nothing.text, "nothing_number": self._nothing.number}
        rows: list[list[Any]] = []
        for match in matches:
            rows += self._connection.read(query_of(match, reading, lists), {**parameters, **extra})
        return frame_of([row for row in rows if row[len(groups)]], groups, lists, self._nothing)


def _reading(variable: str, columns: Mapping[str, object]) -> dict[str, str]:
    return {name: f"{variable}.{name}" for name in columns}


def _anchor(table: str, like: pl.DataFrame) -> tuple[str | None, pl.Series]:
    """The column to find rows by, and its values: the one with the most different ones narrows most."""
    candidates = {
        "units": ("id",),
        "people": ("id", "name"),
        "links": IDS["links"],
        "memberships": IDS["memberships"],
        "measures": ("unit",),
        "contacts": ("person",),
    }[table]
    usable = [c for c in candidates if c in like.columns and like[c].null_count() == 0]
    if not usable:
        return None, pl.Series([], dtype=pl.String)
    best = max(usable, key=lambda c: like[c].n_unique())
    return best, like[best].unique(maintain_order=True)
