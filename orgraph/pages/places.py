"""Where each unit of a picture stands, and how large its dot and its name are."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
import polars as pl

from orgraph.pages.layout import Room, flowers, fork_of
from orgraph.pages.packing import Floats, Ints
from orgraph.pages.picture import Picture

WIDE, HIGH = 1060.0, 850.0
"""The room beside the panel on a screen of 1440×900, in pixels."""
FARTHEST = 1.8
"""From how much farther than at a zoom of 1 names must still find room when the whole is seen."""
ALL_NAMED = 120
"""A picture of so few units has room for every name."""
MOST = 0.8
"""The share of units that is drawn at full size, at least."""
LONGEST = 12
"""Characters of a name on the picture; search and details show all of it."""


def pitch_of(count: int) -> float:
    """The distance from leaf to leaf that fills the room well with `count` units, in pixels."""
    return min(max(11.0 * math.sqrt(1200 / max(count, 1)), 10.0), 34.0)


def placed(picture: Picture) -> tuple[pl.DataFrame, float]:
    """The picture's nodes and where they stand.

    Returns
    -------
    units
        The nodes' columns and `inner` (has children), `short` (the name on the picture), `shrink` (how
        much smaller its level is drawn), `font` and `size` (of name and dot, in pixels), and `x, y, cx,
        cy, radius` of `Layout`.
    away
        How many times farther than at a zoom of 1 the whole is seen from, and names fitted to, at most
        `FARTHEST`.
    """
    parent, level = (picture.nodes[c].to_numpy() for c in ("parent", "level"))
    fork = fork_of(parent)
    room = Room(WIDE / HIGH, pitch_of(len(parent)), base=_base(level))
    nodes = picture.nodes.with_columns(
        short=short("label"),
        inner=pl.col("end") > pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        shrink=pl.Series(room.scale(level)),
    )
    look = _Look(fork, int(level[fork]) if fork >= 0 else 0, picture.scale is not None)
    # Names keep their size on the screen: the farther the whole is seen from, the more room they take.
    for _ in range(3):
        units = look.sized(nodes, room)
        room = replace(room, trunk=look.trunk, rim=look.rim(nodes))
        spots, away = flowers(parent, level, look.core(units), room), look.away
        farther = max(_spread(spots.x) / WIDE, _spread(spots.y) / HIGH)
        look = replace(look, away=min(max(farther, 1.0), FARTHEST))
    columns = (pl.Series(name, getattr(spots, name)) for name in ("x", "y", "cx", "cy", "radius"))
    return units.with_columns(columns), away


@dataclass(frozen=True)
class _Look:
    """How a picture is seen: its fork, whether names carry a note (a rate, say), and from how far."""

    fork: int
    top: int
    noted: bool
    away: float = 1.0

    @property
    def trunk(self) -> float:
        """From one unit above the fork to the next."""
        return (62.0 if self.noted else 46.0) * self.away

    def rim(self, nodes: pl.DataFrame) -> float:
        """What is left free around a flower: in small pictures the names of its leaves stand there."""
        wide = nodes.filter(~pl.col("inner")).select(ems("short").mean()).item()
        return 0.8 * 11.0 * self.away * wide if wide and nodes.height <= ALL_NAMED else 0.0

    def sized(self, nodes: pl.DataFrame, room: Room) -> pl.DataFrame:
        """Sizes of dots and names: the fork's largest, then its children's, then all others alike."""
        at = pl.int_range(pl.len(), dtype=pl.Int64)
        inner, first = pl.col("inner"), pl.col("level") == self.top + 1
        # A unit that hides others is somewhat larger, by orders of magnitude.
        grown = 0.4 * room.pitch * (1 + 0.06 * (pl.col("folded") + 1).log())
        leaf = grown.clip(0, min(0.46 * room.pitch, 6.5 * self.away))
        return nodes.with_columns(
            font=pl.when(at < self.fork).then(14.0).when(at == self.fork).then(21.0)
            .when(inner & first).then(15.5).when(inner).then(12.0).otherwise(11.0),
            size=pl.when(at < self.fork).then(6.0 * self.away).when(at == self.fork).then(10.0 * self.away)
            .when(inner & first).then(7.0 * self.away).when(inner).then(4.6 * self.away * pl.col("shrink"))
            .otherwise(leaf * pl.col("shrink")),
        )  # fmt: skip

    def core(self, units: pl.DataFrame) -> Floats:
        """How far a unit's dot, its name and its note reach.

        In large pictures only the upper names count, and of notes only the uppermost: room for all would
        blow up the few subtrees that are deep. The others wait for a closer look.
        """
        font, size = pl.col("font") * self.away, pl.col("size")
        name = (ems("short") * font / 2) ** 2 + (size + 1.35 * font) ** 2
        note = (1.3 * font) ** 2 + (size + 2.5 * font) ** 2
        few, level = pl.len() <= ALL_NAMED, pl.col("level")
        noted = pl.lit(self.noted) & (few | (level <= self.top + 1))
        core = (
            pl.when(noted)
            .then(pl.max_horizontal(name, note).sqrt())
            .when(few | (level <= self.top + 2))
            .then(name.sqrt())
            .otherwise(size * 1.4)
        )
        return units.select(core).to_series().to_numpy()


def _base(level: Ints) -> int:
    """The level down to which most units stand: what a few subtrees hold below it is drawn smaller."""
    upto = np.cumsum(np.bincount(level, minlength=1))
    return int(np.searchsorted(upto, MOST * len(level)))


def _spread(places: Floats) -> float:
    """From the lowest to the highest; 0 where there is none."""
    return float(places.max(initial=0.0) - places.min(initial=0.0))


def short(column: str) -> pl.Expr:
    """A name as the picture shows it: without what every village committee's name ends in, cut if long."""
    name = pl.col(column).str.replace(r"村?村(民委员|委)会$", "村").str.replace(r"居(民委员|委)会$", "")
    return pl.when(name.str.len_chars() > LONGEST).then(name.str.slice(0, LONGEST - 1) + "…").otherwise(name)


def ems(column: str) -> pl.Expr:
    """The width of a text in ems: 1 for a Chinese character, 0.56 for a Latin one, about."""
    chars = pl.col(column).str.len_chars().cast(pl.Float64)
    # In UTF-8 a Chinese character has three bytes, a Latin letter one.
    wide = (pl.col(column).str.len_bytes().cast(pl.Float64) - chars) / 2
    return 0.56 * chars + 0.44 * wide
