"""What pages are made of."""

from __future__ import annotations

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
