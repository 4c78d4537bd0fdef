"""Facts over an organisation whose units stand under several files: who is asked about, and their figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import polars as pl

from orgraph.metrics.asked import below_in_any, day_of, kind_asked, of_kinds
from orgraph.metrics.facts import Entity, Facts
from orgraph.metrics.figures import Bools, Figure
from orgraph.metrics.local import true_of
from orgraph.metrics.members import present
from orgraph.metrics.rules import Codes, ruling
from orgraph.model.days import period
from orgraph.model.errors import OrgraphError, UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Ints
from orgraph.model.language.condition_values import Plain, Typed
from orgraph.model.language.conditions import All, columns_of, parse, parse_cli
from orgraph.model.structure import OWN_COLUMNS, PEOPLE, Fact
from orgraph.model.tables import Org

Where = Mapping[str, object] | Sequence[str]
"""A condition as a mapping, or as words of the command line."""


@dataclass(frozen=True)
class Choice:
    """Which units (people) facts are asked of.

    Attributes
    ----------
    of
        A kind, by name or label, or ``people``; None: all of whom the facts are.
    under
        A unit: only it and what stands below it in any tree, or people with a post there.
    where
        Only those of which this holds.
    during
        The period of measures of which a fact takes the latest value; None: the latest.
    """

    of: str | None = None
    under: str | None = None
    where: Where | None = None
    during: str | None = None


@dataclass(frozen=True, eq=False)
class Answers:
    """Rows of units (of people) asked about, the row of units where each stands, and figures of all rows."""

    entity: Entity
    who: Ints
    at: Ints
    figures: dict[str, Figure]


def answers(org: Org, names: Sequence[str], choice: Choice) -> Answers:
    """The figures of some facts, and who is asked about.

    Raises
    ------
    UnknownName, AmbiguousName, ConditionError, OrgraphError
        See `orgraph.metrics.fact_table.facts`.
    """
    day_of(org)
    if choice.during is not None and choice.during not in ("day", "month", "quarter", "year"):
        period(choice.during)
    inside = below_in_any(org, None if choice.under is None else org.row(choice.under))
    stated = declared(org, choice.of)
    entity = _entity(stated, names)
    ruled = Ruled(org, entity, choice.during)
    figures = {name: ruled.figure(name) for name in names}
    if entity == "unit":
        meant = inside if choice.of is None else inside & of_kinds(org, (kind_asked(org, choice.of),))
        if choice.of is None:
            meant &= np.logical_or.reduce([f.known & (f.values != 0) for f in figures.values()])
        who = at = np.flatnonzero(meant).astype(np.int32)
    else:
        person, unit = present(org, inside)
        who, first = np.unique(person, return_index=True)
        at = unit[first]
    chosen = ruled.true_of(_condition(org, stated, entity, choice.where))[who]
    return Answers(entity, who[chosen], at[chosen], figures)


def declared(org: Org, of: str | None = None) -> dict[str, Fact]:
    """Every fact that any file states; of several of one name the first.

    `of`: None for all of them, ``people`` for facts of people, anything else for facts of units.
    """
    made: dict[str, Fact] = {}
    for file in org.structures.files.values():
        mine = {n: f for n, f in file.facts.items() if of is None or (f.entity == PEOPLE) == (of == PEOPLE)}
        made = {**mine, **made}
    return made


def _entity(stated: Mapping[str, Fact], names: Sequence[str]) -> Entity:
    unknown = next((name for name in names if name not in stated), None)
    if unknown is not None or not names:
        raise UnknownName(say(zh="事实", en="fact"), unknown or "", stated)
    found = {stated[name].entity for name in names}
    if len(found) > 1:
        raise OrgraphError(
            say(zh="人的事实和单位的事实要分开问", en="ask for facts of people and facts of units apart")
        )
    return found.pop()


def _condition(org: Org, stated: Mapping[str, Fact], entity: Entity, where: Where | None) -> All:
    table: Literal["people", "units"] = "people" if entity == PEOPLE else "units"
    types: dict[str, Typed] = {**OWN_COLUMNS[table], **org.structures.columns(table)}
    for name, fact in stated.items():
        if fact.entity == entity:
            types[name] = Plain(org.structures.fact_type(fact.structure, name), names=fact.names)
    return parse(where or {}, types) if isinstance(where, Mapping | None) else parse_cli(where, types)


class Ruled:
    """Figures that each unit (person) has by the file whose rules it stands under."""

    def __init__(self, org: Org, entity: Entity, during: str | None) -> None:
        self.org, self.entity, self.during = org, entity, during
        self.files: dict[str, Facts] = {}

    def figure(self, name: str) -> Figure:
        """The figure of every row; unknown where no file that rules it states the fact."""
        s = self.org.structures
        found = {f: of[name] for f in s.files if name in (of := s.facts(f))}
        stating, code = ruling(
            self.org, {f: fact.structure for f, fact in found.items() if fact.entity == self.entity}
        )
        mine = self._of_people(code, len(stating)) if self.entity == PEOPLE else code
        parts = [self._facts(file).figure(name) for file in stating]
        decimals = max(part.decimals for part in parts)
        values = np.zeros(len(mine), np.int64)
        known, whole = np.zeros(len(mine), bool), np.zeros(len(mine), bool)
        for index, part in enumerate(parts):
            here = mine == index
            values[here] = part.rescaled(decimals)[here]
            known[here], whole[here] = part.known[here], part.whole[here]
        return Figure(values, known, whole, decimals)

    def _facts(self, file: str) -> Facts:
        return self.files.setdefault(file, Facts(self.org, file, during=self.during))

    def _of_people(self, code: Codes, count: int) -> Codes:
        """For each person the first file under which there is a post of theirs."""
        mine = np.full(self.org.people.height, -1, np.int16)
        for index in reversed(range(count)):
            mine[present(self.org, code == index)[0]] = index
        return mine

    def true_of(self, condition: All) -> Bools:
        """bool[n]: whether a condition over columns and facts holds of each row."""
        table = self.org.people if self.entity == PEOPLE else self.org.units
        stated = declared(self.org, PEOPLE if self.entity == PEOPLE else "")
        frame = pl.DataFrame(height=table.height).with_columns(
            self.figure(c).series(c) if c in stated else table[c] for c in sorted(columns_of(condition))
        )
        return true_of(frame, condition).to_numpy()
