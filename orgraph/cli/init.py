"""``orgraph init``: a new store for one structure or several."""

from __future__ import annotations

from typing import Annotated

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say

MORE = say(
    zh="架构:自带的名字(divisions、honghe、gaozhao)或 YAML 文件,可写几个。",
    en="A structure is a bundled name (divisions, honghe, gaozhao) or a YAML file; several may be given.",
)

Sources = Annotated[
    list[str], typer.Argument(metavar="STRUCTURE...", help=say(zh="架构", en="bundled names or YAML files"))
]


@common("store", "lang")
def init(asked: Asked, structures: Sources) -> None:
    """Make a store with `orgraph.open`."""
    from pathlib import Path

    import orgraph
    from orgraph.model.errors import StoreError
    from orgraph.store.neo.address import without_account

    if Path(asked.store).exists():
        raise StoreError(
            say(
                zh=f"{asked.store} 已存在。换一个 --store,或先移走它",
                en=f"{asked.store} exists already. Choose another --store, or move it away",
            )
        )
    with orgraph.open(asked.store, structure=orgraph.Structures.load(*structures)) as store:
        known, where = "、".join(store.structures.files), without_account(asked.store)
        typer.echo(say(zh=f"已新建 {where}:{known}", en=f"made {where}: {known}"), err=True)
