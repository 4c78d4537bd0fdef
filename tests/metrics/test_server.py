"""Every answer of the server engine is the table that the local one gives."""

# ruff: noqa: B023 - every question is asked at once, within its turn of the loop

import json
from datetime import date
from itertools import product

import polars as pl
import pytest
from polars.testing import assert_frame_equal
from typer.testing import CliRunner

import orgraph as og
from orgraph.cli.app import app
from orgraph.metrics.members import indicator_names
from orgraph.metrics.server import Server
from orgraph.model.changes import Changes
from orgraph.store.neo.address import NeoOptions
from orgraph.store.neo.store import NeoStore

DAY = date(2022, 4, 30)


def answer(call):
    try:
        return call()
    except og.OrgraphError as error:
        return type(error), str(error)


def assert_same(local, server, label) -> None:
    here, there = answer(local), answer(server)
    if isinstance(here, pl.DataFrame) and isinstance(there, pl.DataFrame):
        assert_frame_equal(here, there)
    else:
        assert here == there, label


def hold_all(org, server, tops, *, kind: str) -> int:
    """Hold every question against the other engine; returns how many rows the answers had."""
    rows = 0
    for name, top in product(indicator_names(org), tops):
        for people in (False, True):
            assert_same(lambda: og.gaps(org, name, under=top, people=people),
                        lambda: server.gaps(name, under=top, people=people), ("gaps", name, top))  # fmt: skip
        assert_same(
            lambda: og.coverage(org, name, under=top), lambda: server.coverage(name, under=top), (name, top)
        )
        assert_same(lambda: og.coverage(org, name, by=kind, under=top),
                    lambda: server.coverage(name, by=kind, under=top), (name, top, kind))  # fmt: skip
        found = answer(lambda: og.gaps(org, name, under=top))
        rows += found.height if isinstance(found, pl.DataFrame) else 0
    for top, by, tree in product(tops, (None, "kind", "leader"), (None, *org.structures.trees)):
        assert_same(lambda: og.span(org, under=top, by=by, tree=tree),
                    lambda: server.span(under=top, by=by, tree=tree), ("span", top, by, tree))  # fmt: skip
    ways = ({}, {"hops": 1, "direction": "both"}, {"direction": "up", "missed": True}, {"along": ["covers"]})
    for top, way in product([t for t in tops if t], ways):
        assert_same(lambda: og.reach(org, top, **way), lambda: server.reach(top, **way), ("reach", top, way))
    return rows


@pytest.mark.slow
@pytest.mark.timeout(900)  # the server plans every new question for seconds
def test_the_demo(demo, neo4j_database):
    neo4j_database.empty()
    options = NeoOptions(**neo4j_database.login)
    og.push(demo / "org.duckdb", neo4j_database.uri, options=options)
    store = NeoStore(neo4j_database.uri, options)
    org, server = store.read(on=DAY), Server(store, DAY)
    tops = [None, "洪合镇", "高照街道"]
    assert hold_all(org, server, tops, kind="village") > 0


@pytest.fixture(scope="module")
def shared(demo, neo4j_database) -> NeoStore:
    """The demo in the one database."""
    neo4j_database.empty()
    options = NeoOptions(**neo4j_database.login)
    og.push(demo / "org.duckdb", neo4j_database.uri, options=options)
    return NeoStore(neo4j_database.uri, options)


COMMANDS = [
    ("span", "--under", "洪合镇党委", "--tree", "party"),
    ("span", "--by", "kind", "--bounds", "town=3..12"),
    ("coverage", "estates_with_home_branch", "--under", "洪合镇"),
    ("gaps", "micro_grids_led"),
    ("reach", "洪合镇新居民党委", "--along", "origin"),
    ("reach", "洪合镇新居民党委", "--along", "origin", "--totals"),
]


@pytest.mark.timeout(900)
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_command_line_gives_the_same_by_every_engine(shared, neo4j_database, monkeypatch, command):
    monkeypatch.setenv("ORGRAPH_NEO4J_USER", neo4j_database.login["user"])
    monkeypatch.setenv("ORGRAPH_NEO4J_PASSWORD", neo4j_database.login["password"])
    said = []
    for engine in ("auto", "local", "server"):
        where = ["--store", neo4j_database.uri, "--on", DAY.isoformat(), "--engine", engine, "--json"]
        done = CliRunner().invoke(app, [*command, *where])
        assert done.exit_code == 0, done.output
        said.append(json.loads(done.stdout))
    assert said[0] == said[1] == said[2]
    assert said[0]


def test_an_answer_is_never_half_of_a_load(shared):
    local = og.gaps(shared.read(on=DAY), "micro_grids_led")
    with shared._connected() as connection:
        connection.write(lambda tx: tx.run("CREATE (:Revision {revision: 9999, state: 'pending'})").consume())
    try:
        with pytest.raises(og.OrgraphError, match="正在写入"):
            og.Answers(shared, DAY, engine="server").gaps("micro_grids_led")
        assert_frame_equal(og.Answers(shared, DAY).gaps("micro_grids_led"), local)
    finally:
        with shared._connected() as connection:
            connection.write(lambda tx: tx.run("MATCH (r:Revision {revision: 9999}) DELETE r").consume())
    assert_frame_equal(og.Answers(shared, DAY, engine="server").gaps("micro_grids_led"), local)


def test_a_file_is_answered_here(demo):
    with og.open(demo / "org.duckdb") as store:
        with pytest.raises(og.OrgraphError, match="Neo4j"):
            og.Answers(store, DAY, engine="server")
        answers = og.Answers(store, DAY)
        assert_frame_equal(answers.span(under="洪合镇"), og.span(store.read(on=DAY), under="洪合镇"))


ZHEJIANG = """
structure: divisions
trees: {territory: {}}
measures: {households: {}}
kinds:
  province: {root_of: [territory]}
  city: {under: {territory: [province]}, columns: {capital: bool}}
  county: {under: {territory: [city]}}
  town: {under: {territory: [county]}}
  village: {under: {territory: [town]}}
facts:
  villages_below: {below: village, in: territory}
  households_here: {measure: households}
  households_below: {below: village, in: territory, sum: households_here}
indicators:
  large_towns: {of: town, counts_if: {villages_below: {min: 20}}, over: territory}
  homes_known: {of: village, counts_if: {households_here: {min: 300}}, over: territory}
  homes_of_large:
    {of: town, counts_if: {villages_below: {min: 20}}, weight: households_below, over: territory}
"""


@pytest.mark.slow
@pytest.mark.shared
@pytest.mark.timeout(900)
def test_zhejiang(shared_data, neo4j_database):
    """The divisions of a province, 26,000 units, with invented households."""
    slice_ = pl.read_parquet(shared_data / "divisions-2023.parquet").filter(
        pl.col("code").str.starts_with("33")
    )
    units = slice_.select(id="code", name="name", kind="level", structure=pl.lit("divisions"))
    parents = slice_.drop_nulls("parent").select(source="code", target="parent", relation=pl.lit("territory"))
    villages = slice_.filter(level="village").gather_every(3)
    homes = villages.select(
        unit="code", measure=pl.lit("households"), since=pl.lit(DAY), until=pl.lit(DAY) + pl.duration(days=1),
        value=pl.col("code").hash(7) % 900,
    )  # fmt: skip
    structures = og.Structures.from_texts({"divisions": ZHEJIANG})
    made = og.Org.from_tables(structures, units=units, links=parents, measures=homes).tables()
    neo4j_database.empty()
    store = NeoStore.create(neo4j_database.uri, structures, NeoOptions(**neo4j_database.login))
    store.apply(Changes.between({name: table.clear() for name, table in made.items()}, made))
    org, server = store.read(on=DAY), Server(store, DAY)
    assert org.units.height > 25_000
    for name, top in product(indicator_names(org), (None, "33", "330411")):
        assert_same(lambda: og.gaps(org, name, under=top), lambda: server.gaps(name, under=top), (name, top))
        assert_same(lambda: og.coverage(org, name, under=top), lambda: server.coverage(name, under=top), name)
        assert_same(lambda: og.coverage(org, name, by="county", under=top),
                    lambda: server.coverage(name, by="county", under=top), (name, top))  # fmt: skip
    for top, by in product((None, "3304", "330411106"), (None, "kind")):
        assert_same(lambda: og.span(org, under=top, by=by), lambda: server.span(under=top, by=by), (top, by))
    for way in ({"hops": 2}, {"direction": "up"}, {"direction": "both", "hops": 3, "missed": True}):
        assert_same(lambda: og.reach(org, "3304", **way), lambda: server.reach("3304", **way), way)
