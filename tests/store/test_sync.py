"""Two stores brought level, in both directions, and what stands in the way."""

from __future__ import annotations

import os
import subprocess
from datetime import date

import polars as pl
import pytest
from store_samples import ALLEY, TOWN, changes, everything, first_town, structures, tie, unit

import orgraph as og
from orgraph.model.errors import Conflict
from orgraph.model.structure import Structures
from orgraph.store.duck.store import DuckStore
from orgraph.store.neo.address import NeoOptions
from orgraph.store.neo.store import NeoStore


@pytest.fixture
def duck(tmp_path, town):
    store = DuckStore.create(tmp_path / "a.duckdb", town)
    store.apply(first_town(town), note="第一次导入")
    return store


@pytest.fixture(params=["duckdb", "neo4j"])
def other(request, tmp_path):
    """A maker of one empty store to push into, opened anew at each call."""
    if request.param == "duckdb":
        path = tmp_path / "b.duckdb"
        DuckStore.create(path, Structures({}))
        return lambda: DuckStore(path)
    database = request.getfixturevalue("neo4j_database")
    database.empty()
    NeoStore.create(database.uri, Structures({}), NeoOptions(**database.login)).close()
    return lambda: NeoStore(database.uri, NeoOptions(**database.login, contacts=True))


def new_village(town, id_="n"):
    return changes(
        town,
        units=[unit(id_, "village", "新村", "2023-01-01", posts=1)],
        links=[tie(id_, "330411106", "territory", "2023-01-01")],
    )


def assert_level(one, two):
    assert everything(one.timeline()) == everything(two.timeline())
    assert one.structures == two.structures
    columns = ["revision", "made_at", "day", "deed", "note", "made_by", "files", "undoes", "structures"]
    assert one.history().select(columns).equals(two.history().select(columns))
    for revision in range(1, one.revision + 1):
        on = date(2022, 6, 1)
        assert everything(one.read(revision=revision, on=on)) == everything(
            two.read(revision=revision, on=on)
        )


def test_a_push_makes_both_level_and_the_next_one_sends_only_what_is_new(duck, other, town):
    with other() as target:
        assert og.push(duck, target).count == 2
        assert_level(duck, target)
        assert og.push(duck, target).count == 0
        duck.apply(new_village(town))
        done = og.push(duck, target)
        assert (done.first, done.last, done.rows) == (3, 3, 2)
        assert_level(duck, target)


def test_contacts_stay_behind_in_the_head_and_in_the_log(duck, other):
    with other() as target:
        og.push(duck, target)
        assert target.contacts().is_empty()
        assert "contacts" not in list(target.changes(2))


def test_contacts_go_along_when_asked_for(duck, other):
    with other() as target:
        og.push(duck, target, contacts=True)
        assert target.contacts().equals(duck.contacts())


def test_pull_brings_what_the_other_side_learned(duck, other, town):
    with other() as target:
        og.push(duck, target)
        target.apply(new_village(town))
        target.undo()
        assert og.push(duck, target).count == 0
        assert og.pull(duck, target).count == 2
        assert_level(duck, target)


def test_a_conflict_is_refused_and_shows_both_sides(duck, other, town):
    with other() as target:
        og.push(duck, target)
        duck.apply(new_village(town, "n"), note="这边")
        target.apply(new_village(town, "m"), note="那边")
        before = everything(target.timeline())
        for one, two in ((duck, target), (target, duck)):
            with pytest.raises(Conflict, match="版次 2") as refused:
                og.push(one, two)
            assert set(refused.value.rows["note"]) == {"这边", "那边"}
        assert everything(target.timeline()) == before
        duck.undo()
        with pytest.raises(Conflict):
            og.push(duck, target)


def test_whom_one_side_forgot_the_other_forgets(duck, other):
    with other() as target:
        og.push(duck, target, contacts=True)
        duck.forget("张三丰")
        og.push(duck, target, contacts=True)
        assert_level(duck, target)
        logged = [target.changes(n) for n in range(1, target.revision + 1)]
        text = str([side.rows() for c in logged for t in c for side in (c[t].out, c[t].into)])
        assert "张三丰" not in text + str(target.timeline().people.rows())
        assert target.contacts()["person"].to_list() == ["x2"]


def test_structures_and_renamed_columns_go_along(duck, other):
    with other() as target:
        og.push(duck, target)
        duck.install(structures(TOWN.replace("posts: int", "places: {type: int, was: posts}"), ALLEY))
        og.push(duck, target)
        assert_level(duck, target)
        assert target.read().units.filter(id="a")["places"].to_list() == [3]


def test_the_command_line_pushes_pulls_and_asks(duck, tmp_path, neo4j_database, town):
    neo4j_database.empty()
    env = os.environ | {
        "ORGRAPH_NEO4J_USER": neo4j_database.user,
        "ORGRAPH_NEO4J_PASSWORD": neo4j_database.password,
        "ORGRAPH_LANG": "en",
    }

    def run(*words, code=0):
        done = subprocess.run(
            ["python", "-m", "orgraph", *words], capture_output=True, text=True, env=env, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        assert neo4j_database.password not in done.stdout + done.stderr
        return done

    uri, first, second = neo4j_database.uri, duck.address, str(tmp_path / "c.duckdb")
    assert "sent revisions 1 to 2" in run("push", uri, "--store", first).stderr
    assert "nothing new" in run("push", uri, "--store", first).stderr
    assert '"revisions":2' in run("pull", uri, "--store", second, "--json").stdout.replace(" ", "")
    assert_level(duck, DuckStore(second))
    query = "MATCH (u:Village) WHERE u.since <= $on RETURN u.name AS name ORDER BY name"
    shown = run("cypher", query, "-p", "on=2021-01-01", "--store", uri, "--csv").stdout
    assert shown.split() == ["name", "凤桥社区", "锦绣社区"] or "锦绣社区" in shown
    assert "read, not write" in run("cypher", "CREATE (:Unit)", "--store", uri, code=1).stderr
    assert "understands Cypher" in run("cypher", query, "--store", first, code=1).stderr
    duck.apply(new_village(town))
    with NeoStore(uri, NeoOptions(**neo4j_database.login)) as there:
        there.apply(new_village(town, "m"))
    refused = run("push", uri, "--store", first, code=1)
    assert "both sides went on after revision 2" in refused.stderr


@pytest.mark.slow
def test_the_bulk_import_and_the_push_after_it_give_the_same_store(duck, tmp_path, neo4j_runnable, town):
    from neo4j_server import Server

    from orgraph.store.neo.bulk import write_bulk

    duck.apply(changes(town, links=[tie("a", "ghost", "covers", "2020-01-01")]))
    command = write_bulk(duck, tmp_path / "files")
    server = Server(tmp_path / "neo4j")
    words = command.replace("\\\n", " ").split()
    assert words[:5] == ["neo4j-admin", "database", "import", "full", "neo4j"]
    server.admin(*words[1:])
    server.start()
    try:
        options = NeoOptions(user="neo4j", password=server.password, contacts=True)
        assert og.push(duck, server.uri, options=options).count == 3
        with NeoStore(server.uri, options) as target:
            assert_level(duck, target)
            duck.apply(new_village(town))
            assert og.push(duck, target).rows == 2
            assert_level(duck, target)
            assert target.query("SHOW CONSTRAINTS YIELD name RETURN count(*) AS n")["n"][0] == 6
    finally:
        server.stop()


def test_a_revision_may_be_of_contacts_alone(duck, other, town):
    more = [{"person": "x3", "field": "phone", "value": "13800000003"}]
    duck.apply(changes(town, contacts=more))
    with other() as target:
        og.push(duck, target)
        assert_level(duck, target)
        assert isinstance(target.history(), pl.DataFrame)
