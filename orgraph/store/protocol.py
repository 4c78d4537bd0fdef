"""What every store answers (`Store`), and what a backend has to offer for that (`Session`).

A store is a *head*, the tables as they are known now, and a *log* of the changes that led there. What the
two times, undo and forgetting mean is written once, over sessions (`logged`, `revisions`, `writing`); a
backend only finds, puts in and takes out rows, and keeps the log's bytes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Protocol, Self, runtime_checkable

if TYPE_CHECKING:
    import polars as pl

    from orgraph.model.changes import Changes, Patch
    from orgraph.model.structure import Structures
    from orgraph.model.tables import Org

Deed = Literal["apply", "install", "undo", "forget"]
Day = date | str | None
Key = str | Mapping[str, object]


@dataclass(frozen=True)
class Revision:
    """One entry of the log.

    Attributes
    ----------
    number
        Counted from 1 without gaps.
    made_at, day
        The moment (UTC) and the civil day it was made, as the maker's clock had it.
    deed
        What was done: apply, install, undo, forget.
    note, made_by, files
        In the maker's words; the account; the files that the rows came from.
    undoes
        The revision that this one takes back.
    structures
        Name of the set of structures that holds from this revision on.
    """

    number: int
    made_at: datetime
    day: date
    deed: Deed
    note: str
    made_by: str
    files: tuple[str, ...]
    undoes: int | None
    structures: str


@runtime_checkable
class Store(Protocol):
    """A dated organisation that remembers how it came to be known.

    `since` and `until` of rows say when a thing holds in the world; revisions say when it was learned.
    """

    @property
    def address(self) -> str:
        """Where the store is."""

    @property
    def revision(self) -> int:
        """The last revision."""

    @property
    def structures(self) -> Structures:
        """What may stand in the tables, as of the last revision."""

    def read(self, *, on: Day = None, revision: int | None = None, scope: str | None = None) -> Org:
        """The organisation on a day.

        Parameters
        ----------
        on
            The day; default: today, or with `revision` the day on which that was made.
        revision
            As known after this revision, with the structures of that time; default: as known now.
        scope
            A unit by id, name or path: only it and what stands below it in any tree, its ties, and their
            other ends as bare units.
        """

    def timeline(self, a: Day = None, b: Day = None) -> Org:
        """All versions, or those that hold on some day from `a` to `b`; for trends and comparisons."""

    def apply(self, changes: Changes, *, note: str = "", expect: int | None = None) -> int:
        """Make changes as one revision, or none of them; returns the last revision.

        Parameters
        ----------
        changes
            Where they are empty, nothing is written.
        note
            Why, in the maker's words.
        expect
            The revision that the changes were drafted against.

        Raises
        ------
        StaleDraft
            The store has moved on since `expect`.
        FindingsRefused
            Rows that go out are not there, rows that come in collide with others, or use words that no
            structure declares.
        """

    def install(self, structures: Structures) -> int:
        """Add structures, or change those of the same id; returns the last revision.

        Raises
        ------
        StructureError
            They contradict those that stay.
        FindingsRefused
            Rows contradict them.
        """

    def undo(self, n: int | None = None) -> int:
        """Append the inverse of revision `n` (default: the last one); returns the new revision.

        Raises
        ------
        UndoRefused
            Later revisions touched the same rows, or lean on them; `rows` names them.
        """

    def forget(self, person: str) -> int:
        """Erase a person's name, declared columns and contacts from head and log; ids and counts stay."""

    def history(self) -> pl.DataFrame:
        """All revisions, the first one first.

        ``revision``, ``made_at`` (UTC), ``day``, ``deed``, ``note``, ``made_by``, ``files``, ``undoes``,
        ``structures`` (name of the set), ``out``, ``into`` (rows).
        """

    def changes(self, revision: int) -> Changes:
        """What one revision changed."""

    def contacts(self, person: str | None = None) -> pl.DataFrame:
        """``person``, ``field``, ``value``: the only door to what is private."""

    def origin(self, table: str, key: Key) -> pl.DataFrame:
        """The cells a row came from.

        Parameters
        ----------
        table
            ``units``, ``links`` …
        key
            Values of key columns by name; a text means the first of them (all versions of a unit, say).

        Returns
        -------
        DataFrame
            ``revision``, ``made_at``, ``file``, ``sheet``, ``line``, the first one first.
        """

    def query(self, text: str, parameters: Mapping[str, object] | Sequence[object] = ()) -> pl.DataFrame:
        """Ask in the store's own language; nothing can be written this way."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...


class Session(Protocol):
    """One connection, open for one call; a writing session is one transaction.

    Rows carry ids, as outside an `Org`; only `org` hands out keys.
    """

    def revisions(self) -> pl.DataFrame:
        """The log without its bytes, in order: the columns of `Store.history`."""

    def texts(self, name: str) -> dict[str, str]:
        """The structures of a set: id → YAML."""

    def org(self, structures: Structures, on: date | None) -> Org:
        """The head on a day, or all its versions; `strangers` holds every id that is not in `units`."""

    def rows(self, table: str, like: pl.DataFrame) -> pl.DataFrame:
        """Rows of the head that agree with some row of `like` in all of its columns (null equals null)."""

    def met(self, ids: pl.Series) -> pl.Series:
        """Which ids of units rows of the head may name: bool; false only where surely none does."""

    def contacts(self) -> pl.DataFrame:
        """All contacts of the head."""

    def parts(self, *, first: int, last: int, names: Sequence[str] | None = None) -> pl.DataFrame:
        """``revision``, ``part``, ``data``: bytes of the log, in order; `names` as in `Changes.blobs`."""

    def reshape(self, structures: Structures, renamed: Mapping[str, Mapping[str, str]]) -> None:
        """Make room for the declared columns; `renamed`: table → old name → new name."""

    def patch(self, patches: Mapping[str, Patch]) -> None:
        """Take rows out and put rows in; both are whole and have been checked.

        `patches`: as `Changes` holds them; where they are `KeyedPatches`, the rows need not become text.
        """

    def append(self, revision: Revision, texts: Mapping[str, str], changes: Changes) -> None:
        """Write an entry of the log, with the structures that hold from it on."""

    def erase(self, person: str) -> None:
        """Forget a person in the head."""

    def rewrite(self, parts: pl.DataFrame, notes: pl.DataFrame) -> None:
        """Put other bytes in the place of parts of the log (null: none), and other notes and files.

        `parts`: as `parts` returns them; `notes`: ``revision``, ``note``, ``files``.
        """
