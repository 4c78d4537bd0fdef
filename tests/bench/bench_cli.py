"""Commands in processes of their own: help beside Typer's bare import, span beside a script that only reads.

The country is China's published divisions where they are at hand (see `tests/conftest.py`), else one of
their shape.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import polars as pl
from harness import ROOT, Run, bench
from synthetic import KINDS, country

ORGRAPH = "import sys; sys.path.insert(0, sys.argv.pop(1)); from orgraph.cli import main; main()"


def orgraph(*arguments: str) -> list[str]:
    """The command of this checkout."""
    return [sys.executable, "-c", ORGRAPH, str(ROOT), *arguments]


@bench
def cli_help(run: Run) -> None:
    """``orgraph --help``, beside ``import typer`` alone."""
    typer = [sys.executable, "-c", "import typer"]
    run.processes(
        "orgraph --help",
        {"orgraph": orgraph("--help"), "import typer": typer},
        rounds=9,
        within={"import typer": 2.5},
    )


@bench
def cli_span(run: Run) -> None:
    """``orgraph span`` on a stored country, beside Python and Polars that start and read the same rows."""
    with tempfile.TemporaryDirectory(prefix="orgraph-bench-") as scratch:
        folder = Path(scratch)
        rows = divisions()
        rows.write_parquet(folder / "rows.parquet")
        stored(rows, folder / "country.duckdb")
        bare = f"import polars as pl; pl.read_parquet({str(folder / 'rows.parquet')!r})"
        run.processes(
            f"orgraph span on a stored country of {rows.height:,} divisions",
            {
                "orgraph span": orgraph("span", "--store", str(folder / "country.duckdb")),
                "Python + Polars, only reading": [sys.executable, "-c", bare],
            },
            rounds=7,
            within={"Python + Polars, only reading": 5},
        )


def divisions() -> pl.DataFrame:
    """``code``, ``name``, ``parent``, ``level`` of a country."""
    published = Path(os.environ.get("ORGRAPH_DATA") or ROOT.parent / "shared" / "data")
    if (file := published / "divisions-2023.parquet").is_file():
        return pl.read_parquet(file)
    org = country(665_277, measures=False)
    parent = org.table("links").select(code="source", parent="target")
    rows = org.units.filter(pl.col("kind") != KINDS[0]).select(code="id", name="name", level="kind")
    return rows.join(parent, on="code", how="left", maintain_order="left")


def stored(rows: pl.DataFrame, path: Path) -> None:
    """A store that holds divisions."""
    import orgraph as og
    from orgraph.model.changes import Changes, Patch
    from orgraph.model.tables import FIXED, conform

    above = rows.filter(pl.col("parent").is_in(rows["code"]))
    frames = {
        "units": rows.select(id="code", kind="level", name="name", structure=pl.lit("base")),
        "links": above.select(source="code", target="parent", relation=pl.lit("territory")),
    }
    plain = {table: conform(frame, FIXED[table]) for table, frame in frames.items()}
    store = og.open(path, structure="base")
    store.apply(Changes({table: Patch(frame.clear(), frame) for table, frame in plain.items()}))
