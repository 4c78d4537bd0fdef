"""What the tests may find missing, and when that is a failure.

A part that a machine may lack (a browser, the published data) skips the tests that need it, with the
reason. Named in ``ORGRAPH_REQUIRE`` (comma-separated: ``browser``, ``shared``, ``neo4j``), its absence
fails them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import pytest
from hypothesis import settings

from orgraph.model.glossary import set_language

if TYPE_CHECKING:
    from browsing import Opened
    from neo4j_server import Database

settings.register_profile("dev", deadline=None)  # a busy machine is no failure
settings.register_profile("ci", deadline=None, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

ROOT = Path(__file__).resolve().parent.parent


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Examples in docstrings are run in the package; beside the tests lie scripts and what tests share."""
    name = collection_path.name
    beside = name.endswith(".py") and not name.startswith("test_") and name != "conftest.py"
    return True if beside else None


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
def browser(chromium: str) -> Iterator[object]:
    """One Chromium for all tests of pages."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
        )
        yield started
        started.close()


@pytest.fixture
def open_page(browser: object) -> Iterator[Callable[[Path], Opened]]:
    """Open a file as a double click does; wait for its first picture."""
    from browsing import Opened

    opened = []

    def open_(path: Path, width: int = 1440, height: int = 900) -> Opened:
        page = browser.new_page(viewport={"width": width, "height": height})
        opened.append(page)
        made = Opened(page)
        page.on("request", lambda request: made.requests.append(request.url))
        page.on("console", lambda message: made.complaints.append(message.text))
        page.on("pageerror", lambda error: made.complaints.append(str(error)))
        page.goto(path.as_uri())
        page.wait_for_selector("html[data-ready]", state="attached")
        return made

    yield open_
    for page in opened:
        page.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that ``orgraph demo`` writes, made once; `demo.txt` holds what it said."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "orgraph", "demo", str(folder)]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (folder / "demo.txt").write_text(done.stdout, encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def neo4j_runnable() -> None:
    """Skip (or fail, where it is required) on a machine that cannot run a Neo4j server."""
    from neo4j_server import missing

    if reason := missing():
        require("neo4j", reason)
    try:
        import neo4j  # noqa: F401
    except ImportError:
        require("neo4j", "the package neo4j is not installed: pip install '.[neo4j]'")


@pytest.fixture(scope="session")
def neo4j_database(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Database]:
    """The one Neo4j server of the session: ``$ORGRAPH_TEST_NEO4J_URI``, else one started here.

    The address given may carry its account (``bolt://user:password@host:7687``).
    """
    from urllib.parse import unquote, urlsplit

    from neo4j_server import FEW_PLANS, Database, Server

    given, server = os.environ.get("ORGRAPH_TEST_NEO4J_URI"), None
    if given:
        parts = urlsplit(given)
        where = f"{parts.scheme}://{parts.hostname}:{parts.port or 7687}"
        database = Database(where, unquote(parts.username or "neo4j"), unquote(parts.password or ""))
    else:
        request.getfixturevalue("neo4j_runnable")
        server = Server(tmp_path_factory.mktemp("neo4j"), more=FEW_PLANS).start()
        database = Database(server.uri, "neo4j", server.password, server)
    try:
        database.claim()
        yield database
    finally:
        database.close()
        if server is not None:
            server.stop()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Under pytest-xdist a file runs in one worker, and all tests of the one server in one."""
    if not config.pluginmanager.hasplugin("xdist"):
        return
    for item in items:
        served = "neo4j" in item.nodeid or "neo4j_database" in getattr(item, "fixturenames", ())
        item.add_marker(pytest.mark.xdist_group("neo4j" if served else str(item.path)))


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest-xdist keep groups together, which it does only when told."""
    if getattr(config.option, "dist", "no") == "load":
        config.option.dist = "loadgroup"
