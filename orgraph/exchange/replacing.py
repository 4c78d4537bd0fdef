"""A file is written whole or not at all."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from orgraph.model.errors import OrgraphError
from orgraph.model.glossary import say


@contextmanager
def replacing(path: str | Path) -> Iterator[Path]:
    """Lend a temporary path beside `path`; when the block ends well, it takes that name.

    A reader of `path` sees the old file or the new one, never half of one, and a block that fails
    leaves the old one as it was.

    Parameters
    ----------
    path
        Where the file shall be in the end.

    Yields
    ------
    Path
        Where to write it.

    Raises
    ------
    OrgraphError
        The folder is missing or closed to us, the disk is full, or another program holds the file.
    """
    goal = Path(path)
    # Not tempfile: its files are private to their owner, and what is written here is often shared.
    draft = goal.with_name(f".{goal.name}.{secrets.token_hex(4)}.tmp")
    try:
        yield draft
        draft.replace(goal)
    except OSError as error:
        raise OrgraphError(_why_not(goal, error)) from error
    finally:
        with suppress(OSError):
            draft.unlink()


def _why_not(goal: Path, error: OSError) -> str:
    """Say in one sentence why `goal` was not written and what to do."""
    if not goal.parent.is_dir():
        return say(
            zh=f"{goal}:没有写成,文件夹 {goal.parent} 不存在。请先建好它",
            en=f"{goal}: not written, there is no folder {goal.parent}. Make it first",
        )
    if goal.is_dir():
        return say(zh=f"{goal}:没有写成,这是一个文件夹", en=f"{goal}: not written, this is a folder")
    if isinstance(error, PermissionError):
        return say(
            zh=f"{goal}:没有写成,无权写入,或正在别的程序(WPS、Excel)中打开。请关闭后再试",
            en=f"{goal}: not written, no right to, or it is open in WPS or Excel. Close it and retry",
        )
    return say(zh=f"{goal}:没有写成({error})", en=f"{goal}: not written ({error})")
