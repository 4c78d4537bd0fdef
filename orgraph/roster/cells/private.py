"""Phones and identity numbers: read, checked, masked, and hashed into what finds people and tells nothing."""

from __future__ import annotations

import hmac
import os
import sys
from pathlib import Path

import numpy as np
import polars as pl

from orgraph.roster.cells.clean import SLASHES_TOO, Cleaned, parts

PHONE, ID_HASH = "phone", "id_hash"
"""Fields of the private table of contacts that the importer writes."""

KEY_VARIABLE = "ORGRAPH_ID_KEY"

_MOBILE = r"^1[3-9]\d{9}$"
_LANDLINE = r"^(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?$"
_SHORT = r"^\d{6}$"  # the short numbers of a department's own network
_SCIENTIFIC = r"^\d\.\d{9,10}[eE]\+?10$"

_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = list("10X98765432")


def phones(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Lists of phone numbers, as several may share a cell, and which cells hold something else.

    13812345678.0, 1.3812345678E10, 138-1234-5678, +86 138 1234 5678 are all 13812345678.
    """
    plain = cells.str.contains(_MOBILE).fill_null(value=False)
    numbers, bad = _phone_lists(cells.set(plain, None))
    single = pl.select(pl.when(plain).then(pl.concat_list(cells)).otherwise(numbers)).to_series()
    return single.alias(cells.name), bad


def _phone_lists(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The slower way for everything that is not one mobile number and nothing else; null stays null."""
    if cells.null_count() == len(cells):
        return pl.Series([None], dtype=pl.List(pl.String)).new_from_index(0, len(cells)), cells.is_not_null()
    text = cells.str.normalize("NFKC").str.replace(r"^(\d{11})\.0+$", "$1")
    numeric = text.str.contains(_SCIENTIFIC).fill_null(value=False)
    if numeric.any():
        text = text.zip_with(
            ~numeric, text.cast(pl.Float64, strict=False).cast(pl.Int64, strict=False).cast(pl.String)
        )
    text = text.str.replace_all(r"[((].*?[))]", " ").str.replace_all(r"(\d{7,})\s+(\d{7,})", "$1、$2")
    one = pl.element().str.replace_all(r"[\s ]", "").str.replace(r"^(?:\+|00)?86-?(1\d{2})", "$1")
    mobile = one.str.replace_all("-", "")
    known = (
        pl.when(mobile.str.contains(_MOBILE)).then(mobile)
        .when(one.str.contains(_LANDLINE) | one.str.contains(_SHORT)).then(one)
    )  # fmt: skip
    pieces = parts(text, SLASHES_TOO).list.eval(pl.element().filter(pl.element().str.strip_chars() != ""))
    numbers = pieces.list.eval(known)
    bad = cells.is_not_null() & (
        (numbers.list.len() == 0) | numbers.list.eval(pl.element().is_null()).list.any()
    ).fill_null(value=True)
    return numbers.list.drop_nulls(), bad


def id_numbers(cells: pl.Series) -> Cleaned:
    """Identity numbers in their form of 18 digits (GB 11643); wrong dates and wrong check digits are bad."""
    text = cells.str.to_uppercase().str.replace_all(r"[\s'-]", "")
    old = text.str.contains(r"^\d{15}$").fill_null(value=False)
    body = text.zip_with(~old, text.str.slice(0, 6) + "19" + text.str.slice(6))
    shaped = body.str.contains(r"^\d{17}[\dX]$").fill_null(value=False) | old
    day = body.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    check = _check_digits(body.zip_with(shaped, pl.Series(["0" * 17]).new_from_index(0, len(body))))
    sound = shaped & day.is_not_null() & (old | (body.str.slice(17, 1) == check).fill_null(value=False))
    values = (body.str.slice(0, 17) + check).set(~sound, None)
    return Cleaned(values.alias(cells.name), cells.is_not_null() & ~sound)


def _check_digits(bodies: pl.Series) -> pl.Series:
    """The check digit of each text that begins with 17 digits."""
    if not len(bodies):
        return bodies
    digits = np.stack([bodies.str.slice(i, 1).cast(pl.Int64).to_numpy() for i in range(17)])
    return pl.Series(np.array(_CHECKS)[_WEIGHTS @ digits % 11])


NUMBER_IN_TEXT = r"1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{7,}[\dXx]?"
"""What in a text may be a phone or an identity number."""

NUMBER_IN_NAME = r"\d(?:[ -]?\d){5}"
"""More digits than the name of a person ever holds."""

NUMBER_IN_UNIT = r"(?:^|\D)(?:1[3-9]\d{9}|\d{17}[\dXx])(?:\D|$)"
"""A mobile or identity number in the name of a unit, which may well hold other digits."""


def without_numbers(text: pl.Expr) -> pl.Expr:
    """A text in which nobody's phone or identity number is left."""
    return text.str.replace_all(NUMBER_IN_TEXT, "****")


def masked_phone(text: pl.Expr) -> pl.Expr:
    """138****1234; nothing but stars where there is too little to leave something; words as they are."""
    digits = text.str.replace_all(r"[^\dA-Za-z]", "")
    long = digits.str.len_chars() >= 10
    return (
        pl.when(~text.str.contains(r"\d")).then(text)
        .when(long).then(digits.str.head(3) + "****" + digits.str.tail(4))
        .otherwise(pl.lit("****"))
    )  # fmt: skip


def masked_id(text: pl.Expr) -> pl.Expr:
    """330411********001X."""
    digits = text.str.replace_all(r"[^\dA-Za-z]", "")
    long = digits.str.len_chars() >= 15
    return (
        pl.when(long).then(digits.str.head(6) + "********" + digits.str.tail(4)).otherwise(pl.lit("********"))
    )


def id_key() -> bytes | None:
    """The key under which identity numbers are hashed; never kept in a store.

    ``$ORGRAPH_ID_KEY``, else the file ``id.key`` in the user's configuration folder; None where neither is.
    """
    if given := os.environ.get(KEY_VARIABLE):
        return given.encode()
    path = key_file()
    return path.read_bytes().strip() or None if path.is_file() else None


def key_file() -> Path:
    """Where a user's key lies."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("APPDATA") or home / "AppData" / "Roaming")
    elif sys.platform == "darwin":
        base = home / "Library" / "Application Support"
    else:
        base = Path(os.environ.get("XDG_CONFIG_HOME") or home / ".config")
    return base / "orgraph" / "id.key"


def hashed(numbers: pl.Series, key: bytes) -> pl.Series:
    """HMAC-SHA256 of identity numbers, in hexadecimal.

    One call of the standard library for each distinct number: there is no keyed hash over whole columns,
    and a home-made one is not to be trusted with this.
    """
    distinct = numbers.drop_nulls().unique().alias("_")
    made = [hmac.digest(key, number.encode(), "sha256").hex() for number in distinct]
    known = pl.DataFrame({"_": distinct, "hash": pl.Series(made, dtype=pl.String)})
    return numbers.alias("_").to_frame().join(known, on="_", how="left", maintain_order="left")["hash"]
