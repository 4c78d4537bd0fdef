"""``orgraph span``: how many units stand directly under each."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from orgraph.cli.options import EITHER, Asked, Tree, Under, common
from orgraph.model.glossary import say

MORE = say(
    zh="管理幅度 = 直接下级数;没有下级的单位为空,不计入平均。",
    en="Span = immediate children; empty at a leaf, and leaves stay out of the mean.",
)

By = Annotated[
    Literal["kind", "leader"] | None,
    typer.Option(
        "--by", help=say(zh="按类别(kind)或按负责人(leader)汇总", en="one row per kind, or per leader")
    ),
]
Bounds = Annotated[
    list[str] | None,
    typer.Option(
        "--bounds",
        metavar="KIND=LOW..HIGH",
        help=say(zh="合适的幅度,如 village=3..12,可重复", en="spans that are right, as village=3..12"),
    ),
]


@common(*EITHER)
def span(
    asked: Asked, *, tree: Tree = None, under: Under = None, by: By = None, bounds: Bounds = None
) -> None:
    """Print `orgraph.span`."""
    stated = dict(_bounds(text) for text in bounds or ())
    frame = asked.answers.span(tree=tree, under=under, by=by, bounds=stated or None)
    asked.answer(frame, title=say(zh="管理幅度", en="Span of control"))


def _bounds(text: str) -> tuple[str, tuple[int, int]]:
    kind, _, ends = text.rpartition("=")
    low, _, high = ends.partition("..")
    if not (kind and low.isdecimal() and high.isdecimal()):
        raise typer.BadParameter(
            say(zh=f"“{text}”不是 类别=下限..上限", en=f"'{text}' is not KIND=LOW..HIGH"),
            param_hint="--bounds",
        )
    if int(low) > int(high):
        raise typer.BadParameter(
            say(zh=f"“{text}”:下限高于上限", en=f"'{text}': LOW is above HIGH"), param_hint="--bounds"
        )
    return kind, (int(low), int(high))
