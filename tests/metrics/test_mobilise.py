"""The simulator against order statistics in closed form, first passages by Dijkstra, and its own monotony."""

from math import comb, log

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from orgs import links, org_of

from orgraph.metrics.calling import Call
from orgraph.metrics.mobilise import QUANTILES, mobilise
from orgraph.metrics.spreading import Network
from orgraph.metrics.terms import Drawn
from orgraph.model.errors import OrgraphError, UnknownName

PLACE = """
structure: s
trees: {t: {columns: {minutes: float}}}
relations: {chat: {columns: {minutes: float}}, phone: {}}
roles: {volunteer: {}, driver: {}}
measures: {members: {}}
kinds: {v: {root_of: [t], under: {t: [v]}, columns: {willing: float, slow: float}}}
facts: {on_list: {measure: members}, drivers: {holders: [driver]}}
"""
RUNS = 20_000


def place(people, *, ties=(), units=(), relation="chat", **columns):
    """Units of so many volunteers each; ties ``"from>to"`` of a relation, with the same columns each."""
    held = [(unit, n) for unit, count in people.items() for n in range(count)]
    names = dict.fromkeys([*people, *units, *(end for tie in ties for end in tie.split(">"))])
    return org_of(
        PLACE,
        units=[{"id": i, "kind": "v"} for i in names],
        links=[{**link, **columns} for link in links(relation, *ties)],
        people=[{"id": f"{unit}{n}"} for unit, n in held],
        memberships=[{"person": f"{unit}{n}", "unit": unit, "role": "volunteer"} for unit, n in held],
    )


def ask(org, need, *, source="a", seed=1, runs=RUNS, within=60, **terms):
    call = Call(**{"delay": 0, "rate": 1, "response": "fixed:0", "along": ["chat"], **terms})
    told = mobilise(org, source, need, call, seed=seed, runs=runs, within=within)
    return {row["item"]: row for row in told.iter_rows(named=True)}


def near(row, value, sigmas=5):
    return abs(row["value"] - value) <= sigmas * row["error"]


@pytest.mark.parametrize(("n", "k"), [(1, 1), (10, 1), (10, 7), (40, 25), (40, 40)])
def test_the_kth_of_n_exponential_responses_has_the_mean_of_the_order_statistic(n, k):
    found = ask(place({"a": n}), k, response=20)
    assert near(found["mean"], 20 * sum(1 / i for i in range(n - k + 1, n + 1)))
    assert found["probability"]["value"] == 1
    # a quantile: P(at least k of n are ready by then), a sum of binomial chances
    for q in QUANTILES:
        ready = 1 - np.exp(-found[f"q{q * 100:02.0f}"]["value"] / 20)
        assert at_least(k, n, ready) == pytest.approx(q, abs=0.02)


@pytest.mark.parametrize(("n", "k"), [(10, 1), (30, 20), (12, 12)])
def test_the_kth_of_n_uniform_responses_is_a_beta_variable(n, k):
    found = ask(place({"a": n}), k, response="uniform:5..35")
    assert near(found["mean"], 5 + 30 * k / (n + 1))
    for q in QUANTILES:
        share = (found[f"q{q * 100:02.0f}"]["value"] - 5) / 30
        assert at_least(k, n, share) == pytest.approx(q, abs=0.02)


def at_least(k, n, p):
    return sum(comb(n, i) * p**i * (1 - p) ** (n - i) for i in range(k, n + 1))


@pytest.mark.parametrize(("rate", "need"), [(0.3, 10), (0.5, 25), (0.9, 35)])
def test_with_a_rate_the_chance_of_the_need_is_binomial(rate, need):
    found = ask(place({"a": 40}), need, rate=rate, response=15, within=30)
    assert near(found["probability"], at_least(need, 40, rate))
    in_time = rate * (1 - np.exp(-30 / 15))
    assert near(found["probability_within"], at_least(need, 40, in_time))
    assert found["volunteers"]["value"] == pytest.approx(40 * rate)
    assert near(found["volunteers_within"], 40 * in_time)


def test_delays_add_up_along_a_chain_and_the_quickest_of_two_ways_counts():
    chain = ask(place({"c": 1}, ties=["a>b", "b>c"]), 1, delay=6)
    assert near(chain["mean"], 12)
    one_of_two = [*links("chat", "a>c"), *links("phone", "a>c")]
    org = org_of(
        PLACE,
        units=[{"id": i, "kind": "v"} for i in "ac"],
        links=one_of_two,
        people=[{"id": "p"}],
        memberships=[{"person": "p", "unit": "c", "role": "driver"}],
    )
    found = ask(org, 1, delay={"chat": 6, "phone": 3}, along=["chat", "phone"])
    assert near(found["mean"], 1 / (1 / 6 + 1 / 3))
    assert found["q50"]["value"] == pytest.approx(2 * log(2), rel=0.05)


@given(st.data(), st.none() | st.integers(1, 4))
@settings(max_examples=60)
def test_the_message_arrives_by_the_shortest_way(data, hops):
    count = data.draw(st.integers(1, 9))
    node = st.integers(0, count - 1)
    pairs = data.draw(st.lists(st.tuples(node, node), max_size=25, unique=True))
    pairs = sorted((pair for pair in pairs if pair[0] != pair[1] and pair[1] != 0), key=lambda p: p[1])
    minutes = [data.draw(st.integers(1, 9)) for _ in pairs]
    leaving, entering = (np.array([pair[i] for pair in pairs], np.int32) for i in (0, 1))
    fixed = np.ones(len(pairs), bool)
    delay = Drawn(~fixed, fixed, np.array(minutes, float), np.zeros(len(pairs)))
    channel = np.arange(len(pairs), dtype=np.int16)
    network = Network(count, np.array([0], np.int32), leaving, entering, channel, delay, hops)
    times, came = network.arrivals(2, np.random.default_rng(0))
    best = shortest(count, dict(zip(pairs, minutes, strict=True)), hops)
    assert times[0].tolist() == times[1].tolist() == best
    for unit, edge in enumerate(came[0]):
        assert (edge < 0) == (unit == 0 or np.isinf(best[unit]))
        if edge >= 0:
            assert pairs[edge][1] == unit
    if hops is None:
        g = nx.DiGraph()
        g.add_nodes_from(range(count))
        g.add_weighted_edges_from((a, b, w) for (a, b), w in zip(pairs, minutes, strict=True))
        lengths = nx.single_source_dijkstra_path_length(g, 0)
        assert best == [lengths.get(unit, np.inf) for unit in range(count)]


def shortest(count, minutes, hops):
    """Least sum of minutes over ways of at most so many steps, step by step."""
    best = [0.0] + [np.inf] * (count - 1)
    for _ in range(count if hops is None else hops):
        before = list(best)
        for (a, b), weight in minutes.items():
            best[b] = min(best[b], before[a] + weight)
    return best


def test_the_same_seed_gives_the_same_and_another_something_else():
    org = place({"a": 3, "b": 5}, ties=["a>b"])
    asked = {"delay": 4, "rate": 0.7, "response": 10, "runs": 200}
    first, again, other = (ask(org, 4, seed=seed, **asked) for seed in (7, 7, 8))
    assert first == again
    assert first["mean"] != other["mean"]


def test_more_needed_is_never_sooner_and_a_higher_rate_never_later():
    org = place({"a": 4, "b": 8, "c": 8}, ties=["a>b", "b>c"])
    asked = {"delay": 5, "response": 12, "runs": 500}
    by_need = [ask(org, need, rate=0.8, **asked) for need in range(1, 21)]
    by_rate = [ask(org, 8, rate=rate, **asked) for rate in (0.3, 0.5, 0.7, 0.9, 1)]
    for item in ("q05", "q50", "q95"):
        waits = [np.inf if (v := f[item]["value"]) is None else v for f in by_need]
        assert waits == sorted(waits)
        quicker = [np.inf if (v := f[item]["value"]) is None else v for f in by_rate]
        assert quicker == sorted(quicker, reverse=True)
    chances = [f["probability"]["value"] for f in by_need]
    assert chances == sorted(chances, reverse=True)


def test_somebody_with_two_posts_is_told_once_at_the_sooner():
    org = org_of(
        PLACE,
        units=[{"id": i, "kind": "v"} for i in "abc"],
        links=[
            {**link, "minutes": m} for link, m in zip(links("chat", "a>b", "a>c"), (9.0, 2.0), strict=True)
        ],
        people=[{"id": "p"}],
        memberships=[{"person": "p", "unit": u, "role": "volunteer"} for u in "bc"],
    )
    found = ask(org, 1, delay="fixed:minutes")
    assert (found["told"]["value"], found["q50"]["value"]) == (1, 2)


def test_terms_come_from_columns_facts_and_channels():
    org = org_of(
        PLACE,
        units=[{"id": "a", "kind": "v"}, {"id": "b", "kind": "v", "willing": 1.0, "slow": 7.0},
               {"id": "c", "kind": "v", "willing": 0.0}, {"id": "d", "kind": "v"}],
        links=links("chat", "a>b", "a>c") + links("phone", "a>d"),
        people=[{"id": i} for i in "bcd"],
        memberships=[{"person": i, "unit": i, "role": "volunteer"} for i in "bcd"],
    )  # fmt: skip
    asked = {"along": ["chat", "phone"], "delay": {"chat": "fixed:1", "phone": "fixed:2"}}
    found = ask(
        org, 2, rate={"chat": "willing", "phone": 1}, response={"chat": "fixed:slow", "*": "fixed:5"}, **asked
    )
    assert (found["volunteers"]["value"], found["volunteers"]["error"]) == (2, 0)
    assert found["q95"]["value"] == 8
    with pytest.raises(OrgraphError, match="--rate"):
        ask(org, 2, rate={"chat": "willing"}, **asked)
    with pytest.raises(UnknownName, match="willing"):
        ask(org, 2, rate="wiling", **asked)
    with pytest.raises(UnknownName, match="minutes"):
        ask(org, 2, delay="minute", along=["chat"])


def test_people_may_be_counted_by_a_fact_or_chosen_by_a_role():
    org = org_of(
        PLACE,
        units=[{"id": i, "kind": "v"} for i in "ab"],
        links=links("chat", "a>b"),
        people=[{"id": i} for i in "pq"],
        memberships=[
            {"person": "p", "unit": "b", "role": "driver"},
            {"person": "q", "unit": "b", "role": "volunteer"},
        ],
        measures=[{"unit": "b", "measure": "members", "value": 235}],
    )  # fmt: skip
    assert ask(org, 200, count="on_list")["told"]["value"] == 235
    assert ask(org, 1, roles=["driver"])["told"]["value"] == 1
    assert ask(org, 1)["told"]["value"] == 2
    with pytest.raises(UnknownName, match="driver"):
        ask(org, 1, roles=["drivers"])


def test_a_need_that_cannot_be_met_has_no_time_and_says_why():
    org = place({"a": 2, "z": 5}, ties=["a>b"])
    found = ask(org, 3)
    assert (found["told"]["value"], found["missed"]["value"]) == (2, 5)
    assert found["probability"] == {
        "item": "probability",
        "value": 0,
        "error": 0,
        "note": "收到消息的只有 2 人",
    }
    assert found["mean"]["value"] is None
    assert found["q50"]["value"] is None
    assert "0 %" in found["q50"]["note"]
    nobody = ask(place({}, units=["a"]), 1)
    assert nobody["told"]["value"] == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"rate": 1.5},
        {"rate": "uniform:0..1"},
        {"delay": -1},
        {"delay": "uniform:5..1"},
        {"response": "gamma:2"},
    ],
)
def test_terms_that_make_no_sense_are_refused(wrong):
    with pytest.raises(OrgraphError):
        ask(place({"a": 1, "b": 1}, ties=["a>b"]), 1, **wrong)
