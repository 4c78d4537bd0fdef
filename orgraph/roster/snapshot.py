"""A roster as a whole picture of its scope: what it no longer holds ends on its day.

The scope of a roster is what stands below the units that its rows name as parents and ancestors (or below
the unit asked for). Within it, units of the kinds that the roster writes and memberships in the roles that
it writes end unless a row holds them; figures never end.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model.glossary import say
from orgraph.model.language.rosters import AncestorForm, MemberOfForm, ParentForm, PersonRow, UnitRow
from orgraph.model.tables import Org
from orgraph.roster.ask import Ask
from orgraph.roster.blocks import Block
from orgraph.roster.chains import named
from orgraph.roster.fields import Fields, cleared, value
from orgraph.roster.notes import Notes, filled
from orgraph.roster.resolve import Resolver
from orgraph.roster.sheets.rows import R
from orgraph.roster.staff import Staff

Marks = npt.NDArray[np.bool_]

SHARE = 10
"""More than one in so many may not end without `yes`."""

_NOBODY = pl.lit(None, pl.Int64).alias(R)


@dataclass(frozen=True)
class Endings:
    """Rows that end, whole (units by key), with ``_r`` (null: no row of the import says so)."""

    units: pl.DataFrame
    links: pl.DataFrame
    memberships: pl.DataFrame


@dataclass
class Picture:
    """A snapshot held against the organisation of its day.

    Attributes
    ----------
    before
        The organisation on the day, as it was known.
    resolver, staff
        What the rows are about.
    ask, notes
        Scope and consent; where findings go.
    """

    before: Org
    resolver: Resolver
    staff: Staff
    ask: Ask
    notes: Notes
    _blocks: dict[str, list[tuple[Block, pl.DataFrame]]] = field(default_factory=dict)

    def endings(self) -> Endings:
        """What the snapshot ends."""
        for block, rows in self.resolver.placed:
            self._blocks.setdefault(block.fields.name, []).append((block, rows))
        ended = self._units()
        keys = ended["key"].implode()
        links = self.before.links.filter(pl.col("source").is_in(keys) | pl.col("target").is_in(keys))
        members = self.before.table("memberships").with_columns(self.before.memberships["unit"])
        gone = pl.concat([members.filter(pl.col("unit").is_in(keys)), self._memberships(members)])
        units = ended.drop("id").rename({"key": "id"})
        return Endings(
            *(t.unique(maintain_order=True).select(_NOBODY, pl.all()) for t in (units, links, gone))
        )

    # --- units ---------------------------------------------------------------------------------

    def _units(self) -> pl.DataFrame:
        table = self.before.units
        held = self._held()
        ending = np.zeros(table.height, bool)
        for blocks in self._blocks.values():
            fields = blocks[0][0].fields
            kinds = self._written(fields)
            if not kinds:
                continue
            here = (table["kind"].is_in(kinds) & (table["structure"] == fields.structure)).fill_null(
                value=False
            )
            inside = here.to_numpy() & self._scope(blocks)
            out = inside & ~held
            if self._too_many(fields, int(out.sum()), int(inside.sum())):
                continue
            ending |= out
        ending = self._childless(ending)
        rows = table.filter(pl.Series(ending, dtype=pl.Boolean))
        self._renamed(rows)
        return rows

    def _written(self, fields: Fields) -> list[str]:
        """Kinds of the units that a roster writes."""
        row = fields.roster.row
        chain = (*fields.roster.column(ParentForm), *fields.roster.column(AncestorForm))
        made = [kind for form in chain if form.creates for kind in form.kinds]
        return [*(row.kinds if isinstance(row, UnitRow) else ()), *made]

    def _held(self) -> Marks:
        """Units that rows are about or name, and units that always exist."""
        world = self.resolver.world
        handles = [pl.Series([], dtype=pl.Int32)]
        for block, rows in self.resolver.placed:
            columns = ["unit", *(named(p) for cs in block.trees.values() for p, _ in cs)]
            handles += [rows[c].alias("") for c in columns if c in rows.columns]
        ids = world.ids(pl.concat(handles).drop_nulls().unique())
        structures = self.resolver.structures
        always = [name for kind in structures.kinds.values() for name in kind.values]
        units = self.before.units
        always_there = units["name"].is_in(always) & units["kind"].is_in(
            [k for k, v in structures.kinds.items() if v.values]
        )
        return (units["id"].is_in(ids.implode()) | always_there).fill_null(value=False).to_numpy()

    def _scope(self, blocks: list[tuple[Block, pl.DataFrame]]) -> Marks:
        """Rows of the units of the day that lie in the scope of one roster."""
        units = self.before.units
        if self.ask.scope is not None:
            row = self.before.row(self.ask.scope)
            inside = np.zeros(units.height, bool)
            for tree in self.before.trees():
                inside[self.before.hierarchy(tree).subtree_rows(row)] = True
            return inside
        trees = dict.fromkeys(tree for block, _ in blocks for tree in block.trees)
        for tree in trees:
            columns = [
                rows[named(p)]
                for block, rows in blocks
                for p, _ in block.trees.get(tree, [])
                if named(p) in rows
            ]
            if columns and (handles := pl.concat([c.alias("") for c in columns]).drop_nulls().unique()).len():
                return self._below(tree, self.resolver.world.ids(handles))
        return np.ones(units.height, bool) if not trees else np.zeros(units.height, bool)

    def _below(self, tree: str, ids: pl.Series) -> Marks:
        """Rows that stand below any of some units (themselves counted): one running sum over the preorder."""
        h = self.before.hierarchy(tree)
        rows = np.flatnonzero(self.before.units["id"].is_in(ids.implode()).to_numpy())
        at = h.position[rows]
        at = at[at >= 0]
        depth = np.zeros(len(h) + 1, np.int64)
        np.add.at(depth, at, 1)
        np.add.at(depth, h.end[at], -1)
        inside = np.zeros(self.before.units.height, bool)
        inside[h.order[np.cumsum(depth[:-1]) > 0]] = True
        return inside

    def _too_many(self, fields: Fields, ending: int, known: int) -> bool:
        if self.ask.yes or ending * SHARE <= known:
            return False
        title = fields.roster.titles[0]
        self.notes.add(
            pl.DataFrame({R: [None]}, schema={R: pl.Int64}), "error", "snapshot-ends-many",
            value=f"{ending} / {known}",
            expected=say(zh="终止的不超过范围内的十分之一", en="no more than a tenth of the scope ends"),
            advice=say(
                zh=f"“{title}”将终止 {known} 个中的 {ending} 个:检查名册是否完整,确认无误后用 --yes",
                en=f"'{title}' would end {ending} of {known}: is the roster whole? If so, say --yes",
            ),
        )  # fmt: skip
        return True

    def _childless(self, ending: Marks) -> Marks:
        """Those of the ending units under which nothing goes on living; the others are found and stay."""
        world = self.resolver.world
        ids = self.before.units["id"]
        at = pl.DataFrame({"id": ids}).join(
            world.units.select("id", "handle"), on="id", how="left", maintain_order="left"
        )
        handles = at["handle"].to_numpy()
        while ending.any():
            gone = np.zeros(len(world), bool)
            gone[handles[ending]] = True
            needed = np.zeros(len(world), bool)
            for above in world.above.values():
                child = np.flatnonzero((above >= 0) & ~gone)
                needed[above[child]] = True
            stays = ending & needed[handles]
            if not stays.any():
                break
            self._needed(self.before.units.filter(pl.Series(stays)))
            ending = ending & ~stays
        return ending

    def _needed(self, units: pl.DataFrame) -> None:
        self.notes.add(
            units.select(_NOBODY, value=pl.format("{} ({})", pl.col("name").fill_null("–"), "id")),
            "warning", "has-children",
            value=pl.col("value"), expected=say(zh="没有下级的单位", en="a unit with nothing under it"),
            advice=say(zh="名册中没有它,但它还有下级,没有终止", en="it has units under it and was not ended"),
        )  # fmt: skip

    def _renamed(self, ended: pl.DataFrame) -> None:
        """New units with much of the name of one that ends in the same place."""
        world = self.resolver.world
        new = world.units.slice(world.old)
        if not ended.height or not new.height:
            return
        asked = ended.filter(~pl.col("id").is_in(list(self.ask.ended)))
        old = world.units.join(asked.select("id"), on="id", how="semi")
        for tree, above in world.above.items():
            pairs = (
                old.with_columns(up=pl.Series(above[old["handle"].to_numpy()], dtype=pl.Int32))
                .filter(pl.col("up") >= 0)
                .join(
                    new.with_columns(up=pl.Series(above[new["handle"].to_numpy()], dtype=pl.Int32)),
                    on=["up", "kind"],
                )
            )
            shared = (
                pl.col("name")
                .str.split("")
                .list.set_intersection(pl.col("name_right").str.split(""))
                .list.len()
            )
            longer = pl.max_horizontal(pl.col("name").str.len_chars(), pl.col("name_right").str.len_chars())
            likeness = pairs.with_columns(_like=shared / longer).filter(pl.col("_like") >= 0.5)
            # one question for each unit that ends: about the new one that is most like it
            alike = likeness.sort("_like", descending=True, maintain_order=True).unique(
                "id", keep="first", maintain_order=True
            )
            self.notes.add(
                alike.select(
                    _NOBODY, "id", new="name_right", value=pl.format("{} → {}", "name", "name_right")
                ),
                "warning", "renamed",
                column=tree, value=pl.col("value"),
                expected=say(zh="同一单位用同一名称", en="one name for one unit"),
                advice=_answered(),
            )  # fmt: skip

    # --- memberships ---------------------------------------------------------------------------

    def _memberships(self, members: pl.DataFrame) -> pl.DataFrame:
        """Memberships that rosters of people no longer hold."""
        gone = [members.clear()]
        for blocks in self._blocks.values():
            for block, rows in blocks:
                if isinstance(block.fields.roster.row, PersonRow):
                    gone += self._of_people(block, rows, members)
        return pl.concat(gone)

    def _of_people(self, block: Block, rows: pl.DataFrame, members: pl.DataFrame) -> Iterable[pl.DataFrame]:
        units = self.before.units.select(unit="key", kind="kind")
        for position, form in block.fields.where(MemberOfForm).items():
            scope = units.filter(pl.Series(self._places([(block, rows)], form))).filter(
                pl.col("kind").is_in(list(form.member_of))
            )
            here = members.filter(pl.col("role") == form.role).join(scope, on="unit", how="semi")
            blank = rows.filter(pl.col(value(position)).is_null() & ~pl.col(cleared(position)))
            silent = self.staff.persons.join(blank.select(R), on=R, how="semi").select("person")
            out = here.join(self.staff.roles, on=["person", "unit", "role"], how="anti").join(
                silent, on="person", how="anti"
            )
            if not self._too_many(block.fields, out.height, here.height):
                yield out

    def _places(self, blocks: list[tuple[Block, pl.DataFrame]], form: MemberOfForm) -> Marks:
        """The units whose members a roster of people lists: below what it names, else where people are."""
        if self.ask.scope is not None or blocks[0][0].trees:
            return self._scope(blocks)
        mine = self.staff.roles.filter(pl.col("role") == form.role)["unit"].unique()
        return self.before.units["key"].is_in(mine.implode()).to_numpy()


def _answered() -> pl.Expr:
    """How a mapping file answers whether a unit was renamed."""
    text = say(
        zh='如果只是改名,在映射文件(--mapping)里写 renamed: {"{}": "{}"};如果确已撤销,写 ended: ["{}"]',
        en='if only the name is new, write renamed: {"{}": "{}"} in a mapping file (--mapping); '
        'if it did end, ended: ["{}"]',
    )
    return filled(text, "id", "new", "id")
