"""Rosters in: files → sheets → rows → units, people, figures → the changes that a store would make.

`importing.read_rosters` is the one door. Behind it: `read` (files), `recognise` (which sheet is what), `rows`
and `fields` (cells, typed), `resolve`, `people` (who and what is meant), `drafting` (what changes).
"""
