"""What pydantic found, told as problems with file, line, column, key and the nearest right spelling."""

from __future__ import annotations

import types
from collections.abc import Callable, Iterator
from typing import Any, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from orgraph.model.errors import Problem, nearest
from orgraph.model.glossary import say
from orgraph.model.language import facts, rosters
from orgraph.model.language.yaml_source import Path, Source


def problems_of(error: ValidationError, source: Source) -> list[Problem]:
    """Every problem of a file's form, in the current language."""
    told = {problem.key for problem in source.problems}
    found = [
        _problem(detail, source)
        for detail in error.errors(include_url=False)
        if not str(detail["loc"][-1:]).startswith("('=")  # the name handed down: told at its key already
    ]
    return [problem for problem in found if problem.key not in told]


def _problem(detail: ErrorDetails, source: Source) -> Problem:
    kind, loc = detail["type"], detail["loc"]
    path = source.settled(loc)
    if kind == "missing":
        missing = str(loc[-1])
        return source.problem(
            path, say(zh=f"缺少键“{missing}”", en=f"the key '{missing}' is missing"), at_value=False
        )
    if kind == "extra_forbidden":
        return source.problem(path, _unknown_key(str(loc[-1]), path, source))
    if loc and loc[-1] == "[key]":
        return source.problem(path, _bad_name(str(path[-1]) if path else ""))
    # an empty value has no place of its own
    return source.problem(path, _told(detail, path, source), at_value=detail["input"] is not None)


def _told(detail: ErrorDetails, path: Path, source: Source) -> str:
    kind = detail["type"]
    if kind == "orgraph":
        return str(detail["ctx"]["text"])
    if kind in ("union_tag_not_found", "union_tag_invalid"):
        return _form(path, source)
    value = detail["input"]
    if kind in ("string_type", "string_pattern_mismatch") and not isinstance(value, dict | list):
        return _text(value, path, source)
    told = MESSAGES.get(kind)
    return told(detail) if told is not None else detail["msg"]


def _text(value: Any, path: Path, source: Source) -> str:
    if value is None:
        return say(zh="这里没有写值,应是文字", en="no value is given, a text is due")
    if not isinstance(value, str):
        quoted = f'"{source.written.get(path, value)}"'
        return say(
            zh=f"应是文字,{quoted[1:-1]} 不是:请加引号,写 {quoted}",
            en=f"should be a text, {quoted[1:-1]} is none: quote it, as {quoted}",
        )
    if path and path[-1] == "during":
        return say(
            zh=f'“{value}”不是时段:写 day、month、quarter、year,或 "2022-04"',
            en=f"'{value}' is no period: write day, month, quarter, year, or \"2022-04\"",
        )
    return _bad_name(value)


def _bad_name(name: str) -> str:
    return say(
        zh=f"“{name}”不能作名字:用小写英文字母、数字和下划线,以字母开头,如 home_branch;中文写在 zh 里",
        en=f"'{name}' is no name: small letters, digits and underscores, a letter first, as home_branch",
    )


def _literal(detail: ErrorDetails) -> str:
    allowed = [word.strip(" '") for word in str(detail["ctx"]["expected"]).replace(" or ", ", ").split(",")]
    value = detail["input"]
    hint = nearest(value, allowed, count=1) if isinstance(value, str) else ()
    return say(
        zh=f"“{value}”不可用,可用:{'、'.join(allowed)}" + (f"。是不是:{hint[0]}" if hint else ""),
        en=f"'{value}' is not possible; there are {', '.join(allowed)}"
        + (f". Did you mean: {hint[0]}" if hint else ""),
    )


def _due(zh: str, en: str) -> Callable[[ErrorDetails], str]:
    def told(detail: ErrorDetails) -> str:
        value = detail["input"]
        if value is None:
            return say(zh=f"这里没有写值,应是{zh}", en=f"no value is given, {en} is due")
        return say(zh=f"应是{zh},而不是 {_short(value)}", en=f"should be {en}, not {_short(value)}")

    return told


def _short(value: Any) -> str:
    shown = repr(
        {k: v for k, v in value.items() if not str(k).startswith("=")} if isinstance(value, dict) else value
    )
    return shown if len(shown) <= 60 else shown[:57] + "..."


def _bound(detail: ErrorDetails) -> str:
    (bound,) = detail["ctx"].values()
    signs = {"greater_than": ">", "greater_than_equal": "≥", "less_than": "<", "less_than_equal": "≤"}
    wanted = f"{signs[detail['type']]} {bound}"
    return say(zh=f"应 {wanted},而不是 {detail['input']}", en=f"should be {wanted}, not {detail['input']}")


MESSAGES: dict[str, Callable[[ErrorDetails], str]] = {
    "literal_error": _literal,
    "string_type": _due("文字", "a text"),
    "string_too_short": _due("不为空的文字", "a text that is not empty"),
    "int_type": _due("整数", "an integer"),
    "float_type": _due("数", "a number"),
    "bool_type": _due("true 或 false", "true or false"),
    "tuple_type": _due("列表,如 [a, b]", "a list such as [a, b]"),
    "list_type": _due("列表,如 [a, b]", "a list such as [a, b]"),
    "dict_type": _due("映射,如 {a: …}", "a mapping such as {a: …}"),
    "model_type": _due("映射,如 {zh: …}", "a mapping such as {zh: …}"),
    "too_short": _due("不为空", "not empty"),
    "greater_than": _bound,
    "greater_than_equal": _bound,
    "less_than": _bound,
    "less_than_equal": _bound,
}


def _form(path: Path, source: Source) -> str:
    """A fact, column or row that has no form, or several."""
    forms, what = _forms_at(path)
    written = source.at(path)
    keys = list(written) if isinstance(written, dict) else []
    found = [form for form in forms if form in keys]
    if found:
        return say(
            zh=f"{what[0]}只能有一种写法,这里有 {len(found)} 种:{'、'.join(found)}",
            en=f"{what[1]} has exactly one form, here are {len(found)}: {', '.join(found)}",
        )
    hint = [n for key in keys for n in nearest(str(key), forms, count=1)]
    return say(
        zh=f"{what[0]}缺少写法,应有其一:{'、'.join(forms)}" + (f"。是不是:{hint[0]}" if hint else ""),
        en=f"{what[1]} needs one of {', '.join(forms)}" + (f". Did you mean: {hint[0]}" if hint else ""),
    )


def _forms_at(path: Path) -> tuple[tuple[str, ...], tuple[str, str]]:
    if path[:1] == ("facts",):
        return facts.FORMS, ("事实", "a fact")
    if path[-1:] == ("row",):
        return rosters.ROW_FORMS, ("行", "a row")
    return rosters.COLUMN_FORMS, ("列", "a column")


def _unknown_key(key: str, path: Path, source: Source) -> str:
    allowed = list(_allowed(path[:-1], source))
    hint = nearest(key, allowed, count=1)
    if not hint and source.at(path) is None:
        return say(
            zh=f"不认识的键“{key}”。若它是前面文字的一部分,请给整段文字加引号",
            en=f"unknown key '{key}'. If it belongs to the text before it, quote the whole text",
        )
    return say(
        zh=f"不认识的键“{key}”,可用:{'、'.join(allowed)}" + (f"。是不是:{hint[0]}" if hint else ""),
        en=f"unknown key '{key}'; there are {', '.join(allowed)}"
        + (f". Did you mean: {hint[0]}" if hint else ""),
    )


def _allowed(path: Path, source: Source) -> Iterator[str]:
    """The keys that may stand at a path, read off the models on the way there."""
    from orgraph.model.language.file import Structure

    at: Any = Structure
    for depth, step in enumerate(path):
        at = _step(at, step, source.at(path[: depth + 1]))
    for model in _models(at, source.at(path)):
        for name, field in model.model_fields.items():
            key = field.alias or name
            if not key.startswith("="):
                yield key
        return


def _step(at: Any, step: str | int, value: Any) -> Any:
    for model in _models(at, value):
        for name, field in model.model_fields.items():
            if step == (field.alias or name):
                return field.rebuild_annotation()
        return None
    return _element(at)


def _element(annotation: Any) -> Any:
    """What the values of a mapping or list are."""
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is dict:
        return args[1]
    if origin in (tuple, list):
        return args[0]
    for arg in args:
        found = _element(arg) if not isinstance(arg, str) else None
        if found is not None:
            return found
    return None


def _models(annotation: Any, value: Any) -> list[type[BaseModel]]:
    """The models a value may be read by here; of a union of forms, the one whose key the value has."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    origin = get_origin(annotation)
    if origin in (dict, tuple, list) or annotation is None:
        return []
    inner = [m for arg in get_args(annotation) if not isinstance(arg, str) for m in _models(arg, value)]
    if origin is types.UnionType or len(inner) > 1:
        keys = value if isinstance(value, dict) else {}
        inner = sorted(inner, key=lambda m: getattr(m, "form", "") not in keys)
    return inner
