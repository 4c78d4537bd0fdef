"""Whose rules a unit stands under, where several structure files state a rule of one name."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.metrics.figures import Bools
from orgraph.model.tables import Org

Codes = npt.NDArray[np.int16]


def ruling(org: Org, stated: Mapping[str, str]) -> tuple[list[str], Codes]:
    """The file whose rule holds for each unit.

    Of the files that apply, the most specific decides: the unit's own file (its column ``structure``) where
    that states the rule itself; else a file with a ``scope`` at or below which the unit lies in any tree and
    which uses the unit's file, the innermost first; else the files that the unit's own file uses, the
    nearest first; else a file without scope that uses the unit's file.

    Parameters
    ----------
    org
        On a day.
    stated
        File → the file that states the rule for it: itself, or the nearest of those it uses. Files without
        the rule are left out.

    Returns
    -------
    tuple
        The files that state the rule, and for each row of units the index of the one that holds there; −1
        where none does.
    """
    files = list(org.structures.files)
    own = _own(org, files)
    stating = list(dict.fromkeys(stated[f] for f in files if f in stated))
    of_file = {f: stating.index(s) for f, s in stated.items()}
    uses = {f: org.structures.used_by(f) for f in files}
    chosen = np.full(len(own), -1, np.int16)

    def settle(by_own: Mapping[str, int], inside: Bools | None = None) -> None:
        codes = np.array([by_own.get(f, -1) for f in files] + [-1], np.int16)[own]
        np.copyto(chosen, codes, where=(codes >= 0) if inside is None else (codes >= 0) & inside)

    open_files = sorted(
        (f for f in stated if org.structures.files[f].scope is None), key=lambda f: len(uses[f])
    )
    for above in reversed(open_files):  # the one with the fewest files below it decides last
        settle({f: of_file[above] for f in uses[above] if f != above})
    settle({f: code for f, code in of_file.items() if stated[f] != f})
    scoped = {f: scope for f in stated if (scope := _scope(org, f)) is not None}
    for above, inside in sorted(scoped.items(), key=lambda item: -int(item[1].sum())):
        settle({f: of_file[above] for f in uses[above] if f != above and stated.get(f) != f}, inside)
    settle({f: code for f, code in of_file.items() if stated[f] == f})
    return stating, chosen


def _own(org: Org, files: list[str]) -> npt.NDArray[np.intp]:
    """The index of each unit's own file; that of the last, which stands for none, where it is unknown."""
    codes = {f: i for i, f in enumerate(files)}
    own = org.units["structure"].replace_strict(codes, default=len(files), return_dtype=pl.Int16)
    return own.fill_null(len(files)).to_numpy().astype(np.intp)


def _scope(org: Org, file: str) -> Bools | None:
    """bool[units]: units at or below the file's scope in any tree; None for a file without scope."""
    scope = org.structures.files[file].scope
    if scope is None:
        return None
    inside = np.zeros(org.units.height, bool)
    row = org.units["id"].index_of(scope)
    if row is not None:
        inside[row] = True
        for tree in org.trees():
            inside[org.hierarchy(tree).subtree_rows(row)] = True
    return inside
