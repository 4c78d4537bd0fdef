"""Reading .xlsx: nothing lost, nothing moved, whatever program wrote it."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from raw_workbooks import number, sheet, text, workbook

from orgraph.roster.reading.files import read_files
from orgraph.roster.reading.grid import column_letters


def read_one(path):
    sheets, found = read_files([path])
    assert len(sheets) == 1
    return sheets[0], found


def codes(found):
    return found.select("severity", "code", "sheet", "row", "column", "value").rows()


def test_values_are_written_as_a_spreadsheet_shows_them(tmp_path):
    book = openpyxl.Workbook()
    values = {
        13812345678.0: "13812345678",
        3.5: "3.5",
        0.1 + 0.2: "0.3",
        330411106001: "330411106001",
        "001": "001",
        " 张 三 ": " 张 三 ",
        True: "真",
        dt.date(2022, 4, 30): "2022-04-30",
        dt.datetime(2022, 4, 30, 8, 5, 1): "2022-04-30 08:05:01",
        dt.time(8, 5): "08:05:00",
        "1\n2": "1\n2",
        "=文字": "=文字",
    }
    for i, value in enumerate(values, start=1):
        cell = book.active.cell(i, 1, value)
        if value == "=文字":
            cell.data_type = "s"
    book.save(tmp_path / "a.xlsx")
    read, found = read_one(tmp_path / "a.xlsx")
    assert read.cells["c0"].to_list() == list(values.values())
    assert not found.height


def test_rows_and_columns_keep_the_numbers_of_the_sheet(tmp_path):
    rows = '<row r="1"><c r="A1" s="1"/></row>' + f'<row r="4">{text("C4", "甲")}<c r="ZZ4" s="1"/></row>'
    read, _ = read_one(
        workbook(tmp_path / "a.xlsx", {"S": sheet(rows + '<row r="9"><c r="C9" s="1"/></row>')})
    )
    assert (read.first_row, read.first_column, read.cells.rows()) == (4, 3, [("甲",)])


def test_merged_ranges_are_cut_to_the_cells(tmp_path):
    book = openpyxl.Workbook()
    for row in (("社区", "网格"), ("洪合", "一"), (None, "二"), (None, "三")):
        book.active.append((None, *row))
    for merged in ("B2:B4", "E1:F9", "C1:E1", "A1:A3"):
        book.active.merge_cells(merged)
    book.save(tmp_path / "a.xlsx")
    read, _ = read_one(tmp_path / "a.xlsx")
    assert (read.first_row, read.first_column) == (1, 2)
    assert (read.merged, read.merged_cells()) == (((2, 2, 4, 2),), ((1, 0, 3, 0),))


def test_hidden_sheets_and_rows_are_read_and_told(tmp_path):
    book = openpyxl.Workbook()
    book.active.title = "一"
    for i in range(1, 9):
        book.active.cell(i, 1, i)
    for i in (3, 5, 6, 20):
        book.active.row_dimensions[i].hidden = True
    book.create_sheet("二")["A1"] = "x"
    book["二"].sheet_state = "veryHidden"
    book.save(tmp_path / "a.xlsx")
    sheets, found = read_files([tmp_path / "a.xlsx"])
    assert [(s.hidden, s.hidden_rows, s.cells.height) for s in sheets] == [
        (False, (3, 5, 6), 8),
        (True, (), 1),
    ]
    assert codes(found) == [
        ("info", "hidden-rows", "一", 3, None, "3、5-6"),
        ("info", "hidden-sheet", "二", None, None, None),
    ]


def test_formulas_without_a_value_and_error_values_are_found(tmp_path):
    cells = (
        text("A2", "合计")
        + '<c r="B2"><f>SUM(B1:B1)</f><v>3</v></c><c r="C2"><f>B2</f></c><c r="D2"><f>B2</f><v></v></c>'
        + '<c r="E2"><f t="shared" si="0"/></c><c r="F2"><f>B2</f><v/></c>'
        '<c r="G2" t="e"><f>1/0</f><v>#DIV/0!</v></c>'
        + text("H2", "什么!")
        + text("I2", "A")
        + '<c r="J2" t="str"><f>B2</f><v>真的?</v></c>'
    )
    read, found = read_one(workbook(tmp_path / "a.xlsx", {"S": sheet(f'<row r="2">{cells}</row>')}))
    assert read.cells.rows() == [("合计", "3", None, None, None, None, None, "什么!", "A", "真的?")]
    assert codes(found) == [
        *(("warning", "formula-without-value", "S", 2, c, None) for c in "CDEF"),
        ("warning", "error-value", "S", 2, "G", "#DIV/0!"),
    ]


def test_a_phone_in_a_cell_formatted_as_a_day_is_not_lost(tmp_path):
    rows = "".join(
        f'<row r="{i}">{text(f"A{i}", "张三")}{number(f"B{i}", v, 1)}</row>'
        for i, v in enumerate(("13812345678", "1.3912345678E10", "44681", "33.25"), start=1)
    )
    read, found = read_one(workbook(tmp_path / "a.xlsx", {"S": sheet(rows)}))
    assert read.cells["c1"].to_list() == ["13812345678", "13912345678", "2022-04-30", "1900-02-02 06:00:00"]
    assert not found.height


@pytest.mark.parametrize("great", ["330411199001011234", "3.30411199001011E+17", "-330411199001011000"])
def test_an_identity_number_in_a_cell_formatted_as_a_day_ends_nothing(tmp_path, capfd, great):
    rows = "".join(
        f'<row r="{i}">{text(f"A{i}", "张三")}{number(f"B{i}", v, 1)}</row>'
        for i, v in enumerate((great, "44681"), start=1)
    )
    read, found = read_one(workbook(tmp_path / "a.xlsx", {"S": sheet(rows)}))
    assert float(read.cells["c1"][0]) == pytest.approx(float(great))
    assert read.cells["c1"][1] == "2022-04-30"
    assert not found.height
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    "properties",
    [
        '<workbookPr date1904="1"/>',
        '<workbookPr date1904="true" codeName="x"/>',
        '<workbookPr date1904="1"/><extLst><x15:workbookPr xmlns:x15="x" chartTrackingRefBase="1"/></extLst>',
    ],
)
def test_days_count_from_1904_where_the_workbook_says_so(tmp_path, properties):
    rows = f'<row r="1">{number("A1", 44681, 1)}{number("B1", 44681)}</row>'
    read, _ = read_one(workbook(tmp_path / "a.xlsx", {"S": sheet(rows)}, properties=properties))
    assert (read.cells.rows(), read.date1904) == ([("2026-05-01", "44681")], True)


def test_empty_sheets_are_told_and_refuse_only_when_there_is_nothing_else(tmp_path):
    blank, full = sheet(""), sheet(f'<row r="1">{text("A1", "x")}</row>')
    spaces = sheet(f'<row r="1">{text("A1", "  ")}{text("B1", "　")}</row>')
    path = workbook(tmp_path / "a.xlsx", {"空": blank, "满": full, "格": sheet('<row r="1"/>'), "白": spaces})
    sheets, found = read_files([path])
    assert [s.name for s in sheets] == ["满"]
    assert [r[:3] for r in codes(found)] == [("info", "empty-sheet", n) for n in ("空", "格", "白")]
    sheets, found = read_files([workbook(tmp_path / "b.xlsx", {"空": blank})])
    assert not sheets
    assert [r[:3] for r in codes(found)] == [("error", "empty-sheet", "空")]


PREFIXED = (
    '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData>'
    '<x:row r="2"><x:c r="B2"><x:v>1</x:v></x:c>'
    '<x:c r="C2" t="inlineStr"><x:is><x:t>a:c b</x:t></x:is></x:c></x:row>'
    "</x:sheetData></x:worksheet>"
)
INDENTED = sheet(
    '\n <row r="2">\n  <c r="B2">\n   <v>1</v>\n  </c>\n  '
    '<c r="C2" t="inlineStr"><is><t>a:c b</t></is></c>\n </row>\n'
)
SPELLINGS = {
    "prefixed": PREFIXED,
    "indented": INDENTED,
    "single quotes": sheet(
        "<row r='2'><c r='B2'><v>1</v></c><c t='inlineStr' r='C2'><is><t>a:c b</t></is></c></row>"
    ),
    "no places": sheet('<row/><row><c/><c><v>1</v></c><c t="inlineStr"><is><t>a:c b</t></is></c></row>'),
    "small letters": sheet(
        '<row r="2"><c r="b2"><v>1</v></c><c r="c2" t="inlineStr"><is><t>a:c b</t></is></c></row>'
    ),
    "rich text": sheet(
        '<row r="2"><c r="B2"><v>1</v></c>'
        '<c r="C2" t="inlineStr"><is><r><rPr><b/></rPr><t>a:</t></r><r><t>c b</t></r></is></c></row>'
    ),
    "comment": sheet(
        '<!-- <c r="XFD1048576"><v>1</v></c> -->'
        '<row r="2"><c r="B2"><v>1</v></c><c r="C2" t="inlineStr"><is><t>a:c b</t></is></c></row>'
    ),
    "cdata": sheet(
        '<row r="2"><c r="B2"><v>1</v></c><c r="C2" t="inlineStr"><is><t><![CDATA[a:c b]]></t></is></c></row>'
    ),
    "other rows": sheet(
        '<row r="1"><c r="B2"><v>1</v></c><c r="C2" t="inlineStr"><is><t>a:c b</t></is></c></row>'
    ),
    "utf-16": ('<?xml version="1.0" encoding="UTF-16"?>' + INDENTED).encode("utf-16"),
    "gb18030": ('<?xml version="1.0" encoding="ISO-8859-1"?>' + INDENTED).encode("latin-1"),
}


@pytest.mark.parametrize("name", SPELLINGS)
def test_odd_spellings_give_the_same_cells(tmp_path, name):
    read, found = read_one(workbook(tmp_path / "a.xlsx", {"S": SPELLINGS[name]}))
    assert (read.first_row, read.first_column, read.cells.rows()) == (2, 2, [("1", "a:c b")])
    assert not found.height


def test_an_odd_spelling_keeps_what_is_merged_and_hidden(tmp_path):
    rows = "".join(
        f'\n<row hidden="{int(i == 2)}" r="{i}"> {text(f"A{i}", "x" * (i != 2))} {text(f"B{i}", "y")}</row>'
        for i in (1, 2, 3)
    )
    tail = '\n<mergeCells>\n<mergeCell ref="A1:A2"/>\n</mergeCells>'
    read, found = read_one(workbook(tmp_path / "a.xlsx", {"S": sheet(rows, tail)}))
    assert read.cells.rows() == [("x", "y"), (None, "y"), ("x", "y")]
    assert (read.merged, read.hidden_rows) == (((1, 1, 2, 1),), (2,))
    assert [r[1] for r in codes(found)] == ["hidden-rows"]


def test_backslashes_and_capitals_in_the_archive(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        {"S": "gone"},
        parts={"xl/worksheets/Sheet1.xml": sheet(f'<row r="1">{text("A1", "x")}</row>')},
    )
    import zipfile

    with zipfile.ZipFile(path) as old, zipfile.ZipFile(tmp_path / "b.xlsx", "w") as new:
        for name in old.namelist():
            if name != "xl/worksheets/sheet1.xml":
                new.writestr(name, old.read(name))
    read, _ = read_one(tmp_path / "b.xlsx")
    assert read.cells.rows() == [("x",)]


PLAIN = st.one_of(
    st.none(),
    st.sampled_from(["", "blank", "formula", "error", "x", "</v></c>", "A", "!", '"', "a:c ", '<row r="1">']),
    st.integers(-5, 10**12),
)


@st.composite
def grids(draw):
    """Cells by place, spelt plainly or not."""
    height, width = draw(st.integers(1, 6)), draw(st.integers(1, 5))
    top, left = draw(st.sampled_from([1, 2, 9, 99, 1000])), draw(st.sampled_from([1, 25, 26, 700]))
    cells = {(top + r, left + c): draw(PLAIN) for r in range(height) for c in range(width)}
    return cells, draw(st.sampled_from(["plain", "indented", "prefixed"]))


@settings(max_examples=300, deadline=None)
@given(grids())
def test_any_grid_comes_back_where_it_was(tmp_path_factory, grid):
    cells, spelling = grid
    rows: dict[int, list[str]] = {}
    for (row, column), value in cells.items():
        place = f"{column_letters(column)}{row}"
        spelt = {
            None: "",
            "blank": f'<c r="{place}" s="1"/>',
            "formula": f'<c r="{place}"><f>A1</f></c>',
            "error": f'<c r="{place}" t="e"><v>#N/A</v></c>',
        }.get(value)
        if spelt is None:
            spelt = number(place, value) if isinstance(value, int) else text(place, value)
        rows.setdefault(row, []).append(spelt)
    glue = "\n " if spelling == "indented" else ""
    xml = sheet(glue.join(f'<row r="{r}">{glue.join(c)}{glue}</row>' for r, c in rows.items()))
    if spelling == "prefixed":
        for tag in ("worksheet", "sheetData", "row", "c", "v", "f", "is", "t"):
            for a, b in (
                (f"<{tag} ", f"<x:{tag} "),
                (f"<{tag}>", f"<x:{tag}>"),
                (f"</{tag}>", f"</x:{tag}>"),
            ):
                xml = xml.replace(a, b)
        xml = xml.replace("xmlns=", "xmlns:x=")
    path = workbook(tmp_path_factory.mktemp("grid") / "a.xlsx", {"S": xml})
    sheets, found = read_files([path])
    values = {p: str(v) for p, v in cells.items() if v not in (None, "", "blank", "formula", "error")}
    got = {
        (s.first_row + i, s.first_column + j): v
        for s in sheets
        for i, row in enumerate(s.cells.rows())
        for j, v in enumerate(row)
        if v is not None
    }
    assert got == values
    missing = found.filter(found["code"].is_in(["formula-without-value", "error-value"]))
    places = set(zip(missing["row"], missing["column"], strict=True))
    assert places == {(r, column_letters(c)) for (r, c), v in cells.items() if v in ("formula", "error")}


@pytest.mark.filterwarnings("ignore::UserWarning:openpyxl")
def test_real_workbooks_read_as_openpyxl_does(shared_data):
    compared = 0
    for path in sorted((shared_data / "devkit" / "07_xlsx_corpus").glob("*.xlsx")):
        if "pass_protected" in path.name or "whitespace" in path.name:  # openpyxl keeps what xml:space drops
            continue
        sheets, _ = read_files([path])
        book = openpyxl.load_workbook(path, data_only=True)
        for read in sheets:
            there = book[read.name]
            for i, row in enumerate(read.cells.rows(), start=read.first_row):
                for j, value in enumerate(row, start=read.first_column):
                    compared += same(value, there.cell(i, j).value, (path.name, i, j))
            merged = {str(r).partition(":")[0] for r in there.merged_cells.ranges}
            assert {f"{column_letters(c)}{r}" for r, c, _, _ in read.merged} <= merged, path.name
    assert compared > 700


def same(value, expected, place):
    """Compare a cell with what openpyxl makes of it; 0 when it has nothing to say."""
    if isinstance(expected, str):
        expected = expected.replace("_x005f_", "_")  # openpyxl leaves the escape
        assert value == (None if not expected.strip() or expected.startswith("#") else expected), place
        return 1
    if isinstance(expected, int | float) and not isinstance(expected, bool):
        assert float(value) == pytest.approx(float(expected), abs=1e-9), place
        return 1
    assert expected is not None or value is None, place
    return 0
