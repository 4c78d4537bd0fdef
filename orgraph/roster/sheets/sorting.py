"""The sheets of an import: which are rosters, which are not, which may not be read; their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from orgraph.model import findings
from orgraph.model.glossary import say
from orgraph.model.structure import Roster
from orgraph.model.tables import Org
from orgraph.roster.fields import Fields
from orgraph.roster.mapped import absent, left_out
from orgraph.roster.reading.grid import Sheet, is_own_page
from orgraph.roster.sheets.mapping import RosterMapping
from orgraph.roster.sheets.recognise import Recognised, recognise
from orgraph.roster.sheets.refusal import lists_residents, refused
from orgraph.roster.sheets.rows import SHEET, R
from orgraph.roster.world import World


@dataclass(frozen=True, eq=False)
class Sorted:
    """What sheets were taken for.

    Attributes
    ----------
    table
        ``_sheet`` (number), ``file``, ``sheet``.
    recognised
        Number of a sheet → what it was recognised as.
    said
        Findings about sheets.
    sizes
        Number of a sheet that is not read → its rows.
    """

    table: pl.DataFrame
    recognised: Mapping[int, Recognised]
    said: Sequence[pl.DataFrame]
    sizes: Mapping[int, int]

    def rowless(self, rows: Sequence[Fields]) -> pl.DataFrame:
        """``empty-sheet``: a header and nothing below it; an error where the file holds nothing else."""
        full = {n for fields in rows for n in fields.frame[SHEET].unique()}
        files = {one.sheet.file for n, one in self.recognised.items() if n in full}
        return findings.table(
            {
                "severity": "warning" if one.sheet.file in files else "error",
                "code": "empty-sheet",
                "file": one.sheet.file,
                "sheet": one.sheet.name,
                "expected": say(zh="表头下有数据行", en="rows below the header"),
                "advice": say(zh="填写,或删去这个表", en="fill it in, or delete the sheet"),
            }
            for n, one in self.recognised.items()
            if n not in full
        )

    def counts(self, rows: Sequence[Fields], refused_rows: pl.Series) -> pl.DataFrame:
        """``file``, ``sheet``, ``roster``, ``score``, ``rows``, ``used``, ``refused``."""
        read = [f.frame.select(R, SHEET) for f in rows]
        all_rows = pl.concat([pl.DataFrame(schema={R: pl.Int64, SHEET: pl.Int32}), *read])
        wrong = pl.col(R).is_in(refused_rows.implode()).sum()
        counted = all_rows.group_by(SHEET).agg(rows=pl.len().cast(pl.Int64), refused=wrong.cast(pl.Int64))
        schema = {SHEET: pl.Int32, "rows": pl.Int64, "refused": pl.Int64}
        others = pl.DataFrame([(n, k, k) for n, k in self.sizes.items()], schema=schema, orient="row")
        named = pl.DataFrame(
            [(n, one.name, one.score) for n, one in self.recognised.items()],
            schema={SHEET: pl.Int32, "roster": pl.String, "score": pl.Float64},
            orient="row",
        )
        made = self.table
        for part in (named, pl.concat([counted, others])):
            made = made.join(part, on=SHEET, how="left", maintain_order="left")
        made = made.with_columns(pl.col("rows", "refused").fill_null(0), pl.col("score").round(2))
        used = (pl.col("rows") - pl.col("refused")).alias("used")
        return made.select("file", "sheet", "roster", "score", "rows", used, "refused")


def sort_sheets(
    sheets: Sequence[Sheet], timeline: Org, day: date | None, mapping: RosterMapping | None = None
) -> Sorted:
    """Take every sheet for what it is.

    Parameters
    ----------
    timeline
        The store, whose structures state the rosters, and whose units tell two alike rosters apart.
    day
        The day asked for, if any.
    mapping
        What a mapping file says of sheets.
    """
    mapping = mapping or RosterMapping()
    known = _Known(timeline, day or date.max)
    made: dict[int, Recognised] = {}
    said: list[pl.DataFrame] = []
    lost: dict[int, pl.DataFrame] = {}
    sizes: dict[int, int] = {}
    for number, sheet in enumerate(sheets):
        if is_own_page(sheet):
            continue
        answer = mapping.of(sheet)
        if answer is not None and answer.roster is None:
            said.append(left_out(sheet))
            continue
        why = lists_residents(sheet)
        if why is None:
            one, found = recognise(sheet, timeline.structures, known.within, answer)
            if one is not None:
                made[number] = one
                said += [found, absent(one)]
                continue
            lost[number] = found
        else:
            said.append(refused(sheet, why))
        sizes[number] = _rows_of(sheet)
    good = {one.sheet.file for one in made.values()}
    for number, found in lost.items():
        harmless = sheets[number].file in good and _is_note(sheets[number])
        said.append(found.with_columns(severity=pl.lit("warning")) if harmless else found)
    rows = [(n, s.file, s.name) for n, s in enumerate(sheets) if n in made or n in sizes]
    schema = {SHEET: pl.Int32, "file": pl.String, "sheet": pl.String}
    return Sorted(pl.DataFrame(rows, schema=schema, orient="row"), made, said, sizes)


class _Known:
    """The units of a store, laid out when a sheet first asks for them."""

    def __init__(self, timeline: Org, day: date) -> None:
        self.timeline, self.day = timeline, day
        self.world: World | None = None

    def within(self, roster: Roster) -> pl.Series:
        """Names of the units where a roster's structure has its place."""
        if self.world is None:
            self.world = World(self.timeline, self.day)
        inside = self.world.within(self.timeline.structures.files[roster.structure])
        return self.world.units["name"].filter(pl.Series(inside, dtype=pl.Boolean))


def _rows_of(sheet: Sheet) -> int:
    return sheet.cells.filter(pl.any_horizontal(pl.all().is_not_null())).height if sheet.cells.width else 0


def _is_note(sheet: Sheet) -> bool:
    """Whether a sheet is a page of instructions: hardly more than one cell in a row."""
    cells = sum(sheet.cells.height - column.null_count() for column in sheet.cells.iter_columns())
    return cells <= _rows_of(sheet) * 1.5
