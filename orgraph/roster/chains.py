"""What rows name above themselves, column by column from the left: each unit within the one before it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

import polars as pl

from orgraph.model.structure import Structures
from orgraph.roster.blocks import Block, ChainForm, allowed
from orgraph.roster.cells.clean import keys
from orgraph.roster.fields import value
from orgraph.roster.notes import Notes
from orgraph.roster.references import Question, explain, find
from orgraph.roster.sheets.rows import R
from orgraph.roster.world import World


def named(position: int) -> str:
    """The column of handles that a column of references became."""
    return f"u{position}"


def header_of(block: Block, position: int | None) -> str:
    """How the roster heads a column; nothing for no column."""
    return "" if position is None else list(block.fields.roster.columns)[position]


@dataclass
class Chains:
    """Finds, and where a roster says so makes, the units that rows name above themselves.

    Attributes
    ----------
    world, structures, notes
        Units known so far (grows), the vocabulary, where findings go.
    parents
        ``_r``, ``unit``, ``tree``, ``parent`` (null: none from now on): what rows say stands above.
    made
        ``unit``, ``_r``: units that exist because a row names them (`creates`).
    """

    world: World
    structures: Structures
    notes: Notes
    parents: list[pl.DataFrame] = field(default_factory=list)
    made: list[pl.DataFrame] = field(default_factory=list)

    def walk(self, block: Block, rows: pl.DataFrame) -> pl.DataFrame:
        """Rows with a handle for every unit they name above themselves."""
        for tree, columns in block.trees.items():
            scope = self.world.scope(block.home)
            if scope is not None and not self.structures.takes_part(self.world.units["kind"][scope], tree):
                scope = None
            anchor = pl.Series([scope], dtype=pl.Int32).new_from_index(0, rows.height)
            lost = pl.Series([False]).new_from_index(0, rows.height)
            for position, form in columns:
                texts = rows[value(position)].set(lost, None)
                kinds = allowed(self.structures, block, form)
                question = Question(header_of(block, position), kinds, form.kinds, tree, block.home)
                asked = rows.select(R).with_columns(text=texts, anchor=anchor)
                handles, missing = find(self.world, question, texts, anchor)
                if form.creates and missing.height:
                    self._create(block, question, missing, asked)
                    handles, missing = find(self.world, question, texts, anchor)
                explain(self.world, question, missing, asked, self.notes)
                rows = rows.with_columns(handles.alias(named(position)))
                lost = lost | (texts.is_not_null() & handles.is_null())
                anchor = handles.zip_with(handles.is_not_null(), anchor)
        return rows

    def _create(self, block: Block, question: Question, missing: pl.DataFrame, asked: pl.DataFrame) -> None:
        """Make the units that are missing; those that are ambiguous or of a wrong kind stay so."""
        absent = missing.filter(pl.col("why") == "missing")
        rows = asked.join(absent, on=["text", "anchor"], how="inner", nulls_equal=True)
        groups = (
            rows.with_columns(key=keys(rows["text"]))
            .group_by("anchor", "key", maintain_order=True)
            .agg(pl.col("text").min().alias("name"), pl.col(R).min())
        )
        kinds = self._kind_under(block, question, groups["anchor"])
        handles = self.new_units(groups, block, kinds)
        made = groups.with_columns(unit=handles, kind=kinds)
        tree = question.tree or ""
        fits = pl.struct("kind", above=self.world.kinds(made["anchor"]))
        allowed_pairs = [
            {"kind": k, "above": a}
            for k in question.kinds
            for a in self.structures.under(block.home.id, k).get(tree, ())
        ]
        below = made.filter(fits.is_in(allowed_pairs)) if allowed_pairs else made.clear()
        self.world.place(tree, below["unit"], below["anchor"])
        self.parents.append(below.select(R, "unit", pl.lit(tree).alias("tree"), parent="anchor"))
        self.made.append(made.select("unit", R))

    def _kind_under(self, block: Block, question: Question, anchors: pl.Series) -> pl.Series:
        """Of the kinds a column may name, the first that may stand under each anchor."""
        chosen = {}
        for above in self.world.kinds(anchors).unique():
            fits = [
                k for k in question.kinds
                if above in self.structures.under(block.home.id, k).get(question.tree or "", ())
            ]  # fmt: skip
            chosen[above] = (fits or question.kinds)[0]
        return self.world.kinds(anchors).replace_strict(chosen, return_dtype=pl.String)

    def ahead(self, blocks: Sequence[Block], group: Iterable[str]) -> None:
        """Units of these kinds that exist because rows of other kinds name them."""
        for block in blocks:
            if block.kind is not None and block.kind in group:
                continue
            for columns in block.trees.values():
                reach = [i for i, (_, f) in enumerate(columns) if f.creates and set(f.kinds) & set(group)]
                if reach:
                    quiet = replace(self, notes=Notes())
                    quiet.walk(_cut(block, columns[: reach[-1] + 1]), block.frame)

    def new_units(self, groups: pl.DataFrame, block: Block, kinds: pl.Series | None = None) -> pl.Series:
        """Make units of a ``name``, its ``key``, under an ``anchor`` (null: at the scope); their handles."""
        kinds = pl.Series([block.kind]).new_from_index(0, groups.height) if kinds is None else kinds
        above = self.world.ids(groups["anchor"]).fill_null(block.home.scope or "")
        order = {kind: i for i, kind in enumerate(self.structures.kinds)}
        rank = kinds.replace_strict(order, default=None, return_dtype=pl.Int32)
        made = pl.DataFrame(
            {
                "id": self.world.fresh(above, groups["name"], rank),
                "kind": kinds,
                "name": groups["name"],
                "key": groups["key"],
            }
        )
        return self.world.add(made.with_columns(structure=pl.lit(block.home.id)), new=True)


def _cut(block: Block, columns: Sequence[tuple[int, ChainForm]]) -> Block:
    """A block that knows of some columns only."""
    keep = {value(p) for p, _ in columns}
    drop = [value(p) for cs in block.trees.values() for p, _ in cs if value(p) not in keep]
    fields = replace(block.fields, frame=block.fields.frame.drop(drop))
    return replace(block, fields=fields, frame=block.frame.drop(drop))
