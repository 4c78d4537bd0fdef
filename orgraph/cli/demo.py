"""``orgraph demo``: Jiaxing, Honghe and Gaozhao from bundled rosters to answers, page and workbook."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say

if TYPE_CHECKING:
    from orgraph.cli.example import Rosters
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
SHOWN = ("honghe", "gaozhao")
"""The examples that are shown where none is asked for, in one store."""

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
One = Annotated[
    str | None,
    typer.Option(
        "--example",
        metavar="NAME",
        help=say(
            zh="另一个示例(如 pinghu):建库,逐条核对公布的数字,出图",
            en="another example, as pinghu: its store, its page, and each published figure checked",
        ),
    ),
]


@common("lang")
def demo(_: Asked, folder: Folder = Path("orgraph-demo"), *, example: One = None) -> None:
    """Build the store, print the answers, write the page and the workbook."""
    folder.mkdir(parents=True, exist_ok=True)
    if example is None:
        _towns(folder)
    else:
        _figures(folder, example)


def _towns(folder: Path) -> None:
    """The two towns that the README speaks of."""
    import orgraph
    from orgraph.cli.workbooks import write_gaps

    org = build(SHOWN, folder / "org.duckdb")
    answers(org)
    write_gaps(folder / "gaps.xlsx", org, GAPS)
    orgraph.map(org, folder / "map.html")
    _what_next(folder)


def _figures(folder: Path, name: str) -> None:
    """One example: each published figure beside what its command prints; exit code 1 where one is missed."""
    import polars as pl

    import orgraph
    from orgraph.cli import example as examples
    from orgraph.cli.tables import day_line, print_line, print_table

    asked, store = examples.example(name), folder / "org.duckdb"
    org = build((name,), store)
    rows = []
    for figure in examples.figures(name):
        found = figure.look_up(examples.ask(figure.arguments(asked.on), store))
        published = f"{figure.op} {figure.value:,.12g}"
        rows.append((figure.label, published, f"{found:,.12g}", figure.holds(found), figure.command))
    table = pl.DataFrame(rows, schema=["figure", "published", "found", "holds", "command"], orient="row")
    print_table(table, title=say(zh="公布的数字", en="Published figures"), structures=org.structures)
    print_line(day_line(org), dim=True)
    orgraph.map(
        org, folder / "map.html", under=asked.page.under, tree=asked.page.tree, colour=asked.page.colour
    )
    typer.echo(
        say(zh=f"已写入 {folder}:map.html、org.duckdb", en=f"written to {folder}: map.html, org.duckdb")
    )
    if not table["holds"].all():
        raise typer.Exit(1)


def build(names: tuple[str, ...], path: Path) -> Org:
    """Some examples in one new store, shown on the day they are asked for.

    Raises
    ------
    UnknownName
        There is no such example.
    """
    from orgraph.cli.example import example

    wanted = [example(name) for name in names]
    imports = {tuple(one.files): one for w in wanted for one in w.imports}
    with fresh(path, dict.fromkeys(s for w in wanted for s in w.structures)) as store:
        for rosters in imports.values():
            _import(store, rosters)
        return store.read(on=wanted[0].on)


def fresh(path: Path, structures: Iterable[str]) -> Store:
    """A new store with some structures, in the place of one that an earlier demo made."""
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
    return orgraph.open(path, structure=orgraph.Structures.load(*structures))


def _import(store: Store, rosters: Rosters) -> None:
    import orgraph
    from orgraph.cli.import_ import apply, tell
    from orgraph.cli.progress import progress
    from orgraph.model.bundled import bundled

    paths = [bundled(f"examples/{name}") for name in rosters.files]
    with progress() as told:
        draft = orgraph.read_rosters(paths, into=store, on=rosters.on, progress=told)
    tell(draft, Asked(), full=False)
    if not draft.ok:
        raise typer.Exit(1)
    apply(draft, store, f"{NOTE}: {rosters.files[0].split('/')[0]}")


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
