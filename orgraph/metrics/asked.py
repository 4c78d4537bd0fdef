"""What a question is asked of: a day, a tree, a unit; the refusals when one of them is missing."""

from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl

from orgraph.metrics.figures import Bools
from orgraph.model.errors import OrgraphError, UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Hierarchy, Ints, Longs
from orgraph.model.tables import Org


def day_of(org: Org) -> date:
    """The day that the organisation is shown on.

    Raises
    ------
    OrgraphError
        It holds all its versions: a question needs a day.
    """
    if org.on is None:
        raise OrgraphError(
            say(
                zh="这里有所有日期的版本:先用 org.alive(日期) 选定一天",
                en="this holds the versions of all days: choose one with org.alive(day) first",
            )
        )
    return org.on


def tree_for(org: Org, tree: str | None, row: int | None = None) -> str:
    """The tree meant: the one named, else the one with the most links in which the unit stands.

    Raises
    ------
    UnknownName
        There is no such tree, or no structure declares any.
    """
    if tree is not None:
        return org.hierarchy(tree).tree
    if row is None and org.fullest is not None:
        return org.fullest
    linked = list(dict.fromkeys([*org.trees(), *org.structures.trees]))
    if not linked:
        raise UnknownName(say(zh="隶属关系", en="tree"), "", ())
    if row is None:
        return linked[0]
    standing = [t for t in linked if org.hierarchy(t).position[row] >= 0]
    heading = [t for t in standing if org.hierarchy(t).children[org.hierarchy(t).position[row]]]
    return (heading or standing or linked)[0]


def place_of(org: Org, h: Hierarchy, row: int) -> int:
    """Preorder position of a unit.

    Raises
    ------
    OrgraphError
        The unit has no place in the tree.
    """
    place = int(h.position[row])
    if place < 0:
        name, tree = org.units["name"][row], org.structures.trees[h.tree].label.text
        raise OrgraphError(
            say(
                zh=f"“{name}”不在“{tree}”中,可用 --tree 换一个",
                en=f"'{name}' does not stand in the tree '{tree}'; choose another with --tree",
            )
        )
    return place


def below_in_any(org: Org, row: int | None, tree: str | None = None) -> Bools:
    """bool[units]: a unit and what stands below it in any tree, or in one; every unit for None."""
    inside = np.full(org.units.height, row is None)
    if row is not None:
        inside[row] = True
        for name in org.trees() if tree is None else [tree]:
            inside[org.hierarchy(name).subtree_rows(row)] = True
    return inside


def paths_of(org: Org, rows: Ints) -> tuple[pl.Series, Longs]:
    """The path of each of some units in the fullest tree in which it has a tie, and its place there.

    A unit without a tie has its name for a path. Places of a fuller tree come before those of the next.
    """
    path = org.units["name"].gather(rows)
    place, passed = np.full(len(rows), -1, np.int64), 0
    for tree in org.trees():
        h = org.hierarchy(tree)
        at = h.position[rows]
        tied = (at >= 0) & (place < 0)
        tied[tied] = (h.level[at[tied]] > 1) | (h.children[at[tied]] > 0)
        if tied.any():
            told = np.cumsum(tied) - 1
            longer = org.paths(tree, rows[tied]).gather(pl.Series(told).clip(0))
            path = longer.zip_with(pl.Series(tied), path)
            place[tied] = at[tied] + passed
        passed += len(h)
    return path.alias("path"), np.where(place < 0, passed, place)


def kind_asked(org: Org, kind: str) -> str:
    """The kind meant, by name or label.

    Raises
    ------
    UnknownName
        No structure declares such a kind.
    """
    kinds = org.structures.kinds
    if kind in kinds:
        return kind
    meant = [name for name, one in kinds.items() if kind in one.names]
    if len(meant) == 1:
        return meant[0]
    words = [word for one in kinds.values() for word in one.names]
    raise UnknownName(say(zh="类别", en="kind"), kind, words)


def of_kinds(org: Org, kinds: tuple[str, ...]) -> Bools:
    """bool[units]: whether each unit is of one of these kinds."""
    return org.units["kind"].is_in(list(kinds)).fill_null(value=False).to_numpy()


def person_rows(org: Org, keys: pl.Series) -> Ints:
    """Rows of `people` that hold these keys; −1 where a person is absent or not named."""
    known = org.people["key"].to_numpy()
    lookup = np.full((int(known.max()) if len(known) else 0) + 2, -1, np.int32)
    lookup[known] = np.arange(len(known), dtype=np.int32)
    wanted = keys.fill_null(-1).to_numpy()
    inside = (wanted >= 0) & (wanted < len(lookup))
    return np.where(inside, lookup[np.where(inside, wanted, 0)], np.int32(-1))
