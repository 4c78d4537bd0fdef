"""Structures: what may stand in an organisation, read from YAML files that compose.

`Structures.load("honghe")` reads a bundled structure or a file, follows its `uses`, and checks all of
them together. A wrong file is refused with every problem in one `StructureError`. Kinds, trees,
relations, roles and measures of all files are one vocabulary; facts, indicators, norms, rosters and what
stands under what belong to the file that states them, and to the files that use it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, TypeVar

from orgraph.model.bundled import bundled
from orgraph.model.errors import StructureError, UnknownName
from orgraph.model.glossary import say
from orgraph.model.language.check import OWN_COLUMNS, checked
from orgraph.model.language.facts import (
    PEOPLE,
    AboveFact,
    BelowFact,
    ColumnFact,
    Fact,
    HoldersFact,
    Indicator,
    LinksFact,
    MeasureFact,
    Norm,
    OfPeopleFact,
    UncoveredFact,
    WeighFact,
    YearsSinceFact,
    fact_type,
)
from orgraph.model.language.file import Structure, in_order, read_structure
from orgraph.model.language.loader import load_files, read_texts
from orgraph.model.language.merge import Merger
from orgraph.model.language.rosters import TIE_DAYS, ColumnOfForm, Roster
from orgraph.model.language.words import INNER, Column, Kind, Label, Measure, Relation, Role, Tree

__all__ = [
    "OWN_COLUMNS",
    "PEOPLE",
    "AboveFact",
    "BelowFact",
    "Column",
    "ColumnFact",
    "Fact",
    "HoldersFact",
    "Indicator",
    "Kind",
    "Label",
    "LinksFact",
    "Measure",
    "MeasureFact",
    "Norm",
    "OfPeopleFact",
    "Relation",
    "Role",
    "Roster",
    "Structure",
    "Structures",
    "Tree",
    "UncoveredFact",
    "WeighFact",
    "YearsSinceFact",
    "bundled",
    "read_structure",
]

Table = Literal["units", "links", "people", "memberships"]
Owned = TypeVar("Owned")


class Structures:
    """Several structures put together; immutable.

    Attributes
    ----------
    files
        Id → the file as written, those that are used before those that use them.
    trees, relations, roles, measures, kinds
        The merged vocabulary. `kinds[k].under` is what any file allows; `under` answers for one file.
    rosters
        ``"honghe/micro_grids"`` → the roster; each knows its `structure` and `name`.
    """

    def __init__(self, files: Mapping[str, Structure]) -> None:
        """Put files together as they are; `load`, `from_texts` and `plus` also check them."""
        self.files: Mapping[str, Structure] = MappingProxyType(dict(files))
        self._merger = Merger()

    @classmethod
    def load(cls, *sources: str | Path) -> Structures:
        """Bundled structures by name, files by path, and all that they use (beside the file, else bundled).

        Raises
        ------
        StructureError
            With everything that is wrong in any of the files.
        UnknownName
            No bundled structure has that name.
        """
        return cls._checked(load_files(sources))

    @classmethod
    def from_texts(cls, texts: Mapping[str, str]) -> Structures:
        """From YAML by id, such as a store keeps; whatever they use must be among them.

        Raises
        ------
        StructureError
            With everything that is wrong in any of them.
        """
        return cls._checked(read_texts(texts))

    @classmethod
    def _checked(cls, files: Mapping[str, Structure]) -> Structures:
        together = cls(files)
        problems = list(together.contradictions)
        resolved: dict[str, Structure] = {}
        for id_, structure in together.files.items():
            resolved[id_], found = checked(structure, together.seen_by(id_))
            problems += found
        if problems:
            raise StructureError(in_order(problems))
        return cls(resolved)

    def plus(self, other: Structures) -> Structures:
        """Both together.

        Raises
        ------
        StructureError
            They contradict each other, or two different files have one id.
        """
        files = dict(self.files)
        for id_, structure in other.files.items():
            mine = files.setdefault(id_, structure)
            if mine.text != structure.text:
                raise StructureError([structure.source.problem(("structure",), _two_files(id_, mine.file))])
        return self._checked(files)

    def texts(self) -> dict[str, str]:
        """The YAML of every file, by id."""
        return {id_: structure.text for id_, structure in self.files.items()}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Structures) and self.texts() == other.texts()

    def __hash__(self) -> int:
        return hash(frozenset(self.texts().items()))

    def __repr__(self) -> str:
        return f"Structures({', '.join(self.files)})"

    def __contains__(self, structure_id: object) -> bool:
        return structure_id in self.files

    # --- the merged vocabulary -----------------------------------------------------------------

    @cached_property
    def trees(self) -> Mapping[str, Tree]:
        """Every tree, by name."""
        return MappingProxyType(self._merger.section(self.files.values(), "trees"))

    @cached_property
    def relations(self) -> Mapping[str, Relation]:
        """Every relation that is not a tree, by name."""
        return MappingProxyType(self._merger.section(self.files.values(), "relations"))

    @cached_property
    def roles(self) -> Mapping[str, Role]:
        """Every role, by name."""
        return MappingProxyType(self._merger.section(self.files.values(), "roles"))

    @cached_property
    def measures(self) -> Mapping[str, Measure]:
        """Every measure, by name."""
        return MappingProxyType(self._merger.section(self.files.values(), "measures"))

    @cached_property
    def kinds(self) -> Mapping[str, Kind]:
        """Every kind, by name."""
        return MappingProxyType(self._merger.section(self.files.values(), "kinds"))

    @cached_property
    def rosters(self) -> Mapping[str, Roster]:
        """Every roster, by ``structure/name``."""
        return MappingProxyType(
            {f"{s.id}/{name}": roster for s in self.files.values() for name, roster in s.rosters.items()}
        )

    @cached_property
    def _tables(self) -> Mapping[str, Mapping[str, Column]]:
        files = self.files.values()
        sections: dict[str, tuple[str, ...]] = {
            "units": ("kinds",),
            "links": ("trees", "relations"),
            "memberships": ("roles",),
        }
        made = {
            table: self._merger.one_table(
                (s, (section, name), one.columns)
                for s in files
                for section in names
                for name, one in getattr(s, section).items()
            )
            for table, names in sections.items()
        }
        made["people"] = self._merger.one_table((s, ("people",), s.people.columns) for s in files)
        return {table: MappingProxyType(columns) for table, columns in made.items()}

    def columns(self, table: Table) -> dict[str, Column]:
        """The declared columns of a table.

        Those of all kinds (``units``), of all relations and trees (``links``), of ``people``, or of all
        roles (``memberships``).
        """
        return dict(self._tables[table])

    def tie_column(self, roster: Roster, form: ColumnOfForm) -> Column:
        """The declaration behind `{column_of: …, column: …}`: of a role, relation or tree, or a day."""
        if form.column in TIE_DAYS:
            zh, en = TIE_DAYS[form.column]
            return Column.model_validate({"type": "date", "zh": zh, "en": en, INNER: form.column})
        declared: Mapping[str, Any] = getattr(self, roster.ties()[form.column_of])
        columns: Mapping[str, Column] = declared[form.column_of].columns
        return columns[form.column]

    @cached_property
    def contradictions(self) -> tuple[Any, ...]:
        """Where a file contradicts another, as problems."""
        for name in ("trees", "relations", "roles", "measures", "kinds", "_tables"):
            getattr(self, name)
        for structure in self.files.values():
            for section, other in (("relations", "trees"), ("trees", "relations")):
                self._merger.problems += self._both(structure, section, other)
        return tuple(dict.fromkeys(self._merger.problems))

    def _both(self, structure: Structure, section: str, other: str) -> Iterable[Any]:
        """Names that are a tree in one file and a plain relation in another, told at the later of the two."""
        ids = list(self.files)
        for name in getattr(structure, section):
            first = next((i for i in ids if name in getattr(self.files[i], other)), None)
            here = ids.index(structure.id)
            if first is not None and (ids.index(first), other) < (here, section):
                message = say(
                    zh=f"“{name}”在 {self.files[first].file} 的 {other} 里,一个名字只能是其一",
                    en=f"'{name}' stands among {other} in {self.files[first].file}; it can be one only",
                )
                yield structure.source.problem((section, name), message)

    # --- what belongs to a file ----------------------------------------------------------------

    def used_by(self, structure_id: str) -> tuple[str, ...]:
        """The file itself, then all that it uses, the nearest first.

        Raises
        ------
        UnknownName
            There is no such structure.
        """
        if structure_id not in self.files:
            raise UnknownName(say(zh="结构", en="structure"), structure_id, self.files)
        found = [structure_id]
        for id_ in found:  # grows while it is walked: breadth first
            found += [used for used in self.files[id_].uses if used in self.files and used not in found]
        return tuple(found)

    def users_of(self, structure_id: str) -> tuple[str, ...]:
        """Every file to whose units the rules of this file apply: itself and those that use it."""
        return tuple(id_ for id_ in self.files if structure_id in self.used_by(id_))

    def seen_by(self, structure_id: str) -> Structures:
        """What one file can name: itself and all that it uses."""
        used = self.used_by(structure_id)
        return Structures({id_: s for id_, s in self.files.items() if id_ in used})

    def facts(self, structure_id: str) -> Mapping[str, Fact]:
        """The facts of a file and of those it uses; its own win, then the nearest."""
        return self._owned(structure_id, "facts")

    def indicators(self, structure_id: str) -> Mapping[str, Indicator]:
        """The indicators that apply to units of a file: its own and those of the files it uses.

        The facts an indicator names are those of the file that states it: ``facts(indicator.structure)``.
        """
        return self._owned(structure_id, "indicators")

    def norms(self, structure_id: str) -> Mapping[str, Norm]:
        """The norms that apply to units of a file: its own and those of the files it uses."""
        return self._owned(structure_id, "norms")

    def fact_type(self, structure_id: str, fact: str) -> Literal["int", "float"]:
        """What the figures of a fact are; those of a measure as people read it, not in its smallest unit."""
        facts = self.facts(structure_id)
        table: Table = "people" if fact in facts and facts[fact].entity == PEOPLE else "units"
        return fact_type(facts, fact, self.measures, self.columns(table))

    def _owned(self, structure_id: str, section: str) -> Mapping[str, Any]:
        made: dict[str, Any] = {}
        for id_ in reversed(self.used_by(structure_id)):
            made |= getattr(self.files[id_], section)
        return MappingProxyType(made)

    def indicator(self, name: str) -> dict[str, Indicator]:
        """Structure id → the indicator of that name that applies to its units.

        Raises
        ------
        UnknownName
            No structure has it.
        """
        found = {id_: self.indicators(id_)[name] for id_ in self.files if name in self.indicators(id_)}
        if not found:
            known = {n for id_ in self.files for n in self.indicators(id_)}
            raise UnknownName(say(zh="指标", en="indicator"), name, sorted(known))
        return found

    # --- what stands where ---------------------------------------------------------------------

    def under(self, structure_id: str, kind: str) -> dict[str, tuple[str, ...]]:
        """Tree → the kinds under which a kind stands by the rules of a file.

        Tree by tree, the nearest file that says anything of the kind in that tree decides.
        """
        return {
            tree: s.kinds[kind].under.get(tree, ())
            for tree, s in self._placing(structure_id, kind).items()
            if tree in s.kinds[kind].under
        }

    def root_of(self, structure_id: str, kind: str) -> tuple[str, ...]:
        """The trees in which a kind may stand at the top by the rules of a file."""
        return tuple(
            tree for tree, s in self._placing(structure_id, kind).items() if tree in s.kinds[kind].root_of
        )

    def _placing(self, structure_id: str, kind: str) -> dict[str, Structure]:
        """Tree → the nearest file that says where the kind stands in it."""
        made: dict[str, Structure] = {}
        for id_ in self.used_by(structure_id):
            declared = self.files[id_].kinds.get(kind)
            for tree in (*declared.under, *declared.root_of) if declared else ():
                made.setdefault(tree, self.files[id_])
        return made

    def required_roles(self, structure_id: str, kind: str) -> dict[str, int]:
        """Role → how many holders a unit of a kind needs by the rules of a file."""
        made: dict[str, int] = {}
        for id_ in self.used_by(structure_id):
            declared = self.files[id_].kinds.get(kind)
            for role, count in declared.roles.items() if declared else ():
                made.setdefault(role, count)
        return made

    def takes_part(self, kind: str, tree: str) -> bool:
        """Whether a kind has a place in a tree: under something, at the top, or with something under it."""
        return kind in self._members.get(tree, ())

    def standing_in(self, tree: str) -> dict[str, frozenset[str]]:
        """Per file: the kinds whose units have a place in a tree by what that file can see.

        A kind that two files share may stand in a tree of one of them only.
        """
        return {
            id_: frozenset(kind for kind in seen.kinds if seen.takes_part(kind, tree))
            for id_, seen in self._seen.items()
        }

    @cached_property
    def _seen(self) -> dict[str, Structures]:
        return {id_: self.seen_by(id_) for id_ in self.files}

    @cached_property
    def _members(self) -> dict[str, frozenset[str]]:
        made: dict[str, set[str]] = {}
        for name, kind in self.kinds.items():
            for tree in kind.root_of:
                made.setdefault(tree, set()).add(name)
            for tree, parents in kind.under.items():
                made.setdefault(tree, set()).update((name, *parents))
        return {tree: frozenset(kinds) for tree, kinds in made.items()}

    def owner(self, kind: str) -> tuple[str, ...]:
        """The files that declare a kind."""
        return tuple(id_ for id_, structure in self.files.items() if kind in structure.kinds)


def _two_files(id_: str, other: str) -> str:
    return say(
        zh=f"有两个不同的文件都叫“{id_}”(另一个:{other})",
        en=f"two different files call themselves '{id_}' (the other: {other})",
    )
