"""``orgraph check``: where the norms of structures are broken, on the screen or as a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from orgraph.cli.options import READING, Asked, People, Under, check_ending, common
from orgraph.model.glossary import say

if TYPE_CHECKING:
    import polars as pl

MORE = say(
    zh="按架构的规则逐个判定单位和人,并查应配职务的空缺(vacant-post)和上下级(wrong-parent-kind、no-parent);"
    "当日尚未施行的规则不判。有“错误”级的违反时退出码为 1。",
    en="Judges units and people by the norms of their structures, and looks for vacant posts (vacant-post) "
    "and wrong places (wrong-parent-kind, no-parent); a norm not yet in force judges nobody. Exit code 1 "
    "where a breach is an error.",
)

Norms = Annotated[
    list[str] | None,
    typer.Argument(metavar="NORM", help=say(zh="规则(默认全部)", en="these norms (default: all)")),
]
Severity = Annotated[
    Literal["error", "warning", "info"],
    typer.Option(
        "--severity",
        metavar="error|warning|info",
        help=say(zh="只列这一级及更重的", en="at least this severe"),
    ),
]
Totals = Annotated[
    bool, typer.Option("--totals", help=say(zh="逐条规则的数目", en="how many, norm by norm, instead"))
]
Output = Annotated[
    Path | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help=say(zh="写成 .xlsx 或 .csv 文件", en="write to an .xlsx or .csv file"),
    ),
]

SHOWN = ("severity", "norm", "kind", "path", "found", "expected", "source", "mend")
"""Columns of a breach that a table for people has room for."""


@common(*READING)
def check(
    asked: Asked,
    norms: Norms = None,
    *,
    under: Under = None,
    severity: Severity = "info",
    people: People = False,
    totals: Totals = False,
    output: Output = None,
) -> None:
    """Print what `orgraph.check` finds, or write it to a file."""
    from orgraph.metrics.check import checked

    if output is not None:
        check_ending(output, say(zh=".xlsx 或 .csv", en=".xlsx or .csv"), ".xlsx", ".csv")
    found, counted = checked(asked.org, norms or None, under=under, severity=severity, people=people)
    for_programs = asked.json or asked.csv
    if output is not None:
        _written(output, asked, found, counted)
    if for_programs or totals or output is None:
        if totals:
            shown = counted if for_programs else counted.drop("label")
            title = say(zh="逐条规则", en="Norm by norm")
        else:
            shown, title = found if for_programs else _for_people(found), say(zh="违反", en="Breaches")
        asked.answer(shown, title=title, note=summary(counted, found))
    if "error" in found["severity"]:
        raise typer.Exit(1)


def summary(totals: pl.DataFrame, found: pl.DataFrame) -> str:
    """How much was judged, and how many breaches there are, in one line."""
    import polars as pl

    norms, every = totals.filter(pl.col("norm").is_not_null()), totals.row(-1, named=True)
    used = norms.filter(pl.col("units") + pl.col("people") > 0)
    if used.is_empty():
        return say(zh="没有判定任何单位或人:", en="nothing was judged: ") + _why(norms)
    many = dict(found["severity"].value_counts().rows())
    words = {
        "error": say(zh="错误", en="errors"),
        "warning": say(zh="警告", en="warnings"),
        "info": say(zh="提示", en="notes"),
    }
    parts = say(zh="、", en=", ").join(f"{words[s]} {many[s]:,}" for s in words if s in many)
    rules, units, people = (f"{n:,}" for n in (used["norm"].n_unique(), every["units"], every["people"]))
    said = say(
        zh=f"判定 {rules} 条规则、{units} 个单位、{people} 人:违反 {found.height:,} 处",
        en=f"{rules} norms, {units} units and {people} people judged: {found.height:,} breaches",
    )
    return said + (f" ({parts})" if parts else "")


def _why(norms: pl.DataFrame) -> str:
    if norms.is_empty():
        return say(zh="架构里没有这一级的规则", en="the structures state no norm of this severity")
    reasons = norms["reason"].drop_nulls().unique(maintain_order=True)
    return say(zh=";", en="; ").join(reasons) or say(zh="没有适用的对象", en="nobody that they apply to")


def _for_people(found: pl.DataFrame) -> pl.DataFrame:
    import polars as pl

    path = pl.when(pl.col("kind") == "people").then(pl.concat_str(_who(), "path", separator=" · "))
    shown = found.with_columns(path.otherwise("path").alias("path")).select(SHOWN)
    return shown.select(c for c in shown.columns if c in SHOWN[:-1] or shown[c].count())


def _who() -> pl.Expr:
    import polars as pl

    return pl.coalesce("name", "id")


def _written(path: Path, asked: Asked, found: pl.DataFrame, totals: pl.DataFrame) -> None:
    from orgraph.cli.tables import day_line
    from orgraph.cli.values import headings_of, labelled
    from orgraph.exchange import write_csv, write_workbook

    structures, heading = asked.org.structures, headings_of(asked.org.structures)
    sheets = {
        say(zh="违反", en="breaches"): labelled(found.drop("norm"), structures),
        say(zh="逐条规则", en="norm by norm"): labelled(totals.drop("norm"), structures),
    }
    said = say(zh=f"{found.height:,} 行", en=f"{found.height:,} rows")
    if path.suffix.lower() == ".csv":
        write_csv(path, found)
    else:
        notes = {name: [day_line(asked.org), summary(totals, found)] for name in sheets}
        write_workbook(path, sheets, titles={n: n for n in sheets}, notes=notes, headings=heading)
    typer.echo(say(zh=f"已写入 {path}:{said}", en=f"{path}: {said}"), err=True)
