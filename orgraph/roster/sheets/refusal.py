"""Sheets that list private persons are refused: residents, petitioners, patients, "special persons".

They are counted, never listed. A sheet of counts per unit is welcome, whatever it counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from unicodedata import normalize

import polars as pl

from orgraph.model import findings
from orgraph.model.glossary import say
from orgraph.roster.reading.grid import Sheet
from orgraph.roster.sheets.headers import plain

_LIST = r"(?:信息)?(?:基本情况)?(?:花名册|名册|名单|登记表|登记簿|台账|信息表|明细|一览表)"
_GROUPS = {
    ("居民", "residents"): (
        r"(?:居民|住户|村民|户籍人口|常住人口|流动人口|暂住人口|新居民|租户|租客|承租人|外来人口|户主|家庭成员"
        r"|独居老人|空巢老人|留守\w{2})"
    ),
    ("特殊人群", "'special persons'"): (
        r"(?:重点|特殊|关注|稳控|管控|涉稳|矫正|社区矫正|刑满释放|刑释|安置帮教|吸毒|戒毒|邪教|涉毒)"
        r"(?:人员|人群|对象|青少年)?"
    ),
    ("信访人", "petitioners"): r"(?:信访|上访|缠访|来访)(?:人|人员|对象|户)?",
    ("病人", "patients"): (
        r"(?:病人|患者|病患|精神障碍|精神病|确诊|密接|慢病|慢性病|孕产妇|残疾人|失能)(?:人员|对象|患者)?"
    ),
}
"""Who (in both languages) → titles of lists of them."""

_HEADERS = {
    ("居民", "residents"): (
        "与户主关系",
        "户主姓名",
        "户主关系",
        "家庭成员姓名",
        "房东姓名",
        "承租人姓名",
        "人户分离",
        "婚姻状况及子女",
    ),
    ("特殊人群", "'special persons'"): (
        "管控级别",
        "管控措施",
        "稳控责任人",
        "稳控措施",
        "人员类型重点",
        "刑期",
        "解矫日期",
        "吸毒史",
        "涉毒情况",
    ),
    ("信访人", "petitioners"): ("信访事项", "信访诉求", "信访人", "信访人姓名", "上访次数", "信访次数"),
    ("病人", "patients"): (
        "病情",
        "病种",
        "诊断",
        "诊断结果",
        "患病情况",
        "残疾类别",
        "残疾等级",
        "健康状况",
        "服药情况",
        "核酸结果",
    ),
}
"""Who → headers that only a list of them has."""

_PERSONAL = ("姓名", "身份证号", "身份证号码", "证件号码", "公民身份号码", "户主", "名字")


@dataclass(frozen=True)
class Refusal:
    """Why a sheet is refused: whom it lists, and what shows it."""

    whom: tuple[str, str]
    shown_by: str


def lists_residents(sheet: Sheet, rows: int = 12) -> Refusal | None:
    """Whether a sheet lists private persons: its title says so, or a header that only such a list has."""
    texts = [cell for row in sheet.cells.head(rows).iter_rows() for cell in row if cell]
    words = {plain(text) for text in texts}
    named = bool(words & set(map(plain, _PERSONAL)))
    for whom, headers in _HEADERS.items():
        header = next((h for h in headers if plain(h) in words), None)
        if header is not None:
            return Refusal(whom, header)
    if not named:
        return None
    titles = [normalize("NFKC", re.sub(r"\s", "", text)) for text in (*texts, sheet.name)]
    shown = ((w, t) for w, pattern in _GROUPS.items() for t in titles if re.search(pattern + _LIST, t))
    return next((Refusal(whom, title) for whom, title in shown), None)


def refused(sheet: Sheet, why: Refusal) -> pl.DataFrame:
    """The finding ``residents-listed``."""
    zh, en = why.whom
    return findings.table(
        [
            {
                "severity": "error",
                "code": "residents-listed",
                "file": sheet.file,
                "sheet": sheet.name,
                "row": sheet.first_row,
                "value": why.shown_by[:40],
                "expected": say(zh=f"{zh}只计数,不列名单", en=f"{en} are counted, never listed"),
                "advice": say(
                    zh="按单位汇总成人数后再导入;个人信息保护法要求最小必要",
                    en="import their number per unit instead: the law asks for no more than is needed",
                ),
            }
        ]
    )
