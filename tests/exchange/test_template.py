"""Templates: what a clerk finds in the workbook, and that a filled-in copy is a roster."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineWorkbook

import orgraph as og
from orgraph.exchange.pages import is_page
from orgraph.exchange.template import template
from orgraph.model.errors import OrgraphError, UnknownName
from orgraph.model.language.rosters import HolderForm, IdOfForm, IsForm, PhoneOfForm

FIRST = 5
"""The first row to fill in."""


@pytest.fixture(scope="module")
def honghe() -> og.Structures:
    return og.Structures.load("honghe")


@pytest.fixture(scope="module")
def book(honghe: og.Structures, tmp_path_factory: pytest.TempPathFactory) -> openpyxl.Workbook:
    return openpyxl.load_workbook(template(honghe, tmp_path_factory.mktemp("template") / "花名册.xlsx"))


def headers(sheet: Worksheet) -> dict[str, str]:
    """Header (without the star) → letter of its column."""
    return {str(c.value).rstrip("*"): c.column_letter for c in sheet[3] if c.value}


def checks(sheet: Worksheet) -> dict[str, object]:
    """Letter of a column → its check."""
    return {str(v.sqref)[0]: v for v in sheet.data_validations.dataValidation if str(v.sqref) != "B2"}


def choices(book: openpyxl.Workbook, formula: str) -> list[object]:
    name, _, cells = formula.rpartition("!")
    return [row[0].value for row in book[name.strip("'")][cells.replace("$", "")]]


def test_there_is_one_sheet_for_each_roster_of_the_structure_between_instructions_and_choices(
    honghe: og.Structures, book: openpyxl.Workbook
) -> None:
    own = [r.titles[0] for r in honghe.rosters.values() if r.structure == "honghe"]
    assert book.sheetnames == ["填表说明", *own, "选项"]
    assert len(own) == 8, "none of the divisions"
    assert book["选项"].sheet_state == "hidden"
    assert book.active.title == own[0]


def test_every_column_is_there_and_a_star_marks_the_required_ones(
    honghe: og.Structures, book: openpyxl.Workbook
) -> None:
    for roster in honghe.files["honghe"].rosters.values():
        shown = [str(c.value) for c in book[roster.titles[0]][3]]
        wanted = [h + ("" if f.optional else "*") for h, f in roster.columns.items()]
        assert shown == ["序号", *wanted]


def test_headers_are_chinese_where_the_roster_knows_a_chinese_word(tmp_path: Path) -> None:
    path = template(og.Structures.load("divisions"), tmp_path / "区划.xlsx")
    assert list(headers(openpyxl.load_workbook(path)["区划"])) == [
        "序号",
        "区划代码",
        "名称",
        "上级代码",
        "级别",
    ]


def test_kinds_and_enumerations_have_drop_down_lists(book: openpyxl.Workbook) -> None:
    sheet = book["洪合镇党组织花名册"]
    check = checks(sheet)[headers(sheet)["组织类别"]]
    assert (check.type, check.errorStyle, check.showErrorMessage) == ("list", "stop", True)
    assert choices(book, check.formula1) == ["镇党委", "社区党组织", "网格党组织", "家园支部", "党小组"]
    assert str(check.sqref) == "D5:D1048576"
    sheet = book["洪合镇小区花名册"]
    check = checks(sheet)[headers(sheet)["状态"]]
    assert choices(book, check.formula1) == ["已入住", "在建"]


def test_units_that_always_exist_have_a_drop_down_list(tmp_path: Path) -> None:
    gaozhao = og.Structures.load("gaozhao")
    book = openpyxl.load_workbook(template(gaozhao, tmp_path / "x.xlsx"))
    sheet = book["高照街道单位花名册"]
    check = checks(sheet)[headers(sheet)["五联"]]
    assert choices(book, check.formula1) == list(gaozhao.kinds["joint_duty"].values)
    assert check.errorStyle == "warning", "a cell may name several"


def test_dates_and_numbers_are_checked_and_half_dates_refused(book: openpyxl.Workbook) -> None:
    members, estates = book["流动党员花名册"], book["洪合镇小区花名册"]
    joined = checks(members)[headers(members)["入党时间"]]
    assert (joined.type, joined.operator) == ("date", "between")
    low, high = int(joined.formula1), int(joined.formula2)
    assert low <= (date(1921, 7, 1) - date(1899, 12, 30)).days <= high
    for typed in (1998.07, 2022.4, 2022, 19980701, 202204):
        assert not low <= typed <= high
    households = checks(estates)[headers(estates)["户数"]]
    assert (households.type, households.formula1) == ("whole", "0")


def test_codes_names_and_phones_are_text_and_dates_are_dates(
    honghe: og.Structures, book: openpyxl.Workbook
) -> None:
    texts = 0
    for roster in honghe.files["honghe"].rosters.values():
        sheet = book[roster.titles[0]]
        for header, form in roster.columns.items():
            column = sheet.column_dimensions[headers(sheet)[header]]
            own = isinstance(form, IsForm) and form.is_ in ("id", "name", "phone", "id_number", "period")
            if own or isinstance(form, HolderForm | PhoneOfForm | IdOfForm):
                assert column.number_format == "@", header
                texts += 1
    assert texts == 20
    members = book["流动党员花名册"]
    assert members.column_dimensions[headers(members)["入党时间"]].number_format == "yyyy-mm-dd"


def test_the_header_stays_in_sight_and_columns_are_wide_enough(book: openpyxl.Workbook) -> None:
    for sheet in book.worksheets[1:-1]:
        assert sheet.freeze_panes == "B4"
        for cell in sheet[3]:
            assert sheet.column_dimensions[cell.column_letter].width >= 2 * len(str(cell.value))
            assert cell.column == 1 or len(cell.comment.text) > 4


def test_instructions_tell_of_every_column(honghe: og.Structures, book: openpyxl.Workbook) -> None:
    rows = list(book["填表说明"].iter_rows(values_only=True))
    told = {(r[0], r[1]): r for r in rows}
    for roster in honghe.files["honghe"].rosters.values():
        for header, form in roster.columns.items():
            _, _, need, says, _, example = told[roster.titles[0], header]
            assert (need == "是") is not form.optional
            assert says
            assert example is not None
    assert is_page(str(r[0]) for r in rows[:3])


def test_calamine_reads_the_same_example(
    book: openpyxl.Workbook, honghe: og.Structures, tmp_path: Path
) -> None:
    read = CalamineWorkbook.from_path(template(honghe, tmp_path / "x.xlsx")).get_sheet_by_name(
        "流动党员花名册"
    )
    rows = read.to_python(skip_empty_area=False)
    shown = [c.value for c in book["流动党员花名册"][4]]
    assert rows[3] == [v.date() if isinstance(v, datetime) else v for v in shown]
    assert rows[3][0] == "示例"


def test_an_empty_template_is_read_without_an_unrecognised_sheet_and_refused_as_empty(
    honghe: og.Structures, tmp_path: Path
) -> None:
    with og.open(tmp_path / "org.duckdb", structure=honghe) as store:
        draft = og.read_rosters(template(honghe, tmp_path / "x.xlsx"), into=store, on="2022-04-30")
    assert not draft.ok
    assert set(draft.findings["code"]) - {"no-id-key"} == {"empty-sheet", "dropped-row"}
    assert draft.sheets["roster"].to_list() == [f"honghe/{name}" for name in honghe.files["honghe"].rosters]
    assert draft.sheets["score"].min() > 0.95
    assert draft.fields["score"].min() == 1.0


def fill(path: Path, sheet: str, *rows: dict[str, object], day: date | None = None) -> None:
    """Type rows below the example as a clerk does, by header."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    at = headers(page)
    for number, row in enumerate(rows, start=FIRST):
        for header, value in row.items():
            page[f"{at[header]}{number}"] = value
    if day is not None:
        page["B2"] = day
    book.save(path)


def test_a_filled_in_copy_imports(tmp_path: Path, desk_of_town: og.Structures) -> None:
    path = template(desk_of_town, tmp_path / "新河镇.xlsx")
    day = date(2022, 4, 30)
    town = {"编号": "033", "名称": "新河镇", "类别": "镇"}
    fill(path, "地点花名册", town, {"编号": "0331", "名称": "东村", "类别": "村社区", "上级": "033"}, day=day)
    estate = {"社区": "东村", "小区": "一号院", "状态": "已入住", "建成时间": date(1998, 7, 1), "层数": 6}
    fill(path, "小区花名册", estate | {"封闭": "是", "面积": 1.5, "户数": 120}, {"小区": "二号院"}, day=day)
    branch = {"党组织名称": "一支部", "组织类别": "支部", "上级党组织": "镇党委", "覆盖": "东村/一号院"}
    fill(path, "党组织花名册", {"党组织名称": "镇党委", "组织类别": "党委", "书记": "赵一"}, branch, day=day)
    member = {"姓名": "钱 二", "所在支部": "一支部", "党员类别": "正式党员", "联系电话": "13800000002"}
    fill(path, "党员花名册", member, day=day)
    with og.open(tmp_path / "org.duckdb", structure=desk_of_town) as store:
        draft = og.read_rosters(path, into=store)
        assert draft.ok, draft.findings.to_dicts()
        assert draft.on == day, "typed under the title"
        assert (draft.rows_in, draft.rows_refused) == (7, 0)
        store.apply(draft.changes)
        org = store.read(on=day)
        assert og.read_rosters(path, into=store).changes.is_empty
    units = {r["id"]: r for r in org.table("units").to_dicts()}
    assert set(units) == {
        "033",
        "0331",
        "0331/一号院",
        "0331/二号院",
        "镇党委",
        "镇党委/一支部",
        "党建网",
        "服务网",
    }
    estate = units["0331/一号院"]
    assert (estate["status"], estate["built"], estate["floors"]) == ("occupied", date(1998, 7, 1), 6)
    assert (estate["gated"], estate["area"]) == (True, 1.5)
    assert org.table("measures")["value"].to_list() == [120]
    assert set(org.table("people")["name"]) == {"赵一", "钱二"}
    links = set(org.table("links").select("source", "target", "relation").iter_rows())
    assert ("镇党委/一支部", "0331/一号院", "covers") in links
    assert ("0331/二号院", "0331", "territory") in links


def test_chosen_rosters_alone(honghe: og.Structures, tmp_path: Path) -> None:
    path = template(honghe, tmp_path / "x.xlsx", rosters=["teams", "divisions"])
    assert openpyxl.load_workbook(path).sheetnames == ["填表说明", "队伍花名册", "区划", "选项"]
    with pytest.raises(UnknownName, match="teams"):
        template(honghe, path, rosters=["team"])


def test_two_structures_whose_rosters_share_titles(tmp_path: Path) -> None:
    both = og.Structures.load("honghe", "gaozhao")
    names = openpyxl.load_workbook(template(both, tmp_path / "x.xlsx")).sheetnames
    assert len(names) == len(set(names)) == 2 + sum(r.structure != "divisions" for r in both.rosters.values())


def test_a_structure_without_rosters_is_told(tmp_path: Path) -> None:
    with pytest.raises(OrgraphError, match="rosters"):
        template(og.Structures.load("base"), tmp_path / "x.xlsx")
    assert not (tmp_path / "x.xlsx").exists()


def test_in_english_and_still_read(honghe: og.Structures, tmp_path: Path) -> None:
    with og.language("en"):
        path = template(honghe, tmp_path / "x.xlsx")
    assert openpyxl.load_workbook(path).sheetnames[0] == "Instructions"
    with og.open(tmp_path / "org.duckdb", structure=honghe) as store:
        draft = og.read_rosters(path, into=store, on="2022-04-30")
    assert set(draft.findings["code"]) <= {"empty-sheet", "dropped-row", "hidden-sheet", "no-id-key"}
