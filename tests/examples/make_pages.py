"""Write the page beside each example anew, as ``orgraph demo --example NAME`` makes it."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT)]  # the checkout before any installed copy

import orgraph  # noqa: E402 -- found by the line above
from orgraph.cli.demo import build  # noqa: E402
from orgraph.cli.example import example, examples  # noqa: E402


def main() -> None:
    """One page after the other."""
    for name in examples():
        with tempfile.TemporaryDirectory() as folder:
            org = build((name,), Path(folder) / "org.duckdb")
        page = orgraph.map(org, ROOT / "examples" / name / "map.html", **dict(example(name).page))
        sys.stdout.write(f"{page.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
