"""Six real organisations against answers that others computed (plain Python, networkx and SQLite agree)."""

from __future__ import annotations

from collections import Counter
from datetime import date

import devkit
import polars as pl
import pytest
from devkit import answers
from orgs import links, org_of

from orgraph.metrics.distinct import distinct_rollup
from orgraph.metrics.facts import Facts
from orgraph.metrics.listing import tree
from orgraph.metrics.people import people_below
from orgraph.metrics.reach import reach, reach_totals
from orgraph.metrics.span import span
from orgraph.model.checks import check

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "devkit"


def agrees(org, expected, name=None):
    """The figures that every set with a tree has: levels, spans, descendants, orphans."""
    units = span(org, tree=name)
    assert Counter(units["level"]) == {int(k): v for k, v in expected["nodes_per_level"].items()}
    assert units["level"].max() == expected["depth"]
    assert units.filter(level=1).height == expected["roots"]
    assert set(expected["root_ids"]) <= set(units.filter(level=1)["id"])
    spans = units["span"]
    assert spans.sum() == expected["edges"]
    assert (spans.null_count(), spans.count()) == (
        expected["leaves"] - expected["orphans"],
        expected["managers"],
    )
    assert spans.mean() == pytest.approx(expected["avg_span"], abs=1e-6)
    assert spans.median() == expected["median_span"]
    assert spans.max() == expected["max_span"]
    assert set(units.filter(span=expected["max_span"])["id"]) == {n["id"] for n in expected["max_span_nodes"]}
    assert units.filter(span=1).height == expected["single_child_managers"]
    below = dict(units.select("id", "descendants").rows())
    for top in expected["top_by_descendants"]:
        assert below[top["id"]] == top["descendants"]
    return units


@pytest.fixture(scope="module")
def managers(folder):
    return devkit.managers(folder)


def test_high_tech_managers_levels_spans_and_departments(folder, managers):
    expected = answers(folder, "01_krackhardt_hightech")["ReportsTo"]
    units = agrees(managers, expected)
    published = dict(managers.units.select("id", "level").rows())
    assert dict(units.select("id", "level").rows()) == published
    department = dict(managers.units.select("id", "department").rows())
    for head, departments in expected["departments_equal_vp_subtrees"].items():
        below = tree(managers, head)["id"]
        assert {str(department[i]) for i in below} == set(departments)
        assert set(below) == {i for i, d in department.items() if str(d) in departments}
    row = span(managers, by="kind").row(0, named=True)
    assert (row["mean"], row["median"], row["max"], row["with_children"]) == (4.0, 4.0, 7, 5)
    assert check(managers).height == 0


def test_high_tech_managers_ties_of_advice_and_friendship(folder, managers):
    networks = answers(folder, "01_krackhardt_hightech")["networks"]
    counted = managers.links.group_by("relation").len()
    arcs = dict(counted.rows())
    assert arcs == {"reports_to": 20, "advice": 190, "friendship": 102}
    for relation, name in (("advice", "Advice"), ("friendship", "Friendship")):
        for person, into in networks[name]["indegree"].items():
            asking = reach(managers, person, along=[relation], hops=1, direction="up")
            assert asking.height == into


@pytest.fixture(scope="module")
def government(folder):
    return devkit.government(folder)


def test_us_budget_levels_spans_and_orphans_that_are_found_and_named(folder, government):
    expected = answers(folder, "02_us_budget")
    agrees(government, expected)
    assert Counter(government.units["kind"]) == expected["levels_declared"]
    found = check(government).filter(code="orphan")
    assert found.height == expected["orphans"] == 3
    for orphan in expected["orphan_ids"]:
        assert found["value"].str.contains(f"({orphan})", literal=True).any()


def test_us_budget_roll_up_of_bureaus_against_what_agencies_declare(folder, government):
    expected = answers(folder, "02_us_budget")["agency_total_equals_sum_of_bureaus_FY2024_kUSD"]
    facts = Facts(government, "budget")
    columns = (facts.series(name) for name in ("declared", "of_bureaus", "bureaus"))
    agencies = government.units.select("id", "name", "kind").with_columns(columns).filter(kind="agency")
    alike = agencies["declared"] == agencies["of_bureaus"]
    assert (alike.sum(), (~alike).sum()) == (expected["equal"], expected["different"])
    assert agencies.filter(bureaus=0).height == expected["agencies_without_bureaus"]
    sums = {i: (name, declared, rolled) for i, name, _, declared, rolled, _ in agencies.rows()}
    for agency, name, declared, rolled in expected["different_list"]:
        assert sums[agency] == (name, declared, rolled)
    assert agencies["declared"].sum() == answers(folder, "02_us_budget")["sum_of_agency_values_FY2024"]


@pytest.fixture(scope="module")
def ministries(folder):
    return devkit.ministries(folder)


def test_uk_government_reaches_each_organisation_once_however_many_parents_it_has(folder, ministries):
    expected = answers(folder, "04_govuk_orgs_dag")
    assert ministries.units.height == expected["nodes"]
    assert ministries.links.height == expected["edges"]
    figures = Facts(ministries, "govuk")
    named = ministries.units.select("id").with_columns(figures.series("parents"), figures.series("children"))
    several = named.filter(pl.col("parents") > 1)["id"]
    assert set(several) == set(expected["multi_parent"])
    for unit, parents in expected["multi_parent"].items():
        assert sorted(reach(ministries, unit, along=["child_of"], hops=1)["id"]) == sorted(parents)
    for unit, count in expected["reach_distinct_descendants"].items():
        below = reach(ministries, unit, along=["child_of"], direction="up")
        assert below.height == below["id"].n_unique() == count
    widest = named.sort("children", descending=True).row(0)
    assert [widest[2], widest[0]] == expected["max_span"]
    isolated = named.filter((pl.col("parents") == 0) & (pl.col("children") == 0))
    assert isolated.height == expected["isolated"]
    assert named.filter(parents=0).height == expected["roots"]


def test_uk_government_kinds_and_living_children_of_closed_parents(folder, ministries):
    expected = answers(folder, "04_govuk_orgs_dag")
    assert Counter(ministries.units["status"]) == expected["status"]
    assert Counter(ministries.units["format"]) == expected["formats"]
    status = dict(ministries.units.select("id", "status").rows())
    ties = ministries.table("links").group_by("source").agg("target")
    found = [
        child
        for child, parents in ties.select("source", "target").rows()
        if status[child] == "live" and all(status[p] == "closed" for p in parents)
    ]
    assert sorted(found) == expected["live_child_of_only_closed_parents"]


def test_two_parents_in_a_tree_are_found_and_named(folder, ministries):
    """The same ties declared a tree: each organisation with several parents is a finding."""
    expected = answers(folder, "04_govuk_orgs_dag")["multi_parent"]
    pairs = (f"{a}>{b}" for a, b in ministries.table("links").select("source", "target").rows())
    org = org_of(
        devkit.GOVUK, units=ministries.units.drop("key", "structure").to_dicts(), links=links("home", *pairs)
    )
    found = check(org).filter(code="two-parents")
    assert found.height == len(expected)
    for unit in expected:
        assert found["value"].str.contains(f"({unit})", literal=True).any()


@pytest.fixture(scope="module")
def rust(folder):
    return devkit.rust(folder)


def test_rust_teams_levels_and_spans(folder, rust):
    expected = answers(folder, "05_rust_team")
    agrees(rust, expected)
    assert Counter(k.replace("_", "-") for k in rust.units["kind"]) == expected["kinds"]


def test_rust_teams_people_counted_once(folder, rust):
    expected = answers(folder, "05_rust_team")
    facts = Facts(rust, "rust")
    assert facts.series("members").sum() == expected["explicit_memberships"]
    assert rust.people.height == expected["people"]
    h = rust.hierarchy("subteam_of")
    below = dict(zip(rust.units["id"].gather(h.order), people_below(rust, h), strict=True))
    for team, people in expected["distinct_people_in_subtree"].items():
        assert below[team] == people
    totals = reach_totals(rust, "launching-pad").filter(item="people")
    reached, missed = totals.row(0)[2:4]  # nobody of the launching pad itself is in none of its subteams
    assert (reached, reached + missed) == (168, expected["people"])
    load = rust.people.select("id").with_columns(facts.series("teams")).sort("teams", descending=True)
    assert {(p, n) for p, n in expected["most_memberships"]} <= set(load.head(5).rows())


def test_rust_teams_leads(folder, rust):
    expected = answers(folder, "05_rust_team")
    facts = Facts(rust, "rust")
    assert (facts.series("leads") == 0).sum() == expected["teams_without_lead"]
    assert (facts.series("members") == 0).sum() == expected["teams_without_explicit_member"]
    leaders = span(rust, by="leader")
    held = rust.table("memberships").filter(role="lead")
    assert leaders["units_led"].sum() == held.select("person", "unit").unique().height
    assert leaders.height == held["person"].n_unique()


@pytest.fixture(scope="module")
def parliament(folder):
    return devkit.parliament(folder)


def test_estonian_parliament_on_four_days(folder, parliament):
    expected = answers(folder, "06_popolo_estonia")
    assert parliament.memberships.height == expected["counts"]["memberships"]
    assert parliament.people.height == expected["counts"]["persons"]
    for day, seen in expected["as_of"].items():
        org = parliament.alive(date.fromisoformat(day))
        assert org.memberships.height == seen["memberships"]
        h = org.hierarchy("sits_in")
        assert people_below(org, h)[0] == seen["people"]
        seats = dict(zip(org.units["id"], Facts(org, "riigikogu").series("seats"), strict=True))
        assert {party: n for party, n in seats.items() if n} == seen["by_group"]
        posts = org.rows(org.memberships["unit"])
        assert (
            distinct_rollup(h, h.position[posts], org.memberships["person"].to_numpy())[0] == seen["people"]
        )
