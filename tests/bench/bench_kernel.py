"""The preorder arrays: building them, and what is asked of them, beside a plain copy and other engines."""

from __future__ import annotations

from importlib.util import find_spec

import numpy as np
from harness import Contender, Run, bench
from synthetic import parents

from orgraph.model.hierarchy import Hierarchy, build


class Forest:
    """A tree in random order of rows, three measures, and members of an indicator that count or do not."""

    def __init__(self, n: int) -> None:
        rng = np.random.default_rng(n)
        self.above = parents(n)
        self.child = np.flatnonzero(self.above >= 0).astype(np.int32)
        self.up = self.above[self.child]
        self.measures = [rng.integers(0, 1_000_000, n) for _ in range(3)]
        self.expected = rng.random(n) < 0.9
        self.counts = self.expected & (rng.random(n) < 0.6)

    def built(self) -> Hierarchy:
        return build("t", self.child, self.up, np.ones(len(self.above), bool))


class Suite:
    """Span, level, three roll-ups and one coverage, for every unit at once, the hierarchy being built."""

    def __init__(self, forest: Forest) -> None:
        self.h = forest.built()
        self.measures = [m[self.h.order] for m in forest.measures]
        self.counts, self.expected = forest.counts[self.h.order], forest.expected[self.h.order]

    def fresh(self) -> Hierarchy:
        """The hierarchy without what earlier rounds derived from it."""
        kept = {name: self.h.__dict__[name] for name in Hierarchy.__dataclass_fields__}
        return Hierarchy(**kept)

    def span_and_rollups(self) -> list[np.ndarray]:
        h = self.fresh()
        return [h.children, h.level, *(h.rollup(m) for m in self.measures)]

    def run(self) -> list[np.ndarray]:
        h = self.fresh()
        counts, expected = h.rollup(self.counts), h.rollup(self.expected)
        with np.errstate(invalid="ignore"):
            rate = counts / expected
        return [h.children, h.level, *(h.rollup(m) for m in self.measures), rate]

    @property
    def touched(self) -> list[np.ndarray]:
        return [self.h.parent, self.h.end, self.h.level, *self.measures, self.counts, self.expected]

    def copy(self) -> list[np.ndarray]:
        return [column.copy() for column in self.touched]


@bench
def kernel_build(run: Run) -> None:
    """Building, beside a stable argsort of the parents."""
    for n in run.sizes([1_000, 1_000_000], [10_000, 100_000, 10_000_000]):
        forest = Forest(n)
        run.race(
            f"build a preorder of {n:,} units, rows in random order",
            {"orgraph": forest.built, "stable argsort": lambda up=forest.up: np.argsort(up, kind="stable")},
            within={"stable argsort": 5} if n >= 1_000_000 else {},
        )


@bench
def kernel_suite(run: Run) -> None:
    """Span + level + three roll-ups + one coverage, beside a plain copy of the columns."""
    for n in run.sizes([1_000, 1_000_000], [10_000, 100_000, 10_000_000]):
        suite = Suite(Forest(n))
        run.race(
            f"span, level, 3 roll-ups, 1 coverage of {n:,} units",
            {"orgraph": suite.run, "copy of the columns": suite.copy},
            rounds=9,
            within={"copy of the columns": 20} if n >= 1_000_000 else {},
            moved=2 * sum(column.nbytes for column in suite.touched),
        )


@bench
def kernel_beside_others(run: Run) -> None:
    """The same answers from networkx, igraph, DuckDB and Polars level by level; trees built beforehand."""
    import others

    for n in run.sizes([100_000], [1_000_000]):
        forest = Forest(n)
        suite = Suite(forest)
        big = n >= 1_000_000
        contenders: dict[str, Contender] = {"orgraph": suite.run}
        for engine in (others.Networkx, others.DuckDB, others.Polars):
            made = engine(forest)
            others.agree(made.suite(), suite)
            contenders[engine.name] = made.suite
        run.race(
            f"span, level, 3 roll-ups, 1 coverage of {n:,} units",
            contenders,
            faster={"networkx": 300, "DuckDB level by level": 8} if big else {},
        )
        if find_spec("igraph"):
            graph = others.Igraph(forest)
            others.agree(graph.span_and_rollups(), suite)
            run.race(
                f"span, level, 3 roll-ups of {n:,} units",
                {"orgraph": suite.span_and_rollups, "igraph": graph.span_and_rollups},
                faster={"igraph": 50} if big else {},
            )
