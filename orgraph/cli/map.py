"""``orgraph map``: the organisation as one page that opens without a network."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orgraph.cli.options import Asked, Tree, Under, check_ending, common
from orgraph.model.glossary import say

Output = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE.html", help=say(zh="写到哪里", en="where to write it"))
]
Colour = Annotated[
    str | None,
    typer.Option(
        "--colour",
        metavar="INDICATOR",
        help=say(zh="按指标着色(默认按类别)", en="by an indicator, not by kind"),
    ),
]


@common("store", "on", "revision", "lang")
def map(
    asked: Asked,
    output: Output = Path("map.html"),
    under: Under = None,
    tree: Tree = None,
    colour: Colour = None,
) -> None:
    """Call `orgraph.map`."""
    import orgraph
    from orgraph.cli.tables import day_line

    check_ending(output, ".html", ".html", ".htm")
    orgraph.map(asked.org, output, tree=tree, under=under, colour=colour)
    done = say(zh=f"已写入 {output},双击即可打开", en=f"{output} is written: double-click it")
    typer.echo(f"{done} · {day_line(asked.org)}", err=True)
