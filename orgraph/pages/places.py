"""Where each unit of a picture stands, and how large its dot and its name are."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl

from orgraph.pages.layout import Room, flowers, fork_of
from orgraph.pages.packing import Floats
from orgraph.pages.picture import Picture

WIDE, HIGH = 1060.0, 850.0
"""The room beside the panel on a screen of 1440×900, in pixels."""
ALL_NAMED = 300
"""A picture of so few units has room for every name."""
LONGEST = 12
"""Characters of a name on the picture; search and details show all of it."""


def pitch_of(count: int) -> float:
    """The distance from leaf to leaf that fills the room well with `count` units, in pixels."""
    return min(max(11.0 * math.sqrt(1200 / max(count, 1)), 10.0), 34.0)


def placed(picture: Picture) -> pl.DataFrame:
    """The picture's nodes and where they stand.

    Returns
    -------
    DataFrame
        The nodes' columns and `inner` (has children), `short` (the name on the picture), `shrink` (how
        much smaller its level is drawn), `font` and `size` (of name and dot, in pixels at a zoom of 1),
        and `x, y, cx, cy, radius` of `Layout`.
    """
    parent, level = (picture.nodes[c].to_numpy() for c in ("parent", "level"))
    fork = fork_of(parent)
    # The level that most units are at is drawn at full size.
    room = Room(WIDE / HIGH, pitch_of(len(parent)), base=int(np.bincount(level, minlength=1).argmax()))
    units = _sized(picture.nodes, fork, room)
    top, noted, near = int(level[fork]) if fork >= 0 else 0, picture.scale is not None, 1.0
    for _ in range(3):
        # Names keep their size on the screen: the farther the whole is seen from, the more room they take.
        room = replace(room, trunk=(62.0 if noted else 46.0) * near)
        spots = flowers(parent, level, _core(units, top, noted, near), room)
        near = min(max(_spread(spots.x) / WIDE, _spread(spots.y) / HIGH, 1.0), 1.6)
    return units.with_columns(
        pl.Series(name, np.round(getattr(spots, name), 1)) for name in ("x", "y", "cx", "cy", "radius")
    )


def _spread(places: Floats) -> float:
    """From the lowest to the highest; 0 where there is none."""
    return float(places.max(initial=0.0) - places.min(initial=0.0))


def _core(units: pl.DataFrame, top: int, noted: bool, near: float) -> Floats:
    """How far a unit's dot and, on the two levels below the fork, the name beneath it reach.

    Where names carry a note (`noted`), a rate say, there is room for that line, too. In large pictures
    deeper names wait for a closer look: room for them would blow up the few subtrees that are deep.
    """
    font, size = pl.col("font") * near, pl.col("size")
    name = (ems("short") * font / 2) ** 2 + (size + 1.35 * font) ** 2
    note = (1.3 * font) ** 2 + (size + 2.3 * font) ** 2 if noted else name
    named = (pl.col("level") <= top + 2) | (pl.len() <= ALL_NAMED)
    core = pl.when(named).then(pl.max_horizontal(name, note).sqrt()).otherwise(size * 1.4)
    return units.select(core).to_series().to_numpy()


def _sized(nodes: pl.DataFrame, fork: int, room: Room) -> pl.DataFrame:
    """Sizes of dots and names: the fork's largest, then its children's, then all others alike."""
    at = pl.int_range(pl.len(), dtype=pl.Int64)
    first = pl.col("level") == (nodes["level"][fork] if fork >= 0 else 0) + 1
    inner, shrink = pl.col("inner"), pl.col("shrink")
    # A unit that hides others is somewhat larger, by orders of magnitude.
    leaf = (room.pitch * 0.36 * (1 + 0.06 * (pl.col("folded") + 1).log())).clip(0, min(room.pitch * 0.46, 6.5))
    return nodes.with_columns(
        short=short("label"),
        inner=pl.col("end") > at + 1,
        shrink=pl.Series(room.scale(nodes["level"].to_numpy())),
    ).with_columns(
        font=pl.when(at < fork).then(14.0).when(at == fork).then(21.0)
        .when(inner & first).then(15.5).when(inner).then(12.0).otherwise(11.0),
        size=pl.when(at < fork).then(6.0).when(at == fork).then(10.0)
        .when(inner & first).then(7.0).when(inner).then(4.6 * shrink).otherwise(leaf * shrink),
    )  # fmt: skip


def short(column: str) -> pl.Expr:
    """A name as it stands on the picture: without what every village committee's name ends in, cut if long."""
    name = (
        pl.col(column)
        .str.replace(r"村村(民委员|委)会$", "村")
        .str.replace(r"社区(居民委员|居委)会$", "社区")
        .str.replace(r"(村民|居民)委员会$", "")
    )
    return pl.when(name.str.len_chars() > LONGEST).then(name.str.slice(0, LONGEST - 1) + "…").otherwise(name)


def ems(column: str) -> pl.Expr:
    """The width of a text in ems: 1 for a Chinese character, 0.56 for a Latin one, about."""
    chars = pl.col(column).str.len_chars().cast(pl.Float64)
    # In UTF-8 a Chinese character has three bytes, a Latin letter one.
    wide = (pl.col(column).str.len_bytes().cast(pl.Float64) - chars) / 2
    return 0.56 * chars + 0.44 * wide
