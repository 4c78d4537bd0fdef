"""Reading a store on a day, beside the same tables by plain SELECT: what dates, keys and structures cost."""

from __future__ import annotations

import tempfile
from pathlib import Path

import polars as pl
from harness import Run, bench
from synthetic import DAY, peopled

import orgraph as og
from orgraph.model.changes import Changes, Patch
from orgraph.model.tables import TABLES
from orgraph.store.protocol import Store


def stored(n: int, path: Path) -> og.Org:
    """A store with `n` units, their people and figures; what it was made from."""
    org = peopled(n)
    store = og.open(path, structure=org.structures)
    tables = {table: org.table(table) for table in TABLES}
    store.apply(Changes({table: Patch(frame.clear(), frame) for table, frame in tables.items()}))
    return org


def selected(path: Path) -> list[pl.DataFrame]:
    """The five tables as they lie in the file."""
    import duckdb

    with duckdb.connect(str(path), read_only=True) as con:
        return [pl.DataFrame(con.sql(f"SELECT * FROM {table}")) for table in TABLES]


@bench
def store_read(run: Run) -> None:
    """A day of a store as an `Org`, with both trees built or without."""
    for n in run.sizes([1_000, 100_000], [10_000, 1_000_000, 10_000_000]):
        with tempfile.TemporaryDirectory(prefix="orgraph-bench-") as scratch:
            path = Path(scratch) / "country.duckdb"
            made = stored(n, path)
            store = og.open(path)
            assert store.read(on=DAY).units["id"].equals(made.units["id"])

            def with_trees(store: Store = store) -> None:
                org = store.read(on=DAY)
                for tree in ("territory", "party"):
                    org.hierarchy(tree)

            run.race(
                f"read a day of {n:,} units, {2 * n:,} links and {made.memberships.height:,} posts",
                {
                    "orgraph": lambda s=store: s.read(on=DAY),
                    "orgraph, with both trees": with_trees,
                    "plain SELECT into Polars": lambda p=path: selected(p),
                },
                rounds=3,
                moved=sum(int(getattr(made, t).estimated_size()) for t in TABLES),
            )
