"""Whether a file's names mean something: every reference looked up in what the file can see."""

from __future__ import annotations

from typing import TYPE_CHECKING

from orgraph.model.errors import Problem

if TYPE_CHECKING:
    from orgraph.model.structure import Structures
    from orgraph.model.structure_file import Structure


def checked(structure: Structure, view: Structures) -> tuple[Structure, list[Problem]]:
    return structure, []
