"""Ways from unit to unit: the ties of some trees and relations as edges, and walks over them in steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model.errors import UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Ints
from orgraph.model.tables import Org

Direction = Literal["down", "up", "both"]

UNREACHED = -1


@dataclass(frozen=True, eq=False)
class Ways:
    """Directed edges between rows of units.

    Attributes
    ----------
    count
        Rows of units.
    leaving, entering
        int32[k]: the two ends of each edge, sorted by the first.
    """

    count: int
    leaving: Ints
    entering: Ints

    @cached_property
    def _first(self) -> npt.NDArray[np.int64]:
        """int64[count + 1]: where the edges that leave each row begin."""
        first = np.zeros(self.count + 1, np.int64)
        np.cumsum(np.bincount(self.leaving, minlength=self.count), out=first[1:])
        return first

    def walked(self, starts: Ints, hops: int | None = None) -> tuple[Ints, Ints]:
        """Breadth first from some rows, all at once, at most so many steps. O(count + k).

        Returns
        -------
        tuple
            int32[count]: steps from the nearest start, 0 at a start, −1 where none leads; and the row that
            each one is first reached from, −1 at a start and where it is not reached.
        """
        steps, via = (np.full(self.count, UNREACHED, np.int32) for _ in range(2))
        steps[starts] = 0
        edge = np.empty(self.count, np.int64)
        frontier, step = np.unique(starts), 0
        while len(frontier) and (hops is None or step < hops):
            step += 1
            begin, many = self._first[frontier], self._first[frontier + 1] - self._first[frontier]
            out = np.repeat(begin - (np.cumsum(many) - many), many) + np.arange(int(many.sum()))
            out = out[steps[self.entering[out]] == UNREACHED]
            ahead = self.entering[out]
            edge[ahead] = out  # of several edges into one row the last one stays
            out = out[edge[ahead] == out]
            frontier = self.entering[out]
            steps[frontier], via[frontier] = step, self.leaving[out]
        return steps, via


def ways(org: Org, along: Sequence[str] | None = None, direction: Direction = "down") -> Ways:
    """The edges that some trees and relations (default: all trees) give, each from where a step leaves.

    ``down``: in a tree from a unit to those below it, along any other relation from its source to its
    target; ``up``: the other way; ``both``: either way.

    Raises
    ------
    UnknownName
        No such tree, relation or direction.
    """
    leaving, entering, _ = steps_along(org, along, direction)
    return edges(org.units.height, leaving, entering)


def steps_along(org: Org, along: Sequence[str] | None, direction: Direction) -> tuple[Ints, Ints, Ints]:
    """The two ends of each edge of `ways`, as rows of units, and the row of `links` that it is made of."""
    relations = {**org.structures.trees, **org.structures.relations}
    along = list(org.structures.trees) if along is None else along
    unknown = next((name for name in along if name not in relations), None)
    if unknown is not None:
        raise UnknownName(say(zh="关系", en="relation"), unknown, relations)
    if direction not in ("down", "up", "both"):
        raise UnknownName(say(zh="方向", en="direction"), direction, ("down", "up", "both"))
    links = org.links.select("source", "target", "relation").with_row_index("row")
    links = links.filter(pl.col("relation").is_in(list(along)))
    source, target = (org.rows(links[end].fill_null(-1)) for end in ("source", "target"))
    there = (source >= 0) & (target >= 0)
    descends = links["relation"].is_in(list(org.structures.trees)).to_numpy()[there]
    source, target, made_of = source[there], target[there], links["row"].to_numpy()[there].astype(np.int32)
    upper, lower = np.where(descends, target, source), np.where(descends, source, target)
    if direction == "both":
        upper, lower = np.concatenate([upper, lower]), np.concatenate([lower, upper])
        made_of = np.concatenate([made_of, made_of])
    return (upper, lower, made_of) if direction != "up" else (lower, upper, made_of)


def edges(count: int, leaving: Ints, entering: Ints) -> Ways:
    """Edges in any order as `Ways`. O(k log k)."""
    order = np.argsort(leaving, kind="stable")
    return Ways(count, leaving[order], entering[order])
