"""``orgraph history``: every revision so far."""

from __future__ import annotations

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say


@common("store", "lang", "json", "csv")
def history(asked: Asked) -> None:
    """Print the store's history."""
    import orgraph
    from orgraph.cli.tables import print_answer

    with orgraph.open(asked.store) as store:
        print_answer(store.history(), asked, title=say(zh="历次修改", en="History"))
