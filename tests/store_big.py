"""Changes of many rows, for tests and timings of stores that many share."""

from __future__ import annotations

from datetime import date

import polars as pl
from store_samples import TOWN, structures

from orgraph.model.changes import Changes
from orgraph.model.tables import TABLES

SINCE = date(2020, 1, 1)


def tables(villages: int, mark: str = "", *, people: int = 0) -> dict[str, pl.DataFrame]:
    """Ten towns, villages below them, people who lead or belong to them; `mark` tells states apart."""
    number = pl.int_range(villages, eager=True)
    since = pl.lit(SINCE, pl.Date).alias("since")
    parts = pl.DataFrame({"id": [f"t{n}" for n in range(10)], "kind": "town", "name": "镇"})
    below = pl.DataFrame({"id": "v" + number.cast(pl.String), "kind": "village"})
    below = below.with_columns(name="村" + pl.col("id") + mark)
    units = pl.concat([parts, below]).with_columns(since, structure=pl.lit("town"))
    shift = sum(map(ord, mark))
    links = pl.DataFrame(
        {"source": below["id"], "target": "t" + ((number + shift) % 10).cast(pl.String)}
    ).with_columns(since, relation=pl.lit("territory"))
    who = pl.int_range(people, eager=True)
    made = pl.DataFrame({"id": "p" + who.cast(pl.String), "name": "人" + who.cast(pl.String)})
    posts = pl.DataFrame(
        {"person": made["id"], "unit": "v" + (who % max(villages, 1)).cast(pl.String)}
    ).with_columns(
        since,
        role=pl.when(pl.int_range(pl.len()) % 4 == 0).then(pl.lit("leader")).otherwise(pl.lit("member")),
    )
    return {"units": units, "links": links, "people": made, "memberships": posts}


def between(before: dict[str, pl.DataFrame], after: dict[str, pl.DataFrame]) -> Changes:
    """What leads from one state to the other."""
    nothing = {t: after[t].clear() for t in after if t not in before}
    return Changes.between({**nothing, **before}, after)


def town():
    return structures(TOWN)


def state(org) -> tuple:
    """What an organisation holds, comparable: per table its height and a hash that no order changes."""
    frames = {name: org.table(name) for name in TABLES}
    return tuple((name, f.height, hash(tuple(f.hash_rows(seed=1).sort()))) for name, f in frames.items())
