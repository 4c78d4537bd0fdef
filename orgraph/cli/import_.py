"""``orgraph import``: rosters into the store, whole or not at all."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.errors import OrgraphError
from orgraph.model.glossary import say

if TYPE_CHECKING:
    import polars as pl

    from orgraph.model.changes import Changes
    from orgraph.roster.draft import Draft
    from orgraph.store import Store

MORE = say(
    zh="有错误则整批不导入(--skip-rows 除外),警告不妨碍。日期取自表中的“截至…”,否则取 --on,从不默认今天。"
    "空格保留原值,“无”或“/”清除。同一文件导入两次,第二次没有变化。",
    en="Errors refuse the whole import (but for --skip-rows), warnings do not. The day comes from the sheet "
    "(截至…), else from --on, never silently from today. A blank cell keeps, 无 or / clears. Importing a "
    "file twice changes nothing.",
)

FEW = 20
"""Findings that are listed one by one; more are grouped."""

Files = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE...", help=say(zh="花名册:.xlsx、.csv、.parquet", en="rosters: .xlsx, .csv, .parquet")
    ),
]
Mode = Annotated[
    Literal["update", "correct", "snapshot"],
    typer.Option(
        "--mode",
        metavar="update|correct|snapshot",
        help=say(
            zh="更新、更正、或全量(名册中没有的即结束)", en="snapshot also ends what the file does not hold"
        ),
    ),
]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=say(zh="只看变化,不写入", en="show the changes, write nothing"))
]
SkipRows = Annotated[
    bool, typer.Option("--skip-rows", help=say(zh="跳过有错的行,导入其余", en="leave out wrong rows"))
]
Scope = Annotated[
    str | None,
    typer.Option(
        "--scope", metavar="UNIT", help=say(zh="snapshot 的范围", en="where a snapshot may end things")
    ),
]
Yes = Annotated[
    bool,
    typer.Option(
        "--yes",
        help=say(zh="snapshot 可结束超过十分之一", en="a snapshot may end more than a tenth of its scope"),
    ),
]
Marked = Annotated[
    Path | None,
    typer.Option(
        "--findings",
        metavar="FILE.xlsx",
        help=say(
            zh="把问题标在名册的副本上:有错的格子着色、加批注",
            en="a copy of the roster with its findings coloured and commented",
        ),
    ),
]
Mapping = Annotated[
    Path | None,
    typer.Option(
        "--mapping",
        metavar="FILE.yaml",
        help=say(zh="映射文件(见 orgraph recognise --save)", en="a mapping file (orgraph recognise --save)"),
    ),
]
Note = Annotated[
    str, typer.Option("--note", metavar="TEXT", help=say(zh="写入历史的说明", en="a note for the history"))
]


@common("store", "on", "lang", "json")
def import_(
    asked: Asked,
    files: Files,
    *,
    mode: Mode = "update",
    dry_run: DryRun = False,
    skip_rows: SkipRows = False,
    scope: Scope = None,
    yes: Yes = False,
    findings: Marked = None,
    mapping: Mapping = None,
    note: Note = "",
) -> None:
    """Do as `orgraph.read_rosters` does, tell what was found, and apply the changes.

    The files are being read while what the rest needs is still being loaded.
    """
    from orgraph.cli.progress import progress
    from orgraph.model.side_by_side import meanwhile
    from orgraph.roster.options import Options
    from orgraph.roster.reading.files import read_files
    from orgraph.store import look

    look(asked.store)
    if findings is not None and findings.exists():
        raise OrgraphError(
            say(
                zh=f"{findings} 已经存在,不会覆盖,里面可能有改正过的内容:换一个文件名",
                en=f"{findings} exists, may hold corrections and is not overwritten: name another file",
            )
        )
    options = Options(asked.day, mode, scope, skip_rows, yes, mapping)
    with ExitStack() as opened:
        with progress() as told, meanwhile(lambda: read_files(files, progress=told)) as being_read:
            import orgraph
            from orgraph.roster.importing import drafted

            store = opened.enter_context(orgraph.open(asked.store))
            draft = drafted(being_read, store, options, told)
        marked = () if findings is None else orgraph.mark_findings(files, draft, findings)
        tell(draft, asked, full=dry_run)
        if findings is not None:
            tell_marked(marked)
        if not (draft.ok and draft.rows_in):
            raise typer.Exit(1)
        if not dry_run:
            apply(draft, store, note)


def tell(draft: Draft, asked: Asked, *, full: bool) -> None:
    """Print sheets, findings, rows and changes; with ``--json`` the findings alone."""
    import polars as pl

    from orgraph.cli.tables import print_line, print_plain, print_table

    if asked.json:
        print_plain(draft.findings, as_json=True)
        return
    titles = {name: roster.titles[0] for name, roster in draft.structures.rosters.items()}
    sheets = draft.sheets.drop("score").with_columns(pl.col("roster").replace(titles))
    print_table(named(sheets), title=say(zh="读到的工作表", en="Sheets"))
    if draft.findings.height:
        print_table(named(grouped(draft.findings)), title=say(zh="发现的问题", en="Findings"))
    rows_in, used, refused = (f"{n:,}" for n in (draft.rows_in, draft.rows_used, draft.rows_refused))
    print_line(
        say(
            zh=f"读入 {rows_in} 行 = 采用 {used} + 拒绝 {refused}",
            en=f"rows in {rows_in} = used {used} + refused {refused}",
        )
    )
    if not draft.rows_in:
        print_line(say(zh="没有读到任何一行", en="No row was found"))
    elif draft.ok:
        print_changes(draft.changes, full=full)
    else:
        print_line(say(zh="有错误,全部没有导入", en="There are errors: nothing was imported"))


def tell_marked(written: Sequence[Path]) -> None:
    """Say on stderr where the findings are marked."""
    if written:
        names = "、".join(map(str, written))
        typer.echo(say(zh=f"问题已标在 {names}", en=f"findings are marked in {names}"), err=True)
    else:
        typer.echo(
            say(zh="没有错误和警告,没有可标的", en="neither error nor warning: nothing to mark"), err=True
        )


def print_changes(changes: Changes, *, full: bool) -> None:
    """Print what changes, counted by table and kind of change; `full`: every unit, tie and figure, too.

    People and their posts are counted only: not all of them may be named.
    """
    import polars as pl

    from orgraph.cli.tables import print_table
    from orgraph.model.telling import counted, summary

    counts = counted(changes)
    if not counts.height:
        return
    print_table(counts, title=say(zh="变化", en="Changes"))
    if full:
        listed = summary(changes).filter(~pl.col("table").is_in(["people", "memberships"]))
        print_table(listed.select("what", "table", "name", "before", "after", "id"))


def named(frame: pl.DataFrame) -> pl.DataFrame:
    """Files by their names alone, which people know them by, where that tells them apart."""
    names = frame["file"].str.split("/").list.last()
    if names.n_unique() < frame["file"].n_unique():
        return frame
    return frame.with_columns(names.alias("file"))


def grouped(found: pl.DataFrame) -> pl.DataFrame:
    """Findings as they are while they are few; else one row per code and column, with the first example."""
    import polars as pl

    if found.height <= FEW:
        return found
    alike = ["severity", "code", "file", "sheet", "column"]
    return found.group_by(alike, maintain_order=True).agg(
        pl.len().alias("count"),
        pl.col("row").drop_nulls().head(5).alias("rows"),
        *(pl.col(c).first() for c in ("value", "expected", "advice")),
    )


def apply(draft: Draft, store: Store, note: str) -> None:
    """Make the changes as one revision."""
    from orgraph.cli.progress import working

    if draft.changes.is_empty:
        typer.echo(
            say(zh=f"没有变化,仍是第 {store.revision} 版", en=f"no change: still revision {store.revision}"),
            err=True,
        )
        return
    with working(say(zh="写入", en="writing")):
        made = store.apply(draft.changes, note=note, expect=draft.base_revision)
    typer.echo(say(zh=f"已导入,现为第 {made} 版", en=f"imported: revision {made}"), err=True)
