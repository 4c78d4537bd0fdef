"""The head as CSV files for ``neo4j-admin database import``: how millions of rows get into an empty server.

The import runs with the server stopped and takes no log; `push` afterwards writes the log and the
constraints and finds the rows in their place. Contacts are never in these files.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from orgraph import __version__
from orgraph.model.errors import OrgraphError
from orgraph.model.glossary import say
from orgraph.model.graph_names import label, tie
from orgraph.store.neo.schema import FORMAT, NEVER

if TYPE_CHECKING:
    from orgraph.model.tables import Org
    from orgraph.store.protocol import Store

TYPES = {pl.Int64: "long", pl.Int32: "long", pl.Float64: "double", pl.Date: "date", pl.Boolean: "boolean"}


def write_bulk(store: Store, folder: str | Path, *, database: str = "neo4j") -> str:
    """Write the files, and return the command that imports them.

    Parameters
    ----------
    store
        Its last revision is written, with all versions of units.
    folder
        Made where it is missing; files in it of the same names are replaced.
    database
        The database to import into.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9.-]{2,62}", database):
        raise OrgraphError(say(zh=f"“{database}”不是数据库名", en=f"'{database}' is no name of a database"))
    where = Path(folder)
    where.mkdir(parents=True, exist_ok=True)
    org = store.timeline()
    nodes, ties = {**_units(org), **_people(org), **_measures(org)}, {**_links(org), **_posts(org)}
    nodes["store"] = _store(org)
    nodes, ties = ({n: f for n, f in files.items() if f.height} for files in (nodes, ties))
    ties |= {f"{name}_of": frame for name, frame in _ends(org).items() if frame.height}
    for name, frame in (*nodes.items(), *ties.items()):
        frame.write_csv(where / f"{name}.csv", include_bom=False)
    options = [f"--nodes={where.resolve() / name}.csv" for name in nodes]
    options += [f"--relationships={where.resolve() / name}.csv" for name in ties]
    words = ["neo4j-admin", "database", "import", "full", database, "--multiline-fields=true", *options]
    command = " \\\n    ".join([" ".join(words[:5]), *(shlex.quote(word) for word in words[5:])])
    (where / "import.sh").write_text(f"#!/bin/sh\n{command}\n", encoding="utf-8")
    return command


def _units(org: Org) -> dict[str, pl.DataFrame]:
    """The last version of each unit, the earlier ones, and ids that are only referred to."""
    kinds = {kind: label(kind).strip("`") for kind in org.structures.kinds}
    units = org.units.sort("key", "since", nulls_last=False).with_row_index("_row")
    last = pl.col("_row") == pl.col("_row").max().over("key")
    named = pl.col("kind").replace_strict(kinds, default="")
    gone = org.strangers.select(
        pl.format("u{}", "key").alias("node:ID"),
        pl.lit("Unit;Absent").alias(":LABEL"),
        "id",
        pl.col("key").alias("key:long"),
        *(pl.lit(day).alias(f"{name}:date") for name, day in NEVER.items()),
    )
    return {
        "units": _typed(units.filter(last), pl.format("u{}", "key"), pl.format("Unit;{}", named)),
        "earlier": _typed(units.filter(~last), pl.format("e{}", "_row"), pl.format("Earlier;{}", named)),
        "absent": gone,
    }


def _people(org: Org) -> dict[str, pl.DataFrame]:
    return {"people": _typed(org.people, pl.format("p{}", "key"), pl.lit("Person"))}


def _measures(org: Org) -> dict[str, pl.DataFrame]:
    rows = org.measures.with_row_index("_row").drop("unit")
    return {"measures": _typed(rows, pl.format("m{}", "_row"), pl.lit("Measure"))}


def _store(org: Org) -> pl.DataFrame:
    keys = pl.concat([f["key"] for f in (org.units, org.strangers, org.people)])
    next_key = 0 if keys.is_empty() else int(pl.select(keys.max()).item()) + 1
    numbers = {"format": FORMAT, "head": 0, "next_key": next_key, "bulk": org.revision}
    doubled = org.links.filter(pl.struct("relation", "source").is_duplicated())["relation"].unique()
    several = ";".join(tree for tree in org.structures.trees if tree in doubled)
    words = {"name": "orgraph", "made_with": f"orgraph {__version__}"}
    return pl.DataFrame(
        {"node:ID": ["store"], ":LABEL": ["Store"], **{k: [v] for k, v in words.items()}}
        | {f"{k}:long": [v] for k, v in numbers.items()}
        | ({"several:string[]": [several]} if several else {})
    )


def _links(org: Org) -> dict[str, pl.DataFrame]:
    types = _types([*org.structures.trees, *org.structures.relations])
    rows = org.links.filter(pl.col("source").is_not_null() & pl.col("target").is_not_null())
    return {"links": _tied(rows, ("u", "source"), ("u", "target"), ("relation", types))}


def _posts(org: Org) -> dict[str, pl.DataFrame]:
    types = _types(list(org.structures.roles))
    return {"posts": _tied(org.memberships, ("p", "person"), ("u", "unit"), ("role", types))}


def _ends(org: Org) -> dict[str, pl.DataFrame]:
    """From measures to their units, from earlier versions to theirs."""
    measures = org.measures.with_row_index("_row")
    units = org.units.sort("key", "since", nulls_last=False).with_row_index("_row")
    earlier = units.filter(pl.col("_row") != pl.col("_row").max().over("key"))
    ends = {"measures": (measures, "m", "unit", "OF"), "earlier": (earlier, "e", "key", "VERSION_OF")}
    return {
        name: frame.select(
            pl.format(f"{prefix}{{}}", "_row").alias(":START_ID"),
            pl.format("u{}", owner).alias(":END_ID"),
            pl.lit(type_).alias(":TYPE"),
        )
        for name, (frame, prefix, owner, type_) in ends.items()
    }


def _typed(frame: pl.DataFrame, node: pl.Expr, labels: pl.Expr) -> pl.DataFrame:
    """Columns with their types in the heading, as the import reads them."""
    plain = frame.drop("_row", strict=False)
    return frame.select(
        node.alias("node:ID"),
        labels.alias(":LABEL"),
        *(pl.col(c).alias(_heading(c, plain.schema[c])) for c in plain.columns),
    )


def _tied(
    frame: pl.DataFrame, start: tuple[str, str], end: tuple[str, str], of: tuple[str, Mapping[str, str]]
) -> pl.DataFrame:
    word, types = of
    rest = [c for c in frame.columns if c not in (start[1], end[1], word)]
    return frame.select(
        pl.format(f"{start[0]}{{}}", start[1]).alias(":START_ID"),
        pl.format(f"{end[0]}{{}}", end[1]).alias(":END_ID"),
        pl.col(word).replace_strict(types, return_dtype=pl.String).alias(":TYPE"),
        *(pl.col(c).alias(_heading(c, frame.schema[c])) for c in rest),
    )


def _types(words: list[str]) -> dict[str, str]:
    return {word: tie(word).strip("`") for word in words}


def _heading(name: str, dtype: pl.DataType) -> str:
    of_type = TYPES.get(type(dtype))
    return f"{name}:{of_type}" if of_type else name
