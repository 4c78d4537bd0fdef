"""`mark_findings`: what an import found, shown to the clerk in the clerk's own workbook."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from pathlib import Path

import polars as pl

from orgraph.exchange.marks import MARKS, Grid
from orgraph.exchange.pages import PROBLEMS
from orgraph.model.errors import MissingExtra, OrgraphError
from orgraph.model.finding_words import finding_word
from orgraph.model.glossary import say
from orgraph.roster.draft import Draft
from orgraph.roster.reading.files import read_files
from orgraph.roster.reading.formats import expanded, format_of
from orgraph.roster.reading.grid import Sheet, is_own_page

MOST_ROWS = 50_000
"""Rows of a file that is edited in place; openpyxl needs about a second for 5,000."""

MOST_XML = 150 << 20
"""Bytes of the sheets of such a file: a million coloured blank cells are no rows, and cost as much."""

_LETTERS = r"^[A-Z]{1,3}$"
_ENDINGS = (".xlsx", ".xlsm")
_WRITER = re.compile(rb"<cp:lastModifiedBy>([^<]*)</cp:lastModifiedBy>")
_TIMES = re.compile(rb"<dcterms:(?:created|modified)[^>]*>([^<]*)<")


def mark_findings(
    paths: str | Path | Iterable[str | Path], draft: Draft, output: str | Path
) -> tuple[Path, ...]:
    """Write the rosters back with what was found marked in them; the files themselves stay as they are.

    In a workbook (.xlsx) of up to 50,000 rows the wrong cells are coloured (errors red, warnings yellow) and
    bear a comment that says what is expected and what to do; formats, formulas, merged cells, widths, hidden
    sheets stay. Larger workbooks and other formats become a new workbook with the same cells as text; past
    50,000 rows wrong rows are coloured whole and a last column tells. A page lists all findings with links.
    Imports pass over the page, the comments and the column: a corrected copy is a roster like any other.

    Parameters
    ----------
    paths
        What was given to `read_rosters`.
    draft
        What it returned.
    output
        The workbook (.xlsx). Of several files, each that has findings gets its own, with its name behind:
        ``问题-四月.xlsx``. One that exists is replaced unless somebody has saved it since orgraph wrote it;
        then the new one is called ``问题-2.xlsx``.

    Returns
    -------
    tuple of Path
        The workbooks written; none where there is neither error nor warning.

    Raises
    ------
    OrgraphError
        `output` is one of the rosters or no .xlsx, or a workbook cannot be written.
    MissingExtra
        The extra ``xlsx`` is not installed.
    """
    given = [paths] if isinstance(paths, str | Path) else list(paths)
    files, _ = expanded(given)
    goal = _goal(Path(output), [path for path, _ in files])
    found = draft.findings
    if not found["severity"].is_in(["error", "warning"]).any():
        return ()
    _need_openpyxl()
    named = [name for _, name in files]
    marked = [n for n in named if n in set(found["file"].drop_nulls())] or named[:1]
    targets = _targets(goal, [Path(name) for name in marked], several=len(files) > 1)
    sources = {name: path for path, name in files}
    inputs = {path.resolve() for path, _ in files}
    made = []
    for name, wanted in zip(marked, targets, strict=True):
        target = _free(wanted, inputs)
        _mark(sources[name], target, _marks(draft, name), _rows(draft, name))
        made.append(target)
    return tuple(made)


def _need_openpyxl() -> None:
    try:
        import openpyxl  # noqa: F401 -- only whether it is there
    except ImportError as error:
        raise MissingExtra("openpyxl", "xlsx") from error


# --- where to ------------------------------------------------------------------------------------


def _goal(output: Path, inputs: Sequence[Path]) -> Path:
    goal = output if output.suffix else output.with_suffix(".xlsx")
    if goal.suffix.lower() not in _ENDINGS:
        raise OrgraphError(
            say(
                zh=f"{goal}:问题只能写成 .xlsx 工作簿",
                en=f"{goal}: findings are written to an .xlsx workbook",
            )
        )
    if goal.resolve() in {path.resolve() for path in inputs}:
        raise OrgraphError(
            say(
                zh=f"{goal} 就是要导入的名册,不会覆盖它。请换一个文件名",
                en=f"{goal} is one of the rosters and is not written over. Choose another name",
            )
        )
    return goal


def _targets(goal: Path, inputs: Sequence[Path], *, several: bool) -> list[Path]:
    """A workbook for each file; two files of one name are numbered."""
    if not several:
        return [goal]
    made: list[Path] = []
    for path in inputs:
        name, count = f"{goal.stem}-{path.stem}", 1
        while (target := goal.with_name(name + goal.suffix)) in made:
            count += 1
            name = f"{goal.stem}-{path.stem}-{count}"
        made.append(target)
    return made


def _free(wanted: Path, inputs: set[Path]) -> Path:
    """The workbook wanted, or the same numbered where that is a roster or somebody has worked in it."""
    target, count = wanted, 1
    while target.resolve() in inputs or (target.exists() and not _as_written(target)):
        count += 1
        target = wanted.with_name(f"{wanted.stem}-{count}{wanted.suffix}")
    return target


def _as_written(path: Path) -> bool:
    """Whether a workbook is still as orgraph wrote it: programs put their user's name in when they save."""
    try:
        with zipfile.ZipFile(path) as archive:
            core = archive.read("docProps/core.xml")
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
    writer = _WRITER.search(core)
    if writer is None or writer[1] == b"orgraph":
        return writer is not None
    times = set(_TIMES.findall(core))
    return writer[1] == b"" and len(times) == 1  # the writer of large tables names nobody


# --- what is marked ------------------------------------------------------------------------------


def _marks(draft: Draft, file: str) -> pl.DataFrame:
    """The findings of one file, and those of none, with the letter of each column; errors first."""
    here = draft.findings.filter((pl.col("file") == file) | pl.col("file").is_null())
    words = {code: finding_word(code) for code in here["code"].unique()}
    read = draft.fields.filter(pl.col("file") == file).select("sheet", "header", "field", "letter")
    by_header = read.select("sheet", column="header", letter="letter").unique(
        ["sheet", "column"], keep="first"
    )
    by_field = read.select("sheet", column="field", named="letter").unique(["sheet", "column"], keep="first")
    letters = pl.when(pl.col("column").str.contains(_LETTERS)).then("column")
    placed = (
        here.join(by_header, on=["sheet", "column"], how="left", maintain_order="left")
        .join(by_field, on=["sheet", "column"], how="left", maintain_order="left")
        .with_columns(letter=pl.coalesce("letter", "named", letters), what=pl.col("code").replace(words))
    )
    return placed.select(pl.col(c).cast(t) for c, t in MARKS.items())


def _rows(draft: Draft, file: str) -> int:
    return int(draft.sheets.filter(pl.col("file") == file)["rows"].sum())


# --- how -----------------------------------------------------------------------------------------


def _mark(source: Path, target: Path, marks: pl.DataFrame, rows: int) -> None:
    from orgraph.exchange.marked import mark_cells
    from orgraph.exchange.marked_large import mark_large

    small = rows <= MOST_ROWS
    if (
        small
        and format_of(source) == "xlsx"
        and _size(source) <= MOST_XML
        and _in_place(source, target, marks)
    ):
        return
    named = marks.with_columns(pl.col("sheet").replace("", source.stem))
    (mark_cells if small else mark_large)(_grids(source), target, named)


def _in_place(source: Path, target: Path, marks: pl.DataFrame) -> bool:
    """Mark a copy of the workbook itself; False where openpyxl cannot read it."""
    from orgraph.exchange.marked import mark_workbook

    try:
        mark_workbook(source, target, marks)
    except OrgraphError:  # the copy cannot be written
        raise
    except Exception:  # noqa: BLE001 -- openpyxl raises anything on parts that it does not know
        return False
    return True


def _size(path: Path) -> int:
    with zipfile.ZipFile(path) as archive:
        return sum(i.file_size for i in archive.infolist() if "worksheets/" in i.filename)


def _grids(source: Path) -> list[Grid]:
    """The sheets of a file, without what an earlier run put there."""
    sheets, _ = read_files([source])
    return [_grid(sheet, source) for sheet in sheets if not is_own_page(sheet)]


def _grid(sheet: Sheet, source: Path) -> Grid:
    told = [c.name for c in sheet.cells.iter_columns() if c.len() and c[0] in PROBLEMS]
    return Grid(
        sheet.name or source.stem,
        sheet.cells.drop(told),
        sheet.first_row,
        sheet.first_column,
        sheet.merged,
        sheet.hidden,
    )
