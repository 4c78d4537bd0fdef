"""``orgraph mobilise``: how long a call takes until so many people are ready."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import typer

from orgraph.cli.options import READING, Along, Asked, common
from orgraph.model.glossary import say

MORE = say(
    zh="消息自 SOURCE 沿渠道逐级传达,每个收到的人按响应率响应,再过响应时间到位;模拟 --runs 次。"
    "时间以分钟计:5 是平均 5 分钟(指数分布),另有 uniform:1..5、fixed:3 或列名;可按渠道给:channel=2。"
    "时间和响应率没有默认值,要用实测的。",
    en="The message goes from SOURCE along the channels, step by step; everybody told answers at a rate and "
    "is ready after a time; this is run --runs times. Minutes: 5 is a mean of 5 (exponential), else "
    "uniform:1..5, fixed:3, or the name of a column; per channel: channel=2. No time or rate has a default: "
    "measure them.",
)

Sources = Annotated[
    list[str], typer.Argument(metavar="SOURCE", help=say(zh="由谁发起(可几个)", en="who calls; several may"))
]
Need = Annotated[int, typer.Option("--need", min=1, metavar="N", help=say(zh="需要多少人", en="how many"))]
Delay = Annotated[
    list[str],
    typer.Option("--delay", metavar="MINUTES", help=say(zh="每传一级的时间", en="from a unit to the next")),
]
Rate = Annotated[
    list[str], typer.Option("--rate", metavar="SHARE", help=say(zh="响应率,0 到 1", en="who answers, 0 to 1"))
]
Response = Annotated[
    list[str],
    typer.Option(
        "--response", metavar="MINUTES", help=say(zh="从收到到到位的时间", en="from being told to ready")
    ),
]
Within = Annotated[
    float, typer.Option("--within", metavar="MINUTES", help=say(zh="希望多久之内", en="wanted in time"))
]
Roles = Annotated[
    list[str] | None,
    typer.Option("--role", metavar="ROLE", help=say(zh="召集谁(默认所有任职者)", en="whom (default: all)")),
]
Count = Annotated[
    str | None,
    typer.Option(
        "--count", metavar="FACT", help=say(zh="改按单位的事实计人数", en="people counted by a fact instead")
    ),
]
Hops = Annotated[
    int | None, typer.Option("--hops", min=1, metavar="K", help=say(zh="最多传 K 级", en="at most K steps"))
]
Direction = Annotated[
    Literal["down", "up", "both"],
    typer.Option("--direction", metavar="down|up|both", help=say(zh="方向", en="direction")),
]
Times = Annotated[
    int, typer.Option("--runs", min=1, metavar="N", help=say(zh="模拟次数", en="how many runs"))
]
Seed = Annotated[
    int,
    typer.Option(
        "--seed", min=0, metavar="N", help=say(zh="随机种子,相同则结果相同", en="same in, same out")
    ),
]


@common(*READING)
def mobilise(  # one parameter per option
    asked: Asked,
    sources: Sources,
    *,
    need: Need,
    delay: Delay,
    rate: Rate,
    response: Response,
    along: Along = None,
    direction: Direction = "down",
    hops: Hops = None,
    roles: Roles = None,
    count: Count = None,
    within: Within = 60,
    runs: Times = 1000,
    seed: Seed = 0,
) -> None:
    """Print `orgraph.mobilise`."""
    import orgraph

    call = orgraph.Call(
        delay=_terms(delay),
        rate=_terms(rate),
        response=_terms(response),
        along=along or None,
        direction=direction,
        hops=hops,
        roles=roles or None,
        count=count,
    )
    how: dict[str, Any] = {"within": within, "runs": runs, "seed": seed}
    frame = orgraph.mobilise(asked.org, sources, need, call, **how)
    title = say(zh=f"从“{'、'.join(sources)}”召集 {need} 人", en=f"{need} people from '{', '.join(sources)}'")
    note = say(zh=f"模拟 {runs:,} 次,种子 {seed}", en=f"{runs:,} runs, seed {seed}")
    asked.answer(frame, title=title, note=note)


def _terms(words: Sequence[str]) -> dict[str, float | str]:
    """``channel=2`` → of that channel; a word without ``=`` → of the rest."""
    parted = (word.rpartition("=") for word in words)
    return {relation.strip() or "*": term.strip() for relation, _, term in parted}
