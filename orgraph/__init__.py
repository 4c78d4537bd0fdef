"""Rosters in, one dated graph of the organisation, questions answered from it, pages and workbooks out.

Every public name is here and is loaded when it is first used, so that ``import orgraph`` and
``orgraph --help`` stay quick: Polars, pydantic and DuckDB come in with the first question.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from orgraph.exchange.template import template
    from orgraph.metrics.calling import Call
    from orgraph.metrics.check import check
    from orgraph.metrics.compare import compare
    from orgraph.metrics.coverage import coverage, gaps
    from orgraph.metrics.cutoff import cutoff
    from orgraph.metrics.distance import distance
    from orgraph.metrics.engines import Answers
    from orgraph.metrics.fact_table import facts
    from orgraph.metrics.listing import show, tree
    from orgraph.metrics.load import load
    from orgraph.metrics.mobilise import mobilise
    from orgraph.metrics.nesting import nesting
    from orgraph.metrics.reach import cascade, reach
    from orgraph.metrics.span import span
    from orgraph.metrics.tally import tally
    from orgraph.metrics.trend import trend
    from orgraph.model.errors import OrgraphError
    from orgraph.model.glossary import language, set_language
    from orgraph.model.structure import Structures
    from orgraph.model.tables import Org
    from orgraph.pages.map import map
    from orgraph.roster.importing import read_rosters
    from orgraph.roster.marking import mark_findings
    from orgraph.roster.understanding import recognise
    from orgraph.store import open
    from orgraph.store.sources import sources
    from orgraph.store.sync import pull, push

__version__ = "0.1.0"

__all__ = [
    "Answers",
    "Call",
    "Org",
    "OrgraphError",
    "Structures",
    "__version__",
    "cascade",
    "check",
    "compare",
    "coverage",
    "cutoff",
    "distance",
    "facts",
    "gaps",
    "language",
    "load",
    "map",
    "mark_findings",
    "mobilise",
    "nesting",
    "open",
    "pull",
    "push",
    "reach",
    "read_rosters",
    "recognise",
    "set_language",
    "show",
    "sources",
    "span",
    "tally",
    "template",
    "tree",
    "trend",
]

_HOME = {
    "Answers": "orgraph.metrics.engines",
    "Call": "orgraph.metrics.calling",
    "Org": "orgraph.model.tables",
    "OrgraphError": "orgraph.model.errors",
    "Structures": "orgraph.model.structure",
    "cascade": "orgraph.metrics.reach",
    "check": "orgraph.metrics.check",
    "compare": "orgraph.metrics.compare",
    "coverage": "orgraph.metrics.coverage",
    "cutoff": "orgraph.metrics.cutoff",
    "distance": "orgraph.metrics.distance",
    "facts": "orgraph.metrics.fact_table",
    "gaps": "orgraph.metrics.coverage",
    "language": "orgraph.model.glossary",
    "load": "orgraph.metrics.load",
    "map": "orgraph.pages.map",
    "mark_findings": "orgraph.roster.marking",
    "mobilise": "orgraph.metrics.mobilise",
    "nesting": "orgraph.metrics.nesting",
    "open": "orgraph.store",
    "pull": "orgraph.store.sync",
    "push": "orgraph.store.sync",
    "reach": "orgraph.metrics.reach",
    "read_rosters": "orgraph.roster.importing",
    "recognise": "orgraph.roster.understanding",
    "set_language": "orgraph.model.glossary",
    "show": "orgraph.metrics.listing",
    "sources": "orgraph.store.sources",
    "span": "orgraph.metrics.span",
    "tally": "orgraph.metrics.tally",
    "template": "orgraph.exchange.template",
    "tree": "orgraph.metrics.listing",
    "trend": "orgraph.metrics.trend",
}

if not TYPE_CHECKING:  # hidden from the type checker, which would otherwise take every misspelt name

    def __getattr__(name: str) -> object:
        """Load a public name from the room it lives in, once."""
        if name not in _HOME:
            message = f"module 'orgraph' has no attribute {name!r}"
            raise AttributeError(message)
        from importlib import import_module

        value = getattr(import_module(_HOME[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    """List the public names, loaded or not."""
    return sorted(__all__)
