"""Old formats, Parquet, folders, and what does not depend on the format."""

from __future__ import annotations

import datetime as dt

import openpyxl
import polars as pl
import pytest
from raw_workbooks import sheet, text, workbook

from orgraph.model.errors import MissingExtra, RosterError
from orgraph.roster.reading.files import read_files

ROWS = f'<row r="1">{text("A1", "x")}</row>'


@pytest.fixture
def corpus(shared_data):
    return shared_data / "devkit" / "07_xlsx_corpus"


@pytest.mark.parametrize(
    ("stem", "endings"),
    [
        ("calamine_date", [".xls"]),
        ("calamine_date_1904", [".xls"]),
        ("calamine_merge_cells", [".xls"]),
        ("calamine_merged_range", [".xls"]),
        ("sheetjs_1904_1900", [".xls"]),
        ("sheetjs_1904_1904", [".xls", ".xlsb"]),
        ("sheetjs_merge_cells", [".xls", ".xlsb", ".ods"]),
        ("sheetjs_wps_fn", [".xls", ".et"]),
    ],
)
def test_the_old_format_gives_what_the_new_one_gives(corpus, stem, endings):
    new, _ = read_files([corpus / f"{stem}.xlsx"])
    paths = [corpus / f"{stem}{e}" for e in endings]
    old, _ = read_files(paths)
    for path in paths:
        mine = [s for s in old if s.file == str(path)]
        assert [(s.name, s.first_row, s.first_column) for s in mine] == [
            (s.name, s.first_row, s.first_column) for s in new
        ]
        for a, b in zip(mine, new, strict=True):
            assert a.cells.rows() == b.cells.rows(), path.name
            assert set(a.merged) == set(b.merged), path.name


def test_an_et_of_wps(corpus):
    sheets, _ = read_files([corpus / "sheetjs_artifacts_wps_write.et"])
    assert sheets[0].cells.rows() == [
        ("1", "2", "3", None),
        ("真", "假", None, "sheetjs"),
        ("foo", "bar", "2014-02-19", "0.3"),
        sheets[0].cells.row(3),
    ]


def test_old_formats_without_their_extra(corpus, monkeypatch):
    from orgraph.roster.reading import legacy

    monkeypatch.setattr(legacy, "find_spec", lambda _: None)
    with pytest.raises(MissingExtra, match=r"orgraph\[xlsx\]"):
        read_files([corpus / "calamine_date.xls"])
    assert read_files([corpus / "calamine_date.xlsx"])[0]


def test_old_formats_read_under_a_limit_of_memory_that_is_lower_than_ours(corpus, root):
    import subprocess
    import sys

    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_DATA, (1 << 30, 1 << 30)); "
        "from orgraph.roster.reading.files import read_files; print(len(read_files(sys.argv[1:])[0]))"
    )
    command = [sys.executable, "-c", code, str(corpus / "calamine_date.xls")]
    done = subprocess.run(command, capture_output=True, text=True, cwd=root, check=True)
    assert done.stdout == "1\n"


def test_a_module_that_lies_about_is_not_run(corpus, tmp_path, monkeypatch):
    (tmp_path / "polars.py").write_text("raise SystemExit(3)")
    (tmp_path / "fastexcel.py").write_text("raise SystemExit(3)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PYTHONPATH", raising=False)  # which may name the current folder
    assert read_files([corpus / "calamine_date.xls"])[0]


def test_names_do_not_decide(tmp_path, corpus):
    """A new workbook called .xls, an old one called .xlsx, text called .xls, capitals."""
    made = workbook(tmp_path / "新.xls", {"S": sheet(ROWS)})
    upper = workbook(tmp_path / "大.XLSX", {"S": sheet(ROWS)})
    (tmp_path / "旧.xlsx").write_bytes((corpus / "calamine_date.xls").read_bytes())
    (tmp_path / "字.xls").write_bytes("姓名\t年\r\n张三\t3\r\n".encode("gbk"))
    sheets, _ = read_files([made, upper, tmp_path / "旧.xlsx", tmp_path / "字.xls"])
    assert [s.cells.rows()[0] for s in sheets] == [("x",), ("x",), ("2021-01-01", "15"), ("姓名", "年")]


def test_folders_stand_for_all_rosters_in_them(tmp_path):
    inner = tmp_path / "乙" / "丙"
    inner.mkdir(parents=True)
    for path in (tmp_path / "b.xlsx", tmp_path / "a.xlsx", inner / "c.xlsx", tmp_path / "~$a.xlsx"):
        workbook(path, {"S": sheet(ROWS)})
    (tmp_path / ".hidden.csv").write_text("x,y")
    (tmp_path / "说明.docx").write_bytes(b"x")
    sheets, found = read_files([tmp_path, tmp_path / "a.xlsx", str(inner / "c.xlsx")])
    assert [s.file for s in sheets] == [
        str(tmp_path / "a.xlsx"),
        str(tmp_path / "b.xlsx"),
        str(inner / "c.xlsx"),
    ]
    assert found.select("severity", "code", "file").rows() == [
        ("info", "passed-over", str(tmp_path / "说明.docx"))
    ]
    (tmp_path / "空").mkdir()
    with pytest.raises(RosterError, match="文件夹里没有名册"):
        read_files([tmp_path / "空"])


def test_parquet_values_become_the_texts_of_a_spreadsheet(tmp_path):
    frame = pl.DataFrame(
        {
            "编号": ["001", None, "  "],
            "数": [1.0, 2.5, None],
            "整": [330411106001, 0, -1],
            "日": [dt.date(2022, 4, 30), None, dt.date(1949, 10, 1)],
            "时": [dt.datetime(2022, 4, 30), dt.datetime(2022, 4, 30, 8, 5), None],
            "真假": [True, False, None],
            "类": pl.Series(["甲", "乙", "甲"], dtype=pl.Categorical),
            "大": [1e300, float("nan"), 1.5e10],
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    (read,), found = read_files([tmp_path / "a.parquet"])
    assert read.header
    assert read.cells.rows() == [
        tuple(frame.columns),
        ("001", "1", "330411106001", "2022-04-30", "2022-04-30", "真", "甲", "1e+300"),
        (None, "2.5", "0", None, "2022-04-30 08:05:00", "假", "乙", None),
        (None, None, "-1", "1949-10-01", None, None, "甲", "15000000000"),
    ]
    assert not found.height
    frame.head(0).write_parquet(tmp_path / "b.parquet")
    assert read_files([tmp_path / "b.parquet"])[1]["code"].to_list() == ["empty-sheet"]
    pl.DataFrame({"表": [[1, 2]]}).write_parquet(tmp_path / "c.parquet")
    with pytest.raises(RosterError, match="列 表 不是简单的值"):
        read_files([tmp_path / "c.parquet"])


def test_all_divisions_of_china_are_read(shared_data):
    (read,), _ = read_files([shared_data / "divisions-2023.parquet"])
    assert read.cells.height == 665_277
    assert read.cells.row(0)[0] == "code"


def test_progress_tells_bytes_that_only_grow(tmp_path):
    book = openpyxl.Workbook()
    for i in range(3000):
        book.active.append([i, f"第{i}网格"])
    book.save(tmp_path / "a.xlsx")
    (tmp_path / "b.csv").write_text("a,b\n", encoding="utf-8")
    steps = []
    read_files([tmp_path], progress=lambda *step: steps.append(step))
    total = sum(p.stat().st_size for p in tmp_path.iterdir())
    assert {s[2] for s in steps} == {total}
    done = [s[1] for s in steps]
    assert done == sorted(done)
    assert done[-1] == total
    assert len(done) > 2


def test_cells_are_text_in_columns_counted_from_c0(tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    (read,), _ = read_files([tmp_path / "a.csv"])
    assert read.cells.schema == {"c0": pl.String, "c1": pl.String}
