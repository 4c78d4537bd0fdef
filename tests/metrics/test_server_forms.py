"""Every form of fact, asked of a real server and of the tables: the same gaps, rates and figures."""

from __future__ import annotations

import os
import random
from datetime import date, timedelta
from functools import partial
from itertools import product

import polars as pl
import pytest
from metrics.test_facts import PLACE
from metrics.test_server import assert_same
from orgs import links, org_of

import orgraph as og
from orgraph.metrics.server import Server
from orgraph.model.changes import Changes
from orgraph.model.language.facts import OfPeopleFact
from orgraph.model.structure import Structures
from orgraph.store.neo.address import NeoOptions
from orgraph.store.neo.store import NeoStore

DAY = date(2022, 4, 30)
PEOPLE = 12


def judged() -> str:
    """The structure of `PLACE` with two indicators for each fact: one counts, one divides."""
    facts = Structures.from_texts({"s": PLACE}).facts("s")
    lines = []
    for name, fact in facts.items():
        of_people = isinstance(fact, OfPeopleFact) or name in ("age", "score")
        of = "people" if of_people else "v"
        by = "offices" if of_people else "homes_now"
        lines.append(f"  counts_{name}: {{of: {of}, counts_if: {{{name}: {{min: 2}}}}, over: territory}}")
        lines.append(f"  share_{name}: {{of: {of}, ratio: [{name}, {by}], over: territory}}")
    return PLACE + "indicators:\n" + "\n".join(lines) + "\n"


def drawn(rng: random.Random) -> og.Org:
    """A territory of 40 units with ties, posts and figures, any of which may be unknown or over."""
    ids = [f"u{n}" for n in range(40)]

    def some(*values: object) -> object:
        return rng.choice([None, *values])

    def held() -> dict[str, date | None]:
        since = some(date(2021, 1, 1), date(2022, 4, 30), date(2022, 6, 1))
        until = since and some(since + timedelta(days=1), since + timedelta(days=900))
        return {"since": since, "until": until}

    units = [
        {
            "id": i, "kind": rng.choice("vvvwb"), "status": some("open", "shut"), "floors": some(1, 2, 30),
            "size": some(0.5, 12.25), "built": some(date(1990, 4, 30), date(2010, 5, 1)),
        }
        for i in ids
    ]  # fmt: skip
    ties = [
        {"source": rng.choice(ids), "target": rng.choice(ids), "strength": some(1, 5, 9)} for _ in range(60)
    ]
    posts = {}
    for _ in range(90):
        role = rng.choice(["leader", "member", "guard"])
        hours: dict[str, object] = {"member": {"from_hour": some(0, 8, 22), "to_hour": some(6, 12, 24)}}.get(
            role, {"starts": some("8:00", "22:30"), "ends": some("6:00", "16:30")}
        )
        post = (f"p{rng.randrange(PEOPLE)}", rng.choice(ids), role)
        own = {"status": some("full", "probationary"), **hours} if role == "member" else hours
        posts[post] = dict(zip(("person", "unit", "role"), post, strict=True)) | own | held()
    figures = {}
    for _ in range(150):
        since = rng.choice([date(2021, 6, 1), date(2022, 3, 1), date(2022, 4, 1), date(2022, 5, 1)])
        key = (rng.choice(ids), rng.choice(["homes", "area", "hours", "mood"]), since)
        figures[key] = {"until": since + timedelta(days=rng.choice([1, 30])), "value": some(0, 3, 40)}
    parents = [f"{ids[n]}>{ids[rng.randrange(n)]}" for n in range(1, 40) if rng.random() < 0.8]
    return org_of(
        judged(),
        units=units,
        links=links("territory", *parents) + [{"relation": "covers", **t, **held()} for t in unique(ties)],
        people=[
            {"id": f"p{n}", "name": f"甲{n}", "born": some(DAY.replace(year=2004), DAY), "points": point}
            for n, point in enumerate(rng.choices([None, 0, 5], k=PEOPLE))
        ],
        memberships=list(posts.values()),
        measures=[dict(zip(("unit", "measure", "since"), k, strict=True)) | v for k, v in figures.items()],
        on=None,
    )  # fmt: skip


def unique(ties: list[dict[str, object]]) -> list[dict[str, object]]:
    return list({(t["source"], t["target"]): t for t in ties}.values())


@pytest.mark.slow
@pytest.mark.timeout(900)  # the server plans every new question for seconds
def test_every_form_of_fact_is_the_same_on_the_server(neo4j_database):
    answered = 0
    for seed in range(int(os.environ.get("ORGRAPH_SERVER_SEEDS", "1"))):
        org = drawn(random.Random(seed))
        neo4j_database.empty()
        store = NeoStore.create(neo4j_database.uri, org.structures, NeoOptions(**neo4j_database.login))
        tables = org.tables()
        store.apply(Changes.between({name: t.clear() for name, t in tables.items()}, tables))
        local, server = store.read(on=DAY), Server(store, DAY)
        names = list(local.structures.indicators("s"))
        for name, top in product(names, (None, "u1")):
            verb = "gaps" if name.startswith("counts_") else "coverage"
            assert_same(partial(getattr(og, verb), local, name, under=top),
                        partial(getattr(server, verb), name, under=top), (seed, name, top))  # fmt: skip
        answered += og.coverage(local).filter(pl.col("denominator") > 0).height
        store.close()
    assert answered > 25
