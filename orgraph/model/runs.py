"""Runs of equal values: a roster writes the name of a village a hundred times, one below the other.

What is asked of every value of a column need be asked of the first of each run alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_

import numpy as np
import polars as pl

SAMPLE = 1000
"""Values that tell whether a column comes in runs."""


@dataclass(frozen=True, eq=False)
class Runs:
    """Where the runs of a column, or of several columns together, begin.

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
