"""Reach asked of a graph: one query per step, from all units reached in the step before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from orgraph.metrics.cypher_facts import Compiler, Scope, measure_of
from orgraph.metrics.figures import shown
from orgraph.metrics.graph_parts import Graph
from orgraph.model.errors import UnknownName
from orgraph.model.glossary import say
from orgraph.model.graph_names import alive, ties
from orgraph.model.tables import conform

Direction = Literal["down", "up", "both"]


@dataclass(frozen=True)
class Way:
    """Along which relations, how far, which way; and whether the complement is meant."""

    along: Sequence[str] | None
    hops: int | None
    direction: Direction
    missed: bool


def reached(graph: Graph, c: Compiler, starts: list[str], way: Way) -> pl.DataFrame:
    """The table of `orgraph.reach`; `starts` are ids."""
    along = list(graph.structures.trees) if way.along is None else way.along
    ways, hops = _ways(graph, along, way.direction), way.hops
    steps = dict.fromkeys(starts, 0)
    frontier, step = list(starts), 0
    while frontier and ways and (hops is None or step < hops):
        step += 1
        start = "UNWIND $ids AS id MATCH (a:Unit {id: id})"
        found = graph.keys(f"{start} {ways} RETURN DISTINCT b.id AS id", ids=frontier)
        frontier = [id_ for id_ in found if id_ not in steps]
        steps |= dict.fromkeys(frontier, step)
    shown_ = [id_ for id_, n in steps.items() if n > 0]
    if way.missed:
        every = graph.keys(f"MATCH (u:Unit) WHERE {graph.shape.lives('u')} RETURN u.id AS id")
        shown_ = [id_ for id_ in every if id_ not in steps]
    return _listed(graph, c, pl.DataFrame({"id": shown_, "hops": [steps.get(i) for i in shown_]},
                                          schema={"id": pl.String, "hops": pl.Int32}))  # fmt: skip


def _ways(graph: Graph, along: Sequence[str], direction: Direction) -> str:
    """A clause that goes one step from ``a`` to units ``b`` that are alive."""
    s = graph.structures
    relations = {**s.trees, **s.relations}
    unknown = next((name for name in along if name not in relations), None)
    if unknown is not None:
        raise UnknownName(say(zh="关系", en="relation"), unknown, relations)
    if direction not in ("down", "up", "both"):
        raise UnknownName(say(zh="方向", en="direction"), direction, ("down", "up", "both"))
    trees, others = [n for n in along if n in s.trees], [n for n in along if n not in s.trees]
    holds = f"WHERE {alive('r')} AND {graph.shape.lives('b')} RETURN b"
    steps = []
    for words, against in ((trees, True), (others, False)):
        turns = {"down": [against], "up": [not against], "both": [True, False]}[direction]
        for goes_against in turns if words else []:
            left, right = ("<-", "-") if goes_against else ("-", "->")
            steps.append(f"MATCH (a){left}[r:{ties(words)}]{right}(b:Unit) {holds}")
    return f"CALL (a) {{ {' UNION '.join(steps)} }}" if steps else ""


def _listed(graph: Graph, c: Compiler, found: pl.DataFrame) -> pl.DataFrame:
    """Names, people and measures of some units, the nearest first."""
    begun = "n.since IS NULL OR n.since <= $on"
    used = set(graph.keys(f"MATCH (n:Measure) WHERE {begun} RETURN DISTINCT n.measure AS measure"))
    scope, numbers = Scope("u", "uv", "unit"), {}
    for name in (m for m in graph.structures.measures if m in used):
        numbers[name] = measure_of(c, name, scope)
    people = f"COUNT {{ MATCH (p:Person)-[m]->(u) WHERE {alive('m')} AND NOT p:Absent RETURN DISTINCT p }}"
    figures = [f"CASE WHEN {n.known} THEN {n.value} END AS f{i}" for i, n in enumerate(numbers.values())]
    read = [
        "u.id AS id",
        "u.key AS key",
        "uv.name AS name",
        "uv.kind AS kind",
        f"{people} AS people",
        *figures,
    ]
    start = f"UNWIND $ids AS id MATCH (u:Unit {{id: id}}) {graph.shape.version('u', 'uv')}"
    text = f"{start} {' '.join(scope.clauses)} RETURN {', '.join(read)}"
    rows = graph.ask(text, ids=found["id"].to_list(), **c.parameters.values)
    texts = dict.fromkeys(("id", "name", "kind"), pl.String())
    plain: dict[str, pl.DataType] = {**texts, "key": pl.Int32(), "people": pl.Int64()}
    schema: dict[str, pl.DataType] = plain | {f"f{n}": pl.Int64() for n in range(len(numbers))}
    table = conform(rows, schema) if rows.height else pl.DataFrame(schema=schema)
    table = table.join(found, on="id", how="left").sort("hops", "key", nulls_last=True)
    taken = {"id", "name", "kind", "hops", "reached", "people"}
    columns = []
    for n, (name, number) in enumerate(numbers.items()):
        values = table[f"f{n}"]
        made = shown(values.fill_null(0).to_numpy(), number.decimals, values.is_not_null().to_numpy())
        columns.append(made.alias(f"{name}_" if name in taken else name))
    return table.select(
        "id", "name", "kind", "hops", pl.col("hops").is_not_null().alias("reached"), "people"
    ).with_columns(columns)
