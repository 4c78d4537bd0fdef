"""A town small enough to check by hand: the examples in docstrings ask it."""

from __future__ import annotations

from datetime import date

import polars as pl

from orgraph.model.structure import Structures
from orgraph.model.tables import Org

TOWN = """
structure: town
name: {zh: 小镇, en: small town}
trees: {territory: {zh: 属地, en: territory}}
relations: {covers: {zh: 覆盖, en: covers}}
roles: {leader: {zh: 负责人, en: leader, public: true}, member: {zh: 党员, en: member}}
measures: {households: {zh: 户数, en: households, unit: 户}}
kinds:
  village: {zh: 村, en: village, root_of: [territory], roles: {leader: 1}}
  estate: {zh: 小区, en: estate, under: {territory: [village]}, columns: {status: [occupied, building]}}
  branch: {zh: 支部, en: branch}
facts:
  branches: {links: covers, from: branch}
  homes: {zh: 户数, en: households, measure: households}
indicators:
  covered: {zh: 支部覆盖率, en: covered, of: estate, where: {status: occupied},
            counts_if: {branches: {min: 1}}, target: 1, over: territory}
norms:
  homes_counted: {zh: 户数已报, en: households reported, of: estate, where: {status: occupied},
                  must: {homes: {min: 1}}, source: 小镇花名册说明}
"""


def small_town(on: date = date(2022, 4, 30)) -> Org:
    """A village with two occupied estates, one branch that covers the first of them, and a leader."""
    units = {
        "id": ["v", "e1", "e2", "b"],
        "name": ["洪合村", "东苑", "西苑", "东苑支部"],
        "kind": ["village", "estate", "estate", "branch"],
        "structure": ["town"] * 4,
        "status": [None, "occupied", "occupied", None],
    }
    links = {
        "source": ["e1", "e2", "b"],
        "target": ["v", "v", "e1"],
        "relation": ["territory", "territory", "covers"],
    }
    return Org.from_tables(
        Structures.from_texts({"town": TOWN}),
        on=on,
        units=pl.DataFrame(units),
        links=pl.DataFrame(links),
        people=pl.DataFrame({"id": ["p1", "p2"], "name": ["沈一", "陆二"]}),
        memberships=pl.DataFrame({"person": ["p1", "p2"], "unit": ["v", "b"], "role": ["leader", "member"]}),
        measures=pl.DataFrame(
            {"unit": ["e1"], "measure": ["households"], "since": [date(2022, 4, 1)],
             "until": [date(2022, 4, 2)], "value": [300]}
        ),
    )  # fmt: skip
