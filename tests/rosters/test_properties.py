"""Whatever the organisation: it survives the way through a workbook, in any order, twice, and back again."""

from __future__ import annotations

import random
import tempfile
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from roster_desk import DAY, Desk
from rosters.writing import Rows, laid_out, organisations, rosters_of

import orgraph as og

MAY = "2022-05-31"
DAYS = ("2022-04-29", DAY, "2022-05-30", MAY, "2022-06-30")
FEW = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])

State = dict[str, list[tuple[object, ...]]]


def state(org: og.Org, contacts: pl.DataFrame) -> State:
    """Tables with people by name and phone in the place of their random ids, all in one order."""
    phones = (
        contacts.filter(pl.col("field") == "phone").group_by("person").agg(pl.col("value").sort().str.join())
    )
    who = org.table("people").join(phones, left_on="id", right_on="person", how="left")
    who = who.select(person="id", who=pl.format("{} {}", "name", pl.col("value").fill_null("")))
    tables = {name: org.table(name) for name in ("units", "links", "measures")}
    tables["people"] = org.table("people").join(who, left_on="id", right_on="person").drop("id")
    tables["memberships"] = org.table("memberships").join(who, on="person").drop("person")
    return {n: sorted(frame.select(sorted(frame.columns)).rows(), key=str) for n, frame in tables.items()}


def taken(folder: Path, rosters: dict[str, Rows]) -> Desk:
    desk = Desk(folder)
    desk.take(desk.book(**rosters))
    return desk


def stands(desk: Desk, on: str = DAY) -> State:
    return state(desk.store.read(on=on), desk.store.contacts())


@FEW
@given(drawn=organisations(), seed=st.integers(0, 2**32))
def test_an_organisation_comes_back_from_its_workbook_in_any_order(
    drawn: tuple[og.Org, pl.DataFrame], seed: int
) -> None:
    """Org → workbook → import → the same Org; also with rows, columns and sheets in another order."""
    org, contacts = drawn
    rosters = rosters_of(org, contacts)
    chain = {"社区", "小区", "党小组"}  # a chain of parents is read from the left to the right
    mixed = laid_out(rosters, random.Random(seed), lambda header: header in chain)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        assert stands(taken(Path(one), rosters)) == state(org, contacts)
        assert stands(taken(Path(other), mixed)) == state(org, contacts)


@FEW
@given(drawn=organisations(), mode=st.sampled_from(["update", "correct", "snapshot"]))
def test_a_workbook_imported_twice_changes_nothing(drawn: tuple[og.Org, pl.DataFrame], mode: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        desk = taken(Path(folder), rosters_of(*drawn))
        again = desk.book(**rosters_of(desk.store.read(on=DAY), desk.store.contacts()))
        for day in (DAY, MAY):
            draft = desk.draft(again, on=day, mode=mode)
            figures = {"measures"} if day == MAY else set()  # a stock is observed anew on another day
            assert draft.ok, draft.findings.to_dicts()
            assert set(draft.changes.patches) <= figures, draft.changes.patches


@FEW
@given(
    drawn=organisations(), seed=st.integers(0, 2**32), mode=st.sampled_from(["update", "correct", "snapshot"])
)
def test_after_an_import_and_its_undo_every_day_and_revision_reads_as_before(
    drawn: tuple[og.Org, pl.DataFrame], seed: int, mode: str
) -> None:
    chance = random.Random(seed)
    with tempfile.TemporaryDirectory() as folder:
        desk = taken(Path(folder), rosters_of(*drawn))
        days = {day: desk.store.read(on=day).tables() for day in DAYS}
        older = {
            (n, day): desk.store.read(on=day, revision=n).tables()
            for n in range(1, desk.store.revision + 1)
            for day in DAYS
        }
        fewer = thinned(rosters_of(desk.store.read(on=DAY), desk.store.contacts()), chance)
        draft = desk.draft(desk.book(**fewer), on=MAY, mode=mode, yes=True)
        assert draft.ok, draft.findings.to_dicts()
        if draft.changes.is_empty:
            return
        desk.store.apply(draft.changes)
        desk.store.undo()
        for day, tables in days.items():
            same(desk.store.read(on=day).tables(), tables)
        for (n, day), tables in older.items():
            same(desk.store.read(on=day, revision=n).tables(), tables)


def thinned(rosters: dict[str, Rows], chance: random.Random) -> dict[str, Rows]:
    """A later roster: some rows are gone, some figures are others."""
    made = {}
    for title, (head, *rows) in rosters.items():
        kept = [row for row in rows if chance.random() < 0.7 or title == "地点花名册"]
        other = [tuple(c + 1 if type(c) is int and chance.random() < 0.5 else c for c in row) for row in kept]
        if other:
            made[title] = [head, *other]
    return made


def same(got: dict[str, pl.DataFrame], wanted: dict[str, pl.DataFrame]) -> None:
    for table, frame in wanted.items():
        assert got[table].columns == frame.columns
        assert sorted(got[table].rows(), key=str) == sorted(frame.rows(), key=str), table


@settings(FEW, max_examples=5)
@given(drawn=organisations())
def test_the_comparison_sees_what_differs(drawn: tuple[og.Org, pl.DataFrame]) -> None:
    org, contacts = drawn
    units = org.table("units")
    moved = units.with_columns(since=pl.when(pl.col("since").is_not_null()).then(pl.lit(date(2022, 4, 29))))
    other = og.Org.from_tables(org.structures, on=org.on, **{**org.tables(), "units": moved})
    assert state(other, contacts) != state(org, contacts)
    with pytest.raises(AssertionError):
        same(other.tables(), org.tables())
