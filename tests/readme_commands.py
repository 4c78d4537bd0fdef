"""The README's commands: shell blocks under a comment that names them.

    <!-- test: tour -->
    ```sh
    orgraph coverage
    ```

``demo`` installs and runs the main job, ``tests`` passes the tests: .ci/run runs these two as they stand, by
way of ``python3 tests/readme_commands.py README.md demo``, before anything is installed (so the standard
library must do). `test_readme.py` runs all others.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

BLOCK = re.compile(r"^<!-- test: ([a-z-]+) -->\n+```sh\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(readme: str) -> dict[str, str]:
    """Name of every marked block → its text, in order."""
    found = BLOCK.findall(readme)
    names = [name for name, _ in found]
    if len(set(names)) != len(names) or len(names) != readme.count("<!-- test:"):
        message = f"marks without a block of shell, or twice the same, among: {names}"
        raise ValueError(message)
    return {name: text.strip() for name, text in found}


if __name__ == "__main__":
    sys.stdout.write(blocks(Path(sys.argv[1]).read_text(encoding="utf-8"))[sys.argv[2]] + "\n")
