"""Distinct people below every unit at once, and units of a person that lie below no other of theirs."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from orgraph.model.hierarchy import Hierarchy, Ints, Longs

Number = TypeVar("Number", bound=np.integer)


def distinct_rollup(
    h: Hierarchy,
    positions: npt.NDArray[np.integer],
    who: npt.NDArray[np.integer],
    weights: Longs | None = None,
) -> Longs:
    """How many distinct people stand in the subtree of each position.

    Each person adds one at every position held, in preorder, and takes one away where the paths of two
    neighbouring positions meet; the roll-up of that counts the person once wherever any of them is below.

    Parameters
    ----------
    h
        The tree.
    positions, who
        int[k]: preorder positions (≥ 0) and the people (any integers) that stand there; may repeat.
    weights
        int64[k]: what each person adds instead of one; the same in all rows of a person.

    Returns
    -------
    int64[n]; exact. O(k log k + n), whatever the height of the tree.
    """
    at = np.zeros(len(h), np.int64)
    if not len(positions):
        return at
    order = np.lexsort((positions, who))
    place, person = np.asarray(positions)[order], np.asarray(who)[order]
    amount = np.ones(len(place), np.int64) if weights is None else weights[order]
    np.add.at(at, place, amount)
    again = np.flatnonzero(person[1:] == person[:-1]) + 1
    meeting = lowest_common(h, place[again - 1], place[again])
    np.subtract.at(at, meeting[meeting >= 0], amount[again[meeting >= 0]])
    return h.rollup(at)


def lowest_common(h: Hierarchy, first: npt.NDArray[np.integer], second: npt.NDArray[np.integer]) -> Ints:
    """The lowest common ancestor of pairs of positions (``first ≤ second``), themselves included; −1 if none.

    In preorder it is the parent of the position with the least level in ``(first, second]``. Minima of
    runs whose lengths are powers of two answer that for all pairs of like length in one pass.
    """
    found = np.asarray(first, np.int32).copy()
    apart = np.flatnonzero(np.asarray(first) != np.asarray(second))
    if not len(apart):
        return found
    stops, cut = np.unique(np.concatenate([first[apart], second[apart]]), return_inverse=True)
    # level and position in one number: the least of a run names the place where it stands
    keyed = (h.level[: stops[-1] + 1].astype(np.int64) << 32) | np.arange(stops[-1] + 1)
    least = np.minimum.reduceat(keyed, stops[:-1] + 1)  # of (stops[i], stops[i + 1]]
    start, length = cut[: len(apart)], cut[len(apart) :] - cut[: len(apart)]
    exponent = np.frexp(length)[1] - 1
    for power in range(int(exponent.max()) + 1):
        mine = np.flatnonzero(exponent == power)
        left, right = start[mine], start[mine] + length[mine] - (1 << power)
        found[apart[mine]] = h.parent[np.minimum(least[left], least[right]) & 0xFFFFFFFF]
        if len(least) > 1 << power:
            least = np.minimum(least[: -(1 << power)], least[1 << power :])
    return found


def each_once(*numbers: npt.NDArray[Number]) -> npt.NDArray[Number]:
    """All of some whole numbers, each once, in order: by sorting, which `np.unique` no longer does."""
    every = np.sort(np.concatenate(numbers))
    once: npt.NDArray[Number] = every[np.append(True, every[1:] != every[:-1])[: len(every)]]
    return once


def pairs_once(first: npt.NDArray[np.integer], second: npt.NDArray[np.integer]) -> tuple[Ints, Ints]:
    """All pairs of two columns of whole numbers (0 … 2³¹ − 1), each once, in order. O(k log k)."""
    pairs = each_once(first.astype(np.int64) << 32 | second)
    return (pairs >> 32).astype(np.int32), (pairs & 0xFFFFFFFF).astype(np.int32)


def topmost(h: Hierarchy, who: npt.NDArray[np.integer], rows: npt.NDArray[np.integer]) -> tuple[Longs, Ints]:
    """People and rows of their units that stand below no other unit of theirs.

    Parameters
    ----------
    h
        The tree; a unit that has no place in it stands below none.
    who, rows
        int[k]: people (≥ 0) and rows of units, each pair once.

    Returns
    -------
    tuple
        int64[j] people and int32[j] rows, sorted by the people. O(k log k).
    """
    place = h.position[rows]
    order = np.lexsort((place, who))
    person, row, place = np.asarray(who, np.int64)[order], np.asarray(rows, np.int32)[order], place[order]
    width = np.int64(len(h) + 1)
    ends = person * width
    ends[place >= 0] += h.end[place[place >= 0]]
    before = np.maximum.accumulate(np.append(np.int64(0), ends))[:-1]  # of earlier people it is too small
    top = (place < 0) | (person * width + place >= before)
    return person[top], row[top]
