"""One glossary, Chinese ↔ English: the language of messages and the headings of tables.

Messages are written where they arise, in both languages: ``say(zh="…", en="…")``. Column names of
result tables are English snake_case everywhere in the library and in JSON; only tables for people
carry headings in the reader's language.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Literal

Language = Literal["zh", "en"]

_language: ContextVar[Language] = ContextVar("orgraph_language", default="zh")


def set_language(lang: Language) -> None:
    """Choose the language of every later message in this context: ``zh`` (default) or ``en``."""
    _language.set(lang)


def current_language() -> Language:
    """The language messages are made in now."""
    return _language.get()


@contextmanager
def language(lang: Language) -> Iterator[None]:
    """Messages inside the block are made in `lang`."""
    token = _language.set(lang)
    try:
        yield
    finally:
        _language.reset(token)


def say(*, zh: str, en: str) -> str:
    """The text in the current language."""
    return zh if _language.get() == "zh" else en


HEADINGS: dict[str, tuple[str, str]] = {
    "advice": ("怎么办", "advice"),
    "after": ("之后", "after"),
    "agreeing": ("一致", "agreeing"),
    "along": ("沿", "along"),
    "apart": ("无对应", "in one alone"),
    "before": ("之前", "before"),
    "block": ("所属块", "block"),
    "block_name": ("所属块名称", "block"),
    "blocks": ("块数", "blocks"),
    "breaches": ("违反", "breaches"),
    "change": ("变化量", "change"),
    "children": ("直接下级", "children"),
    "coarser": ("较粗", "coarser"),
    "code": ("问题", "code"),
    "column": ("列", "column"),
    "command": ("命令", "command"),
    "completeness": ("完整度", "completeness"),
    "count": ("数目", "count"),
    "cut_off": ("失联单位", "cut off"),
    "day": ("日期", "day"),
    "deed": ("操作", "deed"),
    "denominator": ("分母", "denominator"),
    "descendants": ("下级总数", "descendants"),
    "distance": ("距离", "distance"),
    "doubtful": ("未判(条件未知)", "not judged, unknown"),
    "down": ("下行步数", "down"),
    "error": ("标准误", "standard error"),
    "expected": ("应为", "expected"),
    "fact": ("事实", "fact"),
    "field": ("项", "field"),
    "figure": ("数字", "figure"),
    "file": ("文件", "file"),
    "files": ("文件", "files"),
    "finer": ("较细", "finer"),
    "fit": ("幅度评价", "fit"),
    "folded": ("折叠", "folded"),
    "form": ("形式", "form"),
    "found": ("查得", "found"),
    "fragmentation": ("碎裂度", "fragmentation"),
    "gini": ("基尼系数", "Gini"),
    "header": ("表头", "header"),
    "height": ("下设层数", "height"),
    "holds": ("相符", "holds"),
    "hops": ("步数", "hops"),
    "id": ("编号", "id"),
    "indicator": ("指标", "indicator"),
    "into": ("新增行", "rows in"),
    "item": ("项目", "item"),
    "kind": ("类别", "kind"),
    "known": ("已知", "known"),
    "label": ("名目", "label"),
    "largest": ("最多失联", "cuts off at most"),
    "letter": ("列", "column"),
    "level": ("层级", "level"),
    "lies_in": ("实际所在", "lies in"),
    "lies_in_name": ("实际所在名称", "lies in"),
    "made_at": ("时间(UTC)", "made at (UTC)"),
    "made_by": ("操作人", "made by"),
    "max": ("最大", "max"),
    "mean": ("平均", "mean"),
    "means": ("内容", "what it is"),
    "measure": ("数量", "measure"),
    "median": ("中位数", "median"),
    "meeting": ("共同上级", "meeting"),
    "meeting_name": ("共同上级名称", "meeting"),
    "mend": ("改法", "mend"),
    "min": ("最小", "min"),
    "missed": ("未到达", "missed"),
    "name": ("名称", "name"),
    "nested": ("嵌套块数", "nested"),
    "nests": ("嵌套", "nests"),
    "norm": ("规则", "norm"),
    "note": ("说明", "note"),
    "numerator": ("分子", "numerator"),
    "of": ("属于", "of"),
    "out": ("移出行", "rows out"),
    "outliers": ("离群数", "outliers"),
    "parent": ("上级", "parent"),
    "path": ("路径", "path"),
    "people": ("人数", "people"),
    "people_so_far": ("累计人数", "people so far"),
    "period": ("时段", "period"),
    "person": ("人员编号", "person"),
    "points": ("单点数", "single points"),
    "posts": ("应配职数", "posts"),
    "posts_held": ("任职数", "posts held"),
    "published": ("公布", "published"),
    "q1": ("下四分位", "q1"),
    "q3": ("上四分位", "q3"),
    "rank": ("名次", "rank"),
    "rate": ("比率", "rate"),
    "reached": ("到达", "reached"),
    "reason": ("说明", "reason"),
    "refused": ("拒绝", "refused"),
    "relation": ("关系", "relation"),
    "revision": ("版次", "revision"),
    "role": ("角色", "role"),
    "roster": ("花名册", "roster"),
    "row": ("行", "row"),
    "rows": ("行数", "rows"),
    "score": ("把握", "score"),
    "section": ("部分", "section"),
    "several": ("兼多个的", "with several"),
    "severity": ("级别", "severity"),
    "share": ("占比", "share"),
    "share_1": ("1", "1"),
    "share_13_16": ("13–16", "13–16"),
    "share_17": ("17 及以上", "17+"),
    "share_2_3": ("2–3", "2–3"),
    "share_4_7": ("4–7", "4–7"),
    "share_8_12": ("8–12", "8–12"),
    "share_narrow": ("偏窄占比", "narrow"),
    "share_nested": ("嵌套占比", "share nested"),
    "share_people": ("人数占比", "share of people"),
    "share_wide": ("偏宽占比", "wide"),
    "share_within": ("合适占比", "within"),
    "sheet": ("工作表", "sheet"),
    "since": ("自", "since"),
    "skip": ("越级", "skip"),
    "source": ("出自", "source"),
    "span": ("直接下级数", "span"),
    "state": ("状态", "state"),
    "structure": ("架构", "structure"),
    "structures": ("架构版本", "structures"),
    "sum": ("合计", "sum"),
    "table": ("表", "table"),
    "target": ("目标", "target"),
    "tree": ("隶属", "tree"),
    "undoes": ("撤销版次", "undoes"),
    "unit": ("单位", "unit"),
    "units": ("单位数", "units"),
    "units_alone": ("独自所领", "units led alone"),
    "units_led": ("所领单位", "units led"),
    "units_so_far": ("累计单位", "units so far"),
    "units_under": ("所领及其下", "units answered for"),
    "unknown": ("未报", "unknown"),
    "until": ("至", "until"),
    "up": ("上行步数", "up"),
    "used": ("采用", "used"),
    "vacancies": ("空缺", "vacancies"),
    "value": ("值", "value"),
    "weighted": ("按步数加权", "weighted"),
    "what": ("变化", "what"),
    "with_children": ("有下级的", "with children"),
    "within": ("主要所在", "mostly within"),
    "within_name": ("主要所在名称", "mostly within"),
}
"""Column of a result → its heading in Chinese and in English."""


def heading(column: str) -> str:
    """The heading of a result column in the current language; the column's own name where none is kept."""
    zh, en = HEADINGS.get(column, (column, column.replace("_", " ")))
    return say(zh=zh, en=en)


def percent(value: float) -> str:
    """A share as a percentage; never 100 % for less than all, nor 0 % for more than nothing.

    Examples
    --------
    >>> percent(1), percent(0.8), percent(0.88511), percent(0.99999), percent(0.0001)
    ('100 %', '80 %', '88.5 %', '99.999 %', '0.01 %')
    """
    shown = f"{value * 100:,.1f}"
    if (shown == "100.0" and value < 1) or (shown == "0.0" and value > 0):
        shown = f"{value * 100:,.4f}".rstrip("0")
    return shown.removesuffix(".0") + " %"
