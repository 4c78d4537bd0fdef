"""Facts: each form as one vector pass, for every unit (or person) at once.

What a fact means belongs to the file that states it, so figures are asked of a `Facts`, which knows the
file. Forms that count ties are in `facts_ties`, forms that look along a tree in `facts_trees`, forms that
look at the clock in `facts_time`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, Literal

import numpy as np
import polars as pl

from orgraph.metrics import facts_ties, facts_time, facts_trees
from orgraph.metrics.asked import day_of
from orgraph.metrics.figures import Bools, Figure, exact
from orgraph.metrics.local import true_of
from orgraph.metrics.measured import measured
from orgraph.model.errors import UnknownName
from orgraph.model.glossary import say
from orgraph.model.language.conditions import Condition, columns_of
from orgraph.model.structure import ColumnFact, Fact, MeasureFact, WeighFact
from orgraph.model.tables import Org

Entity = Literal["unit", "people"]


class Facts:
    """The facts of one structure file over an organisation on a day; each is computed once, when asked.

    `during`: a period (see `orgraph.metrics.measured.measured`) for facts that take a measure's latest value.

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> facts = Facts(small_town(), "town")
    >>> facts.series("branches").to_list()
    [0, 1, 0, 0]
    """

    def __init__(self, org: Org, structure_id: str, *, during: str | None = None) -> None:
        day_of(org)
        self.org = org
        self.during = during
        self.stated = org.structures.facts(structure_id)
        self._figures: dict[str, Figure] = {}

    def __contains__(self, name: object) -> bool:
        return name in self.stated

    def __getitem__(self, name: str) -> Fact:
        """The fact as declared.

        Raises
        ------
        UnknownName
            The file and those it uses state no such fact.
        """
        if name not in self.stated:
            raise UnknownName(say(zh="事实", en="fact"), name, self.stated)
        return self.stated[name]

    def figure(self, name: str) -> Figure:
        """The figure of each row of units, or of people if it is a fact of people."""
        if name not in self._figures:
            fact = self[name]
            self._figures[name] = FORMS[fact.form](self, fact)
        return self._figures[name]

    def series(self, name: str) -> pl.Series:
        """The figure as a column: Int64 or Float64, null where unknown."""
        return self.figure(name).series(name)

    def table(self, entity: Entity) -> pl.DataFrame:
        """The table whose rows a figure belongs to."""
        return self.org.people if entity == "people" else self.org.units

    def columns(self, names: Iterable[str], entity: Entity) -> pl.DataFrame:
        """Those of the named facts and columns that the entity has, facts before columns of the same name."""
        table = self.table(entity)
        own = [n for n in names if n in self.stated and self.stated[n].entity == entity]
        plain = [n for n in names if n not in own and n in table.columns]
        frame = pl.DataFrame(height=table.height)  # keeps its height where no column is asked for
        return frame.with_columns([table[n] for n in plain] + [self.series(n) for n in own])

    def true_of(self, condition: Condition | None, entity: Entity) -> Bools:
        """bool[n]: whether the condition over facts and columns is true of each unit (person)."""
        height = self.table(entity).height
        if condition is None:
            return np.ones(height, bool)
        return true_of(self.columns(sorted(columns_of(condition)), entity), condition).to_numpy()


def _measure(facts: Facts, fact: MeasureFact) -> Figure:
    return measured(facts.org, fact.measure, fact.during or facts.during)


def _column(facts: Facts, fact: ColumnFact) -> Figure:
    return exact(facts.table(fact.entity)[fact.column])


def _weigh(facts: Facts, fact: WeighFact) -> Figure:
    """Factors are read as the decimals they are written as, so that the sum stays exact."""
    parts = [(facts.figure(name), Decimal(str(factor))) for name, factor in fact.weigh.items()]
    decimals = max(part.decimals + max(0, -int(factor.as_tuple().exponent)) for part, factor in parts)
    values = np.zeros(len(parts[0][0].values), np.int64)
    known, whole = np.ones(len(values), bool), np.ones(len(values), bool)
    for part, factor in parts:
        values += part.values * np.int64(int(factor.scaleb(decimals - part.decimals)))
        known, whole = known & part.known, whole & part.whole
    return Figure(np.where(known, values, 0), known, whole & known, decimals)


FORMS: dict[str, Callable[[Any, Any], Figure]] = {
    "links": facts_ties.linked,
    "holders": facts_ties.holders,
    "held": facts_ties.held,
    "measure": _measure,
    "below": facts_trees.below,
    "above": facts_trees.above,
    "uncovered": facts_time.uncovered,
    "years_since": facts_time.years_since,
    "column": _column,
    "weigh": _weigh,
}
"""The form of a fact → its vector pass."""
