"""Rows that are equal in several columns, found by one whole number for each row.

Keys, days and a few words are packed into one int64; comparing those costs a tenth of comparing the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl

from orgraph.model.hierarchy import Longs
from orgraph.model.runs import Runs

MOST = 2**63 - 1

STRETCHES = 64
"""So often may keys begin anew, as an import lists one relation after the other."""

MANY = 10_000
"""Words of which half differ are too many to number."""


def doubled(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Which rows equal another one in some columns; null equals null."""
    nowhere = pl.Series([False]).new_from_index(0, frame.height)
    if frame.height < 2 or _grow(frame, columns):
        return nowhere
    numbers = packed(frame, columns)
    if numbers is not None:
        return numbers.is_duplicated() if _any_twice(numbers) else nowhere
    same = frame.select(columns)
    if not _any_twice(hashed(same)):  # so no rows are equal
        return nowhere
    return same.is_duplicated() if len(columns) > 1 else same.to_series().is_duplicated()


def _any_twice(numbers: pl.Series) -> bool:
    each = numbers.to_numpy()
    if (each[1:] > each[:-1]).all():  # as a roster lists what it makes
        return False
    return numbers.n_unique() < len(numbers)


def _grow(frame: pl.DataFrame, columns: Sequence[str]) -> bool:
    """Whether it is seen at one look that no rows are equal: as an import makes them, keys grow word by word.

    It is where a column of whole numbers grows from row to row but for a few places, and between these each
    column of words holds but one, and no two stretches hold the same. Else nothing is known.
    """
    whole = [n for n in columns if frame.schema[n].is_signed_integer() and not frame[n].has_nulls()]
    breaks = next((found for n in whole if (found := _falls(frame[n])) is not None), None)
    if breaks is None:
        return False
    stretches = list(pairwise([0, *breaks, frame.height]))
    met = set()
    for start, stop in stretches:
        parts = [frame[n].slice(start, stop - start) for n in columns if frame.schema[n] == pl.String()]
        words = tuple(part[0] for part in parts)
        if None in words or not all(_is_all(part, word) for part, word in zip(parts, words, strict=True)):
            return False
        met.add(words)
    return len(met) == len(stretches)


def _is_all(words: pl.Series, word: str) -> bool:
    return (words == word).all(ignore_nulls=False) is True


def _falls(numbers: pl.Series) -> list[int] | None:
    """The rows that are not greater than the one before; None where there are more than a few."""
    each = numbers.to_numpy()
    falls = each[1:] <= each[:-1]
    return (np.flatnonzero(falls) + 1).tolist() if np.count_nonzero(falls) <= STRETCHES else None


def hashed(frame: pl.DataFrame) -> pl.Series:
    """A number (UInt64) for each row, the same where rows are equal, and hardly ever where they are not."""
    total = np.zeros(frame.height, np.uint64)
    for seed, column in enumerate(frame):
        total += column.hash(seed).to_numpy()
    return pl.Series(total)


def first_of_each(frame: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    """Rows without those that equal an earlier one in some columns."""
    if not doubled(frame, columns).any():
        return frame
    return frame.unique(list(columns), keep="first", maintain_order=True)


def packed(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series | None:
    """A whole number for each row, equal where the rows are equal in `columns`.

    None where there are too many values for that, and of columns that are neither whole numbers nor days nor
    words from a short list.
    """
    if len(columns) == 1 and frame[columns[0]].dtype == pl.UInt64():
        return frame[columns[0]].reinterpret(signed=True)
    whole = [_whole(frame[name]) for name in columns]
    if any(series is None for series in whole):
        return None
    words_first = sorted(
        zip(columns, whole, strict=True), key=lambda one: frame.schema[one[0]] != pl.String()
    )
    room, total = 1, np.zeros(frame.height, np.int64)
    for _, series in words_first:  # rows mostly come word by word
        if series is None or series.is_empty() or series.null_count() == len(series):
            continue
        first, last = int(series.min()), int(series.max())  # type: ignore[arg-type]
        if first == last and not series.has_nulls():
            continue
        size = last - first + 2
        room *= size
        if room > MOST:
            return None
        values = series.cast(pl.Int64).fill_null(first - 1) if series.has_nulls() else series
        total *= size
        total += values.to_numpy()
        total -= first - 1
    return pl.Series(total)


def _whole(series: pl.Series) -> pl.Series | None:
    """Values as whole numbers that are equal where they are."""
    if series.dtype == pl.String():
        return _words(series)
    if series.dtype in (pl.Date(), pl.Boolean()) or series.dtype.is_signed_integer():
        return series.to_physical()
    return None


def _words(series: pl.Series) -> pl.Series | None:
    """Words from a short list as numbers; of a run of one word only the first is looked at."""
    runs = Runs.of(series)
    firsts = series.gather(runs.starts)
    if firsts.head(MANY).n_unique() > MANY // 2:  # hardly a short list
        return None
    if firsts.n_unique() > series.len() // 4 + 16:
        return None
    numbers = firsts.cast(pl.Categorical(pl.Categories.random())).to_physical()
    return runs.spread(numbers)


def numbered(numbers: Longs) -> tuple[Longs, Longs]:
    """Each of some numbers (≥ 0) once, in order, and which of them each row has.

    As `np.unique` with its inverse; where the numbers are small in a few passes, without sorting.
    """
    room = int(numbers.max(initial=-1)) + 1
    if room > 4 * len(numbers) + 1000:
        met, place = np.unique(numbers, return_inverse=True)
        return met, place
    there = np.zeros(room, bool)
    there[numbers] = True
    return np.flatnonzero(there), (np.cumsum(there) - 1)[numbers]


def may_meet(claimed: pl.Series, known: pl.Series) -> bool:
    """Whether any of some keys may be among others: false where all are higher, as those of new units are."""
    lowest, highest = claimed.min(), known.max()
    return lowest is None or (highest is not None and bool(lowest <= highest))  # type: ignore[operator]


def picked(values: pl.Series, places: pl.Series) -> pl.Series:
    """The values at some places (not null), which costs nothing where these follow one another."""
    each = places.to_numpy()
    if len(each) and int(each[-1]) - int(each[0]) == len(each) - 1 and (each[1:] > each[:-1]).all():
        return values.slice(int(each[0]), len(each))
    return values.gather(places)
