"""The small town that the tests of the importer know, as a structure."""

from __future__ import annotations

import pytest
from roster_desk import TOWN

import orgraph as og


@pytest.fixture(scope="session")
def desk_of_town() -> og.Structures:
    return og.Structures.from_texts({"town": TOWN})
