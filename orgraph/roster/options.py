"""How rosters are taken."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from orgraph.model.errors import OrgraphError
from orgraph.model.glossary import say

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from orgraph.roster.sheets.mapping import RosterMapping
    from orgraph.roster.versions import Mode

MODES = ("update", "correct", "snapshot")


@dataclass(frozen=True)
class Options:
    """How rosters are taken; see `importing.read_rosters`.

    Raises
    ------
    OrgraphError
        There is no such mode; a scope without a snapshot.
    """

    on: date | None = None
    mode: Mode = "update"
    scope: str | None = None
    skip_rows: bool = False
    yes: bool = False
    mapping: str | Path | RosterMapping | None = None

    def __post_init__(self) -> None:
        """Refuse what makes no sense before any file is read."""
        if self.scope is not None and self.mode != "snapshot":
            raise OrgraphError(
                say(zh="--scope 只用于 --mode snapshot", en="--scope goes with --mode snapshot alone")
            )
        if self.mode not in MODES:
            raise OrgraphError(
                say(
                    zh=f"没有模式“{self.mode}”:{'、'.join(MODES)}",
                    en=f"no mode '{self.mode}': {', '.join(MODES)}",
                )
            )
