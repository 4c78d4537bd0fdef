"""Names that are nearly the same: one wrong character, or another ending for the same kind of body.

Pairs are found by joins over what is left when a character is taken out, never by comparing each name with
each: the cost grows with the number of names, not with its square.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

SHORTEST = 3
"""Names of fewer characters are not compared character by character: 张村 and 李村 are two villages."""

LONGEST = 40
"""Longer ones are no names: each would be written down once for every character it has."""

_ENDINGS = (
    "居民委员会", "村民委员会", "街道办事处", "办事处", "居委会", "村委会", "委员会", "行政村", "自然村",
    "社区", "小区", "街道", "村", "镇", "乡", "党总支", "党支部", "总支", "支部", "党委",
)  # fmt: skip
_ENDING = rf"(?:{'|'.join(_ENDINGS)})$"

_NUMBERING = (
    r"[0-9a-z零〇一二三四五六七八九十百甲乙丙丁戊己庚辛壬癸东南西北中前后上下左右大小新老旧内外第#号]"
)
"""What tells siblings apart on purpose: 一网格 and 二网格, 东苑 and 西苑."""


def near_pairs(new: pl.DataFrame, old: pl.DataFrame, beside: Sequence[str]) -> pl.DataFrame:
    """Pairs of names, of which only a slip may be the difference.

    Parameters
    ----------
    new, old
        ``name``, ``key`` (normalised name) and the columns of `beside`; `old` with ``id``.
    beside
        What both must share: they stand under one parent, are of one kind.

    Returns
    -------
    DataFrame
        All columns of `new`, with ``other`` and ``id`` of `old`.
    """
    new = new.join(old, on=list(beside), how="semi", maintain_order="left") if old.height else new.clear()
    old = old.join(new, on=list(beside), how="semi", maintain_order="left") if new.height else old.clear()
    if not new.height:
        return new.clear().with_columns(other=pl.lit(None, pl.String), id=pl.lit(None, pl.String))
    olds = old.select(*beside, "id", "key", other="name").with_row_index("_old")
    news = new.with_row_index("_new")
    pairs = pl.concat(
        [
            _joined(f(news, "_new", beside), f(olds, "_old", beside), beside)
            for f in (_shortened, _without_ending)
        ]
    ).unique(maintain_order=True)
    met = (
        pairs.join(news, on="_new")
        .join(olds.select("_old", "other", "id", old_key="key"), on="_old")
        .filter(pl.col("key") != pl.col("old_key"))
        .filter(_told_apart("key") != _told_apart("old_key"))
    )
    return met.sort("_new", "_old").select(*new.columns, "other", "id")


def same_but_for_endings(text: str, names: pl.Series) -> pl.Series:
    """Names that differ from a text by endings alone, those that share most of it first.

    尖山社区 means 尖山社区居委会 rather than 尖山村委会.
    """
    asked = _without_ending(pl.DataFrame({"_at": [0], "key": [text]}), "_at", ())
    found = _without_ending(names.unique().sort().to_frame("key").with_columns(_at="key"), "_at", ())
    alike = found.join(asked, on="_left", how="semi").filter(pl.col("_at") != text)
    best = alike.group_by("_at").agg(pl.col("_left").str.len_chars().max())
    return best.sort("_left", "_at", descending=[True, False])["_at"]


def _joined(left: pl.DataFrame, right: pl.DataFrame, beside: Sequence[str]) -> pl.DataFrame:
    return left.join(right, on=[*beside, "_left"]).select("_new", "_old").unique()


def _told_apart(column: str) -> pl.Expr:
    return pl.col(column).str.replace_all(_NUMBERING, "")


def _shortened(names: pl.DataFrame, row: str, beside: Sequence[str]) -> pl.DataFrame:
    """Every name, and every name without one of its characters."""
    length = pl.col("key").str.len_chars()
    whole = names.filter(length.is_between(SHORTEST, LONGEST)).select(row, *beside, "key")
    each = whole.with_columns(at=pl.int_ranges(0, length)).explode("at")
    key, at = pl.col("key"), pl.col("at")
    cut = each.select(row, *beside, _left=key.str.slice(0, at) + key.str.slice(at + 1))
    return pl.concat([whole.rename({"key": "_left"}), cut])


def _without_ending(names: pl.DataFrame, row: str, beside: Sequence[str]) -> pl.DataFrame:
    """Every name, and what is left of it without 居委会, and without 社区 before that."""
    key = pl.col("key")
    once = key.str.replace(_ENDING, "")
    left = [key, once, once.str.replace(_ENDING, "")]
    forms = names.select(row, *beside, _left=pl.concat_list(left).list.unique()).explode("_left")
    return forms.filter(pl.col("_left").str.len_chars() >= 2)
