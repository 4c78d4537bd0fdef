"""`orgraph facts` prints what the library answers: by kind, ranked, in a period, or summed."""

import json
import shlex

import pytest
from typer.testing import CliRunner

import orgraph
from orgraph.cli.app import app
from orgraph.metrics.fact_table import facts_declared, facts_totals

DAY = "2022-04-30"
KIND = "floating_branch"

ASKED = {
    "points hours --of 流动党支部 --during 2022-04 --sort": lambda org: orgraph.facts(
        org, ["points", "hours"], of=KIND, during="2022-04", ranked=True
    ),
    "hours times --of floating_branch --during 2022-04 --totals": lambda org: facts_totals(
        org, ["hours", "times"], of=KIND, during="2022-04"
    ),
    "micro_grids_below --under 洪合镇 --where micro_grids_below>=6 --where kind=estate": lambda org: (
        orgraph.facts(
            org,
            ["micro_grids_below"],
            under="洪合镇",
            where={"micro_grids_below": {"min": 6}, "kind": "estate"},
        )
    ),
    "homes --of people": lambda org: orgraph.facts(org, ["homes"], of="people"),
    "": facts_declared,
}


def run(demo, command):
    return CliRunner().invoke(
        app, ["facts", *shlex.split(command), "--store", str(demo / "org.duckdb"), "--on", DAY]
    )


@pytest.fixture(scope="module")
def org(demo):
    with orgraph.open(demo / "org.duckdb") as store:
        return store.read(on=DAY)


@pytest.mark.parametrize("command", ASKED)
def test_json_is_the_library_s_answer_and_there_is_a_table(demo, org, command):
    done = run(demo, f"{command} --json")
    assert done.exit_code == 0, done.output
    frame = ASKED[command](org)
    assert json.loads(done.stdout) == json.loads(frame.write_json())
    assert frame.height
    table = run(demo, command)
    assert table.exit_code == 0, table.output
    assert DAY in table.stdout


def test_a_table_for_people_has_the_labels_of_the_facts(demo):
    said = run(demo, "points hours --of 流动党支部 --during 2022-04 --sort").stdout
    assert "服务积分" in said
    assert "46,000" in said
    assert "points" in run(demo, "points --lang en").stdout


def test_a_fact_that_does_not_exist_names_the_nearest(demo):
    done = run(demo, "pints")
    assert done.exit_code == 1
    assert "points" in done.output
