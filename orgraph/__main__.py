"""``python -m orgraph`` is the command ``orgraph``."""

from orgraph.cli import main

if __name__ == "__main__":
    main()
