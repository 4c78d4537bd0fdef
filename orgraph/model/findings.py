"""Findings: what is wrong in data, as rows of one table that names file, sheet, row, column and value.

A finding never stops the search for others. `severity` is ``error`` (refuses an import), ``warning``
(does not) or ``info``; `code` is a readable word such as ``unknown-kind``; `row` counts as the
spreadsheet does, from 1; `value` is masked where it is sensitive.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import polars as pl

SCHEMA: dict[str, pl.DataType] = {
    "severity": pl.String(),
    "code": pl.String(),
    "file": pl.String(),
    "sheet": pl.String(),
    "row": pl.Int64(),
    "column": pl.String(),
    "value": pl.String(),
    "expected": pl.String(),
    "advice": pl.String(),
}

SEVERITIES = ("error", "warning", "info")


def empty() -> pl.DataFrame:
    """A table of findings with no row."""
    return pl.DataFrame(schema=SCHEMA)


def table(rows: Iterable[Mapping[str, object]]) -> pl.DataFrame:
    """Findings from mappings; columns that a mapping lacks are null."""
    return pl.DataFrame([{c: r.get(c) for c in SCHEMA} for r in rows], schema=SCHEMA)


def from_frame(
    frame: pl.DataFrame, *, severity: str, code: str, expected: str, advice: str, **columns: str | pl.Expr
) -> pl.DataFrame:
    """One finding per row of `frame`, in one pass.

    Parameters
    ----------
    frame
        The offending rows.
    severity, code, expected, advice
        What all of them share.
    **columns
        `file`, `sheet`, `row`, `column`, `value`: an expression over `frame`, or a text shared by all.
    """
    given = {name: e if isinstance(e, pl.Expr) else pl.lit(e) for name, e in columns.items()}
    shared = {"severity": severity, "code": code, "expected": expected, "advice": advice}
    given |= {name: pl.lit(text) for name, text in shared.items() if name not in given}
    return frame.select(
        *(given.get(name, pl.lit(None)).cast(dtype).alias(name) for name, dtype in SCHEMA.items())
    )


def concat(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """All findings in one table, errors first, else in the order given."""
    found = pl.concat([empty(), *parts])
    rank = pl.col("severity").replace_strict({s: i for i, s in enumerate(SEVERITIES)}, return_dtype=pl.Int8)
    return found.sort(rank, maintain_order=True)


def has_errors(found: pl.DataFrame) -> bool:
    """Whether any finding refuses the import."""
    return bool((found["severity"] == "error").any())
