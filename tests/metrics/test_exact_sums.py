"""Sums of 1.5e14 with two decimals are exact to the last one, everywhere: int64 in the smallest unit."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import numpy as np
import polars as pl
import pytest
from orgs import DAY, org_of

from orgraph.metrics.answered import answered
from orgraph.metrics.coverage import coverage
from orgraph.metrics.fact_table import facts, facts_totals
from orgraph.metrics.figures import shown
from orgraph.metrics.load import load
from orgraph.metrics.reach import reach_totals
from orgraph.metrics.trend import trend

MONEY = """
structure: s
trees: {t: {}}
roles: {leader: {public: true}}
measures: {yuan: {decimals: 2}}
kinds:
  top: {root_of: [t]}
  office: {under: {t: [top]}}
facts:
  budget: {measure: yuan}
  budgets: {below: office, in: t, sum: budget}
indicators:
  funded: {of: office, counts_if: {budget: {min: 1}}, weight: budget, over: t}
"""

OFFICES, SILENT = 30_000, 300


@pytest.fixture(scope="module")
def told():
    """Fen that each office reports, every hundredth none; 1.5e14 yuan together, with an odd last fen."""
    fen = np.random.default_rng(1).integers(490_000_000_000, 510_000_000_000, OFFICES).tolist()
    silent = set(range(0, OFFICES, OFFICES // SILENT))
    made = {f"o{n}": amount for n, amount in enumerate(fen) if n not in silent}
    made["o1"] += 1 - sum(made.values()) % 2
    return made


@pytest.fixture(scope="module")
def org(told):
    offices = [f"o{n}" for n in range(OFFICES)]
    since, until = date(2022, 4, 1), date(2022, 4, 2)
    return org_of(
        MONEY,
        units=[{"id": "top", "kind": "top"}, *({"id": o, "kind": "office"} for o in offices)],
        links=[{"source": o, "target": "top", "relation": "t"} for o in offices],
        people=[{"id": "p", "name": "P"}],
        memberships=[{"person": "p", "unit": "top", "role": "leader"}],
        measures=[
            {"unit": o, "measure": "yuan", "since": since, "until": until, "value": fen}
            for o, fen in told.items()
        ],
    )


def test_the_sum_is_exact_to_the_fen_though_no_float_holds_it(org, told):
    total = sum(told.values())
    assert 1.4e16 < total < 1.6e16
    assert int(float(total)) != total, "an odd number of this size is no Float64"
    found = answered(org, org.hierarchy("t"), "yuan")
    top = org.row("top")
    assert found.figure.values[top] == total
    assert (found.told[top], found.expected[top]) == (OFFICES - SILENT, OFFICES)


def test_every_answer_shows_the_float_nearest_to_it_and_how_complete_it_is(org, told):
    nearest = float(Fraction(sum(told.values()), 100))
    complete = pytest.approx(1 - SILENT / OFFICES)
    rate = coverage(org, "funded").row(0, named=True)
    assert (rate["numerator"], rate["denominator"], rate["rate"]) == (nearest, nearest, 1.0)
    assert (rate["unknown"], rate["completeness"]) == (SILENT, complete)
    below = reach_totals(org, "top").filter(item="yuan").row(0, named=True)
    assert (below["reached"], below["completeness"]) == (nearest, complete)
    assert facts(org, ["budgets"], of="top")["budgets"].to_list() == [nearest]
    assert facts_totals(org, ["budget"], of="office")["sum"].to_list() == [nearest]
    last = trend(replace(org, on=None), "yuan", [DAY]).row(0, named=True)
    assert (last["value"], last["completeness"]) == (nearest, complete)
    carried = load(org).row(0, named=True)
    assert (carried["yuan"], carried["yuan_completeness"]) == (nearest, complete)


def test_amounts_are_shown_as_the_nearest_floats_whatever_their_size():
    values = np.array([189, -189, 2**53 + 1, -(2**53) - 1, 15 * 10**15 + 7, 9 * 10**18 + 1], np.int64)
    assert shown(values, 2).to_list() == [float(Fraction(int(v), 100)) for v in values]
    assert shown(values, 0).equals(pl.Series(values))
