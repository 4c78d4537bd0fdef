"""Values as people read them: 12,560; 88.5 %; words for codes; a dash for nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from orgraph.cli.words import WORDS
from orgraph.model.glossary import HEADINGS, heading, percent, say

if TYPE_CHECKING:
    import polars as pl

    from orgraph.model.structure import Structures

NOTHING = "–"

_OBEYED = dict.fromkeys((*range(32), *range(127, 160)), " ") | dict.fromkeys(
    (*range(0x202A, 0x202F), *range(0x2066, 0x206A)), ""
)
"""Control characters, and marks that turn the direction of a text: a name must not move the cursor,
colour the screen or stand mirrored."""

Labels = Mapping[str, Mapping[str, str]]
"""Column → code → label in the reader's language."""


def harmless(text: str) -> str:
    """The text without characters that a terminal obeys instead of showing."""
    return text.translate(_OBEYED)


def cell(column: str, value: object, labels: Labels) -> str:
    """A value as people read it."""
    if isinstance(value, list):
        return "、".join(cell(column, one, labels) for one in value)
    if is_share(column) and isinstance(value, int | float):
        return percent(value)
    shown = _SHOWN.get(type(value), str)(value)
    return harmless(labels.get(column, {}).get(shown, shown))


def decimal(value: float) -> str:
    """A number with decimals: two of them, but up to four of one that has no more, as an amount does.

    Examples
    --------
    >>> decimal(1179.6), decimal(1.898), decimal(4 / 3), decimal(70.0)
    ('1,179.6', '1.898', '1.33', '70')
    """
    shown = f"{value:,.4f}"
    if float(shown.replace(",", "")) != value:
        shown = f"{value:,.2f}"
    return shown.rstrip("0").rstrip(".")


_SHOWN: dict[type, Callable[[Any], str]] = {
    type(None): lambda _: NOTHING,
    bool: lambda value: say(zh="是", en="yes") if value else say(zh="否", en="no"),
    int: lambda value: f"{value:,}",
    float: decimal,
    date: date.isoformat,
}


def is_share(column: str) -> bool:
    """Whether a column holds shares of one, which people read as percentages."""
    whole = column in ("rate", "completeness", "target")
    return whole or column.startswith("share") or column.endswith("_completeness")


def labelled(frame: pl.DataFrame, structures: Structures) -> pl.DataFrame:
    """The table with labels in the reader's language for kinds, relations, roles and measures."""
    import polars as pl

    known = {c: labels for c, labels in labels_of(structures).items() if c in frame.columns}
    return frame.with_columns(pl.col(c).replace(dict(labels)) for c, labels in known.items())


def headings_of(structures: Structures | None) -> Callable[[str], str]:
    """Column → its heading: the glossary's, else what the structures call that fact or measure."""
    if structures is None:
        return heading
    stated = [file.facts for file in structures.files.values()]
    words = {name: one.label.text for known in [*stated, structures.measures] for name, one in known.items()}

    def told(column: str) -> str:
        if column in HEADINGS or column in words:
            return heading(column) if column in HEADINGS else words[column]
        of, found, _ = column.rpartition("_completeness")
        return f"{told(of)} · {heading('completeness')}" if found else heading(column)

    return told


def labels_of(structures: Structures | None) -> Labels:
    """What the codes in results are called; those of structures only where there are any."""
    labels = {
        column: {code: say(zh=zh, en=en) for code, (zh, en) in words.items()}
        for column, words in WORDS.items()
    }
    if structures is None:
        return labels
    known: dict[str, Mapping[str, Any]] = {
        "kind": structures.kinds,
        "relation": {**structures.trees, **structures.relations},
        "along": {**structures.trees, **structures.relations},
        "tree": structures.trees,
        "role": structures.roles,
        "measure": structures.measures,
        "item": structures.measures,
    }
    known["norm"] = {name: one for file in structures.files.values() for name, one in file.norms.items()}
    for column, named in known.items():
        labels[column] = labels.get(column, {}) | {name: one.label.text for name, one in named.items()}
    return labels
