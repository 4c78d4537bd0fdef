"""One suite for all stores: a test asks for `fresh` and gets a maker of empty stores, one for each kind.

Another kind of store joins by one more entry of `MAKERS`.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from store_samples import TOWN, first_town, structures

from orgraph.model.structure import Structures
from orgraph.store import Store
from orgraph.store.duck.store import DuckStore
from orgraph.store.neo.address import NeoOptions
from orgraph.store.neo.store import NeoStore

Fresh = Callable[..., Store]


def _duckdb(request: pytest.FixtureRequest) -> Iterator[Fresh]:
    folder = request.getfixturevalue("tmp_path_factory").mktemp("duckdb")
    templates: dict[Structures, Path] = {}
    numbers = count()

    def fresh(town: Structures) -> Store:
        if town not in templates:
            templates[town] = folder / f"template{len(templates)}.duckdb"
            DuckStore.create(templates[town], town)
        return DuckStore(shutil.copy(templates[town], folder / f"{next(numbers)}.duckdb"))

    yield fresh


def _neo4j(request: pytest.FixtureRequest) -> Iterator[Fresh]:
    """One database: each new store takes the place of the one before."""
    database = request.getfixturevalue("neo4j_database")
    options = NeoOptions(**database.login, contacts=True)

    def fresh(town: Structures) -> Store:
        database.empty()
        return NeoStore.create(database.uri, town, options)

    yield fresh


MAKERS = {"duckdb": _duckdb, "neo4j": _neo4j}


@pytest.fixture(scope="module", params=list(MAKERS))
def fresh(request: pytest.FixtureRequest) -> Iterator[Fresh]:
    """A maker of new stores with some structures and nothing else, at revision 1."""
    yield from MAKERS[request.param](request)


@pytest.fixture(scope="session")
def town() -> Structures:
    return structures(TOWN)


@pytest.fixture
def store(fresh: Fresh, town: Structures) -> Store:
    """A store with `first_town` as revision 2."""
    made = fresh(town)
    made.apply(first_town(town), note="第一次导入")
    return made
