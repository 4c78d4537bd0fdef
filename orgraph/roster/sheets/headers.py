"""What the headers of a roster may say: its own words, those of the vocabulary, near forms of both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from unicodedata import normalize

from orgraph.exchange.pages import PROBLEMS
from orgraph.model.language.rosters import (
    TIE_DAYS,
    AncestorForm,
    ColumnForm,
    ColumnOfForm,
    HolderForm,
    IdOfForm,
    IsForm,
    LinkForm,
    MeasureForm,
    MemberOfForm,
    ParentForm,
    PersonRow,
    PhoneOfForm,
    UnitRow,
)
from orgraph.model.structure import Column, Roster, Structures, Table

OWN, FROM_VOCABULARY, NEAR = 1.0, 0.9, 0.85
"""How sure a header is: the roster's own word, a word of the kind (role, measure) behind it, part of one."""

ORDINALS = ("序号", "序", "次序", "编号", "no", "行号", "排序")
REMARKS = ("备注", "说明", "remark", "remarks", "note", "notes", "其他", "签名", "审核人", "填表人")
"""Headers that stand in every sheet and mean nothing to the graph: passed over without a word."""

PHONES = ("联系电话", "手机", "手机号", "手机号码", "电话", "电话号码", "联系方式", "移动电话", "phone")
ID_NUMBERS = ("身份证号", "身份证号码", "身份证", "公民身份号码", "公民身份证号码", "证件号码", "证件号")
_OWN_WORDS = {
    "id": ("代码", "编码", "编号", "机构代码", "组织代码", "统一社会信用代码", "id", "code"),
    "kind": ("类别", "类型", "级别", "层级", "组织类别", "组织类型", "kind", "level"),
    "since": ("成立时间", "成立日期", "设立时间", "起始日期", "开始日期", "开始时间", "任职时间", "since"),
    "until": ("截止日期", "终止日期", "结束日期", "结束时间", "撤销时间", "撤销日期", "until"),
    "period": ("月份", "时间", "统计月份", "统计时间", "期间", "年月", "period"),
    "phone": PHONES,
    "id_number": ID_NUMBERS,
}
_PERSON_NAMES = ("姓名", "名字", "党员姓名", "人员姓名", "name")
_UNIT_NAMES = ("名称", "单位名称", "组织名称", "全称", "name")
_PARENTS = ("上级", "上级组织", "上级单位", "隶属", "parent")

_PREFIX = re.compile(r"^(?:所属|所在|隶属|现属|上级)(?=..)")
_SUFFIX = re.compile(r"(?<=..)(?:名称|全称|姓名)$")
_BRACKETS = re.compile(r"[(\[【〔][^)\]】〕]*[)\]】〕]")
_NOISE = re.compile(r"[\W_]+")


def plain(text: str) -> str:
    """A header without case, width, spaces and punctuation: ``村(社区)`` → ``村社区``."""
    return _NOISE.sub("", normalize("NFKC", text).lower())


def _bare(text: str) -> str:
    return _BRACKETS.sub("", normalize("NFKC", text))


@lru_cache(maxsize=4096)
def variants(text: str) -> tuple[tuple[str, float], ...]:
    """What a header may mean, and how surely: itself; without brackets; without 所属… and …名称."""
    whole, bare = plain(text), plain(_bare(text))
    made = {whole: 1.0}
    made.setdefault(bare, 0.97)
    for word in (bare, _PREFIX.sub("", bare), _PREFIX.sub("", whole)):
        made.setdefault(word, NEAR)
        made.setdefault(_SUFFIX.sub("", word), NEAR)
    return tuple((word, sure) for word, sure in made.items() if word)


@dataclass(frozen=True)
class Words:
    """Every word that may head a column of one roster.

    Attributes
    ----------
    roster
        The roster.
    known
        Normalised word → its columns (positions in `roster.columns`) and how sure it is of each.
    """

    roster: Roster
    known: dict[str, dict[int, float]]

    def columns(self, header: str) -> dict[int, float]:
        """The columns that a header may stand over, each with how sure that is."""
        found: dict[int, float] = {}
        for word, sure in variants(header):
            for column, weight in self.known.get(word, {}).items():
                found[column] = max(found.get(column, 0.0), sure * weight)
        return found


@lru_cache(maxsize=256)
def words_of(structures: Structures, name: str) -> Words:
    """The words of a roster, by its name in `structures.rosters`."""
    roster = structures.rosters[name]
    seen = structures.seen_by(roster.structure)
    known: dict[str, dict[int, float]] = {}
    for column, form in enumerate(roster.columns.values()):
        for weight, words in ((OWN, form.headers), (FROM_VOCABULARY, _vocabulary(form, roster, seen))):
            for word in words:
                for spelling in {plain(word), plain(_bare(word))} - {""}:
                    known.setdefault(spelling, {}).setdefault(column, weight)
    return Words(roster, known)


def _vocabulary(form: ColumnForm, roster: Roster, seen: Structures) -> Iterator[str]:
    """Words of the structures for what stands in a column."""
    match form:
        case IsForm():
            yield from _of_is(form, roster, seen)
        case ParentForm() | AncestorForm():
            yield from _names(seen.kinds[k] for k in form.kinds)
            yield from _PARENTS if isinstance(form, ParentForm) else ()
        case HolderForm():
            yield from _names([seen.roles[form.holder]])
        case MemberOfForm():
            yield from _names(seen.kinds[k] for k in form.member_of)
        case LinkForm():
            relation = seen.relations.get(form.link) or seen.trees[form.link]
            yield from _names([relation, *(seen.kinds[k] for k in form.kinds)])
        case MeasureForm():
            yield from _names([seen.measures[form.measure]])
        case ColumnOfForm():
            tie = getattr(seen, roster.ties()[form.column_of])[form.column_of]
            words = seen.tie_column(roster, form).names
            yield from words if form.column not in TIE_DAYS else ()
            yield from (f"{name}{word}" for name in tie.names for word in words)
        case PhoneOfForm():
            yield from PHONES
            yield from (f"{word}{phone}" for word in _names([seen.roles[form.phone_of]]) for phone in PHONES)
        case IdOfForm():
            yield from ID_NUMBERS
            yield from (
                f"{word}{number}" for word in _names([seen.roles[form.id_of]]) for number in ID_NUMBERS
            )


def _of_is(form: IsForm, roster: Roster, seen: Structures) -> Iterator[str]:
    if form.is_ == "name":
        if isinstance(roster.row, PersonRow):
            yield from _PERSON_NAMES
            return
        yield from _UNIT_NAMES
        kinds = roster.row.kinds if isinstance(roster.row, UnitRow) else ()
        yield from (w + tail for w in _names(seen.kinds[k] for k in kinds) for tail in ("", "名称"))
    elif form.is_ in _OWN_WORDS:
        yield from _OWN_WORDS[form.is_]
    else:
        yield from _names(column for column in declared_columns(seen, form.is_))


def declared_columns(structures: Structures, name: str) -> Iterator[Column]:
    """Every declaration of a column, of whatever table."""
    tables: tuple[Table, ...] = ("units", "people", "memberships")
    for table in tables:
        if name in (columns := structures.columns(table)):
            yield columns[name]


def _names(declared: Iterable[object]) -> list[str]:
    return [word for one in declared for word in one.names]  # type: ignore[attr-defined]


def is_passed_over(header: str) -> bool:
    """Whether a header is an ordinal or a remark, which no roster needs to declare."""
    return plain(header) in {*ORDINALS, *REMARKS, *map(plain, PROBLEMS)}
