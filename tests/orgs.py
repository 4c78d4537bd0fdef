"""Small organisations for tests: built from a YAML text and lists of rows, or drawn at random."""

from __future__ import annotations

from datetime import date

import networkx as nx
import polars as pl
from hypothesis import strategies as st

from orgraph.model.structure import Structures
from orgraph.model.tables import FIXED, Org

DAY = date(2022, 4, 30)


def org_of(structures, *, on=DAY, **tables):
    """An `Org`; `structures` is the YAML of one file, or several by id; tables are lists of mappings.

    A unit without `name` is called by its id, one without `structure` belongs to the first file.
    """
    if not isinstance(structures, Structures):
        texts = structures if isinstance(structures, dict) else {"s": structures}
        structures = Structures.from_texts(texts)
    first = next(iter(structures.files))
    units = [{"name": u["id"], "structure": first, **u} for u in tables.pop("units", [])]
    frames = {"units": units, **tables}
    made = {t: pl.DataFrame(rows, infer_schema_length=None) for t, rows in frames.items() if rows}
    return Org.from_tables(structures, on=on, **made)


def links(relation, *pairs):
    """Links of one relation, ``"child>parent"`` each."""
    ends = (pair.split(">") for pair in pairs)
    return [{"source": a, "target": b, "relation": relation} for a, b in ends]


def above(org, tree):
    """Id of each unit → id of its parent, from the table of links alone; the first parent stated wins."""
    made = {}
    for link in org.table("links").filter(relation=tree).iter_rows(named=True):
        made.setdefault(link["source"], link["target"])
    return made


def graph(org, tree):
    """The tree as networkx sees it: edges from parent to child, units of the table as nodes."""
    made = nx.DiGraph()
    made.add_nodes_from(org.units["id"])
    made.add_edges_from((up, down) for down, up in above(org, tree).items())
    return made


@st.composite
def forests(draw, most=25):
    """Number of units, and for each a parent among the units before it, or None; shapes of every kind."""
    count = draw(st.integers(0, most))
    shape = draw(st.sampled_from(["any", "chain", "star", "roots"]))
    fixed = {"chain": lambda row: row - 1, "star": lambda row: 0, "roots": lambda row: None}
    if shape != "any":
        return [None if row == 0 else fixed[shape](row) for row in range(count)]
    return [draw(st.none() | st.integers(0, row - 1)) if row else None for row in range(count)]


def ids(count):
    return [f"u{row}" for row in range(count)]


def empty(*tables):
    """Empty tables of the fixed columns."""
    return {table: pl.DataFrame(schema=FIXED[table]) for table in tables}
