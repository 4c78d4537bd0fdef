"""Files that cannot be read: each is named, with what is wrong and what to do, and all at once."""

from __future__ import annotations

import zipfile

import pytest
from raw_workbooks import MAIN, number, sheet, text, workbook

from orgraph.model.errors import RosterError
from orgraph.model.glossary import language
from orgraph.roster.reading.files import read_files

ROWS = f'<row r="1">{text("A1", "x")}</row>'


def refused(*paths):
    with pytest.raises(RosterError) as caught:
        read_files(paths)
    return str(caught.value)


def rezip(source, target, change):
    """Copy an archive; `change` gets and gives the bytes of each part."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return target


def test_all_that_is_broken_is_told_at_once(tmp_path):
    good = workbook(tmp_path / "好.xlsx", {"S": sheet(ROWS)})
    empty, cut, words = (tmp_path / n for n in ("空.xlsx", "断.xlsx", "字.xlsx"))
    empty.write_bytes(b"")
    cut.write_bytes(good.read_bytes()[:700])
    words.write_text("not a workbook", encoding="utf-8")
    message = refused(good, empty, cut, words)
    assert message.splitlines() == [
        f"{empty}: 文件是空的(0 字节)。请重新索取",
        f"{cut}: 文件已损坏,无法读取(File is not a zip file)。请用 Excel 或 WPS 打开并另存,或重新索取",
        f"{words}: 文件已损坏,无法读取(不是压缩包格式)。请用 Excel 或 WPS 打开并另存,或重新索取",
    ]
    with pytest.raises(RosterError) as caught:
        read_files([good, empty])
    assert caught.value.file == str(empty)
    with language("en"):
        assert "the file is empty (0 bytes). Ask for it again" in refused(empty)


def test_a_file_that_is_not_there(tmp_path):
    assert refused(tmp_path / "没有.xlsx") == f"{tmp_path / '没有.xlsx'}: 没有这个文件"


def test_passwords_are_told(tmp_path, shared_data):
    corpus = shared_data / "devkit" / "07_xlsx_corpus"
    assert "有密码保护" in refused(corpus / "calamine_pass_protected.xlsx")
    manifest = "<manifest:file-entry><manifest:encryption-data/></manifest:file-entry>"
    with zipfile.ZipFile(tmp_path / "a.ods", "w") as archive:
        archive.writestr("content.xml", "x")
        archive.writestr("META-INF/manifest.xml", manifest)
    assert "有密码保护" in refused(tmp_path / "a.ods")
    path = workbook(tmp_path / "a.xlsx", {"S": sheet(ROWS)})
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    while at >= 0:  # the flag that says: encrypted
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 4)
    path.write_bytes(data)
    assert "有密码保护" in refused(path)


@pytest.mark.parametrize(
    ("name", "data", "told"),
    [
        ("网页.xls", b"<html><table><tr><td>1</td></tr></table></html>", "其实是网页"),
        ("表.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "其实是网页或 XML"),
        ("文.pdf", b"%PDF-1.7", "不是表格文件"),
        ("图.csv", b"\x89PNG\r\n\x1a\n" + bytes(range(32)) * 20, "不是表格文本"),
        ("数.parquet", b"hello", "不是 Parquet"),
        ("数.parquet", b"PAR1hello", "Parquet 文件已损坏"),
        ("旧.xls", bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600), "不是表格文件"),
        (
            "旧.xls",
            bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600) + "Workbook".encode("utf-16-le"),
            "文件已损坏",
        ),
    ],
)
def test_other_things_by_the_name_of_tables(tmp_path, name, data, told):
    (tmp_path / name).write_bytes(data)
    assert told in refused(tmp_path / name)


def test_an_archive_of_tables_is_not_a_table(tmp_path):
    with zipfile.ZipFile(tmp_path / "包.zip", "w") as archive:
        archive.writestr("名册.xlsx", b"x")
    assert "请解压后导入" in refused(tmp_path / "包.zip")


def test_damage_inside_the_archive(tmp_path):
    good = workbook(tmp_path / "a.xlsx", {"S": sheet(ROWS), "T": sheet(ROWS)})
    for name, change in {
        "code.xlsx": lambda n, d: (
            b'<?xml version="1.0" encoding="UTFC8"?>' + d if n.endswith("workbook.xml") else d
        ),
        "cells.xlsx": lambda n, d: b'<?xml version="1.0" encoding="UTFC8"?>' + d if "sheet1" in n else d,
        "half.xlsx": lambda n, d: d[: len(d) // 2] if "sheet2" in n else d,
        "book.xlsx": lambda n, d: b"<workbook" if n.endswith("workbook.xml") else d,
        "wrong.xlsx": lambda n, d: d.replace(b"</v>", b"</w>").replace(b"</t>", b"</u>"),
    }.items():
        assert "文件已损坏" in refused(rezip(good, tmp_path / name, change)), name
    data = bytearray(good.read_bytes())
    at = data.index(b"xl/worksheets/sheet1.xml") + 40
    data[at] ^= 255
    (tmp_path / "bit.xlsx").write_bytes(data)
    assert "文件已损坏" in refused(tmp_path / "bit.xlsx")


def test_two_parts_of_one_name_are_ambiguous(tmp_path):
    path = workbook(
        tmp_path / "a.xlsx",
        {"S": sheet(ROWS)},
        parts={"xl/worksheets/Sheet1.xml": sheet(ROWS.replace("A1", "B1"))},
    )
    assert "重名的部件" in refused(path)


def test_a_zip_bomb_is_not_inflated(tmp_path):
    bomb = sheet(ROWS + "<row/>" * 12_000_000)
    path = workbook(tmp_path / "a.xlsx", {"S": bomb})
    assert path.stat().st_size < 1_000_000
    assert "压缩炸弹" in refused(path)


def test_a_size_that_lies_is_found_out(tmp_path):
    """The directory says that a part is short; the data inflate far beyond."""
    path = workbook(tmp_path / "a.xlsx", {"S": sheet(ROWS + f'<row r="2">{number("A2", 1)}</row>' * 100_000)})
    with zipfile.ZipFile(path) as archive:
        true = archive.getinfo("xl/worksheets/sheet1.xml").file_size
    data = path.read_bytes().replace(true.to_bytes(4, "little"), (1000).to_bytes(4, "little"))
    path.write_bytes(data)
    assert "文件已损坏" in refused(path)


def test_entities_that_multiply_are_not_expanded(tmp_path):
    bomb = (
        '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
        + "".join(f'<!ENTITY {b} "{f"&{a};" * 10}">' for a, b in zip("abcdefgh", "bcdefghi", strict=True))
        + "]>"
    )
    cell = '<c r="A1" t="inlineStr"><is><t>&i;</t></is></c>'
    plain = bomb + sheet(f'<row r="1">{cell}</row>')
    assert "文件已损坏" in refused(workbook(tmp_path / "a.xlsx", {"S": plain}))
    odd = bomb + sheet(f'\n<row r="1"> {cell} </row>')
    assert "DOCTYPE" in refused(workbook(tmp_path / "b.xlsx", {"S": odd}))
    book = bomb + f'<workbook xmlns="{MAIN}"><sheets><sheet name="&i;"/></sheets></workbook>'
    assert "DOCTYPE" in refused(
        workbook(tmp_path / "c.xlsx", {"S": sheet(ROWS)}, parts={"xl/workbook.xml": book})
    )


def test_a_sheet_of_more_cells_than_memory_holds_is_refused_before_it_is_read(tmp_path, monkeypatch):
    from orgraph.roster.reading import grid

    monkeypatch.setattr(grid, "MOST_CELLS", 5)
    rows = "".join(f'<row r="{i}">{number(f"A{i}", i)}</row>' for i in range(1, 7))
    assert "有 6 行 1 列,太大" in refused(workbook(tmp_path / "a.xlsx", {"S": sheet(rows)}))
