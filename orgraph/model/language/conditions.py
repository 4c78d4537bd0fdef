"""Conditions: a closed language of mappings, with two truth values.

``{column: test, …}``: all must hold. A scalar means ``is``, a list means ``in``; the tests are ``is, in,
min, max, above, below, contains, starts, known``; ``any: […]`` and ``none: […]`` combine. An unknown
value (null) satisfies no test but ``known: false``, so every condition is true or false of every row,
and ``none`` is the exact opposite of ``any``. NaN and -0.0 are refused at the door.

    {status: occupied, households: {min: 300}, none: [{name: {contains: 撤}}]}

There are no expression strings, so there is nothing to parse twice and nothing to inject into.
Reading a mapping lives here, and so does `holds`, the plain-Python meaning that every compilation
must agree with; `orgraph.model.language.condition_values` says which values a column can bear.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias, cast

from orgraph.model.errors import ConditionError, nearest
from orgraph.model.glossary import say
from orgraph.model.language.condition_values import Scalar, Typed, coerce, column_named, from_text, untyped

Op = Literal["is", "in", "min", "max", "above", "below", "contains", "starts", "known"]

OPS: tuple[Op, ...] = ("is", "in", "min", "max", "above", "below", "contains", "starts", "known")
ORDER: frozenset[str] = frozenset({"min", "max", "above", "below"})
TEXTUAL: frozenset[str] = frozenset({"contains", "starts"})
COMBINERS = ("any", "none")

OPERATORS: dict[str, Op] = {
    ">=": "min",
    "<=": "max",
    "≥": "min",
    "≤": "max",
    ">": "above",
    "<": "below",
    "^=": "starts",
    "~": "contains",
    "=": "is",
}
UNEQUAL = ("!=", "≠")
WIDE = dict(zip("=><~!", "\uff1d\uff1e\uff1c\uff5e\uff01", strict=True))
"""Signs as a Chinese keyboard makes them."""
PLAIN = {ord(wide): sign for sign, wide in WIDE.items()}
ANY_SIGN = "|".join(
    "".join(f"[{re.escape(c)}{WIDE.get(c, '')}]" for c in sign)
    for sign in sorted((*OPERATORS, *UNEQUAL), key=len, reverse=True)
)
WORD = re.compile(rf"\s*([^<>=≥≤≠!~^{''.join(WIDE.values())}]+?)\s*({ANY_SIGN})\s*(.*?)\s*", re.DOTALL)
"""A word of the command line: column, sign, value."""

Types: TypeAlias = Mapping[str, Typed]
"""Column name → its declaration (a `Column` of a structure, or a `Plain` one)."""


@dataclass(frozen=True)
class Test:
    """One test of one column: the operator, and the value (for ``in`` a tuple of values)."""

    __test__ = False  # not a class of pytest's

    op: Op
    value: Scalar | tuple[Scalar, ...]


@dataclass(frozen=True)
class All:
    """Every test and every part holds; with neither, true of every row."""

    tests: tuple[tuple[str, Test], ...] = ()
    parts: tuple[Any | None_, ...] = ()


@dataclass(frozen=True)
class Any:
    """At least one part holds."""

    parts: tuple[All, ...]


@dataclass(frozen=True)
class None_:  # noqa: N801 - `None` is taken
    """No part holds."""

    parts: tuple[All, ...]


Condition: TypeAlias = All | Any | None_


def parse(mapping: object, types: Types | None = None) -> All:
    """A condition from its mapping.

    Parameters
    ----------
    mapping
        As written in a structure file or made by hand.
    types
        The columns that may be named and what they bear. Values are checked against them and coerced to
        them (a Chinese label of an enumeration becomes its code). Without them any column may be named.

    Raises
    ------
    ConditionError
        An unknown column or test, or a value that its column cannot bear; the message names the nearest.
    """
    if not isinstance(mapping, Mapping):
        raise ConditionError(
            say(
                zh=f"条件应写成映射,如 {{status: occupied}},而不是 {mapping!r}",
                en=f"a condition is a mapping such as {{status: occupied}}, not {mapping!r}",
            )
        )
    tests: list[tuple[str, Test]] = []
    parts: list[Any | None_] = []
    for key, value in mapping.items():
        if key == "any":
            parts.append(Any(_parts("any", value, types)))
        elif key == "none":
            parts.append(None_(_parts("none", value, types)))
        else:
            tests += _tests(key, value, types)
    return All(tuple(tests), tuple(parts))


def _parts(word: str, value: object, types: Types | None) -> tuple[All, ...]:
    if not isinstance(value, list | tuple) or not value:
        raise ConditionError(
            say(zh=f"{word} 后应是至少一个条件的列表", en=f"{word} takes a list of at least one condition")
        )
    return tuple(parse(part, types) for part in value)


def _tests(key: object, value: object, types: Types | None) -> list[tuple[str, Test]]:
    if not isinstance(key, str):
        raise ConditionError(
            say(
                zh=f"列名应是文字,{key!r} 不是:请加引号",
                en=f"a column name is text, {key!r} is not: quote it",
            )
        )
    column = column_named(key, types)
    kind = types[column] if types is not None else None
    if isinstance(value, list | tuple):
        return [(column, _test(column, "in", value, kind))]
    if not isinstance(value, Mapping):
        return [(column, _test(column, "is", value, kind))]
    if not value:
        raise ConditionError(say(zh=f"{key}:没有写任何比较", en=f"{key}: no test is given"))
    return [(column, _test(column, op, operand, kind)) for op, operand in value.items()]


def _test(column: str, op: object, operand: object, kind: Typed | None) -> Test:
    if op not in OPS:
        hint = nearest(str(op), OPS, count=1)
        raise ConditionError(
            say(
                zh=f"{column}:没有比较“{op}”,可用:{'、'.join(OPS)}" + (f"。是不是:{hint[0]}" if hint else ""),
                en=f"{column}: there is no test '{op}'; there are {', '.join(OPS)}"
                + (f". Did you mean: {hint[0]}" if hint else ""),
            )
        )
    if op == "known":
        if not isinstance(operand, bool):
            raise ConditionError(
                say(zh=f"{column}:known 后应是 true 或 false", en=f"{column}: known takes true or false")
            )
        return Test("known", operand)
    _fits(column, cast("Op", op), kind)
    if op == "in":
        if not isinstance(operand, list | tuple) or not operand:
            raise ConditionError(
                say(
                    zh=f"{column}:in 后应是至少一个值的列表",
                    en=f"{column}: in takes a list of at least one value",
                )
            )
        return Test("in", tuple(_value(column, "in", one, kind) for one in operand))
    return Test(cast("Op", op), _value(column, cast("Op", op), operand, kind))


def _fits(column: str, op: Op, kind: Typed | None) -> None:
    """Whether a test makes sense on a column of that type: order on numbers and dates, search in text."""
    if kind is None:
        return
    if (op in ORDER and kind.type in ("text", "bool")) or (op in TEXTUAL and kind.type != "text"):
        usable = [o for o in OPS if not (o in ORDER and kind.type in ("text", "bool"))]
        usable = [o for o in usable if not (o in TEXTUAL and kind.type != "text")]
        raise ConditionError(
            say(
                zh=f"{column} 是 {kind.type} 列,不能用 {op},可用:{'、'.join(usable)}",
                en=f"{column} is a column of type {kind.type}: {op} does not apply, {', '.join(usable)} do",
            )
        )


def _value(column: str, op: Op, operand: object, kind: Typed | None) -> Scalar:
    if kind is not None and op in TEXTUAL:
        return coerce(column, operand, kind, enumerated=False)
    value = coerce(column, operand, kind) if kind is not None else untyped(column, operand)
    if op in TEXTUAL and not isinstance(value, str):
        raise ConditionError(say(zh=f"{column}:{op} 后应是文字", en=f"{column}: {op} takes a text"))
    if op in ORDER and isinstance(value, str | bool):
        raise ConditionError(
            say(zh=f"{column}:{op} 后应是数或日期", en=f"{column}: {op} takes a number or a date")
        )
    return value


def parse_cli(words: Iterable[str], types: Types | None = None) -> All:
    """A condition from words of the command line; all of them must hold.

    Parameters
    ----------
    words
        ``column>=300``, ``<=``, ``>``, ``<``; ``column=value``, ``column=[a,b]`` (one of), ``column!=value``;
        ``column~part`` (contains), ``column^=start``; ``column=`` (unknown) and ``column!=`` (known).
    types
        As in `parse`; the column's label in Chinese may stand for its name, and values are read as the
        column's type. Without them a value is read by its looks: number, ISO date, true or false, else text.

    Raises
    ------
    ConditionError
        A word that is no condition, an unknown column, or a value that its column cannot bear.
    """
    tests: list[tuple[str, Test]] = []
    parts: list[Any | None_] = []
    for word in words:
        column, test, opposite = _word(word, types)
        if opposite:
            # none of a test is true of unknown values, too; who asks for "not A" means another known value
            parts.append(None_((All(((column, test),)),)))
            tests.append((column, Test("known", True)))
        else:
            tests.append((column, test))
    return All(tuple(tests), tuple(parts))


def _word(word: str, types: Types | None) -> tuple[str, Test, bool]:
    match = WORD.fullmatch(word)
    if match is None:
        raise ConditionError(
            say(
                zh=f"看不懂条件“{word}”,应如 households>=300、status=occupied、name~村",
                en=f"'{word}' is no condition; write such as households>=300, status=occupied, name~村",
            )
        )
    key, sign, text = match[1], match[2].translate(PLAIN), match[3]
    column = column_named(key, types)
    unequal = sign in UNEQUAL
    if text == "" and (unequal or OPERATORS[sign] == "is"):
        return column, Test("known", unequal), False
    op: Op = "is" if unequal else OPERATORS[sign]
    kind = None if types is None else types[column]
    if op == "is" and text.startswith("[") and text.endswith("]"):
        items = [from_text(column, item.strip(), kind) for item in re.split("[,,]", text[1:-1])]
        made = parse({column: {"in": items}}, types)
    elif op in ("contains", "starts"):
        made = parse({column: {op: text}}, types)
    else:
        made = parse({column: {op: from_text(column, text, kind)}}, types)
    return column, made.tests[0][1], unequal


def to_mapping(condition: Condition) -> dict[str, object]:
    """The mapping that `parse` reads back as the same condition (an `Any` or `None_` as its `All`)."""
    if isinstance(condition, Any | None_):
        return to_mapping(All((), (condition,)))
    made: dict[str, object] = {}
    spare: list[dict[str, object]] = []
    for column, test in condition.tests:
        value = list(test.value) if isinstance(test.value, tuple) else test.value
        at = cast("dict[str, object]", made.setdefault(column, {}))
        if (
            test.op in at
        ):  # the same test twice on one column: a mapping holds it once, `any` of one holds it too
            spare.append({column: {test.op: value}})
        else:
            at[test.op] = value
    for part in condition.parts:
        word, inner = ("any" if isinstance(part, Any) else "none"), [to_mapping(p) for p in part.parts]
        if word in made:
            spare.append({word: inner})
        else:
            made[word] = inner
    if not spare:
        return made
    # what a mapping cannot hold twice is said as: none of (none of it)
    none = cast("list[object]", made.setdefault("none", []))
    none += [{"none": [one]} for one in spare]
    return made


def columns_of(condition: Condition) -> frozenset[str]:
    """Every column that a condition reads."""
    if isinstance(condition, All):
        own = frozenset(column for column, _ in condition.tests)
        return own.union(*(columns_of(part) for part in condition.parts))
    return frozenset().union(*(columns_of(part) for part in condition.parts))


def holds(condition: Condition, row: Mapping[str, object]) -> bool:
    """Whether a condition is true of one row; a column that the row lacks is unknown.

    This is the meaning of the language. It is for single rows and for tests: frames go through the
    compilations to Polars and Cypher, which must agree with it on every row.
    """
    if isinstance(condition, Any):
        return any(holds(part, row) for part in condition.parts)
    if isinstance(condition, None_):
        return not any(holds(part, row) for part in condition.parts)
    return all(_true(test, row.get(column)) for column, test in condition.tests) and all(
        holds(part, row) for part in condition.parts
    )


def _true(test: Test, value: object) -> bool:
    if test.op == "known" or value is None:
        return test.op == "known" and (value is not None) == test.value
    if test.op in ORDER:
        return _ordered(test.op, value, test.value)
    if test.op in TEXTUAL:
        return isinstance(value, str) and _found(test.op, cast("str", test.value), value)
    wanted = test.value if isinstance(test.value, tuple) else (test.value,)
    return any(_equal(value, one) for one in wanted)


def _found(op: Op, part: str, text: str) -> bool:
    return part in text if op == "contains" else text.startswith(part)


def _equal(value: object, other: object) -> bool:
    """Equality that keeps truth values apart from numbers: `True` is not 1."""
    return isinstance(value, bool) == isinstance(other, bool) and value == other


def _ordered(op: Op, value: object, bound: object) -> bool:
    numbers = all(isinstance(v, int | float) and not isinstance(v, bool) for v in (value, bound))
    dates = isinstance(value, date) and isinstance(bound, date)
    if not (numbers or dates):
        return False
    left, right = cast("float", value), cast("float", bound)
    if op == "min":
        return left >= right
    if op == "max":
        return left <= right
    return left > right if op == "above" else left < right


def as_float(op: Op, value: int) -> tuple[Op, float]:
    """A decimal column against a whole bound that float64 may not hold; ``known`` stands for never."""
    near = float(value)
    if int(near) == value:
        return op, near
    if op == "is":
        return "known", near
    wants_more = op in ("min", "above")
    if near > value:
        return ("min" if wants_more else "below"), near
    return ("above" if wants_more else "max"), near
