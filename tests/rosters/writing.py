"""Organisations drawn at random, and the rosters that such an organisation would write of itself.

The writer knows no structure: it goes by what a structure says of its rosters, form by form.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import polars as pl
from hypothesis import strategies as st
from roster_desk import DAY, TOWN

import orgraph as og
from orgraph.model.language.rosters import (
    AncestorForm,
    HolderForm,
    IsForm,
    LinkForm,
    MeasureForm,
    MemberOfForm,
    ParentForm,
    PersonRow,
    PhoneOfForm,
    UnitRow,
)
from orgraph.model.structure import Roster

Rows = list[tuple[object, ...]]
WRITTEN = ("places", "estates", "micro_grids", "party", "members", "offices")
"""Rosters that together hold everything drawn below."""

NAMES = (
    st.text("东西南北一二三甲乙丙新河苑园AB12-·()", min_size=1, max_size=4)
    .map(str.strip)
    .filter(lambda s: s.strip("-·") not in ("", "1", "0") and s[0] not in "(-·")
)
FIGURE = st.none() | st.integers(0, 10**9)
PEOPLE = ("赵一", "钱二", "孙三", "李四", "周五", "吴六")


def alike(name: str) -> str:
    """What tells names apart for an import."""
    return name.replace(" ", "").lower()


def names(least: int, most: int) -> st.SearchStrategy[list[str]]:
    return st.lists(NAMES, min_size=least, max_size=most, unique_by=alike)


@dataclass
class Drawn:
    """Tables of an organisation, growing."""

    units: list[dict[str, object]]
    links: list[dict[str, object]]
    people: list[dict[str, object]]
    memberships: list[dict[str, object]]
    measures: list[dict[str, object]]
    contacts: list[dict[str, object]]

    def unit(self, kind: str, name: str, id_: str, **rest: object) -> str:
        self.units.append(
            {"id": id_, "kind": kind, "name": name, "structure": "town", "since": _day(), **rest}
        )
        return id_

    def tie(self, source: str, relation: str, target: str) -> None:
        self.links.append({"source": source, "relation": relation, "target": target, "since": _day()})

    def figure(self, unit: str, measure: str, value: int | None) -> None:
        if value is not None:
            row = {"unit": unit, "measure": measure, "since": _day(), "value": value}
            self.measures.append({**row, "until": _day() + dt.timedelta(1)})

    def post(self, unit: str, role: str, name: str, phone: str | None, **rest: object) -> None:
        """Somebody new, with a phone of their own where there is one."""
        person = f"p{len(self.people)}"
        education = rest.pop("education", None)
        self.people.append({"id": person, "name": name, "education": education})
        self.memberships.append({"person": person, "unit": unit, "role": role, "since": _day(), **rest})
        if phone is not None:
            self.contacts.append({"person": person, "field": "phone", "value": phone})


def _day() -> dt.date:
    return dt.date.fromisoformat(DAY)


@st.composite
def organisations(draw: st.DrawFn) -> tuple[og.Org, pl.DataFrame]:
    """Any town: places, estates, grids, the party, offices under offices, leaders, members, figures."""
    made = Drawn([], [], [], [], [], [])
    phones = (f"138{n:08}" for n in draw(st.permutations(range(40))))
    groups = _party(draw, made, phones)
    _places(draw, made, phones, groups)
    _offices(draw, made)
    for net in ("党建网", "服务网"):
        made.units.append({"id": net, "kind": "net", "name": net, "structure": "town", "since": None})
    estates = [u["id"] for u in made.units if u["kind"] in ("village", "estate")]
    for branch in [u["id"] for u in made.units if u["kind"] == "branch"]:
        for place in draw(st.lists(st.sampled_from(estates), max_size=3, unique=True)):
            made.tie(str(branch), "covers", str(place))
    structures = og.Structures.from_texts({"town": TOWN})
    tables = ("units", "links", "people", "memberships", "measures")
    frames = {t: pl.DataFrame(getattr(made, t), infer_schema_length=None) for t in tables}
    contacts = pl.DataFrame(made.contacts, schema=dict.fromkeys(("person", "field", "value"), pl.String))
    return og.Org.from_tables(structures, on=_day(), **frames), contacts


def _party(draw: st.DrawFn, made: Drawn, phones: Iterator[str]) -> list[str]:
    groups = []
    committee = draw(NAMES)
    made.unit("committee", committee, committee)
    for branch in draw(names(0, 3)):
        id_ = made.unit("branch", branch, f"{committee}/{branch}")
        made.tie(id_, "party", committee)
        if draw(st.booleans()):
            made.post(id_, "secretary", draw(st.sampled_from(PEOPLE)), None)
        for number in range(draw(st.integers(0, 3))):
            status = draw(st.sampled_from(["full", "probationary", None]))
            education = draw(st.sampled_from(["本科", None]))
            made.post(id_, "member", f"党员{number}", next(phones), status=status, education=education)
        for group in draw(names(0, 2)):
            groups.append(made.unit("group", group, f"{id_}/{group}"))
            made.tie(groups[-1], "party", id_)
    return groups


def _places(draw: st.DrawFn, made: Drawn, phones: Iterator[str], groups: list[str]) -> None:
    town = made.unit("town", "新河镇", "33")
    for number, village in enumerate(draw(names(1, 3))):
        place = made.unit("village", village, f"{3301 + number}")
        made.tie(place, "territory", town)
        for estate in draw(names(0, 3)):
            id_ = made.unit("estate", estate, f"{place}/{estate}", **draw(ESTATE))
            made.tie(id_, "territory", place)
            made.figure(id_, "households", draw(FIGURE))
            for grid in draw(names(0, 2)):
                _grid(draw, made, phones, (id_, grid, groups))


ESTATE = st.fixed_dictionaries(
    {
        "status": st.sampled_from(["occupied", "building", None]),
        "built": st.none() | st.dates(dt.date(1900, 1, 1), dt.date(2100, 1, 1)),
        "floors": st.none() | st.integers(-5, 10**6),
        "gated": st.none() | st.booleans(),
        "area": st.none() | st.integers(0, 10**6).map(lambda n: n / 64),
    }
)


def _grid(draw: st.DrawFn, made: Drawn, phones: Iterator[str], of: tuple[str, str, list[str]]) -> None:
    estate, name, groups = of
    id_ = made.unit("micro_grid", name, f"{estate}/{name}")
    made.tie(id_, "territory", estate)
    if groups and draw(st.booleans()):
        made.tie(id_, "party", draw(st.sampled_from(groups)))
    for leader in draw(st.lists(st.sampled_from(PEOPLE), max_size=2, unique=True)):
        made.post(id_, "leader", leader, next(phones))
    made.figure(id_, "households", draw(FIGURE))
    made.figure(id_, "residents", draw(FIGURE))


def _offices(draw: st.DrawFn, made: Drawn) -> None:
    ids: list[str] = []
    for number, name in enumerate(draw(names(0, 4))):
        ids.append(made.unit("office", name, f"K{number:03}"))
        above = draw(st.none() | st.sampled_from(ids))
        if above not in (None, ids[-1]):
            made.tie(ids[-1], "party", str(above))


# --- an organisation as rosters --------------------------------------------------------------------


def rosters_of(org: og.Org, contacts: pl.DataFrame) -> dict[str, Rows]:
    """Sheets that hold everything: title of a roster → header and rows. Units are named by their ids."""
    made = {}
    for name in WRITTEN:
        roster = org.structures.rosters[f"town/{name}"]
        rows = list(_Writer(org, contacts, roster).rows())
        if rows:
            made[roster.titles[0]] = [tuple(roster.columns), *rows]
    return made


class _Writer:
    """Writes the rows of one roster."""

    def __init__(self, org: og.Org, contacts: pl.DataFrame, roster: Roster) -> None:
        self.org, self.roster = org, roster
        self.units = {u["id"]: u for u in org.table("units").to_dicts()}
        self.people = {p["id"]: p for p in org.table("people").to_dicts()}
        self.links = org.table("links").to_dicts()
        self.memberships = org.table("memberships").to_dicts()
        self.figures = {(m["unit"], m["measure"]): m["value"] for m in org.table("measures").to_dicts()}
        self.phones: Mapping[str, str] = dict(
            contacts.filter(pl.col("field") == "phone").select("person", "value").iter_rows()
        )

    def rows(self) -> Iterator[tuple[object, ...]]:
        row = self.roster.row
        if isinstance(row, PersonRow):
            roles = {form.role for form in self.roster.column(MemberOfForm)}
            for held in self.memberships:
                if held["role"] in roles:
                    yield tuple(self._of_person(form, held) for form in self.roster.columns.values())
        elif isinstance(row, UnitRow):
            for unit in self.units.values():
                if unit["kind"] in row.kinds:
                    yield tuple(self._of_unit(form, unit) for form in self.roster.columns.values())

    def _of_unit(self, form: object, unit: dict[str, object]) -> object:  # noqa: PLR0911 -- one for each form
        match form:
            case IsForm(is_="id"):
                return unit["id"]
            case IsForm(is_="kind"):
                return self.org.structures.kinds[str(unit["kind"])].label.text
            case IsForm(is_="since"):
                return None
            case IsForm():
                return self._said("units", form.is_, unit.get(form.is_))
            case ParentForm() | AncestorForm():
                return self._above(str(unit["id"]), form)
            case HolderForm():
                return "、".join(str(self.people[p]["name"]) for p in self._held(unit, form.holder)) or None
            case PhoneOfForm():
                found = [self.phones.get(p) for p in self._held(unit, form.phone_of)]
                return "、".join(filter(None, found)) or None
            case LinkForm():
                found = [
                    k["target"] for k in self.links if (k["source"], k["relation"]) == (unit["id"], form.link)
                ]
                return "、".join(found) or None
            case MeasureForm():
                return self.figures.get((unit["id"], form.measure))
        return None

    def _of_person(self, form: object, held: dict[str, object]) -> object:
        person = self.people[held["person"]]
        match form:
            case IsForm(is_="phone"):
                return self.phones.get(str(held["person"]))
            case IsForm(is_="since" | "id_number"):
                return None
            case IsForm():
                table, value = ("memberships", held) if form.is_ in held else ("people", person)
                return self._said(table, form.is_, value.get(form.is_))
            case MemberOfForm():
                return held["unit"]
        return None

    def _said(self, table: str, column: str, value: object) -> object:
        declared = self.org.structures.columns(table).get(column)  # type: ignore[arg-type]
        if isinstance(value, bool):
            return "是" if value else "否"
        labels = declared.value_labels.get(str(value)) if declared is not None else None
        return labels[0] if labels else value

    def _above(self, id_: str, form: ParentForm | AncestorForm) -> str | None:
        at = id_
        while True:
            ties = [k for k in self.links if k["source"] == at and k["relation"] == form.tree]
            if not ties:
                return None
            at = ties[0]["target"]
            if self.units[at]["kind"] in form.kinds:
                return at
            if isinstance(form, ParentForm):
                return None

    def _held(self, unit: dict[str, object], role: str) -> list[str]:
        return [str(m["person"]) for m in self.memberships if (m["unit"], m["role"]) == (unit["id"], role)]


def laid_out(
    rosters: Mapping[str, Rows], chance: random.Random, kept: Callable[[str], bool]
) -> dict[str, Rows]:
    """The same rosters with sheets, rows and columns in another order; columns of which `kept` holds stay."""
    made = {}
    for title in chance.sample(list(rosters), len(rosters)):
        head, *rows = rosters[title]
        free = [i for i, header in enumerate(head) if not kept(str(header))]
        moved = dict(zip(free, chance.sample(free, len(free)), strict=True))
        order = [moved.get(i, i) for i in range(len(head))]
        rows = [head, *chance.sample(rows, len(rows))]
        made[title] = [tuple(row[i] for i in order) for row in rows]
    return made
