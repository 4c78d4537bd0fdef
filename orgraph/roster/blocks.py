"""Rows cut into blocks of one kind, and the order in which kinds are read: what stands above comes first."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from orgraph.model.errors import listing
from orgraph.model.glossary import say
from orgraph.model.language.rosters import AncestorForm, ParentForm, UnitRow
from orgraph.model.structure import Structure, Structures
from orgraph.roster.fields import Fields, value
from orgraph.roster.notes import Notes
from orgraph.roster.sheets.headers import plain
from orgraph.roster.sheets.rows import SHEET, R

ChainForm = ParentForm | AncestorForm


@dataclass(frozen=True)
class Block:
    """Rows of one roster whose units are of one kind (None: rows that make no unit).

    Attributes
    ----------
    fields
        The roster, with its typed columns.
    kind
        What the rows' units are.
    home
        The file that states the roster: its rules hold, its scope is where names are looked for.
    frame
        The rows.
    """

    fields: Fields
    kind: str | None
    home: Structure
    frame: pl.DataFrame

    @property
    def trees(self) -> dict[str, list[tuple[int, ChainForm]]]:
        """Tree → the columns that name units above, from the left to the right."""
        named: dict[int, ChainForm] = {**self.fields.where(ParentForm), **self.fields.where(AncestorForm)}
        made: dict[str, list[tuple[int, ChainForm]]] = {}
        for position in sorted(named):
            made.setdefault(named[position].tree, []).append((position, named[position]))
        return made


def blocks_of(
    all_fields: Iterable[Fields], structures: Structures, titles: Mapping[int, Sequence[str]], notes: Notes
) -> list[Block]:
    """Cut rows by the kind of their unit.

    A roster of several kinds tells them apart by its column of kinds; where a cell is blank, the kind that
    the sheet's title names counts; where that is none, the row is refused (``missing-value``).

    Parameters
    ----------
    titles
        Number of a sheet → its titles.
    """
    made = []
    for fields in all_fields:
        home = structures.files[fields.structure]
        row = fields.roster.row
        if not isinstance(row, UnitRow):
            made.append(Block(fields, None, home, fields.frame))
        elif len(row.kinds) == 1:
            made.append(Block(fields, row.kinds[0], home, fields.frame))
        else:
            kinds = _kinds(fields, row.kinds, structures, titles)
            lost = fields.frame.filter(kinds.is_null())
            labels = listing([structures.kinds[k].label.text for k in row.kinds])
            position = fields.is_("kind")
            header = "" if position is None else list(fields.roster.columns)[position]
            notes.add(lost.filter(~lost[R].is_in(notes.refused().implode())), "error", "missing-value",
                      column=header, expected=labels,
                      advice=say(zh="填写类别", en="say which kind it is"))  # fmt: skip
            made += [Block(fields, k, home, fields.frame.filter(kinds == k)) for k in row.kinds]
    return [block for block in made if block.frame.height]


def _kinds(
    fields: Fields, kinds: Sequence[str], structures: Structures, titles: Mapping[int, Sequence[str]]
) -> pl.Series:
    position = fields.is_("kind")
    told = {sheet: _told(texts, kinds, structures) for sheet, texts in titles.items()}
    by_title = fields.frame[SHEET].replace_strict(told, default=None, return_dtype=pl.String)
    return (
        by_title
        if position is None
        else fields.frame[value(position)].zip_with(fields.frame[value(position)].is_not_null(), by_title)
    )


def _told(titles: Sequence[str], kinds: Sequence[str], structures: Structures) -> str | None:
    """The kind that titles name: the longest word wins, as 第三网格 holds 网格, too."""
    words = {plain(word): kind for kind in kinds for word in structures.kinds[kind].names}
    found = [word for word in words if word and any(word in plain(title) for title in titles)]
    return words[max(found, key=len)] if found else None


def kind_groups(structures: Structures, blocks: Iterable[Block]) -> list[tuple[str, ...]]:
    """Kinds from the top down; kinds that stand above each other in turn, by any tree, are one group."""
    above = {
        name: {p for parents in kind.under.values() for p in parents if p in structures.kinds}
        for name, kind in structures.kinds.items()
    }
    for block in blocks:
        row = block.fields.roster.row
        if isinstance(row, UnitRow) and len(row.kinds) == 1 and block.kind is not None:
            above[block.kind].update(k for cs in block.trees.values() for _, f in cs for k in f.kinds)
    _close(above)
    groups: dict[frozenset[str], int] = {}
    for name, upper in above.items():
        same = frozenset([name, *(k for k in upper if name in above[k])])
        groups[same] = len(upper)
    order = list(structures.kinds)
    return [
        tuple(sorted(group, key=order.index))
        for group in sorted(groups, key=lambda g: (groups[g], min(order.index(k) for k in g)))
    ]


def _close(above: dict[str, set[str]]) -> None:
    """Add to the kinds above each kind whatever stands above those."""
    changed = True
    while changed:
        changed = False
        for name, upper in above.items():
            wider = upper.union(*(above[k] for k in upper))
            if len(wider) > len(upper):
                above[name], changed = wider, True


def allowed(structures: Structures, block: Block, form: ChainForm) -> tuple[str, ...]:
    """Kinds that a column may name for a block: of a parent, those its kind may stand under, if any."""
    if block.kind is None or isinstance(form, AncestorForm):
        return form.kinds
    under = structures.under(block.home.id, block.kind).get(form.tree, ())
    return tuple(k for k in form.kinds if k in under) or form.kinds
