"""Changes: the difference leads from one state to the other, the inverse back again."""

from datetime import date

import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from orgraph.model.changes import SCHEMAS, Changes, Patch
from orgraph.model.telling import summary

DAY, LATER = date(2022, 3, 31), date(2022, 4, 30)


def units(*rows):
    columns = {n: SCHEMAS["units"][n] for n in ("id", "since", "kind", "structure", "name", "until")}
    return pl.DataFrame(rows, schema=columns, orient="row")


def unit(name, *, ident="1", since=DAY, until=None):
    return (ident, since, "village", "divisions", name, until)


def links(*rows):
    return pl.DataFrame(rows, schema=SCHEMAS["links"], orient="row")


versions = st.builds(
    unit,
    st.sampled_from(["甲", "乙", "丙"]),
    ident=st.sampled_from(["1", "2", "3", "4"]),
    since=st.sampled_from([None, DAY, LATER]),
    until=st.sampled_from([None, date(2023, 1, 1)]),
)
states = st.lists(versions, max_size=8, unique_by=lambda row: row[:2]).map(lambda rows: units(*rows))


def equal(left, right):
    assert_frame_equal(left, right, check_row_order=False)


@given(states, states)
def test_the_difference_leads_there_and_its_inverse_back(before, after):
    changes = Changes.between({"units": before}, {"units": after})
    equal(changes.apply_to({"units": before})["units"], after)
    equal(changes.inverse().apply_to({"units": after})["units"], before)
    assert changes.is_empty == (sorted(before.rows(), key=str) == sorted(after.rows(), key=str))


@given(states, states)
def test_blobs_bring_the_same_changes_back(before, after):
    changes = Changes.between({"units": before}, {"units": after})
    again = Changes.from_blobs(changes.blobs)
    equal(again["units"].out, changes["units"].out)
    equal(again["units"].into, changes["units"].into)


def test_a_column_that_comes_later_is_null_before():
    before = units(unit("甲"))
    after = before.with_columns(status=pl.lit("occupied"))
    changes = Changes.between({"units": before}, {"units": after})
    assert changes["units"].out["status"].to_list() == [None]
    equal(changes.apply_to({"units": before})["units"], after)


def test_contacts_can_be_left_behind():
    contact = pl.DataFrame({"person": ["p"], "field": ["phone"], "value": ["13800000000"]})
    changes = Changes({"contacts": Patch(contact.clear(), contact)})
    assert "contacts" not in changes.without_contacts().patches
    assert "13800000000" not in str(summary(changes))


def told(before, after, table="units"):
    rows = summary(Changes.between({table: before}, {table: after}))
    return [tuple(r[c] for c in ("what", "id", "before", "after")) for r in rows.to_dicts()]


def test_people_read_added_renamed_ended_moved_and_removed():
    old = units(unit("甲"))
    assert told(units(), old) == [("added", "1", None, "甲")]
    assert told(old, units()) == [("removed", "1", "甲", None)]
    renamed = units(unit("甲", until=LATER), unit("乙", since=LATER))
    assert told(old, renamed) == [("renamed", "1", "甲", "乙")]
    assert told(old, units(unit("甲", until=LATER))) == [("ended", "1", "甲", "甲")]
    tie = links(("1", "9", "party", DAY, None))
    moved = links(("1", "9", "party", DAY, LATER), ("1", "8", "party", LATER, None))
    assert told(tie, moved, "links") == [("moved", "1", "9", "8")]


def test_ties_to_several_units_at_once_are_told_one_by_one():
    tie = links(("1", "9", "covers", DAY, None))
    both = links(("1", "9", "covers", DAY, None), ("1", "8", "covers", DAY, None))
    assert sorted(told(links(), both, "links")) == [("added", "1", None, "8"), ("added", "1", None, "9")]
    assert told(tie, both, "links") == [("added", "1", None, "8")]
    left = links(("1", "9", "covers", DAY, LATER), ("1", "8", "covers", DAY, LATER))
    assert sorted(told(both, left, "links")) == [("ended", "1", "8", "8"), ("ended", "1", "9", "9")]


def test_membership_and_measure_are_told_with_role_and_value():
    row = ("p", "1", "leader", DAY, None)
    member = pl.DataFrame([row], schema=SCHEMAS["memberships"], orient="row")
    assert told(member.clear(), member, "memberships") == [("added", "p", None, None)]
    value = pl.DataFrame([("1", "households", DAY, LATER, 40)], schema=SCHEMAS["measures"], orient="row")
    changed = value.with_columns(value=pl.lit(41, pl.Int64))
    assert told(value, changed, "measures") == [("changed", "1", "40", "41")]
