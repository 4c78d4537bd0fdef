"""What is found by the first of each run is what is found by every value."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orgraph.model.runs import SAMPLE, Runs, beyond, by_runs, distinct, heads


@given(st.lists(st.lists(st.sampled_from(["甲", "乙", None]), max_size=9), min_size=1, max_size=3))
def test_runs_cover_a_column_in_one_piece_or_several(pieces):
    column = pl.concat([pl.Series(piece, dtype=pl.String) for piece in pieces], rechunk=False)
    runs = Runs.of(column)
    assert runs.spread(column.gather(runs.starts)).to_list() == column.to_list()
    assert set(heads(column)) == set(distinct(column)) == set(column)
    frame = column.to_frame("x").with_row_index()
    parts = runs.parts(frame, "x")
    assert sum(part.height for part in parts.values()) == frame.height
    for value, part in parts.items():
        assert part["index"].to_list() == [i for i, v in enumerate(column) if v == value]


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([1, None])), max_size=20))
def test_runs_of_two_columns_end_where_either_changes(rows):
    frame = pl.DataFrame(rows, schema={"a": pl.String, "b": pl.Int32}, orient="row")
    wanted = [i for i in range(len(rows)) if not i or rows[i] != rows[i - 1]]
    assert Runs.of(frame["a"], frame["b"]).starts.to_list() == wanted


@given(
    st.lists(st.tuples(st.sampled_from(["甲", "乙", "", None]), st.integers(1, 2 * SAMPLE)), max_size=4),
    st.booleans(),
)
def test_what_is_found_by_runs_is_found_everywhere(runs, turned):
    column = pl.Series([value for value, times in runs for _ in range(times)], dtype=pl.String)
    if turned:  # hardly a run is left
        column = pl.concat([column, pl.Series([str(i % 7) for i in range(2 * SAMPLE)]), column])
    assert by_runs(column, lambda some: some == "甲").equals(column == "甲", null_equal=True)
    assert set(heads(column)) == set(column)
    assert beyond(column, ["甲"]).to_list() == [v for v in distinct(column) if v != "甲"]
