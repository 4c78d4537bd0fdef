"""A YAML text as plain data that remembers where everything stood.

The reader is ruamel.yaml (YAML 1.2: ``no`` is a text, ``16:30`` is a text). Only its composer is used:
the nodes carry line and column of every key and value, and composing is several times faster than
building ruamel's own round-trip objects. Duplicate keys, anchors, tags and nesting without end are
refused here, because nothing in the language needs them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from orgraph.model.errors import Problem
from orgraph.model.glossary import say

Path = tuple[str | int, ...]
Place = tuple[int, int]
"""Line and column, counted from 1."""

DEEPEST = 24
TAG = "tag:yaml.org,2002:"
DAY = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass
class Source:
    """A structure file as read: data, places of keys and values, the written form of every scalar."""

    file: str
    text: str
    data: Any = None
    keys: dict[Path, Place] = field(default_factory=dict)
    places: dict[Path, Place] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, path: Path, message: str, *, at_value: bool = False) -> Problem:
        """A problem at `path`: at its key, or with `at_value` at the value written there."""
        where = self._place(path, self.places if at_value else self.keys)
        return Problem(self.file, *where, dotted(path), message)

    def _place(self, path: Path, first: dict[Path, Place]) -> Place:
        while path:
            for table in (first, self.places, self.keys):
                if path in table:
                    return table[path]
            path = path[:-1]
        return (1, 1)

    def settled(self, loc: Path) -> Path:
        """The longest way along `loc` that the data has; steps that are not in the data are left out.

        A validator's location may hold names of union members and may tell an element of a shorthand by
        its long form (``status.values.1`` for the second word of ``status: [a, b]``).
        """
        at: Any = self.data
        path: list[str | int] = []
        for step in loc:
            inside = step in at if isinstance(at, dict) else isinstance(at, list) and step in range(len(at))
            if inside:
                at = at[step]
                path.append(step)
        return tuple(path)

    def at(self, path: Path) -> Any:
        """The data at a settled path."""
        found = self.data
        for step in path:
            found = found[step]
        return found


def dotted(path: Path) -> str:
    """A path as people write it: ``kinds.estate.columns.status[1]``."""
    shown = ""
    for step in path:
        shown += f"[{step}]" if isinstance(step, int) else f".{step}" if shown else str(step)
    return shown


def read_source(text: str, file: str) -> Source:
    """Read `text`; what is wrong with it as YAML stands in `problems` of the result."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    source = Source(file, text)
    try:
        node = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        where: Place = (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
        source.problems.append(
            Problem(file, *where, "", _syntax(text, where, str(error.problem or error.context)))
        )
        return source
    except (YAMLError, RecursionError) as error:
        source.problems.append(
            Problem(file, 1, 1, "", say(zh=f"不是可读的 YAML:{error}", en=f"not readable as YAML: {error}"))
        )
        return source
    source.data = None if node is None else _Builder(source).build(node, ())
    if source.data is None and not source.problems:
        source.problems.append(Problem(file, 1, 1, "", say(zh="文件是空的", en="the file is empty")))
    return source


def _syntax(text: str, where: Place, reason: str) -> str:
    line = (text.splitlines() or [""])[min(where[0], len(text.splitlines())) - 1]
    if "\t" in line[: max(where[1], 1)] or "'\\t'" in reason:
        return say(zh="这里有制表符:YAML 只用空格缩进", en="there is a tab here: YAML is indented by spaces")
    return say(zh=f"YAML 写法有误:{reason}", en=f"wrong as YAML: {reason}")


class _Builder:
    """Nodes to data; a class because the walk shares the source and the nodes already met."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.met: set[int] = set()

    def build(self, node: Any, path: Path) -> Any:
        source = self.source
        if id(node) in self.met:  # an alias is the anchored node again, so its place is told by the key
            message = say(
                zh="不支持锚点和别名(& 和 *):请写全",
                en="anchors and aliases (& and *) are not read: write it out",
            )
            source.problems.append(source.problem(path, message))
            return None
        self.met.add(id(node))
        source.places[path] = _place(node)
        if len(path) > DEEPEST:
            self._wrong(path, say(zh="嵌套太深", en="nested too deeply"))
            return None
        kind = str(node.tag).removeprefix(TAG)
        if kind == "map":
            return self._mapping(node, path)
        if kind == "seq":
            return [self.build(child, (*path, i)) for i, child in enumerate(node.value)]
        if not isinstance(node.value, str) or kind not in SCALARS:
            self._wrong(path, say(zh=f"不支持标签 {node.tag}", en=f"the tag {node.tag} is not read"))
            return None
        return self._scalar(kind, node.value, path)

    def _mapping(self, node: Any, path: Path) -> dict[Any, Any]:
        made: dict[Any, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            at = (*path, key)
            if key in made:
                line = self.source.keys[at][0]
                self.source.problems.append(
                    Problem(
                        self.source.file,
                        *_place(key_node),
                        dotted(at),
                        say(
                            zh=f"键重复:第 {line} 行已经写过", en=f"duplicate key: line {line} has it already"
                        ),
                    )
                )
                continue
            self.source.keys[at] = _place(key_node)
            made[key] = self.build(value_node, at)
        return made

    def _key(self, node: Any, path: Path) -> str:
        kind = str(node.tag).removeprefix(TAG)
        if not isinstance(node.value, str):
            self.source.problems.append(
                Problem(
                    self.source.file, *_place(node), dotted(path), say(zh="键应是文字", en="a key is a text")
                )
            )
            return "?"
        if kind != "str":
            quoted = f'"{node.value}"'
            self.source.problems.append(
                Problem(
                    self.source.file,
                    *_place(node),
                    dotted((*path, node.value)),
                    say(zh=f"键应是文字:请加引号,写 {quoted}", en=f"a key is a text: quote it, as {quoted}"),
                )
            )
        return str(node.value)

    def _scalar(self, kind: str, text: str, path: Path) -> Any:
        self.source.written[path] = text
        try:
            return SCALARS[kind](text)
        except (ValueError, OverflowError) as error:
            self._wrong(path, say(zh=f"看不懂的值 {text}:{error}", en=f"unreadable value {text}: {error}"))
            return None

    def _wrong(self, path: Path, message: str) -> None:
        self.source.problems.append(self.source.problem(path, message, at_value=True))


def _place(node: Any) -> Place:
    return (node.start_mark.line + 1, node.start_mark.column + 1)


def _int(text: str) -> int:
    plain = text.replace("_", "")
    return int(plain, 0) if plain.lstrip("+-")[:2] in ("0x", "0o") else int(plain)


def _float(text: str) -> float:
    plain = text.replace("_", "").lower()
    return float(plain.replace(".inf", "inf").replace(".nan", "nan"))


def _day(text: str) -> date | str:
    """A plain day is a date; a moment stays text, since nothing in the language is dated by the hour."""
    return date.fromisoformat(text) if DAY.fullmatch(text) else text


SCALARS: dict[str, Any] = {
    "str": str,
    "int": _int,
    "float": _float,
    "bool": lambda text: text.lower() == "true",
    "null": lambda _: None,
    "timestamp": _day,
}
