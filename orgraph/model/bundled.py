"""The files that come with orgraph: `schemas/` and `examples/`, from the wheel or from a checkout."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

from orgraph.model.errors import UnknownName
from orgraph.model.glossary import say

PACKAGE = Path(__file__).resolve().parent.parent
FOLDERS = ("schemas", "examples")


def roots() -> tuple[Path, ...]:
    """Where bundled files may lie: packed into the wheel first, else beside the package in a checkout."""
    packed, checkout = PACKAGE / "_bundled", PACKAGE.parent
    return tuple(root for root in (packed, checkout) if any((root / f).is_dir() for f in FOLDERS))


def bundled(name: str) -> Path:
    """The path of a bundled file.

    Parameters
    ----------
    name
        ``schemas/honghe.yaml`` or ``examples/divisions-jiaxing.csv``; a structure's bare name (``honghe``)
        means ``schemas/honghe.yaml``.

    Raises
    ------
    UnknownName
        There is no such file; the message names the nearest.
    """
    plain = PurePosixPath(name if "/" in name else f"schemas/{name.removesuffix('.yaml')}.yaml")
    if plain.parts[0] in FOLDERS and ".." not in plain.parts:
        for root in roots():
            if (root / plain).exists():
                return root / plain
    known = structures_bundled() if "/" not in name else _files()
    raise UnknownName(say(zh="自带文件", en="bundled file"), name, known)


def structures_bundled() -> tuple[str, ...]:
    """The names of the bundled structures."""
    return tuple(sorted({path.stem for root in roots() for path in (root / "schemas").glob("*.yaml")}))


def _files() -> list[str]:
    found = (p.relative_to(root) for root in roots() for f in FOLDERS for p in (root / f).rglob("*.*"))
    return sorted({path.as_posix() for path in found})
