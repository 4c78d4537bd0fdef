"""Rosters in: files → sheets → rows → units, people, figures → the changes that a store would make.

`read_rosters` is the one door. Behind it: `read` (files), `recognise` (which sheet is what), `rows` and
`fields` (cells, typed), `resolve`, `people` (who and what is meant), `drafting` (what changes).
"""

from __future__ import annotations

from orgraph.roster.draft import Draft
from orgraph.roster.importing import read_rosters

__all__ = ["Draft", "read_rosters"]
