"""Update, correction and snapshot: what ends, what is rewritten, what stays; and the way back."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from roster_desk import ESTATES, GRIDS, PARTY, PLACES, Desk, codes

MAY, JUNE = "2022-05-31", "2022-06-30"


def versions(desk: Desk, table: str, **where: str) -> list[tuple[object, ...]]:
    """Since and until of all versions, with what tells them apart."""
    rows = desk.store.timeline().table(table).filter(**where).sort("since")  # type: ignore[arg-type]
    tell = {"units": "name", "links": "target", "memberships": "person"}[table]
    return list(rows.select("since", "until", tell).iter_rows())


def test_an_update_ends_the_version_and_starts_one(desk: Desk) -> None:
    desk.town()
    desk.put(MAY, 地点=[PLACES[0], ("3301", "东村社区", "村", "33")])
    april, may = date(2022, 4, 30), date(2022, 5, 31)
    assert versions(desk, "units", id="3301") == [(april, may, "东村"), (may, None, "东村社区")]
    assert desk.names("2022-05-30") >= {"东村"}


def test_an_update_on_the_same_day_replaces(desk: Desk) -> None:
    desk.town()
    desk.put(地点=[PLACES[0], ("3301", "东村社区", "村", "33")])
    assert versions(desk, "units", id="3301") == [(date(2022, 4, 30), None, "东村社区")]


def test_a_correction_rewrites_the_version(desk: Desk) -> None:
    desk.town()
    desk.take(desk.book(地点=[PLACES[0], ("3301", "东村社区", "村", "33")]), on=MAY, mode="correct")
    assert versions(desk, "units", id="3301") == [(date(2022, 4, 30), None, "东村社区")]


def test_a_move_ends_one_tie_and_starts_another(desk: Desk) -> None:
    desk.town()
    desk.put(MAY, 地点=[PLACES[0], ("34", "旧河镇", "镇", None), ("3301", "东村", "村", "34")])
    april, may = date(2022, 4, 30), date(2022, 5, 31)
    assert versions(desk, "links", source="3301") == [(april, may, "33"), (may, None, "34")]
    assert desk.table("units", MAY).filter(id="3301/一号院").height == 1


def test_a_unit_made_on_one_day_of_an_import_moves_on_a_later_one(desk: Desk) -> None:
    towns = (PLACES[0], ("33", "新河镇", "镇", None), ("34", "旧河镇", "镇", None))
    march = (("截至2022年3月31日",), *towns, ("3301", "东村", "村", "33"))
    april = (("截至2022年4月30日",), PLACES[0], ("3301", "东村", "村", "34"))
    desk.put(None, 地点花名册=march, 地点花名册2=april)
    first, second = date(2022, 3, 31), date(2022, 4, 30)
    assert versions(desk, "links", source="3301") == [(first, second, "33"), (second, None, "34")]


def test_a_corrected_parent_takes_over_the_time_of_the_wrong_one(desk: Desk) -> None:
    desk.town()
    desk.put(MAY, 地点=[PLACES[0], ("34", "旧河镇", "镇", None)])
    desk.take(desk.book(地点=[PLACES[0], ("3301", "东村", "村", "34")]), on=MAY, mode="correct")
    assert versions(desk, "links", source="3301") == [(date(2022, 4, 30), None, "34")]


def test_another_leader_ends_the_one_before(desk: Desk) -> None:
    desk.town()
    grid = "3301/一号院/1号微网格"
    desk.put(MAY, 微网格长=[GRIDS[0], ("东村", "一号院", None, "1号微网格", "吴六", None, None)])
    assert {who for who, unit, _ in desk.holders(MAY) if unit == grid} == {"吴六"}
    assert {who for who, unit, _ in desk.holders("2022-05-30") if unit == grid} == {"孙三"}
    desk.take(
        desk.book(微网格长=[GRIDS[0], ("东村", "一号院", None, "1号微网格", "郑七", None, None)]),
        on=JUNE,
        mode="correct",
    )
    assert {who for who, unit, _ in desk.holders(MAY) if unit == grid} == {"郑七"}


def test_a_roster_of_an_earlier_day_fills_in_the_past(desk: Desk) -> None:
    desk.put(MAY, 地点=PLACES)
    desk.put(地点=[PLACES[0], ("33", "老河镇", "镇", None)])
    assert versions(desk, "units", id="33") == [
        (date(2022, 4, 30), date(2022, 5, 31), "老河镇"), (date(2022, 5, 31), None, "新河镇"),
    ]  # fmt: skip


def test_a_path_used_again_by_another_unit_gets_a_number(desk: Desk) -> None:
    desk.town()
    gone = [row for row in GRIDS if row[3] != "2号微网格"]
    desk.take(desk.book(微网格长=gone), on=MAY, mode="snapshot", yes=True)
    desk.put(JUNE, 微网格长=GRIDS)
    assert set(desk.table("units", JUNE).filter(name="2号微网格")["id"]) == {"3301/一号院/2号微网格~2"}
    assert desk.draft(desk.book(微网格长=GRIDS), on=JUNE).changes.is_empty


def big(desk: Desk, count: int = 20) -> list[tuple[object, ...]]:
    """A village with many micro-grids, each led by somebody."""
    desk.put(地点=PLACES, 小区=ESTATES)
    rows: list[tuple[object, ...]] = [GRIDS[0]]
    rows += [
        ("东村", "一号院", None, f"{i}号微网格", f"张{i}", f"139000000{i:02}", 30 + i) for i in range(count)
    ]
    desk.put(微网格长=rows)
    return rows


def test_a_snapshot_ends_what_it_does_not_hold(desk: Desk) -> None:
    rows = big(desk)
    draft = desk.take(desk.book(微网格长=rows[:-1]), on=MAY, mode="snapshot")
    last = "3301/一号院/19号微网格"
    assert draft.ok
    assert desk.table("units", MAY).filter(id=last).height == 0
    assert last not in desk.parents("territory", MAY)
    assert not any(unit == last for _, unit, _ in desk.holders(MAY))
    assert desk.table("units", "2022-05-30").filter(id=last).height == 1
    assert desk.table("measures", MAY).filter(unit=last).height == 1  # figures never end


def test_a_snapshot_leaves_alone_what_lies_outside_its_scope(desk: Desk) -> None:
    rows = big(desk)
    desk.put(微网格长=[GRIDS[0], ("西村", "一号院", None, "远处微网格", None, None, None)])
    desk.take(desk.book(微网格长=rows), on=MAY, mode="snapshot")
    assert "远处微网格" in desk.names(MAY)
    assert desk.names(MAY) >= {"一号院", "镇党委"} - {"镇党委"}
    wide = desk.draft(desk.book(微网格长=rows), on=MAY, mode="snapshot", scope="新河镇")
    assert wide.changes["units"].out["name"].to_list() == ["远处微网格"]


def test_a_snapshot_that_ends_more_than_a_tenth_asks(desk: Desk) -> None:
    rows = big(desk)
    book = desk.book(微网格长=rows[:-3])
    draft = desk.draft(book, on=MAY, mode="snapshot")
    assert not draft.ok
    assert codes(draft)[0][0] == "snapshot-ends-many"
    assert draft.findings["value"][0] == "3 / 20"
    assert not desk.draft(book, on=MAY, mode="snapshot", skip_rows=True).ok
    assert desk.take(book, on=MAY, mode="snapshot", yes=True).changes["units"].out.height == 3


def test_a_unit_with_living_children_is_found_and_not_ended(desk: Desk) -> None:
    big(desk)
    book = desk.book(小区=[ESTATES[0], ("东村", "二号院", None, None), ("西村", "一号院", None, None)])
    draft = desk.take(book, on=MAY, mode="snapshot", yes=True)
    assert codes(draft) == [("has-children", None, None)]
    assert "3301/一号院" in set(desk.table("units", MAY)["id"])


def test_a_snapshot_that_ends_one_and_adds_a_similar_one_wonders(desk: Desk) -> None:
    rows = big(desk)
    changed = [*rows[:-1], ("东村", "一号院", None, "19号微网格新", None, None, None)]
    draft = desk.draft(desk.book(微网格长=changed), on=MAY, mode="snapshot")
    assert draft.ok
    said = draft.findings.filter(code="renamed")
    assert "19号微网格 → 19号微网格新" in said["value"].to_list()


def test_a_snapshot_of_members_ends_memberships(desk: Desk) -> None:
    desk.put(地点=PLACES, 小区=ESTATES[:2], 党组织=PARTY)
    rows: list[tuple[object, ...]] = [("姓名", "所在支部", "党员类别")]
    rows += [(f"党员{i}", "一支部", "正式党员") for i in range(20)]
    desk.put(党员=[*rows, ("别处", "二支部", "正式党员")])
    desk.take(desk.book(党员=rows[:-1]), on=MAY, mode="snapshot")
    members = {who for who, _, role in desk.holders(MAY) if role == "member"}
    assert "党员19" not in members
    assert {"党员0", "别处"} <= members


def test_after_a_snapshot_and_its_undo_every_day_and_revision_reads_as_before(desk: Desk) -> None:
    rows = big(desk)
    days = ("2022-04-30", MAY, JUNE)
    before = {day: desk.store.read(on=day).tables() for day in days}
    older = {n: desk.store.read(on=MAY, revision=n).tables() for n in range(1, desk.store.revision + 1)}
    desk.take(desk.book(微网格长=rows[:-2]), on=MAY, mode="snapshot")
    assert desk.store.read(on=MAY).units.height < before[MAY]["units"].height
    desk.store.undo()
    for wanted, got in [
        *((before[day], desk.store.read(on=day).tables()) for day in days),
        *((older[n], desk.store.read(on=MAY, revision=n).tables()) for n in older),
    ]:
        for table, frame in wanted.items():
            order = [c for c in frame.columns if c != "key"]
            assert got[table].select(order).sort(order).equals(frame.select(order).sort(order)), table


@pytest.mark.parametrize("mode", ["update", "correct", "snapshot"])
def test_every_mode_is_idempotent(desk: Desk, mode: str) -> None:
    rows = big(desk)
    book = desk.book(微网格长=[*rows[:-1], ("东村", "二号院", None, "新微网格", "新人", None, 12)])
    desk.take(book, on=MAY, mode=mode)
    assert desk.draft(book, on=MAY, mode=mode).changes.is_empty


def test_a_cleared_figure_goes(desk: Desk) -> None:
    desk.town()
    draft = desk.put(小区=[ESTATES[0], ("东村", "一号院", None, "无")])
    assert draft.findings.filter(severity="warning").is_empty()
    assert desk.table("measures").filter(unit="3301/一号院").height == 0


def test_a_figure_of_an_earlier_day_is_not_cleared_and_that_is_said(desk: Desk) -> None:
    desk.town()
    rows = [ESTATES[0], ("东村", "一号院", None, "无"), ("东村", "三号院", None, "无")]
    found = desk.put(MAY, 小区=rows).findings.filter(code="figure-stays")
    assert found.select("severity", "row", "column").rows() == [("warning", 2, "户数")]
    assert desk.table("measures", MAY).filter(unit="3301/一号院")["value"].to_list() == [120]


def test_a_figure_said_again_differently_is_replaced(desk: Desk) -> None:
    desk.town()
    desk.put(小区=[ESTATES[0], ("东村", "一号院", None, 121)])
    assert desk.table("measures").filter(unit="3301/一号院")["value"].to_list() == [121]


def test_an_end_that_is_stated_ends(desk: Desk) -> None:
    desk.town()
    rows = [(*PARTY[0], "成立时间"), ("三支部", "支部", "镇党委", None, None, "2020-01-01")]
    desk.put(党组织=rows)
    assert desk.table("units", "2020-01-01").filter(name="三支部").height == 1
    assert pl.Series(desk.table("units", "2019-12-31")["name"]).is_in(["三支部"]).sum() == 0
