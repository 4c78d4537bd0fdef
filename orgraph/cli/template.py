"""``orgraph template``: an empty workbook for the rosters of a structure."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say

MORE = say(
    zh="每种花名册一个表:表头、必填标记(*)、示例行、下拉列表、日期和数字校验,另有填表说明。编号按文本保存,"
    "开头的 0 不会丢。填好即可用 orgraph import 导入。",
    en="One sheet per roster: headers, a star on required columns, an example row, drop-down lists, checks "
    "of dates and numbers, and a page of instructions. Ids are kept as text, leading zeros and all. A "
    "filled-in copy is ready for orgraph import.",
)

Sources = Annotated[
    list[str],
    typer.Argument(
        metavar="STRUCTURE...", help=say(zh="架构:自带的名字或 YAML 文件", en="bundled names or YAML files")
    ),
]
Workbook = Annotated[
    Path, typer.Option("--output", "-o", metavar="FILE.xlsx", help=say(zh="写到哪里", en="where to write"))
]
Rosters = Annotated[
    list[str] | None,
    typer.Option(
        "--roster",
        metavar="ROSTER",
        help=say(
            zh="只要这几种花名册(名字或标题,可重复)", en="these rosters only (name or title; may be repeated)"
        ),
    ),
]


@common("lang")
def template(
    _: Asked, structures: Sources, *, output: Workbook = Path("roster.xlsx"), rosters: Rosters = None
) -> None:
    """Write the workbook with `orgraph.template`."""
    import orgraph

    path = orgraph.template(orgraph.Structures.load(*structures), output, rosters=rosters or None)
    typer.echo(say(zh=f"已写入 {path}", en=f"written: {path}"), err=True)
