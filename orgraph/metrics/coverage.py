"""Rates of an indicator at any unit, and its gaps: the members that do not count, from the same rows."""

from __future__ import annotations

import numpy as np
import polars as pl

from orgraph.metrics.amounts import AMOUNTS, below_none, inside_of, once, rolled, roots
from orgraph.metrics.asked import day_of, kind_asked, of_kinds
from orgraph.metrics.figures import Bools
from orgraph.metrics.members import Members, indicator_names, members
from orgraph.metrics.people import people_named
from orgraph.metrics.rates import COLUMNS, rates
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Ints
from orgraph.model.tables import Org


def coverage(
    org: Org, indicator: str | None = None, *, by: str | None = None, under: str | None = None
) -> pl.DataFrame:
    """What share of the units expected counts, at the top, at one unit, or at each unit of a kind.

    Parameters
    ----------
    org
        On a day.
    indicator
        Its name; default: all indicators of all files.
    by
        A kind (its name or label): one row for each of its units. Default: one row for each root of the
        indicator's tree with anything expected below, or one for `under`.
    under
        Only this unit and what stands below it: an id, a name or a path.

    Returns
    -------
    DataFrame
        ``id``, ``name``, ``kind`` of the unit; ``indicator``, ``label``; ``numerator``, ``denominator``:
        sums over the members in the unit's subtree along the indicator's tree, itself included: members that
        count ÷ members expected, or their weights, or the two facts of a ratio (Int64; Float64 if a figure
        has decimals). People are counted once at each unit, however many posts they have below it. ``rate``
        Float64: **null where the denominator is 0, with the reason**, and above 1 kept and told.
        ``unknown`` Int64: members of which a figure that the rule reads is unknown: they are expected, and
        their unknown figure enters the sums as 0; ``completeness`` Float64: members without such ÷ members
        expected (null where none is). ``target`` Float64. ``reason``: what is to be
        said of the row, else null.

        Members that stand below none of the units listed, as where they have no place in the tree, have a
        last row of their own without ``id``: nobody vanishes. Without structures that state indicators the
        frame is empty.

    Raises
    ------
    UnknownName, AmbiguousName
        No such indicator, kind or unit; several units of that name.
    OrgraphError
        `org` is not on a day.

    References
    ----------
    DHIS2 (reporting rate and completeness); 中办发〔2012〕11号 (组织覆盖, 空白点).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> coverage(small_town(), "covered").select("name", "numerator", "denominator", "rate").rows()
    [('洪合村', 1, 2, 0.5)]
    """
    day_of(org)
    names = indicator_names(org) if indicator is None else [indicator]
    row = None if under is None else org.row(under)
    kind = None if by is None else kind_asked(org, by)
    parts = [_covered(org, members(org, name), kind, row) for name in names]
    return pl.concat([pl.DataFrame(schema=COLUMNS), *parts], how="vertical_relaxed")


def gaps(org: Org, indicator: str, *, under: str | None = None, people: bool = False) -> pl.DataFrame:
    """The members of an indicator that do not count: just the rows that its rate lacks.

    Parameters
    ----------
    org
        On a day.
    indicator
        Its name.
    under
        Only this unit and what stands below it along the indicator's tree.
    people
        Name people in an indicator over people; else only holders of public roles have their names.

    Returns
    -------
    DataFrame
        In preorder of the indicator's tree: ``id``, ``name``, ``kind``, ``path`` (names from the root down;
        of a person: of the first unit with a post); then one column per fact that the rule reads, its weight
        included; ``unknown`` Boolean: whether one of them is unknown, so that the gap may be one of the
        roster only. Of a ratio: the members that add nothing to its numerator. The height is denominator −
        numerator of the rate at the same unit, where no weight and no ratio is used.

    Raises
    ------
    UnknownName, AmbiguousName
        No such indicator or unit; several units of that name.

    References
    ----------
    中办发〔2012〕11号 (空白点). OpenMetadata #19407 shows what comes of a list and a count from two sources.

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> gaps(small_town(), "covered").rows()
    [('e2', '西苑', 'estate', '洪合村/西苑', 0, False)]
    """
    day_of(org)
    row = None if under is None else org.row(under)
    found = members(org, indicator)
    parts = [_gaps(org, m, inside_of(org, m, row), people=people) for m in found]
    together = pl.concat(parts, how="diagonal_relaxed")
    return together.sort("place", nulls_last=True, maintain_order=True).select(
        pl.exclude("place", "unknown"), "unknown"
    )


def _gaps(org: Org, m: Members, inside: Bools, *, people: bool) -> pl.DataFrame:
    short = m.only(~m.counts & inside[m.at], np.zeros(len(m.doubtful), bool))
    if short.of_people:
        short = short.only(once(short.who, np.ones(len(short.who), bool)), short.doubtful > 0)
        named = people_named(org, short.who, everybody=people)
    else:
        named = _units_named(org, short.who)
    tree = m.indicator.over
    place = pl.Series(org.hierarchy(tree).position[short.at]).replace(-1, None)
    taken = {*named.columns, "path", "place", "unknown"}
    figures = short.figures.rename({c: f"{c}_" for c in short.figures.columns if c in taken})
    path, unknown = org.paths(tree, short.at), pl.Series(~short.known)
    return named.with_columns(path, *figures.get_columns(), place=place, unknown=unknown)


def _units_named(org: Org, rows: Ints) -> pl.DataFrame:
    return org.units.select("id", "name", "kind")[rows]


def _covered(org: Org, parts: list[Members], kind: str | None, row: int | None) -> pl.DataFrame:
    below = [rolled(org, m) for m in parts]
    inside = [inside_of(org, m, row) for m in parts]
    if kind is not None:
        rows_asked = np.flatnonzero(of_kinds(org, (kind,)) & np.logical_or.reduce(inside))
    elif row is not None:
        rows_asked = np.array([row])
    else:
        rows_asked = np.unique(np.concatenate([roots(org, *pair) for pair in zip(parts, below, strict=True)]))
    place = org.hierarchy(parts[0].indicator.over).position[rows_asked]
    listed_in = np.argsort(np.where(place < 0, org.units.height, place), kind="stable")
    rows: Ints = rows_asked[listed_in].astype(np.int32)
    listed = rates(_units_named(org, rows), parts, [{a: b[a][rows] for a in AMOUNTS} for b in below])
    rest = [below_none(org, m, rows, i) for m, i in zip(parts, inside, strict=True)]
    if len(rows) and not any(r["expected"][0] or r["doubtful"][0] for r in rest):
        return listed
    nowhere = pl.DataFrame(height=1).with_columns(
        pl.lit(None, pl.String).alias(c) for c in ("id", "name", "kind")
    )
    note = say(zh="不在所列单位之下", en="below none of the units listed") if len(rows) else ""
    return pl.concat([listed, rates(nowhere, parts, rest, note=note)], how="vertical_relaxed")
