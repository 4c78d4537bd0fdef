"""Rows that are equal in several columns, found by one whole number for each row; and runs of equal rows.

Keys, days and a few words are packed into one int64; comparing those costs a tenth of comparing the columns.
Where equal values stand one below the other, as in a roster, it suffices to look at the first of each run.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import reduce
from itertools import pairwise
from operator import or_

import numpy as np
import polars as pl

from orgraph.model.hierarchy import Longs

MOST = 2**63 - 1

STRETCHES = 64
"""So often may keys begin anew, as an import lists one relation after the other."""

SAMPLE = 1000
"""Values that tell whether a column comes in runs."""

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
    """Whether no rows are equal, seen at one look: as an import makes them, keys grow word by word.

    Where a column of whole numbers grows from row to row but for a few places, and between these each
    column of words holds but one, and no two stretches hold the same.
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


@dataclass(frozen=True, eq=False)
class Runs:
    """Runs of equal rows: a roster writes the name of a village a hundred times, one below the other.

    Attributes
    ----------
    starts
        UInt32: the first row of each run.
    height
        All rows.
    """

    starts: pl.Series
    height: int

    @classmethod
    def of(cls, *columns: pl.Series) -> Runs:
        """Of rows that are equal in all columns, which are equally long; null equals null.

        A column in pieces is looked through piece by piece, and a run ends with its piece: putting them
        together would cost more.
        """
        height, starts = 0, [pl.Series([], dtype=pl.UInt32)]
        pieces = [columns] if len(columns) > 1 else [(piece,) for piece in columns[0].get_chunks()]
        for piece in pieces:
            size = len(piece[0])
            if size:
                changes = reduce(or_, (c.slice(1).ne_missing(c.head(size - 1)) for c in piece))
                starts += [pl.Series([height], dtype=pl.UInt32), changes.arg_true() + (height + 1)]
            height += size
        return cls(pl.concat(starts), height)

    def parts(self, frame: pl.DataFrame, column: str) -> dict[str, pl.DataFrame]:
        """The rows of a frame by the values of a column of which these are the runs."""
        lengths = np.diff(self.starts.to_numpy(), append=self.height).tolist()
        found: dict[str, list[pl.DataFrame]] = {}
        for value, start, length in zip(frame[column].gather(self.starts), self.starts, lengths, strict=True):
            found.setdefault(value, []).append(frame.slice(start, length))
        return {value: pl.concat(parts) for value, parts in found.items()}

    def spread(self, values: pl.Series) -> pl.Series:
        """A value for each run → for each row."""
        if len(values) == self.height:
            return values
        starts = self.starts.to_numpy()
        run = np.repeat(np.arange(len(starts), dtype=np.uint32), np.diff(starts, append=self.height))
        return values.gather(pl.Series(run))


def picked(values: pl.Series, places: pl.Series) -> pl.Series:
    """The values at some places (not null), which costs nothing where these follow one another."""
    each = places.to_numpy()
    if len(each) and each[-1] - each[0] == len(each) - 1 and (each[1:] > each[:-1]).all():
        return values.slice(int(each[0]), len(each))
    return values.gather(places)


def heads(values: pl.Series) -> pl.Series:
    """The first of each run of equal values: each value is there, and mostly a few times instead of often."""
    if _hardly_runs(values):
        return values
    starts = Runs.of(values).starts
    return values if 2 * len(starts) > len(values) else values.gather(starts)


def by_runs(values: pl.Series, look: Callable[[pl.Series], pl.Series]) -> pl.Series:
    """What `look` finds for each value; of a run of equal ones it is given the first."""
    if _hardly_runs(values):
        return look(values)
    runs = Runs.of(values)
    return runs.spread(look(values.gather(runs.starts)))


def _hardly_runs(values: pl.Series) -> bool:
    """Whether the values amid a column mostly differ from the one before."""
    some = values.slice(len(values) // 2, SAMPLE)
    return len(values) > SAMPLE and 2 * len(Runs.of(some).starts) > SAMPLE


def distinct(words: pl.Series) -> pl.Series:
    """Each value of a column once, in the order met."""
    return heads(words).unique(maintain_order=True)


def beyond(words: pl.Series, known: Collection[str]) -> pl.Series:
    """Each value of a column that is none of some, once, in the order met; null is none of them."""
    met = distinct(words)
    return met.filter(~met.is_in(list(known)).fill_null(value=False))
