"""What resolved rows claim, table by table, by id: units, ties, people, memberships, figures, contacts.

A *claim* says how something is from the roster's day on. A *slot* is a place that a roster fills as a
whole (the parent of a unit in a tree, the holders of a role in a unit, the branch of a member): what stood
in it and is not claimed again ends.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

import polars as pl

from orgraph.model.glossary import say
from orgraph.model.structure_rosters import (
    HolderForm,
    IdOfForm,
    IsForm,
    LinkForm,
    MeasureForm,
    MemberOfForm,
    PersonRow,
    PhoneOfForm,
)
from orgraph.roster.blocks import Block
from orgraph.roster.clean import keys
from orgraph.roster.fields import cleared, value
from orgraph.roster.references import Question, explain, find
from orgraph.roster.resolve import Resolver
from orgraph.roster.rows import R
from orgraph.roster.versions import CLEAR

Rows = tuple[Block, pl.DataFrame]


@dataclass
class Claims:
    """Frames to be put together at the end; every one holds ``_r``.

    Attributes
    ----------
    units
        ``id``, ``since``, ``until``, ``kind``, ``name``, declared columns and their marks.
    links
        ``source``, ``target``, ``relation``, ``since``.
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
    measures
        ``unit``, ``measure``, ``since``, ``until``, ``value``, ``clear``, ``column``.
    contacts
        ``mention``, ``phones``, ``unphoned`` (a cell says there is none).
    """

    units: list[pl.DataFrame] = field(default_factory=list)
    links: list[pl.DataFrame] = field(default_factory=list)
    link_slots: list[pl.DataFrame] = field(default_factory=list)
    mentions: list[pl.DataFrame] = field(default_factory=list)
    places: list[pl.DataFrame] = field(default_factory=list)
    roles: list[pl.DataFrame] = field(default_factory=list)
    role_slots: list[pl.DataFrame] = field(default_factory=list)
    people: list[pl.DataFrame] = field(default_factory=list)
    measures: list[pl.DataFrame] = field(default_factory=list)
    contacts: list[pl.DataFrame] = field(default_factory=list)


def unit_claims(resolver: Resolver, day: date) -> list[pl.DataFrame]:
    """What rows say of their units; units that exist because a row names them; units that always exist."""
    world = resolver.world
    made = []
    for block, rows in resolver.placed:
        if block.kind is None:
            continue
        rows = rows.filter(pl.col("unit").is_not_null())
        columns = [world.ids(rows["unit"]).alias("id"), rows[R], pl.Series([block.kind]).new_from_index(0, rows.height).alias("kind")]
        columns.append(world.units["structure"].gather(rows["unit"]).alias("structure"))
        for position, form in block.fields.where(IsForm).items():
            assert isinstance(form, IsForm)
            if form.is_ == "name":
                columns.append(_kept_names(resolver, rows["unit"], rows[value(position)]))
            elif form.is_ not in ("id", "kind", "period", "phone", "id_number"):
                columns += [rows[value(position)].alias(form.is_), rows[cleared(position)].alias(CLEAR + form.is_)]
        made.append(pl.DataFrame(columns))
    for named in resolver.made:
        units = world.units[named["unit"].to_numpy()]
        made.append(units.select("id", "kind", "structure", "name").with_columns(named[R]))
    return made


def _kept_names(resolver: Resolver, handles: pl.Series, names: pl.Series) -> pl.Series:
    """Names as they are known, where the row spells the same name in another width or with other spaces."""
    known = resolver.world.units
    same = known["key"].gather(handles) == keys(names)
    return known["name"].gather(handles).zip_with(same.fill_null(value=False), names).alias("name")


def link_claims(resolver: Resolver, claims: Claims, sinces: pl.DataFrame) -> None:
    """Ties to parents and the ties that link columns name.

    `sinces`: ``_r``, ``since`` of rows whose unit has one stated.
    """
    world = resolver.world
    for parents in resolver.parents:
        known = parents.with_columns(source=world.ids(parents["unit"]), target=world.ids(parents["parent"]))
        known = known.join(sinces, on=R, how="left", maintain_order="left")
        claims.links.append(
            known.filter(pl.col("target").is_not_null()).select(R, "source", "target", relation="tree", since="since")
        )
        claims.link_slots.append(
            known.select(R, unit="source", relation="tree", outgoing=pl.lit(value=True), other=pl.lit(None, pl.List(pl.String)))
        )
    for block, rows in resolver.placed:
        for position, form in block.fields.where(LinkForm).items():
            assert isinstance(form, LinkForm)
            _links_of(resolver, claims, (block, rows), position, form)


def _links_of(resolver: Resolver, claims: Claims, of: Rows, position: int, form: LinkForm) -> None:
    block, rows = of
    world = resolver.world
    rows = rows.filter(pl.col("unit").is_not_null())
    cells = rows.select(R, "unit", text=value(position), clear=cleared(position))
    listed = cells.filter(pl.col("text").is_not_null()).explode("text")
    found = listed.with_columns(other=references(resolver, block, listed, position, form.kinds))
    found = found.with_columns(mine=world.ids(found["unit"]), theirs=world.ids(found["other"]))
    source, target = ("mine", "theirs") if form.outgoing else ("theirs", "mine")
    claims.links.append(
        found.filter(pl.col("theirs").is_not_null()).select(
            R, source=source, target=target, relation=pl.lit(form.link), since=pl.lit(None, pl.Date)
        )
    )
    filled = cells.filter(pl.col("text").is_not_null() | pl.col("clear"))
    claims.link_slots.append(
        filled.select(
            R, unit=world.ids(filled["unit"]), relation=pl.lit(form.link), outgoing=pl.lit(value=form.outgoing),
            other=pl.lit(list(form.kinds), dtype=pl.List(pl.String)),
        )
    )  # fmt: skip


def references(resolver: Resolver, block: Block, listed: pl.DataFrame, position: int, kinds: tuple[str, ...]) -> pl.Series:
    """Handles of the units that a column of links or memberships names (``_r``, ``text``)."""
    header = list(block.fields.roster.columns)[position]
    question = Question(header, kinds, kinds, None, block.home, "missing-unit")
    anywhere = pl.Series([None], dtype=pl.Int32).new_from_index(0, listed.height)
    handles, missing = find(resolver.world, question, listed["text"], anywhere)
    explain(resolver.world, question, missing, listed.select(R, "text").with_columns(anchor=anywhere), resolver.notes)
    return handles


# --- figures ---------------------------------------------------------------------------------------


def measure_claims(resolver: Resolver, day: date) -> list[pl.DataFrame]:
    """Figures: a stock is of the roster's day, a flow of its period (the month of the day, unless stated)."""
    made = []
    for block, rows in resolver.placed:
        rows = rows.filter(pl.col("unit").is_not_null())
        period = block.fields.is_("period")
        stated = rows[value(period)].struct.unnest() if period is not None else None
        for position, form in block.fields.where(MeasureForm).items():
            assert isinstance(form, MeasureForm)
            measure = resolver.structures.measures[form.measure]
            flow = measure.over_time == "sum"
            first, after = _period(stated, form.during, day, rows.height, flow=flow)
            frame = pl.DataFrame(
                [
                    rows[R],
                    resolver.world.ids(rows["unit"]).alias("unit"),
                    first.alias("since"),
                    after.alias("until"),
                    rows[value(position)].alias("value"),
                    rows[cleared(position)].alias("clear"),
                ]
            )
            said = frame.filter(pl.col("value").is_not_null() | pl.col("clear"))
            column = list(block.fields.roster.columns)[position]
            made.append(said.with_columns(measure=pl.lit(form.measure), column=pl.lit(column)))
    return made


_LENGTHS = {"day": "1d", "month": "1mo", "quarter": "1q", "year": "1y"}


def _period(
    stated: pl.DataFrame | None, during: str | None, day: date, height: int, *, flow: bool
) -> tuple[pl.Series, pl.Series]:
    """First day of the period of each row, and the day after its last."""
    if stated is None:
        nothing = pl.Series([None], dtype=pl.Date).new_from_index(0, height)
        stated = pl.DataFrame({"first": nothing, "after": nothing})
    first, after = pl.col("first"), pl.col("after")
    if not flow:  # a stock is observed on a day: of a month that is stated, on its last
        seen = (after - timedelta(days=1)).fill_null(day)
        made = stated.select(first=seen, after=seen + timedelta(days=1))
        return made["first"], made["after"]
    length = _LENGTHS[during or "month"]
    begin = first.fill_null(day).dt.truncate(length)
    kept = first.is_not_null() & (after > first + timedelta(days=1)) & pl.lit(during is None)
    made = stated.select(
        first=pl.when(kept).then(first).otherwise(begin),
        after=pl.when(kept).then(after).otherwise(begin.dt.offset_by(length)),
    )
    return made["first"], made["after"]


# --- people ----------------------------------------------------------------------------------------


def people_claims(resolver: Resolver, claims: Claims) -> None:
    """Everybody that rows name, with what they are where, and how they are reached."""
    for block, rows in resolver.placed:
        if isinstance(block.fields.roster.row, PersonRow):
            _person_rows(resolver, claims, (block, rows))
        else:
            for position, form in block.fields.where(HolderForm).items():
                assert isinstance(form, HolderForm)
                _holders(resolver, claims, (block, rows), position, form)


def _number(claims: Claims) -> int:
    return sum(frame.height for frame in claims.mentions)


def _holders(resolver: Resolver, claims: Claims, of: Rows, position: int, form: HolderForm) -> None:
    """Holders of a role in the row's unit; phones and numbers in the row go with them in their order."""
    block, rows = of
    rows = rows.filter(pl.col("unit").is_not_null())
    header = list(block.fields.roster.columns)[position]
    phones = _beside(block, PhoneOfForm, form.holder)
    ids = _beside(block, IdOfForm, form.holder)
    cells = rows.select(
        R, unit=resolver.world.ids(rows["unit"]), name=value(position), clear=cleared(position),
        phones=pl.col(value(phones)) if phones is not None else pl.lit(None, pl.List(pl.String)),
        unphoned=pl.col(cleared(phones)) if phones is not None else pl.lit(value=False),
        number=pl.col(value(ids)) if ids is not None else pl.lit(None, pl.String),
    )  # fmt: skip
    filled = cells.filter(pl.col("name").is_not_null() | pl.col("clear"))
    claims.role_slots.append(
        filled.select(R, "unit", role=pl.lit(form.holder), person_row=pl.lit(value=False), kinds=pl.lit(None, pl.List(pl.String)))
    )
    listed = cells.filter(pl.col("name").is_not_null())
    count = pl.col("name").list.len()
    listed = listed.with_columns(count=count, nth=pl.int_ranges(0, count)).explode("name", "nth")
    alone, level = pl.col("count") == 1, pl.col("phones").list.len() == pl.col("count")
    listed = listed.with_columns(
        column=pl.lit(header),
        phones=pl.when(alone).then("phones").when(level).then(pl.col("phones").list.slice("nth", 1)),
        number=pl.when(alone).then("number"),
    )
    start = _number(claims)
    listed = listed.with_columns(mention=pl.int_range(start, start + pl.len(), dtype=pl.UInt32))
    _keep_mentions(claims, listed)
    claims.places.append(listed.select("mention", "unit"))
    claims.roles.append(listed.select("mention", R, "unit", role=pl.lit(form.holder), since=pl.lit(None, pl.Date)))


def _keep_mentions(claims: Claims, numbered: pl.DataFrame) -> None:
    claims.mentions.append(
        numbered.select("mention", R, "column", "name", "number", phone=pl.col("phones").list.first())
    )
    claims.contacts.append(numbered.select("mention", R, "phones", "unphoned"))


def _beside(block: Block, form: type[PhoneOfForm | IdOfForm], role: str) -> int | None:
    """The column with the phone (the number) of a role's holder."""
    for position, one in block.fields.where(form).items():
        if role in (getattr(one, "phone_of", None), getattr(one, "id_of", None)):
            return position
    return None


def _person_rows(resolver: Resolver, claims: Claims, of: Rows) -> None:
    """Rows that are people: where they belong, in which role, since when, and what is kept of them."""
    block, rows = of
    name = block.fields.is_("name")
    assert name is not None
    resolver.notes.add(
        rows.filter(pl.col(value(name)).is_null()), "error", "missing-value",
        column=list(block.fields.roster.columns)[name], expected=say(zh="姓名", en="a name"),
        advice=say(zh="填写姓名", en="fill in the name"),
    )  # fmt: skip
    rows = rows.filter(pl.col(value(name)).is_not_null())
    start = _number(claims)
    rows = rows.with_columns(mention=pl.int_range(start, start + pl.len(), dtype=pl.UInt32))
    phone, number = block.fields.is_("phone"), block.fields.is_("id_number")
    header = list(block.fields.roster.columns)[name]
    _keep_mentions(
        claims,
        rows.select(
            "mention", R, column=pl.lit(header), name=value(name),
            number=pl.col(value(number)) if number is not None else pl.lit(None, pl.String),
            phones=pl.col(value(phone)) if phone is not None else pl.lit(None, pl.List(pl.String)),
            unphoned=pl.col(cleared(phone)) if phone is not None else pl.lit(value=False),
        ),
    )  # fmt: skip
    belongs = _belongings(resolver, claims, (block, rows))
    homeless = rows.join(belongs, on="mention", how="anti")
    known = homeless.filter(~homeless[R].is_in(resolver.notes.refused().implode()))
    member_of = [list(block.fields.roster.columns)[p] for p in block.fields.where(MemberOfForm)]
    resolver.notes.add(
        known, "error", "missing-value", column=member_of[0] if member_of else header,
        expected=say(zh="所在单位", en="the unit the person belongs to"), advice=say(zh="填写所在单位", en="fill it in"),
    )  # fmt: skip
    _kept_of_people(resolver, claims, (block, rows))


def _belongings(resolver: Resolver, claims: Claims, of: Rows) -> pl.DataFrame:
    """Memberships that the columns `member_of` state; ``mention`` of everybody that has one."""
    block, rows = of
    roles = resolver.structures.roles
    since = block.fields.is_("since")
    found = []
    for position, form in block.fields.where(MemberOfForm).items():
        assert isinstance(form, MemberOfForm)
        cells = rows.with_columns(text=pl.col(value(position)), clear=pl.col(cleared(position)))
        listed = cells.filter(pl.col("text").is_not_null()).explode("text")
        handles = references(resolver, block, listed, position, form.member_of)
        listed = listed.with_columns(unit=resolver.world.ids(handles)).filter(pl.col("unit").is_not_null())
        own = [
            column
            for p, f in block.fields.where(IsForm).items()
            if isinstance(f, IsForm) and f.is_ in roles[form.role].columns
            for column in (pl.col(value(p)).alias(f.is_), pl.col(cleared(p)).alias(CLEAR + f.is_))
        ]
        start = pl.col(value(since)) if since is not None else pl.lit(None, pl.Date)
        claims.roles.append(listed.select("mention", R, "unit", *own, role=pl.lit(form.role), since=start))
        claims.places.append(listed.select("mention", "unit"))
        filled = cells.filter(pl.col("text").is_not_null() | pl.col("clear"))
        claims.role_slots.append(
            filled.select(
                R, "mention", role=pl.lit(form.role), person_row=pl.lit(value=True),
                kinds=pl.lit(list(form.member_of), dtype=pl.List(pl.String)),
            )
        )  # fmt: skip
        found.append(listed.select("mention"))
    return pl.concat([pl.DataFrame(schema={"mention": pl.UInt32}), *found]).unique()


def _kept_of_people(resolver: Resolver, claims: Claims, of: Rows) -> None:
    block, rows = of
    declared = resolver.structures.columns("people")
    own = [
        column
        for p, f in block.fields.where(IsForm).items()
        if isinstance(f, IsForm) and f.is_ in declared
        for column in (pl.col(value(p)).alias(f.is_), pl.col(cleared(p)).alias(CLEAR + f.is_))
    ]
    claims.people.append(rows.select("mention", R, *own))


def stacked(frames: Iterable[pl.DataFrame], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """Frames one above another; columns that one lacks are null there."""
    return pl.concat([pl.DataFrame(schema=schema), *frames], how="diagonal_relaxed")

