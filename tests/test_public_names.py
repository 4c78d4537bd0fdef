"""`import orgraph` gives these names, and gives them late."""

from __future__ import annotations

import ast
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import orgraph

NAMES = [
    "Answers",
    "Call",
    "Org",
    "OrgraphError",
    "Structures",
    "__version__",
    "cascade",
    "check",
    "compare",
    "coverage",
    "cutoff",
    "distance",
    "facts",
    "gaps",
    "language",
    "load",
    "map",
    "mark_findings",
    "mobilise",
    "nesting",
    "open",
    "pull",
    "push",
    "reach",
    "read_rosters",
    "recognise",
    "set_language",
    "show",
    "sources",
    "span",
    "tally",
    "template",
    "tree",
    "trend",
]


def test_the_names_are_these() -> None:
    assert sorted(orgraph.__all__) == NAMES
    assert dir(orgraph) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_each_name_loads_from_its_room(name: str) -> None:
    value = getattr(orgraph, name)
    home = import_module(orgraph._HOME.get(name, "orgraph"))
    assert value is getattr(home, name)
    assert vars(orgraph)[name] is value, "loaded once, then a plain attribute"


def test_type_checkers_are_told_the_same_homes() -> None:
    source = ast.parse(Path(orgraph.__file__).read_text(encoding="utf-8"))
    told = {
        name.name: node.module
        for node in ast.walk(source)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("orgraph.")
        for name in node.names
    }
    assert told == orgraph._HOME


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'spam'"):
        orgraph.spam  # noqa: B018


def test_importing_loads_nothing_but_orgraph_itself() -> None:
    script = "import sys, typing; old = set(sys.modules); import orgraph; print(*set(sys.modules) - old)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.split() == ["orgraph"]
