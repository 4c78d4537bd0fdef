"""Conditions in words: what a rule wants of a figure, as people say it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from orgraph.model.glossary import say
from orgraph.model.language.condition_values import Scalar
from orgraph.model.language.conditions import All, Any, Condition, Test

Naming = Callable[[str], str]
"""Column → what people call it."""
Valuing = Callable[[str, Scalar], str]
"""Column and value → the value as people read it."""


def plain_value(value: Scalar) -> str:
    """A value as people read it, where nothing is known of its column."""
    if isinstance(value, bool):
        return say(zh="是" if value else "否", en="yes" if value else "no")
    return value.isoformat() if isinstance(value, date) else str(value).removesuffix(".0")


def in_words(
    condition: Condition, naming: Naming = str, valuing: Valuing = lambda _, value: plain_value(value)
) -> str:
    """What a condition wants, in the current language.

    Examples
    --------
    >>> from orgraph.model.language.conditions import parse
    >>> from orgraph.model.glossary import language
    >>> rule = parse({"members": {"min": 3, "max": 50}, "none": [{"status": "shut"}]})
    >>> in_words(rule)
    'members 不少于 3 且不超过 50,且不得:status 为 shut'
    >>> with language("en"):
    ...     in_words(rule)
    'members at least 3 and at most 50, and not: status is shut'
    """
    if not isinstance(condition, All):
        parts = [in_words(part, naming, valuing) for part in condition.parts]
        either = say(zh=" 或 ", en=" or ").join(parts)
        return either if isinstance(condition, Any) else say(zh=f"不得:{either}", en=f"not: {either}")
    tests: dict[str, list[str]] = {}
    for column, test in condition.tests:
        tests.setdefault(column, []).append(_wanted(column, test, valuing))
    both = say(zh=" 且", en=" and ")
    said = [f"{naming(column)} {both.join(wanted)}" for column, wanted in tests.items()]
    said += [in_words(part, naming, valuing) for part in condition.parts]
    return say(zh=",且", en=", and ").join(said)


def _wanted(column: str, test: Test, valuing: Valuing) -> str:
    if test.op == "known":
        return say(zh="应有值", en="known") if test.value else say(zh="应为空", en="empty")
    values = test.value if isinstance(test.value, tuple) else (test.value,)
    text = say(zh="、", en=", ").join(valuing(column, value) for value in values)
    return {
        "is": say(zh=f"为 {text}", en=f"is {text}"),
        "in": say(zh=f"为 {text} 之一", en=f"is one of {text}"),
        "min": say(zh=f"不少于 {text}", en=f"at least {text}"),
        "max": say(zh=f"不超过 {text}", en=f"at most {text}"),
        "above": say(zh=f"大于 {text}", en=f"above {text}"),
        "below": say(zh=f"小于 {text}", en=f"below {text}"),
        "contains": say(zh=f"含“{text}”", en=f"contains '{text}'"),
        "starts": say(zh=f"以“{text}”开头", en=f"begins with '{text}'"),
    }[test.op]
