"""Rates from amounts: the frame that `orgraph.metrics.coverage.coverage` returns, with its reasons."""

from __future__ import annotations

import numpy as np
import polars as pl

from orgraph.metrics.amounts import AMOUNTS, Amounts
from orgraph.metrics.figures import shown
from orgraph.metrics.members import Members
from orgraph.model.glossary import say

COLUMNS: dict[str, type[pl.DataType]] = {
    "id": pl.String,
    "name": pl.String,
    "kind": pl.String,
    "indicator": pl.String,
    "label": pl.String,
    "numerator": pl.Int64,
    "denominator": pl.Int64,
    "rate": pl.Float64,
    "unknown": pl.Int64,
    "completeness": pl.Float64,
    "target": pl.Float64,
    "reason": pl.String,
}


def rates(
    named: pl.DataFrame, parts: list[Members], amounts: list[Amounts], *, note: str = ""
) -> pl.DataFrame:
    """One row per unit listed.

    Parameters
    ----------
    named
        ``id``, ``name``, ``kind`` of the units.
    parts, amounts
        Per file that states the indicator: its members, and their amounts at these units.
    note
        A reason that all these rows share.
    """
    first = parts[0].indicator
    numerator, denominator = (_summed(parts, amounts, side) for side in (0, 1))
    counts = {a: pl.Series(sum((part[a] for part in amounts), np.int64(0))) for a in AMOUNTS[2:]}
    known = pl.col("expected") - pl.col("unknown")
    return (
        named.with_columns(numerator=numerator, denominator=denominator, **counts)
        .with_columns(
            _targets(parts, amounts),
            indicator=pl.lit(first.name),
            label=pl.lit(first.label.text),
            rate=pl.when(pl.col("denominator") != 0).then(pl.col("numerator") / pl.col("denominator")),
            completeness=pl.when(pl.col("expected") > 0).then(known / pl.col("expected")),
        )
        .with_columns(reason=_reason(note))
        .select(list(COLUMNS))
    )


def _summed(parts: list[Members], amounts: list[Amounts], side: int) -> pl.Series:
    """The numerator (side 0) or denominator (1) of all files together, as people read it."""
    name = AMOUNTS[side]
    decimals = max(m.decimals[side] for m in parts)
    scaled = [
        a[name] * np.int64(10 ** (decimals - m.decimals[side])) for m, a in zip(parts, amounts, strict=True)
    ]
    return shown(np.sum(scaled, axis=0), decimals)


def _targets(parts: list[Members], amounts: list[Amounts]) -> list[pl.Series]:
    """``target``: the one of the files with members here, or of all files; ``several``: they disagree."""
    of_file = pl.DataFrame(
        {
            f"{i}": np.where(
                a["expected"] > 0, np.nan if m.indicator.target is None else m.indicator.target, np.nan
            )
            for i, (m, a) in enumerate(zip(parts, amounts, strict=True))
        }
    ).fill_nan(None)
    stated = {m.indicator.target for m in parts} - {None}
    usual = float(stated.pop()) if len(stated) == 1 else None  # type: ignore[arg-type]  # None is taken out
    low, high = pl.min_horizontal(pl.all()), pl.max_horizontal(pl.all())
    agreed = pl.when(low == high).then(low).when(low.is_null()).then(pl.lit(usual, pl.Float64))
    several = (low != high).fill_null(value=False)
    return of_file.select(agreed.alias("target"), several.alias("several")).get_columns()


def _reason(note: str) -> pl.Expr:
    nothing = say(zh="没有应计入的对象", en="nothing is expected here")
    zero = say(zh="分母为 0", en="the denominator is 0")
    above = say(zh="分子大于分母", en="the numerator exceeds the denominator")
    doubt = say(zh="另有 {} 个因条件未知未计入", en="{} more are left out: their condition is unknown")
    targets = say(zh="各文件的目标不同", en="the files state different targets")
    doubtful = pl.col("doubtful")
    said = [
        pl.lit(note or None, pl.String),
        pl.when(pl.col("expected") == 0)
        .then(pl.lit(nothing))
        .when(pl.col("denominator") == 0)
        .then(pl.lit(zero)),
        pl.when(pl.col("numerator") > pl.col("denominator")).then(pl.lit(above)),
        pl.when(doubtful > 0).then(pl.format(doubt, doubtful)),
        pl.when(pl.col("several")).then(pl.lit(targets)),
    ]
    reason = pl.concat_str(said, separator=say(zh=";", en="; "), ignore_nulls=True)
    return pl.when(reason != "").then(reason)
