"""What the README says to type is typed here, after its first command has been run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from readme_commands import BLOCK, commands, the_command

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder as the first command leaves it: the virtual environment and the demo."""
    folder = tmp_path_factory.mktemp("readme")
    (folder / ".venv").symlink_to(sys.prefix)
    if not (folder / ".venv/bin/orgraph").exists():
        pytest.skip("orgraph is not installed in this environment (pip install -e '.[all,test]')")
    done = run(".venv/bin/orgraph demo", folder)
    assert done.returncode == 0, done.stdout
    return folder


def run(script: str, folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ORGRAPH_")}
    return subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )


def test_the_two_commands_install_run_and_test() -> None:
    first, second = (the_command(README, which) for which in ("first", "second"))
    assert "-m venv .venv" in first
    assert "orgraph demo" in first
    assert "pytest" in second
    assert not set("\n;") & set(first + second), "each is one line, and fails where a part of it fails"


def test_every_marked_block_is_found() -> None:
    assert README.count("<!-- tested -->") == len(commands(README, "tested")) > 0
    assert README.count("command -->") + README.count("<!-- tested -->") == len(BLOCK.findall(README))


def test_the_tour_runs_as_written(home: Path) -> None:
    done = run("\n".join(commands(README, "tested")), home)
    assert done.returncode == 0, done.stdout
