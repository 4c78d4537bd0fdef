"""Official numbers: what their form and check digit say, and how one that was spoilt may be mended.

Identity numbers (GB 11643) and phones are read in `private`; here are the numbers of bodies and places.
Every function takes a whole column. A repair is proposed in a finding and never made.

References
----------
GB 32100-2015 (unified social credit code), GB/T 2260 and GB/T 10114 (divisions: 2 + 2 + 2 + 3 + 3 digits).
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import polars as pl

_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""What a credit code is written with: no I, O, S, V, Z."""

_VALUES = np.full(256, -1, np.int64)
_VALUES[np.frombuffer(_ALPHABET.encode(), np.uint8)] = np.arange(len(_ALPHABET))
_WEIGHTS = 3 ** np.arange(17) % 31

_CREDIT = r"^[1-9ANY][0-9A-Z]\d{6}[0-9A-Z]{10}$"
"""Department, class, division, body, check: the shape that tells a credit code from other codes."""

_MISREAD = {"I": "1", "O": "0", "S": "5", "V": "U", "Z": "2"}
"""Letters that no credit code has, and what they were mistaken for."""

PROVINCES = (
    "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42",
    "43", "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
)  # fmt: skip
"""GB/T 2260: the first two digits of every division."""

LENGTHS = (2, 4, 6, 9, 12)
"""Digits of a province, prefecture, county, town, village."""

_HEADED = "信用代码"


def is_credit_header(header: str) -> bool:
    """Whether a column says of itself that it holds credit codes."""
    return _HEADED in header


def like_credit_codes(codes: pl.Series) -> pl.Series:
    """Which codes have the shape of a credit code, with a real province in it; null is none."""
    upper = codes.str.to_uppercase()
    shaped = upper.str.contains(_CREDIT) & upper.str.slice(2, 2).is_in(list(PROVINCES))
    return shaped.fill_null(value=False)


def credit_codes(codes: pl.Series) -> pl.Series:
    """Which codes are sound: 18 characters of the alphabet, the last of which checks the others.

    Examples
    --------
    >>> credit_codes(pl.Series(["91330411MA28A1B2X8", "91350100M000100Y43", None])).to_list()
    [False, True, False]
    """
    fits = (codes.str.len_bytes() == 18).fill_null(value=False)
    digits = _digits(codes.set(~fits, "0" * 18))
    sound = (digits >= 0).all(axis=1) & (digits[:, 17] == (31 - digits[:, :17] @ _WEIGHTS % 31) % 31)
    return fits & pl.Series(sound, dtype=pl.Boolean)


def _digits(codes: pl.Series) -> npt.NDArray[np.int64]:
    """int64[codes, 18]: the value of every character; −1 for one that is not of the alphabet."""
    if not codes.len():
        return np.zeros((0, 18), np.int64)
    text = codes.str.replace_all(r"[^\x20-\x7e]", "?").str.slice(0, 18).str.pad_end(18, "?")
    array = np.array(text.to_list(), "S18")
    return _VALUES[array.view(np.uint8).reshape(-1, 18)]


def mended_credit_codes(codes: pl.Series) -> pl.Series:
    """What spoilt credit codes probably were: letters that no code has put right, capitals; null: no idea.

    Examples
    --------
    >>> mended_credit_codes(pl.Series(["9135O100m000100y43", "9135"])).to_list()
    ['91350100M000100Y43', None]
    """
    plain = codes.str.to_uppercase().str.replace_all(r"[^0-9A-Z]", "")
    plain = plain.str.replace_many(list(_MISREAD), list(_MISREAD.values()))
    return plain.set(~credit_codes(plain), None)


# --- codes of divisions ----------------------------------------------------------------------------


def division(codes: pl.Expr) -> pl.Expr:
    """The digits of a division's code that say something, without the zeros that fill it up; else null.

    330411106000 and 330411106 are one town. A municipal pseudo-level (1101, 市辖区) is a code like others.
    """
    bare = codes.str.replace(r"^(\d{9})000$", "$1")
    bare = bare.str.replace(r"^(\d{6})000$", "$1").str.replace(r"^(\d{4})00$", "$1")
    bare = bare.str.replace(r"^(\d{2})00$", "$1")
    real = bare.str.contains(r"^\d+$") & bare.str.len_bytes().is_in(list(LENGTHS))
    return pl.when(real & bare.str.slice(0, 2).is_in(list(PROVINCES))).then(bare)


def outside(children: pl.Expr, parents: pl.Expr) -> pl.Expr:
    """Whether a child's code is a division's and does not begin with that of its parent; null: no codes."""
    child, parent = division(children), division(parents)
    deeper = child.str.len_bytes() > parent.str.len_bytes()
    return pl.when(child.is_not_null() & parent.is_not_null()).then(~(deeper & child.str.starts_with(parent)))


# --- codes that lost something -----------------------------------------------------------------------


def loosened(codes: pl.Expr) -> pl.Expr:
    """What is left of a code without capitals, leading zeros and the zeros that fill up a division's code.

    Two codes that are alike in this were probably one before a spreadsheet took it for a number, or before
    somebody typed it again.
    """
    bare = pl.coalesce(division(codes), codes)
    return bare.str.to_lowercase().str.replace(r"^0+(.)", "$1")
