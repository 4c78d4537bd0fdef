"""The units that rows of a roster can name: those of the store on the day, and those that the rows make.

Every unit has a *handle*, its row in `World.units`; look-ups are joins over distinct names and hand back
handles. Names are compared by `cells.clean.keys`.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model import hierarchy
from orgraph.model.hierarchy import Hierarchy, Ints
from orgraph.model.packing import doubled
from orgraph.model.runs import by_runs, distinct
from orgraph.model.structure import Structure, Structures
from orgraph.model.tables import Org
from orgraph.roster.cells.clean import keys
from orgraph.roster.register import Register

Marks = npt.NDArray[np.bool_]

NOWHERE: Final = -1

UNITS = {
    "handle": pl.Int32(),
    "id": pl.String(),
    "kind": pl.String(),
    "name": pl.String(),
    "key": pl.String(),
    "structure": pl.String(),
}

REFERENCES = {"ref": pl.UInt32(), "anchor": pl.Int32(), "key": pl.String()}
"""What is looked up: a number, the unit within which (null: anywhere), the key of a name."""

MATCHES = {"ref": pl.UInt32(), "handle": pl.Int32(), "count": pl.UInt32()}
"""What is found: one of the units, and how many there are."""


class World:
    """Units, and what stands above them in each tree; grows while rows are read.

    Parameters
    ----------
    timeline
        All versions in the store.
    day
        The day of the roster. A unit that is not alive then, but begins later, counts as known: the roster
        tells of its earlier days.
    register
        The keys by which the tables of the draft know units, where there is one: new units are entered there.

    Attributes
    ----------
    first_new
        Units that rows make have this key or a higher one.
    """

    def __init__(self, timeline: Org, day: date, register: Register | None = None) -> None:
        self.structures: Structures = timeline.structures
        alive = timeline.alive(day)
        later = timeline.units.filter(pl.col("since") > day).sort("since", maintain_order=True)
        later = later.unique("key", keep="first", maintain_order=True).join(alive.units, on="key", how="anti")
        known = pl.concat([alive.units.select(later.columns), later])
        self.units = _units(known.select("id", "kind", "name", "structure"), 0)
        self.old = self.units.height
        self.register = Register(timeline) if register is None else register
        self.first_new = len(self.register)
        self._tabled = known["key"].alias("")
        self.taken = pl.concat([timeline.units["id"], timeline.strangers["id"]]).unique()
        handles = np.full(
            1 + int(max(_largest(timeline.units), _largest(timeline.strangers))), NOWHERE, np.int32
        )
        handles[known["key"].to_numpy()] = np.arange(known.height, dtype=np.int32)
        links = alive.links
        if later.height:
            early = timeline.links.filter(pl.col("since") > day).sort("since", maintain_order=True)
            links = pl.concat([links, early.join(later.select(source="key"), on="source", how="semi")])
        self.above: dict[str, Ints] = {t: self._parents(links, t, handles) for t in self.structures.trees}
        self._hierarchies: dict[str, Hierarchy] = {}
        self._within: dict[str, Marks] = {}

    def _parents(self, links: pl.DataFrame, tree: str, handles: Ints) -> Ints:
        above = np.full(self.old, NOWHERE, np.int32)
        ties = links.filter(pl.col("relation") == tree).unique("source", keep="first", maintain_order=True)
        child, parent = (handles[ties[c].to_numpy()] for c in ("source", "target"))
        above[child[child >= 0]] = parent[child >= 0]
        return above

    def __len__(self) -> int:
        return self.units.height

    def add(self, units: pl.DataFrame, *, new: bool = False) -> pl.Series:
        """Make units known (``id``, ``kind``, ``name``, ``structure``, perhaps the ``key`` of the name).

        `new`: their ids are none that was ever met. Their handles are handed back.
        """
        made = _units(units, len(self))
        self.units = pl.concat([self.units, made], rechunk=True)  # what is looked up in is in one piece
        grown = np.full(made.height, NOWHERE, np.int32)
        self.above = {tree: np.concatenate([above, grown]) for tree, above in self.above.items()}
        self.taken = self.taken.append(made["id"].drop_nulls())
        entered = self.register.enter(made["id"], new=new).alias("")
        self._tabled = pl.concat([self._tabled, entered], rechunk=True)
        self._changed()
        return made["handle"]

    def place(self, tree: str, child: pl.Series, parent: pl.Series) -> None:
        """State what stands above units from now on."""
        if child.len():
            self.above[tree][child.to_numpy()] = parent.fill_null(NOWHERE).to_numpy()
            self._changed()

    def call(self, handle: int, name: str) -> None:
        """Let a unit be found by another name from now on."""
        named = pl.Series([name], dtype=pl.String)
        self.units = self.units.with_columns(
            self.units["name"].scatter(handle, named), self.units["key"].scatter(handle, keys(named))
        )

    def _changed(self) -> None:
        self._hierarchies.clear()
        self._within.clear()

    def hierarchy(self, tree: str) -> Hierarchy:
        """The tree as it stands now, over handles."""
        if tree not in self._hierarchies:
            above = self.above[tree]
            child = np.flatnonzero(above >= 0).astype(np.int32)
            alone = np.ones(len(self), bool)
            self._hierarchies[tree] = hierarchy.build(tree, child, above[child], alone)
        return self._hierarchies[tree]

    # --- looking up ----------------------------------------------------------------------------

    def by_id(self, texts: pl.DataFrame) -> pl.DataFrame:
        """``ref``, ``text`` → those whose text is an id: ``ref``, ``handle``, ``kind``."""
        known = self.units.select("id", "handle", "kind").filter(pl.col("id").is_not_null())
        return texts.join(known, left_on="text", right_on="id", how="inner").select("ref", "handle", "kind")

    def children(self, refs: pl.DataFrame, tree: str, kinds: Iterable[str]) -> pl.DataFrame:
        """Units of some kinds that stand directly under the anchor and bear the name; see `MATCHES`."""
        some = self.units.lazy().filter(pl.col("kind").is_in(list(kinds))).select("handle", "key").collect()
        some = some.with_columns(
            anchor=pl.Series(self.above[tree][some["handle"].to_numpy()], dtype=pl.Int32)
        )
        return _counted(refs.join(some, on=["anchor", "key"], how="inner").select("ref", "handle"))

    def below(self, refs: pl.DataFrame, tree: str, kinds: Iterable[str] | None) -> pl.DataFrame:
        """Units of some kinds (None: any) at any depth under the anchor that bear the name; see `MATCHES`.

        The places of each name are sorted by preorder, so that those inside the anchor's subtree are a slice.
        """
        tree_now = self.hierarchy(tree)
        wanted = refs["key"].unique()
        some = self.units.lazy().filter(pl.col("key").is_in(wanted.implode()))
        some = some if kinds is None else some.filter(pl.col("kind").is_in(list(kinds)))
        named = some.select("handle", "key").collect()
        numbers = named.select("key").unique().with_row_index("name")
        named = named.join(numbers, on="key").select("name", "handle")
        size = len(self) + 1
        place = (
            named["name"].to_numpy().astype(np.int64) * size + tree_now.position[named["handle"].to_numpy()]
        )
        placed = tree_now.position[named["handle"].to_numpy()] >= 0
        order = np.argsort(place[placed], kind="stable")
        place, handles = place[placed][order], named["handle"].to_numpy()[placed][order]
        asked = refs.join(numbers, on="key", how="inner")
        at = tree_now.position[asked["anchor"].to_numpy()]
        base = asked["name"].to_numpy().astype(np.int64) * size
        start = np.searchsorted(place, base + at + 1)
        stop = np.searchsorted(place, base + tree_now.end[np.maximum(at, 0)])
        count = np.where(at >= 0, stop - start, 0)
        first = (
            handles[np.minimum(start, max(len(handles) - 1, 0))]
            if len(handles)
            else np.zeros(len(at), np.int32)
        )
        made = {"ref": asked["ref"], "handle": first.astype(np.int32), "count": count.astype(np.uint32)}
        return pl.DataFrame(made, schema=MATCHES).filter(pl.col("count") > 0)

    def named(self, refs: pl.DataFrame, kinds: Iterable[str] | None, home: Structure) -> pl.DataFrame:
        """Units of some kinds that bear the name where a structure has its place; see `MATCHES`."""
        some = self.units if kinds is None else self.units.filter(pl.col("kind").is_in(list(kinds)))
        some = some.filter(pl.Series(self.within(home)[some["handle"].to_numpy()]))
        return _counted(
            refs.join(some.select("handle", "key"), on="key", how="inner").select("ref", "handle")
        )

    def scope(self, home: Structure) -> int | None:
        """The handle of the unit at which a structure has its place; None where it is not known."""
        if home.scope is None:
            return None
        at = self.units["id"].index_of(home.scope)
        return None if at is None else int(at)

    def within(self, home: Structure) -> Marks:
        """bool[handles]: units at or below the scope of a structure in any tree, and units of that structure.

        Everything, where the structure names no place or the place is not known.
        """
        if home.id not in self._within:
            scope = self.scope(home)
            if scope is None:
                inside = np.ones(len(self), bool)
            else:
                inside = (self.units["structure"] == home.id).fill_null(value=False).to_numpy().copy()
                for tree, above in self.above.items():
                    if (above >= 0).any():
                        inside[self.hierarchy(tree).subtree_rows(scope)] = True
                inside[scope] = True
            self._within[home.id] = inside
        return self._within[home.id]

    def kinds(self, handles: pl.Series) -> pl.Series:
        """Kinds of units; null for null."""
        return self.units["kind"].gather(handles)

    def are(self, handles: pl.Series, kinds: Iterable[str]) -> pl.Series:
        """Which units are of some kinds; none where there is no unit."""
        return by_runs(handles, lambda some: self.kinds(some).is_in(list(kinds)).fill_null(value=False))

    def named_above(self, handle: int) -> str:
        """The name of what stands above a unit, in the first tree where anything does; a dash for nothing."""
        above = [int(parents[handle]) for parents in self.above.values() if parents[handle] >= 0]
        return str(self.units["name"][above[0]]) if above else "–"

    def ids(self, handles: pl.Series) -> pl.Series:
        """Ids of units; null for null."""
        return self.units["id"].gather(handles)

    def tabled(self, handles: pl.Series) -> pl.Series:
        """The keys by which tables know units; null for null."""
        return self._tabled.gather(handles)

    def fresh(self, above: pl.Series, names: pl.Series, rank: pl.Series) -> pl.Series:
        """Ids for new units: the path, or ``path~2`` … where it is or was taken.

        Parameters
        ----------
        above
            The id of what each stands under; empty for nothing.
        names
            Their names.
        rank
            What decides, before the names do, which of the units with one path comes first.
        """
        path = pl.concat_str("above", "name", separator="/")
        if (above == "").any():
            path = pl.when(pl.col("above") == "").then("name").otherwise(path)
        asked = pl.DataFrame([above.alias("above"), names.alias("name"), rank.alias("rank")])
        asked = asked.select("name", "rank", path.alias("path"))
        paths = asked["path"]
        used = self._used(paths, above, names)
        again = doubled(asked, ["path"])
        if used.height:
            again = again | paths.is_in(used["path"].implode())
        shared = asked.with_row_index("row").filter(again)
        if not shared.height:
            return paths
        counted = (
            shared.sort("path", "rank", "name", maintain_order=True)
            .with_columns(nth=pl.int_range(1, pl.len() + 1).over("path"))
            .join(used, on="path", how="left")
            .select("row", nth=pl.col("nth") + pl.col("number").fill_null(0))
        )
        made = asked.with_row_index("row").join(counted, on="row", how="left", maintain_order="left")
        many = pl.col("nth") > 1
        return made.select(
            pl.when(many).then(pl.format("{}~{}", "path", "nth")).otherwise(pl.col("path"))
        ).to_series()

    def _used(self, paths: pl.Series, above: pl.Series, names: pl.Series) -> pl.DataFrame:
        """``path``, ``number``: of some paths those that are or were taken, the last number given there."""
        taken = self.taken.to_frame("id")
        if not names.str.contains("/", literal=True).any():  # what may be taken stands under the same units
            stem = pl.col("id").str.replace("[^/]*$", "")
            places = distinct(above)
            places = pl.select(pl.when(places != "").then(places + "/").otherwise(places)).to_series()
            taken = taken.filter(stem.is_in(places.implode()))
        numbered = taken.filter(pl.col("id").str.contains("~", literal=True)).select(
            path=pl.col("id").str.replace(r"~\d+$", ""),
            number=pl.col("id").str.extract(r"~(\d+)$", 1).cast(pl.Int64, strict=False).fill_null(1),
        )
        used = pl.concat([taken.select(path="id", number=pl.lit(1, pl.Int64)), numbered])
        if used.height:
            used = used.join(paths.to_frame("path"), on="path", how="semi")
        return used.group_by("path").agg(pl.col("number").max())


def _units(frame: pl.DataFrame, start: int) -> pl.DataFrame:
    numbered = frame.with_columns(
        handle=pl.int_range(start, start + frame.height, dtype=pl.Int32, eager=True),
        key=frame["key"] if "key" in frame.columns else keys(frame["name"]),
    )
    return numbered.select(pl.col(c).cast(t) for c, t in UNITS.items())


def _largest(frame: pl.DataFrame) -> int:
    return int(frame["key"].max()) if frame.height else 0  # type: ignore[arg-type]


def _counted(pairs: pl.DataFrame) -> pl.DataFrame:
    if not pairs["ref"].is_duplicated().any():
        return pairs.select("ref", "handle", count=pl.lit(1, pl.UInt32))
    return pairs.group_by("ref", maintain_order=True).agg(pl.col("handle").min(), count=pl.len())
