"""Rows → units: which unit each row is about, which units it names, and which are new.

Kinds are read from the top down, so that whatever a row names above itself is known by then. There are
loops over kinds and over columns, never over rows. Where a kind may stand under itself, rows wait until the
rows above them have been read; those that wait for each other are a cycle.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from orgraph.model.glossary import say
from orgraph.model.language.rosters import ParentForm
from orgraph.model.packing import doubled
from orgraph.model.runs import Runs
from orgraph.model.structure import Structures
from orgraph.roster.blocks import Block, ChainForm, allowed, kind_groups
from orgraph.roster.cells.clean import keys
from orgraph.roster.chains import Chains, header_of, named
from orgraph.roster.fields import cleared, value
from orgraph.roster.notes import Notes
from orgraph.roster.sheets.rows import R
from orgraph.roster.world import NOWHERE, World

PLACED = {"_r": pl.Int64(), "unit": pl.Int32()}


@dataclass
class Resolver:
    """Finds out what rows are about.

    Attributes
    ----------
    world, structures, notes
        Units known so far (grows), the vocabulary, where findings go.
    placed
        Per block (same order as given): its frame with ``unit`` and the handles of the units it names.
    chains
        What rows name above themselves, and what they say stands above.
    """

    world: World
    structures: Structures
    notes: Notes
    placed: list[tuple[Block, pl.DataFrame]] = field(default_factory=list)
    chains: Chains = field(init=False)

    def __post_init__(self) -> None:
        """The chains find in the same world."""
        self.chains = Chains(self.world, self.structures, self.notes)

    def run(self, blocks: Sequence[Block]) -> None:
        """Resolve all blocks."""
        for group in kind_groups(self.structures, blocks):
            here = [block for block in blocks if block.kind in group]
            coded = {id(block): self._coded(block) for block in here}
            self._rounds(here, group, coded)
            self.chains.ahead(blocks, group)
        for block in blocks:
            if block.kind is None:
                rows = self.chains.walk(block, block.frame)
                self.placed.append((block, self._last_named(block, rows)))

    # --- units of a kind -----------------------------------------------------------------------

    def _rounds(self, here: list[Block], group: Iterable[str], coded: dict[int, pl.DataFrame]) -> None:
        """Rows with a code and rows whose parents are known; again, as long as more become known."""
        waiting = {id(block): block.frame for block in here}
        results: dict[int, list[pl.DataFrame]] = {id(block): [] for block in here}
        while any(frame.height for frame in waiting.values()):
            pending = self._pending(here, waiting, coded, group)
            before = sum(frame.height for frame in waiting.values())
            for block in here:
                frame = waiting[id(block)]
                late = self._late(block, frame, group, pending)
                ready = frame.filter(~late)
                if ready.height:
                    rows = self.chains.walk(block, ready)
                    results[id(block)].append(self._identified(block, rows, coded[id(block)]))
                waiting[id(block)] = frame.filter(late)
            if sum(frame.height for frame in waiting.values()) == before:
                self._circular(here, waiting)
                break
        for block in here:
            if results[id(block)]:
                self.placed.append((block, pl.concat(results[id(block)], how="diagonal")))

    def _pending(
        self,
        here: list[Block],
        waiting: dict[int, pl.DataFrame],
        coded: dict[int, pl.DataFrame],
        group: Iterable[str],
    ) -> pl.Series:
        """Names of rows without a code that are still to be read; none where no column can name them."""
        found = [pl.Series([], dtype=pl.String)]
        if not any(self._may_name(block, form, group) for block in here for _, form in _chain(block)):
            return found[0]
        for block in here:
            position = block.fields.is_("name")
            if position is not None:
                rest = waiting[id(block)].join(coded[id(block)], on=R, how="anti")
                found.append(keys(rest[value(position)]).drop_nulls())
        return pl.concat([f.alias("") for f in found]).unique()

    def _late(self, block: Block, frame: pl.DataFrame, group: Iterable[str], pending: pl.Series) -> pl.Series:
        """Which rows name a unit that may be one of those still to be read."""
        late = pl.Series([False]).new_from_index(0, frame.height)
        for position, form in _chain(block):
            if self._may_name(block, form, group):
                late = late | keys(frame[value(position)]).is_in(pending.implode()).fill_null(value=False)
        return late

    def _may_name(self, block: Block, form: ChainForm, group: Iterable[str]) -> bool:
        """Whether a column can name a unit of one of these kinds."""
        return bool(set(allowed(self.structures, block, form)) & set(group))

    def _circular(self, here: list[Block], waiting: dict[int, pl.DataFrame]) -> None:
        for block in here:
            rows = waiting[id(block)]
            for columns in block.trees.values():
                position, _ = columns[-1]
                self.notes.add(
                    rows.filter(pl.col(value(position)).is_not_null()), "error", "cycle",
                    column=header_of(block, position), value=pl.col(value(position)),
                    expected=say(zh="上级链条不回到自身", en="no unit above itself"),
                    advice=say(zh="改正其中一个单位的上级", en="give one of these units another parent"),
                )  # fmt: skip

    def _coded(self, block: Block) -> pl.DataFrame:
        """``_r``, ``unit`` of the rows with a code; new codes become units at once."""
        position = block.fields.is_("id")
        if position is None:
            return pl.DataFrame(schema=PLACED)
        name = block.fields.is_("name")
        rows = block.frame.filter(pl.col(value(position)).is_not_null()).select(
            R,
            text=pl.col(value(position)),
            name=pl.col(value(name)) if name is not None else pl.lit(None, pl.String),
        )
        known = self.world.units.select("id", "handle").filter(pl.col("id").is_not_null())
        new = rows.join(known, left_on="text", right_on="id", how="anti")
        if new.height:
            nameless = new.filter(pl.col("name").is_null().all().over("text"))
            self._nameless(block, nameless)
            units = (
                new.filter(pl.col("name").is_not_null())
                .group_by("text", maintain_order=True)
                .agg(pl.col("name").min())
            )
            self.world.add(
                units.select(id="text", kind=pl.lit(block.kind), name="name", structure=pl.lit(block.home.id))
            )
            known = self.world.units.select("id", "handle").filter(pl.col("id").is_not_null())
        joined = rows.join(known, left_on="text", right_on="id", how="left", maintain_order="left")
        return joined.select(R, unit="handle")

    def _identified(self, block: Block, rows: pl.DataFrame, coded: pl.DataFrame) -> pl.DataFrame:
        """Rows with the handle of their unit; what they say of its parents is noted."""
        if not coded.height:
            rows = rows.with_columns(self._by_name(block, rows).alias("unit"))
            self._place(block, rows)
            return rows
        rows = rows.join(coded, on=R, how="left", maintain_order="left")
        uncoded = rows.join(coded, on=R, how="anti").drop("unit")
        if uncoded.height:
            handles = self._by_name(block, uncoded)
            found = pl.DataFrame({R: uncoded[R], "by_name": handles})
            rows = rows.join(found, on=R, how="left", maintain_order="left")
            rows = rows.with_columns(unit=pl.coalesce("unit", "by_name")).drop("by_name")
        self._place(block, rows)
        return rows

    def _by_name(self, block: Block, rows: pl.DataFrame) -> pl.Series:
        """Handles of rows without a code: known under the nearest unit named above them, or new there."""
        position = block.fields.is_("name")
        names = (
            rows[value(position)]
            if position is not None
            else pl.Series([None], dtype=pl.String).new_from_index(0, rows.height)
        )
        self._nameless(block, rows.filter(names.is_null()).select(R))
        asked = pl.DataFrame([rows[R], names.alias("name"), keys(names).alias("key")]).with_columns(
            anchor=pl.lit(None, pl.Int32), tree=pl.lit(None, pl.String), direct=pl.lit(value=False)
        )
        failed = pl.Series([False]).new_from_index(0, rows.height)
        for tree, columns in block.trees.items():
            near, direct, lost = self._nearest(block, rows, tree, columns)
            free = asked["anchor"].is_null() & near.is_not_null()
            asked = asked.with_columns(
                anchor=asked["anchor"].zip_with(~free, near),
                tree=pl.select(pl.when(free).then(pl.lit(tree)).otherwise(asked["tree"])).to_series(),
                direct=asked["direct"].zip_with(~free, direct),
            )
            failed = failed | lost
        # There is one unit for each value of a kind, wherever a row says that it hangs.
        always = pl.col("name").is_in(self.structures.kinds[block.kind or ""].values)
        asked = asked.with_columns(pl.when(~always).then(pl.col("anchor", "tree")))
        asked = asked.filter(pl.col("name").is_not_null() & ~failed)
        found = [pl.DataFrame(schema={**PLACED, "new": pl.Boolean()})]
        found += [self._seek(block, some, within, direct=near) for within, near, some in _parted(asked)]
        made = self._new(block, asked, pl.concat(found))
        if made[R].equals(rows[R]):
            return made["unit"]
        return rows.select(R).join(made, on=R, how="left", maintain_order="left")["unit"]

    def _nearest(
        self, block: Block, rows: pl.DataFrame, tree: str, columns: Sequence[tuple[int, ChainForm]]
    ) -> tuple[pl.Series, pl.Series, pl.Series]:
        """Per row: the nearest unit named above in a tree, whether that is the parent; what is lost."""
        under = self.structures.under(block.home.id, block.kind or "").get(tree, ())
        near = pl.Series([None], dtype=pl.Int32).new_from_index(0, rows.height)
        direct = pl.Series([False]).new_from_index(0, rows.height)
        lost = direct
        for position, form in reversed(columns):
            handles = rows[named(position)]
            lost = lost | (handles.is_null() & rows[value(position)].is_not_null())
            free = near.is_null() & handles.is_not_null()
            near = near.zip_with(~free, handles)
            parent = isinstance(form, ParentForm)
            fits = self.world.are(handles, under)
            direct = direct.zip_with(~free, fits | parent)
        return near, direct, lost

    def _seek(self, block: Block, some: pl.DataFrame, tree: str | None, *, direct: bool) -> pl.DataFrame:
        """Units that rows without a code are about, where they are known: ``_r``, ``unit``, ``new``."""
        kind = [block.kind or ""]
        some = some.with_row_index("ref")
        refs = some.select("ref", "anchor", "key")
        if tree is None:
            found = self.world.named(refs, kind, block.home)
        elif direct:
            found = self.world.children(refs, tree, kind)
        else:
            found = self.world.below(refs, tree, kind)
        if found.is_empty():
            return some.select(R, unit=pl.lit(None, pl.Int32), new=pl.lit(value=True))
        joined = some.join(found, on="ref", how="left", maintain_order="left")
        many = joined.filter(pl.col("count") > 1)
        position = block.fields.is_("name")
        self.notes.add(
            many, "error", "ambiguous-name", column=header_of(block, position), value=pl.col("name"),
            expected=say(zh="只有一个单位叫这个名称", en="a name that one unit bears"),
            advice=say(zh="填写上级,或使用编号", en="fill in the parent, or use a code"),
        )  # fmt: skip
        return joined.select(R, unit="handle", new=pl.col("handle").is_null())

    def _new(self, block: Block, asked: pl.DataFrame, found: pl.DataFrame) -> pl.DataFrame:
        """``_r``, ``unit`` of all rows; what is known nowhere becomes a unit, one for each place and name."""
        known = found.filter(~pl.col("new")).select(R, "unit")
        rows = asked.join(known, on=R, how="anti") if known.height else asked
        if not rows.height:
            return known
        if not doubled(rows, ["anchor", "key"]).any():
            each = rows.select(R, unit=self.chains.new_units(rows, block))
            return pl.concat([known, each])
        groups = rows.group_by("anchor", "key", maintain_order=True).agg(pl.col("name").min())
        handles = self.chains.new_units(groups, block)
        made = groups.with_columns(unit=handles).drop("name")
        joined = rows.join(made, on=["anchor", "key"], how="left", nulls_equal=True)
        return pl.concat([known, joined.select(R, "unit")])

    def _nameless(self, block: Block, rows: pl.DataFrame) -> None:
        position = block.fields.is_("name")
        self.notes.add(
            rows, "error", "missing-value", column=header_of(block, position),
            expected=say(zh="名称", en="a name"), advice=say(zh="填写名称", en="fill in the name"),
        )  # fmt: skip

    def _place(self, block: Block, rows: pl.DataFrame) -> None:
        """Note what rows say of parents, and hang new units that say nothing where they must hang."""
        scope = self.world.scope(block.home)
        trees = {**{t: [] for t in self.structures.under(block.home.id, block.kind or "")}, **block.trees}
        for tree, columns in trees.items():
            under = self.structures.under(block.home.id, block.kind or "").get(tree, ())
            parents = [p for p, form in columns if isinstance(form, ParentForm)]
            stated = pl.coalesce(*(pl.col(named(p)) for p in reversed(parents)), pl.lit(None, pl.Int32))
            none = pl.any_horizontal(pl.lit(value=False), *(pl.col(cleared(p)) for p in parents[-1:]))
            near = pl.coalesce(*(pl.col(named(p)) for p, _ in reversed(columns)), pl.lit(scope, pl.Int32))
            lost = (pl.col(named(p)).is_null() & pl.col(value(p)).is_not_null() for p, _ in columns)
            frame = rows.filter(pl.col("unit").is_not_null()).select(
                R,
                "unit",
                stated=stated,
                none=none,
                near=near,
                lost=pl.any_horizontal(pl.lit(value=False), *lost),
            )
            fits = self.world.are(frame["near"], under)
            bare = pl.Series(self.world.above[tree][frame["unit"].to_numpy()] == NOWHERE, dtype=pl.Boolean)
            hangs = fits & bare & ~(frame["none"] | frame["lost"]) & (frame["near"] != frame["unit"])
            given = pl.col("stated").is_not_null()
            frame = frame.with_columns(parent=pl.when(given).then("stated").when(hangs).then("near"))
            said = frame.filter(pl.col("parent").is_not_null() | pl.col("none"))
            self.chains.parents.append(said.select(R, "unit", pl.lit(tree).alias("tree"), "parent"))
            self.world.place(tree, said["unit"], said["parent"])

    def _last_named(self, block: Block, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows that make no unit, with the unit that their parent column names."""
        parents = [p for cs in block.trees.values() for p, form in cs if isinstance(form, ParentForm)]
        unit = pl.coalesce(*(pl.col(named(p)) for p in parents), pl.lit(None, pl.Int32))
        return rows.with_columns(unit=unit)


def _parted(asked: pl.DataFrame) -> list[tuple[str | None, bool, pl.DataFrame]]:
    """What is asked, by ``tree`` and ``direct``; mostly all rows are of one sort."""
    if asked.height and len(Runs.of(asked["tree"], asked["direct"]).starts) == 1:
        return [(asked["tree"][0], asked["direct"][0], asked.drop("tree", "direct"))]
    parts = asked.partition_by("tree", "direct", as_dict=True, include_key=False)
    return [(tree, bool(direct), some) for (tree, direct), some in parts.items()]


def _chain(block: Block) -> list[tuple[int, ChainForm]]:
    """The columns that name units above, of all trees."""
    return [column for columns in block.trees.values() for column in columns]
