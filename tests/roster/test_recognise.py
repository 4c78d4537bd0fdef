"""Which roster a sheet is, which column is which field, and what is said where that is not certain."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import polars as pl
import pytest
from roster_desk import ESTATES, GRIDS, PARTY, PLACES, Desk, codes

import orgraph as og
from orgraph.roster.sheets.headers import plain, variants

TWINS = """
structure: {name}
name: {{zh: {zh}, en: {name}}}
uses: [common]
scope: "{scope}"
rosters:
  estates:
    titles: [小区花名册]
    row: {{unit: estate}}
    columns:
      社区: {{parent: village, in: territory}}
      小区: {{is: name}}
"""
COMMON = """
structure: common
name: {zh: 共同, en: common}
trees: {territory: {zh: 属地}}
kinds:
  town: {zh: 镇, root_of: [territory]}
  village: {zh: 村社区, under: {territory: [town]}, synonyms: [社区, 村]}
  estate: {zh: 小区, under: {territory: [village]}}
rosters:
  places:
    titles: [地点花名册]
    row: {unit: [town, village]}
    columns:
      编号: {is: id}
      名称: {is: name}
      类别: {is: kind}
      上级: {parent: town, in: territory, optional: true}
"""


class Twins(Desk):
    """Two towns whose rosters look alike."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        texts = {
            "common": COMMON,
            "east": TWINS.format(name="east", zh="东镇", scope="1"),
            "west": TWINS.format(name="west", zh="西镇", scope="2"),
        }
        self.store = og.open(folder / "twins.duckdb", structure=og.Structures.from_texts(texts))
        villages = [("11", "甲村", "1"), ("21", "乙村", "2"), ("12", "丙村", "1"), ("22", "丙村", "2")]
        rows = [(code, name, "村", town) for code, name, town in villages]
        self.put(地点=[PLACES[0], ("1", "东镇", "镇", None), ("2", "西镇", "镇", None), *rows])


@pytest.fixture
def twins(tmp_path: Path) -> Twins:
    return Twins(tmp_path)


def test_headers_are_compared_without_width_case_spaces_and_punctuation() -> None:
    assert plain("村\uff08社区\uff09\n") == plain("村(社区)") == "村社区"
    assert dict(variants("户数(户)"))["户数"] == 0.97
    assert "社区" in dict(variants("所属社区"))


def test_the_parents_tell_two_alike_rosters_apart(twins: Twins) -> None:
    draft = twins.take(twins.book(Sheet1=[("社区", "小区"), ("乙村", "一号院")]))
    assert draft.sheets["roster"].to_list() == ["west/estates"]
    assert twins.table("units").filter(name="一号院")["id"].to_list() == ["21/一号院"]


def test_a_title_tells_them_apart_too(twins: Twins) -> None:
    draft = twins.draft(twins.book(Sheet1=[("东镇小区花名册",), ("社区", "小区"), ("丙村", "一号院")]))
    assert draft.sheets["roster"].to_list() == ["east/estates"]


def test_what_cannot_be_told_apart_is_not_guessed(twins: Twins) -> None:
    draft = twins.draft(twins.book(Sheet1=[("社区", "小区"), ("丙村", "一号院")]))
    assert codes(draft) == [("ambiguous-roster", None, None)]
    assert draft.findings["value"].to_list() == ["east/estates、west/estates"]


def test_names_are_looked_for_where_the_structure_has_its_place(twins: Twins) -> None:
    twins.put(Sheet1=[("东镇小区花名册",), ("社区", "小区"), ("丙村", "一号院")])
    twins.put(Sheet1=[("西镇小区花名册",), ("社区", "小区"), ("丙村", "一号院")])
    assert set(twins.table("units").filter(kind="estate")["id"]) == {"12/一号院", "22/一号院"}


def test_synonyms_of_the_vocabulary_head_columns_too(desk: Desk) -> None:
    desk.town()
    rows = [
        ("所属社区", "小区名称", "微网格名称", "网格长", "手机号", "常住人口(人)"),
        ("东村", "一号院", "7号微网格", "吴六", "13800000007", "12人"),
    ]
    draft = desk.put(Sheet1=rows)
    assert draft.sheets["roster"].to_list() == ["town/micro_grids"]
    assert dict(draft.fields.select("header", "field").iter_rows())["手机号"] == "联系电话"
    assert "residents" in set(desk.table("measures")["measure"])
    said = draft.findings.filter(code="uncertain-column")
    assert set(said["column"]) == {"所属社区", "小区名称", "微网格名称"} - set(
        draft.fields.filter(pl.col("score") >= 0.85)["header"]
    )


def test_a_sheet_without_a_title_is_known_by_its_headers(desk: Desk) -> None:
    draft = desk.draft(desk.book(Sheet1=PLACES, Sheet2=ESTATES, Sheet3=PARTY, Sheet4=GRIDS))
    assert draft.sheets["roster"].to_list() == [
        "town/places",
        "town/estates",
        "town/party",
        "town/micro_grids",
    ]
    assert draft.ok


def test_the_header_may_stand_below_titles_and_blank_rows(desk: Desk) -> None:
    rows = [(None,), ("新河镇",), (None,), ("单位:新河镇  2022年4月",), *PLACES]
    assert desk.draft(desk.book(Sheet1=rows)).rows_in == 3


def test_the_kind_may_stand_in_the_title(desk: Desk) -> None:
    rows = [("新河镇村社区地点花名册",), ("编号", "名称", "上级"), ("3303", "南村", "33")]
    desk.put(地点=PLACES)
    draft = desk.draft(desk.book(Sheet1=rows))
    assert draft.ok, draft.findings.to_dicts()
    assert draft.changes["units"].into["kind"].to_list() == ["village"]


def test_a_figure_merged_over_rows_is_not_multiplied(desk: Desk) -> None:
    desk.put(地点=PLACES)
    path = desk.folder / "合并.xlsx"
    book = openpyxl.Workbook()
    for row in [
        ("小区花名册",),
        *ESTATES[:1],
        ("东村", "一号院", "已入住", 120),
        (None, "二号院", None, None),
    ]:
        book.active.append(list(row))
    for merged in ("A3:A4", "C3:C4", "D3:D4"):
        book.active.merge_cells(merged)
    book.save(path)
    draft = desk.take(path)
    assert codes(draft) == [("merged-figure", 3, "户数")]
    assert desk.table("measures")["value"].to_list() == [120]
    assert desk.table("units").filter(kind="estate")["status"].to_list() == ["occupied", "occupied"]


def test_the_unit_of_a_figure_may_stand_in_its_header(desk: Desk) -> None:
    desk.put(地点=PLACES)
    heads = (*ESTATES[0][:3], "户数(万户)")
    desk.put(小区=[heads, ("东村", "一号院", None, 1.5)])
    assert desk.table("measures")["value"].to_list() == [15_000]


def test_filling_down_starts_anew_where_the_left_changes(desk: Desk) -> None:
    desk.town()
    rows = [
        ("社区", "小区", "微网格"),
        ("东村", "二号院", "5号微网格"),
        (None, None, "6号微网格"),
        ("西村", None, "7号微网格"),
    ]
    draft = desk.draft(desk.book(微网格长=rows))
    made = dict(
        draft.changes["links"].into.filter(relation="territory").select("source", "target").iter_rows()
    )
    assert made["3301/二号院/6号微网格"] == "3301/二号院"
    assert "3302/二号院/7号微网格" not in made
    assert not any(parent == "3301/二号院" and child.endswith("7号微网格") for child, parent in made.items())
