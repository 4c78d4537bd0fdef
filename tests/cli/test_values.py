"""Values as people read them."""

from datetime import date

import polars as pl
import pytest

from orgraph.cli.tables import MOST, print_table
from orgraph.cli.values import cell, harmless, labelled
from orgraph.metrics.sample import small_town
from orgraph.model.glossary import language, percent


@pytest.mark.parametrize(
    ("column", "value", "shown"),
    [
        ("households", 12560, "12,560"),
        ("rate", 0.8, "80 %"),
        ("rate", 1, "100 %"),
        ("share_2_3", 0.25, "25 %"),
        ("mean", 3.14159, "3.14"),
        ("mean", 4.0, "4"),
        ("reached", True, "是"),
        ("since", date(2022, 4, 30), "2022-04-30"),
        ("reason", None, "–"),
        ("rate", None, "–"),
        ("rows", [4, 17], "4、17"),
        ("severity", "error", "错误"),
        ("value", "error", "error"),
        ("name", "[red]甲[/red]", "[red]甲[/red]"),
    ],
)
def test_a_value_is_shown(column, value, shown):
    words = {"severity": {"error": "错误"}}
    assert cell(column, value, words) == shown


def test_a_share_is_never_rounded_to_all_or_nothing():
    assert percent(664_999 / 665_000) == "99.9998 %"
    assert percent(1 / 665_000) == "0.0002 %"
    assert [percent(0), percent(1), percent(1.25)] == ["0 %", "100 %", "125 %"]


def test_a_name_moves_no_cursor_and_turns_no_text():
    assert harmless("甲\x1b[31m乙\n丙\u202e丁\x9b") == "甲 [31m乙 丙丁 "


def test_a_table_says_words_for_codes_and_how_many_rows_it_leaves_out(capsys):
    town = small_town()
    frame = pl.DataFrame({"kind": ["estate"] * (MOST + 5), "homes": [1_300] * (MOST + 5)})
    print_table(frame, structures=town.structures)
    shown = capsys.readouterr().out
    assert "小区" in shown
    assert "estate" not in shown
    assert "1,300" in shown
    assert "还有 5 行" in shown
    with language("en"):
        print_table(frame.head(1), structures=town.structures)
    assert "kind" in capsys.readouterr().out


def test_markup_in_a_name_is_text(capsys):
    print_table(
        pl.DataFrame({"name": ["[bold]x[/bold]", ":smile:", "</script><img src=x onerror=alert(1)>"]})
    )
    shown = capsys.readouterr().out
    assert "[bold]x[/bold]" in shown
    assert ":smile:" in shown
    assert "</script><img src=x onerror=alert(1)>" in shown


def test_a_workbook_says_words_for_codes():
    town = small_town()
    frame = labelled(pl.DataFrame({"kind": ["estate", "unheard"], "n": [1, 2]}), town.structures)
    assert frame["kind"].to_list() == ["小区", "unheard"]
