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
from orgraph.store.duck import DuckStore

Fresh = Callable[..., Store]


def _duckdb(folder: Path) -> Iterator[Fresh]:
    templates: dict[Structures, Path] = {}
    numbers = count()

    def fresh(town: Structures) -> Store:
        if town not in templates:
            templates[town] = folder / f"template{len(templates)}.duckdb"
            DuckStore.create(templates[town], town)
        return DuckStore(shutil.copy(templates[town], folder / f"{next(numbers)}.duckdb"))

    yield fresh


MAKERS = {"duckdb": _duckdb}


@pytest.fixture(scope="module", params=list(MAKERS))
def fresh(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fresh]:
    """A maker of new stores with some structures and nothing else, at revision 1."""
    yield from MAKERS[request.param](tmp_path_factory.mktemp(request.param))


@pytest.fixture(scope="session")
def town() -> Structures:
    return structures(TOWN)


@pytest.fixture
def store(fresh: Fresh, town: Structures) -> Store:
    """A store with `first_town` as revision 2."""
    made = fresh(town)
    made.apply(first_town(town), note="第一次导入")
    return made
