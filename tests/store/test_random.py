"""Random histories against plain Python: what each revision knew, undo, and forgetting."""

import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

import polars as pl
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from store_samples import amount, everything, expected, frame, post, tie, unit

from orgraph.model.changes import SCHEMAS, Changes
from orgraph.model.errors import UndoRefused

EXAMPLES = int(os.environ.get("ORGRAPH_EXAMPLES", "12"))
"""Histories a test goes through; raise it for a long search."""

DAYS = [None, "2020-01-01", "2021-01-01", "2022-01-01", "2023-01-01"]
SEEN = [date(2019, 12, 31), date(2020, 1, 1), date(2021, 6, 1), date(2022, 1, 1), date(2024, 1, 1)]
UNITS, PEOPLE = ("u", "v", "w", "x"), ("p", "q", "r")

Subject = tuple[str, ...]
State = dict[Subject, tuple[dict[str, Any], ...]]
"""Subject (table and the part of the key that names it) → its rows."""


def spans(draw: st.DrawFn) -> list[tuple[str | None, str | None]]:
    """Spans of time that do not overlap; with gaps, open ends and none at all."""
    cuts = sorted(draw(st.sets(st.sampled_from(range(1, len(DAYS))), max_size=4)))
    ends: list[str | None] = [DAYS[c] for c in cuts]
    edges = [*([None] if draw(st.booleans()) else []), *ends]
    return [pair for pair in pairwise([*edges, None]) if draw(st.booleans())]


@st.composite
def unit_versions(draw: st.DrawFn) -> tuple[Subject, tuple[dict, ...]]:
    id_ = draw(st.sampled_from(UNITS))
    values = {
        "posts": st.none() | st.integers(-(2**62), 2**62),
        "area": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "checked": st.none() | st.dates(),
        "open": st.none() | st.booleans(),
    }
    name = st.none() | st.text(max_size=4)
    kind = st.sampled_from(["town", "village", "branch"])
    rows = [
        unit(id_, draw(kind), draw(name), *span, **{c: draw(s) for c, s in values.items()})
        for span in spans(draw)
    ]
    return ("units", id_), tuple(rows)


@st.composite
def ties(draw: st.DrawFn) -> tuple[Subject, tuple[dict, ...]]:
    ends = draw(st.sampled_from(UNITS)), draw(st.sampled_from((*UNITS, "stranger")))
    relation = draw(st.sampled_from(["territory", "covers"]))
    share = st.none() | st.sampled_from([0.5, 1.0])
    return ("links", *ends, relation), tuple(tie(*ends, relation, *s, share=draw(share)) for s in spans(draw))


@st.composite
def persons(draw: st.DrawFn) -> tuple[Subject, tuple[dict, ...]]:
    id_ = draw(st.sampled_from(PEOPLE))
    row = {
        "id": id_,
        "name": f"名{id_}{draw(st.integers(0, 9))}",
        "motto": f"言{id_}{draw(st.integers(0, 9))}",
    }
    return ("people", id_), (row,) if draw(st.integers(0, 3)) else ()


@st.composite
def posts(draw: st.DrawFn) -> tuple[Subject, tuple[dict, ...]]:
    who = (
        draw(st.sampled_from(PEOPLE)),
        draw(st.sampled_from(UNITS)),
        draw(st.sampled_from(["leader", "member"])),
    )
    status = st.none() | st.sampled_from(["full", "probationary"])
    return ("memberships", *who), tuple(post(*who, *span, status=draw(status)) for span in spans(draw))


@st.composite
def amounts(draw: st.DrawFn) -> tuple[Subject, tuple[dict, ...]]:
    id_, day = draw(st.sampled_from(UNITS)), draw(st.sampled_from(["2020-01-01", "2022-01-01"]))
    rows = (amount(id_, draw(st.integers(-(2**62), 2**62)), day, "2022-02-01"),)
    return ("measures", id_, day), rows if draw(st.booleans()) else ()


@st.composite
def phones(draw: st.DrawFn) -> tuple[Subject, tuple[dict, ...]]:
    id_, number = draw(st.sampled_from(PEOPLE)), draw(st.integers(0, 3))
    rows = ({"person": id_, "field": "phone", "value": f"电{id_}{number}"},)
    return ("contacts", id_, str(number)), rows if draw(st.booleans()) else ()


EDITS = st.lists(st.one_of(unit_versions(), ties(), persons(), posts(), amounts(), phones()), max_size=8)
STEP = st.one_of(EDITS, EDITS, st.just("undo"), st.integers(1, 6))
"""Some subjects get other rows; or the last revision is undone, or one counted from the last."""


def edited(state: State, edits: Iterable[tuple[Subject, tuple[dict, ...]]]) -> State:
    """The state after some edits; whoever is not there has neither posts nor phones."""
    after = {**state, **dict(edits)}
    there = {subject[1] for subject, rows in after.items() if subject[0] == "people" and rows}
    of_people = {"memberships", "contacts"}
    return {s: rows for s, rows in after.items() if rows and (s[0] not in of_people or s[1] in there)}


def tables_of(state: State, town) -> dict[str, pl.DataFrame]:
    rows = {table: [r for s, rs in state.items() if s[0] == table for r in rs] for table in SCHEMAS}
    return {table: frame(table, rows[table], town) for table in SCHEMAS if table != "structures"}


def alive(tables: dict[str, pl.DataFrame], on: date, town) -> dict[str, list[tuple]]:
    """What holds on a day, row by row in plain Python."""

    def holds(table: str, row: dict[str, Any]) -> bool:
        begun = "since" not in row or row["since"] is None or row["since"] <= on
        lasts = table == "measures" or row.get("until") is None or row["until"] > on
        return begun and lasts

    kept = {t: frame(t, [r for r in f.iter_rows(named=True) if holds(t, r)], town) for t, f in tables.items()}
    return expected(kept, town)


@dataclass
class History:
    """A store, and what each of its revisions should know."""

    store: Any
    town: Any
    known: list[dict[str, pl.DataFrame]] = field(default_factory=list)
    state: State = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.known = [tables_of({}, self.town)]

    def take(self, step: Any) -> None:
        """One step; whatever the store refuses leaves everything as it was."""
        before = self.known[-1]
        if isinstance(step, list):
            self.state = edited(_state_of(before), step)
            made = Changes.between(before, tables_of(self.state, self.town))
            assert self.store.apply(made, expect=len(self.known)) == len(self.known) + (not made.is_empty)
            if not made.is_empty:
                self.known.append(tables_of(self.state, self.town))
            return
        number = len(self.known) if step == "undo" else len(self.known) - step
        if number < 2:
            return
        inverse = self.store.changes(number).inverse()
        try:
            revision = self.store.undo(number)
        except UndoRefused:
            assert step != "undo", "the last revision can always be undone"
            return
        assert revision == len(self.known) + 1
        self.known.append(inverse.apply_to(before))
        if step == "undo":
            assert expected(self.known[-1], self.town) == expected(self.known[-3], self.town)

    def check(self) -> None:
        """Every revision on two days, and the head on all, as plain Python has it."""
        assert everything(self.store.timeline()) == expected(self.known[-1], self.town)
        assert self.store.contacts().sort(pl.all()).equals(self.known[-1]["contacts"].sort(pl.all()))
        for number, tables in enumerate(self.known, 1):
            for on in (SEEN[number % len(SEEN)], SEEN[(number + 2) % len(SEEN)]):
                shown = everything(self.store.read(revision=number, on=on))
                assert shown == alive(tables, on, self.town), (number, on)
        for on in SEEN:
            assert everything(self.store.read(on=on)) == alive(self.known[-1], on, self.town)


def _state_of(tables: dict[str, pl.DataFrame]) -> State:
    """Rows by subject, out of tables: undo may have brought about a state that no edit made."""
    subjects = {
        "units": ("id",),
        "links": ("source", "target", "relation"),
        "people": ("id",),
        "memberships": ("person", "unit", "role"),
        "measures": ("unit", "since"),
        "contacts": ("person", "value"),
    }
    state: dict[Subject, list[dict]] = {}
    for table, columns in subjects.items():
        for row in tables[table].iter_rows(named=True):
            parts = [str(row[c]) for c in columns]
            if table == "contacts":
                parts[1] = parts[1][-1]
            state.setdefault((table, *parts), []).append(row)
    return {subject: tuple(rows) for subject, rows in state.items()}


U = (("units", "u"), (unit("u", "town", "甲", "2020-01-01"),))
P = (("people", "p"), ({"id": "p", "name": "名p0", "motto": "言p0"},))

slow = settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
    ],
)


@slow
@given(steps=st.lists(STEP, min_size=1, max_size=7))
@example(steps=[[U], "undo", "undo", [(U[0], ())], 3, 1])
@example(steps=[[P, (("memberships", "p", "u", "leader"), (post("p", "u", "leader"),))], [P], "undo", 1, 2])
def test_every_revision_knows_what_it_knew(fresh, town, steps):
    history = History(fresh(town), town)
    for step in steps:
        history.take(step)
    history.check()


@settings(slow, max_examples=EXAMPLES // 2)
@given(steps=st.lists(EDITS, min_size=1, max_size=5), more=EDITS)
def test_forgetting_leaves_no_trace_and_moves_nothing_else(fresh, town, steps, more):
    history = History(fresh(town), town)
    person = {"id": "p", "name": "名p0", "motto": "言p0"}
    history.take([(("people", "p"), (person,))])
    for step in steps:
        history.take(step)
    history.store.forget("p")
    logged = [history.store.changes(n) for n in range(1, history.store.revision + 1)]
    frames = [side for c in logged for t in c for side in (c[t].out, c[t].into)]
    frames += [*history.store.timeline().tables().values(), history.store.contacts()]
    text = "\n".join(str(f.rows()) for f in frames)
    assert not any(mark in text for mark in ("名p", "言p", "电p"))

    def without(tables: dict[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
        mine = pl.col("id") == "p"
        nothing = [pl.when(~mine).then(pl.col(c)).alias(c) for c in ("name", "motto", "born")]
        kept = tables["contacts"].filter(pl.col("person") != "p")
        return {**tables, "people": tables["people"].with_columns(nothing), "contacts": kept}

    history.known = [without(tables) for tables in history.known]
    history.known.append(history.known[-1])
    history.take(more)
    history.check()
