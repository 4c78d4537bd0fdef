"""The one place that turns whatever goes wrong into one line and an exit code.

0 fine, 1 findings or refused, 2 wrong usage, 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import typer

from orgraph.model.errors import Conflict, FindingsRefused, OrgraphError, UndoRefused
from orgraph.model.glossary import current_language, say


@contextmanager
def told() -> Iterator[None]:
    """Turn an error inside the block into words on stderr and exit code 1.

    Set ``ORGRAPH_DEBUG=1`` to see where an error that nobody foresaw came from.
    """
    try:
        yield
    except (typer.Exit, typer.Abort, BrokenPipeError):
        raise  # Typer ends these quietly; a broken pipe is a reader that went away
    except OrgraphError as error:
        complain(str(error))
        _show_rows(error)
        raise typer.Exit(1) from None
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        complain(where + (error.strerror or str(error)))
        raise typer.Exit(1) from None
    except Exception as error:
        if hasattr(error, "format_message"):
            _tell_usage(error)
        if os.environ.get("ORGRAPH_DEBUG"):
            raise  # somebody wants to see
        complain(_unforeseen(error))
        raise typer.Exit(1) from None


def _tell_usage(error: Any) -> NoReturn:
    """Wrong usage: in English Typer tells it."""
    if current_language() == "en":
        raise error
    from orgraph.cli.usage import in_chinese

    context = getattr(error, "ctx", None)
    complain(in_chinese(error.format_message(), context.command_path if context else "orgraph"))
    raise typer.Exit(2) from None


def complain(message: str) -> None:
    """Say on stderr, in red, what went wrong."""
    from orgraph.cli.values import harmless

    lines = "\n".join(harmless(line) for line in message.splitlines())
    typer.secho(lines, fg=typer.colors.RED, err=True)


def _unforeseen(error: Exception) -> str:
    what = f"{type(error).__name__}: {' '.join(str(error).split())[:300]}"
    return say(
        zh=f"程序内部错误({what})。设 ORGRAPH_DEBUG=1 再运行可看到出处",
        en=f"internal error ({what}). Run again with ORGRAPH_DEBUG=1 to see where",
    )


def _show_rows(error: OrgraphError) -> None:
    if isinstance(error, FindingsRefused | UndoRefused | Conflict):
        from orgraph.cli.tables import print_table

        print_table(error.findings if isinstance(error, FindingsRefused) else error.rows, err=True)
