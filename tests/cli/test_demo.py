"""The main job in one command, and the questions asked of what it made."""

import json
import shutil
import signal
import subprocess
import sys
import time

import openpyxl
import pytest
from typer.testing import CliRunner

import orgraph
from orgraph.cli.app import app

DAY = ("--on", "2022-04-30")


def run(*args):
    return CliRunner().invoke(app, [str(a) for a in args])


def ask(folder, *args):
    done = run(*args, *DAY, "--store", folder / "org.duckdb", "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


@pytest.fixture
def copy(demo, tmp_path):
    """A demo that may be changed."""
    return shutil.copytree(demo, tmp_path / "demo")


def test_it_writes_store_page_and_workbook_and_says_what_to_do_next(demo):
    assert {"org.duckdb", "map.html", "gaps.xlsx"} <= {p.name for p in demo.iterdir()}
    said = (demo / "demo.txt").read_text(encoding="utf-8")
    for expected in ("map.html", "gaps.xlsx", "家园支部覆盖率", "4", "235", "6,340", "orgraph coverage"):
        assert expected in said


def test_the_whole_of_jiaxing_is_there(demo):
    kinds = {r["kind"]: r["units"] for r in ask(demo, "span", "--tree", "territory", "--by", "kind")}
    assert [kinds[k] for k in ("province", "city", "county", "town", "village")] == [1, 1, 7, 72, 1202]


def test_it_can_be_run_again_in_the_same_folder(copy):
    before = ask(copy, "reach", "高桥花园", "--along", "territory", "--totals")
    done = run("demo", copy)
    assert done.exit_code == 0, done.output
    assert ask(copy, "reach", "高桥花园", "--along", "territory", "--totals") == before


def test_it_never_replaces_somebody_elses_data(copy, tmp_path):
    roster = tmp_path / "own.csv"
    roster.write_text("code,name,parent,level\n330499,新设区,3304,county\n", encoding="utf-8")
    assert run("import", roster, *DAY, "--store", copy / "org.duckdb").exit_code == 0
    done = run("demo", copy)
    assert done.exit_code == 1
    assert "330499" in str(ask(copy, "tree", "3304", "--levels", "2"))


def test_a_fifth_occupied_estate_without_a_branch_makes_it_80_percent_and_is_the_gap(copy, tmp_path):
    book = openpyxl.Workbook()
    book.active.append(["洪合镇小区花名册(截至2022年4月30日)"])
    book.active.append(["社区", "小区", "状态"])
    book.active.append(["民和社区", "第五苑", "已入住"])
    book.active.append(["民和社区", "第六苑", "在建"])  # not occupied: not expected
    book.save(tmp_path / "fifth.xlsx")
    done = run("import", tmp_path / "fifth.xlsx", "--store", copy / "org.duckdb")
    assert done.exit_code == 0, done.output
    [rate] = ask(copy, "coverage", "estates_with_home_branch", "--under", "洪合镇")
    assert (rate["numerator"], rate["denominator"], rate["rate"]) == (4, 5, 0.8)
    assert [g["name"] for g in ask(copy, "gaps", "estates_with_home_branch", "--under", "洪合镇")] == [
        "第五苑"
    ]
    by_village = ask(copy, "coverage", "estates_with_home_branch", "--by", "village", "--under", "洪合镇")
    assert {r["name"]: r["rate"] for r in by_village if r["denominator"]} == {
        "人和社区": 1.0,
        "民和社区": 0.5,
        "横泾桥社区": 1.0,
    }
    assert all(r["reason"] for r in by_village if r["rate"] is None)


def test_what_changed_between_two_days_is_told(demo):
    done = run("compare", "2022-03-31", "2022-04-30", "--store", demo / "org.duckdb", "--json")
    changes = json.loads(done.stdout)
    assert "人和家园" in {c["name"] for c in changes if c["what"] == "added"}
    # what always exists got its place and its holder only now
    assert {c["kind"] for c in changes if c["what"] != "added"} == {"net", "joint_duty"}


def test_before_the_rosters_day_the_estates_are_not_known(demo):
    done = run("show", "人和家园", "--on", "2022-03-31", "--store", demo / "org.duckdb")
    assert done.exit_code == 1
    assert "人和家园" in done.stderr


def test_members_are_counted_and_not_named_unless_asked(demo):
    branch = "安徽籍流动党支部"
    counted = str(ask(demo, "show", branch))
    named = str(ask(demo, "show", branch, "--people"))
    with orgraph.open(demo / "org.duckdb") as store:
        org = store.read(on="2022-04-30")
        posts = org.table("memberships").filter(unit=org.find(branch), role="member")
        names = posts.join(org.table("people"), left_on="person", right_on="id")["name"].to_list()
    assert len(names) == 41
    assert not any(name in counted for name in names)
    assert all(name in named for name in names)


def test_no_phone_leaves_the_store(demo):
    page = (demo / "map.html").read_text(encoding="utf-8")
    rows = [str(ask(demo, *verb)) for verb in (["span"], ["tree"], ["show", "安徽籍流动党支部"])]
    assert not any("16010" in text for text in (page, *rows))
    with orgraph.open(demo / "org.duckdb") as store:
        assert store.contacts().height > 200


def test_gaps_go_into_a_workbook(demo, tmp_path):
    path = tmp_path / "空白点.xlsx"
    done = run("gaps", "micro_grids_led", *DAY, "--store", demo / "org.duckdb", "-o", path)
    assert done.exit_code == 0, done.output
    text = str([list(page.iter_rows(values_only=True)) for page in openpyxl.load_workbook(path)])
    assert "锦绣苑4号微网格" in text
    assert "高桥花园37号微网格" in text
    assert "2022-04-30" in text


def test_people_get_headings_in_their_language_and_the_day_used(demo):
    zh = run("coverage", "micro_grids_led", *DAY, "--store", demo / "org.duckdb")
    assert "比率" in zh.stdout
    assert "2022-04-30" in zh.stdout
    en = run("coverage", "micro_grids_led", *DAY, "--store", demo / "org.duckdb", "--lang", "en")
    assert "rate" in en.stdout
    assert "revision" in en.stdout


def test_csv_has_all_rows_and_no_decoration(demo):
    done = run("tree", "嘉兴市", *DAY, "--tree", "territory", "--store", demo / "org.duckdb", "--csv")
    lines = done.stdout.splitlines()
    assert lines[0] == "id,name,kind,level,children,descendants,parent"
    assert len(lines) > 1_282


def start(*command):
    python = [sys.executable, "-m", "orgraph", *map(str, command)]
    pipes = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.PIPE)
    return subprocess.Popen(python, **pipes, encoding="utf-8")


def test_a_reader_that_goes_away_is_no_error_to_tell(demo):
    with start("tree", *DAY, "--store", demo / "org.duckdb") as process:
        process.stdout.close()
        assert process.stderr.read() == ""
    assert process.returncode == 1


def test_ctrl_c_ends_quietly_and_changes_nothing(copy):
    with start("forget", "沈明华", "--store", copy / "org.duckdb") as process:
        process.stderr.read(1)  # it asks
        while process.poll() is None:  # a signal just before it begins to wait for the answer is not seen
            process.send_signal(signal.SIGINT)
            time.sleep(0.2)
        assert "Traceback" not in process.stderr.read()
    assert process.returncode in (1, 130, -signal.SIGINT)  # the last: one more signal while it was ending
    with orgraph.open(copy / "org.duckdb") as store:
        assert store.history()["deed"].to_list()[-1] == "apply"


def test_forget_takes_the_name_and_leaves_the_post(copy):
    store = copy / "org.duckdb"
    assert "沈明华" in str(ask(copy, "show", "洪合镇党委"))
    assert run("forget", "沈明华", "--yes", "--store", store).exit_code == 0
    assert "沈明华" not in str(ask(copy, "show", "洪合镇党委", "--people"))
    assert "沈明华" not in str(ask(copy, "span", "--by", "leader"))


HOSTILE = "</script><img src=x onerror=alert(1)>"


def test_a_name_that_is_markup_stays_text_everywhere(copy, tmp_path):
    roster = tmp_path / "hostile.csv"
    roster.write_text(f"code,name,parent,level\n330411106999,{HOSTILE},330411106,village\n", encoding="utf-8")
    store = copy / "org.duckdb"
    done = run("import", roster, *DAY, "--store", store)
    assert done.exit_code == 0, done.output
    assert HOSTILE in run("show", "330411106999", *DAY, "--store", store).stdout
    assert HOSTILE in run("tree", "洪合镇", "--tree", "territory", *DAY, "--store", store).stdout
    assert HOSTILE in {r["name"] for r in ask(copy, "reach", "洪合镇", "--along", "territory")}
    page = tmp_path / "map.html"
    assert run("map", "-o", page, "--under", "洪合镇", *DAY, "--store", store).exit_code == 0
    html = page.read_text(encoding="utf-8")
    assert HOSTILE not in html
    assert "<img src=x" not in html
    assert "onerror" in html  # it is there, as text
