"""Workbooks and stores for tests of the importer: small, real, made in a temporary folder."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import openpyxl
import polars as pl

import orgraph as og
from orgraph.roster.draft import Draft

DAY = "2022-04-30"
TOWN = """
structure: town
name: {zh: 新河镇, en: Newriver}
trees: {territory: {zh: 属地}, party: {zh: 党组织隶属}}
relations: {covers: {zh: 覆盖}}
roles:
  leader: {zh: 负责人, public: true, synonyms: [网格长, 微网格长]}
  secretary: {zh: 书记, public: true}
  member: {zh: 党员, columns: {status: {zh: 党员类别, values: {full: 正式党员, probationary: 预备党员}}}}
measures:
  households: {zh: 户数, unit: 户}
  residents: {zh: 人口, unit: 人, synonyms: [常住人口]}
  hours: {zh: 服务时长, unit: 小时, decimals: 1, over_time: sum}
people: {columns: {education: {zh: 学历, type: text}}}
kinds:
  town: {zh: 镇, root_of: [territory]}
  village: {zh: 村社区, under: {territory: [town]}, synonyms: [社区, 村]}
  estate:
    zh: 小区
    under: {territory: [village]}
    columns:
      status: {zh: 状态, values: {occupied: [已入住], building: [在建]}}
      built: {zh: 建成时间, type: date}
      floors: {zh: 层数, type: int}
      gated: {zh: 封闭, type: bool}
      area: {zh: 面积, type: float}
  micro_grid: {zh: 微网格, under: {territory: [estate], party: [group]}, roles: {leader: 1}}
  committee: {zh: 党委, root_of: [party]}
  branch: {zh: 支部, under: {party: [committee]}}
  group: {zh: 党小组, under: {party: [branch]}}
  office: {zh: 科室, root_of: [party], under: {party: [office]}}
  net: {zh: 网, root_of: [party], values: [党建网, 服务网]}
rosters:
  places:
    titles: [地点花名册]
    row: {unit: [town, village]}
    columns:
      编号: {is: id, optional: true}
      名称: {is: name}
      类别: {is: kind}
      上级: {parent: [town], in: territory, optional: true}
  estates:
    titles: [小区花名册]
    row: {unit: estate}
    columns:
      社区: {parent: village, in: territory, fill_down: true}
      小区: {is: name}
      状态: {is: status, optional: true}
      建成时间: {is: built, optional: true}
      层数: {is: floors, optional: true}
      封闭: {is: gated, optional: true}
      面积: {is: area, optional: true}
      户数: {measure: households, optional: true}
  micro_grids:
    titles: [微网格长花名册]
    row: {unit: micro_grid}
    columns:
      社区: {ancestor: village, in: territory, fill_down: true}
      小区: {parent: estate, in: territory, fill_down: true}
      党小组: {parent: group, in: party, optional: true}
      微网格: {is: name}
      微网格长: {holder: leader, optional: true}
      联系电话: {phone_of: leader, optional: true}
      身份证号: {id_of: leader, optional: true}
      户数: {measure: households, optional: true}
      人口: {measure: residents, optional: true}
  party:
    titles: [党组织花名册]
    row: {unit: [committee, branch, group]}
    columns:
      党组织名称: {is: name}
      组织类别: {is: kind}
      上级党组织: {parent: [committee, branch], in: party, optional: true}
      书记: {holder: secretary, optional: true}
      覆盖: {link: covers, to: [village, estate], optional: true}
      成立时间: {is: since, optional: true}
  members:
    titles: [党员花名册]
    row: {person: 姓名}
    columns:
      姓名: {is: name}
      所在支部: {member_of: branch, role: member}
      党员类别: {is: status, optional: true}
      学历: {is: education, optional: true}
      入职: {is: since, optional: true}
      联系电话: {is: phone, optional: true}
      身份证号: {is: id_number, optional: true}
  service:
    titles: [服务时长统计]
    row: {measure: hours}
    columns:
      支部: {parent: branch, in: party}
      月份: {is: period, optional: true}
      服务时长: {measure: hours}
  offices:
    titles: [科室花名册]
    row: {unit: office}
    columns:
      科室代码: {is: id, optional: true}
      科室: {is: name}
      上级科室: {parent: office, in: party, optional: true}
  made:
    titles: [随表新建花名册]
    row: {unit: micro_grid}
    columns:
      所在社区: {ancestor: village, in: territory}
      所在小区: {parent: estate, in: territory, creates: true}
      新建微网格: {is: name}
"""

Rows = Sequence[Sequence[object]]
Sheets = dict[str, Rows]

PLACES: Rows = (
    ("编号", "名称", "类别", "上级"),
    ("33", "新河镇", "镇", None),
    ("3301", "东村", "村", "33"),
    ("3302", "西村", "村", "新河镇"),
)
ESTATES: Rows = (
    ("社区", "小区", "状态", "户数"),
    ("东村", "一号院", "已入住", 120),
    ("东村", "二号院", "在建", 80),
    ("西村", "一号院", "已入住", 60),
)
PARTY: Rows = (
    ("党组织名称", "组织类别", "上级党组织", "书记", "覆盖"),
    ("镇党委", "党委", None, "赵一", None),
    ("一支部", "支部", "镇党委", "钱二", "东村/一号院"),
    ("二支部", "支部", "镇党委", None, "西村"),
    ("甲组", "党小组", "一支部", None, None),
)
GRIDS: Rows = (
    ("社区", "小区", "党小组", "微网格", "微网格长", "联系电话", "户数"),
    ("东村", "一号院", "甲组", "1号微网格", "孙三", "13800000001", 40),
    ("东村", "一号院", None, "2号微网格", "李四", "13800000002", 38),
    ("西村", "一号院", None, "1号微网格", "周五", None, 30),
)


class Desk:
    """A store and a folder of workbooks: what a clerk has."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store = og.open(folder / "town.duckdb", structure=og.Structures.from_texts({"town": TOWN}))
        self.count = 0

    def book(self, **sheets: Rows) -> Path:
        """A workbook with these sheets, cells as given."""
        self.count += 1
        path = self.folder / f"名册{self.count}.xlsx"
        book = openpyxl.Workbook()
        book.remove(book.active)
        for name, rows in sheets.items():
            sheet = book.create_sheet(name)
            for row in rows:
                sheet.append(list(row))
        book.save(path)
        return path

    def draft(self, *books: Path, on: str | date | None = DAY, **options: object) -> Draft:
        return og.read_rosters(list(books), into=self.store, on=on, **options)

    def take(self, *books: Path, on: str | date | None = DAY, **options: object) -> Draft:
        """Import, and insist that it goes through."""
        draft = self.draft(*books, on=on, **options)
        assert draft.ok, draft.findings.to_dicts()
        self.store.apply(draft.changes, expect=draft.base_revision)
        return draft

    def put(self, on: str | date | None = DAY, **sheets: Rows) -> Draft:
        return self.take(self.book(**sheets), on=on)

    def town(self) -> None:
        """The town that most tests begin with."""
        self.put(地点=PLACES, 小区=ESTATES, 党组织=PARTY, 微网格长=GRIDS)

    def table(self, name: str, on: str = DAY) -> pl.DataFrame:
        return self.store.read(on=on).table(name)  # type: ignore[arg-type]

    def names(self, on: str = DAY) -> set[str]:
        return set(self.table("units", on)["name"])

    def parents(self, tree: str, on: str = DAY) -> dict[str, str]:
        links = self.table("links", on).filter(relation=tree)
        return dict(zip(links["source"], links["target"], strict=True))

    def holders(self, on: str = DAY) -> set[tuple[str, str, str]]:
        """Who is what where, by name and id of the unit."""
        org = self.store.read(on=on)
        people = org.table("people").select(person="id", who="name")
        rows = org.table("memberships").join(people, on="person").select("who", "unit", "role")
        return set(rows.iter_rows())


def codes(draft: Draft) -> list[tuple[str, object, str | None]]:
    """Code, row and column of every finding that is not merely informative."""
    rows = draft.findings.filter(pl.col("severity") != "info")
    return list(rows.select("code", "row", "column").iter_rows())
