"""What the README says to type is typed here, after its first command has been run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from readme_commands import blocks

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = blocks((ROOT / "README.md").read_text(encoding="utf-8"))
TYPED_HERE = [name for name in COMMANDS if name not in ("demo", "tests")]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout as the first command leaves it."""
    if shutil.which("orgraph", path=path()) is None:
        pytest.skip("orgraph is not installed in this environment: pip install -e '.[all,test]'")
    folder = tmp_path_factory.mktemp("checkout")
    for part in ("examples", "schemas"):
        shutil.copytree(ROOT / part, folder / part)
    run("orgraph demo", folder)
    return folder


def path() -> str:
    return f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"


def run(script: str, folder: Path) -> None:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("ORGRAPH_")}
    done = subprocess.run(
        ["bash", "-euxo", "pipefail", "-c", script],
        cwd=folder,
        env=environment | {"PATH": path()},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_two_commands_install_run_and_test() -> None:
    assert list(COMMANDS)[:2] == ["demo", "tests"]
    assert "orgraph demo" in COMMANDS["demo"]
    assert "pytest" in COMMANDS["tests"]
    for name in ("demo", "tests"):
        assert "pip install '.[" in COMMANDS[name]
        assert not set("\n;") & set(COMMANDS[name]), "each is one line, and fails where a part of it fails"


def test_there_is_a_tour() -> None:
    assert TYPED_HERE


@pytest.mark.parametrize("name", TYPED_HERE)
def test_the_block_runs_as_written(checkout: Path, name: str) -> None:
    run(COMMANDS[name], checkout)
