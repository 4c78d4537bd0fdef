"""``orgraph show``: all about one unit."""

from __future__ import annotations

from typing import Annotated

import typer

from orgraph.cli.options import READING, Asked, People, common
from orgraph.model.glossary import say

Unit = Annotated[
    str,
    typer.Argument(metavar="UNIT", help=say(zh="编号、名称或路径(洪合镇/人和社区)", en="id, name or path")),
]


@common(*READING)
def show(asked: Asked, unit: Unit, people: People = False) -> None:
    """Print `orgraph.show`."""
    import orgraph

    frame = orgraph.show(asked.org, unit, people=people)
    asked.answer(frame, title=unit)
