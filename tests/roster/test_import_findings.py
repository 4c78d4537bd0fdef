"""Every finding of an import: its code, its place, its masked value; errors refuse, warnings do not."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from roster_desk import ESTATES, GRIDS, PARTY, PLACES, Desk, Rows, codes

from orgraph.model.errors import RosterError


def only(desk: Desk, code: str, *, on: str = "2022-05-31", **sheets: Rows) -> pl.DataFrame:
    """The findings of one code, of an import into the town that is refused and writes nothing."""
    desk.town()
    before = desk.store.revision
    draft = desk.draft(desk.book(**sheets), on=on)
    assert not draft.ok, draft.findings.to_dicts()
    assert desk.store.revision == before
    assert draft.rows_in == draft.rows_used + draft.rows_refused
    found = draft.findings.filter(code=code)
    assert found.height, draft.findings.to_dicts()
    return found


def test_a_missing_parent_comes_with_the_nearest_names(desk: Desk) -> None:
    found = only(
        desk,
        "missing-parent",
        小区=[ESTATES[0], ("东付", "三号院", None, None), ("东村委会", "四号院", None, None)],
    )
    assert found.select("row", "column", "value").rows() == [(2, "社区", "东付"), (3, "社区", "东村委会")]
    assert found["advice"][1] == "是不是:东村"


def test_a_name_without_its_official_ending_is_known_by_it(desk: Desk) -> None:
    names = ["尖山社区居委会", "尖山村委会", "尖山新区社区", "香山社区"]
    desk.put(地点=[*PLACES, *[(f"331{n}", name, "村", "33") for n, name in enumerate(names)]])
    draft = desk.draft(desk.book(小区=[ESTATES[0], ("尖山社区", "一号院", None, None)]))
    advice = draft.findings.filter(code="missing-parent")["advice"]
    assert advice.to_list() == ["是不是:尖山社区居委会、尖山村委会、尖山新区社区"]


def test_a_missing_parent_known_elsewhere_says_where(desk: Desk) -> None:
    found = only(
        desk, "missing-parent", 微网格长=[GRIDS[0], ("西村", "二号院", None, "9号微网格", None, None, None)]
    )
    assert found["column"].to_list() == ["小区"]
    assert "东村(3301/二号院)" in found["advice"][0]


def test_what_stands_below_a_lost_parent_is_not_said_twice(desk: Desk) -> None:
    found = only(
        desk, "missing-parent", 微网格长=[GRIDS[0], ("无此村", "某院", None, "9号微网格", None, None, None)]
    )
    assert found["column"].to_list() == ["社区"]


def test_one_unit_with_two_sets_of_values(desk: Desk) -> None:
    found = only(
        desk,
        "duplicate-id",
        小区=[ESTATES[0], ("东村", "一号院", "在建", 1), ("东村", "一号院", "已入住", 1)],
    )
    assert found["row"].to_list() == [2, 3]
    assert set(found["column"]) == {"状态"}


def test_a_code_twice_with_different_names(desk: Desk) -> None:
    found = only(
        desk, "duplicate-id", 地点=[PLACES[0], ("3309", "南村", "村", "33"), ("3309", "北村", "村", "33")]
    )
    assert found.select("row", "column").rows() == [(2, "名称"), (3, "名称")]


def test_two_figures_of_one_unit(desk: Desk) -> None:
    found = only(
        desk, "duplicate-id", 小区=[ESTATES[0], ("东村", "一号院", None, 1), ("东村", "一号院", None, 2)]
    )
    assert set(found["column"]) == {"户数"}


def test_a_row_that_repeats_another_is_fine_and_said(desk: Desk) -> None:
    desk.put(地点=PLACES)
    draft = desk.put(小区=[*ESTATES, ESTATES[1]])
    assert draft.findings.select("severity", "code", "row").rows() == [("info", "repeated-row", 5)]
    assert draft.rows_used == 4


@pytest.mark.parametrize("coded", [True, False])
def test_a_cycle(desk: Desk, coded: bool) -> None:
    names = [("甲", "丙"), ("乙", "甲"), ("丙", "乙")]
    ids = dict(zip("甲乙丙", ("K1", "K2", "K3"), strict=True))
    rows = [(ids[a] if coded else None, a, ids[b] if coded else b) for a, b in names]
    found = only(desk, "cycle", 科室=[("科室代码", "科室", "上级科室"), *rows])
    assert sorted(found["row"]) == [2, 3, 4]


def test_a_unit_above_itself(desk: Desk) -> None:
    found = only(
        desk, "cycle", 科室=[("科室代码", "科室", "上级科室"), ("K1", "甲", "K1"), (None, "乙", "乙")]
    )
    assert sorted(found["row"]) == [2, 3]


def test_a_cycle_with_what_the_store_holds(desk: Desk) -> None:
    desk.put(科室=[("科室代码", "科室", "上级科室"), ("K1", "甲", None), ("K2", "乙", "K1")])
    found = only(desk, "cycle", 科室=[("科室代码", "科室", "上级科室"), ("K1", "甲", "K2")])
    assert found["row"].to_list() == [2, None]


def test_two_parents(desk: Desk) -> None:
    rows = [
        PLACES[0],
        ("34", "旧河镇", "镇", None),
        ("3305", "南村", "村", "33"),
        ("3305", "南村", "村", "34"),
    ]
    assert only(desk, "two-parents", 地点=rows)["row"].to_list() == [3, 4]


def test_a_wrong_date(desk: Desk) -> None:
    rows = [
        ("社区", "小区", "建成时间"),
        ("东村", "一号院", "2022-02-30"),
        ("东村", "二号院", "去年"),
        ("西村", "一号院", "1998.07"),
    ]
    found = only(desk, "bad-date", 小区花名册=rows)
    assert found.select("row", "column", "value").rows() == [
        (2, "建成时间", "2022-02-30"),
        (3, "建成时间", "去年"),
    ]


def test_a_wrong_number(desk: Desk) -> None:
    found = only(
        desk,
        "bad-number",
        小区=[
            ESTATES[0],
            ("东村", "一号院", None, "很多"),
            ("东村", "二号院", None, "12.5"),
            ("西村", "一号院", None, "3亩"),
        ],
    )
    assert found["value"].to_list() == ["很多", "12.5", "3亩"]
    assert "整数(户)" in found["expected"][0]


def test_a_rough_number_is_read_and_said(desk: Desk) -> None:
    desk.put(地点=PLACES)
    draft = desk.put(
        小区=[ESTATES[0], ("东村", "一号院", None, "约300户"), ("东村", "二号院", None, "1.2万")]
    )
    assert codes(draft) == [("rough-number", 2, "户数")]
    assert sorted(desk.table("measures")["value"]) == [300, 12_000]


def test_an_unknown_kind(desk: Desk) -> None:
    found = only(
        desk, "unknown-kind", 地点=[PLACES[0], ("3307", "某处", "星球", "33"), ("3308", "某地", None, "33")]
    )
    assert found.select("row", "value").rows() == [(2, "星球")]
    assert found["expected"][0] == "镇、村社区"


def test_a_kind_left_blank(desk: Desk) -> None:
    found = only(desk, "missing-value", 地点=[PLACES[0], ("3308", "某地", None, "33")])
    assert found.select("row", "column").rows() == [(2, "类别")]


def test_a_value_that_is_none_of_the_choices(desk: Desk) -> None:
    found = only(desk, "bad-value", 小区=[ESTATES[0], ("东村", "一号院", "半空", None)])
    assert found.select("column", "value", "expected").rows() == [("状态", "半空", "已入住、在建")]


def test_a_name_left_blank(desk: Desk) -> None:
    found = only(desk, "missing-value", 小区=[ESTATES[0], ("东村", None, "已入住", None)])
    assert found.select("row", "column").rows() == [(2, "小区")]


def test_a_name_that_several_units_bear(desk: Desk) -> None:
    found = only(desk, "ambiguous-name", 党组织=[PARTY[0], ("三支部", "支部", "镇党委", None, "一号院")])
    assert found.select("row", "column", "value").rows() == [(2, "覆盖", "一号院")]
    assert "3301/一号院" in found["advice"][0]


def test_a_link_to_what_is_not_there(desk: Desk) -> None:
    found = only(desk, "missing-unit", 党组织=[PARTY[0], ("三支部", "支部", "镇党委", None, "东村、九号院")])
    assert found.select("column", "value").rows() == [("覆盖", "九号院")]


def test_a_parent_of_the_wrong_kind_by_code(desk: Desk) -> None:
    found = only(desk, "wrong-parent-kind", 小区=[ESTATES[0], ("33", "三号院", None, None)])
    assert found.select("row", "column", "value", "expected").rows() == [(2, "社区", "33", "村社区")]
    assert "新河镇" in found["advice"][0]


def test_a_parent_under_which_the_kind_may_not_stand(desk: Desk) -> None:
    found = only(desk, "wrong-parent-kind", 党组织=[PARTY[0], ("乙组", "党小组", "镇党委", None, None)])
    assert found["row"].to_list() == [2]


def test_a_spreadsheet_error_in_a_cell(desk: Desk) -> None:
    rows = "社区,小区,户数\n东村,一号院,#REF!\n"
    path = desk.folder / "小区花名册.csv"
    path.write_text(rows, encoding="utf-8")
    desk.town()
    draft = desk.draft(path)
    assert ("cell-error", 2, "户数") in codes(draft)


def test_phones_and_identity_numbers_are_masked(desk: Desk) -> None:
    rows = [
        ("社区", "小区", "微网格", "微网格长", "联系电话", "身份证号"),
        ("东村", "一号院", "1号微网格", "孙三", "12345678901", "330411199001010012"),
        ("东村", "一号院", "2号微网格", "李四", "13800000002", "11010519491231002X"),
    ]
    desk.town()
    draft = desk.draft(desk.book(微网格长花名册=rows))
    said = draft.findings.filter(pl.col("code").is_in(["bad-phone", "bad-id-number"]))
    assert said.select("severity", "code", "value").rows() == [
        ("error", "bad-id-number", "330411********0012"),
        ("warning", "bad-phone", "123****8901"),
    ]
    assert "12345678901" not in str(draft.findings.to_dicts())


def test_an_empty_sheet_alone_is_an_error_beside_others_it_is_not(desk: Desk) -> None:
    assert not desk.draft(desk.book(Sheet1=[])).ok
    assert desk.draft(desk.book(地点=PLACES, Sheet2=[])).ok


def test_a_header_without_rows(desk: Desk) -> None:
    draft = desk.draft(desk.book(地点=[PLACES[0]]))
    assert not draft.ok
    assert codes(draft) == [("empty-sheet", None, None)]
    assert desk.draft(desk.book(地点=PLACES, 小区=[ESTATES[0]])).ok


def test_a_sheet_that_is_no_roster(desk: Desk) -> None:
    draft = desk.draft(desk.book(Sheet1=[("甲", "乙", "丙"), (1, 2, 3)]))
    assert codes(draft) == [("unrecognised-sheet", None, None)]
    assert draft.rows_refused == draft.rows_in == 2


def test_a_sheet_that_is_nearly_a_roster_names_what_it_lacks(desk: Desk) -> None:
    draft = desk.draft(
        desk.book(Sheet1=[("名称", "楼层", "朝向", "电梯", "物业"), ("某院", 6, "南", "有", "甲")])
    )
    (found,) = draft.findings.filter(code="unrecognised-sheet").to_dicts()
    assert "缺少列" in found["expected"]


def test_a_page_of_instructions_beside_a_roster_only_warns(desk: Desk) -> None:
    draft = desk.draft(desk.book(地点=PLACES, 填表说明=[("请如实填写",), ("每月报送",)]))
    assert draft.ok
    assert codes(draft) == [("unrecognised-sheet", None, None)]


def test_a_column_that_means_nothing(desk: Desk) -> None:
    draft = desk.draft(
        desk.book(地点=[(*PLACES[0], "风水", "备注"), *((*row, "好", "无") for row in PLACES[1:])])
    )
    assert draft.ok
    assert codes(draft) == [("unrecognised-column", None, "风水")]


def test_lists_of_residents_are_refused_and_counts_are_welcome(desk: Desk) -> None:
    desk.put(地点=PLACES)
    lists = {
        "居民花名册": [("姓名", "身份证号", "住址"), ("张三", "110105194912310020", "东村")],
        "Sheet1": [("东村重点人员名单",), ("姓名", "所在社区", "电话"), ("张三", "东村", "13800000000")],
        "Sheet2": [("姓名", "信访事项"), ("张三", "拆迁")],
        "Sheet3": [("姓名", "病种", "社区"), ("张三", "糖尿病", "东村")],
    }  # fmt: skip
    for name, rows in lists.items():
        draft = desk.draft(desk.book(**{name: rows}))
        assert not draft.ok
        assert codes(draft)[0][0] == "residents-listed", (name, draft.findings.to_dicts())
        assert "13800000000" not in str(draft.findings.to_dicts())
    assert desk.draft(desk.book(小区=[(*ESTATES[0], "重点人员数"), ("东村", "一号院", None, 120, 3)])).ok


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 broken"])
def test_a_file_that_cannot_be_read(desk: Desk, content: bytes) -> None:
    path = desk.folder / "坏.xlsx"
    path.write_bytes(content)
    with pytest.raises(RosterError, match=r"坏\.xlsx"):
        desk.draft(path)


def test_wrong_rows_can_be_skipped_with_all_that_hang_on_them(desk: Desk) -> None:
    desk.put(地点=PLACES)
    rows = [ESTATES[0], ("东村", "一号院", "已入住", 120), ("北村", "三号院", "在建", 5)]
    grids = [
        GRIDS[0],
        ("东村", "一号院", None, "1号微网格", "孙三", None, 40),
        ("北村", "三号院", None, "1号微网格", "周五", None, 4),
    ]
    book = desk.book(小区=rows, 微网格长=grids)
    assert not desk.draft(book).ok
    draft = desk.take(book, skip_rows=True)
    assert (draft.rows_in, draft.rows_used, draft.rows_refused) == (4, 2, 2)
    assert desk.names() >= {"一号院", "1号微网格"}
    assert "三号院" not in desk.names()
    skipped = draft.changes.origin.filter(table="skipped")
    assert skipped.select("sheet", "line").rows() == [("小区", 3), ("微网格长", 3)]


def test_a_row_below_a_skipped_one_is_skipped_too(desk: Desk) -> None:
    rows = [
        ("科室代码", "科室", "上级科室"),
        ("K1", "甲", None),
        ("K2", "乙", "K9"),
        ("K3", "丙", "K2"),
        ("K4", "丁", "K1"),
    ]
    draft = desk.take(desk.book(科室=rows), skip_rows=True)
    assert draft.rows_refused == 2
    assert desk.names() >= {"甲", "丁"}
    assert not desk.names() & {"乙", "丙"}


def test_what_was_wrong_before_is_not_said_again(desk: Desk) -> None:
    desk.town()
    draft = desk.put("2022-05-31", 小区=[ESTATES[0], ("东村", "五号院", None, None)])
    assert codes(draft) == []


def test_findings_speak_english_too(desk: Desk, tmp_path: Path) -> None:
    import orgraph as og

    with og.language("en"):
        draft = desk.draft(desk.book(小区=[ESTATES[0], ("东村", "一号院", "半空", None)]))
    assert "use one of them" in str(draft.findings["advice"].to_list())


@pytest.mark.parametrize(
    ("secretary", "shown"),
    [
        ("张三13812345678", "张三****"),
        ("李四 330411199001011234", "李四 ****"),
        ("13912345678", "****"),
        ("赵六、139 1234 5678", "赵六、****"),
    ],
)
def test_a_number_in_a_name_is_refused_and_masked(desk: Desk, secretary: str, shown: str) -> None:
    found = only(desk, "bad-name", 党组织=[PARTY[0], ("三支部", "支部", "镇党委", secretary, None)])
    assert found.select("row", "column", "value").rows() == [(2, "书记", shown)]


def test_a_phone_in_the_name_of_a_unit_is_refused_and_other_digits_are_not(desk: Desk) -> None:
    rows = [
        ("三支部(13812345678)", "支部", "镇党委", None, None),
        ("四支部2022001", "支部", "镇党委", None, None),
    ]
    found = only(desk, "bad-name", 党组织=[PARTY[0], *rows])
    assert found.select("row", "value").rows() == [(2, "三支部(****)")]


def test_one_row_names_one_person(desk: Desk) -> None:
    found = only(desk, "bad-name", 党员=[("姓名", "所在支部"), ("曹操、孙权", "一支部")])
    assert found.select("row", "value").rows() == [(2, "曹操、孙权")]


@pytest.mark.parametrize("word", ["待定", "空缺", "待补", "无"])
def test_a_word_for_a_vacancy_is_nobody(desk: Desk, word: str) -> None:
    desk.town()
    desk.put("2022-05-31", 党组织=[PARTY[0], ("一支部", "支部", "镇党委", word, None)])
    assert {who for who, *_ in desk.holders("2022-05-31")} == {"赵一", "孙三", "李四", "周五"}
    assert "钱二" in {who for who, *_ in desk.holders("2022-05-30")}


def test_a_note_below_the_table_is_shown_without_its_phone(desk: Desk) -> None:
    desk.town()
    draft = desk.draft(desk.book(小区=[*ESTATES, ("备注:联系人李四 13912345678", None, None, None)]))
    assert draft.findings.filter(code="dropped-row")["value"].to_list() == ["备注:联系人李四 ****"]


def test_another_day_in_the_sheet_is_said(desk: Desk) -> None:
    desk.town()
    book = desk.book(小区花名册=[("截至2022年5月31日",), *ESTATES])
    found = desk.draft(book, on="2022-06-15").findings.filter(code="other-day")
    assert found.select("severity", "value", "expected").rows() == [("warning", "2022-05-31", "2022-06-15")]
    assert desk.draft(book, on="2022-05-31").findings.filter(code="other-day").is_empty()


def test_a_parent_of_another_kind_is_said_to_be_one(desk: Desk) -> None:
    found = only(desk, "missing-parent", 党组织=[PARTY[0], ("三支部", "支部", "二支部", None, None)])
    assert found["advice"].to_list() == ["“二支部”是支部,这里要党委"]
