"""How help is laid out: plain text in the reader's language, common options last.

Typer's own layout in boxes costs twice the time of the program's start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.core import TyperCommand

from orgraph.model.glossary import say

if TYPE_CHECKING:
    _Base = TyperCommand
else:
    _Base = object

COMMON = "common"
"""The panel of the options that every verb has."""


class Helping(_Base):
    """Headings in the reader's language; arguments, options and common options apart."""

    def format_options(self, ctx: Any, formatter: Any) -> None:
        """Write the arguments, the verb's own options, the common ones, and the verbs of a group."""
        panels: dict[str, list[tuple[str, str]]] = {
            say(zh="参数", en="Arguments"): [],
            say(zh="选项", en="Options"): [],
            say(zh="通用选项", en="Common options"): [],
        }
        arguments, own, common = panels.values()
        for parameter in self.get_params(ctx):
            line = parameter.get_help_record(ctx)
            if line is None:
                continue
            if parameter.param_type_name == "argument":
                arguments.append((parameter.metavar or parameter.name or "", line[1]))
            elif getattr(parameter, "rich_help_panel", None) == COMMON or "--help" in parameter.opts:
                common.append(line)
            else:
                own.append(line)
        for title, lines in panels.items():
            if lines:
                with formatter.section(title):
                    formatter.write_dl(lines)
        if hasattr(self, "format_commands"):
            self.format_commands(ctx, formatter)

    def get_help_option(self, ctx: Any) -> Any:
        """The option ``--help``, told in the reader's language."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.help = say(zh="显示帮助", en="show this help")
        return option


class Verb(Helping, TyperCommand):
    """A verb."""

    def __init__(self, name: str | None, **attributes: Any) -> None:
        super().__init__(name, **{**attributes, "rich_markup_mode": None})
