"""Tally: rows that are too many for a table in memory, counted and summed at every unit above them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of, tree_for
from orgraph.model.errors import OrgraphError, UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Ints, Longs
from orgraph.model.tables import Org

BATCH = 1 << 20
"""Rows that are in memory at a time."""

TAKEN = ("id", "name", "kind", "here", "rows")


def tally(
    org: Org,
    rows: str | Path | pl.LazyFrame,
    *,
    unit: str = "unit",
    sums: Sequence[str] = (),
    tree: str | None = None,
) -> pl.DataFrame:
    """How many rows of a long table belong to each unit and to all below it, and what they add up to.

    The rows are read batch by batch and never held together: 100 million members of 5 million organisations
    take no more memory than the organisations do.

    Parameters
    ----------
    org
        On a day.
    rows
        One row per member, payment or the like: the path of a Parquet file (``*`` for several), or a
        `polars.LazyFrame`.
    unit
        The column that says where a row belongs: ids, or, which is much faster, the keys of `Org.units`.
    sums
        Columns of whole numbers to add up, amounts in their smallest unit.
    tree
        Default: the tree with the most links.

    Returns
    -------
    DataFrame
        In preorder: ``id``, ``name``, ``kind``; ``here`` Int64: rows of the unit itself; ``rows`` Int64: with
        those of all units below it. **Rows are counted, not people**: somebody in two rows counts twice.
        Then for each of the sums ``<column>`` Int64, exact, nulls entering as 0, null where no row at or
        below the unit has a value; ``<column>_completeness`` Float64: rows with a value ÷ rows (null where
        there are none). A column called like one of the first has ``_`` after its name.

        Rows of units that have no place in the tree, are not alive or not named have a last row of their own
        without ``id``: nobody vanishes.

    Raises
    ------
    UnknownName
        No such tree or column.
    OrgraphError
        `org` is not on a day, a sum is no column of whole numbers, or `unit` holds neither ids nor keys.

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> dues = pl.LazyFrame({"unit": ["e1", "e1", "e2", "x"], "fen": [250, None, 1200, 100]})
    >>> tally(small_town(), dues, sums=["fen"]).select("name", "here", "rows", "fen").rows()
    [('洪合村', 0, 3, 1450), ('东苑', 2, 2, 250), ('西苑', 1, 1, 1200), (None, 1, 1, 100)]
    """
    day_of(org)
    h = org.hierarchy(tree_for(org, tree))
    lazy = rows if isinstance(rows, pl.LazyFrame) else pl.scan_parquet(rows)
    places = _Places.of(org, _checked(lazy, unit, sums))
    place = np.append(h.position, np.int32(-1))[places.rows]
    place[place < 0] = len(h)
    added = _added(lazy.select(unit, *dict.fromkeys(s for s in sums if s != unit)), unit, list(sums), places)

    here, *figures = (_by_place(one, place, len(h)) for one in added)
    count = np.append(h.rollup(here[:-1]), here[-1])
    units = org.units.select("id", "name", "kind")[h.order]
    told = [pl.Series("here", here), pl.Series("rows", count)]
    for column, amount, known in zip(sums, figures[::2], figures[1::2], strict=True):
        name = column + "_" if column in TAKEN else column
        below, with_value = (np.append(h.rollup(one[:-1]), one[-1]) for one in (amount, known))
        made = pl.DataFrame({"amount": below, "known": with_value, "rows": count})
        told += made.select(
            pl.when(pl.col("known") > 0).then("amount").alias(name),
            pl.when(pl.col("rows") > 0).then(pl.col("known") / pl.col("rows")).alias(f"{name}_completeness"),
        ).get_columns()
    if here[-1]:
        units = pl.concat([units, units.clear(1)])
    return units.with_columns(one.head(units.height) for one in told)


class _Places(NamedTuple):
    """How a value of the column of units becomes a small number, and that a row of units.

    `ids` is None where the column holds keys; the last of `rows`, −1, is for all that is not known.
    """

    ids: pl.Enum | None
    rows: Ints

    @classmethod
    def of(cls, org: Org, dtype: pl.DataType) -> _Places:
        if dtype.is_integer():
            every = np.arange(org.units["key"].to_numpy().max(initial=0) + 1, dtype=np.int32)
            return cls(None, np.append(org.rows(every), np.int32(-1)))
        return cls(pl.Enum(org.units["id"]), np.append(np.arange(org.units.height, dtype=np.int32), [-1]))

    def numbers(self, column: pl.Series) -> Ints:
        """Numbers below the length of `rows`."""
        last = len(self.rows) - 1
        if self.ids is not None:
            codes = column.cast(pl.String).cast(self.ids, strict=False).to_physical()
            return codes.cast(pl.Int32).fill_null(last).to_numpy()
        keys = column.fill_null(-1).to_numpy()
        if len(keys) and (keys.min() < 0 or keys.max() >= last):
            keys = np.where((keys >= 0) & (keys < last), keys, last)
        return keys


def _checked(lazy: pl.LazyFrame, unit: str, sums: Sequence[str]) -> pl.DataType:
    """The type of the column of units, where all columns asked for are of the right ones."""
    schema = lazy.collect_schema()
    for column in (unit, *sums):
        if column not in schema:
            raise UnknownName(say(zh="列", en="column"), column, schema.names())
    wrong = next((s for s in sums if not schema[s].is_integer()), None)
    if wrong is not None:
        raise OrgraphError(
            say(
                zh=f"列“{wrong}”不是整数:金额请以最小单位(如分)给出",
                en=f"column '{wrong}' holds no whole numbers: give amounts in their smallest unit",
            )
        )
    if not (schema[unit].is_integer() or schema[unit] in (pl.String, pl.Categorical, pl.Enum)):
        raise OrgraphError(
            say(zh=f"列“{unit}”既不是编号也不是键", en=f"column '{unit}' holds neither ids nor keys")
        )
    return schema[unit]


def _added(lazy: pl.LazyFrame, unit: str, sums: list[str], places: _Places) -> list[Longs]:
    """int64 per number of a unit: rows; then for each sum the amount, and the rows that have one."""
    count = np.zeros(len(places.rows), np.int64)
    amounts, absent = ([np.zeros_like(count) for _ in sums] for _ in range(2))
    for batch in lazy.collect_batches(chunk_size=BATCH, maintain_order=False):
        at = places.numbers(batch[unit])
        np.add.at(count, at, 1)
        for column, amount, lacking in zip(sums, amounts, absent, strict=True):
            values = batch[column]
            if values.null_count():
                np.add.at(lacking, at[values.is_null().to_numpy()], 1)
            np.add.at(amount, at, values.cast(pl.Int64).fill_null(0).to_numpy())
    pairs = zip(amounts, absent, strict=True)
    return [count, *(one for amount, lacking in pairs for one in (amount, count - lacking))]


def _by_place(added: Longs, place: Ints, size: int) -> Longs:
    """int64[size + 1]: by preorder position, what stands nowhere at the end."""
    made = np.zeros(size + 1, np.int64)
    np.add.at(made, place, added)
    return made
