"""A server that dies at any moment of a write, and readers at any moment of one."""

from __future__ import annotations

import os
import random
import sys
import threading
import time

import pytest
from store_big import between, state, tables, town

from orgraph.model.errors import StoreError
from orgraph.model.structure import Structures
from orgraph.store.duck.store import DuckStore
from orgraph.store.neo.address import NeoOptions
from orgraph.store.neo.store import NeoStore
from orgraph.store.sync import send

KILLS = int(os.environ.get("ORGRAPH_KILLS", "3"))
VILLAGES = 8_000
DAY = "2021-01-01"


@pytest.fixture
def server(tmp_path, neo4j_runnable):
    from neo4j_server import Server

    made = Server(tmp_path / "neo4j").start()
    yield made
    made.stop()


def options_of(server) -> NeoOptions:
    return NeoOptions(user="neo4j", password=server.password, batch=2000)


class Push(threading.Thread):
    """A push beside the test; `error` and `failed_at` tell how it ended."""

    def __init__(self, source, server) -> None:
        super().__init__()
        self.source, self.server = source, server
        self.error: BaseException | None = None
        self.ended_at = 0.0

    def run(self) -> None:
        try:
            with NeoStore(self.server.uri, options_of(self.server)) as target:
                send(self.source, target)
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error
        self.ended_at = time.monotonic()


def killed_within(push, server, seconds: float) -> None:
    """Start a push, kill the server after some time, and hold the push to one clear line within 5 seconds."""
    push.start()
    time.sleep(seconds)
    server.kill()
    killed = time.monotonic()
    push.join(60)
    if push.error is not None:
        assert isinstance(push.error, StoreError), push.error
        assert server.password not in str(push.error)
        assert "\n" not in str(push.error)
        assert push.ended_at - killed < 5.5


def after_the_kill(server, source, old, new) -> str:
    """What readers see before and after the repair; then the next push, and what stands there at last."""
    with NeoStore(server.uri, options_of(server), repair=False) as reader:
        shown = state(reader.timeline())
        half = bool(reader.query("MATCH (r:Revision {state: 'pending'}) RETURN r.progress").height)
    assert shown in (old, new)
    with NeoStore(server.uri, options_of(server)) as target:  # repaired on opening
        assert state(target.timeline()) in (old, new)
        assert not half or state(target.timeline()) == new
    again = Push(source, server)
    again.run()
    assert again.error is None, again.error
    with NeoStore(server.uri, options_of(server)) as target:
        assert state(target.timeline()) == new
        assert target.revision == source.revision
        assert state(target.read(revision=2, on=DAY)) == state(source.read(revision=2, on=DAY))
    return ("new" if shown == new else "old") + (" with a part moved" if half else "")


@pytest.mark.slow
def test_a_killed_server_shows_the_old_or_the_new_revision_and_the_next_push_completes(server, tmp_path):
    chance = random.Random(int(os.environ.get("ORGRAPH_SEED", "6")))
    source = DuckStore.create(tmp_path / "a.duckdb", town())
    before = tables(VILLAGES)
    source.apply(between({}, before))
    NeoStore.create(server.uri, Structures({}), options_of(server)).close()
    began = time.monotonic()
    push = Push(source, server)
    push.run()
    assert push.error is None, push.error
    usual = time.monotonic() - began
    seen = []
    for number in range(KILLS):
        old = state(source.timeline())
        after = tables(VILLAGES, f"·{number}")
        source.apply(between(before, after))
        before = after
        killed_within(Push(source, server), server, chance.uniform(0, usual * 1.1))
        server.start()
        seen.append(after_the_kill(server, source, old, state(source.timeline())))
    sys.stdout.write(f"\n{KILLS} kills: " + ", ".join(f"{seen.count(s)} {s}" for s in sorted(set(seen))))


def test_readers_beside_a_large_write_see_one_revision_or_the_other(neo4j_database):
    neo4j_database.empty()
    options = NeoOptions(**neo4j_database.login, batch=2000)
    store = NeoStore.create(neo4j_database.uri, town(), options)
    first, second = tables(VILLAGES), tables(VILLAGES, "·新")
    store.apply(between({}, first))
    old = state(store.read(on=DAY))
    changes = between(first, second)
    writer = threading.Thread(target=store.apply, args=(changes,))
    reader = NeoStore(neo4j_database.uri, options)
    shown, busy = [], 0
    writer.start()
    while writer.is_alive():
        shown.append(state(reader.read(on=DAY)))
        busy += not reader.settled()[1]
    writer.join()
    new = state(reader.read(on=DAY))
    assert new != old
    assert set(shown) <= {old, new}
    assert old in shown
    assert busy, "no reader met the write half done: the test proves nothing"


def test_two_writers_take_turns_and_the_one_that_waits_too_long_says_who_writes(neo4j_database):
    from orgraph.model.errors import StoreBusy
    from orgraph.store.neo import writing

    neo4j_database.empty()
    store = NeoStore.create(neo4j_database.uri, town(), NeoOptions(**neo4j_database.login))
    text = "MATCH (s:Store) SET s.writer = 'elsewhere:17:ab', s.lease = datetime() + duration({seconds: $n})"
    neo4j_database.run(text, n=30)
    began = time.monotonic()
    with pytest.raises(StoreBusy, match="elsewhere"):
        store.apply(between({}, tables(3)))
    assert time.monotonic() - began < writing.PATIENCE + 2
    neo4j_database.run(text, n=0)  # its time is over
    assert store.apply(between({}, tables(3))) == 2
