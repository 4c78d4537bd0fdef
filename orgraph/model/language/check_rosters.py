"""Rosters of a file: every header's meaning looked up, and what one row is made whole."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from orgraph.model.glossary import say
from orgraph.model.language.ground import Ground
from orgraph.model.language.rosters import (
    OWN_FIELDS,
    TIE_DAYS,
    AncestorForm,
    AnyColumnForm,
    ColumnOfForm,
    HolderForm,
    IdOfForm,
    IsForm,
    LinkForm,
    MeasureForm,
    MeasureRow,
    MemberOfForm,
    ParentForm,
    PersonRow,
    PhoneOfForm,
    Roster,
    UnitRow,
)
from orgraph.model.language.yaml_source import Path

FITTING: dict[str, tuple[str, ...]] = {
    "unit": ("is", "parent", "ancestor", "holder", "link", "measure", "column_of", "phone_of", "id_of"),
    "person": ("is", "ancestor", "member_of", "column_of"),
    "measure": ("is", "parent", "ancestor", "measure"),
}
"""Which forms of a column can stand in which row."""

ROWS = {"unit": ("单位", "a unit"), "person": ("人", "a person"), "measure": ("数量", "figures")}


def check_rosters(ground: Ground) -> None:
    """Note everything that is wrong with the file's rosters."""
    titles: dict[str, str] = {}
    for name, roster in ground.structure.rosters.items():
        for index, title in enumerate(roster.titles):
            other = titles.setdefault(folded(title), name)
            if other != name:
                ground.wrong(
                    ("rosters", name, "titles", index),
                    f"表名“{title}”已属于 {other}",
                    f"the title '{title}' is that of {other} already",
                    at_value=True,
                )
        _Check(ground, name, roster).all()


def folded(text: str) -> str:
    """A header or title without its accidents of width, space and case."""
    return "".join(unicodedata.normalize("NFKC", text).split()).casefold()


class _Check:
    def __init__(self, ground: Ground, name: str, roster: Roster) -> None:
        self.ground = ground
        self.roster = roster
        self.path: Path = ("rosters", name)

    def all(self) -> None:
        self._headers()
        row = self.roster.row
        fitting = FITTING[row.form]
        for header, column in self.roster.columns.items():
            at = (*self.path, "columns", header)
            if column.form not in fitting:
                zh, en = ROWS[row.form]
                self.ground.wrong(
                    (*at, column.form),
                    f"一行是{zh}的表里不能用 {column.form},可用:{'、'.join(fitting)}",
                    f"{column.form} has no meaning where a row is {en}; there are {', '.join(fitting)}",
                )
            else:
                self._column(column, at)
        if isinstance(row, UnitRow):
            self._unit_row(row)
        elif isinstance(row, PersonRow):
            self._person_row(row)
        else:
            self._measure_row(row)

    def _headers(self) -> None:
        met: dict[str, str] = {}
        for header, column in self.roster.columns.items():
            for word in column.headers:
                other = met.setdefault(folded(word), header)
                if other != header:
                    self.ground.wrong(
                        (*self.path, "columns", header),
                        f"表头“{word}”已指“{other}”",
                        f"the header '{word}' means '{other}' already",
                    )

    # --- rows ------------------------------------------------------------------------------------

    def _unit_row(self, row: UnitRow) -> None:
        at = (*self.path, "row", "unit")
        self.ground.all_known("kind", row.unit, at)
        meanings = {column.is_ for column in self.roster.column(IsForm)}
        if not meanings & {"name", "id"}:
            self.ground.wrong(
                self.path,
                "一行是单位,却没有哪一列是它的名称或编号:写一列 {is: name}",
                "a row is a unit, and no column is its name or id: give one as {is: name}",
            )
        if len(row.unit) > 1 and "kind" not in meanings:
            self.ground.wrong(
                at,
                "一行可以是几种类别,要有一列说明是哪一种:写一列 {is: kind}",
                "a row may be of several kinds, so a column must say which: give one as {is: kind}",
            )
        self._told_apart(row, at)
        self._one_parent()

    def _told_apart(self, row: UnitRow, at: Path) -> None:
        met: dict[str, str] = {}
        for kind in row.unit:
            for word in self.ground.view.kinds[kind].names if kind in self.ground.view.kinds else ():
                other = met.setdefault(word, kind)
                if other != kind:
                    self.ground.wrong(
                        at,
                        f"“{word}”既指 {other} 又指 {kind},行的类别分不清",
                        f"'{word}' means both {other} and {kind}: the kind of a row cannot be told",
                    )

    def _one_parent(self) -> None:
        met: dict[str, str] = {}
        for column in self.roster.column(ParentForm):
            other = met.setdefault(column.tree, column.header)
            if other != column.header:
                self.ground.wrong(
                    (*self.path, "columns", column.header),
                    f"在 {column.tree} 里,“{other}”已是上级,一个单位只能有一个;更高的用 ancestor",
                    f"'{other}' is the parent in {column.tree} already; further up is an ancestor",
                )

    def _person_row(self, row: PersonRow) -> None:
        at = (*self.path, "row", "person")
        column = self.roster.columns.get(row.person)
        if column is None:
            self.ground.unknown("column", row.person, self.roster.columns, at)
        elif not isinstance(column, IsForm) or column.is_ != "name":
            self.ground.wrong(
                at,
                f"“{row.person}”应是姓名列,写成 {{is: name}}",
                f"'{row.person}' must be the person's name: write it as {{is: name}}",
                at_value=True,
            )

    def _measure_row(self, row: MeasureRow) -> None:
        self.ground.all_known("measure", row.measure, (*self.path, "row", "measure"))
        parents = self.roster.column(ParentForm)
        if len(parents) != 1:
            self.ground.wrong(
                self.path,
                f"一行是数量,要有且只有一列 parent 说明是谁的,这里有 {len(parents)} 列",
                f"a row is figures, so exactly one parent column says whose; here are {len(parents)}",
            )
        measured = [column.measure for column in self.roster.column(MeasureForm)]
        for index, measure in enumerate(row.measure):
            if measure not in measured:
                self.ground.wrong(
                    (*self.path, "row", "measure", index),
                    f"没有哪一列是“{measure}”:写一列 {{measure: {measure}}}",
                    f"no column is '{measure}': give one as {{measure: {measure}}}",
                    at_value=True,
                )

    # --- columns ---------------------------------------------------------------------------------

    def _column(self, column: AnyColumnForm, at: Path) -> None:
        ground = self.ground
        if isinstance(column, IsForm):
            self._is(column, at)
        elif isinstance(column, ParentForm | AncestorForm):
            self._place(column, at)
        elif isinstance(column, HolderForm):
            ground.known("role", column.holder, (*at, "holder"))
        elif isinstance(column, MemberOfForm):
            ground.all_known("kind", column.member_of, (*at, "member_of"))
            ground.known("role", column.role, (*at, "role"))
        elif isinstance(column, LinkForm):
            self._link(column, at)
        elif isinstance(column, MeasureForm):
            self._measure(column, at)
        elif isinstance(column, ColumnOfForm):
            self._of_tie(column, at)
        elif isinstance(column, PhoneOfForm):
            self._contact(column.phone_of, (*at, "phone_of"))
        elif isinstance(column, IdOfForm):
            self._contact(column.id_of, (*at, "id_of"))

    def _is(self, column: IsForm, at: Path) -> None:
        allowed = self.meanings()
        if column.is_ not in allowed:
            self.ground.unknown("column", column.is_, allowed, (*at, "is"))
        twins = [c.header for c in self.roster.column(IsForm) if c.is_ == column.is_]
        if twins[0] != column.header:
            self.ground.wrong(
                (*at, "is"),
                f"“{twins[0]}”已是 {column.is_}",
                f"'{twins[0]}' is {column.is_} already",
                at_value=True,
            )
        if column.is_ == "period" and not self.roster.column(MeasureForm):
            self.ground.wrong(
                (*at, "is"),
                "period 是数量的时段,这张表没有数量列",
                "period is that of figures, and no column is a measure",
                at_value=True,
            )

    def meanings(self) -> list[str]:
        """What `is` may name in this roster."""
        row, view = self.roster.row, self.ground.view
        if isinstance(row, UnitRow):
            return [
                *(f for f in OWN_FIELDS if f not in ("phone", "id_number")),
                *self.ground.columns("kinds", row.unit),
            ]
        if isinstance(row, PersonRow):
            roles = [column.role for column in self.roster.column(MemberOfForm)]
            own = [f for f in OWN_FIELDS if f not in ("kind", "period")]
            return [*own, *view.columns("people"), *self.ground.columns("roles", roles)]
        return ["since", "until", "period"]

    def _place(self, column: ParentForm | AncestorForm, at: Path) -> None:
        ground, kinds = self.ground, column.kinds
        known = ground.all_known("kind", kinds, (*at, column.form)) & ground.known(
            "tree", column.tree, (*at, "in")
        )
        if column.creates and len(kinds) > 1:
            ground.wrong(
                (*at, "creates"),
                "几种类别时不知道该新建哪一种:只写一种",
                "with several kinds it is not known which to make: give one",
            )
        if not known:
            return
        ground.placed(kinds, column.tree, (*at, column.form))
        if isinstance(column, ParentForm) and isinstance(self.roster.row, UnitRow):
            self._may_stand(self.roster.row.unit, column, at)

    def _may_stand(self, children: Iterable[str], column: ParentForm, at: Path) -> None:
        structure = self.ground.structure.id
        allowed = {
            p for child in children for p in self.ground.view.under(structure, child).get(column.tree, ())
        }
        for index, parent in enumerate(column.parent):
            if parent not in allowed and self.ground.view.takes_part(parent, column.tree):
                shown, under = (
                    "、".join(children),
                    "、".join(sorted(allowed)) or say(zh="(没有)", en="(none)"),
                )
                self.ground.wrong(
                    (*at, "parent", index),
                    f"在 {column.tree} 里,{shown} 不在“{parent}”之下,只在:{under}",
                    f"in {column.tree}, {shown} does not stand under '{parent}', only under: {under}",
                    at_value=True,
                )

    def _link(self, column: LinkForm, at: Path) -> None:
        ground = self.ground
        if column.link in ground.view.trees:
            ground.wrong(
                (*at, "link"),
                f"“{column.link}”是隶属树,上级写成 {{parent: …, in: {column.link}}}",
                f"'{column.link}' is a tree: a parent is written {{parent: …, in: {column.link}}}",
                at_value=True,
            )
        else:
            ground.known("relation", column.link, (*at, "link"))
        if (column.to is None) == (column.from_ is None):
            ground.wrong(
                at,
                "link 要写 to 或 from 其一:to 由本行单位指出,from 指向本行单位",
                "link takes one of to (a link out of the row's unit) and from (a link into it)",
            )
        ground.all_known("kind", column.to or (), (*at, "to"))
        ground.all_known("kind", column.from_ or (), (*at, "from"))

    def _measure(self, column: MeasureForm, at: Path) -> None:
        row = self.roster.row
        known = self.ground.known("measure", column.measure, (*at, "measure"))
        if known and isinstance(row, MeasureRow) and column.measure not in row.measure:
            self.ground.wrong(
                (*at, "measure"),
                f"“{column.measure}”不在 row 的 measure 里:{'、'.join(row.measure)}",
                f"'{column.measure}' is not among the row's measures: {', '.join(row.measure)}",
                at_value=True,
            )

    def _of_tie(self, column: ColumnOfForm, at: Path) -> None:
        ties = self.roster.ties()
        if column.column_of not in ties:
            self.ground.unknown("tie", column.column_of, ties, (*at, "column_of"))
            return
        declared = [*self.ground.columns(ties[column.column_of], [column.column_of]), *TIE_DAYS]
        if column.column not in declared:
            self.ground.unknown("column", column.column, declared, (*at, "column"))
        same = (column.column_of, column.column)
        twins = [c.header for c in self.roster.column(ColumnOfForm) if (c.column_of, c.column) == same]
        if twins[0] != column.header:
            self.ground.wrong(
                (*at, "column"),
                f"“{twins[0]}”已是 {column.column_of} 的 {column.column}",
                f"'{twins[0]}' is the {column.column} of {column.column_of} already",
                at_value=True,
            )

    def _contact(self, role: str, at: Path) -> None:
        if not self.ground.known("role", role, at):
            return
        holders = [column.holder for column in self.roster.column(HolderForm)]
        if role not in holders:
            self.ground.wrong(
                at,
                f"这张表没有“{role}”的姓名列:写一列 {{holder: {role}}}",
                f"no column names the {role}: give one as {{holder: {role}}}",
                at_value=True,
            )
