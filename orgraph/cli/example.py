"""A bundled example: how its store is built, and the published figures that its rosters must give.

``examples/NAME/example.yaml`` says which structures and rosters make the store, ``expected.yaml`` lists each
published figure beside the command that prints it.
"""

from __future__ import annotations

import io
import json
import operator
import shlex
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any, Literal

import typer
from pydantic import BaseModel, ConfigDict
from ruamel.yaml import YAML

from orgraph.model.bundled import bundled, roots
from orgraph.model.errors import OrgraphError, UnknownName
from orgraph.model.glossary import current_language, language, say

HOLDS = {"==": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


class Rosters(BaseModel):
    """Bundled files that are one import, and the day they show where they do not say it themselves."""

    model_config = ConfigDict(extra="forbid")

    files: list[str]
    on: date


class Page(BaseModel):
    """Arguments of `orgraph.map`."""

    model_config = ConfigDict(extra="forbid")

    under: str | None = None
    tree: str | None = None
    colour: str | None = None


class Example(BaseModel):
    """How the store of an example is built and shown; further keys serve the tests.

    Attributes
    ----------
    structures
        Names of bundled structures.
    imports
        In their order; files below ``examples/``.
    on
        The day that is asked for.
    page
        What its page shows.
    """

    structures: list[str]
    imports: list[Rosters]
    on: date
    page: Page = Page()


class Figure(BaseModel):
    """A published figure.

    Attributes
    ----------
    figure
        What it is, as ``中文 / English``.
    command
        The verb and its arguments.
    path
        The row of the answer, as columns and their values, then the column; without a column, the number of
        such rows is meant.
    op, value
        What was published: ``> 200`` where it says "over 200".
    """

    model_config = ConfigDict(extra="forbid")

    figure: str
    command: str
    path: list[Any]
    op: Literal["==", ">", ">=", "<", "<="]
    value: float
    source: str = ""

    @property
    def label(self) -> str:
        """What it is, in the current language."""
        zh, _, en = self.figure.partition(" / ")
        return say(zh=zh, en=en or zh)

    def holds(self, found: float) -> bool:
        """Whether a value is the published one."""
        return bool(HOLDS[self.op](found, self.value))

    def arguments(self, on: date) -> list[str]:
        """The command's arguments; `on` is asked for where it names no day of its own."""
        given = shlex.split(self.command)
        return (
            given if given[0] in ("compare", "trend") or "--on" in given else [*given, "--on", on.isoformat()]
        )

    def look_up(self, answer: list[dict[str, Any]]) -> float:
        """The value in the answer of the command.

        Raises
        ------
        OrgraphError
            Not exactly one row is meant.
        """
        wanted, *column = self.path
        rows = [row for row in answer if all(row.get(c) == v for c, v in wanted.items())]
        if not column:
            return len(rows)
        if len(rows) != 1:
            raise OrgraphError(
                say(
                    zh=f"“{self.command}”的答案中有 {len(rows)} 行符合 {wanted},应恰有一行",
                    en=f"{len(rows)} rows of the answer to '{self.command}' are {wanted}: one is meant",
                )
            )
        return float(rows[0][column[0]])


def examples() -> tuple[str, ...]:
    """The names of the bundled examples."""
    return tuple(sorted({p.parent.name for root in roots() for p in root.glob("examples/*/example.yaml")}))


def example(name: str) -> Example:
    """How an example is built.

    Raises
    ------
    UnknownName
        There is none of this name; the message names the nearest.
    """
    if name not in examples():
        raise UnknownName(say(zh="示例", en="example"), name, examples())
    return Example.model_validate(YAML(typ="safe").load(bundled(f"examples/{name}/example.yaml")))


def figures(name: str) -> list[Figure]:
    """The published figures of an example, in the order of its file."""
    return [Figure(**one) for one in YAML(typ="safe").load(bundled(f"examples/{name}/expected.yaml"))]


def ask(arguments: list[str], store: Path) -> list[dict[str, Any]]:
    """What a command prints with ``--json``.

    Raises
    ------
    OrgraphError
        The command printed no answer; why, it has said on stderr.
    """
    from orgraph.cli.app import app

    said, given = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8"),
        [*arguments, "--store", str(store), "--json"],
    )
    with redirect_stdout(said), language(current_language()):  # the command chooses its own
        typer.main.get_command(app).main(given, standalone_mode=False)
    said.flush()
    try:
        answer: list[dict[str, Any]] = json.loads(said.buffer.getvalue())
    except ValueError as error:
        raise OrgraphError(
            say(zh=f"“{shlex.join(arguments)}”没有答案", en=f"no answer to '{shlex.join(arguments)}'")
        ) from error
    return answer
