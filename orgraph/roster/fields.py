"""Cells of a roster's rows → typed fields, with a finding for every cell that cannot be read.

A frame of fields has, beside ``_r``, ``_sheet`` and ``_line``, for the column at position `p` of the roster:
``v{p}`` its values and ``c{p}`` whether the cell clears what was known. Blank cells are null and keep.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from typing import TypeVar

import polars as pl

from orgraph.model.errors import listing
from orgraph.model.glossary import say
from orgraph.model.language.rosters import (
    OWN_FIELDS,
    ColumnForm,
    ColumnOfForm,
    HolderForm,
    IdOfForm,
    IsForm,
    LinkForm,
    MeasureForm,
    MemberOfForm,
    PersonRow,
    PhoneOfForm,
    UnitRow,
)
from orgraph.model.packing import hashed
from orgraph.model.side_by_side import each
from orgraph.model.structure import Column, Measure, Roster, Structures
from orgraph.roster import limits
from orgraph.roster.cells import clean, dates, identifiers, numbers, private
from orgraph.roster.notes import Notes
from orgraph.roster.sheets.rows import LINE, SHEET, R, Rows, cell
from orgraph.roster.versions import CLEAR

Form = TypeVar("Form", bound=ColumnForm)

ALIKE = "_alike"
"""Column of a frame of fields: equal for rows whose cells are equal."""


def value(position: int) -> str:
    """The column of values of a roster's column."""
    return f"v{position}"


def cleared(position: int) -> str:
    """The column that marks cells which clear."""
    return f"c{position}"


@dataclass(frozen=True)
class Fields:
    """The rows of one roster, typed.

    Attributes
    ----------
    name, roster, structure
        The roster, and the file that states it.
    frame
        See the module.
    """

    name: str
    roster: Roster
    structure: str
    frame: pl.DataFrame

    def where(self, form: type[Form]) -> dict[int, Form]:
        """Positions and forms of the columns of one form that the sheets have."""
        columns = enumerate(self.roster.columns.values())
        return {p: f for p, f in columns if isinstance(f, form) and value(p) in self.frame}

    def tied(self, tie: str) -> dict[str, str]:
        """Columns of the frame that state something of a tie (a role, relation or tree), and what they state.

        Values are under the column's own name, what clears is under its mark.
        """
        of = {p: form.column for p, form in self.where(ColumnOfForm).items() if form.column_of == tie}
        return {value(p): name for p, name in of.items()} | {cleared(p): CLEAR + n for p, n in of.items()}

    def is_(self, name: str) -> int | None:
        """The position of the column `{is: name}`, if the sheets have it."""
        return next((p for p, form in self.where(IsForm).items() if form.is_ == name), None)


@dataclass(frozen=True)
class _Reader:
    """What is needed to read one column."""

    rows: Rows
    structures: Structures
    notes: Notes
    header: str

    def series(self, position: int, clearing: Collection[str]) -> tuple[pl.Series, pl.Series]:
        """Its cells without those that clear, and which clear; spreadsheet errors become findings.

        `clearing`: words that clear in this column, beside those that do in all.
        """
        cells = self.rows.frame[cell(position)]
        if clean.all_say_something(cells, clearing):
            return cells, pl.Series([False]).new_from_index(0, len(cells))
        broken = clean.spoilt(cells)
        if broken.any():
            expected = say(zh="公式的结果", en="the result of a formula")
            advice = say(zh="在表格软件中改正公式,或直接填写值", en="mend the formula, or type the value")
            self.note(broken, cells, "error", "cell-error", expected, advice)
            cells = cells.set(broken, None)
        return clean.split_clear(cells, clearing)

    def note(
        self,
        where: pl.Series,
        cells: pl.Series | pl.Expr,
        severity: str,
        code: str,
        expected: str,
        advice: str | pl.Expr,
    ) -> None:
        """A finding for each marked row, showing its cell."""
        if not where.any():
            return
        rows = self.rows.frame.select(R)
        shown = rows.with_columns(value=cells).filter(where)
        self.notes.add(
            shown, severity, code, column=self.header, value=pl.col("value"), expected=expected, advice=advice
        )


def read_fields(rows: Rows, structures: Structures, notes: Notes) -> Fields:
    """Type every column of a roster.

    Parameters
    ----------
    rows
        Tidied cells.
    structures
        The vocabulary: kinds, roles, measures, declared columns.
    notes
        Where findings go: ``bad-date``, ``bad-number``, ``bad-code``, ``bad-phone``, ``bad-id-number``,
        ``bad-value``, ``unknown-kind``, ``rough-number``, ``ambiguous-date``, ``cell-error``.
    """
    there = [p for p in range(len(rows.roster.columns)) if cell(p) in rows.frame]
    columns = each(lambda position: _column(rows, structures, position), there)
    for _, own in columns:
        notes.take(own.all())
    alike = hashed(rows.frame.drop(R, SHEET, LINE)).alias(ALIKE)
    frame = rows.frame.select(R, SHEET, LINE).with_columns(alike, *(s for made, _ in columns for s in made))
    return _possible(Fields(rows.name, rows.roster, rows.roster.structure, frame), structures, notes)


def _column(rows: Rows, structures: Structures, position: int) -> tuple[list[pl.Series], Notes]:
    """The values of one column and which cells clear; what is wrong with its cells."""
    header, form = list(rows.roster.columns.items())[position]
    reader = _Reader(rows, structures, Notes(), header)
    cells, clears = reader.series(position, clean.VACANT if isinstance(form, HolderForm) else ())
    values = _read(reader, form, position, cells)
    return [values.alias(value(position)), clears.alias(cleared(position))], reader.notes


def _possible(fields: Fields, structures: Structures, notes: Notes) -> Fields:
    """The fields without values that cannot be."""
    cells = [
        _cells(p, header, form, fields.roster, structures)
        for p, (header, form) in enumerate(fields.roster.columns.items())
        if value(p) in fields.frame
    ]
    frame = limits.checked(fields.frame, cells, notes)
    number = fields.is_("id_number")
    if number is not None:
        limits.born(frame, value(number), cells, notes)
    return replace(fields, frame=frame)


def _cells(
    position: int, header: str, form: ColumnForm, roster: Roster, structures: Structures
) -> limits.Cells:
    """What is declared of a column, for the checks of its values."""
    name = ""
    of: Column | Measure | None = None
    if isinstance(form, MeasureForm):
        name, of = form.measure, structures.measures[form.measure]
    elif isinstance(form, IsForm):
        name = form.is_
        of = None if name in OWN_FIELDS else column_of(structures, roster, name)
    elif isinstance(form, ColumnOfForm):
        name, of = form.column, structures.tie_column(roster, form)
    # What says who or what a row is has findings of its own; a figure is a figure only where it is given.
    told = isinstance(form, MeasureForm | ColumnOfForm) or (
        isinstance(form, IsForm) and name not in OWN_FIELDS
    )
    return limits.Cells(
        header, name, value(position), cleared(position), of, needed=told and not form.optional
    )


def _read(reader: _Reader, form: ColumnForm, position: int, cells: pl.Series) -> pl.Series:
    match form:
        case IsForm():
            made = _read_is(reader, form, cells)
        case HolderForm():
            made = _checked_names(reader, clean.person_lists(cells), cells)
        case LinkForm() | MemberOfForm():
            made = clean.parts(clean.unit_names(cells))
        case MeasureForm():
            measure = reader.structures.measures[form.measure]
            amount = numbers.Amount(measure.unit, measure.decimals, reader.rows.units.get(position))
            read = numbers.integers(cells, amount)
            made = _read_number(reader, read, cells, measure.unit, measure.decimals)
        case ColumnOfForm():
            column = reader.structures.tie_column(reader.rows.roster, form)
            made = _read_declared(reader, column, cells)
        case PhoneOfForm():
            made = _read_phones(reader, cells)
        case IdOfForm():
            made = _read_id_numbers(reader, cells)
        case _:
            made = clean.references(cells)
    return made


def _read_is(reader: _Reader, form: IsForm, cells: pl.Series) -> pl.Series:
    special: dict[str, Callable[[_Reader, pl.Series], pl.Series]] = {
        "id": _read_codes,
        "kind": _read_kinds,
        "name": _read_names,
        "since": _read_dates,
        "until": _read_dates,
        "period": _read_periods,
        "phone": _read_phones,
        "id_number": _read_id_numbers,
    }
    if form.is_ in special:
        return special[form.is_](reader, cells)
    return _read_declared(reader, column_of(reader.structures, reader.rows.roster, form.is_), cells)


def _read_names(reader: _Reader, cells: pl.Series) -> pl.Series:
    if not isinstance(reader.rows.roster.row, PersonRow):
        return _checked_unit_names(reader, clean.unit_names(cells))
    names = clean.person_names(cells)
    reader.note(
        clean.contains(names, clean.SLASHES_TOO), cells, "error", "bad-name",
        say(zh="一个人的姓名", en="the name of one person"),
        say(zh="每人一行", en="one row for each person"),
    )  # fmt: skip
    return _checked_names(reader, names, cells)


def _checked_names(reader: _Reader, names: pl.Series, cells: pl.Series) -> pl.Series:
    """Names of people, or lists of them, without those that hold a number: a column may have slipped."""
    found = names.list.join("、") if isinstance(names.dtype, pl.List) else names
    bad = clean.contains(found, private.NUMBER_IN_NAME)
    return _without_numbers(reader, names, bad, cells, say(zh="姓名", en="a name"))


def _checked_unit_names(reader: _Reader, names: pl.Series) -> pl.Series:
    """Names of units without those that hold somebody's phone or identity number."""
    bad = clean.contains(names, private.NUMBER_IN_UNIT)
    return _without_numbers(reader, names, bad, names, say(zh="单位名称", en="the name of a unit"))


def _without_numbers(
    reader: _Reader, values: pl.Series, bad: pl.Series, cells: pl.Series, expected: str
) -> pl.Series:
    """Values without the bad ones, whose cells are told with their numbers masked."""
    if not bad.any():
        return values
    shown = _masked(cells, private.without_numbers)
    advice = say(
        zh="名称中有电话或证件号:看看列是否错位,号码填在自己的列中",
        en="a phone or identity number is in it: see whether columns slipped, and give it its own column",
    )
    reader.note(bad, shown, "error", "bad-name", expected, advice)
    return clean.where(values, ~bad)


def _masked(cells: pl.Series, mask: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    return cells.to_frame("_").select(mask(pl.col("_"))).to_series()


def _read_declared(reader: _Reader, column: Column, cells: pl.Series) -> pl.Series:
    match column.type:
        case "date":
            made = _read_dates(reader, cells)
        case "int":
            made = _read_number(reader, numbers.integers(cells), cells, None, 0)
        case "float":
            made = _read_number(reader, numbers.decimals(cells), cells, None, None)
        case "bool":
            made = _read_choice(reader, clean.truths(cells), cells, say(zh="是 或 否", en="yes or no"))
        case _ if identifiers.is_credit_header(reader.header):
            made = clean.codes(cells).values
            _check_credit_codes(reader, made)
        case _ if column.values:
            words = {w: code for code in column.values for w in (code, *column.value_labels.get(code, ()))}
            made = _read_choice(reader, clean.choices(cells, words), cells, _choices(column))
        case _:
            made = cells
    return made


def column_of(structures: Structures, roster: Roster, name: str) -> Column:
    """The declaration behind `{is: name}`: of the kinds of the row, or of people, or of the roles given."""
    if isinstance(roster.row, UnitRow):
        for kind in roster.row.kinds:
            if name in structures.kinds[kind].columns:
                return structures.kinds[kind].columns[name]
        return structures.columns("units")[name]
    people = structures.columns("people")
    if name in people:
        return people[name]
    given = (structures.roles[column.role].columns for column in roster.column(MemberOfForm))
    return next((c[name] for c in given if name in c), None) or structures.columns("memberships")[name]


def _choices(column: Column) -> str:
    return listing([next(iter(column.value_labels.get(code, ())), code) for code in column.values])


def _read_choice(reader: _Reader, read: clean.Cleaned, cells: pl.Series, expected: str) -> pl.Series:
    advice = say(zh="改为其中之一,或留空", en="use one of them, or leave it blank")
    reader.note(read.bad, cells, "error", "bad-value", expected, advice)
    return read.values


def _read_kinds(reader: _Reader, cells: pl.Series) -> pl.Series:
    row = reader.rows.roster.row
    kinds = {k: reader.structures.kinds[k] for k in (row.kinds if isinstance(row, UnitRow) else ())}
    read = clean.choices(cells, {word: name for name, kind in kinds.items() for word in kind.names})
    expected = listing([kind.label.text for kind in kinds.values()])
    advice = say(zh="改用其中之一", en="use one of these kinds")
    reader.note(read.bad, cells, "error", "unknown-kind", expected, advice)
    return read.values


def _read_codes(reader: _Reader, cells: pl.Series) -> pl.Series:
    read = clean.codes(cells)
    expected = say(zh="完整的编号", en="a whole code")
    advice = say(
        zh="编号的尾数已丢失:把这一列设为文本格式后重新填写",
        en="digits were lost: format the column as text and type the code again",
    )
    reader.note(read.bad, cells, "error", "bad-code", expected, advice)
    values = read.values.set(read.bad, None)
    _check_credit_codes(reader, values)
    return values


def _check_credit_codes(reader: _Reader, codes: pl.Series) -> None:
    """``bad-credit-code``: an error in a column that says it holds such codes, else a warning."""
    headed = identifiers.is_credit_header(reader.header)
    meant = codes.is_not_null() if headed else identifiers.like_credit_codes(codes)
    wrong = meant & ~identifiers.credit_codes(codes)
    if not wrong.any():
        return
    spoilt = codes.filter(wrong)
    mended = identifiers.mended_credit_codes(spoilt)
    rows = reader.rows.frame.select(R).filter(wrong).with_columns(value=spoilt, mended=mended)
    reader.notes.add(
        rows, "error" if headed else "warning", "bad-credit-code", column=reader.header,
        value=pl.col("value"),
        expected=say(
            zh="18 位统一社会信用代码,末位校验相符", en="18 characters with a right check (GB 32100)"
        ),
        advice=pl.when(pl.col("mended").is_not_null())
        .then(pl.format(say(zh="是不是:{}", en="did you mean: {}"), "mended"))
        .otherwise(pl.lit(say(zh="核对营业执照", en="compare with the licence"))),
    )  # fmt: skip


def _read_dates(reader: _Reader, cells: pl.Series) -> pl.Series:
    read = dates.dates(cells, date1904=reader.rows.date1904)
    expected = say(zh="日期,如 2022-04-30、2022年4月", en="a date such as 2022-04-30")
    reader.note(read.bad, cells, "error", "bad-date", expected, say(zh="改正日期", en="put the date right"))
    if read.doubtful is not None:
        reader.note(
            read.doubtful, cells, "warning", "ambiguous-date",
            say(zh="1 月或 10 月", en="January or October"),
            pl.format(
                say(zh="按 1 月读取;如为 10 月,写成 {}-10", en="read as January; for October write {}-10"),
                pl.col("value").str.extract(r"(\d{4})"),
            ),
        )  # fmt: skip
    return read.values


def _read_periods(reader: _Reader, cells: pl.Series) -> pl.Series:
    """First day and day after the last of the days, months, quarters or years meant."""
    values, bad = dates.periods(cells)
    expected = say(zh="期间,如 2022年4月、2022年一季度、2022", en="a period such as 2022-04 or 2022")
    reader.note(bad, cells, "error", "bad-date", expected, say(zh="改正期间", en="put the period right"))
    return values


def _read_number(
    reader: _Reader, read: clean.Cleaned, cells: pl.Series, unit: str | None, places: int | None
) -> pl.Series:
    of = say(zh=f"({unit})", en=f" ({unit})") if unit else ""
    whole = say(zh="整数", en="a whole number") if places == 0 else say(zh="数字", en="a number")
    limit = say(zh=f",最多 {places} 位小数", en=f", at most {places} decimals") if places else ""
    advice = say(zh="改为数字", en="write a number")
    reader.note(read.bad, cells, "error", "bad-number", whole + of + limit, advice)
    if read.doubtful is not None and (rough := read.doubtful & ~read.bad).any():
        reader.note(
            rough, cells, "warning", "rough-number", say(zh="准确的数", en="an exact number"),
            say(zh="去掉“约”“余”后读取", en="read without 'about'"),
        )  # fmt: skip
    return read.values


def _read_phones(reader: _Reader, cells: pl.Series) -> pl.Series:
    values, bad = private.phones(cells)
    if bad.any():
        masked = _masked(cells, private.masked_phone)
        reader.note(
            bad, masked, "warning", "bad-phone", say(zh="11 位手机号或固定电话", en="a phone number"),
            say(zh="这个号码没有保存", en="the number was not kept"),
        )  # fmt: skip
    return values


def _read_id_numbers(reader: _Reader, cells: pl.Series) -> pl.Series:
    read = private.id_numbers(cells)
    if read.bad.any():
        masked = _masked(cells, private.masked_id)
        reader.note(
            read.bad, masked, "error", "bad-id-number",
            say(zh="18 位公民身份号码,末位校验相符", en="18 characters with a right check digit (GB 11643)"),
            say(
                zh="核对身份证;如果末几位成了 0,把这一列设为文本格式后重新填写",
                en="compare with the card; if the last digits became 0, format the column as text and retype",
            ),
        )  # fmt: skip
    return read.values
