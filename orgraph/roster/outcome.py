"""The organisation that an import leads to, held against what can be true; findings are led back to rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl

from orgraph.model import findings
from orgraph.model.checks import check
from orgraph.model.tables import TABLES, Org
from orgraph.roster.notes import Notes
from orgraph.roster.register import Register
from orgraph.roster.sheets.rows import R
from orgraph.roster.versions import Part

_SAME = ["severity", "code", "column", "value"]


@dataclass(frozen=True)
class Import:
    """What an import did on one day.

    Attributes
    ----------
    day
        The day.
    parts
        What changes, with the rows of the import behind it.
    trees
        Trees that its rows speak of: only there is a missing parent worth a word.
    """

    day: date
    parts: Mapping[str, Part]
    trees: frozenset[str]


def faults(
    before: Org, after: Mapping[str, pl.DataFrame], register: Register, done: Import, notes: Notes
) -> None:
    """What cannot be true after the changes and was not so before.

    Parameters
    ----------
    before, after
        The timeline that the import started from, and the tables after it, units by key.
    register
        The units behind the keys.
    done
        What led from one to the other.
    """
    if all(part.patch.is_empty for part in done.parts.values()):
        return
    timeline = register.org(before.structures, after)
    today = timeline.alive(done.day)
    found = check(today)
    told_all = _same_rows(today, timeline) and not (found["code"] == "duplicate-id").any()
    if before.units.height:
        both = [found] if told_all else [found, check(timeline)]
        found = findings.concat(both).unique(_SAME, maintain_order=True)
    elsewhere = (pl.col("code") == "no-parent") & ~pl.col("column").is_in(list(done.trees))
    found = found.filter(~elsewhere)
    if not found.height:
        return
    if before.units.height:
        known = findings.concat([check(before.alive(done.day)), check(before)])
        found = found.join(known, on=_SAME, how="anti", nulls_equal=True, maintain_order="left")
    said = _led_back(found, timeline, done.parts)
    # What the resolver has said of a row in its own words need not be said again.
    spoken = notes.all().select(R, "code").unique().with_columns(_spoken=pl.lit(value=True))
    said = said.join(spoken, on=[R, "code"], how="left").filter(pl.col("_spoken").is_null())
    notes.take(said)


def _same_rows(today: Org, timeline: Org) -> bool:
    """Whether all versions hold today: then what is wrong with them was found."""
    return all(getattr(today, t).height == getattr(timeline, t).height for t in TABLES)


def _led_back(found: pl.DataFrame, timeline: Org, parts: Mapping[str, Part]) -> pl.DataFrame:
    """Findings with the row (``_r``) that speaks of the unit they name first; null where none does."""
    rows = [pl.DataFrame(schema={R: pl.Int64, "key": pl.Int32})]
    for table, column in (
        ("links", "source"),
        ("units", "id"),
        ("memberships", "unit"),
        ("measures", "unit"),
    ):
        if table in parts:
            part = parts[table]
            rows.append(
                pl.DataFrame([part.source.cast(pl.Int64).alias(R), part.patch.into[column].alias("key")])
            )
    of_unit = pl.concat(rows).filter(pl.col(R).is_not_null())
    of_unit = of_unit.unique("key", keep="first", maintain_order=True)
    names = timeline.units.select("key", "id", "name").unique("key", keep="last", maintain_order=True)
    names = pl.concat([names, timeline.strangers], how="diagonal")
    called = of_unit.join(names, on="key", how="left").select(
        R, "id", said=pl.format("{} ({})", pl.col("name").fill_null("–"), "id")
    )
    first = pl.col("value").str.split(" → ").list.first()
    marked = found.with_columns(
        said=first, said2=first.str.split(": ").list.first(), word=first.str.split(" ").list.first()
    )
    by_name = called.select("said", _by_name=R).unique("said")
    by_name2 = called.select(said2="said", _by_name2=R).unique("said2")
    by_id = called.select(word="id", _by_id=R).unique("word")
    joined = (
        marked.join(by_name, on="said", how="left", maintain_order="left")
        .join(by_name2, on="said2", how="left", maintain_order="left")
        .join(by_id, on="word", how="left", maintain_order="left")
    )
    return joined.with_columns(pl.coalesce("_by_name", "_by_name2", "_by_id").alias(R))
