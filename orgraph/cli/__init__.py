"""The command line: one file per verb, each a thin skin over one public function."""

from __future__ import annotations


def main() -> None:
    """Run the command ``orgraph``."""
    from orgraph.cli.app import app

    app(prog_name="orgraph")
