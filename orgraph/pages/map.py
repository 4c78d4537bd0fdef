"""The map: an organisation's tree as one page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.metrics.amounts import AMOUNTS, rolled
from orgraph.metrics.asked import day_of, place_of, tree_for
from orgraph.metrics.coverage import coverage
from orgraph.metrics.members import members
from orgraph.metrics.rates import rates
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Hierarchy, Ints
from orgraph.model.tables import Org
from orgraph.pages.details import details
from orgraph.pages.fold import LIMIT, Folded, fold
from orgraph.pages.layout import fork_of
from orgraph.pages.page import write
from orgraph.pages.picture import LINKS, NODES, Picture, Scale


def map(
    org: Org,
    path: str | Path,
    *,
    under: str | None = None,
    tree: str | None = None,
    colour: str | None = None,
    limit: int = LIMIT,
) -> Path:
    """Write one self-contained page that shows who stands under whom and opens without a network.

    Where the same units stand in several trees, the page shows each of them at a click.

    Parameters
    ----------
    org
        On a day.
    path
        Of the HTML file.
    under
        Only this unit and what stands below it: an id, a name or a path.
    tree
        The one shown first. Default: the tree of `colour`, else the one with the most links, or with most
        links of those in which `under` has children.
    colour
        An indicator: every unit has the colour of its rate, grey where nothing is expected; along its own
        tree. Default: every kind has its colour.
    limit
        How many units of a tree are drawn at most; what lies deeper is folded under its parents, with its
        number.

    Returns
    -------
    Path
        The file.

    Raises
    ------
    UnknownName, AmbiguousName
        No such unit, tree or indicator; several units of that name.
    OrgraphError
        `org` is not on a day, or the unit has no place in the tree.
    MissingExtra
        pyvis is not installed.
    """
    return write(pictures(org, under=under, tree=tree, colour=colour, limit=limit), path)


def pictures(
    org: Org,
    *,
    under: str | None = None,
    tree: str | None = None,
    colour: str | None = None,
    limit: int = LIMIT,
) -> list[Picture]:
    """What `map` draws, tree by tree, as data; parameters and errors as there."""
    first = picture(org, under=under, tree=tree, colour=colour, limit=limit)
    others = (t for t in _trees(org, under) if t != first.tree)
    return [first, *(picture(org, under=under, tree=t, limit=limit) for t in others)]


def _trees(org: Org, under: str | None) -> list[str]:
    """The trees in which something stands below a unit, or below any, the fullest first."""
    if under is None:
        return list(org.trees())
    row = org.row(under)
    return [tree for tree in org.trees() if len(org.hierarchy(tree).subtree_rows(row)) > 1]


def picture(
    org: Org,
    *,
    under: str | None = None,
    tree: str | None = None,
    colour: str | None = None,
    limit: int = LIMIT,
) -> Picture:
    """What `map` draws of one tree, as data; parameters and errors as there."""
    day = day_of(org)
    row = None if under is None else org.row(under)
    if tree is None and colour is not None:
        tree = members(org, colour)[0].indicator.over
    h = org.hierarchy(tree_for(org, tree, row))
    start, stop = (0, len(h)) if row is None else (place := place_of(org, h, row), int(h.end[place]))
    kept = fold(
        np.maximum(h.parent[start:stop] - start, -1),
        h.end[start:stop] - start,
        h.level[start:stop] - (h.level[start] - 1 if row is not None else 0),
        limit,
    )
    places = kept.rows + start
    rows = h.order[places]
    columns, told = details(org, h, places)
    nodes = _nodes(org, h, places, kept).with_columns(_colours(org, colour, rows), *columns)
    ties, remarks = _ties(org, rows, limit), _outside(org, h) if row is None else ()
    return Picture(
        title=_title(org, rows, kept.parent, row),
        subtitle=f"{org.structures.trees[h.tree].label.text} · {day.isoformat()}",
        nodes=nodes,
        details=told,
        scale=None if colour is None else _scale(org, colour, under),
        links=ties,
        hidden=stop - start - len(rows),
        remarks=remarks,
        tree=h.tree,
        tree_label=org.structures.trees[h.tree].label.text,
    )


def _title(org: Org, rows: Ints, parent: npt.NDArray[np.int64], row: int | None) -> str:
    """The unit asked for, the only root or, if that leads to one unit only, that one; else what is drawn."""
    fork = fork_of(parent)
    if row is None and 0 <= fork < len(rows):
        row = int(rows[fork if fork < len(rows) - 1 else 0])
    if row is None:
        return say(zh="组织图", en="Organisation")
    return str(org.units["name"][row] or org.units["id"][row])


def _nodes(org: Org, h: Hierarchy, places: npt.NDArray[np.int64], kept: Folded) -> pl.DataFrame:
    """The columns of `NODES` but the colour."""
    units = org.units.select("id", pl.col("name").fill_null(pl.col("id")), "kind")[h.order[places]]
    known = org.structures.kinds
    kinds = units["kind"].unique().drop_nulls().to_list()
    labels = {kind: known[kind].label.text if kind in known else kind for kind in kinds}
    level = h.level[places] - (h.level[places[0]] - 1 if len(places) else 0)
    return units.select(
        "id",
        pl.col("name").alias("label"),
        pl.col("kind").fill_null(""),
        pl.col("kind").replace(labels).fill_null(say(zh="类别不明", en="unknown kind")).alias("kind_label"),
        pl.Series("parent", kept.parent, NODES["parent"]),
        pl.Series("end", kept.end, NODES["end"]),
        pl.Series("level", level, NODES["level"]),
        pl.Series("folded", kept.hidden, NODES["folded"]),
        _folded_label(org, h, places, kept),
    )


def _folded_label(org: Org, h: Hierarchy, places: npt.NDArray[np.int64], kept: Folded) -> pl.Series:
    """What is folded under each unit: its kind, if it is all of one; null where nothing is folded."""
    shown = np.zeros(len(h), bool)
    shown[places] = True
    kinds = org.units["kind"][h.order]
    hidden = kinds.filter(pl.Series(~shown)).unique().drop_nulls().to_list()
    label = pl.Series([None] * len(places), dtype=pl.String)
    for kind in hidden if kept.hidden.any() else ():
        of_kind = h.rollup((kinds == kind).fill_null(value=False).to_numpy() & ~shown)[places]
        name = org.structures.kinds[kind].label.text if kind in org.structures.kinds else kind
        words = say(zh=f"个{name}", en=name)
        alone = pl.Series((of_kind == kept.hidden) & (kept.hidden > 0))
        label = pl.select(pl.when(alone).then(pl.lit(words)).otherwise(label)).to_series()
    some = pl.select(
        pl.when(pl.Series(kept.hidden > 0)).then(label.fill_null(say(zh="个单位", en="units")))
    ).to_series()
    return some.cast(pl.String).alias("folded_label")


def _colours(org: Org, colour: str | None, rows: Ints) -> pl.Series:
    """The rate at each unit shown, from the same amounts as `coverage`; null without an indicator."""
    if colour is None:
        return pl.Series("colour_value", [None] * len(rows), pl.Float64)
    parts = members(org, colour)
    below = [{a: amounts[a][rows] for a in AMOUNTS} for amounts in (rolled(org, m) for m in parts)]
    rated = rates(org.units.select("id", "name", "kind")[rows], parts, below)
    return rated["rate"].alias("colour_value")


def _scale(org: Org, colour: str, under: str | None) -> Scale:
    """The indicator over the whole picture; over several roots the sum."""
    told = coverage(org, colour, under=under)
    sums = told.select(pl.col("numerator", "denominator", "unknown").sum()).row(0, named=True)
    targets = told["target"].unique().to_list()
    return Scale(
        label=members(org, colour)[0].indicator.label.text,
        rate=sums["numerator"] / sums["denominator"] if sums["denominator"] else None,
        target=targets[0] if len(targets) == 1 else None,
        **sums,
    )


def _ties(org: Org, rows: Ints, limit: int) -> pl.DataFrame:
    """Relations beside the trees of which both ends are drawn, each with at most `limit` ties."""
    place = np.full(org.units.height, -1, np.int32)
    place[rows] = np.arange(len(rows), dtype=np.int32)
    place = np.append(place, np.int32(-1))
    relations = org.structures.relations
    links = org.links.filter(pl.col("relation").is_in(list(relations)))
    source, target = (place[org.rows(links[end].fill_null(-1))] for end in ("source", "target"))
    labels = {name: relation.label.text for name, relation in relations.items()}
    both = links.select(
        pl.Series("source", source, LINKS["source"]),
        pl.Series("target", target, LINKS["target"]),
        pl.col("relation").replace(labels).alias("label"),
    ).filter((pl.col("source") >= 0) & (pl.col("target") >= 0))
    return both.filter(pl.len().over("label") <= limit)


def _outside(org: Org, h: Hierarchy) -> tuple[str, ...]:
    """How many units this picture cannot show, and why."""
    placed = np.zeros(org.units.height, bool)
    placed[h.order] = True
    apart = org.units.filter(pl.Series(~placed))
    kinds = [k for k in org.structures.kinds if org.structures.takes_part(k, h.tree)]
    lost = apart.filter(pl.col("kind").is_in(kinds)).height
    other = apart.height - lost
    said = []
    if other:
        zh = f"另有 {other:,} 个单位不属于这种隶属关系，不在此图中。"
        said.append(say(zh=zh, en=f"{other:,} more units are not part of this tree and not shown."))
    if lost:
        zh = f"有 {lost:,} 个单位在这种隶属关系中没有上级或互为上下级，未画出。"
        said.append(say(zh=zh, en=f"{lost:,} units have no parent in this tree, or stand in a circle."))
    return tuple(said)
