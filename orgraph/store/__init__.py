"""Stores: where a dated organisation is kept, with the log of how it came to be known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from orgraph.model.errors import StoreError, StoreNotFound
from orgraph.model.glossary import say
from orgraph.store.protocol import Store

if TYPE_CHECKING:
    from orgraph.model.structure import Structures
    from orgraph.store.neo.address import NeoAddress, NeoOptions

__all__ = ["Store", "look", "open"]

SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+)://")


def open(
    address: str | Path,
    *,
    structure: str | Path | Structures | None = None,
    options: NeoOptions | None = None,
) -> Store:
    """Open a store, or make one.

    Parameters
    ----------
    address
        The path of a DuckDB file, such as ``honghe.duckdb``, or ``neo4j://host:7687/database`` (also
        ``neo4j+s``, ``neo4j+ssc``, ``bolt``, ``bolt+s``, ``bolt+ssc``).
    structure
        A bundled structure by name, a YAML file, or structures already loaded. Where there is no store
        yet, it is made with them; a store that lacks any of them gets those.
    options
        How to reach a Neo4j server; what is not given comes from the address, then from the environment
        (``ORGRAPH_NEO4J_USER``, ``…_PASSWORD``, ``…_DATABASE``).

    Returns
    -------
    Store
        To be used as it is, or in a ``with`` block.

    Raises
    ------
    StoreNotFound
        There is no file, and no structure to make one with.
    StoreBusy
        Another process holds the file, or writes to the database.
    StoreError
        The address is of a form not known here, or the file is no store.

    Examples
    --------
    >>> import tempfile
    >>> import orgraph as og
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     store = og.open(f"{folder}/honghe.duckdb", structure="honghe")
    ...     store.revision, "honghe" in store.structures
    (1, True)
    """
    form = SCHEME.match(str(address))
    if form:
        return _shared(str(address), form[1], structure, options)
    from orgraph.store.duck.store import DuckStore

    path = Path(address)
    if structure is None:
        return DuckStore(path)
    structures = _loaded(structure)
    return _with(DuckStore(path) if path.exists() else DuckStore.create(path, structures), structures)


def look(address: str | Path) -> None:
    """Raise at once what `open` would of a missing file or a wrong address; a server is not asked."""
    form = SCHEME.match(str(address))
    if form:
        _at_server(str(address), form[1], None)
    else:
        from orgraph.store.duck.file import look_at

        look_at(Path(address).absolute())


def _at_server(address: str, form: str, options: NeoOptions | None) -> NeoAddress:
    """Where a store in Neo4j is."""
    from orgraph.store.neo.address import is_neo4j, read_address

    if not is_neo4j(address):
        known = say(zh="DuckDB 文件的路径(如 org.duckdb)、neo4j://", en="the path of a DuckDB file, neo4j://")
        raise StoreError(
            say(
                zh=f"不认识的库地址 {form}://…。认识的有:{known}",
                en=f"an address of the form {form}://… is not known here. Known: {known}",
            )
        )
    return read_address(address, options)


def _shared(
    address: str, form: str, structure: str | Path | Structures | None, options: NeoOptions | None
) -> Store:
    """A store in Neo4j."""
    where = _at_server(address, form, options)
    from orgraph.store.neo.store import NeoStore

    if structure is None:
        return NeoStore(where)
    structures = _loaded(structure)
    try:
        store = NeoStore(where)
    except StoreNotFound:
        return NeoStore.create(where, structures)
    return _with(store, structures)


def _with(store: Store, structures: Structures) -> Store:
    """The store, with those of the structures that it lacked."""
    there = store.structures
    lacking = {id_: file for id_, file in structures.files.items() if id_ not in there}
    if lacking:
        store.install(type(structures)(lacking))
    return store


def _loaded(structure: str | Path | Structures) -> Structures:
    from orgraph.model.structure import Structures

    return structure if isinstance(structure, Structures) else Structures.load(structure)
