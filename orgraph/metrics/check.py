"""Check: where facts break the norms of structures, posts are vacant, or units stand in the wrong place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import polars as pl

from orgraph.metrics.asked import below_in_any, day_of
from orgraph.metrics.breaches import COLUMNS, OWN, Verdict, union, verdicts
from orgraph.metrics.norms import norm_names
from orgraph.model.errors import UnknownName
from orgraph.model.findings import SEVERITIES
from orgraph.model.glossary import say
from orgraph.model.tables import Org

Severity = Literal["error", "warning", "info"]

TOTALS: dict[str, type[pl.DataType]] = {
    "severity": pl.String,
    "norm": pl.String,
    "label": pl.String,
    "structure": pl.String,
    "units": pl.Int64,
    "people": pl.Int64,
    "breaches": pl.Int64,
    "unknown": pl.Int64,
    "doubtful": pl.Int64,
    "reason": pl.String,
}


def check(
    org: Org,
    norms: Sequence[str] | None = None,
    *,
    under: str | None = None,
    severity: Severity = "info",
    people: bool = False,
) -> pl.DataFrame:
    """Which units and people break a norm, lack a holder of a required post, or stand in the wrong place.

    Parameters
    ----------
    org
        On a day. A norm that was not in force on it judges nobody.
    norms
        Names of norms, and ``vacant-post``, ``wrong-parent-kind``, ``no-parent``; default: all.
    under
        Only this unit and what stands below it in any tree, and people with a post there.
    severity
        Breaches of at least this severity.
    people
        Name all people; else only holders of public roles have their names.

    Returns
    -------
    DataFrame
        One row per breach, the gravest first, then norm by norm as the units stand: ``severity``; ``norm``,
        ``label``; ``kind`` (``people`` for a person), ``id``, ``name``, ``path`` (names from the root down
        in the fullest tree in which the unit is tied; of a person: of a unit with a post); ``found``: the
        facts and columns of what failed, with their values, and ``expected``: what the norm wants of them
        (texts in the current language); ``unknown`` Boolean: whether something that the norm compares is
        unknown, so that the breach may be one of the roster only; ``structure``: the file that states the
        norm; ``source``, ``mend``: as it states them.

        ``vacant-post``: one row per unit and required role (`Kind.roles`) with too few distinct holders,
        severity ``warning``. ``wrong-parent-kind`` (``error``), ``no-parent`` (``warning``): one row per
        unit and tree in which it stands under what `Kind.under` does not name, or on top without `root_of`.
        A unit is judged by the one file whose rules it stands under (`orgraph.metrics.rules.ruling`).

    Raises
    ------
    UnknownName, AmbiguousName
        No such norm, unit or severity; several units of that name.
    OrgraphError
        `org` is not on a day.

    References
    ----------
    Every norm bears its own source; DHIS2 (validation rules), whose breaches are listed unit by unit, too.

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> check(small_town()).select("severity", "norm", "name", "found", "expected").rows()
    [('warning', 'homes_counted', '西苑', '户数 未知', '户数 不少于 1')]
    """
    found, _ = checked(org, norms, under=under, severity=severity, people=people)
    return found


def check_totals(
    org: Org, norms: Sequence[str] | None = None, *, under: str | None = None, severity: Severity = "info"
) -> pl.DataFrame:
    """How many units and people each norm judges, and how many breaches there are.

    Parameters
    ----------
    org, norms, under, severity
        As in `check`.

    Returns
    -------
    DataFrame
        One row per norm and file that states it: ``severity``, ``norm``, ``label``, ``structure``;
        ``units``, ``people`` Int64: those judged; ``breaches`` Int64: rows of `check`, and ``unknown`` Int64:
        of them with something unknown; ``doubtful`` Int64: units or people left out because something that
        the norm's ``where`` reads is unknown; ``reason``: why it judges nobody, else null. A last row without
        ``norm``: all together, each unit and person once.

    Raises
    ------
    UnknownName, AmbiguousName, OrgraphError
        As in `check`.

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> check_totals(small_town(), ["homes_counted"]).select("norm", "units", "breaches", "unknown").rows()
    [('homes_counted', 2, 1, 1), (None, 2, 1, 1)]
    """
    _, totals = checked(org, norms, under=under, severity=severity)
    return totals


def checked(
    org: Org,
    norms: Sequence[str] | None = None,
    *,
    under: str | None = None,
    severity: Severity = "info",
    people: bool = False,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both answers, `check` and `check_totals`, from one pass."""
    day_of(org)
    wanted = _wanted(org, norms)
    if severity not in SEVERITIES:
        raise UnknownName(say(zh="级别", en="severity"), severity, SEVERITIES)
    inside = below_in_any(org, None if under is None else org.row(under))
    told = [one for name in wanted for one in verdicts(org, name, inside, people=people)]
    grave = SEVERITIES[: SEVERITIES.index(severity) + 1]
    told = [one for one in told if one.severity in grave]
    together = pl.concat([pl.DataFrame(schema=COLUMNS), *(one.breaches for one in told)])
    rank = pl.col("severity").replace_strict({s: i for i, s in enumerate(SEVERITIES)}, return_dtype=pl.Int8)
    return together.sort(rank, maintain_order=True), _totals(told)


def _wanted(org: Org, norms: Sequence[str] | None) -> list[str]:
    known = [*norm_names(org), *OWN]
    unknown = next((name for name in norms or () if name not in known), None)
    if unknown is not None:
        raise UnknownName(say(zh="规则", en="norm"), unknown, known)
    return known if norms is None else list(dict.fromkeys(norms))


def _totals(told: Sequence[Verdict]) -> pl.DataFrame:
    rows = [
        (
            one.severity,
            one.norm,
            one.label,
            one.structure,
            len(one.units),
            len(one.people),
            one.breaches.height,
            int(one.breaches["unknown"].sum()),
            one.doubtful,
            one.reason,
        )
        for one in told
    ]
    parts = pl.DataFrame(rows, schema=TOTALS, orient="row")
    units, people = (len(union([getattr(one, who) for one in told])) for who in ("units", "people"))
    every = parts.select(pl.col("breaches", "unknown", "doubtful").sum()).with_columns(
        units=pl.lit(units, pl.Int64), people=pl.lit(people, pl.Int64)
    )
    return pl.concat([parts, every], how="diagonal").select(list(TOTALS))
