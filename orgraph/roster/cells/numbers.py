"""Numbers as people write them, in whole columns: 1,234, 2.3万, 约300户, 超10亿, 26000余, 九百多, 3公顷.

An amount is returned in the smallest unit of its measure, as a whole number. Nothing is rounded: an
amount with more decimals than its measure has is bad, but the noise of binary fractions is not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import polars as pl

from orgraph.roster.cells.clean import Cleaned

_MYRIADS = {
    "": 1,
    "十": 10,
    "百": 100,
    "千": 1_000,
    "万": 10_000,
    "百万": 1_000_000,
    "千万": 10_000_000,
    "亿": 100_000_000,
}

_BASES: dict[str, tuple[str, float]] = {
    **dict.fromkeys(("户", "家", "户数"), ("户", 1)),
    **dict.fromkeys(("人", "名", "位", "口", "个人"), ("人", 1)),
    **dict.fromkeys(("个", "只", "处", "份", "件", "次", "套", "幢", "栋", "项", "条", "起"), ("", 1)),
    "人次": ("人次", 1),
    "小时": ("小时", 1), "h": ("小时", 1), "分钟": ("小时", 1 / 60), "天": ("天", 1), "日": ("天", 1),
    "元": ("元", 1), "块": ("元", 1), "人民币": ("元", 1), "美元": ("美元", 1),
    **dict.fromkeys(("平方米", "平米", "㎡", "m2", "m²", "平方"), ("平方米", 1)),
    **dict.fromkeys(("亩",), ("平方米", 2000 / 3)),
    **dict.fromkeys(("公顷", "ha"), ("平方米", 10_000)),
    **dict.fromkeys(("平方公里", "平方千米", "km2", "km²"), ("平方米", 1_000_000)),
    **dict.fromkeys(("米", "m"), ("米", 1)), **dict.fromkeys(("公里", "千米", "km"), ("米", 1000)),
    "%": ("%", 1),
}  # fmt: skip

UNITS: dict[str, tuple[str, float]] = {
    prefix + unit: (base, factor * times)
    for prefix, times in _MYRIADS.items()
    for unit, (base, factor) in {"": ("", 1.0), **_BASES}.items()
    if prefix + unit
} | _BASES
"""Unit as written → what it counts, and how many of that; counting words such as 个 count anything."""

_NUMBER = (
    r"^(约|近|大约|超|超过|逾|共|共计)?"
    r"([+\-]?(?:(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+)(?:[eE][+\-]?\d+)?)"
    r"(余|多|来|几)?((?:百|千)?(?:万|亿)?[^\d\s余多左以]*)(余|多|左右|以上|以下|上下)?$"
)
_WRITTEN_OUT = (
    r"^(约|近|超|超过|逾)?([零〇一二两三四五六七八九十百千万亿]+)"
    r"(余|多|来|几)?([^零〇一二两三四五六七八九十百千万亿余多]*)(左右|以上|余|多)?$"
)
_DIGITS = "一二三四五六七八九"
_EXACT = 2.0**53


@dataclass(frozen=True)
class Amount:
    """How the figures of a column are meant.

    Attributes
    ----------
    unit
        What the figure counts (户, 万元); None: anything.
    decimals
        Digits after the point.
    header_unit
        The unit that the column's header states, where a cell has none.
    """

    unit: str | None = None
    decimals: int = 0
    header_unit: str | None = None


def integers(cells: pl.Series, amount: Amount | None = None) -> Cleaned:
    """Whole numbers in the smallest unit of `amount`; `doubtful` marks what is but roughly known (约, 余)."""
    amount = amount or Amount()
    times = 10**amount.decimals
    plain = cells.cast(pl.Int64, strict=False)
    if amount.header_unit is not None:
        plain = (
            pl.Series([None], dtype=pl.Int64).extend_constant(None, len(cells) - 1) if len(cells) else plain
        )
    fits = (plain.abs() < 2**62 // times).fill_null(value=False)
    values = plain.set(~fits, None) * times
    odd = plain.is_null() & cells.is_not_null()
    if not odd.any():
        return Cleaned(values.alias(cells.name), ~fits & cells.is_not_null())
    read = _read(cells.set(~odd, None))
    value = read["number"] * _factors(read["unit"], amount) * times
    whole = value.round()
    tolerance = pl.select(pl.max_horizontal(pl.lit(1e-6), whole.abs() * 1e-12)).to_series()
    sound = ((value - whole).abs() <= tolerance) & (whole.abs() < _EXACT)
    values = values.zip_with(~odd, whole.set(~sound.fill_null(value=False), None).cast(pl.Int64))
    return Cleaned(values.alias(cells.name), cells.is_not_null() & values.is_null(), read["rough"])


def decimals(cells: pl.Series) -> Cleaned:
    """Decimal numbers; any counting word after them is dropped, 万 and 亿 are multiplied."""
    read = _read(cells)
    value = read["number"] * _factors(read["unit"], Amount())
    value = value.set(~value.is_finite().fill_null(value=False), None) + 0.0
    return Cleaned(value.alias(cells.name), cells.is_not_null() & value.is_null(), read["rough"])


def unit_in(header: str) -> str | None:
    """The unit that a header states in brackets: 金额(万元) → 万元; None where that is no known unit."""
    inside = header.replace("\uff08", "(").replace("\uff09", ")").partition("(")[2].partition(")")[0]
    words = [w.removeprefix("单位").lstrip(":\uff1a").strip() for w in (inside, *inside.split("、"))]
    return next((w for w in words if w in UNITS), None)


def unit_in_title(title: str) -> str | None:
    """The unit that a title states for the whole table: 单位:万元 → 万元; not 单位:洪合镇."""
    _, found, after = title.replace("\uff1a", ":").replace(" ", "").partition("单位:")
    words = re.split(r"[\s、,)\uff09\u3000]", after) if found else []
    return words[0] if words and words[0] in UNITS else None


def _read(cells: pl.Series) -> pl.DataFrame:
    """``number`` Float64, ``unit``, ``rough``; read once per distinct cell."""
    text = pl.col("_").str.normalize("NFKC").str.replace_all(r"\s", "")
    parts = [text.str.extract(_NUMBER, i) for i in range(1, 6)]
    odd = cells.unique().drop_nulls().alias("_").to_frame()
    found = odd.select(
        "_",
        number=parts[1].str.replace_all(",", "", literal=True).cast(pl.Float64, strict=False),
        unit=parts[3],
        rough=pl.any_horizontal(pl.coalesce(parts[i], pl.lit("")).is_in(_ROUGH) for i in (0, 2, 4)),
    )
    missed = found["number"].is_null()
    if missed.any():
        found = pl.concat([found.filter(~missed), _in_characters(found.filter(missed).select("_"))])
    known = found.with_columns(pl.col("unit").replace("", None))
    return (
        cells.alias("_")
        .to_frame()
        .join(known, on="_", how="left", maintain_order="left")
        .with_columns(pl.col("rough").fill_null(value=False))
    )


_ROUGH = ("约", "近", "大约", "超", "超过", "逾", "余", "多", "来", "几", "左右", "以上", "以下", "上下")


def _in_characters(cells: pl.DataFrame) -> pl.DataFrame:
    """Numbers written in characters: 九百多户, 三千二百, 两万五千."""
    text = pl.col("_")
    digits = text.str.extract(_WRITTEN_OUT, 2)
    upper, myriads, lower = (digits.str.extract(r"^(?:(.*)亿)?(?:(.*)万)?(.*)$", i) for i in (1, 2, 3))
    number = _section(upper) * 100_000_000 + _section(myriads) * 10_000 + _section(lower)
    counts = digits.str.contains(f"[{_DIGITS}两十零〇]")
    sound = pl.all_horizontal(_sound(part) for part in (upper, myriads, lower)) & counts
    rough = pl.any_horizontal(
        pl.coalesce(text.str.extract(_WRITTEN_OUT, i), pl.lit("")).is_in(_ROUGH) for i in (1, 3, 5)
    )
    value = pl.when(sound).then(number).cast(pl.Float64)
    return cells.select("_", number=value, unit=text.str.extract(_WRITTEN_OUT, 4), rough=rough)


_SECTION = rf"^(?:([{_DIGITS}两])千)?零?(?:([{_DIGITS}两])百)?零?(?:([{_DIGITS}]?)十)?零?([{_DIGITS}两])?$"


def _section(text: pl.Expr) -> pl.Expr:
    """A number below ten thousand in characters; nothing is 0."""
    values = {c: i + 1 for i, c in enumerate(_DIGITS)} | {"两": 2, "": 1}
    total = pl.lit(0, pl.Int64)
    for group, times in enumerate((1000, 100, 10, 1), start=1):
        digit = text.str.replace_all("〇", "零").str.extract(_SECTION, group)
        total = total + digit.replace_strict(values, default=None, return_dtype=pl.Int64).fill_null(0) * times
    return total


def _sound(text: pl.Expr) -> pl.Expr:
    return text.is_null() | text.str.replace_all("〇", "零").str.contains(_SECTION)


def _length(entry: tuple[str, int]) -> int:
    return len(entry[0])


def _factors(units: pl.Series, amount: Amount) -> pl.Series:
    """What a figure in each unit is multiplied by; null where the unit counts something else."""
    wanted = amount.unit or ""
    base, own = UNITS.get(wanted, (wanted, 1.0))
    prefix = next(
        (t for p, t in sorted(_MYRIADS.items(), key=_length, reverse=True) if wanted.startswith(p)), 1
    )
    stated, times = UNITS.get(amount.header_unit or "", (base, own))
    header = times if stated in ("", base) else own  # a title's unit may be another figure's
    factors: dict[str | None, float] = {None: header / own, wanted: 1.0}
    for unit, (counts, times) in UNITS.items():
        if unit in _MYRIADS:  # 1.2万 in a column of 万元 means 1.2万元, in a column of 户 12,000户
            factors[unit] = times / prefix
        elif counts == base:
            factors[unit] = times / own
        elif not base or not counts:
            factors[unit] = times
    return units.replace_strict(list(factors), list(factors.values()), default=None, return_dtype=pl.Float64)
