"""Conditions compiled to Cypher, with the two truth values of `orgraph.model.language.conditions.holds`.

Only text and parameters are made here; a store runs them. Values are parameters, always; names of columns
come from the structures and are quoted. The rules are those of `orgraph.metrics.local`, and a test holds
the two against each other.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal, cast

from orgraph.model.language.condition_values import INT64, Scalar
from orgraph.model.language.conditions import All, Condition, None_, Op, Test, as_float

Type = Literal["int", "float", "text", "date", "bool"]

NEVER, ALWAYS = "false", "true"

SIGNS: dict[Op, str] = {
    "is": "=",
    "min": ">=",
    "max": "<=",
    "above": ">",
    "below": "<",
    "contains": "CONTAINS",
    "starts": "STARTS WITH",
}


@dataclass
class Parameters:
    """Values by name, and fresh names."""

    values: dict[str, object] = field(default_factory=dict)
    _count: int = 0

    def add(self, value: object) -> str:
        """A parameter with a value, as the text names it."""
        name = self.fresh("q")
        self.values[name] = value
        return f"${name}"

    def fresh(self, letter: str) -> str:
        """A name that is not used yet."""
        self._count += 1
        return f"{letter}{self._count}"


@dataclass(frozen=True)
class Typed:
    """An expression and the type of its values."""

    text: str
    type: Type


Columns = Mapping[str, Typed]
"""Column → how it is read."""


def cypher_expression(condition: Condition, columns: Columns, parameters: Parameters) -> str:
    """A condition as an expression that is true or false, never null.

    A column that is not among `columns` is unknown in every row; a value of another type than its column
    equals nothing.

    Examples
    --------
    >>> from orgraph.model.language.conditions import parse
    >>> made = Parameters()
    >>> cypher_expression(parse({"status": "occupied"}), {"status": Typed("u.status", "text")}, made)
    'coalesce(u.status = $q1, false)'
    >>> made.values
    {'q1': 'occupied'}
    """
    if isinstance(condition, All):
        parts = [_tested(columns.get(column), test, parameters) for column, test in condition.tests]
        parts += [cypher_expression(part, columns, parameters) for part in condition.parts]
        return _joined(parts, "AND", ALWAYS)
    either = _joined([cypher_expression(p, columns, parameters) for p in condition.parts], "OR", NEVER)
    return f"NOT ({either})" if isinstance(condition, None_) else either


def unknown_expression(condition: Condition | None, columns: Columns) -> str:
    """Whether a value that the condition compares is unknown."""
    names = sorted(compared(condition)) if condition is not None else []
    tests = [f"{columns[n].text} IS NULL" if n in columns else ALWAYS for n in names]
    return _joined(tests, "OR", NEVER)


def compared(condition: Condition) -> frozenset[str]:
    """Columns whose values a condition compares."""
    own: frozenset[str] = frozenset()
    if isinstance(condition, All):
        own = frozenset(column for column, test in condition.tests if test.op != "known")
    return own.union(*(compared(part) for part in condition.parts))


def _joined(parts: list[str], word: str, empty: str) -> str:
    if len(parts) < 2:
        return parts[0] if parts else empty
    return "(" + f" {word} ".join(parts) + ")"


def _tested(column: Typed | None, test: Test, parameters: Parameters) -> str:
    if column is None:
        return ALWAYS if test.op == "known" and not test.value else NEVER
    if test.op == "known":
        return f"{column.text} IS {'NOT ' if test.value else ''}NULL"
    if test.op == "in":
        values = cast("tuple[Scalar, ...]", test.value)
        if column.type == "text":
            texts = [value for value in values if isinstance(value, str)]
            return f"coalesce({column.text} IN {parameters.add(texts)}, false)"
        return _joined([_compared_to(column, "is", value, parameters) for value in values], "OR", NEVER)
    return _compared_to(column, test.op, cast("Scalar", test.value), parameters)


def _compared_to(column: Typed, op: Op, value: Scalar, parameters: Parameters) -> str:
    if not _same_family(value, column.type):
        return NEVER
    if column.type == "int" and isinstance(value, float):
        return _whole(column, op, value, parameters)
    if column.type == "float" and isinstance(value, int):
        op, value = as_float(op, value)
        if op == "known":
            return NEVER
    return _plainly(column, op, value, parameters)


def _plainly(column: Typed, op: Op, value: Scalar, parameters: Parameters) -> str:
    return f"coalesce({column.text} {SIGNS[op]} {parameters.add(value)}, false)"


def _same_family(value: Scalar, type_: Type) -> bool:
    if isinstance(value, bool):
        return type_ == "bool"
    if isinstance(value, int | float):
        return type_ in ("int", "float")
    return type_ == ("date" if isinstance(value, date) else "text")


def _whole(column: Typed, op: Op, value: float, parameters: Parameters) -> str:
    """An integer column against a decimal bound: the bound moves to the next whole number inside."""
    if op == "is":
        fits = value.is_integer() and int(value) in INT64
        return _plainly(column, op, int(value), parameters) if fits else NEVER
    if not INT64.start <= value < INT64.stop:
        return f"{column.text} IS NOT NULL" if (value > 0) == (op in ("max", "below")) else NEVER
    up = op in ("min", "below")
    return _plainly(column, op, math.ceil(value) if up else math.floor(value), parameters)
