"""Official numbers: check digits against a plain reckoning, divisions, codes that lost something."""

from __future__ import annotations

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from orgraph.roster.cells.identifiers import (
    credit_codes,
    division,
    like_credit_codes,
    loosened,
    mended_credit_codes,
    outside,
)

LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
SOUND = "91350100M000100Y43"
"""The example of GB 32100-2015."""


def check(body: str) -> str:
    """The check character, one step after the other as the standard tells it."""
    total = sum(LETTERS.index(letter) * pow(3, place, 31) for place, letter in enumerate(body))
    return LETTERS[(31 - total % 31) % 31]


@given(st.lists(st.text(LETTERS, min_size=17, max_size=17), max_size=20), st.data())
def test_every_check_character_is_the_one_of_the_standard(bodies, data):
    made = [body + check(body) for body in bodies]
    assert credit_codes(pl.Series(made, dtype=pl.String)).to_list() == [True] * len(made)
    wrong = [body + data.draw(st.sampled_from(LETTERS.replace(check(body), ""))) for body in bodies]
    assert not credit_codes(pl.Series(wrong, dtype=pl.String)).any()


@given(st.lists(st.none() | st.text(), max_size=20))
def test_any_text_is_answered(texts):
    codes = pl.Series(texts, dtype=pl.String)
    assert [len(f(codes)) for f in (credit_codes, like_credit_codes, mended_credit_codes)] == [len(texts)] * 3
    assert not credit_codes(codes).filter(codes.is_null()).any()


def test_the_example_of_the_standard():
    assert credit_codes(pl.Series([SOUND, SOUND[:-1] + "4", SOUND.lower(), SOUND + "0"])).to_list() == [
        True, False, False, False,
    ]  # fmt: skip


def test_what_was_mistyped_is_proposed_and_nothing_else():
    spoilt = pl.Series(["9135O100M000100Y43", SOUND.lower(), "91350100M0001OOY43", "91350100M000100Y44"])
    assert mended_credit_codes(spoilt).to_list() == [SOUND, SOUND, SOUND, None]


def test_only_what_has_the_shape_of_a_credit_code_is_taken_for_one():
    codes = pl.Series([SOUND, SOUND[:-1] + "4", "99350100M000100Y43"[:17], "110105194912310020", "K1", None])
    assert like_credit_codes(codes).to_list() == [True, True, False, False, False, False]


def ask(expression: pl.Expr, **columns: list[str | None]) -> list[object]:
    return pl.DataFrame(columns).select(expression.alias("_")).to_series().to_list()


def test_divisions_of_every_level_with_and_without_the_zeros_that_fill_them_up():
    codes = [
        "33",
        "3304",
        "330411",
        "330411106",
        "330411106001",
        "330411106000",
        "330400000000",
        "33041",
        "99",
        "K1",
        None,
    ]
    assert ask(division(pl.col("c")), c=codes) == [
        "33", "3304", "330411", "330411106", "330411106001", "330411106", "3304", None, None, None, None,
    ]  # fmt: skip


def test_a_child_begins_with_its_parent():
    pairs = [
        ("330411106", "330411", False),
        ("330411106001", "330411106000", False),
        ("330482106", "330411", True),
        ("330411", "330411106", True),
        ("330411", "330411", True),
        ("110101", "11", False),  # a district straight under its city
        ("1101", "11", False),  # the pseudo-level 市辖区
        ("110101", "1101", False),
        ("429004", "4290", False),  # under 省直辖县级行政区划
        ("K1", "330411", None),
        ("330411106", None, None),
    ]
    children, parents, wanted = map(list, zip(*pairs, strict=True))
    assert ask(outside(pl.col("c"), pl.col("p")), c=children, p=parents) == wanted


def test_what_codes_share_that_were_one():
    alike = [("0571", "571"), ("aB12", "AB12"), ("330411106000", "330411106"), ("000", "0")]
    for one, other in alike:
        assert len(set(ask(loosened(pl.col("c")), c=[one, other]))) == 1
    assert len(set(ask(loosened(pl.col("c")), c=["K1", "K10", "1", "10", "100"]))) == 5
