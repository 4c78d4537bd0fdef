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
    "code": ("问题", "code"),
    "column": ("列", "column"),
    "completeness": ("完整度", "completeness"),
    "denominator": ("分母", "denominator"),
    "descendants": ("下级总数", "descendants"),
    "expected": ("应为", "expected"),
    "file": ("文件", "file"),
    "height": ("下设层数", "height"),
    "hops": ("步数", "hops"),
    "id": ("编号", "id"),
    "indicator": ("指标", "indicator"),
    "kind": ("类别", "kind"),
    "level": ("层级", "level"),
    "measure": ("数量", "measure"),
    "name": ("名称", "name"),
    "numerator": ("分子", "numerator"),
    "parent": ("上级", "parent"),
    "path": ("路径", "path"),
    "people": ("人数", "people"),
    "rate": ("比率", "rate"),
    "reason": ("说明", "reason"),
    "relation": ("关系", "relation"),
    "revision": ("版次", "revision"),
    "role": ("角色", "role"),
    "row": ("行", "row"),
    "severity": ("级别", "severity"),
    "sheet": ("工作表", "sheet"),
    "since": ("自", "since"),
    "span": ("直接下级数", "span"),
    "target": ("目标", "target"),
    "tree": ("隶属", "tree"),
    "unit": ("单位", "unit"),
    "unknown": ("未报", "unknown"),
    "until": ("至", "until"),
    "value": ("值", "value"),
}
"""Column of a result → its heading in Chinese and in English."""


def heading(column: str) -> str:
    """The heading of a result column in the current language; the column's own name where none is kept."""
    zh, en = HEADINGS.get(column, (column, column.replace("_", " ")))
    return say(zh=zh, en=en)
