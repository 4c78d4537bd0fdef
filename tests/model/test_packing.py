"""Equal rows are found by one number for each row just as they are by comparing the columns."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgraph.model.packing import doubled, first_of_each, packed

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


def test_what_is_too_much_for_one_number_is_compared_in_full():
    frame = pl.DataFrame({c: [-(2**62), 2**62, 2**62] for c in "abc"})
    assert packed(frame, ["a", "b", "c"]) is None
    assert doubled(frame, ["a", "b", "c"]).to_list() == [False, True, True]


@pytest.mark.parametrize("column", [pl.Series([1.5, 1.5]), pl.Series([[1], [1]])])
def test_other_values_are_not_packed(column):
    assert packed(column.to_frame("x"), ["x"]) is None
