"""Findings in the clerk's own workbook: what is marked, what stays, and that a corrected copy is a roster."""

from __future__ import annotations

import zipfile
from datetime import date
from hashlib import sha256
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.datavalidation import DataValidation
from python_calamine import CalamineWorkbook
from roster_desk import ESTATES, PARTY, PLACES, Desk

import orgraph as og
from orgraph.model.errors import OrgraphError
from orgraph.roster import marking

RED, YELLOW = "FFC7CE", "FFEB9C"
GRID_HEADS = ("序号", "社区", "小区", "微网格", "微网格长", "联系电话", "户数", "合计")


@pytest.fixture
def town(desk: Desk) -> Desk:
    desk.put(地点=PLACES, 小区=ESTATES, 党组织=PARTY)
    return desk


def clerks(path: Path) -> Path:
    """A workbook as clerks keep them: title, merged cells, widths, formats, formulas, a hidden sheet."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "微网格长"
    sheet.append(["新河镇微网格长花名册(截至2022年4月30日)"])
    sheet.merge_cells("A1:H1")
    sheet["A1"].font = Font(name="黑体", size=18, bold=True)
    sheet["A1"].alignment = Alignment(horizontal="center")
    sheet.append(GRID_HEADS)
    sheet.append([1, "东村", "一号院", "1号微网格", "孙三", "13800000001", 40, "=G3*2"])
    sheet.append([2, None, "一号院", "2号微网格", "李四", "1380000", "四十多个人", "=G4*2"])
    sheet.append([3, None, "三号院", "3号微网格", "周五", "13800000003", 30, "=G5*2"])
    sheet.merge_cells("B3:B5")
    sheet["G3"].number_format = "#,##0"
    sheet["G3"].fill = PatternFill("solid", fgColor="00B050")
    sheet["E3"].comment = Comment("老孙,周一不在", "王")
    sheet["C5"].comment = Comment("新建", "王")
    sheet.column_dimensions["C"].width = 33
    sheet.row_dimensions[2].height = 40
    sheet.freeze_panes = "A3"
    check = DataValidation(type="list", formula1='"东村,西村"')
    check.add("B3:B99")
    sheet.add_data_validation(check)
    hidden = book.create_sheet("草稿")
    hidden["A1"] = "随手记"
    hidden.sheet_state = "hidden"
    book.save(path)
    return path


def marked(desk: Desk, path: Path, name: str = "问题.xlsx", **options: object) -> Path:
    draft = desk.draft(path, **options)
    (made,) = og.mark_findings(path, draft, desk.folder / name)
    return made


def colour(cell: object) -> str | None:
    return cell.fill.fgColor.rgb[-6:] if cell.fill.fill_type else None


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def test_wrong_cells_are_coloured_and_say_what_is_expected_and_what_to_do(town: Desk) -> None:
    sheet = openpyxl.load_workbook(marked(town, clerks(town.folder / "四月.xlsx")))["微网格长"]
    assert colour(sheet["G4"]) == RED
    assert "数字有误" in sheet["G4"].comment.text
    assert "应为:整数(户)" in sheet["G4"].comment.text
    assert "怎么办:" in sheet["G4"].comment.text
    assert colour(sheet["C5"]) == RED
    assert "是不是:" in sheet["C5"].comment.text
    assert colour(sheet["F4"]) == YELLOW
    assert "电话有误" in sheet["F4"].comment.text
    coloured = {c.coordinate for row in sheet.iter_rows() for c in row if colour(c) in (RED, YELLOW)}
    commented = {c.coordinate for row in sheet.iter_rows() for c in row if c.comment}
    unread, without_value = {"H2"}, {"H3", "H4", "H5"}
    assert coloured == {"G4", "C5", "F4"} | unread | without_value
    assert commented == coloured | {"E3"}


def test_everything_else_stays_as_it_was(town: Desk) -> None:
    source = clerks(town.folder / "四月.xlsx")
    before = digest(source)
    made = marked(town, source)
    assert digest(source) == before
    old, new = openpyxl.load_workbook(source), openpyxl.load_workbook(made)
    assert new.sheetnames == [*old.sheetnames, "问题汇总"]
    assert new["草稿"].sheet_state == "hidden"
    assert new["草稿"]["A1"].value == "随手记"
    a, b = old["微网格长"], new["微网格长"]
    assert str(a.merged_cells.ranges) == str(b.merged_cells.ranges)
    assert a.freeze_panes == b.freeze_panes
    assert {k: d.width for k, d in a.column_dimensions.items()} == {
        k: d.width for k, d in b.column_dimensions.items()
    }
    assert b.row_dimensions[2].height == 40
    assert [str(v.sqref) for v in b.data_validations.dataValidation] == ["B3:B99"]
    for row in a.iter_rows():
        for cell in row:
            other = b[cell.coordinate]
            assert (cell.value, cell.number_format) == (other.value, other.number_format)
            assert repr((cell.font, cell.alignment)) == repr((other.font, other.alignment))
    assert colour(b["G3"]) == "00B050"
    assert b["E3"].comment.text == "老孙,周一不在"
    assert b["C5"].comment.text.startswith("新建\n"), "the clerk's own words stay, ours come behind"


def test_formulas_keep_their_results(town: Desk) -> None:
    source = clerks(town.folder / "四月.xlsx")
    plain = source.read_bytes()
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(town.folder / "值.xlsx", "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith("sheet1.xml"):
                data = data.replace(b"<f>G3*2</f><v />", b"<f>G3*2</f><v>80</v>")
                data = data.replace(b"<f>G3*2</f><v></v>", b"<f>G3*2</f><v>80</v>")
                data = data.replace(b'<c r="H5"><f>G5*2</f>', b'<c r="H5" t="str"><f>G5*2</f>')
                data = data.replace(b"<f>G5*2</f><v />", b"<f>G5*2</f><v>A&amp;B &lt;1&gt;</v>")
                data = data.replace(b"<f>G5*2</f><v></v>", b"<f>G5*2</f><v>A&amp;B &lt;1&gt;</v>")
            new.writestr(info, data)
    assert source.read_bytes() == plain
    made = marked(town, town.folder / "值.xlsx")
    values = openpyxl.load_workbook(made, data_only=True)["微网格长"]
    assert (values["H3"].value, values["H4"].value, values["H5"].value) == (80, None, "A&B <1>")
    assert openpyxl.load_workbook(made)["微网格长"]["H3"].value == "=G3*2"
    rows = CalamineWorkbook.from_path(made).get_sheet_by_name("微网格长").to_python()
    assert rows[2][7] == 80


def test_the_page_lists_all_findings_with_links(town: Desk) -> None:
    source = clerks(town.folder / "四月.xlsx")
    found = town.draft(source).findings
    book = openpyxl.load_workbook(marked(town, source))
    page = book["问题汇总"]
    assert book.active.title == "问题汇总"
    assert [s.title for s in book.worksheets if s.sheet_view.tabSelected] == ["问题汇总"]
    head = next(r[0].row for r in page.iter_rows() if r[0].value == "级别")
    lines = list(page.iter_rows(min_row=head + 1))
    assert len(lines) == found.height
    assert [r[0].value for r in lines] == [
        {"error": "错误", "warning": "警告", "info": "提示"}[s] for s in found["severity"]
    ]
    places = {r[3].value: r[3].hyperlink.location for r in lines if r[3].hyperlink}
    assert places["G4"] == "'微网格长'!G4"
    assert {"G4", "C5", "F4"} <= set(places)
    assert page.auto_filter.ref.startswith(f"A{head}:H")


def test_a_corrected_copy_imports_clean(town: Desk) -> None:
    made = marked(town, clerks(town.folder / "四月.xlsx"))
    book = openpyxl.load_workbook(made)
    sheet = book["微网格长"]
    sheet["G4"], sheet["C5"], sheet["F4"] = 38, "二号院", "13800000002"
    sheet.delete_cols(8)
    book.save(made)
    draft = town.draft(made)
    serious = draft.findings.filter(pl.col("severity") != "info", pl.col("code") != "unrecognised-sheet")
    assert serious.is_empty(), serious.to_dicts()
    assert draft.ok
    assert draft.sheets.filter(sheet="问题汇总").is_empty()
    assert (draft.rows_used, draft.rows_in) == (3, 4), "the hidden note is no row"


def test_marking_again_takes_off_what_was_put_right(town: Desk) -> None:
    made = marked(town, clerks(town.folder / "四月.xlsx"))
    book = openpyxl.load_workbook(made)
    book["微网格长"]["G4"] = 38
    book.properties.lastModifiedBy = "王"
    book.save(made)
    again = marked(town, made, "第二次.xlsx")
    book = openpyxl.load_workbook(again)
    sheet = book["微网格长"]
    assert colour(sheet["G4"]) is None
    assert sheet["G4"].comment is None
    assert colour(sheet["C5"]) == RED
    assert sheet["C5"].comment.text.count("怎么办") == 1
    assert sheet["C5"].comment.text.startswith("新建\n")
    assert sheet["E3"].comment.text == "老孙,周一不在"
    assert book.sheetnames.count("问题汇总") == 1
    assert len(book.sheetnames) == 3


def test_sensitive_values_stay_masked(desk: Desk) -> None:
    desk.town()
    number, phone = "330411199001011234", "1381234567x"
    members = desk.book(
        党员花名册=[("姓名", "所在支部", "身份证号", "联系电话"), ("吴六", "一支部", number, phone)]
    )
    book = openpyxl.load_workbook(marked(desk, members))
    page = "\n".join(str(c.value) for row in book["问题汇总"].iter_rows() for c in row)
    comments = "\n".join(
        c.comment.text for s in book.worksheets for row in s.iter_rows() for c in row if c.comment
    )
    assert "330411********1234" in page
    for text in (page, comments):
        assert number not in text
        assert phone not in text
    assert book["党员花名册"]["C2"].value == number, "the clerk's own cell is the clerk's"


def test_a_sheet_on_which_nothing_is_recognised_is_listed(town: Desk) -> None:
    made = marked(town, town.book(表一=[("甲", "乙"), (1, 2)]))
    page = openpyxl.load_workbook(made)["问题汇总"]
    assert any(c.value == "未识别的表" for row in page.iter_rows() for c in row)


def test_texts_that_look_like_formulas_stay_texts(town: Desk) -> None:
    path = town.folder / "小区.csv"
    path.write_text("社区,小区,状态\n东村,五号院,=1+1\n", encoding="utf-8")
    book = openpyxl.load_workbook(marked(town, path))
    found = [c for s in book.worksheets for row in s.iter_rows() for c in row if c.value == "=1+1"]
    assert [c.parent.title for c in found] == ["小区", "问题汇总"]
    assert {c.data_type for c in found} == {"s"}


def test_a_wrong_header_is_marked_where_it_stands(town: Desk) -> None:
    book = town.book(小区=[(*ESTATES[0], "备用栏"), ("东村", "五号院", "在建", 3, "x")])
    sheet = openpyxl.load_workbook(marked(town, book))["小区"]
    assert colour(sheet["E1"]) == YELLOW
    assert "未识别的列" in sheet["E1"].comment.text


# --- which files ---------------------------------------------------------------------------------


def test_nothing_is_written_where_nothing_is_wrong(town: Desk) -> None:
    book = town.book(小区=ESTATES)
    assert og.mark_findings(book, town.draft(book), town.folder / "问题.xlsx") == ()
    assert not (town.folder / "问题.xlsx").exists()


def test_several_files_become_several_and_clean_ones_none(town: Desk) -> None:
    wrong = [("东村", "五号院", "也许", 3)]
    (town.folder / "子").mkdir()
    paths = [town.folder / "甲.xlsx", town.folder / "乙.xlsx", town.folder / "子" / "甲.xlsx"]
    for path, rows in zip(paths, (wrong, [("东村", "六号院", "在建", 3)], wrong), strict=True):
        town.book(小区=[ESTATES[0], *rows]).rename(path)
    made = og.mark_findings(paths, town.draft(*paths), town.folder / "问题.xlsx")
    assert [p.name for p in made] == ["问题-甲.xlsx", "问题-甲-2.xlsx"]
    for path in made:
        assert colour(openpyxl.load_workbook(path)["小区"]["C2"]) == RED


def test_a_roster_is_never_written_over(town: Desk) -> None:
    source = clerks(town.folder / "四月.xlsx")
    before = digest(source)
    with pytest.raises(OrgraphError, match="不会覆盖"):
        og.mark_findings(source, town.draft(source), source)
    with pytest.raises(OrgraphError, match="xlsx"):
        og.mark_findings(source, town.draft(source), town.folder / "问题.csv")
    assert digest(source) == before


def test_what_somebody_has_saved_is_not_written_over_and_what_nobody_has_is(town: Desk) -> None:
    source = clerks(town.folder / "四月.xlsx")
    first = marked(town, source)
    assert marked(town, source) == first
    book = openpyxl.load_workbook(first)
    book.properties.lastModifiedBy = "王"
    book.save(first)
    before = digest(first)
    assert marked(town, source).name == "问题-2.xlsx"
    assert digest(first) == before


# --- what cannot be edited in place --------------------------------------------------------------


def test_text_files_become_a_workbook_with_the_same_cells(town: Desk) -> None:
    path = town.folder / "小区.csv"
    path.write_bytes("社区,小区,状态,户数\n东村,007,也许,120\n东村,008,在建,九十\n".encode("gb18030"))
    sheet = openpyxl.load_workbook(marked(town, path))["小区"]
    assert [[c.value for c in row] for row in sheet.iter_rows()][1] == ["东村", "007", "也许", "120"]
    assert sheet["B2"].number_format == "@"
    assert colour(sheet["C2"]) == RED
    assert sheet["C2"].comment.text


def test_a_corrected_copy_of_a_text_file_imports(town: Desk) -> None:
    path = town.folder / "小区.csv"
    path.write_text("社区,小区,状态,户数\n东村,007,也许,120\n", encoding="utf-8")
    made = marked(town, path)
    book = openpyxl.load_workbook(made)
    book["小区"]["C2"] = "在建"
    book.save(made)
    draft = town.take(made)
    assert draft.findings.filter(pl.col("severity") != "info").is_empty()
    assert "007" in town.names()


def large(path: Path, rows: int) -> Path:
    lines = [f"东村,{i:05}号院,在建,{i % 500}" for i in range(rows)]
    lines[rows // 2] = "东村,写错的大院,也许,九百九十九个人"
    path.write_text("\n".join(["社区,小区,状态,户数", *lines]) + "\n", encoding="utf-8")
    return path


def test_large_files_become_a_workbook_with_coloured_rows_and_a_column_that_tells(
    town: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "MOST_ROWS", 500)
    made = marked(town, large(town.folder / "小区.csv", 1000))
    book = openpyxl.load_workbook(made)
    sheet = book["小区"]
    assert [c.value for c in sheet[1]] == ["社区", "小区", "状态", "户数", "问题(orgraph)"]
    assert sheet.max_row == 1001
    assert [c.value for c in sheet[2]] == ["东村", "00000号院", "在建", "0", None]
    wrong = sheet[502]
    assert wrong[2].value == "也许"
    assert "值不在范围内(状态)" in wrong[4].value
    assert {colour(c) for c in wrong} == {RED}
    assert {colour(c) for c in sheet[501]} == {None}
    page = book["问题汇总"]
    links = {c.hyperlink.location for row in page.iter_rows() for c in row if c.hyperlink}
    assert "'小区'!C502" in links


def test_a_corrected_large_copy_imports_clean_and_can_be_marked_again(
    town: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(marking, "MOST_ROWS", 500)
    made = marked(town, large(town.folder / "小区.csv", 1000))
    book = openpyxl.load_workbook(made)
    book["小区"]["D502"] = 9
    book.save(made)
    again = openpyxl.load_workbook(marked(town, made, "第二次.xlsx"))
    assert [c.value for c in again["小区"][1]][4:] == ["问题(orgraph)"]
    assert again.sheetnames == ["小区", "问题汇总"]
    book["小区"]["C502"] = "在建"
    book.save(made)
    draft = town.draft(made)
    assert draft.findings.filter(pl.col("severity") != "info").is_empty(), draft.findings.to_dicts()
    assert draft.rows_used == 1000


def test_a_workbook_that_openpyxl_cannot_read_is_copied_cell_by_cell(
    town: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = clerks(town.folder / "四月.xlsx")
    broken = town.folder / "怪.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(broken, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename == "xl/styles.xml":
                data = data.replace(b'patternType="solid"', b'patternType="shiny"')
                assert b"shiny" in data
            new.writestr(info, data)
    sheet = openpyxl.load_workbook(marked(town, broken))["微网格长"]
    assert colour(sheet["G4"]) == RED
    assert sheet["C3"].value == "一号院"


X14 = (
    b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}" '
    b'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
    b'<x14:dataValidations count="0"/></ext></extLst></worksheet>'
)


def test_what_the_copy_lacks_is_said(town: Desk) -> None:
    source, extended = clerks(town.folder / "四月.xlsx"), town.folder / "扩展.xlsx"
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(extended, "w") as new:
        for info in old.infolist():
            data = old.read(info)
            if info.filename.endswith("sheet1.xml"):
                data = data.replace(b"</worksheet>", X14)
            new.writestr(info, data)
    before = digest(extended)
    page = openpyxl.load_workbook(marked(town, extended))["问题汇总"]
    texts = [str(c.value) for row in page.iter_rows(max_row=6) for c in row if c.value]
    assert any("部分下拉列表" in t and "原文件没有改动" in t for t in texts), texts
    assert digest(extended) == before


def test_the_findings_of_a_snapshot_that_belong_to_no_file_are_listed(desk: Desk) -> None:
    desk.town()
    book = desk.book(小区=[ESTATES[0], ("东村", "一号院", "已入住", 120)])
    made = marked(desk, book, mode="snapshot", on=date(2022, 5, 31))
    page = openpyxl.load_workbook(made)["问题汇总"]
    assert any(c.value == "全量会结束过多" for row in page.iter_rows() for c in row)
