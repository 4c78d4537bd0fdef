"""A clerk's desk for every test of the importer."""

from __future__ import annotations

from pathlib import Path

import pytest
from roster_desk import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)
