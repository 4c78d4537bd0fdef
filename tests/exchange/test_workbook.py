"""Workbooks, read back by two readers that share no code with the writer."""

from __future__ import annotations

import sys
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from orgraph import OrgraphError, language
from orgraph.exchange import sheet_names, write_workbook
from orgraph.model.errors import MissingExtra

DAY = date(2022, 4, 30)


def read(path: Path, sheet: str) -> list[list[object]]:
    return CalamineWorkbook.from_path(path).get_sheet_by_name(sheet).to_python(skip_empty_area=False)


def back(tmp_path: Path, frame: pl.DataFrame) -> list[object]:
    """The cells of the only column after a round trip."""
    return [row[0] for row in read(write_workbook(tmp_path / "b.xlsx", {"s": frame}), "s")[1:]]


def test_values_keep_their_types(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "名称": ["洪合镇", None],
            "code": ["0033", "330411106"],
            "count": [3723, None],
            "rate": [0.8, None],
            "since": [DAY, None],
            "seen": [datetime(2022, 4, 30, 12, 30), None],
            "public": [True, False],
        }
    )
    rows = read(write_workbook(tmp_path / "b.xlsx", {"单位": frame}), "单位")
    assert rows == [
        ["名称", "code", "count", "rate", "since", "seen", "public"],
        ["洪合镇", "0033", 3723, 0.8, DAY, datetime(2022, 4, 30, 12, 30), True],
        ["", "330411106", "", "", "", "", False],
    ]


@pytest.mark.parametrize("text", ["=1+1", "+86", "-", "@SUM(A1)", '=HYPERLINK("x")', "＝1", "http://a.b/"])
def test_no_text_becomes_a_formula_or_a_link(tmp_path: Path, text: str) -> None:
    path = write_workbook(
        tmp_path / "b.xlsx", {"s": pl.DataFrame({text: [text]})}, titles={"s": text}, notes={"s": [text]}
    )
    sheet = openpyxl.load_workbook(path)["s"]
    cells = [sheet.cell(row, 1) for row in (1, 2, 3, 4)]
    assert [c.value for c in cells] == [text] * 4
    assert {c.data_type for c in cells} == {"s"}
    assert not any(c.hyperlink for c in cells)
    assert cells[3].number_format == "@"  # an edit in Excel keeps it a text, too


def test_heading_row_is_bold_frozen_and_filtered_below_title_and_notes(tmp_path: Path) -> None:
    frame = pl.DataFrame({"name": ["甲", "乙"], "rate": [0.8, 1.0]})
    path = write_workbook(
        tmp_path / "b.xlsx",
        {"覆盖": frame, "空": frame.clear()},
        titles={"覆盖": "小区党支部覆盖率"},
        notes={"覆盖": ["截至 2022-04-30", "分母:已入住小区"]},
        headings={"name": "名称"},
        formats={"rate": "0.0%", "name": "0.0%"},
    )
    book = openpyxl.load_workbook(path)
    sheet = book["覆盖"]
    assert [sheet.cell(row, 1).value for row in range(1, 7)] == [
        "小区党支部覆盖率",
        "截至 2022-04-30",
        "分母:已入住小区",
        "名称",
        "甲",
        "乙",
    ]
    assert sheet.cell(4, 2).value == "rate"
    assert sheet.cell(1, 1).font.b
    assert sheet.cell(4, 1).font.b
    assert not sheet.cell(5, 1).font.b
    assert sheet.freeze_panes == "A5"
    assert sheet.auto_filter.ref == "A4:B6"
    assert sheet.cell(5, 2).number_format == "0.0%"
    assert sheet.cell(5, 1).number_format == "@"  # a number format is for numbers
    assert book["空"].freeze_panes == "A2"
    assert [c.value for c in book["空"][1]] == ["名称", "rate"]


def test_columns_are_as_wide_as_their_content_with_chinese_counted_twice(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {"a": ["x" * 20], "b": ["党" * 20], "c": ["x"], "d": ["党" * 400], "e": ["x\n" * 50]}
    )
    sheet = openpyxl.load_workbook(write_workbook(tmp_path / "b.xlsx", {"s": frame}))["s"]
    widths = {letter: sheet.column_dimensions[letter].width for letter in "ABCDE"}
    assert 20 < widths["A"] < 30
    assert 40 < widths["B"] < 50
    assert widths["C"] < 10
    assert widths["D"] < 65
    assert sheet["D2"].alignment.wrap_text
    assert not sheet["A2"].alignment.wrap_text
    assert widths["E"] < 10
    assert sheet["E2"].alignment.wrap_text


def test_rows_are_as_high_as_their_lines(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": ["x", "一\n二", None, "党" * 100, "x\n" * 100], "n": range(5)})
    path = write_workbook(
        tmp_path / "b.xlsx", {"s": frame}, titles={"s": "题"}, notes={"s": ["字" * 100, "短"]}
    )
    sheet = openpyxl.load_workbook(path)["s"]
    heights = {row: sheet.row_dimensions[row].height for row in range(1, 10)}
    assert heights == {
        1: None,
        2: 48.0,  # 200 columns of a screen in 68
        3: None,
        4: None,  # headings
        5: None,
        6: 32.25,  # Excel's heights are whole pixels
        7: None,
        8: 63.75,
        9: 408.75,
    }


@pytest.mark.parametrize(
    ("values", "dtype", "shown"),
    [
        (["网格"], pl.Categorical, "网格"),
        (["网格"], pl.Enum(["网格"]), "网格"),
        ([["甲", None, "乙"]], pl.List(pl.String), "甲、乙"),
        ([[1, 2]], pl.List(pl.Int64), "1、2"),
        ([Decimal("1.50")], pl.Decimal(10, 2), "1.50"),
        ([time(8, 30)], pl.Time, "08:30:00"),
        ([timedelta(days=1)], pl.Duration, "P1D"),
        ([2**60], pl.Int64, str(2**60)),
        ([-(2**60)], pl.Int64, str(-(2**60))),
        ([10**15], pl.Int64, 10**15),
        ([date(1850, 1, 1)], pl.Date, "1850-01-01"),
        ([float("nan")], pl.Float64, ""),
        ([float("-inf")], pl.Float64, ""),
        ([""], pl.String, ""),
    ],
)
def test_nothing_is_left_blank_or_changed(
    tmp_path: Path, values: list[object], dtype: pl.DataType, shown: object
) -> None:
    cell = back(tmp_path, pl.DataFrame({"a": pl.Series(values, dtype=dtype), "b": ["x"]}))
    assert cell == [shown]


def test_one_long_integer_makes_the_whole_column_text(tmp_path: Path) -> None:
    assert back(tmp_path, pl.DataFrame({"a": [1, None, 2**60]})) == ["1", "", str(2**60)]


def test_a_text_too_long_for_excel_ends_in_dots(tmp_path: Path) -> None:
    (text,) = back(tmp_path, pl.DataFrame({"a": ["党" * 40_000]}))
    assert str(text) == "党" * 32_000 + "…"


def test_signs_that_xml_forbids_do_not_break_the_book(tmp_path: Path) -> None:
    assert back(tmp_path, pl.DataFrame({"a": ["甲\x0b乙", "一\n二", "</t><x>&"]})) == [
        "甲\x0b乙",
        "一\n二",
        "</t><x>&",
    ]


def test_two_columns_never_share_a_heading(tmp_path: Path) -> None:
    frame = pl.DataFrame({"a": [1], "b": [2], "c": [3]})
    path = write_workbook(tmp_path / "b.xlsx", {"s": frame}, headings=lambda _: "名称")
    assert read(path, "s") == [["名称", "名称 (b)", "名称 (c)"], [1, 2, 3]]


def test_tables_without_rows_or_columns_are_sheets_too(tmp_path: Path) -> None:
    empty = pl.DataFrame(schema={"a": pl.String, "b": pl.List(pl.String), "c": pl.Null})
    path = write_workbook(
        tmp_path / "b.xlsx", {"rows": empty, "columns": pl.DataFrame()}, titles={"columns": "题"}
    )
    assert read(path, "rows") == [["a", "b", "c"]]
    assert read(path, "columns")[0][0] == "题"


@given(st.lists(st.text(max_size=40), min_size=1, max_size=6, unique=True))
def test_any_names_give_sheets_that_excel_takes(names: list[str]) -> None:
    shown = sheet_names(names)
    assert list(shown) == names
    assert len({s.casefold() for s in shown.values()}) == len(names)
    for name in shown.values():
        assert 1 <= len(name.encode("utf-16-le")) // 2 <= 31
        assert not set(name) & set("[]:*?/\\")
        assert not name.startswith("'")
        assert not name.endswith("'")
        assert name.casefold() != "history"


def test_long_twins_and_forbidden_signs_become_readable_names(tmp_path: Path) -> None:
    names = ["党" * 40, "党" * 41, "2021/2022", "'a'", "History", "A", "a"]
    frame = pl.DataFrame({"a": [1]})
    path = write_workbook(tmp_path / "b.xlsx", dict.fromkeys(names, frame), titles={"2021/2022": "题"})
    book = openpyxl.load_workbook(path)
    assert book.sheetnames == ["党" * 31, "党" * 29 + "~2", "2021／2022", "a", "History_", "A~2", "a~3"]
    assert book["2021／2022"]["A1"].value == "题"


def test_a_failed_write_leaves_the_old_file(tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "b.xlsx", {"s": pl.DataFrame({"a": ["old"]})})
    before = path.read_bytes()
    too_long = pl.DataFrame({"a": pl.int_range(1_048_576, eager=True)})
    with pytest.raises(OrgraphError, match="1,048,576 行"):
        write_workbook(path, {"s": too_long})
    with language("en"), pytest.raises(OrgraphError, match="1,048,576"):
        write_workbook(path, {"s": too_long})
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == ["b.xlsx"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(OrgraphError, match="不存在"):
        write_workbook(tmp_path / "无" / "b.xlsx", {"s": pl.DataFrame({"a": [1]})})
    (tmp_path / "b.xlsx").mkdir()
    with pytest.raises(OrgraphError, match="文件夹"):
        write_workbook(tmp_path / "b.xlsx", {"s": pl.DataFrame({"a": [1]})})
    assert [p.name for p in tmp_path.iterdir()] == ["b.xlsx"]


def test_no_sheet_is_a_mistake_of_the_caller(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least one sheet"):
        write_workbook(tmp_path / "b.xlsx", {})


def test_without_the_extra_the_error_says_which(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rustpy_xlsxwriter", None)
    with pytest.raises(MissingExtra, match=r"orgraph\[xlsx\]"):
        write_workbook(tmp_path / "b.xlsx", {"s": pl.DataFrame({"a": [1]})})
    assert not list(tmp_path.iterdir())


def test_permissions_are_those_of_any_new_file(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    path = write_workbook(tmp_path / "b.xlsx", {"s": pl.DataFrame({"a": [1]})})
    assert path.stat().st_mode == plain.stat().st_mode
