"""``orgraph export``: the files for the bulk import of Neo4j, and the command that reads them."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say

MORE = say(
    zh="写出 CSV 和 import.sh(neo4j-admin database import 的完整命令);导入后用 orgraph push 补上历史。",
    en="Writes CSV files and import.sh, the exact neo4j-admin database import command; "
    "after it, orgraph push brings the history.",
)

To = Annotated[
    Literal["neo4j-admin"],
    typer.Option("--to", metavar="neo4j-admin", help=say(zh="给谁用", en="for which tool")),
]
Folder = Annotated[
    Path, typer.Option("--output", "-o", metavar="DIR", help=say(zh="文件夹", en="the folder to write to"))
]
Database = Annotated[
    str, typer.Option("--database", metavar="NAME", help=say(zh="数据库名", en="name of the database"))
]


@common("store", "lang")
def export(asked: Asked, to: To, output: Folder = Path("neo4j-import"), database: Database = "neo4j") -> None:
    """Call `orgraph.store.neo.bulk.write_bulk`."""
    import orgraph
    from orgraph.store.neo.bulk import write_bulk

    _ = to  # the only one so far
    with orgraph.open(asked.store) as store:
        command = write_bulk(store, output, database=database)
    typer.echo(command)
