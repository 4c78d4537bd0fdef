"""Changes whose units are int32 keys; the text of ids is made where somebody reads it, and once.

A million micro-grids are named eleven million times by what one import changes. So an import, the log and
the head of a DuckDB store hold each id once, and rows hold keys.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model.patch import Patch
from orgraph.model.runs import by_runs, heads

UNIT_COLUMNS: dict[str, tuple[str, ...]] = {
    "units": ("id",),
    "links": ("source", "target"),
    "memberships": ("unit",),
    "measures": ("unit",),
}
"""Columns that hold the id of a unit, by table."""


WORDS = ("kind", "structure", "relation", "role", "measure", "table", "file", "sheet")
"""Columns with few words."""


class KeyedPatches(Mapping[str, Patch]):
    """Patches by table, as `Changes` holds them: rows by id; and the same rows by key.

    Parameters
    ----------
    keyed
        Patches with keys (Int32) in the columns of `UNIT_COLUMNS`; people are ids in both.
    ids
        The id behind each key.
    """

    def __init__(self, keyed: Mapping[str, Patch], ids: pl.Series) -> None:
        self.keyed, self.ids = dict(keyed), ids
        self._named: dict[str, Patch] = {}

    def __getitem__(self, table: str) -> Patch:
        """The patch of a table, by id."""
        if table not in self._named:
            patch = self.keyed[table]
            self._named[table] = Patch(*(named(table, side, self.ids) for side in (patch.out, patch.into)))
        return self._named[table]

    def __iter__(self) -> Iterator[str]:
        return iter(self.keyed)

    def __len__(self) -> int:
        return len(self.keyed)

    def named(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of a table with ids in the place of keys; rows by id as they are."""
        return named(table, rows, self.ids)

    @cached_property
    def lean(self) -> dict[str, Patch]:
        """The rows by key with each word held once: what writes them has a quarter of the bytes to read."""
        return {table: Patch(lean(p.out), lean(p.into)) for table, p in self.keyed.items()}

    @cached_property
    def used(self) -> npt.NDArray[np.int32]:
        """The keys that occur, each once, in the order met; first those of units with rows of their own."""
        seen = np.zeros(len(self.ids), bool)
        found = [np.zeros(0, np.int32)]
        for column in self._keys():
            keys = heads(column).drop_nulls().to_numpy()
            new = keys[~seen[keys]]
            if len(new) > 1 and not (new[1:] > new[:-1]).all():
                _, first = np.unique(new, return_index=True)
                new = new[np.sort(first)]
            seen[new] = True
            found.append(new)
        return np.concatenate(found)

    @cached_property
    def used_ids(self) -> pl.Series:
        """The ids of the keys that occur."""
        return self.ids.gather(self.used).alias("id")

    def _keys(self) -> Iterator[pl.Series]:
        for table, columns in UNIT_COLUMNS.items():
            patch = self.keyed.get(table)
            for side in (patch.into, patch.out) if patch else ():
                for column in columns:
                    yield side[column]


def bare(patches: Mapping[str, Patch]) -> Mapping[str, Patch]:
    """The patches as they are held, by key or by id: for what does not look at units."""
    return patches.keyed if isinstance(patches, KeyedPatches) else patches


def like(patches: Mapping[str, Patch], made: Mapping[str, Patch]) -> Mapping[str, Patch]:
    """Patches made from the `bare` ones, held in the same way."""
    return KeyedPatches(made, patches.ids) if isinstance(patches, KeyedPatches) else made


def by_key(patches: Mapping[str, Patch]) -> KeyedPatches:
    """Any patches by key."""
    if isinstance(patches, KeyedPatches):
        return patches
    columns = [
        side[c]
        for table, names in UNIT_COLUMNS.items()
        if table in patches
        for side in (patches[table].into, patches[table].out)
        for c in names
    ]
    ids = _each_once(columns)
    known = ids.to_frame("_id").with_columns(_key=pl.int_range(pl.len(), dtype=pl.Int32))

    def keyed(table: str, side: pl.DataFrame) -> pl.DataFrame:
        for column in UNIT_COLUMNS.get(table, ()):
            joined = side.join(known, left_on=column, right_on="_id", how="left", maintain_order="left")
            side = side.with_columns(joined["_key"].alias(column))
        return side

    return KeyedPatches({t: Patch(keyed(t, p.out), keyed(t, p.into)) for t, p in patches.items()}, ids)


def named(table: str, rows: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """Rows with ids in the place of keys, in those columns that they have."""
    columns: Iterable[str] = (c for c in UNIT_COLUMNS.get(table, ()) if rows.schema.get(c) == pl.Int32())
    return rows.with_columns(ids.gather(rows[c]).alias(c) for c in columns)


def lean(frame: pl.DataFrame) -> pl.DataFrame:
    """Rows whose `WORDS` are Enum."""
    words = [frame[c] for c in WORDS if frame.schema.get(c) == pl.String()]
    return frame.with_columns(by_runs(column, _as_enum).alias(column.name) for column in words)


def _as_enum(words: pl.Series) -> pl.Series:
    return words.cast(pl.Enum(words.drop_nulls().unique().sort()))


def _each_once(columns: Sequence[pl.Series]) -> pl.Series:
    if not columns:
        return pl.Series("id", [], pl.String)
    return (
        pl.concat([c.cast(pl.String).alias("id") for c in columns]).drop_nulls().unique(maintain_order=True)
    )
