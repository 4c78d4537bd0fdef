"""Verbs that ask questions print what the library answers, in the form asked."""

import json
import shlex

import pytest
from typer.testing import CliRunner

import orgraph
from orgraph.cli.app import app
from orgraph.metrics.load import load_totals
from orgraph.metrics.nesting import nesting_totals

DAY = "2022-04-30"

ASKED = {
    "load --under 洪合镇党委 --measure households": lambda org: orgraph.load(
        org, under="洪合镇党委", measures=["households"]
    ),
    "load --tree party --totals": lambda org: load_totals(org, tree="party"),
    "cutoff --along party --along grid": lambda org: orgraph.cutoff(org, along=["party", "grid"]),
    "cutoff --by tree": lambda org: orgraph.cutoff(org, by="tree"),
    "cutoff --by leader --source 洪合镇党委": lambda org: orgraph.cutoff(
        org, by="leader", source="洪合镇党委"
    ),
    "cutoff --without 洪合镇": lambda org: orgraph.cutoff(org, without="洪合镇"),
    "nesting police grid --measure households": lambda org: orgraph.nesting(
        org, "police", "grid", measure="households"
    ),
    "nesting third grid --totals": lambda org: nesting_totals(org, "third", "grid"),
    "nesting third grid --of micro_grid --mismatches": lambda org: orgraph.nesting(
        org, "third", "grid", of="micro_grid", mismatches=True
    ),
    "distance 高桥花园 南湖区": lambda org: orgraph.distance(org, "高桥花园", "南湖区"),
    "reach 洪合镇党委 --along party --steps": lambda org: orgraph.cascade(org, "洪合镇党委", along=["party"]),
    "span --tree party --by kind --bounds 家园支部=3..6": lambda org: orgraph.span(
        org, tree="party", by="kind", bounds={"home_branch": (3, 6)}
    ),
}


def run(demo, command):
    return CliRunner().invoke(app, [*shlex.split(command), "--store", str(demo / "org.duckdb")])


@pytest.fixture(scope="module")
def org(demo):
    with orgraph.open(demo / "org.duckdb") as store:
        return store.read(on=DAY)


@pytest.mark.parametrize("command", ASKED)
def test_json_is_the_library_s_answer_and_a_table_has_its_headings(demo, org, command):
    done = run(demo, f"{command} --on {DAY} --json")
    assert done.exit_code == 0, done.output
    frame = ASKED[command](org)
    assert json.loads(done.stdout) == json.loads(frame.write_json())
    assert frame.height
    table = run(demo, f"{command} --on {DAY} --lang zh")
    assert table.exit_code == 0, table.output
    assert DAY in table.stdout


def test_a_trend_is_asked_of_all_versions(demo):
    with orgraph.open(demo / "org.duckdb") as store:
        timeline = store.timeline()
    done = run(demo, "trend estates_with_home_branch --from 2022-03 --to 2022-05 --under 洪合镇 --json")
    wanted = orgraph.trend(
        timeline, "estates_with_home_branch", ["2022-03", "2022-04", "2022-05"], under="洪合镇"
    )
    assert json.loads(done.stdout) == json.loads(wanted.write_json())
    assert wanted["rate"].to_list() == [None, 1.0, 1.0]


@pytest.mark.parametrize(
    "command", ["span --bounds village", "span --bounds village=3..x", "trend x --from 2022-02 --to 2022-01"]
)
def test_wrong_usage_ends_with_two(demo, command):
    assert run(demo, command).exit_code == 2


def test_nobody_but_holders_of_public_roles_is_listed_unless_asked(demo, org):
    listed, everybody = (
        json.loads(run(demo, f"load --on {DAY} --json{extra}").stdout) for extra in ("", " --people")
    )
    public = [name for name, role in org.structures.roles.items() if role.public]
    held = org.table("memberships")
    assert {row["person"] for row in listed} == set(held.filter(held["role"].is_in(public))["person"])
    assert {row["person"] for row in everybody} == set(held["person"])
    assert len(everybody) > len(listed)


@pytest.mark.parametrize(
    ("by_label", "by_name"),
    [
        ("coverage 家园支部覆盖率", "coverage estates_with_home_branch"),
        ("gaps 微网格长配备率", "gaps micro_grids_led"),
        ("tree 洪合镇党委 --tree 党组织隶属 --levels 1", "tree 洪合镇党委 --tree party --levels 1"),
        ("check 微网格须有负责人", "check micro_grid_led"),
    ],
)
def test_what_structures_declare_is_asked_by_its_label_too(demo, by_label, by_name):
    first, second = (run(demo, f"{asked} --on {DAY} --json") for asked in (by_label, by_name))
    assert first.stdout == second.stdout
    assert json.loads(first.stdout)


def test_a_wrong_name_lists_what_there_is(demo):
    done = run(demo, "coverage 全部覆盖")
    assert done.exit_code == 1
    assert "estates_with_home_branch" in done.stderr


@pytest.mark.parametrize(
    ("asked", "word"),
    [
        ("span --bounds home_branch=5..3", "下限高于上限"),
        ("reach 洪合镇党委 --missed --totals", "--missed"),
        ("gaps micro_grids_led -o gaps.csv", ".xlsx"),
        ("map -o page.xlsx", ".html"),
        ("trend micro_grids_led --from 1900 --every day", "--every month"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(demo, asked, word):
    done = run(demo, asked)
    assert done.exit_code == 2
    assert word in done.stderr


def test_lists_in_cells_and_gaps_of_a_ratio_read_well(demo):
    history = run(demo, "history").stdout
    assert ".xlsx、" in history
    assert "Series" not in history
    assert "分子为零" in run(demo, f"gaps members_taking_part --on {DAY}").stdout
