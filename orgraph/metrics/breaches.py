"""Breaches of one rule: of a norm, of the posts that kinds require, of what may stand under what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from orgraph.metrics.asked import paths_of
from orgraph.metrics.breach_words import faults
from orgraph.metrics.figures import Bools
from orgraph.metrics.norms import Judged, judged
from orgraph.metrics.people import people_named
from orgraph.metrics.posts import holders_of, requirements
from orgraph.model.checks import parentless, wrong_parents
from orgraph.model.finding_words import FINDINGS
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Ints
from orgraph.model.structure import PEOPLE
from orgraph.model.tables import Org

COLUMNS: dict[str, type[pl.DataType]] = {
    "severity": pl.String,
    "norm": pl.String,
    "label": pl.String,
    "kind": pl.String,
    "id": pl.String,
    "name": pl.String,
    "path": pl.String,
    "found": pl.String,
    "expected": pl.String,
    "unknown": pl.Boolean,
    "structure": pl.String,
    "source": pl.String,
    "mend": pl.String,
}

VACANT, WRONG_PARENT, NO_PARENT = "vacant-post", "wrong-parent-kind", "no-parent"
OWN = (VACANT, WRONG_PARENT, NO_PARENT)
"""What every structure demands beside its norms: its required posts, and what may stand under what."""

NOBODY: Ints = np.zeros(0, np.int32)


@dataclass(frozen=True, eq=False)
class Verdict:
    """What one rule of one file says.

    Attributes
    ----------
    severity, norm, label, structure
        Of the rule; `structure` is the file that states it, None where each unit's own does.
    units, people
        int32[]: rows of those judged, once each.
    breaches
        `COLUMNS`, as the units stand.
    doubtful
        How many are left out because it is not known whether the rule applies.
    reason
        Why nobody is judged, if so.
    """

    severity: str
    norm: str
    label: str
    structure: str | None
    units: Ints
    people: Ints
    breaches: pl.DataFrame
    doubtful: int = 0
    reason: str | None = None


def union(parts: Sequence[Ints]) -> Ints:
    """The rows that any part holds, in order; by marks, which is tenfold quicker than sorting or hashing."""
    met = np.zeros(max((int(part.max(initial=-1)) for part in parts), default=-1) + 1, bool)
    for part in parts:
        met[part] = True
    return np.flatnonzero(met).astype(np.int32)


def verdicts(org: Org, name: str, inside: Bools, *, people: bool) -> Iterator[Verdict]:
    """What the rule of a name says, per file that states it.

    Parameters
    ----------
    org, name
        On a day; a norm, or one of `OWN`.
    inside
        bool[units]: which units are asked about, and people with a post in them.
    people
        Name all people; else holders of public roles alone.
    """
    if name == VACANT:
        yield from _vacancies(org, inside)
    elif name in OWN:
        yield _misplaced(org, name, inside)
    else:
        yield from (_by_norm(org, one, people=people) for one in judged(org, name, inside))


def _by_norm(org: Org, one: Judged, *, people: bool) -> Verdict:
    norm, rows, of_people = one.norm, one.who[one.breaks], PEOPLE in one.norm.of
    named = people_named(org, rows, everybody=people) if of_people else _named(org, rows)
    said = named.hstack(faults(one.facts, norm.must, one.entity, rows)).with_columns(
        unknown=pl.Series(one.unknown[one.breaks], dtype=pl.Boolean),
        mend=pl.lit(norm.mend, pl.String),
        structure=pl.lit(norm.structure),
        source=pl.lit(norm.source),
    )
    return Verdict(
        severity=norm.severity,
        norm=norm.name,
        label=norm.label.text,
        structure=norm.structure,
        units=NOBODY if of_people else one.who,
        people=one.who if of_people else NOBODY,
        breaches=_told(org, said, one.at[one.breaks], (norm.severity, norm.name, norm.label.text)),
        doubtful=one.doubtful,
        reason=_reason(one),
    )


def _reason(one: Judged) -> str | None:
    if not one.in_force:
        day = one.norm.in_force
        return say(zh=f"{day} 起施行,当日尚未施行", en=f"in force from {day} on, not on this day")
    return None if len(one.who) else say(zh="没有适用的对象", en="nobody that it applies to")


def _named(org: Org, rows: Ints) -> pl.DataFrame:
    return org.units.select("id", "name", "kind")[rows]


def _told(org: Org, said: pl.DataFrame, at: Ints, rule: tuple[str, str, str]) -> pl.DataFrame:
    """What is said of some units, or of people with a post in them, in `COLUMNS` and as the units stand."""
    path, place = paths_of(org, at)
    shared = [pl.lit(text).alias(name) for name, text in zip(COLUMNS, rule, strict=False)]
    placed = said.with_columns(*shared, path, place=pl.Series(place, dtype=pl.Int64))
    return placed.sort("place", maintain_order=True).select(pl.col(c).cast(t) for c, t in COLUMNS.items())


def _own_label(name: str) -> str:
    zh, en = FINDINGS[name]
    return say(zh=zh, en=en)


def _vacancies(org: Org, inside: Bools) -> Iterator[Verdict]:
    """One verdict per file: the required posts of its units."""
    rule = ("warning", VACANT, _own_label(VACANT))
    of_files: dict[str, list[tuple[Ints, pl.DataFrame]]] = {}
    for mine, role, count, file in requirements(org):
        rows = np.flatnonzero(mine & inside).astype(np.int32)
        short = _vacant(org, rows, role, count).with_columns(
            structure=pl.lit(file),
            source=pl.lit(say(zh=f"架构 {file}:应配职务", en=f"structure {file}: posts")),
        )
        of_files.setdefault(file, []).append((rows, short))
    for file, parts in of_files.items():
        said = pl.concat([part for _, part in parts])
        told = _told(org, said, said["row"].to_numpy(), rule)
        yield Verdict(*rule, file, union([rows for rows, _ in parts]), NOBODY, told)


def _vacant(org: Org, rows: Ints, role: str, count: int) -> pl.DataFrame:
    """Of some rows of units those that lack holders of a role."""
    word = org.structures.roles[role].label.text
    posts = _named(org, rows).with_columns(row=pl.Series(rows), held=pl.Series(holders_of(org, role)[rows]))
    missing = count - pl.col("held")
    return posts.filter(missing > 0).with_columns(
        found=pl.format(say(zh="{} {} 人", en="{}: {}"), pl.lit(word), "held"),
        expected=pl.lit(say(zh=f"{word} {count} 人", en=f"{word}: {count}")),
        unknown=pl.lit(value=False),
        mend=pl.format(say(zh="配备{} {} 人", en="appoint {}: {}"), pl.lit(word), missing),
    )


def _misplaced(org: Org, norm: str, inside: Bools) -> Verdict:
    """Units that stand where their structure does not put them, tree by tree."""
    rule = ("error" if norm == WRONG_PARENT else "warning", norm, _own_label(norm))
    standing, told = np.zeros(len(inside), bool), [pl.DataFrame(schema=COLUMNS)]
    for tree in org.structures.trees:
        h = org.hierarchy(tree)
        placed = h.parent >= 0 if norm == WRONG_PARENT else np.ones(len(h), bool)
        standing[h.order[placed]] = True
        said = _under_wrong(org, tree) if norm == WRONG_PARENT else _on_top(org, tree)
        said = said.filter(pl.Series(inside[said["row"].to_numpy()], dtype=pl.Boolean))
        rows = said["row"].to_numpy()
        told.append(
            _told(org, said.drop("kind").hstack(_named(org, rows).select("name", "kind")), rows, rule)
        )
    units = np.flatnonzero(standing & inside).astype(np.int32)
    return Verdict(*rule, None, units, NOBODY, pl.concat(told))


def _under_wrong(org: Org, tree: str) -> pl.DataFrame:
    labels = {name: kind.label.text for name, kind in org.structures.kinds.items()}
    wrong, label = wrong_parents(org, tree), org.structures.trees[tree].label.text
    nothing = say(zh="没有上级", en="no parent")
    allowed = pl.col("allowed").str.split(", ").list.eval(pl.element().replace(labels)).list.join("、")
    return wrong.with_columns(
        _by_places(org, wrong),
        found=pl.format("{}: {} ({})", pl.lit(label), "above_name", pl.col("above").replace(labels)),
        expected=pl.format("{}: {}", pl.lit(label), allowed.fill_null(pl.lit(nothing))),
        unknown=pl.lit(value=False),
        mend=pl.lit(say(zh="改正上级或类别", en="put the parent or the kind right")),
    )


def _on_top(org: Org, tree: str) -> pl.DataFrame:
    top, label = parentless(org, tree), org.structures.trees[tree].label.text
    return top.with_columns(
        _by_places(org, top),
        found=pl.lit(say(zh=f"{label}: 没有上级", en=f"{label}: no parent")),
        expected=pl.lit(say(zh=f"{label}: 有上级", en=f"{label}: a parent")),
        unknown=pl.lit(value=False),
        mend=pl.lit(say(zh="在名册中填写上级", en="fill in the parent in the roster")),
    )


def _by_places(org: Org, said: pl.DataFrame) -> list[pl.Series]:
    """``structure`` and ``source``: each unit's own file."""
    own = org.units["structure"].gather(said["row"].to_numpy()).fill_null("–")
    text = say(zh="架构 {}:上下级", en="structure {}: places")
    return [own.alias("structure"), pl.select(pl.format(text, own)).to_series().alias("source")]
