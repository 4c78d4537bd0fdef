"""Facts that count ties: linked units, holders of roles, units in which a person holds roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from orgraph.metrics.asked import of_kinds, person_rows
from orgraph.metrics.figures import Figure
from orgraph.metrics.local import true_of
from orgraph.model.hierarchy import Ints
from orgraph.model.language.conditions import All, columns_of
from orgraph.model.structure import HoldersFact, LinksFact, OfPeopleFact

if TYPE_CHECKING:
    from orgraph.metrics.facts import Facts


def linked(facts: Facts, fact: LinksFact) -> Figure:
    """Distinct units alive on the day at the other end of a relation; 0 where there is none."""
    org = facts.org
    ties = org.links.filter(pl.col("relation") == fact.links)
    source, target = org.rows(ties["source"].fill_null(-1)), org.rows(ties["target"].fill_null(-1))
    here, other = (target, source) if fact.incoming else (source, target)
    chosen = (here >= 0) & (other >= 0)
    chosen[chosen] &= of_kinds(org, fact.kinds)[other[chosen]]
    if fact.where is not None and chosen.any():
        there = facts.columns(sorted(columns_of(fact.where)), "unit")[other[chosen]]
        frame = _beside(there, ties.filter(pl.Series(chosen)), fact.where)
        chosen[chosen] = true_of(frame, fact.where).to_numpy()
    return _distinct(here[chosen], other[chosen], org.units.height)


def holders(facts: Facts, fact: HoldersFact) -> Figure:
    """Distinct people who hold one of the roles here; 0 where nobody does."""
    unit, person = _held(facts, fact.holders, fact.where, of_persons=True)
    return _distinct(unit, person, facts.org.units.height)


def held(facts: Facts, fact: OfPeopleFact) -> Figure:
    """Of each person: distinct units in which one of the roles is held; 0 where none is."""
    unit, person = _held(facts, fact.held, fact.where, of_persons=False)
    return _distinct(person, unit, facts.org.people.height)


def _held(facts: Facts, roles: tuple[str, ...], where: All | None, *, of_persons: bool) -> tuple[Ints, Ints]:
    """Rows of units and of people of the memberships meant; `of_persons`: facts of people are seen."""
    org = facts.org
    ties = org.memberships.filter(pl.col("role").is_in(list(roles)))
    unit, person = org.rows(ties["unit"].fill_null(-1)), person_rows(org, ties["person"])
    chosen = (unit >= 0) & (person >= 0)
    if where is not None and chosen.any():
        mine = ties.filter(pl.Series(chosen))
        wanted = sorted(columns_of(where) - set(mine.columns)) if of_persons else []
        who = facts.columns(wanted, "people")[person[chosen]]
        chosen[chosen] = true_of(_beside(mine, who, where), where).to_numpy()
    return unit[chosen], person[chosen]


def _beside(first: pl.DataFrame, second: pl.DataFrame, condition: All) -> pl.DataFrame:
    """The columns that a condition reads from two frames of equal height; the first frame goes before."""
    wanted = columns_of(condition)
    spare = [second[c] for c in second.columns if c in wanted and c not in first.columns]
    return first.drop(c for c in first.columns if c not in wanted).with_columns(spare)


def _distinct(here: Ints, other: Ints, rows: int) -> Figure:
    pairs = pl.Series((here.astype(np.int64) << 32) | other).unique().to_numpy()
    return Figure.count(np.bincount(pairs >> 32, minlength=rows))
