"""The store that many share: a Neo4j database, one server or a cluster.

Everything that a store means (two times, undo, forgetting) is in `logged`, shared with the DuckDB file;
here are the database's opening and making, and questions in its own language.
"""

from __future__ import annotations

import weakref
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import TracebackType
from typing import Any

import polars as pl

from orgraph import __version__
from orgraph.model.changes import Changes
from orgraph.model.errors import StoreError, StoreNotFound
from orgraph.model.glossary import say
from orgraph.model.structure import Structures
from orgraph.store.logged import LoggedStore
from orgraph.store.neo import schema
from orgraph.store.neo.address import NeoAddress, NeoOptions, read_address
from orgraph.store.neo.answers import answer
from orgraph.store.neo.driver import Connection, told
from orgraph.store.neo.session import NeoSession
from orgraph.store.neo.writing import Writer, lease, pending
from orgraph.store.revisions import Log
from orgraph.store.writing import Intent, commit, installing

LOOK = "MATCH (s:Store {name: 'orgraph'}) RETURN s.format, s.made_with, s.bulk"
TAKEN = "MATCH (n:Unit|Absent|Earlier|Person|Measure|Contact|Store|Revision|Part|Structure|StructureSet)"
MAKE = """
MERGE (s:Store {name: 'orgraph'})
ON CREATE SET s.format = $format, s.made_with = $made_with, s.head = 0, s.next_key = 0"""


class NeoStore(LoggedStore):
    """A store in a Neo4j database that has one; `create` makes one."""

    def __init__(
        self, address: str | NeoAddress, options: NeoOptions | None = None, *, repair: bool = True
    ) -> None:
        """Connect, look at the store, and complete what a writer that died left half done.

        Without `repair` that is left as it is; what is read is the revision before it all the same.
        """
        self._address = address if isinstance(address, NeoAddress) else read_address(address, options)
        self._open()
        found = self._read(LOOK)
        if not found:
            raise StoreNotFound(
                say(
                    zh=f"{self.address} 里没有库:用 orgraph init 结构名 新建一个",
                    en=f"there is no store in {self.address}: make one with orgraph init STRUCTURE",
                )
            )
        if found[0][0] > schema.FORMAT:
            raise StoreError(
                say(
                    zh=f"{self.address} 由更新版本的 orgraph 写成(格式 {found[0][0]}):请升级 orgraph",
                    en=f"{self.address} was written by a newer orgraph (format {found[0][0]}): "
                    "upgrade orgraph",
                )
            )
        if repair:
            self.repair()

    def _open(self) -> None:
        self._connection = Connection(self._address)
        self._closing = weakref.finalize(self, self._connection.close)

    @classmethod
    def create(
        cls, address: str | NeoAddress, structures: Structures, options: NeoOptions | None = None
    ) -> NeoStore:
        """Make a store in a database that has none of its labels; its first revision installs structures."""
        where = address if isinstance(address, NeoAddress) else read_address(address, options)
        connection = Connection(where)
        try:
            with told(where):
                there = connection.read(LOOK, {})
                if not there:
                    if connection.read(f"{TAKEN} RETURN 1 LIMIT 1", {}):
                        raise StoreError(
                            say(
                                zh=f"{where.shown} 里已有别的数据:请用空的数据库",
                                en=f"{where.shown} holds other data: use an empty database",
                            )
                        )
                    made = {"format": schema.FORMAT, "made_with": f"orgraph {__version__}"}
                    connection.write(lambda tx: tx.run(MAKE, made).consume())
                if not there or there[0][2]:  # a bulk import brings no constraints
                    for statement in schema.statements():
                        connection.alone(statement)
        finally:
            connection.close()
        store = cls(where)
        with store._session(write=True) as session:
            log = Log(session)
            if not log.head and structures.files:
                intent = Intent("install", "、".join(structures.files))
                commit(session, log, installing(Structures({}), structures), intent)
        return store

    @property
    def address(self) -> str:
        """Server and database, without the account."""
        return self._address.shown

    @property
    def contacts_wanted(self) -> bool:
        """Whether contacts are written here."""
        return self._address.contacts

    def close(self) -> None:
        """Close all connections."""
        self._closing()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close all connections; the next call opens new ones."""
        self.close()

    def _read(self, text: str, parameters: Mapping[str, Any] | None = None) -> list[list[Any]]:
        with self._connected() as connection:
            return connection.read(text, parameters or {})

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        if not self._closing.alive:
            self._open()
        with told(self._address):
            yield self._connection

    @contextmanager
    def _session(self, *, write: bool = False) -> Iterator[NeoSession]:
        with self._connected() as connection:
            if not write:
                yield NeoSession(connection)
                return
            with lease(connection):
                writer = Writer(connection)
                writer.repair()
                session = NeoSession(connection, write=True)
                yield session
                writer.write(session.staged, session.structures_now())

    def repair(self) -> bool:
        """Complete a revision that was left half done and that nobody is writing; whether there was one.

        An account that may not write reads the revision before it all the same.
        """
        with self._connected() as connection:
            if pending(connection) != "free":
                return False
        try:
            with self._connected() as connection, lease(connection):
                return Writer(connection).repair()
        except StoreError:
            return False

    def apply(self, changes: Changes, *, note: str = "", expect: int | None = None) -> int:
        """Make changes as one revision; contacts stay behind unless the store was opened with them."""
        made = changes if self._address.contacts else changes.without_contacts()
        return super().apply(made, note=note, expect=expect)

    def query(self, text: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> pl.DataFrame:
        """Ask in Cypher; see `schema` for the shape of the graph. Nothing can be written this way."""
        given = dict(parameters) if isinstance(parameters, Mapping) else {}
        with self._connected() as connection:
            return answer(*connection.table(text, given))

    def settled(self) -> tuple[int, bool]:
        """The head, and whether no revision is being written: asked before and after a query by Cypher."""
        ((head, writing),) = self._read(
            "MATCH (s:Store {name: 'orgraph'}) RETURN s.head, EXISTS { (:Revision {state: 'pending'}) }"
        )
        return int(head), not writing
