"""Two days of the same versions, cut down to what differs between them and what is needed to tell it.

A version that holds on the one day and not on the other began or ended between them; so a look at the dates
finds all that changed, without matching a single row.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from orgraph.metrics.asked import tree_for
from orgraph.metrics.distinct import each_once
from orgraph.model.hierarchy import Ints
from orgraph.model.side_by_side import each
from orgraph.model.tables import Org


@dataclass(frozen=True, eq=False)
class Side:
    """One of two states.

    Attributes
    ----------
    org
        What is to be compared.
    above
        The same units with the ties that tell where those stand that are not in the other state.
    tree
        The tree in which they are told to stand, the fullest after; None: the fullest in `above`.
    """

    org: Org
    above: Org
    tree: str | None = None


def narrowed(before: Org, after: Org) -> tuple[Side, Side]:
    """Both with the units alone that came, went or differ, the ends of their changed ties, and those above.

    The order of rows stays, keys are others. Where they do not show the same versions, they are returned as
    they are.
    """
    tree = tree_for(after, None) if after.structures.trees else None
    if before.versions is None or before.versions != after.versions or None in (before.on, after.on):
        return Side(before, before, tree if tree in before.structures.trees else None), Side(
            after, after, tree
        )
    was, now = each(lambda pair: _Only(*pair), ((before, after), (after, before)))
    each(lambda pair: pair[0].look_up(tree, but_for=pair[1]), ((was, now), (now, was)))
    units = each_once(was.units_met(), now.units_met())
    held_in = each_once(was.held_in, now.held_in)
    told = each(lambda one: one.side(units, held_in), (was, now))
    return told[0], told[1]


class _Only:
    """The rows of one state that do not hold on the day of the other."""

    def __init__(self, org: Org, other: Org) -> None:
        self.org = org
        self.ended = org.on < other.on  # type: ignore[operator]  # both are on a day
        self.day = other.on
        self.links = org.links.filter(self._apart(org.links))
        self.units = _keys(org.units["key"].filter(self._apart(org.units)))
        self.held_in = _keys(org.memberships["unit"].filter(self._apart(org.memberships)))
        self.tree: str | None = None
        self.ways = self.links.clear()

    def look_up(self, tree: str | None, but_for: _Only) -> None:
        """Find what stands above the units that are not in the other state."""
        self.tree = tree
        keys = self.units[~np.isin(self.units, but_for.units, assume_unique=True)]
        if len(keys) and tree is not None:
            self.ways = self.org.links[_ways_up(self.org, tree, keys)]

    def units_met(self) -> Ints:
        """Keys of all units that are to be in both states, if they are there."""
        ends = (ties[end] for ties in (self.links, self.ways) for end in ("source", "target"))
        return each_once(self.units, self.held_in, *map(_keys, ends))

    def _apart(self, frame: pl.DataFrame) -> pl.Series:
        return frame["until"] <= self.day if self.ended else frame["since"] > self.day

    def side(self, units: Ints, held_in: Ints) -> Side:
        """The state with these units, by their places as keys, and the posts in some of them."""
        full = self.org
        held = _among(full.memberships, "unit", held_in)
        org = replace(
            full,
            units=_renumbered(full.units[_Places(full.units["key"]).of(units)], units, "key"),
            links=_renumbered(self.links, units, "source", "target"),
            people=_among(full.people, "key", _keys(held["person"])),
            memberships=_renumbered(held, units, "unit"),
            measures=full.measures.clear(),
            strangers=_renumbered(_among(full.strangers, "key", units), units, "key"),
        )
        ways = _renumbered(self.ways, units, "source", "target")
        return Side(org, replace(org, links=ways), self.tree)


def _renumbered(frame: pl.DataFrame, keys: Ints, *columns: str) -> pl.DataFrame:
    """Keys as their places among some keys, so that nothing is as long as the greatest of them."""
    places = {c: pl.Series(c, np.searchsorted(keys, _ints(frame[c])), dtype=pl.Int32) for c in columns}
    absent = (pl.when(pl.col(c).is_not_null()).then(places[c]).alias(c) for c in columns)
    return frame.with_columns(absent) if frame.height else frame


def _ways_up(org: Org, tree: str, keys: Ints) -> Ints:
    """Places in `links` of the ties that lead from some units up to their roots; of two parents the first."""
    places = _Places(org.links["source"])
    found = [np.zeros(0, np.int32)]
    seen = keys
    while len(keys):
        at = places.of(keys)
        ways = org.links.select("source", "target", "relation")[at].with_columns(at=pl.Series(at))
        ways = ways.filter(pl.col("relation") == tree).unique("source", keep="first")
        found.append(ways["at"].to_numpy())
        ahead = _keys(ways["target"])
        keys = ahead[~np.isin(ahead, seen, assume_unique=True, kind="sort")]
        seen = each_once(seen, keys)
    return each_once(*found)


class _Places:
    """Where keys stand in a column, which is sorted but for what was added last: no pass over the rest."""

    def __init__(self, column: pl.Series) -> None:
        low, high = 0, len(column)
        if not column.null_count() and column.is_sorted():
            low = high
        while high - low > 1000:
            half, back = (low + high) // 2, max(low - 1, 0)
            part = column.slice(back, half - back)
            low, high = (half, high) if not part.null_count() and part.is_sorted() else (low, half)
        self.sorted, self.rest = column.slice(0, low).to_numpy(), column.slice(low)

    def of(self, keys: Ints) -> Ints:
        """All places of some keys (in order), in the order of the column."""
        at, key = np.searchsorted(self.sorted, keys), keys
        found = [np.zeros(0, np.intp)]
        while len(at := at[at < len(self.sorted)]):  # a key once, and again as often as it stands there
            same = self.sorted[at] == key[: len(at)]
            at, key = at[same], key[: len(at)][same]
            found.append(at)
            at = at + 1
        there = np.sort(np.concatenate(found)).astype(np.int32)
        if not len(self.rest):
            return there
        later = self.rest.is_in(pl.Series(keys).implode()).arg_true().to_numpy() + len(self.sorted)
        return np.append(there, later).astype(np.int32)


def _among(frame: pl.DataFrame, column: str, keys: Ints) -> pl.DataFrame:
    return frame.filter(frame[column].is_in(pl.Series(keys).implode())) if len(keys) else frame.clear()


def _keys(column: pl.Series) -> Ints:
    return each_once((column.drop_nulls() if column.null_count() else column).to_numpy())


def _ints(column: pl.Series) -> Ints:
    """A column of keys as an array; −1 where there is none."""
    return (column.fill_null(-1) if column.null_count() else column).to_numpy()
