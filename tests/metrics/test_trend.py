"""Trends against plain Python over the versions, day by day."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orgs import org_of

from orgraph.metrics.trend import periods, trend
from orgraph.model.errors import OrgraphError, UnknownName

TOWN = """
structure: s
trees: {t: {}}
relations: {covers: {}}
measures: {homes: {}, hours: {over_time: sum, decimals: 1}, index: {over_units: none}}
kinds:
  v: {root_of: [t]}
  e: {under: {t: [v]}}
  b: {}
facts: {branches: {links: covers, from: b}}
indicators: {covered: {of: e, counts_if: {branches: {min: 1}}, over: t}}
"""

START = date(2022, 1, 1)

moments = st.integers(0, 120).map(lambda n: START + timedelta(days=n))
spells = st.tuples(st.none() | moments, st.none() | moments).filter(
    lambda pair: None in pair or pair[0] < pair[1]
)


def holds(row, day):
    return (row["since"] or date.min) <= day < (row["until"] or date.max)


@st.composite
def towns(draw):
    def spell():
        return dict(zip(("since", "until"), draw(spells), strict=True))

    estates = [f"e{n}" for n in range(draw(st.integers(0, 5)))]
    units = [{"id": "v", "kind": "v"}, {"id": "b", "kind": "b"}, *({"id": e, "kind": "e"} for e in estates)]
    homes = [
        {"unit": unit, "measure": "homes", "since": day, "until": day + timedelta(days=1), "value": n}
        for unit in [*estates, "v"]
        for day in draw(st.lists(moments, max_size=3, unique=True))
        for n in [draw(st.integers(-5, 99))]
    ]
    return {
        "units": [
            {"since": None, "until": None, **u, **(spell() if u["id"] in estates else {})} for u in units
        ],
        "links": [
            {"source": e, "target": "v", "relation": "t", "since": None, "until": None} for e in estates
        ]
        + [
            {"source": "b", "target": e, "relation": "covers", **spell()}
            for e in estates
            if draw(st.booleans())
        ],
        "measures": homes,
    }


@given(towns(), st.lists(moments, min_size=1, max_size=5))
def test_rates_are_those_of_the_versions_that_hold_on_each_day(tables, days):
    got = trend(org_of(TOWN, on=None, **tables), "covered", days)
    wanted, before = [], None
    for day in sorted(set(days)):
        alive = [u["id"] for u in tables["units"] if u["kind"] == "e" and holds(u, day)]
        tied = {k["target"] for k in tables["links"] if k["relation"] == "covers" and holds(k, day)}
        rate = len(tied & set(alive)) / len(alive) if alive else None
        change = None if None in (rate, before) else pytest.approx(rate - before)
        if alive:
            wanted.append((day, "v", len(tied & set(alive)), len(alive), rate, change))
        before = rate if alive else before
    shown = got.filter(got["id"].is_not_null())
    assert shown.select("day", "id", "numerator", "denominator", "rate", "change").rows() == wanted


@given(towns(), st.lists(moments, min_size=1, max_size=5))
def test_a_measure_is_the_latest_of_each_day(tables, days):
    got = trend(org_of(TOWN, on=None, **tables), "homes", days, under="v").rows(named=True)
    assert [row["day"] for row in got] == sorted(set(days))
    for row in got:
        day = row["day"]
        alive = {u["id"] for u in tables["units"] if holds(u, day)}
        told = {}
        for m in sorted(tables["measures"], key=lambda m: m["since"]):
            if m["since"] <= day and m["unit"] in alive:
                told[m["unit"]] = m["value"]
        estates = [v for unit, v in told.items() if unit != "v"]
        assert row["value"] == (told["v"] if "v" in told else sum(estates) if estates else None)


def flows(*rows):
    units = [{"id": "v", "kind": "v", "since": None}, {"id": "e", "kind": "e", "since": None}]
    measures = [{"unit": "e", "measure": m, "since": a, "until": b, "value": v} for m, a, b, v in rows]
    ties = [{"source": "e", "target": "v", "relation": "t", "since": None}]
    return org_of(TOWN, on=None, units=units, links=ties, measures=measures)


def test_a_flow_in_a_period_is_the_sum_of_its_reports():
    months = [date(2022, m, 1) for m in range(1, 8)]
    org = flows(*(("hours", a, b, 10 * a.month) for a, b in pairwise(months)))
    got = trend(org, "hours", ["2022-02", "2022Q1", "2022Q2"], under="v")
    assert got.select("period", "value", "change").rows() == [
        ("2022-02", 2.0, None),
        ("2022Q1", 6.0, 4.0),
        ("2022Q2", 15.0, 9.0),
    ]
    assert trend(org, "hours", ["2022-03-05"], by="e")["value"].to_list() == [3.0]


def test_what_does_not_add_up_is_told_of_each_unit_alone():
    org = flows(("index", START, date(2022, 1, 2), 7))
    assert trend(org, "index", [START], by="e").select("value", "completeness").rows() == [(7, 1.0)]
    assert trend(org, "index", [START], under="v").select("value", "completeness").rows() == [(None, 0.0)]
    assert trend(org, "index", [START]).height == 0


def test_periods_and_what_does_not_exist():
    assert periods("2022-01-30", date(2022, 2, 2), "day") == [
        "2022-01-30",
        "2022-01-31",
        "2022-02-01",
        "2022-02-02",
    ]
    assert periods("2020", "2022", "year") == ["2020", "2021", "2022"]
    assert periods("2022", "2022", "quarter") == ["2022Q1", "2022Q2", "2022Q3", "2022Q4"]
    assert periods("2022-02", "2022-01", "month") == []
    with pytest.raises(UnknownName, match="month"):
        periods("2022", "2022", "mnth")
    org = flows()
    with pytest.raises(UnknownName, match="covered"):
        trend(org, "coverd", [START])
    with pytest.raises(OrgraphError, match="timeline"):
        trend(org.alive(START), "covered", [START])
    with pytest.raises(OrgraphError, match="日期"):
        trend(org, "covered", [])
