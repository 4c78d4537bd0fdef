"""``orgraph import --findings``: the clerk's workbook, marked, and the store as the import left it."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

import orgraph
from orgraph.cli.app import app

DIVISIONS = """code,name,parent,level
33,浙江省,,province
3304,嘉兴市,33,city
330411,秀洲区,3304,county
330411106,洪合镇,330411,town
330411106002,人和社区,330411106,village
"""


def run(*args: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in args])


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path, roster = tmp_path / "org.duckdb", tmp_path / "divisions.csv"
    assert run("init", "divisions", "honghe", "--store", path).exit_code == 0
    roster.write_text(DIVISIONS, encoding="utf-8")
    assert run("import", roster, "--on", "2022-01-01", "--store", path).exit_code == 0
    return path


def estates(path: Path, *rows: tuple[object, ...]) -> Path:
    book = openpyxl.Workbook()
    for row in (["小区花名册(截至2022年4月30日)"], ["社区", "小区", "状态"], *rows):
        book.active.append(list(row))
    book.save(path)
    return path


def test_a_refused_import_leaves_a_marked_copy_that_imports_when_put_right(
    store: Path, tmp_path: Path
) -> None:
    roster = estates(tmp_path / "四月.xlsx", ("人和社区", "东苑", "已入住"), ("人合社区", "西苑", "已入住"))
    marked = tmp_path / "问题.xlsx"
    done = run("import", roster, "--store", store, "--findings", marked)
    assert done.exit_code == 1
    assert str(marked) in done.stderr
    book = openpyxl.load_workbook(marked)
    cell = book.worksheets[0]["A4"]
    assert cell.fill.fgColor.rgb.endswith("FFC7CE")
    assert "人和社区" in cell.comment.text
    cell.value = "人和社区"
    book.save(marked)
    done = run("import", marked, "--store", store)
    assert done.exit_code == 0, done.output
    with orgraph.open(store) as opened:
        assert opened.read(on="2022-04-30").find("西苑")


def test_a_clean_import_writes_no_copy_and_says_so(store: Path, tmp_path: Path) -> None:
    roster = estates(tmp_path / "四月.xlsx", ("人和社区", "东苑", "已入住"))
    done = run("import", roster, "--store", store, "--findings", tmp_path / "问题.xlsx")
    assert done.exit_code == 0
    assert "没有可标的" in done.stderr
    assert not (tmp_path / "问题.xlsx").exists()


def test_the_roster_itself_is_refused_as_the_copy_before_anything_is_imported(
    store: Path, tmp_path: Path
) -> None:
    roster = estates(tmp_path / "四月.xlsx", ("人和社区", "东苑", "已入住"))
    before = roster.read_bytes()
    done = run("import", roster, "--store", store, "--findings", roster)
    assert done.exit_code == 1
    assert "不会覆盖" in done.stderr
    assert roster.read_bytes() == before
    with orgraph.open(store) as opened:
        assert opened.revision == 2


def test_an_earlier_copy_is_not_written_over(store: Path, tmp_path: Path) -> None:
    roster = estates(tmp_path / "四月.xlsx", ("人和社区", "东苑", "已入住"))
    copy = tmp_path / "问题.xlsx"
    copy.write_bytes(b"corrections")
    done = run("import", roster, "--store", store, "--findings", copy)
    assert done.exit_code == 1
    assert "不会覆盖" in done.stderr
    assert copy.read_bytes() == b"corrections"
