"""What rosters are taken for, and mapping files: said once, used from then on."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from roster_desk import DAY, ESTATES, GRIDS, PARTY, PLACES, TOWN, Desk

import orgraph as og
from orgraph.model.errors import MappingError
from orgraph.roster.sheets.mapping import read_mapping

MAY = "2022-05-31"
ODD = (
    ("村居", "楼盘名", "现状", "总户", "经办"),
    ("东村", "三号院", "在建", 30, "甲"),
    ("西村", "四号院", "已入住", 40, "乙"),
)
"""Headers that no roster knows."""

SAID = """
sheets:
  - file: "名册*.xlsx"
    roster: 小区花名册
    columns: {村居: 社区, 楼盘名: 小区, 现状: 状态, 总户: 户数, 经办: "-"}
"""


@pytest.fixture
def town(desk: Desk) -> Desk:
    desk.put(地点=PLACES)
    return desk


@pytest.fixture(scope="module")
def structures() -> og.Structures:
    return og.Structures.from_texts({"town": TOWN})


def saved(desk: Desk, text: str, name: str = "mapping.yaml") -> Path:
    path = desk.folder / name
    path.write_text(text, encoding="utf-8")
    return path


def states(found: pl.DataFrame) -> dict[str | None, str]:
    """Header in the sheet, or the field that is not there → state."""
    return dict(found.select(pl.coalesce("header", "field"), "state").iter_rows())


# --- what is understood --------------------------------------------------------------------------


def test_every_column_is_told_with_its_field_and_how_sure_it_is(
    structures: og.Structures, desk: Desk
) -> None:
    heads = ("序号", "所属社区", "小区名称", "状态", "户数(户)", "备用栏", "备注")
    book = desk.book(小区花名册=[("截至2022年4月30日",), heads, (1, "东村", "一号院", "在建", 1, "x", None)])
    found = og.recognise(book, structures)
    (sheet,) = found.sheets.to_dicts()
    assert (sheet["roster"], sheet["title"], sheet["state"]) == ("town/estates", "小区花名册", "recognised")
    assert (sheet["rows"], str(sheet["day"])) == (1, DAY)
    assert sheet["score"] > 0.8
    columns = {r["header"]: r for r in found.columns.to_dicts() if r["header"]}
    assert [columns[h]["letter"] for h in heads] == list("ABCDEFG")
    assert columns["户数(户)"]["field"] == "户数"
    assert columns["状态"]["score"] == 1.0
    told = states(found.columns)
    assert (told["序号"], told["备注"]) == ("passed-over", "passed-over")
    assert told["备用栏"] == "unused"
    assert told["状态"] == "sure"
    assert told["建成时间"] == "absent"
    assert columns["小区名称"]["means"] == "小区的名称"


def test_what_is_uncertain_and_what_is_missing_is_said(structures: og.Structures, desk: Desk) -> None:
    book = desk.book(党员花名册=[("姓名", "党员支部名称", "学历"), ("甲", "一支部", "本科")])
    found = og.recognise(book, structures)
    told = states(found.columns)
    assert told["所在支部"] == "missing"
    assert told["党员支部名称"] == "unused"
    book = desk.book(小区花名册=[("所属村社区名称", "小区", "户数"), ("东村", "一号院", 3)])
    column = og.recognise(book, structures).columns.filter(header="所属村社区名称").row(0, named=True)
    assert (column["field"], column["state"]) == ("社区", "uncertain")
    assert column["score"] < 0.85


def test_a_sheet_that_is_no_roster_is_told_with_what_is_lacking(
    structures: og.Structures, desk: Desk
) -> None:
    found = og.recognise(desk.book(表一=[("甲", "乙"), (1, 2)]), structures)
    assert found.sheets["state"].to_list() == ["unrecognised"]
    assert found.sheets["roster"].to_list() == [None]
    assert found.findings["code"].to_list() == ["unrecognised-sheet"]
    assert found.columns.is_empty()


def test_a_store_and_its_structures_understand_alike(town: Desk, structures: og.Structures) -> None:
    book = town.book(小区=ESTATES, 党组织=PARTY, 微网格长=GRIDS)
    by_store, by_file = og.recognise(book, town.store), og.recognise(book, structures)
    assert by_store.columns.equals(by_file.columns)
    assert town.store.revision == 2, "nothing is imported"


# --- the file that is saved ----------------------------------------------------------------------


def test_the_saved_file_reads_as_was_understood(town: Desk, structures: og.Structures) -> None:
    book = town.book(小区=ESTATES, 党组织=PARTY, 微网格长=GRIDS)
    found = og.recognise(book, structures)
    path = saved(town, found.mapping())
    again = og.recognise(book, structures, mapping=path)
    drop = ["score"]
    assert again.columns.drop(drop).equals(found.columns.drop(drop))
    plain, mapped = town.draft(book), town.draft(book, mapping=path)
    assert mapped.ok
    for table, patch in plain.changes.patches.items():
        assert mapped.changes.patches[table].into.equals(patch.into) or table in (
            "people",
            "memberships",
            "contacts",
        )


def test_doubts_stand_in_comments_and_sheets_read_alike_share_an_entry(
    structures: og.Structures, desk: Desk
) -> None:
    rows = [("所属村社区名称", "小区", "备用栏"), ("东村", "一号院", 3)]
    book = desk.book(一网格小区花名册=rows, 二网格小区花名册=rows).rename(desk.folder / "2022年四月名册.xlsx")
    text = og.recognise(book, structures).mapping()
    assert text.count("roster:") == 1
    assert 'file: "*年*月名册.xlsx"' in text
    assert 'sheet: ["一网格小区花名册", "二网格小区花名册"]' in text
    assert '"所属村社区名称": "社区"   # 0.' in text
    assert "请核对" in text
    (unused,) = [line for line in text.splitlines() if "备用栏" in line]
    assert '"备用栏": "-"   # 没有读取;可改为:' in unused
    assert "户数" in unused
    may = desk.book(一网格小区花名册=rows).rename(desk.folder / "2022年五月名册.xlsx")
    read = read_mapping(saved(desk, text), structures)
    answered = og.recognise(may, structures, mapping=read).columns
    assert states(answered)["备用栏"] == "passed-over"
    assert answered.filter(header="所属村社区名称")["state"].to_list() == ["sure"]


def test_sheets_that_were_not_recognised_wait_in_comments(structures: og.Structures, desk: Desk) -> None:
    text = og.recognise(desk.book(表一=ODD), structures).mapping()
    assert '  #   sheet: "表一"' in text
    assert "town/estates" in text
    assert read_mapping(saved(desk, text), structures).answers == ()
    mended = text.replace("  # - file", "  - file").replace("  #   ", "    ")
    mended = mended.replace('roster: "-"', 'roster: "town/estates"')
    (answer,) = read_mapping(saved(desk, mended), structures).answers
    assert answer.roster == "town/estates"


# --- what is said counts -------------------------------------------------------------------------


def test_headers_that_nobody_knows_are_read_as_said(town: Desk) -> None:
    book = town.book(表一=ODD)
    assert not town.draft(book).ok
    draft = town.take(book, mapping=saved(town, SAID))
    assert draft.findings.filter(pl.col("severity") != "info").is_empty(), draft.findings.to_dicts()
    units = town.table("units").filter(kind="estate")
    assert set(units.select("name", "status").iter_rows()) == {("三号院", "building"), ("四号院", "occupied")}
    assert sorted(town.table("measures")["value"]) == [30, 40]


def test_what_is_said_wins_over_what_is_guessed(town: Desk) -> None:
    book = town.book(小区花名册=[("社区", "小区", "名称"), ("东村", "甲", "三号院")])
    said = 'sheets: [{roster: estates, columns: {名称: 小区, 小区: "-"}}]'
    town.take(book, mapping=saved(town, said))
    assert "三号院" in town.names()
    assert "甲" not in town.names()


def test_two_columns_of_one_header_are_told_apart_by_letter(town: Desk) -> None:
    book = town.book(小区花名册=[("社区", "小区", "数", "数"), ("东村", "三号院", 7, 30)])
    town.take(book, mapping=saved(town, "sheets: [{roster: estates, columns: {数@D: 户数, 数@C: 层数}}]"))
    assert town.table("measures")["value"].to_list() == [30]
    assert town.table("units").filter(name="三号院")["floors"].to_list() == [7]


def test_a_sheet_may_be_left_out_even_one_that_would_be_refused(town: Desk) -> None:
    residents = [("姓名", "与户主关系"), ("某甲", "户主")]
    book = town.book(小区花名册=ESTATES, 住户=residents)
    assert not town.draft(book).ok
    draft = town.draft(book, mapping=saved(town, 'sheets: [{sheet: 住户, roster: "-"}]'))
    assert draft.ok
    assert "sheet-left-out" in set(draft.findings["code"])


def test_residents_are_refused_whatever_is_said(town: Desk) -> None:
    book = town.book(住户=[("姓名", "与户主关系"), ("某甲", "户主")])
    draft = town.draft(book, mapping=saved(town, "sheets: [{roster: members, columns: {姓名: 姓名}}]"))
    assert not draft.ok
    assert draft.findings["code"].to_list().count("residents-listed") == 1


def test_the_first_entry_that_fits_counts(structures: og.Structures, town: Desk) -> None:
    book = town.book(表一=[("社区", "小区"), ("东村", "三号院")])
    said = 'sheets: [{sheet: 表二, roster: "-"}, {sheet: "表?", roster: estates}, {roster: "-"}]'
    found = og.recognise(book, structures, mapping=saved(town, said))
    assert found.sheets["roster"].to_list() == ["town/estates"]
    assert "sheet-left-out" not in set(found.findings["code"])


def test_a_column_that_is_not_there_is_told_with_the_nearest(town: Desk) -> None:
    draft = town.draft(
        town.book(小区花名册=ESTATES),
        mapping=saved(town, "sheets: [{roster: estates, columns: {小区名: 小区}}]"),
    )
    (finding,) = draft.findings.filter(code="mapped-column-absent").to_dicts()
    assert finding["value"] == "小区名"
    assert "是不是:小区" in finding["advice"]


# --- renamed? ------------------------------------------------------------------------------------


def renaming(desk: Desk) -> Path:
    """April's estates, and May's roster in which one of them has another name."""
    rows = [("东村", f"{n}号大院", "已入住", 10) for n in "甲乙丙丁戊己庚辛壬癸"]
    desk.put(地点=PLACES, 小区=[ESTATES[0], *rows])
    return desk.book(小区=[ESTATES[0], ("东村", "甲字号大院", "已入住", 10), *rows[1:]])


def test_a_snapshot_asks_and_says_how_to_answer(desk: Desk) -> None:
    draft = desk.draft(renaming(desk), on=MAY, mode="snapshot")
    (asked,) = draft.findings.filter(code="renamed").to_dicts()
    assert '"3301/甲号大院": "甲字号大院"' in asked["advice"]
    assert 'ended: ["3301/甲号大院"]' in asked["advice"]


def test_a_renamed_unit_stays_the_same_unit_with_its_figures(desk: Desk) -> None:
    book = renaming(desk)
    said = saved(desk, 'renamed: {"3301/甲号大院": "甲字号大院"}')
    draft = desk.take(book, on=MAY, mode="snapshot", mapping=said)
    assert "renamed" not in set(draft.findings["code"])
    versions = desk.store.timeline().table("units").filter(id="3301/甲号大院").sort("since")
    assert versions.select(
        "name", pl.col("since").cast(pl.String), pl.col("until").cast(pl.String)
    ).rows() == [
        ("甲号大院", DAY, MAY),
        ("甲字号大院", MAY, None),
    ]
    assert desk.table("units", MAY).filter(kind="estate").height == 10
    assert "3301/甲字号大院" not in set(desk.table("units", MAY)["id"])
    again = desk.draft(book, on=MAY, mode="snapshot", mapping=said)
    assert again.changes.is_empty
    assert "mapped-unit-unknown" not in set(again.findings["code"]), "answered once, harmless ever after"


def test_a_unit_that_did_end_is_not_asked_about_again(desk: Desk) -> None:
    draft = desk.take(
        renaming(desk), on=MAY, mode="snapshot", mapping=saved(desk, 'ended: ["3301/甲号大院"]')
    )
    assert "renamed" not in set(draft.findings["code"])
    assert {"甲字号大院"} <= desk.names(MAY)
    assert "甲号大院" not in desk.names(MAY)


def test_a_unit_that_is_not_there_is_told_with_the_nearest(desk: Desk) -> None:
    draft = desk.draft(
        renaming(desk), on=MAY, mode="snapshot", mapping=saved(desk, "renamed: {甲号大: 新大院}")
    )
    (finding,) = draft.findings.filter(code="mapped-unit-unknown").to_dicts()
    assert finding["severity"] == "warning"
    assert "甲号大院" in finding["advice"]


# --- wrong files ---------------------------------------------------------------------------------

WRONG = {
    "sheet: 1": (1, "sheet", "是不是:sheets"),
    "sheets: [{rooster: estates}]": (1, "sheets[0].rooster", "是不是:roster"),
    "sheets:\n  - file: x.xlsx": (2, "sheets[0]", "缺少键"),
    "sheets:\n  - roster: 小区花名": (2, "sheets[0].roster", "是不是:小区花名册"),
    "sheets:\n  - roster: estates\n    columns: {甲: 小曲}": (3, "sheets[0].columns.甲", "是不是:小区"),
    "sheets:\n  - roster: estates\n    columns: {甲: 小区, 乙: 小区}": (3, "sheets[0].columns.乙", "已经是"),
    "sheets:\n  - roster: estates\n    columns: [甲]": (3, "sheets[0].columns", "映射"),
    "sheets: {roster: estates}": (1, "sheets", "列表"),
    "renamed: {a: 33}": (1, "renamed.a", '写 "33"'),
    "ended:\n  - 033": (2, "ended[0]", '写 "033"'),
    "sheets:\n\t- roster: x": (2, "", "制表符"),
    "renamed: {a: b}\nrenamed: {c: d}": (2, "renamed", "键重复"),
    "": (1, "", "空的"),
}
"""A wrong text → the line and key at which it is wrong, and what is said."""


@pytest.mark.parametrize("text", WRONG)
def test_a_wrong_file_is_refused_with_line_key_and_what_would_be_right(
    structures: og.Structures, tmp_path: Path, text: str
) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    line, key, hint = WRONG[text]
    with pytest.raises(MappingError) as caught:
        read_mapping(path, structures)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key) == (str(path), line, key)
    assert hint in problem.message


def test_all_that_is_wrong_is_told_at_once(structures: og.Structures, tmp_path: Path) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text(
        "sheets:\n  - roster: nope\n  - roster: estates\n    columns: {a: nope}\nended: x\n", encoding="utf-8"
    )
    with pytest.raises(MappingError) as caught:
        read_mapping(path, structures)
    assert [p.line for p in caught.value.problems] == [2, 4, 5]


def test_a_file_that_is_not_there_and_one_that_is_no_text(structures: og.Structures, tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="打不开"):
        read_mapping(tmp_path / "x.yaml", structures)
    (tmp_path / "x.yaml").write_bytes("名册".encode("gb18030"))
    with pytest.raises(MappingError, match="UTF-8"):
        read_mapping(tmp_path / "x.yaml", structures)
