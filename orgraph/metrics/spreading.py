"""A message that spreads along channels, and people who answer: many runs at once.

Every array has one row per run. Times are minutes from the call; infinite where something never happens.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from orgraph.metrics.distinct import each_once
from orgraph.metrics.terms import Drawn, Floats
from orgraph.model.hierarchy import Ints

Places = npt.NDArray[np.intp]

CELLS = 2_000_000
"""Numbers that one array may have: runs are drawn in parts so large."""


@dataclass(frozen=True, eq=False)
class Network:
    """Who passes a message on to whom.

    Attributes
    ----------
    count, sources
        Units, and which of them know it at the start.
    leaving, entering
        int32[k]: the ends of each channel, sorted by `entering`.
    channel
        int16[k]: the kind of each channel.
    delay
        How long a message takes along each.
    hops
        How many channels in a row a message may take; None: any number.
    """

    count: int
    sources: Ints
    leaving: Ints
    entering: Ints
    channel: npt.NDArray[np.int16]
    delay: Drawn
    hops: int | None = None

    def arrivals(self, runs: int, rng: np.random.Generator) -> tuple[Floats, npt.NDArray[np.int16]]:
        """When the message first reaches each unit, and by which kind of channel (−1: it knew, or never).

        The shortest of all ways in each run, its channels' delays drawn once: Bellman and Ford's relaxation,
        over all runs at once. O(runs · k · channels on the longest of these ways).
        """
        times = np.full((runs, self.count), np.inf)
        came = np.full((runs, self.count), -1, np.int16)
        times[:, self.sources] = 0.0
        if not len(self.entering):
            return times, came
        delays = self.delay.times(rng.random((runs, len(self.entering))))
        targets, starts, segment = np.unique(self.entering, return_index=True, return_inverse=True)
        step = 0
        while self.hops is None or step < self.hops:
            step += 1
            ahead = times[:, self.leaving] + delays
            best = np.minimum.reduceat(ahead, starts, axis=1)
            sooner = best < times[:, targets]
            if not sooner.any():
                break
            by = np.where(ahead == best[:, segment], self.channel, np.iinfo(np.int16).max)
            by = np.minimum.reduceat(by, starts, axis=1)
            came[:, targets] = np.where(sooner, by, came[:, targets])
            times[:, targets] = np.where(sooner, best, times[:, targets])
        return times, came


@dataclass(frozen=True, eq=False)
class Crowd:
    """Who may answer.

    Attributes
    ----------
    unit, person
        int32[posts]: where each person can be told; sorted by person, persons counted from 0 without gaps.
    rate, response
        Per channel (row 0: those who knew at the start) and unit: the chance that somebody told there
        answers, and how long they take.
    """

    unit: Ints
    person: Ints
    rate: Floats
    response: Drawn

    @property
    def people(self) -> int:
        """How many."""
        return int(self.person[-1]) + 1 if len(self.person) else 0

    def ready(
        self, times: Floats, came: npt.NDArray[np.int16], rng: np.random.Generator
    ) -> tuple[Floats, Floats]:
        """When each person is ready (infinite: does not answer), and the chance that each one answers."""
        runs = len(times)
        answers, takes = rng.random((runs, self.people)), rng.random((runs, self.people))
        if not self.people:
            return np.zeros((runs, 0)), np.zeros((runs, 0))
        starts = np.flatnonzero(np.diff(self.person, prepend=-1))
        told = times[:, self.unit]
        first = np.minimum.reduceat(told, starts, axis=1)
        posts = np.where(told == first[:, self.person], np.arange(len(self.unit)), len(self.unit))
        unit = self.unit[np.minimum.reduceat(posts, starts, axis=1)]
        place: Places = (np.take_along_axis(came, unit, axis=1) + 1) * np.intp(times.shape[1]) + unit
        chance = np.where(np.isinf(first), 0.0, self.rate.ravel()[place])
        done = first + self.response[place].times(takes)
        return np.where(answers < chance, done, np.inf), chance


@dataclass(frozen=True, eq=False)
class Runs:
    """What came out of each run.

    Attributes
    ----------
    needed
        float64[runs]: when as many as are needed are ready; infinite where they never are.
    willing, in_time
        How many answer at all (their chances added up), and how many are ready in time.
    told
        How many people the message can reach.
    """

    needed: Floats
    willing: Floats
    in_time: Floats
    told: int


def simulated(network: Network, crowd: Crowd, need: int, within: float, runs: int, seed: int) -> Runs:
    """Run after run: the message spreads, people answer, and the time of the last one needed is taken."""
    rng = np.random.default_rng(seed)
    parts = [_part(network, crowd, need, within, size, rng) for size in _sizes(network, crowd, runs)]
    needed, willing, in_time = (np.concatenate([part[i] for part in parts]) for i in range(3))
    reached = np.isfinite(network.arrivals(1, np.random.default_rng(seed))[0][0])
    told = len(each_once(crowd.person[reached[crowd.unit]]))
    return Runs(needed, willing, in_time, told)


def _sizes(network: Network, crowd: Crowd, runs: int) -> Iterator[int]:
    widest = max(len(network.entering), network.count, len(crowd.unit), 1)
    size = max(1, min(runs, CELLS // widest))
    for start in range(0, runs, size):
        yield min(size, runs - start)


def _part(
    network: Network, crowd: Crowd, need: int, within: float, runs: int, rng: np.random.Generator
) -> tuple[Floats, Floats, Floats]:
    ready, chance = crowd.ready(*network.arrivals(runs, rng), rng)
    needed = np.full(runs, np.inf)
    if need <= crowd.people:
        needed = np.partition(ready, need - 1, axis=1)[:, need - 1]
    return needed, chance.sum(axis=1), (ready <= within).sum(axis=1).astype(np.float64)
