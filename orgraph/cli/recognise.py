"""``orgraph recognise``: what rosters are taken for, before they are imported."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say

if TYPE_CHECKING:
    import polars as pl

    from orgraph.roster.understanding import Recognition

MORE = say(
    zh="列出每个表是哪种花名册、每一列是哪一项及把握(1 为确定),哪些不确定、没有用到。--save 写出一个带说明的"
    "映射文件,改一次,以后 orgraph import --mapping 反复使用。什么也不导入。",
    en="Which roster each sheet is, which field each column is and how surely (1 is certain), what is "
    "uncertain and what is left over. --save writes a mapping file with comments: put it right once, and use "
    "it with orgraph import --mapping from then on. Nothing is imported.",
)

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", help=say(zh="花名册", en="rosters"))]
Structure = Annotated[
    list[str] | None,
    typer.Option(
        "--structure",
        metavar="STRUCTURE",
        help=say(
            zh="按这个架构(可重复),不用数据库", en="by this structure (may be repeated), without a store"
        ),
    ),
]
Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping", metavar="FILE.yaml", help=say(zh="已有的映射文件", en="a mapping file made before")
    ),
]
Save = Annotated[
    Path | None,
    typer.Option("--save", metavar="FILE.yaml", help=say(zh="写出映射文件", en="write a mapping file")),
]


@common("store", "lang", "json", "csv")
def recognise(
    asked: Asked, files: Files, *, structure: Structure = None, mapping: Mapping = None, save: Save = None
) -> None:
    """Print `orgraph.recognise`, or save it as a mapping file."""
    import orgraph

    if structure:
        found = orgraph.recognise(files, orgraph.Structures.load(*structure), mapping=mapping)
    else:
        with orgraph.open(asked.store) as store:
            found = orgraph.recognise(files, store, mapping=mapping)
    if save is not None:
        write(save, found)
    tell(found, asked)
    if not found.sheets.height or (found.sheets["state"] == "unrecognised").any():
        raise typer.Exit(1)


def write(path: Path, found: Recognition) -> None:
    """Write the mapping file; one that is there was perhaps edited, and stays."""
    from orgraph.exchange import replacing
    from orgraph.model.errors import OrgraphError

    if path.exists():
        raise OrgraphError(
            say(
                zh=f"{path} 已存在,可能已经改过,不会覆盖。请换一个文件名",
                en=f"{path} exists, was perhaps edited, and stays. Choose another name",
            )
        )
    with replacing(path) as draft:
        draft.write_text(found.mapping(), encoding="utf-8")
    typer.echo(
        say(
            zh=f"已写入 {path};核对后用 orgraph import --mapping {path}",
            en=f"written: {path}; check it, then orgraph import --mapping {path}",
        ),
        err=True,
    )


def tell(found: Recognition, asked: Asked) -> None:
    """Print sheets, columns and what is wrong; as JSON and CSV the columns alone, each with its sheet."""
    import polars as pl

    from orgraph.cli.import_ import grouped, named
    from orgraph.cli.tables import print_plain, print_table

    if asked.json or asked.csv:
        print_plain(together(found), as_json=asked.json)
        return
    sheets = found.sheets.with_columns(roster=pl.coalesce("title", "roster"))
    print_table(
        named(sheets).select("file", "sheet", "roster", "score", "rows", "day", "state"),
        title=say(zh="工作表", en="Sheets"),
    )
    for file, sheet, roster in (
        sheets.filter(state="recognised").select("file", "sheet", "roster").iter_rows()
    ):
        here = found.columns.filter((pl.col("file") == file) & (pl.col("sheet") == sheet))
        title = " · ".join(part for part in (Path(file).name, sheet, roster) if part)
        print_table(here.select("letter", "header", "field", "score", "state", "means"), title=title)
    wrong = found.findings.filter(pl.col("severity") == "error")
    if wrong.height:
        print_table(named(grouped(wrong)), title=say(zh="发现的问题", en="Findings"))


def together(found: Recognition) -> pl.DataFrame:
    """The columns of all sheets, and a row for each sheet that is no roster."""
    import polars as pl

    none = found.sheets.filter(state="unrecognised").select("file", "sheet", "state")
    return pl.concat([found.columns, none], how="diagonal")
