"""The command line: one file per verb, each a thin skin over one public function."""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command ``orgraph``."""
    gc.set_threshold(50_000)  # a command is over soon: a tenth of its time went into looking for rubbish
    try:
        from orgraph.cli.app import app

        app(prog_name="orgraph")
    except KeyboardInterrupt:  # before or after Typer's own watch
        raise SystemExit(130) from None
