"""Every metric at 10³ … 10⁷ units, beside other engines where one answers the same question.

The organisation is in memory and its trees are built; the others' graphs and tables are made beforehand,
too. Other engines give the bare numbers; ours gives the table with ids and names that people read.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from bench_compare import LATER, history
from harness import Contender, Run, bench
from others import Stream
from synthetic import DAY, peopled

import orgraph as og
from orgraph.metrics.listing import show
from orgraph.metrics.nesting import nesting_totals
from orgraph.metrics.reach import reach_totals

NETWORKX = 100_000
"""The largest graph that networkx is asked: beyond that it takes minutes."""
IGRAPH = 1_000_000

SHORT, FULL = [1_000, 100_000], [10_000, 1_000_000, 10_000_000]


class World:
    """One organisation, and the same as tables of DuckDB and as graphs."""

    def __init__(self, n: int) -> None:
        self.n, self.org = n, peopled(n)
        for tree in ("territory", "party"):
            _ = self.org.hierarchy(tree)
        self.top = "330000000000"
        self.village = str(self.org.units["id"][n - 1])

    @cached_property
    def con(self) -> Any:
        import duckdb

        con = duckdb.connect()
        tables = {t: getattr(self.org, t) for t in ("units", "links", "memberships", "measures")}
        for name, frame in tables.items():
            con.register("frame", Stream(frame))
            con.execute(f"CREATE TABLE {name} AS SELECT * FROM frame")
            con.unregister("frame")
        return con

    def sql(self, text: str) -> Contender:
        """A query whose answer stays in DuckDB."""
        _ = self.con
        return lambda: self.con.execute(f"CREATE OR REPLACE TEMP TABLE answer AS {text}")

    def answer(self, text: str) -> Any:
        """One number of the last answer."""
        return self.con.execute(f"SELECT {text} FROM answer").fetchone()[0]

    @cached_property
    def edges(self) -> np.ndarray:
        """Rows above and below, along the territory."""
        links = self.org.links.filter(relation="territory")
        return np.column_stack([links["target"].to_numpy(), links["source"].to_numpy()])

    @cached_property
    def graph(self) -> Any:
        import igraph

        return igraph.Graph(n=self.n, edges=self.edges, directed=True)

    @cached_property
    def digraph(self) -> Any:
        import networkx as nx

        made = nx.DiGraph()
        made.add_nodes_from(range(self.n))
        made.add_edges_from(self.edges.tolist())
        return made

    def graphs(
        self, igraph: Contender | None = None, networkx: Contender | None = None
    ) -> dict[str, Contender]:
        """Those of two engines that can answer, and not for minutes."""
        made: dict[str, Contender] = {}
        if igraph and find_spec("igraph") and self.n <= IGRAPH:
            made["igraph"] = igraph
        if networkx and self.n <= NETWORKX:
            made["networkx"] = networkx
        return made


Asked = Callable[
    [World], tuple[Callable[[], pl.DataFrame], dict[str, Contender], Callable[[pl.DataFrame], bool]]
]
METRICS: dict[str, Asked] = {}


def metric(function: Asked) -> Asked:
    """A question: ours, the others', and whether an answer of ours agrees with what theirs left in DuckDB."""
    METRICS[function.__name__] = function
    return function


def anything(_: pl.DataFrame) -> bool:
    """Nobody to agree with."""
    return True


@metric
def span(w: World) -> Any:
    others = w.graphs(
        lambda: (w.graph.outdegree(), w.graph.distances(0)),
        lambda: (dict(w.digraph.out_degree()), _nx().single_source_shortest_path_length(w.digraph, 0)),
    )
    return lambda: og.span(w.org, tree="territory"), others, lambda f: f["span"].sum() == w.n - 1


@metric
def span_by_kind(w: World) -> Any:
    query = w.sql(
        "SELECT kind, avg(span) AS mean FROM (SELECT target, count(*) AS span FROM links WHERE relation ="
        " 'territory' GROUP BY target) s JOIN units u ON u.key = s.target GROUP BY kind"
    )
    agree = lambda f: np.isclose(f["mean"].max(), w.answer("max(mean)"))  # noqa: E731
    return lambda: og.span(w.org, tree="territory", by="kind"), {"DuckDB": query}, agree


TOLD = (
    "SELECT u.key, u.id, l.target AS town, coalesce(m.value, 0) >= 1 AS counts FROM units u JOIN links l ON"
    " l.source = u.key AND l.relation = 'territory' LEFT JOIN (SELECT unit, arg_max(value, since) AS value"
    " FROM measures WHERE measure = 'households' GROUP BY unit) m ON m.unit = u.key"
    " WHERE u.kind = 'village' AND u.status = 'occupied'"
)


@metric
def coverage(w: World) -> Any:
    query = w.sql(f"SELECT town, sum(counts::INT) AS hits, count(*) AS n FROM ({TOLD}) GROUP BY town")
    agree = lambda f: f["numerator"].sum() == w.answer("sum(hits)")  # noqa: E731
    return lambda: og.coverage(w.org, "told", by="town"), {"DuckDB": query}, agree


@metric
def gaps(w: World) -> Any:
    query = w.sql(f"SELECT id FROM ({TOLD}) WHERE NOT counts")
    return lambda: og.gaps(w.org, "told"), {"DuckDB": query}, lambda f: f.height == w.answer("count(*)")


@metric
def facts(w: World) -> Any:
    query = w.sql(
        "SELECT u.id, m.value FROM units u LEFT JOIN (SELECT unit, arg_max(value, since) AS value FROM"
        " measures WHERE measure = 'households' GROUP BY unit) m ON m.unit = u.key WHERE kind = 'village'"
    )
    agree = lambda f: f["homes"].sum() == w.answer("sum(value)")  # noqa: E731
    return lambda: og.facts(w.org, ["homes"], of="village"), {"DuckDB": query}, agree


@metric
def check(w: World) -> Any:
    query = w.sql(
        "SELECT u.id FROM units u ANTI JOIN (SELECT unit FROM memberships WHERE role = 'leader') m"
        " ON m.unit = u.key WHERE u.kind = 'village' AND u.status = 'occupied'"
    )
    agree = lambda f: f.height == w.answer("count(*)")  # noqa: E731
    return lambda: og.check(w.org, ["village_led"]), {"DuckDB": query}, agree


@metric
def reach(w: World) -> Any:
    others = w.graphs(
        lambda: w.graph.distances(0),
        lambda: _nx().single_source_shortest_path_length(w.digraph, 0),
    )
    ours = lambda: og.reach(w.org, w.top, along=["territory"])  # noqa: E731
    return ours, others, lambda f: f.height == w.n - 1


@metric
def reach_both_trees(w: World) -> Any:
    ours = lambda: reach_totals(w.org, w.top, direction="both")  # noqa: E731
    return ours, {}, lambda f: f.row(0, named=True)["reached"] == w.n - 1


@metric
def cascade(w: World) -> Any:
    def spread() -> object:
        return np.bincount(w.graph.distances(0)[0])

    ours = lambda: og.cascade(w.org, w.top, along=["territory"])  # noqa: E731
    return ours, w.graphs(spread), lambda f: f["units"].sum() == w.n - 1


@metric
def load(w: World) -> Any:
    query = w.sql(
        "SELECT person, count(DISTINCT (unit, role)) AS posts, count(DISTINCT unit) AS units"
        " FROM memberships GROUP BY person"
    )
    ours = lambda: og.load(w.org, tree="territory", people=True)  # noqa: E731
    return ours, {"DuckDB, counts alone": query}, lambda f: f["posts_held"].sum() == w.answer("sum(posts)")


@metric
def cutoff(w: World) -> Any:
    def dominated() -> object:
        return w.graph.dominator(0), w.graph.articulation_points()

    def walked() -> object:
        return _nx().immediate_dominators(w.digraph, 0)

    ours = lambda: og.cutoff(w.org, along=["territory"])  # noqa: E731
    return ours, w.graphs(dominated, walked), lambda f: f["cut_off"].max() == w.n - 1


@metric
def cutoff_both_trees(w: World) -> Any:
    return lambda: og.cutoff(w.org, by="leader"), {}, anything


@metric
def nesting(w: World) -> Any:
    query = w.sql(
        "WITH p AS (SELECT a.target AS one, b.target AS two, count(*) AS n FROM links a JOIN links b"
        " ON a.source = b.source WHERE a.relation = 'party' AND b.relation = 'territory' GROUP BY ALL)"
        " SELECT one, sum(n) AS units, max(n) AS agreeing, count(*) AS blocks FROM p GROUP BY one"
    )
    ours = lambda: nesting_totals(w.org, "party", "territory")  # noqa: E731
    return ours, {"DuckDB": query}, lambda f: f["agreeing"][0] == w.answer("sum(agreeing)")


@metric
def distance(w: World) -> Any:
    others = w.graphs(
        lambda: w.graph.distances(w.n - 1, mode="all"),
        lambda: _nx().single_source_shortest_path_length(w.digraph.to_undirected(as_view=True), w.n - 1),
    )
    return lambda: og.distance(w.org, w.village, tree="territory"), others, lambda f: f.height == w.n


@metric
def tree(w: World) -> Any:
    return lambda: og.tree(w.org, tree="territory"), {}, lambda f: f.height == w.n


@metric
def show_top(w: World) -> Any:
    return lambda: show(w.org, w.top), {}, lambda f: f.height > 0


@metric
def trend(w: World) -> Any:
    timeline = replace(w.org, on=None)
    days = ["2022-04-28", "2022-04-29", "2022-04-30"]
    ours = lambda: og.trend(timeline, "told", days)  # noqa: E731
    return ours, {}, lambda f: f["day"].n_unique() == 3


@metric
def compare(w: World) -> Any:
    timeline = history(w.n)
    before, after = timeline.alive(DAY), timeline.alive(LATER)
    return lambda: og.compare(before, after), {}, anything


@metric
def mobilise(w: World) -> Any:
    call = og.Call(delay=5, rate=0.4, response="uniform:0..60", along=["territory"])
    ours = lambda: og.mobilise(w.org, w.top, w.n // 10, call, runs=10)  # noqa: E731
    return ours, {}, lambda f: f.height > 0


@metric
def map_page(w: World) -> Any:
    def ours() -> pl.DataFrame:
        with tempfile.TemporaryDirectory(prefix="orgraph-bench-") as folder:
            path = og.map(w.org, Path(folder) / "map.html", colour="told")
            return pl.DataFrame({"bytes": [path.stat().st_size]})

    return ours, {}, lambda f: f["bytes"][0] > 0


def _nx() -> Any:
    import networkx as nx

    return nx


@bench
def metrics(run: Run) -> None:
    """Each metric at every size; what it reads of the tree and writes as its answer is what it moves."""
    for n in run.sizes(SHORT, FULL):
        world = World(n)
        for name, asked in METRICS.items():
            ours, others, agree = asked(world)
            for other in others.values():
                other()
            told = ours()
            assert agree(told), name
            moved = 12 * n + int(told.estimated_size())
            del told
            run.race(
                f"{name} of {n:,} units",
                {"orgraph": ours, **others},
                rounds=3 if run.full else 2,
                moved=moved,
            )
