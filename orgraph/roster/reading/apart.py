"""A reader in a process of its own, with a limit of memory: a file that ends it does not end the import."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import Self

import orgraph
from orgraph.model.glossary import say
from orgraph.roster.reading.grid import UnreadableError
from orgraph.roster.reading.xlsx_book import broken

SECONDS = 600
"""Time after which a file counts as unreadable."""

MEMORY = 5 << 28
"""Bytes of memory the process may take: with this one beside it, less than 2 GiB."""


class Apart:
    """A process in which the ``main`` of a file beside this one runs, with `told` on stdin, as JSON.

    Whether it did what it was to do, its caller sees by the files that it wrote.
    """

    def __init__(self, file: str, told: object) -> None:
        here, home = Path(__file__).parent, Path(orgraph.__file__).parent.parent
        command = [str(here / "apart_child.py"), str(here / file), str(home), str(MEMORY)]
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115 -- closed with the process
        with tempfile.TemporaryFile() as stdin:
            stdin.write(json.dumps(told).encode())
            stdin.seek(0)
            self._process = subprocess.Popen(
                [sys.executable, "-P", *command],
                stdin=stdin,
                stdout=subprocess.DEVNULL,
                stderr=self._stderr,
                env={"POLARS_MAX_THREADS": "1", **os.environ},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._stderr.close()

    def stop(self) -> None:
        """End it, if it still runs."""
        self._process.kill()
        self._process.wait()

    def finish(self) -> UnreadableError:
        """Wait for its end; what to say where it did not do its work."""
        with suppress(subprocess.TimeoutExpired):
            ended = self._process.wait(SECONDS)
            self._stderr.seek(0)
            last = (self._stderr.read().decode("utf-8", "replace").strip().splitlines() or [""])[-1]
            if ended == 1 and not last.startswith("MemoryError"):
                return broken(last)
        return UnreadableError(
            say(
                zh="文件太大或已损坏,读取时用尽了内存。请用 Excel 或 WPS 打开,删去远处的内容,另存为 .xlsx",
                en="the file is too large or damaged: reading it took all memory. Open it in Excel or WPS, "
                "delete what stands far off, and save it as .xlsx",
            )
        )
