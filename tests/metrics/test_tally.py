"""Tallies of long tables against networkx and plain Python, by ids and by keys, from files of any cut."""

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orgs import forests, graph, ids, links, org_of

from orgraph.metrics.tally import tally
from orgraph.model.errors import OrgraphError, UnknownName

TREE = "structure: s\ntrees: {t: {}}\nkinds: {a: {root_of: [t], under: {t: [a]}}, out: {}}"


def grown(parents):
    units = [{"id": i, "kind": "a"} for i in ids(len(parents))]
    ties = links("t", *(f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None))
    return org_of(TREE, units=[*units, {"id": "out", "kind": "out"}], links=ties)


@settings(max_examples=60)
@given(forests(12), st.data(), st.booleans())
def test_rows_and_sums_of_every_unit_are_those_of_walking_below_it(parents, data, by_key):
    org = grown(parents)
    somewhere = st.sampled_from([*org.units["id"], "nobody", None])
    drawn = data.draw(st.lists(st.tuples(somewhere, st.none() | st.integers(-(10**15), 10**15)), max_size=25))
    if data.draw(st.booleans()):
        drawn = [(unit, value) for unit, value in drawn for _ in range(4)]
    table = pl.DataFrame(drawn, schema={"unit": pl.String, "fen": pl.Int64}, orient="row")
    if by_key:
        keys = {**dict(org.units.select("id", "key").rows()), "nobody": 10**6}
        table = table.with_columns(pl.col("unit").replace_strict(keys, return_dtype=pl.Int32))
    got = tally(org, table.lazy(), sums=["fen"])
    g = graph(org, "t")
    lost = [(u, v) for u, v in drawn if u in ("out", "nobody", None)]
    told = {i: row for i, *row in got.select("id", "here", "rows", "fen", "fen_completeness").rows()}
    assert set(told) == {*ids(len(parents)), *([None] if lost else [])}
    for unit, (here, rows, fen, completeness) in told.items():
        mine = lost if unit is None else [(u, v) for u, v in drawn if u in nx.descendants(g, unit) | {unit}]
        values = [v for _, v in mine if v is not None]
        assert (here, rows) == (sum(u == unit for u, _ in mine) if unit else len(lost), len(mine))
        assert fen == (sum(values) if values else None)
        assert completeness == (pytest.approx(len(values) / len(mine)) if mine else None)


def test_many_row_groups_and_files_are_one_table_and_sums_beyond_the_reach_of_floats_are_exact(tmp_path):
    """150 million million fen in all, the last fen included; Float64 ends at 9 · 10^15."""
    org = grown([None, 0, 0, 1, 1, 2])
    rng = np.random.default_rng(4)
    unit = rng.integers(0, 6, 300_000, dtype=np.int32)
    fen = rng.integers(49_000_000_001, 51_000_000_000, 300_000)
    table = pl.DataFrame({"unit": unit, "fen": fen})
    table[:100_000].write_parquet(tmp_path / "a.parquet", row_group_size=7_000)
    table[100_000:].write_parquet(tmp_path / "b.parquet", row_group_size=50_000)
    top = tally(org, tmp_path / "*.parquet", sums=["fen"]).row(0, named=True)
    assert (top["rows"], top["fen"]) == (300_000, sum(fen.tolist()))
    assert 1.4e16 < top["fen"] < 1.6e16


def test_columns_of_taken_names_and_tables_without_rows():
    org = grown([None, 0])
    table = pl.LazyFrame({"where": ["u1"], "rows": [7]})
    got = tally(org, table, unit="where", sums=["rows"])
    assert got.select("id", "here", "rows", "rows_").rows() == [("u0", 0, 1, 7), ("u1", 1, 1, 7)]
    none = tally(org, table.clear(), unit="where", sums=["rows"])
    assert none.select("rows", "rows_", "rows__completeness").rows() == [(0, None, None)] * 2
    assert tally(grown([]), table.clear(), unit="where").rows() == []


def test_what_cannot_be_tallied_is_refused():
    org = grown([None])
    table = pl.LazyFrame({"unit": ["u0"], "yuan": [1.5], "day": [None]})
    with pytest.raises(UnknownName, match="people"):
        tally(org, table, unit="people")
    with pytest.raises(UnknownName):
        tally(org, table, tree="party")
    with pytest.raises(OrgraphError, match="最小单位"):
        tally(org, table, sums=["yuan"])
    with pytest.raises(OrgraphError, match="yuan"):
        tally(org, table, unit="yuan")
    with pytest.raises(OrgraphError, match="alive"):
        tally(org_of(TREE, on=None), table)
