"""Members by the hundred million: counted and summed at every unit, beside decoding the same columns."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl
from harness import ROOT, Run, bench
from synthetic import country

from orgraph.metrics.tally import tally
from orgraph.model.tables import Org

CHUNK = 5_000_000

OURS = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
from bench_members import kept
from orgraph.metrics.tally import tally
folder = Path(sys.argv[3])
told = tally(kept(folder), folder / "members-*.parquet", sums=["dues"])
assert told["rows"].max() == int(sys.argv[4])
"""


def members(folder: Path, units: int, rows: int) -> None:
    """Members, unit by unit as rosters come, with dues in fen; every tenth anywhere."""
    rng = np.random.default_rng(rows)
    for start in range(0, rows, CHUNK):
        some = min(CHUNK, rows - start)
        unit = (np.arange(start, start + some) * units // rows).astype(np.int32)
        astray = rng.random(some) < 0.1
        unit[astray] = rng.integers(0, units, int(astray.sum()))
        frame = pl.DataFrame({"unit": unit, "dues": rng.integers(0, 3_000_000, some)})
        frame.write_parquet(folder / f"members-{start:010}.parquet", row_group_size=1_000_000)


def keep(org: Org, folder: Path) -> None:
    """The units and links of an organisation as files."""
    org.units.write_parquet(folder / "units.parquet")
    org.links.write_parquet(folder / "links.parquet")


def kept(folder: Path) -> Org:
    """An organisation from such files."""
    plain = country(10, measures=False)
    units, links = (pl.read_parquet(folder / f"{t}.parquet") for t in ("units", "links"))
    return Org(units, links, plain.people, plain.memberships, plain.measures, plain.structures, on=plain.on)


def decoded(folder: Path) -> None:
    """Nothing but the decoding, batch by batch."""
    for _ in pl.scan_parquet(folder / "members-*.parquet").collect_batches(maintain_order=False):
        pass


def streamed(folder: Path, org: Org) -> pl.DataFrame:
    """The same by Polars: grouped in its streaming engine, then joined and summed level by level."""
    found = pl.scan_parquet(folder / "members-*.parquet").group_by("unit")
    sums = found.agg(rows=pl.len(), dues=pl.col("dues").sum()).collect(engine="streaming")
    level = org.units.select(unit="key").join(sums, on="unit", how="left").fill_null(0)
    parent = org.links.select(unit="source", up="target")
    done, more = [level], level
    while more.height:
        more = more.join(parent, on="unit").group_by(unit="up").agg(pl.col("rows", "dues").sum())
        done.append(more)
    return pl.concat(done, how="vertical_relaxed").group_by("unit").agg(pl.col("rows", "dues").sum())


@bench
def members_tally(run: Run) -> None:
    """Members of all units counted, their dues summed, both rolled up; the memory of the whole process."""
    for units, rows in run.sizes([(50_000, 1_000_000)], [(500_000, 10_000_000), (5_000_000, 100_000_000)]):
        with tempfile.TemporaryDirectory(prefix="orgraph-bench-") as scratch:
            folder = Path(scratch)
            keep(country(units, measures=False), folder)
            members(folder, units, rows)
            org, huge = kept(folder), rows >= 100_000_000
            org.hierarchy("territory")
            files = folder / "members-*.parquet"
            ours = tally(org, files, sums=["dues"])
            if not huge:
                assert_alike(ours, streamed(folder, org), org)
            run.race(
                f"{rows:,} members of {units:,} units, counted, summed, rolled up",
                {
                    "orgraph": lambda o=org, f=files: tally(o, f, sums=["dues"]),
                    "decoding the columns": lambda f=folder: decoded(f),
                    "Polars streaming, level by level": lambda f=folder, o=org: streamed(f, o),
                },
                rounds=3,
                within={"decoding the columns": 3} if huge else {},
            )
            del ours, org
            run.processes(
                f"{rows:,} members of {units:,} units, the whole process",
                {
                    "orgraph": [
                        *(sys.executable, "-c", OURS, str(ROOT), str(Path(__file__).parent)),
                        *(str(folder), str(rows)),
                    ]
                },
                rounds=1,
                most=2 << 30,
            )


def assert_alike(ours: pl.DataFrame, theirs: pl.DataFrame, org: Org) -> None:
    """Refuse to time what gives other figures."""
    named = theirs.join(org.units.select("id", unit="key"), on="unit").select("id", "rows", "dues").sort("id")
    mine = ours.select("id", "rows", pl.col("dues").fill_null(0)).sort("id")
    assert mine.equals(named.cast({"rows": pl.Int64}))
