"""Every unit that a draft speaks of, by the int32 key that its tables hold in the place of the id.

Units of the store keep the key that they have in its timeline; units that rows make get the next ones. So
whatever is joined on the way from rows to changes is joined by whole numbers, and ids are text only where
somebody reads them.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from orgraph.model.keyed import UNIT_COLUMNS, named
from orgraph.model.packing import picked
from orgraph.model.structure import Structures
from orgraph.model.tables import Org


class Register:
    """The ids of units by key; grows while rows are read."""

    def __init__(self, timeline: Org) -> None:
        known = pl.concat([timeline.units.select("key", "id"), timeline.strangers])
        keys = known["key"].to_numpy()
        row = np.full(int(keys.max(initial=-1)) + 1, -1, np.int32)
        row[keys] = np.arange(len(keys), dtype=np.int32)
        self._ids = [known["id"].gather(pl.Series(row).replace(-1, None))]
        self._size = len(row)

    def __len__(self) -> int:
        """The key that the next unit gets."""
        return self._size

    @property
    def ids(self) -> pl.Series:
        """The id of every key; null where a key is not in use."""
        if len(self._ids) > 1:
            self._ids = [pl.concat(self._ids, rechunk=True)]  # what is looked up in is in one piece
        return self._ids[0]

    def enter(self, ids: pl.Series, *, new: bool) -> pl.Series:
        """The keys of units; `new`: none of them was ever met."""
        if new or not self._size:
            return self._next(ids)
        known = self.ids.to_frame("id").with_columns(key=pl.int_range(pl.len(), dtype=pl.Int32))
        keys = ids.to_frame("id").join(known, on="id", how="left", maintain_order="left")["key"]
        if keys.has_nulls():
            fresh = self._next(ids.filter(keys.is_null()))
            keys = keys.scatter(keys.is_null().arg_true(), fresh)
        return keys

    def _next(self, ids: pl.Series) -> pl.Series:
        first = self._size
        self._ids.append(ids.alias("id"))
        self._size += len(ids)
        return pl.int_range(first, self._size, dtype=pl.Int32, eager=True)

    def shown(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows of a table, or what is claimed of them, with ids in the place of keys."""
        return named(table, rows, self.ids)

    # --- tables and organisations --------------------------------------------------------------

    def tables(self, timeline: Org) -> dict[str, pl.DataFrame]:
        """The tables of a timeline as a draft holds them: units by key, people by id."""
        return {
            "units": timeline.units.drop("id").rename({"key": "id"}),
            "links": timeline.links,
            "people": timeline.table("people"),
            "memberships": timeline.table("memberships").with_columns(timeline.memberships["unit"]),
            "measures": timeline.measures,
        }

    def org(self, structures: Structures, tables: Mapping[str, pl.DataFrame]) -> Org:
        """The timeline that tables of a draft hold."""
        people = Org.from_tables(structures, people=tables["people"]).people
        persons = people.select(person="id", _key="key")
        memberships = tables["memberships"].join(persons, on="person", how="left", maintain_order="left")
        keys = tables["units"]["id"].alias("key")
        units = pl.DataFrame([keys, picked(self.ids, keys).alias("id")])
        return Org(
            units=pl.concat([units, tables["units"].drop("id")], how="horizontal"),
            links=tables["links"],
            people=people,
            memberships=memberships.with_columns(person=pl.col("_key")).drop("_key"),
            measures=tables["measures"],
            structures=structures,
            strangers=self._absent(tables),
        )

    def _absent(self, tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
        """``key``, ``id`` of units that are referred to and have no row."""
        met = np.zeros(self._size, bool)
        for table, columns in UNIT_COLUMNS.items():
            for column in columns if table != "units" else ():
                met |= np.bincount(tables[table][column].drop_nulls(), minlength=self._size) > 0
        met[tables["units"]["id"].to_numpy()] = False
        keys = pl.Series("key", np.flatnonzero(met).astype(np.int32))
        return pl.DataFrame([keys, self.ids.gather(keys).alias("id")])
