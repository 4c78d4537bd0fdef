"""Colours of kinds and of rates: calm on a light ground, told apart by the colour-blind."""

from __future__ import annotations

import polars as pl

KINDS = (
    "#24364f",  # ink
    "#a8483b",  # brick
    "#2c7a7b",  # teal
    "#c08a2d",  # ochre
    "#6f9bc4",  # sky
    "#76588f",  # plum
    "#5c9467",  # leaf
    "#cf7a5a",  # terracotta
    "#4a6fa5",  # blue
    "#b56a8b",  # rose
    "#8a8c3f",  # olive
    "#6b7684",  # slate
)
"""One per kind, in the order in which kinds appear from the top; after the last they begin again."""

RATES = (
    "#b5402f",
    "#cb6644",
    "#dc8d62",
    "#e9b48d",
    "#efd3b8",
    "#e3dfd2",
    "#c3d9d3",
    "#97c3bf",
    "#66a8a8",
    "#388a8f",
    "#1c6b76",
)
"""From 0 % over 10 %, 20 % … to 100 %: rust over sand to teal. 100 % only where nothing is missing."""

NOTHING = "#c3c8cf"
"""Nothing is expected here."""


def rate_step(value: pl.Expr) -> pl.Expr:
    """The index in `RATES` of a rate, as Int32; −1 where it is null.

    Rounded down above one half and up below it, so that only a full rate gets the last colour and
    only an empty one the first.
    """
    steps = len(RATES) - 1
    scaled = value.clip(0.0, 1.0) * steps
    # 0.3 * 10 is 3.0000000000000004 - rounding keeps whole steps whole.
    near = scaled.round(9)
    step = pl.when(near < steps / 2).then(near.ceil()).otherwise(near.floor())
    return step.cast(pl.Int32).fill_null(-1)
