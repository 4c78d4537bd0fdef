"""Which units a picture shows, and how many lie folded under each of them.

A network picture carries a few thousand dots. What is more than that is not dropped but folded: a unit
that is shown bears the number of units hidden below it, and the numbers add up to what is missing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

LIMIT = 3000
"""How many units are shown by default: 3,000 dots are drawn in about a second, 20,000 in four."""


@dataclass(frozen=True)
class Folded:
    """What stays of a forest in preorder."""

    rows: npt.NDArray[np.int64]
    """int64[k]: the positions shown, in preorder."""
    parent: npt.NDArray[np.int64]
    """int64[k]: parents among those shown, -1 at a root."""
    end: npt.NDArray[np.int64]
    """int64[k]: one past the last shown unit of the subtree."""
    hidden: npt.NDArray[np.int64]
    """int64[k]: units folded directly under each."""
    adrift: int
    """Units of roots that are not shown, where there are more roots than the limit: nobody holds them."""


def fold(parent: npt.ArrayLike, end: npt.ArrayLike, level: npt.ArrayLike, limit: int = LIMIT) -> Folded:
    """Keep the upper levels of a forest, as many whole levels as hold at most `limit` units.

    Whole levels, so that of two like units never one is open and the other shut. Only where a single
    level is so wide that less than a tenth of `limit` would be left, as under a unit with 10,000
    children, the first units of that level are shown, too.

    Parameters
    ----------
    parent, end, level : int[n]
        The forest in preorder: parent's position (-1 at a root), one past the subtree, 1 at a root.
    limit : int
        At least 1.

    Returns
    -------
    Folded
        O(n) in a fixed number of passes.
    """
    up, stop, depth = (np.asarray(a, np.int64) for a in (parent, end, level))
    if not len(up):
        nothing = np.zeros(0, np.int64)
        return Folded(nothing, nothing, nothing, nothing, 0)
    shown = _shown(depth, max(limit, 1))
    rows = np.flatnonzero(shown)
    # How many are shown before each position: a prefix sum gives new positions and new ends.
    before = np.concatenate([[0], np.cumsum(shown)])
    inner = up[rows] >= 0
    above = np.where(inner, before[np.maximum(up[rows], 0)], -1)
    hidden = _hidden(up, stop, shown)[rows]
    return Folded(rows, above, before[stop[rows]], hidden, len(up) - len(rows) - int(hidden.sum()))


def _shown(depth: npt.NDArray[np.int64], limit: int) -> npt.NDArray[np.bool_]:
    """bool[n]: the units of the levels that fit."""
    upto = np.cumsum(np.bincount(depth))
    deepest = int(np.searchsorted(upto, limit, side="right")) - 1
    shown = depth <= deepest
    kept = int(shown.sum())
    if kept < len(depth) and kept < max(limit / 10, 1):
        shown[np.flatnonzero(depth == deepest + 1)[: limit - kept]] = True
    return shown


def _hidden(
    up: npt.NDArray[np.int64], stop: npt.NDArray[np.int64], shown: npt.NDArray[np.bool_]
) -> npt.NDArray[np.int64]:
    """int64[n]: units below a unit's hidden children, they included; 0 where no child is hidden."""
    at = np.arange(len(up))
    top = np.flatnonzero(~shown & (up >= 0))
    top = top[shown[up[top]]]
    folded = np.zeros(len(up), np.int64)
    np.add.at(folded, up[top], (stop - at)[top])
    return folded
