"""``orgraph gaps``: the blank spots behind a rate, on the screen or as a workbook."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orgraph.cli.options import EITHER, Asked, People, Under, check_ending, common
from orgraph.model.glossary import say

MORE = say(
    zh="恰好是分母中未计入分子的对象:清单与比率出自同一计算。两数之比,列出分子为零的。",
    en="Exactly the members of the denominator that do not count: list and rate come from one function. "
    "Of a ratio of two sums: those that add nothing to the first.",
)

Indicator = Annotated[str, typer.Argument(metavar="INDICATOR", help=say(zh="指标", en="the indicator"))]
Workbook = Annotated[
    Path | None,
    typer.Option("--output", "-o", metavar="FILE.xlsx", help=say(zh="写成工作簿", en="write a workbook")),
]


@common(*EITHER)
def gaps(
    asked: Asked, indicator: Indicator, under: Under = None, people: People = False, output: Workbook = None
) -> None:
    """Print `orgraph.gaps`, or write it to a workbook."""
    if output is not None:
        check_ending(output, ".xlsx", ".xlsx", more=say(zh="(--csv 输出 CSV)", en=" (or --csv)"))
    frame = asked.answers.gaps(indicator, under=under, people=people)
    if output is not None:
        from orgraph.cli.workbooks import write_gaps

        write_gaps(output, asked.org, [indicator], under=under, people=people)
        typer.echo(
            say(zh=f"已写入 {output}:{frame.height:,} 行", en=f"{output}: {frame.height:,} rows"), err=True
        )
    if output is None or asked.json or asked.csv:
        asked.answer(frame, title=say(zh="空白点", en="Gaps"), note=_of_ratio(asked, indicator))


def _of_ratio(asked: Asked, indicator: str) -> str:
    """What the list is of where the rate is one of two sums, which no list makes up."""
    files = asked.answers.frame.structures.files.values()  # and not the whole graph of a server
    if not any(file.indicators[indicator].ratio for file in files if indicator in file.indicators):
        return ""
    return say(
        zh="这是两个数之比,列出的是分子为零或未报的对象;比率所缺的不止这些",
        en="A ratio of two sums: listed are those who add nothing to the numerator; others fall short, too",
    )
