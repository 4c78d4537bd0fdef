"""What a page shows: plain data, already in preorder of one tree, with nothing private in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import polars as pl

NODES: dict[str, pl.DataType] = {
    "id": pl.String(),
    "label": pl.String(),
    "kind": pl.String(),
    "kind_label": pl.String(),
    "parent": pl.Int32(),
    "end": pl.Int32(),
    "level": pl.Int32(),
    "folded": pl.Int64(),
    "folded_label": pl.String(),
    "colour_value": pl.Float64(),
}
"""The columns every picture has; details may stand beside them."""

LINKS: dict[str, pl.DataType] = {"source": pl.Int32(), "target": pl.Int32(), "label": pl.String()}


@dataclass(frozen=True)
class Detail:
    """A column of the nodes that is shown when a unit is clicked; units without a value leave it out."""

    column: str
    heading: str
    form: Literal["text", "number", "percent"] = "text"


@dataclass(frozen=True)
class Scale:
    """An indicator that colours the units, and what it is for the whole picture.

    `rate` is null where nothing is expected; the picture's `colour_value` likewise, unit by unit.
    """

    label: str
    rate: float | None
    numerator: float
    denominator: float
    target: float | None = None
    unknown: int = 0
    """Members expected of which a figure is not known."""


@dataclass(frozen=True)
class Picture:
    """A hierarchy to be drawn.

    Attributes
    ----------
    title, subtitle
        Headings, e.g. 嘉兴市 and 属地 · 2022-04-30.
    tree, tree_label
        The tree, e.g. ``territory``, and what it is called: by these a page of several pictures is switched.
    nodes
        One row per unit shown, in preorder: the columns of `NODES` and those that `details` name.
        `folded` counts the units hidden under a unit, `folded_label` says what they are.
    details
        What a click shows, in order.
    scale
        The indicator that `colour_value` (0 to 1, null where nothing is expected) tells of; without
        it colours tell kinds.
    links
        Ties between units beside the tree, as positions in `nodes`: the columns of `LINKS`.
    hidden
        Units not shown at all: those folded, and those under roots that are not shown.
    remarks
        What else the reader should know of what the picture leaves out.
    """

    title: str
    subtitle: str
    nodes: pl.DataFrame
    details: tuple[Detail, ...] = ()
    scale: Scale | None = None
    links: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LINKS))
    hidden: int = 0
    remarks: tuple[str, ...] = ()
    tree: str = ""
    tree_label: str = ""

    def __post_init__(self) -> None:
        lacking = [c for c in (*NODES, *(d.column for d in self.details)) if c not in self.nodes.columns]
        if lacking:
            raise ValueError(f"a picture's nodes lack the columns {', '.join(lacking)}")
