"""Tables as plain text: CSV for spreadsheets and pipelines, JSON for programs."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from orgraph.exchange.cells import Headings, flat, guarded, headed
from orgraph.exchange.replacing import replacing


def to_csv(frame: pl.DataFrame, *, headings: Headings = None) -> str:
    r"""Write a table as CSV text: comma, quotes where needed, ISO dates, blanks for what is unknown.

    A text that begins with ``= + - @`` (also full-width, or a tab) gets an apostrophe before it, so
    that no spreadsheet runs it as a formula. Lists are joined by ``、``.

    Parameters
    ----------
    frame
        The table.
    headings
        Column → heading for people; without it the heading row holds the columns' names.

    Returns
    -------
    str
        Lines that end in ``\n``, the heading row first.

    Examples
    --------
    >>> print(to_csv(pl.DataFrame({"name": ["洪合镇", "=1+1"], "span": [3, None]})), end="")
    name,span
    洪合镇,3
    '=1+1,
    """
    names = guarded(pl.DataFrame({"column": headed(frame, headings).columns}, schema={"column": pl.String}))
    table = guarded(flat(frame))
    table.columns = names["column"].to_list()
    return table.write_csv(datetime_format="%Y-%m-%d %H:%M:%S")


def write_csv(
    path: str | Path, frame: pl.DataFrame, *, headings: Headings = None, excel: bool = False
) -> Path:
    """Write a table to a CSV file in UTF-8, whole or not at all.

    Parameters
    ----------
    path
        The file; one that exists is replaced.
    frame
        The table.
    headings
        Column → heading for people; without it the heading row holds the columns' names.
    excel
        Begin with a byte order mark, without which Excel takes Chinese for something else.

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    OrgraphError
        The file cannot be written; what stood there stands there still.
    """
    text = to_csv(frame, headings=headings)
    with replacing(path) as draft:
        draft.write_bytes(text.encode("utf-8-sig" if excel else "utf-8"))
    return Path(path)


def to_json(frame: pl.DataFrame) -> str:
    r"""Write a table as a JSON array of objects, one row a line; keys are the columns' names.

    Dates and time stamps are ISO 8601 texts, what is unknown or not a number is ``null``, Chinese
    stays Chinese.

    Parameters
    ----------
    frame
        The table.

    Returns
    -------
    str
        Valid JSON that ends in ``\n``.

    Examples
    --------
    >>> from datetime import date
    >>> table = pl.DataFrame({"name": ["洪合镇"], "since": [date(2022, 4, 30)], "until": [None]})
    >>> print(to_json(table), end="")
    [
    {"name":"洪合镇","since":"2022-04-30","until":null}
    ]
    """
    if frame.is_empty():
        return "[]\n"
    # Polars writes a space between day and hour, ISO 8601 a T.
    rows = frame.with_columns(pl.col(pl.Datetime, pl.Duration).dt.to_string("iso:strict"))
    lines = rows.write_ndjson().rstrip("\n")
    return "[\n" + lines.replace("\n", ",\n") + "\n]\n"
