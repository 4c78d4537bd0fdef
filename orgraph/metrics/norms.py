"""Which units and people the norms of structures judge, and which of them break one."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from orgraph.metrics.asked import day_of, of_kinds
from orgraph.metrics.facts import Entity, Facts
from orgraph.metrics.figures import Bools
from orgraph.metrics.members import present, unread
from orgraph.metrics.rules import ruling
from orgraph.model.hierarchy import Ints
from orgraph.model.structure import PEOPLE, Norm
from orgraph.model.tables import Org


@dataclass(frozen=True, eq=False)
class Judged:
    """One file's norm over an organisation on a day.

    Attributes
    ----------
    norm
        As that file states it.
    facts
        The facts it reads.
    in_force
        Whether it was in force on the day; if not, nobody is judged.
    who
        int32[k]: rows of units, or of people once each, that are judged.
    at
        int32[k]: the row of units where each stands; of a person, a unit with a post.
    breaks, unknown
        bool[k]: whether what must hold does not; whether something that it compares is unknown.
    doubtful
        How many more are of the kind and not judged while something that `where` reads is unknown.
    """

    norm: Norm
    facts: Facts
    in_force: bool
    who: Ints
    at: Ints
    breaks: Bools
    unknown: Bools
    doubtful: int

    @property
    def entity(self) -> Entity:
        """Whether people are judged, or units."""
        return entity_of(self.norm)


def entity_of(norm: Norm) -> Entity:
    """Whether a norm is about people or about units."""
    return "people" if PEOPLE in norm.of else "unit"


def norm_names(org: Org) -> list[str]:
    """Every norm that any file states, in the order of the files."""
    return list(dict.fromkeys(name for file in org.structures.files.values() for name in file.norms))


def judged(org: Org, name: str, inside: Bools) -> list[Judged]:
    """The units (people) that a norm judges, per file that states it.

    A unit is judged by the one file whose rules it stands under (`orgraph.metrics.rules.ruling`), a person
    by the file of each unit with a post of theirs.

    Parameters
    ----------
    org, name
        On a day; one of `norm_names`.
    inside
        bool[units]: which units are asked about, and people with a post in them.
    """
    files = org.structures.files
    stated = {f: of[name].structure for f in files if name in (of := org.structures.norms(f))}
    stating, code = ruling(org, stated)
    return [_judged(org, files[f].norms[name], (code == i) & inside) for i, f in enumerate(stating)]


def _judged(org: Org, norm: Norm, ruled: Bools) -> Judged:
    facts, entity = Facts(org, norm.structure), entity_of(norm)
    in_force = norm.in_force is None or day_of(org) >= norm.in_force
    who, at = _meant(org, norm, ruled & in_force)
    chosen = facts.true_of(norm.where, entity)[who]
    doubtful = int((unread(facts, norm.where, entity)[who] & ~chosen).sum())
    who, at = who[chosen], at[chosen]
    breaks = ~facts.true_of(norm.must, entity)[who]
    return Judged(
        norm=norm,
        facts=facts,
        in_force=in_force,
        who=who,
        at=at,
        breaks=breaks,
        unknown=unread(facts, norm.must, entity)[who],
        doubtful=doubtful,
    )


def _meant(org: Org, norm: Norm, ruled: Bools) -> tuple[Ints, Ints]:
    if entity_of(norm) == "unit":
        rows = np.flatnonzero(of_kinds(org, norm.of) & ruled).astype(np.int32)
        return rows, rows
    person, unit = present(org, ruled)
    who, first = np.unique(person, return_index=True)
    return who, unit[first]
