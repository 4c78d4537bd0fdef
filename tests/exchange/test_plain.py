"""CSV and JSON, read back by the standard library."""

from __future__ import annotations

import csv
import io
import json
import resource
import secrets
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orgraph import OrgraphError
from orgraph.exchange import replacing, to_csv, to_json, write_csv, write_workbook

FRAME = pl.DataFrame(
    {
        "name": ["洪合镇", 'a,"b"\nc', None],
        "since": [date(2022, 4, 30), None, None],
        "seen": [datetime(2022, 4, 30, 8, 30), None, None],
        "count": [2**60, None, -5],
        "rate": [0.8, float("nan"), float("inf")],
        "public": [True, False, None],
        "path": [["甲", "乙"], [], None],
    }
)


def test_json_is_an_array_of_objects_with_iso_dates_nulls_and_chinese() -> None:
    text = to_json(FRAME)
    assert "洪合镇" in text
    assert json.loads(text) == [
        {
            "name": "洪合镇",
            "since": "2022-04-30",
            "seen": "2022-04-30T08:30:00.000000",
            "count": 2**60,
            "rate": 0.8,
            "public": True,
            "path": ["甲", "乙"],
        },
        {
            "name": 'a,"b"\nc',
            "since": None,
            "seen": None,
            "count": None,
            "rate": None,
            "public": False,
            "path": [],
        },
        {
            "name": None,
            "since": None,
            "seen": None,
            "count": -5,
            "rate": None,
            "public": None,
            "path": None,
        },
    ]


def test_json_of_no_rows_is_an_empty_array() -> None:
    assert json.loads(to_json(FRAME.clear())) == []
    assert json.loads(to_json(pl.DataFrame())) == []


@given(st.lists(st.tuples(st.none() | st.text(), st.none() | st.integers(-(2**63), 2**63 - 1))))
def test_json_gives_every_text_and_integer_back(rows: list[tuple[str | None, int | None]]) -> None:
    frame = pl.DataFrame(rows, schema={"text": pl.String, "number": pl.Int64}, orient="row")
    assert [(r["text"], r["number"]) for r in json.loads(to_json(frame))] == rows


def test_csv_keeps_numbers_and_guards_texts() -> None:
    frame = pl.DataFrame(
        {
            "=name": ["=1+1", "+86", "-", "@a", "＝1", "\t=1", "a=1", "洪合镇"],
            "count": [-1, 2, 3, 4, 5, 6, 7, None],
        }
    )
    rows = list(csv.reader(io.StringIO(to_csv(frame))))
    assert rows == [
        ["'=name", "count"],
        ["'=1+1", "-1"],
        ["'+86", "2"],
        ["'-", "3"],
        ["'@a", "4"],
        ["'＝1", "5"],
        ["'\t=1", "6"],
        ["a=1", "7"],
        ["洪合镇", ""],
    ]


def test_csv_of_every_type() -> None:
    rows = list(csv.DictReader(io.StringIO(to_csv(FRAME, headings={"name": "名称"}))))
    assert rows[0] == {
        "名称": "洪合镇",
        "since": "2022-04-30",
        "seen": "2022-04-30 08:30:00",
        "count": str(2**60),
        "rate": "0.8",
        "public": "true",
        "path": "甲、乙",
    }
    assert rows[1]["名称"] == 'a,"b"\nc'
    assert (rows[1]["rate"], rows[2]["rate"]) == ("", "")


def test_csv_for_excel_begins_with_the_mark(tmp_path: Path) -> None:
    frame = pl.DataFrame({"名称": ["甲"]})
    assert write_csv(tmp_path / "a.csv", frame).read_bytes() == "名称\n甲\n".encode()
    assert write_csv(tmp_path / "a.csv", frame, excel=True).read_bytes() == "\ufeff名称\n甲\n".encode()


def test_a_block_that_fails_leaves_the_old_file_and_no_other(tmp_path: Path) -> None:
    goal = tmp_path / "页面.html"
    goal.write_text("old", encoding="utf-8")

    def fail() -> None:
        with replacing(goal) as draft:
            draft.write_text("half", encoding="utf-8")
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert goal.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [goal]
    with replacing(goal) as draft:
        draft.write_text("new", encoding="utf-8")
    assert goal.read_text(encoding="utf-8") == "new"
    assert list(tmp_path.iterdir()) == [goal]


def test_a_folder_that_is_a_file_is_said_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "a").touch()
    with pytest.raises(OrgraphError, match="不存在"):
        write_csv(tmp_path / "a" / "b.csv", FRAME)


@pytest.mark.parametrize("write", [write_csv, lambda path, frame: write_workbook(path, {"s": frame})])
def test_a_disk_that_fills_up_leaves_the_old_file(
    tmp_path: Path, write: Callable[[Path, pl.DataFrame], Path]
) -> None:
    path = write(tmp_path / "a", FRAME)
    before = path.read_bytes()
    large = pl.DataFrame({"a": [secrets.token_hex(5_000) for _ in range(50)]})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, hard))
    try:
        with pytest.raises(OrgraphError, match="没有写成"):
            write(path, large)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
