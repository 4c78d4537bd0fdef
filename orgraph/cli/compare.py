"""``orgraph compare``: what changed between two days."""

from __future__ import annotations

from typing import Annotated

import typer

from orgraph.cli.options import Asked, common, day
from orgraph.model.glossary import say

MORE = say(
    zh="增加、结束、移动、改名、换人;整体移动的只在最上面说一次。",
    en="Added, ended, moved, renamed, holder changed; a moved subtree is told once, at its top.",
)

Before = Annotated[str, typer.Argument(metavar="BEFORE", help=say(zh="较早的日期", en="the earlier day"))]
After = Annotated[str, typer.Argument(metavar="AFTER", help=say(zh="较晚的日期", en="the later day"))]


@common("store", "revision", "lang", "json", "csv")
def compare(asked: Asked, before: Before, after: After) -> None:
    """Print `orgraph.compare`."""
    import orgraph

    days = day(before, "BEFORE"), day(after, "AFTER")
    with orgraph.open(asked.store) as store:
        earlier, later = (store.read(on=d, revision=asked.revision) for d in days)
    frame = orgraph.compare(earlier, later)
    title = say(zh=f"{days[0]} 至 {days[1]} 的变化", en=f"What changed from {days[0]} to {days[1]}")
    asked.answer(frame, title=title, org=later)
