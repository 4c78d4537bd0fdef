"""What a click on a unit shows: counts below it, its columns, office-holders, measures and ties.

Holders of public roles are named, those of other roles counted; people appear in no other way.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.metrics.measured import measured
from orgraph.metrics.people import posts_held
from orgraph.model.glossary import heading, say
from orgraph.model.hierarchy import Hierarchy, Ints
from orgraph.model.structure_words import Column
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
        *_measures(org, rows),
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
    yield Detail("since", heading("since")), org.units["since"][rows].cast(pl.String)


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
    posts = posts_held(org).with_columns(name=pl.col("person").replace_strict(*_by_row(org.people["name"])))
    for role in [r for r in org.structures.roles if r in posts["role"]]:
        declared = org.structures.roles[role]
        held = posts.filter(pl.col("role") == role)
        if declared.public:
            found = _listed(held.select("unit", "name"), say(zh="人", en="people"))
        else:
            words = pl.format(say(zh="{} 人", en="{} people"), pl.len())
            found = held.group_by("unit").agg(words.alias("name"))
        yield Detail(f"role:{role}", declared.label.text), _at(rows, found)


def _measures(org: Org, rows: Ints) -> Iterator[Told]:
    """The latest value of each measure reported of the unit itself."""
    reported = org.measures["measure"].unique()
    for name in [m for m in org.structures.measures if m in reported]:
        declared = org.structures.measures[name]
        unit = f"({declared.unit})" if declared.unit else ""
        values = measured(org, name).series(name)[rows]
        yield Detail(f"measure:{name}", declared.label.text + unit, "number"), values


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


def _by_row(values: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Row number and value, to look values up by row."""
    return pl.int_range(len(values), dtype=pl.Int32, eager=True), values


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
