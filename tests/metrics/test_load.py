"""Load against walks in plain Python over forests of every shape, and Gini against its definition."""

from datetime import date
from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from orgs import above, forests, ids, links, org_of

from orgraph.metrics.load import gini, load, load_totals
from orgraph.model.errors import OrgraphError, UnknownName

FIRM = """
structure: s
trees: {party: {}}
roles: {leader: {public: true}, chair: {public: true}, member: {}}
measures: {homes: {}, area: {decimals: 1}, index: {over_units: none}}
kinds:
  a: {root_of: [party], under: {party: [a]}}
  b: {under: {party: [a, b]}}
  c: {}
"""

PEOPLE = "pqr"


@st.composite
def firms(draw):
    parents = draw(forests(14))
    names = [*ids(len(parents)), "out"]
    post = st.tuples(
        st.sampled_from(PEOPLE), st.sampled_from(names), st.sampled_from(["leader", "chair", "member"])
    )
    told = draw(st.dictionaries(st.sampled_from(names), st.integers(-5, 50)))
    return org_of(
        FIRM,
        units=[{"id": i, "kind": draw(st.sampled_from("ab")) if i != "out" else "c"} for i in names],
        links=links("party", *(f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None)),
        people=[{"id": p, "name": p.upper()} for p in PEOPLE],
        memberships=[
            {"person": p, "unit": u, "role": r} for p, u, r in draw(st.lists(post, max_size=12, unique=True))
        ],
        measures=[
            {"unit": u, "measure": "homes", "since": date(2022, 4, 1), "until": date(2022, 4, 2), "value": v}
            for u, v in told.items()
        ],
    )


def carried(org, person):
    """What `load` should say of one person, by walking the tree."""
    g = nx.DiGraph([(up, down) for down, up in above(org, "party").items()])
    g.add_nodes_from(org.units["id"])
    posts = [
        row[1:]
        for row in org.table("memberships").select("person", "unit", "role").rows()
        if row[0] == person
    ]
    led = {unit for unit, role in posts if role != "member"}
    under = led.union(*(nx.descendants(g, unit) for unit in led))
    told = dict(org.table("measures").select("unit", "value").rows())
    kinds = dict(org.units.select("id", "kind").rows())
    reporting = {kinds[unit] for unit in told}

    def answers(unit):
        if unit in told:
            below = nx.descendants(g, unit) | {unit}
            expected = sum(kinds[u] in reporting for u in below)
            return [told[unit]], expected, expected
        parts = [answers(child) for child in g.successors(unit)]
        mine = int(kinds[unit] in reporting)
        return (
            [amount for part in parts for amount in part[0]],
            sum(part[1] for part in parts) + mine,
            sum(part[2] for part in parts),
        )

    tops = [u for u in led if not any(u in nx.descendants(g, other) for other in led)]
    found = [answers(u) for u in tops]
    amounts = [v for part in found for v in part[0]]
    expected, reported = (sum(part[i] for part in found) for i in (1, 2))
    share = reported / expected if expected else None
    homes = (sum(amounts) if amounts else None, share)
    return (len(posts), len({u for u, _ in posts}), len(led), len(under)), homes, bool(led)


@given(firms())
def test_everybody_carries_what_a_walk_finds(org):
    everybody = load(org, tree="party", people=True)
    held = set(org.table("memberships")["person"])
    assert set(everybody["person"]) == held
    assert everybody["posts_held"].is_sorted(descending=True)
    for row in everybody.iter_rows(named=True):
        counts, homes, _ = carried(org, row["person"])
        assert (row["posts_held"], row["units"], row["units_led"], row["units_under"]) == counts
        assert row["name"] == row["person"].upper()
        if org.measures.height:
            assert (row["homes"], row["homes_completeness"]) == homes
    leaders = {p for p in held if carried(org, p)[2]}
    assert load(org, tree="party").equals(everybody.filter(everybody["person"].is_in(list(leaders))))


@given(firms())
def test_totals_are_means_extremes_and_ginis_of_distinct_people(org):
    held = sorted(set(org.table("memberships")["person"]))
    loads = [carried(org, p) for p in held]
    leaders = [one for one in loads if one[2]]
    expected = {
        "posts_held": [one[0][0] for one in loads],
        "units": [one[0][1] for one in loads],
        "units_led": [one[0][2] for one in leaders],
        "units_under": [one[0][3] for one in leaders],
    }
    if org.measures.height:
        expected["homes"] = [one[1][0] for one in leaders if one[1][0] is not None]
    totals = load_totals(org, tree="party")
    assert totals["item"].to_list() == list(expected)
    for row in totals.iter_rows(named=True):
        amounts = expected[row["item"]]
        assert row["people"] == len(amounts)
        assert row["mean"] == (pytest.approx(np.mean(amounts)) if amounts else None)
        assert row["median"] == (np.median(amounts) if amounts else None)
        assert row["max"] == max(amounts, default=None)
        assert row["gini"] == (None if (wanted := by_pairs(amounts)) is None else pytest.approx(wanted))
        counted = row["item"] in ("posts_held", "units", "units_led")
        assert row["several"] == (sum(a > 1 for a in amounts) if counted else None)


def by_pairs(amounts):
    """Gini by its definition: the mean difference of all pairs, over twice the mean."""
    if not amounts or min(amounts) < 0 or not sum(amounts):
        return None
    apart = sum(abs(a - b) for a, b in product(amounts, amounts)) / len(amounts) ** 2
    return apart / (2 * sum(amounts) / len(amounts))


@given(st.lists(st.integers(-1, 100)))
def test_gini_is_half_the_relative_mean_difference(amounts):
    wanted = by_pairs(amounts)
    assert gini(np.array(amounts, np.int64)) == (None if wanted is None else pytest.approx(wanted, abs=1e-12))


def firm(*posts, ties=("b>a", "c>b"), measures=()):
    return org_of(
        FIRM,
        units=[{"id": i, "kind": "a"} for i in "abc"],
        links=links("party", *ties),
        people=[{"id": p, "name": p.upper()} for p in PEOPLE],
        memberships=[dict(zip(("person", "unit", "role"), post.split(), strict=True)) for post in posts],
        measures=[
            {"unit": u, "measure": m, "since": date(2022, 4, 1), "until": date(2022, 4, 2), "value": v}
            for u, m, v in measures
        ],
    )


def test_a_town_and_its_villages_are_not_added_together():
    org = firm("p a leader", "q b leader", measures=[("b", "homes", 7), ("c", "homes", 3), ("a", "index", 5)])
    assert load(org).select("person", "homes", "homes_completeness").rows() == [
        ("p", 7, pytest.approx(2 / 3)),
        ("q", 7, 1.0),
    ]
    assert "index" not in load(org).columns


def test_decimals_come_back_as_written():
    org = firm("p a leader", measures=[("b", "area", 25)])
    assert load(org)["area"].to_list() == [2.5]
    assert load_totals(org).filter(item="area")["max"].to_list() == [2.5]


def test_the_measures_asked_for_must_add_up():
    org = firm("p a leader", measures=[("a", "homes", 7), ("a", "area", 25)])
    assert load(org, measures=["area"]).columns[-2:] == ["area", "area_completeness"]
    assert load(org, measures=()).columns[-1] == "units_under"
    with pytest.raises(UnknownName, match="homes"):
        load(org, measures=["homez"])
    with pytest.raises(UnknownName, match="index"):
        load(org, measures=["index"])


def test_only_posts_below_the_unit_asked_are_seen():
    org = firm("p a leader", "p c leader", "q c leader", "r c member")
    assert load(org, under="b").select("person", "posts_held", "units_under").rows() == [
        ("p", 1, 1),
        ("q", 1, 1),
    ]
    assert load_totals(org, under="b").filter(item="posts_held")["people"].to_list() == [3]


def test_names_of_holders_of_other_roles_are_asked_for():
    org = firm("p a member", "q a leader")
    assert load(org)["name"].to_list() == ["Q"]
    assert set(load(org, people=True)["name"]) == {"P", "Q"}


def test_nobody_and_nothing():
    for org in (firm(), org_of(FIRM)):
        assert load(org).height == 0
        assert load(org).columns[:6] == ["person", "name", "posts_held", "units", "units_led", "units_under"]
        totals = load_totals(org)
        assert totals["people"].to_list() == [0] * 4
        assert totals["gini"].null_count() == 4
    with pytest.raises(OrgraphError, match="alive"):
        load(org_of(FIRM, on=None))
