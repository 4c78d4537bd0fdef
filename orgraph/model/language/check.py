"""Whether a file's names mean something: every reference looked up in what the file can see."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from orgraph.model.errors import Problem
from orgraph.model.language.check_facts import checked_rules
from orgraph.model.language.check_rosters import check_rosters
from orgraph.model.language.condition_values import Plain
from orgraph.model.language.conditions import COMBINERS
from orgraph.model.language.facts import PEOPLE
from orgraph.model.language.file import Structure
from orgraph.model.language.ground import Ground, circle_in
from orgraph.model.language.words import Column
from orgraph.model.language.yaml_source import Path

if TYPE_CHECKING:
    from orgraph.model.structure import Structures

OWN_COLUMNS: Mapping[str, Mapping[str, Plain]] = {
    "units": {
        **{name: Plain("text") for name in ("id", "name", "kind", "structure")},
        **{name: Plain("date") for name in ("since", "until")},
    },
    "links": {
        **{name: Plain("text") for name in ("source", "target", "relation")},
        **{name: Plain("date") for name in ("since", "until")},
    },
    "people": {name: Plain("text") for name in ("id", "name")},
    "memberships": {
        **{name: Plain("text") for name in ("person", "unit", "role")},
        **{name: Plain("date") for name in ("since", "until")},
    },
}
"""The columns every table has: conditions may name them, structures must not declare them."""

TABLES = {"kinds": "units", "trees": "links", "relations": "links", "roles": "memberships"}


def checked(structure: Structure, view: Structures) -> tuple[Structure, list[Problem]]:
    """A file with its conditions typed, and every reference of it that leads nowhere.

    Parameters
    ----------
    structure
        The file.
    view
        What it can name: itself and all that it uses.
    """
    ground = Ground(structure, view)
    _kinds(ground)
    _circles(ground)
    _columns(ground)
    rules = checked_rules(ground, OWN_COLUMNS)
    check_rosters(ground)
    if ground.problems:
        return structure, ground.problems
    return structure.model_copy(update=rules), []


def _kinds(ground: Ground) -> None:
    for name, kind in ground.structure.kinds.items():
        path: Path = ("kinds", name)
        if name == PEOPLE:
            ground.wrong(
                path, "“people”指人,不能作类别名", "'people' means people, no kind can bear the name"
            )
        for tree, parents in kind.under.items():
            ground.known("tree", tree, (*path, "under", tree), at_key=True)
            ground.all_known("kind", parents, (*path, "under", tree))
        ground.all_known("tree", kind.root_of, (*path, "root_of"))
        for role in kind.roles:
            ground.known("role", role, (*path, "roles", role), at_key=True)


def _circles(ground: Ground) -> None:
    """Kinds that stand under each other in turn; a kind under itself (departments in departments) is fine."""
    for tree in ground.view.trees:
        under = {
            kind: [p for p in ground.view.under(ground.structure.id, kind).get(tree, ()) if p != kind]
            for kind in ground.view.kinds
        }
        circle = circle_in(under)
        mine = [k for k in circle if tree in getattr(ground.structure.kinds.get(k), "under", {})]
        if mine:
            shown = " → ".join((*circle, circle[0]))
            ground.wrong(
                ("kinds", mine[0], "under", tree),
                f"循环:{shown}。上级不能又是下级(同一类别可以自己套自己)",
                f"a circle: {shown}. What stands above cannot stand below (a kind may stand under itself)",
            )


def _columns(ground: Ground) -> None:
    for section, table in TABLES.items():
        for name, declared in getattr(ground.structure, section).items():
            _declared(ground, (section, name, "columns"), declared.columns, table)
    _declared(ground, ("people", "columns"), ground.structure.people.columns, "people")


def _declared(ground: Ground, path: Path, columns: Mapping[str, Column], table: str) -> None:
    for name, column in columns.items():
        at = (*path, name)
        if name in OWN_COLUMNS[table] or name in ("key", "valid"):
            ground.wrong(
                at, f"每一行本来就有“{name}”,不要再声明", f"every row has '{name}' already: do not declare it"
            )
        if name in COMBINERS:
            ground.wrong(
                at,
                f"“{name}”在条件里另有用处,不能作列名",
                f"'{name}' has a meaning in conditions, no column can bear it",
            )
        _labels(ground, at, column)
        _after(ground, at, column, table)


def _after(ground: Ground, path: Path, column: Column, table: str) -> None:
    """What a day comes after is another day that the same row can state."""
    if column.after is None:
        return
    seen = ground.view.columns("people") if table == "memberships" else {}
    seen |= ground.view.columns(table)  # type: ignore[arg-type]
    days = [name for name, other in seen.items() if other.type == "date" and name != column.name]
    if column.after not in days:
        ground.unknown("column", column.after, days, (*path, "after"))


def _labels(ground: Ground, path: Path, column: Column) -> None:
    """A word that stands for two codes of one enumeration tells neither."""
    met: dict[str, str] = {}
    for code in column.values:
        for word in (code, *column.value_labels.get(code, ())):
            other = met.setdefault(word, code)
            if other != code:
                ground.wrong(
                    (*path, "values", code),
                    f"“{word}”既指 {other} 又指 {code}",
                    f"'{word}' stands for both {other} and {code}",
                )
