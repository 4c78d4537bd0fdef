"""Rosters in: files → sheets → rows → units, people, figures → the changes that a store would make.

`importing.read_rosters` is the one door. Behind it: `reading` (files), `sheets` (which sheet is what, and its
rows), `cells` and `fields` (typed), `resolve`, `people` (who and what is meant), `drafting` (what changes).
"""
