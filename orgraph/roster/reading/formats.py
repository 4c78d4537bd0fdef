"""Which files are rosters, and what a file really is: told by its first bytes, not by its name.

Programs write web pages and tab-separated text and call them .xls; clerks rename .xlsx to .xls.
"""

from __future__ import annotations

import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from orgraph.model.errors import RosterError
from orgraph.model.glossary import say
from orgraph.roster.reading.grid import UnreadableError
from orgraph.roster.reading.xlsx_book import broken, locked

Format = Literal["xlsx", "legacy", "text", "parquet"]

IN_FOLDERS = frozenset(
    {".xlsx", ".xlsm", ".xltx", ".xls", ".xlsb", ".ods", ".et", ".csv", ".tsv", ".parquet"}
)
"""Endings taken from a folder; a file named outright may bear any."""

_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_BIFF = (b"\x09\x08", b"\x09\x04", b"\x09\x02")
_WEB = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<meta", b"<head", b"<style", b"mime-version")
_NO_TABLES = (
    ".pdf",
    ".json",
    ".yaml",
    ".yml",
    ".md",
    ".doc",
    ".docx",
    ".rtf",
    ".py",
    ".png",
    ".jpg",
    ".jpeg",
)
_LOOK = 1 << 16
_MANIFEST = 1 << 22


def expanded(paths: Sequence[str | Path]) -> tuple[list[tuple[Path, str]], list[str]]:
    """The files meant: each path with the text it is called by, and the files of folders that are no rosters.

    Folders are searched with all below them, in the order of names; lock files (``~$…``) and hidden files
    are passed over, and a file meant twice counts once.

    Raises
    ------
    RosterError
        A path does not exist, or there is no roster in a folder.
    """
    files: dict[Path, tuple[Path, str]] = {}
    others: list[str] = []
    for path in map(Path, paths):
        if path.is_dir():
            inside = _inside(path)
            rosters = [p for p in inside if p.suffix.lower() in IN_FOLDERS]
            others += [str(p) for p in inside if p.suffix.lower() not in IN_FOLDERS]
            if not rosters:
                endings = " ".join(sorted(IN_FOLDERS))
                raise RosterError(
                    str(path),
                    say(
                        zh=f"文件夹里没有名册({endings})", en=f"there is no roster in the folder ({endings})"
                    ),
                )
        elif path.exists():
            rosters = [path]
        else:
            raise RosterError(str(path), say(zh="没有这个文件", en="no such file"))
        for p in rosters:
            files.setdefault(p.resolve(), (p, str(p)))
    return list(files.values()), others


def _inside(folder: Path) -> list[Path]:
    found = []
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith((".", "__MACOSX")))
        found += [Path(parent, n) for n in sorted(names) if not n.startswith(("~$", "."))]
    return sorted(found)


def format_of(path: Path) -> Format:
    """What a file is.

    Raises
    ------
    UnreadableError
        It is empty, locked by a password, damaged, or of a kind that holds no roster.
    """
    with path.open("rb") as stream:
        head = stream.read(_LOOK)
    if not head:
        raise UnreadableError(
            say(zh="文件是空的(0 字节)。请重新索取", en="the file is empty (0 bytes). Ask for it again")
        )
    if head.startswith(b"PK"):
        return _of_archive(path)
    if head.startswith(_OLE):
        return _of_ole(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    if head.startswith(_BIFF):
        return "legacy"
    return _of_text(path, head)


def _of_archive(path: Path) -> Format:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {n.replace("\\", "/").lower() for n in archive.namelist()}
            encrypted = any(i.flag_bits & 1 for i in archive.infolist())
            if not encrypted and "META-INF/manifest.xml" in archive.namelist():
                with archive.open("META-INF/manifest.xml") as manifest:  # no more than a sane one has
                    encrypted = b"encryption-data" in manifest.read(_MANIFEST)
    except Exception as error:  # whatever a damaged archive makes zipfile do
        raise broken(error) from error
    if encrypted:
        raise locked()
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "xl/workbook.bin" in names or "content.xml" in names:
        return "legacy"
    raise UnreadableError(
        say(
            zh="压缩包里没有工作簿。请解压后导入其中的表格",
            en="the archive holds no workbook. Unpack it and import the tables in it",
        )
    )


def _of_ole(path: Path) -> Format:
    """An old workbook, or a new one that is encrypted; names stand in the file as UTF-16."""
    data = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise locked()
    if any(n.encode("utf-16-le") in data for n in ("Workbook", "Book", "WORKBOOK", "BOOK")):
        return "legacy"
    raise UnreadableError(
        say(
            zh="不是表格文件(可能是文字文档)。请提供 Excel、WPS 表格或 CSV",
            en="this is no workbook (a text document, perhaps). An Excel or WPS workbook or a CSV is needed",
        )
    )


def _of_text(path: Path, head: bytes) -> Format:
    begin = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if begin.startswith(_WEB):
        raise UnreadableError(
            say(
                zh="其实是网页或 XML,只是名字像表格。请用 Excel 或 WPS 打开,另存为 .xlsx",
                en="this is a web page or XML by the name of a table. "
                "Open it in Excel or WPS and save it as .xlsx",
            )
        )
    if begin.startswith(b"%pdf") or path.suffix.lower() in _NO_TABLES:
        raise UnreadableError(
            say(
                zh="不是表格文件。请提供 Excel、WPS 表格或 CSV",
                en="this is no table. An Excel or WPS workbook or a CSV is needed",
            )
        )
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xltx", ".xlsb", ".ods"):
        raise broken(say(zh="不是压缩包格式", en="not an archive"))
    if path.suffix.lower() == ".parquet":
        raise broken(say(zh="不是 Parquet 格式", en="not in the Parquet format"))
    return "text"
