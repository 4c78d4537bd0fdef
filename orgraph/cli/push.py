"""``orgraph push``: send what this store knows further to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say

if TYPE_CHECKING:
    from orgraph.store.sync import Synced

MORE = say(
    zh="只送新的版次。两边都有改动时拒绝并列出。联系方式不送,除非加 --contacts。"
    "账号用环境变量 ORGRAPH_NEO4J_USER、ORGRAPH_NEO4J_PASSWORD。",
    en="Only new revisions are sent. Where both sides went on, nothing is, and both are shown. Contacts stay "
    "behind unless --contacts is given. Sign in with ORGRAPH_NEO4J_USER and ORGRAPH_NEO4J_PASSWORD.",
)

Address = Annotated[
    str,
    typer.Argument(
        metavar="URI", help=say(zh="neo4j://主机/数据库,或文件", en="neo4j://host/database, or a file")
    ),
]
Contacts = Annotated[bool, typer.Option("--contacts", help=say(zh="也送联系方式", en="contacts, too"))]


@common("store", "lang", "json")
def push(asked: Asked, address: Address, *, contacts: Contacts = False) -> None:
    """Call `orgraph.push`."""
    import orgraph

    tell(orgraph.push(asked.store, address, contacts=contacts), asked)


def tell(done: Synced, asked: Asked) -> None:
    """Say what was sent."""
    import polars as pl

    from orgraph.cli.tables import print_plain

    if asked.json:
        made = pl.DataFrame(
            {"first": [done.first], "last": [done.last], "revisions": [done.count], "rows": [done.rows]}
        )
        print_plain(made, as_json=True)
    elif done.count:
        typer.echo(
            say(
                zh=f"送了第 {done.first} 至 {done.last} 版,{done.rows:,} 行",
                en=f"sent revisions {done.first} to {done.last}, {done.rows:,} rows",
            ),
            err=True,
        )
    else:
        typer.echo(say(zh="没有新的版次要送", en="there is nothing new to send"), err=True)
