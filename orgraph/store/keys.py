"""Ids of units and people to int32 keys, and where the keys of new ids come from."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, cast

import polars as pl

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
