"""`orgraph mobilise` prints what the library computes, and wants its times and rates said."""

import json
import shlex

import pytest
from typer.testing import CliRunner

import orgraph
from orgraph.cli.app import app

DAY = "2022-04-30"
COMMAND = (
    "mobilise 洪合镇新居民党委 --need 60 --along origin --delay fixed:3 --delay origin=4 --rate 0.4 "
    "--response uniform:5..60 --count branch_members --within 45 --runs 300 --seed 7"
)


def run(demo, command):
    return CliRunner().invoke(app, [*shlex.split(command), "--store", str(demo / "org.duckdb"), "--on", DAY])


def test_json_is_the_library_s_answer(demo):
    with orgraph.open(demo / "org.duckdb") as store:
        org = store.read(on=DAY)
    call = orgraph.Call(
        delay={"*": "fixed:3", "origin": 4},
        rate=0.4,
        response="uniform:5..60",
        along=["origin"],
        count="branch_members",
    )
    wanted = orgraph.mobilise(org, "洪合镇新居民党委", 60, call, within=45, runs=300, seed=7)
    done = run(demo, COMMAND + " --json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout) == json.loads(wanted.write_json())
    assert wanted.filter(item="told")["value"].to_list() == [235]


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("凑齐的可能", "一半的次数不超过", "模拟 300 次,种子 7")),
        ("en", ("chance in time", "300 runs, seed 7")),
    ],
)
def test_a_table_says_it_in_words(demo, lang, words):
    said = run(demo, f"{COMMAND} --lang {lang}").stdout
    for word in words:
        assert word in said


@pytest.mark.parametrize("missing", ["--delay 5", "--rate 0.5", "--response 20"])
def test_no_time_and_no_rate_is_made_up(demo, missing):
    command = "mobilise 洪合镇党委 --need 5 --delay 5 --rate 0.5 --response 20"
    assert run(demo, command.replace(missing, "")).exit_code == 2


def test_a_rate_above_one_is_refused(demo):
    done = run(demo, "mobilise 洪合镇党委 --need 5 --delay 5 --rate 40 --response 20")
    assert done.exit_code == 1
    assert "--rate" in done.output
