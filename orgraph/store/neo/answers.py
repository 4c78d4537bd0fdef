"""Answers of a Cypher query as a frame: dates as dates, nodes and maps as JSON texts."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from orgraph.store.neo.columns import native


def answer(names: Sequence[str], rows: Sequence[Sequence[Any]]) -> pl.DataFrame:
    """The frame of an answer."""
    return pl.DataFrame([_column(name, [row[n] for row in rows]) for n, name in enumerate(names)])


def _column(name: str, values: list[Any]) -> pl.Series:
    made = [native(value) for value in values]
    kinds = {type(value) for value in made} - {type(None)}
    if kinds <= {int, float} and len(kinds) == 2:
        made = [None if value is None else float(value) for value in made]
    elif len(kinds) > 1 or not kinds <= {int, float, str, bool, bytes, date, datetime, list}:
        made = [value if value is None or isinstance(value, str) else _text(value) for value in made]
    elif kinds == {list}:
        inner = {type(native(x)) for value in made if value for x in value}
        if len(inner) > 1 or not inner <= {int, float, str, bool, date}:
            made = [None if value is None else _text(value) for value in made]
        else:
            made = [None if value is None else [native(x) for x in value] for value in made]
    return pl.Series(name, made, strict=True) if kinds else pl.Series(name, made, dtype=pl.String)


def _text(value: Any) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, default=str)


def _plain(value: Any) -> Any:
    """Nodes, relationships and paths as what they hold."""
    if hasattr(value, "nodes") and hasattr(value, "relationships"):
        return [_plain(node) for node in value.nodes]
    if hasattr(value, "items") and not isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(one) for one in value]
    made = native(value)
    return made.isoformat() if isinstance(made, date) else made
