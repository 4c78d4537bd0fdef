"""The questions that two engines answer: this machine, from the tables; or the database that holds the graph.

Both give identical tables. What is asked of one unit and what stands below it, lists of gaps and reach are
cheaper inside the database; whole-graph tables are computed here, from tables that are fetched once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, Literal, Protocol, TypeVar, cast

import polars as pl

from orgraph.metrics import coverage as _coverage
from orgraph.metrics import reach as _reach
from orgraph.metrics import span as _span
from orgraph.metrics.graph_parts import Answering
from orgraph.metrics.span import Bounds
from orgraph.metrics.ways import Direction
from orgraph.model.errors import OrgraphError
from orgraph.model.glossary import say
from orgraph.model.tables import Org

if TYPE_CHECKING:
    from orgraph.metrics.server import Server

Engine = Literal["auto", "local", "server"]
T = TypeVar("T")


class Reading(Protocol):
    """A store that gives the tables of a day."""

    def read(self, *, on: date | None = None, revision: int | None = None) -> Org:
        """The organisation on a day."""


def _answering(store: object) -> Answering | None:
    """The store, if it answers Cypher; told by its class, for to look at its properties is to read them."""
    return cast("Answering", store) if hasattr(type(store), "settled") else None


class Unsettled(OrgraphError):
    """A load is being written: what the database holds now is neither the old state nor the new."""


class Answers:
    """Span, coverage, gaps and reach of a store on a day, by the engine that is asked for.

    Parameters
    ----------
    store
        An open store.
    on, revision
        As in ``store.read``; an earlier revision is always answered here.
    engine
        ``"local"``: from the tables; ``"server"``: inside the database, in Cypher; ``"auto"``: inside it
        where the question is about one unit, a list of gaps or reach, and the store is a graph database in
        which no load is going on.

    Raises
    ------
    OrgraphError
        ``"server"`` is asked of a store that does not answer Cypher, or of an earlier revision.
    """

    def __init__(
        self,
        store: Reading,
        on: date | None = None,
        *,
        revision: int | None = None,
        engine: Engine = "auto",
    ) -> None:
        self._store, self._on, self._revision, self._engine = store, on, revision, engine
        self._asked = _answering(store) if revision is None else None
        self._local: Org | None = None
        self._server: Server | None = None
        if engine == "server" and self._asked is None:
            raise OrgraphError(
                say(
                    zh="只有 Neo4j 库的最新版次能用 --engine server;请用 auto 或 local",
                    en="the server engine needs a Neo4j store at its latest revision; use auto or local",
                )
            )

    @property
    def org(self) -> Org:
        """The organisation, fetched whole when it is first needed."""
        if self._local is None:
            self._local = self._store.read(on=self._on, revision=self._revision)
        return self._local

    @property
    def frame(self) -> Org:
        """Day, revision and structures of the answers so far, in an organisation that may be without rows."""
        return self.org if self._server is None or self._local is not None else self._server.org

    def find(self, text: str) -> str:
        """The id of the unit meant; see `Org.find`."""
        return self._answer(lambda s: s.find(text), lambda org: org.find(text), inside=True)

    def span(
        self,
        *,
        tree: str | None = None,
        under: str | None = None,
        by: Literal["kind", "leader"] | None = None,
        bounds: Bounds | None = None,
    ) -> pl.DataFrame:
        """See `orgraph.span`."""
        return self._answer(
            lambda s: s.span(tree=tree, under=under, by=by, bounds=bounds),
            lambda org: _span.span(org, tree=tree, under=under, by=by, bounds=bounds),
            inside=under is not None,
        )

    def coverage(
        self, indicator: str | None = None, *, by: str | None = None, under: str | None = None
    ) -> pl.DataFrame:
        """See `orgraph.coverage`."""
        return self._answer(
            lambda s: s.coverage(indicator, by=by, under=under),
            lambda org: _coverage.coverage(org, indicator, by=by, under=under),
            inside=under is not None,
        )

    def gaps(self, indicator: str, *, under: str | None = None, people: bool = False) -> pl.DataFrame:
        """See `orgraph.gaps`."""
        return self._answer(
            lambda s: s.gaps(indicator, under=under, people=people),
            lambda org: _coverage.gaps(org, indicator, under=under, people=people),
            inside=True,
        )

    def reach(
        self,
        source: str | Sequence[str],
        *,
        along: Sequence[str] | None = None,
        hops: int | None = None,
        direction: Direction = "down",
        missed: bool = False,
    ) -> pl.DataFrame:
        """See `orgraph.reach`; what is missed is a matter of the whole graph."""
        return self._answer(
            lambda s: s.reach(source, along=along, hops=hops, direction=direction, missed=missed),
            lambda org: _reach.reach(org, source, along=along, hops=hops, direction=direction, missed=missed),
            inside=not missed,
        )

    def _answer(self, there: Callable[[Server], T], here: Callable[[Org], T], *, inside: bool) -> T:
        """The answer `there` in the database or `here`; `inside`: it is cheaper there."""
        wanted = self._engine == "server" or (self._engine == "auto" and inside and self._local is None)
        if self._asked is None or not wanted:
            return here(self.org)
        try:
            return self._steady(self._asked, there)
        except Unsettled:
            if self._engine == "server":
                raise
            return here(self.org)

    def _steady(self, store: Answering, question: Callable[[Server], T]) -> T:
        """The answer, if nothing was being written from before the question until after it."""
        from orgraph.metrics.server import Server

        head, quiet = store.settled()
        if self._server is None or self._server.graph.revision != head:
            self._server = Server(store, self._on or date.today())
        found = question(self._server)
        if not quiet or store.settled() != (head, True):
            raise Unsettled(
                say(
                    zh="库里正在写入一个版次,现在直接查询会看到一半;请稍后再试,或用 --engine local",
                    en="a revision is being written, and the database shows half of it: "
                    "try again, or use --engine local",
                )
            )
        return found
