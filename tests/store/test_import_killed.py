"""``orgraph import`` killed at any moment: the store opens, at the revision before or at the one after."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import polars as pl
import pytest

import orgraph as og

pytestmark = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system knows no SIGKILL")

KILLS = int(os.environ.get("ORGRAPH_IMPORT_KILLS", "6"))
"""How often an import is killed; raise it for a long search."""

SEED = int(os.environ.get("ORGRAPH_IMPORT_KILLS_SEED", "20220430"))

VILLAGES = 8_000
DAY = "2022-05-31"


def roster(path: Path, villages: int, name: str) -> Path:
    lines = [
        "code,name,parent,level",
        "33,浙江省,,province",
        "3304,嘉兴市,33,city",
        "330411,秀洲区,3304,county",
    ]
    towns = [f"330411{t:03}" for t in range(100, 200)]
    lines += [f"{t},镇{t},330411,town" for t in towns]
    lines += [f"{towns[i % 100]}{i // 100:03},{name}{i},{towns[i % 100]},village" for i in range(villages)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def command(root):
    def started(*arguments: object) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, "-m", "orgraph", *map(str, arguments)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=os.environ | {"PYTHONPATH": str(root)},
        )

    return started


def whole(path: Path) -> tuple[int, dict[str, pl.DataFrame]]:
    """The head, and all that the store holds there."""
    store = og.open(path)
    tables = store.timeline().tables()
    assert store.history()["revision"].to_list() == list(range(1, store.revision + 1))
    return store.revision, {name: table.sort(pl.all()) for name, table in tables.items()}


def same(one: dict[str, pl.DataFrame], other: dict[str, pl.DataFrame]) -> bool:
    return all(table.equals(other[name]) for name, table in one.items())


def restore(folder: Path, kept: Path) -> Path:
    """A folder with the store alone, as it was before the import."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    return Path(shutil.copy(kept, folder / "org.duckdb"))


def touched(folder: Path) -> tuple[tuple[str, int, int], ...]:
    """What can be seen of the store being written."""
    try:
        return tuple((e.name, e.stat().st_size, e.stat().st_mtime_ns) for e in sorted(folder.iterdir()))
    except FileNotFoundError:  # a file came and went
        return ()


def kill(process: subprocess.Popen[bytes], folder: Path, moment: float, *, writing: bool) -> None:
    """Kill after `moment` seconds, counted where `writing` from the first sign of a write."""
    before = touched(folder)
    while writing and process.poll() is None and touched(folder) == before:
        time.sleep(0.0005)
    try:
        process.wait(moment)
    except subprocess.TimeoutExpired:
        process.kill()
    process.wait()


@pytest.mark.timeout(300 + 30 * KILLS)
def test_an_import_killed_at_any_moment_leaves_the_old_or_the_new_revision(tmp_path, command):
    kept, folder = tmp_path / "kept.duckdb", tmp_path / "store"
    old, new = roster(tmp_path / "old.csv", 2_000, "旧村"), roster(tmp_path / "new.csv", VILLAGES, "新村")
    assert command("init", "divisions", "--store", kept).wait() == 0
    assert command("import", old, "--on", "2022-04-30", "--store", kept).wait() == 0
    path = restore(folder, kept)
    begin = time.monotonic()
    assert command("import", new, "--on", DAY, "--store", path).wait() == 0
    took = time.monotonic() - begin
    known = {3: whole(path)[1], 2: whole(kept)[1]}
    assert not same(known[2], known[3])
    moments, reached, killed = random.Random(SEED), {2: 0, 3: 0}, 0
    path = restore(folder, kept)
    for number in range(KILLS):
        process = command("import", new, "--on", DAY, "--store", path)
        writing = number % 2 == 1  # half of them in the short time that matters most
        kill(process, folder, moments.uniform(0, 0.5 if writing else took), writing=writing)
        killed += process.returncode == -signal.SIGKILL
        head, tables = whole(path)
        assert head in known, f"moment {number}: revision {head}"
        assert same(tables, known[head]), f"moment {number}: revision {head} is not whole"
        reached[head] += 1
        if head == 3 or moments.random() < 0.2:  # else the next import meets what this one left behind
            path = restore(folder, kept)
    sys.stdout.write(f"{KILLS} imports, {killed} killed: {reached[2]} old, {reached[3]} new\n")
    assert killed
    assert command("import", new, "--on", DAY, "--store", restore(folder, kept)).wait() == 0
    assert same(whole(path)[1], known[3])
