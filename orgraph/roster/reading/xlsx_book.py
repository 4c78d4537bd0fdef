"""An .xlsx file as an archive: is it whole and of a sane size, and which sheets does it hold.

The archive's own figures are not believed: every part the reader will look at is inflated once, which
proves its length and checksum, before the reader sees it.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from posixpath import join, normpath
from typing import IO, Self
from xml.parsers import expat  # external entities are never fetched, and a DOCTYPE is refused below

from orgraph.model.glossary import say
from orgraph.roster.reading.grid import UnreadableError

LARGEST = 6 << 30
"""Bytes that a part may inflate to."""

LARGEST_SMALL = 1 << 26
"""Bytes that the list of sheets may inflate to."""

BOMB, BOMB_SIZE = 150, 1 << 26
"""A part that inflates more than so many times, to more than so many bytes, is a bomb: workbooks reach 30."""

CHUNK = 1 << 20

_TRUE = ("1", "true")
_WORKBOOK = "xl/workbook.xml"
_EXTENSIONS = re.compile(rb"<extLst>.*?</extLst>", re.DOTALL)


@dataclass(frozen=True)
class Listed:
    """A sheet as the workbook lists it: its name, the part that holds it, whether it is hidden."""

    name: str
    part: str
    hidden: bool


class Book:
    """An .xlsx file opened for looking at."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            raise broken(error) from error
        self._names = {_plain(i.filename): i for i in self._zip.infolist() if not i.is_dir()}
        self._check()
        self.date1904 = self.hides_date1904 = False
        self.sheets = tuple(self._listed())
        self._prove()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._zip.close()

    def open(self, part: str) -> IO[bytes]:
        """The bytes of a part."""
        with archive_errors():
            return self._zip.open(self._info(part))

    def size(self, part: str) -> int:
        """Bytes of a part when inflated."""
        return self._info(part).file_size

    def _info(self, part: str) -> zipfile.ZipInfo:
        info = self._names.get(_plain(part))
        if info is None:
            raise broken(say(zh=f"缺少部件 {part}", en=f"part {part} is missing"))
        return info

    def others(self) -> list[str]:
        """The parts that a reader of one sheet needs beside it."""
        return [i.filename for name, i in self._names.items() if _is_needed(name)]

    def _check(self) -> None:
        """Refuse archives that are locked, ambiguous or grow beyond measure."""
        infos = self._zip.infolist()
        if any(i.flag_bits & 1 for i in infos):
            raise locked()
        if len(self._names) < sum(not i.is_dir() for i in infos):
            raise broken(say(zh="压缩包里有重名的部件", en="two parts of the archive bear the same name"))
        for i in infos:
            if i.file_size > LARGEST or (i.file_size > BOMB_SIZE and i.file_size > BOMB * i.compress_size):
                raise UnreadableError(
                    say(
                        zh=f"解压后有 {i.file_size:,} 字节,大得不合理(压缩炸弹?),没有读取。请核实文件来源",
                        en=f"inflates to {i.file_size:,} bytes, beyond reason (a zip bomb?); "
                        "not read. Check where the file comes from",
                    )
                )

    def _listed(self) -> Iterator[Listed]:
        """The worksheets in their order; charts and dialogs are passed over."""
        targets = {}
        for tag, attributes in tags(self._small("xl/_rels/workbook.xml.rels")):
            if tag == "Relationship" and attributes.get("Type", "").endswith("/worksheet"):
                targets[attributes.get("Id")] = _resolved(attributes.get("Target", ""))
        for tag, attributes in tags(self._small(_WORKBOOK)):
            if tag == "workbookPr":  # a second one, of an extension, makes the reader forget the first
                self.hides_date1904 = self.date1904
                self.date1904 |= attributes.get("date1904") in _TRUE
            if tag != "sheet":
                continue
            relation = next((v for k, v in attributes.items() if k.rpartition(":")[2] == "id"), None)
            if relation in targets:
                hidden = attributes.get("state", "visible") != "visible"
                yield Listed(attributes.get("name", ""), targets[relation], hidden)

    def _small(self, part: str) -> bytes:
        """A part that is never large."""
        if self.size(part) > LARGEST_SMALL:
            raise broken(say(zh=f"部件 {part} 大得不合理", en=f"part {part} is unreasonably large"))
        with archive_errors(), self.open(part) as stream:
            return stream.read()

    def _prove(self) -> None:
        """Inflate what the reader reads before any sheet."""
        for part in self.others():
            with archive_errors(), self.open(part) as stream:
                while stream.read(CHUNK):
                    pass


def tags(xml: bytes) -> list[tuple[str, dict[str, str]]]:
    """Every opening tag, without its prefix, with its attributes, in order."""
    found: list[tuple[str, dict[str, str]]] = []
    parser = careful_parser()
    parser.StartElementHandler = lambda tag, attributes: found.append((tag.rpartition(":")[2], attributes))
    try:
        parser.Parse(xml, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the latter two: encodings
        raise broken(error) from error
    return found


def careful_parser() -> expat.XMLParserType:
    """A parser that refuses a DOCTYPE: no workbook has one, and entities that multiply are declared there."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: object) -> None:
        raise UnreadableError(
            say(
                zh="文件内含 XML 实体声明(DOCTYPE),正常的工作簿没有,没有读取。请核实文件来源",
                en="holds XML entity declarations (a DOCTYPE), which no workbook has; "
                "not read. Check where the file comes from",
            )
        )

    parser.StartDoctypeDeclHandler = refuse
    return parser


def broken(why: object) -> UnreadableError:
    """The file is damaged: what to tell."""
    return UnreadableError(
        say(
            zh=f"文件已损坏,无法读取({_line(why)})。请用 Excel 或 WPS 打开并另存,或重新索取",
            en=f"the file is damaged and cannot be read ({_line(why)}). "
            "Open it in Excel or WPS and save it anew, or ask for it again",
        )
    )


def locked() -> UnreadableError:
    """The file is protected by a password: what to tell."""
    return UnreadableError(
        say(
            zh="文件有密码保护,无法读取。请打开后取消密码再保存",
            en="the file is protected by a password. Open it, take the password off and save it",
        )
    )


class archive_errors:  # noqa: N801  (reads as a sentence: `with archive_errors(): …`)
    """Turn what zipfile and zlib raise on damaged archives into `UnreadableError`."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(
            error,
            zipfile.BadZipFile | zlib.error | EOFError | NotImplementedError | RuntimeError | ValueError,
        ):
            raise broken(error) from error


def _plain(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()


def _resolved(target: str) -> str:
    target = target.replace("\\", "/")
    return normpath(target.lstrip("/") if target.startswith("/") else join("xl", target))


def _is_needed(name: str) -> bool:
    if name in ("[content_types].xml", "_rels/.rels"):
        return True
    folder, _, file = name.rpartition("/")
    return folder in ("xl", "xl/_rels") and file.endswith((".xml", ".rels"))


def _line(why: object) -> str:
    return (str(why).strip().splitlines() or [type(why).__name__])[0][:120]


Writer = Callable[[IO[bytes]], None]
"""Writes the XML of a sheet."""


def with_sheet(book: Book, part: str, write: Writer, path: Path) -> None:
    """Write a workbook to `path` that holds one sheet of `book`, spelt by `write`, and what belongs to it."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as made:
        for name in book.others():
            with book.open(name) as source, made.open(_name(name), "w", force_zip64=True) as target:
                if _plain(name) == _WORKBOOK:
                    target.write(_EXTENSIONS.sub(b"", source.read()))
                while data := source.read(CHUNK):
                    target.write(data)
        with made.open(_name(part), "w", force_zip64=True) as target:
            write(target)


def _name(name: str) -> str:
    return name.replace("\\", "/").lstrip("/")
