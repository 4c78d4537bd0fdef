"""Changes as bytes of a log: compressed Arrow IPC per part.

Parts are ``units.out``, ``units.into`` … and ``origin``. Ids of units stand once, in the part ``ids``; in all
other parts stands where in it (Int32), as the step from the row above (``source+`` for ``source``), which
hardly takes any bytes. Words of which a column holds few stand once, too. ``origin`` holds `RUNS`. A log
written before this was so has no part ``ids`` and text in its place, or no steps, and reads the same.
"""

from __future__ import annotations

import io
from collections.abc import Mapping

import numpy as np
import polars as pl

from orgraph.model.keyed import UNIT_COLUMNS, KeyedPatches, by_key, lean
from orgraph.model.origin import RUNS
from orgraph.model.patch import Patch

IDS = "ids"
"""The part that holds the ids of units."""

STEP = "+"
"""Ends the name of a column that holds steps."""


def to_blobs(patches: Mapping[str, Patch], runs: pl.DataFrame) -> dict[str, bytes]:
    """Bytes by name of the part; of parts with rows."""
    keyed = by_key(patches)
    used = keyed.used
    place = np.full(len(keyed.ids), -1, np.int32)
    place[used] = np.arange(len(used), dtype=np.int32)
    parts = {IDS: keyed.used_ids.to_frame(), "origin": lean(runs)}
    for table, patch in keyed.lean.items():
        parts |= {f"{table}.out": _moved(table, patch.out, place)}
        parts |= {f"{table}.into": _moved(table, patch.into, place)}
    return {name: _to_ipc(frame) for name, frame in parts.items() if frame.height}


def from_blobs(
    blobs: Mapping[str, bytes],
    schemas: Mapping[str, Mapping[str, pl.DataType]],
) -> tuple[Mapping[str, Patch], pl.DataFrame]:
    """Patches and `RUNS`; `schemas`: the columns where there are no rows."""
    frames = {name: _from_ipc(blob) for name, blob in blobs.items()}
    runs = frames.pop("origin", pl.DataFrame(schema=RUNS))
    if "count" not in runs.columns:
        runs = runs.with_columns(count=pl.lit(1, pl.Int64))
    ids = frames.pop(IDS, None)
    tables = dict.fromkeys(name.split(".")[0] for name in frames)

    def side(table: str, which: str) -> pl.DataFrame:
        nothing = pl.DataFrame(schema=schemas[table])
        units = UNIT_COLUMNS.get(table, ()) if ids is not None else ()
        return frames.get(f"{table}.{which}", nothing.with_columns(pl.col(units).cast(pl.Int32)))

    patches = {t: Patch(side(t, "out"), side(t, "into")) for t in tables}
    return (patches if ids is None else KeyedPatches(patches, ids["id"])), runs


def _moved(table: str, rows: pl.DataFrame, place: np.ndarray[tuple[int], np.dtype[np.int32]]) -> pl.DataFrame:
    """Rows whose keys are places in the part `IDS`, as steps where there is one in every row."""
    where = pl.Series(place)
    for column in UNIT_COLUMNS.get(table, ()):
        at = rows.get_column_index(column)
        places = where.gather(rows[column]).alias(column)
        if not places.has_nulls():
            places = pl.Series(column + STEP, np.diff(places.to_numpy(), prepend=np.int32(0)))
        rows = rows.drop(column).insert_column(at, places)
    return rows


def _to_ipc(frame: pl.DataFrame) -> bytes:
    buffer = io.BytesIO()
    # string views would carry their whole buffer along, with values of rows that are not in the frame
    frame.write_ipc(buffer, compression="zstd", compat_level=pl.CompatLevel.oldest())
    return buffer.getvalue()


def _from_ipc(blob: bytes) -> pl.DataFrame:
    frame = pl.read_ipc(io.BytesIO(blob)).with_columns(pl.col(pl.Enum).cast(pl.String))
    steps = [c for c in frame.columns if c.endswith(STEP)]
    walked = frame.with_columns(pl.col(c).cast(pl.Int64).cum_sum().cast(pl.Int32) for c in steps)
    return walked.rename({c: c.removesuffix(STEP) for c in steps})
