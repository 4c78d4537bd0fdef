"""China's divisions: every figure on Jiaxing is that of networkx, and the whole country's are published."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from itertools import pairwise

import networkx as nx
import numpy as np
import polars as pl
import pytest
from orgs import DAY

from orgraph.metrics.compare import compare
from orgraph.metrics.coverage import coverage, gaps
from orgraph.metrics.listing import tree
from orgraph.metrics.reach import reach, reach_totals
from orgraph.metrics.span import span
from orgraph.model.structure import Structures
from orgraph.model.tables import Org

pytestmark = pytest.mark.shared

LEVELS = ("province", "city", "county", "town", "village")
CHAIN = "\n".join(f"  {kind}: {{under: {{territory: [{above}]}}}}" for above, kind in pairwise(LEVELS))
DIVISIONS = f"""
structure: divisions
trees: {{territory: {{}}}}
relations: {{covers: {{}}}}
measures: {{households: {{}}}}
kinds:
  province: {{root_of: [territory]}}
{CHAIN}
  branch: {{}}
facts:
  branches: {{links: covers, from: branch}}
  households: {{measure: households}}
indicators:
  covered: {{of: village, counts_if: {{branches: {{min: 1}}}}, over: territory}}
  households_covered:
    {{of: village, counts_if: {{branches: {{min: 1}}}}, weight: households, over: territory}}
"""


def divided(frame, covered_share, seed=7):
    """The divisions with invented branches that cover a share of the villages, and invented households."""
    rng = np.random.default_rng(seed)
    units = frame.select(
        id="code", name="name", kind="level", structure=pl.lit("divisions"), since=pl.lit(date(2000, 1, 1))
    )
    branches = pl.DataFrame({"id": [f"b{n}" for n in range(9)], "kind": "branch", "structure": "divisions"})
    villages = frame.filter(level="village")["code"]
    covered = villages.filter(pl.Series(rng.random(len(villages)) < covered_share))
    reporting = villages.filter(pl.Series(rng.random(len(villages)) < 0.9))
    parents = frame.drop_nulls("parent").select(source="code", target="parent", relation=pl.lit("territory"))
    covers = pl.DataFrame({"source": "b0", "target": covered, "relation": "covers"})
    return Org.from_tables(
        Structures.from_texts({"divisions": DIVISIONS}),
        on=DAY,
        units=pl.concat([units, branches], how="diagonal"),
        links=pl.concat([parents, covers]),
        measures=pl.DataFrame(
            {
                "unit": reporting,
                "measure": "households",
                "since": date(2022, 4, 1),
                "until": date(2022, 4, 2),
                "value": rng.integers(100, 5000, len(reporting)),
            }
        ),
    )


@pytest.fixture(scope="module")
def jiaxing(shared_data):
    return divided(pl.read_csv(shared_data / "divisions-jiaxing.csv", infer_schema=False), 0.8)


@pytest.fixture(scope="module")
def territory(jiaxing):
    """Jiaxing as networkx sees it, from parent to child."""
    g = nx.DiGraph()
    g.add_nodes_from(jiaxing.units.filter(pl.col("kind") != "branch")["id"])
    links = jiaxing.table("links").filter(relation="territory")
    g.add_edges_from(links.select("target", "source").rows())
    return g


def test_jiaxing_spans_levels_heights_and_descendants_are_those_of_networkx(jiaxing, territory):
    units = span(jiaxing)
    assert units.height == territory.number_of_nodes() == 1283
    depth = nx.single_source_shortest_path_length(territory, "33")
    height = {}
    for unit in nx.dfs_postorder_nodes(territory, "33"):
        height[unit] = max((height[c] + 1 for c in territory.successors(unit)), default=0)
    for unit, level, high, wide, below in units.select("id", "level", "height", "span", "descendants").rows():
        assert (level, high, wide or 0) == (depth[unit] + 1, height[unit], territory.out_degree(unit))
        assert below == len(nx.descendants(territory, unit))
    assert units["id"].to_list() == list(nx.dfs_preorder_nodes(territory, "33"))
    assert Counter(units["kind"]) == {"province": 1, "city": 1, "county": 7, "town": 72, "village": 1202}


def test_jiaxing_kinds_have_the_spans_of_networkx(jiaxing, territory):
    kinds = dict(jiaxing.units.select("id", "kind").rows())
    for row in span(jiaxing, by="kind").iter_rows(named=True):
        spans = [
            territory.out_degree(u) for u in territory if kinds[u] == row["kind"] and territory.out_degree(u)
        ]
        assert row["with_children"] == len(spans)
        if spans:
            assert (row["mean"], row["median"]) == (pytest.approx(np.mean(spans)), np.median(spans))
            assert (row["q1"], row["q3"]) == tuple(np.quantile(spans, [0.25, 0.75]))


@pytest.mark.parametrize("indicator", ["covered", "households_covered"])
def test_jiaxing_rates_and_gaps_are_those_of_networkx_at_every_unit(jiaxing, territory, indicator):
    kinds = dict(jiaxing.units.select("id", "kind").rows())
    covered = set(jiaxing.table("links").filter(relation="covers")["target"])
    told = dict(jiaxing.table("measures").select("unit", "value").rows())
    weight = told if indicator == "households_covered" else dict.fromkeys(kinds, 1)
    for kind in LEVELS:
        for row in coverage(jiaxing, indicator, by=kind).iter_rows(named=True):
            inside = nx.descendants(territory, row["id"]) | {row["id"]}
            villages = {u for u in inside if kinds[u] == "village"}
            assert row["numerator"] == sum(weight.get(u, 0) for u in villages & covered)
            assert row["denominator"] == sum(weight.get(u, 0) for u in villages)
            assert row["unknown"] == len(villages - set(weight))
    county = gaps(jiaxing, indicator, under="330411")
    inside = nx.descendants(territory, "330411")
    assert set(county["id"]) == {u for u in inside if kinds[u] == "village"} - covered


def test_jiaxing_reach_is_that_of_networkx(jiaxing, territory):
    for source, hops in (("3304", None), ("3304", 2), ("330411", 1), ("330411106", 3)):
        steps = nx.single_source_shortest_path_length(territory, source, cutoff=hops)
        got = dict(reach(jiaxing, source, hops=hops).select("id", "hops").rows())
        assert got == {u: n for u, n in steps.items() if n}
    village = jiaxing.units.filter(kind="village")["id"][0]
    around = nx.single_source_shortest_path_length(territory.to_undirected(), village, cutoff=4)
    got = dict(reach(jiaxing, village, hops=4, direction="both").select("id", "hops").rows())
    assert got == {u: n for u, n in around.items() if n}
    totals = reach_totals(jiaxing, "330411").filter(item="households")
    told = dict(jiaxing.table("measures").select("unit", "value").rows())
    assert totals["reached"].to_list() == [sum(told.get(u, 0) for u in nx.descendants(territory, "330411"))]


def test_a_town_that_changes_its_county_is_one_move(jiaxing):
    town = jiaxing.find("洪合镇")
    links = jiaxing.table("links").with_columns(
        target=pl.when((pl.col("source") == town) & (pl.col("relation") == "territory"))
        .then(pl.lit("330402"))
        .otherwise("target")
    )
    after = Org.from_tables(jiaxing.structures, **{**jiaxing.tables(), "links": links}, on=DAY)
    assert compare(jiaxing, after).rows() == [
        ("moved", town, "洪合镇", "town", "territory", "秀洲区", "南湖区")
    ]
    assert tree(after, "330402", levels=2)["id"].is_in([town]).any()


@pytest.fixture(scope="module")
def country(shared_data):
    return divided(pl.read_parquet(shared_data / "divisions-2023.parquet"), 0.93)


def test_the_whole_country_has_the_published_levels_and_spans(shared_data, country):
    text = (shared_data / "devkit" / "03_china_division_national" / "answers.json").read_text(
        encoding="utf-8"
    )
    edition = json.loads(text)["2023(2.7.0)"]
    units = span(country)
    assert list(Counter(units["level"]).values()) == edition["nodes_per_level"]
    assert units.height == edition["total_with_virtual_root"] - 1 == 665_276
    by_kind = {row["kind"]: row for row in span(country, by="kind").iter_rows(named=True)}
    for kind, key in zip(LEVELS, ("city", "area", "street", "village"), strict=False):
        expected, row = edition[f"span_to_{key}"], by_kind[kind]
        assert (row["with_children"], row["max"]) == (expected["parents"], expected["max"][1])
        assert row["mean"] == pytest.approx(expected["avg"], abs=1e-6)
        assert expected["max"][0] in units.filter(kind=kind, span=row["max"])["id"]
    provinces = coverage(country, "covered", by="province")
    assert dict(provinces.select("id", "denominator").rows()) == edition["villages_per_province"]


def test_the_whole_country_adds_up_level_by_level(country):
    """Roll-ups against joins of the table of links, one level at a time."""
    links = country.table("links").filter(relation="territory").select(id="source", up="target")
    villages = country.units.filter(kind="village").select("id").with_columns(all=1)
    covered = country.table("links").filter(relation="covers").select(id="target", hit=pl.lit(1))
    sums = villages.join(covered, on="id", how="left").with_columns(pl.col("hit").fill_null(0))
    for kind in reversed(LEVELS[:-1]):
        sums = sums.join(links, on="id").group_by(id="up").agg(pl.col("hit", "all").sum())
        got = coverage(country, "covered", by=kind).select("id", hit="numerator", all="denominator")
        assert got.sort("id").equals(
            sums.select("id", "hit", "all").sort("id").cast({"all": pl.Int64, "hit": pl.Int64})
        )
    root = coverage(country, "covered")
    missing = gaps(country, "covered")
    assert missing.height == root["denominator"].sum() - root["numerator"].sum()
    assert (
        reach(country, "33").height
        == country.hierarchy("territory").descendants[
            country.hierarchy("territory").position[country.row("33")]
        ]
    )
