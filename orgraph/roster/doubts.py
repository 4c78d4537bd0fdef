"""New units that may be old ones: codes that lost something, names that are nearly known, places nowhere.

An import makes a unit for every code and name that it does not know. Where that may be a slip of the pen,
it is said, with what was probably meant; nothing is guessed. All passes are over whole columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from orgraph.model.glossary import say
from orgraph.model.packing import first_of_each
from orgraph.model.runs import distinct, heads
from orgraph.roster.blocks import Block
from orgraph.roster.cells.identifiers import LENGTHS, loosened, outside
from orgraph.roster.chains import header_of, named
from orgraph.roster.fields import value
from orgraph.roster.nearness import near_pairs
from orgraph.roster.notes import Notes, filled
from orgraph.roster.resolve import Resolver
from orgraph.roster.sheets.rows import R

LONGEST = max(LENGTHS)
"""Digits of the longest code of a division."""

NUMBERED = r"^[第a-z]?[\d一二三四五六七八九十百]+"
"""Names that only count."""

FEW = 5
"""Up to so many codes that do not begin with their parent's are named even if none does."""


@dataclass
class Doubts:
    """What is doubtful about the units that an import makes.

    Attributes
    ----------
    resolver
        Rows with their units, and all units known.
    notes
        Where findings go.
    snapshot
        What the rosters do not hold ends, so that a new name for an old unit is found there.
    """

    resolver: Resolver
    notes: Notes
    snapshot: bool = False

    def say(self) -> None:
        """Say all of it.

        Errors ``nearly-known-code``, ``no-parent``; warnings ``near-name``, ``known-elsewhere``,
        ``code-outside-parent``.
        """
        self._nowhere()
        self._outside()
        if self.resolver.world.old:
            self._nearly_known()
            self._elsewhere()
            if not self.snapshot:
                self._near_names()

    @cached_property
    def _rows(self) -> pl.DataFrame:
        """``_r``, ``unit``, ``code``, ``header``, ``name_header``: rows that are about units."""
        parts = [
            self._of_block(block, rows) for block, rows in self.resolver.placed if block.kind is not None
        ]
        empty = {
            R: pl.Int64(), "unit": pl.Int32(), "code": pl.String(), "header": pl.String(),
            "name_header": pl.String(),
        }  # fmt: skip
        return pl.concat([pl.DataFrame(schema=empty), *parts]).filter(pl.col("unit").is_not_null())

    @staticmethod
    def _of_block(block: Block, rows: pl.DataFrame) -> pl.DataFrame:
        code, name = block.fields.is_("id"), block.fields.is_("name")
        return rows.select(
            R,
            "unit",
            code=pl.col(value(code)) if code is not None else pl.lit(None, pl.String),
            header=pl.lit(header_of(block, code)),
            name_header=pl.lit(header_of(block, name)),
        )

    @cached_property
    def _unnamed(self) -> pl.DataFrame:
        """Units of the store that rows are not about and do not name."""
        world = self.resolver.world
        met = np.zeros(len(world), bool)
        met[self._rows["unit"].to_numpy()] = True
        for block, rows in self.resolver.placed:
            for column in (named(p) for columns in block.trees.values() for p, _ in columns):
                if column in rows.columns:
                    met[heads(rows[column]).drop_nulls().to_numpy()] = True
        return world.units.head(world.old).filter(pl.Series(~met[: world.old]))

    @cached_property
    def _rivals(self) -> pl.DataFrame:
        """Those of the kinds that rows make units of."""
        world = self.resolver.world
        kinds = distinct(world.units["kind"].slice(world.old))
        return self._unnamed.filter(pl.col("kind").is_in(kinds.implode()))

    @cached_property
    def _new(self) -> pl.DataFrame:
        """Rows about units that the import makes, the first row of each."""
        fresh = self._rows.filter(pl.col("unit") >= self.resolver.world.old)
        return first_of_each(fresh, ["unit"])

    # --- codes ---------------------------------------------------------------------------------

    def _nearly_known(self) -> None:
        """``nearly-known-code``: but for capitals or zeros it is the code of a unit that no row names."""
        coded = self._new.filter(pl.col("code").is_not_null())
        if not coded.height:
            return
        loose = self._unnamed.select(
            loose=loosened(pl.col("id")), id="id", name=pl.col("name").fill_null("–")
        )
        alike = coded.with_columns(loose=loosened(pl.col("code"))).join(
            loose.unique("loose", keep="none"), on="loose"
        )
        self.notes.add(
            alike, "error", "nearly-known-code", column=pl.col("header"), value=pl.col("code"),
            expected=pl.format(say(zh="已有的编号 {}({})", en="the known code {} ({})"), "id", "name"),
            advice=pl.format(
                say(
                    zh="编号可能丢了前导零或大小写:改为 {};确实是另一个单位,就把两个都列入名册",
                    en="zeros or capitals may be lost: write {}; if it is another unit, list both of them",
                ),
                "id",
            ),
        )  # fmt: skip

    def _outside(self) -> None:
        """``code-outside-parent``: a division whose code does not begin with that of its parent."""
        world = self.resolver.world
        ids = world.units["id"]
        short = pl.Series(ids.str.len_bytes() <= LONGEST).gather(self._rows["unit"])  # most ids are paths
        rows = self._rows.filter(short).unique("unit", keep="first", maintain_order=True)
        for above in world.above.values() if rows.height else ():
            parents = pl.Series(above[rows["unit"].to_numpy()], dtype=pl.Int32)
            pairs = rows.with_columns(
                child=ids.gather(rows["unit"]), parent=ids.gather(parents.set(parents < 0, None))
            )
            judged = pairs.with_columns(wrong=outside(pl.col("child"), pl.col("parent"))).drop_nulls("wrong")
            wrong = judged.filter("wrong")
            if wrong.height * 2 > judged.height and wrong.height > FEW:
                continue  # these are codes of another kind
            self.notes.add(
                wrong, "warning", "code-outside-parent", column=pl.col("header"), value=pl.col("child"),
                expected=pl.format(say(zh="以上级代码 {} 开头", en="a code that begins with {}"), "parent"),
                advice=say(zh="核对代码和上级", en="check the code and the parent"),
            )  # fmt: skip

    # --- places --------------------------------------------------------------------------------

    def _nowhere(self) -> None:
        """``no-parent``: a new unit that hangs under nothing in any tree, and may not stand on top of one."""
        world, structures = self.resolver.world, self.resolver.structures
        tops = {
            (home, kind)
            for home in structures.files
            for kind in structures.kinds
            if any(structures.root_of(home, kind)) or not any(structures.under(home, kind).values())
        }
        new = self._new
        handles = new["unit"].to_numpy()
        alone = np.ones(len(handles), bool)
        for above in world.above.values():
            alone &= above[handles] < 0
        lost = new.filter(pl.Series(alone, dtype=pl.Boolean))
        about = lost.with_columns(
            world.units.select("structure", "kind", "name", "id")[lost["unit"].to_numpy()]
        )
        may = pl.DataFrame(list(tops), schema={"structure": pl.String, "kind": pl.String}, orient="row")
        self.notes.add(
            about.join(may, on=["structure", "kind"], how="anti"), "error", "no-parent",
            column=pl.col("name_header"), value=pl.format("{} ({})", pl.col("name").fill_null("–"), "id"),
            expected=say(zh="有上级", en="a parent"),
            advice=say(zh="填写上级,否则不知道它在哪里", en="fill in the parent: else it hangs nowhere"),
        )  # fmt: skip

    def _elsewhere(self) -> None:
        """``known-elsewhere``: a new unit is called as one of its kind is that no row names.

        A code tells by itself, and names that only count, as of the first grid of every village, say nothing.
        """
        world = self.resolver.world
        same = ["kind", "key"]
        old = self._rivals.filter(~pl.col("key").str.contains(NUMBERED))
        if old.is_empty():
            return
        known = world.units.head(world.old).select(same).filter(pl.struct(same).is_unique())
        old = old.join(known, on=same, how="semi")
        new = self._new.filter(pl.col("code").is_null())
        fresh = world.units[new["unit"].to_numpy()].select("kind", "key", "name")
        fresh = fresh.with_columns(new.select(R, "name_header")).join(old.select(same), on=same, how="semi")
        found = fresh.filter(pl.struct(same).is_unique()).join(
            old.select(*same, "id", "handle"), on=same, maintain_order="left"
        )
        above = [world.named_above(handle) for handle in found["handle"]]
        self.notes.add(
            found.with_columns(above=pl.Series(above, dtype=pl.String)), "warning", "known-elsewhere",
            column=pl.col("name_header"), value=pl.col("name"),
            expected=pl.format(say(zh="已有的“{}”在“{}”之下", en="'{}' below '{}'"), "name", "above"),
            advice=pl.format(
                say(
                    zh="作为新单位读入;若是移动,在编号列写 {};确是另一个,不必理会",
                    en="taken as new; if it moved, give its id, {}; if it is another unit, all is well",
                ),
                "id",
            ),
        )  # fmt: skip

    # --- names ---------------------------------------------------------------------------------

    def _near_names(self) -> None:
        """``near-name``: a new unit called nearly like one beside it that no row names."""
        world = self.resolver.world
        new = self._new
        old = self._rivals
        if old.is_empty():
            return
        fresh = world.units[new["unit"].to_numpy()].select(
            "kind", "name", "key", unit="handle"
        ).with_columns(new.select(R, "name_header"))  # fmt: skip
        said: list[pl.DataFrame] = []
        for above in world.above.values():
            up, beside = (
                pl.Series(above[f.to_numpy()], dtype=pl.Int32) for f in (fresh["unit"], old["handle"])
            )
            pairs = near_pairs(
                fresh.with_columns(up=up).filter(pl.col("up") >= 0),
                old.with_columns(up=beside).filter(pl.col("up") >= 0),
                ["up", "kind"],
            )
            said.append(pairs.select(R, "name_header", "name", "other", "id"))
        found = pl.concat(said).unique([R, "id"], maintain_order=True)
        self.notes.add(
            found, "warning", "near-name", column=pl.col("name_header"), value=pl.col("name"),
            expected=pl.format(say(zh="已有的“{}”({})", en="the known '{}' ({})"), "other", "id"),
            advice=filled(
                say(
                    zh="作为新单位读入;如果就是它,写“{}”;如果改了名,"
                    '在映射文件(--mapping)里写 renamed: {"{}": "{}"}',
                    en="taken as new; if it is that one, write '{}'; if its name is new, write "
                    'renamed: {"{}": "{}"} in a mapping file (--mapping)',
                ),
                "other", "id", "name",
            ),
        )  # fmt: skip
