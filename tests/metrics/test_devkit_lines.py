"""Cut-off, load and the like on published organisations, against networkx and SQL."""

from __future__ import annotations

import devkit
import duckdb
import networkx as nx
import pytest

from orgraph.metrics.cutoff import cutoff
from orgraph.metrics.load import load, load_totals

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def folder(shared_data):
    return shared_data / "devkit"


@pytest.fixture(scope="module")
def ministries(folder):
    return devkit.ministries(folder)


@pytest.fixture(scope="module")
def rust(folder):
    return devkit.rust(folder)


def test_uk_government_organisations_whose_end_cuts_others_off(ministries):
    """86 organisations have several parents: fewer hang on one above them than stand below it."""
    g = nx.DiGraph((b, a) for a, b in ministries.table("links").select("source", "target").rows())
    tops = [u for u in g if not g.in_degree(u)]
    chain = nx.immediate_dominators(nx.DiGraph([*g.edges, *(("top", u) for u in tops)]), "top")
    hanging = nx.DiGraph((above, unit) for unit, above in chain.items() if unit != "top")
    got = cutoff(ministries, along=["child_of"], direction="up")
    assert dict(got.filter(got["cut_off"] > 0).select("id", "cut_off").rows()) == {
        u: below for u in g if (below := len(nx.descendants(hanging, u)))
    }
    parting = got.filter(got["fragmentation"] > 0)["id"]
    assert set(parting) == set(nx.articulation_points(g.to_undirected()))
    below = {u: len(nx.descendants(g, u)) for u in g}
    assert any(0 < n < below[u] for u, n in got.select("id", "cut_off").rows())


def test_rust_teams_load_is_that_of_sql(rust):
    con = duckdb.connect()
    posts = rust.table("memberships").select("person", "unit", "role").rows()
    con.execute("CREATE TABLE posts (person VARCHAR, unit VARCHAR, role VARCHAR)")
    con.executemany("INSERT INTO posts VALUES (?, ?, ?)", posts)
    counts = con.execute(
        "SELECT person, count(DISTINCT (unit, role)), count(DISTINCT unit),"
        " count(DISTINCT unit) FILTER (role = 'lead') FROM posts GROUP BY person"
    ).fetchall()
    got = load(rust, people=True).select("person", "posts_held", "units", "units_led").rows()
    assert sorted(got) == sorted(counts)
    held = sorted(row[1] for row in counts)
    total = load_totals(rust).row(0, named=True)
    assert (total["people"], total["several"]) == (len(held), sum(n > 1 for n in held))
    by_sql = con.execute(
        "WITH held AS (SELECT count(DISTINCT (unit, role)) AS n FROM posts GROUP BY person)"
        " SELECT sum(abs(a.n - b.n)) / (2 * count(*) * avg(a.n)) FROM held a, held b"
    ).fetchone()[0]
    assert total["gini"] == pytest.approx(by_sql)


def test_rust_teams_that_hang_on_one_lead(rust):
    """Taking each lead out of networkx, with the teams that nobody else leads."""
    posts = rust.table("memberships").filter(role="lead").select("unit", "person").rows()
    g = nx.DiGraph((b, a) for a, b in rust.table("links").select("source", "target").rows())
    leads = {}
    for unit, person in posts:
        leads.setdefault(unit, set()).add(person)
    wanted = {}
    for person in {p for _, p in posts}:
        alone = {u for u, who in leads.items() if who == {person}}
        below = set().union(*(nx.descendants(g, u) for u in alone if u in g)) - alone
        if below:
            wanted[person] = (len(alone), len(below))
    got = cutoff(rust, by="leader")
    assert {p: (a, b) for p, a, b in got.select("person", "units_alone", "cut_off").rows()} == wanted
