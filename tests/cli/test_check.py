"""`orgraph check` prints and writes what the library finds, and ends with 1 where a breach is an error."""

import csv
import json

import openpyxl
import pytest
from typer.testing import CliRunner

import orgraph
from orgraph.cli.app import app
from orgraph.metrics.check import check_totals

DAY = "2022-04-30"


def run(demo, *words):
    return CliRunner().invoke(app, ["check", *words, "--on", DAY, "--store", str(demo / "org.duckdb")])


@pytest.fixture(scope="module")
def org(demo):
    with orgraph.open(demo / "org.duckdb") as store:
        return store.read(on=DAY)


def test_json_is_the_library_s_answer_and_errors_end_with_one(demo, org):
    done = run(demo, "--json")
    found = orgraph.check(org)
    assert json.loads(done.stdout) == json.loads(found.write_json())
    assert done.exit_code == int("error" in found["severity"])
    totals = run(demo, "--totals", "--json")
    assert json.loads(totals.stdout) == json.loads(check_totals(org).write_json())


def test_warnings_alone_end_with_nought(demo):
    done = run(demo, "micro_grid_led", "--under", "洪合镇", "--json")
    assert done.exit_code == 0
    assert {row["severity"] for row in json.loads(done.stdout)} == {"warning"}


@pytest.mark.parametrize(
    ("lang", "rule", "said"),
    [("zh", "微网格须有负责人", "判定 1 条规则、24 个单位、0 人:违反 1 处 (警告 1)"),
     ("en", "a micro-grid has a leader", "1 norms, 24 units and 0 people judged: 1 breaches (warnings 1)")],
)  # fmt: skip
def test_a_table_for_people_names_the_rule_and_says_how_much_was_judged(demo, lang, rule, said):
    done = run(demo, "micro_grid_led", "--lang", lang)
    assert done.exit_code == 0, done.output
    text = "".join(done.stdout.split())
    assert "".join(said.split()) in text
    assert "micro_grid_led" not in text
    assert "".join(rule.split())[:8] in text


def test_nothing_judged_says_why(demo):
    done = CliRunner().invoke(
        app, ["check", "one_home", "--on", "2018-01-01", "--store", str(demo / "org.duckdb")]
    )
    assert done.exit_code == 0
    assert "没有判定任何单位或人:2018-10-28 起施行" in done.stdout


def test_a_workbook_and_a_csv_hold_every_breach(demo, org, tmp_path):
    found = orgraph.check(org)
    book = tmp_path / "breaches.xlsx"
    assert run(demo, "-o", str(book)).exit_code == int("error" in found["severity"])
    first, second = openpyxl.load_workbook(book).worksheets
    assert first.max_row - 4 == found.height
    assert second.max_row > check_totals(org).height
    table = tmp_path / "breaches.csv"
    run(demo, "-o", str(table))
    with table.open(encoding="utf-8", newline="") as file:
        assert [row["id"] for row in csv.DictReader(file)] == found["id"].to_list()
    assert run(demo, "-o", str(tmp_path / "breaches.txt")).exit_code == 2


def test_a_norm_that_does_not_exist_names_the_nearest(demo):
    done = run(demo, "micro_grid_lead")
    assert done.exit_code == 1
    assert "micro_grid_led" in done.output
