"""``orgraph show``: all about one unit, and where it was read."""

from __future__ import annotations

from typing import Annotated

import typer

from orgraph.cli.options import READING, Asked, People, common
from orgraph.model.glossary import say

Unit = Annotated[
    str,
    typer.Argument(metavar="UNIT", help=say(zh="编号、名称或路径(洪合镇/人和社区)", en="id, name or path")),
]
Source = Annotated[
    bool,
    typer.Option(
        "--source",
        help=say(
            zh="改为列出出自哪个文件、工作表、行和哪次导入",
            en="instead: the file, sheet, row and import that each row came from",
        ),
    ),
]


@common(*READING)
def show(asked: Asked, unit: Unit, *, source: Source = False, people: People = False) -> None:
    """Print `orgraph.show`, or `orgraph.sources`."""
    import orgraph

    if not source:
        asked.answer(orgraph.show(asked.org, unit, people=people), title=unit)
        return
    with orgraph.open(asked.store) as store:
        frame = orgraph.sources(store, unit, on=asked.day, revision=asked.revision, people=people)
    asked.answer(frame, title=say(zh=f"{unit} 的出处", en=f"Where {unit} was read"))
