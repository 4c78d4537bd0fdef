"""Distance: how many steps lie between two units, and which kinds the way leaves out."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of, place_of, tree_for
from orgraph.metrics.distinct import lowest_common
from orgraph.model.hierarchy import Hierarchy, Longs
from orgraph.model.tables import Org

UNDECLARED = -1


def distance(org: Org, unit: str, other: str | None = None, *, tree: str | None = None) -> pl.DataFrame:
    """How far units stand from one unit in a tree, by way of the lowest unit that both stand below.

    Parameters
    ----------
    org
        On a day.
    unit, other
        From where, and to where: ids, names or paths; default: to every unit in the tree.
    tree
        Default: the tree with the most links in which `unit` stands.

    Returns
    -------
    DataFrame
        In preorder: ``id``, ``name``, ``kind``; ``up``, ``down`` Int32: steps from `unit` up to the lowest
        common ancestor (which may be one of the two), and from there down; ``distance`` Int32: both
        together, 0 for the unit itself; ``skip`` Int32: kinds that the way leaves out, against the
        shortest declared chain of kinds between each unit and the one above it: 0 where every unit stands
        under a kind that its structure allows, null where a step joins kinds that no chain connects;
        ``meeting``, ``meeting_name``: the common ancestor. All of it null for units under another root.

    Raises
    ------
    UnknownName, AmbiguousName
        No such unit or tree; several units of that name.
    OrgraphError
        `org` is not on a day, or `unit` or `other` has no place in the tree.

    References
    ----------
    Orgvue (reporting distance between grades).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> distance(small_town(), "东苑", "西苑").select("up", "down", "distance", "skip", "meeting").rows()
    [(1, 1, 2, 0, 'v')]
    """
    day_of(org)
    row = org.row(unit)
    h = org.hierarchy(tree_for(org, tree, row))
    here = place_of(org, h, row)
    there = np.arange(len(h)) if other is None else np.array([place_of(org, h, org.row(other))])
    meeting = lowest_common(h, np.minimum(there, here), np.maximum(there, here))
    met = pl.Series(meeting >= 0)
    up, down = h.level[here] - h.level[meeting], h.level[there] - h.level[meeting]
    skipped, unknown = _from_root(h, skips(org, h))
    left_out = skipped[here] + skipped[there] - 2 * skipped[meeting]
    vague = unknown[here] + unknown[there] - 2 * unknown[meeting] > 0
    above = pl.Series(h.order[meeting], dtype=pl.Int32).zip_with(met, pl.Series([None], dtype=pl.Int32))
    named: pl.DataFrame = org.units.select("id", "name", "kind")[h.order[there]]
    return (
        named.with_columns(
            up=pl.Series(up, dtype=pl.Int32),
            down=pl.Series(down, dtype=pl.Int32),
            distance=pl.Series(up + down, dtype=pl.Int32),
            skip=pl.when(pl.Series(~vague)).then(pl.Series(left_out, dtype=pl.Int32)),
        )
        .with_columns(pl.when(met).then(pl.col("up", "down", "distance", "skip")))
        .with_columns(meeting=org.units["id"].gather(above), meeting_name=org.units["name"].gather(above))
    )


def skips(org: Org, h: Hierarchy) -> Longs:
    """int64[n], in preorder: kinds left out between each unit and the one above it; −1: undeclared.

    0 at a root, and where the kind may stand directly under that kind by the rules of its own structure.
    """
    above = h.above(np.arange(len(h), dtype=np.int32))
    row_above = pl.Series(np.append(h.order, np.int32(-1))[above]).replace(-1, None)
    steps = org.units.select("structure", "kind")[h.order].with_columns(
        above=org.units["kind"].gather(row_above)
    )
    files = {file: _parents(org, file, h.tree) for file in (None, *org.structures.files)}
    steps = steps.with_columns(
        pl.when(pl.col("structure").is_in(list(org.structures.files))).then("structure")
    )
    declared = [
        (file, kind, top, length - 1)
        for file, parents in files.items()
        for kind in parents
        for top, length in _chains(parents, kind).items()
    ]
    key = ["structure", "kind", "above"]
    chains = pl.DataFrame(declared, schema=[*((c, pl.String) for c in key), ("skip", pl.Int64)], orient="row")
    found = steps.join(chains, on=key, how="left", nulls_equal=True, maintain_order="left")
    root = pl.Series(above < 0)
    return (
        found.select(pl.when(root).then(0).otherwise(pl.col("skip").fill_null(UNDECLARED)))
        .to_series()
        .to_numpy()
    )


def _from_root(h: Hierarchy, skip: Longs) -> tuple[Longs, Longs]:
    """int64[n] twice: kinds left out from the root down to each position, and steps that are undeclared."""
    sums = np.zeros((2, len(h)), np.int64)
    own = np.stack([np.maximum(skip, 0), skip == UNDECLARED])
    for positions in h.by_level[1:]:
        sums[:, positions] = sums[:, h.parent[positions]] + own[:, positions]
    return sums[0], sums[1]


def _parents(org: Org, file: str | None, tree: str) -> Mapping[str, tuple[str, ...]]:
    """Kind → the kinds it may stand under in the tree, by the rules of a file or, for None, of any file."""
    s = org.structures
    if file is None:
        return {name: kind.under.get(tree, ()) for name, kind in s.kinds.items()}
    return {name: s.under(file, name).get(tree, ()) for name in s.kinds}


def _chains(parents: Mapping[str, tuple[str, ...]], kind: str) -> dict[str, int]:
    """Every kind above one → the steps of the shortest chain of kinds up to it."""
    found: dict[str, int] = {}
    ahead, steps = parents.get(kind, ()), 0
    while ahead:
        steps += 1
        found |= {above: steps for above in ahead if above not in found}
        ahead = tuple(
            dict.fromkeys(top for above in ahead for top in parents.get(above, ()) if top not in found)
        )
    return found
