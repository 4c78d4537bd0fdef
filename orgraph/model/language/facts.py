"""Facts, indicators and norms: the figures of one unit or person, rates over them, rules they must keep."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any, ClassVar, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    PlainValidator,
    StrictFloat,
    StrictInt,
    StrictStr,
    Tag,
    WithJsonSchema,
)
from pydantic.json_schema import SkipJsonSchema

from orgraph.model.errors import ConditionError
from orgraph.model.glossary import say
from orgraph.model.language.conditions import All, parse
from orgraph.model.language.words import Column, Measure, Name, Names, Text, Worded, wrong

PEOPLE = "people"

FORMS = (
    "links",
    "holders",
    "held",
    "measure",
    "below",
    "above",
    "uncovered",
    "years_since",
    "column",
    "weigh",
)
"""The key that tells each form of a fact; ``held`` is that of ``{of: people, held: …}``."""

Factor = StrictInt | StrictFloat


def _condition(value: object) -> All:
    """The shape only; types are known, and the exact key of a mistake told, once all files are read."""
    if not isinstance(value, dict):
        raise wrong(
            say(
                zh="条件应写成映射,如 {status: occupied}",
                en="a condition is a mapping such as {status: occupied}",
            )
        )
    try:
        return parse(value)
    except ConditionError:
        return All()


Condition = Annotated[All, PlainValidator(_condition), WithJsonSchema({"title": "=Condition"})]


def _day(value: object) -> object:
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _must_be_day(value: object) -> date:
    day = _day(value)
    if isinstance(day, date):
        return day
    raise wrong(say(zh="应是日期,如 2018-10-28", en="should be a date such as 2018-10-28"))


Day = Annotated[date, PlainValidator(_must_be_day), WithJsonSchema({"type": "string", "format": "date"})]


class Stated(Worded):
    """A fact, indicator or norm belongs to the file that states it."""

    structure: SkipJsonSchema[str] = Field("", alias="=structure")


class FactBase(Stated):
    """A figure of one unit, or of one person; `of` says which."""

    form: ClassVar[str] = ""

    @property
    def entity(self) -> Literal["unit", "people"]:
        """Whose figure it is."""
        return "unit"

    @property
    def facts_used(self) -> tuple[str, ...]:
        """Other facts that it is made of (those that its condition reads not counted)."""
        return ()


class ChosenFact(FactBase):
    """A fact that counts only what its condition chooses."""

    where: Condition | None = None


class LinksFact(ChosenFact):
    """How many units are linked to this one (``from: KIND``, incoming) or from it (``to: KIND``, outgoing).

    `where` sees the columns of the unit at the other end, and those of the link.
    """

    form: ClassVar[str] = "links"
    links: Name
    from_: Names | None = Field(None, alias="from")
    to: Names | None = None

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds at the other end."""
        return self.from_ or self.to or ()

    @property
    def incoming(self) -> bool:
        """Whether links into the unit are counted (else those out of it)."""
        return self.from_ is not None


class HoldersFact(ChosenFact):
    """How many distinct people hold these roles here.

    `where` sees the columns of memberships and people, and facts of people.
    """

    form: ClassVar[str] = "holders"
    holders: Names


class OfPeopleFact(ChosenFact):
    """Of a person: in how many units these roles are held; `where` sees membership columns."""

    form: ClassVar[str] = "held"
    of: Literal["people"]
    held: Names

    @property
    def entity(self) -> Literal["unit", "people"]:
        """Whose figure it is."""
        return "people"


class MeasureFact(FactBase):
    """The value of a measure: the latest on the day, or that of a period.

    `during` is ``day``, ``month``, ``quarter`` or ``year`` (the one the day asked lies in), or a period
    by name: ``"2022"``, ``"2022-04"``, ``"2022-04-12"``.
    """

    form: ClassVar[str] = "measure"
    measure: Name
    during: Annotated[StrictStr, Field(pattern=r"^(day|month|quarter|year|\d{4}(-\d\d){0,2})$")] | None = None


class BelowFact(ChosenFact):
    """How many units of a kind stand below in a tree, or the sum of a fact over them.

    `where` sees their columns.
    """

    form: ClassVar[str] = "below"
    below: Names
    tree: Name = Field(alias="in")
    sum: Name | None = None

    @property
    def facts_used(self) -> tuple[str, ...]:
        """Other facts that it is made of."""
        return (self.sum,) if self.sum else ()


class AboveFact(FactBase):
    """The largest of a fact over the ancestors of a kind in a tree: what is inherited from above."""

    form: ClassVar[str] = "above"
    above: Names
    tree: Name = Field(alias="in")
    any: Name

    @property
    def facts_used(self) -> tuple[str, ...]:
        """Other facts that it is made of."""
        return (self.any,)


class UncoveredFact(FactBase):
    """How many of the day's 24 hours have no holder of a role.

    `from` and `to` are the membership columns between which a shift runs: hours as numbers, or texts such
    as ``19:30``; texts of several shifts are parted by ``、``. Where both are the same column, its text holds
    whole shifts: ``08:00-16:00``, ``22:00-06:00``.
    """

    form: ClassVar[str] = "uncovered"
    uncovered: Name
    from_: Name = Field(alias="from")
    to: Name


class EitherFact(FactBase):
    """A figure that a row carries; of a unit unless ``of: people`` says otherwise."""

    of: Literal["people"] | None = None

    @property
    def entity(self) -> Literal["unit", "people"]:
        """Whose figure it is."""
        return "people" if self.of else "unit"


class YearsSinceFact(EitherFact):
    """Whole years from a date column to the day asked; unknown where the date is."""

    form: ClassVar[str] = "years_since"
    years_since: Name


class ColumnFact(EitherFact):
    """A number that the unit or person carries."""

    form: ClassVar[str] = "column"
    column: Name


class WeighFact(EitherFact):
    """A weighted sum of other facts: ``{weigh: {hours: 2, times: 1}}``; unknown where one of them is."""

    form: ClassVar[str] = "weigh"
    weigh: Annotated[dict[Name, Factor], Field(min_length=1)]

    @property
    def facts_used(self) -> tuple[str, ...]:
        """Other facts that it is made of."""
        return tuple(self.weigh)


def fact_form(written: Any) -> str | None:
    """The tag of the one form a written fact has; None where there are several or none."""
    keys = written if isinstance(written, dict) else {getattr(written, "form", "")}
    found = [form for form in FORMS if form in keys]
    if not found and "of" in keys:
        found = ["held"]
    return f"form:{found[0]}" if len(found) == 1 else None


Fact = (
    LinksFact
    | HoldersFact
    | OfPeopleFact
    | MeasureFact
    | BelowFact
    | AboveFact
    | UncoveredFact
    | YearsSinceFact
    | ColumnFact
    | WeighFact
)
FactWritten = Annotated[
    Annotated[LinksFact, Tag("form:links")]
    | Annotated[HoldersFact, Tag("form:holders")]
    | Annotated[OfPeopleFact, Tag("form:held")]
    | Annotated[MeasureFact, Tag("form:measure")]
    | Annotated[BelowFact, Tag("form:below")]
    | Annotated[AboveFact, Tag("form:above")]
    | Annotated[UncoveredFact, Tag("form:uncovered")]
    | Annotated[YearsSinceFact, Tag("form:years_since")]
    | Annotated[ColumnFact, Tag("form:column")]
    | Annotated[WeighFact, Tag("form:weigh")],
    Discriminator(fact_form),
]


def fact_type(
    facts: Mapping[str, Fact], name: str, measures: Mapping[str, Measure], columns: Mapping[str, Column]
) -> Literal["int", "float"]:
    """What the figures of a fact are; those of a measure as people read it, not in its smallest unit.

    Parameters
    ----------
    facts, name
        The facts that a file sees, and the one asked about.
    measures, columns
        The measures, and the declared columns of the table (units or people) that the fact is about.
    """
    open_, met = [name], set()
    while open_:
        fact = facts.get(open_.pop())
        if fact is None or fact.name in met:
            continue
        met.add(fact.name)
        if _is_float(fact, measures, columns):
            return "float"
        open_ += fact.facts_used
    return "int"


def _is_float(fact: Fact, measures: Mapping[str, Measure], columns: Mapping[str, Column]) -> bool:
    if isinstance(fact, MeasureFact):
        return fact.measure in measures and measures[fact.measure].decimals > 0
    if isinstance(fact, ColumnFact):
        return fact.column in columns and columns[fact.column].type == "float"
    if isinstance(fact, WeighFact):
        return any(isinstance(factor, float) for factor in fact.weigh.values())
    return isinstance(fact, UncoveredFact)


def _pair(value: object) -> object:
    if isinstance(value, list) and len(value) == 2:
        return tuple(value)
    raise wrong(say(zh="应是两个事实:[分子, 分母]", en="should be two facts: [numerator, denominator]"))


class Indicator(Stated):
    """A rate, at every unit above the units it is about.

    Attributes
    ----------
    of
        The kind whose units are expected (or ``people``).
    where
        Which of them are expected; sees their columns and facts.
    counts_if
        Which of those count: the rate is those that count ÷ those expected.
    ratio
        Instead: (numerator, denominator), two facts summed over the units expected.
    weight
        A fact to count by (households instead of estates); with `counts_if` only.
    target
        What the rate should reach.
    over
        The tree it is rolled up along.
    """

    of: Name
    where: Condition | None = None
    counts_if: Condition | None = None
    ratio: Annotated[tuple[Name, Name], BeforeValidator(_pair)] | None = None
    weight: Name | None = None
    target: StrictInt | StrictFloat | None = None
    over: Name


class Norm(Stated):
    """A rule that facts must keep, with its source."""

    of: Names
    where: Condition | None = None
    must: Condition
    source: Text
    in_force: Day | None = None
    severity: Literal["error", "warning", "info"] = "warning"
    mend: Text | None = None
