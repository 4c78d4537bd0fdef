"""Files into raw sheets: the first step from roster to answer.

Whatever a clerk has (.xlsx, .xls, .xlsb, .ods, .et, .csv, .tsv, .parquet, folders of them) becomes a list
of `Sheet`, every cell as text, nothing interpreted and nothing lost.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import polars as pl

from orgraph.model import findings
from orgraph.model.errors import RosterError
from orgraph.model.glossary import say
from orgraph.roster.reading.delimited import read_delimited
from orgraph.roster.reading.formats import Format, expanded, format_of
from orgraph.roster.reading.grid import Sheet, UnreadableError
from orgraph.roster.reading.legacy import Read, read_legacy
from orgraph.roster.reading.parquet import read_parquet
from orgraph.roster.reading.xlsx import read_xlsx

__all__ = ["Progress", "Sheet", "read_files"]

Progress = Callable[[str, int, int], None]
"""Told the stage, the steps done and the steps in all."""


def read_files(
    paths: Sequence[str | Path], *, progress: Progress | None = None
) -> tuple[list[Sheet], pl.DataFrame]:
    """Every sheet with something in it, of every file.

    Parameters
    ----------
    paths
        Files, and folders, which stand for all rosters in them, sorted by name.
    progress
        Told how many bytes of the files are read.

    Returns
    -------
    tuple
        Sheets in the order of files and within them, and findings: ``empty-sheet``, ``hidden-sheet``,
        ``hidden-rows``, ``far-cell``, ``scattered-cells``, ``formula-without-value``, ``error-value``,
        ``bad-characters``, ``long-row``, ``passed-over``. Their `row` and `column` are the spreadsheet's.

    Raises
    ------
    RosterError
        One file or several cannot be read; each is named with what is wrong and what to do.
    MissingExtra
        An old format is among them, and the extra ``xlsx`` is not installed.
    """
    files, others = expanded(paths)
    told = _Told(progress, files)
    results: list[Read | UnreadableError | None] = [None] * len(files)
    formats = [_format(path) for path, _ in files]
    old = [i for i, f in enumerate(formats) if f == "legacy"]
    for i, result in zip(old, read_legacy([files[i] for i in old]), strict=True):
        results[i] = result
        told.finished(i)
    for i, ((path, file), form) in enumerate(zip(files, formats, strict=True)):
        if form == "legacy":
            continue
        results[i] = form if isinstance(form, UnreadableError) else _read(path, file, form, told.of(i))
        told.finished(i)
    return _gathered([file for _, file in files], results, others)


def _format(path: Path) -> Format | UnreadableError:
    try:
        return format_of(path)
    except UnreadableError as error:
        return error
    except OSError as error:
        return _closed(error)


def _read(path: Path, file: str, form: Format, told: Callable[[int], None]) -> Read | UnreadableError:
    try:
        if form == "xlsx":
            return read_xlsx(path, file, told)
        return read_parquet(path, file) if form == "parquet" else read_delimited(path, file)
    except UnreadableError as error:
        return error
    except OSError as error:
        return _closed(error)
    except MemoryError:
        return UnreadableError(
            say(
                zh="内存不够。请把文件分成几个再导入",
                en="memory does not suffice. Split the file into several",
            )
        )


def _closed(error: OSError) -> UnreadableError:
    why = error.strerror or str(error)
    return UnreadableError(
        say(
            zh=f"打不开({why})。请检查权限,或关闭正在使用它的程序",
            en=f"cannot be opened ({why}). Check permissions, or close the program that uses it",
        )
    )


def _gathered(
    names: Sequence[str], results: Sequence[Read | UnreadableError | None], others: Sequence[str]
) -> tuple[list[Sheet], pl.DataFrame]:
    """All sheets and findings; or one error that names every file that cannot be read."""
    failed = [(n, str(r)) for n, r in zip(names, results, strict=True) if isinstance(r, UnreadableError)]
    if failed:
        first, *rest = failed
        raise RosterError(first[0], "\n".join([first[1], *(f"{name}: {why}" for name, why in rest)]))
    sheets: list[Sheet] = []
    found = [_passed_over(others)]
    for result in results:
        if isinstance(result, tuple):
            sheets += result[0]
            found.append(result[1])
    return sheets, findings.concat(found)


def _passed_over(files: Sequence[str]) -> pl.DataFrame:
    """``passed-over``: what else lies in a folder."""
    return findings.table(
        {
            "severity": "info",
            "code": "passed-over",
            "file": file,
            "expected": say(zh="表格文件", en="a table"),
            "advice": say(zh="不是名册,没有读取", en="no roster; not read"),
        }
        for file in files
    )


class _Told:
    """Progress in bytes of the files, whatever share of a file's inside has passed."""

    def __init__(self, progress: Progress | None, files: Sequence[tuple[Path, str]]) -> None:
        self._progress = progress
        self._sizes = [path.stat().st_size if path.exists() else 0 for path, _ in files]
        self._done = 0

    def of(self, number: int) -> Callable[[int], None]:
        """Takes the bytes of XML looked at; about a tenth of that is what the file holds of them."""
        start, size, seen = self._done, self._sizes[number], 0

        def told(more: int) -> None:
            nonlocal seen
            seen += more
            self._tell(start + min(seen // 10, size // 2))  # the second half of the time is the reader's

        return told

    def finished(self, number: int) -> None:
        """A whole file is read."""
        self._done += self._sizes[number]
        self._tell(self._done)

    def _tell(self, done: int) -> None:
        if self._progress is not None:
            self._progress(say(zh="读取文件", en="reading files"), done, sum(self._sizes))
