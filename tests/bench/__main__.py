"""``python tests/bench [NAME…] [--full] [--list]``: see `harness`."""

from __future__ import annotations

import argparse
import sys
import time
from importlib import import_module
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [
    str(HERE),
    str(HERE.parent),
    str(HERE.parent.parent),
]  # the checkout before any installed copy

import harness  # noqa: E402 -- found by the line above


def main() -> None:
    """Run the benchmarks named, else all of them; ends with 1 where a target was missed."""
    for file in sorted(HERE.glob("bench_*.py")):
        import_module(file.stem)
    read = argparse.ArgumentParser(prog="python tests/bench")
    read.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help="some of them; default: all, in the short version those that are quick",
    )
    read.add_argument("--full", action="store_true", help="up to 10^7 units and 10^8 rows")
    read.add_argument("--list", action="store_true", help="the names")
    asked = read.parse_args()
    unknown = set(asked.names) - set(harness.BENCHES)
    if unknown or asked.list:
        raise SystemExit("\n".join([*(f"unknown: {name}" for name in sorted(unknown)), *harness.BENCHES]))
    run = harness.Run(full=asked.full)
    for name in asked.names or [b for b in harness.BENCHES if run.full or b not in harness.LONG]:
        print(f"\n== {name}", flush=True)
        start = time.perf_counter()
        harness.BENCHES[name](run)
        print(f"\n  {name} took {time.perf_counter() - start:.0f} s in all")
    print(f"\n{len(run.missed)} targets missed", *run.missed, sep="\n  ")
    raise SystemExit(1 if run.missed else 0)


main()
