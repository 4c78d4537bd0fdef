"""``orgraph undo``: take a revision back by one that does the opposite."""

from __future__ import annotations

from typing import Annotated

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say

MORE = say(
    zh="追加一个相反的版次,不删除任何记录;再撤销一次即恢复。后来改过同样行的,拒绝并列出。",
    en="Appends the opposite revision and deletes nothing; undoing that restores. Refused, with the rows, "
    "where a later revision touched the same ones.",
)

Number = Annotated[
    int | None,
    typer.Argument(metavar="[N]", help=say(zh="撤销第 N 版(默认最后一版)", en="which (default: the last)")),
]


@common("store", "lang")
def undo(asked: Asked, revision: Number = None) -> None:
    """Call the store's `undo`."""
    import orgraph

    with orgraph.open(asked.store) as store:
        undone = store.revision if revision is None else revision
        made = store.undo(revision)
    typer.echo(
        say(zh=f"已撤销第 {undone} 版,现为第 {made} 版", en=f"revision {made} takes {undone} back"), err=True
    )
