"""Rows that speak of the same thing brought to one claim: what they say together, where they disagree."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import polars as pl

from orgraph.model.glossary import say
from orgraph.model.packing import doubled
from orgraph.model.structure import Column
from orgraph.roster.notes import Notes
from orgraph.roster.register import Register
from orgraph.roster.sheets.rows import R
from orgraph.roster.versions import CLEAR

_OPAQUE = ("id", "person")
"""Columns of the subject that say nothing to anybody where a ``_name`` does."""


PARTING = "、"
"""Between the texts of several rows in a column that keeps them together (`Column.several`)."""


def agreed(
    claims: pl.DataFrame,
    subject: Sequence[str],
    headers: Mapping[str, str | pl.Expr],
    notes: Notes,
    register: Register,
    joined: Collection[str] = (),
) -> pl.DataFrame:
    """One claim for each subject.

    Parameters
    ----------
    claims
        ``_r``, the columns of the subject, values (null: says nothing), marks ``!value``, and what need not
        agree, ``_named`` so; a ``_name`` is shown in the place of ids.
    subject
        What makes two claims speak of the same thing.
    headers
        Column → how a roster heads it, for findings.
    notes
        Where ``duplicate-id`` goes (of people ``rows-disagree``): two rows give different values.
    register
        The ids of units, for findings.
    joined
        Columns of texts that are kept together, in the order of the rows and blank where one says nothing.
    """
    same = doubled(claims, subject)
    if not same.any():
        return claims
    single, many = claims.filter(~same), claims.filter(same)
    others = [c for c in claims.columns if c not in (R, *subject) and not c.startswith(CLEAR)]
    values = [c for c in others if not c.startswith("_")]
    joined = [c for c in joined if c in values]
    person = "_name" in claims.columns
    code, alike, advice = _words_of_people() if person else _words_of_units()
    for column in (c for c in values if c not in joined):
        differs = pl.col(column).drop_nulls().n_unique().over(subject) > 1
        wrong = many.filter(differs & pl.col(column).is_not_null())
        if wrong.height:
            silent = ("since", "until", "measure", *(_OPAQUE if person else ()))
            told = [*(["_name"] if person else []), *(c for c in subject if c not in silent)]
            shown = pl.concat_str([pl.col(c).cast(pl.String) for c in told], separator=" ", ignore_nulls=True)
            notes.add(
                _with_ids(wrong, register), "error", code, column=headers.get(column, column),
                value=pl.format("{}: {}", shown, pl.col(column).cast(pl.String)),
                expected=alike, advice=advice,
            )  # fmt: skip
    marks = [c for c in claims.columns if c.startswith(CLEAR)]
    many = many.sort(R, nulls_last=True)
    if joined:  # a row that only repeats another one adds nothing
        many = many.unique([c for c in many.columns if c != R], keep="first", maintain_order=True)
    together = {c: pl.col(c).fill_null("").str.join(PARTING) for c in joined}
    one = many.group_by(subject, maintain_order=True).agg(
        pl.col(R).min(),
        *(pl.when(pl.col(c).is_not_null().any()).then(text).alias(c) for c, text in together.items()),
        *(pl.col(c).drop_nulls().first() for c in others if c not in joined),
        *(pl.col(c).any() for c in marks),
    )
    return pl.concat([single, one.select(single.columns)])


def _words_of_units() -> tuple[str, str, str]:
    return (
        "duplicate-id",
        say(zh="同一单位的各行内容一致", en="rows of one unit that say the same"),
        say(zh="只保留正确的一行,或使用不同的编号", en="keep the right row, or use other ids"),
    )


def _words_of_people() -> tuple[str, str, str]:
    return (
        "rows-disagree",
        say(zh="同一个人的各行内容一致", en="rows of one person that say the same"),
        say(
            zh="改正其中一行;不是同一个人,就填上电话",
            en="put one of the rows right; where these are two people, give their phones",
        ),
    )


def several_of(columns: Mapping[str, Column]) -> list[str]:
    """Columns whose texts are kept together where several rows speak of one thing."""
    return [name for name, column in columns.items() if column.several]


def _with_ids(claims: pl.DataFrame, register: Register) -> pl.DataFrame:
    """Claims with the ids of units in the place of their keys."""
    keys = [c for c in ("id", "unit", "source", "target") if claims.schema.get(c) == pl.Int32()]
    named = claims.with_columns(register.ids.gather(claims[c]).alias(c) for c in keys)
    return named.rechunk()  # concat_str panics on columns of which some are in pieces (Polars 2.1)


def repeated(rows: pl.DataFrame, same: Sequence[str], notes: Notes) -> None:
    """Say which rows only repeat an earlier one (``repeated-row``, info)."""
    again = doubled(rows, same)
    later = rows.filter(again).filter(pl.col(R) > pl.col(R).min().over(same))
    notes.add(
        later, "info", "repeated-row",
        expected=say(zh="每个单位(人)一行", en="one row for each unit or person"),
        advice=say(zh="内容相同,只计一次", en="it says the same and counts once"),
    )  # fmt: skip
