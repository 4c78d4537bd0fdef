"""Folding against a naive count: what is hidden adds up, and whole levels stay together."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from orgs import forests
from pictures import preorder

from orgraph.pages.fold import fold


def chosen(level, limit):
    """The positions shown, by the words of the docstring."""
    deepest = max((d for d in set(level) | {0} if sum(x <= d for x in level) <= limit), default=0)
    shown = [p for p, d in enumerate(level) if d <= deepest]
    if len(shown) < len(level) and len(shown) < max(limit / 10, 1):
        shown += [p for p, d in enumerate(level) if d == deepest + 1][: limit - len(shown)]
    return sorted(shown)


@given(forests(), st.integers(1, 30))
def test_against_a_naive_count(parents, limit):
    parent, end, level, _ = preorder(parents)
    folded = fold(parent, end, level, limit)
    shown = chosen(list(level), limit)
    assert folded.rows.tolist() == shown
    assert len(shown) <= limit
    place = {position: row for row, position in enumerate(shown)}
    for row, position in enumerate(shown):
        up = parent[position]
        assert folded.parent[row] == (place[up] if up >= 0 else -1)
        assert folded.end[row] == sum(p < end[position] for p in shown)
        below = [p for p in range(position + 1, end[position]) if p not in place]
        nearest = [p for p in below if nearest_shown(p, parent, place) == position]
        assert folded.hidden[row] == len(nearest)
    assert len(shown) + folded.hidden.sum() + folded.adrift == len(level)


def nearest_shown(position, parent, place):
    while position >= 0 and position not in place:
        position = parent[position]
    return position


def test_two_like_units_are_both_open_or_both_shut():
    parents = [None, 0, 0, *[1] * 10, *[2] * 10]
    parent, end, level, _ = preorder(parents)
    assert fold(parent, end, level, limit=22).rows.tolist() == [0, 1, 12]
    assert fold(parent, end, level, limit=22).hidden.tolist() == [0, 10, 10]
    assert len(fold(parent, end, level, limit=23).rows) == 23


def test_a_level_too_wide_shows_its_first_units():
    parent, end, level, _ = preorder([None] + [0] * 5000)
    folded = fold(parent, end, level, limit=3000)
    assert len(folded.rows) == 3000
    assert folded.hidden[0] == 2001


def test_more_roots_than_the_limit():
    parent, end, level, _ = preorder([None] * 20)
    folded = fold(parent, end, level, limit=5)
    assert (len(folded.rows), folded.adrift) == (5, 15)


@pytest.mark.shared
def test_all_of_china(shared_data):
    import polars as pl

    units = pl.read_parquet(shared_data / "divisions-2023.parquet").sort("code")
    depth = units["level"].replace_strict(
        {"province": 1, "city": 2, "county": 3, "town": 4, "village": 5}, return_dtype=pl.Int64
    )
    level = depth.to_numpy()
    # Codes are prefixes, so the order of codes is a preorder; a unit ends where its level comes again.
    last = np.full(7, len(level), np.int64)
    end = np.empty(len(level), np.int64)
    for position in range(len(level) - 1, -1, -1):
        end[position] = last[: level[position] + 1].min()
        last[level[position]] = position
    ups = np.full(6, -1, np.int64)
    parent = np.empty(len(level), np.int64)
    for position, d in enumerate(level):
        parent[position] = ups[d - 1] if d > 1 else -1
        ups[d] = position
    folded = fold(parent, end, level)
    assert len(folded.rows) == 31 + 342
    assert folded.hidden.sum() == 665_276 - 373
    assert (folded.hidden > 0).sum() > 300
