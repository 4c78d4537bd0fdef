"""``orgraph template``: the workbook that the library writes, and errors in one line."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from typer.testing import CliRunner, Result

from orgraph.cli.app import app


def run(*args: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in args])


def test_the_workbook_of_a_bundled_structure(tmp_path: Path) -> None:
    done = run("template", "honghe", "-o", tmp_path / "花名册.xlsx")
    assert done.exit_code == 0, done.output
    assert "花名册.xlsx" in done.stderr
    assert len(openpyxl.load_workbook(tmp_path / "花名册.xlsx").sheetnames) == 10


def test_some_rosters_alone_and_a_wrong_one_with_its_nearest(tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    assert run("template", "honghe", "--roster", "teams", "--roster", "小区花名册", "-o", path).exit_code == 0
    assert openpyxl.load_workbook(path).sheetnames[1:3] == ["队伍花名册", "洪合镇小区花名册"]
    done = run("template", "honghe", "--roster", "团队", "-o", path)
    assert done.exit_code == 1
    assert "没有花名册" in done.stderr
    assert "Traceback" not in done.output


def test_a_template_goes_straight_into_a_store(tmp_path: Path) -> None:
    book_path, store = tmp_path / "区划.xlsx", tmp_path / "org.duckdb"
    assert run("template", "divisions", "-o", book_path).exit_code == 0
    book = openpyxl.load_workbook(book_path)
    sheet = book["区划"]
    for number, row in enumerate(
        [("33", "浙江省", None, "省"), ("3304", "嘉兴市", "33", "市")], start=5
    ):  # fmt: skip
        for column, value in enumerate(row, start=2):
            sheet.cell(number, column).value = value
    book.save(book_path)
    assert run("init", "divisions", "--store", store).exit_code == 0
    done = run("import", book_path, "--on", "2022-01-01", "--store", store)
    assert done.exit_code == 0, done.output
