"""Facts compiled to Cypher: each form as a subquery of one unit (or person), exact in whole numbers.

As in `orgraph.metrics.figures`, a figure is a whole number of its last decimal, with whether it is known
and whether all that it is made of is known.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from orgraph.metrics.cypher import ALWAYS, Columns, Parameters, Type, Typed, cypher_expression
from orgraph.metrics.cypher_walk import Shape
from orgraph.metrics.measured import period_meant
from orgraph.model.graph_names import alive, quoted, tie, ties
from orgraph.model.language.conditions import Condition, columns_of
from orgraph.model.structure import (
    AboveFact,
    BelowFact,
    ColumnFact,
    HoldersFact,
    LinksFact,
    MeasureFact,
    OfPeopleFact,
    Structures,
    UncoveredFact,
    WeighFact,
    YearsSinceFact,
)
from orgraph.model.tables import FIXED

Entity = Literal["unit", "people"]
TYPES: dict[str, Type] = {"String": "text", "Date": "date", "Int64": "int", "Int32": "int"}
TABLE: dict[Entity, Literal["units", "people"]] = {"unit": "units", "people": "people"}


@dataclass(frozen=True)
class Number:
    """A figure as expressions."""

    value: str
    known: str
    whole: str
    decimals: int = 0

    def typed(self) -> Typed:
        """As a column: null where unknown."""
        value = f"{self.value} / {10.0**self.decimals!r}" if self.decimals else self.value
        text = value if self.known == ALWAYS else f"CASE WHEN {self.known} THEN {value} END"
        return Typed(f"({text})", "float" if self.decimals else "int")


@dataclass
class Scope:
    """The rows that a query has in hand: a unit and its version (or a person), and clauses so far."""

    node: str
    version: str
    entity: Entity
    clauses: list[str] = field(default_factory=list)
    made: dict[str, Number] = field(default_factory=dict)

    @property
    def held(self) -> str:
        """Its variables, as a subquery imports them."""
        return self.node if self.node == self.version else f"{self.node}, {self.version}"


class Compiler:
    """Compiles the facts that one file sees.

    Parameters
    ----------
    structures, file
        The structures, and the file whose facts are meant.
    day
        The day asked; it stands in the parameter ``on``.
    shape
        What is in the graph.
    decimals
        Digits after the point of figures that depend on the rows: of decimal columns (``units.area``) and
        of hours without a holder (the fact's name).
    parameters
        Where values go.
    """

    def __init__(
        self,
        structures: Structures,
        file: str,
        day: date,
        shape: Shape,
        decimals: Mapping[str, int],
        parameters: Parameters,
    ) -> None:
        self.structures, self.day, self.shape, self.decimals = structures, day, shape, decimals
        self.stated = structures.facts(file)
        self.parameters = parameters
        parameters.values["on"] = day

    # --- figures and columns -------------------------------------------------------------------

    def number(self, name: str, scope: Scope) -> Number:
        """The figure of a fact; its subquery joins the clauses of the scope, once."""
        if name not in scope.made:
            fact = self.stated[name]
            scope.made[name] = FORMS[fact.form](self, fact, scope)
        return scope.made[name]

    def columns(self, names: Iterable[str], scope: Scope) -> dict[str, Typed]:
        """Facts and columns of the entity by name, facts before columns of the same name."""
        plain = self.plain(TABLE[scope.entity], scope.version)
        made: dict[str, Typed] = {}
        for name in names:
            if self.is_fact(name, scope.entity):
                made[name] = self.number(name, scope).typed()
            elif name in plain:
                made[name] = plain[name]
        return made

    def is_fact(self, name: str, entity: Entity) -> bool:
        """Whether a name is that of a fact of the entity."""
        return name in self.stated and self.stated[name].entity == entity

    def plain(
        self, table: Literal["units", "links", "people", "memberships"], variable: str
    ) -> dict[str, Typed]:
        """All columns of a table, as read from a node or relationship."""
        skipped = ("source", "target", "person", "unit")
        made = {
            c: Typed(f"{variable}.{c}", TYPES[str(t)]) for c, t in FIXED[table].items() if c not in skipped
        }
        for word, column in (("relation", "links"), ("role", "memberships")):
            if table == column:
                made[word] = Typed(self._word(variable, word), "text")
        declared = self.structures.columns(table).items()
        return made | {n: Typed(f"{variable}.{quoted(n)}", c.type) for n, c in declared}

    def _word(self, variable: str, word: str) -> str:
        """Relation or role of a relationship."""
        s = self.structures
        words = [*s.trees, *s.relations] if word == "relation" else list(s.roles)
        pairs = {tie(one).strip("`"): one for one in words}
        return f"{self.parameters.add(pairs)}[type({variable})]"

    def holds(self, condition: Condition | None, columns: Columns) -> str:
        """Whether a condition is true."""
        return ALWAYS if condition is None else cypher_expression(condition, columns, self.parameters)

    def true_of(self, condition: Condition | None, scope: Scope) -> str:
        """Whether a condition over facts and columns is true of what a scope has in hand."""
        if condition is None:
            return ALWAYS
        return self.holds(condition, self.columns(sorted(columns_of(condition)), scope))

    # --- parts of subqueries -------------------------------------------------------------------

    def other(self) -> Scope:
        """A scope of another unit."""
        name = self.parameters.fresh("x")
        return Scope(name, f"{name}v", "unit")

    def person(self) -> Scope:
        """A scope of a person."""
        name = self.parameters.fresh("p")
        return Scope(name, name, "people")

    def kinds(self, names: tuple[str, ...], version: str) -> str:
        """A clause that keeps units of some kinds."""
        return f"WITH * WHERE {version}.kind IN {self.parameters.add(list(names))}"

    def call(self, scope: Scope, lines: list[str]) -> None:
        """Add a subquery to a scope."""
        scope.clauses.append(f"CALL ({scope.held}) {{ {' '.join(lines)} }}")


def _linked(c: Compiler, fact: LinksFact, scope: Scope) -> Number:
    """Distinct units alive on the day at the other end of a relation."""
    far, link, made = c.other(), c.parameters.fresh("l"), c.parameters.fresh("f")
    arrow = f"<-[{link}:{tie(fact.links)}]-" if fact.incoming else f"-[{link}:{tie(fact.links)}]->"
    lines = [f"MATCH ({scope.node}){arrow}({far.node}:Unit) WHERE {alive(link)}"]
    lines += [c.shape.version(far.node, far.version), c.kinds(fact.kinds, far.version)]
    if fact.where is not None:
        names = sorted(columns_of(fact.where))
        columns = {**c.plain("links", link), **c.columns(names, far)}
        lines += [*far.clauses, f"WITH * WHERE {c.holds(fact.where, columns)}"]
    c.call(scope, [*lines, f"RETURN count(DISTINCT {far.node}) AS {made}"])
    return Number(made, ALWAYS, ALWAYS)


def _holders(c: Compiler, fact: HoldersFact, scope: Scope) -> Number:
    """Distinct people who hold one of the roles."""
    who, post, made = c.person(), c.parameters.fresh("m"), c.parameters.fresh("f")
    holds = f"{alive(post)} AND NOT {who.node}:Absent"
    lines = [f"MATCH ({who.node}:Person)-[{post}:{ties(fact.holders)}]->({scope.node}) WHERE {holds}"]
    if fact.where is not None:
        own = c.plain("memberships", post)
        rest = sorted(columns_of(fact.where) - set(own))
        columns = {**c.columns(rest, who), **own}
        lines += [*who.clauses, f"WITH * WHERE {c.holds(fact.where, columns)}"]
    c.call(scope, [*lines, f"RETURN count(DISTINCT {who.node}) AS {made}"])
    return Number(made, ALWAYS, ALWAYS)


def _held(c: Compiler, fact: OfPeopleFact, scope: Scope) -> Number:
    """Distinct units in which a person holds one of the roles."""
    where, post, made = c.other(), c.parameters.fresh("m"), c.parameters.fresh("f")
    holds = f"{alive(post)} AND {c.shape.lives(where.node)}"
    lines = [f"MATCH ({scope.node})-[{post}:{ties(fact.held)}]->({where.node}:Unit) WHERE {holds}"]
    if fact.where is not None:
        lines.append(f"WITH * WHERE {c.holds(fact.where, c.plain('memberships', post))}")
    c.call(scope, [*lines, f"RETURN count(DISTINCT {where.node}) AS {made}"])
    return Number(made, ALWAYS, ALWAYS)


def _measure(c: Compiler, fact: MeasureFact, scope: Scope) -> Number:
    """The value of a measure."""
    return measure_of(c, fact.measure, scope, fact.during)


def measure_of(c: Compiler, measure: str, scope: Scope, during: str | None = None) -> Number:
    """The latest value of a measure, or that of a period; see `orgraph.metrics.measured.measured`."""
    declared = c.structures.measures[measure]
    q, made = c.parameters.fresh("n"), c.parameters.fresh("f")
    since = f"coalesce({q}.since, date('0001-01-01'))"
    until = f"coalesce({q}.until, date('9999-12-31'))"
    begun = f"{since} <= $on AND {q}.value IS NOT NULL AND {q}.measure = {c.parameters.add(measure)}"
    match = f"MATCH ({scope.node})<-[:OF]-({q}:Measure) WHERE {begun}"
    last = f"WITH {q} ORDER BY {since}, {until} RETURN last(collect({q}.value)) AS {made}"
    if during is None:
        lines = [match, last]
    else:
        start, stop = (c.parameters.add(day) for day in period_meant(during, c.day))
        if declared.over_time == "sum":
            inside = f"{since} >= {start} AND {until} <= {stop}"
            told = f"CASE WHEN {since} = {start} AND {until} = {stop} THEN {q}.value END"
            lines = [
                f"{match} AND {inside}",
                f"WITH count({told}) AS told, sum({told}) AS whole, sum({q}.value) AS every, count({q}) AS n",
                f"RETURN CASE WHEN told > 0 THEN whole WHEN n > 0 THEN every END AS {made}",
            ]
        else:
            mean = f"RETURN toInteger(round(avg({q}.value), 0, 'HALF_EVEN')) AS {made}"
            lines = [
                f"{match} AND {since} >= {start} AND {since} < {stop}",
                last if declared.over_time == "last" else mean,
            ]
    c.call(scope, lines)
    known = f"{made} IS NOT NULL"
    return Number(f"coalesce({made}, 0)", known, known, declared.decimals)


def _below(c: Compiler, fact: BelowFact, scope: Scope) -> Number:
    """Descendants of a kind, or the sum of a fact over them."""
    far, tag = c.other(), c.parameters.fresh("")
    way = c.shape.climb(fact.tree, f"{far.node}:Unit", scope.node, "+", tag)
    lines = [f"MATCH {way} WITH DISTINCT {scope.node}, {far.node}"]
    lines += [c.shape.version(far.node, far.version), c.kinds(fact.below, far.version)]
    part = Number("1", ALWAYS, ALWAYS)
    chosen = c.true_of(fact.where, far)
    if fact.sum is not None:
        part = c.number(fact.sum, far)
    lines += [*far.clauses, f"WITH * WHERE {chosen}"]
    total, expected, heard, complete = (c.parameters.fresh("f") for _ in range(4))
    lines.append(
        f"RETURN sum(CASE WHEN {part.known} THEN {part.value} ELSE 0 END) AS {total},"
        f" count(*) AS {expected}, sum(CASE WHEN {part.known} THEN 1 ELSE 0 END) AS {heard},"
        f" sum(CASE WHEN {part.known} AND {part.whole} THEN 1 ELSE 0 END) AS {complete}"
    )
    c.call(scope, lines)
    there = c.parameters.fresh("g")
    scope.clauses.append(f"WITH *, {c.shape.placed(fact.tree, scope.node, tag + 'u')} AS {there}")
    value = f"(CASE WHEN {there} THEN {total} ELSE 0 END)"
    if fact.sum is None:
        return Number(value, ALWAYS, ALWAYS)
    known = f"(NOT {there} OR {expected} = 0 OR {heard} > 0)"
    return Number(value, known, f"(NOT {there} OR {complete} = {expected})", part.decimals)


def _above(c: Compiler, fact: AboveFact, scope: Scope) -> Number:
    """The largest of a fact over the ancestors of a kind."""
    far, tag = c.other(), c.parameters.fresh("")
    way = c.shape.climb(fact.tree, scope.node, f"{far.node}:Unit", "+", tag)
    lines = [f"MATCH {way} WITH DISTINCT {scope.node}, {far.node}"]
    lines += [c.shape.version(far.node, far.version), c.kinds(fact.above, far.version)]
    part = c.number(fact.any, far)
    best, any_above, partly = (c.parameters.fresh("f") for _ in range(3))
    answer = (
        f"RETURN max(CASE WHEN {part.known} THEN {part.value} END) AS {best}, count(*) AS {any_above},"
        f" sum(CASE WHEN {part.known} AND {part.whole} THEN 0 ELSE 1 END) AS {partly}"
    )
    c.call(scope, [*lines, *far.clauses, answer])
    there = c.parameters.fresh("g")
    scope.clauses.append(f"WITH *, {c.shape.placed(fact.tree, scope.node, tag + 'u')} AS {there}")
    return Number(
        f"(CASE WHEN {there} THEN coalesce({best}, 0) ELSE 0 END)",
        f"(NOT {there} OR {best} IS NOT NULL OR {any_above} = 0)",
        f"(NOT {there} OR {partly} = 0)",
        part.decimals,
    )


CLOCK = r"\\s*(\\d{1,2})(:\\d{2}){0,2}\\s*"
WIDE_COLON, BETWEEN, FROM_TO = "\uff1a", ",;\uff0c\uff1b", "~–—\uff5e\u2212至到"
"""Signs as a Chinese keyboard makes them, and what parts shifts and the ends of one."""


def _shifts(c: Compiler, fact: UncoveredFact, post: str) -> str:
    """The shifts of a tie as a list of pairs of minutes, null where a time is none.

    As `orgraph.metrics.facts_time` reads them: hours as numbers, or texts of one or several times.
    """
    if fact.from_ == fact.to:
        ends = [_at(f"split(x, '-')[{i}]") for i in (0, 1)]
        parts = _parts(f"{post}.{quoted(fact.from_)}")
        return f"coalesce([x IN {parts} | [{ends[0]}, {ends[1]}]], [[null, null]])"
    start, stop = (_minutes(c, column, post) for column in (fact.from_, fact.to))
    pairs = f"[i IN range(0, size({start}) - 1) | [{start}[i], {stop}[i]]]"
    return f"CASE WHEN size({start}) = size({stop}) THEN {pairs} ELSE [[null, null]] END"


def _minutes(c: Compiler, column: str, post: str) -> str:
    """The times of day in a column of a tie, as a list of minutes."""
    read = f"{post}.{quoted(column)}"
    type_ = c.structures.columns("memberships")[column].type
    if type_ == "text":
        return f"[x IN {_parts(read)} | {_at('x')}]"
    if type_ == "float":
        return f"[toInteger(round({read} * 60, 0, 'HALF_EVEN')) % 1440]"
    return f"[{read} * 60 % 1440]"


def _parts(read: str) -> str:
    """The parts of a text; the ends of each are parted by ``-``."""
    for sign in BETWEEN:
        read = f"replace({read}, '{sign}', '、')"
    for sign in FROM_TO:
        read = f"replace({read}, '{sign}', '-')"
    return f"split({read}, '、')"


def _at(text: str) -> str:
    """A time of day such as ``7:30``, ``07:30:00`` and ``19`` as minutes; null where it is none."""
    text = f"replace({text}, '{WIDE_COLON}', ':')"
    plain = f"split(trim({text}), ':')"
    hours, minutes = f"toInteger({plain}[0])", f"coalesce(toInteger({plain}[1]), 0)"
    fits = f"{text} =~ '{CLOCK}' AND {minutes} < 60 AND {hours} * 60 + {minutes} <= 1440"
    return f"(CASE WHEN {fits} THEN ({hours} * 60 + {minutes}) % 1440 END)"


def uncovered_minutes(c: Compiler, fact: UncoveredFact, scope: Scope) -> tuple[str, str]:
    """Minutes of the day without a holder, and whether all shifts are known."""
    post = c.parameters.fresh("m")
    gone, vague = c.parameters.fresh("f"), c.parameters.fresh("f")
    shift = "[s IN shifts WHERE s[0] IS NOT NULL AND s[1] IS NOT NULL]"
    split = "CASE WHEN s[1] <= s[0] THEN [[s[0], 1440], [0, s[1]]] ELSE [s] END"
    pieces = f"reduce(a = [], s IN {shift} | a + {split})"
    step = (
        "[CASE WHEN p[1] > a[0] THEN p[1] ELSE a[0] END, a[1] + CASE WHEN p[1] <= a[0] THEN 0"
        " WHEN p[0] > a[0] THEN p[1] - p[0] ELSE p[1] - a[0] END]"
    )
    lines = [
        f"MATCH (:Person)-[{post}:{tie(fact.uncovered)}]->({scope.node}) WHERE {alive(post)}",
        f"WITH collect({_shifts(c, fact, post)}) AS all_shifts",
        "WITH reduce(a = [], s IN all_shifts | a + s) AS shifts",
        f"WITH shifts, {pieces} AS pieces",
        "CALL (pieces) { UNWIND pieces AS p WITH p ORDER BY p[0], p[1] WITH collect(p) AS sorted",
        f"RETURN reduce(a = [0, 0], p IN sorted | {step})[1] AS covered }}",
        f"RETURN 1440 - covered AS {gone}, any(s IN shifts WHERE s[0] IS NULL OR s[1] IS NULL) AS {vague}",
    ]
    c.call(scope, lines)
    return gone, f"NOT {vague}"


def _uncovered(c: Compiler, fact: UncoveredFact, scope: Scope) -> Number:
    gone, whole = uncovered_minutes(c, fact, scope)
    decimals = c.decimals.get(fact.name, 0)
    value = f"toInteger(round({gone} * 100 / 60.0, 0, 'HALF_EVEN'))" if decimals else f"({gone} / 60)"
    return Number(value, ALWAYS, whole, decimals)


def _years_since(c: Compiler, fact: YearsSinceFact, scope: Scope) -> Number:
    """Whole years from a date to the day asked."""
    read = f"{scope.version}.{quoted(fact.years_since)}"
    today = c.day.month * 100 + c.day.day
    years = (
        f"{c.day.year} - {read}.year - CASE WHEN {read}.month * 100 + {read}.day > {today} THEN 1 ELSE 0 END"
    )
    known = f"{read} IS NOT NULL"
    return Number(f"(CASE WHEN {known} THEN {years} ELSE 0 END)", known, known)


def _column(c: Compiler, fact: ColumnFact, scope: Scope) -> Number:
    """The number of a column, in units of its last decimal."""
    table = TABLE[fact.entity]
    read = f"{scope.version}.{quoted(fact.column)}"
    decimals = c.decimals.get(f"{table}.{fact.column}", 0)
    known = f"{read} IS NOT NULL"
    if c.structures.columns(table)[fact.column].type == "float":
        scaled = f"toInteger(round({read} * {10.0**decimals!r}, 0, 'HALF_EVEN'))"
        return Number(f"coalesce({scaled}, 0)", known, known, decimals)
    return Number(f"coalesce({read}, 0)", known, known)


def _weigh(c: Compiler, fact: WeighFact, scope: Scope) -> Number:
    """A weighted sum, factors read as the decimals they are written as."""
    parts = [(c.number(name, scope), Decimal(str(factor))) for name, factor in fact.weigh.items()]
    decimals = max(part.decimals + max(0, -int(f.as_tuple().exponent)) for part, f in parts)
    sums = " + ".join(f"{part.value} * {int(f.scaleb(decimals - part.decimals))}" for part, f in parts)
    known = " AND ".join(part.known for part, _ in parts)
    whole = " AND ".join(part.whole for part, _ in parts)
    return Number(
        f"(CASE WHEN {known} THEN {sums} ELSE 0 END)", f"({known})", f"({whole} AND {known})", decimals
    )


FORMS: dict[str, Callable[[Compiler, Any, Scope], Number]] = {
    "links": _linked,
    "holders": _holders,
    "held": _held,
    "measure": _measure,
    "below": _below,
    "above": _above,
    "uncovered": _uncovered,
    "years_since": _years_since,
    "column": _column,
    "weigh": _weigh,
}
"""The form of a fact → its compilation."""
