"""A reader in a process of its own, with a limit of memory: a file that ends it does not end the import."""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import orgraph
from orgraph.model.glossary import say
from orgraph.roster.grid import UnreadableError
from orgraph.roster.xlsx_book import broken

SECONDS = 600
"""Time after which a file counts as unreadable."""

MEMORY = 5 << 28
"""Bytes of memory the process may take: with this one beside it, less than 2 GiB."""


def run_apart(module: str, told: object) -> UnreadableError:
    """Let ``module.main`` run with `told` on stdin, as JSON; what to say where it did not finish.

    Whether it did, its caller sees by the files that it wrote.
    """
    home = str(Path(orgraph.__file__).parent.parent)
    found = f"import sys; {home!r} in sys.path or sys.path.insert(0, {home!r})"
    with suppress(subprocess.TimeoutExpired):
        done = subprocess.run(
            [sys.executable, "-P", "-c", f"{found}; from {module} import main; main()"],
            input=json.dumps(told).encode(),
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
        last = (done.stderr.decode("utf-8", "replace").strip().splitlines() or [""])[-1]
        if done.returncode == 1 and not last.startswith("MemoryError"):
            return broken(last)
    return UnreadableError(
        say(
            zh="文件太大或已损坏,读取时用尽了内存。请用 Excel 或 WPS 打开,删去远处的内容,另存为 .xlsx",
            en="the file is too large or damaged: reading it took all memory. Open it in Excel or WPS, "
            "delete what stands far off, and save it as .xlsx",
        )
    )


def limit_memory() -> None:
    """Hold this process to `MEMORY`, where the system knows such a limit."""
    try:
        import resource
    except ImportError:  # Windows has none
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = MEMORY if hard == resource.RLIM_INFINITY else min(MEMORY, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
