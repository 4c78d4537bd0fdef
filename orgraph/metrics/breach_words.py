"""Breaches in words: what was found of each figure that failed, and what was due."""

from __future__ import annotations

import polars as pl

from orgraph.metrics.facts import Entity, Facts
from orgraph.metrics.local import polars_expression
from orgraph.model.glossary import HEADINGS, heading, say
from orgraph.model.hierarchy import Ints
from orgraph.model.language.condition_values import Scalar
from orgraph.model.language.condition_words import in_words, plain_value
from orgraph.model.language.conditions import All, columns_of


def faults(facts: Facts, must: All, entity: Entity, rows: Ints) -> pl.DataFrame:
    """What failed of a condition at some rows of units (people).

    Returns
    -------
    DataFrame
        ``found``: each figure that a failed part reads, with its value; ``expected``: what the failed parts
        want. Both texts, in the current language.
    """
    words = _Words(facts, entity)
    frame = facts.columns(sorted(columns_of(must)), entity)[rows]
    by_column: dict[str, list[tuple[str, object]]] = {}
    for column, test in must.tests:
        by_column.setdefault(column, []).append((column, test))
    parts = [All(tuple(tests)) for tests in by_column.values()]  # type: ignore[arg-type]  # as they came
    parts += [All((), (part,)) for part in must.parts]
    failed = [~polars_expression(part, frame.schema) for part in parts]
    found = [words.found(frame, sorted(columns_of(part))) for part in parts]
    expected = [pl.lit(in_words(part, words.name, words.value)) for part in parts]
    between = say(zh=";", en="; ")
    return frame.select(
        pl.concat_str(
            [pl.when(f).then(text) for f, text in zip(failed, texts, strict=True)],
            separator=between,
            ignore_nulls=True,
        ).alias(name)
        for name, texts in (("found", found), ("expected", expected))
    )


class _Words:
    """What the columns and values of an entity are called."""

    def __init__(self, facts: Facts, entity: Entity) -> None:
        self.facts = facts
        s = facts.org.structures
        self.declared = s.columns("people" if entity == "people" else "units")
        self.entity = entity
        self.codes = {"kind": {name: kind.label.text for name, kind in s.kinds.items()}}

    def name(self, column: str) -> str:
        """The label of a fact or column."""
        if column in self.facts and self.facts[column].entity == self.entity:
            return self.facts[column].label.text
        if column in self.declared:
            return self.declared[column].label.text
        return heading(column) if column in HEADINGS else column

    def labels(self, column: str) -> dict[str, str]:
        """Code → its label."""
        if column in self.codes:
            return self.codes[column]
        declared = self.declared.get(column)
        return {} if declared is None else {c: w[0] for c, w in declared.value_labels.items() if w}

    def value(self, column: str, value: Scalar) -> str:
        """A value that a condition names."""
        return self.labels(column).get(str(value)) or plain_value(value)

    def found(self, frame: pl.DataFrame, columns: list[str]) -> pl.Expr:
        """Each column with its value, in one text."""
        unknown = pl.lit(say(zh="未知", en="unknown"))
        told = [
            pl.format(
                "{} {}", pl.lit(self.name(c)), _as_text(c, frame.schema, self.labels(c)).fill_null(unknown)
            )
            for c in columns
        ]
        return pl.concat_str(told, separator=say(zh="、", en=", "))


def _as_text(column: str, schema: pl.Schema, labels: dict[str, str]) -> pl.Expr:
    """A column as people read it."""
    if column not in schema:
        return pl.lit(None, pl.String)
    value, dtype = pl.col(column), schema[column]
    if dtype == pl.Boolean:
        yes, no = say(zh="是", en="yes"), say(zh="否", en="no")
        return pl.when(value).then(pl.lit(yes)).when(~value).then(pl.lit(no))
    if dtype.is_float():
        text = value.round(9).cast(pl.String)
        return text.str.strip_suffix(".0")
    text = value.cast(pl.String)
    return text.replace(labels) if labels else text
