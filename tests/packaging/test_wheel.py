"""The wheel and the source archive hold what they should and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from email.message import Message
from email.parser import Parser
from pathlib import Path

import pytest

import orgraph

ROOT = Path(__file__).resolve().parent.parent.parent
INFO = f"orgraph-{orgraph.__version__}.dist-info/"


def call(*command: str, cwd: Path, **more: str) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=os.environ | more,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


def build_wheel(source: Path, out: Path) -> Path:
    pip = (sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation")
    call(*pip, "--wheel-dir", str(out), str(source), cwd=out)
    (wheel,) = out.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_wheel(ROOT, tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def names(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        return Parser().parsestr(archive.read(INFO + "METADATA").decode("utf-8"))


def kept_files() -> list[str]:
    """Files of the project, without those that git ignores."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: what belongs to the project cannot be told from what lies about")
    listed = call(
        "git", "-c", "core.quotePath=off", "ls-files", "--cached", "--others", "--exclude-standard", cwd=ROOT
    )
    return [name for name in listed.splitlines() if (ROOT / name).is_file()]


def test_structures_and_examples_are_inside(names: set[str]) -> None:
    assert {
        "orgraph/py.typed",
        "orgraph/_bundled/schemas/honghe.yaml",
        "orgraph/_bundled/schemas/structure.schema.json",
        "orgraph/_bundled/examples/divisions/divisions-jiaxing.csv",
        "orgraph/_bundled/examples/honghe/party-and-estates.xlsx",
    } <= names


def test_nothing_is_missing_and_nothing_is_stray(names: set[str]) -> None:
    code = {name for name in kept_files() if name.startswith("orgraph/")}
    data = {
        f"orgraph/_bundled/{name}"
        for name in kept_files()
        if name.startswith(("schemas/", "examples/")) and not name.endswith((".py", "map.html"))
    }
    info = {INFO + n for n in ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")}
    assert names == code | data | info


def test_metadata_says_what_people_choose_by(metadata: Message) -> None:
    assert metadata["Version"] == orgraph.__version__
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"
    assert set(metadata.get_all("Provides-Extra", [])) >= {"map", "neo4j", "xlsx", "all", "test", "dev"}
    required = metadata.get_all("Requires-Dist", [])
    core = {r.split("<")[0].split(">")[0].split("=")[0] for r in required if "extra ==" not in r}
    assert core == {"duckdb", "fastexcel", "numpy", "polars", "pydantic", "rich", "ruamel-yaml", "typer"}


def test_the_packed_package_finds_its_files_far_from_the_checkout(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    script = (
        "from orgraph.model.bundled import bundled, structures_bundled as names\n"
        "print(bundled('honghe')); print(bundled('examples/honghe/party-and-estates.xlsx')); print(*names())"
    )
    said = call(sys.executable, "-c", script, cwd=tmp_path, PYTHONPATH=str(tmp_path / "site"))
    structure, roster, known = said.splitlines()
    packed = tmp_path / "site" / "orgraph" / "_bundled"
    assert Path(structure) == packed / "schemas" / "honghe.yaml"
    assert Path(roster) == packed / "examples" / "honghe" / "party-and-estates.xlsx"
    assert {"divisions", "honghe", "gaozhao"} <= set(known.split())


def test_the_source_archive_builds_the_same_wheel(names: set[str], tmp_path: Path) -> None:
    call(sys.executable, "-m", "hatchling", "build", "-t", "sdist", "-d", str(tmp_path), cwd=ROOT)
    (packed,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(packed) as archive:
        tops = {name.split("/")[1] for name in archive.getnames() if "/" in name}
        archive.extractall(tmp_path, filter="data")
    assert {"orgraph", "schemas", "examples", "tests", "pyproject.toml", "README.md", "LICENSE"} <= tops
    assert not tops & {".ci", ".git", ".venv", "build", "dist", "orgraph-demo"}
    (tmp_path / "out").mkdir()
    wheel = build_wheel(tmp_path / packed.name.removesuffix(".tar.gz"), tmp_path / "out")
    with zipfile.ZipFile(wheel) as again:
        assert set(again.namelist()) == names
