"""``orgraph distance``: how many steps lie between units."""

from __future__ import annotations

from typing import Annotated

import typer

from orgraph.cli.options import READING, Asked, Tree, common
from orgraph.model.glossary import say

MORE = say(
    zh="经最近的共同上级;“越级”为按架构应有而被略去的类别数。",
    en="By way of the lowest unit above both; skip counts the kinds that the structure has between.",
)

Unit = Annotated[str, typer.Argument(metavar="UNIT", help=say(zh="从哪个单位", en="from this unit"))]
Other = Annotated[
    str | None,
    typer.Argument(metavar="[OTHER]", help=say(zh="到哪个(默认全部)", en="to this one (default: all)")),
]


@common(*READING)
def distance(asked: Asked, unit: Unit, other: Other = None, tree: Tree = None) -> None:
    """Print `orgraph.distance`."""
    import orgraph

    frame = orgraph.distance(asked.org, unit, other, tree=tree)
    asked.answer(frame, title=say(zh=f"与“{unit}”的距离", en=f"Distance from '{unit}'"))
