"""How long something takes and how likely it is: terms as people give them, and as arrays of numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model.errors import OrgraphError, UnknownName
from orgraph.model.glossary import say

Floats = npt.NDArray[np.float64]
Term = float | str
Terms = Term | Mapping[str, Term]
"""One term for all, or one per relation, with ``*`` for the rest."""

REST = "*"
LAWS = ("exponential", "uniform", "fixed")
Law = Literal["exponential", "uniform", "fixed"]


@dataclass(frozen=True)
class Given:
    """A term as it was given.

    Attributes
    ----------
    law
        What the number is: the mean of an exponential law, the ends of a uniform one, a fixed time.
    low, high
        The number; two of a uniform law.
    column
        Where the number stands instead: a column (or fact) of what the term is about.
    """

    law: Law
    low: float = 0.0
    high: float = 0.0
    column: str | None = None


def given(terms: Terms) -> dict[str, Given]:
    """Relation (or ``*``) → its term.

    A number (minutes) is the mean of an exponential law; ``uniform:1..5`` lies between two numbers,
    ``fixed:3`` is always the same; a name is that of a column with the number, also after ``exponential:``
    or ``fixed:``.

    Raises
    ------
    OrgraphError
        A term that cannot be read, or a number below 0.

    Examples
    --------
    >>> given({"*": 5, "channel": "uniform:1..3"})["channel"]
    Given(law='uniform', low=1.0, high=3.0, column=None)
    >>> given("minutes")
    {'*': Given(law='exponential', low=0.0, high=0.0, column='minutes')}
    """
    each = terms if isinstance(terms, Mapping) else {REST: terms}
    return {name: _read(str(term)) for name, term in each.items()}


def _read(term: str) -> Given:
    law, _, text = term.strip().rpartition(":")
    law = law.strip() or "exponential"
    ends = [_number(part) for part in text.split("..")]
    name = text.strip()
    if law == "uniform" and len(ends) == 2 and None not in ends and ends[0] <= ends[1]:  # type: ignore[operator]
        return Given("uniform", float(ends[0] or 0), float(ends[1] or 0))
    if law in ("exponential", "fixed") and len(ends) == 1 and ends[0] is not None:
        return replace(Given(law), low=ends[0])  # type: ignore[arg-type]  # one of the two
    if law in ("exponential", "fixed") and name.isidentifier() and name not in LAWS:
        return replace(Given(law), column=name)  # type: ignore[arg-type]
    raise OrgraphError(
        say(
            zh=f"看不懂“{term}”:写不小于 0 的数、uniform:1..5、fixed:3,或列名",
            en=f"cannot read '{term}': a number from 0 up, uniform:1..5, fixed:3, or the name of a column",
        )
    )


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if 0 <= number < np.inf else None


@dataclass(frozen=True, eq=False)
class Drawn:
    """Terms of several things: arrays of equal length.

    Attributes
    ----------
    exponential, fixed
        bool[n]: which law each has; neither: uniform.
    low, high
        float64[n]: see `Given`.
    """

    exponential: npt.NDArray[np.bool_]
    fixed: npt.NDArray[np.bool_]
    low: Floats
    high: Floats

    def __getitem__(self, chosen: npt.NDArray[np.intp]) -> Drawn:
        """The terms at some places, in the shape of these."""
        return Drawn(self.exponential[chosen], self.fixed[chosen], self.low[chosen], self.high[chosen])

    def times(self, uniform: Floats) -> Floats:
        """Times from uniform numbers of ``[0, 1)``, by the inverse of each law: greater for greater ones."""
        uniform_law = self.low + (self.high - self.low) * uniform
        made = np.where(self.exponential, -self.low * np.log1p(-uniform), uniform_law)
        return np.where(self.fixed, self.low, made)


def drawn(
    terms: Mapping[str, Given], relations: pl.Series, columns: Mapping[str, pl.Series], what: str
) -> Drawn:
    """Terms of things that each belong to a relation (null: to none).

    Parameters
    ----------
    terms
        As `given` makes them.
    relations
        The relation of each.
    columns
        Column → the numbers there; null or NaN falls back on the term for the rest.
    what
        What the term is, for the message where some have none.

    Raises
    ------
    OrgraphError
        Something has no term, or a number below 0.
    """
    count = len(relations)
    made = Drawn(*(np.zeros(count, bool) for _ in range(2)), *(np.full(count, np.nan) for _ in range(2)))
    for name in sorted(terms, key=lambda name: name != REST):
        mine = np.ones(count, bool) if name == REST else (relations == name).fill_null(value=False).to_numpy()
        _fill(made, terms[name], mine, columns)
    lacking = int(np.isnan(made.low).sum())
    if lacking or (made.low < 0).any():
        raise OrgraphError(
            say(
                zh=f"{what}:有 {lacking} 处没有给出,或小于 0。可再给一个通用的值",
                en=f"{what}: {lacking} have none, or one is below 0. Give one for the rest, too",
            )
        )
    return made


def _fill(made: Drawn, term: Given, mine: npt.NDArray[np.bool_], columns: Mapping[str, pl.Series]) -> None:
    low = np.full(len(mine), term.low)
    if term.column is not None:
        low = columns[term.column].cast(pl.Float64).fill_null(float("nan")).to_numpy()
        mine = mine & ~np.isnan(low)
    made.low[mine], made.high[mine] = low[mine], term.high
    made.exponential[mine], made.fixed[mine] = term.law == "exponential", term.law == "fixed"


def columns_read(terms: Mapping[str, Given]) -> list[str]:
    """The columns that terms name."""
    return [term.column for term in terms.values() if term.column is not None]


def number_column(frame: pl.DataFrame, name: str, of: str) -> pl.Series:
    """A column of numbers.

    Raises
    ------
    UnknownName
        There is none of that name.
    """
    known = [c for c in frame.columns if frame.schema[c].is_numeric()]
    if name not in known:
        raise UnknownName(of, name, known)
    return frame[name]
