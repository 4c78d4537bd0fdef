"""How far long work has come: a bar on stderr, for people alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Progress = Callable[[str, int, int], None]
"""Told the stage, the steps done and the steps in all."""


@contextmanager
def progress() -> Iterator[Progress]:
    """Show a bar while the block runs; nothing is written where stderr is no terminal."""
    from rich import progress as bar

    from orgraph.cli.tables import console

    columns = (
        bar.SpinnerColumn(),
        bar.TextColumn("{task.description}"),
        bar.BarColumn(),
        bar.MofNCompleteColumn(),
        bar.TimeElapsedColumn(),
    )
    out = console(err=True)
    with bar.Progress(*columns, console=out, transient=True, disable=not out.is_terminal) as bars:
        ids: dict[str, int] = {}

        def told(stage: str, done: int, total: int) -> None:
            if stage not in ids:
                ids[stage] = bars.add_task(stage, total=total)
            bars.update(ids[stage], completed=done, total=total)  # type: ignore[arg-type]

        yield told


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something runs that tells no steps."""
    from orgraph.cli.tables import console

    with console(err=True).status(what):
        yield
