"""Which values a column can bear, and how a value as written becomes one of them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol, TypeAlias

from orgraph.model.errors import ConditionError, nearest
from orgraph.model.glossary import say

Scalar: TypeAlias = str | int | float | bool | date
ColumnType = Literal["int", "float", "text", "date", "bool"]

INT64 = range(-(2**63), 2**63)
TRUTH = {
    "true": True,
    "false": False,
    "yes": True,
    "no": False,
    "是": True,
    "否": False,
    "有": True,
    "无": False,
}


class Typed(Protocol):
    """What must be known of a column to read its values: `Column` of a structure satisfies it."""

    @property
    def type(self) -> ColumnType:
        """What it bears."""

    @property
    def values(self) -> tuple[str, ...]:
        """The codes of an enumeration; empty where any value may stand."""

    @property
    def value_labels(self) -> Mapping[str, tuple[str, ...]]:
        """Code → the words that stand for it."""

    @property
    def names(self) -> tuple[str, ...]:
        """The words that stand for the column."""


@dataclass(frozen=True)
class Plain:
    """A column known by its type alone, such as `name` or `since`."""

    type: ColumnType
    values: tuple[str, ...] = ()
    value_labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    names: tuple[str, ...] = ()


def column_named(key: str, types: Mapping[str, Typed] | None) -> str:
    """The column meant by `key`: its own name, else the only column with that label or synonym."""
    if types is None or key in types:
        return key
    meant = [name for name, column in types.items() if key in column.names]
    if len(meant) == 1:
        return meant[0]
    known = [*types, *(label for column in types.values() for label in column.names)]
    hint = nearest(key, known)
    raise ConditionError(
        say(
            zh=f"没有列“{key}”" + (f"。是不是:{'、'.join(hint)}" if hint else f",可用:{'、'.join(types)}"),
            en=f"no column '{key}'"
            + (f". Did you mean: {', '.join(hint)}" if hint else f"; there are {', '.join(types)}"),
        )
    )


def untyped(column: str, value: object) -> Scalar:
    """A value of a column whose type is not known: any scalar but null, NaN, infinity and -0.0."""
    if value is None:
        raise ConditionError(
            say(
                zh=f"{column}:空值不能比较。要找未知的,写 {{known: false}}",
                en=f"{column}: nothing equals an unknown value; write {{known: false}}",
            )
        )
    if isinstance(value, float):
        return _finite(column, value)
    if isinstance(value, bool | str) or (isinstance(value, date) and not isinstance(value, datetime)):
        return value
    if isinstance(value, int) and value in INT64:
        return value
    raise _refused(
        column,
        value,
        say(
            zh="文字、64 位整数、小数、日期或真假",
            en="a text, a 64-bit integer, a decimal, a date or a truth value",
        ),
    )


def coerce(column: str, value: object, kind: Typed, *, enumerated: bool = True) -> Scalar:
    """`value` as the column bears it.

    Integers widen to float, an ISO text becomes a date, a label of an enumeration becomes its code.

    Raises
    ------
    ConditionError
        The column cannot bear the value; the message says what it bears.
    """
    given = untyped(column, value)
    if kind.type == "text":
        return _text(column, given, kind if enumerated else Plain("text"))
    if kind.type == "bool" and isinstance(given, bool):
        return given
    if kind.type == "date":
        return _date(column, given)
    if not isinstance(given, bool):
        if kind.type == "int" and isinstance(given, int):
            return given
        if kind.type == "float" and isinstance(given, int | float):
            return float(given)
    raise _refused(column, value, EXPECTED[kind.type]())


def from_text(column: str, text: str, kind: Typed | None) -> Scalar:
    """A value typed on a command line, read as its column's type (or by its looks, where that is unknown)."""
    if kind is None:
        return untyped(column, _by_looks(text))
    if kind.type == "text":
        return coerce(column, text, kind)
    if kind.type == "bool":
        return coerce(column, TRUTH.get(text.strip().lower(), text), kind)
    if kind.type == "date":
        return coerce(column, text.strip(), kind)
    return coerce(column, _number(text), kind)


EXPECTED = {
    "int": lambda: say(zh="整数", en="an integer"),
    "float": lambda: say(zh="数", en="a number"),
    "date": lambda: say(zh="日期,如 2022-04-30", en="a date such as 2022-04-30"),
    "bool": lambda: say(zh="true 或 false", en="true or false"),
}


def _finite(column: str, value: float) -> float:
    if not math.isfinite(value) or (value == 0 and math.copysign(1, value) < 0):
        raise _refused(
            column,
            value,
            say(zh="有限的数(不收 NaN、无穷和 -0.0)", en="a finite number (no NaN, infinity or -0.0)"),
        )
    return value


def _text(column: str, given: Scalar, kind: Typed) -> str:
    if not isinstance(given, str):
        raise ConditionError(
            say(
                zh=f'{column} 是文字列,{given!r} 不是文字:请加引号,写 "{given}"',
                en=f'{column} is a text column and {given!r} is no text: quote it, as "{given}"',
            )
        )
    if not kind.values or given in kind.values:
        return given
    codes = [code for code, labels in kind.value_labels.items() if given in labels]
    if len(codes) == 1:
        return codes[0]
    hint = nearest(given, [*kind.values, *(label for many in kind.value_labels.values() for label in many)])
    raise ConditionError(
        say(
            zh=f"{column} 没有值“{given}”,可用:{'、'.join(kind.values)}"
            + (f"。是不是:{'、'.join(hint)}" if hint else ""),
            en=f"{column} has no value '{given}'; there are {', '.join(kind.values)}"
            + (f". Did you mean: {', '.join(hint)}" if hint else ""),
        )
    )


def _date(column: str, given: Scalar) -> date:
    if isinstance(given, date):
        return given
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass
    raise _refused(column, given, EXPECTED["date"]())


def _number(text: str) -> object:
    for read in (int, float):
        try:
            return read(text)
        except ValueError:
            continue
    return text


def _by_looks(text: str) -> object:
    if text in ("true", "false"):
        return text == "true"
    if text[:1] == "0" and text[1:].isdigit() and len(text) > 1:
        return text  # a code with leading zeros is no number
    try:
        return date.fromisoformat(text) if len(text) == 10 else _number(text)
    except ValueError:
        return _number(text)


def _refused(column: str, value: object, expected: str) -> ConditionError:
    return ConditionError(
        say(zh=f"{column} 应为{expected},而不是 {value!r}", en=f"{column} takes {expected}, not {value!r}")
    )
