"""Everybody that rows name: what they are where, and how they are reached."""

from __future__ import annotations

import polars as pl

from orgraph.model.glossary import say
from orgraph.model.language.rosters import (
    HolderForm,
    IdOfForm,
    IsForm,
    MemberOfForm,
    PersonRow,
    PhoneOfForm,
)
from orgraph.roster.blocks import Block
from orgraph.roster.chains import header_of
from orgraph.roster.claims import Claims, Placed, references
from orgraph.roster.fields import cleared, value
from orgraph.roster.resolve import Resolver
from orgraph.roster.sheets.rows import R
from orgraph.roster.versions import CLEAR


def people_claims(resolver: Resolver, claims: Claims) -> None:
    """Everybody that rows name, with what they are where, and how they are reached."""
    for block, rows in resolver.placed:
        if isinstance(block.fields.roster.row, PersonRow):
            _person_rows(resolver, claims, (block, rows))
        else:
            for position, form in block.fields.where(HolderForm).items():
                _holders(resolver, claims, (block, rows), position, form)


def _number(claims: Claims) -> int:
    return sum(frame.height for frame in claims.mentions)


def _holders(resolver: Resolver, claims: Claims, of: Placed, position: int, form: HolderForm) -> None:
    """Holders of a role in the row's unit; phones and numbers in the row go with them in their order."""
    block, rows = of
    rows = rows.filter(pl.col("unit").is_not_null())
    header = header_of(block, position)
    phones = _beside(block, PhoneOfForm, form.holder)
    ids = _beside(block, IdOfForm, form.holder)
    tied = block.fields.tied(form.holder)
    cells = rows.select(
        R, unit=resolver.world.tabled(rows["unit"]), name=value(position), clear=cleared(position),
        phones=pl.col(value(phones)) if phones is not None else pl.lit(None, pl.List(pl.String)),
        unphoned=pl.col(cleared(phones)) if phones is not None else pl.lit(value=False),
        number=pl.col(value(ids)) if ids is not None else pl.lit(None, pl.String),
        **{written: pl.col(written) for written in tied},
    )  # fmt: skip
    filled = cells.filter(pl.col("name").is_not_null() | pl.col("clear"))
    claims.role_slots.append(
        filled.select(
            R,
            "unit",
            role=pl.lit(form.holder),
            person_row=pl.lit(value=False),
            kinds=pl.lit(None, pl.List(pl.String)),
        )
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
    own = {"since": pl.lit(None, pl.Date)} | {name: pl.col(written) for written, name in tied.items()}
    claims.roles.append(listed.select("mention", R, "unit", role=pl.lit(form.holder), **own))


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


def _person_rows(resolver: Resolver, claims: Claims, of: Placed) -> None:
    """Rows that are people: where they belong, in which role, since when, and what is kept of them."""
    block, placed = of
    name = block.fields.is_("name")
    if name is None:  # recognising asks for it
        return
    resolver.notes.add(
        placed.filter(pl.col(value(name)).is_null()), "error", "missing-value",
        column=header_of(block, name), expected=say(zh="姓名", en="a name"),
        advice=say(zh="填写姓名", en="fill in the name"),
    )  # fmt: skip
    start = _number(claims)
    rows = placed.filter(pl.col(value(name)).is_not_null()).with_columns(
        mention=pl.int_range(start, start + pl.len(), dtype=pl.UInt32)
    )
    phone, number = block.fields.is_("phone"), block.fields.is_("id_number")
    header = header_of(block, name)
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
    member_of = [header_of(block, p) for p in block.fields.where(MemberOfForm)]
    resolver.notes.add(
        known, "error", "missing-value", column=member_of[0] if member_of else header,
        expected=say(zh="所在单位", en="the unit the person belongs to"),
        advice=say(zh="填写所在单位", en="fill it in"),
    )  # fmt: skip
    _kept_of_people(resolver, claims, (block, rows))


def _belongings(resolver: Resolver, claims: Claims, of: Placed) -> pl.DataFrame:
    """Memberships that the columns `member_of` state; ``mention`` of everybody that has one."""
    block, rows = of
    roles = resolver.structures.roles
    since = block.fields.is_("since")
    found = []
    for position, form in block.fields.where(MemberOfForm).items():
        cells = rows.with_columns(text=pl.col(value(position)), clear=pl.col(cleared(position)))
        listed = cells.filter(pl.col("text").is_not_null()).explode("text")
        handles = references(resolver, block, listed, position, form.member_of)
        listed = listed.with_columns(unit=resolver.world.tabled(handles)).filter(pl.col("unit").is_not_null())
        own = [
            column
            for p, f in block.fields.where(IsForm).items()
            if f.is_ in roles[form.role].columns
            for column in (pl.col(value(p)).alias(f.is_), pl.col(cleared(p)).alias(CLEAR + f.is_))
        ]
        start = pl.col(value(since)) if since is not None else pl.lit(None, pl.Date)
        tied = {name: pl.col(written) for written, name in block.fields.tied(form.role).items()}
        said = listed.select("mention", R, "unit", *own, role=pl.lit(form.role), **({"since": start} | tied))
        claims.roles.append(said)
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


def _kept_of_people(resolver: Resolver, claims: Claims, of: Placed) -> None:
    block, rows = of
    declared = resolver.structures.columns("people")
    own = [
        column
        for p, f in block.fields.where(IsForm).items()
        if f.is_ in declared
        for column in (pl.col(value(p)).alias(f.is_), pl.col(cleared(p)).alias(CLEAR + f.is_))
    ]
    claims.people.append(rows.select("mention", R, *own))
