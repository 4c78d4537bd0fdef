"""``orgraph coverage``: rates such as coverage."""

from __future__ import annotations

from typing import Annotated

import typer

from orgraph.cli.options import EITHER, Asked, Under, common
from orgraph.model.glossary import say

MORE = say(
    zh="比率 = 分子 ÷ 分母,两者并列;没有应有者时为空并说明原因。",
    en="Rate = numerator ÷ denominator, both shown; nothing expected gives no rate, and the reason.",
)

Indicator = Annotated[
    str | None,
    typer.Argument(metavar="[INDICATOR]", help=say(zh="指标(默认全部)", en="the indicator (default: all)")),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by", metavar="KIND", help=say(zh="每个该类单位一行,如 village", en="one row per unit of a kind")
    ),
]


@common(*EITHER)
def coverage(asked: Asked, indicator: Indicator = None, by: By = None, under: Under = None) -> None:
    """Print `orgraph.coverage`."""
    frame = asked.answers.coverage(indicator, by=by, under=under)
    asked.answer(frame, title=say(zh="覆盖率", en="Coverage"))
