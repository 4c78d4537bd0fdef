"""Findings in sheets too large to edit: the same cells in a new workbook, wrong rows coloured and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from orgraph.exchange.cells import fit_for_sheet
from orgraph.exchange.marked_summary import COLUMNS, MOST_LISTED, WIDTHS, column_heading, severity_word
from orgraph.exchange.marks import COLOURS, Grid
from orgraph.exchange.pages import not_read, problems_heading, summary_name
from orgraph.exchange.replacing import replacing
from orgraph.exchange.workbook import MOST_COLUMNS, MOST_ROWS, sheet_names
from orgraph.model.errors import OrgraphError
from orgraph.model.glossary import say

if TYPE_CHECKING:
    from rustpy_xlsxwriter import Format

_BLANKS = tuple(" " * i for i in range(1, len(COLUMNS)))
"""Names of the columns of the page but for the first: the writer needs them, and nobody sees them."""


def mark_large(grids: Sequence[Grid], target: Path, marks: pl.DataFrame) -> None:
    """Write sheets to a new workbook: every cell where it was, as text, and a last column that tells.

    A row with a finding is coloured whole, and its findings stand in a column behind the others, which
    imports pass over; the last sheet lists all of them with links.

    Parameters
    ----------
    grids
        The sheets.
    target
        The workbook.
    marks
        See `marks.MARKS`; errors first.

    Raises
    ------
    OrgraphError
        A sheet is larger than a workbook takes, or the file cannot be written.
    """
    import rustpy_xlsxwriter as writer

    *shown, last = sheet_names([*(grid.name for grid in grids), "\0" + summary_name()]).values()
    names = dict(zip((grid.name for grid in grids), shown, strict=True))
    by_sheet = {grid.name: marks.filter(pl.col("sheet") == grid.name) for grid in grids}
    tables = [(names[grid.name], _table(grid, by_sheet[grid.name])) for grid in grids]
    listed = _listed(marks, names)
    with replacing(target) as draft:
        writer.write_worksheets(
            [*tables, (last, listed)],
            str(draft),
            row_formats={names[name]: _colours(here) for name, here in by_sheet.items()},
            url_columns={last: [_BLANKS[COLUMNS.index("cell") - 1]]},
            ignore_errors={name: [c for c in table.columns if c] for name, table in tables},
            column_widths={last: [float(w) for w in WIDTHS.values()]},
        )


def _table(grid: Grid, marks: pl.DataFrame) -> pl.DataFrame:
    """The cells of a sheet from A1 on, and the column that tells."""
    above, left = grid.first_row - 1, grid.first_column - 1
    height, width = above + grid.cells.height, left + grid.cells.width
    if height > MOST_ROWS or width >= MOST_COLUMNS:
        raise OrgraphError(
            say(
                zh=f"“{grid.name}”有 {height:,} 行、{width:,} 列,一个工作表放不下,不能标注。请分成几个文件",
                en=f"'{grid.name}' has {height:,} rows and {width:,} columns, more than a sheet takes: "
                "it cannot be marked. Split it into several files",
            )
        )
    blank = pl.Series([None], dtype=pl.String)
    columns = [blank.new_from_index(0, height)] * left
    columns += [blank.new_from_index(0, above).append(fit_for_sheet(c)) for c in grid.cells.iter_columns()]
    return _named([*columns, _told(marks, height)])


def _told(marks: pl.DataFrame, height: int) -> pl.Series:
    """What is to be said of each row; the first says what the column is."""
    texts = marks.filter(pl.col("row") > 1).select(
        "row", told=pl.concat_str("what", pl.format("({})", "column"), separator="", ignore_nulls=True)
    )
    by_row = texts.group_by("row", maintain_order=True).agg(
        pl.col("told").unique(maintain_order=True).str.join(";")
    )
    rows = pl.DataFrame({"row": pl.int_range(1, height + 1, eager=True, dtype=pl.Int64)})
    told = rows.join(by_row, on="row", how="left", maintain_order="left")["told"]
    return fit_for_sheet(told).scatter(0, problems_heading())


def _named(columns: Sequence[pl.Series]) -> pl.DataFrame:
    """A table whose columns are named by their first cells, since the writer needs names, and all different.

    Spaces tell them apart, which nobody sees and imports strip.
    """
    names: list[str] = []
    for column in columns:
        name = str(column[0] or "")
        while name in names:
            name += " "
        names.append(name)
    return pl.DataFrame([c.slice(1).alias(n) for c, n in zip(columns, names, strict=True)])


def _colours(marks: pl.DataFrame) -> dict[int, Format]:
    """Row, from 0, → its format; text, so that an edit keeps leading zeros."""
    from rustpy_xlsxwriter import Format

    forms = {s: Format().set_background_color(f"#{c}").set_num_format("@") for s, c in COLOURS.items()}
    seen = marks.filter(pl.col("severity").is_in(list(COLOURS)), pl.col("row") > 1)
    worst = seen.unique("row", keep="first", maintain_order=True)
    return {row - 1: forms[severity] for row, severity in worst.select("row", "severity").iter_rows()}


def _listed(marks: pl.DataFrame, names: Mapping[str, str]) -> pl.DataFrame:
    """The page of findings: what marks it as one, the headings, a line for each."""
    words = {s: severity_word(s) for s in ("error", "warning", "info")}
    sheet = pl.col("sheet").replace(dict(names)).str.replace_all("'", "''", literal=True)
    cell = pl.coalesce("letter", pl.lit("A")) + pl.col("row").cast(pl.String)
    link = pl.when(pl.col("sheet").is_in(list(names))).then(pl.format("internal:'{}'!{}", sheet, cell))
    lines = marks.head(MOST_LISTED).select(
        pl.col("severity").replace(words), "what", "sheet", link.alias("cell"), *COLUMNS[4:]
    )
    above = [not_read(), *[None] * (len(COLUMNS) - 1)]
    heads = pl.DataFrame(
        [above, [column_heading(c) for c in COLUMNS]], schema=dict.fromkeys(COLUMNS, pl.String), orient="row"
    )
    made = pl.concat([heads, lines], how="vertical_relaxed")
    return made.rename(dict(zip(COLUMNS, (summary_name(), *_BLANKS), strict=True)))
