"""One structure file as written, and the reading of it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, PrivateAttr, ValidationError
from pydantic.json_schema import SkipJsonSchema

from orgraph.model.errors import Problem, StructureError
from orgraph.model.language.errors import problems_of
from orgraph.model.language.facts import FactWritten, Indicator, Norm
from orgraph.model.language.rosters import Roster
from orgraph.model.language.words import (
    STATED_BY,
    Kind,
    Label,
    Measure,
    Name,
    Named,
    NameList,
    Part,
    People,
    Relation,
    Role,
    Text,
    Tree,
)
from orgraph.model.language.yaml_source import Source, read_source

OWNED = ("facts", "indicators", "norms", "rosters")
"""What belongs to the file that states it."""


class Structure(Part):
    """One file as written.

    Attributes
    ----------
    id, label
        Its name in `uses` and in every unit's column `structure`; its label.
    uses
        Structures whose vocabulary it builds on.
    scope
        The id of the unit at and below which its units hang, where one place is meant.
    trees, relations, roles, measures, people, kinds
        Its share of the vocabulary.
    facts, indicators, norms, rosters
        What belongs to it.
    text, path
        The YAML itself, and the file it came from (None where it came from a store).
    """

    id: Name = Field(alias="structure")
    label: Label = Field(default_factory=Label, alias="name")
    uses: NameList = ()
    scope: Text | None = None
    trees: Named[Tree] = Field(default_factory=dict)
    relations: Named[Relation] = Field(default_factory=dict)
    roles: Named[Role] = Field(default_factory=dict)
    measures: Named[Measure] = Field(default_factory=dict)
    people: People = People()
    kinds: Named[Kind] = Field(default_factory=dict)
    facts: Named[FactWritten] = Field(default_factory=dict)
    indicators: Named[Indicator] = Field(default_factory=dict)
    norms: Named[Norm] = Field(default_factory=dict)
    rosters: Named[Roster] = Field(default_factory=dict)
    text: SkipJsonSchema[str] = Field("", alias="=text", repr=False)
    path: SkipJsonSchema[Annotated[Path | None, BeforeValidator(lambda p: p)]] = Field(None, alias="=path")

    _source: Source | None = PrivateAttr(None)

    @property
    def source(self) -> Source:
        """The text as read, with the place of every key."""
        if self._source is None:
            self._source = read_source(self.text, self.file)
        return self._source

    def read_from(self, source: Source) -> Structure:
        """The same structure, remembering the text as read."""
        self._source = source
        return self

    @property
    def file(self) -> str:
        """How messages name the file."""
        return str(self.path) if self.path is not None else f"{self.id}.yaml"


def read_structure(text: str, *, file: str, path: Path | None = None) -> Structure:
    """One file by itself; its references to other names are not looked up yet.

    Raises
    ------
    StructureError
        With every problem of the file's form.
    """
    return _read(text, file, path)


@lru_cache(maxsize=64)
def _read(text: str, file: str, path: Path | None) -> Structure:
    """Structures are immutable, and stores and tests read the same texts again and again."""
    source = read_source(text, file)
    problems = list(source.problems)
    if source.data is None:
        raise StructureError(problems)
    try:
        structure = Structure.model_validate(_prepared(source.data, text, path))
    except ValidationError as error:
        raise StructureError(in_order([*problems, *problems_of(error, source)])) from None
    if problems:
        raise StructureError(in_order(problems))
    return structure.read_from(source)


def _prepared(data: Any, text: str, path: Path | None) -> Any:
    if not isinstance(data, dict):
        return data
    made = {**data, "=text": text, "=path": path}
    for section in OWNED:
        stated = data.get(section)
        if isinstance(stated, dict):
            made[section] = {
                key: {**one, STATED_BY: data.get("structure")} if isinstance(one, dict) else one
                for key, one in stated.items()
            }
    return made


def in_order(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, file by file, as one reads a file."""
    return sorted(dict.fromkeys(problems), key=lambda p: (p.file, p.line, p.column))
