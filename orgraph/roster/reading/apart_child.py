"""How a process of `apart.Apart` begins: it holds itself to a limit of memory, then runs a file's ``main``.

It is run by its path, so that of this package only that is loaded which the file asks for.

Arguments: the file, the folder in which the package is, and the limit in bytes.
"""

from __future__ import annotations

import runpy
import sys


def limit_memory(most: int) -> None:
    """Hold this process to so many bytes, where the system knows such a limit."""
    try:
        import resource
    except ImportError:  # Windows has none
        return
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def main() -> None:
    """Begin."""
    file, home, memory = sys.argv[1:]
    if home not in sys.path:
        sys.path.insert(0, home)
    limit_memory(int(memory))
    runpy.run_path(file)["main"]()


if __name__ == "__main__":
    main()
