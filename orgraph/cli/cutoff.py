"""``orgraph cutoff``: whose loss cuts others off."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from orgraph.cli.options import READING, Along, Asked, common
from orgraph.model.glossary import say

MORE = say(
    zh="哪些单位、哪些独自负责的人一旦缺位,其他单位就与顶层失去联系;默认各种隶属关系合看。",
    en="Units, or people who alone lead them, without whom others are reached from the top no more; "
    "all trees together unless told.",
)

Source = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        metavar="UNIT",
        help=say(zh="从哪里出发(默认各顶层),可重复", en="from here (default: the tops); may be repeated"),
    ),
]
Direction = Annotated[
    Literal["down", "up"], typer.Option("--direction", metavar="down|up", help=say(zh="方向", en="direction"))
]
By = Annotated[
    Literal["leader", "tree"] | None,
    typer.Option(
        "--by",
        help=say(zh="按独自负责的人(leader)或按隶属(tree)", en="one row per sole leader, or per tree"),
    ),
]
Without = Annotated[
    str | None,
    typer.Option(
        "--without",
        metavar="UNIT|PERSON",
        help=say(zh="列出缺了它会失去联系的单位", en="list what is cut off without this one"),
    ),
]


@common(*READING)
def cutoff(
    asked: Asked,
    *,
    source: Source = None,
    along: Along = None,
    direction: Direction = "down",
    by: By = None,
    without: Without = None,
) -> None:
    """Print `orgraph.cutoff`."""
    import orgraph

    how: dict[str, Any] = {"source": source or None, "along": along or None, "direction": direction}
    frame = orgraph.cutoff(asked.org, **how, by=by, without=without)
    title = say(zh="单点风险", en="Single points of failure")
    if without is not None:
        title = say(zh=f"缺了“{without}”会失去联系的", en=f"Cut off without '{without}'")
    asked.answer(frame, title=title)
