"""Conditions compiled to Polars against their meaning in plain Python, row by row."""

import random
from datetime import date, timedelta

import polars as pl
import pytest

from orgraph.metrics.local import polars_expression, read_unknown, true_of
from orgraph.model.language.condition_values import Plain
from orgraph.model.language.conditions import OPS, ORDER, TEXTUAL, holds, parse

TYPES = {
    "count": Plain("int"),
    "rate": Plain("float"),
    "name": Plain("text"),
    "day": Plain("date"),
    "open": Plain("bool"),
}
DTYPES = {"count": pl.Int64, "rate": pl.Float64, "name": pl.String, "day": pl.Date, "open": pl.Boolean}
VALUES = {
    "count": [0, 1, 2, 3, -1, 2**53 + 1, 2**63 - 1, -(2**63)],
    "rate": [0.0, 1.0, 0.1, 0.5, -2.5, 2.0**53, 1e300],
    "name": ["", "村", "洪合村", "东苑", "东苑支部", "a.b", "%", "村 ", "𠮷村"],
    "day": [date(1970, 1, 1) + timedelta(days=n) for n in (0, 1, -1, 19000, 19001)],
    "open": [True, False],
}
ROWS = 40


def test_of_random_type(rng, column):
    """A random test that suits the column's type."""
    kind = TYPES[column].type
    ops = [o for o in OPS if not (o in ORDER and kind in ("text", "bool"))]
    op = rng.choice([o for o in ops if not (o in TEXTUAL and kind != "text")])
    if op == "known":
        return {op: rng.random() < 0.5}
    if op == "in":
        return {op: rng.choices(VALUES[column], k=rng.randint(1, 3))}
    return {op: rng.choice(VALUES[column])}


test_of_random_type.__test__ = False


def random_mapping(rng, depth=0):
    mapping = {c: test_of_random_type(rng, c) for c in rng.sample(list(TYPES), rng.randint(0, 2))}
    if rng.random() < 0.2 and "open" in mapping:
        mapping["open"] = rng.random() < 0.5
    for word in ("any", "none"):
        if depth < 3 and rng.random() < 0.4:
            mapping[word] = [random_mapping(rng, depth + 1) for _ in range(rng.randint(1, 3))]
    return mapping


def random_rows(rng):
    return [{c: rng.choice([None, *VALUES[c]]) for c in TYPES} for _ in range(ROWS)]


@pytest.mark.parametrize("seed", range(6))
def test_three_thousand_random_conditions_agree_with_plain_python(seed):
    rng = random.Random(seed)
    rows = random_rows(rng)
    frame = pl.DataFrame(rows, schema=DTYPES)
    conditions = [parse(random_mapping(rng), TYPES) for _ in range(500)]
    meant = [[holds(condition, row) for row in rows] for condition in conditions]
    assert {one for many in meant for one in many} == {True, False}
    for schema in (frame.schema, None):
        every = (pl.repeat(True, pl.len()).and_(polars_expression(c, schema)) for c in conditions)
        got = frame.select(expression.alias(str(n)) for n, expression in enumerate(every))
        for condition, column, expected in zip(conditions, got.get_columns(), meant, strict=True):
            assert column.to_list() == expected, condition  # a null would be unequal, too


ANY_VALUE = [value for values in VALUES.values() for value in values] + [3.5, -0.5, 2.0**63, -1e300, 1.5]


@pytest.mark.parametrize("seed", range(6))
def test_values_of_another_type_than_their_column_agree_too(seed):
    """Without types, a condition may ask a text whether it exceeds 3; with the frame's schema it is false."""
    rng = random.Random(seed)
    rows = random_rows(rng)
    frame = pl.DataFrame(rows, schema=DTYPES)
    for _ in range(150):
        value, op = rng.choice(ANY_VALUE), rng.choice(["is", *sorted(ORDER), "in"])
        if op in ORDER and isinstance(value, str | bool):
            continue
        condition = parse({rng.choice(list(TYPES)): {op: [value, "村", 1] if op == "in" else value}})
        assert true_of(frame, condition).to_list() == [holds(condition, row) for row in rows], condition


def test_a_column_that_the_frame_lacks_is_unknown_in_every_row():
    frame = pl.DataFrame({"a": [1, 2]})
    assert true_of(frame, parse({"b": 1})).to_list() == [False, False]
    assert true_of(frame, parse({"b": {"known": False}})).to_list() == [True, True]
    assert true_of(frame, parse({"none": [{"b": 1}]})).to_list() == [True, True]


def test_no_condition_and_the_empty_condition_hold_of_every_row():
    frame = pl.DataFrame({"a": [None, 2]}, schema={"a": pl.Int64})
    assert true_of(frame, None).to_list() == [True, True]
    assert true_of(frame, parse({})).to_list() == [True, True]
    assert true_of(frame.clear(), parse({"a": 1})).to_list() == []


def test_nan_satisfies_nothing_that_compares():
    frame = pl.DataFrame({"x": [float("nan"), 1.0]})
    for test in ({"min": 0}, {"max": 9.0}, {"above": -1}, {"is": 1}, {"in": [1]}):
        assert true_of(frame, parse({"x": test})).to_list() == [False, True]


def test_unknown_is_what_a_comparison_lacks_and_not_what_is_asked_whether_it_is_known():
    frame = pl.DataFrame({"a": [1, None], "b": [None, None]}, schema={"a": pl.Int64, "b": pl.Int64})
    assert read_unknown(frame, parse({"a": 1})).to_list() == [False, True]
    assert read_unknown(frame, parse({"b": {"known": True}})).to_list() == [False, False]
    assert read_unknown(frame, parse({"none": [{"any": [{"a": 1}]}]})).to_list() == [False, True]
    assert read_unknown(frame, parse({"absent": 1})).to_list() == [True, True]
