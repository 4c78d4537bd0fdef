"""Results as workbooks for colleagues."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from orgraph.cli.tables import day_line
from orgraph.cli.values import headings_of, is_share, labelled
from orgraph.model.glossary import say
from orgraph.model.tables import Org


def write_gaps(
    path: Path, org: Org, indicators: Sequence[str], *, under: str | None = None, people: bool = False
) -> int:
    """Write the gaps of indicators, one sheet each, behind a sheet of the rates; returns how many gaps."""
    import polars as pl

    import orgraph
    from orgraph.exchange import write_workbook

    rates = pl.concat([orgraph.coverage(org, name, under=under) for name in indicators])
    names = dict(rates.select("indicator", "label").iter_rows())
    first = say(zh="比率", en="rates")
    gaps = {names.get(name, name): orgraph.gaps(org, name, under=under, people=people) for name in indicators}
    sheets = {first: rates, **gaps}
    write_workbook(
        path,
        {name: labelled(frame, org.structures) for name, frame in sheets.items()},
        titles={name: name for name in sheets},
        notes={
            name: [day_line(org), say(zh=f"{frame.height:,} 行", en=f"{frame.height:,} rows")]
            for name, frame in sheets.items()
        },
        headings=headings_of(org.structures),
        formats={c: "0.0%" for frame in sheets.values() for c in frame.columns if is_share(c)},
    )
    return sum(frame.height for frame in gaps.values())
