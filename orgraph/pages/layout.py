"""Where the units of a hierarchy stand: flowers of flowers.

The leaves of a unit stand in rings around its name, like petals; its other children, flowers
themselves, stand in rings around that; and so on upwards. Names are written level, each in the
middle of its own flower, so a name hits nobody else's as soon as its flower is wide enough to hold it.
Every unit has a disc that holds its subtree; discs of siblings never overlap, by construction.

Everything is a pass over arrays in preorder, level by level; there is no loop over units. Lengths
are in pixels at a zoom of 1; y runs downwards, angles clockwise.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from orgraph.pages.packing import (
    Families,
    Floats,
    Ints,
    gather,
    nestle,
    ring_count,
    seats,
    sector,
    smallest_disc,
    tight,
)

GATHERED = 64
"""Larger families keep their rings: drawing them together is a pass over pairs."""
SHRINK = 0.7
"""A few subtrees that go deeper than the rest would else take most of the picture."""
UNEVEN = 1.4
"""Largest ÷ mean radius from which a family leaves its rings."""


@dataclass(frozen=True)
class Layout:
    """Places in preorder: a unit at (`x`, `y`), its subtree within `radius` of (`cx`, `cy`)."""

    x: Floats
    y: Floats
    cx: Floats
    cy: Floats
    radius: Floats


@dataclass(frozen=True)
class Room:
    """What the picture is fitted to."""

    aspect: float = 1.0
    """Width ÷ height."""
    pitch: float = 11.0
    """From one leaf to the next."""
    gap: float = 5.0
    """Between the discs of siblings."""
    trunk: float = 46.0
    """Between the units of a chain that leads from an only root to the fork."""
    rim: float = 0.0
    """What is left free around the petals of the fork and of its children."""
    base: int = 99
    """Below this level everything is drawn smaller, by `SHRINK` a level."""

    def scale(self, level: Ints) -> Floats:
        """float[n]: how much smaller than elsewhere lengths are at these levels."""
        return SHRINK ** np.maximum(np.asarray(level, np.float64) - self.base, 0.0)


def flowers(
    parent: npt.ArrayLike, level: npt.ArrayLike, core: npt.ArrayLike, room: Room | None = None
) -> Layout:
    """Place every unit of a forest.

    Parameters
    ----------
    parent : int[n]
        Preorder position of the parent, -1 at a root.
    level : int[n]
        1 at a root.
    core : float[n]
        How far the dot and the name of a unit with children reach from its middle.
    room : Room
        Shape of the room and distances.

    Returns
    -------
    Layout
        float64[n] each. O(n) per pass, a few dozen passes per level.
    """
    up, depths, wide = np.asarray(parent, np.int64), np.asarray(level, np.int64), np.asarray(core, np.float64)
    forest = _Forest.of(up, depths, wide, room or Room())
    top = int(forest.level[forest.fork])
    _petals(forest)
    for depth in range(int(forest.level.max()) - 1, top, -1):
        _rings(forest, depth)
        _nestle(forest, depth)
        _enclose(forest, depth)
    _rings(forest, top)
    _gather(forest)
    return _place(forest)


def fork_of(parent: npt.ArrayLike) -> int:
    """The first unit that has not exactly one child, -1 if that is whatever stands above several roots."""
    up = np.asarray(parent, np.int64) + 1
    kids = np.bincount(up, minlength=len(up) + 1)
    # In preorder the trunk is simply the first rows, as long as each has one child.
    return int(np.argmax(kids != 1)) - 1


@dataclass
class _Forest:
    """The arrays under work. Row 0 is a unit above all roots, so that a forest is a tree.

    (`dx`, `dy`) leads from a unit's parent to the middle of the unit's disc, in the parent's frame;
    (`hx`, `hy`) from there to the unit, in its own. In the frame of a unit its parent lies at -x.
    """

    parent: Ints
    level: Ints
    core: Floats
    leaf: npt.NDArray[np.bool_]
    room: Room
    fork: int
    dx: Floats
    dy: Floats
    hx: Floats
    hy: Floats
    radius: Floats

    @classmethod
    def of(cls, parent: Ints, level: Ints, core: Floats, room: Room) -> _Forest:
        up = np.concatenate([[-1], parent + 1])
        kids = np.bincount(up[1:], minlength=len(up))
        fork = fork_of(parent) + 1
        wide = np.concatenate([[0.0], core])
        wide[fork] += room.trunk * max(fork - 1, 0)
        dx, dy, hx, hy = np.zeros((4, len(up)))
        depth = np.concatenate([[0], level])
        radius = np.where(kids == 0, room.pitch * room.scale(depth) / 2, wide)
        return cls(up, depth, wide, kids == 0, room, fork, dx, dy, hx, hy, radius)

    def children(self, depth: int) -> Ints:
        """The units one level below `depth` that have children themselves and lie beyond the fork."""
        rows = np.flatnonzero((self.level == depth + 1) & ~self.leaf)
        return rows[rows > self.fork]

    def gap(self, depth: int) -> float:
        """What is left free between discs around the units at `depth`."""
        return self.room.gap * float(self.room.scale(np.array([depth + 1]))[0])


def _petals(f: _Forest) -> None:
    """Leaves in rings around their parent's name; the parent's radius then holds them."""
    rows = np.flatnonzero(f.leaf)
    rows = rows[rows > f.fork]
    if not len(rows):
        return
    # In preorder the leaves of one family need not be neighbours: sort by parent, order kept.
    rows = rows[np.argsort(f.parent[rows], kind="stable")]
    family = Families.by(f.parent[rows])
    hub = f.parent[rows][family.first]
    pitch = f.room.pitch * f.room.scale(f.level[hub] + 1)
    count, inner = ring_count(family.size, pitch, f.core[hub] + pitch / 2)
    seat = seats(family, count, inner, pitch)
    # Rings are filled by their length; on the smallest the straight way between neighbours is shorter.
    apart = pitch[family.of] / 2 / np.sin(np.pi / np.maximum(seat.among, 2)) - pitch[family.of] * seat.ring
    inner = np.maximum(inner, family.largest(apart))
    angle = np.pi + 2 * np.pi * (seat.place + 0.5) / seat.among
    distance = inner[family.of] + pitch[family.of] * seat.ring
    f.dx[rows], f.dy[rows] = distance * np.cos(angle), distance * np.sin(angle)
    f.radius[hub] = inner + pitch * (count - 1) + pitch / 2
    f.radius[hub] += f.room.rim * (f.level[hub] <= f.level[f.fork] + 1)


def _rings(f: _Forest, depth: int) -> None:
    """Children that have children, of all units at `depth`, in rings around their parent's petals."""
    rows = f.children(depth)
    if not len(rows):
        return
    family = Families.by(f.parent[rows])
    # Large ones side by side, where sizes differ: `_nestle` then finds the others places around them.
    rank = np.where(_uneven(f, rows, family)[family.of], -f.radius[rows], family.rank)
    rows = rows[np.lexsort((rank, family.of))]
    hub = f.parent[rows][family.first]
    gap = f.gap(depth)
    size = f.radius[rows] + gap / 2
    pitch = 2 * family.total(size) / family.size
    hole = f.radius[hub] + gap
    count, inner = ring_count(family.size, pitch, hole + pitch / 2, slack=0.9)
    seat = seats(family, count, inner, pitch)
    distance, angle = np.zeros((2, len(rows)))
    for ring in range(int(count.max())):
        here = np.flatnonzero(seat.ring == ring)
        group = Families.by(family.of[here])
        home = family.of[here][group.first]
        touched = tight(group, size[here], hole[home])
        half = sector(group, size[here], touched)
        free = np.maximum(np.pi - group.total(half), 0.0) / group.size
        share = 2 * (half + free[group.of])
        ends = np.cumsum(share)
        starts = (ends - share)[group.first]
        # The ring opens towards the parent, whose line then runs between the first and the last.
        angle[here] = np.pi + ends - share / 2 - starts[group.of]
        distance[here] = touched[group.of] + size[here]
        hole[home] = touched + 2 * group.largest(size[here])
    f.dx[rows], f.dy[rows] = distance * np.cos(angle), distance * np.sin(angle)


def _uneven(f: _Forest, rows: Ints, family: Families) -> npt.NDArray[np.bool_]:
    """Families, not too large, of which a few members are much larger than the rest."""
    mean = family.total(f.radius[rows]) / family.size
    return (family.largest(f.radius[rows]) > UNEVEN * mean) & (family.size <= GATHERED)


def _nestle(f: _Forest, depth: int) -> None:
    """Leave the rings of uneven families, at `depth`."""
    rows = f.children(depth)
    if not len(rows):
        return
    family = Families.by(f.parent[rows])
    rows = rows[_uneven(f, rows, family)[family.of]]
    if not len(rows):
        return
    family = Families.by(f.parent[rows])
    gap = f.gap(depth)
    hole = f.radius[f.parent[rows][family.first]] + gap
    f.dx[rows], f.dy[rows] = nestle(family, f.dx[rows], f.dy[rows], f.radius[rows] + gap / 2, hole)


def _enclose(f: _Forest, depth: int) -> None:
    """The disc that holds a unit's petals and its children's discs, for all units at `depth`."""
    rows = f.children(depth)
    if not len(rows):
        return
    family = Families.by(f.parent[rows])
    hub = f.parent[rows][family.first]
    # The discs to hold: the children's and, one per unit, its petals' around (0, 0).
    of = np.concatenate([family.of, np.arange(len(hub))])
    order = np.argsort(of, kind="stable")
    discs, child = np.concatenate([rows, hub])[order], order < len(rows)
    x, y = np.where(child, f.dx[discs], 0.0), np.where(child, f.dy[discs], 0.0)
    size, group = f.radius[discs], Families.by(of[order])
    centred = group.largest(np.hypot(x, y) + size)
    mx, my, best = smallest_disc(group, x, y, size)
    # A unit stays in the middle of its disc unless the disc gets notably smaller.
    moved = best < 0.95 * centred
    f.radius[hub] = np.where(moved, best, centred)
    f.hx[hub], f.hy[hub] = np.where(moved, -mx, 0.0), np.where(moved, -my, 0.0)


def _gather(f: _Forest) -> None:
    """Fit the rings around the fork to the room."""
    rows = np.flatnonzero((f.parent == f.fork) & ~f.leaf)
    if 2 < len(rows) <= GATHERED:
        size = f.radius[rows] + f.room.gap / 2
        hole = float(f.radius[f.fork]) + f.room.gap
        # The fork's -x points up: its frame is the picture's, turned by a right angle.
        right, down = gather(-f.dy[rows], f.dx[rows], size, hole, f.room.aspect)
        f.dx[rows], f.dy[rows] = down, -right


def _place(f: _Forest) -> Layout:
    """From offsets to places, downwards from the fork."""
    n = len(f.parent)
    x, y, cx, cy = np.zeros((4, n))
    turn = np.full(n, np.pi / 2)
    trunk = np.arange(1, f.fork)
    y[trunk] = cy[trunk] = -f.room.trunk * (f.fork - trunk)
    for depth in range(int(f.level[f.fork]) + 1, int(f.level.max()) + 1):
        rows = np.flatnonzero(f.level == depth)
        up = f.parent[rows]
        cos, sin = np.cos(turn[up]), np.sin(turn[up])
        cx[rows] = x[up] + cos * f.dx[rows] - sin * f.dy[rows]
        cy[rows] = y[up] + sin * f.dx[rows] + cos * f.dy[rows]
        turn[rows] = turn[up] + np.arctan2(f.dy[rows], f.dx[rows])
        cos, sin = np.cos(turn[rows]), np.sin(turn[rows])
        x[rows] = cx[rows] + cos * f.hx[rows] - sin * f.hy[rows]
        y[rows] = cy[rows] + sin * f.hx[rows] + cos * f.hy[rows]
    f.radius[: f.fork + 1] = (np.hypot(cx, cy) + f.radius)[f.fork :].max()
    return Layout(x[1:], y[1:], cx[1:], cy[1:], f.radius[1:])
