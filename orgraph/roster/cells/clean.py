"""Cells as clerks write them → texts, names, codes and truth values, in whole columns at a time.

Each function takes a column of texts and gives a column back. What a cell says is never guessed: a cell
that cannot be read is marked `bad`, one that can be read in two ways or is only roughly a value `doubtful`,
and both become findings.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from orgraph.model.runs import by_runs, heads

CLEAR = ("无", "/", "\uff0f", "、", "暂无")
"""Cells that say: there is none. They clear what was known, where a blank cell keeps it."""

VACANT = (
    "待定", "未定", "空缺", "缺", "缺额", "暂缺", "空", "待配", "待选", "待补", "待任命", "没有", "空岗",
)  # fmt: skip
"""What a cell for the holder of a post says where there is none."""

FILLERS = ("-", "\uff0d", "—", "——", "--", "N/A", "n/a", "NA", "#N/A", "NULL", "null", "None", "nan", "NaN")
"""Cells that say nothing, like a blank one."""

EMPTY_CODES = ("0", "00", "000", "000000")
"""What else stands for no code at all where a code is expected."""

CELL_ERRORS = ("#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA", "#SPILL!")
"""What a spreadsheet shows where its formula failed."""

_WIDE = "".join(chr(c) for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B)))
_SPACES = "\u3000\u00a0\u2002\u2003\u2009\u202f"
_INVISIBLE = "\ufeff\u200b\u200c\u200d\u2060\u00ad"
_CJK = r"\u3400-\u9fff\uf900-\ufaff○〇"
_DOTS = "•・‧⋅∙●"

TRUE = ("真", "是", "有", "√", "✓", "✔", "y", "yes", "true", "1", "对")
FALSE = ("假", "否", "没有", "×", "✗", "x", "n", "no", "false", "0", "不是")


@dataclass(frozen=True)
class Cleaned:
    """A column of values, and the rows that could not be read (`bad`) or not for certain (`doubtful`)."""

    values: pl.Series
    bad: pl.Series
    doubtful: pl.Series | None = None


def tidy(cells: pl.Series) -> pl.Series:
    """Cells without odd spaces, invisible marks, a leading apostrophe and wide letters; blank → null.

    Brackets and other Chinese punctuation stay as they are: they are the right ones in a name.
    """
    cells = cells.cast(pl.String)
    if not _any(cells, rf"[{_WIDE}{_SPACES}{_INVISIBLE}]|^\s*'|^\s|\s$|^$"):
        return cells
    if _any(cells, f"[{_WIDE}{_SPACES}{_INVISIBLE}]"):
        fold = {c: chr(ord(c) - 0xFEE0) for c in _WIDE} | dict.fromkeys(_SPACES, " ")
        fold |= dict.fromkeys(_INVISIBLE, "")
        cells = cells.str.replace_many(list(fold), list(fold.values()))
    if _any(cells, r"^\s*'"):
        cells = cells.str.replace(r"^\s*'", "")
    cells = cells.str.strip_chars()
    return where(cells, cells != "")


def all_say_something(cells: pl.Series, more: Collection[str] = ()) -> bool:
    """Whether no cell clears (nor is one of `more`), says nothing in words, or holds an error."""
    return not heads(cells).is_in((*CLEAR, *more, *FILLERS, *CELL_ERRORS)).any()


def split_clear(cells: pl.Series, more: Collection[str] = ()) -> tuple[pl.Series, pl.Series]:
    """Tidied cells without those that clear (as `more` do here) or say nothing; and which ones clear."""
    clears = cells.is_in((*CLEAR, *more)).fill_null(value=False)
    nothing = clears | cells.is_in(FILLERS).fill_null(value=False)
    return where(cells, ~nothing), clears


def spoilt(cells: pl.Series) -> pl.Series:
    """Which cells hold a spreadsheet's error in the place of a value."""
    return cells.is_in(CELL_ERRORS).fill_null(value=False)


def unit_names(cells: pl.Series) -> pl.Series:
    """Names of units: spaces beside Chinese characters go, others become one."""
    if not _any(cells, r"\s"):
        return cells
    after, before = rf"([{_CJK}\uff09])\s+", rf"\s+([{_CJK}\uff08])"
    return cells.str.replace_all(after, "$1").str.replace_all(before, "$1").str.replace_all(r"\s+", " ")


def person_names(cells: pl.Series) -> pl.Series:
    """Names of people: 张 三 → 张三, one middle dot for all, remarks in brackets dropped."""
    if _any(cells, f"[{_DOTS}]"):
        cells = cells.str.replace_all(f"[{_DOTS}]", "·")
    return unit_names(_without_remarks(cells))


def person_lists(cells: pl.Series) -> pl.Series:
    """Lists of people's names, as a cell may name several, parted by a comma, semicolon, slash or line break.

    A space parts two names of two or more characters (张三 李四), but not a name from its own parts
    (张 三, 欧阳 娜娜).
    """
    cells = _without_remarks(cells)
    if _any(cells, r"\s"):
        cells = cells.str.replace_all(r"[\r\n]+", "、")
        pair = rf"^([{_CJK}]{{2,3}})\s+([{_CJK}]{{2,3}})$"
        compound = cells.str.contains(rf"^(?:{'|'.join(COMPOUND_SURNAMES)})\s")
        cells = where(cells, compound.fill_null(value=False), cells.str.replace(pair, "$1、$2"))
    if not _any(cells, SLASHES_TOO):
        names = person_names(cells)
        return pl.select(
            pl.when(names.is_not_null()).then(pl.concat_list(names)).alias(cells.name)
        ).to_series()
    listed = parts(cells, SLASHES_TOO).to_frame("_").with_row_index("row").explode("_")
    grouped = (
        listed.with_columns(person_names(listed["_"]).alias("_"))
        .group_by("row", maintain_order=True)
        .agg(pl.col("_").drop_nulls().unique(maintain_order=True))
    )
    return grouped.select(pl.when(cells.is_not_null()).then(pl.col("_"))).to_series().alias(cells.name)


def _without_remarks(cells: pl.Series) -> pl.Series:
    if not _any(cells, "[(\uff08]"):
        return cells
    bare = cells.str.replace_all("[(\uff08][^)\uff09]*[)\uff09]", "").str.strip_chars()
    return where(bare, bare != "")


def references(cells: pl.Series) -> pl.Series:
    """Names or codes of other units; 0 and the like name none."""
    if not _any(cells, r"\s|^\d+\.0+$|^0+$"):
        return cells
    cells = unit_names(cells).str.replace(r"^(\d+)\.0+$", "$1")
    return where(cells, ~cells.is_in(EMPTY_CODES).fill_null(value=False))


COMPOUND_SURNAMES = (
    "欧阳", "司马", "上官", "诸葛", "东方", "皇甫", "尉迟", "公孙", "慕容", "令狐",
    "夏侯", "司徒", "司空", "端木", "长孙", "宇文", "轩辕", "南宫", "闻人", "呼延",
)  # fmt: skip


_SEPARATORS = r"[、,\x{ff0c};\x{ff1b}\r\n]"
SLASHES_TOO = r"[、,\x{ff0c};\x{ff1b}\r\n/\x{ff0f}]"


def parts(cells: pl.Series, separators: str = _SEPARATORS) -> pl.Series:
    """The parts of cells that name several things, each without outer spaces; a slash is part of a path."""
    clean = cells.str.replace_all(rf"\s*{separators}\s*", "、").str.replace_all("、+", "、")
    return clean.str.strip_chars("、 ").str.split("、")


def codes(cells: pl.Series) -> Cleaned:
    """Codes: spaces and the ``.0`` of a number go; scientific notation has lost digits and is bad."""
    if _any(cells, r"\s"):
        cells = cells.str.replace_all(r"\s", "")
    cells = cells.str.replace(r"^(\d+)\.0+$", "$1")
    bad = cells.str.contains(r"^\d(?:\.\d+)?[eE]\+?\d+$").fill_null(value=False)
    return Cleaned(where(cells, ~cells.is_in(EMPTY_CODES).fill_null(value=False)), bad)


_ODD = r"[^0-9a-z\x{4e00}-\x{9fff}\-]"
"""What a name may hold that its key does not: neither Chinese characters, digits nor small letters."""


def keys(names: pl.Series) -> pl.Series:
    """What two spellings of one name share: width, case, spaces and the kind of dash do not count.

    Other punctuation does: 1-1网格 is not 11网格.
    """
    if _any(names, _ODD):
        at = names.str.contains(_ODD).arg_true()
        names = names.scatter(at, _folded(names.gather(at)))
    return names


def _folded(names: pl.Series) -> pl.Series:
    folded = names.str.normalize("NFKC").str.to_lowercase()
    if _any(folded, r"[\s–—―‐‑−]"):
        folded = folded.str.replace_all(r"\s", "").str.replace_all("[–—―‐‑−]+", "-")
    return folded


def truths(cells: pl.Series) -> Cleaned:
    """Truth values: 是, 否, √, ×, y, n, 1, 0 and the like."""
    lower = cells.str.to_lowercase()
    values = pl.select(
        pl.when(lower.is_in(TRUE)).then(True).when(lower.is_in(FALSE)).then(False)
    ).to_series().rename(cells.name)  # fmt: skip
    return Cleaned(values, cells.is_not_null() & values.is_null())


def choices(cells: pl.Series, words: Mapping[str, str]) -> Cleaned:
    """One of several values: `words` maps every word that may stand for one to the value it means."""
    if not cells.len():
        return Cleaned(cells, pl.Series([], dtype=pl.Boolean))
    known = dict(zip(keys(pl.Series(list(words))), words.values(), strict=True))
    exact = cells.replace_strict(dict(words), default=None, return_dtype=pl.String)
    if (exact.is_null() & cells.is_not_null()).any():
        loose = keys(cells).replace_strict(known, default=None, return_dtype=pl.String)
        exact = where(exact, exact.is_not_null(), loose)
    return Cleaned(exact, cells.is_not_null() & exact.is_null())


def contains(cells: pl.Series, pattern: str) -> pl.Series:
    """Which cells hold what a pattern says; blank ones do not."""
    return by_runs(cells, lambda some: some.str.contains(pattern).fill_null(value=False))


def _any(cells: pl.Series, pattern: str) -> bool:
    return bool(heads(cells).str.contains(pattern).any())


def where(cells: pl.Series, keep: pl.Series, otherwise: pl.Series | None = None) -> pl.Series:
    """`cells` where `keep` is true, else `otherwise` (null)."""
    return pl.select(
        pl.when(keep)
        .then(cells)
        .otherwise(pl.lit(None) if otherwise is None else otherwise)
        .alias(cells.name)
    ).to_series()


def either(masks: Iterable[pl.Series]) -> pl.Series:
    """Whether any of several marks is set."""
    first, *rest = masks
    for mask in rest:
        first = first | mask
    return first
