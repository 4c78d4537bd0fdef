"""The command line: one file per verb, each a thin skin over one public function."""

from __future__ import annotations

import gc
import os


def main() -> None:
    """Run the command ``orgraph``.

    A command is over soon: looking for rubbish on the way and at the end, and starting the threads of
    linear algebra, which nothing here does, would take a tenth of its time.
    """
    gc.set_threshold(200_000)
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        from orgraph.cli.app import app

        app(prog_name="orgraph")
    except KeyboardInterrupt:  # before or after Typer's own watch
        raise SystemExit(130) from None
    finally:
        gc.freeze()
