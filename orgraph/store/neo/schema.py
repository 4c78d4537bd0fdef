"""What an orgraph graph in Neo4j looks like: constraints, indexes, and how each table is read.

    (:Unit:Village {id, key, name, kind, structure, since, until, …})-[:TERRITORY {since, until}]->(:Unit)
    (:Earlier:Village {…})-[:VERSION_OF]->(:Unit)     versions before the last one
    (:Person {id, key, name})-[:SECRETARY {since, until, …}]->(:Unit)
    (:Measure {measure, since, until, value})-[:OF]->(:Unit)
    (:Contact {field, value})-[:OF]->(:Person)        only where contacts were asked for

A unit that is only referred to, or was taken back, is `:Unit:Absent` and alive on no day. The log is
`(:Revision)-[:HAS]->(:Part)`, the structures `(:StructureSet)-[:HOLDS]->(:Structure)`, the head `(:Store)`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import polars as pl

from orgraph.model.graph_names import alive, quoted, tie, ties
from orgraph.model.structure import Structures
from orgraph.model.tables import FIXED, schema
from orgraph.store.neo.columns import Wanted

FORMAT = 1

UNIQUE = {
    "Unit": "id",
    "Person": "id",
    "Store": "name",
    "Revision": "number",
    "Structure": "sha256",
    "StructureSet": "name",
}
"""Label → the property that is unique; ``MATCH`` without such a constraint is quadratic."""

NEVER = {"since": date(9999, 12, 31), "until": date(1, 1, 1)}
"""The period of an absent unit: every date test fails, an analyst's, too."""

Aka = Mapping[str, Mapping[str, str]]
"""Table → column → the name under which it may stand instead, while columns are being renamed."""


def statements() -> Iterator[str]:
    """What makes the schema; each may be run again."""
    for label, name in UNIQUE.items():
        constraint = f"orgraph_{label.lower()}_{name}"
        yield f"CREATE CONSTRAINT {constraint} IF NOT EXISTS FOR (n:{label}) REQUIRE n.{name} IS UNIQUE"
    for label in ("Unit", "Person"):
        yield f"CREATE INDEX orgraph_{label.lower()}_name IF NOT EXISTS FOR (n:{label}) ON (n.name)"


def relations(structures: Structures) -> list[str]:
    """Every relation and tree that a link can be of."""
    return [*structures.trees, *structures.relations]


def declared(structures: Structures, table: str, variable: str, aka: Aka) -> list[Wanted]:
    """The declared columns of a table, to be collected."""
    if table == "measures":
        return []
    made = []
    for name, dtype in schema(structures, table).items():  # type: ignore[arg-type]  # one of TABLES
        if name not in FIXED[table]:
            other = aka.get(table, {}).get(name)
            read = f"{variable}.{quoted(name)}"
            made.append(
                Wanted(name, dtype, f"coalesce({read}, {variable}.{quoted(other)})" if other else read)
            )
    return made


def unit_matches(day: date | None) -> tuple[str, str]:
    """Patterns of all versions of units, or of those alive on ``$on``: the last ones, and earlier ones."""
    where = f"WHERE {alive('n')}" if day else "WHERE NOT n:Absent"
    return f"MATCH (n:Unit) {where}", f"MATCH (n:Earlier) {where}"


def link_match(structures: Structures, day: date | None) -> str | None:
    """The pattern of all links; None where no structure declares a relation."""
    words = relations(structures)
    where = f" WHERE {alive('r')}" if day else ""
    return f"MATCH (a:Unit)-[r:{ties(words)}]->(b:Unit){where}" if words else None


def membership_match(structures: Structures, day: date | None) -> str | None:
    """The pattern of all memberships; None where no structure declares a role."""
    where = f" WHERE {alive('r')}" if day else ""
    return f"MATCH (a:Person)-[r:{ties(structures.roles)}]->(b:Unit){where}" if structures.roles else None


def measure_match(day: date | None) -> str:
    """The pattern of all measures; a stock counts from its day on."""
    return "MATCH (n:Measure)-[:OF]->(b:Unit)" + (" WHERE n.since IS NULL OR n.since <= $on" if day else "")


def words_of_ties(words: list[str]) -> dict[str, str]:
    """Type of relationships → relation or role."""
    return {tie(word).strip("`"): word for word in words}


def text(name: str, read: str, *, nullable: bool = True) -> Wanted:
    """A column of texts."""
    return Wanted(name, pl.String(), read, nullable)


def key(name: str, read: str) -> Wanted:
    """A column of keys."""
    return Wanted(name, pl.Int32(), read, nullable=False)
