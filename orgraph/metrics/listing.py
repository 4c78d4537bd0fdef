"""Listings: a tree in preorder, and everything about one unit."""

from __future__ import annotations

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of, place_of, tree_for
from orgraph.metrics.portrait import portrait
from orgraph.model.tables import Org


def tree(
    org: Org, unit: str | None = None, *, tree: str | None = None, levels: int | None = None
) -> pl.DataFrame:
    """What stands under what, from the roots or from one unit down, in preorder.

    Parameters
    ----------
    org
        On a day.
    unit
        Where to begin: an id, a name or a path; default: all roots.
    tree
        Default: the tree with the most links, or with most links of those in which `unit` has children.
    levels
        How many levels to list, the one of `unit` or of the roots counted; default: all.

    Returns
    -------
    DataFrame
        ``id``, ``name``, ``kind``; ``level`` Int32 (a root has 1, also where the listing begins lower);
        ``children``, ``descendants`` Int32: immediate, and all below, listed or not; ``parent``: id of the
        unit above, null at a root. Empty where no unit stands in the tree.

    Raises
    ------
    UnknownName, AmbiguousName
        No such unit or tree; several units of that name.
    OrgraphError
        `org` is not on a day, or the unit has no place in the tree.

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> tree(small_town()).select("name", "level", "children", "parent").rows()
    [('洪合村', 1, 2, None), ('东苑', 2, 0, 'v'), ('西苑', 2, 0, 'v')]
    """
    day_of(org)
    row = None if unit is None else org.row(unit)
    h = org.hierarchy(tree_for(org, tree, row))
    start = 0 if row is None else place_of(org, h, row)
    places = np.arange(start, len(h) if row is None else h.end[start])
    if levels is not None:
        top = 1 if row is None else h.level[start]
        places = places[h.level[places] < top + levels]
    above = h.parent[places]
    parents = pl.Series(np.append(h.order, np.int32(-1))[above]).replace(-1, None)
    return org.units.select("id", "name", "kind")[h.order[places]].with_columns(
        level=pl.Series(h.level[places], dtype=pl.Int32),
        children=pl.Series(h.children[places], dtype=pl.Int32),
        descendants=pl.Series(h.descendants[places], dtype=pl.Int32),
        parent=org.units["id"].gather(parents),
    )


def show(org: Org, unit: str, *, people: bool = False) -> pl.DataFrame:
    """Everything known of one unit on the day, as a long table.

    Parameters
    ----------
    org
        On a day.
    unit
        An id, a name or a path.
    people
        Name the holders of all roles; default: of public roles, the others are counted.

    Returns
    -------
    DataFrame
        ``section``, ``item``, ``value`` (texts), ``completeness`` Float64 (null where it means nothing),
        ``note``. Sections, in this order, those without rows left out:

        ``identity`` its columns that are known; ``path`` per tree the names from the root down, with the
        level as note; ``children`` per tree and kind, how many; ``holders`` per role their names, or their
        number; ``posts`` per required role holders ÷ required; ``links`` per relation and kind at the other
        end, how many, with the names of up to five; ``people`` distinct people here and below, per tree;
        ``measures`` its own latest values; ``rollup`` per tree, measure and kind below: the sum, with the
        share of those units that report it; ``indicators`` every rate with anything expected here or
        below, with numerator ÷ denominator as value and what is to be said of it as note.

    Raises
    ------
    UnknownName, AmbiguousName
        No such unit; several units of that name.
    OrgraphError
        `org` is not on a day.

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> seen = show(small_town(), "洪合村")
    >>> seen.filter(section="rollup").select("item", "value", "completeness").rows()
    [('户数(小区)', '300 户', 0.5)]
    """
    day_of(org)
    return portrait(org, org.row(unit), people=people)
