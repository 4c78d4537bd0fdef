"""Facts as a table: any declared figure of all units of a kind, or of people; ranked and summed."""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from orgraph.metrics.asked import paths_of
from orgraph.metrics.facts_asked import Answers, Choice, Where, answers, declared
from orgraph.metrics.figures import Figure
from orgraph.metrics.people import people_named
from orgraph.model.hierarchy import Ints
from orgraph.model.structure import PEOPLE
from orgraph.model.tables import Org


def facts(  # noqa: PLR0913 -- the options of `orgraph facts`
    org: Org,
    names: Sequence[str],
    *,
    of: str | None = None,
    under: str | None = None,
    where: Where | None = None,
    during: str | None = None,
    ranked: bool = False,
    people: bool = False,
) -> pl.DataFrame:
    """The figures that structures declare, of all units of a kind or of all people, beside each other.

    Parameters
    ----------
    org
        On a day.
    names
        Facts, all of units or all of people; of one name for both, `of` decides.
    of
        A kind (its name or label): each of its units; ``people``: everybody with a post. Default: of facts of
        people the same, of facts of units the units of which any of the facts is known and not 0.
    under
        Only this unit and what stands below it in any tree; of people: those with a post there.
    where
        Only those of which this holds: a condition over columns and facts, as a mapping or as words of the
        command line (``["households>=300", "status=occupied"]``).
    during
        A period for facts that take the latest value of a measure: ``day``, ``month``, ``quarter``,
        ``year`` (the one that the day lies in), ``2022``, ``2022-04``, ``2022-04-12``.
    ranked
        The greatest of the first fact first, with ``rank`` Int64 (equal figures share one, and the next is
        left out; null where unknown). Default: as the units stand.
    people
        Name all people; else only holders of public roles have their names.

    Returns
    -------
    DataFrame
        ``id``, ``name``, ``kind`` (``people`` for a person), ``path`` (names from the root down in the
        fullest tree in which the unit is tied; of a person: of a unit with a post), then one column per fact,
        Int64 or Float64, null where unknown. What a fact means is said by the file whose rules the unit
        stands under (`orgraph.metrics.rules.ruling`); where none of those states it, it is unknown. A fact
        called like one of the first columns has ``_`` after its name.

    Raises
    ------
    UnknownName, AmbiguousName
        No such fact, kind or unit; several units of that name.
    ConditionError
        `where` is no condition over what the structures declare.
    OrgraphError
        `org` is not on a day, `during` is no period, or facts of people and of units are mixed.

    References
    ----------
    DHIS2 (aggregation types: last value, sum and average within a period).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> facts(small_town(), ["homes", "branches"], of="estate").select("name", "homes", "branches").rows()
    [('东苑', 300, 1), ('西苑', None, 0)]
    """
    found = answers(org, list(dict.fromkeys(names)), Choice(of, under, where, during))
    named = _named(org, found, people=people)
    taken = {*named.columns, "rank"}
    figures = (figure.series(name)[found.who] for name, figure in found.figures.items())
    listed = named.with_columns(f.alias(f"{f.name}_") if f.name in taken else f for f in figures)
    listed = listed.sort("place", maintain_order=True).drop("place")
    return _ranked(listed, listed.columns[4]) if ranked else listed


def facts_totals(
    org: Org,
    names: Sequence[str],
    *,
    of: str | None = None,
    under: str | None = None,
    where: Where | None = None,
    during: str | None = None,
) -> pl.DataFrame:
    """What the figures that `facts` lists add up to, fact by fact and kind by kind.

    Parameters
    ----------
    org, names, of, under, where, during
        As in `facts`.

    Returns
    -------
    DataFrame
        ``fact``, ``label``; ``kind``; ``units`` Int64: those listed, and ``known`` Int64: of them with a
        known figure; ``sum``, ``mean``, ``min``, ``max`` Float64 over these, null where there are none;
        ``completeness`` Float64: known ÷ listed. Kinds are never added together, for one may hold the other.

    Raises
    ------
    UnknownName, AmbiguousName, ConditionError, OrgraphError
        As in `facts`.

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> totals = facts_totals(small_town(), ["homes"], of="estate")
    >>> totals.select("units", "known", "sum", "completeness").rows()
    [(2, 1, 300.0, 0.5)]
    """
    found = answers(org, list(dict.fromkeys(names)), Choice(of, under, where, during))
    kinds = org.units["kind"][found.who]
    if found.entity == PEOPLE:
        kinds = pl.repeat(PEOPLE, len(found.who), dtype=pl.String, eager=True)
    labels = declared(org, PEOPLE if found.entity == PEOPLE else "")
    parts = [
        _summed(figure, found.who, kinds).with_columns(
            fact=pl.lit(name), label=pl.lit(labels[name].label.text)
        )
        for name, figure in found.figures.items()
    ]
    return pl.concat(parts).select("fact", "label", pl.exclude("fact", "label"))


def facts_declared(org: Org) -> pl.DataFrame:
    """Every fact that the structures state.

    Returns
    -------
    DataFrame
        ``fact``, ``label``, ``structure``: the file; ``of``: ``unit`` or ``people``; ``form``: the key that
        tells what kind of fact it is.
    """
    rows = [
        (name, fact.label.text, file.id, fact.entity, fact.form)
        for file in org.structures.files.values()
        for name, fact in file.facts.items()
    ]
    columns = ("fact", "label", "structure", "of", "form")
    return pl.DataFrame(rows, schema=dict.fromkeys(columns, pl.String), orient="row")


def _named(org: Org, found: Answers, *, people: bool) -> pl.DataFrame:
    """``id``, ``name``, ``kind``, ``path``, and ``place``, by which they stand."""
    path, place = paths_of(org, found.at)
    if found.entity == PEOPLE:
        named = people_named(org, found.who, everybody=people)
    else:
        named = org.units.select("id", "name", "kind")[found.who]
    return named.with_columns(path, place=pl.Series(place, dtype=pl.Int64))


def _ranked(listed: pl.DataFrame, by: str) -> pl.DataFrame:
    rank = pl.col(by).rank("min", descending=True).cast(pl.Int64)
    ordered = listed.with_columns(rank=rank).sort("rank", nulls_last=True, maintain_order=True)
    return ordered.select("rank", pl.exclude("rank"))


def _summed(figure: Figure, who: Ints, kinds: pl.Series) -> pl.DataFrame:
    """Sums per kind, from whole numbers of the last decimal."""
    scale = 10.0**figure.decimals
    values = pl.Series(figure.values[who], dtype=pl.Int64)
    frame = pl.DataFrame(
        {"kind": kinds, "value": values, "heard": pl.Series(figure.known[who], dtype=pl.Boolean)}
    )
    told = pl.col("value").filter(pl.col("heard"))
    counted = frame.group_by("kind", maintain_order=True).agg(
        units=pl.len().cast(pl.Int64),
        known=pl.col("heard").sum().cast(pl.Int64),
        sum=pl.when(pl.col("heard").any()).then(told.sum() / scale),
        mean=told.mean() / scale,
        min=told.min() / scale,
        max=told.max() / scale,
    )
    return counted.with_columns(completeness=pl.col("known") / pl.col("units"))
