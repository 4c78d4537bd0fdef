"""All 665,276 statistical divisions of China as one revision."""

import polars as pl
import pytest

import orgraph as og
from orgraph.model.changes import Changes, Patch
from orgraph.model.tables import FIXED, conform

COUNT = 665_276


@pytest.fixture(scope="module")
def country(shared_data) -> Changes:
    rows = pl.read_parquet(shared_data / "divisions-2023.parquet")
    units = conform(
        rows.select(id="code", kind="level", name="name", structure=pl.lit("base")),
        FIXED["units"],
    )
    above = rows.filter(pl.col("parent").is_not_null())
    links = conform(
        above.select(source="code", target="parent", relation=pl.lit("territory")), FIXED["links"]
    )
    return Changes({"units": Patch(units.clear(), units), "links": Patch(links.clear(), links)})


@pytest.mark.shared
@pytest.mark.slow
def test_the_whole_country_is_written_read_renamed_and_taken_back(tmp_path, country):
    store = og.open(tmp_path / "china.duckdb", structure="base")
    assert store.apply(country) == 2
    org = og.open(tmp_path / "china.duckdb").read()
    assert org.units["id"].equals(country["units"].into["id"])
    ends = ["source", "target", "relation"]
    assert org.table("links").select(ends).equals(country["links"].into.select(ends))
    assert len(org.hierarchy("territory")) == COUNT

    before = org.table("units").filter(pl.col("name").str.starts_with("东"))
    after = before.with_columns(name="◆" + pl.col("name"))
    assert store.apply(Changes({"units": Patch(before, after)}), expect=2) == 3
    assert store.read().units.filter(pl.col("name").str.starts_with("◆")).height == before.height
    assert store.read(revision=2).table("units").equals(org.table("units"))
    store.undo()
    assert store.read().table("units").equals(org.table("units"))
    assert store.undo(4) == 5
    assert store.read().units.filter(pl.col("name").str.starts_with("◆")).height == before.height

    scoped = store.read(scope="330411106")
    assert scoped.units.height == 1 + scoped.links.height
    assert set(scoped.links["relation"]) == {"territory"}
