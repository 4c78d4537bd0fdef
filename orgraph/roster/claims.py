"""What resolved rows claim: units and ties here, people in `mentions`, figures in `figures`.

Units are named by the keys of the `Register`.

A *claim* says how something is from the roster's day on. A *slot* is a place that a roster fills as a
whole (the parent of a unit in a tree, the holders of a role in a unit, the branch of a member): what stood
in it and is not claimed again ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import polars as pl

from orgraph.model.language.rosters import IsForm, LinkForm
from orgraph.model.packing import doubled
from orgraph.roster.blocks import Block
from orgraph.roster.cells.clean import keys
from orgraph.roster.chains import header_of
from orgraph.roster.fields import cleared, value
from orgraph.roster.references import Question, explain, find
from orgraph.roster.resolve import Resolver
from orgraph.roster.sheets.rows import R
from orgraph.roster.versions import CLEAR

Placed = tuple[Block, pl.DataFrame]


@dataclass
class Claims:
    """Frames to be put together at the end; every one holds ``_r``.

    Attributes
    ----------
    links
        ``source``, ``target``, ``relation``, ``since`` and the tie's own columns.
    link_slots
        ``unit``, ``relation``, ``outgoing``, ``other`` (kinds at the other end; null: any).
    mentions, places
        As `people.MENTIONS` (with ``number`` for the hash) and `people.PLACES`.
    roles
        ``mention``, ``unit``, ``role``, ``since`` and the role's own columns.
    role_slots
        ``role`` with ``unit`` (its holders) or with ``mention`` and ``kinds`` (where a person has it).
    people
        ``mention`` and the columns that people have.
    contacts
        ``mention``, ``phones``, ``unphoned`` (a cell says there is none).
    """

    links: list[pl.DataFrame] = field(default_factory=list)
    link_slots: list[pl.DataFrame] = field(default_factory=list)
    mentions: list[pl.DataFrame] = field(default_factory=list)
    places: list[pl.DataFrame] = field(default_factory=list)
    roles: list[pl.DataFrame] = field(default_factory=list)
    role_slots: list[pl.DataFrame] = field(default_factory=list)
    people: list[pl.DataFrame] = field(default_factory=list)
    contacts: list[pl.DataFrame] = field(default_factory=list)


def unit_claims(resolver: Resolver) -> list[pl.DataFrame]:
    """What rows say of their units, and units that exist because a row names them.

    ``_r``, ``id``, ``kind``, ``structure``, ``name``, ``since``, ``until``, declared columns and their marks.
    """
    world = resolver.world
    made = []
    for block, placed in resolver.placed:
        if block.kind is None:
            continue
        rows = placed.filter(pl.col("unit").is_not_null())
        columns = [
            world.tabled(rows["unit"]).alias("id"),
            rows[R],
            pl.Series([block.kind]).new_from_index(0, rows.height).alias("kind"),
        ]
        columns.append(world.units["structure"].gather(rows["unit"]).alias("structure"))
        for position, form in block.fields.where(IsForm).items():
            if form.is_ == "name":
                columns.append(_kept_names(resolver, rows["unit"], rows[value(position)]))
            elif form.is_ not in ("id", "kind", "period", "phone", "id_number"):
                columns += [
                    rows[value(position)].alias(form.is_),
                    rows[cleared(position)].alias(CLEAR + form.is_),
                ]
        made.append(pl.DataFrame(columns))
    for named in resolver.chains.made:
        units = world.units[named["unit"].to_numpy()].select("kind", "structure", "name")
        made.append(units.with_columns(named[R], id=world.tabled(named["unit"])))
    return made


def _kept_names(resolver: Resolver, handles: pl.Series, names: pl.Series) -> pl.Series:
    """Names as they are known, where the row spells the same name in another width or with other spaces."""
    known = resolver.world.units
    as_known = known["name"].gather(handles).alias("name")
    if as_known.equals(names, check_names=False):
        return as_known
    same = known["key"].gather(handles) == keys(names)
    return as_known.zip_with(same.fill_null(value=False), names)


def link_claims(resolver: Resolver, claims: Claims, sinces: pl.DataFrame) -> None:
    """Ties to parents and the ties that link columns name.

    `sinces`: ``_r``, ``since`` of rows whose unit has one stated.
    """
    world = resolver.world
    told = _of_parents(resolver)
    for parents in resolver.chains.parents:
        known = parents.with_columns(
            source=world.tabled(parents["unit"]), target=world.tabled(parents["parent"])
        )
        known = _with(known, sinces, [R])
        stated = _with(known.filter(pl.col("target").is_not_null()), told, [R, "unit", "tree"])
        own = [c for c in told.columns if c not in (R, "unit", "tree", "_since")]
        since = pl.coalesce("_since", "since") if "_since" in told.columns else pl.col("since")
        claims.links.append(stated.select(R, "source", "target", *own, relation="tree", since=since))
        old = known["source"] < world.first_new
        if old.any():
            claims.link_slots.append(
                known.filter(old).select(
                    R,
                    unit="source",
                    relation="tree",
                    outgoing=pl.lit(value=True),
                    other=pl.lit(None, pl.List(pl.String)),
                )
            )
    for block, rows in resolver.placed:
        for position, form in block.fields.where(LinkForm).items():
            _links_of(resolver, claims, (block, rows), position, form)


def _with(rows: pl.DataFrame, told: pl.DataFrame, on: Sequence[str]) -> pl.DataFrame:
    """Rows with what is told of them, null where nothing is."""
    if told.is_empty():
        return rows.with_columns(pl.lit(None, t).alias(c) for c, t in told.schema.items() if c not in on)
    return rows.join(told, on=list(on), how="left", maintain_order="left")


def _of_parents(resolver: Resolver) -> pl.DataFrame:
    """``_r``, ``unit``, ``tree``, and what rows say of the tie from their own unit to its parent there.

    When it begins is ``_since``.
    """
    found = [
        rows.filter(pl.col("unit").is_not_null()).select(
            R,
            "unit",
            pl.lit(tree).alias("tree"),
            *(pl.col(written).alias("_since" if n == "since" else n) for written, n in tied.items()),
        )
        for block, rows in resolver.placed
        for tree in block.trees
        if (tied := block.fields.tied(tree))
    ]
    return stacked(found, {R: pl.Int64(), "unit": pl.Int32(), "tree": pl.String()})


def _links_of(resolver: Resolver, claims: Claims, of: Placed, position: int, form: LinkForm) -> None:
    block, rows = of
    world = resolver.world
    rows = rows.filter(pl.col("unit").is_not_null())
    tied = block.fields.tied(form.link)
    cells = rows.select(R, "unit", *tied, text=value(position), clear=cleared(position))
    listed = cells.filter(pl.col("text").is_not_null()).explode("text")
    found = listed.with_columns(other=references(resolver, block, listed, position, form.kinds))
    found = found.with_columns(mine=world.tabled(found["unit"]), theirs=world.tabled(found["other"]))
    source, target = ("mine", "theirs") if form.outgoing else ("theirs", "mine")
    claims.links.append(
        found.filter(pl.col("theirs").is_not_null()).select(
            R,
            pl.col(source).alias("source"),
            pl.col(target).alias("target"),
            relation=pl.lit(form.link),
            **({"since": pl.lit(None, pl.Date)} | {name: pl.col(written) for written, name in tied.items()}),
        )
    )
    filled = cells.filter(pl.col("text").is_not_null() | pl.col("clear"))
    claims.link_slots.append(
        filled.select(
            R, unit=world.tabled(filled["unit"]),
            relation=pl.lit(form.link), outgoing=pl.lit(value=form.outgoing),
            other=pl.lit(list(form.kinds), dtype=pl.List(pl.String)),
        )
    )  # fmt: skip


def references(
    resolver: Resolver, block: Block, listed: pl.DataFrame, position: int, kinds: tuple[str, ...]
) -> pl.Series:
    """Handles of the units that a column of links or memberships names (``_r``, ``text``)."""
    header = header_of(block, position)
    question = Question(header, kinds, kinds, None, block.home, "missing-unit")
    anywhere = pl.Series([None], dtype=pl.Int32).new_from_index(0, listed.height)
    handles, missing = find(resolver.world, question, listed["text"], anywhere)
    explain(
        resolver.world,
        question,
        missing,
        listed.select(R, "text").with_columns(anchor=anywhere),
        resolver.notes,
    )
    return handles


def earliest(claims: pl.DataFrame, subject: Sequence[str]) -> pl.DataFrame:
    """Of the claims about each subject the one of the first row, in the order of rows."""
    if not doubled(claims, subject).any():
        return claims
    return claims.sort(R, nulls_last=True).unique(list(subject), keep="first", maintain_order=True)


def stacked(frames: Iterable[pl.DataFrame], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Frames one above another; columns that one lacks are null there."""
    return pl.concat([pl.DataFrame(schema=schema), *frames], how="diagonal_relaxed")
