"""Facts, indicators and norms of a file: every name looked up, every condition typed."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any, Literal

from orgraph.model.language.condition_values import Plain, Typed
from orgraph.model.language.conditions import columns_of
from orgraph.model.language.facts import (
    PEOPLE,
    AboveFact,
    BelowFact,
    ChosenFact,
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
from orgraph.model.language.ground import Ground, circle_in
from orgraph.model.language.yaml_source import Path

TABLE: dict[str, Literal["units", "people"]] = {"unit": "units", PEOPLE: "people"}
Own = Mapping[str, Mapping[str, Plain]]


def checked_rules(ground: Ground, own: Own) -> dict[str, Any]:
    """The file's facts, indicators and norms with typed conditions; what is wrong is noted on `ground`."""
    return _Rules(ground, own).checked()


class _Rules:
    def __init__(self, ground: Ground, own: Own) -> None:
        self.ground = ground
        self.own = own
        self.facts = ground.view.facts(ground.structure.id)

    def checked(self) -> dict[str, Any]:
        structure = self.ground.structure
        facts = {name: self._fact(name, fact) for name, fact in structure.facts.items()}
        self._circles()
        return {
            "facts": facts,
            "indicators": {name: self._indicator(name, one) for name, one in structure.indicators.items()},
            "norms": {name: self._norm(name, one) for name, one in structure.norms.items()},
        }

    # --- facts -----------------------------------------------------------------------------------

    def _fact(self, name: str, fact: Fact) -> Fact:
        path: Path = ("facts", name)
        getattr(self, f"_form_{fact.form}")(fact, path)
        self._own_name(name, fact)
        if isinstance(fact, ChosenFact) and fact.where is not None:
            typed = self.ground.condition((*path, "where"), self._seen_by(fact))
            return fact.model_copy(update={"where": typed})
        return fact

    def _own_name(self, name: str, fact: Fact) -> None:
        """A fact and a column of one name could not be told apart in conditions."""
        carried = isinstance(fact, ColumnFact) and fact.column == name
        if name in self._table(fact.entity) and not carried:
            self.ground.wrong(
                ("facts", name),
                f"“{name}”是列名,事实要另取名字",
                f"'{name}' is the name of a column: give the fact another",
            )

    def _seen_by(self, fact: ChosenFact) -> Mapping[str, Typed]:
        """What a fact's condition can name."""
        if isinstance(fact, LinksFact):
            names = (fact.links,)
            ties = {**self.ground.columns("relations", names), **self.ground.columns("trees", names)}
            return {**ties, **self.own["units"], **self.ground.columns("kinds", fact.kinds)}
        if isinstance(fact, BelowFact):
            return {**self.own["units"], **self.ground.columns("kinds", fact.below)}
        roles = (
            fact.holders
            if isinstance(fact, HoldersFact)
            else fact.held
            if isinstance(fact, OfPeopleFact)
            else ()
        )
        seen: dict[str, Typed] = {**self.own["memberships"], **self.ground.columns("roles", roles)}
        if isinstance(fact, HoldersFact):
            return {**self._table(PEOPLE), **self._types(PEOPLE), **seen}
        return seen

    def _form_links(self, fact: LinksFact, path: Path) -> None:
        self.ground.known("relation", fact.links, (*path, "links"))
        if (fact.from_ is None) == (fact.to is None):
            self.ground.wrong(
                path,
                "links 要写 from 或 to 其一:from 数指向本单位的,to 数由本单位指出的",
                "links takes one of from (links into the unit) and to (links out of it)",
            )
        self.ground.all_known("kind", fact.from_ or (), (*path, "from"))
        self.ground.all_known("kind", fact.to or (), (*path, "to"))

    def _form_holders(self, fact: HoldersFact, path: Path) -> None:
        self.ground.all_known("role", fact.holders, (*path, "holders"))

    def _form_held(self, fact: OfPeopleFact, path: Path) -> None:
        self.ground.all_known("role", fact.held, (*path, "held"))

    def _form_measure(self, fact: MeasureFact, path: Path) -> None:
        self.ground.known("measure", fact.measure, (*path, "measure"))

    def _form_below(self, fact: BelowFact, path: Path) -> None:
        self._in_tree(fact.below, fact.tree, path, "below")
        if fact.sum is not None:
            self._names("unit", fact.sum, (*path, "sum"))

    def _form_above(self, fact: AboveFact, path: Path) -> None:
        self._in_tree(fact.above, fact.tree, path, "above")
        self._names("unit", fact.any, (*path, "any"))

    def _in_tree(self, kinds: tuple[str, ...], tree: str, path: Path, key: str) -> None:
        if self.ground.all_known("kind", kinds, (*path, key)) & self.ground.known(
            "tree", tree, (*path, "in")
        ):
            self.ground.placed(kinds, tree, (*path, key))

    def _form_uncovered(self, fact: UncoveredFact, path: Path) -> None:
        if self.ground.known("role", fact.uncovered, (*path, "uncovered")):
            columns = self.ground.columns("roles", [fact.uncovered])
            if fact.from_ == fact.to:  # whole shifts
                self._column(fact.from_, columns, ("text",), (*path, "from"))
                return
            for key, name in (("from", fact.from_), ("to", fact.to)):
                self._column(name, columns, ("int", "float", "text"), (*path, key))

    def _form_years_since(self, fact: YearsSinceFact, path: Path) -> None:
        self._column(fact.years_since, self._table(fact.entity), ("date",), (*path, "years_since"))

    def _form_column(self, fact: ColumnFact, path: Path) -> None:
        self._column(fact.column, self._table(fact.entity), ("int", "float"), (*path, "column"))

    def _table(self, entity: str) -> Mapping[str, Typed]:
        table = TABLE[entity]
        made: dict[str, Typed] = dict(self.own[table])
        return made | self.ground.view.columns(table)

    def _column(self, name: str, columns: Mapping[str, Typed], wanted: tuple[str, ...], path: Path) -> None:
        if name not in columns:
            self.ground.unknown("column", name, columns, path)
        elif columns[name].type not in wanted:
            self.ground.wrong(
                path,
                f"列“{name}”的类型是 {columns[name].type},这里要 {' 或 '.join(wanted)}",
                f"the column '{name}' is of type {columns[name].type}, here {' or '.join(wanted)} is due",
                at_value=True,
            )

    def _form_weigh(self, fact: WeighFact, path: Path) -> None:
        for name, factor in fact.weigh.items():
            at = (*path, "weigh", name)
            self._names(fact.entity, name, at, at_key=True)
            if not math.isfinite(factor):
                self.ground.wrong(
                    at,
                    f"系数应是有限的数,而不是 {factor}",
                    f"a factor is a finite number, not {factor}",
                    at_value=True,
                )

    def _names(self, entity: str, name: str, path: Path, *, at_key: bool = False) -> None:
        """A fact that something names: it must exist, and be of units (or people) as what names it."""
        if name not in self.facts:
            self.ground.unknown("fact", name, self.facts, path, at_key=at_key)
        elif self.facts[name].entity != entity:
            what = {"unit": ("单位", "units"), PEOPLE: ("人", "people")}
            (zh, en), (due_zh, due_en) = what[self.facts[name].entity], what[entity]
            self.ground.wrong(
                path,
                f"“{name}”是{zh}的事实,这里要{due_zh}的",
                f"'{name}' is a fact of {en}, here one of {due_en} is due",
                at_value=not at_key,
            )

    def _circles(self) -> None:
        edges = {name: [*fact.facts_used, *self._read_by(fact)] for name, fact in self.facts.items()}
        circle = circle_in(edges)
        mine = [name for name in circle if name in self.ground.structure.facts]
        if mine:
            shown = " → ".join((*circle, circle[0]))
            self.ground.wrong(
                ("facts", mine[0]),
                f"循环:{shown}。事实不能由自己算出",
                f"a circle: {shown}. No fact can be made of itself",
            )

    def _read_by(self, fact: Fact) -> list[str]:
        if isinstance(fact, HoldersFact) and fact.where is not None:
            return [n for n in columns_of(fact.where) if n in self.facts and self.facts[n].entity == PEOPLE]
        return []

    # --- indicators and norms --------------------------------------------------------------------

    def _types(self, entity: str) -> dict[str, Typed]:
        """The facts of units or people, as columns of a condition."""
        view = self.ground.view
        return {
            name: Plain(fact_type(self.facts, name, view.measures, view.columns(TABLE[entity])))
            for name, fact in self.facts.items()
            if fact.entity == entity
        }

    def _seen(self, of: Iterable[str]) -> Mapping[str, Typed]:
        """What a condition of an indicator or norm can name: columns, and facts (which win)."""
        if PEOPLE in of:
            return {**self._table(PEOPLE), **self._types(PEOPLE)}
        return {**self.own["units"], **self.ground.columns("kinds", of), **self._types("unit")}

    def _of(self, of: tuple[str, ...], path: Path) -> str:
        """Whether an indicator or norm is about units or people."""
        kinds = [kind for kind in of if kind != PEOPLE]
        if kinds and len(kinds) < len(of):
            self.ground.wrong(
                path, "不能既是 people 又是单位类别", "cannot be about people and units at once"
            )
        for index, kind in enumerate(of):
            if kind == PEOPLE or kind in self.ground.view.kinds:
                continue
            self.ground.unknown("kind", kind, [*self.ground.view.kinds, PEOPLE], (*path, index))
        return "unit" if kinds else PEOPLE

    def _condition(self, path: Path, types: Mapping[str, Typed]) -> Any:
        if not self.ground.structure.source.at(path):
            self.ground.wrong(path, "条件是空的", "the condition is empty")
            return None
        return self.ground.condition(path, types)

    def _indicator(self, name: str, one: Indicator) -> Indicator:
        path: Path = ("indicators", name)
        entity = self._of((one.of,), (*path, "of"))
        self._one_way(one, path)
        for key, fact, at_key in self._named(one):
            self._names(entity, fact, (*path, *key), at_key=at_key)
        self._target(one, path)
        if self.ground.known("tree", one.over, (*path, "over")) and entity == "unit":
            self.ground.placed([one.of], one.over, (*path, "over"))
        types = self._seen((one.of,))
        update = {
            key: self._condition((*path, key), types)
            for key in ("where", "counts_if")
            if getattr(one, key) is not None
        }
        return one.model_copy(update=update)

    def _one_way(self, one: Indicator, path: Path) -> None:
        given = [key for key in ("counts_if", "ratio") if getattr(one, key) is not None]
        if len(given) != 1:
            said = ("两者都写了", "both are given") if given else ("两者都没有写", "neither is given")
            self.ground.wrong(
                path,
                f"指标要写 counts_if 或 ratio 其一,{said[0]}",
                f"an indicator takes one of counts_if and ratio, {said[1]}",
            )
        if one.weight is not None and one.ratio is not None:
            self.ground.wrong(
                (*path, "weight"), "weight 只与 counts_if 同用", "weight goes with counts_if only"
            )

    def _named(self, one: Indicator) -> Iterable[tuple[tuple[str | int, ...], str, bool]]:
        if one.ratio is not None:
            yield from ((("ratio", i), fact, False) for i, fact in enumerate(one.ratio))
        if one.weight is not None:
            yield ("weight",), one.weight, False

    def _target(self, one: Indicator, path: Path) -> None:
        if one.target is None:
            return
        top = 1 if one.counts_if is not None else math.inf
        if not (0 <= one.target <= top and math.isfinite(one.target)):
            due = (
                ("0 到 1 之间,90% 写 0.9", "between 0 and 1; 90 % is 0.9")
                if top == 1
                else ("不小于 0 的数", "a number from 0 up")
            )
            self.ground.wrong(
                (*path, "target"),
                f"目标应是{due[0]},而不是 {one.target}",
                f"a target is {due[1]}; this is {one.target}",
                at_value=True,
            )

    def _norm(self, name: str, one: Norm) -> Norm:
        path: Path = ("norms", name)
        self._of(one.of, (*path, "of"))
        types = self._seen(one.of)
        update = {
            key: self._condition((*path, key), types)
            for key in ("where", "must")
            if getattr(one, key) is not None
        }
        return one.model_copy(update=update)
