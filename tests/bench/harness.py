"""Benchmarks that a noisy machine cannot turn round: contenders take turns, and ratios are what counts.

A benchmark is a function marked `@bench` in a file ``bench_*.py`` of this folder. It is given a `Run` and
calls, as often as it likes,

    run.race("what is asked", {"orgraph": ours, "networkx": theirs}, faster={"networkx": 300})

Contenders run in turn, A B A B, so that a busy minute hits all of them. The first one is ours. The table
shows the best and the median of the wall clock, the least processor time, and how many times as much as
ours each took of both: on a busy machine the second is the better witness, of engines with threads the
first. ``faster={"x": 300}`` wants x to take at least 300 times as long as ours; ``within={"x": 5}`` wants
ours to take at most 5 times as long as x. `moved`: bytes that ours must read and write, which gives its
share of what this machine's memory can do. The peak is what a contender needs beyond what stood before.

    run.processes("what is asked", {"orgraph": ["orgraph", "span"], "bare": [sys.executable, "-c", …]})

does the same with commands, each in a process of its own, and shows their peak memory. `most` is the
memory that ours may use.

``python tests/bench [NAME…] [--full] [--list]``; `run.full` is true for the long version. What takes minutes
at any size is marked `@long_bench`: the short version leaves it out unless it is named.
"""

from __future__ import annotations

import atexit
import gc
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

HERE = Path(__file__).parent
ROOT = HERE.parent.parent

Contender = Callable[[], object]

PATIENCE = 3.0
"""Seconds; a contender that takes longer runs twice and not in every round."""

BENCHES: dict[str, Callable[[Run], None]] = {}


LONG: set[str] = set()
"""Those that the short version leaves out unless they are named."""


def bench(function: Callable[[Run], None]) -> Callable[[Run], None]:
    """Mark a function as a benchmark, known by its name."""
    BENCHES[function.__name__] = function
    return function


def long_bench(function: Callable[[Run], None]) -> Callable[[Run], None]:
    """The same, of one that takes minutes at any size, as where a server starts."""
    LONG.add(function.__name__)
    return bench(function)


@dataclass
class Taken:
    """What the runs of one contender took."""

    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: int = 0

    @property
    def best(self) -> float:
        return min(self.wall)

    @property
    def median(self) -> float:
        return statistics.median(self.wall)

    @property
    def done(self) -> bool:
        return len(self.wall) >= 2 and self.best > PATIENCE


@dataclass
class Run:
    """One run of benchmarks: short or full; remembers which targets were missed."""

    full: bool = False
    missed: list[str] = field(default_factory=list)

    def sizes(self, short: Sequence[int], full: Sequence[int] = ()) -> Sequence[int]:
        """The sizes to ask for in this run."""
        return [*short, *full] if self.full else short

    def race(
        self,
        asked: str,
        contenders: Mapping[str, Contender],
        *,
        rounds: int = 5,
        faster: Mapping[str, float] | None = None,
        within: Mapping[str, float] | None = None,
        moved: int = 0,
        before: Mapping[str, Contender] | None = None,
    ) -> dict[str, Taken]:
        """Let functions take turns, each after its own of `before`; see the head of this file."""
        taken = {name: Taken() for name in contenders}
        for _ in range(rounds):
            for name, function in contenders.items():
                if not taken[name].done:
                    if before and name in before:
                        before[name]()
                    gc.collect()
                    stood = reset_peak()
                    wall, cpu = time.perf_counter(), time.process_time()
                    function()
                    taken[name].cpu.append(time.process_time() - cpu)
                    taken[name].wall.append(time.perf_counter() - wall)
                    taken[name].peak = max(taken[name].peak, peak() - stood)
        self._tell(asked, taken, faster or {}, within or {}, moved=moved)
        return taken

    def processes(
        self,
        asked: str,
        commands: Mapping[str, Sequence[str]],
        *,
        rounds: int = 3,
        faster: Mapping[str, float] | None = None,
        within: Mapping[str, float] | None = None,
        most: int = 0,
    ) -> dict[str, Taken]:
        """Let commands take turns, each in a process of its own; a command that fails stops all."""
        taken = {name: Taken() for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                if not taken[name].done:
                    told = in_child(command)
                    taken[name].wall.append(told["wall"])
                    taken[name].cpu.append(told["cpu"])
                    taken[name].peak = max(taken[name].peak, told["peak"])
        self._tell(asked, taken, faster or {}, within or {}, most=most)
        return taken

    def _tell(
        self,
        asked: str,
        taken: Mapping[str, Taken],
        faster: Mapping[str, float],
        within: Mapping[str, float],
        *,
        moved: int = 0,
        most: int = 0,
    ) -> None:
        ours = next(iter(taken.values()))
        print(f"\n{asked}")
        print(f"  {'':<34}{'best':>10}{'median':>10}{'cpu':>10}{'peak':>9}{'× ours':>9}{'× cpu':>9}  wanted")
        for place, (name, one) in enumerate(taken.items()):
            ratio, work = one.best / ours.best, min(one.cpu) / max(min(ours.cpu), 1e-9)
            wanted = ""
            if name in faster:
                wanted = self._judged(asked, ratio >= faster[name], f"≥ {faster[name]:g}")
            if name in within:
                wanted = self._judged(
                    asked, 1 / ratio <= within[name], f"ours ≤ {within[name]:g} × this: {1 / ratio:.2f}"
                )
            if most and not place:
                wanted = self._judged(asked, one.peak <= most, f"≤ {size(most)}")
            if moved and not place:
                share = moved / ours.best / bandwidth()
                wanted += f"  {share:.0%} of this memory's {bandwidth() / 1e9:.1f} GB/s"
            print(
                f"  {name:<34}{span(one.best):>10}{span(one.median):>10}{span(min(one.cpu)):>10}"
                f"{size(one.peak) if one.peak else '':>9}{ratio:>9.3g}{work:>9.3g}  {wanted}".rstrip()
            )

    def _judged(self, asked: str, held: bool, wanted: str) -> str:
        if not held:
            self.missed.append(f"{asked}: {wanted}")
        return f"{wanted} {'✓' if held else '✗ MISSED'}"


@cache
def _bytecode() -> str:
    folder = tempfile.mkdtemp(prefix="orgraph-bytecode-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def in_child(command: Sequence[str]) -> dict[str, Any]:
    """Wall clock, processor time, peak memory and output of a command (see `child`).

    What it imports is compiled once, as installing a package does: into a folder of this run, whatever the
    environment says of bytecode.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-S", str(HERE / "child.py"), *command],
        capture_output=True,
        encoding="utf-8",
        check=False,
        env=environment | {"PYTHONPYCACHEPREFIX": _bytecode()},
    )
    if done.returncode:
        raise SystemExit(f"{' '.join(command)[:200]}\n{done.stderr}")
    told: dict[str, Any] = json.loads(done.stdout)
    return told


def reset_peak() -> int:
    """Forget the most memory that this process has held; what it holds now. Linux alone can; else 0."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return 0
    return _status("VmRSS")


def peak() -> int:
    """The most memory held since `reset_peak`; 0 where nobody counts."""
    return _status("VmHWM")


def _status(name: str) -> int:
    try:
        lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) << 10 for line in lines if line.startswith(name + ":")), 0)


@cache
def bandwidth() -> float:
    """Bytes a second that a plain copy of a large array reads and writes."""
    one = np.ones(1 << 25)  # 256 MiB, past every cache
    other = np.empty_like(one)
    best = float("inf")
    for _ in range(7):
        start = time.perf_counter()
        np.copyto(other, one)
        best = min(best, time.perf_counter() - start)
    return 2 * one.nbytes / best


def span(seconds: float) -> str:
    """Seconds as people read them."""
    for unit, per in (("s", 1.0), ("ms", 1e-3)):
        if seconds >= per:
            return f"{seconds / per:.3g} {unit}"
    return f"{seconds * 1e6:.3g} µs"


def size(amount: float) -> str:
    """Bytes as people read them."""
    return f"{amount / 2**30:.2f} GiB" if amount >= 2**30 else f"{amount / 2**20:.0f} MiB"
