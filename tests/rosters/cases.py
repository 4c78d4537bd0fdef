"""What an awkward roster is: the files a script makes, what they must become, and what must be said of them.

Every group of cases is one file beside this one. What is expected stands as lines of text, one for each row
that an import puts into a table (``+``) or takes out (``-``), and one for each finding, so that a case is
read from top to bottom: how the workbook looks, what it becomes, what the clerk is told.
"""

from __future__ import annotations

import datetime as dt
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl
from roster_desk import DAY, ESTATES, PARTY, PLACES, TOWN, Desk, Rows

import orgraph as og
from orgraph.roster.draft import Draft

BEFORE = "2022-03-31"
"""The day of the rosters that every case finds in its store."""

MORE = """
structure: more
name: {zh: 新河镇补充, en: more of Newriver}
uses: [town]
measures:
  petitions: {zh: 信访件数, unit: 件, over_time: sum}
  special: {zh: 重点人员数, unit: 人, synonyms: [重点人员]}
  funds: {zh: 经费, unit: 元, decimals: 2, over_time: sum}
  land: {zh: 土地面积, unit: 亩, decimals: 1}
kinds:
  enterprise:
    zh: 企业
    under: {territory: [village]}
    columns: {staff: {zh: 职工数, type: int, min: 0, max: 100000}}
roles:
  member:
    columns:
      joined: {zh: 入党时间, type: date, after: birth}
      became_full: {zh: 转正时间, type: date, after: joined}
people: {columns: {birth: {zh: 出生年月, type: date}, sex: {zh: 性别, values: [男, 女]}}}
rosters:
  enterprises:
    titles: [企业花名册]
    row: {unit: enterprise}
    columns:
      统一社会信用代码: {is: id, optional: true}
      企业名称: {is: name}
      村社区: {parent: village, in: territory, fill_down: true}
      职工数: {is: staff, optional: true}
      面积: {measure: land, optional: true}
  terms:
    titles: [党组织存续表]
    row: {unit: branch}
    columns:
      支部名称: {is: name}
      上级党委: {parent: committee, in: party}
      成立时间: {is: since}
      撤销时间: {is: until, optional: true}
  cadres:
    titles: [党员信息花名册]
    row: {person: 姓名}
    columns:
      姓名: {is: name}
      性别: {is: sex, optional: true}
      出生年月: {is: birth, optional: true}
      入党时间: {is: joined, optional: true}
      转正时间: {is: became_full, optional: true}
      所在党支部: {member_of: branch, role: member}
      手机号码: {is: phone, optional: true}
      公民身份号码: {is: id_number, optional: true}
  figures:
    titles: [村社区数据统计表]
    row: {measure: [petitions, special, funds, land]}
    columns:
      村社区: {parent: village, in: territory}
      信访件数: {measure: petitions, optional: true}
      重点人员数: {measure: special, optional: true}
      经费: {measure: funds, optional: true}
      土地面积: {measure: land, optional: true}
"""


def structures() -> og.Structures:
    return og.Structures.from_texts({"town": TOWN, "more": MORE})


TOWN_ROSTERS: Mapping[str, Rows] = {
    "地点": PLACES,
    "小区": [row[:3] for row in ESTATES],
    "党组织": [(*row[:3], None, None) if i else row for i, row in enumerate(PARTY)],
}
"""What the town's store holds before a case: two villages, three estates, a committee, branches, a group."""


@dataclass(frozen=True)
class Case:
    """One awkward roster.

    Attributes
    ----------
    name
        What is awkward about it.
    make
        Writes the files into a folder and returns what is given to the importer.
    becomes
        Lines of `told`: every row that comes into a table or leaves one.
    says
        Lines of `said`: every finding.
    meant
        The first sheet of the first file as its clerk means it: header and rows, days as `date`, figures as
        numbers. Empty where the sheet is not meant to be read.
    hard
        What a reader by pandas defaults gets wrong; empty where it does well.
    options
        Of `read_rosters`: ``on``, ``mode``, ``yes``, ``scope``, ``skip_rows``.
    refused
        Whether nothing may be imported.
    unreadable
        What the error says where a file cannot be read at all.
    """

    name: str
    make: Callable[[Path], Path | Sequence[Path]]
    becomes: str = ""
    says: str = ""
    meant: Rows = ()
    hard: str = ""
    options: Mapping[str, object] = field(default_factory=dict)
    refused: bool = False
    unreadable: str = ""

    def files(self, folder: Path) -> list[Path]:
        made = self.make(folder)
        return [made] if isinstance(made, Path) else list(made)


def clerk(folder: Path, base: Path) -> Desk:
    """A desk with a copy of the town's store."""
    desk = Desk.__new__(Desk)
    desk.folder, desk.count = folder, 0
    (folder / "town.duckdb").write_bytes(base.read_bytes())
    desk.store = og.open(folder / "town.duckdb")
    return desk


def drafted(desk: Desk, paths: Sequence[Path], options: Mapping[str, object]) -> Draft:
    return desk.draft(*paths, **{"on": DAY, **options})


def lines(text: str) -> list[str]:
    return sorted(line.strip() for line in text.strip().splitlines() if line.strip())


# --- what is expected, as text ---------------------------------------------------------------------


def told(draft: Draft, desk: Desk) -> list[str]:
    """Every row that comes in or leaves, people by their names; a row's day is left out where it is ours."""
    names = dict(desk.store.timeline().table("people").select("id", "name").iter_rows())
    names |= dict(draft.changes["people"].into.select("id", "name").iter_rows())
    made = []
    for table in draft.changes:
        patch = draft.changes[table]
        for sign, frame in (("-", patch.out), ("+", patch.into)):
            made += [f"{sign} {_row(table, row, names)}" for row in frame.iter_rows(named=True)]
    return sorted(made)


def _row(table: str, row: dict[str, object], names: Mapping[str, str]) -> str:
    heads = {
        "units": ("id", "kind", "name"),
        "links": ("source", "relation", "target"),
        "people": ("name",),
        "memberships": ("person", "role", "unit"),
        "measures": ("unit", "measure", "value"),
        "contacts": ("person", "field", "value"),
    }[table]
    day = dt.date.fromisoformat(DAY)
    usual = {"since": day, "until": day + dt.timedelta(1) if table == "measures" else None}
    if row.get("field") == "id_hash":
        row = {**row, "value": "…"}
    shown = [str(names.get(str(row[h]), row[h]) if h == "person" else row[h]) for h in heads]
    rest = [
        f"{c}={v}"
        for c, v in row.items()
        if c not in (*heads, "id", "structure") and v != usual.get(c) and (v is not None or c in usual)
    ]
    return " ".join([table, *shown, *rest])


def said(draft: Draft) -> list[str]:
    """Every finding: severity, code, row, column, value."""
    rows = draft.findings.select("severity", "code", pl.col("row").cast(pl.String), "column", "value")
    return sorted(" ".join(v or "-" for v in row) for row in rows.iter_rows())


# --- the reader that everybody would write ---------------------------------------------------------


def by_pandas(path: Path) -> list[list[object]]:
    """What pandas makes of a file with its defaults: the header it finds, and its rows."""
    import pandas as pd

    old = path.suffix in (".xls", ".xlsb", ".ods", ".et")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of types that pandas guesses, and of engines that it will choose
        if path.suffix in (".csv", ".tsv", ".txt"):
            frame = pd.read_csv(path)
        else:
            frame = pd.read_excel(path, engine="calamine" if old else "openpyxl")
    return [list(frame.columns), *frame.astype(object).where(frame.notna(), None).to_numpy().tolist()]


def agrees(read: Sequence[Sequence[object]], meant: Rows) -> bool:
    """Whether a reader's rows are what the clerk means: header, number of rows, every cell."""
    if list(read[0]) != list(meant[0]) or len(read) != len(meant):
        return False
    return all(
        _same(a, b) for x, y in zip(read[1:], meant[1:], strict=True) for a, b in zip(x, y, strict=True)
    )


def _same(read: object, meant: object) -> bool:
    if isinstance(meant, dt.date):
        return str(read)[:10] == meant.isoformat()
    if isinstance(meant, int | float):
        return isinstance(read, int | float) and read == meant
    return read == meant
