"""Facts as a table: beside `Facts` of one file, under the files that rule each unit, ranked and summed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orgs import forests, ids, links, org_of

from orgraph.metrics.fact_table import facts, facts_declared, facts_totals
from orgraph.model.errors import OrgraphError, UnknownName

PLACE = """
structure: s
trees: {territory: {}}
roles: {leader: {public: true}, member: {}}
people: {columns: {born: date}}
measures: {hours: {zh: 时长, over_time: sum, decimals: 1}, homes: {}}
kinds:
  v: {zh: 村, root_of: [territory], under: {territory: [v]}, columns: {strength: int, status: [open, shut]}}
  w: {under: {territory: [v, w]}}
facts:
  strong: {zh: 人数, column: strength}
  hours: {zh: 时长, measure: hours}
  points: {zh: 积分, weigh: {hours: 2, strong: 0.5}}
  members: {holders: [member, leader]}
  offices: {of: people, held: [member, leader]}
"""


def report(unit, month, value, measure="hours"):
    return {
        "unit": unit,
        "measure": measure,
        "since": date(2022, month, 1),
        "until": date(2022, month + 1, 1),
        "value": value,
    }


@st.composite
def places(draw):
    parents = draw(forests(12))
    names = ids(len(parents))
    number = st.none() | st.integers(0, 9)
    return org_of(
        PLACE,
        units=[{"id": i, "kind": draw(st.sampled_from("vw")), "strength": draw(number)} for i in names],
        links=links("territory", *(f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None)),
        measures=[
            report(i, m, draw(st.integers(0, 99))) for i in names for m in (3, 4) if draw(st.booleans())
        ],
    )


@given(places(), st.sampled_from([None, "v", "w"]), st.sampled_from([None, "2022-03", "2022-05"]))
def test_each_figure_is_what_the_rows_say(org, of, during):
    month = {None: None, "2022-03": 3, "2022-05": 5}[during]
    told = {}
    for row in org.table("measures").sort("since").iter_rows(named=True):
        if month in (None, row["since"].month):
            told[row["unit"]] = row["value"] / 10
    expected = {}
    for unit in org.units.iter_rows(named=True):
        strong, hours = unit["strength"], told.get(unit["id"])
        points = None if None in (strong, hours) else 2 * hours + strong / 2
        if of == unit["kind"] or (of is None and any((strong, hours, points))):
            expected[unit["id"]] = (strong, hours, points)
    got = facts(org, ["strong", "hours", "points"], of=of, during=during)
    assert got["id"].n_unique() == got.height
    found = {row["id"]: (row["strong"], row["hours"], row["points"]) for row in got.iter_rows(named=True)}
    assert found == {unit: pytest.approx(figures) for unit, figures in expected.items()}
    totals = facts_totals(org, ["points"], of=of, where=None, during=during)
    by_kind = {}
    for unit, kind in got.select("id", "kind").iter_rows():
        if of is not None:
            by_kind.setdefault(kind, []).append(expected[unit][2])
    for row in totals.iter_rows(named=True) if of is not None else ():
        known = [p for p in by_kind[row["kind"]] if p is not None]
        assert (row["units"], row["known"]) == (len(by_kind[row["kind"]]), len(known))
        assert row["sum"] == (pytest.approx(sum(known)) if known else None)
        assert row["max"] == (pytest.approx(max(known)) if known else None)


@given(places())
def test_ranks_leave_out_what_equals_share(org):
    got = facts(org, ["strong"], of="v", ranked=True)
    known = [v for v in got["strong"] if v is not None]
    assert known == sorted(known, reverse=True)
    assert got["rank"].to_list() == [
        None if v is None else 1 + sum(other > v for other in known) for v in got["strong"]
    ]


def town():
    return org_of(
        PLACE,
        units=[
            {"id": "t", "name": "镇", "kind": "v", "strength": 7, "status": "open"},
            {"id": "a", "name": "甲村", "kind": "v", "strength": 3, "status": "shut"},
            {"id": "b", "name": "乙村", "kind": "v", "status": "open"},
        ],
        links=links("territory", "a>t", "b>t"),
        people=[{"id": "p", "name": "沈一"}, {"id": "q", "name": "陆二"}],
        memberships=[
            {"person": "p", "unit": "a", "role": "leader"},
            {"person": "p", "unit": "b", "role": "member"},
            {"person": "q", "unit": "a", "role": "member"},
        ],
    )


def test_only_below_a_unit_and_only_where_a_condition_holds():
    org = town()
    assert facts(org, ["strong"])["path"].to_list() == ["镇", "镇/甲村"]
    assert facts(org, ["strong"], of="村", under="甲村").select("name", "strong").rows() == [("甲村", 3)]
    open_ones = facts(org, ["strong"], of="v", where=["status=open"])
    assert open_ones["name"].to_list() == ["镇", "乙村"]
    busy = facts(org, ["strong"], of="v", where={"members": {"min": 2}})
    assert busy["name"].to_list() == ["甲村"]


def test_facts_of_people_name_holders_of_public_roles_alone():
    org = town()
    assert facts(org, ["offices"]).select("name", "kind", "offices").rows() == [
        ("沈一", "people", 2),
        (None, "people", 1),
    ]
    assert facts(org, ["offices"], people=True, under="甲村")["name"].to_list() == ["沈一", "陆二"]
    assert facts_totals(org, ["offices"]).select("kind", "units", "sum").rows() == [("people", 2, 3.0)]


def test_each_unit_has_the_fact_of_the_file_whose_rules_it_stands_under():
    base = "structure: base\ntrees: {t: {}}\nkinds: {v: {root_of: [t], columns: {n: int}}}"
    file = (
        'structure: %s\nuses: [base]\nscope: "%s"\nfacts: {score: {weigh: {n_here: %s}}, n_here: {column: n}}'
    )
    units = [{"id": i, "kind": "v", "structure": "base", "n": 10} for i in ("one", "two", "three")]
    org = org_of(
        {"base": base, "one": file % ("one", "one", 2), "two": file % ("two", "two", 0.5)}, units=units
    )
    assert facts(org, ["score"], of="v").select("id", "score").rows() == [
        ("one", 20.0),
        ("two", 5.0),
        ("three", None),
    ]


def test_what_cannot_be_asked_is_refused():
    org = town()
    with pytest.raises(UnknownName, match="strong"):
        facts(org, ["stronk"])
    with pytest.raises(OrgraphError, match="分开"):
        facts(org, ["strong", "offices"])
    with pytest.raises(UnknownName, match="offices"):
        facts(org, ["offices"], of="v")
    with pytest.raises(UnknownName, match="strong"):
        facts(org, ["strong"], of="people")
    with pytest.raises(OrgraphError):
        facts(org, ["hours"], during="spring")


def test_the_facts_declared_are_listed():
    got = facts_declared(town()).select("fact", "label", "of", "form").rows()
    assert got[0] == ("strong", "人数", "unit", "column")
    assert got[-1] == ("offices", "offices", "people", "held")
