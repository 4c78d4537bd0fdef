"""``orgraph trend``: a rate or a figure through time."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import typer

from orgraph.cli.options import Asked, Tree, Under, common, day
from orgraph.model.glossary import say

MORE = say(
    zh="指标或数量逐月(日、季、年)的值,以及与前一期之差;时段取其最后一天,流量取该时段之和。",
    en="An indicator or a figure month by month (day, quarter, year), and how it changed; a period means its "
    "last day, and of what flows the sum within it.",
)

What = Annotated[str, typer.Argument(metavar="INDICATOR", help=say(zh="指标或数量", en="or a measure"))]
First = Annotated[
    str,
    typer.Option("--from", metavar="DATE", help=say(zh="从哪天(月、年)起", en="from this day, month, year")),
]
Last = Annotated[
    str | None,
    typer.Option("--to", metavar="DATE", help=say(zh="到哪天(默认今天)", en="to this one (default: today)")),
]
Every = Annotated[
    Literal["day", "month", "quarter", "year"],
    typer.Option("--every", metavar="day|month|quarter|year", help=say(zh="每隔多久", en="how often")),
]
By = Annotated[
    str | None,
    typer.Option("--by", metavar="KIND", help=say(zh="每个该类单位", en="for each unit of a kind")),
]

MOST_PERIODS = 1500
"""Each period is a question of its own."""


@common("store", "lang", "json", "csv")
def trend(
    asked: Asked,
    what: What,
    *,
    first: First,
    last: Last = None,
    every: Every = "month",
    by: By = None,
    under: Under = None,
    tree: Tree = None,
) -> None:
    """Print `orgraph.trend`."""
    from datetime import date

    import orgraph
    from orgraph.metrics.trend import periods

    ends = day(first, "--from"), date.today() if last is None else day(last, "--to")
    days = periods(first, last or ends[1], every)
    if not days:
        raise typer.BadParameter(say(zh="--to 早于 --from", en="--to lies before --from"), param_hint="--to")
    if len(days) > MOST_PERIODS:
        raise typer.BadParameter(
            say(
                zh=f"{len(days):,} 期太多,最多 {MOST_PERIODS:,} 期:缩短时段,或用 --every month",
                en=f"{len(days):,} periods are too many (at most {MOST_PERIODS:,}): try --every month",
            ),
            param_hint="--every",
        )
    with orgraph.open(asked.store) as store:
        timeline = store.timeline()
    where: dict[str, Any] = {"by": by, "under": under, "tree": tree}
    frame = orgraph.trend(timeline, what, days, **where)
    asked.answer(frame, title=say(zh=f"走势:{what}", en=f"Trend of {what}"), org=timeline)
