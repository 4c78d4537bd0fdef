"""``python tests/fuzz [--seed S] [--count N] [--seconds T] [--case NAME] [--keep FOLDER]``: see `trial`.

Without ``--count`` and ``--seconds`` every case is tried once. The same seed makes the same files.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent), str(HERE.parent.parent)]  # the checkout before an installed copy

import cases  # noqa: E402 -- found by the line above
import trial  # noqa: E402


def main() -> None:
    """Try until the count or the time is up; ends with 1 where an import broke a promise."""
    read = argparse.ArgumentParser(prog="python tests/fuzz")
    read.add_argument("--seed", type=int, default=1)
    read.add_argument("--count", type=int, default=0, help="so many imports")
    read.add_argument("--seconds", type=float, default=0, help="as many as this time allows")
    read.add_argument("--case", action="append", help="these alone")
    read.add_argument("--keep", type=Path, default=Path("fuzz-failures"), help="where bad files are kept")
    asked = read.parse_args()
    names = asked.case or list(cases.CASES)
    count = asked.count or (10**9 if asked.seconds else len(names))
    seconds = asked.seconds or float("inf")
    with tempfile.TemporaryDirectory(prefix="orgraph-fuzz-") as scratch:
        desk = trial.Desk(Path(scratch), asked.keep)
        begin, ends, peak, failed = time.monotonic(), Counter[str](), 0, 0
        for number in range(count):
            if time.monotonic() - begin > seconds:
                break
            done = desk.run(names[number % len(names)], asked.seed * 1_000_000 + number)
            ends[done.ended] += 1
            peak = max(peak, done.peak)
            failed += bool(done.broke)
            if done.broke:
                print(f"{done.case} {done.seed}: {done.broke}\n    {done.said[-1500:]}", flush=True)
    took = time.monotonic() - begin
    told = ", ".join(f"{n} {what}" for what, n in ends.most_common())
    total = sum(ends.values())
    print(f"{total} imports in {took:.0f} s: {told}; peak {peak >> 20} MiB; {failed} broke a promise")
    raise SystemExit(1 if failed else 0)


if __name__ == "__main__":
    main()
