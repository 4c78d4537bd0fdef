"""Findings while they still name rows by number; file, sheet and line are filled in at the end."""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from orgraph.model import findings
from orgraph.roster.sheets.rows import LINE, SHEET, R

_OWN = ("severity", "code", "column", "value", "expected", "advice")
_SCHEMA = {R: pl.Int64(), **{c: findings.SCHEMA[c] for c in _OWN}}

MOST_SHOWN = 80
"""Characters of a cell that a finding repeats."""


def filled(text: str, *columns: str) -> pl.Expr:
    """A text with the values of columns at its ``{}``, as `pl.format`, which takes no other brackets."""
    first, *rest = text.split("{}")
    pairs = zip(columns, rest, strict=True)
    return pl.concat_str(pl.lit(first), *(part for c, words in pairs for part in (pl.col(c), pl.lit(words))))


@dataclass
class Notes:
    """What is wrong, collected in one pass over an import."""

    parts: list[pl.DataFrame] = field(default_factory=list)
    silent: list[pl.Series] = field(default_factory=list)

    def add(self, rows: pl.DataFrame, severity: str, code: str, **columns: str | pl.Expr) -> None:
        """One finding for each row of `rows`, which holds ``_r`` (null: no row of the import).

        `columns`: ``column``, ``value``, ``expected``, ``advice``, as a text or an expression over `rows`.
        """
        if not rows.height:
            return
        given: dict[str, str | pl.Expr] = {"severity": severity, "code": code, **columns}
        made = {n: e if isinstance(e, pl.Expr) else pl.lit(e) for n, e in given.items()}
        if "value" in made:
            made["value"] = made["value"].cast(pl.String).str.head(MOST_SHOWN)
        self.parts.append(
            rows.select(pl.col(R), *(made.get(n, pl.lit(None)).cast(_SCHEMA[n]).alias(n) for n in _OWN))
        )

    def refuse(self, rows: pl.Series) -> None:
        """Refuse rows for which one finding has been said for all."""
        self.silent.append(rows.cast(pl.Int64).alias(R))

    def take(self, said: pl.DataFrame) -> None:
        """Findings made elsewhere, with ``_r``."""
        self.parts.append(said.select(pl.col(c).cast(t) for c, t in _SCHEMA.items()))

    def all(self) -> pl.DataFrame:
        """Everything said, with ``_r``."""
        return pl.concat([pl.DataFrame(schema=_SCHEMA), *self.parts])

    def refused(self) -> pl.Series:
        """Rows with an error, each once."""
        wrong = self.all().filter(pl.col("severity") == "error")[R]
        return pl.concat([wrong, *self.silent]).drop_nulls().unique().sort()

    def table(self, places: pl.DataFrame, sheets: pl.DataFrame, headers: pl.DataFrame) -> pl.DataFrame:
        """The findings with their places.

        Parameters
        ----------
        places
            ``_r``, ``_sheet``, ``_line`` of every row.
        sheets
            ``_sheet``, ``file``, ``sheet``.
        headers
            ``_sheet``, ``column`` (as the roster declares it), ``written`` (as the sheet has it).
        """
        said = (
            self.all()
            .unique(maintain_order=True)
            .join(places.select(R, SHEET, LINE), on=R, how="left", maintain_order="left")
            .join(sheets, on=SHEET, how="left", maintain_order="left")
            .join(headers, on=[SHEET, "column"], how="left", maintain_order="left")
            .sort("file", "sheet", LINE, maintain_order=True, nulls_last=True)
        )
        return said.with_columns(
            pl.col(LINE).alias("row"), pl.coalesce("written", "column").alias("column")
        ).select(pl.col(name).cast(dtype) for name, dtype in findings.SCHEMA.items())
