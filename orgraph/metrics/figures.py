"""One figure of each unit (or person): whole numbers, and what of them is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model.hierarchy import Longs

Bools = npt.NDArray[np.bool_]

DECIMALS = 9
"""Digits after the point that are kept of a decimal column."""


@dataclass(frozen=True, eq=False)
class Figure:
    """A figure per row, exact.

    Attributes
    ----------
    values
        int64[n], in units of the last decimal; 0 where nothing is known.
    known
        bool[n]: whether there is a value at all.
    whole
        bool[n]: whether everything that the value is made of is known; a sum over some known and some
        unknown parts is known and not whole.
    decimals
        Digits after the point: the figure is ``values / 10**decimals``.
    """

    values: Longs
    known: Bools
    whole: Bools
    decimals: int = 0

    @classmethod
    def count(cls, values: npt.NDArray[np.integer]) -> Figure:
        """A count, which is always known."""
        every = np.ones(len(values), bool)
        return cls(values.astype(np.int64), every, every)

    def series(self, name: str) -> pl.Series:
        """As a column: Int64, or Float64 where there are decimals; null where unknown."""
        return shown(self.values, self.decimals, self.known).alias(name)

    def rescaled(self, decimals: int) -> Longs:
        """The values in units of a finer decimal."""
        return self.values * np.int64(10 ** (decimals - self.decimals))


def shown(values: Longs, decimals: int, known: Bools | None = None) -> pl.Series:
    """Whole numbers of the last decimal as people read them: Int64, or with decimals the nearest Float64."""
    plain = pl.Series(values if not decimals else _divided(values, decimals))
    if known is None or known.all():
        return plain
    return pl.select(pl.when(pl.Series(known)).then(plain)).to_series()


def _divided(values: Longs, decimals: int) -> npt.NDArray[np.float64]:
    """The nearest Float64, also of numbers that are themselves too great for one to hold."""
    divided: npt.NDArray[np.float64] = values / 10.0**decimals
    great = np.abs(values) > 2**53
    if great.any():
        whole, rest = np.divmod(values[great], 10**decimals)
        divided[great] = whole + rest / 10.0**decimals
    return divided


def exact(column: pl.Series) -> Figure:
    """A number column as a figure.

    Decimals become whole numbers of the last digit in use, at most nine and fewer where the sum would not
    fit 64 bits: written decimals come back as written, and sums of them are exact.
    """
    known = column.is_not_null().to_numpy()
    if not column.dtype.is_float():
        values = column.cast(pl.Int64).fill_null(0).to_numpy()
        return Figure(values, known, known)
    amounts = column.fill_nan(None).fill_null(0.0).to_numpy()
    known &= column.is_not_nan().fill_null(value=False).to_numpy()
    room = 2.0**62 / max(float(np.abs(amounts).sum()), 1.0)
    most = int(np.clip(np.floor(np.log10(max(room, 1.0))), 0, DECIMALS))
    for decimals in range(most + 1):
        scaled = np.rint(amounts * 10.0**decimals)
        if decimals == most or bool((scaled / 10.0**decimals == amounts).all()):
            break
    return Figure(scaled.astype(np.int64), known, known, decimals)
