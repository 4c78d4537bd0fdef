"""From what is known of a unit back to the cells: file, sheet, row, import."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from roster_desk import ESTATES, GRIDS, PARTY, PLACES, Desk

import orgraph as og
from orgraph.model.errors import UnknownName

GRID = "3301/一号院/1号微网格"
MAY = "2022-05-31"


@pytest.fixture
def desk(tmp_path):
    desk = Desk(tmp_path)
    desk.town()
    return desk


def told(desk, unit, **options):
    frame = og.sources(desk.store, unit, **{"on": "2022-04-30", **options})
    return {
        (section, item, value): (file and file.rsplit("/", 1)[-1], sheet, row, revision)
        for section, item, value, file, sheet, row, revision in frame.select(
            "section", "item", "value", "file", "sheet", "row", "revision"
        ).iter_rows()
    }


def test_the_unit_its_ties_figures_and_posts(desk):
    cells = ("名册1.xlsx", "微网格长", 2, 2)
    assert told(desk, GRID) == {
        ("identity", "微网格", "1号微网格"): cells,
        ("links", "属地 →", "一号院"): cells,
        ("links", "党组织隶属 →", "甲组"): cells,
        ("measures", "户数", "40 户"): cells,
        ("holders", "负责人", "孙三"): cells,
    }


def test_ties_from_below_lead_to_the_rows_that_named_them(desk):
    assert told(desk, "3301/一号院")["links", "属地 ←", "2号微网格"] == ("名册1.xlsx", "微网格长", 3, 2)
    assert told(desk, "3301/一号院")["links", "覆盖 ←", "一支部"] == ("名册1.xlsx", "党组织", 3, 2)


def test_what_a_later_import_says_is_its_own_and_the_rest_stays(desk):
    desk.put(MAY, 微网格长=[GRIDS[0], ("东村", "一号院", None, "1号微网格", "吴六", None, 41)])
    now = told(desk, GRID, on=MAY)
    assert now["holders", "负责人", "吴六"] == ("名册2.xlsx", "微网格长", 2, 3)
    assert now["measures", "户数", "41 户"] == ("名册2.xlsx", "微网格长", 2, 3)
    assert now["identity", "微网格", "1号微网格"] == ("名册1.xlsx", "微网格长", 2, 2)
    assert told(desk, GRID)["holders", "负责人", "孙三"] == (
        "名册1.xlsx",
        "微网格长",
        2,
        2,
    )  # ended, not said


def test_what_was_undone_is_nobodys_source(desk):
    desk.take(desk.book(微网格长=[GRIDS[0], ("东村", "一号院", None, "1号微网格", None, None, 99)]))
    assert told(desk, GRID)["measures", "户数", "99 户"][-1] == 3
    assert told(desk, GRID, revision=2)["measures", "户数", "40 户"][-1] == 2
    desk.store.undo()
    assert told(desk, GRID)["measures", "户数", "40 户"] == ("名册1.xlsx", "微网格长", 2, 2)


def test_what_no_cell_says_has_no_source(desk):
    assert told(desk, "党建网") == {("identity", "网", "党建网"): (None, None, None, None)}


def test_who_is_not_public_is_not_named_unless_asked(desk):
    desk.put(党员=[("姓名", "所在支部"), ("钱二", "一支部")])
    assert ("holders", "党员", "(不列姓名)") in told(desk, "一支部")
    assert ("holders", "党员", "钱二") in told(desk, "一支部", people=True)


def test_decimals_are_shown_as_people_read_them(desk):
    desk.put(服务时长=[("支部", "服务时长"), ("一支部", 12.5), ("二支部", 0.5)])
    assert ("measures", "服务时长", "12.5 小时") in told(desk, "一支部")
    assert ("measures", "服务时长", "0.5 小时") in told(desk, "二支部")
    asked = "SELECT unit_name, value, amount FROM measures_named WHERE measure = $m ORDER BY ALL"
    assert desk.store.query(asked, {"m": "hours"}).rows() == [("一支部", 125, 12.5), ("二支部", 5, 0.5)]
    whole = desk.store.query(asked, {"m": "households"})
    assert whole["value"].cast(float).to_list() == whole["amount"].to_list() != []


def test_whole_numbers_are_shown_without_decimals(desk):
    desk.put(服务时长=[("支部", "服务时长"), ("一支部", 120), ("二支部", 0)])
    assert ("measures", "服务时长", "120 小时") in told(desk, "一支部")
    assert ("measures", "服务时长", "0 小时") in told(desk, "二支部")


def test_columns_declared_later_do_not_hide_the_source(desk):
    more = "structure: more\nuses: [town]\nkinds: {micro_grid: {columns: {note: {zh: 备注}}}}\n"
    desk.store.install(
        desk.store.structures.plus(og.Structures.from_texts({"more": more, **desk.store.structures.texts()}))
    )
    assert told(desk, GRID)["identity", "微网格", "1号微网格"] == ("名册1.xlsx", "微网格长", 2, 2)


def test_an_unknown_unit(desk):
    with pytest.raises(UnknownName):
        og.sources(desk.store, "无此单位")


def test_on_the_command_line(desk):
    store = str(desk.folder / "town.duckdb")
    asked = ["show", GRID, "--source", "--on", "2022-04-30", "--json"]
    command = [sys.executable, "-m", "orgraph", *asked, "--store", store]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    rows = json.loads(done.stdout)
    assert {row["sheet"] for row in rows} == {"微网格长"}
    assert {row["row"] for row in rows} == {2}
    assert {row["file"].rsplit("/", 1)[-1] for row in rows} == {"名册1.xlsx"}
    assert len(rows) == 5
    assert [len(t) for t in (PLACES, ESTATES, PARTY)] == [4, 4, 5]  # the sheets that say nothing of the grid
