"""Mapping files: what a person has said once about how rosters are read.

sheets:                          # the first that fits a sheet counts
  - file: "*月名册.xlsx"          # name of the file, * and ? stand for anything; default: any
    sheet: [一网格, 二网格]        # name of the sheet, or several; default: any
    roster: micro_grids          # name or title of the roster; "-": the sheet is not read
    columns:
      负责人: 微网格长             # header in the sheet: header of the roster; "-": not read
      电话@F: 联系电话             # of two columns with one header, the one under this letter
renamed: {330411106/人和社区/一网格: 第一网格}     # id of a unit: its new name
ended:   [330411106/人和社区/二网格]              # ids of units that did end, whatever resembles them
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path, PurePath
from typing import Any
from unicodedata import normalize

from orgraph.model.errors import MappingError, OrgraphError, Problem, nearest
from orgraph.model.glossary import say
from orgraph.model.language import yaml_source
from orgraph.model.language.rosters import roster_called
from orgraph.model.language.yaml_source import Source
from orgraph.model.structure import Structures
from orgraph.roster.reading.grid import Sheet, column_letters
from orgraph.roster.sheets.headers import plain

NOT_READ = "-"
"""Stands for a roster or a field where a sheet or column is not to be read."""

TOP = ("sheets", "renamed", "ended")
ENTRY = ("file", "sheet", "roster", "columns")

_AT = re.compile(r"(.*?)\s*@\s*([A-Za-z]{1,3})$", re.DOTALL)


@dataclass(frozen=True)
class Answer:
    """What is said of sheets that fit.

    Attributes
    ----------
    files, sheets
        Patterns of names.
    roster
        The roster in `Structures.rosters`; None: the sheet is not read.
    columns
        Header, as ``电话`` or ``电话@F``, → header of the roster; None: the column is not read.
    """

    files: tuple[str, ...]
    sheets: tuple[str, ...]
    roster: str | None
    columns: Mapping[str, str | None] = field(default_factory=dict)

    def fits(self, sheet: Sheet) -> bool:
        """Whether a sheet is meant."""
        names = (PurePath(sheet.file).name, sheet.file)
        return _fits(names, self.files) and _fits((sheet.name,), self.sheets)

    def forced(
        self, fields: Sequence[str], heads: Sequence[Sequence[str]], first_column: int
    ) -> dict[int, int | None]:
        """Column of the sheet → position of the roster's column; None: not read.

        Parameters
        ----------
        fields
            Headers of the roster.
        heads
            For each column of the sheet, what may be its header, the best first.
        first_column
            Where the first of them stands in the sheet, from 1.
        """
        made: dict[int, int | None] = {}
        for header, target in self.columns.items():
            for column in _columns(header, heads, first_column, every=target is None):
                made.setdefault(column, None if target is None else fields.index(target))
        return made

    def absent(self, heads: Sequence[Sequence[str]], first_column: int) -> list[str]:
        """Headers that it speaks of and the sheet does not have."""
        return [h for h in self.columns if not _columns(h, heads, first_column, every=False)]


@dataclass(frozen=True)
class RosterMapping:
    """A mapping file.

    Attributes
    ----------
    answers
        What is said of sheets, in order.
    renamed
        Id (or unique name) of a unit → its new name.
    ended
        Ids of units that ended and were not renamed.
    """

    answers: tuple[Answer, ...] = ()
    renamed: Mapping[str, str] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()

    def of(self, sheet: Sheet) -> Answer | None:
        """The first answer that fits a sheet."""
        return next((a for a in self.answers if a.fits(sheet)), None)


def _fits(names: Iterable[str], patterns: Iterable[str]) -> bool:
    """Whether a name is or matches a pattern, however its accents are composed."""
    known = [normalize("NFC", p) for p in patterns]
    return any(n == p or fnmatchcase(n, p) for n in (normalize("NFC", name) for name in names) for p in known)


def _columns(header: str, heads: Sequence[Sequence[str]], first_column: int, *, every: bool) -> list[int]:
    """Columns under a header: the one whose best text it is, or all; of ``电话@F`` that under F."""
    whole = plain(header)
    for rank in range(max(map(len, heads), default=0)):
        found = [i for i, texts in enumerate(heads) if len(texts) > rank and plain(texts[rank]) == whole]
        if found:
            return found if every else found[:1]
    if not (at := _AT.fullmatch(header)):
        return []
    text, letter = plain(at[1]), at[2].upper()
    return [
        i
        for i, texts in enumerate(heads)
        if column_letters(i + first_column) == letter and text in map(plain, texts)
    ]


def mapping_of(given: str | Path | RosterMapping | None, structures: Structures) -> RosterMapping:
    """A mapping as it was given: as a file, read already, or none."""
    if given is None:
        return RosterMapping()
    return given if isinstance(given, RosterMapping) else read_mapping(given, structures)


# --- reading -------------------------------------------------------------------------------------


def read_mapping(path: str | Path, structures: Structures) -> RosterMapping:
    """Read a mapping file.

    Parameters
    ----------
    path
        The file (YAML, UTF-8).
    structures
        Their rosters are what it may name.

    Raises
    ------
    MappingError
        Everything that is wrong with it: file, line, column, key, what would be right, the nearest spelling.
    """
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or say(zh="不是 UTF-8 编码的文字", en="it is no UTF-8 text")
        message = say(zh=f"打不开映射文件:{why}", en=f"the mapping file cannot be read: {why}")
        raise MappingError([Problem(str(path), 1, 1, "", message)]) from error
    source = yaml_source.read_source(text, str(path))
    made = _Reading(source, structures).mapping() if not source.problems else RosterMapping()
    if source.problems:
        raise MappingError(sorted(source.problems, key=lambda p: (p.line, p.column)))
    return made


class _Reading:
    """Data of a mapping file → answers; what is wrong goes to the problems of the source."""

    def __init__(self, source: Source, structures: Structures) -> None:
        self.source, self.structures = source, structures

    def mapping(self) -> RosterMapping:
        data = self._mapping_at((), self.source.data, TOP)
        entries = self._list_at(("sheets",), data.get("sheets"))
        answers = [self._answer(("sheets", i), one) for i, one in enumerate(entries)]
        renamed = self._mapping_at(("renamed",), data.get("renamed"), None)
        ended = self._list_at(("ended",), data.get("ended"))
        return RosterMapping(
            tuple(a for a in answers if a is not None),
            {k: self._text(("renamed", k), v) for k, v in renamed.items()},
            frozenset(self._text(("ended", i), one) for i, one in enumerate(ended)),
        )

    def _answer(self, at: yaml_source.Path, written: Any) -> Answer | None:
        data = self._mapping_at(at, written, ENTRY)
        files = self._patterns((*at, "file"), data.get("file"))
        sheets = self._patterns((*at, "sheet"), data.get("sheet"))
        if "roster" not in data:
            if set(data) - set(ENTRY):  # misspelt, and told
                return None
            self._wrong(at, say(zh="缺少键“roster”", en="the key 'roster' is missing"))
            return None
        called = self._text((*at, "roster"), data["roster"])
        if called == NOT_READ:
            return Answer(files, sheets, None)
        try:
            roster = roster_called(self.structures.rosters, called)
        except OrgraphError as error:
            self._wrong((*at, "roster"), str(error), at_value=True)
            return None
        columns = self._mapping_at((*at, "columns"), data.get("columns"), None)
        return Answer(files, sheets, roster, self._fields((*at, "columns"), columns, roster))

    def _fields(self, at: yaml_source.Path, columns: Mapping[str, Any], roster: str) -> dict[str, str | None]:
        """Header → the roster's own header."""
        forms = self.structures.rosters[roster].columns
        words = {plain(word): header for header, form in forms.items() for word in form.headers}
        made: dict[str, str | None] = {}
        for header, written in columns.items():
            text = self._text((*at, header), written)
            target = None if text == NOT_READ else words.get(plain(text))
            if target is None and text != NOT_READ:
                self._unknown((*at, header), say(zh="列", en="column"), text, list(forms))
            elif target is not None and target in made.values():
                other = next(h for h, t in made.items() if t == target)
                self._wrong(
                    (*at, header),
                    say(zh=f"“{other}”已经是“{target}”", en=f"'{other}' is '{target}' already"),
                    at_value=True,
                )
            made[header] = target
        return made

    # --- forms ---------------------------------------------------------------------------------

    def _mapping_at(self, at: yaml_source.Path, data: Any, allowed: Sequence[str] | None) -> dict[str, Any]:
        if data is None:
            return {}
        if not isinstance(data, dict):
            self._wrong(
                at, say(zh="应是映射,如 {a: b}", en="should be a mapping such as {a: b}"), at_value=True
            )
            return {}
        for key in data if allowed is not None else ():
            if key not in (allowed or ()):
                self._unknown((*at, key), say(zh="键", en="key"), str(key), allowed or (), at_value=False)
        return data

    def _list_at(self, at: yaml_source.Path, data: Any) -> list[Any]:
        if data is None or isinstance(data, list):
            return data or []
        self._wrong(at, say(zh="应是列表,每项以“- ”开头", en="should be a list, each item behind '- '"))
        return []

    def _patterns(self, at: yaml_source.Path, data: Any) -> tuple[str, ...]:
        if data is None:
            return ("*",)
        if isinstance(data, list):
            return tuple(self._text((*at, i), one) for i, one in enumerate(data))
        return (self._text(at, data),)

    def _text(self, at: yaml_source.Path, data: Any) -> str:
        if isinstance(data, str):
            return data
        shown = self.source.written.get(at)
        if shown is None:
            self._wrong(at, say(zh="这里应是文字", en="a text is due here"))
        else:
            quoted = f'"{shown}"'
            self._wrong(
                at,
                say(zh=f"应是文字:请加引号,写 {quoted}", en=f"a text is due: quote it, as {quoted}"),
                at_value=True,
            )
        return ""

    def _unknown(
        self, at: yaml_source.Path, what: str, name: str, known: Iterable[str], *, at_value: bool = True
    ) -> None:
        known = list(known)
        near = nearest(name, known, count=1)
        hint = say(zh=f"。是不是:{near[0]}", en=f". Did you mean: {near[0]}") if near else ""
        self._wrong(
            at,
            say(
                zh=f"没有{what}“{name}”,有:{'、'.join(known)}",
                en=f"no {what} '{name}'; there are {', '.join(known)}",
            )
            + hint,
            at_value=at_value,
        )

    def _wrong(self, at: yaml_source.Path, message: str, *, at_value: bool = False) -> None:
        self.source.problems.append(self.source.problem(at, message, at_value=at_value))
