"""What the tests may find missing, and when that is a failure.

A part that a machine may lack (a browser, the published data) skips the tests that need it, with the
reason. Named in ``ORGRAPH_REQUIRE`` (comma-separated: ``browser``, ``shared``), its absence fails them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from hypothesis import settings

from orgraph.model.glossary import set_language

settings.register_profile("dev", deadline=None)  # a busy machine is no failure
settings.register_profile("ci", deadline=None, max_examples=300, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

ROOT = Path(__file__).resolve().parent.parent

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def require(name: str, reason: str) -> NoReturn:
    """End the test because part `name` is missing: as a failure where it is required, else as a skip."""
    required = {part.strip() for part in os.environ.get("ORGRAPH_REQUIRE", "").split(",")}
    if name in required:
        pytest.fail(f"{reason} (required by ORGRAPH_REQUIRE)", pytrace=False)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def _language() -> None:
    """Every test starts in Chinese, whatever the one before it chose."""
    set_language("zh")


@pytest.fixture(scope="session")
def root() -> Path:
    """The checkout."""
    return ROOT


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of published data: ``$ORGRAPH_DATA``, else ``../shared/data`` beside the checkout."""
    folder = Path(os.environ.get("ORGRAPH_DATA") or ROOT.parent / "shared" / "data")
    if not (folder / "divisions-2023.parquet").is_file():
        require("shared", f"the published data is not in {folder}; set ORGRAPH_DATA")
    return folder


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium: ``$ORGRAPH_CHROMIUM``, else the first found on the path."""
    candidates = [os.environ.get("ORGRAPH_CHROMIUM", ""), *BROWSERS]
    found = next((path for c in candidates if c and (path := shutil.which(c))), None)
    if found is None:
        require("browser", "no Chromium found; install it or set ORGRAPH_CHROMIUM")
    return found


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``orgraph demo`` writes, made once; `demo.txt` holds what it said."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "orgraph", "demo", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "demo.txt").write_text(done.stdout, encoding="utf-8")
    return folder
