"""A small town for the tests of stores: a structure with columns of every type, and rows by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from orgraph.model.changes import SCHEMAS, Changes, Patch
from orgraph.model.structure import Structures
from orgraph.model.tables import TABLES, Org, conform, schema

TOWN = """
structure: town
name: {zh: 镇, en: town}
trees:
  territory: {zh: 属地, en: territory}
  party: {zh: 党组织, en: party}
relations:
  covers: {zh: 覆盖, en: covers, columns: {share: float}}
roles:
  leader: {zh: 负责人, en: leader, public: true}
  member: {zh: 党员, en: member, columns: {status: [full, probationary]}}
measures:
  households: {zh: 户数, en: households, unit: 户, over_time: last}
people: {columns: {motto: text, born: date}}
kinds:
  town: {zh: 乡镇, en: town}
  village: {zh: 村, under: {territory: [town]}, columns: {posts: int, area: float, checked: date}}
  branch: {zh: 支部, en: branch, under: {party: [village]}, columns: {open: bool, state: [new, old]}}
"""

ALLEY = """
structure: alley
name: {zh: 里弄, en: alley}
uses: [town]
kinds:
  lane: {zh: 弄, en: lane, under: {territory: [village]}, columns: {width: int}}
"""


def structures(*texts: str) -> Structures:
    """Structures from YAML whose first key is the id."""
    return Structures.from_texts({text.split("structure: ")[1].split("\n")[0]: text for text in texts})


def d(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


Row = dict[str, Any]
When = str | None


def unit(id_: When, kind: str, name: When, since: When = None, until: When = None, **more: Any) -> Row:
    row = {"id": id_, "kind": kind, "name": name, "since": d(since), "until": d(until), "structure": "town"}
    return row | more


def tie(source: str, target: When, relation: str, since: When = None, until: When = None, **more: Any) -> Row:
    row = {"source": source, "target": target, "relation": relation, "since": d(since), "until": d(until)}
    return row | more


def post(person: str, unit_: str, role: str, since: When = None, until: When = None, **more: Any) -> Row:
    return {"person": person, "unit": unit_, "role": role, "since": d(since), "until": d(until)} | more


def amount(unit_: str, value: int, since: str, until: str) -> dict:
    return {"unit": unit_, "measure": "households", "since": d(since), "until": d(until), "value": value}


def frame(table: str, rows: Iterable[Mapping[str, Any]], town: Structures) -> pl.DataFrame:
    """Rows as a table of `Changes`."""
    wanted = schema(town, table) if table in TABLES else SCHEMAS[table]
    rows = list(rows)
    columns = {c: pl.Series(c, [r.get(c) for r in rows], dtype=t) for c, t in wanted.items()}
    return pl.DataFrame(columns)


def changes(town: Structures, out: Mapping[str, list] | None = None, **into: list) -> Changes:
    """Changes from rows in (by table) and rows out."""
    out = out or {}
    return Changes(
        {t: Patch(frame(t, out.get(t, ()), town), frame(t, into.get(t, ()), town)) for t in {**out, **into}}
    )


def first_town(town: Structures) -> Changes:
    """One town, two villages, a branch, three people: what most tests begin with."""
    return changes(
        town,
        units=[
            unit("330411106", "town", "洪合镇", "2000-01-01"),
            unit("a", "village", "锦绣社区", "2010-01-01", posts=3, area=1.5, checked=d("2020-02-29")),
            unit("b", "village", "凤桥村", "2010-01-01", "2022-01-01", posts=2),
            unit("b", "village", "凤桥社区", "2022-01-01", posts=4),
            unit("p", "branch", "家园支部", "2021-07-01", open=True, state="new"),
        ],
        links=[
            tie("a", "330411106", "territory", "2010-01-01"),
            tie("b", "330411106", "territory", "2010-01-01"),
            tie("p", "a", "party", "2021-07-01"),
            tie("p", "b", "covers", "2021-07-01", "2023-01-01", share=0.25),
        ],
        people=[
            {"id": "x1", "name": "张三丰", "motto": "太极", "born": d("1950-05-01")},
            {"id": "x2", "name": "李四光"},
            {"id": "x3", "name": "王五"},
        ],
        memberships=[
            post("x1", "p", "leader", "2021-07-01"),
            post("x2", "p", "member", "2021-07-01", status="full"),
            post("x3", "a", "leader", "2010-01-01", "2021-01-01"),
        ],
        measures=[amount("a", 310, "2022-04-30", "2022-05-01"), amount("a", 320, "2023-04-30", "2023-05-01")],
        contacts=[
            {"person": "x1", "field": "phone", "value": "13800000001"},
            {"person": "x2", "field": "phone", "value": "13800000002"},
        ],
    )  # fmt: skip


def rows_of(org: Org, name: str) -> list[tuple]:
    """The rows of a table by id, in an order that does not depend on the store."""
    return in_order(org.table(name))


def in_order(table: pl.DataFrame) -> list[tuple]:
    return sorted(table.rows(), key=repr)


def everything(org: Org) -> dict[str, list[tuple]]:
    return {name: rows_of(org, name) for name in TABLES}


def expected(tables: Mapping[str, pl.DataFrame], town: Structures) -> dict[str, list[tuple]]:
    return {name: in_order(conform(tables[name], schema(town, name))) for name in TABLES}


def names(org: Org) -> dict[str, str]:
    return dict(org.units.select("id", "name").iter_rows())
