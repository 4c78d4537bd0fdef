"""Hours without a holder are counted by the server as they are here, whatever way shifts are written."""

from datetime import date

import pytest
from orgs import org_of
from polars.testing import assert_frame_equal
from shifts import SHIFTS

import orgraph as og
from orgraph.metrics.server import Server
from orgraph.model.changes import Changes
from orgraph.store.neo.address import NeoOptions
from orgraph.store.neo.store import NeoStore

DAY = date(2022, 4, 30)
WATCH = """
structure: s
trees: {t: {}}
roles: {guard: {columns: {hours: text, starts: text, ends: text}}}
kinds: {v: {root_of: [t]}}
facts:
  watched: {uncovered: guard, from: hours, to: hours}
  guarded: {uncovered: guard, from: starts, to: ends}
indicators:
  all_day: {of: v, counts_if: {watched: 0, guarded: {min: 0}}, over: t}
"""


def posts():
    ends = [("8:00、14:00", "12:00、18:00"), ("8:00、14:00", "12:00"), ("22", "6")]
    for row, (shifts, _, _) in enumerate(SHIFTS):
        for n, shift in enumerate(shifts):
            yield {"person": f"p{row}-{n}", "unit": f"u{row}", "role": "guard", "hours": shift}
    for row, (start, end) in enumerate(ends):
        yield {"person": f"q{row}", "unit": f"u{row}", "role": "guard", "starts": start, "ends": end}


@pytest.mark.timeout(900)
def test_every_way_of_writing_shifts(neo4j_database, tmp_path):
    held = [*posts()]
    org = org_of(
        WATCH,
        units=[{"id": f"u{row}", "kind": "v"} for row in range(len(SHIFTS) + 1)],
        people=[{"id": one["person"]} for one in held],
        memberships=held,
    )
    neo4j_database.empty()
    with og.open(tmp_path / "org.duckdb", structure=org.structures) as store:
        store.apply(Changes.between(store.timeline().tables(), org.tables()))
        local = store.read(on=DAY)
    options = NeoOptions(**neo4j_database.login)
    og.push(tmp_path / "org.duckdb", neo4j_database.uri, options=options)
    server = Server(NeoStore(neo4j_database.uri, options), DAY)
    here = og.gaps(local, "all_day")
    assert here.height > 5
    assert_frame_equal(server.gaps("all_day"), here)
    assert_frame_equal(server.coverage("all_day"), og.coverage(local, "all_day"))
