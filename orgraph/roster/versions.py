"""Dated rows as they should be, held against those of the store: which go out, which come in.

The half-open rule of both times is written here once: a value that differs ends the version on the day and
starts a new one (update), or rewrites it (correct). A blank keeps, a clearing cell empties.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl

from orgraph.model.changes import Patch, patched
from orgraph.model.packing import doubled, may_meet
from orgraph.roster.sheets.rows import R

Mode = Literal["update", "correct", "snapshot"]

CLEAR = "!"
"""Prefix of the column that marks cells which clear the column behind it."""


@dataclass(frozen=True)
class Dated:
    """A dated table.

    Attributes
    ----------
    name
        Of the table.
    subject
        Columns that say what a row is about, whatever its version.
    columns
        All its columns, in order.
    """

    name: str
    subject: tuple[str, ...]
    columns: tuple[str, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """What makes a row one row."""
        return (*self.subject, "since")

    @property
    def values(self) -> tuple[str, ...]:
        """What a version may differ in."""
        return tuple(c for c in self.columns if c not in (*self.subject, "since", "until"))


@dataclass(frozen=True)
class Part:
    """A patch of one table, with the row of the import behind every row that comes in (null: none)."""

    patch: Patch
    source: pl.Series

    @classmethod
    def of(cls, out: pl.DataFrame, into: pl.DataFrame, columns: Sequence[str]) -> Part:
        """From frames that also hold ``_r``."""
        return cls(Patch(out.select(columns), into.select(columns)), into[R])


def start(column: str = "since") -> pl.Expr:
    """When a row begins, as a date that can be compared."""
    return pl.col(column).fill_null(date.min)


def stop(column: str = "until") -> pl.Expr:
    """When a row has ended, as a date that can be compared."""
    return pl.col(column).fill_null(date.max)


def alive(day: date) -> pl.Expr:
    """Whether a row holds on a day."""
    return (start() <= day) & (stop() > day)


def merged(table: pl.DataFrame, claims: pl.DataFrame, dated: Dated, day: date, mode: Mode) -> Part:
    """What changes for rows to be as they are claimed.

    Parameters
    ----------
    table
        All versions in the store.
    claims
        Columns of the subject, ``_r``, and any of ``since``, ``until``, values and marks ``!column``; one row
        for each subject and day.
    day
        From when on a claim holds that states no ``since``.
    """
    claims = _whole(claims, dated, table.schema).with_columns(_from=pl.col("since").fill_null(day))
    once = not doubled(claims, dated.subject).any()
    if once and not may_meet(claims[dated.subject[0]], table[dated.subject[0]]):
        return Part.of(table.clear(), claims.with_columns(since="_from"), dated.columns)
    nobody = pl.lit(None, pl.Int64).alias(R)
    if once:
        out, into = _one_turn(table.with_columns(nobody), claims, claims.clear(), dated, mode)
        return Part.of(out, into, dated.columns)
    order = [*dated.subject, "_from"]
    turns = claims.sort(order, maintain_order=True).with_columns(
        _turn=pl.int_range(pl.len()).over(dated.subject)
    )
    concerned = table.select(dated.columns).join(turns, on=dated.subject, how="semi")
    now = concerned.with_columns(nobody)
    for turn in range(int(turns["_turn"].max() or 0) + 1):  # type: ignore[arg-type]
        some, ahead = turns.filter(pl.col("_turn") == turn), turns.filter(pl.col("_turn") > turn)
        out, into = _one_turn(now, some, ahead, dated, mode)
        now = patched(now, Patch(out, into), dated.key)
    same = list(dated.columns)
    out = concerned.join(now, on=same, how="anti", nulls_equal=True)
    into = now.join(concerned, on=same, how="anti", nulls_equal=True)
    return Part.of(out, into, dated.columns)


def _whole(claims: pl.DataFrame, dated: Dated, schema: pl.Schema) -> pl.DataFrame:
    """Claims with every column, and no mark for columns that none clears."""
    wanted = {R: pl.Int64(), **{c: schema[c] for c in dated.columns}}
    return claims.select(
        *((pl.col(c) if c in claims.columns else pl.lit(None)).cast(t).alias(c) for c, t in wanted.items()),
        *(
            (pl.col(CLEAR + c) if CLEAR + c in claims.columns else pl.lit(value=False))
            .fill_null(value=False)
            .alias(CLEAR + c)
            for c in (*dated.values, "until")
        ),
    )


def _one_turn(
    now: pl.DataFrame, claims: pl.DataFrame, ahead: pl.DataFrame, dated: Dated, mode: Mode
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Rows out and in for at most one claim of each subject."""
    old = now.drop(R).rename({c: f"old_{c}" for c in dated.columns if c not in dated.subject})
    joined = _like(claims, old, dated).join(old, on=dated.subject, how="inner", maintain_order="left")
    holds = joined.filter((start("old_since") <= pl.col("_from")) & (stop("old_until") > pl.col("_from")))
    fresh = claims.join(holds, on=[*dated.subject, "_from"], how="anti") if holds.height else claims
    values = {
        c: pl.when(CLEAR + c).then(None).otherwise(pl.coalesce(c, f"old_{c}"))
        for c in (*dated.values, "until")
    }
    differs = pl.any_horizontal(
        pl.lit(value=False), *(values[c].ne_missing(pl.col(f"old_{c}")) for c in dated.values)
    )
    ends = values["until"].ne_missing(pl.col("old_until"))
    moved = pl.col("since").is_not_null() & pl.col("since").ne_missing(pl.col("old_since"))
    if mode == "correct":
        changed = holds.filter(differs | ends | moved)
        begins = pl.coalesce("since", "old_since")
        split = changed.clear()
    else:
        changed = holds.filter(differs | ends)
        begins = pl.when(differs).then("_from").otherwise("old_since")
        split = changed.filter(differs & pl.col("old_since").ne_missing(pl.col("_from")))
    came = changed.select(R, *dated.subject, begins.alias("since"), *(e.alias(c) for c, e in values.items()))
    kept = split.select(
        R, *dated.subject, pl.col("old_since").alias("since"), pl.col("_from").alias("until"),
        *(pl.col(f"old_{c}").alias(c) for c in dated.values),
    )  # fmt: skip
    gone = changed.select(*dated.subject, pl.col("old_since").alias("since"))
    out = now.join(gone, on=dated.key, how="semi", nulls_equal=True)
    order = [R, *dated.columns]
    into = pl.concat([came.select(order), kept.select(order), _fresh(now, fresh, ahead, dated).select(order)])
    return out, into


def _like(claims: pl.DataFrame, rows: pl.DataFrame, dated: Dated) -> pl.DataFrame:
    """The claims that may be about what some rows are about: few where most claims are of something new."""
    first = dated.subject[0]
    return claims.filter(claims[first].is_in(rows[first].unique().implode()))


def _fresh(now: pl.DataFrame, fresh: pl.DataFrame, ahead: pl.DataFrame, dated: Dated) -> pl.DataFrame:
    """Rows that nothing is known of on their day; they last until the next version that is known."""
    later = pl.concat([now.select(*dated.subject, next=start()), ahead.select(*dated.subject, next="_from")])
    known = _like(fresh.select(*dated.subject, "_from"), later, dated).join(later, on=dated.subject)
    if known.is_empty():
        return fresh.with_columns(since="_from")
    nearest = (
        known.filter(pl.col("next") > pl.col("_from"))
        .group_by(*dated.subject, "_from")
        .agg(pl.col("next").min())
    )
    made = fresh.join(nearest, on=[*dated.subject, "_from"], how="left", maintain_order="left")
    return made.with_columns(since="_from", until=pl.coalesce("until", "next"))


def ended(rows: pl.DataFrame, dated: Dated, day: date) -> Part:
    """What changes for rows (with ``_r``) to end on a day; those that began on it never were."""
    cut = rows.filter(start() < day).with_columns(until=pl.lit(day))
    return Part.of(rows, cut, dated.columns)


def together(parts: Sequence[Part]) -> Part:
    """Several parts of one table that concern different rows."""
    return Part(
        Patch(
            pl.concat([p.patch.out for p in parts], how="diagonal_relaxed"),
            pl.concat([p.patch.into for p in parts], how="diagonal_relaxed"),
        ),
        pl.concat([p.source.cast(pl.Int64).alias(R) for p in parts]),
    )
