"""``orgraph reach``: who is reached from a unit, and who is missed."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from orgraph.cli.options import EITHER, Along, Asked, common
from orgraph.model.glossary import say

MORE = say(
    zh="出发单位不计;--missed 列出未到达的;--totals 只给合计。",
    en="The source is not counted; --missed lists the complement; --totals gives the sums alone.",
)

Source = Annotated[str, typer.Argument(metavar="SOURCE", help=say(zh="出发单位", en="where it starts"))]
Hops = Annotated[
    int | None, typer.Option("--hops", min=1, metavar="K", help=say(zh="最多 K 步", en="at most K steps"))
]
Direction = Annotated[
    Literal["down", "up", "both"],
    typer.Option("--direction", metavar="down|up|both", help=say(zh="方向", en="direction")),
]
Missed = Annotated[
    bool, typer.Option("--missed", help=say(zh="列出未到达的", en="list those that are not reached"))
]
Totals = Annotated[bool, typer.Option("--totals", help=say(zh="只给合计", en="only the totals"))]
Steps = Annotated[
    bool,
    typer.Option("--steps", help=say(zh="逐步:每一步新到达多少", en="step by step: how many each reaches")),
]


@common(*EITHER)
def reach(
    asked: Asked,
    source: Source,
    *,
    along: Along = None,
    hops: Hops = None,
    direction: Direction = "down",
    missed: Missed = False,
    totals: Totals = False,
    steps: Steps = False,
) -> None:
    """Print `orgraph.reach` and its totals, or `orgraph.cascade`."""
    import polars as pl

    import orgraph
    from orgraph.metrics.reach import reach_totals

    if missed and (steps or totals):
        raise typer.BadParameter(
            say(zh="--missed 不与 --steps、--totals 同用", en="not together with --steps or --totals"),
            param_hint="--missed",
        )
    path: dict[str, Any] = {"along": along or None, "hops": hops, "direction": direction}
    name = asked.answers.find(source)
    if steps:
        title = say(zh=f"从“{source}”逐步到达", en=f"From '{source}', step by step")
        asked.answer(orgraph.cascade(asked.org, name, **path), title=title)
        return
    if not totals:
        frame = asked.answers.reach(name, missed=missed, **path)
        title = (
            say(zh=f"从“{source}”未到达的", en=f"Missed from '{source}'")
            if missed
            else say(zh=f"从“{source}”能到达的", en=f"Reached from '{source}'")
        )
        asked.answer(frame, title=title)
    if totals or not (asked.json or asked.csv):
        sums = reach_totals(asked.org, name, **path)
        if not (asked.json or asked.csv):  # people do without kinds of which nothing is reached
            sums = sums.filter(pl.col("kind").is_null() | (pl.col("reached") > 0))
        asked.answer(sums, title=say(zh="合计", en="Totals"))
