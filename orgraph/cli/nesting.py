"""``orgraph nesting``: whether the blocks of one partition lie within those of another."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from orgraph.cli.options import READING, Asked, common
from orgraph.model.glossary import say

MORE = say(
    zh="如警格是否都在一个网格之内:较细的每一块落在较粗的几块里,有多少单位一致。",
    en="Do police grids lie within grids? In how many blocks of the coarser each block of the finer lies, "
    "and how many units agree.",
)

Finer = Annotated[
    str,
    typer.Argument(
        metavar="FINER", help=say(zh="较细的划分:隶属关系,或 关系/类别", en="the finer: a tree, or TREE/KIND")
    ),
]
Coarser = Annotated[str, typer.Argument(metavar="COARSER", help=say(zh="较粗的划分", en="the coarser"))]
Of = Annotated[
    str | None,
    typer.Option(
        "--of",
        metavar="KIND",
        help=say(
            zh="被划分的单位类别(默认两种划分都有的)",
            en="the kind of the units divided (default: all in both)",
        ),
    ),
]
Measure = Annotated[
    str | None, typer.Option("--measure", metavar="MEASURE", help=say(zh="按此数量加权", en="weigh by this"))
]
Mismatches = Annotated[
    bool, typer.Option("--mismatches", help=say(zh="列出不一致的单位", en="list the units that do not fit"))
]
Totals = Annotated[bool, typer.Option("--totals", help=say(zh="只给合计", en="only the totals"))]


@common(*READING)
def nesting(
    asked: Asked,
    finer: Finer,
    coarser: Coarser,
    *,
    of: Of = None,
    measure: Measure = None,
    mismatches: Mismatches = False,
    totals: Totals = False,
) -> None:
    """Print `orgraph.nesting` and its totals."""
    import orgraph
    from orgraph.metrics.nesting import nesting_totals

    how: dict[str, Any] = {"of": of, "measure": measure}
    if not totals:
        frame = orgraph.nesting(asked.org, finer, coarser, mismatches=mismatches, **how)
        title = (
            say(zh="不一致的单位", en="Units that do not fit") if mismatches else say(zh="嵌套", en="Nesting")
        )
        asked.answer(frame, title=title)
    if totals or not (asked.json or asked.csv):
        sums = nesting_totals(asked.org, finer, coarser, **how)
        asked.answer(sums, title=say(zh="合计", en="Totals"))
