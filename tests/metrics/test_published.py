"""Answers on published organisations that no other file compares: each against networkx or SQL."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta

import devkit
import duckdb
import networkx as nx
import polars as pl
import pytest
from orgs import links, org_of

from orgraph.metrics.calling import Call
from orgraph.metrics.check import check
from orgraph.metrics.compare import compare
from orgraph.metrics.distance import distance
from orgraph.metrics.fact_table import facts
from orgraph.metrics.listing import show
from orgraph.metrics.mobilise import mobilise
from orgraph.metrics.nesting import nesting, nesting_totals
from orgraph.metrics.reach import cascade
from orgraph.metrics.tally import tally
from orgraph.metrics.trend import trend
from orgraph.model.structure import Structures

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "devkit"


@pytest.fixture(scope="module")
def rust(folder):
    return devkit.rust(folder)


@pytest.fixture(scope="module")
def ministries(folder):
    return devkit.ministries(folder)


@pytest.fixture(scope="module")
def parliament(folder):
    return devkit.parliament(folder)


def sql(**tables):
    """A connection that holds some frames as tables."""
    con = duckdb.connect()
    for name, frame in tables.items():
        columns = ", ".join(f'"{c}" {"DATE" if t == pl.Date else "VARCHAR"}' for c, t in frame.schema.items())
        con.execute(f"CREATE TABLE {name} ({columns})")
        if frame.height:
            con.executemany(f"INSERT INTO {name} VALUES ({', '.join('?' * frame.width)})", frame.rows())
    return con


def downwards(org, relation):
    """The ties of a relation in networkx, from the unit above to the one below."""
    g = nx.DiGraph()
    g.add_nodes_from(org.units["id"])
    pairs = org.table("links").filter(relation=relation).select("target", "source").rows()
    g.add_edges_from((up, down) for up, down in pairs if up in g and down in g)
    return g


def posts_of(org):
    return org.table("memberships").select("person", "unit", "role")


def test_rust_teams_are_as_far_apart_as_networkx_says(rust):
    g = downwards(rust, "subteam_of").to_undirected()
    for team in sorted(g, key=lambda team: (g.degree(team), team))[::40]:
        paths = nx.single_source_shortest_path_length(g, team)
        got = dict(distance(rust, team).select("id", "distance").rows())
        assert {unit: steps for unit, steps in got.items() if steps is not None} == paths
        assert set(got) == set(g)


def test_a_message_to_uk_organisations_spreads_step_by_step_as_networkx_walks(ministries):
    g = downwards(ministries, "child_of")
    for source in sorted(g, key=g.out_degree)[-3:]:
        steps = Counter(nx.single_source_shortest_path_length(g, source).values())
        got = cascade(ministries, source, along=["child_of"], direction="up").select("hops", "units").rows()
        assert dict(got) == {hops: n for hops, n in steps.items() if hops}


def test_members_of_rust_teams_are_told_at_their_nearest_post(rust):
    steps = nx.single_source_shortest_path_length(downwards(rust, "subteam_of"), "compiler")
    nearest = {}
    for person, unit, _ in posts_of(rust).rows():
        if steps.get(unit, 0) > 0:
            nearest[person] = min(steps[unit], nearest.get(person, 99))
    got = cascade(rust, "compiler").select("hops", "people").rows()
    assert dict(got) == {hops: Counter(nearest.values())[hops] for hops, _ in got}


def test_a_call_to_rust_teams_is_answered_in_the_order_of_the_steps(rust):
    """With delays and answers that are certain, the time of the k-th is that of the k-th nearest."""
    steps = nx.single_source_shortest_path_length(downwards(rust, "subteam_of"), "compiler")
    told = {}
    for person, unit, _ in posts_of(rust).rows():
        if unit in steps:
            told[person] = min(steps[unit], told.get(person, 99))
    times = sorted(5 * n for n in told.values())
    call = Call(delay="fixed:5", rate=1, response="fixed:0")
    for need in (1, len(times) // 2, len(times)):
        got = dict(mobilise(rust, "compiler", need, call, runs=20).select("item", "value").rows())
        assert (got["told"], got["q50"]) == (len(times), times[need - 1])


def test_who_left_and_joined_the_estonian_groups_is_what_a_full_join_finds(parliament):
    con = sql(held=parliament.table("memberships").select("person", "unit", "since", "until"))
    one, other = date(2012, 1, 15), date(2014, 9, 15)
    on = "(SELECT DISTINCT person, unit FROM held WHERE since <= ? AND (until IS NULL OR until > ?))"
    found = con.execute(
        "SELECT coalesce(a.unit, b.unit), count(*) FILTER (a.person IS NULL),"
        f" count(*) FILTER (b.person IS NULL) FROM {on} a FULL JOIN {on} b USING (person, unit)"
        " WHERE a.person IS NULL OR b.person IS NULL GROUP BY 1",
        [one, one, other, other],
    ).fetchall()
    told = compare(parliament.alive(one), parliament.alive(other))
    assert set(told["what"]) == {"holder"}
    names = {row["id"]: [row[c].split("、") if row[c] else [] for c in ("before", "after")]
             for row in told.rows(named=True)}  # fmt: skip
    moves = {unit: (len(set(now) - set(was)), len(set(was) - set(now))) for unit, (was, now) in names.items()}
    assert moves == {unit: (come, gone) for unit, come, gone in found}
    assert found


def test_seated_groups_through_time_are_those_that_sql_counts(folder, parliament):
    indicator = "indicators: {seated: {of: party, counts_if: {seats: {min: 1}}, over: sits_in}}"
    structures = Structures.from_texts({"riigikogu": devkit.POPOLO + indicator})
    timeline = replace(parliament, structures=structures)
    units = timeline.units.with_columns(structure=pl.lit("riigikogu"))
    con = sql(held=parliament.table("memberships").select("person", "unit", "since", "until"))
    days = [date(2011, 5, 1) + timedelta(days=170 * n) for n in range(12)]
    got = trend(replace(timeline, units=units), "seated", days).select("day", "numerator").rows()
    by_sql = [
        con.execute(
            "SELECT count(DISTINCT unit) FROM held WHERE since <= ? AND (until IS NULL OR until > ?)", [d, d]
        ).fetchone()[0]
        for d in days
    ]
    assert got == list(zip(days, by_sql, strict=True))
    assert len(set(by_sql)) > 1


def test_leads_and_members_of_rust_teams_are_those_of_sql_also_seen_from_people(rust):
    con = sql(posts=posts_of(rust), units=rust.units.select("id", "kind"))
    counted = "count(DISTINCT person) FILTER (role = '{}')".format
    by_sql = con.execute(
        f"SELECT id, {counted('lead')}, {counted('member')} FROM units LEFT JOIN posts ON unit = id"
        " WHERE kind = 'team' GROUP BY id"
    ).fetchall()
    assert sorted(
        facts(rust, ["leads", "members"], of="team").select("id", "leads", "members").rows()
    ) == sorted(by_sql)
    people = con.execute(
        "SELECT person, count(DISTINCT unit) FILTER (role = 'member') FROM posts GROUP BY person"
    ).fetchall()
    assert sorted(facts(rust, ["teams"], people=True).select("id", "teams").rows()) == sorted(people)


def test_rust_teams_without_a_lead_are_those_of_sql(rust):
    norm = "norms: {led: {of: team, must: {leads: {min: 1}}, source: a test}}"
    org = replace(rust, structures=Structures.from_texts({rust.units["structure"][0]: devkit.RUST + norm}))
    con = sql(posts=posts_of(rust), units=rust.units.select("id", "kind"))
    by_sql = con.execute(
        "SELECT id FROM units WHERE kind = 'team' AND id NOT IN (SELECT unit FROM posts WHERE role = 'lead')"
    ).fetchall()
    assert sorted(check(org, ["led"]).select("id").rows()) == sorted(by_sql)
    assert by_sql


def test_departments_of_high_tech_managers_beside_the_people_they_report_to(folder):
    """Blocks of the same boss against departments, by GROUP BY."""
    managers = devkit.managers(folder)
    people = managers.table("units").select("id", "kind", "department").rows(named=True)
    text = (
        devkit.KRACKHARDT.replace("reports_to: {}", "reports_to: {}, works_in: {}", 1)
        .replace("kinds:\n  manager: {", "kinds:\n  department: {root_of: [works_in]}\n  manager: {")
        .replace("under: {", "under: {works_in: [department], ")
    )
    bosses = managers.table("links").filter(relation="reports_to").select("source", "target")
    inside = [(p["id"], f"d{p['department']}") for p in people]
    org = org_of(
        text,
        units=[*people, *({"id": d, "kind": "department"} for d in sorted({d for _, d in inside}))],
        links=links("reports_to", *(f"{a}>{b}" for a, b in bosses.rows()))
        + links("works_in", *(f"{a}>{b}" for a, b in inside)),
    )
    con = sql(bosses=bosses, inside=pl.DataFrame(inside, schema=["id", "department"], orient="row"))
    by_sql = con.execute(
        "WITH pairs AS (SELECT target, department, count(*) AS n FROM bosses JOIN inside ON id = source"
        " GROUP BY ALL) SELECT target, sum(n)::INT, count(*), max(n) FROM pairs GROUP BY target"
    ).fetchall()
    got = nesting(org, "reports_to", "works_in").select("id", "units", "blocks", "agreeing").rows()
    assert sorted(got) == sorted(by_sql)
    total = nesting_totals(org, "reports_to", "works_in").row(0, named=True)
    assert (total["blocks"], total["nested"]) == (len(by_sql), sum(b == 1 for _, _, b, _ in by_sql))
    assert total["agreeing"] == sum(most for *_, most in by_sql)


def test_one_team_of_rust_seen_from_every_side_is_what_networkx_and_sql_find(rust):
    g = downwards(rust, "subteam_of")
    below = nx.descendants(g, "compiler") | {"compiler"}
    con = sql(posts=posts_of(rust))
    people = con.execute(
        "SELECT count(DISTINCT person) FROM posts WHERE list_contains(?, unit)", [sorted(below)]
    )
    seen = show(rust, "compiler")
    assert seen.filter(section="people")["value"].to_list() == [str(people.fetchone()[0])]
    children = seen.filter(section="children")["value"].cast(pl.Int64)
    assert children.sum() == g.out_degree("compiler")


COUNTIES = """
structure: s
trees: {t: {}}
kinds: {province: {root_of: [t]}, city: {under: {t: [province]}}, county: {under: {t: [city]}}}
"""


def test_villages_tallied_from_their_file_are_as_many_as_published(shared_data):
    file = shared_data / "divisions-2023.parquet"
    upper = pl.read_parquet(file).filter(pl.col("level").is_in(["province", "city", "county"]))
    ties = upper.drop_nulls("parent").select(source="code", target="parent", relation=pl.lit("t"))
    units = upper.select(id="code", name="name", kind="level")
    org = org_of(COUNTIES, units=units.to_dicts(), links=ties.to_dicts())
    villages = pl.scan_parquet(file).filter(pl.col("level") == "village")
    told = tally(org, villages.select(county=pl.col("code").str.head(6)), unit="county")
    published = shared_data / "devkit" / "03_china_division_national" / "answers.json"
    edition = json.loads(published.read_text(encoding="utf-8"))["2023(2.7.0)"]
    assert dict(told.filter(kind="province").select("id", "rows").rows()) == edition["villages_per_province"]
    assert told["rows"].max() == max(edition["villages_per_province"].values())
