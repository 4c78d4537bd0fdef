"""The sections of `orgraph.metrics.listing.show`: one unit seen from every side."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import numpy as np
import polars as pl

from orgraph.metrics.coverage import coverage
from orgraph.metrics.measured import measured
from orgraph.metrics.people import people_below, posts_held
from orgraph.metrics.posts import roles_required
from orgraph.metrics.reach import measures_in_use
from orgraph.model.errors import listing
from orgraph.model.glossary import heading, percent, say
from orgraph.model.hierarchy import Hierarchy
from orgraph.model.tables import Org

Line = tuple[str, str, str | None, float | None, str | None]

SCHEMA = {
    "section": pl.String,
    "item": pl.String,
    "value": pl.String,
    "completeness": pl.Float64,
    "note": pl.String,
}


def portrait(org: Org, row: int, *, people: bool) -> pl.DataFrame:
    """All sections for one row of units; see `orgraph.metrics.listing.show`."""
    standing = [h for t in org.structures.trees if (h := org.hierarchy(t)).position[row] >= 0]
    lines = [
        *_identity(org, row),
        *(line for h in standing for line in _path(org, h, row)),
        *(line for h in standing for line in _children(org, h, row)),
        *_holders(org, row, everybody=people),
        *_posts(org, row),
        *_links(org, row),
        *(line for h in standing for line in _people(org, h, row)),
        *_measures(org, row),
        *(line for h in standing for line in _rollup(org, h, row)),
        *_indicators(org, row),
    ]
    return pl.DataFrame(lines, schema=SCHEMA, orient="row")


def _identity(org: Org, row: int) -> Iterator[Line]:
    s, declared = org.structures, org.structures.columns("units")
    for name, value in org.units.drop("key").row(row, named=True).items():
        if value is None:
            continue
        item = declared[name].label.text if name in declared else heading(name)
        text = _text(value)
        if name == "kind" and value in s.kinds:
            yield "identity", item, s.kinds[value].label.text, None, value
        elif name == "structure" and value in s.files:
            yield "identity", item, s.files[value].label.text or value, None, value
        else:
            labels = declared[name].value_labels.get(text) if name in declared else None
            yield "identity", item, labels[0] if labels else text, None, text if labels else None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return say(zh="是" if value else "否", en="yes" if value else "no")
    return value.isoformat() if isinstance(value, date) else str(value)


def _path(org: Org, h: Hierarchy, row: int) -> Iterator[Line]:
    level = int(h.level[h.position[row]])
    path = org.paths(h.tree, np.array([row], np.int32))[0]
    yield "path", _tree_label(org, h), path, None, say(zh=f"第 {level} 层", en=f"level {level}")


def _tree_label(org: Org, h: Hierarchy) -> str:
    return org.structures.trees[h.tree].label.text


def _kind_label(org: Org, kind: str | None) -> str:
    known = org.structures.kinds.get(kind or "")
    return known.label.text if known is not None else str(kind)


def _children(org: Org, h: Hierarchy, row: int) -> Iterator[Line]:
    place = int(h.position[row])
    inside = h.order[place + 1 : h.end[place]]
    below = org.units.select("kind")[inside].with_columns(
        child=pl.Series(h.parent[place + 1 : h.end[place]] == place, dtype=pl.Boolean)
    )
    counts = below.group_by("kind", maintain_order=True).agg(pl.col("child").sum(), pl.len().alias("below"))
    for kind, children, number in counts.iter_rows():
        item = f"{_tree_label(org, h)} · {_kind_label(org, kind)}"
        note = say(zh=f"以下共 {number}", en=f"{number} below in all") if number > children else None
        yield "children", item, str(children), None, note


def _holders(org: Org, row: int, *, everybody: bool) -> Iterator[Line]:
    posts = posts_held(org).filter(pl.col("unit") == row)
    for role in (r for r in org.structures.roles if r in posts["role"]):
        declared = org.structures.roles[role]
        holders = posts.filter(role=role)["person"].to_numpy()
        count = say(zh=f"{len(holders)} 人", en=f"{len(holders)} people")
        if declared.public or everybody:
            names = org.people["name"].gather(holders).fill_null("–").sort().to_list()
            yield "holders", declared.label.text, "、".join(names), None, count if len(names) > 1 else None
        else:
            yield "holders", declared.label.text, count, None, say(zh="不列姓名", en="not named")


def _posts(org: Org, row: int) -> Iterator[Line]:
    for role, required, filled in roles_required(org, row):
        vacant = max(required - filled, 0)
        note = say(zh=f"空缺 {vacant}", en=f"{vacant} vacant") if vacant else None
        yield "posts", org.structures.roles[role].label.text, f"{filled}/{required}", None, note


def _links(org: Org, row: int) -> Iterator[Line]:
    key = org.units["key"][row]
    ties = org.links.filter(
        pl.col("relation").is_in(list(org.structures.relations))
        & ((pl.col("source") == key) | (pl.col("target") == key))
    )
    other = org.rows(
        ties.select(pl.when(pl.col("source") == key).then("target").otherwise("source")).to_series()
    )
    there = ties.select("relation", outward=pl.col("source") == key).filter(pl.Series(other >= 0))
    there = there.hstack(org.units.select("kind", "name")[other[other >= 0]])
    for (relation, outward, kind), group in there.group_by(
        "relation", "outward", "kind", maintain_order=True
    ):
        arrow = "→" if outward else "←"
        item = f"{org.structures.relations[str(relation)].label.text} {arrow} {_kind_label(org, str(kind))}"
        names = listing(group["name"].fill_null("–").sort().to_list())
        yield "links", item, str(group.height), None, names


def _people(org: Org, h: Hierarchy, row: int) -> Iterator[Line]:
    place = int(h.position[row])
    count = int(people_below(org, h)[place])
    if count:
        note = say(zh="本级及以下,不重复计人", en="here and below, each person once")
        yield "people", _tree_label(org, h), str(count), None, note


def _measures(org: Org, row: int) -> Iterator[Line]:
    for name in measures_in_use(org):
        figure = measured(org, name)
        if figure.known[row]:
            label = org.structures.measures[name].label.text
            yield "measures", label, _amount(org, name, int(figure.values[row])), None, None


def _amount(org: Org, measure: str, value: int) -> str:
    declared = org.structures.measures[measure]
    number = Decimal(value).scaleb(-declared.decimals).normalize()
    return f"{number:,f} {declared.unit or ''}".strip()


def _rollup(org: Org, h: Hierarchy, row: int) -> Iterator[Line]:
    place = int(h.position[row])
    inside = h.order[place + 1 : h.end[place]]
    if not len(inside):
        return
    kinds = org.units["kind"].gather(inside)
    for name in measures_in_use(org):
        if org.structures.measures[name].over_units == "sum":
            figure = measured(org, name)
            below = {"kind": kinds, "value": figure.values[inside], "known": figure.known[inside]}
            yield from _by_kind(org, h, name, pl.DataFrame(below))


def _by_kind(org: Org, h: Hierarchy, measure: str, below: pl.DataFrame) -> Iterator[Line]:
    """The sums of one measure over what stands below, for each kind that reports it at all."""
    by_kind = below.group_by("kind", maintain_order=True)
    sums = by_kind.agg(pl.col("value", "known").sum(), pl.len().alias("expected")).filter(pl.col("known") > 0)
    for kind, value, known, expected in sums.iter_rows():
        item = f"{org.structures.measures[measure].label.text}({_kind_label(org, kind)})"
        note = f"{_tree_label(org, h)} · {known}/{expected}"
        yield "rollup", item, _amount(org, measure, value), known / expected, note


def _indicators(org: Org, row: int) -> Iterator[Line]:
    rates = coverage(org, under=org.units["id"][row]).filter(pl.col("id").is_not_null())
    for rate in rates.filter(pl.col("completeness").is_not_null()).iter_rows(named=True):
        share = "–" if rate["rate"] is None else percent(rate["rate"])
        value = f"{share} ({rate['numerator']:,.12g}/{rate['denominator']:,.12g})"
        target = percent(rate["target"] or 0)
        goal = None if rate["target"] is None else say(zh=f"目标 {target}", en=f"target {target}")
        note = say(zh=";", en="; ").join(text for text in (goal, rate["reason"]) if text)
        yield "indicators", rate["label"], value, rate["completeness"], note or None
