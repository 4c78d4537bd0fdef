"""Rows that are equal in several columns, found by one whole number for each row.

Keys, days and a few words are packed into one int64; comparing those costs a tenth of comparing the columns.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

MOST = 2**63 - 1


def doubled(frame: pl.DataFrame, columns: Sequence[str]) -> pl.Series:
    """Which rows equal another one in some columns; null equals null."""
    nowhere = pl.Series([False]).new_from_index(0, frame.height)
    if frame.height < 2:
        return nowhere
    numbers = packed(frame, columns)
    if numbers is not None:
        return numbers.is_duplicated() if _any_twice(numbers.to_numpy()) else nowhere
    same = frame.select(columns)
    if not _any_twice(same.select(pl.struct(pl.all()).hash()).to_series().to_numpy()):  # so no rows are equal
        return nowhere
    return same.is_duplicated() if len(columns) > 1 else same.to_series().is_duplicated()


def _any_twice(numbers: npt.NDArray[np.integer[Any]]) -> bool:
    if (numbers[1:] > numbers[:-1]).all():  # as a roster lists what it makes
        return False
    in_order = np.sort(numbers)
    return bool((in_order[1:] == in_order[:-1]).any())


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
    room, total, used = 1, pl.lit(0, pl.Int64), []
    for name, series in words_first:  # rows mostly come word by word
        if series is None or series.is_empty() or series.null_count() == len(series):
            continue
        first, last = int(series.min()), int(series.max())  # type: ignore[arg-type]
        if first == last and not series.has_nulls():
            continue
        size = last - first + 2
        room *= size
        total = total * size + (pl.col(name).cast(pl.Int64) - (first - 1)).fill_null(0)
        used.append(series.alias(name))
    if room > MOST:
        return None
    if not used:
        return pl.Series([0], dtype=pl.Int64).new_from_index(0, frame.height)
    return pl.DataFrame(used).select(total.alias("")).to_series()


def _whole(series: pl.Series) -> pl.Series | None:
    """Values as whole numbers that are equal where they are."""
    if series.dtype == pl.String():
        return _words(series)
    if series.dtype in (pl.Date(), pl.Boolean()) or series.dtype.is_signed_integer():
        return series.to_physical()
    return None


def _words(series: pl.Series) -> pl.Series | None:
    """Words from a short list as numbers; of a run of one word only the first is looked at."""
    run = series.rle_id()
    starts = run.diff().fill_null(1).cast(pl.Boolean).arg_true()
    heads = series.gather(starts)
    if heads.n_unique() > series.len() // 4 + 16:
        return None
    numbers = heads.cast(pl.Categorical(pl.Categories.random())).to_physical()
    return numbers if len(heads) == series.len() else numbers.gather(run)
