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
    if not (asked.json or asked.csv):  # people do without folders, fractions, names of sets
        names = pl.col("files").list.eval(pl.element().str.split("/").list.last())
        moment = pl.col("made_at").dt.strftime("%Y-%m-%d %H:%M")
        frame = frame.drop("structures").with_columns(moment, names)
    print_answer(frame, asked, title=say(zh="历次修改", en="History"))
