"""Conditions: two truth values, values checked at the door, one meaning however they are written."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgraph.model.errors import ConditionError
from orgraph.model.glossary import language
from orgraph.model.language.condition_values import Plain
from orgraph.model.language.conditions import (
    All,
    Any,
    None_,
    Test,
    columns_of,
    holds,
    parse,
    parse_cli,
    to_mapping,
)

TYPES = {
    "households": Plain("int", names=("户数",)),
    "area": Plain("float"),
    "name": Plain("text"),
    "opened": Plain("date"),
    "gated": Plain("bool"),
    "status": Plain(
        "text", ("occupied", "building"), {"occupied": ("已入住", "入住"), "building": ("在建",)}, ("状态",)
    ),
}
VALUES = {
    "households": st.integers(-3, 3) | st.integers(-(2**63), 2**63 - 1),
    "area": st.floats(allow_nan=False, allow_infinity=False).map(lambda x: x + 0.0),
    "name": st.text(max_size=3) | st.sampled_from(["村", "高桥村", ""]),
    "opened": st.dates(date(2020, 1, 1), date(2020, 1, 5)),
    "gated": st.booleans(),
    "status": st.sampled_from(["occupied", "building"]),
}
ROWS = st.fixed_dictionaries({name: st.none() | values for name, values in VALUES.items()})


@st.composite
def one_column(draw):
    column = draw(st.sampled_from(sorted(TYPES)))
    ops = ["is", "in", "known"]
    if TYPES[column].type in ("int", "float", "date"):
        ops += ["min", "max", "above", "below"]
    if TYPES[column].type == "text":
        ops += ["contains", "starts"]
    made = {}
    for op in draw(st.lists(st.sampled_from(ops), min_size=1, max_size=2, unique=True)):
        if op == "known":
            made[op] = draw(st.booleans())
        elif op == "in":
            made[op] = draw(st.lists(VALUES[column], min_size=1, max_size=3))
        else:
            made[op] = draw(VALUES[column])
    return {column: made}


def mappings(depth=2):
    flat = st.lists(one_column(), max_size=2).map(lambda many: {k: v for m in many for k, v in m.items()})
    if depth == 0:
        return flat
    parts = st.lists(mappings(depth - 1), min_size=1, max_size=2)
    return st.builds(
        lambda own, some, no: own | ({"any": some} if some else {}) | ({"none": no} if no else {}),
        flat,
        st.none() | parts,
        st.none() | parts,
    )


CONDITIONS = mappings().map(lambda m: parse(m, TYPES))


# --- reading and writing -----------------------------------------------------------------------


@given(mappings())
def test_a_condition_written_and_read_again_is_the_same(mapping):
    condition = parse(mapping, TYPES)
    assert parse(to_mapping(condition), TYPES) == condition


@given(st.lists(CONDITIONS, min_size=1, max_size=3), ROWS)
def test_made_conditions_keep_their_meaning_through_a_mapping(parts, row):
    twice = All(
        tuple(t for p in parts for t in p.tests) * 2,
        (Any(tuple(parts)), Any(tuple(parts[:1])), None_(tuple(parts)), None_(tuple(parts[-1:]))),
    )
    assert holds(parse(to_mapping(twice), TYPES), row) == holds(twice, row)


def test_the_three_ways_to_write_a_test():
    assert parse({"status": "occupied"}) == parse({"status": {"is": "occupied"}})
    assert parse({"status": ["a", "b"]}) == parse({"status": {"in": ["a", "b"]}})
    assert parse({"households": {"min": 1, "max": 3}}).tests == (
        ("households", Test("min", 1)),
        ("households", Test("max", 3)),
    )


def test_columns_of_every_part():
    condition = parse({"name": "a", "any": [{"area": 1.0}, {"none": [{"opened": {"known": True}}]}]}, TYPES)
    assert columns_of(condition) == {"name", "area", "opened"}
    assert columns_of(condition.parts[0]) == {"area", "opened"}


# --- two truth values --------------------------------------------------------------------------


@given(one_column(), ROWS)
def test_an_unknown_value_satisfies_only_known_false(mapping, row):
    ((column, tests),) = mapping.items()
    for op, operand in tests.items():
        true = holds(parse({column: {op: operand}}, TYPES), row | {column: None})
        assert true == (op == "known" and operand is False)


@given(one_column())
def test_a_column_that_a_row_lacks_is_unknown(mapping):
    assert holds(parse(mapping, TYPES), {}) == holds(parse(mapping, TYPES), dict.fromkeys(TYPES))


@given(st.lists(CONDITIONS, min_size=1, max_size=3), ROWS)
def test_none_is_the_opposite_of_any_and_de_morgan_holds(parts, row):
    parts = tuple(parts)
    each = [holds(p, row) for p in parts]
    assert holds(Any(parts), row) == any(each)
    assert holds(None_(parts), row) == (not holds(Any(parts), row))
    assert holds(None_(parts), row) == all(holds(None_((p,)), row) for p in parts)
    assert holds(Any(parts), row) == (not all(holds(None_((p,)), row) for p in parts))
    assert holds(None_((All((), (None_(parts),)),)), row) == any(each)


@given(CONDITIONS, CONDITIONS, ROWS)
def test_all_is_the_conjunction(one, other, row):
    both = All((*one.tests, *other.tests), (*one.parts, *other.parts))
    assert holds(both, row) == (holds(one, row) and holds(other, row))
    assert holds(All(), row)


@given(VALUES["households"], VALUES["households"])
def test_order(value, bound):
    row = {"households": value}
    assert holds(parse({"households": {"min": bound}}), row) == (value >= bound)
    assert holds(parse({"households": {"max": bound}}), row) == (value <= bound)
    assert holds(parse({"households": {"above": bound}}), row) == (value > bound)
    assert holds(parse({"households": {"below": bound}}), row) == (value < bound)


@given(VALUES["name"], VALUES["name"])
def test_search(text, part):
    assert holds(parse({"name": {"contains": part}}), {"name": text}) == (part in text)
    assert holds(parse({"name": {"starts": part}}), {"name": text}) == text.startswith(part)


def test_true_is_not_one():
    assert not holds(parse({"gated": True}), {"gated": 1})
    assert not holds(parse({"households": 1}), {"households": True})


# --- values ------------------------------------------------------------------------------------


def test_values_become_those_of_their_column():
    condition = parse({"area": {"min": 3}, "opened": "2022-04-30", "status": "已入住"}, TYPES)
    tests = dict(condition.tests)
    assert tests["area"].value == 3.0
    assert isinstance(tests["area"].value, float)
    assert tests["opened"].value == date(2022, 4, 30)
    assert tests["status"].value == "occupied"


def test_the_label_of_a_column_stands_for_it():
    assert parse({"状态": "在建"}, TYPES) == parse({"status": "building"}, TYPES)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ({"statos": "occupied"}, "Did you mean: status"),
        ({"status": "ocupied"}, "Did you mean: occupied"),
        ({"status": {"contain": "a"}}, "Did you mean: contains"),
        ({"status": {"above": "a"}}, "does not apply"),
        ({"gated": {"min": True}}, "does not apply"),
        ({"households": {"starts": "1"}}, "does not apply"),
        ({"households": "3"}, "an integer, not '3'"),
        ({"households": 3.5}, "an integer"),
        ({"households": True}, "an integer"),
        ({"households": 2**63}, "64-bit"),
        ({"area": float("nan")}, "no NaN"),
        ({"area": float("inf")}, "infinity"),
        ({"area": -0.0}, "-0.0"),
        ({"opened": "2022-02-30"}, "a date"),
        ({"opened": 20220430}, "a date"),
        ({"gated": 1}, "true or false"),
        ({"name": 330411}, 'quote it, as "330411"'),
        ({"name": None}, "known: false"),
        ({"name": {}}, "no test"),
        ({"name": []}, "at least one value"),
        ({"name": {"in": "a"}}, "at least one value"),
        ({"name": {"known": "yes"}}, "true or false"),
        ({"any": {}}, "at least one condition"),
        ({"none": []}, "at least one condition"),
        ({"any": ["name"]}, "a condition is a mapping"),
        ({330411: "a"}, "quote it"),
        ("name = a", "a condition is a mapping"),
    ],
)
def test_refused(mapping, said):
    with language("en"), pytest.raises(ConditionError) as caught:
        parse(mapping, TYPES)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    "mapping", [{"x": float("nan")}, {"x": {"min": "a"}}, {"x": {"starts": 1}}, {"x": [None]}]
)
def test_refused_even_where_types_are_not_known(mapping):
    with pytest.raises(ConditionError):
        parse(mapping)


# --- the command line --------------------------------------------------------------------------

SIGNS = {"is": "=", "min": ">=", "max": "<=", "above": ">", "below": "<", "contains": "~", "starts": "^="}


@given(one_column(), ROWS)
def test_a_word_means_what_its_mapping_means(mapping, row):
    ((column, tests),) = mapping.items()
    for op, operand in tests.items():
        if op in SIGNS and not (isinstance(operand, str) and operand.strip() != operand) and operand != "":
            shown = str(operand).lower() if isinstance(operand, bool) else str(operand)
            if op == "is" and shown.startswith("["):
                continue  # written as a list of one
            condition = parse_cli([f"{column}{SIGNS[op]}{shown}"], TYPES)
            assert condition == parse({column: {op: operand}}, TYPES)
            assert holds(condition, row) == holds(parse({column: {op: operand}}, TYPES), row)


@pytest.mark.parametrize(
    ("word", "mapping"),
    [
        ("households>=300", {"households": {"min": 300}}),
        (" households >= 300 ", {"households": {"min": 300}}),
        ("户数≥300", {"households": {"min": 300}}),
        ("户数\uff1e\uff1d300", {"households": {"min": 300}}),
        ("状态\uff1d在建", {"status": "building"}),
        ("status=[已入住,building]", {"status": ["occupied", "building"]}),
        ("name~村\uff1d", {"name": {"contains": "村\uff1d"}}),
        ("name=a=b", {"name": "a=b"}),
        ("name=0330", {"name": "0330"}),
        ("gated=是", {"gated": True}),
        ("opened<2022-04-30", {"opened": {"below": date(2022, 4, 30)}}),
        ("name=", {"name": {"known": False}}),
        ("name!=", {"name": {"known": True}}),
        ("status!=occupied", {"status": {"known": True}, "none": [{"status": "occupied"}]}),
        ("status≠occupied", {"status": {"known": True}, "none": [{"status": "occupied"}]}),
    ],
)
def test_words(word, mapping):
    assert parse_cli([word], TYPES) == parse(mapping, TYPES)


@pytest.mark.parametrize(
    ("word", "value"),
    [
        ("a=3", 3),
        ("a=3.5", 3.5),
        ("a=true", True),
        ("a=033", "033"),
        ("a=2022-04-30", date(2022, 4, 30)),
        ("a=村", "村"),
    ],
)
def test_words_are_read_by_their_looks_where_types_are_not_known(word, value):
    assert parse_cli([word]).tests == (("a", Test("is", value)),)


def test_all_words_must_hold():
    condition = parse_cli(["households>=300", "households<500", "status=occupied"], TYPES)
    assert holds(condition, {"households": 300, "status": "occupied"})
    assert not holds(condition, {"households": 500, "status": "occupied"})
    assert not holds(condition, {"households": 300, "status": None})


@pytest.mark.parametrize("word", ["households", "=3", "households>=many", "householts>=3", "gated=maybe"])
def test_words_refused(word):
    with pytest.raises(ConditionError):
        parse_cli([word], TYPES)
