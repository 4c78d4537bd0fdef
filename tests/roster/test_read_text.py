"""Reading CSV: encodings, separators, quotation marks, rows of any length."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orgraph.model.errors import RosterError
from orgraph.roster.reading.files import read_files


def rows_of(path, data):
    path.write_bytes(data)
    sheets, found = read_files([path])
    assert [s.name for s in sheets] == [""]
    assert (sheets[0].first_row, sheets[0].first_column) == (1, 1)
    return sheets[0].cells.rows(), found


TABLE = "姓名,电话,村社\r\n张三,013800000000,洪合\r\n李四,,高照\r\n"
ROWS = [("姓名", "电话", "村社"), ("张三", "013800000000", "洪合"), ("李四", None, "高照")]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16", "utf-16-le", "utf-16-be", "utf-32"]
)
def test_encodings_are_told_apart(tmp_path, encoding):
    rows, found = rows_of(tmp_path / "a.csv", TABLE.encode(encoding))
    assert rows == ROWS
    assert not found.height


def test_rare_characters_of_gb18030(tmp_path):
    rows, _ = rows_of(tmp_path / "a.csv", "姓名,村\n㐂𠮷,䶮\n".encode("gb18030"))
    assert rows[1] == ("㐂𠮷", "䶮")


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
@pytest.mark.parametrize("ending", [".csv", ".tsv", ".txt"])
def test_separators_are_found(tmp_path, separator, ending):
    text = TABLE.replace(",", separator).replace("高照", '"高照;新,洪|\t合"')
    rows, _ = rows_of(tmp_path / f"a{ending}", text.encode())
    assert [len(r) for r in rows] == [3, 3, 3]
    assert rows[2] == ("李四", None, "高照;新,洪|\t合")


def test_the_separator_may_be_said(tmp_path):
    rows, _ = rows_of(tmp_path / "a.csv", "sep=;\r\n姓名;数\r\n张,三;1,5\r\n".encode())
    assert rows == [(None, None), ("姓名", "数"), ("张,三", "1,5")]


def test_one_column_needs_no_separator(tmp_path):
    assert rows_of(tmp_path / "a.csv", "姓名\n张三\n\n李四".encode())[0] == [
        ("姓名",),
        ("张三",),
        (None,),
        ("李四",),
    ]


def test_ragged_rows_survive_and_blank_rows_count(tmp_path):
    rows, found = rows_of(tmp_path / "a.csv", "\n标题\n姓名,电话\n\n张三,1,2,3\n李四\n\n,,,\n".encode())
    assert rows == [
        (None, None, None, None),
        ("标题", None, None, None),
        ("姓名", "电话", None, None),
        (None, None, None, None),
        ("张三", "1", "2", "3"),
        ("李四", None, None, None),
    ]
    assert not found.height


def test_quoted_line_breaks_and_quotes(tmp_path):
    data = '姓名,备注\n"张\n三","他说""好"""\n"  ",x\n'.encode()
    assert rows_of(tmp_path / "a.csv", data)[0] == [("姓名", "备注"), ("张\n三", '他说"好"'), (None, "x")]


def test_a_quotation_mark_amid_a_cell_is_itself(tmp_path):
    data = '姓名,管\n张三,5" 管\n李四,"a" b\n王五,6\n'.encode()
    assert rows_of(tmp_path / "a.csv", data)[0] == [
        ("姓名", "管"),
        ("张三", '5" 管'),
        ("李四", "a b"),
        ("王五", "6"),
    ]


def test_a_quotation_mark_that_never_closes_is_named_by_its_row(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text('姓名,备注\n张三,"没完\n' + "李四,1\n" * 50, encoding="utf-8")
    with pytest.raises(RosterError, match="第 2 行有一个引号没有配对"):
        read_files([path])


def test_bytes_that_are_no_text_are_found_where_they_stand(tmp_path):
    good = (TABLE + "王五,1,洪合新村\r\n" * 30).encode()
    data = good.replace("李四".encode(), b"\xe6\x9d\xff\xe5\x9b\x9b")
    rows, found = rows_of(tmp_path / "a.csv", data)
    assert len(rows) == 33
    assert found.select("severity", "code", "row", "column").rows() == [("error", "bad-characters", 3, "A")]
    assert "\ufffd" in found["value"][0]
    gbk = (TABLE * 20).encode("gbk") + b"\xff\xff,1,2\r\n"
    rows, found = rows_of(tmp_path / "b.csv", gbk)
    assert rows[:3] == ROWS
    assert found["row"].to_list() == [61]


def test_old_line_ends(tmp_path):
    assert rows_of(tmp_path / "a.csv", TABLE.replace("\r\n", "\r").encode())[0] == ROWS


def test_one_row_with_thousands_of_cells_does_not_widen_the_table(tmp_path):
    data = ("a,b,c\n" * 5000 + "," * 9000 + "x\n" + "a,b,c\n" * 5000).encode()
    rows, found = rows_of(tmp_path / "a.csv", data)
    assert (len(rows), len(rows[0])) == (10_001, 3)
    assert found.select("severity", "code", "row", "value").rows() == [("error", "long-row", 5001, "9001")]


@pytest.mark.parametrize("data", [b"\n\n", b",,\n,\n", "\ufeff".encode(), "\ufeff \r\n".encode("utf-16-le")])
def test_a_file_without_a_word_is_an_empty_sheet(tmp_path, data):
    (tmp_path / "a.csv").write_bytes(data)
    sheets, found = read_files([tmp_path / "a.csv"])
    assert not sheets
    assert found.select("severity", "code").rows() == [("error", "empty-sheet")]


CELL = st.text(alphabet="ab,\"\n' 张社，0", max_size=6)
PIECES = st.sampled_from(["a", "b", ",", '"', "\n", "\r\n", " "])


def as_read(rows):
    """Rows as `Sheet.cells` has them: padded, white space null, nothing blank behind."""
    rows = [[c if c.strip() else None for c in r] for r in rows]
    width = max((i + 1 for r in rows for i, c in enumerate(r) if c), default=0)
    rows = [tuple((r + [None] * width)[:width]) for r in rows]
    while rows and not any(rows[-1]):
        rows.pop()
    return rows


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.lists(CELL, min_size=2, max_size=5), min_size=1, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
    st.sampled_from(["utf-8-sig", "gb18030", "utf-16"]),
)
def test_what_csv_writes_is_read_back(tmp_path_factory, rows, end, quoting, encoding):
    made = io.StringIO()
    csv.writer(made, lineterminator=end, quoting=quoting).writerows(
        [["题", "目", "甲", "乙", "丙", "丁"]] * 3 + rows
    )
    path = tmp_path_factory.mktemp("text") / "a.csv"
    got, found = rows_of(path, made.getvalue().encode(encoding))
    assert got == as_read([["题", "目", "甲", "乙", "丙", "丁"]] * 3 + rows)
    assert not found.height


@settings(max_examples=300, deadline=None)
@given(st.lists(PIECES, max_size=40).map("".join))
def test_any_quotation_marks_are_read_as_csv_reads_them(tmp_path_factory, text):
    text = "a,b\n" + text
    path = tmp_path_factory.mktemp("text") / "a.csv"
    rows = list(csv.reader(io.StringIO(text, newline="")))
    expected = as_read(rows)
    if text.count('"') % 2 and rows[-1] and "\n" in rows[-1][-1].strip():
        path.write_bytes(text.encode())
        with pytest.raises(RosterError, match="引号没有配对"):
            read_files([path])
    else:
        assert rows_of(path, text.encode())[0] == expected
