"""Single points of failure: who is cut off when a unit goes, or when the one person who leads it does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of
from orgraph.metrics.distinct import distinct_rollup, each_once, pairs_once
from orgraph.metrics.figures import Bools
from orgraph.metrics.people import posts_held, public_roles
from orgraph.metrics.pieces import pairs_lost
from orgraph.metrics.unavoidable import Unavoidable, dominators, unavoidable
from orgraph.metrics.ways import Ways, ways
from orgraph.model.errors import UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Hierarchy, Ints, Longs
from orgraph.model.tables import Org

BY_TREE = {
    "along": pl.String,
    "units": pl.Int64,
    "points": pl.Int64,
    "share": pl.Float64,
    "largest": pl.Int64,
    "fragmentation": pl.Float64,
}


def cutoff(
    org: Org,
    *,
    source: str | Sequence[str] | None = None,
    along: Sequence[str] | None = None,
    direction: Literal["down", "up"] = "down",
    by: Literal["leader", "tree"] | None = None,
    without: str | None = None,
) -> pl.DataFrame:
    """Whose loss cuts others off from the top: units, the people who alone lead them, or tree by tree.

    Parameters
    ----------
    org
        On a day.
    source
        Where everything comes from: units by id, name or path; default: the tops, that is, units with
        something below them and nothing above.
    along
        Trees and relations, all of them together: a unit is cut off when no way along any is left; default:
        all trees.
    direction
        ``"down"``: in a tree from a unit to those below it, along any other relation from its source to its
        target; ``"up"``: the other way.
    by
        None: one row per unit; ``"leader"``: one per person who alone leads a unit; ``"tree"``: one for each
        tree or relation alone, and one for all together.
    without
        A unit (by id, name or path), or the id of a person: list the units that their loss cuts off.

    Returns
    -------
    DataFrame
        By unit, the worst first: ``id``, ``name``, ``kind``; ``cut_off`` Int64: other units that are reached
        from the sources, and are not once this unit is gone; ``people`` Int64: distinct people with a post in
        those; ``fragmentation`` Float64: of the pairs of other units that ties connect, either way, the
        share that they connect no more. Units whose loss does neither are left out.

        By leader: ``person``, ``name``; ``units_alone`` Int64: units in which nobody else holds a public
        role, and which pass nothing on without this one; ``cut_off``, ``people`` as above, of units that
        somebody else or nobody leads. **Somebody who leads both the units that a third hangs under cuts it
        off, though neither unit does.** People who cut nobody off are left out.

        By tree: ``along`` (null: all together); ``units`` Int64: with a tie at all; ``points``: of those that
        are reached, the ones that cut off others; ``share`` Float64: points ÷ units; ``largest`` Int64: the
        most that one cuts off; ``fragmentation`` Float64: the mean over all units, null where there are none.

        Without a unit: ``id``, ``name``, ``kind``, in the order of the table.

        What no source reaches is cut off by nobody. Without ties every answer is empty.

    Raises
    ------
    UnknownName, AmbiguousName
        No such unit, tree or relation; several units of that name.
    OrgraphError
        `org` is not on a day.

    References
    ----------
    Borgatti 2006, "Identifying sets of key players in a social network" (fragmentation); Lengauer and Tarjan
    1979 (dominators).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> cutoff(small_town()).rows()
    [('v', '洪合村', 'village', 2, 0, 1.0)]
    >>> cutoff(small_town(), by="leader").rows()
    [('p1', '沈一', 1, 2, 0)]
    """
    day_of(org)
    if by not in (None, "leader", "tree"):
        raise UnknownName(say(zh="分组", en="grouping"), by, ("leader", "tree"))
    names = list(org.structures.trees if along is None else along)
    net = ways(org, names, direction)
    if by == "tree":
        nets: dict[str | None, Ways] = {name: ways(org, [name], direction) for name in names}
        return _by_tree(org, source, nets if len(names) == 1 else {**nets, None: net})
    starts = _sources(org, net, source)
    if without is not None:
        rows = _lost_without(org, net, starts, without)
        return org.units.select("id", "name", "kind")[rows]
    return _by_leader(org, net, starts) if by == "leader" else _by_unit(org, net, starts)


def _sources(org: Org, net: Ways, source: str | Sequence[str] | None) -> Ints:
    if source is not None:
        return np.array([org.row(s) for s in ([source] if isinstance(source, str) else source)], np.int32)
    return np.flatnonzero(_top(net)).astype(np.int32)


def _top(net: Ways) -> Bools:
    """bool[units]: whether something stands below and nothing above; a loop is neither."""
    other = net.leaving != net.entering
    top = np.zeros(net.count, bool)
    top[net.leaving[other]] = True
    top[net.entering[other]] = False
    return top


def _by_unit(org: Org, net: Ways, starts: Ints) -> pl.DataFrame:
    h = dominators(net, starts)
    lost, people = np.zeros((2, net.count), np.int64)
    lost[h.order], people[h.order] = h.descendants, _people_below(org, h)
    fragmentation = _fragmentation(net)
    told = org.units.select("id", "name", "kind").with_columns(
        cut_off=pl.Series(lost), people=pl.Series(people), fragmentation=fragmentation
    )
    cutting = (pl.col("cut_off") > 0) | (pl.col("fragmentation") > 0)
    worst = ["cut_off", "fragmentation"]
    return told.filter(cutting).sort(worst, descending=True, nulls_last=True, maintain_order=True)


def _people_below(org: Org, h: Hierarchy) -> Longs:
    """int64[n]: distinct people with a post below each position, in the unit itself not counted."""
    posts = posts_held(org)
    above = h.above(h.position[posts["unit"].to_numpy()])
    return distinct_rollup(h, above[above >= 0], posts["person"].to_numpy()[above >= 0])


def _fragmentation(net: Ways) -> pl.Series:
    before, lost = pairs_lost(net)
    pairs = pl.DataFrame({"before": before, "lost": lost})
    return pairs.select(pl.when(pl.col("before") > 0).then(pl.col("lost") / pl.col("before"))).to_series()


def _leading_alone(org: Org) -> tuple[Ints, Ints]:
    """Rows of people who alone lead a unit, and for each row of units the place of that person; −1: none."""
    led = posts_held(org, public_roles(org))
    unit, person = pairs_once(led["unit"].to_numpy(), led["person"].to_numpy())
    alone = np.bincount(unit, minlength=org.units.height)[unit] == 1
    people, who = np.unique(person[alone], return_inverse=True)
    colour = np.full(org.units.height, -1, np.int32)
    colour[unit[alone]] = who
    return people.astype(np.int32), colour


def _led(org: Org, net: Ways, starts: Ints) -> tuple[Ints, Unavoidable]:
    people, colour = _leading_alone(org)
    return people, unavoidable(net, starts, colour, len(people))


def _by_leader(org: Org, net: Ways, starts: Ints) -> pl.DataFrame:
    people, solved = _led(org, net, starts)
    posts = posts_held(org)
    visitors = solved.lost_visitors(posts["unit"].to_numpy(), posts["person"].to_numpy())
    mine = solved.colour[solved.colour >= 0]
    return (
        org.people.select(person="id", name="name")[people]
        .with_columns(
            units_alone=pl.Series(np.bincount(mine, minlength=len(people)), dtype=pl.Int64),
            cut_off=pl.Series(solved.lost(), dtype=pl.Int64),
            people=pl.Series(visitors, dtype=pl.Int64),
        )
        .filter(pl.col("cut_off") > 0)
        .sort("cut_off", "units_alone", "person", descending=[True, True, False])
    )


def _lost_without(org: Org, net: Ways, starts: Ints, without: str) -> Ints:
    who = None if (org.units["id"] == without).any() else org.people["id"].index_of(without)
    if who is None:
        below = dominators(net, starts).subtree_rows(org.row(without))[1:]
        return np.sort(below)
    people, solved = _led(org, net, starts)
    colour = np.flatnonzero(people == who)
    return solved.lost_rows(int(colour[0])) if len(colour) else np.zeros(0, np.int32)


def _by_tree(org: Org, source: str | Sequence[str] | None, nets: Mapping[str | None, Ways]) -> pl.DataFrame:
    rows = []
    for name, net in nets.items():
        tied = each_once(net.leaving, net.entering)
        cuts = dominators(net, _sources(org, net, source)).descendants
        points = int((cuts > 0).sum())
        share = points / len(tied) if len(tied) else None
        mean = _fragmentation(net).gather(tied).fill_null(0).mean()
        rows.append((name, len(tied), points, share, int(cuts.max(initial=0)), mean))
    return pl.DataFrame(rows, schema=BY_TREE, orient="row")
