"""Wrong usage in Chinese: what Typer says in English, put in the reader's words."""

from __future__ import annotations

import re
from collections.abc import Callable

VALUES: tuple[tuple[str, str], ...] = (
    (r".*'(.+)' is not one of (.+?)\.?", r"“\1”应为其中之一:\2"),
    (r"Input should be a valid integer.*", "应为整数"),
    (r"Input should be a valid number.*", "应为数字"),
    (r"Input should be greater than or equal to (\S+)", r"应不小于 \1"),
    (r"Input should be less than or equal to (\S+)", r"应不大于 \1"),
    (r"Input should be greater than (\S+)", r"应大于 \1"),
    (r"Input should be less than (\S+)", r"应小于 \1"),
    (r"Value error, (.+)", r"\1"),
)
"""What is said of a value, and its words."""


def _unknown(found: re.Match[str]) -> str:
    return f"没有选项 {found[1]}{_near(found[2] or found[3])}"


def _near(names: str | None) -> str:
    return "。是不是:" + names.replace("'", "").replace(", ", "、") if names else ""


def _wrong_value(text: str) -> str:
    for form, words in VALUES:
        if found := re.fullmatch(form, text.strip(), re.DOTALL):
            return found.expand(words).replace("', '", "、").replace("'", "")
    return text


SAID: tuple[tuple[str, Callable[[re.Match[str]], str]], ...] = (
    (r"Missing (?:argument|option|parameter) '?(.+?)'?\.", lambda m: f"缺少 {m[1]}"),
    (
        r"No such option: (\S+?)\.?(?: \(Possible options: (.+)\)| Did you mean (.+)\?)?",
        _unknown,
    ),
    (r"No such command '(.+?)'\.?(?: Did you mean (.+)\?)?", lambda m: f"没有命令“{m[1]}”{_near(m[2])}"),
    (r"Got unexpected extra arguments?(?:\(s\))? \((.+)\)", lambda m: f"多出来的参数:{m[1]}"),
    (r"Option '?(.+?)'? requires an argument\.?", lambda m: f"{m[1]} 后面要有值"),
    (r"Invalid value for '?(.+?)'?: (.+)", lambda m: f"{m[1]}:{_wrong_value(m[2])}"),
)
"""What a message looks like, and its words."""


def in_chinese(message: str, verb: str) -> str:
    """A message of wrong usage in Chinese, with where help is; one that is not known stays as it is."""
    text = message.strip()
    for form, words in SAID:
        if found := re.fullmatch(form, text, re.DOTALL):
            text = words(found)
            break
    return f"{text}。用法见 {verb} --help"
