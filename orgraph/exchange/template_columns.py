"""What a template asks for in each column of a roster: read off the structures, nothing typed twice."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from orgraph.model.glossary import say
from orgraph.model.language.rosters import (
    AncestorForm,
    ColumnForm,
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
    UnitRow,
)
from orgraph.model.structure import Column, Roster, Structures, Table

Check = Literal["text", "date", "whole", "decimal", "phone", "id_number"]
Value = str | int | float | date

MOST = 999_999_999_999
"""The largest figure that a cell is let hold."""

_CHINESE = re.compile(r"[\u3400-\u9fff]")


@dataclass(frozen=True)
class Asked:
    """One column of a template.

    Attributes
    ----------
    header
        Its header, in Chinese where the roster knows a Chinese word.
    required
        Every row needs it.
    says
        What to fill in, in words.
    example
        A value as it should look.
    check
        What a cell may hold.
    choices, strict
        The values of its drop-down list; whether no other will do.
    least
        The smallest figure, for numbers.
    """

    header: str
    required: bool
    says: str
    example: Value
    check: Check = "text"
    choices: tuple[str, ...] = ()
    strict: bool = False
    least: int = 0


@dataclass(frozen=True)
class _Cell:
    """What a form comes to, before header and `required` are added."""

    says: str
    example: Value
    check: Check = "text"
    choices: tuple[str, ...] = ()
    strict: bool = False
    least: int = field(default=0)


def asked_for(structures: Structures, roster: Roster) -> list[Asked]:
    """Every column of a roster, in the order declared."""
    seen = structures.seen_by(roster.structure)
    return [_asked(form, roster, seen) for form in roster.columns.values()]


def _asked(form: ColumnForm, roster: Roster, seen: Structures) -> Asked:
    cell = _cell(form, roster, seen)
    says = cell.says
    if form.fill_down:
        says += say(zh=";空白表示与上一行相同", en="; blank means as above")
    header = next((h for h in form.headers if _CHINESE.search(h)), form.header)
    return Asked(
        header, not form.optional, says, cell.example, cell.check, cell.choices, cell.strict, cell.least
    )


def _cell(form: ColumnForm, roster: Roster, seen: Structures) -> _Cell:
    match form:
        case IsForm():
            made = _is(form, roster, seen)
        case ParentForm() | AncestorForm():
            made = _above(form, roster, seen)
        case HolderForm():
            role = seen.roles[form.holder].label.text
            made = _Cell(
                say(zh=f"{role}的姓名;几人用“、”分开", en=f"names of the {role}, parted by 、"), "张三"
            )
        case MemberOfForm():
            role = seen.roles[form.role].label.text
            labels = _labels(form.member_of, seen)
            says = say(
                zh=f"{labels}的名称或编号;本人在此任{role}", en=f"name or id of the {labels}: a {role} there"
            )
            made = _Cell(says, _name(form.member_of[0], seen), choices=_always(form.member_of, seen))
        case LinkForm():
            made = _link(form, seen)
        case MeasureForm():
            made = _figure(form, seen)
        case ColumnOfForm():
            tie = getattr(seen, roster.ties()[form.column_of])[form.column_of]
            of_tie = _declared(seen.tie_column(roster, form))
            label = tie.label.text
            made = replace(
                of_tie, says=say(zh=f"{label}的{of_tie.says}", en=f"of the {label}: {of_tie.says}")
            )
        case PhoneOfForm():
            role = seen.roles[form.phone_of].label.text
            made = _phone(say(zh=f"{role}的电话", en=f"phone of the {role}"))
        case IdOfForm():
            role = seen.roles[form.id_of].label.text
            made = _id_number(say(zh=f"{role}的公民身份号码", en=f"identity number of the {role}"))
        case _:
            made = _Cell(form.header, "")
    return made


def _is(form: IsForm, roster: Roster, seen: Structures) -> _Cell:
    match form.is_:
        case "name" if isinstance(roster.row, PersonRow):
            made = _Cell(say(zh="姓名", en="the name of the person"), "张三")
        case "name":
            kinds = _row_kinds(roster)
            labels = _labels(kinds, seen) if kinds else say(zh="单位", en="unit")
            made = _Cell(
                say(zh=f"{labels}的名称", en=f"name of the {labels}"), _name(kinds[-1], seen) if kinds else ""
            )
        case "id":
            says = say(
                zh="编号或代码;按文本填写,开头的 0 要保留", en="id or code, as text: leading zeros count"
            )
            made = _Cell(says, "0001")
        case "kind":
            labels_of = tuple(seen.kinds[k].label.text for k in _row_kinds(roster))
            made = _Cell(
                say(zh="从列表中选一类", en="one kind of the list"),
                labels_of[-1],
                "text",
                labels_of,
                strict=True,
            )
        case "since":
            made = _date(say(zh="开始的日期", en="the day it begins"))
        case "until":
            made = _date(say(zh="结束的日期;没有结束则留空", en="the day it ends; blank while it goes on"))
        case "period":
            says = say(
                zh="这些数字的期间:年、季度、月或日",
                en="the period of the figures: year, quarter, month or day",
            )
            made = _Cell(says, "2022年4月")
        case "phone":
            made = _phone(say(zh="本人的电话", en="phone of the person"))
        case "id_number":
            made = _id_number(say(zh="本人的公民身份号码", en="identity number of the person"))
        case _:
            made = _declared(_column_of(form.is_, roster, seen))
    return made


def _declared(column: Column) -> _Cell:
    label = column.label.text
    match column.type:
        case "date":
            return _date(label)
        case "int":
            return _Cell(say(zh=f"{label},整数", en=f"{label}, a whole number"), 12, "whole", least=-MOST)
        case "float":
            return _Cell(say(zh=f"{label},数字", en=f"{label}, a number"), 12.5, "decimal", least=-MOST)
        case "bool":
            return _Cell(
                say(zh=f"{label}:是或否", en=f"{label}: 是 (yes) or 否 (no)"), "是", choices=("是", "否")
            )
    if not column.values:
        return _Cell(label, say(zh=f"({label})", en=f"({label})"))
    words = tuple(next(iter(column.value_labels.get(code, ())), code) for code in column.values)
    return _Cell(say(zh=f"{label},从列表中选", en=f"{label}: one of the list"), words[0], choices=words)


def _above(form: ParentForm | AncestorForm, roster: Roster, seen: Structures) -> _Cell:
    labels, tree = _labels(form.kinds, seen), seen.trees[form.tree].label.text
    if isinstance(roster.row, MeasureRow):
        says = say(
            zh=f"数字所属{labels}的名称、编号或路径",
            en=f"the {labels} whose figures these are: name, id or path",
        )
    elif isinstance(form, ParentForm):
        says = say(
            zh=f"{tree}的上级:{labels}的名称、编号或路径",
            en=f"the parent ({tree}): name, id or path of a {labels}",
        )
    else:
        says = say(
            zh=f"{tree}中更上级的{labels}的名称、编号或路径",
            en=f"further up ({tree}): name, id or path of a {labels}",
        )
    if form.creates:
        says += say(zh=";没有的会新建", en="; made where it is missing")
    kinds = _row_kinds(roster)[-1:]  # the example is of the last kind: one that stands under something
    fits = [
        k for kind in kinds for k in seen.under(roster.structure, kind).get(form.tree, ()) if k in form.kinds
    ]
    return _Cell(says, _name((*fits, *form.kinds)[0], seen), choices=_always(form.kinds, seen))


def _link(form: LinkForm, seen: Structures) -> _Cell:
    relation = (seen.relations.get(form.link) or seen.trees[form.link]).label.text
    labels = _labels(form.kinds, seen)
    says = say(
        zh=f"{relation}的{labels};几个用“、”分开"
        if form.outgoing
        else f"由它{relation}本单位的{labels};几个用“、”分开",
        en=f"{relation}: the {labels} {'meant' if form.outgoing else 'from which'}; several are parted by 、",
    )
    return _Cell(says, _name(form.kinds[0], seen), choices=_always(form.kinds, seen))


def _figure(form: MeasureForm, seen: Structures) -> _Cell:
    measure = seen.measures[form.measure]
    unit = f"({measure.unit})" if measure.unit else ""
    if not measure.decimals:
        return _Cell(
            say(zh=f"{measure.label.text}{unit},整数", en=f"{measure.label.text} {unit}, whole"), 120, "whole"
        )
    says = say(
        zh=f"{measure.label.text}{unit},至多 {measure.decimals} 位小数",
        en=f"{measure.label.text} {unit}, {measure.decimals} decimals at most",
    )
    return _Cell(says, 12.5, "decimal")


def _date(label: str) -> _Cell:
    return _Cell(
        say(zh=f"{label},日期,如 2022-04-30", en=f"{label}: a date, as 2022-04-30"), date(2022, 4, 30), "date"
    )


def _phone(label: str) -> _Cell:
    says = say(
        zh=f"{label};几个用“、”分开。只存入联系方式,结果和网页中不出现",
        en=f"{label}; several are parted by 、. Kept among contacts, shown in no result or page",
    )
    return _Cell(says, "13800000000", "phone")


def _id_number(label: str) -> _Cell:
    says = say(
        zh=f"{label}(18 位,按文本填写)。只用来认人,号码本身不保存",
        en=f"{label} (18 characters, as text). It serves to find the person and is not kept",
    )
    return _Cell(says, "11010519491231002X", "id_number")  # the example of the standard, nobody's own


def _row_kinds(roster: Roster) -> tuple[str, ...]:
    return roster.row.kinds if isinstance(roster.row, UnitRow) else ()


def _labels(kinds: Iterable[str], seen: Structures) -> str:
    return say(zh="、", en=" or ").join(seen.kinds[kind].label.text for kind in kinds)


def _name(kind: str, seen: Structures) -> str:
    """A name that shows what it is an example of; of a kind whose units are known, the first of them."""
    always = seen.kinds[kind].values
    return (
        always[0]
        if always
        else say(zh=f"第一{seen.kinds[kind].label.text}", en=f"first {seen.kinds[kind].label.text}")
    )


def _always(kinds: Iterable[str], seen: Structures) -> tuple[str, ...]:
    """The names to choose from, where all units of the kinds are known beforehand."""
    values = [seen.kinds[kind].values for kind in kinds]
    return tuple(name for names in values for name in names) if all(values) else ()


def _column_of(name: str, roster: Roster, seen: Structures) -> Column:
    """The declaration behind `{is: name}`."""
    return next(_declarations(name, roster, seen))


def _declarations(name: str, roster: Roster, seen: Structures) -> Iterator[Column]:
    for kind in _row_kinds(roster):
        yield from (c for n, c in seen.kinds[kind].columns.items() if n == name)
    tables: tuple[Table, ...] = ("units",) if isinstance(roster.row, UnitRow) else ("people", "memberships")
    for table in tables:
        yield from (c for n, c in seen.columns(table).items() if n == name)
