"""Several files as one vocabulary: declarations of one name unite, and what contradicts is a problem."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from orgraph.model.errors import Problem
from orgraph.model.glossary import say
from orgraph.model.language.file import Structure
from orgraph.model.language.words import Column, Kind, Relation, Role, Worded
from orgraph.model.language.yaml_source import Path

Declared = TypeVar("Declared", bound=Worded)

AGREED = ("zh", "en", "public", "unit", "decimals", "over_time", "over_units", "min", "max")
"""What two declarations of one name may both state only if they state the same."""


@dataclass
class Merger:
    """Unites declarations; `problems` collects where a later file contradicts an earlier one."""

    problems: list[Problem] = field(default_factory=list)

    def section(self, files: Iterable[Structure], section: str) -> dict[str, Any]:
        """One section (``kinds``, ``roles`` …) of all files, by name."""
        made: dict[str, Any] = {}
        origin: dict[str, Structure] = {}
        for structure in files:
            for name, one in getattr(structure, section).items():
                at = (structure, (section, name))
                made[name] = self._united(made[name], one, at, origin[name]) if name in made else one
                origin.setdefault(name, structure)
        return made

    def _united(
        self, first: Declared, second: Declared, at: tuple[Structure, Path], origin: Structure
    ) -> Declared:
        update: dict[str, Any] = {"synonyms": tuple(dict.fromkeys((*first.synonyms, *second.synonyms)))}
        for name in AGREED:
            if name in second.model_fields_set:
                update[name] = self._agreed(name, first, second, at, origin)
        if isinstance(first, Relation | Role | Kind) and isinstance(second, Relation | Role | Kind):
            update["columns"] = self._columns(first.columns, second.columns, at, origin)
        if isinstance(first, Kind) and isinstance(second, Kind):
            update |= _places(first, second)
        return first.model_copy(update=update)

    def _agreed(
        self, name: str, first: Declared, second: Declared, at: tuple[Structure, Path], origin: Structure
    ) -> Any:
        mine, other = getattr(second, name), getattr(first, name)
        if name in first.model_fields_set and mine != other:
            structure, path = at
            advice = (
                say(zh="。别的叫法写进 synonyms", en=". Another word for it goes into synonyms")
                if name in ("zh", "en")
                else ""
            )
            self._wrong(structure, (*path, name), f"{name}: {other}", origin, advice)
            return other
        return mine

    def _columns(
        self,
        first: Mapping[str, Column],
        second: Mapping[str, Column],
        at: tuple[Structure, Path],
        origin: Structure,
    ) -> dict[str, Column]:
        made = dict(first)
        for name, column in second.items():
            made[name] = (
                self.column(made[name], column, (at[0], (*at[1], "columns", name)), origin)
                if name in made
                else column
            )
        return made

    def column(self, first: Column, second: Column, at: tuple[Structure, Path], origin: Structure) -> Column:
        """Two declarations of one column: the types must agree, the values of enumerations add up."""
        stated = {"type", "values"} & second.model_fields_set
        if stated and {"type", "values"} & first.model_fields_set and first.type != second.type:
            self._wrong(*at, f"type: {first.type}", origin, "")
            return first
        labels = {
            code: tuple(
                dict.fromkeys((*first.value_labels.get(code, ()), *second.value_labels.get(code, ())))
            )
            for code in {**first.value_labels, **second.value_labels}
        }
        return first.model_copy(
            update={
                "type": second.type if stated else first.type,
                "values": tuple(dict.fromkeys((*first.values, *second.values))),
                "value_labels": labels,
                "synonyms": tuple(dict.fromkeys((*first.names[1:], *second.names[1:]))),
                "after": first.after or second.after,
                "several": first.several or second.several,
                "min": _widest(min, first.min, second.min),
                "max": _widest(max, first.max, second.max),
            }
        )

    def one_table(self, owners: Iterable[tuple[Structure, Path, Mapping[str, Column]]]) -> dict[str, Column]:
        """The columns of one table, which all its kinds (relations, roles) share: one name, one type.

        A column that is an enumeration for one kind and free text for another is free text.
        """
        made: dict[str, Column] = {}
        origin: dict[str, Structure] = {}
        for structure, path, columns in owners:
            for name, column in columns.items():
                at = (structure, (*path, "columns", name))
                if name in made:
                    open_ = not (made[name].values and column.values)
                    made[name] = self.column(made[name], column, at, origin[name])
                    if open_:
                        made[name] = made[name].model_copy(update={"values": (), "value_labels": {}})
                else:
                    made[name], origin[name] = column, structure
        return made

    def _wrong(self, structure: Structure, path: Path, stated: str, origin: Structure, advice: str) -> None:
        message = say(
            zh=f"与 {origin.file} 矛盾,那里写的是 {stated}",
            en=f"contradicts {origin.file}, which says {stated}",
        )
        path = structure.source.settled(path)
        self.problems.append(structure.source.problem(path, message + advice, at_value=True))


def _widest(of: Callable[[float, float], float], one: float | None, other: float | None) -> float | None:
    """The limit that both keep; the one that is stated, where one is."""
    return of(one, other) if one is not None and other is not None else one if other is None else other


def _places(first: Kind, second: Kind) -> dict[str, Any]:
    under = {
        tree: tuple(dict.fromkeys((*first.under.get(tree, ()), *second.under.get(tree, ()))))
        for tree in {**first.under, **second.under}
    }
    roles = {
        role: max(first.roles.get(role, 0), second.roles.get(role, 0))
        for role in {**first.roles, **second.roles}
    }
    return {
        "under": under,
        "roles": roles,
        "root_of": tuple(dict.fromkeys((*first.root_of, *second.root_of))),
        "values": tuple(dict.fromkeys((*first.values, *second.values))),
    }
