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
from orgraph.model.hierarchy import Hierarchy, Ints, Longs
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

    References
    ----------
    DHIS2 (completeness).

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
    numbers = _Numbers.of(org, _checked(lazy, unit, sums))
    added = _added(lazy.select(unit, *dict.fromkeys(s for s in sums if s != unit)), unit, list(sums), numbers)

    units = org.units.select("id", "name", "kind")[h.order]
    here, rolled = _by_place(h, added.rows, numbers)
    if here[-1]:
        units = pl.concat([units, units.clear(1)])
    told = {"here": here, "rows": rolled}
    frame = units.with_columns(pl.Series(name, one[: units.height]) for name, one in told.items())
    for column, amount, lacking in zip(sums, added.amounts, added.lacking, strict=True):
        name = column + "_" if column in TAKEN else column
        below = pl.Series(_by_place(h, amount, numbers)[1][: units.height])
        known = pl.col("rows")
        if lacking is not None:
            known -= pl.Series(_by_place(h, lacking, numbers)[1][: units.height])
        share = pl.when(pl.col("rows") > 0).then(known / pl.col("rows"))
        frame = frame.with_columns(
            pl.when(known > 0).then(below).alias(name), share.alias(f"{name}_completeness")
        )
    return frame


class _Numbers(NamedTuple):
    """How a value of the column of units becomes a small number.

    `ids` is None where the column holds keys; `of_row` is the number of each row of units, and `last` one
    for all that is not known.
    """

    ids: pl.Enum | None
    of_row: Ints
    last: int

    @classmethod
    def of(cls, org: Org, dtype: pl.DataType) -> _Numbers:
        if dtype.is_integer():
            keys = org.units["key"].to_numpy()
            return cls(None, keys, int(keys.max(initial=-1)) + 1)
        count = org.units.height
        return cls(pl.Enum(org.units["id"]), np.arange(count, dtype=np.int32), count)

    def read(self, column: pl.Series) -> Ints:
        """A number for each row."""
        if self.ids is not None:
            codes = column.cast(pl.String).cast(self.ids, strict=False).to_physical()
            return codes.cast(pl.Int32).fill_null(self.last).to_numpy()
        keys = column.fill_null(-1).to_numpy()
        if len(keys) and (keys.min() < 0 or keys.max() > self.last):
            keys = np.where((keys >= 0) & (keys < self.last), keys, self.last)
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


class _Added(NamedTuple):
    """int64 per number of a unit: rows; of each sum the amount, and the rows without one (None: all have)."""

    rows: Longs
    amounts: list[Longs]
    lacking: list[Longs | None]


def _added(lazy: pl.LazyFrame, unit: str, sums: list[str], numbers: _Numbers) -> _Added:
    def nothing() -> Longs:
        return np.zeros(numbers.last + 1, np.int64)

    added = _Added(nothing(), [nothing() for _ in sums], [None for _ in sums])
    for batch in lazy.collect_batches(chunk_size=BATCH, maintain_order=False):
        at = numbers.read(batch[unit])
        first = np.flatnonzero(np.append(True, at[1:] != at[:-1])[: len(at)])
        together = 2 * len(first) < len(at)  # rows of one unit after each other, as rosters have them
        where = at[first] if together else at
        np.add.at(added.rows, where, np.diff(first, append=len(at)) if together else 1)
        for i, column in enumerate(sums):
            values = batch[column]
            if values.null_count():
                lacking = added.lacking[i] = nothing() if (known := added.lacking[i]) is None else known
                np.add.at(lacking, at[values.is_null().to_numpy()], 1)
            amount = values.cast(pl.Int64).fill_null(0).to_numpy()
            np.add.at(added.amounts[i], where, np.add.reduceat(amount, first) if together else amount)
    return added


def _by_place(h: Hierarchy, added: Longs, numbers: _Numbers) -> tuple[Longs, Longs]:
    """int64[n + 1] twice, in preorder: of the unit itself, and with all below; last what stands nowhere."""
    own = added[numbers.of_row[h.order]]
    lost = added.sum() - own.sum()
    return np.append(own, lost), np.append(h.rollup(own), lost)
