"""Results on the screen: rich tables for people, JSON and CSV for programs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from orgraph.cli.values import cell, harmless, headings_of, labels_of
from orgraph.model.glossary import say

if TYPE_CHECKING:
    import polars as pl
    from rich.console import Console

    from orgraph.cli.options import Asked
    from orgraph.model.structure import Structures
    from orgraph.model.tables import Org

MOST = 200
"""Rows a table for people shows; JSON and CSV have all."""


def console(*, err: bool = False) -> Console:
    """A console; what goes into a file or pipe is not folded at 80 columns."""
    from rich.console import Console

    made = Console(stderr=err, highlight=False, markup=False, emoji=False)
    if not made.is_terminal:
        made.width = 200
    return made


def print_answer(
    frame: pl.DataFrame, asked: Asked, *, title: str, org: Org | None = None, note: str = ""
) -> None:
    """Print a result as asked: JSON, CSV, or a table for people with its day and revision under it."""
    if asked.json or asked.csv:
        print_plain(frame, as_json=asked.json)
        return
    print_table(frame, title=title, structures=org.structures if org else None)
    for line in (note, day_line(org) if org else ""):
        print_line(line, dim=True)


def print_plain(frame: pl.DataFrame, *, as_json: bool) -> None:
    """Print a table as JSON or CSV, in UTF-8 whatever the system's locale is."""
    from orgraph.exchange import to_csv, to_json

    sys.stdout.flush()
    sys.stdout.buffer.write((to_json(frame) if as_json else to_csv(frame)).encode())
    sys.stdout.buffer.flush()


def print_table(
    frame: pl.DataFrame, *, title: str = "", structures: Structures | None = None, err: bool = False
) -> None:
    """Print a table for people: headings from the glossary, numbers right-aligned, nulls as a dash."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    made = Table(title=Text(harmless(title)) if title else None, box=box.SIMPLE_HEAD, title_justify="left")
    heading = headings_of(structures)
    for column, dtype in frame.schema.items():
        right = dtype.is_numeric()
        made.add_column(
            Text(heading(column)), justify="right" if right else "left", no_wrap=right, overflow="fold"
        )
    labels, screen = labels_of(structures), console(err=err)
    columns = [[cell(c, value, labels) for value in frame[c].head(MOST).to_list()] for c in frame.columns]
    if _unfolded([[heading(c), *cells] for c, cells in zip(frame.columns, columns, strict=True)], screen):
        columns = [
            ["\n".join(cells)] for cells in columns if cells
        ]  # one row of many lines: it looks the same
    for cells in zip(*columns, strict=True):
        made.add_row(*map(Text, cells))
    screen.print(made)
    if frame.height > MOST:
        more = f"{frame.height - MOST:,}"
        print_line(
            say(zh=f"……还有 {more} 行,用 --json 或 --csv 看全部", en=f"… {more} more: --json or --csv")
        )


def _unfolded(columns: list[list[str]], screen: Console) -> bool:
    """Whether every text of some columns has room beside the others on one line."""
    from rich.cells import cell_len

    return sum(max(map(cell_len, texts)) + 3 for texts in columns) < screen.width


def print_line(text: str, *, dim: bool = False) -> None:
    """Print a line of a result for people; nothing where there is none to print."""
    if text:
        console().print(harmless(text), style="dim" if dim else None)


def day_line(org: Org) -> str:
    """The day and the revision that a result stands on."""
    return say(
        zh=f"所用日期 {org.on or '全部'} · 第 {org.revision} 版",
        en=f"on {org.on or 'all days'} · revision {org.revision}",
    )
