"""One stray cell must cost nothing: read in a process with little memory and little time."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zipfile

import openpyxl
import pytest
from raw_workbooks import HEAD, MAIN, number, sheet, text, workbook

from orgraph.roster.reading.files import read_files
from orgraph.roster.reading.grid import column_letters

TABLE = "".join(f'<row r="{i}">{text(f"A{i}", "社区")}{number(f"B{i}", i)}</row>' for i in range(1, 101))

CHILD = """
import json, resource, sys
resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30))
from orgraph.model.errors import RosterError
from orgraph.roster.reading.grid import column_letters
from orgraph.roster.reading.files import read_files
try:
    sheets, found = read_files(sys.argv[1:])
except RosterError as error:
    print(json.dumps({"error": str(error)}))
else:
    print(json.dumps({"shapes": [s.cells.shape for s in sheets], "firsts": [s.first_row for s in sheets],
                      "found": found.select("severity", "code", "row", "column", "value").rows()}))
"""


def read_apart(root, *paths):
    """Read in a process that may take 1 GiB; what it says, and the seconds it took."""
    environment = {**os.environ, "PYTHONPATH": str(root), "POLARS_MAX_THREADS": "2"}
    begin = time.perf_counter()
    command = [sys.executable, "-c", CHILD, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stderr
    assert not done.stderr
    return json.loads(done.stdout), time.perf_counter() - begin


def table_and(row, column, value):
    """The table, and one far cell that is told."""
    return {"shapes": [[100, 2]], "firsts": [1], "found": [["warning", "far-cell", row, column, value]]}


@pytest.mark.parametrize(
    ("place", "row", "column"),
    [("ZZ200000", 200_000, "ZZ"), ("XFD1048576", 1_048_576, "XFD"), ("XFD1", 1, "XFD")],
)
def test_a_stray_cell_costs_nothing_and_is_told(tmp_path, root, place, row, column):
    rows = TABLE + f'<row r="{row}">{text(place, "手误")}</row>'
    if row == 1:
        rows = TABLE.replace("</row>", text(place, "手误") + "</row>", 1)
    read, seconds = read_apart(root, workbook(tmp_path / "a.xlsx", {"S": sheet(rows)}))
    assert read == table_and(row, column, "手误")
    assert seconds < 30


def test_a_stray_cell_that_is_only_formatted_is_nothing(tmp_path, root):
    rows = TABLE + '<row r="1048576"><c r="XFD1048576" s="1"/></row>'
    read, _ = read_apart(root, workbook(tmp_path / "a.xlsx", {"S": sheet(rows)}))
    assert read == {"shapes": [[100, 2]], "firsts": [1], "found": []}


def test_stray_cells_of_an_odd_spelling(tmp_path, root):
    cell = '<c t="inlineStr" r="XFD1048576"><is><t>手误</t></is></c>'
    read, _ = read_apart(root, workbook(tmp_path / "a.xlsx", {"S": sheet(TABLE + f"<row>{cell}</row>")}))
    assert read == table_and(1_048_576, "XFD", "手误")


def test_the_same_from_openpyxl(tmp_path, root):
    book = openpyxl.Workbook()
    for i in range(3, 53):
        book.active.append([f"第{i}网格", i])
    book.active["ZZ200000"] = 7
    book.save(tmp_path / "a.xlsx")
    read, _ = read_apart(root, tmp_path / "a.xlsx")
    assert read == {"shapes": [[50, 2]], "firsts": [1], "found": [["warning", "far-cell", 200000, "ZZ", "7"]]}


def test_the_table_may_stand_low_and_the_stray_cell_above(tmp_path, root):
    rows = [f'<row r="{900_000 + i}">{number(f"AA{900_000 + i}", i)}</row>' for i in range(50)]
    rows = [f'<row r="1">{text("A1", "x")}</row>', *rows]
    read, _ = read_apart(root, workbook(tmp_path / "a.xlsx", {"S": sheet("".join(rows))}))
    assert read == {"shapes": [[50, 1]], "firsts": [900_000], "found": [["warning", "far-cell", 1, "A", "x"]]}


def test_many_far_cells_refuse(tmp_path, root):
    far = "".join(f'<row r="{500_000 + i}">{number(f"ZZ{500_000 + i}", i)}</row>' for i in range(50))
    read, _ = read_apart(root, workbook(tmp_path / "a.xlsx", {"S": sheet(TABLE + far)}))
    assert read["shapes"] == [[100, 2]]
    assert {tuple(f[:2]) for f in read["found"]} == {("error", "far-cell")}
    assert len(read["found"]) == 50


def test_blank_rows_in_a_table_are_no_reason_to_cut_it(tmp_path):
    rows = TABLE + f'<row r="5000">{text("A5000", "续")}{number("B5000", 1)}</row>'
    sheets, found = read_files([workbook(tmp_path / "a.xlsx", {"S": sheet(rows)})])
    assert sheets[0].cells.shape == (5000, 2)
    assert not found.height


def test_cells_scattered_over_the_whole_sheet_are_no_table(tmp_path, root):
    places = [(60 * i, f"{column_letters(i)}{60 * i}") for i in range(1, 16_384, 3)]
    rows = "".join(f'<row r="{row}">{number(place, 1)}</row>' for row, place in places)
    read, _ = read_apart(root, workbook(tmp_path / "a.xlsx", {"S": sheet(rows)}))
    assert [f[:2] for f in read["found"]] == [["error", "scattered-cells"]]


def test_a_dimension_of_a_billion_rows_is_not_believed(tmp_path, root):
    head = HEAD + '<dimension ref="A1:XFD1000000000"/>'
    read, _ = read_apart(root, workbook(tmp_path / "a.xlsx", {"S": sheet(TABLE, head=head)}))
    assert read == {"shapes": [[100, 2]], "firsts": [1], "found": []}


def test_merged_ranges_and_hidden_rows_without_end(tmp_path, root):
    rows = TABLE + "".join(f'<row r="{i}" hidden="1"/>' for i in range(101, 200_000))
    tail = '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    read, _ = read_apart(root, workbook(tmp_path / "a.xlsx", {"S": sheet(rows, tail)}))
    assert read == {"shapes": [[100, 2]], "firsts": [1], "found": []}


def altered(source, target, part, change):
    """Copy an archive with one of its parts changed."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)) if name == part else old.read(name))
    return target


def with_row(row):
    """A change that puts a row before the last of an .ods."""

    def change(data):
        at = data.rindex(b"<table:table-row")
        return data[:at] + row.encode() + data[at:]

    return change


def test_a_workbook_of_the_old_kinds_that_takes_all_memory_harms_no_other(tmp_path, root, shared_data):
    corpus = shared_data / "devkit" / "07_xlsx_corpus"
    good, old = corpus / "sheetjs_merge_cells.xlsb", corpus / "sheetjs_wps_fn.xls"
    bad = altered(good, tmp_path / "bad.xlsb", "xl/worksheets/sheet1.bin", last_cell_moved_far)
    read, seconds = read_apart(root, good, bad, old)
    assert list(read) == ["error"]
    assert read["error"].startswith(f"{bad}: 文件太大或已损坏,读取时用尽了内存")
    assert "\n" not in read["error"]
    assert seconds < 60


def test_an_ods_that_repeats_its_cells_without_end_is_refused(tmp_path, root, shared_data):
    good = shared_data / "devkit" / "07_xlsx_corpus" / "sheetjs_merge_cells.ods"
    row = (
        '<table:table-row table:number-rows-repeated="1000000">'
        '<table:table-cell table:number-columns-repeated="16000" office:value-type="string">'
        "<text:p>x</text:p></table:table-cell></table:table-row>"
    )
    bad = altered(good, tmp_path / "bad.ods", "content.xml", with_row(row))
    read, _ = read_apart(root, good, bad)
    assert read["error"].startswith(f"{bad}: 文件")
    assert "\n" not in read["error"]


def test_far_cells_of_old_formats_are_cut_and_told(tmp_path, root, shared_data):
    good = shared_data / "devkit" / "07_xlsx_corpus" / "sheetjs_merge_cells.ods"
    rows = (
        '<table:table-row table:number-rows-repeated="300000"><table:table-cell/></table:table-row>'
        '<table:table-row><table:table-cell table:number-columns-repeated="8"/><table:table-cell '
        'office:value-type="string"><text:p>手误</text:p></table:table-cell></table:table-row>'
    )
    bad = altered(good, tmp_path / "bad.ods", "content.xml", with_row(rows))
    read, _ = read_apart(root, bad)
    assert read["shapes"] == [[4, 4]]
    assert [[f[1], f[3], f[4]] for f in read["found"]] == [["far-cell", "I", "手误"]]
    assert read["found"][0][2] > 300_000


def last_cell_moved_far(data):
    """The sheet of an .xlsb with its last value moved to the last cell there can be."""
    row_header, text_cell = 0, 7
    rows, cells, at = [], [], 0
    while at < len(data):
        kind, at = variable(data, at, 2)
        size, at = variable(data, at, 4)
        if kind in (row_header, text_cell):
            (rows if kind == row_header else cells).append(at)
        at += size
    changed = bytearray(data)
    changed[rows[-1] : rows[-1] + 4] = (1_048_575).to_bytes(4, "little")
    changed[cells[-1] : cells[-1] + 4] = (16_383).to_bytes(4, "little")
    return bytes(changed)


def variable(data, at, most):
    """A number of one to `most` bytes of seven bits, and where the next begins."""
    value = 0
    for i in range(most):
        value |= (data[at + i] & 127) << (7 * i)
        if data[at + i] < 128:
            return value, at + i + 1
    return value, at + most


def test_a_very_large_sheet_is_read_in_a_process_of_its_own_and_the_same(tmp_path, monkeypatch):
    from orgraph.roster.reading import xlsx

    path = workbook(tmp_path / "a.xlsx", {"S": sheet(TABLE), "T": sheet(TABLE.replace("社区", "小区"))})
    here, _ = read_files([path])
    monkeypatch.setattr(xlsx, "APART_CELLS", 10)
    apart, _ = read_files([path])
    assert [s.cells.rows() for s in apart] == [s.cells.rows() for s in here]
    assert [s.name for s in apart] == ["S", "T"]


def test_shared_texts_without_end_end_the_reader_and_not_the_import(tmp_path, root):
    """2.2 million texts of 600 characters, 10 MB when packed: more than the reader may hold."""
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    texts = f"<si><t>{'x' * 600}</t></si>" * 1000
    noise = os.urandom(6_000).hex()
    parts = {"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{(texts + f"<!--{noise}-->") * 2_200}</sst>'}
    rows = '<row r="1"><c r="A1" t="s"><v>1</v></c></row>'
    plain = workbook(tmp_path / "plain.xlsx", {"S": sheet(rows)}, parts=parts)
    shared = f'<Relationship Id="t" Type="{office}/sharedStrings" Target="sharedStrings.xml"/>'.encode()
    bomb = altered(
        plain,
        tmp_path / "bomb.xlsx",
        "xl/_rels/workbook.xml.rels",
        lambda data: data.replace(b"</Relationships>", shared + b"</Relationships>"),
    )
    plain.unlink()
    read, _ = read_apart(root, bomb)
    assert "读取时用尽了内存" in read["error"]
