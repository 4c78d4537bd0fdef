"""A revision's changes as batches: a pure function of the changes, so that whoever resumes makes the same.

Rows go out before any come in; units and people stand before the ties between them. All versions of one
unit are in one batch.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import polars as pl

from orgraph.model.changes import CHANGE_KEYS, Patch
from orgraph.store.keys import HOLDERS

Step = Literal["out", "named", "absent", "into"]
TIED = ("links", "memberships", "measures", "contacts")


@dataclass(frozen=True)
class Batch:
    """Some rows of one table, moved in one transaction.

    Attributes
    ----------
    step
        ``out``: ties go (`rows`: their keys); ``named``: units or people change (`rows`: ids, `patch`: their
        rows); ``absent``: ids that ties refer to and that may have no node; ``into``: ties come.
    """

    step: Step
    table: str
    rows: pl.DataFrame
    patch: Patch | None = None


def batches(patches: Mapping[str, Patch], size: int) -> Iterator[Batch]:
    """The batches of some patches, in order."""
    for table in TIED:
        if table in patches and patches[table].out.height:
            for rows in patches[table].out.select(CHANGE_KEYS[table]).iter_slices(size):
                yield Batch("out", table, rows)
    for table in ("units", "people"):
        if table in patches and not patches[table].is_empty:
            yield from _named(table, patches[table], size)
    for table in ("units", "people"):
        for rows in _referred(table, patches).iter_slices(size):
            yield Batch("absent", table, rows)
    for table in (t for t in TIED if t in patches and patches[t].into.height):
        for rows in patches[table].into.iter_slices(size):
            yield Batch("into", table, rows)


def _named(table: str, patch: Patch, size: int) -> Iterator[Batch]:
    every = pl.concat([patch.into.select("id"), patch.out.select("id")])
    counted = every.group_by("id", maintain_order=True).len()
    if counted.height == patch.into.height and not patch.out.height:  # a first load: each id once
        for rows in patch.into.iter_slices(size):
            yield Batch("named", table, rows.select("id"), Patch(patch.out, rows))
        return
    number = counted.with_columns(batch=(pl.col("len").cum_sum() - 1) // size)
    for part in number.partition_by("batch", maintain_order=True):
        ids = part.select("id")
        sides = (
            side.join(ids, on="id", how="semi", maintain_order="left") for side in (patch.out, patch.into)
        )
        yield Batch("named", table, ids, Patch(*sides))


def _referred(table: str, patches: Mapping[str, Patch]) -> pl.DataFrame:
    """Ids that ties coming in refer to, but for those whose own rows come in with them."""
    found = [
        patches[tied].into.select(id=column)
        for tied in TIED
        if tied in patches
        for column, named in HOLDERS[tied].items()
        if named == table
    ]
    if not found:
        return pl.DataFrame(schema={"id": pl.String})
    ids = pl.concat(found).drop_nulls().unique(maintain_order=True)
    if table in patches:
        ids = ids.join(patches[table].into.select("id"), on="id", how="anti", maintain_order="left")
    return ids
