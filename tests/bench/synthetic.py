"""Organisations of any size: the shape of China's divisions, rows in any order, figures at random."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import numpy as np
import polars as pl

from orgraph.model.structure import Structures
from orgraph.model.tables import Org

SHARES = (1, 31, 342, 2978, 41352, 620573)
"""Of a country, provinces, prefectures, counties, towns, villages: how many of each there are."""

DAY = date(2022, 4, 30)

KINDS = ("country", "province", "city", "county", "town", "village")

COUNTRY = """
structure: country
trees: {territory: {}, party: {}}
relations: {covers: {}, channel: {}}
roles: {leader: {public: true}, member: {}}
measures: {residents: {}, households: {}, area: {decimals: 2}}
kinds:
  country: {root_of: [territory, party]}
  province: {under: {territory: [country], party: [country]}, roles: {leader: 1}}
  city: {under: {territory: [province], party: [province]}, roles: {leader: 1}}
  county: {under: {territory: [city], party: [city]}, roles: {leader: 1}}
  town: {under: {territory: [county], party: [county]}, roles: {leader: 1}}
  village: {under: {territory: [town], party: [town]}, columns: {status: [occupied, building]}}
facts: {homes: {measure: households}, leaders: {holders: leader}}
norms:
  village_led: {of: village, where: {status: occupied}, must: {leaders: {min: 1}}, source: benchmark}
indicators:
  told: {of: village, where: {status: occupied}, counts_if: {homes: {min: 1}}, over: territory}
"""


def levels(n: int) -> list[int]:
    """How many of `n` units stand on each level."""
    sizes = [1, *(max(1, round(share * n / sum(SHARES))) for share in SHARES[1:-1])]
    return [*sizes, max(1, n - sum(sizes))]


def parents(n: int, seed: int = 1) -> np.ndarray:
    """int32[n]: the row of each unit's parent, −1 at the root; rows in random order."""
    return shuffled(in_order(n, seed), seed)


def in_order(n: int, seed: int = 1) -> np.ndarray:
    """int32[n]: the same, rows level by level, as codes sort them."""
    rng = np.random.default_rng(seed)
    above = np.full(n, -1, np.int32)
    start, sizes = 0, levels(n)
    for upper, lower in pairwise(sizes):
        drawn = rng.integers(start, start + upper, lower)
        above[start + upper : start + upper + lower] = np.sort(drawn)
        start += upper
    return above


def shuffled(above: np.ndarray, seed: int) -> np.ndarray:
    """The same forest with its rows in another order."""
    order = np.random.default_rng(seed).permutation(len(above)).astype(np.int32)
    moved = np.empty_like(above)
    moved[order] = np.where(above >= 0, order[above], -1)
    return moved


def country(n: int, seed: int = 1, *, measures: bool = True) -> Org:
    """An organisation of `n` units in one tree, villages with a status and most with households."""
    rng = np.random.default_rng(seed)
    above = in_order(n, seed)
    kinds = np.repeat(np.arange(len(KINDS), dtype=np.uint32), levels(n))
    key = pl.int_range(n, dtype=pl.Int32, eager=True)
    occupied = pl.Series(rng.random(n) < 0.8)
    units = pl.select(
        key=key,
        id=(key.cast(pl.Int64) + 330_000_000_000).cast(pl.String),
        since=pl.repeat(date(2000, 1, 1), n, dtype=pl.Date),
        kind=pl.Series(np.array(KINDS)).gather(pl.Series(kinds)),
        structure=pl.repeat("country", n),
        name=pl.concat_str(pl.lit("单位"), key.cast(pl.String)),
        until=pl.repeat(None, n, dtype=pl.Date),
        status=pl.when(pl.Series(kinds == len(KINDS) - 1)).then(
            pl.when(occupied).then(pl.lit("occupied")).otherwise(pl.lit("building"))
        ),
    )
    structures = Structures.from_texts({"country": COUNTRY})
    plain = Org.from_tables(structures, on=DAY)
    child = np.flatnonzero(above >= 0).astype(np.int32)
    links = pl.select(
        source=pl.Series(child),
        target=pl.Series(above[child]),
        relation=pl.repeat("territory", len(child)),
        since=pl.repeat(None, len(child), dtype=pl.Date),
        until=pl.repeat(None, len(child), dtype=pl.Date),
    )
    told = np.flatnonzero(rng.random(n) < 0.9).astype(np.int32) if measures else np.zeros(0, np.int32)
    amounts = pl.select(
        unit=pl.Series(told),
        measure=pl.repeat("households", len(told)),
        since=pl.repeat(date(2022, 4, 1), len(told), dtype=pl.Date),
        until=pl.repeat(date(2022, 4, 2), len(told), dtype=pl.Date),
        value=pl.Series(rng.integers(0, 3000, len(told))),
    )
    return Org(units, links, plain.people, plain.memberships, amounts, structures, on=DAY)


def peopled(n: int, seed: int = 2) -> Org:
    """The same country with people in posts and a second tree, the party's, that puts a tenth elsewhere.

    Every unit above the villages and nine villages of ten have a leader, one leader of twenty leads two
    units; members are one for each village.
    """
    org = country(n)
    rng = np.random.default_rng(seed)
    village = (org.units["kind"] == "village").to_numpy()
    child, above = (org.links[end].to_numpy() for end in ("source", "target"))
    towns = np.flatnonzero((org.units["kind"] == "town").to_numpy()).astype(np.int32)
    astray = village[child] & (rng.random(len(child)) < 0.1)
    party = above.copy()
    party[astray] = rng.choice(towns, int(astray.sum()))
    led = np.flatnonzero(~village | (rng.random(n) < 0.9)).astype(np.int32)
    leader = np.arange(len(led), dtype=np.int32)
    twice = np.flatnonzero(rng.random(len(led)) < 0.05)
    leader[twice] = leader[twice - 1]
    home = np.flatnonzero(village).astype(np.int32)
    member = np.arange(len(home), dtype=np.int32) + len(led)
    held = pl.select(
        person=pl.Series(np.append(leader, member)),
        unit=pl.Series(np.append(led, home)),
        role=pl.Series(["leader", "member"]).gather(pl.Series(np.repeat([0, 1], [len(led), len(home)]))),
        since=pl.lit(None, pl.Date),
        until=pl.lit(None, pl.Date),
    ).sort("person", "unit")
    key = pl.int_range(len(led) + len(home), dtype=pl.Int32, eager=True)
    people = pl.select(key=key, id="p" + key.cast(pl.String), name="人" + key.cast(pl.String))
    second = org.links.with_columns(target=pl.Series(party), relation=pl.lit("party"))
    return replace(org, people=people, memberships=held, links=pl.concat([org.links, second]))
