"""Columns of ties: of links, of holders, of parents; several shifts of one person; from sheet to answer."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from roster_desk import Desk, codes

import orgraph as og
from orgraph.metrics.facts import Facts
from orgraph.model.errors import StructureError

WATCH = """
structure: watch
trees: {territory: {zh: 属地, columns: {number: {type: int, zh: 门牌}}}}
relations: {channel: {zh: 消息群, columns: {group_name: {zh: 群名}, minutes: {type: float, zh: 传达分钟}}}}
roles:
  leader: {zh: 队长, public: true, columns: {stage: {zh: 阶段, values: {new: 新任, old: 连任}}}}
  guard: {zh: 值班员, columns: {hours: {zh: 值班时段, several: true}, start: {zh: 上岗, several: true},
                               stop: {zh: 下岗, several: true}}}
kinds:
  village: {zh: 村, root_of: [territory]}
  team: {zh: 队, under: {territory: [village]}}
facts:
  unwatched: {uncovered: guard, from: hours, to: hours}
  unguarded: {uncovered: guard, from: start, to: stop}
  quick: {links: channel, from: village, where: {minutes: {max: 5}}}
  new_leaders: {holders: [leader], where: {stage: new}}
rosters:
  villages:
    titles: [村花名册]
    row: {unit: village}
    columns:
      村: {is: name}
  teams:
    titles: [队伍花名册]
    row: {unit: team}
    columns:
      村: {parent: village, in: territory}
      门牌: {column_of: territory, column: number, optional: true}
      队: {is: name}
      队长: {holder: leader, optional: true}
      阶段: {column_of: leader, column: stage, optional: true}
      队长任职时间: {column_of: leader, column: since, optional: true}
      队长任期届满: {column_of: leader, column: until, optional: true}
      划入时间: {column_of: territory, column: since, optional: true}
      入群时间: {column_of: channel, column: since, optional: true}
      消息来自: {link: channel, from: village, optional: true}
      群名: {column_of: channel, column: group_name, optional: true}
      传达分钟: {column_of: channel, column: minutes, optional: true}
  shift_sheet:
    titles: [值班表]
    row: {unit: team}
    columns:
      队: {is: name}
      值班员: {holder: guard}
      值班时段: {column_of: guard, column: hours}
  guards:
    titles: [值班人员花名册]
    row: {person: 姓名}
    columns:
      姓名: {is: name}
      队: {member_of: team, role: guard}
      上岗: {is: start}
      下岗: {column_of: guard, column: stop}
"""
HEAD = ("村", "门牌", "队", "队长", "阶段", "消息来自", "群名", "传达分钟")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    made.store = og.open(tmp_path / "watch.duckdb", structure=og.Structures.from_texts({"watch": WATCH}))
    made.put(村花名册=[("村",), ("东村",), ("西村",)])
    return made


def teams(desk: Desk, *rows: tuple[object, ...], on: str = "2022-04-30") -> None:
    desk.take(desk.book(队伍花名册=[HEAD, *rows]), on=on)


def fact(desk: Desk, name: str, on: str = "2022-04-30") -> dict[str, object]:
    org = desk.store.read(on=on)
    return dict(zip(org.units["name"], Facts(org, "watch").series(name), strict=True))


def test_a_link_a_holder_and_a_parent_carry_what_their_row_says(desk: Desk) -> None:
    teams(
        desk,
        ("东村", 7, "一队", "张三", "新任", "东村、西村", "东村一群", 3.5),
        ("西村", None, "二队", "李四", "连任", "西村", None, 12),
    )
    links = desk.table("links").sort("relation", "source", "target")
    said = links.select("source", "target", "relation", "group_name", "minutes", "number").rows()
    assert said == [
        ("东村", "东村/一队", "channel", "东村一群", 3.5, None),
        ("西村", "东村/一队", "channel", "东村一群", 3.5, None),
        ("西村", "西村/二队", "channel", None, 12.0, None),
        ("东村/一队", "东村", "territory", None, None, 7),
        ("西村/二队", "西村", "territory", None, None, None),
    ]
    assert (fact(desk, "quick")["一队"], fact(desk, "quick")["二队"]) == (2, 0)
    assert (fact(desk, "new_leaders")["一队"], fact(desk, "new_leaders")["二队"]) == (1, 0)


def test_a_new_value_of_a_tie_begins_on_its_day_and_a_blank_keeps(desk: Desk) -> None:
    teams(desk, ("东村", 7, "一队", "张三", "新任", "东村", "旧群", 3))
    teams(desk, ("东村", None, "一队", "张三", "连任", "东村", "新群", None), on="2022-05-31")
    old, new = (desk.table("links", day).filter(relation="channel") for day in ("2022-05-30", "2022-05-31"))
    assert old.select("group_name", "minutes").rows() == [("旧群", 3.0)]
    assert new.select("group_name", "minutes").rows() == [("新群", 3.0)]
    assert desk.table("memberships", "2022-05-31")["stage"].to_list() == ["old"]
    assert desk.table("links", "2022-05-31").filter(relation="territory")["number"].to_list() == [7]


def test_a_tie_begins_and_ends_when_its_row_says(desk: Desk) -> None:
    head = ("村", "划入时间", "队", "队长", "队长任职时间", "队长任期届满", "消息来自", "入群时间")
    rows = [
        ("东村", "2020-05-01", "一队", "张三", "2021-03-01", "2024-03-01", "东村", "2022年2月"),
        ("西村", None, "二队", "李四", None, None, "西村", None),
    ]
    desk.take(desk.book(队伍花名册=[head, *rows]))
    held = desk.table("memberships").sort("unit").select("since", "until").rows()
    assert held == [(date(2021, 3, 1), date(2024, 3, 1)), (date(2022, 4, 30), None)]
    links = desk.table("links").sort("relation", "source").select("relation", "source", "since").rows()
    assert links == [
        ("channel", "东村", date(2022, 2, 1)),
        ("channel", "西村", date(2022, 4, 30)),
        ("territory", "东村/一队", date(2020, 5, 1)),
        ("territory", "西村/二队", date(2022, 4, 30)),
    ]
    assert desk.store.read(on="2021-02-28").memberships.is_empty()
    again = desk.draft(desk.book(队伍花名册=[head, *rows]))
    assert again.ok
    assert again.changes.is_empty


def test_two_rows_that_say_different_things_of_one_link_are_told(desk: Desk) -> None:
    same = ("东村", 7, "一队", None, None, "东村")
    draft = desk.draft(desk.book(队伍花名册=[HEAD, (*same, "甲群", 1), (*same, "乙群", 1)]))
    assert ("duplicate-id", 2, "群名") in codes(draft)


def test_a_value_that_cannot_be_is_told_at_its_cell(desk: Desk) -> None:
    draft = desk.draft(
        desk.book(队伍花名册=[HEAD, ("东村", 7, "一队", "张三", "退休", "东村", None, "很快")])
    )
    assert codes(draft) == [("bad-value", 2, "阶段"), ("bad-number", 2, "传达分钟")]


def test_a_shift_sheet_of_teams_leaves_no_hour_uncovered(desk: Desk) -> None:
    teams(desk, ("东村", None, "一队", *[None] * 5), ("西村", None, "二队", *[None] * 5))
    sheet = [
        ("队", "值班员", "值班时段"),
        ("一队", "张三", "8:00-16:00"),
        ("一队", "李四", "16:00-24:00"),
        ("一队", "王五", "22:00\uff5e08:00"),
        ("二队", "赵六", "08:00-12:00"),
        ("二队", "赵六", "14:00-18:00"),
    ]
    desk.put(值班表=sheet)
    assert fact(desk, "unwatched") == {"东村": 24, "西村": 24, "一队": 0, "二队": 16}
    held = desk.table("memberships").filter(unit="西村/二队")
    assert held["hours"].to_list() == ["08:00-12:00、14:00-18:00"]


def test_several_shifts_of_one_person_are_kept_once_each_and_go_together(desk: Desk) -> None:
    teams(desk, ("东村", None, "一队", *[None] * 5))
    rows = [
        ("张三", "一队", "06:00", "10:00"),
        ("张三", "一队", "22:00", "02:00"),
        ("张三", "一队", "22:00", "02:00"),
        ("李四", "一队", "06:00", "22:00"),
    ]
    draft = desk.put(值班人员花名册=[("姓名", "队", "上岗", "下岗"), *rows])
    assert draft.rows_used == 4
    assert sorted(desk.table("memberships").select("start", "stop").rows()) == [
        ("06:00", "22:00"),
        ("06:00、22:00", "10:00、02:00"),
    ]
    assert fact(desk, "unguarded")["一队"] == 4
    again = desk.draft(desk.book(值班人员花名册=[("姓名", "队", "上岗", "下岗"), *rows]))
    assert again.changes["memberships"].is_empty


def test_headers_of_ties_are_recognised_by_their_words_and_asked_for_in_the_template(
    desk: Desk, tmp_path: Path
) -> None:
    head = ("村", "队", "队长", "队长阶段", "消息来自", "消息群群名")
    found = og.recognise(desk.book(队伍花名册=[head, ("东村", "一队", *[None] * 4)]), desk.store.structures)
    known = found.columns.filter(pl.col("field").is_not_null() & pl.col("header").is_not_null())
    fields = dict(known.select("header", "field").iter_rows())
    assert fields["队长阶段"] == "阶段"
    assert fields["消息群群名"] == "群名"
    path = og.template(desk.store.structures, tmp_path / "blank.xlsx")
    sheet = openpyxl.load_workbook(path)["队伍花名册"]
    heads = {str(cell.value).strip(" *") for row in sheet.iter_rows(max_row=6) for cell in row if cell.value}
    assert {"门牌", "阶段", "群名", "传达分钟"} <= heads


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("{column_of: chanel, column: group_name}", "channel"),
        ("{column_of: channel, column: group}", "group_name"),
        ("{column_of: channel, column: minutes}", "传达分钟"),
        ("{column_of: guard, column: hours}", "leader"),
    ],
)
def test_what_no_column_ties_is_refused_with_the_nearest(wrong: str, said: str) -> None:
    text = WATCH.replace("{column_of: channel, column: group_name, optional: true}", wrong)
    with pytest.raises(StructureError, match=said):
        og.Structures.from_texts({"watch": text})


def test_the_values_of_a_role_are_its_own_where_another_role_has_free_text_of_that_name(
    tmp_path: Path,
) -> None:
    text = """
structure: watch
trees: {territory: {zh: 属地}}
roles:
  driver: {zh: 驾驶员, columns: {skill: {zh: 特长, values: {truck: 货车, bus: 客车}}}}
  helper: {zh: 帮手, columns: {skill: {type: text, zh: 特长}}}
kinds: {village: {zh: 村, root_of: [territory]}}
facts: {trucks: {holders: [driver], where: {skill: truck}}}
rosters:
  villages: {titles: [村花名册], row: {unit: village}, columns: {村: {is: name}}}
  drivers:
    titles: [驾驶员花名册]
    row: {person: 姓名}
    columns: {姓名: {is: name}, 村: {member_of: village, role: driver}, 特长: {is: skill}}
"""
    desk = Desk(tmp_path)
    desk.store = og.open(tmp_path / "drivers.duckdb", structure=og.Structures.from_texts({"watch": text}))
    desk.put(村花名册=[("村",), ("东村",)])
    desk.put(驾驶员花名册=[("姓名", "村", "特长"), ("张三", "东村", "货车"), ("李四", "东村", "客车")])
    assert fact(desk, "trucks")["东村"] == 1


def test_minutes_of_channels_from_a_roster_are_the_delays_of_a_call(desk: Desk) -> None:
    teams(
        desk,
        ("东村", None, "一队", "张三", "新任", "东村", None, 3.5),
        ("东村", None, "二队", "李四", "新任", "东村", None, 12),
    )
    call = og.Call(delay="fixed:minutes", rate=1, response="fixed:10", along=["channel"], roles=["leader"])
    told = og.mobilise(desk.store.read(on="2022-04-30"), "东村", 2, call, runs=20)
    assert told.filter(pl.col("item").is_in(["told", "q50"]))["value"].to_list() == [2, 22]
