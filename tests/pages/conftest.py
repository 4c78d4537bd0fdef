"""Pictures to draw, and a Chromium to open them in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from orgraph.model.structure import Structures
from orgraph.model.tables import Org

DAY = date(2022, 4, 30)


@pytest.fixture(scope="session")
def jiaxing(root: Path) -> Org:
    """The 1,283 published divisions of Jiaxing, and 120 estates and micro-grids under Honghe's villages."""
    given = pl.read_csv(root / "examples/divisions/divisions-jiaxing.csv", infer_schema=False)
    villages = given.filter(pl.col("parent") == "330411106")["code"].to_list()
    estates = [f"{villages[n % len(villages)]}/小区{n}" for n in range(20)]
    grids = [f"{estates[n % 20]}/微网格{n}" for n in range(100)]
    units = pl.concat(
        [
            given.select(id="code", name="name", kind="level", structure=pl.lit("divisions")),
            pl.DataFrame({"id": estates, "name": [e.split("/")[-1] for e in estates]}).with_columns(
                kind=pl.lit("estate"), structure=pl.lit("honghe")
            ),
            pl.DataFrame({"id": grids, "name": [g.split("/")[-1] for g in grids]}).with_columns(
                kind=pl.lit("micro_grid"), structure=pl.lit("honghe")
            ),
        ]
    ).with_columns(status=pl.when(pl.col("kind") == "estate").then(pl.lit("occupied")))
    below = pl.DataFrame({"source": estates + grids})
    links = pl.concat(
        [
            given.drop_nulls("parent").select(source="code", target="parent"),
            below.select("source", target=pl.col("source").str.replace(r"/[^/]*$", "")),
        ]
    ).with_columns(relation=pl.lit("territory"))
    return Org.from_tables(Structures.load("divisions", "honghe"), on=DAY, units=units, links=links)


@dataclass
class Opened:
    """A page open in a browser, and everything it did that a page must not do."""

    page: object
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def ready(self) -> float:
        """Milliseconds from opening the file to its first picture."""
        return float(self.page.get_attribute("html", "data-ready"))

    def names(self) -> list[str]:
        """The names written on the picture now."""
        return self.page.evaluate("names.written().map(b => island.units.short[b.i])")

    def wait_still(self) -> None:
        """Until a movement of the picture is over."""
        self.page.wait_for_timeout(700)


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
