"""Reading Parquet: its columns are known, its values become the texts that a spreadsheet would show."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orgraph.model import findings
from orgraph.model.glossary import say
from orgraph.roster.reading import remarks as said
from orgraph.roster.reading.grid import Sheet, UnreadableError, tidy_cells, too_large


def read_parquet(path: Path, file: str) -> tuple[list[Sheet], pl.DataFrame]:
    """The one sheet of a Parquet file; its first row holds the names of the columns.

    Raises
    ------
    UnreadableError
        The file is damaged, or a column holds lists, structures or bytes.
    """
    try:
        lazy = pl.scan_parquet(path, glob=False)
        height = int(lazy.select(pl.len()).collect().item())  # told by the footer
        if large := too_large(height, len(lazy.collect_schema())):
            raise large
        frame = lazy.collect()
    except (pl.exceptions.PolarsError, OSError) as error:
        first = (str(error).splitlines() or [""])[0][:120]
        raise UnreadableError(
            say(
                zh=f"Parquet 文件已损坏({first})。请重新导出",
                en=f"the Parquet file is damaged ({first}). Export it again",
            )
        ) from error
    odd = [n for n, t in frame.schema.items() if t.is_nested() or t in (pl.Binary, pl.Object)]
    if odd:
        raise UnreadableError(
            say(
                zh=f"列 {'、'.join(odd)} 不是简单的值。请改为文本再导出",
                en=f"columns {', '.join(odd)} hold no simple values. Export them as text",
            )
        )
    if not frame.height:
        return [], said.empty_sheets(file, [""], alone=True)
    texts = frame.select(_text(pl.col(n), t).alias(f"c{i}") for i, (n, t) in enumerate(frame.schema.items()))
    names = pl.DataFrame([[n] for n in frame.columns], schema=texts.schema)
    return [
        Sheet(file=file, name="", cells=tidy_cells(pl.concat([names, texts])), header=True)
    ], findings.empty()


def _text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """A column as text: whole numbers without a point, midnights as days, truth as 真 and 假."""
    if dtype == pl.Boolean:
        return pl.when(column).then(pl.lit("真")).when(~column).then(pl.lit("假"))
    text = column.cast(pl.String)
    if dtype.is_float():
        whole = (column == column.floor()) & (column.abs() < 2**53)
        return (
            pl.when(whole)
            .then(column.cast(pl.Int64, strict=False).cast(pl.String))
            .when(column.is_finite())
            .then(text)
        )
    if isinstance(dtype, pl.Datetime):
        return column.dt.strftime("%Y-%m-%d %H:%M:%S").str.strip_suffix(" 00:00:00")
    return text
