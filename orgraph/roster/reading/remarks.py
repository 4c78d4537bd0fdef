"""What can be said of a sheet while it is read: stray cells, formulas without a value, what is hidden."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from orgraph.model import findings
from orgraph.model.glossary import say
from orgraph.roster.reading.grid import Ints, Range, Sheet, column_letters, is_own_page

FEW = 20
"""Stray cells past which leaving them out might lose a table: then it is an error."""

MOST_FAR = 100
"""Stray cells that are named one by one."""


def empty_sheets(file: str, names: Sequence[str], *, alone: bool) -> pl.DataFrame:
    """``empty-sheet``: an error where the file holds nothing else, else in passing."""
    return findings.table(
        {
            "severity": "error" if alone else "info",
            "code": "empty-sheet",
            "file": file,
            "sheet": name,
            "expected": say(zh="有内容的表", en="a sheet with cells in it"),
            "advice": say(zh="填写,或删去这个表", en="fill it in, or delete the sheet"),
        }
        for name in names
    )


def hidden_parts(sheet: Sheet) -> pl.DataFrame:
    """``hidden-sheet`` and ``hidden-rows``: they are read like all others, and the clerk is told."""
    if is_own_page(sheet):
        return findings.empty()
    rows: list[dict[str, object]] = []
    read = say(zh="已照常读取;不要的请删除", en="read like the rest; delete what is not meant")
    place = {"severity": "info", "file": sheet.file, "sheet": sheet.name, "advice": read}
    if sheet.hidden:
        rows.append({**place, "code": "hidden-sheet", "expected": say(zh="可见的表", en="a sheet in sight")})
    if sheet.hidden_rows:
        value, seen = runs(sheet.hidden_rows), say(zh="可见的行", en="rows in sight")
        rows.append(
            {**place, "code": "hidden-rows", "row": sheet.hidden_rows[0], "value": value, "expected": seen}
        )
    return findings.table(rows)


def far_cells(
    file: str, sheet: str, cells: Sequence[tuple[int, int, str]], count: int, core: Range
) -> pl.DataFrame:
    """``far-cell``: cells left out because they stand far from the table."""
    top, left, bottom, right = core
    extent = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
    shown = [(r, c, text) for r, c, text in cells if text.strip()]
    rest = count - len(cells)
    more = say(zh=f";另有 {rest:,} 个", en=f"; {rest:,} more") if rest > 0 else ""
    return findings.table(
        {
            "severity": "error" if count > FEW else "warning",
            "code": "far-cell",
            "file": file,
            "sheet": sheet,
            "row": row,
            "column": column_letters(column),
            "value": text,
            "expected": say(zh=f"表在 {extent} 之内", en=f"a table within {extent}"),
            "advice": say(zh="没有读取;删去它,或移到表里", en="not read; delete it or move it into the table")
            + more,
        }
        for row, column, text in shown
    )


def scattered(file: str, sheet: str, extent: Range) -> pl.DataFrame:
    """``scattered-cells``: a sheet with so few cells over so large an area is no table."""
    top, left, bottom, right = extent
    return findings.table(
        [
            {
                "severity": "error",
                "code": "scattered-cells",
                "file": file,
                "sheet": sheet,
                "value": f"{column_letters(left)}{top}:{column_letters(right)}{bottom}",
                "expected": say(zh="连成一片的表", en="a table in one piece"),
                "advice": say(zh="没有读取;删去远处的内容", en="not read; delete what stands far off"),
            }
        ]
    )


def without_value(file: str, sheet: str, cells: Ints) -> pl.DataFrame:
    """``formula-without-value``: the program that wrote the file did not keep what the formula gives."""
    return _cells(
        file,
        sheet,
        "formula-without-value",
        pl.DataFrame({"row": cells[:, 0], "column": _letters(cells[:, 1])}),
        say(zh="公式的计算结果", en="the value of the formula"),
        say(
            zh="用 Excel 或 WPS 打开并保存一次,公式会算出结果",
            en="open and save the file in Excel or WPS, which works the formula out",
        ),
    )


def error_values(file: str, sheet: str, cells: Sequence[tuple[int, int, str]]) -> pl.DataFrame:
    """``error-value``: cells that show #N/A and the like; they count as blank."""
    rows, columns, texts = zip(*cells, strict=True) if cells else ((), (), ())
    frame = pl.DataFrame(
        {
            "row": pl.Series(rows, dtype=pl.Int64),
            "column": _letters(np.array(columns, np.int64)),
            "value": pl.Series(texts, dtype=pl.String),
        }
    )
    expected = say(zh="一个值", en="a value")
    advice = say(
        zh="改正公式,或直接填写;现按空白处理", en="mend the formula or type the value; taken as blank"
    )
    return _cells(file, sheet, "error-value", frame, expected, advice)


def runs(numbers: Sequence[int], most: int = 10) -> str:
    """Numbers as runs.

    Examples
    --------
    >>> runs([3, 5, 6, 7, 9])
    '3、5-7、9'
    """
    array = np.asarray(numbers)
    starts = np.flatnonzero(np.diff(array, prepend=array[0] - 2) > 1)
    ends = np.append(starts[1:], len(array)) - 1
    pairs = [(int(array[s]), int(array[e])) for s, e in zip(starts[:most], ends[:most], strict=True)]
    return "、".join(str(a) if a == b else f"{a}-{b}" for a, b in pairs) + (
        "……" if len(starts) > most else ""
    )


def bad_characters(file: str, cells: pl.DataFrame) -> pl.DataFrame:
    """``bad-characters``: cells of a text file whose bytes are no text in the encoding of the rest."""
    found = [
        _cells(
            file,
            "",
            "bad-characters",
            cells.select(
                pl.int_range(1, pl.len() + 1).alias("row"), pl.lit(column_letters(i)).alias("column"), value=c
            ).filter(pl.col("value").str.contains("\ufffd", literal=True)),
            say(zh="编码正确的文字", en="text in one encoding"),
            say(
                zh="用记事本打开,改正 � 处,另存为 UTF-8",
                en="open the file in an editor, mend what shows as � and save it as UTF-8",
            ),
            severity="error",
        )
        for i, c in enumerate(cells.columns, start=1)
    ]
    return findings.concat(found)


def long_records(file: str, records: Sequence[int], widths: Sequence[int], width: int) -> pl.DataFrame:
    """``long-row``: records of a text file with far more cells than all the others."""
    return findings.table(
        {
            "severity": "error",
            "code": "long-row",
            "file": file,
            "sheet": "",
            "row": record,
            "value": str(found),
            "expected": say(zh=f"至多 {width} 格", en=f"{width} cells at most"),
            "advice": say(zh="删去多余的分隔符", en="delete the separators that are too many"),
        }
        for record, found in zip(records, widths, strict=True)
    )


def _letters(columns: Ints) -> pl.Series:
    different = np.unique(columns)
    names = pl.Series([column_letters(int(c)) for c in different], dtype=pl.String)
    return names.gather(np.searchsorted(different, columns))


def _cells(  # noqa: PLR0913  (a finding has as many parts)
    file: str,
    sheet: str,
    code: str,
    frame: pl.DataFrame,
    expected: str,
    advice: str,
    *,
    severity: str = "warning",
) -> pl.DataFrame:
    """One finding for each row of `frame`: row, column and, where it has one, value."""
    columns: dict[str, str | pl.Expr] = {c: pl.col(c) for c in frame.columns}
    return findings.from_frame(
        frame,
        severity=severity,
        code=code,
        expected=expected,
        advice=advice,
        file=file,
        sheet=sheet,
        **columns,
    )
