"""What a click on a unit shows: counts below it, its columns, office-holders, measures and ties.

Holders of public roles are named, those of other roles counted; people appear in no other way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.metrics.figures import Figure, shown
from orgraph.metrics.measured import measured
from orgraph.metrics.people import posts_held
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Hierarchy, Ints
from orgraph.model.language.words import Column
from orgraph.model.tables import Org
from orgraph.pages.picture import Detail

NAMED = 4
"""How many names of one role or relation a unit lists before it says how many more there are."""

Told = tuple[Detail, pl.Series]


def details(
    org: Org, h: Hierarchy, places: npt.NDArray[np.int64]
) -> tuple[list[pl.Series], tuple[Detail, ...]]:
    """Columns that tell more of the units at these places of a tree, and what each is called.

    A value is null where there is nothing to tell; columns that are null throughout are left out. Counts
    are of the whole subtree, drawn or folded.
    """
    rows = h.order[places]
    told = [
        *_below(org, h, places),
        *_since(org, rows),
        *_declared(org, rows),
        *_holders(org, rows),
        *_measures(org, h, places),
        *_ties(org, rows),
    ]
    told = [(detail, values) for detail, values in told if values.null_count() < len(values)]
    return [values.alias(detail.column) for detail, values in told], tuple(detail for detail, _ in told)


def _below(org: Org, h: Hierarchy, places: npt.NDArray[np.int64]) -> Iterator[Told]:
    """Per kind, how many units of it stand below."""
    kinds = org.units["kind"][h.order]
    for kind in [k for k in org.structures.kinds if k in kinds]:
        own = (kinds == kind).fill_null(value=False).to_numpy()
        below = pl.Series((h.rollup(own) - own)[places])
        label = org.structures.kinds[kind].label.text
        detail = Detail(f"below:{kind}", say(zh=f"下辖{label}", en=f"{label} below"), "number")
        yield detail, pl.select(pl.when(below > 0).then(below)).to_series()


def _since(org: Org, rows: Ints) -> Iterator[Told]:
    yield Detail("since", say(zh="起自", en="since")), org.units["since"][rows].cast(pl.String)


def _declared(org: Org, rows: Ints) -> Iterator[Told]:
    """The columns that the structures declare."""
    for name, column in org.structures.columns("units").items():
        number = column.type in ("int", "float")
        detail = Detail(f"column:{name}", column.label.text, "number" if number else "text")
        yield detail, _in_words(org.units[name][rows], column)


def _in_words(values: pl.Series, column: Column) -> pl.Series:
    """Codes and truths as people say them, days as text."""
    if column.type == "bool":
        yes, no = say(zh="是", en="yes"), say(zh="否", en="no")
        return values.replace_strict({True: yes, False: no}, default=None, return_dtype=pl.String)
    if column.value_labels:
        return values.replace({code: words[0] for code, words in column.value_labels.items() if words})
    return values.cast(pl.String) if column.type == "date" else values


def _holders(org: Org, rows: Ints) -> Iterator[Told]:
    """Per role the holders' names, or how many there are."""
    every, drawn = posts_held(org), np.zeros(org.units.height, bool)
    drawn[rows] = True
    posts = every.filter(pl.Series(drawn[every["unit"].to_numpy()]))
    posts = posts.with_columns(name=org.people["name"].gather(posts["person"]))
    for role in [r for r in org.structures.roles if r in every["role"]]:
        declared = org.structures.roles[role]
        held = posts.filter(pl.col("role") == role)
        if declared.public:
            found = _listed(held.select("unit", "name"), say(zh="人", en="people"))
        else:
            words = pl.format(say(zh="{} 人", en="{} people"), pl.len())
            found = held.group_by("unit").agg(words.alias("name"))
        yield Detail(f"role:{role}", declared.label.text), _at(rows, found)


def _measures(org: Org, h: Hierarchy, places: npt.NDArray[np.int64]) -> Iterator[Told]:
    """The latest value of each measure reported of the unit itself, and its sums over what stands below."""
    reported = org.measures["measure"].unique()
    for name in [m for m in org.structures.measures if m in reported]:
        declared = org.structures.measures[name]
        figure, label = measured(org, name), declared.label.text
        unit = say(zh=f"（{declared.unit}）", en=f" ({declared.unit})") if declared.unit else ""
        yield Detail(f"measure:{name}", label + unit, "number"), figure.series(name)[h.order[places]]
        if declared.over_units == "sum":
            yield from _sums(org, h, places, Measured(name, label + unit, figure))


@dataclass(frozen=True)
class Measured:
    """A measure, what it is called, and its values per row of units."""

    name: str
    heading: str
    figure: Figure


def _sums(org: Org, h: Hierarchy, places: npt.NDArray[np.int64], measure: Measured) -> Iterator[Told]:
    """Per kind that reports a measure its sum below each place and, where not all report, how many do."""
    kinds, figure = org.units["kind"][h.order], measure.figure
    amounts, known = figure.values[h.order], figure.known[h.order]
    for kind in [k for k in org.structures.kinds if k in kinds.filter(pl.Series(known))]:
        of_kind = (kinds == kind).fill_null(value=False).to_numpy()
        parts = (np.where(of_kind, amounts, 0), of_kind & known, of_kind)
        total, told, expected = ((h.rollup(part) - part)[places] for part in parts)
        label, heading = org.structures.kinds[kind].label.text, measure.heading
        columns = pl.select(
            total=pl.when(pl.Series(told > 0)).then(shown(total, figure.decimals)),
            share=pl.when(pl.Series((told > 0) & (told < expected))).then(
                pl.format("{} / {}", pl.Series(told), pl.Series(expected))
            ),
        )
        words = say(zh=f"{heading}，{label}合计", en=f"{heading}, {label} together")
        yield Detail(f"sum:{measure.name}:{kind}", words, "number"), columns["total"]
        words = say(zh=f"其中已报{label}", en=f"{label} that report")
        yield Detail(f"share:{measure.name}:{kind}", words), columns["share"]


def _ties(org: Org, rows: Ints) -> Iterator[Told]:
    """Per relation and direction the units at the other end."""
    for name, relation in org.structures.relations.items():
        links = org.links.filter(pl.col("relation") == name)
        ends = {end: org.rows(links[end].fill_null(-1)) for end in ("source", "target")}
        alive = (ends["source"] >= 0) & (ends["target"] >= 0)
        for here, there, arrow in (("source", "target", "→"), ("target", "source", "←")):
            if not alive.any():
                continue
            other = org.units["name"][ends[there][alive]]
            pairs = pl.DataFrame({"unit": ends[here][alive], "name": other})
            found = _listed(pairs, say(zh="个", en="units"))
            yield Detail(f"tie:{name}:{here}", f"{relation.label.text} {arrow}"), _at(rows, found)


def _listed(pairs: pl.DataFrame, noun: str) -> pl.DataFrame:
    """``unit``, ``name``: the first names of each unit, and how many there are if more."""
    more = say(zh=" 等 {} ", en=" and others, {} ") + noun
    names = pl.col("name").drop_nulls()
    first = names.sort().head(NAMED).str.join("、")
    return (
        pairs.group_by("unit")
        .agg(first.alias("first"), names.len().alias("count"))
        .filter(pl.col("count") > 0)
        .select(
            "unit",
            pl.when(pl.col("count") > NAMED)
            .then(pl.col("first") + pl.format(more, "count"))
            .otherwise("first")
            .alias("name"),
        )
    )


def _at(rows: Ints, found: pl.DataFrame) -> pl.Series:
    """The ``name`` of ``found`` for each of these rows of units."""
    wanted = pl.DataFrame({"unit": pl.Series(rows, dtype=pl.Int32)})
    found = found.with_columns(pl.col("unit").cast(pl.Int32))
    return wanted.join(found, on="unit", how="left", maintain_order="left")["name"]
