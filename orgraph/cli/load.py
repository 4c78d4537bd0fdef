"""``orgraph load``: what each office-holder carries."""

from __future__ import annotations

from typing import Annotated

import typer

from orgraph.cli.options import READING, Asked, People, Tree, Under, common
from orgraph.model.glossary import say

MORE = say(
    zh="任职数、所领单位、其下全部单位与数量;兼任只计数,不评判。基尼系数 0 为均等。",
    en="Posts held, units led, units and figures answered for; several posts are counted, not blamed. "
    "Gini is 0 where all carry the same.",
)

Measures = Annotated[
    list[str] | None,
    typer.Option(
        "--measure", metavar="MEASURE", help=say(zh="也列出这些数量,可重复", en="these, too; may be repeated")
    ),
]
Totals = Annotated[bool, typer.Option("--totals", help=say(zh="只给分布", en="only how it is spread"))]


@common(*READING)
def load(
    asked: Asked,
    *,
    tree: Tree = None,
    under: Under = None,
    measure: Measures = None,
    people: People = False,
    totals: Totals = False,
) -> None:
    """Print `orgraph.load` and its totals."""
    import orgraph
    from orgraph.metrics.asked import tree_for
    from orgraph.metrics.load import load_totals

    tree = tree_for(asked.org, tree, None if under is None else asked.org.row(under))
    if not totals:
        label = asked.org.structures.trees[tree].label.text
        note = say(
            zh=f"所领及其下按“{label}”计算(--tree 另选)", en=f"what is led, by the tree '{label}' (or --tree)"
        )
        frame = orgraph.load(asked.org, tree=tree, under=under, measures=measure or (), people=people)
        asked.answer(frame, title=say(zh="负担", en="Load"), note=note)
    if totals or not (asked.json or asked.csv):
        spread = load_totals(asked.org, tree=tree, under=under, measures=measure or None)
        asked.answer(spread, title=say(zh="分布", en="How it is spread"))
