"""Which roster a sheet is, where its header stands, and which column is which field.

Titles and headers are compared with the words of every roster of the structures; each guess carries how
sure it is, and what is less than sure is said. Only the first rows of a sheet are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import PurePath

import polars as pl

from orgraph.model import findings
from orgraph.model.errors import listing, nearest
from orgraph.model.glossary import say
from orgraph.model.language.rosters import AncestorForm, IsForm, MeasureRow, ParentForm
from orgraph.model.structure import Roster, Structures
from orgraph.roster.cells.dates import day_in
from orgraph.roster.reading.grid import Sheet, rows_above
from orgraph.roster.sheets.headers import Words, is_passed_over, plain, words_of
from orgraph.roster.sheets.mapping import Answer

LOOK = 30
"""Rows looked at for a header."""

WIDEST = 500
"""Columns looked at."""

ENOUGH, SURE, CLOSE = 0.5, 0.85, 0.03
"""What makes a sheet a roster; how sure a column must be to be taken in silence; what is a tie."""

SAID = 2.0
"""How sure a column is that a mapping file names: surer than any guess."""

UNSOUND = 0.4
"""What is left of the score of a sheet that does not say whom or what its rows are about."""

Heads = tuple[tuple[tuple[str, str], ...], ...]
"""For each column of a sheet, the texts that may be its header, the best first, and their rows."""


@dataclass(frozen=True, eq=False)
class Recognised:
    """A sheet that is a roster.

    Attributes
    ----------
    sheet, name, roster
        The sheet, the roster's name in `Structures.rosters`, the roster.
    body
        Row of `sheet.cells` at which the data begin.
    columns
        Position of a column in `roster.columns` → column of the sheet.
    headers, sure
        The same positions → the header as written, and how sure the match is (0 to 1).
    others
        Column of the sheet that is not read → its header.
    unknown
        Headers of the sheet that mean nothing to the roster.
    score
        How well the sheet fits the roster (0 to 1).
    titles
        Texts above the header, and the name of the sheet.
    absent
        Headers that a mapping file speaks of and the sheet does not have.
    """

    sheet: Sheet
    name: str
    roster: Roster
    body: int
    columns: Mapping[int, int]
    headers: Mapping[int, str]
    sure: Mapping[int, float]
    others: Mapping[int, str]
    unknown: tuple[str, ...]
    score: float
    titles: tuple[str, ...]
    absent: tuple[str, ...] = ()

    @cached_property
    def day(self) -> date | None:
        """The day that the titles state."""
        return day_in(list(self.titles))

    @property
    def missing(self) -> tuple[str, ...]:
        """Headers of the roster that the sheet lacks and that are not optional."""
        forms = enumerate(self.roster.columns.items())
        return tuple(h for i, (h, form) in forms if i not in self.columns and not form.optional)


Within = Callable[[Roster], pl.Series]
"""The names of units that stand where a roster's structure has its place."""


def recognise(
    sheet: Sheet, structures: Structures, within: Within | None = None, answer: Answer | None = None
) -> tuple[Recognised | None, pl.DataFrame]:
    """Which roster a sheet is.

    Parameters
    ----------
    sheet
        A sheet with cells in it.
    structures
        Their rosters are the candidates.
    within
        Decides between rosters of two places that look alike: the sheet's parents are looked up there.
    answer
        What a mapping file says of the sheet: its roster, and what some of its columns are.

    Returns
    -------
    tuple
        What was recognised (None: no roster, or more than one), and findings: ``unrecognised-sheet``,
        ``ambiguous-roster``, ``missing-column``, ``uncertain-column``, ``unrecognised-column``.
    """
    candidates = sorted(_candidates(sheet, structures, answer), key=lambda c: -c.score)
    if answer is not None and candidates:
        return candidates[0], _doubts(candidates[0])
    if not candidates or candidates[0].score < ENOUGH:
        return None, _unrecognised(sheet, candidates[0] if candidates else None, structures)
    level = [c for c in candidates if c.score >= candidates[0].score - CLOSE]
    if len(level) > 1 and within is not None:
        level = _settled(level, within)
    if len(level) > 1 and level[0].score == level[1].score:
        return None, _ambiguous(sheet, level)
    return level[0], _doubts(level[0])


def _candidates(sheet: Sheet, structures: Structures, answer: Answer | None) -> list[Recognised]:
    """The best reading of a sheet as each roster; as one alone where that is said."""
    heads = _heads(sheet)
    found = []
    for name, roster in structures.rosters.items():
        if answer is not None and answer.roster != name:
            continue
        words = words_of(structures, name)
        readings = [_reading(sheet, words, name, head, answer) for head in heads]
        best = max((r for r in readings if r is not None), key=lambda r: r.score, default=None)
        if best is not None:
            label = structures.files[roster.structure].label.text
            here = any(label in title for title in best.titles)
            found.append(replace(best, score=best.score + 0.02) if here else best)
    return found


def _heads(sheet: Sheet) -> list[tuple[int, int, Heads]]:
    """Rows that may be a header, alone and with the row below: which, where data begin, the texts."""
    width = min(sheet.cells.width, WIDEST)
    rows = [[c.strip() if c else "" for c in row[:width]] for row in sheet.cells.head(LOOK).iter_rows()]
    spread = [_spread(sheet, i, row) for i, row in enumerate(rows)]
    found: list[tuple[int, int, Heads]] = []
    for i, row in enumerate(rows):
        if sum(map(bool, row)) == 0:
            continue
        found.append((i, i + 1, tuple(((c, "own"),) if c else () for c in row)))
        if i + 1 < len(rows) and any(rows[i + 1]):
            pairs = zip(spread[i], rows[i + 1], strict=True)
            found.append((i, i + 2, tuple(_two_rows(upper, lower) for upper, lower in pairs)))
    return found


def _spread(sheet: Sheet, row: int, cells: list[str]) -> list[str]:
    """A row with its merged cells filled to the right."""
    made = list(cells)
    for top, left, _, right in _ranges(sheet):
        if top == row and left < len(made) and right > left:
            made[left : right + 1] = [made[left]] * (min(right + 1, len(made)) - left)
    return made


def _ranges(sheet: Sheet) -> Sequence[tuple[int, int, int, int]]:
    """Merged ranges near the top, as rows and columns of `cells`: top, left, bottom, right."""
    return [r for r in sheet.merged_cells() if r[0] < LOOK]


def _two_rows(upper: str, lower: str) -> tuple[tuple[str, str], ...]:
    if not upper or not lower:
        return ((upper, "upper"),) if upper else ((lower, "lower"),) if lower else ()
    return ((upper + lower, "both"), (lower, "lower"), (upper, "upper"))


def _reading(
    sheet: Sheet, words: Words, name: str, head: tuple[int, int, Heads], answer: Answer | None
) -> Recognised | None:
    """A sheet read as one roster with one header; None where nothing fits."""
    top, body, heads = head
    texts_of = [[text for text, _ in texts] for texts in heads]
    fields = list(words.roster.columns)
    forced = {} if answer is None else answer.forced(fields, texts_of, sheet.first_column)
    columns, headers, certain, rows = _assigned(words, heads, forced)
    one_row = body - top == 1
    if not columns or not (one_row or "both" in rows or {"upper", "lower"} <= rows):
        return None
    roster = words.roster
    sound = _identifies(roster, columns) and len(columns) >= min(2, len(roster.columns))
    others = {i: texts[0][0] for i, texts in enumerate(heads) if texts and i not in columns.values()}
    unknown = tuple(text for i, text in others.items() if not (is_passed_over(text) or i in forced))
    titles = (*rows_above(sheet, top), sheet.name)
    fits = _fit(
        roster, certain, len(unknown), max(_title(t, roster) for t in (*titles, PurePath(sheet.file).stem))
    )
    score = fits if sound else fits * UNSOUND
    absent = () if answer is None else tuple(answer.absent(texts_of, sheet.first_column))
    return Recognised(
        sheet, name, roster, body, columns, headers, certain, others, unknown, score, titles, absent
    )


def _assigned(
    words: Words, heads: Heads, forced: Mapping[int, int | None]
) -> tuple[dict[int, int], dict[int, str], dict[int, float], set[str]]:
    """The surest column of the sheet for each column of a roster, its header, how sure, and the rows used."""
    matched: list[tuple[float, int, int, tuple[str, str]]] = []
    for column, texts in enumerate(heads):
        best: dict[int, tuple[float, tuple[str, str]]] = {}
        if column in forced:
            if (said := forced[column]) is not None:
                matched.append((SAID, column, said, texts[0]))
            continue
        for rank, (text, row) in enumerate(texts):
            for target, sure in words.columns(text).items():
                best[target] = max(best.get(target, (0.0, ("", ""))), (sure - rank / 1000, (text, row)))
        matched += [(sure, column, target, text) for target, (sure, text) in best.items()]
    matched.sort(key=lambda m: (-m[0], m[1], m[2]))
    columns: dict[int, int] = {}
    headers: dict[int, str] = {}
    certain: dict[int, float] = {}
    rows: set[str] = set()
    for sure, column, target, (text, row) in matched:
        if target not in columns and column not in columns.values():
            columns[target], headers[target], certain[target] = column, text, min(round(sure, 2), 1.0)
            rows.add(row)
    return columns, headers, certain, rows


def _identifies(roster: Roster, columns: Mapping[int, int]) -> bool:
    """Whether a row says which unit or person it is about."""
    forms = list(roster.columns.values())
    if isinstance(roster.row, MeasureRow):
        return any(isinstance(forms[i], ParentForm) for i in columns)
    return any(isinstance(form := forms[i], IsForm) and form.is_ in ("name", "id") for i in columns)


def _fit(roster: Roster, sure: Mapping[int, float], unknown: int, title: float) -> float:
    """Needed columns that are there, headers that mean something, and the title; 1 is a perfect fit."""
    needed = [i for i, form in enumerate(roster.columns.values()) if not form.optional]
    cover = sum(sure.get(i, 0.0) for i in needed) / max(len(needed), 1)
    share = len(sure) / (len(sure) + unknown)
    return round(0.5 * cover + 0.2 * share + 0.3 * title, 4)


def _title(text: str, roster: Roster) -> float:
    """How well a text is one of a roster's titles."""
    said = plain(text)
    best = 0.0
    for title in map(plain, roster.titles):
        if title and title in said:
            best = max(best, 0.8 + 0.2 * min(1.0, len(title) / 9 if title != said else 1.0))
        elif len(said) >= 2 and said in title:
            best = max(best, 0.4)
    return best


def _settled(level: list[Recognised], within: Within) -> list[Recognised]:
    """Of rosters that fit alike, those in whose place the sheet's parents stand."""
    counts = []
    for one in level:
        forms = list(one.roster.columns.values())
        chain = [c for i, c in one.columns.items() if isinstance(forms[i], ParentForm | AncestorForm)]
        texts = pl.concat([one.sheet.cells[one.body :, c].cast(pl.String) for c in chain]) if chain else None
        known = (
            0 if texts is None else texts.str.strip_chars().unique().is_in(within(one.roster).to_list()).sum()
        )
        counts.append(int(known or 0))
    best = [one for one, count in zip(level, counts, strict=True) if count == max(counts)]
    top = max(one.score for one in best)
    return [one for one in best if one.score == top] if len(best) < len(level) else level


def _place(sheet: Sheet) -> dict[str, object]:
    return {"file": sheet.file, "sheet": sheet.name}


def _unrecognised(sheet: Sheet, best: Recognised | None, structures: Structures) -> pl.DataFrame:
    titles = [t for roster in structures.rosters.values() for t in roster.titles]
    if best is None:
        said = say(
            zh=f"表头对不上任何花名册。已知的花名册:{listing(list(dict.fromkeys(titles)))}",
            en=f"no roster has such a header. Known rosters: {listing(list(dict.fromkeys(titles)))}",
        )
    else:
        lacking = listing(best.missing)
        said = say(
            zh=f"最接近“{best.roster.titles[0]}”,缺少列:{lacking}",
            en=f"nearest is '{best.roster.titles[0]}', which also has the columns: {lacking}",
        )
    advice = say(
        zh="补上缺少的列,或在结构文件的 rosters 中说明这张表",
        en="add the missing columns, or describe the sheet under rosters in a structure",
    )
    return findings.table(
        [
            {
                "severity": "error",
                "code": "unrecognised-sheet",
                **_place(sheet),
                "expected": said,
                "advice": advice,
            }
        ]
    )


def _ambiguous(sheet: Sheet, level: list[Recognised]) -> pl.DataFrame:
    names = listing([one.name for one in level])
    return findings.table(
        [
            {
                "severity": "error",
                "code": "ambiguous-roster",
                **_place(sheet),
                "value": names,
                "expected": say(zh="只像一种花名册", en="a sheet that fits one roster only"),
                "advice": say(
                    zh=f"在标题中写明:{listing([one.roster.titles[0] for one in level])}",
                    en=f"say in the title which: {listing([one.roster.titles[0] for one in level])}",
                ),
            }
        ]
    )


def _doubts(one: Recognised) -> pl.DataFrame:
    """Columns that are missing, that mean nothing, or that mean something only perhaps."""
    rows: list[dict[str, object]] = [
        {
            "severity": "warning",
            "code": "missing-column",
            "column": header,
            "expected": say(zh=f"列“{header}”", en=f"a column '{header}'"),
            "advice": say(
                zh="没有这一列,原有的内容不变", en="without the column, what is known stays as it is"
            ),
        }
        for header in one.missing
    ]
    declared = list(one.roster.columns)
    for position, sure in one.sure.items():
        if sure < SURE:
            rows.append(
                {
                    "severity": "warning",
                    "code": "uncertain-column",
                    "column": one.headers[position],
                    "value": f"{sure:.2f}",
                    "expected": declared[position],
                    "advice": say(
                        zh=f"按“{declared[position]}”读取;如果不是,请改列名",
                        en=f"read as '{declared[position]}'; rename the column if it is not",
                    ),
                }
            )
    known = [h for form in one.roster.columns.values() for h in form.headers]
    for header in one.unknown:
        near = nearest(header, known, count=1)
        hint = say(zh=f"是不是“{near[0]}”", en=f"perhaps '{near[0]}'") if near else None
        rows.append(
            {
                "severity": "warning",
                "code": "unrecognised-column",
                "column": header,
                "expected": hint or say(zh=f"其中之一:{listing(declared)}", en=f"one of {listing(declared)}"),
                "advice": say(zh="这一列没有读取", en="the column was not read"),
            }
        )
    return findings.table([{**_place(one.sheet), **row} for row in rows])
