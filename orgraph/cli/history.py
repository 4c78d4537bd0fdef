"""``orgraph history``: every revision so far."""

from __future__ import annotations

from orgraph.cli.options import Asked, common
from orgraph.model.glossary import say


@common("store", "lang", "json", "csv")
def history(asked: Asked) -> None:
    """Print the store's history."""
    import polars as pl

    import orgraph
    from orgraph.cli.tables import print_answer

    with orgraph.open(asked.store) as store:
        frame = store.history()
    if not (asked.json or asked.csv):  # people do without the name of the set of structures, and fractions
        frame = frame.drop("structures").with_columns(pl.col("made_at").dt.strftime("%Y-%m-%d %H:%M"))
    print_answer(frame, asked, title=say(zh="历次修改", en="History"))
