"""Rosters that cannot be imported: a finding or error, exit code 1, and a store that stays as it was."""

import json
import re
import zipfile

import openpyxl
import pytest
from typer.testing import CliRunner

import orgraph
from orgraph.cli.app import app

DIVISIONS = """code,name,parent,level
33,浙江省,,province
3304,嘉兴市,33,city
330411,秀洲区,3304,county
330411106,洪合镇,330411,town
330411106002,人和社区,330411106,village
"""


def run(*args):
    return CliRunner().invoke(app, [str(a) for a in args])


@pytest.fixture
def store(tmp_path):
    path = tmp_path / "org.duckdb"
    assert run("init", "divisions", "honghe", "--store", path).exit_code == 0
    roster = tmp_path / "divisions.csv"
    roster.write_text(DIVISIONS, encoding="utf-8")
    done = run("import", roster, "--on", "2022-01-01", "--store", path)
    assert done.exit_code == 0, done.output
    return path


def state(path):
    with orgraph.open(path) as store:
        whole = store.timeline()
        return store.revision, {name: table.rows() for name, table in whole.tables().items()}


def sheet(path, title, headers, *rows):
    book = openpyxl.Workbook()
    page = book.active
    page.title = "Sheet1"
    page.append([f"{title}(截至2022年4月30日)"])
    for row in (headers, *rows):
        page.append(row)
    book.save(path)
    return path


def blank(path):
    openpyxl.Workbook().save(path)
    return path


def csv(path, *lines):
    path.write_text("\n".join(["code,name,parent,level", *lines]) + "\n", encoding="utf-8")
    return path


MEMBERS = ["姓名", "所在党支部", "党员类别", "入党时间"]
ESTATES = ["社区", "小区", "状态"]

FOUND = {
    "missing parent": lambda p: csv(p / "x.csv", "330411106003,民和社区,330411999,village"),
    "duplicate id": lambda p: csv(
        p / "x.csv", "330411106003,民和社区,330411106,village", "330411106003,横泾桥社区,330411106,village"
    ),
    "cycle": lambda p: csv(p / "x.csv", "330411107,王店镇,330411108,town", "330411108,新塍镇,330411107,town"),
    "unknown kind": lambda p: csv(p / "x.csv", "330411106003,民和社区,330411106,galaxy"),
    "wrong date": lambda p: sheet(
        p / "x.xlsx", "流动党员花名册", MEMBERS, ["甲", "乙支部", "正式党员", "2022年13月45日"]
    ),
    "unknown community": lambda p: sheet(p / "x.xlsx", "小区花名册", ESTATES, ["仁和社区", "东苑", "已入住"]),
    "unknown value": lambda p: sheet(p / "x.xlsx", "小区花名册", ESTATES, ["人和社区", "东苑", "也许"]),
    "empty sheet": lambda p: blank(p / "x.xlsx"),
}
"""What is wrong → how to make a file with it: found in the data."""

BROKEN = {
    "zero bytes xlsx": lambda p: (p / "x.xlsx", b""),
    "zero bytes csv": lambda p: (p / "x.csv", b""),
    "broken zip": lambda p: (p / "x.xlsx", b"PK\x03\x04" + bytes(range(256)) * 4),
    "a text called xlsx": lambda p: (p / "x.xlsx", "社区,小区\n人和社区,东苑\n".encode()),
    "cut in half": lambda p: (p / "x.xlsx", sheet(p / "y.xlsx", "小区花名册", ESTATES).read_bytes()[:2000]),
}
"""What is wrong → a file that cannot be read at all."""


def no_traceback(done):
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "Traceback" not in done.output
    assert "ORGRAPH_DEBUG" not in done.output


@pytest.mark.parametrize("wrong", FOUND)
def test_a_roster_with_something_wrong_is_refused_with_a_finding_and_nothing_changes(store, tmp_path, wrong):
    before = state(store)
    roster = FOUND[wrong](tmp_path)
    done = run("import", roster, "--on", "2022-04-30", "--store", store)
    assert done.exit_code == 1, done.output
    no_traceback(done)
    assert state(store) == before
    told = run("import", roster, "--on", "2022-04-30", "--store", store, "--json")
    assert told.exit_code == 1
    errors = [f for f in json.loads(told.stdout) if f["severity"] == "error"]
    assert errors
    assert all(e["code"] and e["file"].endswith(roster.name) and e["advice"] for e in errors)


@pytest.mark.parametrize("wrong", BROKEN)
def test_a_file_that_cannot_be_read_is_refused_in_one_line_and_nothing_changes(store, tmp_path, wrong):
    before = state(store)
    path, content = BROKEN[wrong](tmp_path)
    path.write_bytes(content)
    done = run("import", path, "--on", "2022-04-30", "--store", store)
    assert done.exit_code == 1, done.output
    no_traceback(done)
    assert path.name in done.output
    assert state(store) == before


def test_headers_without_a_row_are_no_success(store, tmp_path):
    before = state(store)
    done = run("import", sheet(tmp_path / "x.xlsx", "小区花名册", ESTATES), "--store", store)
    assert done.exit_code == 1
    assert "没有读到任何一行" in done.stdout
    assert state(store) == before


def test_a_file_that_is_not_there_is_named(store, tmp_path):
    done = run("import", tmp_path / "四月.xlsx", "--on", "2022-04-30", "--store", store)
    assert done.exit_code == 1
    assert "四月.xlsx" in done.stderr


def test_rows_in_are_rows_used_and_refused_and_it_is_printed(store, tmp_path):
    roster = sheet(
        tmp_path / "x.xlsx",
        "小区花名册",
        ESTATES,
        ["人和社区", "东苑", "已入住"],
        ["人和社区", "西苑", "也许"],
    )
    refused = run("import", roster, "--store", store)
    assert refused.exit_code == 1
    skipped = run("import", roster, "--store", store, "--skip-rows")
    assert skipped.exit_code == 0, skipped.output
    assert re.search(r"读入 2 行 = 采用 1 \+ 拒绝 1", skipped.stdout)
    with orgraph.open(store) as opened:
        assert opened.read(on="2022-04-30").find("东苑")


def test_a_dry_run_shows_the_changes_and_writes_nothing(store, tmp_path):
    before = state(store)
    roster = sheet(tmp_path / "x.xlsx", "小区花名册", ESTATES, ["人和社区", "东苑", "已入住"])
    done = run("import", roster, "--store", store, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "东苑" in done.stdout
    assert "新增" in done.stdout
    assert state(store) == before


def test_a_dry_run_names_nobody_but_counts_them(store, tmp_path):
    teams = sheet(
        tmp_path / "x.xlsx", "队伍花名册", ["队伍名称", "组建支部", "负责人"], ["应急队", None, "沈明华"]
    )
    done = run("import", teams, "--store", store, "--dry-run")
    assert done.exit_code == 0, done.output
    assert "人员" in done.stdout
    assert "沈明华" not in done.stdout


def test_the_same_file_twice_changes_nothing_the_second_time(store, tmp_path):
    roster = sheet(tmp_path / "x.xlsx", "小区花名册", ESTATES, ["人和社区", "东苑", "已入住"])
    assert run("import", roster, "--store", store).exit_code == 0
    before = state(store)
    again = run("import", roster, "--store", store)
    assert again.exit_code == 0
    assert "没有变化" in again.stderr
    assert state(store) == before


def test_undo_takes_an_import_back_and_undo_of_undo_is_redo(store, tmp_path):
    before = state(store)
    roster = sheet(tmp_path / "x.xlsx", "小区花名册", ESTATES, ["人和社区", "东苑", "已入住"])
    run("import", roster, "--store", store, "--note", "四月")
    imported = state(store)
    assert run("undo", "--store", store).exit_code == 0
    assert state(store)[1] == before[1]
    assert run("undo", "--store", store).exit_code == 0
    assert state(store)[1] == imported[1]
    notes = [r["note"] for r in json.loads(run("history", "--store", store, "--json").stdout)]
    assert "四月" in notes


def test_a_workbook_without_a_sheet_is_no_crash(store, tmp_path):
    path = tmp_path / "x.xlsx"
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", "<Types/>")
    done = run("import", path, "--on", "2022-04-30", "--store", store)
    assert done.exit_code == 1
    no_traceback(done)


def test_a_store_that_is_not_there_is_said_before_any_file_is_read(tmp_path):
    done = run("import", tmp_path / "nowhere.csv", "--store", tmp_path / "none.duckdb")
    assert done.exit_code == 1
    assert "none.duckdb" in done.output
    assert "nowhere.csv" not in done.output, "a workbook of a million rows would be read in vain"
