"""Passes made at the same time give what they give one after the other."""

import threading

import pytest

from orgraph.model.glossary import current_language, language
from orgraph.model.side_by_side import each, meanwhile


def test_results_stand_in_order_and_two_run_at_a_time():
    both = threading.Barrier(2, timeout=10)
    assert each(lambda n: (both.wait(), n)[1], [3, 1, 2, 0]) == [3, 1, 2, 0]


def test_messages_are_made_in_the_language_of_whoever_asks():
    with language("en"):
        assert each(lambda _: current_language(), range(3)) == ["en"] * 3
        with meanwhile(current_language) as made:
            pass
    assert made.result() == "en"


def fail():
    raise ValueError("no")


def test_an_error_is_raised_whoever_met_it():
    with pytest.raises(ValueError, match="no"):
        each(lambda _: fail(), range(2))
    with pytest.raises(ValueError, match="no"), meanwhile(fail):
        pass
    with pytest.raises(KeyError), meanwhile(fail):
        raise KeyError
