"""``orgraph span``: how many units stand directly under each."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from orgraph.cli.options import READING, Asked, Tree, Under, common
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


@common(*READING)
def span(asked: Asked, tree: Tree = None, under: Under = None, by: By = None) -> None:
    """Print `orgraph.span`."""
    import orgraph

    frame = orgraph.span(asked.org, tree=tree, under=under, by=by)
    asked.answer(frame, title=say(zh="管理幅度", en="Span of control"))
