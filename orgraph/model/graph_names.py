"""What things are called in a property graph: labels of kinds, types of relationships.

Labels and types cannot be parameters of a query, so they come from the words of the structures and from
nowhere else; two different words never become one name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

NODES = ("Unit", "Absent", "Earlier", "Person", "Measure", "Contact")
"""Labels of the head. `Absent`: only referred to, or taken back; `Earlier`: an earlier version of a unit."""
LOG = ("Store", "Revision", "Part", "Structure", "StructureSet")
"""Labels of the log."""
TIES = ("VERSION_OF", "OF", "HAS", "HOLDS")
"""Types of relationships that are not relations, trees or roles."""

WORD = re.compile(r"[a-z][a-z0-9_]*")


def label(kind: str) -> str:
    """The label of units of a kind, quoted where it must be.

    Examples
    --------
    >>> label("home_branch"), label("unit"), label("a__b")
    ('HomeBranch', 'unit', 'a__b')
    """
    made = "".join(part.capitalize() for part in kind.split("_"))
    back = re.sub(r"(?<!^)([A-Z])", r"_\1", made).lower()
    return _quoted(made if back == kind and made not in (*NODES, *LOG) else kind)


def tie(word: str) -> str:
    """The type of relationships of a relation, a tree or a role, quoted where it must be.

    Examples
    --------
    >>> tie("takes_part"), tie("of")
    ('TAKES_PART', 'of')
    """
    made = word.upper()
    return _quoted(made if made.lower() == word and made not in TIES else word)


def ties(words: Iterable[str]) -> str:
    """Types joined as a pattern writes them: ``COVERS|CHANNEL``."""
    return "|".join(tie(word) for word in words)


def quoted(name: str) -> str:
    """The name of a property (a declared column) as Cypher writes it."""
    return _quoted(name)


def _quoted(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", name) else "`" + name.replace("`", "``") + "`"


def alive(name: str, day: str = "$on") -> str:
    """The date test of one node or relationship, on the day of a parameter."""
    begun = f"({name}.since IS NULL OR {name}.since <= {day})"
    return f"{begun} AND ({name}.until IS NULL OR {name}.until > {day})"
