"""Slots: places that a roster fills as a whole, so that whoever stood there and is not named again ends."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import polars as pl

from orgraph.roster.sheets.rows import R
from orgraph.roster.versions import Dated, Mode, Part, alive, ended, merged, together

LINKS = Dated("links", ("source", "target", "relation"), ("source", "target", "relation", "since", "until"))

SLOTS = {
    R: pl.Int64(),
    "unit": pl.Int32(),
    "relation": pl.String(),
    "outgoing": pl.Boolean(),
    "other": pl.List(pl.String()),
}
"""Slots of ties: of a unit, leaving it or not, towards units of some kinds (null: any)."""


def filled(
    table: pl.DataFrame, claims: pl.DataFrame, leaving: pl.DataFrame, dated: Dated, day: date, mode: Mode
) -> Part:
    """What changes for slots to hold exactly what is claimed.

    Parameters
    ----------
    table
        All versions in the store.
    claims
        What is claimed to hold; see `versions.merged`. A column ``slot`` names the slot, for corrections.
    leaving
        Rows of `table` alive on the day in slots that are filled: ``_r``, ``slot`` and all columns.
    """
    subject = list(dated.subject)
    gone = leaving
    if leaving.height:
        gone = leaving.join(claims, on=subject, how="anti")
        gone = gone.unique(dated.key, keep="first", maintain_order=True)
    if mode == "correct" and gone.height:
        now = table.filter(alive(day)).select(subject)
        claims, rewritten = _inherited(claims, gone, now, subject)
        wiped = gone.join(rewritten, on="slot", how="semi")
        gone = gone.join(rewritten, on="slot", how="anti")
        parts = [Part.of(wiped, wiped.clear(), dated.columns)]
    else:
        parts = []
    own = claims.drop("slot", strict=False)
    return together([merged(table, own, dated, day, mode), ended(gone, dated, day), *parts])


def slot_of(*columns: str) -> pl.Expr:
    """What names a slot."""
    return pl.concat_str([pl.col(c).cast(pl.String) for c in columns], separator="|")


def _inherited(
    claims: pl.DataFrame, gone: pl.DataFrame, now: pl.DataFrame, subject: Sequence[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """A correction of one for one takes over the time of what it replaces."""
    new = claims.join(now, on=list(subject), how="anti").filter(pl.col("slot").is_unique())
    left = gone.filter(pl.col("slot").is_unique()).select("slot", was="since", to="until")
    pairs = new.select("slot").join(left, on="slot")
    over = claims.join(pairs, on="slot", how="left", maintain_order="left")
    if "until" not in over.columns:
        over = over.with_columns(until=pl.lit(None, pl.Date))
    fresh = over.join(
        new.select(*subject, _fresh=pl.lit(value=True)), on=list(subject), how="left", maintain_order="left"
    )
    fresh = fresh.with_columns(
        since=pl.when("_fresh").then(pl.coalesce("since", "was")).otherwise("since"),
        until=pl.when("_fresh").then(pl.coalesce("until", "to")).otherwise("until"),
    )
    return fresh.drop("was", "to", "_fresh"), pairs.select("slot")


def standing_links(table: pl.DataFrame, slots: pl.DataFrame, kinds: pl.DataFrame, day: date) -> pl.DataFrame:
    """Ties alive on a day that stand in slots.

    Parameters
    ----------
    slots
        As `SLOTS`.
    kinds
        ``id``, ``kind`` of units.
    """
    now = table.filter(alive(day))
    parts = []
    for outgoing in (True, False):
        own, far = ("source", "target") if outgoing else ("target", "source")
        some = slots.filter(pl.col("outgoing") == outgoing).select(
            R,
            pl.col("unit").alias(own),
            "relation",
            "other",
            "outgoing",
        )
        if not some.height:
            continue
        here = now.join(some, on=[own, "relation"])
        here = here.with_columns(slot=slot_of(own, "relation", "outgoing"))
        if here["other"].null_count() < here.height:
            here = here.join(kinds.select(pl.col("id").alias(far), "kind"), on=far, how="left")
            here = here.filter(pl.col("other").is_null() | pl.col("other").list.contains(pl.col("kind")))
        parts.append(here.select(R, "slot", *table.columns))
    nothing = now.clear().select(
        pl.lit(None, pl.Int64).alias(R), pl.lit(None, pl.String).alias("slot"), pl.all()
    )
    return pl.concat([nothing, *parts], how="vertical_relaxed")
