"""A short run of the fuzz; ``just fuzz`` makes it long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="imports run in forked processes")

SEED, SECONDS = os.environ.get("ORGRAPH_FUZZ_SEED", "1"), os.environ.get("ORGRAPH_FUZZ_SECONDS", "20")


def test_whatever_is_imported_the_process_ends_well_and_the_store_stays(tmp_path):
    command = [sys.executable, str(Path(__file__).parent), "--seed", SEED, "--seconds", SECONDS]
    done = subprocess.run(
        [*command, "--keep", str(tmp_path)], capture_output=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broke a promise" in done.stdout
    assert not done.stdout.startswith("0 imports")
