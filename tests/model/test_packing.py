"""Equal rows are found by one number for each row just as they are by comparing the columns."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgraph.model.packing import doubled, first_of_each, hashed, numbered, packed, picked

SCHEMA = {"word": pl.String, "key": pl.Int32, "day": pl.Date, "sure": pl.Boolean, "text": pl.String}
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["grid", "police", None]),
        st.sampled_from([None, -3, 0, 1, 2**31 - 1]),
        st.sampled_from([None, date(1, 1, 1), date(2022, 5, 31)]),
        st.sampled_from([None, True, False]),
        st.text("ab", max_size=6),
    ),
    max_size=40,
)


@given(ROWS, st.lists(st.sampled_from(list(SCHEMA)), min_size=1, max_size=5, unique=True))
def test_the_same_rows_are_doubled(rows, columns):
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    wanted = frame.select(columns).is_duplicated().to_list() if rows else []
    assert doubled(frame, columns).to_list() == wanted
    assert first_of_each(frame, columns).equals(frame.unique(columns, keep="first", maintain_order=True))


GROWING = st.lists(
    st.tuples(
        st.sampled_from(["grid", "police", "service", None]),
        st.lists(st.integers(0, 9), max_size=6).map(sorted),
        st.booleans(),
    ),
    max_size=5,
)


@given(GROWING)
def test_stretches_in_which_keys_grow_are_as_any_other_rows(stretches):
    rows = [
        (word if i or not odd else "other", key)
        for word, keys, odd in stretches
        for i, key in enumerate(keys)
    ]
    frame = pl.DataFrame(rows, schema={"word": pl.String, "key": pl.Int32}, orient="row")
    for columns in (["key"], ["word", "key"], ["key", "word"]):
        wanted = frame.select(columns).is_duplicated().to_list() if rows else []
        assert doubled(frame, columns).to_list() == wanted


def test_what_is_too_much_for_one_number_is_compared_in_full():
    frame = pl.DataFrame({c: [-(2**62), 2**62, 2**62] for c in "abc"})
    assert packed(frame, ["a", "b", "c"]) is None
    assert doubled(frame, ["a", "b", "c"]).to_list() == [False, True, True]


@pytest.mark.parametrize("column", [pl.Series([1.5, 1.5]), pl.Series([[1], [1]])])
def test_other_values_are_not_packed(column):
    assert packed(column.to_frame("x"), ["x"]) is None


@given(ROWS)
def test_rows_have_one_hash_where_they_are_equal(rows):
    frame = pl.DataFrame(rows, schema=SCHEMA, orient="row")
    assert hashed(frame).n_unique() == frame.n_unique() if rows else hashed(frame).is_empty()
    turned = pl.DataFrame({"a": ["x", "y"], "b": ["y", "x"]})
    assert hashed(turned).n_unique() == 2


@given(st.lists(st.integers(0, 50) | st.integers(0, 2**60), max_size=30))
def test_numbers_are_numbered_as_numpy_does(numbers):
    values = np.array(numbers, np.int64)
    met, place = numbered(values)
    wanted, inverse = np.unique(values, return_inverse=True)
    assert met.tolist() == wanted.tolist()
    assert place.tolist() == inverse.tolist()


@given(st.lists(st.integers(0, 4), max_size=5) | st.sampled_from([[0, 1, 2], [2, 3, 4], [4]]))
def test_values_are_picked_as_gather_does(places):
    values = pl.Series("v", ["甲", None, "乙", "丙", "丁"])
    keys = pl.Series(places, dtype=pl.Int32)
    assert picked(values, keys).equals(values.gather(keys), null_equal=True)
