"""Stores: where a dated organisation is kept, with the log of how it came to be known."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

from orgraph.model.errors import StoreError
from orgraph.model.glossary import say
from orgraph.store.protocol import Store

if TYPE_CHECKING:
    from orgraph.model.structure import Structures

__all__ = ["Store", "open"]

SCHEME = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]+)://")


def open(address: str | Path, *, structure: str | Path | Structures | None = None) -> Store:
    """Open a store, or make one.

    Parameters
    ----------
    address
        The path of a DuckDB file, such as ``honghe.duckdb``.
    structure
        A bundled structure by name, a YAML file, or structures already loaded. Where there is no store
        yet, it is made with them; a store that lacks any of them gets those.

    Returns
    -------
    Store
        To be used as it is, or in a ``with`` block.

    Raises
    ------
    StoreNotFound
        There is no file, and no structure to make one with.
    StoreBusy
        Another process holds the file.
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
    from orgraph.store.duck import DuckStore

    form = SCHEME.match(str(address))
    if form:
        known = say(zh="DuckDB 文件的路径,如 org.duckdb", en="the path of a DuckDB file, such as org.duckdb")
        raise StoreError(
            say(
                zh=f"不认识的库地址 {form[1]}://…。认识的有:{known}",
                en=f"an address of the form {form[1]}://… is not known here. Known: {known}",
            )
        )
    path = Path(address).expanduser()
    if structure is None:
        return DuckStore(path)
    structures = _loaded(structure)
    store = DuckStore(path) if path.exists() else DuckStore.create(path, structures)
    there = store.structures
    lacking = {id_: file for id_, file in structures.files.items() if id_ not in there}
    if lacking:
        store.install(type(structures)(lacking))
    return store


def _loaded(structure: str | Path | Structures) -> Structures:
    from orgraph.model.structure import Structures

    return structure if isinstance(structure, Structures) else Structures.load(structure)
