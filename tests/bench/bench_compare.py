"""Change between two dated states, beside a full join in DuckDB."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import polars as pl
from harness import Run, bench
from others import Stream
from synthetic import DAY, country

from orgraph.metrics.compare import compare
from orgraph.model.tables import Org

LATER = date(2022, 5, 31)
"""When what changes changes."""


def history(n: int, seed: int = 3) -> Org:
    """All versions: of 4,000 units one is renamed, one moves, one ends and one comes, all on one day."""
    org = country(n, measures=False)
    rng = np.random.default_rng(seed)
    lot = rng.integers(0, 4000, n)
    village = (org.units["kind"] == "village").to_numpy()
    renamed, moved, ended = lot == 0, (lot == 1) & village, (lot == 2) & village
    units = org.units.with_columns(until=pl.when(pl.Series(renamed | ended)).then(LATER))
    again = org.units.filter(pl.Series(renamed)).with_columns(name="新" + pl.col("name"), since=LATER)
    fresh = org.units.filter(pl.Series((lot == 3) & village))
    fresh = fresh.with_columns(
        key=pl.int_range(n, n + fresh.height, dtype=pl.Int32), id="新" + pl.col("id"), since=LATER
    )
    child = org.links["source"].to_numpy()
    links = org.links.with_columns(until=pl.when(pl.Series((moved | ended)[child])).then(LATER))
    come = np.append(np.flatnonzero(moved).astype(np.int32), fresh["key"].to_numpy())
    towns = org.units.filter(kind="town")["key"].to_numpy()
    new = pl.select(
        source=pl.Series(come),
        target=pl.Series(rng.choice(towns, len(come))),
        relation=pl.repeat("territory", len(come)),
        since=pl.repeat(LATER, len(come)),
        until=pl.repeat(None, len(come), dtype=pl.Date),
    )
    return replace(
        org,
        units=pl.concat([units, again, fresh]).sort("key", maintain_order=True),
        links=pl.concat([links, new]),
        on=None,
    )


class FullJoin:
    """Both states as tables of DuckDB: units with the id of the one above; what differs, by a full join."""

    def __init__(self, before: Org, after: Org) -> None:
        import duckdb

        self.con = duckdb.connect()
        for name, org in (("before", before), ("after", after)):
            parent = org.table("links").filter(relation="territory").select(id="source", parent="target")
            frame = org.units.drop("key").join(parent, on="id", how="left")
            self.con.register("frame", Stream(frame))
            self.con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
            self.con.unregister("frame")

    def differ(self) -> int:
        """How many units came, went, or differ in any column."""
        columns = ("kind", "structure", "name", "status", "parent")
        differs = " OR ".join(f"b.{c} IS DISTINCT FROM a.{c}" for c in columns)
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE told AS SELECT coalesce(a.id, b.id) AS id, b.id IS NULL AS added,"
            " a.id IS NULL AS ended, b.name AS was, a.name AS now, b.parent AS above, a.parent AS above_now"
            f" FROM before b FULL JOIN after a USING (id) WHERE a.id IS NULL OR b.id IS NULL OR {differs}"
        )
        return int(self.con.execute("SELECT count(*) FROM told").fetchone()[0])


@bench
def compare_states(run: Run) -> None:
    """Two days of one timeline or store, and the same two states without knowledge of where they are from."""
    for n in run.sizes([1_000, 1_000_000], [10_000_000]):
        timeline = history(n)
        before, after = timeline.alive(DAY), timeline.alive(LATER)
        join = FullJoin(before, after)
        assert compare(before, after)["id"].n_unique() == join.differ()
        run.race(
            f"what changed between two days of {n:,} units",
            {"orgraph": lambda a=before, b=after: compare(a, b), "DuckDB full join": join.differ},
            faster={"DuckDB full join": 20} if n >= 10_000_000 else {},
        )
        before, after = replace(before), replace(after)
        run.race(
            f"what differs between any two states of {n:,} units",
            {"orgraph": lambda a=before, b=after: compare(a, b), "DuckDB full join": join.differ},
            rounds=3,
        )
