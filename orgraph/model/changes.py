"""The one door for changes: per table, rows out and rows in.

"Added, changed, moved, ended, renamed" is how people read a change (`telling.summary`), not what it
stores. So the inverse is a swap, a difference is two anti-joins, and undo, history, what-if and exchange
between stores are the same few lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from orgraph.model.blobs import from_blobs, to_blobs
from orgraph.model.keyed import bare, like
from orgraph.model.origin import ORIGIN, RUNS, cells_of
from orgraph.model.patch import Patch
from orgraph.model.tables import FIXED, KEYS

__all__ = [
    "CHANGE_KEYS", "CONTACTS", "ORIGIN", "RUNS", "SCHEMAS",
    "Changes", "Patch", "aligned", "difference", "patched",
]  # fmt: skip

CONTACTS: dict[str, pl.DataType] = {"person": pl.String(), "field": pl.String(), "value": pl.String()}
STRUCTURES: dict[str, pl.DataType] = {"id": pl.String(), "sha256": pl.String(), "text": pl.String()}

SCHEMAS: dict[str, dict[str, pl.DataType]] = FIXED | {"contacts": CONTACTS, "structures": STRUCTURES}
"""Fixed columns of everything that changes: the five tables, the contacts kept apart, the structures."""

CHANGE_KEYS: dict[str, tuple[str, ...]] = KEYS | {
    "contacts": ("person", "field", "value"),
    "structures": ("id",),
}


@dataclass(frozen=True, eq=False)
class Changes:
    """What one revision changes.

    Attributes
    ----------
    patches
        Per table of `SCHEMAS` that changes at all: its `Patch`. Contacts are here because undo must
        restore them; no reader of an `Org` ever meets them.
    runs
        The cells that the rows in came from, as `RUNS`.
    """

    patches: Mapping[str, Patch] = field(default_factory=dict)
    runs: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=RUNS))

    @classmethod
    def between(cls, before: Mapping[str, pl.DataFrame], after: Mapping[str, pl.DataFrame]) -> Changes:
        """What leads from one state to another; tables by name, rows by id.

        A table that only one of them names changes not at all: name it in both.
        """
        patches = {t: difference(before[t], after[t]) for t in SCHEMAS if t in before and t in after}
        return cls({t: p for t, p in patches.items() if not p.is_empty})

    def __getitem__(self, table: str) -> Patch:
        """The patch of a table; an empty one where the table does not change."""
        nothing = pl.DataFrame(schema=SCHEMAS[table])
        return self.patches.get(table, Patch(nothing, nothing))

    def __iter__(self) -> Iterator[str]:
        return iter(self.patches)

    @cached_property
    def origin(self) -> pl.DataFrame:
        """The cell that every row in came from, as `ORIGIN`."""
        return cells_of(self.runs)

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return all(p.is_empty for p in bare(self.patches).values())

    def inverse(self) -> Changes:
        """The changes that take these back. What they wrote came from no cell."""
        turned = {t: p.inverse() for t, p in bare(self.patches).items()}
        return Changes(like(self.patches, turned))

    def apply_to(self, tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """The tables after these changes; rows by id. Tables that do not change are handed through."""
        return {t: patched(frame, self[t], CHANGE_KEYS[t]) for t, frame in tables.items()}

    @cached_property
    def counts(self) -> pl.DataFrame:
        """``table``, ``out``, ``into``: rows that go and come, per table that changes."""
        sizes = bare(self.patches).items()
        rows = [(t, p.out.height, p.into.height) for t, p in sizes if not p.is_empty]
        return pl.DataFrame(
            rows, schema={"table": pl.String, "out": pl.Int64, "into": pl.Int64}, orient="row"
        )

    def without_contacts(self) -> Changes:
        """The same without what is private, for stores that others read."""
        kept = {t: p for t, p in bare(self.patches).items() if t != "contacts"}
        return replace(self, patches=like(self.patches, kept))

    @cached_property
    def blobs(self) -> dict[str, bytes]:
        """Compressed Arrow IPC per part, named ``units.out``, ``units.into`` … and ``origin``."""
        return to_blobs(self.patches, self.runs)

    @classmethod
    def from_blobs(cls, blobs: Mapping[str, bytes]) -> Changes:
        """The changes that `blobs` are of."""
        return cls(*from_blobs(blobs, SCHEMAS))


def difference(before: pl.DataFrame, after: pl.DataFrame) -> Patch:
    """Rows only in `before` go out, rows only in `after` come in; a column that one lacks is null there."""
    before, after = aligned(before, after)
    columns = before.columns
    return Patch(
        before.join(after, on=columns, how="anti", nulls_equal=True),
        after.join(before, on=columns, how="anti", nulls_equal=True),
    )


def patched(frame: pl.DataFrame, patch: Patch, key: tuple[str, ...]) -> pl.DataFrame:
    """`frame` without the rows that go out (found by key) and with those that come in."""
    if patch.is_empty:
        return frame
    kept = frame.join(patch.out, on=list(key), how="anti", nulls_equal=True) if patch.out.height else frame
    if not patch.into.height:
        return kept
    return pl.concat([kept, patch.into], how="diagonal_relaxed")


def aligned(left: pl.DataFrame, right: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both frames with the union of their columns, in one order and of one dtype."""
    joined = pl.concat([left.clear(), right.clear()], how="diagonal_relaxed").schema

    def fill(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.select(
            (pl.col(c) if c in frame.columns else pl.lit(None)).cast(dtype).alias(c)
            for c, dtype in joined.items()
        )

    return fill(left), fill(right)
