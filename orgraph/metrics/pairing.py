"""Two states of an organisation side by side: which rows are the same unit or the same person, by id.

Ids are matched once; after that every comparison is one of whole numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np
import polars as pl

from orgraph.metrics.figures import Bools
from orgraph.metrics.people import posts_held
from orgraph.model.hierarchy import Ints
from orgraph.model.tables import Org


@dataclass(frozen=True, eq=False)
class Pairing:
    """Two states. Units have one number in both: their row after, or one of their own if they ended.

    `by`: what tells that units (people) are the same, their id or, in two of the same keys, their key.
    """

    before: Org
    after: Org
    by: Literal["id", "key"] = "id"

    @cached_property
    def numbers_before(self) -> Ints:
        """int32[units, then strangers, before]: the number of each."""
        return _numbers(self._known(self.before), self._known_after)

    @cached_property
    def _known_after(self) -> pl.Series:
        return self._known(self.after)

    def _known(self, org: Org) -> pl.Series:
        """Units, then those that are only referred to."""
        return pl.concat([org.units[self.by], org.strangers[self.by]])

    @cached_property
    def was(self) -> Ints:
        """int32[units after]: the row before of each unit; −1 for one that is new."""
        rows = np.full(self.after.units.height, -1, np.int32)
        number = self.numbers_before[: self.before.units.height]
        kept = number < self.after.units.height
        rows[number[kept]] = np.flatnonzero(kept)
        return rows

    @property
    def stayed(self) -> Bools:
        """bool[units after]: whether the unit was there before."""
        return self.was >= 0

    @property
    def ended(self) -> Ints:
        """Rows before of the units that are no more."""
        number = self.numbers_before[: self.before.units.height]
        return np.flatnonzero(number >= self.after.units.height).astype(np.int32)

    def links(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The ties only before, and those only after, of units that are in both.

        ``unit`` (number), ``relation``, ``name`` of the far end (its id where it is absent).
        """
        width = len(self._known_after) + len(self.numbers_before)
        relations = {**self.before.structures.trees, **self.before.structures.relations}
        relations |= {**self.after.structures.trees, **self.after.structures.relations}
        was = _ties(self.before, self.numbers_before, list(relations), width)
        now = _ties(self.after, np.arange(len(self._known_after), dtype=np.int32), list(relations), width)
        gone, come = was.join(now, on="tie", how="anti"), now.join(was, on="tie", how="anti")
        return _named(self.before, self._of_both(gone)), _named(self.after, self._of_both(come))

    def posts(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """The posts before and after of units that are in both: ``unit``, ``role``, ``person``, ``name``."""
        people = _numbers(self.before.people[self.by], self.after.people[self.by])
        was = _posts(self.before, self.numbers_before, people)
        rows, person = (np.arange(t.height, dtype=np.int32) for t in (self.after.units, self.after.people))
        now = _posts(self.after, rows, person)
        return self._of_both(was), self._of_both(now)

    def _of_both(self, ties: pl.DataFrame) -> pl.DataFrame:
        number = np.minimum(ties["unit"].to_numpy(), len(self.stayed))
        return ties.filter(pl.Series(np.append(self.stayed, [False])[number]))


def _numbers(before: pl.Series, after: pl.Series) -> Ints:
    """int32[before]: the place of each id in `after`; a number of its own, past them all, where it is not."""
    if before.equals(after):
        return np.arange(len(before), dtype=np.int32)
    places = after.to_frame("id").with_row_index("number").unique("id", keep="first")
    found = before.to_frame("id").join(places, on="id", how="left", maintain_order="left")["number"]
    own = pl.int_range(len(after), len(after) + len(before), dtype=pl.Int64, eager=True)
    return found.cast(pl.Int64).fill_null(own).to_numpy().astype(np.int32)


def _ties(org: Org, numbers: Ints, relations: list[str], width: int) -> pl.DataFrame:
    """Links; `unit` is the number of the source, `tie` source, target and relation in one number."""
    keys = pl.concat([org.units["key"], org.strangers["key"]]).to_numpy()
    of_key = np.zeros((int(keys.max()) if len(keys) else 0) + 1, np.int64)
    of_key[keys] = numbers
    ties = (
        org.links.select("source", "target", "relation")
        .drop_nulls()
        .filter(pl.col("relation").is_in(relations))
    )
    unit, other = (of_key[ties[end].to_numpy()] for end in ("source", "target"))
    codes = {name: code for code, name in enumerate(relations)}
    relation = ties["relation"].replace_strict(codes, return_dtype=pl.Int64).to_numpy()
    tie = (relation * width + unit) * width + other
    return ties.with_columns(unit=pl.Series(unit, dtype=pl.Int64), tie=pl.Series(tie, dtype=pl.Int64))


def _named(org: Org, ties: pl.DataFrame) -> pl.DataFrame:
    rows = pl.Series(org.rows(ties["target"]), dtype=pl.Int32).replace(-1, None)
    ids = org.named("links", ties)["target"]
    name = org.units["name"].gather(rows)
    return ties.select("unit", "relation").with_columns(name=name.zip_with(name.is_not_null(), ids)).unique()


def _posts(org: Org, units: Ints, people: Ints) -> pl.DataFrame:
    posts = posts_held(org)
    person = posts["person"].to_numpy()
    return posts.select("role").with_columns(
        org.people["name"].gather(person),
        unit=pl.Series(units[posts["unit"].to_numpy()], dtype=pl.Int64),
        person=pl.Series(people[person], dtype=pl.Int64),
    )
