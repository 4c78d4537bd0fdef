"""Coverage and its gaps against a walk in plain Python, and the empty cases that METRICS decides."""

from datetime import date

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orgs import forests, graph, ids, links, org_of

from orgraph.metrics.coverage import coverage, gaps
from orgraph.model.errors import OrgraphError, UnknownName

PLACE = """
structure: s
trees: {territory: {}, party: {}}
relations: {covers: {}}
roles: {leader: {public: true}, member: {columns: {status: [full, probationary]}}}
people: {columns: {points: int}}
measures: {homes: {}, area: {decimals: 2}}
kinds:
  v: {zh: 村, root_of: [territory], under: {territory: [v]}, columns: {status: [open, shut]}}
  w: {zh: 组, root_of: [territory], under: {territory: [v, w]}}
  b: {zh: 支部, root_of: [party]}
facts:
  branches: {links: covers, from: b}
  homes: {measure: homes}
  area: {measure: area}
  offices: {of: people, held: [leader, member]}
  score: {of: people, column: points}
indicators:
  covered: {of: v, where: {status: open}, counts_if: {branches: {min: 1}}, over: territory, target: 0.9}
  peopled: {of: w, counts_if: {homes: {min: 10}}, over: territory}
  homes_covered: {of: v, counts_if: {branches: {min: 1}}, weight: homes, over: territory}
  density: {of: w, ratio: [homes, area], over: territory}
  busy: {of: people, counts_if: {offices: {min: 2}}, over: territory}
  points_of_busy: {of: people, counts_if: {offices: {min: 2}}, weight: score, over: territory}
"""


def figure(unit, measure, value):
    since, until = date(2022, 4, 1), date(2022, 4, 2)
    return {"unit": unit, "measure": measure, "since": since, "until": until, "value": value}


@st.composite
def places(draw):
    parents = draw(forests(18))
    names = ids(len(parents))
    kinds = [draw(st.sampled_from("vwb")) for _ in names]
    status = st.sampled_from([None, "open", "shut"])
    units = [{"id": i, "kind": k, "status": draw(status)} for i, k in zip(names, kinds, strict=True)]
    some = st.lists(st.sampled_from(names), max_size=12, unique=True) if names else st.just([])
    posts = (
        st.lists(st.tuples(st.sampled_from("pqrst"), st.sampled_from(names)), max_size=15)
        if names
        else st.just([])
    )
    return org_of(
        PLACE,
        units=[*units, {"id": "branch", "kind": "b"}],
        links=links("territory", *(f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None))
        + links("covers", *(f"branch>{i}" for i in draw(some))),
        people=[{"id": p, "points": draw(st.none() | st.integers(0, 9))} for p in "pqrst"],
        memberships=[{"person": p, "unit": u, "role": "member"} for p, u in draw(posts)],
        measures=[figure(i, m, draw(st.integers(0, 30))) for m in ("homes", "area") for i in draw(some)],
    )


def plain(org, name):
    """Members of an indicator: (id, counts, numerator, denominator, unknown), from the tables alone."""
    covered = set(org.table("links").filter(relation="covers")["target"])
    reports = {(m["unit"], m["measure"]): m["value"] for m in org.table("measures").iter_rows(named=True)}
    units = {u["id"]: u for u in org.units.iter_rows(named=True)}
    made = []
    for i, unit in units.items():
        homes, area = reports.get((i, "homes")), reports.get((i, "area"))
        if name == "covered" and unit["kind"] == "v" and unit["status"] == "open":
            made.append((i, i in covered, int(i in covered), 1, False))
        elif name == "peopled" and unit["kind"] == "w":
            made.append((i, (homes or 0) >= 10, int((homes or 0) >= 10), 1, homes is None))
        elif name == "homes_covered" and unit["kind"] == "v":
            made.append((i, i in covered, homes or 0 if i in covered else 0, homes or 0, homes is None))
        elif name == "density" and unit["kind"] == "w":
            made.append((i, bool(homes), homes or 0, (area or 0) / 100, homes is None or area is None))
    return made


def walked(org, name):
    """Unit → (numerator, denominator, expected, unknown) over its subtree."""
    g, members = graph(org, "territory"), plain(org, name)
    made = {}
    for unit in org.units["id"]:
        inside = nx.descendants(g, unit) | {unit}
        mine = [m for m in members if m[0] in inside]
        sums = (sum(m[i] for m in mine) for i in (2, 3))
        made[unit] = (*sums, len(mine), sum(m[4] for m in mine))
    return made


NAMES = ("covered", "peopled", "homes_covered", "density")


@given(places(), st.sampled_from(NAMES), st.sampled_from("vwb"))
def test_the_rate_of_every_unit_is_what_a_walk_counts(org, name, kind):
    expected = walked(org, name)
    got = coverage(org, name, by=kind)
    listed = got.filter(kind=kind)
    assert sorted(listed["id"]) == sorted(org.units.filter(kind=kind)["id"])
    for row in listed.iter_rows(named=True):
        numerator, denominator, members, unknown = expected[row["id"]]
        assert row["numerator"] == numerator
        assert row["denominator"] == pytest.approx(denominator)
        assert row["rate"] == (pytest.approx(numerator / denominator) if denominator else None)
        assert row["unknown"] == unknown
        assert row["completeness"] == ((members - unknown) / members if members else None)
        assert row["target"] == (0.9 if name == "covered" else None)
        assert (row["reason"] is not None) >= (row["rate"] is None or row["rate"] > 1)


@given(places(), st.sampled_from(NAMES), st.sampled_from([None, "v", "w", "b"]))
def test_nobody_vanishes_below_units_that_do_not_nest(org, name, by):
    """What the listed units do not hold stands in the row without an id."""
    members = plain(org, name)
    got = coverage(org, name, by=by)
    rest = got.filter(got["id"].is_null())
    assert rest.height <= 1
    g = graph(org, "territory")
    listed = set(got["id"].drop_nulls())
    seen = set().union(*(nx.descendants(g, unit) | {unit} for unit in listed))
    outside = [m for m in members if m[0] not in seen]
    assert (rest["numerator"].sum() if rest.height else 0) == sum(m[2] for m in outside)
    if by is None:
        total = sum(m[3] for m in members)
        assert got["denominator"].sum() == pytest.approx(total)


@given(places(), st.sampled_from(NAMES), st.data())
def test_gaps_are_just_the_members_that_do_not_count(org, name, data):
    under = data.draw(st.sampled_from([None, *org.units["id"]]))
    g = graph(org, "territory")
    inside = set(org.units["id"]) if under is None else nx.descendants(g, under) | {under}
    missing = [m for m in plain(org, name) if not m[1] and m[0] in inside]
    got = gaps(org, name, under=under)
    assert sorted(got["id"]) == sorted(m[0] for m in missing)
    assert dict(got.select("id", "unknown").rows()) == {m[0]: m[4] for m in missing}
    rate = coverage(org, name, under=under)
    if name in ("covered", "peopled"):
        assert got.height == rate["denominator"].sum() - rate["numerator"].sum()
    elif name == "homes_covered":
        assert got["homes"].sum() == rate["denominator"].sum() - rate["numerator"].sum()


@settings(max_examples=30)
@given(places(), st.sampled_from(["busy", "points_of_busy"]))
def test_people_count_once_at_every_unit_however_many_posts_they_have(org, name):
    posts = org.table("memberships").select("person", "unit").unique().rows()
    points = dict(org.people.select("id", "points").rows())
    offices = {p: len({u for q, u in posts if q == p}) for p, _ in posts}
    g = graph(org, "territory")

    def amount(person):
        return 1 if name == "busy" else points[person] or 0

    for by in "vw":
        for row in coverage(org, name, by=by).iter_rows(named=True):
            if row["id"] is None:
                continue
            inside = nx.descendants(g, row["id"]) | {row["id"]}
            here = {p for p, u in posts if u in inside}
            assert row["denominator"] == sum(amount(p) for p in here)
            assert row["numerator"] == sum(amount(p) for p in here if offices[p] >= 2)
            found = gaps(org, name, under=row["id"])
            assert sorted(found["id"]) == sorted(p for p in here if offices[p] < 2)


def test_nothing_expected_gives_no_rate_and_the_reason():
    org = org_of(PLACE, units=[{"id": "x", "kind": "v", "status": "shut"}])
    row = coverage(org, "covered", under="x").row(0, named=True)
    assert (row["numerator"], row["denominator"], row["rate"], row["completeness"]) == (0, 0, None, None)
    assert row["reason"] == "没有应计入的对象"
    assert coverage(org, "covered").rows(named=True)[0]["reason"] == "没有应计入的对象"
    assert coverage(org, "covered")["id"].to_list() == [None]


def test_a_unit_whose_condition_is_unknown_is_left_out_and_told():
    units = [{"id": "x", "kind": "v", "status": "open"}, {"id": "y", "kind": "v"}]
    org = org_of(PLACE, units=units, links=links("territory", "y>x"))
    row = coverage(org, "covered").row(0, named=True)
    assert (row["denominator"], row["reason"]) == (1, "另有 1 个因条件未知未计入")


def test_above_one_is_kept_and_told():
    org = org_of(
        PLACE, units=[{"id": "x", "kind": "w"}], measures=[figure("x", "homes", 3), figure("x", "area", 150)]
    )
    row = coverage(org, "density").row(0, named=True)
    assert (row["numerator"], row["denominator"], row["rate"]) == (3, 1.5, 2.0)
    assert row["reason"] == "分子大于分母"


def test_members_out_of_the_tree_have_a_row_of_their_own():
    """An estate whose village is not on record stands nowhere; it is neither lost nor added to another."""
    units = [{"id": i, "kind": "v", "status": "open"} for i in ("x", "lost", "below")]
    org = org_of(PLACE, units=units, links=links("territory", "lost>absent", "below>lost"))
    rows = coverage(org, "covered").rows(named=True)
    assert [(r["id"], r["denominator"], r["reason"]) for r in rows] == [
        ("x", 1, None),
        (None, 2, "不在所列单位之下"),
    ]
    assert gaps(org, "covered").select("id", "path").rows() == [
        ("x", "x"),
        ("lost", "lost"),
        ("below", "below"),
    ]
    by_kind = coverage(org, "covered", by="v").select("id", "denominator").rows()
    assert by_kind == [("x", 1), ("lost", 1), ("below", 1)]


def test_holders_of_public_roles_alone_are_named_among_people_that_do_not_count():
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v"}],
        people=[{"id": "p", "name": "沈一"}, {"id": "q", "name": "陆二"}],
        memberships=[
            {"person": "p", "unit": "x", "role": "leader"},
            {"person": "q", "unit": "x", "role": "member"},
        ],
    )
    assert gaps(org, "busy").select("id", "name", "kind", "path").rows() == [
        ("p", "沈一", "people", "x"),
        ("q", None, "people", "x"),
    ]
    assert gaps(org, "busy", people=True)["name"].to_list() == ["沈一", "陆二"]


def test_all_indicators_at_once_are_the_indicators_one_by_one():
    org = org_of(PLACE, units=[{"id": "x", "kind": "v", "status": "open"}, {"id": "y", "kind": "w"}])
    every = coverage(org)
    assert every["indicator"].unique(maintain_order=True).to_list() == [
        "covered",
        "peopled",
        "homes_covered",
        "density",
        "busy",
        "points_of_busy",
    ]
    assert (
        every.filter(indicator="covered")
        .drop("numerator", "denominator")
        .equals(coverage(org, "covered").drop("numerator", "denominator"))
    )


def test_a_kind_may_be_asked_by_its_label():
    org = org_of(PLACE, units=[{"id": "x", "kind": "v", "status": "open"}])
    assert coverage(org, "covered", by="村")["id"].to_list() == ["x"]


def test_what_does_not_exist_is_refused():
    org = org_of(PLACE, units=[{"id": "x", "kind": "v"}])
    with pytest.raises(UnknownName, match="covered"):
        coverage(org, "coverd")
    with pytest.raises(UnknownName):
        coverage(org, "covered", by="village")
    with pytest.raises(OrgraphError, match="alive"):
        gaps(org_of(PLACE, on=None), "covered")


def test_without_indicators_there_is_nothing_to_say():
    org = org_of("structure: s\ntrees: {t: {}}\nkinds: {v: {root_of: [t]}}", units=[{"id": "x", "kind": "v"}])
    assert coverage(org).height == 0


def test_an_empty_organisation_expects_nothing():
    org = org_of(PLACE)
    assert coverage(org, "covered")["denominator"].to_list() == [0]
    assert gaps(org, "covered").columns == ["id", "name", "kind", "path", "branches", "unknown"]
    assert gaps(org, "busy").height == 0
