"""Span against networkx and the statistics module, over forests of every shape and several trees."""

import statistics

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orgs import above, forests, graph, ids, links, org_of

from orgraph.metrics.span import BANDS, span
from orgraph.model.errors import OrgraphError, UnknownName

TWO_TREES = """
structure: s
trees: {party: {}, grid: {}}
roles: {leader: {public: true}, member: {}}
kinds:
  a: {root_of: [party, grid], under: {party: [a], grid: [a]}, roles: {leader: 1, member: 2}}
  b: {root_of: [party], under: {party: [a, b]}}
"""


def drawn(parents, kinds, relation="party"):
    units = [{"id": i, "kind": k} for i, k in zip(ids(len(parents)), kinds, strict=True)]
    pairs = [f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None]
    return units, links(relation, *pairs)


@st.composite
def two_trees(draw):
    parents = draw(forests())
    kinds = [draw(st.sampled_from("ab")) for _ in parents]
    units, ties = drawn(parents, kinds)
    order = draw(st.permutations(range(len(parents))))
    other = [(order[row], order[row - 1]) for row in range(1, len(order)) if draw(st.booleans())]
    return org_of(TWO_TREES, units=units, links=ties + links("grid", *(f"u{a}>u{b}" for a, b in other)))


@given(two_trees(), st.sampled_from(["party", "grid"]))
def test_every_figure_of_every_unit_is_that_of_networkx(org, tree):
    g = graph(org, tree)
    got = span(org, tree=tree)
    placed = [
        i for i, k in org.units.select("id", "kind").rows() if tree == "party" or k == "a" or g.degree(i)
    ]
    assert sorted(got["id"]) == sorted(placed)
    for row in got.iter_rows(named=True):
        unit = row["id"]
        below = nx.descendants(g, unit)
        assert row["span"] == (g.out_degree(unit) or None)
        assert row["descendants"] == len(below)
        assert row["level"] == len(nx.ancestors(g, unit)) + 1
        assert row["height"] == max(nx.single_source_shortest_path_length(g, unit).values())


@settings(max_examples=30)
@given(two_trees())
def test_a_listing_is_in_preorder_and_a_part_of_it_is_a_slice(org):
    whole = span(org, tree="party")
    up = above(org, "party")
    path = []
    for unit in whole["id"]:
        while path and path[-1] != up.get(unit):
            path.pop()
        assert path == [] or path[-1] == up[unit]
        path.append(unit)
    for unit, size in whole.select("id", "descendants").iter_rows():
        start = whole["id"].index_of(unit)
        assert span(org, tree="party", under=unit).equals(whole[start : start + size + 1])


@given(two_trees())
def test_kinds_sum_up_the_spans_of_their_units(org):
    units = span(org, tree="party")
    kinds = span(org, tree="party", by="kind")
    assert kinds["kind"].to_list() == units["kind"].unique(maintain_order=True).to_list()
    for row in kinds.iter_rows(named=True):
        mine = units.filter(kind=row["kind"])
        spans = sorted(mine["span"].drop_nulls().to_list())
        assert (row["units"], row["with_children"]) == (mine.height, len(spans))
        if not spans:
            assert {row[c] for c in ("mean", "median", "q1", "q3", "min", "max", "outliers")} == {None}
            assert all(row[c] is None for c, _, _ in BANDS)
            continue
        q1, _, q3 = statistics.quantiles(spans, n=4, method="inclusive") if len(spans) > 1 else spans * 3
        low, high = q1 - 1.5 * (q3 - q1), q3 + 1.5 * (q3 - q1)
        assert row["mean"] == pytest.approx(sum(spans) / len(spans))
        assert row["median"] == statistics.median(spans)
        assert (row["q1"], row["q3"]) == (pytest.approx(q1), pytest.approx(q3))
        assert (row["min"], row["max"]) == (spans[0], spans[-1])
        assert row["outliers"] == sum(not low <= s <= high for s in spans)
        for column, least, most in BANDS:
            assert row[column] == sum(least <= s <= (most or s) for s in spans) / len(spans)


@settings(max_examples=50)
@given(two_trees(), st.tuples(st.integers(0, 4), st.integers(0, 4)).map(sorted))
def test_bounds_tell_narrow_from_wide(org, ends):
    low, high = ends
    units = span(org, tree="party", bounds={"a": (low, high)})
    for kind, wide, fit in units.select("kind", "span", "fit").rows():
        if kind == "b" or wide is None:
            assert fit == (None if wide is None else "undefined")
        else:
            assert fit == ("narrow" if wide < low else "wide" if wide > high else "within")
    for row in span(org, tree="party", by="kind", bounds={"a": (low, high)}).rows(named=True):
        fits = units.filter(kind=row["kind"])["fit"].drop_nulls().to_list()
        for fit in ("narrow", "within", "wide"):
            known = row["kind"] == "a" and fits
            assert row[f"share_{fit}"] == (pytest.approx(fits.count(fit) / len(fits)) if known else None)


def posts(*rows):
    return [dict(zip(("person", "unit", "role"), row.split(), strict=True)) for row in rows]


def people(*names):
    return [{"id": n, "name": n.upper()} for n in names]


def test_required_posts_are_filled_by_distinct_people_and_null_where_none_is_required():
    org = org_of(
        TWO_TREES,
        units=[{"id": "x", "kind": "a"}, {"id": "y", "kind": "a"}, {"id": "z", "kind": "b"}],
        people=people("p", "q", "r"),
        memberships=posts("p x leader", "p x member", "q x member", "r x member", "p y member"),
    )
    got = span(org, tree="party").select("id", "posts", "vacancies").rows()
    assert got == [("x", 3, 0), ("y", 3, 2), ("z", None, None)]


def test_leaders_are_holders_of_public_roles_and_nobody_else():
    units, ties = drawn([None, 0, 0, 1, 1, 1], "aabbbb")
    org = org_of(
        TWO_TREES,
        units=[*units, {"id": "out", "kind": "unheard"}],
        links=ties,
        people=people("p", "q", "r"),
        memberships=posts(
            "p u0 leader", "p u1 leader", "q u1 leader", "q u2 leader", "r u0 member", "q out leader"
        ),
    )
    got = span(org, tree="party", by="leader").rows()
    assert got == [("p", "P", 2, 2, 5), ("q", "Q", 2, 2, 3)]
    assert span(org, tree="party", under="u1", by="leader").rows() == [
        ("p", "P", 1, 1, 3),
        ("q", "Q", 1, 1, 3),
    ]


def test_an_empty_organisation_has_empty_answers_with_all_columns():
    org = org_of(TWO_TREES)
    for by in (None, "kind", "leader"):
        assert span(org, tree="party", by=by).height == 0
    assert span(org).columns == span(org, tree="grid").columns


def test_what_does_not_exist_is_refused_with_the_nearest_name():
    org = org_of(TWO_TREES, units=[{"id": "x", "kind": "a"}, {"id": "b", "kind": "b"}])
    with pytest.raises(UnknownName, match="party"):
        span(org, tree="praty")
    with pytest.raises(UnknownName):
        span(org, under="nobody")
    with pytest.raises(OrgraphError, match="不在"):
        span(org, tree="grid", under="b")
    with pytest.raises(UnknownName, match="kind"):
        span(org, by="kin")
    with pytest.raises(UnknownName):
        span(org, bounds={"nothing": (1, 2)})


def test_a_question_needs_a_day():
    with pytest.raises(OrgraphError, match="alive"):
        span(org_of(TWO_TREES, on=None))
