"""Who is expected by an indicator and who counts, compiled to Cypher; see `orgraph.metrics.members`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from orgraph.metrics.cypher import ALWAYS, NEVER, Typed, unknown_expression
from orgraph.metrics.cypher_facts import Compiler, Number, Scope
from orgraph.metrics.cypher_walk import Shape
from orgraph.model.graph_names import alive
from orgraph.model.language.conditions import Condition, columns_of
from orgraph.model.structure import PEOPLE, Indicator, Structures


class Settling(NamedTuple):
    """One step of finding whose rules hold: a unit's own file → the index of the file that rules it."""

    codes: Mapping[str, int]
    scope: Area | None


class Area(NamedTuple):
    """A unit, the trees in which anything stands below it, and how many units lie at or below it."""

    top: str
    trees: tuple[str, ...]
    size: int = 0


def settlings(
    structures: Structures, stated: Mapping[str, str], areas: Mapping[str, Area]
) -> tuple[list[str], list[Settling]]:
    """The files that state a rule, and the steps of `orgraph.metrics.rules.ruling`; the last one decides.

    Parameters
    ----------
    structures, stated
        As there.
    areas
        The scope of each file that has one.
    """
    files = list(structures.files)
    stating = list(dict.fromkeys(stated[f] for f in files if f in stated))
    of_file = {f: stating.index(s) for f, s in stated.items()}
    uses = {f: structures.used_by(f) for f in files}
    open_files = sorted((f for f in stated if structures.files[f].scope is None), key=lambda f: len(uses[f]))
    steps = [
        Settling({f: of_file[above] for f in uses[above] if f != above}, None)
        for above in reversed(open_files)
    ]
    steps.append(Settling({f: code for f, code in of_file.items() if stated[f] != f}, None))
    scoped = [(f, areas[f]) for f in stated if f in areas]
    for above, scope in sorted(scoped, key=lambda one: -one[1].size):
        codes = {f: of_file[above] for f in uses[above] if f != above and stated.get(f) != f}
        steps.append(Settling(codes, scope))
    steps.append(Settling({f: code for f, code in of_file.items() if stated[f] == f}, None))
    return stating, [step for step in steps if step.codes]


def ruled_code(c: Compiler, steps: Sequence[Settling], scope: Scope) -> str:
    """The index of the file whose rules hold for a unit; −1 where none does."""
    whens = []
    for step in reversed(steps):
        for code in sorted(set(step.codes.values())):
            own = c.parameters.add([f for f, to in step.codes.items() if to == code])
            test = f"coalesce({scope.version}.structure IN {own}, false)"
            if step.scope is not None:
                test += f" AND {inside(c, step.scope, scope.node)}"
            whens.append(f"WHEN {test} THEN {code}")
    return f"CASE {' '.join(whens)} ELSE -1 END" if whens else "-1"


def inside(c: Compiler, area: Area, node: str) -> str:
    """Whether a unit lies in an area."""
    top = c.parameters.add(area.top)
    ways = [f"{node}.id = {top}"]
    for tree in area.trees:
        tag = c.parameters.fresh("")
        above = f"y{tag}:Unit {{id: {top}}}"
        ways.append(
            f"EXISTS {{ MATCH {c.shape.climb(tree, node, above, '*', tag)}"
            f" WHERE {c.shape.placed(tree, f'y{tag}', tag + 'z')} }}"
        )
    return "(" + " OR ".join(ways) + ")"


@dataclass(frozen=True)
class Asked:
    """A query for the members of an indicator.

    Attributes
    ----------
    text
        Returns ``at`` (id of a unit; for people a list, and ``person``), ``expected``, ``counts``,
        ``numerator``, ``denominator``, ``known``, ``unsure``, and ``f0`` …: the figures, null where unknown.
    figures
        The facts behind ``f0`` …, with their decimals.
    decimals
        Of numerator and denominator.
    """

    text: str
    figures: tuple[tuple[str, int], ...]
    decimals: tuple[int, int]


def members_query(
    c: Compiler,
    indicator: Indicator,
    ruled: tuple[Sequence[Settling], int],
    under: str | None,
    *,
    short: bool,
) -> Asked:
    """The members of what one file states.

    Parameters
    ----------
    c
        Of the file that states the indicator.
    ruled
        The steps and the index of the file (`settlings`).
    under
        The id of a unit: only members at or below it along the indicator's tree.
    short
        Only members that do not count.
    """
    of_people = indicator.of == PEOPLE
    unit = Scope("u", "uv", "unit")
    start = _start(c.shape, c, indicator, under)
    start.append(c.shape.version("u", "uv"))
    if not of_people:
        start.append(c.kinds((indicator.of,), "uv"))
    steps, index = ruled
    start.append(f"WITH * WHERE {ruled_code(c, steps, unit)} = {index}")
    scope = unit
    if of_people:
        scope = Scope("p", "p", "people")
        start.append(f"MATCH (p:Person)-[m]->(u) WHERE {alive('m')} AND NOT p:Absent")
        start.append("WITH p, collect(DISTINCT u.id) AS at")
    adds = _adds(c, indicator, scope)
    expected = c.true_of(indicator.where, scope)
    unsure = _unknown(c, indicator.where, scope)
    named = [(name, c.number(name, scope)) for name in _read(c, indicator, scope)]
    judged = f"WITH *, ({expected}) AS expected, ({adds.counts}) AS counts, ({unsure}) AS unsure"
    keep = "expected AND NOT counts" if short else "expected OR unsure"
    returned = [
        "p.id AS person, at" if of_people else "u.id AS at",
        "expected, counts, unsure AND NOT expected AS unsure",
        f"CASE WHEN counts THEN {adds.numerator} ELSE 0 END AS numerator"
        if not indicator.ratio
        else f"{adds.numerator} AS numerator",
        f"{adds.denominator} AS denominator",
        f"({adds.known}) AS known",
        *(f"CASE WHEN {n.known} THEN {n.value} END AS f{i}" for i, (_, n) in enumerate(named)),
    ]
    text = " ".join([*start, *scope.clauses, judged, f"WHERE {keep} RETURN {', '.join(returned)}"])
    return Asked(text, tuple((name, n.decimals) for name, n in named), adds.decimals)


class _Adds(NamedTuple):
    counts: str
    numerator: str
    denominator: str
    decimals: tuple[int, int]
    known: str


def _start(shape: Shape, c: Compiler, indicator: Indicator, under: str | None) -> list[str]:
    if under is None:
        return ["MATCH (u:Unit)"]
    c.parameters.values["under"] = under
    way = shape.climb(indicator.over, "u:Unit", "s", "*", "0")
    return [
        "MATCH (s:Unit {id: $under})",
        f"MATCH {way} WHERE u = s OR {shape.placed(indicator.over, 's', '00')} WITH DISTINCT u",
    ]


def _adds(c: Compiler, indicator: Indicator, scope: Scope) -> _Adds:
    if indicator.ratio:
        top, base = (c.number(name, scope) for name in indicator.ratio)
        known = f"{top.known} AND {top.whole} AND {base.known} AND {base.whole}"
        return _Adds(f"{top.value} <> 0", top.value, base.value, (top.decimals, base.decimals), known)
    counts = c.true_of(indicator.counts_if, scope)
    weight = Number("1", ALWAYS, ALWAYS) if indicator.weight is None else c.number(indicator.weight, scope)
    unknown = _unknown(c, indicator.counts_if, scope)
    known = f"NOT ({unknown}) AND {weight.known} AND {weight.whole}"
    return _Adds(counts, weight.value, weight.value, (weight.decimals, weight.decimals), known)


def _unknown(c: Compiler, condition: Condition | None, scope: Scope) -> str:
    """Whether something that a condition compares is unknown, or known in part."""
    if condition is None:
        return NEVER
    names = sorted(columns_of(condition))
    columns: dict[str, Typed] = c.columns(names, scope)
    partly = [f"NOT ({c.number(n, scope).whole})" for n in names if c.is_fact(n, scope.entity)]
    return " OR ".join([unknown_expression(condition, columns), *partly])


def _read(c: Compiler, indicator: Indicator, scope: Scope) -> list[str]:
    """Facts of the entity that the indicator reads, in the order of `members.figures_read`."""
    names = list(indicator.ratio or ())
    for condition in (indicator.counts_if, indicator.where):
        names += sorted(columns_of(condition)) if condition is not None else []
    names += [indicator.weight] if indicator.weight else []
    return [name for name in dict.fromkeys(names) if c.is_fact(name, scope.entity)]
