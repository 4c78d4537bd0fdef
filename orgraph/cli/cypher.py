"""``orgraph cypher``: a read-only question in Cypher, as a table, JSON or CSV."""

from __future__ import annotations

import re
import sys
from datetime import date
from typing import Annotated

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say

MORE = say(
    zh="只能读。--store 为 neo4j:// 地址;“-”从标准输入读查询。",
    en="It can only read. --store is a neo4j:// address; '-' reads the query from stdin.",
)

Query = Annotated[str, typer.Argument(metavar="QUERY", help=say(zh="查询", en="the query"))]
Parameters = Annotated[
    list[str] | None,
    typer.Option(
        "--param",
        "-p",
        metavar="NAME=VALUE",
        help=say(zh="参数,可重复,如 on=2022-04-30", en="a parameter; may be repeated"),
    ),
]


@common("store", "lang", "json", "csv")
def cypher(asked: Asked, query: Query, parameters: Parameters = None) -> None:
    """Print the store's answer to `query`."""
    import orgraph
    from orgraph.cli.tables import print_answer
    from orgraph.model.errors import StoreError
    from orgraph.store.neo.address import is_neo4j

    given = dict(read(word) for word in parameters or ())
    if not is_neo4j(asked.store):
        raise StoreError(
            say(
                zh="Cypher 只能问 Neo4j:用 --store neo4j://主机/数据库",
                en="only Neo4j understands Cypher: use --store neo4j://host/database",
            )
        )
    text = sys.stdin.read() if query == "-" else query
    with orgraph.open(asked.store) as store:
        print_answer(store.query(text, given), asked, title="")


def read(word: str) -> tuple[str, object]:
    """A parameter from ``name=value``: a date, a number, true or false, else a text."""
    name, sign, value = word.partition("=")
    if not sign or not name:
        raise typer.BadParameter(say(zh="应如 on=2022-04-30", en="write such as on=2022-04-30"))
    if value in ("true", "false"):
        return name, value == "true"
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return name, date.fromisoformat(value)
    if re.fullmatch(r"-?(0|[1-9]\d{0,17})", value):
        return name, int(value)
    return name, float(value) if re.fullmatch(r"-?\d+\.\d+", value) else value
