"""``orgraph forget``: erase a person's name and contacts, also from the log."""

from __future__ import annotations

from typing import Annotated

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say

MORE = say(
    zh="唯一会抹去记录的命令(个人信息保护法中的删除权):任职仍计数,姓名和联系方式从现状和历次修改中去除。",
    en="The one verb that erases: posts still count, name and contacts leave the head and the log.",
)

Person = Annotated[
    str, typer.Argument(metavar="PERSON", help=say(zh="人的编号或姓名", en="a person's id or name"))
]
Yes = Annotated[bool, typer.Option("--yes", help=say(zh="不再询问", en="do not ask"))]


@common("store", "lang")
def forget(asked: Asked, person: Person, yes: Yes = False) -> None:
    """Call the store's `forget`."""
    # Asked before the store is opened: once Polars is loaded, Ctrl-C no longer interrupts a wait for input.
    if not yes:
        question = say(
            zh=f"抹去“{person}”的姓名和联系方式,不能撤销。继续吗?",
            en=f"Erase the name and contacts of '{person}'? This cannot be undone.",
        )
        typer.confirm(question, abort=True, err=True)
    import orgraph

    with orgraph.open(asked.store) as store:
        made = store.forget(person)
    said = say(
        zh=f"已抹去,现为第 {made} 版。原来的名册里还有这个人:再导入会写回",
        en=f"erased; revision {made}. Rosters that still list the person would bring the name back",
    )
    typer.echo(said, err=True)
