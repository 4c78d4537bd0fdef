"""What a roster becomes: units, ties, people, figures; and the same again when it is imported twice."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from roster_desk import ESTATES, GRIDS, PARTY, PLACES, Desk, codes

from orgraph.model.errors import OrgraphError


def test_a_row_becomes_a_unit_its_parents_its_leader_a_phone_and_figures(desk: Desk) -> None:
    desk.town()
    grid = "3301/一号院/1号微网格"
    row = desk.table("units").filter(id=grid).row(0, named=True)
    assert (row["kind"], row["structure"], row["name"], row["since"]) == (
        "micro_grid", "town", "1号微网格", date(2022, 4, 30),
    )  # fmt: skip
    assert desk.parents("territory")[grid] == "3301/一号院"
    assert desk.parents("party")[grid] == "镇党委/一支部/甲组"
    assert ("孙三", grid, "leader") in desk.holders()
    contacts = desk.store.contacts().filter(pl.col("value") == "13800000001")
    assert contacts["field"].to_list() == ["phone"]
    measures = desk.table("measures").filter(unit=grid)
    assert measures.rows() == [(grid, "households", date(2022, 4, 30), date(2022, 5, 1), 40)]


def test_ids_are_codes_or_the_path_first_seen(desk: Desk) -> None:
    desk.town()
    ids = dict(desk.table("units").select("id", "name").iter_rows())
    assert ids["33"] == "新河镇"
    assert {"3301/一号院", "3302/一号院", "镇党委/一支部"} <= set(ids)


def test_the_same_name_in_two_places_is_two_units(desk: Desk) -> None:
    desk.town()
    assert desk.table("units").filter(name="一号院").height == 2
    assert desk.table("units").filter(name="1号微网格").height == 2


def test_status_labels_become_codes(desk: Desk) -> None:
    desk.town()
    states = desk.table("units").filter(kind="estate").select("id", "status")
    assert set(states.iter_rows()) == {
        ("3301/一号院", "occupied"), ("3301/二号院", "building"), ("3302/一号院", "occupied"),
    }  # fmt: skip


def test_units_that_always_exist_exist(desk: Desk) -> None:
    desk.put(地点=PLACES)
    nets = desk.table("units").filter(kind="net")
    assert set(nets["name"]) == {"党建网", "服务网"}
    assert nets["since"].null_count() == 2


def test_links_lead_to_units_named_by_path_or_name(desk: Desk) -> None:
    desk.town()
    covers = desk.table("links").filter(relation="covers").select("source", "target")
    assert set(covers.iter_rows()) == {("镇党委/一支部", "3301/一号院"), ("镇党委/二支部", "3302")}


def test_importing_twice_changes_nothing(desk: Desk) -> None:
    book = desk.book(地点=PLACES, 小区=ESTATES, 党组织=PARTY, 微网格长=GRIDS)
    desk.take(book)
    again = desk.draft(book)
    assert again.ok
    assert again.changes.is_empty
    for mode in ("correct", "snapshot"):
        assert desk.draft(book, mode=mode).changes.is_empty


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1)])
def test_sheets_and_files_come_in_any_order(desk: Desk, order: tuple[int, ...]) -> None:
    sheets = [("地点", PLACES), ("小区", ESTATES), ("党组织", PARTY), ("微网格长", GRIDS)]
    desk.take(*(desk.book(**dict([sheets[i]])) for i in order))
    assert desk.parents("territory")["3301/一号院/1号微网格"] == "3301/一号院"
    assert desk.table("units").height == 15


def test_parents_may_be_listed_after_children(desk: Desk) -> None:
    desk.put(地点=[PLACES[0], *PLACES[:0:-1]], 小区=ESTATES, 党组织=[PARTY[0], *PARTY[:0:-1]])
    assert desk.parents("party") == {
        "镇党委/一支部": "镇党委", "镇党委/二支部": "镇党委", "镇党委/一支部/甲组": "镇党委/一支部",
    }  # fmt: skip


def test_a_kind_may_nest_in_itself_in_any_order_by_code_or_by_name(desk: Desk) -> None:
    rows = [("科室", "上级科室")] + [(f"科{i}", f"科{i - 1}" if i else None) for i in range(12)]
    desk.put(科室=[rows[0], *rows[:0:-1]])
    parents = desk.parents("party")
    assert len(parents) == 11
    assert parents["科0/科1/科2"] == "科0/科1"
    coded = [("科室代码", "科室", "上级科室"), ("K3", "丙", "K2"), ("K1", "甲", None), ("K2", "乙", "K1")]
    desk.put(科室=coded)
    assert desk.parents("party")["K3"] == "K2"


def test_what_is_named_is_made_where_the_roster_says_so(desk: Desk) -> None:
    desk.put(地点=PLACES)
    rows = [("所在社区", "所在小区", "新建微网格"), ("东村", "新苑", "一格"), ("东村", "新苑", "二格")]
    desk.put(随表新建=rows)
    assert desk.parents("territory")["3301/新苑"] == "3301"
    assert desk.parents("territory")["3301/新苑/二格"] == "3301/新苑"
    assert desk.draft(desk.book(随表新建=rows)).changes.is_empty


def test_a_title_states_the_day(desk: Desk) -> None:
    rows = [("新河镇地点花名册",), ("截至2022年3月31日",), *PLACES, ("合计", 3)]
    draft = desk.draft(desk.book(Sheet1=rows), on=None)
    assert draft.ok
    assert draft.on == date(2022, 3, 31)
    assert draft.rows_in == draft.rows_used == 3
    assert "dropped-row" in draft.findings["code"].to_list()


def test_without_a_day_nothing_is_imported(desk: Desk) -> None:
    draft = desk.draft(desk.book(地点=PLACES), on=None)
    assert not draft.ok
    assert codes(draft) == [("no-day", 2, None)]
    assert draft.on is None


def test_sheets_of_different_days_are_drafted_day_by_day(desk: Desk) -> None:
    march = [("地点花名册 截至2022年3月31日",), *PLACES]
    april = [
        ("地点花名册 截至2022年4月30日",),
        PLACES[0],
        ("33", "新河镇", "镇", None),
        ("3301", "东村社区", "村", "33"),
    ]
    draft = desk.take(desk.book(四月=april, 三月=march), on=None)
    assert desk.names("2022-04-15") >= {"东村", "西村"}
    assert "东村社区" in desk.names("2022-04-30")
    assert "东村" not in desk.names("2022-04-30")
    assert draft.changes["units"].into.height == 6
    assert desk.draft(desk.book(四月=april, 三月=march), on=None).changes.is_empty


def test_the_origin_of_every_row_is_kept(desk: Desk) -> None:
    book = desk.book(地点=PLACES, 小区=ESTATES)
    draft = desk.take(book)
    origin = draft.changes.origin
    units = draft.changes["units"].into["id"].to_list()
    lines = {
        units[r]: (s, n)
        for t, r, s, n in origin.select("table", "row", "sheet", "line").iter_rows()
        if t == "units"
    }
    assert lines["3301"] == ("地点", 3)
    assert lines["3302/一号院"] == ("小区", 4)
    assert set(origin["table"]) == {"units", "links", "measures"}
    assert desk.store.origin("units", "3301")["line"].to_list() == [3]


def test_figures_of_a_period(desk: Desk) -> None:
    desk.put(地点=PLACES, 小区=ESTATES[:2], 党组织=PARTY)
    desk.put(
        服务时长=[
            ("支部", "月份", "服务时长"),
            ("一支部", "2022年3月", 12.5),
            ("二支部", "2022-04", "20小时"),
        ]
    )
    got = desk.table("measures").filter(measure="hours").sort("unit").rows()
    assert got == [
        ("镇党委/一支部", "hours", date(2022, 3, 1), date(2022, 4, 1), 125),
        ("镇党委/二支部", "hours", date(2022, 4, 1), date(2022, 5, 1), 200),
    ]


def test_a_flow_without_a_period_is_of_the_month(desk: Desk) -> None:
    desk.put(地点=PLACES, 小区=ESTATES[:2], 党组织=PARTY)
    desk.put(服务时长=[("支部", "服务时长"), ("一支部", 3)])
    assert desk.table("measures").filter(measure="hours").row(0)[2:] == (
        date(2022, 4, 1),
        date(2022, 5, 1),
        30,
    )


def test_a_stated_beginning_is_kept(desk: Desk) -> None:
    rows = [
        (*PARTY[0], "成立时间"),
        ("镇党委", "党委", None, None, None, "2010.07"),
        ("一支部", "支部", "镇党委", None, None, "2015年3月1日"),
    ]
    desk.put(党组织=rows)
    since = dict(desk.table("units").filter(kind="branch").select("id", "since").iter_rows())
    assert since == {"镇党委/一支部": date(2015, 3, 1)}
    assert desk.parents("party", "2015-03-01") == {"镇党委/一支部": "镇党委"}
    assert desk.draft(desk.book(党组织=rows)).changes.is_empty


def test_totals_notes_blank_rows_and_ordinals_are_no_rows(desk: Desk) -> None:
    rows = [
        ("新河镇小区花名册", None, None, None, None), (None,) * 5,
        ("序号", "社区", "小区", "状态", "户数(户)"),
        (1, "东村", "一号院", "已入住", 120), (2, None, "二号院", "在建", 80),
        ("小计", None, None, None, 200), (None,) * 5, (3, "西村", "一号院", "已入住", "60户"),
        ("合计", None, None, None, 260), ("备注:以上为示例",),
    ]  # fmt: skip
    desk.put(地点=PLACES)
    draft = desk.put(Sheet1=rows)
    assert draft.rows_in == 3
    assert draft.findings["row"].to_list() == [6, 9, 10]
    assert desk.table("measures")["value"].sum() == 260


def test_headers_in_two_rows_with_merged_groups(desk: Desk) -> None:
    import openpyxl

    desk.town()
    path = desk.folder / "两行表头.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    for row in (
        ["新河镇微网格长花名册"], ["所在位置", None, "微网格", "微网格长", None],
        ["社区", "小区", None, "姓名", "联系电话"], ["东村", "一号院", "1号微网格", "孙三", "13800000009"],
        [None, None, "3号微网格", "吴六", "13800000006"],
    ):  # fmt: skip
        sheet.append(row)
    for merged in ("A1:E1", "A2:B2", "C2:C3", "D2:E2", "A4:A5", "B4:B5"):
        sheet.merge_cells(merged)
    book.save(path)
    desk.take(path, on="2022-05-31")
    assert desk.parents("territory", "2022-05-31")["3301/一号院/3号微网格"] == "3301/一号院"
    phones = desk.store.contacts()["value"].to_list()
    assert "13800000009" in phones
    assert "13800000001" not in phones


def test_blank_keeps_and_wu_clears(desk: Desk) -> None:
    desk.town()
    desk.put(
        "2022-05-31",
        微网格长=[
            GRIDS[0],
            ("东村", "一号院", "无", "1号微网格", None, "无", "无"),
            ("东村", "一号院", None, "2号微网格", "/", None, None),
        ],
    )
    assert "3301/一号院/1号微网格" not in desk.parents("party", "2022-05-31")
    holders = desk.holders("2022-05-31")
    assert ("孙三", "3301/一号院/1号微网格", "leader") in holders
    assert not any(who == "李四" for who, *_ in holders)
    assert "李四" in {who for who, *_ in desk.holders("2022-05-30")}


@pytest.mark.parametrize(("option", "word"), [("mode", "replace"), ("on", "四月")])
def test_a_wrong_mode_or_day_is_refused_before_any_file_is_read(desk: Desk, option: str, word: str) -> None:
    with pytest.raises(OrgraphError, match=word):
        desk.draft(desk.folder / "nowhere.xlsx", **{option: word})


def test_counts_per_sheet_add_up(desk: Desk) -> None:
    draft = desk.draft(desk.book(地点=PLACES, 小区=[*ESTATES, ("北村", "三号院", None, None)]))
    assert not draft.ok
    assert draft.rows_in == draft.rows_used + draft.rows_refused == 7
    assert draft.sheets.select("sheet", "rows", "used", "refused").rows() == [
        ("地点", 3, 3, 0),
        ("小区", 4, 3, 1),
    ]
