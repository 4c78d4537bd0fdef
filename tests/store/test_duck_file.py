"""What is true of the DuckDB file alone: opening, waiting, being killed, the inside for analysts."""

import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import polars as pl
import pytest
from store_samples import TOWN, changes, everything, first_town, structures, unit

import orgraph as og
from orgraph.model.errors import StoreBusy, StoreError, StoreNotFound
from orgraph.store.duck.file import PATIENCE
from orgraph.store.duck.store import DuckStore

KILLS = int(os.environ.get("ORGRAPH_KILLS", "20"))
"""How often a writer is killed; raise it for a long search."""

HOLD = """
import duckdb, sys, time
con = duckdb.connect(sys.argv[1])
print('ready', flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def path(tmp_path, town) -> Path:
    store = DuckStore.create(tmp_path / "town.duckdb", town)
    store.apply(first_town(town))
    return tmp_path / "town.duckdb"


def child(*arguments: str) -> subprocess.Popen[str]:
    """A Python process that has said ``ready``."""
    process = subprocess.Popen([sys.executable, *arguments], stdout=subprocess.PIPE, text=True)
    assert process.stdout.readline() == "ready\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.wait()
    process.stdout.close()


# --- opening ------------------------------------------------------------------------------------


def test_open_makes_a_store_and_adds_what_it_lacks(tmp_path):
    address = tmp_path / "新库.duckdb"
    store = og.open(address, structure="honghe")
    assert store.revision == 1
    assert {"honghe", "base"} <= set(store.structures.files)
    assert og.open(str(address), structure="honghe").revision == 1
    store = og.open(address, structure="gaozhao")
    assert store.revision == 2
    assert {"honghe", "gaozhao"} <= set(og.open(address).structures.files)
    assert [p.name for p in tmp_path.iterdir()] == ["新库.duckdb"]


def test_without_a_structure_a_missing_file_is_not_made(tmp_path):
    with pytest.raises(StoreNotFound, match="orgraph init"):
        og.open(tmp_path / "none.duckdb")
    with pytest.raises(StoreNotFound, match="文件夹"):
        og.open(tmp_path / "none" / "none.duckdb", structure="honghe")
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_goes_away_is_missed(path):
    store = og.open(path)
    path.unlink()
    with pytest.raises(StoreNotFound):
        store.read()
    with pytest.raises(StoreError):
        store.undo()
    assert not path.exists()


@pytest.mark.parametrize(
    "address", ["mysql://localhost/honghe", "postgresql://x", "https://example.org/x.duckdb"]
)
def test_an_address_of_another_form_is_refused_and_the_known_ones_named(address):
    with pytest.raises(StoreError, match=r"不认识.*org\.duckdb"):
        og.open(address)
    with og.language("en"), pytest.raises(StoreError, match=r"not known here.*DuckDB.*neo4j://"):
        og.open(address, structure="honghe")


def sqlite(path: Path) -> None:
    import sqlite3

    con = sqlite3.connect(path)
    con.execute("CREATE TABLE t (x)")
    con.close()


def another_duckdb(path: Path) -> None:
    duckdb.connect(str(path)).execute("CREATE TABLE orgraph (x INTEGER)").close()


WRONG = {
    "empty": lambda p: p.write_bytes(b""),
    "text": lambda p: p.write_text("编号,名称\n1,甲\n", encoding="utf-8"),
    "zip": lambda p: p.write_bytes(b"PK\x03\x04" + b"\0" * 9000),
    "sqlite": sqlite,
    "folder": lambda p: p.mkdir(),
    "cut off": lambda p: p.write_bytes(p.with_name("whole").read_bytes()[:5000]),
    "garbled": lambda p: p.write_bytes(p.with_name("whole").read_bytes()[:4000] + b"\xff" * 20000),
    "another DuckDB file": another_duckdb,
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_is_no_store_is_said_to_be_none(tmp_path, path, wrong):
    shutil.copy(path, tmp_path / "whole")
    other = tmp_path / "other.duckdb"
    wrong(other)
    before = other.read_bytes() if other.is_file() else None
    for arguments in ({}, {"structure": "honghe"}):
        with pytest.raises(StoreError) as refused:
            og.open(other, **arguments)
        assert str(other) in str(refused.value)
    assert before is None or other.read_bytes() == before


def test_a_newer_format_asks_for_a_newer_orgraph(path):
    duckdb.connect(str(path)).execute("UPDATE orgraph SET format = 99").close()
    with pytest.raises(StoreError, match="升级 orgraph"):
        og.open(path)


def test_two_that_make_the_same_file_agree_on_one(tmp_path, town):
    first = DuckStore.create(tmp_path / "x.duckdb", town)
    first.apply(first_town(town))
    second = DuckStore.create(tmp_path / "x.duckdb", structures(TOWN))
    assert second.revision == 2
    assert [p.name for p in tmp_path.iterdir()] == ["x.duckdb"]


# --- waiting ------------------------------------------------------------------------------------


def test_whoever_holds_the_file_is_named_after_five_seconds(path):
    store = og.open(path)
    holder = child("-c", HOLD, str(path), "60")
    try:
        begun = time.monotonic()
        with pytest.raises(StoreBusy) as busy:
            store.read()
        assert PATIENCE - 0.1 <= time.monotonic() - begun < PATIENCE + 2
    finally:
        end(holder)
    assert str(holder.pid) in str(busy.value)
    assert str(path) in str(busy.value)
    if Path("/proc").is_dir():
        assert "time.sleep" in str(busy.value)  # its command line
    assert store.read().revision == 2


def test_a_short_wait_is_not_noticed(path, town):
    holder = child("-c", HOLD, str(path), "1")
    try:
        assert og.open(path).apply(changes(town, units=[unit("n", "town", "新", "2020-01-01")])) == 3
    finally:
        end(holder)


def test_several_read_at_once(path):
    holder = child("-c", HOLD.replace("sys.argv[1])", "sys.argv[1], read_only=True)"), str(path), "60")
    try:
        begun = time.monotonic()
        assert og.open(path).read().revision == 2
        assert time.monotonic() - begun < 2
    finally:
        end(holder)


def test_threads_take_turns_and_a_writer_is_not_starved(path, town):
    store = og.open(path)
    failed: list[Exception] = []
    written = threading.Event()

    def reading() -> None:
        try:
            while not written.is_set():
                store.read()
        except Exception as error:  # noqa: BLE001 - whatever it is, the test must see it
            failed.append(error)

    readers = [threading.Thread(target=reading) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for i in range(5):
            assert store.apply(changes(town, units=[unit(f"n{i}", "town", "新", "2020-01-01")])) == 3 + i
    finally:
        written.set()
        for reader in readers:
            reader.join()
    assert failed == []


# --- being killed -------------------------------------------------------------------------------

WRITER = """
import sys
sys.path[:0] = sys.argv[2].split("|")
import polars as pl
from store_samples import changes, frame, unit
import orgraph as og
from orgraph.model.changes import Changes, Patch
store = og.open(sys.argv[1])
town = store.structures
n = store.revision
print("ready", flush=True)
while True:
    n += 1
    rows = frame("units", [unit(f"{n}/{i}", "town", f"第{n}版", "2020-01-01") for i in range(500)], town)
    before = [unit(f"{n - 1}/{i}", "town", f"第{n - 1}版", "2020-01-01") for i in range(500)]
    old = frame("units", before, town)
    if n == 2:
        old = old.clear()
    assert store.apply(Changes({"units": Patch(old, rows)})) == n
"""


def test_killed_at_any_moment_the_last_whole_revision_is_there(tmp_path, town, root):
    path = tmp_path / "town.duckdb"
    DuckStore.create(path, town)
    moments = random.Random(20220430)
    roots = f"{root}|{root / 'tests'}"
    reached = 1
    for _ in range(KILLS):
        writer = child("-c", WRITER, str(path), roots)
        time.sleep(moments.uniform(0.0, 0.4))
        writer.send_signal(signal.SIGKILL)
        end(writer)
        store = og.open(path)
        head = store.revision
        assert head >= reached
        reached = head
        history = store.history()
        assert history["revision"].to_list() == list(range(1, head + 1))
        assert set(store.read().units["id"]) == ({f"{head}/{i}" for i in range(500)} if head > 1 else set())
        logged = store.changes(head)
        assert logged["units"].into.height == (500 if head > 1 else 0)
        if head > 2:
            assert set(store.read(revision=head - 1).units["name"]) == {f"第{head - 1}版"}
    assert reached > 2, "no revision was ever finished: the test killed too early"


MAKER = """
import sys
sys.path[:0] = sys.argv[2].split("|")
from store_samples import TOWN, structures
from orgraph.store.duck.store import DuckStore
town = structures(TOWN)
print("ready", flush=True)
for i in range(1000):
    DuckStore.create(f"{sys.argv[1]}/{i}.duckdb", town)
"""


def test_killed_while_it_is_made_a_store_is_whole_or_absent(tmp_path, root):
    maker = child("-c", MAKER, str(tmp_path), f"{root}|{root / 'tests'}")
    time.sleep(1.5)
    maker.send_signal(signal.SIGKILL)
    end(maker)
    made = [p for p in tmp_path.iterdir() if not p.name.startswith(".")]
    assert made
    assert {og.open(p).revision for p in made} == {1}


# --- forgetting, down to the bytes --------------------------------------------------------------


def test_forgetting_leaves_no_freed_bytes_in_the_file(path, town):
    assert "张三丰".encode() in path.read_bytes()
    store = og.open(path)
    store.forget("张三丰")
    ((free,),) = (
        duckdb.connect(str(path), read_only=True)
        .execute("SELECT free_blocks FROM pragma_database_size()")
        .fetchall()
    )
    assert free == 0
    assert "张三丰".encode() not in path.read_bytes()
    assert b"13800000001" not in path.read_bytes()
    assert [p.name for p in path.parent.iterdir()] == [path.name]
    assert store.undo(2) == 4  # it is still a store that can be written


# --- the inside ---------------------------------------------------------------------------------


def test_an_analyst_finds_tables_by_key_and_views_by_name(path):
    store = og.open(path)
    links = store.query(
        "SELECT source_id, target_name, relation FROM links_named WHERE relation = ? ORDER BY ALL",
        ["territory"],
    )
    assert links.rows() == [("a", "洪合镇", "territory"), ("b", "洪合镇", "territory")]
    assert store.query("SELECT count(*) AS n FROM links l JOIN units u ON u.key = l.source").rows() == [(5,)]
    held = store.query("SELECT person_name, unit_name, role FROM memberships_named ORDER BY ALL")
    assert held.rows()[0] == ("张三丰", "家园支部", "leader")
    assert store.query(
        "SELECT sum(value)::BIGINT AS n FROM measures_named WHERE unit_name = $name", {"name": "锦绣社区"}
    )["n"].to_list() == [630]
    assert store.query("SELECT id FROM units_today WHERE posts = 4")["id"].to_list() == ["b"]
    assert store.query("SELECT id FROM structures")["id"].to_list() == ["town"]
    assert store.query("SELECT revision, deed FROM revisions").rows() == [(1, "install"), (2, "apply")]
    types = dict(
        store.query(
            "SELECT column_name, data_type FROM information_schema.columns WHERE table_name = 'units'"
        ).rows()
    )
    assert (types["key"], types["posts"], types["area"], types["checked"], types["open"]) == (
        "INTEGER",
        "BIGINT",
        "DOUBLE",
        "DATE",
        "BOOLEAN",
    )
    assert not {"revision", "valid_from"} & set(types)


def test_the_views_follow_the_structures(path):
    store = og.open(path)
    store.install(structures(TOWN.replace("{share: float}", "{share: float, note: text}")))
    assert "note" in store.query("FROM links_named").columns


@pytest.mark.parametrize(
    "text", ["SELEC 1", "SELECT * FROM nowhere", "DELETE FROM units", "SELECT ?", "COPY units TO 'u.csv'"]
)
def test_a_wrong_query_is_said_and_nothing_can_be_written(path, text):
    store = og.open(path)
    before = everything(store.timeline())
    with pytest.raises(StoreError, match="查询"):
        store.query(text)
    assert everything(store.timeline()) == before


def test_the_key_of_a_unit_is_an_int32(path):
    org = og.open(path).read()
    assert org.units.schema["key"] == org.links.schema["source"] == pl.Int32
