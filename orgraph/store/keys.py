"""Ids of units and people to int32 keys, and where the keys of new ids come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model.hierarchy import Ints
from orgraph.model.keyed import UNIT_COLUMNS
from orgraph.model.packing import picked
from orgraph.model.patch import Patch
from orgraph.model.tables import ID_COLUMNS

Named = Literal["units", "people"]
NAMED: tuple[Named, ...] = ("units", "people")
KEYED: dict[str, pl.DataType] = {"key": pl.Int32(), "id": pl.String()}

HOLDERS: dict[str, Mapping[str, Named]] = {
    **cast("dict[str, Mapping[str, Named]]", ID_COLUMNS),
    "contacts": {"person": "people"},
}
"""Columns of each table that hold the id of a unit or a person."""


@dataclass(frozen=True)
class Keys:
    """``key``, ``id`` of units and of people."""

    units: pl.DataFrame
    people: pl.DataFrame

    def of(self, named: Named) -> pl.DataFrame:
        """The keys of units or of people."""
        return self.units if named == "units" else self.people

    def keyed(self, table: str, frame: pl.DataFrame) -> pl.DataFrame:
        """Rows with keys in the place of ids; units and people keep their id beside the key.

        Only columns that `frame` has; null where an id has no key.
        """
        if table in NAMED and "id" in frame.columns:
            known = self.of("units" if table == "units" else "people")
            return frame.join(known, on="id", how="left", maintain_order="left").select(
                "key", pl.exclude("key")
            )
        for column, named in HOLDERS.get(table, {}).items():
            if column in frame.columns:
                known = self.of(named).rename({"id": column, "key": "_key"})
                joined = frame.join(known, on=column, how="left", maintain_order="left")
                frame = joined.with_columns(pl.col("_key").alias(column)).drop("_key")
        return frame


@dataclass(frozen=True)
class UnitKeys:
    """From the keys of some patches to the keys of a store.

    Attributes
    ----------
    ids
        The id behind each key of the patches.
    store
        Key of the patches → key of the store; −1 where the patches do not name the unit.
    used
        The keys that the patches name.
    fresh
        Which of these the store has not met before.
    same
        Whether the store's keys are those of the patches, as in an import from its last revision.
    """

    ids: pl.Series
    store: pl.Series
    used: Ints
    fresh: npt.NDArray[np.bool_]
    same: bool

    @classmethod
    def of(cls, ids: pl.Series, used: Ints, known: pl.Series, first: int) -> UnitKeys:
        """`known`: the store's key of each used unit, null for none; new ones begin at `first`."""
        fresh = known.is_null().to_numpy()
        keys = known.fill_null(0).to_numpy().copy()
        keys[fresh] = np.arange(first, first + fresh.sum(), dtype=np.int32)
        store = np.full(len(ids), -1, np.int32)
        store[used] = keys
        return cls(ids, pl.Series(store), used, fresh, np.array_equal(keys, used))

    def stored(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with the store's keys; units keep their id beside the key."""
        moved = [self._moved(rows[c]) for c in UNIT_COLUMNS.get(table, ()) if c in rows.columns]
        if table != "units":
            return rows.with_columns(moved)
        named = rows.with_columns(picked(self.ids, rows["id"]).alias("id"))
        return named.insert_column(0, moved[0].alias("key"))

    def _moved(self, keys: pl.Series) -> pl.Series:
        return keys if self.same else self.store.gather(keys).alias(keys.name)

    def perhaps_absent(self, units: Patch | None) -> pl.DataFrame:
        """``key``, ``id`` of units that may have no row, or one again; not of new ones with a row."""
        here = np.zeros(len(self.ids), bool)
        if units is not None:
            here[units.into["id"].to_numpy()] = True
        asked = self.used[~(self.fresh & here[self.used])]
        return pl.DataFrame([self.store.gather(asked).alias("key"), self.ids.gather(asked).alias("id")])


def with_people(table: str, frame: pl.DataFrame, people: pl.DataFrame) -> pl.DataFrame:
    """Rows with keys in the place of the ids of people."""
    if table == "people":
        return frame.join(people, on="id", how="left", maintain_order="left").select("key", pl.exclude("key"))
    for column, of in HOLDERS.get(table, {}).items():
        if of == "people" and column in frame.columns:
            joined = frame.join(people, left_on=column, right_on="id", how="left", maintain_order="left")
            frame = frame.with_columns(joined["key"].alias(column))
    return frame


def ids_in(named: Named, tables: Mapping[str, Iterable[pl.DataFrame]]) -> pl.Series:
    """Every id of a unit (or person) in some rows, once, the ones that have rows of their own first."""
    found = [f["id"] for f in tables.get(named, ()) if "id" in f.columns]
    for table, columns in HOLDERS.items():
        wanted = [column for column, of in columns.items() if of == named]
        found += [f[c] for f in tables.get(table, ()) for c in wanted if c in f.columns]
    if not found:
        return pl.Series("id", [], pl.String)
    return pl.concat([s.alias("id") for s in found]).drop_nulls().unique(maintain_order=True)


def extended(known: pl.DataFrame, ids: pl.Series, first: int) -> pl.DataFrame:
    """The known keys and, from `first` on, keys for those ids that have none."""
    fresh = ids.to_frame("id").join(known, on="id", how="anti", maintain_order="left")
    made = fresh.select(pl.int_range(first, first + pl.len(), dtype=pl.Int32).alias("key"), "id")
    return pl.concat([known, made])
