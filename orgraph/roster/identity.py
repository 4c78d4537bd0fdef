"""What is said of people who were found to be one: the evidence, and where it is contradicted."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from orgraph.model.glossary import say
from orgraph.roster.cells.clean import keys
from orgraph.roster.notes import Notes
from orgraph.roster.sheets.rows import LINE, SHEET, R
from orgraph.roster.versions import Mode

TITLE = "_title"
"""Column of a frame of rows: the title of the roster."""


def without_other_names(
    persons: pl.DataFrame, people: pl.DataFrame, mode: Mode, notes: Notes
) -> pl.DataFrame:
    """Mentions without names that contradict their identity number (``other-name``, an error).

    A number that stands beside another name than before is more often mistyped than its bearer renamed;
    a correction may rename.

    Parameters
    ----------
    persons
        ``mention``, ``_r``, ``person``, ``name``, ``column``, …: who is behind each mention.
    people
        The people of the store.
    """
    numbered = persons.filter(pl.col("hash").is_not_null())  # all others were found by their name, too
    if not numbered.height:
        return persons
    by_person = numbered.sort(R, nulls_last=True).group_by("person", maintain_order=True)
    first = by_person.agg(_said=pl.col("name").first())
    known = people.select(person="id", _known="name")
    called = numbered.select("mention", "person", "name").join(first, on="person", how="left")
    called = called.join(known, on="person", how="left").with_columns(
        _known=pl.col("_said") if mode == "correct" else pl.coalesce("_known", "_said")
    )
    contradicts = keys(called["name"]) != keys(called["_known"])
    wrong = called.filter(contradicts.fill_null(value=False)).select("mention", "_known")
    if not wrong.height:
        return persons
    notes.add(
        persons.join(wrong, on="mention"), "error", "other-name",
        column=pl.col("column"), value=pl.col("name"),
        expected=pl.format(say(zh="身份证号属于“{}”", en="the bearer of the number, '{}'"), "_known"),
        advice=say(
            zh="核对身份证号;确是改名,用 --mode correct",
            en="check the number; for a change of name, --mode correct",
        ),
    )  # fmt: skip
    lost = pl.col("mention").is_in(wrong["mention"].implode())
    return persons.with_columns(name=pl.when(~lost).then("name"))


def say_who_is_one(persons: pl.DataFrame, rows: pl.DataFrame, notes: Notes) -> None:
    """``same-person`` (info): a person of two sheets became one, and by what evidence.

    Parameters
    ----------
    persons
        As above, with ``by``, ``hash``, ``phone``.
    rows
        ``_r``, ``_sheet``, ``_line``, ``_title`` of all rows.
    """
    met = persons.join(rows.select(R, SHEET, LINE, TITLE), on=R, how="inner").sort(R)
    if met[SHEET].n_unique() < 2:
        return
    first = met.unique("person", keep="first", maintain_order=True).select(
        "person", _sheet1=SHEET, _line1=LINE, _title1=TITLE, _hash1="hash", _phone1="phone"
    )
    again = met.join(first, on="person", maintain_order="left").filter(pl.col(SHEET) != pl.col("_sheet1"))
    notes.add(
        again.unique(["person", SHEET], keep="first", maintain_order=True), "info", "same-person",
        column=pl.col("column"), value=pl.col("name"),
        expected=say(zh="一个人只记一次", en="a person once"),
        advice=pl.format(
            say(zh="与“{}”第 {} 行是同一人:{}", en="the same as in '{}', row {}: {}"),
            "_title1", "_line1", _evidence(),
        ),
    )  # fmt: skip


def say_who_is_known(
    persons: pl.DataFrame,
    places: pl.DataFrame,
    memberships: pl.DataFrame,
    called: Callable[[pl.Series], pl.DataFrame],
    notes: Notes,
) -> None:
    """``same-person`` (info): somebody whom the store knows from other units, found by number or phone.

    Parameters
    ----------
    places
        ``mention``, ``unit``: where mentions belong.
    memberships
        ``person``, ``unit`` on the day.
    called
        The names of units: ``unit``, ``called``.
    """
    found = persons.filter(pl.col("by").is_in(["id", "phone"]))
    if not found.height or not memberships.height:
        return
    here = found.join(places, on="mention").join(memberships, on=["person", "unit"], how="semi")
    elsewhere = found.join(here.select("person"), on="person", how="anti")
    known = memberships.join(elsewhere.select("person").unique(), on="person", how="semi")
    names = called(known["unit"].unique())
    where = known.join(names, on="unit", how="left").group_by("person").agg(pl.col("called").unique().sort())
    told = elsewhere.unique("person", keep="first", maintain_order=True).join(where, on="person")
    notes.add(
        told, "info", "same-person", column=pl.col("column"), value=pl.col("name"),
        expected=say(zh="一个人只记一次", en="a person once"),
        advice=pl.format(
            say(zh="库中已有此人({}):{}", en="known already ({}): {}"),
            pl.col("called").list.head(3).list.join("、"),
            pl.when(pl.col("by") == "id").then(pl.lit(_same_number())).otherwise(pl.lit(_same_phone())),
        ),
    )  # fmt: skip


def _same_number() -> str:
    return say(zh="身份证号相同", en="the same identity number")


def _same_phone() -> str:
    return say(zh="姓名和电话相同", en="the same name and phone")


def _evidence() -> pl.Expr:
    """What makes a mention one with the first of its person."""
    by = pl.col("by")
    return (
        pl.when((by == "id") | (pl.col("hash") == pl.col("_hash1"))).then(pl.lit(_same_number()))
        .when((by == "phone") | (pl.col("phone") == pl.col("_phone1"))).then(pl.lit(_same_phone()))
        .otherwise(pl.lit(say(zh="姓名和单位相同", en="the same name and unit")))
    )  # fmt: skip
