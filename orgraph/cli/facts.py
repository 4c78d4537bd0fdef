"""``orgraph facts``: any figure that a structure declares, of all units of a kind or of people."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from orgraph.cli.options import READING, Asked, People, Under, common
from orgraph.model.glossary import say

if TYPE_CHECKING:
    import polars as pl

MORE = say(
    zh="不写事实时列出架构声明了哪些。不写 --of 时略去全为 0 或未知的单位。"
    "--during 给取最新值的数量指定时段。",
    en="Without a fact: lists those that the structures declare. Without --of, units of which nothing is "
    "known or all is 0 are left out. --during gives a period to measures that are taken at their latest.",
)

Facts = Annotated[
    list[str] | None,
    typer.Argument(metavar="FACT", help=say(zh="哪些事实", en="which facts")),
]
Of = Annotated[
    str | None,
    typer.Option(
        "--of", metavar="KIND", help=say(zh="该类的每个单位;people 为人", en="each unit of a kind; or people")
    ),
]
Condition = Annotated[
    list[str] | None,
    typer.Option(
        "--where",
        metavar="COND",
        help=say(
            zh="条件,如 status=occupied、households>=300,可重复", en="such as status=occupied; repeated"
        ),
    ),
]
During = Annotated[
    str | None,
    typer.Option(
        "--during",
        metavar="PERIOD",
        help=say(zh="时段:2022-04、month、year……", en="a period: 2022-04, month, year …"),
    ),
]
Sort = Annotated[
    bool, typer.Option("--sort", help=say(zh="按第一个事实从大到小排名", en="rank by the first fact"))
]
Totals = Annotated[bool, typer.Option("--totals", help=say(zh="只给逐类合计", en="only sums, kind by kind"))]


@common(*READING)
def facts(
    asked: Asked,
    names: Facts = None,
    *,
    of: Of = None,
    under: Under = None,
    where: Condition = None,
    during: During = None,
    sort: Sort = False,
    totals: Totals = False,
    people: People = False,
) -> None:
    """Print `orgraph.facts`, its totals, or which facts there are."""
    import orgraph
    from orgraph.metrics.fact_table import facts_declared, facts_totals

    if not names:
        asked.answer(facts_declared(asked.org), title=say(zh="声明的事实", en="Facts declared"))
        return
    chosen: dict[str, Any] = {"of": of, "under": under, "where": where or None, "during": during}
    if not totals:
        frame = orgraph.facts(asked.org, names, ranked=sort, people=people, **chosen)
        shown = frame if asked.json or asked.csv else _for_people(frame, asked, of)
        asked.answer(shown, title=say(zh="事实", en="Facts"))
    if totals or not (asked.json or asked.csv):
        sums = facts_totals(asked.org, names, **chosen)
        asked.answer(
            sums if asked.json or asked.csv else sums.drop("fact"), title=say(zh="合计", en="Totals")
        )


def _for_people(frame: pl.DataFrame, asked: Asked, of: str | None) -> pl.DataFrame:
    """Under the facts' own labels, without ids."""
    from orgraph.metrics.facts_asked import declared

    stated = declared(asked.org, of)
    labels = {
        c: stated[c.removesuffix("_")].label.text for c in frame.columns if c.removesuffix("_") in stated
    }
    unlike = {c: text for c, text in labels.items() if [*labels.values(), *frame.columns].count(text) == 1}
    return frame.drop("id").rename(unlike)
