"""The README's commands: shell blocks under a comment that says what they are for.

    <!-- tested -->
    ```sh
    orgraph coverage
    ```

Marks: ``first command`` (installs and runs the main job), ``second command`` (passes the tests), ``tested``
(run by `test_readme.py`). ``python3 tests/readme_commands.py README.md first`` prints the first command; it
runs before anything is installed, so the standard library must do.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

BLOCK = re.compile(
    r"^<!-- (first command|second command|tested) -->\n+```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL
)


def commands(readme: str, mark: str) -> list[str]:
    """The text of every block under `mark`, in order."""
    return [text.strip() for found, text in BLOCK.findall(readme) if found == mark]


def the_command(readme: str, which: str) -> str:
    """The one block that is the ``first`` or ``second`` command."""
    found = commands(readme, f"{which} command")
    if len(found) != 1:
        message = f"the README has {len(found)} blocks marked '{which} command' where one is expected"
        raise SystemExit(message)
    return found[0]


if __name__ == "__main__":
    sys.stdout.write(the_command(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]) + "\n")
