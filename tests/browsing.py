"""A page as a reader opens it."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Opened:
    """A page open in a browser, and everything it did that a page must not do."""

    page: object
    requests: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    @property
    def ready(self) -> float:
        """Milliseconds from opening the file to its first picture."""
        return float(self.page.get_attribute("html", "data-ready"))

    def names(self) -> list[str]:
        """The names written on the picture now."""
        return self.page.evaluate("names.written().map(b => island.units.short[b.i])")

    def wait_still(self) -> None:
        """Until a movement of the picture is over."""
        self.page.wait_for_timeout(700)
