"""A mapping file written: what was understood, and in comments what is doubtful, for a person to mend."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from orgraph.model.glossary import say
from orgraph.roster.sheets.mapping import NOT_READ

_NUMBERS = re.compile(r"[0-9０-９]+|[〇一二三四五六七八九十]+(?=[月季年])")
_PATTERN, _ESCAPED = re.compile(r"([*?\[])"), r"[\1]"


@dataclass(frozen=True)
class Understood:
    """One sheet: what it is, and its columns as `understanding.COLUMNS` has them."""

    file: str
    sheet: str
    roster: str
    title: str
    score: float
    rows: tuple[tuple[Any, ...], ...]


def mapping_text(
    sheets: Sequence[Understood], others: Sequence[tuple[str, str]] = (), rosters: Sequence[str] = ()
) -> str:
    """The text of a mapping file.

    Sheets that are read alike (one sheet for each grid) share an entry. Numbers in names of files become
    ``*``, since next month's roster is called by another month.

    Parameters
    ----------
    sheets
        What was recognised.
    others
        File and name of sheets that are no roster: entries in comments, to be filled in.
    rosters
        Names of rosters to choose from.
    """
    lines = [*_head(), "sheets:"]
    for alike in _alike(sheets):
        lines += _entry(alike)
    if not sheets:
        lines[-1] = "sheets:" if others else "sheets: []"
    lines += _unrecognised(others, rosters)
    return "\n".join([*lines, "", *_foot(), ""])


_HEAD = (
    (
        "# 名册的读法:哪个表是哪种花名册,哪一列是哪一项。改好后反复使用:",
        "# How rosters are read: which sheet is which roster, which column is which field. To use it again:",
    ),
    ("#   orgraph import FILE --mapping mapping.yaml",) * 2,
    (
        "# 从上往下,第一个符合的条目生效。file、sheet 里 * 和 ? 代表任意文字。",
        "# The first entry that fits a sheet counts. In file and sheet, * and ? stand for anything.",
    ),
    (
        '# 左边是表里的列名,右边是花名册的项;"-" 表示不读。',
        '# Left the header in the sheet, right the field of the roster; "-" is not read.',
    ),
)
_RENAMED = (
    "# 单位改名(全量导入时问“可能是改名”)。旧单位的编号: 新名称",
    "# Units that were renamed, which snapshots ask about. Id of the unit: its new name",
)
_ENDED = ("# 确已撤销、不是改名的单位的编号", "# Ids of units that did end and were not renamed")


def _unrecognised(others: Sequence[tuple[str, str]], rosters: Sequence[str]) -> Iterator[str]:
    if not others:
        return
    listed = "、".join(rosters)
    yield say(
        zh=f'  # 以下没有识别:去掉 # 并写明 roster("-" 表示不读)。可用:{listed}',
        en=f'  # Not recognised: take off the # and say the roster ("-": not read). There are {listed}',
    )
    for file, sheet in others:
        yield f"  # - file: {_quoted(_pattern(file))}"
        yield f"  #   sheet: {_quoted(_PATTERN.sub(_ESCAPED, sheet))}" if sheet else '  #   sheet: "*"'
        yield '  #   roster: "-"'


def _head() -> list[str]:
    return [*(say(zh=zh, en=en) for zh, en in _HEAD), ""]


def _foot() -> list[str]:
    renamed, ended = (say(zh=zh, en=en) for zh, en in (_RENAMED, _ENDED))
    return [renamed, "renamed: {}", ended, "ended: []"]


def _alike(sheets: Sequence[Understood]) -> list[list[Understood]]:
    """Sheets of one file that are read alike, together."""
    groups: dict[tuple[Any, ...], list[Understood]] = {}
    for sheet in sheets:
        key = (_pattern(sheet.file), sheet.roster, tuple(row[3:] for row in sheet.rows))
        groups.setdefault(key, []).append(sheet)
    return list(groups.values())


def _pattern(file: str) -> str:
    return _NUMBERS.sub("*", _PATTERN.sub(_ESCAPED, PurePath(file).name))


def _entry(alike: Sequence[Understood]) -> Iterator[str]:
    one = alike[0]
    names = [_PATTERN.sub(_ESCAPED, sheet.sheet) for sheet in alike]
    yield f"  - file: {_quoted(_pattern(one.file))}"
    if any(names):
        yield "    sheet: " + (
            _quoted(names[0]) if len(names) == 1 else f"[{', '.join(map(_quoted, names))}]"
        )
    yield f"    roster: {_quoted(one.roster)}   # {one.title}  {one.score:.2f}"
    yield "    columns:"
    yield from _columns(one)


def _columns(one: Understood) -> Iterator[str]:
    headers = [row[4] for row in one.rows if row[4] is not None]
    free = [row[5] for row in one.rows if row[4] is None]
    for _, _, _, letter, header, field, score, state, _ in one.rows:
        if header is None:
            continue
        key = _quoted(f"{header}@{letter}" if headers.count(header) > 1 else header)
        if state == "sure":
            yield f"      {key}: {_quoted(field)}"
        elif state == "uncertain":
            note = say(zh=f"{score:.2f},请核对", en=f"{score:.2f}: please check")
            yield f"      {key}: {_quoted(field)}   # {note}"
        elif state == "unused":
            listed = "、".join(free)
            note = say(zh="没有读取", en="not read") + (
                say(zh=f";可改为:{listed}", en=f"; may be: {listed}") if free else ""
            )
            yield f"      {key}: {_quoted(NOT_READ)}   # {note}"
    if not headers:
        yield "      {}"
    needed = [row[5] for row in one.rows if row[7] == "missing"]
    if needed:
        yield "      # " + say(
            zh=f"表里没有:{'、'.join(needed)}", en=f"not in the sheet: {', '.join(needed)}"
        )


def _quoted(text: str) -> str:
    """A text as YAML and JSON both write it; it holds no line break, colon or dash that means anything."""
    return json.dumps(text, ensure_ascii=False)
