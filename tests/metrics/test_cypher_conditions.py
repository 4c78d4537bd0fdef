"""A thousand random conditions over nulls, compiled to Polars and to Cypher, select the same units."""

import random
from datetime import date

import polars as pl
from metrics.test_conditions import DTYPES, TYPES, random_mapping, random_rows

from orgraph.metrics.cypher import Parameters, Typed, cypher_expression, unknown_expression
from orgraph.metrics.local import polars_expression, read_unknown
from orgraph.model.language.conditions import parse
from orgraph.model.structure import Structures
from orgraph.store.neo.address import NeoOptions
from orgraph.store.neo.store import NeoStore

COLUMNS = {"count": "int", "rate": "float", "label": "text", "day": "date", "open": "bool"}
STRUCTURE = """
structure: s
name: {zh: 甲, en: s}
kinds:
  thing: {zh: 物, en: thing, columns: {count: int, rate: float, label: text, day: date, open: bool}}
"""
CONDITIONS = 1000
AT_ONCE = 20


def test_a_thousand_random_conditions_agree_with_polars_on_the_server(neo4j_database):
    neo4j_database.empty()
    structures = Structures.from_texts({"s": STRUCTURE})
    store = NeoStore.create(neo4j_database.uri, structures, NeoOptions(**neo4j_database.login))
    rng = random.Random(6)
    rows = [row for _ in range(5) for row in random_rows(rng)]
    frame = pl.DataFrame(rows, schema=DTYPES)
    units = frame.rename({"name": "label"}).with_columns(
        id=pl.format("u{}", pl.int_range(pl.len())), since=pl.lit(None, pl.Date), kind=pl.lit("thing"),
        structure=pl.lit("s"), name=pl.lit("物"), until=pl.lit(None, pl.Date),
    )  # fmt: skip
    from orgraph.model.changes import Changes

    store.apply(Changes.between({"units": units.clear()}, {"units": units}))
    columns = {n: Typed(f"u.{'label' if n == 'name' else n}", t.type) for n, t in TYPES.items()}
    conditions = [parse(random_mapping(rng), TYPES) for _ in range(CONDITIONS)]
    truths = set()
    for start in range(0, CONDITIONS, AT_ONCE):
        some, parameters = conditions[start : start + AT_ONCE], Parameters()
        texts = [cypher_expression(c, columns, parameters) for c in some]
        asked = some if start < 200 else []  # what is unknown shows sooner
        texts += [unknown_expression(c, columns) for c in asked]
        read = ", ".join(f"({text}) AS x{n}" for n, text in enumerate(texts))
        answer = store.query(f"MATCH (u:Thing) RETURN {read} ORDER BY u.key", parameters.values)
        local = frame.select(
            pl.repeat(True, pl.len()).and_(polars_expression(c, frame.schema)).alias(f"x{n}")
            for n, c in enumerate(some)
        ).with_columns(read_unknown(frame, c).alias(f"x{len(some) + n}") for n, c in enumerate(asked))
        for n, condition in enumerate([*some, *asked]):
            assert answer[f"x{n}"].to_list() == local[f"x{n}"].to_list(), condition
            truths |= set(local[f"x{n}"])
    assert truths == {True, False}
    assert isinstance(store.read().on, date)
