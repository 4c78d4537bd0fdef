"""What the checks of a file stand on: the file, what it can see, and the problems found so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from orgraph.model.errors import ConditionError, Problem, nearest
from orgraph.model.glossary import say
from orgraph.model.language.condition_values import Typed
from orgraph.model.language.conditions import COMBINERS, All, parse
from orgraph.model.language.file import Structure
from orgraph.model.language.words import Column
from orgraph.model.language.yaml_source import Path

if TYPE_CHECKING:
    from orgraph.model.structure import Structures

WORDS = {
    "kind": ("类别", "kind"),
    "tree": ("隶属树", "tree"),
    "relation": ("关系", "relation"),
    "role": ("角色", "role"),
    "measure": ("数量", "measure"),
    "fact": ("事实", "fact"),
    "column": ("列", "column"),
    "tie": ("本行所建的关系或角色", "tie that the row makes"),
}
SECTION = {"kind": "kinds", "tree": "trees", "relation": "relations", "role": "roles", "measure": "measures"}


@dataclass
class Ground:
    """One file under examination."""

    structure: Structure
    view: Structures
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, path: Path, zh: str, en: str, *, at_value: bool = False) -> None:
        """Note a problem at a key (or at the value written there)."""
        source = self.structure.source
        self.problems.append(source.problem(source.settled(path), say(zh=zh, en=en), at_value=at_value))

    def known(self, what: str, name: str, path: Path, *, at_key: bool = False) -> bool:
        """Whether a kind, tree, relation, role or measure exists; a problem with the nearest name if not."""
        names: Mapping[str, object] = getattr(self.view, SECTION[what])
        if what == "relation":
            names = {**names, **self.view.trees}  # a tree is a relation, too
        if name in names:
            return True
        if what == "tree" and name in self.view.relations:
            self.wrong(
                path,
                f"“{name}”是关系,不是隶属树:只有 trees 里的才有上级",
                f"'{name}' is a relation and no tree: only what stands under trees has parents",
                at_value=not at_key,
            )
            return False
        self.unknown(what, name, names, path, at_key=at_key)
        return False

    def all_known(self, what: str, names: Iterable[str], path: Path) -> bool:
        """Whether all names of a list (or the one name that stands for it) exist."""
        found = [self.known(what, name, (*path, i)) for i, name in enumerate(names)]  # all of them are told
        return all(found)

    def unknown(
        self, what: str, name: str, names: Iterable[str], path: Path, *, at_key: bool = False
    ) -> None:
        """Note that a name does not exist, with the nearest that do."""
        zh, en = WORDS[what]
        names = list(names)
        hint = nearest(name, names)
        shown = f"。是不是:{'、'.join(hint)}" if hint else f",有:{'、'.join(names) or '(一个也没有)'}"
        told = (
            f". Did you mean: {', '.join(hint)}" if hint else f"; there are: {', '.join(names) or '(none)'}"
        )
        self.wrong(path, f"没有{zh}“{name}”{shown}", f"no {en} '{name}'{told}", at_value=not at_key)

    def placed(self, kinds: Iterable[str], tree: str, path: Path) -> None:
        """Note kinds that have no place in a tree."""
        for index, kind in enumerate(kinds):
            if kind in self.view.kinds and tree in self.view.trees and not self.view.takes_part(kind, tree):
                trees = [t for t in self.view.trees if self.view.takes_part(kind, t)]
                self.wrong(
                    (*path, index),
                    f"“{kind}”不在隶属树“{tree}”中"
                    + (f",它在:{'、'.join(trees)}" if trees else ",它的 under 和 root_of 都没有写"),
                    f"'{kind}' has no place in the tree '{tree}'"
                    + (
                        f"; it stands in {', '.join(trees)}"
                        if trees
                        else "; it has neither under nor root_of"
                    ),
                    at_value=True,
                )

    def columns(self, section: str, names: Iterable[str]) -> dict[str, Column]:
        """The columns of several kinds, relations or roles together; enumerations of one name add up."""
        made: dict[str, Column] = {}
        for name in names:
            declared = getattr(self.view, section).get(name)
            for key, column in declared.columns.items() if declared is not None else ():
                made[key] = _either(made[key], column) if key in made else column
        return made

    def condition(self, path: Path, types: Mapping[str, Typed]) -> All | None:
        """The condition written at `path`, its values coerced; None after noting what is wrong with it."""
        written = self.structure.source.at(path)
        before = len(self.problems)
        self._condition(path, written, types)
        return parse(written, types) if len(self.problems) == before else None

    def _condition(self, path: Path, written: object, types: Mapping[str, Typed]) -> None:
        if not isinstance(written, dict):
            self._tried(path, written, types)
            return
        for key, value in written.items():
            if key in COMBINERS and isinstance(value, list) and value:
                for index, part in enumerate(value):
                    self._condition((*path, key, index), part, types)
            elif isinstance(value, dict) and value:
                for op, operand in value.items():
                    if not self._tried((*path, key, op), {key: {op: operand}}, types):
                        break
            else:
                self._tried((*path, key), {key: value}, types)

    def _tried(self, path: Path, mapping: object, types: Mapping[str, Typed]) -> bool:
        try:
            parse(mapping, types)
        except ConditionError as error:
            told = self._unquoted(path, mapping, types) or f"{error}{self._elsewhere(mapping, types)}"
            self.wrong(path, told, told)
            return False
        return True

    def _unquoted(self, path: Path, mapping: object, types: Mapping[str, Typed]) -> str | None:
        """For a code without quotes: how it is written, since ``0330`` was read as a number."""
        key = next(iter(mapping)) if isinstance(mapping, dict) and mapping else ""
        source = self.structure.source
        number = (
            isinstance(source.at(path), int | float | date) and key in types and types[key].type == "text"
        )
        if not number or path[-1] == "known":
            return None
        quoted = f'"{source.written[path]}"'
        return say(
            zh=f"{key} 是文字列,{quoted[1:-1]} 不是文字:请加引号,写 {quoted}",
            en=f"{key} is a text column and {quoted[1:-1]} is no text: quote it, as {quoted}",
        )

    def _elsewhere(self, mapping: object, types: Mapping[str, Typed]) -> str:
        """Which kinds have a column that this one lacks."""
        key = next(iter(mapping)) if isinstance(mapping, dict) and mapping else ""
        owners = [name for name, kind in self.view.kinds.items() if key in kind.columns]
        if key in types or not owners:
            return ""
        return say(zh=f"(有这一列的:{'、'.join(owners)})", en=f" (it is a column of {', '.join(owners)})")


def _either(one: Column, other: Column) -> Column:
    values = tuple(dict.fromkeys((*one.values, *other.values))) if one.values and other.values else ()
    labels = {**one.value_labels, **other.value_labels} if values else {}
    return one.model_copy(update={"values": values, "value_labels": labels})


def circle_in(edges: Mapping[str, Sequence[str]]) -> list[str]:
    """The members of one circle of a directed graph, in order; empty where there is none."""
    done: set[str] = set()
    for start in edges:
        if start in done:
            continue
        way, ahead = [start], [iter(edges[start])]
        while way:
            following = next((n for n in ahead[-1] if n in edges and n not in done), None)
            if following is None:
                done.add(way.pop())
                ahead.pop()
            elif following in way:
                return way[way.index(following) :]
            else:
                way.append(following)
                ahead.append(iter(edges[following]))
    return []
