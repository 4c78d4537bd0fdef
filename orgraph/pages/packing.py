"""Rings and discs: how many rings, who sits where on them, and how close discs can come.

Kernels of `layout` over many families at once. A *family* is a run of neighbouring rows, the
children of one unit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]

ROUNDS = 200
"""How long discs are drawn together."""
TURNS, PULLS = 12, (0.01, 0.02, 0.04, 0.08)
"""From how many beginnings, and how hard in the first round: each picture is filled best by another."""


@dataclass(frozen=True)
class Families:
    """Runs of equal keys: where each begins, how long it is; each row's run and its rank within it."""

    first: Ints
    size: Ints
    of: Ints
    rank: Ints

    @classmethod
    def by(cls, keys: Ints) -> Families:
        """The runs of equal neighbours in `keys`, which must not be empty."""
        starts = np.concatenate([[True], keys[1:] != keys[:-1]])
        first = np.flatnonzero(starts)
        of = np.cumsum(starts) - 1
        size = np.diff(np.concatenate([first, [len(keys)]]))
        return cls(first, size, of, np.arange(len(keys)) - first[of])

    def largest(self, values: Floats) -> Floats:
        """The largest of `values` in each family."""
        best: Floats = np.maximum.reduceat(values, self.first)
        return best

    def total(self, values: Floats) -> Floats:
        """The sum of `values` in each family."""
        return np.bincount(self.of, values).astype(np.float64)

    def last(self, hit: npt.NDArray[np.bool_]) -> Ints:
        """The last row of each family for which `hit` holds; at least one must."""
        rows: Ints = np.maximum.reduceat(np.where(hit, np.arange(len(hit)), -1), self.first)
        return rows


def ring_count(members: Ints, pitch: Floats, least: Floats, slack: float = 1.0) -> tuple[Ints, Floats]:
    """How many rings make each family narrowest, and the radius of the innermost.

    m rings a `pitch` apart hold 2π(m·r + pitch·m(m-1)/2) / pitch members: solved for r, then for the
    largest m whose r is not under `least`. One ring more, none of them full, is taken where it makes
    the whole narrower than `slack` times.
    """
    offset = least - pitch / 2
    root = np.sqrt(offset**2 + members * pitch**2 / np.pi)
    count = np.maximum(((root - offset) / pitch).astype(np.int64), 1)
    inner = np.maximum(members * pitch / (2 * np.pi * count) - pitch * (count - 1) / 2, least)
    looser = least + pitch < slack * inner
    return np.where(looser, count + 1, count), np.where(looser, least, inner)


@dataclass(frozen=True)
class Seats:
    """Each member's ring, its place on that ring from 0, and how many sit there."""

    ring: Ints
    place: Ints
    among: Ints


def seats(family: Families, count: Ints, inner: Floats, pitch: Floats) -> Seats:
    """Seat the members of each family in its rings, from the inside, each ring filled alike."""

    def before(ring: int) -> Ints:
        """How many of each family sit further in than `ring`."""
        room = ring * inner + pitch * ring * (ring - 1) / 2
        share = room / (count * inner + pitch * count * (count - 1) / 2)
        return np.rint(family.size * np.minimum(share, 1.0)).astype(np.int64)[family.of]

    ring = np.zeros(len(family.of), np.int64)
    place, among = family.rank.copy(), family.size[family.of]
    for j in range(int(count.max())):
        low, high = before(j), before(j + 1)
        here = (family.rank >= low) & (family.rank < high)
        ring[here], place[here], among[here] = j, (family.rank - low)[here], (high - low)[here]
    return Seats(ring, place, among)


def tight(family: Families, size: Floats, hole: Floats) -> Floats:
    """The radius, not under `hole`, of a circle that discs of these sizes can touch all around it.

    Each disc gets the sector in which the middle sees it, so discs of one circle never overlap,
    however unlike they are.
    """
    low, high = hole, hole + family.total(size)
    for _ in range(40):
        middle = (low + high) / 2
        full = family.total(sector(family, size, middle)) > np.pi
        low, high = np.where(full, middle, low), np.where(full, high, middle)
    return high


def sector(family: Families, size: Floats, touched: Floats) -> Floats:
    """Half the angle that each disc takes, seen from the middle of the circle it touches."""
    half: Floats = np.arcsin(size / (touched[family.of] + size))
    return half


def smallest_disc(family: Families, x: Floats, y: Floats, size: Floats) -> tuple[Floats, Floats, Floats]:
    """Middle and radius of a disc around all discs of each family, within about 2 % of the smallest.

    Bădoiu and Clarkson 2003: step towards the farthest point, ever less.
    """
    mx, my = np.zeros(len(family.first)), np.zeros(len(family.first))
    for step in range(2, 60):
        ax, ay = x - mx[family.of], y - my[family.of]
        away = np.maximum(np.hypot(ax, ay), 1e-9)
        best = family.largest(away + size)
        far = family.last(away + size == best[family.of])
        pull = best / away[far] / step
        mx, my = mx + ax[far] * pull, my + ay[far] * pull
    return mx, my, family.largest(np.hypot(x - mx[family.of], y - my[family.of]) + size)


def nestle(family: Families, x: Floats, y: Floats, size: Floats, hole: Floats) -> tuple[Floats, Floats]:
    """Draw the discs of each family together around its hole, small ones into the gaps of large ones.

    Heavier discs give way less. Discs touch at most: what overlap is left is scaled away, family by
    family. O(rounds · pairs).
    """
    later = family.size[family.of] - family.rank - 1
    a = np.repeat(np.arange(len(size)), later)
    b = a + 1 + np.arange(len(a)) - np.repeat(np.cumsum(later) - later, later)
    need, own = size[a] + size[b], hole[family.of] + size
    give = size[b] ** 2 / (size[a] ** 2 + size[b] ** 2)
    for step in range(ROUNDS):
        mx, my = (family.total(v * size**2) / family.total(size**2) for v in (x, y))
        ease = 0.05 * (1 - step / ROUNDS)
        x, y = x + (mx[family.of] - x) * ease, y + (my[family.of] - y) * ease
        ax, ay = x[a] - x[b], y[a] - y[b]
        push = np.maximum(need / np.maximum(np.hypot(ax, ay), 1e-6) - 1, 0)
        x, y = (
            v + np.bincount(a, d * push * give, len(v)) - np.bincount(b, d * push * (1 - give), len(v))
            for v, d in ((x, ax), (y, ay))
        )
        out = np.maximum(np.hypot(x, y), 1e-6)
        lift = np.maximum(own, out) / out
        x, y = x * lift, y * lift
    worst = np.ones(len(family.first))
    np.maximum.at(worst, family.of[a], need / np.maximum(np.hypot(x[a] - x[b], y[a] - y[b]), 1e-6))
    return x * worst[family.of], y * worst[family.of]


def gather(x: Floats, y: Floats, size: Floats, hole: float, aspect: float) -> tuple[Floats, Floats]:
    """Draw discs that ring a hole together into a room `aspect` times as wide as high.

    Several beginnings are followed at once and the one that ends smallest is kept. Discs touch at
    most: what overlap is left at the end is scaled away. O(rounds · beginnings · k²) for k discs.
    """
    a, b = np.triu_indices(len(size), 1)
    need, own = size[a] + size[b], hole + size
    give = size[b] ** 2 / (size[a] ** 2 + size[b] ** 2)
    into = np.zeros((len(a), len(size)))
    into[np.arange(len(a)), a], into[np.arange(len(a)), b] = give, give - 1
    away, angle = np.hypot(x, y), np.arctan2(y, x)
    turn = np.tile(np.linspace(0, 2 * np.pi / len(size), TURNS, endpoint=False), len(PULLS))
    pull = np.repeat(PULLS, TURNS)[:, None]
    turned = angle + turn[:, None]
    xs, ys = away * np.cos(turned) * np.sqrt(aspect), away * np.sin(turned) / np.sqrt(aspect)
    for step in range(ROUNDS):
        ease = pull * (1 - step / ROUNDS)
        xs, ys = xs * (1 - ease / aspect), ys * (1 - ease * aspect)
        ax, ay = xs[:, a] - xs[:, b], ys[:, a] - ys[:, b]
        push = np.maximum(need / np.maximum(np.hypot(ax, ay), 1e-6) - 1, 0)
        xs, ys = xs + (ax * push) @ into, ys + (ay * push) @ into
        out = np.maximum(np.hypot(xs, ys), 1e-6)
        lift = np.maximum(own, out) / out
        xs, ys = xs * lift, ys * lift
    apart = np.hypot(xs[:, a] - xs[:, b], ys[:, a] - ys[:, b])
    scale = np.maximum((need / np.maximum(apart, 1e-6)).max(axis=1), 1.0)[:, None]
    return _smallest(xs * scale, ys * scale, size, aspect)


def _smallest(xs: Floats, ys: Floats, size: Floats, aspect: float) -> tuple[Floats, Floats]:
    """Of several pictures the smallest that fits the room; of two alike the one that leaves more free."""
    wide = (xs + size).max(axis=1) - (xs - size).min(axis=1)
    high = (ys + size).max(axis=1) - (ys - size).min(axis=1)
    long, short = np.maximum(wide / aspect, high), np.minimum(wide / aspect, high)
    best = int(np.argmin(long + 0.2 * short))
    return xs[best], ys[best]
