"""A million micro-grids from one file into a store, beside what merely reading the file costs.

Ours is the whole of ``orgraph import`` in a process of its own: read, recognise, clean, check, resolve,
apply. Beside it: the same engine that only reads. A race of its own, over 100,000 rows, has pandas with a
pydantic model for each row beside us: that checks fields and neither resolves nor stores anything. It makes
the same findings: every row that pydantic refuses is kept with its line, none stops the rest.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

import polars as pl
from harness import Run, bench
from raw_workbooks import with_stray_cell

ROOT = str(Path(__file__).resolve().parents[2])

OURS = """
import shutil, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from orgraph.cli import main
kept = Path(sys.argv[3])
store = shutil.copyfile(kept, kept.with_name("work.duckdb"))
sys.argv = ["orgraph", "import", sys.argv[2], "--on", "2022-05-31", "--store", str(store)]
main()
"""

FASTEXCEL = """
import fastexcel, sys
fastexcel.read_excel(sys.argv[1]).load_sheet(0, dtypes="string").to_polars()
"""

POLARS = "import polars as pl, sys; pl.read_csv(sys.argv[1], infer_schema=False)"

PANDAS = """
import sys
import pandas as pd
from pydantic import BaseModel, Field, ValidationError
class MicroGrid(BaseModel):
    社区: str = Field(min_length=1)
    小区: str = Field(min_length=1)
    网格: str
    警格: str
    第三网格: str
    微网格: str = Field(min_length=1)
    户数: int = Field(ge=0)
    人口: int = Field(ge=0)
    新居民: int = Field(ge=0)
read = pd.read_csv if sys.argv[1].endswith("csv") else pd.read_excel
frame = read(sys.argv[1])
made, wrong = [], []
for line, row in enumerate(frame.to_dict("records"), start=2):
    try:
        made.append(MicroGrid.model_validate(row))
    except ValidationError as error:
        wrong += [(line, one["loc"], one["msg"]) for one in error.errors()]
if len(made) != len(frame):
    raise SystemExit(str(wrong[:3]))
"""

PEAK = 2 << 30
"""Bytes of memory that an import of a million rows may take."""

VILLAGES, ESTATES, GRIDS = 100, 10_000, 1_000


def _upper(folder: Path) -> None:
    """What stands above the micro-grids: villages, estates, and grids of three kinds."""
    codes = pl.int_range(VILLAGES, eager=True)
    above = pl.DataFrame(
        {
            "code": ["33", "3304", "330411", "330411005"],
            "name": ["浙江省", "嘉兴市", "秀洲区", "高照街道"],
            "parent": ["", "33", "3304", "330411"],
            "level": ["province", "city", "county", "town"],
        }
    )
    villages = pl.select(
        code=(330_411_005_001 + codes).cast(pl.String),
        name=pl.format("第{}社区", codes),
        parent=pl.lit("330411005"),
        level=pl.lit("village"),
    )
    pl.concat([above, villages]).write_csv(folder / "1-divisions.csv")
    e, g = pl.int_range(ESTATES, eager=True), pl.int_range(GRIDS, eager=True)
    village = pl.format("第{}社区", e // (ESTATES // VILLAGES))
    pl.select(社区=village, 小区=pl.format("第{}小区", e), 状态=pl.lit("已入住")).write_csv(
        folder / "2-estates.csv"
    )
    village = pl.format("第{}社区", g // (GRIDS // VILLAGES))
    pl.concat(
        [
            pl.select(社区=village, 类别=pl.lit(kind), 网格=pl.format("第{}{}", g, pl.lit(kind)))
            for kind in ("网格", "警格", "第三网格")
        ]
    ).write_csv(folder / "3-grids.csv")


def make_store(folder: Path) -> Path:
    """A store that holds what stands above the micro-grids."""
    import orgraph

    upper = folder / "upper"
    upper.mkdir()
    _upper(upper)
    path = folder / "kept.duckdb"
    store = orgraph.open(path, structure="gaozhao")
    for file in sorted(upper.iterdir()):
        draft = orgraph.read_rosters(file, into=store, on="2022-04-30")
        if not draft.ok:
            raise SystemExit(str(draft.findings.head(5).to_dicts()))
        store.apply(draft.changes)
    return path


def make_roster(folder: Path, n: int) -> dict[str, Path]:
    """`n` micro-grids as a workbook and as CSV."""
    import rustpy_xlsxwriter

    i = pl.int_range(n, eager=True)
    estate, grid = i * ESTATES // n, i * GRIDS // n
    roster = pl.select(
        社区=pl.format("第{}社区", i * VILLAGES // n),
        小区=pl.format("第{}小区", estate),
        网格=pl.format("第{}网格", grid),
        警格=pl.format("第{}警格", grid),
        第三网格=pl.format("第{}第三网格", grid),
        微网格=pl.format("第{}微网格", i),
        户数=50 + i % 51,
        人口=120 + i % 200,
        新居民=i % 60,
    )
    files = {"xlsx": folder / "micro-grids.xlsx", "csv": folder / "micro-grids.csv"}
    rustpy_xlsxwriter.write_worksheets([("微网格花名册", roster)], str(files["xlsx"]))
    roster.write_csv(files["csv"])
    return files


def _race(
    run: Run, kind: str, beside: tuple[str, str], wanted: dict[str, dict[str, float]], *, n: int
) -> None:
    """Import a file of `n` rows `beside` something else; `wanted`: as `Run.processes` has it."""
    python = [sys.executable, "-c"]
    with tempfile.TemporaryDirectory(prefix="orgraph-bench-") as scratch:
        folder = Path(scratch)
        store, file = make_store(folder), str(make_roster(folder, n)[kind])
        commands = {
            "orgraph import": [*python, OURS, ROOT, file, str(store)],
            beside[0]: [*python, beside[1], file],
        }
        run.processes(f"import {n:,} micro-grids, .{kind}", commands, **wanted, most=PEAK)


@bench
def import_workbook(run: Run) -> None:
    """The whole import of a workbook: at most twice what fastexcel needs to read it."""
    for n in run.sizes([100_000], [1_000_000]):
        reader = "only reading: fastexcel"
        _race(run, "xlsx", (reader, FASTEXCEL), {"within": {reader: 2}} if n >= 1_000_000 else {}, n=n)


@bench
def import_csv(run: Run) -> None:
    """The whole import of a CSV: at most 12 times what Polars needs to read it."""
    for n in run.sizes([100_000], [1_000_000]):
        reader = "only reading: Polars"
        _race(run, "csv", (reader, POLARS), {"within": {reader: 12}} if n >= 1_000_000 else {}, n=n)


@bench
def import_beside_pandas(run: Run) -> None:
    """The whole import beside pandas and a pydantic model for each row, which only checks fields."""
    from importlib.util import find_spec

    if not (find_spec("pandas") and find_spec("openpyxl")):
        print("\nimport_beside_pandas: pandas and openpyxl are not installed")
        return
    for n in run.sizes([10_000], [100_000]):
        for kind in ("csv", "xlsx"):
            _race(run, kind, ("pandas + pydantic row by row", PANDAS), {}, n=n)


@bench
def look_through_workbook(run: Run) -> None:
    """The pass over a workbook's XML that goes before its reader; a workbook with one stray cell."""
    import fastexcel

    from orgraph.roster.reading.files import read_files
    from orgraph.roster.reading.xlsx_scan import scan_sheet

    for n in run.sizes([100_000], [1_000_000]):
        with tempfile.TemporaryDirectory(prefix="orgraph-bench-") as scratch:
            plain = make_roster(Path(scratch), n)["xlsx"]
            stray = with_stray_cell(plain, Path(scratch, "stray.xlsx"))

            def look(plain: Path = plain) -> None:
                with zipfile.ZipFile(plain) as archive, archive.open("xl/worksheets/sheet1.xml") as stream:
                    scan_sheet(stream)

            def read(plain: Path = plain) -> None:
                fastexcel.read_excel(str(plain)).load_sheet(0, header_row=None, dtypes="string").to_polars()

            run.race(f"look through {n:,} rows", {"the pass": look, "reading: fastexcel": read}, rounds=3)
            run.race(
                f"read {n:,} rows with one stray cell",
                {
                    "orgraph": lambda file=stray: read_files([file]),
                    "orgraph, no stray cell": lambda file=plain: read_files([file]),
                },
                rounds=3,
            )
