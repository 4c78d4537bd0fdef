"""Who is expected by an indicator and who counts: the one place that both rates and gaps come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
import polars as pl

from orgraph.metrics.asked import of_kinds, person_rows
from orgraph.metrics.facts import Entity, Facts
from orgraph.metrics.figures import Bools, Figure
from orgraph.metrics.local import read_unknown
from orgraph.metrics.rules import ruling
from orgraph.model.errors import UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Ints, Longs
from orgraph.model.language.conditions import Condition, columns_of
from orgraph.model.structure import PEOPLE, Indicator
from orgraph.model.tables import Org


@dataclass(frozen=True, eq=False)
class Members:
    """What one file's indicator expects, and what of it counts.

    Attributes
    ----------
    indicator
        As that file states it.
    who
        int32[k]: rows of units, or of people, that are expected.
    at
        int32[k]: the row of units where each is rolled up from: the unit itself, or, for people, a unit in
        which the person has a post; a person stands here once for each such unit.
    counts
        bool[k]: whether each counts; in a ratio, whether it adds anything to the numerator.
    numerator, denominator
        int64[k]: what each adds, in units of the last decimal; 0 where unknown.
    decimals
        Of the numerator and of the denominator.
    known
        bool[k]: whether all figures that the rule reads are known.
    doubtful
        int32[]: rows of units that are of the kind and not expected while something that `where` reads is
        unknown. They are told beside the rate.
    figures
        What the rule reads, beside `who`: one column per fact.
    """

    indicator: Indicator
    who: Ints
    at: Ints
    counts: Bools
    numerator: Longs
    denominator: Longs
    decimals: tuple[int, int]
    known: Bools
    doubtful: Ints
    figures: pl.DataFrame

    @property
    def of_people(self) -> bool:
        """Whether people are expected, who may stand in several units and count once above all of them."""
        return self.indicator.of == PEOPLE

    def only(self, chosen: Bools, doubtful: Bools) -> Members:
        """The members chosen; the rest as if it were not there."""
        arrays = ("who", "at", "counts", "numerator", "denominator", "known")
        return replace(
            self,
            **{name: getattr(self, name)[chosen] for name in arrays},
            doubtful=self.doubtful[doubtful],
            figures=self.figures.filter(pl.Series(chosen)),
        )


def indicator_names(org: Org) -> list[str]:
    """Every indicator that any file states, in the order of the files."""
    return list(dict.fromkeys(name for file in org.structures.files.values() for name in file.indicators))


def members(org: Org, name: str) -> list[Members]:
    """The members of an indicator, per file that states it for some unit.

    A unit is expected under the one file whose rules it stands under (`orgraph.metrics.rules.ruling`), so
    nobody is counted twice. A person is expected under the file of each unit with a post of theirs; under
    several files, the one where the person counts goes before.

    Raises
    ------
    UnknownName
        No file states such an indicator.
    """
    files = org.structures.files
    stated = {f: of[name] for f in files if name in (of := org.structures.indicators(f))}
    if not stated:
        raise UnknownName(say(zh="指标", en="indicator"), name, indicator_names(org))
    stating, code = ruling(org, {f: indicator.structure for f, indicator in stated.items()})
    found = [_members(org, files[file].indicators[name], code == index) for index, file in enumerate(stating)]
    of_people = [m for m in found if m.of_people]
    return [m for m in found if not m.of_people] + _each_once(of_people)


def _members(org: Org, indicator: Indicator, ruled: Bools) -> Members:
    facts = Facts(org, indicator.structure)
    entity: Entity = "people" if indicator.of == PEOPLE else "unit"
    who, at = present(org, ruled) if entity == "people" else _units(org, indicator.of, ruled)
    expected = facts.true_of(indicator.where, entity)[who]
    unsure = unread(facts, indicator.where, entity)[who] & ~expected
    doubtful, who, at = at[unsure], who[expected], at[expected]
    adds = _ratio(facts, indicator.ratio) if indicator.ratio else _counted(facts, indicator, entity)
    return Members(
        indicator=indicator,
        who=who,
        at=at,
        counts=adds.counts[who],
        numerator=adds.numerator[who],
        denominator=adds.denominator[who],
        decimals=adds.decimals,
        known=adds.known[who],
        doubtful=doubtful,
        figures=facts.columns(figures_read(indicator, facts), entity)[who],
    )


class _Adds(NamedTuple):
    """What each row of units (people) would add, were it expected; see `Members`."""

    counts: Bools
    numerator: Longs
    denominator: Longs
    decimals: tuple[int, int]
    known: Bools


def _ratio(facts: Facts, ratio: tuple[str, str]) -> _Adds:
    top, base = (facts.figure(fact) for fact in ratio)
    known = top.known & top.whole & base.known & base.whole
    return _Adds(top.values != 0, top.values, base.values, (top.decimals, base.decimals), known)


def _counted(facts: Facts, indicator: Indicator, entity: Entity) -> _Adds:
    counts = facts.true_of(indicator.counts_if, entity)
    weight = Figure.count(np.ones(len(counts), np.int64))
    if indicator.weight is not None:
        weight = facts.figure(indicator.weight)
    known = ~unread(facts, indicator.counts_if, entity) & weight.known & weight.whole
    decimals = (weight.decimals, weight.decimals)
    return _Adds(counts, np.where(counts, weight.values, 0), weight.values, decimals, known)


def _units(org: Org, kind: str, ruled: Bools) -> tuple[Ints, Ints]:
    rows = np.flatnonzero(of_kinds(org, (kind,)) & ruled).astype(np.int32)
    return rows, rows


def present(org: Org, ruled: Bools) -> tuple[Ints, Ints]:
    """Rows of people, and of the units under this file's rules in which they have a post."""
    posts = pl.DataFrame(
        {
            "person": person_rows(org, org.memberships["person"]),
            "unit": org.rows(org.memberships["unit"].fill_null(-1)),
        }
    )
    there = pl.Series(np.append(ruled, [False])[posts["unit"].to_numpy()])
    posts = posts.filter(there & (pl.col("person") >= 0)).unique(maintain_order=True)
    return posts["person"].to_numpy(), posts["unit"].to_numpy()


def figures_read(indicator: Indicator, facts: Facts) -> list[str]:
    """Facts that an indicator reads, as it names them."""
    names = list(indicator.ratio or ())
    for condition in (indicator.counts_if, indicator.where):
        names += sorted(columns_of(condition)) if condition is not None else []
    names += [indicator.weight] if indicator.weight else []
    return [name for name in dict.fromkeys(names) if name in facts]


def unread(facts: Facts, condition: Condition | None, entity: Entity) -> Bools:
    """bool[n]: whether something that a condition compares is unknown, or known in part."""
    if condition is None:
        return np.zeros(facts.table(entity).height, bool)
    names = sorted(columns_of(condition))
    unknown = read_unknown(facts.columns(names, entity), condition).to_numpy()
    partly = [~facts.figure(n).whole for n in names if n in facts and facts[n].entity == entity]
    either: Bools = np.logical_or.reduce([unknown, *partly])
    return either


def _each_once(parts: list[Members]) -> list[Members]:
    """People expected under several files, as one: each with the figures of one file in all places."""
    if len(parts) < 2:
        return parts
    decimals = tuple(max(m.decimals[side] for m in parts) for side in (0, 1))
    together = {
        name: np.concatenate([getattr(m, name) for m in parts]) for name in ("who", "at", "counts", "known")
    }
    for side, name in enumerate(("numerator", "denominator")):
        together[name] = np.concatenate(
            [getattr(m, name) * np.int64(10 ** (decimals[side] - m.decimals[side])) for m in parts]
        )
    best = np.lexsort((~together["counts"], together["who"]))
    _, first, person = np.unique(together["who"][best], return_index=True, return_inverse=True)
    back = np.empty(len(best), np.int64)
    back[best] = best[first[person]]
    figures = pl.concat([m.figures for m in parts], how="diagonal_relaxed")
    return [
        Members(
            indicator=parts[0].indicator,
            who=together["who"],
            at=together["at"],
            **{name: together[name][back] for name in ("counts", "numerator", "denominator", "known")},
            decimals=(decimals[0], decimals[1]),
            doubtful=np.concatenate([m.doubtful for m in parts]),
            figures=figures[back] if figures.width else figures,
        )
    ]
