"""Conditions compiled to Polars, with the two truth values of `orgraph.model.language.conditions.holds`.

An expression made here is true or false of every row, never null: an unknown value satisfies no test but
``known: false``. Numbers compare exactly, also where an integer column meets a decimal bound.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import cast

import polars as pl

from orgraph.model.language.condition_values import INT64, Scalar
from orgraph.model.language.conditions import All, Condition, None_, Op, Test, as_float

Schema = Mapping[str, pl.DataType | type[pl.DataType]]

_NEVER, _ALWAYS = pl.lit(False), pl.lit(True)


def polars_expression(condition: Condition, schema: Schema | None = None) -> pl.Expr:
    """A condition as an expression that is never null.

    Parameters
    ----------
    condition
        As `orgraph.model.language.conditions.parse` makes it.
    schema
        Columns and dtypes of the frame it is meant for. With it, a column that the frame lacks is unknown
        in every row, and a value of another type than its column equals nothing. Without it, columns must
        exist and values must fit them, as they do in a condition that was parsed with types.

    Examples
    --------
    >>> from orgraph.model.language.conditions import parse
    >>> frame = pl.DataFrame({"status": ["occupied", None, "building"]})
    >>> frame.select(polars_expression(parse({"status": "occupied"})))["status"].to_list()
    [True, False, False]
    """
    if isinstance(condition, All):
        parts = [_tested(column, test, schema) for column, test in condition.tests]
        parts += [polars_expression(part, schema) for part in condition.parts]
        return pl.all_horizontal(parts) if parts else _ALWAYS
    either = [polars_expression(part, schema) for part in condition.parts]
    one = pl.any_horizontal(either) if either else _NEVER
    return ~one if isinstance(condition, None_) else one


def true_of(frame: pl.DataFrame, condition: Condition | None) -> pl.Series:
    """Boolean[height]: whether the condition is true of each row; without a condition, of all."""
    held = _ALWAYS if condition is None else polars_expression(condition, frame.schema)
    return frame.select(pl.repeat(True, pl.len()).and_(held).alias("holds"))["holds"]


def read_unknown(frame: pl.DataFrame, condition: Condition | None) -> pl.Series:
    """Boolean[height]: whether a value that the condition compares is unknown in each row.

    What is only asked whether it is known counts as answered.
    """
    columns = [] if condition is None else sorted(_compared(condition))
    unknown = [pl.col(c).is_null() if c in frame.columns else _ALWAYS for c in columns]
    anything = pl.any_horizontal(unknown) if unknown else _NEVER
    return frame.select(pl.repeat(True, pl.len()).and_(anything).alias("unknown"))["unknown"]


def _compared(condition: Condition) -> frozenset[str]:
    own: frozenset[str] = frozenset()
    if isinstance(condition, All):
        own = frozenset(column for column, test in condition.tests if test.op != "known")
    return own.union(*(_compared(part) for part in condition.parts))


def _tested(name: str, test: Test, schema: Schema | None) -> pl.Expr:
    dtype = None if schema is None else schema.get(name)
    if schema is not None and dtype is None:
        return _ALWAYS if test.op == "known" and not test.value else _NEVER
    column = pl.col(name)
    if test.op == "known":
        return column.is_not_null() if test.value else column.is_null()
    if dtype is not None and dtype.is_float():
        column = column.fill_nan(None)
    if test.op == "in":
        values = cast("tuple[Scalar, ...]", test.value)
        if dtype == pl.String:
            texts = [value for value in values if isinstance(value, str)]
            return column.is_in(texts).fill_null(value=False)
        return pl.any_horizontal(_NEVER, *(_compared_to(column, "is", value, dtype) for value in values))
    return _compared_to(column, test.op, cast("Scalar", test.value), dtype)


def _compared_to(
    column: pl.Expr, op: Op, value: Scalar, dtype: pl.DataType | type[pl.DataType] | None
) -> pl.Expr:
    if dtype is not None:
        if not _same_family(value, dtype):
            return _NEVER
        if dtype.is_integer() and isinstance(value, float):
            return _whole(column, op, value)
        if dtype.is_float() and isinstance(value, int):
            op, value = as_float(op, value)
            if op == "known":
                return _NEVER
    return _plainly(column, op, value).fill_null(value=False)


def _plainly(column: pl.Expr, op: Op, value: Scalar) -> pl.Expr:
    if op == "contains":
        return column.str.contains(cast("str", value), literal=True)
    if op == "starts":
        return column.str.starts_with(cast("str", value))
    bound = pl.lit(value)
    if op == "min":
        return column >= bound
    if op == "max":
        return column <= bound
    if op == "above":
        return column > bound
    return column < bound if op == "below" else column == bound


def _same_family(value: Scalar, dtype: pl.DataType | type[pl.DataType]) -> bool:
    if isinstance(value, bool):
        return dtype == pl.Boolean
    if isinstance(value, int | float):
        return dtype.is_numeric()
    return dtype == (pl.Date if isinstance(value, date) else pl.String)


def _whole(column: pl.Expr, op: Op, value: float) -> pl.Expr:
    """An integer column against a decimal bound: the bound moves to the next whole number inside."""
    if op == "is":
        return (column == int(value)).fill_null(value=False) if _is_int64(value) else _NEVER
    if not INT64.start <= value < INT64.stop:
        return column.is_not_null() if (value > 0) == (op in ("max", "below")) else _NEVER
    up = op in ("min", "below")
    return _plainly(column, op, math.ceil(value) if up else math.floor(value)).fill_null(value=False)


def _is_int64(value: float) -> bool:
    return value.is_integer() and int(value) in INT64
