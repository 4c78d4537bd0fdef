"""How rows are to be drafted."""

from __future__ import annotations

from dataclasses import dataclass
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
    """

    day: date
    mode: Mode = "update"
    scope: str | None = None
    yes: bool = False
    key: bytes | None = None
