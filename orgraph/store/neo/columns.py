"""Frames to lists that a query indexes by row, and collected lists back to frames.

A list of a hundred thousand numbers crosses the wire several times as fast as a hundred thousand rows. A
list cannot hold null through ``collect``, so an unknown value travels as a word, or number, drawn at random
for each query.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from orgraph.model.graph_names import quoted

FEW = 200
"""At most so many distinct values are sent once, with an index per row."""


@dataclass
class Sent:
    """Columns as parameters, and the expressions that read row ``i`` of them."""

    parameters: dict[str, Any] = field(default_factory=dict)
    expressions: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, frame: pl.DataFrame) -> Sent:
        """All columns of a frame."""
        made = cls({"rows": frame.height})
        for n, name in enumerate(frame.columns):
            made._add(f"c{n}", name, frame[name])
        return made

    def _add(self, as_: str, name: str, column: pl.Series) -> None:
        kinds = column.n_unique() if len(column) else 0
        if kinds == 1:
            self.parameters[as_] = column[0]
            self.expressions[name] = f"${as_}"
        elif column.dtype == pl.Date or (column.dtype == pl.String and kinds <= min(FEW, len(column) // 4)):
            values = column.unique(maintain_order=True)
            at = column.to_frame("v").join(
                values.to_frame("v").with_row_index("at"), on="v", nulls_equal=True, maintain_order="left"
            )
            self.parameters[as_], self.parameters[f"{as_}i"] = values.to_list(), at["at"].to_list()
            self.expressions[name] = f"${as_}[${as_}i[i]]"
        else:
            self.parameters[as_] = column.to_list()
            self.expressions[name] = f"${as_}[i]"

    def map(self, names: Iterable[str]) -> str:
        """A map of properties; one that is null is left out by the server. Columns without values, here."""
        known = [n for n in names if self.parameters.get(self.expressions[n][1:], 0) is not None]
        return "{" + ", ".join(f"{quoted(n)}: {self.expressions[n]}" for n in known) + "}"

    def same(self, variable: str, names: Iterable[str]) -> str:
        """A test that a node or relationship has these values, null being equal to null."""
        tests = []
        for name in names:
            here, there = f"{variable}.{quoted(name)}", self.expressions[name]
            tests.append(f"({here} = {there} OR ({here} IS NULL AND {there} IS NULL))")
        return " AND ".join(tests) or "true"


LOOP = "UNWIND range(0, $rows - 1) AS i "


@dataclass(frozen=True)
class Nothing:
    """What stands for null on the wire in one query, per type."""

    text: str = field(default_factory=lambda: f"∅{secrets.token_hex(8)}")
    number: int = field(default_factory=lambda: -(2**62) - secrets.randbelow(2**61))

    def of(self, dtype: pl.DataType) -> Any:
        """The word or number for a column of a type."""
        if dtype == pl.String():
            return self.text
        return float(self.number) if dtype == pl.Float64() else self.number


@dataclass(frozen=True)
class Wanted:
    """A column to collect: its name in the frame, its dtype, the expression that reads it.

    `aka`: what it may be called instead, while a change of structures is under way.
    """

    name: str
    dtype: pl.DataType
    read: str
    nullable: bool = True

    def collected(self) -> str:
        """The expression that collects it."""
        if not self.nullable:
            return f"collect({self.read})"
        read = self.read
        if self.dtype == pl.Date():
            read = f"{read}.year * 10000 + {read}.month * 100 + {read}.day"
        elif self.dtype == pl.Boolean():
            read = f"CASE {read} WHEN true THEN 1 WHEN false THEN 0 END"
        stands = "$nothing_text" if self.dtype == pl.String() else "$nothing_number"
        if self.dtype == pl.Float64():
            stands = f"toFloat({stands})"
        return f"collect(coalesce({read}, {stands}))"

    def series(self, lists: Sequence[Sequence[Any]], nothing: Nothing) -> pl.Series:
        """The column from its lists, one for each group of rows."""
        wire = pl.Int64() if self.dtype in (pl.Date(), pl.Boolean(), pl.Int32()) else self.dtype
        parts = [pl.Series(self.name, values, dtype=wire, strict=True) for values in lists]
        column = pl.concat(parts) if parts else pl.Series(self.name, [], dtype=wire)
        if self.nullable:
            column = column.replace(nothing.of(wire), None)
        if self.dtype == pl.Date():
            day = pl.col(self.name)
            days = pl.date(day // 10000, day // 100 % 100, day % 100)
            return column.to_frame().select(days.alias(self.name)).to_series()
        return column.cast(self.dtype)


def query_of(match: str, groups: Mapping[str, str], lists: Sequence[Wanted]) -> str:
    """A query that returns one row per group: the values grouped by, then the lists."""
    read = [*groups.values(), *(w.collected() for w in lists)]
    return f"{match} RETURN " + ", ".join(f"{expression} AS x{n}" for n, expression in enumerate(read))


def frame_of(
    rows: Sequence[Sequence[Any]],
    groups: Mapping[str, pl.DataType],
    lists: Sequence[Wanted],
    nothing: Nothing,
) -> pl.DataFrame:
    """The frame from the rows of such a query."""
    sizes = [len(row[len(groups)]) for row in rows]
    columns = []
    for n, (name, dtype) in enumerate(groups.items()):
        values = [native(row[n]) for row in rows]
        column = pl.DataFrame(
            {name: pl.Series(values, dtype=dtype), "size": pl.Series(sizes, dtype=pl.Int64)}
        )
        columns.append(column.select(pl.col(name).repeat_by("size").explode()).to_series().alias(name)
                       if rows else column[name])  # fmt: skip
    for n, wanted in enumerate(lists, len(groups)):
        columns.append(wanted.series([row[n] for row in rows], nothing))
    return pl.DataFrame(columns)


def native(value: Any) -> Any:
    """A value of the driver as Python has it: its dates and times become those of the standard library."""
    return value.to_native() if hasattr(value, "to_native") else value
