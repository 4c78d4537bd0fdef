"""An empty workbook to fill in: one sheet for each roster of a structure, with lists to choose from.

Only openpyxl writes drop-down lists of any length and checks of dates; the workbook is small.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from orgraph.exchange.replacing import replacing
from orgraph.exchange.template_columns import Asked, asked_for
from orgraph.exchange.workbook import sheet_names
from orgraph.model.errors import MissingExtra, OrgraphError
from orgraph.model.glossary import say
from orgraph.model.language.rosters import roster_called

if TYPE_CHECKING:
    from orgraph.model.structure import Roster, Structures


def template(structures: Structures, path: str | Path, *, rosters: Sequence[str] | None = None) -> Path:
    """Write an empty workbook for the rosters of a structure.

    Each sheet has a title, a place for the day, a header that stays in sight (needed columns bear a star),
    an example row that imports pass over, drop-down lists for kinds and enumerations, checks of dates and
    numbers. Columns of codes, names and phones are formatted as text, so that leading zeros survive. A page
    tells column by column what to fill in. A filled-in copy is a roster that `read_rosters` reads.

    Parameters
    ----------
    structures
        The structure or structures.
    path
        The workbook; one that exists is replaced.
    rosters
        The rosters (``teams``, ``honghe/teams`` or a title), in the order of their sheets; default: all that
        the structures state which no other of them uses (of Honghe its own, not those of the divisions).

    Returns
    -------
    Path
        The file written.

    Raises
    ------
    UnknownName
        There is no such roster.
    OrgraphError
        Several have that name; the structures state none; or the file cannot be written, and what stood
        there stands there still.
    MissingExtra
        The extra ``xlsx`` is not installed.

    Examples
    --------
    >>> import orgraph as og
    >>> og.template(og.Structures.load("honghe"), "花名册.xlsx")  # doctest: +SKIP
    PosixPath('花名册.xlsx')
    """
    try:
        from orgraph.exchange.template_sheets import build
    except ImportError as error:
        raise MissingExtra("openpyxl", "xlsx") from error
    chosen = _chosen(structures, rosters)
    titles = sheet_names(_titles(chosen).values())
    sheets: dict[str, tuple[str, list[Asked]]] = {
        titles[title]: (title, asked_for(structures, chosen[name])) for name, title in _titles(chosen).items()
    }
    book = build(sheets)
    with replacing(path) as draft:
        book.save(draft)
    return Path(path)


def _chosen(structures: Structures, names: Sequence[str] | None) -> dict[str, Roster]:
    known = structures.rosters
    if names is not None:
        return {name: known[name] for name in (roster_called(known, text) for text in names)}
    used = {other for id_ in structures.files for other in structures.used_by(id_)[1:]}
    own = {name: roster for name, roster in known.items() if roster.structure not in used}
    if not (own or known):
        raise OrgraphError(
            say(
                zh="架构里没有 rosters,没有可填的花名册",
                en="the structures state no rosters: there is nothing to fill in",
            )
        )
    return own or dict(known)


def _titles(rosters: Mapping[str, Roster]) -> dict[str, str]:
    """A title for each roster; where two would share theirs, with the roster's name behind it."""
    first = {name: roster.titles[0] for name, roster in rosters.items()}
    shared = [title for title in first.values() if list(first.values()).count(title) > 1]
    return {name: f"{title} {name}" if title in shared else title for name, title in first.items()}
