"""Opening a DuckDB file: waiting for one's turn, and saying in plain words what stands in the way."""

from __future__ import annotations

import os
import re
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from orgraph.model.errors import StoreBusy, StoreError, StoreNotFound
from orgraph.model.glossary import say

if TYPE_CHECKING:
    import duckdb

PATIENCE = 5.0
"""Seconds to wait for whoever holds the file."""

MAGIC = b"DUCK"
"""Stands at byte 8 of every DuckDB file."""

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""No DuckDB extension is fetched from the network, whatever a file or a query asks for."""

BUSY = ("Could not set lock", "different configuration", "being used by another process")
"""What DuckDB says where another process, another part of this one, or (Windows) anybody has the file."""

HELD = re.compile(r"held in (?P<program>.+?) \(PID (?P<pid>\d+)\)")

_turns: dict[Path, threading.Lock] = {}
"""Threads of one process take turns at a file: readers that never pause would starve the one that writes."""


@contextmanager
def connected(path: Path, *, read_only: bool, create: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection for the block.

    Raises
    ------
    StoreNotFound
        There is no such file, and it is not to be made.
    StoreBusy
        After `PATIENCE` another process still holds it.
    StoreError
        It is no DuckDB file, or one of a newer DuckDB, or cannot be read.
    """
    if not create:
        look_at(path)
    with _turns.setdefault(path, threading.Lock()):
        con = _opened(path, read_only=read_only)
        try:
            yield con
        finally:
            con.close()


def look_at(path: Path) -> None:
    """Refuse what cannot be a store before DuckDB looks at it, which might ask for an extension."""
    try:
        with path.open("rb") as file:
            head = file.read(12)
    except FileNotFoundError:
        raise StoreNotFound(
            say(
                zh=f"没有库 {path}:用 --store 指出库文件,或用 orgraph init 结构名 新建一个",
                en=f"there is no store {path}: name it with --store, or make one with orgraph init STRUCTURE",
            )
        ) from None
    except IsADirectoryError:
        raise StoreError(
            say(zh=f"{path} 是文件夹,不是库文件", en=f"{path} is a folder, not a store")
        ) from None
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    if head[8:12] != MAGIC:
        raise not_a_store(path)


def _opened(path: Path, *, read_only: bool) -> duckdb.DuckDBPyConnection:
    import duckdb

    until = time.monotonic() + PATIENCE
    pause = 0.01
    while True:
        try:
            return duckdb.connect(str(path), read_only=read_only, config=CONFIG)
        except (duckdb.IOException, duckdb.ConnectionException) as error:
            if not _is_busy(error):
                raise _unreadable(path, str(error)) from error
            if time.monotonic() >= until:
                raise StoreBusy(_holder(path, str(error))) from error
        except duckdb.Error as error:
            raise _unreadable(path, str(error)) from error
        # jitter: two that wait must not keep missing the same gap
        time.sleep(min(pause * (0.5 + secrets.randbelow(1000) / 1000), max(0.0, until - time.monotonic())))
        pause = min(pause * 1.5, 0.2)


def _is_busy(error: duckdb.Error) -> bool:
    text = str(error)
    return any(words in text for words in BUSY)


def _holder(path: Path, text: str) -> str:
    """Who holds the file, as far as the system tells."""
    found = HELD.search(text)
    if not found:
        inside = "different configuration" in text
        who = say(zh="本进程的另一处", en="another part of this process") if inside else text
    else:
        pid = int(found["pid"])
        who = say(
            zh=f"进程 {pid}({_command(pid) or found['program']})",
            en=f"process {pid} ({_command(pid) or found['program']})",
        )
    return say(
        zh=f"{path} 正被占用:{who}。等它结束后再试",
        en=f"{path} is in use by {who}. Try again when that has finished",
    )


def _command(pid: int) -> str:
    """The command line of a process; empty where the system does not tell."""
    try:
        words = Path("/proc", str(pid), "cmdline").read_bytes().split(b"\0")
    except OSError:
        return ""
    text = os.fsdecode(b" ".join(word for word in words if word))
    return text if len(text) <= 200 else text[:200] + "…"


def not_a_store(path: Path) -> StoreError:
    """The error for a file that is something else."""
    return StoreError(say(zh=f"{path} 不是 orgraph 的库文件", en=f"{path} is not a store of orgraph"))


def _unreadable(path: Path, reason: str) -> StoreError:
    if "version number" in reason and "can only read" in reason:
        return StoreError(
            say(
                zh=f"{path} 由更新版本的 DuckDB 写成:请升级 duckdb。{reason}",
                en=f"{path} was written by a newer DuckDB: upgrade duckdb. {reason}",
            )
        )
    return StoreError(say(zh=f"{path} 打不开:{reason}", en=f"{path} cannot be opened: {reason}"))
