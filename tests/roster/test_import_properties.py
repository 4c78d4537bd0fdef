"""Whatever the organisation and however its rosters are laid out: the same tables."""

from __future__ import annotations

import random
import tempfile
from datetime import date
from pathlib import Path

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from roster_desk import DAY, Desk

import orgraph as og

NAMES = st.text("东西南北一二三甲乙丙新河苑园AB12-·()", min_size=1, max_size=4).map(str.strip).filter(
    lambda s: s not in ("", "-", "--", "1", "0", "·") and not s.startswith("(")
)  # fmt: skip
Town = dict[str, list[tuple[object, ...]]]
"""Sheet → its rows."""

FIGURE = st.one_of(st.none(), st.integers(0, 10**9))


@st.composite
def towns(draw: st.DrawFn) -> list[Town]:
    """Rosters of a town that any clerk might have: places, estates, grids with leaders and figures."""
    villages = draw(st.lists(NAMES, min_size=1, max_size=4, unique_by=key))
    estates, grids = [], []
    for number in range(len(villages)):
        code = f"{3301 + number}"
        for estate in draw(st.lists(NAMES, max_size=3, unique_by=key)):
            status = draw(st.sampled_from(["已入住", "在建", None]))
            estates.append((code, estate, status, draw(FIGURE)))
            for grid in draw(st.lists(NAMES, max_size=3, unique_by=key)):
                leader = draw(st.sampled_from(["赵一", "钱二", None]))
                phone = f"138{draw(st.integers(0, 10**8 - 1)):08}" if leader else None
                grids.append((code, estate, grid, leader, phone, draw(FIGURE)))
    places = [("33", "新河镇", "镇", None)]
    places += [(f"{3301 + n}", name, "村", "33") for n, name in enumerate(villages)]
    return [{"地点": places, "小区": estates, "微网格长": grids}]


def key(name: str) -> str:
    return name.replace(" ", "").lower()


HEADS = {
    "地点": ("编号", "名称", "类别", "上级"),
    "小区": ("社区", "小区", "状态", "户数"),
    "微网格长": ("社区", "小区", "微网格", "微网格长", "联系电话", "户数"),
}


def laid_out(town: Town, chance: random.Random) -> Town:
    """The same rosters with rows, columns and sheets in another order."""
    made = {}
    for sheet in chance.sample(list(town), len(town)):
        rows = chance.sample(town[sheet], len(town[sheet]))
        order = chance.sample(range(len(HEADS[sheet])), len(HEADS[sheet]))
        if sheet != "地点":  # a chain is read from the left to the right
            chain = sorted(i for i in order if i < 2)
            order = [chain.pop(0) if i < 2 else i for i in order]
        if rows:
            made[sheet] = [tuple(row[i] for i in order) for row in (HEADS[sheet], *rows)]
    return made


def state(desk: Desk) -> Town:
    """What a store holds, with people by name in the place of their random ids."""
    org = desk.store.timeline()
    tables = {name: org.table(name) for name in ("units", "links", "measures")}
    people = org.table("people").select(person="id", who="name")
    tables["memberships"] = org.table("memberships").join(people, on="person").drop("person")
    tables["contacts"] = desk.store.contacts().join(people, on="person").drop("person")
    return {
        name: sorted(frame.select(sorted(frame.columns)).rows(), key=str) for name, frame in tables.items()
    }


def desk_with(rosters: Town, folder: Path) -> Desk:
    desk = Desk(folder)
    desk.take(desk.book(**rosters))
    return desk


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(town=towns(), seed=st.integers(0, 2**32))
def test_the_order_of_rows_columns_and_sheets_does_not_matter(town: list[Town], seed: int) -> None:
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        straight = desk_with({s: [HEADS[s], *rows] for s, rows in town[0].items() if rows}, Path(one))
        mixed = desk_with(laid_out(town[0], random.Random(seed)), Path(other))
        assert state(straight) == state(mixed)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(town=towns())
def test_an_organisation_written_as_rosters_is_read_as_the_same(town: list[Town]) -> None:
    """Rosters made from a store and read into an empty one give the same units, ties, figures and leaders."""
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        first = desk_with({s: [HEADS[s], *rows] for s, rows in town[0].items() if rows}, Path(one))
        again = desk_with(as_rosters(first.store.read(on=DAY), first.store.contacts()), Path(other))
        assert state(first) == state(again)
        written = as_rosters(first.store.read(on=DAY), first.store.contacts())
        assert first.draft(first.book(**written)).changes.is_empty


def as_rosters(org: og.Org, contacts: pl.DataFrame) -> Town:
    """The rosters that an organisation would write of itself."""
    units = org.table("units")
    parent = dict(org.table("links").filter(relation="territory").select("source", "target").iter_rows())
    name = dict(units.select("id", "name").iter_rows())
    homes = dict(org.table("measures").select("unit", "value").iter_rows())
    who = dict(org.table("people").select("id", "name").iter_rows())
    phone = dict(contacts.select("person", "value").iter_rows())
    leader = dict(org.table("memberships").select("unit", "person").iter_rows())
    labels = {"occupied": "已入住", "building": "在建", None: None}
    kinds = {"town": "镇", "village": "村社区"}
    made: Town = {sheet: [head] for sheet, head in HEADS.items()}
    for row in units.to_dicts():
        unit = row["id"]
        if row["kind"] in kinds:
            made["地点"].append((unit, row["name"], kinds[row["kind"]], parent.get(unit)))
        elif row["kind"] == "estate":
            made["小区"].append((parent[unit], row["name"], labels[row["status"]], homes.get(unit)))
        elif row["kind"] == "micro_grid":
            held = leader.get(unit)
            above = parent[unit]
            made["微网格长"].append(
                (parent[above], name[above], row["name"], who.get(held), phone.get(held), homes.get(unit))
            )
    return {sheet: rows for sheet, rows in made.items() if len(rows) > 1}


def test_the_state_of_a_desk_is_what_it_seems(desk: Desk) -> None:
    """The comparison above sees a difference where there is one."""
    desk.town()
    before = state(desk)
    desk.put("2022-05-31", 小区=[("社区", "小区", "户数"), ("东村", "一号院", 121)])
    assert state(desk) != before
    assert before["units"][0] != ()
    assert any(date(2022, 4, 30) in row for row in before["measures"])
