"""Pages that orgraph writes into workbooks beside the clerk's own sheets, and by what they are known again.

Instructions, choices and lists of findings are no rosters: a sheet that bears the sentence below near its
top is passed over by every import, whatever its name.
"""

from __future__ import annotations

from collections.abc import Iterable

from orgraph.model.glossary import say

_NOT_READ = (
    "本页由 orgraph 生成,导入时不读取",
    "This page was written by orgraph; imports pass over it",
)

EXAMPLE = r"^[(\[【\x{ff08}]?(?:示例|样例|填写示例|example)[)\]】\x{ff09}]?[::\x{ff1a}]?$"
"""What the first cell of a row says that is an example and no row of a roster (a regular expression)."""


def not_read() -> str:
    """The sentence that marks a page, in the current language."""
    zh, en = _NOT_READ
    return say(zh=zh, en=en)


def is_page(texts: Iterable[str]) -> bool:
    """Whether the texts at the top of a sheet say that orgraph wrote it."""
    return any(text.strip().startswith(_NOT_READ) for text in texts)


def example_mark() -> str:
    """What the first cell of an example row says, in the current language."""
    return say(zh="示例", en="example")


def instructions_name() -> str:
    """Name of the page that tells how to fill in a workbook."""
    return say(zh="填表说明", en="Instructions")


def choices_name() -> str:
    """Name of the hidden page that drop-down lists draw on."""
    return say(zh="选项", en="Choices")


def summary_name() -> str:
    """Name of the page that lists findings."""
    return say(zh="问题汇总", en="Findings")


PROBLEMS = ("问题(orgraph)", "problems (orgraph)")
"""Header of the column of findings in a copy of a large sheet, in both languages; no field of any roster."""


def problems_heading() -> str:
    """The header of the column of findings, in the current language."""
    zh, en = PROBLEMS
    return say(zh=zh, en=en)
