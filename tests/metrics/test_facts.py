"""The ten forms of facts against plain Python, and the cases that decide what they mean."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orgs import above, forests, ids, links, org_of
from shifts import SHIFTS

from orgraph.metrics.facts import Facts
from orgraph.metrics.figures import exact
from orgraph.metrics.measured import measured

PLACE = """
structure: s
trees: {territory: {}, party: {}}
relations: {covers: {columns: {strength: int}}}
roles:
  leader: {public: true}
  member: {columns: {status: [full, probationary], from_hour: int, to_hour: int}}
  guard: {columns: {starts: text, ends: text}}
people: {columns: {born: date, points: int}}
measures:
  homes: {over_time: last}
  area: {decimals: 1}
  hours: {over_time: sum}
  mood: {over_time: mean}
kinds:
  v:
    root_of: [territory]
    under: {territory: [v]}
    columns: {status: [open, shut], built: date, size: float, floors: int}
  w: {under: {territory: [v]}}
  b: {root_of: [party], columns: {status: [open, shut]}}
facts:
  covering: {links: covers, from: [b, v], where: {status: open}}
  strong: {links: covers, from: b, where: {strength: {min: 5}}}
  covered: {links: covers, to: v}
  kids: {links: territory, from: v}
  full: {holders: [member], where: {status: full}}
  anybody: {holders: [leader, member]}
  busy: {holders: [member], where: {offices: {min: 2}}}
  grown: {holders: [member], where: {age: {min: 18}}}
  offices: {of: people, held: [leader, member]}
  full_offices: {of: people, held: [member], where: {status: full}}
  age: {of: people, years_since: born}
  score: {of: people, column: points}
  homes_now: {measure: homes}
  area_now: {measure: area}
  hours_now: {measure: hours}
  hours_month: {measure: hours, during: month}
  hours_2021: {measure: hours, during: "2021"}
  mood_year: {measure: mood, during: year}
  homes_march: {measure: homes, during: "2022-03"}
  open_below: {below: v, in: territory, where: {status: open}}
  homes_below: {below: [v, w], in: territory, sum: homes_now}
  homes_above: {above: v, in: territory, any: homes_now}
  night: {uncovered: member, from: from_hour, to: to_hour}
  guarded: {uncovered: guard, from: starts, to: ends}
  watched: {uncovered: guard, from: starts, to: starts}
  age_of_house: {years_since: built}
  big: {column: size}
  high: {column: floors}
  sum: {weigh: {homes_now: 2, high: -1, area_now: 0.5}}
"""


def series(org, name):
    return dict(zip(org.units["id"], Facts(org, "s").series(name), strict=True))


def of_people(org, name):
    return dict(zip(org.people["id"], Facts(org, "s").series(name), strict=True))


amounts = st.none() | st.integers(-5, 40)
kinds = st.sampled_from(["v", "w", "b"])


@st.composite
def places(draw):
    """A territory of random shape with random ties, posts and figures; some ends are absent."""
    parents = draw(forests(15))
    names = [*ids(len(parents)), "absent"]
    status = st.sampled_from([None, "open", "shut"])
    units = [
        {"id": i, "kind": draw(kinds), "status": draw(status), "floors": draw(amounts)} for i in names[:-1]
    ]
    pair = st.tuples(st.sampled_from(names), st.sampled_from(names))
    ties = draw(st.lists(st.tuples(pair, amounts), max_size=20))
    holder = st.tuples(st.sampled_from("pqr"), st.sampled_from(names), st.sampled_from(["leader", "member"]))
    posts = draw(st.lists(st.tuples(holder, st.sampled_from([None, "full", "probationary"])), max_size=20))
    reports = [(i, draw(amounts)) for i in names[:-1] if draw(st.booleans())]
    return org_of(
        PLACE,
        units=units,
        links=links("territory", *(f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None))
        + [{"source": a, "target": b, "relation": "covers", "strength": n} for (a, b), n in ties],
        people=[{"id": p} for p in "pqr"],
        memberships=[{"person": p, "unit": u, "role": r, "status": s} for (p, u, r), s in posts],
        measures=[
            {"unit": u, "measure": "homes", "since": date(2022, 4, 1), "until": date(2022, 4, 2), "value": v}
            for u, v in reports
        ],
    )


@given(places())
def test_ties_and_holders_are_counted_as_sets_in_plain_python_are(org):
    units = {u["id"]: u for u in org.units.iter_rows(named=True)}
    ties = [t for t in org.table("links").iter_rows(named=True) if t["relation"] == "covers"]
    ties = [t for t in ties if t["source"] in units and t["target"] in units]
    posts = [m for m in org.table("memberships").iter_rows(named=True) if m["unit"] in units]
    offices = {p: {m["unit"] for m in posts if m["person"] == p} for p in "pqr"}
    got = {f: series(org, f) for f in ("covering", "strong", "covered", "full", "anybody", "busy")}
    for unit in units:
        into = [(units[t["source"]], t) for t in ties if t["target"] == unit]
        here = [m for m in posts if m["unit"] == unit]
        members = [m for m in here if m["role"] == "member"]
        expected = {
            "covering": {s["id"] for s, _ in into if s["kind"] in "bv" and s["status"] == "open"},
            "strong": {s["id"] for s, t in into if s["kind"] == "b" and (t["strength"] or 0) >= 5},
            "covered": {
                t["target"] for t in ties if t["source"] == unit and units[t["target"]]["kind"] == "v"
            },
            "full": {m["person"] for m in members if m["status"] == "full"},
            "anybody": {m["person"] for m in here},
            "busy": {m["person"] for m in members if len(offices[m["person"]]) >= 2},
        }
        for fact, found in expected.items():
            assert got[fact][unit] == len(found), fact
    held, held_full = of_people(org, "offices"), of_people(org, "full_offices")
    for person in "pqr":
        assert held.get(person, 0) == len(offices[person])
        full = {
            m["unit"]
            for m in posts
            if m["person"] == person and m["status"] == "full" and m["role"] == "member"
        }
        assert held_full.get(person, 0) == len(full)


@given(places())
def test_what_is_seen_along_a_tree_is_what_a_walk_sees(org):
    units = {u["id"]: u for u in org.units.iter_rows(named=True)}
    homes = {m["unit"]: m["value"] for m in org.table("measures").iter_rows(named=True)}
    up = above(org, "territory")
    ancestors = {}
    for unit in units:
        chain, at = [], unit
        while at in up:
            at = up[at]
            chain.append(at)
        ancestors[unit] = chain
    got = {f: series(org, f) for f in ("open_below", "homes_below", "homes_above", "sum", "kids")}
    figure = Facts(org, "s").figure("homes_below")
    for row, unit in enumerate(units):
        below = [u for u in units if unit in ancestors[u] and units[u]["kind"] in "vw"]
        known = [homes[u] for u in below if homes.get(u) is not None]
        heads = [homes.get(a) for a in ancestors[unit] if units[a]["kind"] == "v"]
        told = [h for h in heads if h is not None]
        assert got["open_below"][unit] == sum(
            units[u]["status"] == "open" and units[u]["kind"] == "v" for u in below
        )
        assert got["homes_below"][unit] == (sum(known) if known or not below else None)
        assert figure.whole[row] == (len(known) == len(below))
        assert got["homes_above"][unit] == (max(told) if told else None if heads else 0)
        assert got["kids"][unit] == sum(up.get(u) == unit and units[u]["kind"] == "v" for u in units)


def figures(*rows):
    """``unit measure since until value`` each."""
    split = (row.split() for row in rows)
    return [
        {
            "unit": u,
            "measure": m,
            "since": date.fromisoformat(a),
            "until": date.fromisoformat(b),
            "value": int(v),
        }
        for u, m, a, b, v in split
    ]


def test_a_stock_is_what_was_observed_last_and_not_after_the_day():
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v"}, {"id": "y", "kind": "v"}],
        measures=figures(
            "x homes 2022-03-31 2022-04-01 7",
            "x homes 2022-04-15 2022-04-16 9",
            "x homes 2022-05-01 2022-05-02 11",
            "x area 2022-04-01 2022-04-02 4396",
            "gone homes 2022-04-01 2022-04-02 5",
        ),
    )
    assert series(org, "homes_now") == {"x": 9, "y": None}
    assert series(org, "homes_march") == {"x": 7, "y": None}
    assert series(org, "area_now") == {"x": 439.6, "y": None}


def test_a_flow_of_a_period_is_the_sum_of_its_parts_unless_it_is_reported_whole():
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v"}, {"id": "y", "kind": "v"}, {"id": "z", "kind": "v"}],
        measures=figures(
            "x hours 2021-01-01 2021-02-01 10",
            "x hours 2021-02-01 2021-03-01 20",
            "x hours 2020-12-31 2021-01-02 99",
            "x hours 2022-04-01 2022-04-11 1",
            "x hours 2022-04-11 2022-04-21 2",
            "y hours 2021-01-01 2022-01-01 77",
            "y hours 2021-01-01 2021-02-01 10",
            "z hours 2022-04-01 2022-05-01 5",
        ),
    )
    assert series(org, "hours_2021") == {"x": 30, "y": 77, "z": None}
    assert series(org, "hours_month") == {"x": 3, "y": None, "z": 5}
    assert series(org, "hours_now") == {"x": 2, "y": 77, "z": 5}
    assert measured(org, "hours", "quarter").values.tolist() == [3, 0, 5]
    assert measured(org, "hours", "day").known.tolist() == [False, False, False]


def test_a_mean_is_the_mean_of_the_observations_and_by_default_the_latest():
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v"}],
        measures=figures(
            "x mood 2021-12-31 2022-01-01 100",
            "x mood 2022-01-01 2022-01-02 4",
            "x mood 2022-02-01 2022-02-02 9",
        ),
    )
    assert series(org, "mood_year") == {"x": 6}  # 6.5 is rounded to the even whole number
    assert measured(org, "mood").values.tolist() == [9]


@pytest.mark.parametrize(
    ("shifts", "hours"),
    [
        ([], 24),
        ([(8, 16)], 16),
        ([(8, 16), (12, 20)], 12),
        ([(22, 6)], 16),
        ([(0, 8), (8, 16), (16, 24)], 0),
        ([(0, 24)], 0),
        ([(8, 8)], 0),
        ([(20, 8), (8, 20)], 0),
        ([(1, 3), (2, 23), (5, 7)], 2),
        ([(23, 1), (0, 2)], 21),
    ],
)
def test_hours_without_a_holder(shifts, hours):
    posts = [
        {"person": f"p{n}", "unit": "x", "role": "member", "from_hour": a, "to_hour": b}
        for n, (a, b) in enumerate(shifts)
    ]
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v"}, {"id": "y", "kind": "v"}],
        people=[{"id": f"p{n}"} for n in range(len(shifts))],
        memberships=posts,
    )
    assert series(org, "night") == {"x": hours, "y": 24}
    covered = {
        h for a, b in shifts for h in range(24) if (a % 24 <= h < b if a < b else h >= a % 24 or h < b % 24)
    }
    assert hours == 24 - len(covered)


def test_shifts_in_texts_have_minutes_and_an_unknown_shift_covers_nothing():
    times = [("7:30", "19:30"), ("19:30", None)]
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v"}],
        people=[{"id": "p"}, {"id": "q"}],
        memberships=[
            {"person": p, "unit": "x", "role": "guard", "starts": a, "ends": b}
            for p, (a, b) in zip("pq", times, strict=True)
        ],
    )
    figure = Facts(org, "s").figure("guarded")
    assert series(org, "guarded") == {"x": 12}
    assert figure.whole.tolist() == [False]


def test_three_shifts_as_a_workbook_holds_times_leave_no_hour_uncovered():
    times = [("07:00:00", "15:00:00"), ("15:00", "23:00"), ("23:00", "07:00:00")]
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v"}],
        people=[{"id": p} for p in "pqr"],
        memberships=[
            {"person": p, "unit": "x", "role": "guard", "starts": a, "ends": b}
            for p, (a, b) in zip("pqr", times, strict=True)
        ],
    )
    assert series(org, "guarded") == {"x": 0}
    assert Facts(org, "s").figure("guarded").whole.tolist() == [True]


@pytest.mark.parametrize(
    ("built", "years"),
    [
        (date(2019, 4, 30), 3),
        (date(2019, 5, 1), 2),
        (date(2022, 4, 30), 0),
        (date(2022, 5, 1), -1),
        (date(2000, 2, 29), 22),
        (None, None),
    ],
)
def test_years_are_full_on_the_anniversary(built, years):
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v", "built": built}, {"id": "y", "kind": "v", "built": date(1, 1, 1)}],
    )
    assert series(org, "age_of_house")["x"] == years


def test_people_have_figures_of_their_own_that_conditions_on_holders_see():
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v"}],
        people=[
            {"id": "p", "born": date(1990, 1, 1), "points": 3},
            {"id": "q", "born": date(2010, 1, 1)},
            {"id": "r"},
        ],
        memberships=[{"person": p, "unit": "x", "role": "member"} for p in "pqr"],
    )
    assert of_people(org, "age") == {"p": 32, "q": 12, "r": None}
    assert of_people(org, "score") == {"p": 3, "q": None, "r": None}
    assert series(org, "grown") == {"x": 1}


def test_a_weighted_sum_is_exact_and_unknown_where_a_part_is():
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v", "floors": 3}, {"id": "y", "kind": "v", "floors": 1}],
        measures=figures(
            "x homes 2022-04-01 2022-04-02 10",
            "x area 2022-04-01 2022-04-02 3",
            "y homes 2022-04-01 2022-04-02 1",
        ),
    )
    assert series(org, "sum") == {"x": 20 - 3 + 0.15, "y": None}


@given(st.lists(st.none() | st.decimals(-(10**9), 10**9, places=4).map(float), min_size=1, max_size=30))
def test_decimal_columns_become_whole_numbers_without_loss(values):
    import polars as pl

    figure = exact(pl.Series(values, dtype=pl.Float64))
    assert figure.series("x").to_list() == values
    assert figure.decimals <= 4


def test_decimals_that_do_not_fit_give_up_digits_and_not_size():
    import polars as pl

    figure = exact(pl.Series([1e15 / 3, 1e15, float("nan"), 1 / 3]))
    shown = figure.series("x")
    assert shown[1] == 1e15
    assert shown[2] is None
    assert shown[0] == pytest.approx(1e15 / 3)


@pytest.mark.parametrize(("shifts", "hours", "whole"), SHIFTS)
def test_one_column_may_hold_whole_shifts(shifts, hours, whole):
    posts = [
        {"person": f"p{n}", "unit": "x", "role": "guard", "starts": shift} for n, shift in enumerate(shifts)
    ]
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v"}],
        people=[{"id": f"p{n}"} for n in range(len(shifts))],
        memberships=posts,
    )
    figure = Facts(org, "s").figure("watched")
    assert (series(org, "watched")["x"], figure.whole.tolist()) == (hours, [whole])


@pytest.mark.parametrize(
    ("starts", "ends", "hours", "whole"),
    [("8:00、14:00", "12:00、18:00", 16, True), ("8:00、14:00", "12:00", 24, False), ("22", "6", 16, True)],
)
def test_times_of_several_shifts_go_together_in_their_order(starts, ends, hours, whole):
    org = org_of(
        PLACE,
        units=[{"id": "x", "kind": "v"}],
        people=[{"id": "p"}],
        memberships=[{"person": "p", "unit": "x", "role": "guard", "starts": starts, "ends": ends}],
    )
    assert series(org, "guarded") == {"x": hours}
    assert Facts(org, "s").figure("guarded").whole.tolist() == [whole]
