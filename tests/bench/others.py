"""The same answers from other engines, each as its users would ask, its graph or tables made beforehand.

Answers are a mapping: ``span`` and ``level``, ``sum0`` … ``sum2``, ``rate``, by row of the forest.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from bench_kernel import Forest, Suite

Answer = dict[str, Any]


def agree(theirs: Answer, suite: Suite) -> None:
    """Refuse to time what gives other figures."""
    h, order = suite.h, suite.h.order
    ours = dict(zip(("span", "level", "sum0", "sum1", "sum2", "rate"), suite.run(), strict=True))
    for name, values in theirs.items():
        mine = np.empty(len(h))
        mine[order] = ours[name]
        assert np.allclose(np.asarray(values, float), mine, equal_nan=True), name


class Networkx:
    """A DiGraph; one walk in postorder."""

    name = "networkx"

    def __init__(self, forest: Forest) -> None:
        import networkx as nx

        self.forest = forest
        self.graph = nx.DiGraph()
        self.graph.add_nodes_from(range(len(forest.above)))
        self.graph.add_edges_from(zip(forest.up.tolist(), forest.child.tolist(), strict=True))
        self.amounts = [m.tolist() for m in (*forest.measures, forest.counts, forest.expected)]

    def suite(self) -> Answer:
        import networkx as nx

        g = self.graph
        span = [degree for _, degree in g.out_degree()]
        root = next(node for node, degree in g.in_degree() if not degree)
        level = nx.single_source_shortest_path_length(g, root)
        sums = [list(amount) for amount in self.amounts]
        walk = list(nx.dfs_postorder_nodes(g, root))
        for total in sums:
            for node in walk:
                for below in g.successors(node):
                    total[node] += total[below]
        rate = [
            counts / expected if expected else float("nan")
            for counts, expected in zip(*sums[3:], strict=True)
        ]
        levels = [level[node] + 1 for node in range(len(span))]
        return {"span": span, "level": levels, "rate": rate} | {f"sum{i}": s for i, s in enumerate(sums[:3])}


class Igraph:
    """A Graph; its breadth-first order walked backwards."""

    name = "igraph"

    def __init__(self, forest: Forest) -> None:
        import igraph

        edges = np.column_stack([forest.up, forest.child])
        self.graph = igraph.Graph(n=len(forest.above), edges=edges, directed=True)
        self.amounts = [m.tolist() for m in forest.measures]

    def span_and_rollups(self) -> Answer:
        g = self.graph
        span = g.outdegree()
        root = g.indegree().index(0)
        level = [steps + 1 for steps in g.distances(root)[0]]
        order, _, above = g.bfs(root)
        sums = [list(amount) for amount in self.amounts]
        for total in sums:
            for node in reversed(order[1:]):
                total[above[node]] += total[node]
        return {"span": span, "level": level} | {f"sum{i}": s for i, s in enumerate(sums)}


class DuckDB:
    """Tables in memory; a join and a sum for each level, from the leaves up."""

    name = "DuckDB level by level"

    COLUMNS = "m0, m1, m2, counts, expected"

    def __init__(self, forest: Forest) -> None:
        import duckdb
        import polars as pl

        self.con = duckdb.connect()
        frame = pl.DataFrame(
            {
                "unit": np.arange(len(forest.above), dtype=np.int32),
                "parent": forest.above,
                **{f"m{i}": m for i, m in enumerate(forest.measures)},
                "counts": forest.counts.astype(np.int64),
                "expected": forest.expected.astype(np.int64),
            }
        )
        self.con.register("frame", Stream(frame))
        self.con.execute("CREATE TABLE units AS SELECT * FROM frame")

    def suite(self) -> Answer:
        con = self.con
        make = "CREATE OR REPLACE TEMP TABLE"
        con.execute(f"{make} l1 AS SELECT unit, parent, 1 AS level FROM units WHERE parent = -1")
        depth = 1
        while True:
            con.execute(
                f"{make} l{depth + 1} AS SELECT u.unit, u.parent, {depth + 1} AS level"
                f" FROM units u JOIN l{depth} l ON u.parent = l.unit"
            )
            if not con.execute(f"SELECT count(*) FROM l{depth + 1}").fetchone()[0]:
                break
            depth += 1
        names = self.COLUMNS.split(", ")
        sums = ", ".join(f"sum({c}) AS {c}" for c in names)
        plus = ", ".join(f"u.{c} + coalesce(b.{c}, 0) AS {c}" for c in names)
        con.execute(
            f"{make} r{depth} AS SELECT l.unit, l.parent, level, {self.COLUMNS}, 0 AS span"
            f" FROM l{depth} l JOIN units u USING (unit)"
        )
        for at in range(depth - 1, 0, -1):
            below = f"SELECT parent, count(*) AS span, {sums} FROM r{at + 1} GROUP BY parent"
            con.execute(
                f"{make} r{at} AS SELECT u.unit, u.parent, level, {plus}, coalesce(b.span, 0) AS span"
                f" FROM l{at} JOIN units u USING (unit) LEFT JOIN ({below}) b ON b.parent = u.unit"
            )
        every = " UNION ALL ".join(f"SELECT * FROM r{at}" for at in range(1, depth + 1))
        rate = "counts / expected AS rate"
        con.execute(f"{make} answer AS SELECT unit, span, level, m0, m1, m2, {rate} FROM ({every})")
        return _Later(con)  # fetched only where it is compared


class _Later(dict[str, Any]):
    """An answer that stays in DuckDB until somebody looks at it."""

    def __init__(self, con: Any) -> None:
        super().__init__()
        self.con = con

    def items(self) -> Any:
        got = self.con.execute("SELECT * FROM answer ORDER BY unit").fetchnumpy()
        names = {"span": "span", "level": "level", "m0": "sum0", "m1": "sum1", "m2": "sum2", "rate": "rate"}
        return [(new, np.ma.filled(got[old].astype(float), np.nan)) for old, new in names.items()]


class Stream:
    """A frame that offers its Arrow stream alone: DuckDB then needs no pyarrow."""

    def __init__(self, frame: Any) -> None:
        self.frame = frame

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        return self.frame.__arrow_c_stream__(requested_schema)


class Polars:
    """A frame; a join and a sum for each level, from the leaves up."""

    name = "Polars level by level"

    def __init__(self, forest: Forest) -> None:
        import polars as pl

        self.frame = pl.DataFrame(
            {
                "unit": np.arange(len(forest.above), dtype=np.int32),
                "parent": forest.above,
                **{f"sum{i}": m for i, m in enumerate(forest.measures)},
                "counts": forest.counts.astype(np.int64),
                "expected": forest.expected.astype(np.int64),
            }
        )

    def suite(self) -> Answer:
        import polars as pl

        columns = ["sum0", "sum1", "sum2", "counts", "expected", "span"]
        units = self.frame.with_columns(span=pl.lit(0, pl.Int64))
        levels = [units.filter(pl.col("parent") < 0)]
        while levels[-1].height:
            levels.append(units.join(levels[-1].select(parent="unit"), on="parent", how="semi"))
        levels.pop()
        done = [levels[-1]]
        for level in reversed(levels[:-1]):
            below = done[-1].with_columns(span=1).group_by("parent").agg(pl.col(columns).sum())
            joined = level.join(below, left_on="unit", right_on="parent", how="left")
            plus = [(pl.col(c) + pl.col(f"{c}_right").fill_null(0)).alias(c) for c in columns]
            done.append(joined.select("unit", "parent", *plus))
        every = pl.concat(
            [
                one.select("unit", *columns).with_columns(level=pl.lit(depth, pl.Int32))
                for depth, one in zip(range(len(done), 0, -1), done, strict=True)
            ]
        ).sort("unit")
        rate = every["counts"] / every["expected"]
        return {"rate": rate, "level": every["level"], "span": every["span"]} | {
            f"sum{i}": every[f"sum{i}"] for i in range(3)
        }
