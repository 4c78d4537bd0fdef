"""The one door for changes: per table, rows out and rows in.

"Added, changed, moved, ended, renamed" is how people read a change (`telling.summary`), not what it
stores. So the inverse is a swap, a difference is two anti-joins, and undo, history, what-if and exchange
between stores are the same few lines.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

import polars as pl

from orgraph.model.tables import FIXED, KEYS

CONTACTS: dict[str, pl.DataType] = {"person": pl.String(), "field": pl.String(), "value": pl.String()}
STRUCTURES: dict[str, pl.DataType] = {"id": pl.String(), "sha256": pl.String(), "text": pl.String()}

SCHEMAS: dict[str, dict[str, pl.DataType]] = FIXED | {"contacts": CONTACTS, "structures": STRUCTURES}
"""Fixed columns of everything that changes: the five tables, the contacts kept apart, the structures."""

CHANGE_KEYS: dict[str, tuple[str, ...]] = KEYS | {
    "contacts": ("person", "field", "value"),
    "structures": ("id",),
}

ORIGIN: dict[str, pl.DataType] = {
    "table": pl.String(),
    "row": pl.Int64(),
    "file": pl.String(),
    "sheet": pl.String(),
    "line": pl.Int64(),
}
"""Where rows came from: `row` counts the rows in of `table` from 0, `line` is the sheet's row from 1."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Rows of one table that go out, and rows that come in; whole rows, by id."""

    out: pl.DataFrame
    into: pl.DataFrame

    @property
    def is_empty(self) -> bool:
        """Whether nothing goes out and nothing comes in."""
        return not self.out.height and not self.into.height

    def inverse(self) -> Patch:
        """The patch that takes this one back."""
        return Patch(self.into, self.out)


@dataclass(frozen=True, eq=False)
class Changes:
    """What one revision changes.

    Attributes
    ----------
    patches
        Per table of `SCHEMAS` that changes at all: its `Patch`. Contacts are here because undo must
        restore them; no reader of an `Org` ever meets them.
    origin
        The cells that the rows in came from, as `ORIGIN`.
    """

    patches: Mapping[str, Patch] = field(default_factory=dict)
    origin: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ORIGIN))

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

    @property
    def is_empty(self) -> bool:
        """Whether nothing changes."""
        return all(p.is_empty for p in self.patches.values())

    def inverse(self) -> Changes:
        """The changes that take these back. What they wrote came from no cell."""
        return Changes({t: p.inverse() for t, p in self.patches.items()})

    def apply_to(self, tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        """The tables after these changes; rows by id. Tables that do not change are handed through."""
        return {t: patched(frame, self[t], CHANGE_KEYS[t]) for t, frame in tables.items()}

    @cached_property
    def counts(self) -> pl.DataFrame:
        """``table``, ``out``, ``into``: rows that go and come, per table that changes."""
        rows = [(t, p.out.height, p.into.height) for t, p in self.patches.items() if not p.is_empty]
        return pl.DataFrame(
            rows, schema={"table": pl.String, "out": pl.Int64, "into": pl.Int64}, orient="row"
        )

    def without_contacts(self) -> Changes:
        """The same without what is private, for stores that others read."""
        return replace(self, patches={t: p for t, p in self.patches.items() if t != "contacts"})

    def to_blobs(self) -> dict[str, bytes]:
        """Compressed Arrow IPC per part, named ``units.out``, ``units.into`` … and ``origin``."""
        frames = {"origin": self.origin}
        for table, patch in self.patches.items():
            frames |= {f"{table}.out": patch.out, f"{table}.into": patch.into}
        return {name: _to_ipc(frame) for name, frame in frames.items() if frame.height}

    @classmethod
    def from_blobs(cls, blobs: Mapping[str, bytes]) -> Changes:
        """The changes that `to_blobs` wrote."""
        frames = {name: pl.read_ipc(io.BytesIO(blob)) for name, blob in blobs.items()}
        origin = frames.pop("origin", pl.DataFrame(schema=ORIGIN))
        tables = dict.fromkeys(name.split(".")[0] for name in frames)

        def side(table: str, which: str) -> pl.DataFrame:
            return frames.get(f"{table}.{which}", pl.DataFrame(schema=SCHEMAS[table]))

        return cls({t: Patch(side(t, "out"), side(t, "into")) for t in tables}, origin)


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


def _to_ipc(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    # string views would carry their whole buffer along, with values of rows that are not in the frame
    frame.write_ipc(buffer, compression="zstd", compat_level=pl.CompatLevel.oldest())
    return buffer.getvalue()
