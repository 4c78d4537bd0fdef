"""What changed between two states, as people tell it."""

from dataclasses import replace
from datetime import date
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orgs import above, forests, ids, links, org_of

from orgraph.metrics.compare import compare
from orgraph.model.errors import OrgraphError

TOWN = """
structure: s
trees: {territory: {zh: 属地}, party: {zh: 党}}
relations: {covers: {zh: 覆盖}}
roles: {leader: {zh: 负责人, public: true}, member: {zh: 党员}}
kinds:
  v:
    root_of: [territory, party]
    under: {territory: [v], party: [v]}
    columns: {status: {zh: 状态}, floors: int}
  w: {under: {territory: [v]}}
"""


def town(units="a b c", ties=("b>a", "c>b"), posts=(), covers=(), **columns):
    rows = [{"id": u.split("=")[0], "name": u.split("=")[-1], "kind": "v"} for u in units.split()]
    people = sorted({p.split()[0] for p in posts})
    return org_of(
        TOWN,
        units=[{**row, **columns.get(row["id"], {})} for row in rows],
        links=links("territory", *ties) + links("covers", *covers),
        people=[{"id": p, "name": p.upper()} for p in people],
        memberships=[dict(zip(("person", "unit", "role"), p.split(), strict=True)) for p in posts],
    )


def told(before, after, **how):
    return compare(before, after, **how).rows()


def test_nothing_changed():
    frame = compare(town(), town())
    assert frame.height == 0
    assert frame.columns == ["what", "id", "name", "kind", "item", "before", "after"]


def test_units_come_go_and_change_their_names():
    assert told(town(), town("a=甲 b d", ("b>a", "d>b"))) == [
        ("added", "d", "d", "v", None, None, "甲/b/d"),
        ("ended", "c", "c", "v", None, "a/b/c", None),
        ("renamed", "a", "甲", "v", None, "a", "甲"),
    ]


def test_a_moved_subtree_is_told_once_at_its_top():
    before = town("a z b c d", ("b>a", "c>b", "d>c"))
    after = town("a z b c d", ("b>z", "c>b", "d>c"))
    assert told(before, after) == [("moved", "b", "b", "v", "属地", "a", "z")]


def test_a_unit_that_loses_or_finds_its_place_has_moved():
    assert told(town(), town(ties=("b>a",))) == [("moved", "c", "c", "v", "属地", "b", None)]
    assert told(town(ties=("b>a",)), town()) == [("moved", "c", "c", "v", "属地", None, "b")]


def test_a_renamed_parent_moves_nobody():
    assert [row[0] for row in told(town(), town("a=甲 b c"))] == ["renamed"]


def test_columns_and_kinds_that_change_are_told_one_by_one():
    before = town(a={"status": "open", "floors": 3}, b={"status": None})
    after = town(a={"status": "shut", "floors": 4}, b={"status": "open", "kind": "w"})
    assert told(before, after) == [
        ("changed", "b", "b", "w", "类别", "v", "w"),
        ("changed", "a", "a", "v", "状态", "open", "shut"),
        ("changed", "b", "b", "w", "状态", None, "open"),
        ("changed", "a", "a", "v", "floors", "3", "4"),
    ]


def test_ties_that_come_and_go_are_told():
    assert told(town(covers=("a>b",)), town(covers=("a>c",))) == [
        ("changed", "a", "a", "v", "覆盖", "b", None),
        ("changed", "a", "a", "v", "覆盖", None, "c"),
    ]


def test_holders_of_public_roles_are_named_and_the_others_counted():
    before = town(posts=("p a leader", "q a member", "r a member", "r b leader"))
    after = town(posts=("s a leader", "q a member", "t a member", "u a member"))
    assert told(before, after) == [
        ("holder", "a", "a", "v", "负责人", "P", "S"),
        ("holder", "a", "a", "v", "党员", "2", "3 (+2 −1)"),
        ("holder", "b", "b", "v", "负责人", "R", None),
    ]
    assert ("holder", "a", "a", "v", "党员", "Q、R", "Q、T、U") in told(before, after, people=True)


def test_two_holders_that_change_units_are_two_changes_and_a_kept_one_is_none():
    before = town(posts=("p a leader", "q b leader", "r c leader"))
    after = town(posts=("q a leader", "p b leader", "r c leader"))
    assert [row[1] for row in told(before, after)] == ["a", "b"]


def test_the_holders_of_a_unit_that_ended_are_not_told_apart():
    assert [row[0] for row in told(town(posts=("p c leader",)), town("a b", ("b>a",)))] == ["ended"]


@settings(max_examples=30)
@given(forests(12), st.data())
def test_moves_are_the_differing_parents_and_turn_around_with_the_states(parents, data):
    names = ids(len(parents))
    pairs = [f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None]
    moved = [p for p in pairs if data.draw(st.booleans())]
    extra = [
        f"{n}>new"
        for n in names
        if data.draw(st.booleans()) and not any(m.startswith(f"{n}>") for m in moved)
    ]
    units = " ".join([*names, "new"])
    one, two = town(units, pairs), town(units, [*moved, *extra])
    was, now = above(one, "territory"), above(two, "territory")
    expected = {(n, was.get(n), now.get(n)) for n in names if was.get(n) != now.get(n)}
    assert {(r[1], r[5], r[6]) for r in told(one, two)} == expected
    assert {(r[1], r[6], r[5]) for r in told(two, one)} == expected


def test_two_days_of_one_timeline():
    day = date(2022, 4, 1)
    rows = [
        {"id": "a", "name": "老村", "kind": "v", "since": None, "until": day},
        {"id": "a", "name": "新村", "kind": "v", "since": day, "until": None},
    ]
    timeline = org_of(TOWN, on=None, units=rows)
    march, april = (timeline.alive(d) for d in (date(2022, 3, 31), date(2022, 4, 30)))
    assert told(march, april) == [("renamed", "a", "新村", "v", None, "老村", "新村")]
    with pytest.raises(OrgraphError, match="alive"):
        compare(timeline, april)


@st.composite
def timelines(draw):
    """Units whose versions follow one another, ties and posts that come and go, in any order of rows."""
    moments = [date(2022, 1, n) for n in range(1, 9)]

    def spells(most):
        cuts = sorted(draw(st.lists(st.sampled_from(moments), max_size=most, unique=True)))
        edges = [
            draw(st.sampled_from([None, *cuts[:1]])),
            *cuts[1:],
            draw(st.sampled_from([None, moments[-1]])),
        ]
        spans = [(a, b) for a, b in pairwise(edges) if None in (a, b) or a < b]
        return [span for span in spans if draw(st.booleans())]

    names = [*"abcdef"]
    units = [
        {"id": u, "name": draw(st.sampled_from("甲乙丙")), "kind": "v", "since": a, "until": b}
        for u in names
        for a, b in spells(3)
    ]
    ties = [
        {"source": u, "target": draw(st.sampled_from(names)), "relation": relation, "since": a, "until": b}
        for u in names
        for relation in ("territory", "party", "covers")
        for a, b in spells(3)
    ]
    posts = [
        {"person": p, "unit": draw(st.sampled_from(names)), "role": role, "since": a, "until": b}
        for p in "pq"
        for role in ("leader", "member")
        for a, b in spells(2)
    ]
    rows = {"units": units, "links": ties, "memberships": posts}
    return org_of(
        TOWN,
        on=None,
        people=[{"id": p, "name": p.upper()} for p in "pq"],
        **{table: draw(st.permutations(made)) for table, made in rows.items()},
    )


@given(timelines(), st.integers(1, 9), st.integers(1, 9))
def test_days_of_one_timeline_are_told_as_any_two_states_are(timeline, one, other):
    before, after = (timeline.alive(date(2022, 1, n)) for n in (one, other))
    assert before.versions == after.versions is not None
    plain = compare(replace(before), replace(after), people=True)
    assert compare(before, after, people=True).rows() == plain.rows()


def test_a_copy_with_other_rows_is_matched_id_by_id():
    timeline = replace(town(), on=None)
    before, after = (timeline.alive(date(2022, 4, n)) for n in (1, 2))
    assert compare(before, after).height == 0
    other = replace(after, units=after.units.with_columns(pl.col("name").replace("a", "甲")))
    assert told(before, other) == [("renamed", "a", "甲", "v", None, "a", "甲")]


def test_two_stores_whose_tables_have_other_columns():
    new = TOWN.replace("floors: int", "floors: int, colour: text")
    after = org_of(new, units=[{"id": "a", "kind": "v", "colour": "red"}])
    before = org_of(TOWN, units=[{"id": "a", "kind": "v"}])
    assert told(before, after) == [("changed", "a", "a", "v", "colour", None, "red")]
    assert compare(org_of(TOWN), after).select(pl.col("what")).to_series().to_list() == ["added"]
