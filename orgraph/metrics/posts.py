"""Posts: the holders that structures require of units, and those that are missing."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from orgraph.metrics.asked import of_kinds
from orgraph.metrics.distinct import pairs_once
from orgraph.metrics.figures import Bools
from orgraph.metrics.rules import ruling
from orgraph.model.hierarchy import Longs
from orgraph.model.tables import Org


def required_posts(org: Org) -> tuple[Longs, Longs]:
    """int64[units] twice: holders that the structure requires of each unit, and how many are missing.

    The required number of a role comes from the file whose rules the unit stands under (see
    `orgraph.metrics.rules.ruling`); a role's holders are distinct people.
    """
    required, missing = np.zeros(org.units.height, np.int64), np.zeros(org.units.height, np.int64)
    for mine, role, count, _ in requirements(org):
        required[mine] += count
        missing[mine] += np.maximum(count - holders_of(org, role)[mine], 0)
    return required, missing


def roles_required(org: Org, row: int) -> list[tuple[str, int, int]]:
    """Role, holders required and distinct holders of one unit."""
    rules = requirements(org, {org.units["kind"][row]})
    return [(role, count, int(holders_of(org, role)[row])) for mine, role, count, _ in rules if mine[row]]


def holders_of(org: Org, role: str) -> Longs:
    """int64[units]: distinct people who hold a role in each unit."""
    held = org.memberships.filter(pl.col("role") == role).select("unit", "person").drop_nulls()
    unit, _ = pairs_once(held["unit"].to_numpy(), held["person"].to_numpy())
    rows = org.rows(unit)
    return np.bincount(rows[rows >= 0], minlength=org.units.height)


def requirements(org: Org, kinds: set[str] | None = None) -> Iterator[tuple[Bools, str, int, str]]:
    """bool[units]: where a role is required, how many holders, and by which file; per file, kind and role.

    `kinds`: of these kinds alone; default: of all in use.
    """
    s = org.structures
    in_use = set(org.units["kind"].unique().drop_nulls()) if kinds is None else kinds
    for kind in (k for k in s.kinds if k in in_use):
        rules = {f: roles for f in s.files if (roles := s.required_roles(f, kind))}
        if rules:
            files, code = ruling(org, {f: _stating(org, f, kind) for f in rules})
            of_kind = of_kinds(org, (kind,))
            for index, file in enumerate(files):
                for role, count in rules[file].items():
                    yield of_kind & (code == index), role, count, file


def _stating(org: Org, file: str, kind: str) -> str:
    """The nearest file that states required roles of a kind."""
    stated = {f: s.kinds[kind].roles for f, s in org.structures.files.items() if kind in s.kinds}
    return next(f for f in org.structures.used_by(file) if stated.get(f))
