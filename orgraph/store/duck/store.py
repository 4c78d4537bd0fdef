"""The embedded store: one DuckDB file, one connection for each call.

A connection that writes shuts out all others and one that reads shuts out writers, so none is kept
open; opening waits for its turn and then says who holds the file. Never on a network share.
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from orgraph import __version__
from orgraph.model.errors import StoreError, StoreNotFound
from orgraph.model.glossary import say
from orgraph.model.structure import Structures
from orgraph.store.duck import schema
from orgraph.store.duck.file import connected, not_a_store
from orgraph.store.duck.session import DuckSession
from orgraph.store.logged import LoggedStore
from orgraph.store.revisions import Log
from orgraph.store.writing import Intent, commit, installing

if TYPE_CHECKING:
    import duckdb
    import polars as pl


class DuckStore(LoggedStore):
    """A store in a DuckDB file that exists; `create` makes one."""

    def __init__(self, path: str | Path) -> None:
        """Look at the file once, so that what is wrong with it is said here."""
        self._path = Path(path).absolute()
        with self._connection(read_only=True):
            pass

    @classmethod
    def create(cls, path: str | Path, structures: Structures) -> DuckStore:
        """A new file whose first revision installs some structures.

        The file is made under another name and appears whole or not at all; where somebody else's file
        has appeared meanwhile, that one is opened and left as it is.
        """
        path = Path(path).absolute()
        if not path.parent.is_dir():
            raise StoreNotFound(say(zh=f"没有文件夹 {path.parent}", en=f"there is no folder {path.parent}"))
        fresh = path.with_name(f".{path.name}.{secrets.token_hex(4)}.new")
        try:
            with connected(fresh, read_only=False, create=True) as con:
                schema.create(con, f"orgraph {__version__}")
                with _transaction(con) as session:
                    commit(
                        session,
                        Log(session),
                        installing(Structures({}), structures),
                        Intent("install", "、".join(structures.files)),
                    )
            _appear(fresh, path)
        finally:
            for leftover in (fresh, fresh.with_name(fresh.name + ".wal")):
                with suppress(OSError):
                    leftover.unlink(missing_ok=True)
        return cls(path)

    @property
    def address(self) -> str:
        """The path of the file."""
        return str(self._path)

    def query(self, text: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> pl.DataFrame:
        """Ask in SQL.

        Tables: ``units``, ``links``, ``people``, ``memberships``, ``measures`` by int32 keys; views with
        ids and names: ``units_today``, ``links_named``, ``memberships_named``, ``measures_named``,
        ``revisions``, ``structures``. The ``value`` of a figure counts the smallest unit of its measure; its
        ``amount`` in ``measures_named`` is what people read.
        """
        import duckdb

        with self._connection(read_only=True) as con:
            con.execute("SET enable_external_access = false")  # nor can files be read or written from SQL
            try:
                return DuckSession(con).frame(text, parameters or None)
            except (duckdb.Error, TypeError) as error:
                raise StoreError(say(zh=f"查询有误:{error}", en=f"the query is wrong: {error}")) from error

    @contextmanager
    def _session(self, *, write: bool = False) -> Iterator[DuckSession]:
        with self._connection(read_only=not write) as con:
            if not write:
                yield DuckSession(con)
                return
            with _transaction(con) as session:
                yield session

    @contextmanager
    def _connection(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        with connected(self._path, read_only=read_only) as con:
            _check_format(con, self._path)
            yield con

    def forget(self, person: str) -> int:
        """Erase a person's name, declared columns and contacts, down to the freed bytes of the file."""
        revision = super().forget(person)
        self._rewrite()
        return revision

    def _rewrite(self) -> None:
        """Write the file anew: freed blocks keep their bytes until something is written over them."""
        fresh = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}.new")
        try:
            with self._connection(read_only=False) as con:
                con.execute("CHECKPOINT")
                ((name,),) = con.execute("SELECT current_database()").fetchall()
                con.execute(f"ATTACH {_literal(str(fresh))} AS orgraph_fresh")
                con.execute(f"COPY FROM DATABASE {schema.quoted(name)} TO orgraph_fresh")
                con.execute("DETACH orgraph_fresh")
                with suppress(PermissionError):  # Windows lets nobody replace an open file: below, then
                    fresh.replace(self._path)
            if fresh.exists():
                fresh.replace(self._path)
        finally:
            fresh.unlink(missing_ok=True)


@contextmanager
def _transaction(con: duckdb.DuckDBPyConnection) -> Iterator[DuckSession]:
    con.execute("BEGIN TRANSACTION")
    try:
        yield DuckSession(con)
    except BaseException:
        con.execute("ROLLBACK")
        raise
    con.execute("COMMIT")


def _check_format(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    import duckdb

    try:
        ((found,),) = con.execute("SELECT format FROM orgraph").fetchall()
    except (duckdb.CatalogException, duckdb.BinderException):
        raise not_a_store(path) from None
    if found > schema.FORMAT:
        raise StoreError(
            say(
                zh=f"{path} 由更新版本的 orgraph 写成(格式 {found}):请升级 orgraph",
                en=f"{path} was written by a newer orgraph (format {found}): upgrade orgraph",
            )
        )


def _appear(fresh: Path, path: Path) -> None:
    """Give a finished file its name, unless another has it already."""
    try:
        os.link(fresh, path)
    except FileExistsError:
        return
    except OSError:  # a file system without hard links
        if not path.exists():
            fresh.replace(path)


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
