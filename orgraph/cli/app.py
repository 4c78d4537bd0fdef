"""The command ``orgraph``: its verbs, loaded when they are called, and the one end of every error.

``orgraph --help`` reads only the table below. A verb's file, and with it Typer's reading of its options,
comes in when the verb is called; Polars, pydantic and DuckDB when its function runs.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise
from typing import Annotated, Any, NamedTuple

import typer
from typer.core import TyperGroup

from orgraph.cli.failing import told
from orgraph.cli.helping import Helping, Verb
from orgraph.model.glossary import say, set_language


class Line(NamedTuple):
    """One verb as the list of verbs shows it."""

    section: str
    zh: str
    en: str

    @property
    def help(self) -> str:
        """What the verb does, in the current language."""
        return say(zh=self.zh, en=self.en)


VERBS: dict[str, Line] = {
    "demo": Line(
        "start", "嘉兴、洪合、高照示例:建库、作答、出图", "Jiaxing, Honghe, Gaozhao: store, answers, page"
    ),
    "init": Line("start", "按架构新建数据库", "a new store for a structure"),
    "template": Line("start", "按架构生成空白花名册", "an empty workbook to fill in"),
    "recognise": Line("data", "花名册会被怎样读", "what rosters are taken for"),
    "import": Line("data", "导入花名册", "read rosters into the store"),
    "history": Line("data", "历次修改", "every revision so far"),
    "undo": Line("data", "撤销一次修改", "take a revision back"),
    "forget": Line("data", "抹去一个人的姓名和联系方式", "erase a person's name and contacts"),
    "push": Line("data", "把本库新的版次送到另一个库", "send what this store knows further to another"),
    "pull": Line("data", "从另一个库取来新的版次", "fetch what another store knows further"),
    "export": Line("data", "导出为 neo4j-admin 的批量导入文件", "files for the bulk import of Neo4j"),
    "tree": Line("ask", "隶属关系树", "who stands under whom"),
    "show": Line("ask", "一个单位的全貌", "all about one unit"),
    "span": Line("ask", "管理幅度", "span of control"),
    "coverage": Line("ask", "覆盖率等指标", "rates such as coverage"),
    "gaps": Line("ask", "空白点清单", "the blank spots behind a rate"),
    "facts": Line("ask", "各单位的事实,可排名、合计", "any declared figure, unit by unit"),
    "check": Line("ask", "哪里不合规则", "where norms are broken"),
    "reach": Line("ask", "从一个单位出发能到达谁", "who is reached from a unit"),
    "mobilise": Line("ask", "多久能召集多少人(模拟)", "how long to bring so many people together"),
    "load": Line("ask", "任职与负担", "who carries how much"),
    "cutoff": Line("ask", "缺了谁会断线", "whose loss cuts others off"),
    "nesting": Line("ask", "两种划分是否嵌套", "whether one partition nests in another"),
    "distance": Line("ask", "两个单位相距几步", "how many steps lie between units"),
    "trend": Line("ask", "指标或数量的走势", "a rate or a figure through time"),
    "compare": Line("ask", "两个日期之间的变化", "what changed between two days"),
    "cypher": Line("ask", "用 Cypher 查询 Neo4j 库(只读)", "a read-only question in Cypher"),
    "map": Line("pages", "可离线打开的组织图(网页)", "the organisation as a page that opens offline"),
}


class Verbs(Helping, TyperGroup):
    """The verbs of `VERBS`; each one's file is imported when it is called."""

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        # Names only: enough for the list of verbs and for "did you mean".
        self.commands = {name: Verb(name) for name in VERBS}

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ARG002 -- Typer's signature
        """The verb of this name, read from its file; None where there is none."""
        if cmd_name not in VERBS:
            return None
        name = cmd_name + "_" if cmd_name == "import" else cmd_name
        function = getattr(import_module(f"orgraph.cli.{name}"), name)
        alone = typer.Typer(add_completion=False, rich_markup_mode=None)
        alone.command(cmd_name, cls=Verb, help=_long_help(cmd_name, function))(function)
        return typer.main.get_command(alone)

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the language before anything is said."""
        set_language("en" if _language_asked(args) == "en" else "zh")
        return super().parse_args(ctx, args)

    def invoke(self, ctx: Any) -> Any:
        """Run the verb; whatever goes wrong ends in one line and an exit code."""
        with told():
            return super().invoke(ctx)

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ARG002 -- Typer's signature
        """List the verbs by what they are for."""
        titles = {
            "start": say(zh="开始", en="Start"),
            "data": say(zh="数据", en="Data"),
            "ask": say(zh="查询", en="Answers"),
            "pages": say(zh="网页", en="Pages"),
        }
        for section, title in titles.items():
            with formatter.section(title):
                formatter.write_dl([(v, line.help) for v, line in VERBS.items() if line.section == section])


def _long_help(verb: str, function: Any) -> str:
    """The verb's line, then what its function's module says beyond that (`MORE`)."""
    more: str = getattr(import_module(function.__module__), "MORE", "")
    return VERBS[verb].help + ("\n\n" + more if more else "")


def _language_asked(args: Sequence[str]) -> str:
    for option, value in pairwise([*args, ""]):
        if option == "--lang":
            return value
        if option.startswith("--lang="):
            return option.removeprefix("--lang=")
    return os.environ.get("ORGRAPH_LANG", "zh")


def _version(asked: bool) -> None:
    if asked:
        import orgraph

        typer.echo(f"orgraph {orgraph.__version__}")
        raise typer.Exit


app = typer.Typer(cls=Verbs, add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.callback(
    no_args_is_help=True,
    epilog="orgraph VERB --help;  --lang en  /  ORGRAPH_LANG=en",
    help="花名册进,一张有时间的组织图,问题得到回答,网页和工作簿出。\n\n"
    "Rosters in, one dated graph of the organisation, questions answered, pages and workbooks out.",
)
def orgraph(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="版本 / the version")
    ] = False,
    lang: Annotated[
        str, typer.Option("--lang", metavar="zh|en", help="语言 / language", show_default=False)
    ] = "",
) -> None:
    """Common to all verbs; the options act before."""
