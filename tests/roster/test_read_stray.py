"""A stray cell in a large workbook is left out and said; what that costs is measured in ``tests/bench``."""

from __future__ import annotations

import polars as pl
import pytest
from raw_workbooks import with_stray_cell

from orgraph.exchange.workbook import write_workbook
from orgraph.roster.reading.files import read_files

pytestmark = pytest.mark.slow

ROWS = 100_000


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    number = pl.int_range(ROWS, eager=True)
    frame = pl.DataFrame(
        {
            "编号": number.cast(pl.String).str.zfill(16),
            "村社": "洪合社区" + (number // 100).cast(pl.String),
            "姓名": "张三",
            "电话": number + 13_800_000_000,
            "户数": number % 90,
            "人口": number % 300,
        }
    )
    return write_workbook(tmp_path_factory.mktemp("large") / "a.xlsx", {"微网格": frame}), frame


def test_a_stray_cell_in_a_large_workbook(large, tmp_path):
    path, frame = large
    stray = with_stray_cell(path, tmp_path / "b.xlsx")
    (plain,), _ = read_files([path])
    (cropped,), found = read_files([stray])
    assert cropped.cells.equals(plain.cells)
    assert cropped.cells.shape == (ROWS + 1, frame.width)
    assert found.select("code", "row", "column").rows() == [("far-cell", 1_048_576, "XFD")]
