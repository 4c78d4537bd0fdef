"""What can go wrong, as one tree.

    OrgraphError
    ├── StructureError      a structure file is wrong; every problem with its line and key
    ├── RosterError         a file cannot be read as a roster at all
    ├── MappingError        a file that says how rosters are read is wrong; every problem with its line
    ├── ConditionError      a condition names a column or a value that cannot be
    ├── UnknownName         a unit, kind, tree, indicator … that does not exist
    ├── AmbiguousName       a name that several units bear
    ├── MissingExtra        an optional dependency is not installed
    └── StoreError
        ├── StoreNotFound   there is no store at the address given
        ├── StoreBusy       another process holds the file
        ├── StaleDraft      the store moved on since the draft was made
        ├── Conflict        two stores both went on since they were level
        ├── UndoRefused     later revisions touched the same rows
        └── FindingsRefused rows contradict what is asked; carries the findings

Findings in data are not exceptions: they are rows of a table (see `orgraph.model.findings`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING

from orgraph.model.glossary import say

if TYPE_CHECKING:
    import polars as pl

SHOWN = 5
"""How many offenders a message names before it says how many more there are."""


class OrgraphError(Exception):
    """Base of every error that orgraph raises on purpose; its text is complete and for people."""


@dataclass(frozen=True)
class Problem:
    """One thing wrong in a structure file or a mapping file."""

    file: str
    line: int
    column: int
    key: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.key}: {self.message}"


class StructureError(OrgraphError):
    """A structure file is wrong; `problems` lists everything found in one reading."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class RosterError(OrgraphError):
    """A file cannot be read as a roster: broken, empty, locked by a password, of an unknown format."""

    def __init__(self, file: str, message: str) -> None:
        self.file = file
        super().__init__(f"{file}: {message}")


class MappingError(OrgraphError):
    """A mapping file is wrong; `problems` lists everything found in one reading."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(p) for p in self.problems))


class ConditionError(OrgraphError):
    """A condition names a column that does not exist, or a value its column cannot hold."""


FEW_NAMES = 40
"""So many names are all told where none is nearly what was asked for."""


class UnknownName(OrgraphError):
    """Something asked for by name does not exist; the message offers near spellings, or all there is."""

    def __init__(self, what: str, name: str, known: Iterable[str] = ()) -> None:
        self.name = name
        known = list(dict.fromkeys(known))
        self.nearest = nearest(name, known)
        hint = say(zh="。是不是:", en=". Did you mean: ") + "、".join(self.nearest) if self.nearest else ""
        if known and not hint and len(known) <= FEW_NAMES:
            hint = say(zh="。有:", en=". There are: ") + "、".join(known)
        super().__init__(say(zh=f"没有{what}“{name}”", en=f"no {what} '{name}'") + hint)


class AmbiguousName(OrgraphError):
    """A name that several units or people bear; the message lists their ids.

    Attributes
    ----------
    candidates
        The ids.
    """

    def __init__(self, name: str, candidates: Sequence[str], where: Sequence[str] = ()) -> None:
        """`where`: what stands above each, for people who do not know the ids."""
        self.candidates = tuple(candidates)
        pairs = zip(candidates, where, strict=True) if where else ()
        shown = listing([f"{one}({place})" for one, place in pairs] or candidates)
        super().__init__(
            say(
                zh=f"“{name}”有 {len(candidates)} 个:{shown}。请用编号或路径",
                en=f"{len(candidates)} are called '{name}': {shown}. Use an id or a path",
            )
        )


class MissingExtra(OrgraphError, ImportError):
    """An optional dependency is missing; the message says which extra brings it."""

    def __init__(self, package: str, extra: str) -> None:
        super().__init__(
            say(
                zh=f"需要 {package}:pip install 'orgraph[{extra}]'",
                en=f"{package} is needed: pip install 'orgraph[{extra}]'",
            )
        )


class StoreError(OrgraphError):
    """A store cannot do what is asked."""


class StoreNotFound(StoreError):
    """There is no store at the address given."""


class StoreBusy(StoreError):
    """Another process holds the file; the message names it where the system tells."""


class StaleDraft(StoreError):
    """The store has moved on since the changes were drafted: draft them again."""


class Conflict(StoreError):
    """Two stores both went on since they were level; `rows` has the revisions of both sides."""

    def __init__(self, message: str, rows: pl.DataFrame) -> None:
        self.rows = rows
        super().__init__(message)


class UndoRefused(StoreError):
    """Later revisions touched rows that the revision to undo wrote; `rows` holds them."""

    def __init__(self, message: str, rows: pl.DataFrame) -> None:
        self.rows = rows
        super().__init__(message)


class FindingsRefused(StoreError):
    """Rows contradict what is asked of the store; `findings` names them."""

    def __init__(self, message: str, findings: pl.DataFrame) -> None:
        self.findings = findings
        super().__init__(message)


def nearest(name: str, known: Iterable[str], count: int = 3) -> tuple[str, ...]:
    """The spellings among `known` that are nearest to `name`, best first.

    One wrong character out of two is still near: Chinese names are short.
    """
    return tuple(get_close_matches(name, list(known), n=count, cutoff=0.5 if len(name) < 4 else 0.6))


def listing(names: Sequence[str]) -> str:
    """Up to five names, and how many more there are."""
    shown = "、".join(str(n) for n in names[:SHOWN])
    more = len(names) - SHOWN
    return shown + (say(zh=f" 等共 {len(names)} 个", en=f" and {more} more") if more > 0 else "")
