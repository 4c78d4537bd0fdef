"""Dates in every form rosters use, in whole columns: 1998.07, 1998年7月, 19980701, 二〇二二年四月, 36000."""

from __future__ import annotations

import re
from datetime import date, timedelta

import polars as pl

from orgraph.model import days
from orgraph.model.errors import OrgraphError
from orgraph.roster.cells.clean import Cleaned

OPEN_ENDS = ("至今", "长期", "今", "现在", "无期限", "长期有效")
"""What stands in the place of an end that has not come."""

EARLIEST, LATEST = date(1850, 1, 1), date(2200, 1, 1)
"""A roster of an organisation names no day outside these."""

_SEPARATED = (
    r"^(\d{4})\s*[年./\-]\s*(\d{1,2})\s*(?:[月./\-]\s*(?:(\d{1,2})\s*[日号]?)?)?(?:[T\s]\s*\d{1,2}:\d{2}.*)?$"
)
_COMPACT = r"^(\d{4})(\d{2})(\d{2})?$"
_YEAR = r"^(\d{4})年?$"
_SERIAL = r"^(\d{5})(?:\.\d+)?$"
_END_OF_MONTH = r"^(\d{4})\s*[年./\-]\s*(\d{1,2})\s*月?\s*[底末]$"
_END_OF_QUARTER = r"^(\d{4})\s*年?\s*第?([1-4])季度?[底末]$"
_END_OF_YEAR = r"^(\d{4})\s*年{0,2}[底末]$"
_LOST_ZERO = r"^\d{4}\.1$"

_DIGITS = dict(zip("〇○零一二三四五六七八九元", "0001234567891", strict=True))
_TENS = ((r"([1-9])十([1-9])", "$1$2"), (r"([1-9])十", "${1}0"), (r"十([1-9])", "1$1"), ("十", "10"))


def dates(cells: pl.Series, *, date1904: bool = False) -> Cleaned:
    """Days; a month or a year alone is its first day, 月底, 季度末 and 年底 its last; 至今 is null (open).

    `date1904`: a bare day number counts from 1904-01-01, as in workbooks of old Macs.

    `doubtful` marks 1998.1, which a spreadsheet makes of 1998.10 as well.
    """
    values = _parsed(cells)
    if date1904:
        bare = cells.str.contains(_SERIAL).fill_null(value=False)
        values = values.zip_with(~bare, values + timedelta(days=1462))
    inside = values.is_between(EARLIEST, LATEST).fill_null(value=False)
    values = values.set(~inside, None)
    unread = cells.is_not_null() & values.is_null() & ~cells.is_in(OPEN_ENDS).fill_null(value=False)
    doubtful = cells.str.contains(_LOST_ZERO).fill_null(value=False)
    return Cleaned(values.alias(cells.name), unread, doubtful)


def _parsed(cells: pl.Series) -> pl.Series:
    """ISO dates at once; the other forms once for each distinct cell, since a roster repeats its days."""
    iso = cells.str.to_date("%Y-%m-%d", strict=False)
    odd = cells.filter(iso.is_null() & cells.is_not_null()).unique().alias("_")
    if not odd.len():
        return iso
    plain = _days(odd)
    if plain.null_count() and odd.str.contains("[〇○零一二三四五六七八九十元]").any():
        plain = plain.zip_with(plain.is_not_null(), _days(_arabic(odd)))
    found = pl.DataFrame({"_": odd, "day": plain})
    other = cells.alias("_").to_frame().join(found, on="_", how="left", maintain_order="left")["day"]
    return iso.zip_with(iso.is_not_null(), other)


def _days(cells: pl.Series) -> pl.Series:
    text = pl.col("_")
    ways = [
        _ymd(text, _SEPARATED, 3),
        _ymd(text, _COMPACT, 3),
        _ymd(text, _YEAR, 1),
        *_ends(text),
        _serial(text.str.extract(_SERIAL, 1).cast(pl.Int64)),
    ]
    return cells.to_frame().select(pl.coalesce(ways)).to_series()


def _ymd(text: pl.Expr, pattern: str, groups: int) -> pl.Expr:
    """The day that a pattern finds; a month or day that it leaves out is the first."""
    found = [text.str.extract(pattern, i + 1).cast(pl.Int32) for i in range(groups)]
    year = found[0]
    month, day = (found[i].fill_null(1) if i < groups else pl.lit(1, pl.Int32) for i in (1, 2))
    real = year.is_not_null() & month.is_between(1, 12)
    first = pl.when(real).then(
        pl.date(pl.when(real).then(year).otherwise(1), pl.when(real).then(month).otherwise(1), 1)
    )
    fits = day.is_between(1, first.dt.days_in_month())
    return pl.when(fits).then(first + pl.duration(days=day - 1))


def _ends(text: pl.Expr) -> list[pl.Expr]:
    """The last day of a month, a quarter or a year: 2022年6月底, 2022年二季度末, 2022年底."""
    made: list[pl.Expr] = []
    for pattern, months in ((_END_OF_MONTH, 1), (_END_OF_QUARTER, 3), (_END_OF_YEAR, 12)):
        year = text.str.extract(pattern, 1).cast(pl.Int32)
        which = text.str.extract(pattern, 2).cast(pl.Int32) if months < 12 else pl.lit(1, pl.Int32)
        real = year.is_not_null() & which.is_between(1, 12 // months)
        last = pl.date(
            pl.when(real).then(year).otherwise(1), pl.when(real).then(which * months).otherwise(1), 1
        )
        made.append(pl.when(real).then(last.dt.month_end()))
    return made


def _serial(number: pl.Expr) -> pl.Expr:
    """Days since 1899-12-30, as spreadsheets count them after February 1900."""
    return pl.when(number.is_between(10_000, 80_000)).then(
        pl.lit(date(1899, 12, 30)) + pl.duration(days=number)
    )


def _arabic(cells: pl.Series) -> pl.Series:
    text = cells.str.replace_many(list(_DIGITS), list(_DIGITS.values()))
    for pattern, into in _TENS:
        text = text.str.replace_all(pattern, into)
    return text


_QUARTER = r"^(\d{4})年?\s*(?:第?([1-4一二三四])季度?|[Qq]([1-4]))$"
_HALF = r"^(\d{4})年?\s*([上下])半年$"
_NUMERAL = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4, "上": 1, "下": 2}


def periods(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Days, months, quarters, halves, years → structs of ``first`` day and day ``after``; what is none."""
    first = _parsed(cells)
    text = pl.col("_")
    whole = r"^(\d{4})年?$"
    month = r"^\d{4}(?:[年./\-]\d{1,2}月?|\d{2})$"
    quarter = pl.coalesce(text.str.extract(_QUARTER, 2), text.str.extract(_QUARTER, 3))
    half = text.str.extract(_HALF, 2)
    year = pl.coalesce(text.str.extract(p, 1) for p in (_QUARTER, _HALF)).cast(pl.Int32)

    def begin(word: pl.Expr, months: int) -> pl.Expr:
        number = word.replace_strict(_NUMERAL, default=None, return_dtype=pl.Int32)
        known = number.is_not_null() & year.is_not_null()
        start = pl.when(known).then((number - 1) * months + 1).otherwise(1)
        return pl.when(known).then(pl.date(pl.when(known).then(year).otherwise(1), start, 1))

    made = (
        pl.DataFrame({"_": _arabic(cells), "day": first})
        .with_columns(text.str.replace_all(r"\s", "").alias("_"))
        .with_columns(quarter=begin(quarter, 3), half=begin(half, 6))
        .select(
            first=pl.coalesce("quarter", "half", "day"),
            after=pl.coalesce(
                pl.col("quarter").dt.offset_by("3mo"),
                pl.col("half").dt.offset_by("6mo"),
                pl.when(text.str.contains(whole)).then(pl.col("day").dt.offset_by("1y")),
                pl.when(text.str.contains(month)).then(pl.col("day").dt.offset_by("1mo")),
                pl.col("day").dt.offset_by("1d"),
            ),
        )
    )
    return made.to_struct(cells.name), cells.is_not_null() & made["first"].is_null()


_AS_OF = r"(截至|截止到?|截止日期|统计日期|统计时间|填报日期|填表日期|制表日期|日期|时间)"
_IN_TITLE = re.compile(
    rf"{_AS_OF}?\s*[::\uff1a]?\s*"
    r"(\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|\d{4}[./\-]\d{1,2}[./\-]\d{1,2}|(?<!\d)\d{8}(?!\d))"
)
_MONTH_IN_TITLE = re.compile(
    rf"(?:{_AS_OF}\s*[::\uff1a]?\s*|[(\uff08]\s*)(\d{{4}}\s*年\s*\d{{1,2}}\s*月)(?!\s*\d|\s*[至到—-])"
)


def day_in(texts: list[str]) -> date | None:
    """The day that titles state: one after 截至 before any other; None where there is none.

    A month alone, after 截至 or in brackets, means its last day.
    """
    forms = (_IN_TITLE, _MONTH_IN_TITLE)
    found = [(m[1] is None, m[2]) for form in forms for text in texts for m in form.finditer(text)]
    for _, text in sorted(found, key=lambda one: one[0]):
        try:
            return days.day(text)
        except OrgraphError:  # 2022.13.45 is no day, and another title may state one
            continue
    return None
