"""How people read a change: added, renamed, moved, changed, ended, per unit and per tie."""

from __future__ import annotations

import polars as pl

from orgraph.model.changes import CHANGE_KEYS, Changes, Patch, aligned
from orgraph.model.keyed import bare
from orgraph.model.packing import doubled

TOLD: dict[str, pl.DataType] = {
    "what": pl.String(),
    "table": pl.String(),
    "id": pl.String(),
    "name": pl.String(),
    "before": pl.String(),
    "after": pl.String(),
}

_SUBJECT = {
    "units": ["id"],
    "links": ["source", "relation"],
    "people": ["id"],
    "memberships": ["person", "unit", "role"],
    "measures": ["unit", "measure", "since", "until"],
}
_SECOND = {"links": "relation", "memberships": "role", "measures": "measure"}
_TELLS = {"links": "target", "units": "name", "people": "name", "measures": "value", "memberships": "role"}


def summary(changes: Changes) -> pl.DataFrame:
    """One row for each unit, tie, person or figure that changes, as people would tell it.

    Returns
    -------
    DataFrame
        ``what`` (added, ended, renamed, moved, changed, removed), ``table``, ``id`` (of the unit or
        person; the child of a tie), ``name`` (of a unit; relation, role or measure otherwise), ``before``
        and ``after`` (name, target or value; null where there was or is none). Contacts are not told.
    """
    parts = [_told(table, changes) for table in _SUBJECT if not changes[table].is_empty]
    return pl.concat([pl.DataFrame(schema=TOLD), *parts])


def counted(changes: Changes) -> pl.DataFrame:
    """``table``, ``what``, ``count``: how many rows `summary` has of each."""
    counts = [pl.DataFrame(schema={"table": pl.String, "what": pl.String, "count": pl.UInt32})]
    for table in _SUBJECT:
        patch = bare(changes.patches).get(table)
        if patch is None or patch.is_empty:
            continue
        if _all_new(table, patch):
            told = pl.DataFrame({"table": [table], "what": ["added"], "count": [patch.into.height]})
        else:
            told = _told(table, changes).group_by("table", "what", maintain_order=True).len("count")
        counts.append(told.cast({"count": pl.UInt32}))
    return pl.concat(counts)


def _all_new(table: str, patch: Patch) -> bool:
    """Whether every row stands for a unit, tie or figure of its own that was not there."""
    return not patch.out.height and not doubled(patch.into, _SUBJECT[table]).any()


def _apart(
    subject: list[str], out: pl.DataFrame, into: pl.DataFrame
) -> tuple[list[str], pl.DataFrame, pl.DataFrame]:
    """Ties to several units at once are told one by one; of those to one unit at a time, a move is one."""
    open_ = pl.col("target").filter(pl.col("until").is_null())
    several = [side.group_by(subject).agg(open_.n_unique().alias("open")) for side in (out, into)]
    many = pl.concat(several).filter(pl.col("open") > 1).select(subject).unique()
    many = many.with_columns(_many=pl.lit(value=True))
    each = pl.when("_many").then("target").alias("_each")
    sides = (side.join(many, on=subject, how="left", maintain_order="left") for side in (out, into))
    first, second = (side.with_columns(each).drop("_many") for side in sides)
    return [*subject, "_each"], first, second


def _told(table: str, changes: Changes) -> pl.DataFrame:
    subject, tells = _SUBJECT[table], _TELLS[table]
    if _all_new(table, bare(changes.patches)[table]):
        return _added(table, changes[table].into)
    out, into = aligned(changes[table].out, changes[table].into)
    if table == "links":
        subject, out, into = _apart(subject, out, into)
    dated = table in ("units", "links", "memberships")

    def latest(frame: pl.DataFrame, side: str) -> pl.DataFrame:
        order = [pl.col("since").fill_null(pl.date(1, 1, 1))] if "since" in frame.columns else []
        ordered = frame.sort(order) if order else frame
        still = pl.col("until").is_null().last() if dated else pl.lit(True)
        return ordered.group_by(subject, maintain_order=True).agg(
            pl.col(tells).last().cast(pl.String).alias(side) if tells not in subject else still.alias("_"),
            still.alias(f"{side}_open"),
            pl.lit(True).alias(f"in_{side}"),
        )

    both = latest(out, "before").join(
        latest(into, "after"), on=subject, how="full", coalesce=True, nulls_equal=True
    )
    for side in ("before", "after"):
        if side not in both.columns:
            both = both.with_columns(pl.lit(None, pl.String).alias(side))
    added, gone = pl.col("in_before").is_null(), pl.col("in_after").is_null()
    ended = pl.col("before_open") & ~pl.col("after_open")
    differs = pl.col("before").ne_missing(pl.col("after"))
    renamed = pl.lit({"links": "moved", "units": "renamed", "people": "renamed"}.get(table, "changed"))
    what = (
        pl.when(added).then(pl.lit("added"))
        .when(gone).then(pl.lit("removed"))
        .when(ended).then(pl.lit("ended"))
        .when(differs).then(renamed)
        .otherwise(pl.lit("changed"))
    )  # fmt: skip
    name = pl.col(_SECOND.get(table, "after"))
    return both.select(
        what.alias("what"),
        pl.lit(table).alias("table"),
        pl.col(CHANGE_KEYS[table][0]).alias("id"),
        (pl.coalesce(name, "before") if table in ("units", "people") else name).alias("name"),
        "before",
        "after",
    )


def _added(table: str, into: pl.DataFrame) -> pl.DataFrame:
    """Rows that are all new, as `TOLD`."""
    after = pl.col(_TELLS[table]).cast(pl.String)
    shown = pl.lit(None, pl.String) if _TELLS[table] in _SUBJECT[table] else after
    told = into.select(
        what=pl.lit("added"), table=pl.lit(table), id=pl.col(CHANGE_KEYS[table][0]),
        name=pl.col(_SECOND[table]) if table in _SECOND else after,
        before=pl.lit(None, pl.String), after=shown,
    )  # fmt: skip
    return told.select(pl.col(c).cast(t) for c, t in TOLD.items())
