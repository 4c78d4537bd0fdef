"""How rows are to be drafted."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from orgraph.roster.versions import Mode


@dataclass(frozen=True)
class Ask:
    """How rows are to be drafted.

    Attributes
    ----------
    day, mode
        The roster's day; update, correct or snapshot.
    scope
        The unit whose subtree a snapshot is of; None: the topmost units that the rows name.
    yes
        A snapshot may end more than a tenth of its scope.
    key
        The key under which identity numbers are hashed; None: they find nobody.
    renamed
        Id, or name, of a unit → the new name that rows know it by.
    ended
        Ids of units that end although a new one resembles them.
    """

    day: date
    mode: Mode = "update"
    scope: str | None = None
    yes: bool = False
    key: bytes | None = None
    renamed: Mapping[str, str] = field(default_factory=dict)
    ended: frozenset[str] = frozenset()
