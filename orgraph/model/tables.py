"""An organisation at a moment: five Polars tables and the structures that say what may stand in them.

Inside an `Org` units and people are int32 keys, so that joins, trees and facts never touch text; results,
changes and exports carry ids. `Org.from_tables` is the door from ids to keys, `Org.table` the door back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model import hierarchy
from orgraph.model.errors import AmbiguousName, UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Hierarchy, Ints
from orgraph.model.packing import numbered, packed
from orgraph.model.runs import Runs

if TYPE_CHECKING:
    from orgraph.model.structure import Structures

Table = Literal["units", "links", "people", "memberships", "measures"]
TABLES: tuple[Table, ...] = ("units", "links", "people", "memberships", "measures")

FIXED: dict[str, dict[str, pl.DataType]] = {
    "units": {
        "id": pl.String(),
        "since": pl.Date(),
        "kind": pl.String(),
        "structure": pl.String(),
        "name": pl.String(),
        "until": pl.Date(),
    },
    "links": {
        "source": pl.String(),
        "target": pl.String(),
        "relation": pl.String(),
        "since": pl.Date(),
        "until": pl.Date(),
    },
    "people": {"id": pl.String(), "name": pl.String()},
    "memberships": {
        "person": pl.String(),
        "unit": pl.String(),
        "role": pl.String(),
        "since": pl.Date(),
        "until": pl.Date(),
    },
    "measures": {
        "unit": pl.String(),
        "measure": pl.String(),
        "since": pl.Date(),
        "until": pl.Date(),
        "value": pl.Int64(),
    },
}
"""The columns that every organisation has, as they stand outside an `Org`: units and people by id."""

KEYS: dict[str, tuple[str, ...]] = {
    "units": ("id", "since"),
    "links": ("source", "target", "relation", "since"),
    "people": ("id",),
    "memberships": ("person", "unit", "role", "since"),
    "measures": ("unit", "measure", "since", "until"),
}
"""What makes a row of each table one row. A `since` of null means: from an unknown day on."""

ID_COLUMNS: dict[Table, dict[str, Literal["units", "people"]]] = {
    "links": {"source": "units", "target": "units"},
    "memberships": {"person": "people", "unit": "units"},
    "measures": {"unit": "units"},
}
"""Columns that hold the id of a unit or a person; inside an `Org` they hold its int32 key."""

DTYPES: dict[str, pl.DataType] = {
    "int": pl.Int64(),
    "float": pl.Float64(),
    "text": pl.String(),
    "date": pl.Date(),
    "bool": pl.Boolean(),
}


def schema(structures: Structures, table: Table) -> dict[str, pl.DataType]:
    """Columns and dtypes of a table: the fixed ones, then those that the structures declare."""
    if table == "measures":
        return dict(FIXED[table])
    declared = structures.columns(table)
    return FIXED[table] | {name: DTYPES[column.type] for name, column in declared.items()}


def conform(frame: pl.DataFrame, wanted: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """The columns of `wanted` in their order and dtypes; missing ones are null, others are dropped."""
    if not frame.width:
        return pl.DataFrame(schema=wanted)
    return frame.select(
        (pl.col(name) if name in frame.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in wanted.items()
    )


@dataclass(frozen=True, eq=False, repr=False)
class Org:
    """An organisation on a day, or, where `on` is None, all its versions.

    Attributes
    ----------
    units
        ``key`` Int32, ``id``, ``since`` (null = unknown), ``kind``, ``structure``, ``name``, ``until``
        (null = open), then the declared columns. On a day: one row per unit.
    links
        ``source``, ``target`` (keys of units), ``relation``, ``since``, ``until``, declared columns. In a
        tree the source is the child and the target its parent.
    people
        ``key`` Int32, ``id``, ``name`` (null once forgotten), declared columns.
    memberships
        ``person``, ``unit`` (keys), ``role``, ``since``, ``until``, declared columns.
    measures
        ``unit`` (key), ``measure``, ``since``, ``until``, ``value`` Int64 in the measure's smallest unit.
    structures
        What may stand in the tables.
    on, revision
        The day shown, and the revision of the store it was read from (0: none).
    strangers
        ``key``, ``id`` of units that are referred to and are not in `units`.
    versions
        Equal in two that show days of the same versions, just as they are: what tells them apart is their
        day alone. A copy that `dataclasses.replace` makes has None, for its rows may be others.
    """

    units: pl.DataFrame
    links: pl.DataFrame
    people: pl.DataFrame
    memberships: pl.DataFrame
    measures: pl.DataFrame
    structures: Structures
    on: date | None = None
    revision: int = 0
    strangers: pl.DataFrame = field(
        default_factory=lambda: pl.DataFrame(schema={"key": pl.Int32, "id": pl.String})
    )
    versions: object = field(default=None, init=False, repr=False)

    def __repr__(self) -> str:
        """The day, the revision and how much there is, not the tables."""
        sizes = ", ".join(f"{getattr(self, table).height:,} {table}" for table in TABLES)
        return f"Org(on={self.on}, revision={self.revision}: {sizes})"

    @classmethod
    def from_tables(
        cls,
        structures: Structures,
        *,
        on: date | None = None,
        revision: int = 0,
        **tables: pl.DataFrame,
    ) -> Org:
        """An `Org` from tables that hold ids.

        Parameters
        ----------
        structures
            What may stand in the tables.
        on, revision
            The day that the tables show (None: all versions) and the revision they come from.
        **tables
            `units`, `links`, `people`, `memberships`, `measures` as in `FIXED`; a missing table is empty,
            a missing column null.
        """
        unknown = set(tables) - set(TABLES)
        if unknown:
            raise UnknownName(say(zh="表", en="table"), min(unknown), TABLES)
        plain = {t: conform(tables.get(t, pl.DataFrame()), schema(structures, t)) for t in TABLES}
        unit_keys = _keys(plain["units"]["id"])
        referred = [plain[t][c] for t, cs in ID_COLUMNS.items() for c, of in cs.items() if of == "units"]
        absent = pl.concat(referred).drop_nulls().unique(maintain_order=True).to_frame("id")
        strangers = absent.join(unit_keys, on="id", how="anti").select(
            pl.int_range(unit_keys.height, unit_keys.height + pl.len(), dtype=pl.Int32).alias("key"), "id"
        )
        keys = {
            "units": pl.concat([unit_keys, strangers], how="diagonal"),
            "people": _keys(plain["people"]["id"]),
        }
        return cls(
            units=_with_key(plain["units"], keys["units"]),
            people=_with_key(plain["people"], keys["people"]),
            **{t: _to_keys(plain[t], ID_COLUMNS[t], keys) for t in ID_COLUMNS},
            structures=structures,
            on=on,
            revision=revision,
            strangers=strangers,
        )

    def table(self, name: Table) -> pl.DataFrame:
        """A table with ids in the place of keys, as in `FIXED`."""
        return self.named(name, getattr(self, name))

    def named(self, name: Table, frame: pl.DataFrame) -> pl.DataFrame:
        """Some rows of a table with ids in the place of keys."""
        if name in ("units", "people"):
            return frame.drop("key")
        for column, of in ID_COLUMNS[name].items():
            frame = frame.with_columns(self._ids(of, frame[column]))
        return frame

    def tables(self) -> dict[str, pl.DataFrame]:
        """All five tables with ids in the place of keys."""
        return {name: self.table(name) for name in TABLES}

    def alive(self, on: date) -> Org:
        """What holds on a day: ``since ≤ on < until``; null is open on both sides.

        Measures are kept where their period has begun: a stock is an observation of one day, and what
        counts on a later day is the latest one.
        """
        holds = pl.col("since").fill_null(date.min).le(on) & pl.col("until").fill_null(date.max).gt(on)
        begun = pl.col("since").fill_null(date.min).le(on)
        units = _where(self.units, holds)
        strangers = self.strangers
        if len(units) < len(self.units):  # figures outlive their unit, and still have to name it
            every = pl.concat([strangers, self.units.select("key", "id")]).unique("key", maintain_order=True)
            strangers = every.join(units, on="key", how="anti")
        made = replace(
            self,
            units=units,
            links=_where(self.links, holds),
            memberships=_where(self.memberships, holds),
            measures=_where(self.measures, begun),
            on=on,
            strangers=strangers,
        )
        return made.showing(self._versions) if self.on is None else made

    def showing(self, versions: object) -> Org:
        """The same organisation, from now on known to show a day of some versions; see the attribute."""
        object.__setattr__(self, "versions", versions)
        return self

    @cached_property
    def _versions(self) -> object:
        return object()

    def rows(self, keys: Ints | pl.Series) -> Ints:
        """Rows of `units` that hold the units of these keys (any shape); −1 where a unit is absent."""
        wanted = np.asarray(keys, np.int64)
        inside = (wanted >= 0) & (wanted < len(self._row_of_key))
        return np.where(inside, self._row_of_key[np.where(inside, wanted, 0)], np.int32(-1))

    def hierarchy(self, tree: str) -> Hierarchy:
        """The forest of one tree over the units; built once for each `Org` and tree.

        Raises
        ------
        UnknownName
            No structure declares such a tree.
        """
        if tree not in self.structures.trees:
            raise UnknownName(say(zh="隶属关系", en="tree"), tree, self.structures.trees)
        if tree not in self._hierarchies:
            links = self._links_of(tree)
            self._hierarchies[tree] = hierarchy.build(
                tree, self.rows(links["source"]), self.rows(links["target"]), self._standing_in(tree)
            )
        return self._hierarchies[tree]

    def _standing_in(self, tree: str) -> npt.NDArray[np.bool_]:
        """Whether each row of `units` has a place in the tree by the rules it stands under.

        Units whose rules are not known go by the merged vocabulary.
        """
        by_file = self.structures.standing_in(tree)
        anywhere = frozenset(k for k in self.structures.kinds if self.structures.takes_part(k, tree))
        sort, sorts = self.sorts
        standing = [k in anywhere and k in by_file.get(file, anywhere) for file, k in sorts.iter_rows()]
        return np.array(standing, bool)[sort]

    def trees(self) -> list[str]:
        """Trees that have links here, the one with the most links first."""
        counts = (
            self.links.filter(pl.col("relation").is_in(list(self.structures.trees)))
            .group_by("relation", maintain_order=True)
            .len()
            .sort("len", descending=True, maintain_order=True)
        )
        return counts["relation"].to_list()

    @cached_property
    def fullest(self) -> str | None:
        """The first of `trees`; None where there is none."""
        relation = self.links["relation"]
        first = relation.first() if len(relation) else None
        if first in self.structures.trees and 2 * (relation == first).sum() > len(relation):
            return str(first)
        return next(iter(self.trees()), None)

    def find(self, text: str) -> str:
        """The id of the unit meant: by id, by name, or by a path of names such as ``洪合镇/锦绣社区``.

        Raises
        ------
        UnknownName
            No unit bears the id or name; the nearest names are offered.
        AmbiguousName
            Several units bear the name; their ids are listed.
        """
        if (self.units["id"] == text).any():
            return text
        *above, name = text.split("/")
        candidates = self.units.filter(pl.col("name") == name)
        if above and candidates.height:
            rows = self.rows(candidates["key"])
            candidates = candidates.filter(pl.Series([self._stands_below(int(r), above) for r in rows]))
        if candidates.height == 1:
            return str(candidates["id"][0])
        if candidates.height > 1:
            some = candidates.unique("id").sort("id")
            raise AmbiguousName(text, some["id"].to_list(), self._places(some["key"]))
        raise UnknownName(say(zh="单位", en="unit"), text, _similar(self.units["name"], name))

    def _places(self, keys: pl.Series) -> list[str]:
        """The names above each of some units in the first tree that has any; a dash where none has."""
        rows = self.rows(keys)
        names = self.units["name"].gather(rows)
        found = pl.Series([None], dtype=pl.String).new_from_index(0, len(rows))
        for tree in self.trees():
            above = self.paths(tree, rows).str.strip_suffix(names).str.strip_suffix("/")
            found = found.zip_with(found.is_not_null(), above.set(above == "", None))
        return found.fill_null("–").to_list()

    def row(self, text: str) -> int:
        """The row of the unit meant; see `find`."""
        return int(self.units["id"].index_of(self.find(text)) or 0)

    def paths(self, tree: str, rows: Ints) -> pl.Series:
        """Names from the root down to each of some units, joined by ``/``; the bare name outside the tree."""
        h = self.hierarchy(tree)
        names = self.units["name"]
        path = names.gather(rows)
        above = h.above(h.position[rows])
        while (above >= 0).any():
            upper = names.gather(pl.Series(np.append(h.order, np.int32(-1))[above]).replace(-1, None))
            longer = pl.when(upper.is_not_null()).then(upper + "/" + path).otherwise(path)
            path, above = pl.select(longer).to_series(), h.above(above)
        return path.alias("path")

    def _stands_below(self, row: int, names: list[str]) -> bool:
        """Whether the unit has ancestors of these names, in this order, in some tree."""
        for tree in self.trees():
            h = self.hierarchy(tree)
            wanted, at = list(names), int(h.position[row])
            while at >= 0 and wanted:
                at = int(h.parent[at])
                if at >= 0 and self.units["name"][int(h.order[at])] == wanted[-1]:
                    wanted.pop()
            if not wanted:
                return True
        return False

    @cached_property
    def sorts(self) -> tuple[npt.NDArray[np.int64], pl.DataFrame]:
        """The few pairs of ``structure`` and ``kind`` that there are, after which of them each unit has."""
        both = self.units.select("structure", "kind")
        numbers = packed(both, both.columns)
        if numbers is None:  # as many kinds as units
            return np.arange(both.height), both
        met, sort = numbered(numbers.to_numpy())
        first = np.zeros(len(met), np.int64)
        first[sort[::-1]] = np.arange(len(sort))[::-1]
        return sort, both[first]

    def _ids(self, of: Literal["units", "people"], keys: pl.Series) -> pl.Series:
        """The ids of some keys; null where a key is not in use."""
        place, ids = self._unit_ids if of == "units" else self._person_ids
        at = place[keys.fill_null(-1).clip(-1, len(place) - 1).to_numpy()]
        return ids.gather(pl.Series(at, dtype=pl.Int32).replace(-1, None)).alias(keys.name)

    @cached_property
    def _hierarchies(self) -> dict[str, Hierarchy]:
        return {}

    def _links_of(self, relation: str) -> pl.DataFrame:
        if self._links_by_relation is None:
            return self.links.filter(pl.col("relation") == relation)
        return self._links_by_relation.get(relation, self.links.clear())

    @cached_property
    def _links_by_relation(self) -> dict[str, pl.DataFrame] | None:
        """The links in parts, none of which is copied; None where relations stand all mixed."""
        runs = Runs.of(self.links["relation"])
        return runs.parts(self.links, "relation") if len(runs.starts) <= 1000 else None

    @cached_property
    def _row_of_key(self) -> Ints:
        keys = self.units["key"].to_numpy()
        lookup = np.full(int(keys.max()) + 1 if len(keys) else 1, -1, np.int32)
        lookup[keys] = np.arange(len(keys), dtype=np.int32)
        return lookup

    @cached_property
    def _unit_ids(self) -> tuple[Ints, pl.Series]:
        return _by_key(pl.concat([self.units.select("key", "id"), self.strangers]))

    @cached_property
    def _person_ids(self) -> tuple[Ints, pl.Series]:
        return _by_key(self.people.select("key", "id"))


def _where(frame: pl.DataFrame, holds: pl.Expr) -> pl.DataFrame:
    """The rows for which something holds; mostly it holds for all of them."""
    marks = frame.select(holds.alias("holds"))["holds"]
    return frame if marks.all() else frame.filter(marks)


def _similar(names: pl.Series, wanted: str) -> list[str]:
    """The thousand names that share most characters with the one wanted: enough to find the nearest."""
    shared = pl.sum_horizontal(pl.col("name").str.contains(c, literal=True) for c in set(wanted))
    by_shared = names.unique().to_frame("name").with_columns(shared=shared).filter(pl.col("shared") > 0)
    return by_shared.top_k(1000, by="shared")["name"].to_list()


def _keys(ids: pl.Series) -> pl.DataFrame:
    unique = ids.unique(maintain_order=True).to_frame("id")
    return unique.select(pl.int_range(pl.len(), dtype=pl.Int32).alias("key"), "id")


def _with_key(frame: pl.DataFrame, keys: pl.DataFrame) -> pl.DataFrame:
    return frame.join(keys, on="id", how="left", maintain_order="left").select("key", pl.exclude("key"))


def _to_keys(
    frame: pl.DataFrame, columns: Mapping[str, str], keys: Mapping[str, pl.DataFrame]
) -> pl.DataFrame:
    for column, of in columns.items():
        named = keys[of].rename({"id": column, "key": "_key"})
        joined = frame.join(named, on=column, how="left", maintain_order="left")
        frame = joined.with_columns(pl.col("_key").alias(column)).drop("_key")
    return frame


def _by_key(keyed: pl.DataFrame) -> tuple[Ints, pl.Series]:
    """Key → where its id stands, −1 where a key is not in use and at one place past the last; and the ids."""
    keys = keyed["key"].to_numpy()
    place = np.full(int(keys.max(initial=-1)) + 2, -1, np.int32)
    place[keys] = np.arange(len(keys), dtype=np.int32)
    return place, keyed["id"]
