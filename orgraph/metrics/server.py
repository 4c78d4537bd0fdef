"""Answers computed inside a graph database: the same tables as from an `Org`, without pulling the graph.

The database walks the trees and evaluates facts, conditions and whose rules hold, by queries that
`cypher_members` and `cypher_facts` compile. What comes back is the members or rows that a question is about,
and the units above them. Order, paths, roll-ups and reasons are then made by the very functions of the local
answers, so that both engines give identical tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, Literal, cast

import numpy as np
import polars as pl

from orgraph.metrics.asked import kind_asked, place_of, tree_for
from orgraph.metrics.coverage import _covered, _gaps
from orgraph.metrics.cypher import Parameters
from orgraph.metrics.cypher_facts import Compiler, Scope, uncovered_minutes
from orgraph.metrics.cypher_members import Area, Asked, Settling, inside, members_query, ruled_code, settlings
from orgraph.metrics.figures import exact, shown
from orgraph.metrics.graph_parts import Answering, Graph, people_of
from orgraph.metrics.members import Members, _each_once, indicator_names
from orgraph.metrics.people import public_roles
from orgraph.metrics.posts import _stating
from orgraph.metrics.rates import COLUMNS
from orgraph.metrics.server_reach import Direction, Way, reached
from orgraph.metrics.span import Bounds, _by_kind, _by_leader, _fit, _shares, shown_unless
from orgraph.model.errors import UnknownName
from orgraph.model.glossary import say
from orgraph.model.graph_names import alive, quoted, tie, ties
from orgraph.model.hierarchy import Ints, Longs
from orgraph.model.structure import PEOPLE, Indicator, UncoveredFact
from orgraph.model.tables import Org


class Decimals(Mapping[str, int]):
    """Digits after the point of figures that depend on all the rows; each is asked for when it is needed."""

    def __init__(self, server: Server, file: str) -> None:
        self._server, self._file, self._known = server, file, dict[str, int]()

    def __getitem__(self, name: str) -> int:
        """Of a column (``units.area``), or of a fact that counts hours."""
        if name not in self._known:
            self._known[name] = self._column(name) if "." in name else self._hours(name)
        return self._known[name]

    def __iter__(self) -> Any:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)

    def _column(self, name: str) -> int:
        graph = self._server.graph
        table, column = name.split(".", 1)
        match = "MATCH (v:Person) WHERE NOT v:Absent"
        if table == "units":
            match = f"MATCH (v:Unit|Earlier) WHERE {alive('v')}"
        found = graph.keys(f"{match} RETURN v.{quoted(column)} AS x")
        return exact(pl.Series(found, dtype=pl.Float64)).decimals

    def _hours(self, name: str) -> int:
        c, graph = self._server.compiler(self._file), self._server.graph
        scope = Scope("u", "u", "unit")
        fact = cast("UncoveredFact", c.stated[name])
        gone, _ = uncovered_minutes(c, fact, scope)
        text = f"MATCH (u:Unit)<-[:{tie(fact.uncovered)}]-() WITH DISTINCT u {' '.join(scope.clauses)}"
        odd = f"WITH u, {gone} AS gone WHERE {graph.shape.lives('u')} RETURN max(gone % 60) AS odd"
        return 2 if graph.keys(f"{text} {odd}", **c.parameters.values)[0] else 0


class Server:
    """The questions of `orgraph.metrics`, asked of a graph on a day, with the same arguments.

    Parameters
    ----------
    store
        A store that answers Cypher.
    on
        The day.
    """

    def __init__(self, store: Answering, on: date) -> None:
        self.graph = Graph.on_day(store, on)
        self._areas: dict[str, Area] = {}

    @property
    def org(self) -> Org:
        """An organisation without rows that bears the day, the revision and the structures."""
        return self.graph.laid_out([], [])

    def compiler(self, file: str) -> Compiler:
        """A compiler of one file's facts."""
        g = self.graph
        return Compiler(g.structures, file, g.on, g.shape, Decimals(self, file), Parameters())

    def find(self, text: str) -> str:
        """The id of the unit meant; see `Org.find`."""
        g = self.graph
        version = g.shape.version("n", "v")
        if g.keys(f"MATCH (n:Unit {{id: $id}}) {version} RETURN n.id AS id", id=text):
            return text
        bearing = f"MATCH (v:Unit|Earlier {{name: $name}}) WHERE {alive('v')} RETURN DISTINCT v.id AS id"
        found = g.keys(bearing, name=text.rpartition("/")[2])
        part = g.part(found, g.structures.trees) if found else g.laid_out(None, [])
        return part.find(text)

    # --- span ----------------------------------------------------------------------------------

    def span(
        self,
        *,
        tree: str | None = None,
        under: str | None = None,
        by: Literal["kind", "leader"] | None = None,
        bounds: Bounds | None = None,
    ) -> pl.DataFrame:
        """How many units stand directly below each; see `orgraph.span`."""
        top = None if under is None else self.find(under)
        tree = self._tree(tree, top)
        ids = None if top is None else self.graph.below(top, tree)
        org = self.graph.part(ids, [tree])
        h = org.hierarchy(tree)
        start = 0 if top is None else place_of(org, h, org.row(top))
        part = slice(start, len(h) if top is None else int(h.end[start]))
        if by == "kind":
            kinds = _by_kind(org, h, part)
            return kinds if bounds is None else kinds.hstack(_shares(org, h, part, bounds))
        if by == "leader":
            every = org.units["id"].to_list()
            memberships, people = self.graph.posts(every, public_roles(org))
            held = replace(org, memberships=memberships, people=people)
            return _by_leader(held, held.hierarchy(tree), part)
        if by is not None:
            raise UnknownName(say(zh="分组", en="grouping"), by, ("kind", "leader"))
        rows = h.order[part]
        required, missing = self._posts(org)
        none = required[rows] == 0
        units = org.units.select("id", "name", "kind")[rows].with_columns(
            level=pl.Series(h.level[part], dtype=pl.Int32),
            height=pl.Series(h.height[part], dtype=pl.Int32),
            span=shown_unless(h.children[part], h.children[part] == 0).cast(pl.Int32),
            posts=shown_unless(required[rows], none),
            vacancies=shown_unless(missing[rows], none),
            descendants=pl.Series(h.descendants[part], dtype=pl.Int32),
        )
        return units if bounds is None else units.with_columns(fit=_fit(org, bounds))

    def _tree(self, tree: str | None, top: str | None) -> str:
        """The tree meant; see `orgraph.metrics.asked.tree_for`."""
        g = self.graph
        if tree is not None or not g.structures.trees:
            return tree_for(g.laid_out([], []), tree)
        counted = []
        for name in g.structures.trees:
            match = f"MATCH (a:Unit)-[r:{tie(name)}]->(:Unit) WHERE {alive('r')}"
            n, k = g.ask(f"{match} RETURN count(r) AS n, min(a.key) AS k").row(0)
            counted.append((-n, k if n else 0, name if n else "", name))
        linked = [name for _, _, _, name in sorted(counted, key=lambda one: one[:3])]
        if top is None:
            return linked[0]
        standing, heading = [], []
        for name in linked:
            part = g.part([top, *self._children(top, name)], [name])
            h = part.hierarchy(name)
            place = int(h.position[part.row(top)])
            if place >= 0:
                standing.append(name)
                if h.children[place]:
                    heading.append(name)
        return (heading or standing or linked)[0]

    def _children(self, top: str, tree: str) -> list[str]:
        text = f"MATCH (s:Unit {{id: $top}})<-[r:{tie(tree)}]-(c:Unit) WHERE {alive('r')} RETURN c.id AS id"
        return self.graph.keys(text, top=top)

    def _posts(self, org: Org) -> tuple[Longs, Longs]:
        """int64[units] twice: holders required of each unit, and how many are missing."""
        s = self.graph.structures
        required, missing = np.zeros(org.units.height, np.int64), np.zeros(org.units.height, np.int64)
        for kind in (k for k in s.kinds if (org.units["kind"] == k).any()):
            rules = {f: roles for f in s.files if (roles := s.required_roles(f, kind))}
            if not rules:
                continue
            files, steps = settlings(s, {f: _stating(org, f, kind) for f in rules}, self._scopes(rules))
            every = sorted({role for of in rules.values() for role in of})
            ids = org.units.filter(kind=kind)["id"].to_list()
            found = self._holders(ids, every, steps)
            rows, code = org.rows(found["key"]), found["code"].to_numpy()
            held = np.array(found["held"].to_list(), np.int64).reshape(len(rows), len(every))
            for index, file in enumerate(files):
                mine = code == index
                for role, count in rules[file].items():
                    required[rows[mine]] += count
                    missing[rows[mine]] += np.maximum(count - held[mine, every.index(role)], 0)
        return required, missing

    def _holders(self, ids: list[str], roles: list[str], steps: Sequence[Settling]) -> pl.DataFrame:
        """``key`` of units, ``code`` of the file that rules them, ``held``: distinct holders per role."""
        c, scope = self.compiler(next(iter(self.graph.structures.files))), Scope("u", "uv", "unit")
        holder = f"WHERE {alive('m')} RETURN DISTINCT p"
        counts = [f"COUNT {{ MATCH (p:Person)-[m:{tie(role)}]->(u) {holder} }}" for role in roles]
        text = (
            f"UNWIND $ids AS id MATCH (u:Unit {{id: id}}) {c.shape.version('u', 'uv')}"
            f" RETURN u.key AS key, {ruled_code(c, steps, scope)} AS code, [{', '.join(counts)}] AS held"
        )
        return self.graph.ask(text, ids=ids, **c.parameters.values)

    # --- indicators ----------------------------------------------------------------------------

    def coverage(
        self, indicator: str | None = None, *, by: str | None = None, under: str | None = None
    ) -> pl.DataFrame:
        """What share of the units expected counts; see `orgraph.coverage`."""
        names = indicator_names(self.org) if indicator is None else [indicator]
        top = None if under is None else self.find(under)
        kind = None if by is None else kind_asked(self.org, by)
        parts = [self._covered(name, kind, top) for name in names]
        return pl.concat([pl.DataFrame(schema=COLUMNS), *parts], how="vertical_relaxed")

    def _covered(self, name: str, kind: str | None, top: str | None) -> pl.DataFrame:
        stated = self._stated(name)
        trees = list(dict.fromkeys(i.over for i, _, _ in stated))
        ids = None if top is None else [u for tree in trees for u in self.graph.below(top, tree)]
        org = self.graph.part(ids, trees)
        org, found = self._members(org, stated, top, short=False)
        return _covered(org, found, kind, None if top is None else org.row(top))

    def gaps(self, indicator: str, *, under: str | None = None, people: bool = False) -> pl.DataFrame:
        """The members that do not count; see `orgraph.gaps`."""
        top = None if under is None else self.find(under)
        stated = self._stated(indicator)
        org, found = self._members(None, stated, top, short=True)
        parts = [_gaps(org, m, np.ones(org.units.height, bool), people=people) for m in found]
        together = pl.concat(parts, how="diagonal_relaxed")
        return together.sort("place", nulls_last=True, maintain_order=True).select(
            pl.exclude("place", "unknown"), "unknown"
        )

    def _stated(self, name: str) -> list[tuple[Indicator, Any, int]]:
        """What each file states, the steps of whose rules hold, and its index."""
        s = self.graph.structures
        stated = {f: of[name].structure for f in s.files if name in (of := s.indicators(f))}
        if not stated:
            raise UnknownName(say(zh="指标", en="indicator"), name, indicator_names(self.org))
        stating, steps = settlings(s, stated, self._scopes(stated))
        return [(s.files[file].indicators[name], steps, index) for index, file in enumerate(stating)]

    def _scopes(self, files: Mapping[str, Any]) -> dict[str, Area]:
        """The scopes of files; how large they are is asked only where their order matters."""
        s = self.graph.structures
        scoped = {f: scope for f in files if (scope := s.files[f].scope) is not None}
        for file, scope in scoped.items():
            if file not in self._areas:
                self._areas[file] = self._area(scope)
        if len(scoped) > 1:
            for file in (f for f in scoped if not self._areas[f].size):
                c, area = self.compiler(file), self._areas[file]
                test = inside(c, area, "u")
                text = f"MATCH (u:Unit) WHERE {self.graph.shape.lives('u')} AND {test} RETURN count(u) AS n"
                self._areas[file] = area._replace(size=int(self.graph.keys(text, **c.parameters.values)[0]))
        return {f: self._areas[f] for f in scoped if self._areas[f].top}

    def _area(self, scope: str) -> Area:
        words = {tie(tree).strip("`"): tree for tree in self.graph.structures.trees}
        text = (
            f"MATCH (s:Unit {{id: $id}}) WHERE {self.graph.shape.lives('s')}"
            f" OPTIONAL MATCH (s)<-[r]-(:Unit) WHERE {alive('r')} RETURN DISTINCT type(r) AS type"
        )
        found = self.graph.keys(text, id=scope)
        return Area(scope if found else "", tuple(words[t] for t in found if t in words))

    def _members(
        self, org: Org | None, stated: list[tuple[Indicator, Any, int]], top: str | None, *, short: bool
    ) -> tuple[Org, list[Members]]:
        """The members per file; without an `org`, in one of just these members and what stands above."""
        several = sum(i.of == PEOPLE for i, _, _ in stated) > 1
        answers: list[tuple[Indicator, Asked, pl.DataFrame]] = []
        for indicator, steps, index in stated:
            c = self.compiler(indicator.structure)
            # a person who falls short by one file may count by another: then all are looked at
            asked = members_query(c, indicator, (steps, index), top, short=short and not several)
            found = self.graph.ask(asked.text, **c.parameters.values)
            if indicator.of == PEOPLE:
                found = found.explode("at") if found.height else found
            answers.append((indicator, asked, found))
        org = self._people(self._around(org, answers), answers)
        made = [_laid_out(org, *answer) for answer in answers]
        of_people = [m for m in made if m.of_people]
        return org, [m for m in made if not m.of_people] + _each_once(of_people)

    def _around(self, org: Org | None, answers: Sequence[tuple[Indicator, Asked, pl.DataFrame]]) -> Org:
        if org is not None:
            return org
        ids = [id_ for _, _, found in answers if found.height for id_ in found["at"].to_list()]
        return self.graph.part(ids, list(dict.fromkeys(i.over for i, _, _ in answers)))

    def _people(self, org: Org, answers: Sequence[tuple[Indicator, Asked, pl.DataFrame]]) -> Org:
        """The same with the people that are expected, and the posts by which they may be named."""
        expected = [f["person"].to_list() for i, _, f in answers if i.of == PEOPLE and f.height]
        if not expected or not org.units.height:
            return org
        roles, public = public_roles(org), "false"
        if roles:
            holds = f"{alive('m')} AND {self.graph.shape.lives('u')}"
            public = f"EXISTS {{ (p)-[m:{ties(roles)}]->(u:Unit) WHERE {holds} }}"
        text = "UNWIND $ids AS id MATCH (p:Person {id: id}) RETURN p.key AS key, p.id AS id, p.name AS name"
        ids = sorted({id_ for some in expected for id_ in some})
        found = self.graph.ask(f"{text}, {public} AS public", ids=ids)
        held = pl.DataFrame({"person": found.filter("public")["key"].cast(pl.Int32)}).with_columns(
            unit=pl.lit(org.units["key"][0], pl.Int32),
            role=pl.lit(roles[0] if roles else None, pl.String),
            since=pl.lit(None, pl.Date),
            until=pl.lit(None, pl.Date),
        )  # where and since when is nobody's question here
        return replace(org, people=people_of(found), memberships=held)

    # --- reach ---------------------------------------------------------------------------------

    def reach(
        self,
        source: str | Sequence[str],
        *,
        along: Sequence[str] | None = None,
        hops: int | None = None,
        direction: Direction = "down",
        missed: bool = False,
    ) -> pl.DataFrame:
        """Which units are reached from a unit, or which are not; see `orgraph.reach`."""
        starts = [self.find(text) for text in ([source] if isinstance(source, str) else source)]
        c = self.compiler(next(iter(self.graph.structures.files)))
        way = Way(along, hops, direction, missed=missed)
        return reached(self.graph, c, starts, way)


def _laid_out(org: Org, indicator: Indicator, asked: Asked, found: pl.DataFrame) -> Members:
    """Members from an answer, in the order of the rows of units (people)."""
    if not found.height:
        found = _empty(indicator, asked)
    at = who = _rows(org.units, found["at"])
    if indicator.of == PEOPLE:
        who = _rows(org.people, found["person"])
    order = np.lexsort((at, who))
    found, at, who = found[order], at[order], who[order]
    expected, unsure = (found[c].cast(pl.Boolean).to_numpy() for c in ("expected", "unsure"))
    mine = found.filter(pl.Series(expected))
    numerator, denominator = (mine[c].cast(pl.Int64).to_numpy() for c in ("numerator", "denominator"))
    figures = pl.DataFrame(height=mine.height).with_columns(
        _figure(name, mine[f"f{n}"], decimals) for n, (name, decimals) in enumerate(asked.figures)
    )
    return Members(
        indicator=indicator,
        who=who[expected].astype(np.int32),
        at=at[expected].astype(np.int32),
        counts=mine["counts"].cast(pl.Boolean).to_numpy(),
        numerator=numerator,
        denominator=denominator,
        decimals=asked.decimals,
        known=mine["known"].cast(pl.Boolean).to_numpy(),
        doubtful=at[unsure].astype(np.int32),
        figures=figures,
    )


def _rows(table: pl.DataFrame, ids: pl.Series) -> Ints:
    """The row of each id in a table."""
    known = table.select("id").with_row_index("row")
    found = ids.to_frame("id").cast(pl.String).join(known, on="id", how="left", maintain_order="left")
    return found["row"].cast(pl.Int32).to_numpy()


def _figure(name: str, found: pl.Series, decimals: int) -> pl.Series:
    values = found.cast(pl.Int64)
    known = values.is_not_null().to_numpy()
    return shown(values.fill_null(0).to_numpy(), decimals, known).alias(name)


def _empty(indicator: Indicator, asked: Asked) -> pl.DataFrame:
    keys = ["person", "at"] if indicator.of == PEOPLE else ["at"]
    bools = ["expected", "counts", "known", "unsure"]
    numbers = ["numerator", "denominator", *(f"f{n}" for n in range(len(asked.figures)))]
    return pl.DataFrame(
        schema=dict.fromkeys(keys, pl.String)
        | dict.fromkeys(bools, pl.Boolean)
        | dict.fromkeys(numbers, pl.Int64)
    )
