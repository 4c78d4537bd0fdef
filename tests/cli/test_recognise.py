"""``orgraph recognise``: tables for people, JSON for programs, a mapping file that the import takes."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from orgraph.cli.app import app


def run(*args: object) -> Result:
    return CliRunner().invoke(app, [str(a) for a in args])


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    book = openpyxl.Workbook()
    for row in (
        ["小区花名册(截至2022年4月30日)"],
        ["村社", "小区", "状态", "备用栏"],
        ["人和社区", "东苑", "已入住", 1],
    ):
        book.active.append(row)
    book.save(tmp_path / "四月.xlsx")
    return tmp_path / "四月.xlsx"


def test_it_shows_what_is_understood_and_what_is_not(roster: Path) -> None:
    done = run("recognise", roster, "--structure", "honghe")
    assert done.exit_code == 0, done.output
    for word in ("洪合镇小区花名册", "2022-04-30", "村社", "备用栏", "没有用到", "确定"):
        assert word in done.stdout


def test_json_and_csv_hold_every_column_and_nothing_else(roster: Path) -> None:
    done = run("recognise", roster, "--structure", "honghe", "--json")
    rows = json.loads(done.stdout)
    assert {r["header"]: r["field"] for r in rows if r["header"]} == {
        "村社": "社区", "小区": "小区", "状态": "状态", "备用栏": None,
    }  # fmt: skip
    assert {r["roster"] for r in rows} == {"honghe/estates"}
    assert run("recognise", roster, "--structure", "honghe", "--csv").stdout.startswith(
        "file,sheet,roster,letter"
    )


def test_what_is_saved_is_taken_by_the_import_and_is_never_written_over(roster: Path, tmp_path: Path) -> None:
    store, saved = tmp_path / "org.duckdb", tmp_path / "mapping.yaml"
    assert run("init", "divisions", "honghe", "--store", store).exit_code == 0
    units = tmp_path / "区划.csv"
    units.write_text("code,name,parent,level\n330411106002,人和社区,,village\n", encoding="utf-8")
    assert run("import", units, "--on", "2022-01-01", "--store", store, "--skip-rows").exit_code in (0, 1)
    done = run("recognise", roster, "--store", store, "--save", saved)
    assert done.exit_code == 0, done.output
    text = saved.read_text(encoding="utf-8")
    assert '"备用栏": "-"' in text
    told = run("import", roster, "--store", store, "--mapping", saved, "--dry-run", "--json")
    assert "unrecognised-column" not in {f["code"] for f in json.loads(told.stdout)}
    again = run("recognise", roster, "--store", store, "--save", saved)
    assert again.exit_code == 1
    assert "已存在" in again.stderr
    assert saved.read_text(encoding="utf-8") == text


def test_a_sheet_that_is_no_roster_ends_with_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["甲", "乙"])
    book.save(tmp_path / "x.xlsx")
    done = run("recognise", tmp_path / "x.xlsx", "--structure", "honghe")
    assert done.exit_code == 1
    assert "未识别" in done.stdout


def test_a_wrong_mapping_is_told_with_its_line(roster: Path, tmp_path: Path) -> None:
    wrong = tmp_path / "m.yaml"
    wrong.write_text("sheets:\n  - roster: estatez\n", encoding="utf-8")
    done = run("recognise", roster, "--structure", "honghe", "--mapping", wrong)
    assert done.exit_code == 1
    assert f"{wrong}:2:" in done.stderr
    assert "estates" in done.stderr
