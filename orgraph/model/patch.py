"""Rows of one table that go out and come in."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


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
