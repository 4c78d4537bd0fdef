"""``orgraph pull``: fetch what another store knows further."""

from __future__ import annotations

from orgraph.cli.options import Asked, common
from orgraph.cli.push import MORE, Address, Contacts, tell

__all__ = ["MORE", "pull"]


@common("store", "lang", "json")
def pull(asked: Asked, address: Address, *, contacts: Contacts = False) -> None:
    """Call `orgraph.pull`."""
    import orgraph

    tell(orgraph.pull(asked.store, address, contacts=contacts), asked)
