"""Writing a revision: said first, then moved in batches, then made the head.

A small revision is one transaction. A large one is written to the log as *pending*; batches follow, each of
which counts itself done in its own transaction, so that one whose outcome was unknown is never moved twice;
a last transaction makes it the head. Whoever opens the store next and finds it pending goes on where it
stopped. One writer at a time holds the store's lease, which every batch renews.
"""

from __future__ import annotations

import os
import secrets
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from orgraph.model.errors import OrgraphError, StoreBusy
from orgraph.model.glossary import say
from orgraph.model.graph_names import quoted, tie
from orgraph.model.structure import Structures, Table
from orgraph.store.neo.driver import Connection, lost
from orgraph.store.neo.log import LogReader, rewrite, write_entry
from orgraph.store.neo.moving import Mover
from orgraph.store.neo.plan import Batch, batches
from orgraph.store.neo.schema import relations
from orgraph.store.neo.session import Staged
from orgraph.store.revisions import Renames, renames, structures_of

if TYPE_CHECKING:
    import neo4j

AT_ONCE = 2.5
"""Batches up to which a revision is one transaction: 50,000 rows, as batches usually are."""
LEASE = 20
"""Seconds for which a writer that is not heard of keeps others out."""
PATIENCE = 5.0
"""Seconds to wait for another writer."""

TOKEN = secrets.token_hex(4)


def me() -> str:
    """Who this process is to other writers."""
    return f"{socket.gethostname()}:{os.getpid()}:{TOKEN}"


TAKE = """
MATCH (s:Store {name: 'orgraph'}) SET s.asked = $me
WITH s, s.writer IS NULL OR s.writer = $me OR s.lease < datetime() OR s.writer IN $gone AS free,
    s.writer AS by
SET s.writer = CASE WHEN free THEN $me ELSE s.writer END,
    s.lease = CASE WHEN free THEN datetime() + duration({seconds: $seconds}) ELSE s.lease END
RETURN free, by, s.head, s.next_key"""
GIVE_BACK = "MATCH (s:Store {name: 'orgraph', writer: $me}) SET s.writer = null, s.lease = null"
COUNT = """
MATCH (s:Store {name: 'orgraph'}) SET s.asked = $me WITH s WHERE s.writer = $me AND s.head = $number - 1
MATCH (r:Revision {number: $number, state: 'pending'}) WHERE r.progress = $done
SET r.progress = $done + $batches, s.next_key = s.next_key + $keys,
    s.lease = datetime() + duration({seconds: $seconds})
RETURN s.next_key - $keys"""
PROGRESS = """
MATCH (s:Store {name: 'orgraph'}) OPTIONAL MATCH (r:Revision {number: $number})
RETURN s.writer = $me, r.state, r.progress"""
PENDING = """
MATCH (s:Store {name: 'orgraph'}) MATCH (r:Revision {state: 'pending'})
RETURN r.number, r.progress, r.batch, r.structures, s.head, s.writer, s.lease < datetime()"""
FINISH = """
MATCH (s:Store {name: 'orgraph', writer: $me}) MATCH (r:Revision {number: $number, state: 'pending'})
SET s.head = $number, r.state = 'done', s.several = coalesce(s.several, []) + [x IN $several WHERE NOT x IN
    coalesce(s.several, [])] RETURN 1"""
ERASE = """
UNWIND $people AS id MATCH (n:Person {id: id}) SET n = {id: n.id, key: n.key}
WITH n OPTIONAL MATCH (c:Contact)-[:OF]->(n) DETACH DELETE c"""

_turn = threading.RLock()


@contextmanager
def lease(connection: Connection) -> Iterator[None]:
    """Be the one writer for the block; threads of this process take turns, others wait for theirs."""
    with _turn:
        _take(connection, PATIENCE)
        try:
            yield
        except Exception as error:
            if isinstance(error, OrgraphError):  # with a server that is gone it would only cost time
                _give_back(connection)
            raise
        else:
            _give_back(connection)


def _give_back(connection: Connection) -> None:
    with suppress(Exception):  # it runs out by itself
        connection.write(lambda tx: tx.run(GIVE_BACK, {"me": me()}).consume())


def _take(connection: Connection, patience: float) -> None:
    until, gone = time.monotonic() + patience, list[str]()

    def ask(tx: neo4j.ManagedTransaction) -> list[Any]:
        asked = {"me": me(), "seconds": LEASE, "gone": gone}
        return tx.run(TAKE, asked).single(strict=True).values()

    while True:
        free, by, *_ = connection.write(ask)
        if free:
            return
        if _is_gone(by) and not gone:
            gone.append(by)
            continue
        if time.monotonic() > until:
            host, pid, _ = by.rsplit(":", 2)
            raise StoreBusy(
                say(
                    zh=f"{connection.address.shown} 正由 {host} 上的进程 {pid} 写入。等它结束后再试",
                    en=f"{connection.address.shown} is being written by process {pid} on {host}. "
                    "Try again when that has finished",
                )
            )
        time.sleep(0.1)


def _is_gone(writer: str) -> bool:
    """Whether a writer was a process of this machine that is no more."""
    host, pid, _ = writer.rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if int(pid) == os.getpid():
        return True  # the same number and not the same process
    return Path("/proc/self").exists() and not Path("/proc", pid).exists()


class Writer:
    """Writes what a session has staged, or goes on with what another left pending."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def write(self, staged: Staged, before: Structures) -> None:
        """Write a staged revision; the lease is held."""
        entry = staged.entry
        if entry is None:
            return
        after = structures_of(staged.texts)
        size = self._connection.address.batch
        plan = list(batches(staged.patches, size))
        at_once = sum(batch.rows.height for batch in plan) <= AT_ONCE * size

        def say_first(tx: neo4j.ManagedTransaction) -> bool:
            state = tx.run(PROGRESS, {"me": me(), "number": entry.number}).single(strict=True).values()
            if state[1] is not None:  # an earlier try of this very transaction was made good after all
                return bool(state[1] == "done")
            if not state[0]:
                raise lost(self._connection.address.shown)
            write_entry(tx, entry, staged.texts, staged.changes, size)
            if at_once:
                self._move(tx, number=entry.number, done=0, some=plan, after=after)
                self._finish(tx, entry.number, staged, before, after)
            return at_once

        if not self._connection.write(say_first):
            self._go_on(entry.number, 0, plan, after)
            self._connection.write(lambda tx: self._finish(tx, entry.number, staged, before, after))

    def _go_on(self, number: int, done: int, plan: list[Batch], after: Structures) -> None:
        for n in range(done, len(plan)):
            self._connection.write(
                partial(self._move, number=number, done=n, some=plan[n : n + 1], after=after)
            )

    def _move(
        self, tx: neo4j.ManagedTransaction, *, number: int, done: int, some: list[Batch], after: Structures
    ) -> None:
        """Move some batches and count them, unless they are moved already."""
        keys = sum(batch.rows.height for batch in some if batch.step in ("named", "absent"))
        asked = {
            "me": me(),
            "number": number,
            "done": done,
            "batches": len(some),
            "keys": keys,
            "seconds": LEASE,
        }
        counted = tx.run(COUNT, asked).single()
        if counted is None:
            mine, state, progress = (
                tx.run(PROGRESS, {"me": me(), "number": number}).single(strict=True).values()
            )
            if mine and (state == "done" or progress >= done + len(some)):
                return
            raise lost(self._connection.address.shown)
        first: int = counted[0]
        mover = Mover(tx, after, fresh=self._fresh(tx, number))
        for batch in some:
            mover.move(batch, first)
            first += batch.rows.height if batch.step in ("named", "absent") else 0

    def _fresh(self, tx: neo4j.ManagedTransaction, number: int) -> bool:
        """Whether the revision began in an empty store: then no unit or person of it stood there before."""
        text = "MATCH (r:Revision {number: $number}) RETURN r.first_key"
        return bool(tx.run(text, {"number": number}).single(strict=True)[0] == 0)

    def _finish(
        self,
        tx: neo4j.ManagedTransaction,
        number: int,
        staged: Staged,
        before: Structures,
        after: Structures,
    ) -> None:
        """Make a revision the head; what the log says differently, and renamed columns, go with it."""
        if staged.parts is not None and staged.notes is not None:
            rewrite(tx, staged.parts, staged.notes)
        if staged.erased:
            tx.run(ERASE, {"people": staged.erased}).consume()
        if before != after and staged.structures is not None:
            reshape(tx, before, after)
        several = _several(tx, staged, after, fresh=self._fresh(tx, number))
        made = tx.run(FINISH, {"me": me(), "number": number, "several": several}).single()
        if made is None:
            state = tx.run(PROGRESS, {"me": me(), "number": number}).single(strict=True).values()
            if state[1] != "done":
                raise lost(self._connection.address.shown)

    def repair(self) -> bool:
        """Go on with a revision that was left pending; the lease is held. Whether there was one."""
        found = self._connection.read(PENDING, {})
        if not found:
            return False
        number, progress, size, name, head, *_ = found[0]
        log = LogReader(self._connection)
        after = structures_of(log.texts(name))
        entries = log.revisions()
        before = structures_of(log.texts(entries["structures"][-1])) if head else Structures({})
        changes = log.changes(number, number)[number]
        patches = {t: p for t, p in changes.patches.items() if t != "structures"}
        staged = Staged(patches=patches, structures=after)
        self._go_on(number, progress, list(batches(patches, size)), after)
        self._connection.write(lambda tx: self._finish(tx, number, staged, before, after))
        return True


def pending(connection: Connection) -> str | None:
    """``free`` where a revision was left pending and nobody writes it, ``held`` where somebody does."""
    found = connection.read(PENDING, {})
    if not found:
        return None
    writer, over = found[0][5:]
    return "free" if writer is None or writer == me() or over or _is_gone(writer) else "held"


def _several(tx: neo4j.ManagedTransaction, staged: Staged, after: Structures, *, fresh: bool) -> list[str]:
    """Trees in which some unit touched has had more than one parent: a flag for queries along trees."""
    patch = staged.patches.get("links")
    if patch is None:
        return []
    found = []
    for tree in after.trees:
        children = patch.into.filter(patch.into["relation"] == tree)["source"]
        sources = children.unique()
        if len(sources) < len(children):
            found.append(tree)
            continue
        if fresh:
            continue
        text = (
            f"UNWIND $ids AS id MATCH (a:Unit {{id: id}}) WITH a WHERE COUNT {{ (a)-[:{tie(tree)}]->() }} > 1"
            " RETURN a.id LIMIT 1"
        )
        if len(sources) and tx.run(text, {"ids": sources.to_list()}).single() is not None:
            found.append(tree)
    return found


CONVERTED = {"float": "toFloat({0})", "text": "toString({0})"}


def reshape(tx: neo4j.ManagedTransaction, before: Structures, after: Structures) -> None:
    """Rename and widen declared properties; doing it again changes nothing."""
    renamed: Renames = renames(before, after)
    for table, variable in _wheres(after).items():
        for old, new in renamed.get(table, {}).items():
            was, now = f"n.{quoted(old)}", f"n.{quoted(new)}"
            tx.run(f"{variable} WHERE {was} IS NOT NULL SET {now} = {was} REMOVE {was}").consume()
        names = {new: old for old, new in renamed.get(table, {}).items()}
        earlier: Mapping[str, Any] = before.columns(table)
        for name, column in after.columns(table).items():
            was_type = getattr(earlier.get(names.get(name, name)), "type", column.type)
            if was_type != column.type and column.type in CONVERTED:
                now = f"n.{quoted(name)}"
                text = f"{variable} WHERE {now} IS NOT NULL SET {now} = {CONVERTED[column.type].format(now)}"
                tx.run(text).consume()


def _wheres(structures: Structures) -> dict[Table, str]:
    found: dict[Table, str] = {"units": "MATCH (n:Unit|Earlier)", "people": "MATCH (n:Person)"}
    if words := relations(structures):
        found["links"] = f"MATCH (:Unit)-[n:{'|'.join(map(tie, words))}]->()"
    if structures.roles:
        found["memberships"] = f"MATCH (:Person)-[n:{'|'.join(map(tie, structures.roles))}]->()"
    return found
