"""``orgraph demo``: Jiaxing, Honghe and Gaozhao from bundled rosters to answers, page and workbook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say

if TYPE_CHECKING:
    from orgraph.model.tables import Org
    from orgraph.store import Store

MORE = say(
    zh="区划为国家统计局 2023 版,此处视为自 2022-01-01 起成立;名册截至 2022-04-30,人名电话均为虚构。"
    "可在同一文件夹重复运行。",
    en="The divisions are the 2023 edition, taken to stand from 2022-01-01; the rosters are of 2022-04-30, "
    "people and phones invented. It can be run again in the same folder.",
)

NOTE = "orgraph demo"
"""Opens the note of each revision that the demo makes: a store with others in it is somebody's own."""

DAY = "2022-04-30"
STRUCTURES = ("divisions", "honghe", "gaozhao")

ROSTERS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("divisions/divisions-jiaxing.csv",), "2022-01-01"),
    (("honghe/party-and-estates.xlsx", "honghe/new-residents.xlsx", "honghe/service-and-teams.xlsx"), DAY),
    (("gaozhao/estate-and-grids.xlsx", "gaozhao/nets-and-duties.xlsx"), DAY),
)
"""Bundled files, and the day they show where they do not say it themselves."""

HONGHE, GAOZHAO = "330411106", "330411005"
HONGHE_PARTY, NEWCOMERS, GAOQIAO_PARTY = "洪合镇党委", "洪合镇新居民党委", "高桥社区党委"

INDICATORS = (
    ("estates_with_home_branch", HONGHE),
    ("estates_with_home_branch", GAOZHAO),
    ("micro_grids_led", HONGHE),
    ("micro_grids_led", GAOZHAO),
    ("members_taking_part", NEWCOMERS),
    ("joint_duties_staffed", GAOQIAO_PARTY),
    ("nets_laid", GAOQIAO_PARTY),
)
"""What coverage is asked for, and of which unit."""

GAPS = ("estates_with_home_branch", "micro_grids_led", "joint_duties_staffed", "nets_laid")

REACHED = ((NEWCOMERS, "origin"), ("高桥花园", "territory"))
"""From where reach is asked, and down which tree."""

Folder = Annotated[
    Path,
    typer.Argument(
        metavar="[DIR]", help=say(zh="写到哪个文件夹", en="where to write"), show_default="orgraph-demo"
    ),
]


@common("lang")
def demo(_: Asked, folder: Folder = Path("orgraph-demo")) -> None:
    """Build the store, print the answers, write the page and the workbook."""
    import orgraph
    from orgraph.cli.workbooks import write_gaps

    folder.mkdir(parents=True, exist_ok=True)
    with fresh(folder / "org.duckdb") as store:
        for files, on in ROSTERS:
            _import(store, files, on)
        org = store.read(on=DAY)
    answers(org)
    write_gaps(folder / "gaps.xlsx", org, GAPS)
    orgraph.map(org, folder / "map.html")
    _what_next(folder)


def fresh(path: Path) -> Store:
    """A new store with the structures of the demo, in the place of one that an earlier demo made."""
    import polars as pl

    import orgraph
    from orgraph.model.errors import StoreError

    if path.exists():
        with orgraph.open(path) as old:
            made = old.history().filter((pl.col("revision") > 1) & (pl.col("deed") != "undo"))
        if not made["note"].str.starts_with(NOTE).all():
            raise StoreError(
                say(
                    zh=f"{path} 里有别的数据,示例不会覆盖它。请换一个文件夹:orgraph demo DIR",
                    en=f"{path} holds other data and stays. Choose another folder: orgraph demo DIR",
                )
            )
        path.unlink()
        path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    return orgraph.open(path, structure=orgraph.Structures.load(*STRUCTURES))


def _import(store: Store, files: tuple[str, ...], on: str) -> None:
    import orgraph
    from orgraph.cli.import_ import apply, tell
    from orgraph.cli.progress import progress
    from orgraph.model.bundled import bundled

    paths = [bundled(f"examples/{name}") for name in files]
    with progress() as told:
        draft = orgraph.read_rosters(paths, into=store, on=on, progress=told)
    tell(draft, Asked(), store.structures, full=False)
    if not draft.ok:
        raise typer.Exit(1)
    apply(draft, store, f"{NOTE}: {files[0].split('/')[0]}")


def answers(org: Org) -> None:
    """Print what the published figures are about: span, coverage, gaps and reach."""
    import polars as pl

    import orgraph
    from orgraph.cli.tables import day_line, print_line, print_table
    from orgraph.metrics.reach import reach_totals

    span = orgraph.span(org, tree="party", under=HONGHE_PARTY, by="kind")
    rates = pl.concat([orgraph.coverage(org, name, under=under) for name, under in INDICATORS])
    gaps = [orgraph.gaps(org, name).with_columns(label=pl.lit(_label(org, name))) for name in GAPS]
    sums = [
        reach_totals(org, source, along=[tree])
        .filter(pl.col("reached") > 0)
        .with_columns(source=pl.lit(source))
        for source, tree in REACHED
    ]
    tables = {
        say(zh="管理幅度:洪合镇党组织,逐类", en="Span of control: the party chain of Honghe, kind by kind"): (
            span.select("kind", "units", "with_children", "mean", "min", "max")
        ),
        say(zh="覆盖率", en="Coverage"): rates.select(
            "name", "label", "numerator", "denominator", "rate", "reason"
        ),
        say(zh="空白点", en="Gaps"): pl.concat(gaps, how="diagonal").select("label", "path"),
        say(zh="到达:沿树向下的合计", en="Reach: sums down a tree"): (
            pl.concat(sums).select("source", "item", "kind", "reached", "completeness")
        ),
    }
    for title, table in tables.items():
        print_table(table, title=title, structures=org.structures)
    print_line(day_line(org), dim=True)


def _label(org: Org, indicator: str) -> str:
    return next(iter(org.structures.indicator(indicator).values())).label.text


def _what_next(folder: Path) -> None:
    store = folder / "org.duckdb"
    typer.echo(
        say(
            zh=f"""
已写入 {folder}:
  map.html    双击打开,不需要网络
  gaps.xlsx   空白点
  org.duckdb  数据库

接着试试:
  orgraph coverage estates_with_home_branch --on {DAY} --store {store}""",
            en=f"""
Written to {folder}:
  map.html    double-click it; it needs no network
  gaps.xlsx   the blank spots
  org.duckdb  the store

Try next:
  orgraph coverage estates_with_home_branch --on {DAY} --store {store}""",
        )
    )
