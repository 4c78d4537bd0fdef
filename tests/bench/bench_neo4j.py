"""A shared store on a real Neo4j server, beside what its driver alone needs for the same rows.

The server's own work shows on the clock alone; processor time is that of this process.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import neo4j
import polars as pl
from harness import Run, long_bench
from neo4j_server import Database, Server
from store_big import between, tables, town

import orgraph
from orgraph.store.duck.store import DuckStore
from orgraph.store.neo.address import NeoOptions
from orgraph.store.neo.store import NeoStore

BATCH = 20_000
ONE_BY_ONE = 3_000
"""Rows that the version with one query per row is given: it would take minutes for all of them."""

DIVISIONS = Path(__file__).resolve().parents[3] / "shared" / "data" / "divisions-2023.parquet"


@contextmanager
def served(folder: Path) -> Iterator[Database]:
    """A database of its own, on a server that ends with the benchmark."""
    server = Server(folder / "neo4j").start()
    database = Database(server.uri, "neo4j", server.password, server)
    database.claim()
    try:
        yield database
    finally:
        database.close()
        server.stop()


class Bare:
    """Rows by the driver alone: no history, no dates, no second look."""

    NODES = "UNWIND $rows AS row CREATE (u:Row {id: row.id}) SET u.name = row.name, u.kind = row.kind"
    TIES = "UNWIND $rows AS row MATCH (a:Row {id: row.source}), (b:Row {id: row.target}) CREATE (a)-[:T]->(b)"
    PEOPLE = "UNWIND $rows AS row CREATE (:Who {id: row.id, name: row.name})"
    POSTS = (
        "UNWIND $rows AS row MATCH (p:Who {id: row.person}), (u:Row {id: row.unit})"
        " CREATE (p)-[:HOLDS {role: row.role}]->(u)"
    )

    def __init__(self, database: Database, frames: dict[str, pl.DataFrame]) -> None:
        self.database = database
        wanted = {
            "units": (self.NODES, ["id", "name", "kind"]),
            "links": (self.TIES, ["source", "target"]),
            "people": (self.PEOPLE, ["id", "name"]),
            "memberships": (self.POSTS, ["person", "unit", "role"]),
        }
        self.work = [(text, frames[t].select(columns).to_dicts()) for t, (text, columns) in wanted.items()]

    def empty(self) -> None:
        self.database.empty()
        self.constrain()

    def constrain(self) -> None:
        for label in ("Row", "Who"):
            self.database.run(f"CREATE CONSTRAINT IF NOT EXISTS FOR (n:{label}) REQUIRE n.id IS UNIQUE")

    def load(self, size: int = BATCH, most: int | None = None) -> None:
        """`size` rows at a time, `most` of each table."""
        for text, rows in self.work:
            for start in range(0, len(rows[:most]), size):
                self.database.driver.execute_query(text, {"rows": rows[:most][start : start + size]})

    def read(self) -> None:
        for text in (
            "MATCH (u:Row) RETURN u.id, u.name, u.kind",
            "MATCH (a:Row)-[:T]->(b) RETURN a.id, b.id",
            "MATCH (p:Who)-[h:HOLDS]->(u) RETURN p.id, p.name, h.role, u.id",
        ):
            self.database.driver.execute_query(text, result_transformer_=neo4j.Result.values)


@long_bench
def neo4j_load_and_read(run: Run) -> None:
    """100,000 units with their links and people: written, and read back."""
    for n in run.sizes([20_000], [100_000]):
        with (
            tempfile.TemporaryDirectory(prefix="orgraph-bench-") as scratch,
            served(Path(scratch)) as database,
        ):
            frames = tables(n, people=n)
            bare, options, changes = Bare(database, frames), NeoOptions(**database.login), between({}, frames)
            made: list[NeoStore] = []

            def fresh(database: Database = database, made: list[NeoStore] = made) -> None:
                database.empty()
                made[:] = [NeoStore.create(database.uri, town(), options)]  # noqa: B023

            taken = run.race(
                f"write {n:,} units, their links, {n:,} people and their posts",
                {
                    "orgraph": lambda: made[0].apply(changes),  # noqa: B023
                    "plain UNWIND loop": bare.load,
                    f"one query per row, {ONE_BY_ONE:,} of each": lambda: bare.load(1, ONE_BY_ONE),  # noqa: B023
                },
                rounds=2,
                before={
                    "orgraph": fresh,
                    "plain UNWIND loop": bare.empty,
                    f"one query per row, {ONE_BY_ONE:,} of each": bare.empty,
                },
            )
            rows = sum(frame.height for frame in frames.values())
            told = {
                name: (ONE_BY_ONE * 4 if "one query" in name else rows) / t.best for name, t in taken.items()
            }
            print("  rows a second: " + ", ".join(f"{name} {rate:,.0f}" for name, rate in told.items()))
            fresh()
            made[0].apply(changes)
            bare.constrain()
            bare.load()
            run.race(
                f"read {n:,} units, their links, people and posts",
                {"orgraph": made[0].read, "plain queries": bare.read},
                rounds=3,
            )


@long_bench
def neo4j_push(run: Run) -> None:
    """All divisions of China pushed, and pushed again after 1,000 changes."""
    if not DIVISIONS.is_file():
        print(f"  {DIVISIONS} is not there")
        return
    rows = pl.read_parquet(DIVISIONS)
    if not run.full:
        rows = rows.filter(pl.col("code").str.starts_with("33"))
    units = rows.select(id="code", name="name", kind="level", structure=pl.lit("base"))
    since = pl.lit(date(2022, 1, 1)).alias("since")
    links = rows.drop_nulls("parent").select(source="code", target="parent", relation=pl.lit("territory"))
    frames = {"units": units.with_columns(since), "links": links.with_columns(since)}
    nobody = {"people": pl.DataFrame(schema={"id": pl.String, "name": pl.String})}
    posts = {"memberships": pl.DataFrame(schema=dict.fromkeys(("person", "unit", "role"), pl.String))}
    with tempfile.TemporaryDirectory(prefix="orgraph-bench-") as scratch, served(Path(scratch)) as database:
        folder = Path(scratch)
        source = DuckStore.create(folder / "a.duckdb", orgraph.Structures.load("base"))
        source.apply(between({}, frames))
        options, bare = NeoOptions(**database.login), Bare(database, {**frames, **nobody, **posts})

        def push() -> None:
            orgraph.push(source, database.uri, options=options)

        taken = run.race(
            f"push {units.height:,} divisions",
            {"orgraph push": push, "plain UNWIND loop": bare.load},
            rounds=2,
            within={"plain UNWIND loop": 1.5} if run.full else {},  # less is mostly planning of statements
            before={"orgraph push": database.empty, "plain UNWIND loop": bare.empty},
        )
        database.empty()
        push()
        changed = iter(range(10))

        def change() -> None:
            """A thousand units have another name from June on, others each time."""
            old = frames["units"].slice(1000 * next(changed), 1000)
            new = old.with_columns(name=pl.col("name") + "新", since=pl.lit(date(2022, 6, 1)))
            ended = old.with_columns(until=pl.lit(date(2022, 6, 1)))
            source.apply(between({"units": old}, {"units": pl.concat([ended, new], how="diagonal")}))

        second = run.race(
            "push again after 1,000 changes",
            {"orgraph push": push},
            rounds=3,
            before={"orgraph push": change},
        )
        share = second["orgraph push"].best / taken["plain UNWIND loop"].best
        wanted = run._judged(
            "a second push", share <= 1 / 20 or not run.full, "≤ 1/20 of the plain UNWIND loop"
        )
        print(f"  {share:.3f} of the plain UNWIND loop over all rows: {wanted}")
