"""``orgraph tree``: who stands under whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from orgraph.cli.options import READING, Asked, Tree, common
from orgraph.model.glossary import say

if TYPE_CHECKING:
    import polars as pl

MOST = 500
"""Lines a tree for people shows."""

Unit = Annotated[
    str | None,
    typer.Argument(metavar="[UNIT]", help=say(zh="只看它和它之下", en="only it and what stands below")),
]
Levels = Annotated[
    int | None, typer.Option("--levels", min=1, metavar="N", help=say(zh="只看 N 层", en="only N levels"))
]


@common(*READING)
def tree(asked: Asked, unit: Unit = None, tree: Tree = None, levels: Levels = None) -> None:
    """Print `orgraph.tree`."""
    import orgraph

    frame = orgraph.tree(asked.org, unit, tree=tree, levels=levels)
    if asked.json or asked.csv:
        asked.answer(frame)
    else:
        _draw(frame, asked)


def _draw(frame: pl.DataFrame, asked: Asked) -> None:
    """Draw the rows, which come in preorder, as indented lines."""
    from rich.text import Text
    from rich.tree import Tree as Branch

    from orgraph.cli.tables import console, day_line, print_line
    from orgraph.cli.values import harmless

    kinds = asked.org.structures.kinds
    forest = Branch("", hide_root=True, guide_style="dim")
    at = {0: forest}
    first = 0
    for row in frame.head(MOST).iter_rows(named=True):
        first = first or row["level"]
        line = Text(harmless(row["name"] or row["id"]))
        line.append(f"  {kinds[row['kind']].label.text}", style="cyan")
        if row["descendants"]:
            line.append(f"  {row['children']:,}", style="bold")
            line.append(f" / {row['descendants']:,}", style="dim")
        depth = row["level"] - first + 1 if row["level"] >= first else 1
        at[depth] = at[depth - 1].add(line)
    console().print(forest)
    hidden = frame.height - MOST
    if hidden > 0:
        print_line(say(zh=f"……还有 {hidden:,} 个,可用 --levels", en=f"… {hidden:,} more: try --levels"))
    print_line(say(zh="数字:直接下级 / 全部下级", en="figures: immediate children / all below"), dim=True)
    print_line(day_line(asked.org), dim=True)
