"""Options that many verbs share, told once, and what was asked with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import cached_property, wraps
from inspect import Parameter, signature
from typing import TYPE_CHECKING, Annotated, Any, Concatenate, Literal, ParamSpec

import typer

from orgraph.cli.helping import COMMON
from orgraph.model.errors import OrgraphError
from orgraph.model.glossary import say

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

    from orgraph.metrics.engines import Answers
    from orgraph.model.structure import Structures
    from orgraph.model.tables import Org

P = ParamSpec("P")

_DAY = say(
    zh="日期:2022、2022-04、2022-04-30 或 2022年4月30日", en="a day: 2022, 2022-04, 2022-04-30, 2022年4月30日"
)

OPTIONS: dict[str, tuple[Any, Any]] = {
    "store": (
        Annotated[
            str,
            typer.Option(
                "--store",
                metavar="PATH",
                envvar="ORGRAPH_STORE",
                show_envvar=False,
                rich_help_panel=COMMON,
                help=say(zh="数据库文件(或设 ORGRAPH_STORE)", en="the store (or ORGRAPH_STORE)"),
            ),
        ],
        "org.duckdb",
    ),
    "on": (
        Annotated[
            str | None,
            typer.Option(
                "--on", metavar="DATE", rich_help_panel=COMMON, help=_DAY + say(zh=";默认今天", en="; today")
            ),
        ],
        None,
    ),
    "revision": (
        Annotated[
            int | None,
            typer.Option(
                "--revision",
                metavar="N",
                rich_help_panel=COMMON,
                help=say(
                    zh="第 N 版之后所知(默认最新)", en="as known after revision N (default: the latest)"
                ),
            ),
        ],
        None,
    ),
    "engine": (
        Annotated[
            Literal["auto", "local", "server"],
            typer.Option(
                "--engine",
                metavar="auto|local|server",
                rich_help_panel=COMMON,
                help=say(
                    zh="在本机还是在 Neo4j 里计算(结果相同)", en="where to compute: here or inside Neo4j"
                ),
            ),
        ],
        "auto",
    ),
    "lang": (
        Annotated[
            Literal["zh", "en"],
            typer.Option(
                "--lang",
                metavar="zh|en",
                envvar="ORGRAPH_LANG",
                show_envvar=False,
                rich_help_panel=COMMON,
                help=say(zh="语言(或设 ORGRAPH_LANG)", en="language (or ORGRAPH_LANG)"),
            ),
        ],
        "zh",
    ),
    "json": (
        Annotated[
            bool,
            typer.Option(
                "--json",
                rich_help_panel=COMMON,
                help=say(zh="输出 JSON 数组,别无其他", en="a JSON array on stdout and nothing else there"),
            ),
        ],
        False,
    ),
    "csv": (
        Annotated[
            bool, typer.Option("--csv", rich_help_panel=COMMON, help=say(zh="输出 CSV", en="CSV on stdout"))
        ],
        False,
    ),
}
"""Name → how Typer reads it, and its default. `lang` has acted before (see `orgraph.cli.app`)."""

LABELLED = {
    "tree": ("trees",),
    "along": ("trees", "relations"),
    "indicator": ("indicators",),
    "what": ("indicators", "measures"),
    "names": ("facts",),
    "norms": ("norms",),
    "measure": ("measures",),
    "roles": ("roles",),
    "colour": ("indicators",),
}
"""Options whose values are names in structures, which people know by their labels, and the sections."""

READING = ("store", "on", "revision", "lang", "json", "csv")
"""Options of a verb that answers a question."""

EITHER = ("engine", *READING)
"""Those of a verb that two engines answer."""


@dataclass(frozen=True)
class Asked:
    """What the common options of one call say."""

    store: str = "org.duckdb"
    on: str | None = None
    revision: int | None = None
    json: bool = False
    csv: bool = False
    engine: Literal["auto", "local", "server"] = "auto"

    def __post_init__(self) -> None:
        if self.json and self.csv:
            raise typer.BadParameter(say(zh="--json 与 --csv 只能选一个", en="either --json or --csv"))
        _ = self.day  # a wrong day is wrong usage, told before anything is opened

    def coded(self, option: str, given: Any) -> Any:
        """What was given for an option, with names of the structures in the place of their Chinese labels."""
        if isinstance(given, list):
            return [self.coded(option, one) for one in given]
        if option not in LABELLED or not isinstance(given, str) or given.isascii():
            return given
        meant = {
            name for section in LABELLED[option] for name, label in self._labels(section) if label == given
        }
        return meant.pop() if len(meant) == 1 else given

    def _labels(self, section: str) -> list[tuple[str, str | None]]:
        """Names and Chinese labels of a section of all structures."""
        if section in ("trees", "relations", "measures", "roles"):
            sections = [getattr(self._structures, section)]
        else:
            sections = [getattr(file, section) for file in self._structures.files.values()]
        return [(name, one.label.zh) for known in sections for name, one in known.items()]

    @cached_property
    def _structures(self) -> Structures:
        import orgraph

        with orgraph.open(self.store) as store:
            return store.structures

    @cached_property
    def day(self) -> date | None:
        """The day asked; None where none was."""
        return None if self.on is None else day(self.on, "--on")

    @cached_property
    def org(self) -> Org:
        """The organisation as asked, read from the store."""
        import orgraph

        if "answers" in self.__dict__:
            return self.answers.org
        with orgraph.open(self.store) as store:
            return store.read(on=self.day, revision=self.revision)

    @cached_property
    def answers(self) -> Answers:
        """The questions that the store may answer itself, as asked."""
        import orgraph
        from orgraph.metrics.engines import Answers

        store = orgraph.open(self.store)  # it stays open for what is asked
        return Answers(store, self.day, revision=self.revision, engine=self.engine)

    def answer(self, frame: pl.DataFrame, *, title: str = "", org: Org | None = None, note: str = "") -> None:
        """Print a result in the form asked: JSON, CSV, or a table with the day and revision under it."""
        from orgraph.cli.tables import print_answer

        print_answer(
            frame,
            self,
            title=title,
            org=org or (self.answers.frame if "answers" in self.__dict__ else self.org),
            note=note,
        )


def common(*names: str) -> Callable[[Callable[Concatenate[Asked, P], None]], Callable[..., None]]:
    """Give a verb common options; they reach it as one `Asked`, its first argument."""

    def decorate(verb: Callable[Concatenate[Asked, P], None]) -> Callable[..., None]:
        @wraps(verb)
        def called(**given: Any) -> None:
            shared = {name: given.pop(name) for name in names}
            shared.pop("lang", None)
            asked = Asked(**shared)
            verb(asked, **{name: asked.coded(name, value) for name, value in given.items()})  # type: ignore[call-arg]

        _, *own = signature(verb, eval_str=True).parameters.values()
        parameters = [p.replace(kind=Parameter.KEYWORD_ONLY) for p in own] + [
            Parameter(name, Parameter.KEYWORD_ONLY, annotation=OPTIONS[name][0], default=OPTIONS[name][1])
            for name in names
        ]
        called.__signature__ = signature(verb).replace(parameters=parameters)  # type: ignore[attr-defined]
        called.__annotations__ = {p.name: p.annotation for p in parameters}
        return called

    return decorate


def check_ending(output: Path, told: str, *endings: str, more: str = "") -> None:
    """Refuse a file to write that ends otherwise, before work is done; `told`: the endings in words."""
    if output.suffix.lower() not in endings:
        raise typer.BadParameter(
            say(zh=f"{output}:应以 {told} 结尾{more}", en=f"{output}: should end in {told}{more}"),
            param_hint="--output",
        )


def day(text: str, option: str) -> date:
    """The day that a text of the command line means; a wrong one is wrong usage."""
    from orgraph.model.days import day as read_day

    try:
        return read_day(text)
    except OrgraphError as error:
        raise typer.BadParameter(str(error), param_hint=option) from None


Tree = Annotated[
    str | None,
    typer.Option(
        "--tree",
        metavar="TREE",
        help=say(
            zh="哪种隶属关系,如 party(默认联系最多的)", en="which tree, such as party (default: the fullest)"
        ),
    ),
]
Under = Annotated[
    str | None,
    typer.Option(
        "--under",
        metavar="UNIT",
        help=say(zh="只看它之下(编号、名称或路径)", en="only what stands below this unit (id, name or path)"),
    ),
]
Along = Annotated[
    list[str] | None,
    typer.Option(
        "--along",
        metavar="RELATION",
        help=say(zh="沿哪些关系,可重复", en="along these relations; may be repeated"),
    ),
]
People = Annotated[
    bool,
    typer.Option(
        "--people", help=say(zh="列出不公开的任职者姓名", en="name holders of roles that are not public, too")
    ),
]
