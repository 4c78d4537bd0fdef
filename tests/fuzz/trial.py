"""One import of a spoilt file by the real command line, in a process of its own, and what is promised of it.

Whatever the file: the process ends by itself with 0 or 1, shows no traceback and no internal error, and it
and its children never hold more than 2 GiB. The store's file stays as it was, byte by byte, and
nothing is left beside it, unless the import says that it was made: then there is one revision more.

The process is forked from this one, which has loaded the packages and run none of them: a tenth of the
time that a new interpreter takes. One in fifty runs in a new interpreter, as users start it.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from dataclasses import dataclass
from pathlib import Path

import cases

MOST_MEMORY = 2 << 30
MOST_SECONDS = 240
ROOT = Path(__file__).resolve().parent.parent.parent
SIGNS = ("Traceback", "panicked", "内部错误", "internal error", "Fatal Python", "RuntimeWarning", "Warning:")
"""What must never stand on stderr."""


@dataclass(frozen=True)
class Done:
    """What came of one import."""

    case: str
    seed: int
    ended: str
    peak: int
    broke: str
    said: str


class Desk:
    """A folder with a sound store and sound rosters, against which spoilt files are tried."""

    def __init__(self, folder: Path, keep: Path) -> None:
        self.folder, self.keep = folder, keep
        self.sound = folder / "sound"
        self.place = folder / "store"
        self.place.mkdir()
        self.sound.mkdir()
        cases.make_sound(self.sound)
        self._make_store()
        import duckdb  # noqa: F401 -- loaded here, used in the forked processes
        import fastexcel  # noqa: F401
        import polars as pl  # noqa: F401

        import orgraph.cli.app
        import orgraph.cli.import_
        import orgraph.roster.importing
        import orgraph.store  # noqa: F401

    def _make_store(self) -> None:
        made = self.folder / "sound.duckdb"
        self._sound("init", "divisions", "honghe", "--store", made)
        self._sound("import", self.sound / "divisions.csv", "--on", "2022-01-01", "--store", made)
        self._sound("import", *sorted(self.sound.glob("*.xlsx")), "--on", "2022-04-30", "--store", made)
        self.store = self.place / "org.duckdb"
        self.original = made
        shutil.copyfile(made, self.store)
        self.digest = _digest(self.store)

    def _sound(self, *arguments: object) -> None:
        command = [sys.executable, "-m", "orgraph", *map(str, arguments)]
        subprocess.run(command, check=True, capture_output=True, env=os.environ | {"PYTHONPATH": str(ROOT)})

    def run(self, case: str, seed: int) -> Done:
        """Make the files of `case`, import them, judge."""
        rng = random.Random(seed)
        with tempfile.TemporaryDirectory(dir=self.folder) as scratch:
            files = cases.CASES[case](rng, Path(scratch), self.sound)
            options = [
                "--on",
                "2022-05-31",
                "--mode",
                rng.choice(["update", "update", "correct", "snapshot"]),
            ]
            options += [o for o in ("--dry-run", "--skip-rows", "--json", "--yes") if rng.random() < 0.3]
            arguments = ["import", *map(str, files), *options, "--store", str(self.store)]
            said = self.folder / "said"
            begin = time.monotonic()
            with said.open("wb") as to:
                process = start(arguments, to.fileno(), fresh=seed % 50 == 49)
            ended, peak = wait(process)
            took = time.monotonic() - begin
            text = said.read_text(encoding="utf-8", errors="replace")
            broke = self._judge(ended, peak, text, options)
            if broke:
                shutil.copytree(scratch, self.keep / f"{case}-{seed}", dirs_exist_ok=True)
            told = f"exit {ended}" if ended >= 0 else f"signal {-ended}"
            return Done(case, seed, told, peak, broke, f"{took:.1f} s {peak >> 20} MiB {options}\n{text}")

    def _judge(self, ended: int, peak: int, text: str, options: list[str]) -> str:
        broke = []
        if ended not in (0, 1):
            broke.append(f"ended with {ended}")
        broke += [f"says {sign}" for sign in SIGNS if sign in text]
        if peak > MOST_MEMORY:
            broke.append(f"took {peak >> 20} MiB")
        left = sorted(p.name for p in self.place.iterdir() if p.name != self.store.name)
        if left:
            broke.append(f"left {left}")
        if _digest(self.store) != self.digest:
            if ended or "--dry-run" in options:
                broke.append("changed the store")
            elif (made := self._revision()) != 4:
                broke.append(f"the store is at revision {made}")
            shutil.copyfile(self.original, self.store)
        return "; ".join(broke)

    def _revision(self) -> int:
        code = (
            "import orgraph, sys; s = orgraph.open(sys.argv[1]); s.read(on='2022-06-01'); print(s.revision)"
        )
        environment = os.environ | {"PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-c", code, str(self.store)]
        done = subprocess.run(command, check=False, capture_output=True, env=environment)
        return int(done.stdout) if done.returncode == 0 else -1


def start(arguments: list[str], to: int, *, fresh: bool) -> int:
    """Start the command line, its output going to the file `to`; the number of its process."""
    process = os.fork()
    if process:
        return process
    try:
        os.setpgid(0, 0)
        os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
        os.dup2(to, 1)
        os.dup2(to, 2)
        os.environ["PYTHONPATH"] = str(ROOT)
        os.environ["PYTHONWARNINGS"] = "default"
        if fresh:
            os.execv(sys.executable, [sys.executable, "-m", "orgraph", *arguments])
        sys.argv = ["orgraph", *arguments]
        _command()
        ended = 0
    except SystemExit as error:
        ended = error.code if isinstance(error.code, int) else 1
    except BaseException:  # noqa: BLE001 -- what the interpreter would show
        traceback.print_exc()
        ended = 99
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(ended)


def _command() -> None:
    from orgraph.cli import main

    main()


def wait(process: int) -> tuple[int, int]:
    """How a process ended, a signal as a negative number, and the most that it and its children held."""
    most, until = 0, time.monotonic() + MOST_SECONDS
    while True:
        ended, status, used = os.wait4(process, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status), max(most, used.ru_maxrss << 10)
        most = max(most, _held(process))
        if time.monotonic() > until:
            os.killpg(process, signal.SIGKILL)
        time.sleep(0.01)


def _held(process: int) -> int:
    """Bytes that a process and its children hold now."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
        children = Path(f"/proc/{process}/task/{process}/children").read_text().split()
    except (OSError, IndexError):
        return 0
    return pages * os.sysconf("SC_PAGE_SIZE") + sum(_held(int(c)) for c in children)


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
