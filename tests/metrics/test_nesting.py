"""Nesting against plain counting over random partitions of the same units."""

from collections import Counter
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orgs import links, org_of

from orgraph.metrics.nesting import nesting, nesting_totals
from orgraph.model.errors import OrgraphError, UnknownName

GRIDS = """
structure: s
trees: {grid: {}, police: {}}
measures: {homes: {}, units: {}, area: {decimals: 1}, index: {over_units: none}}
kinds:
  zone: {root_of: [grid, police]}
  g: {root_of: [grid], under: {grid: [zone]}}
  p: {root_of: [police], under: {police: [zone]}}
  m: {under: {grid: [g, zone], police: [p]}}
  other: {under: {grid: [g], police: [p]}}
"""


def divided(blocks, told=(), kinds=None, measure="homes"):
    """Micro-grids ``m0`` …, each with its grid and its police grid, or None."""
    names = [f"m{row}" for row in range(len(blocks))]
    tops = [{"id": f"{kind}{n}", "kind": kind} for kind in "gp" for n in range(4)]
    kinds = kinds or ["m"] * len(blocks)
    ties = [
        link
        for name, ends in zip(names, blocks, strict=True)
        for tree, kind, end in zip(("grid", "police"), "gp", ends, strict=True)
        if end is not None
        for link in links(tree, f"{name}>{kind}{end}")
    ]
    return org_of(
        GRIDS,
        units=[{"id": n, "kind": k} for n, k in zip(names, kinds, strict=True)] + tops,
        links=ties,
        measures=[
            {"unit": u, "measure": measure, "since": date(2022, 4, 1), "until": date(2022, 4, 2), "value": v}
            for u, v in told
        ],
    )


block = st.none() | st.integers(0, 3)


@given(st.data(), st.lists(st.tuples(block, block), max_size=20), st.sampled_from([None, "m"]))
def test_blocks_shares_and_mismatches_are_those_of_counting(data, blocks, of):
    kinds = [data.draw(st.sampled_from(["m", "m", "other"])) for _ in blocks]
    told = {f"m{n}": data.draw(st.integers(-3, 50)) for n in range(len(blocks)) if data.draw(st.booleans())}
    org = divided(blocks, told.items(), kinds)
    mine = {
        f"m{n}": pair
        for n, pair in enumerate(blocks)
        if (None not in pair if of is None else kinds[n] == of and pair != (None, None))
    }
    got = {row["id"]: row for row in nesting(org, "grid", "police", of=of, measure="homes").rows(named=True)}
    assert set(got) == {f"g{g}" for g, _ in mine.values() if g is not None}
    astray, sums = {}, Counter()
    for name, row in got.items():
        inside = {u: f"p{p}" if p is not None else None for u, (g, p) in mine.items() if f"g{g}" == name}
        both = {u: p for u, p in inside.items() if p}
        most = min(Counter(both.values()).items(), key=lambda item: (-item[1], item[0]), default=(None, 0))
        agree = [u for u in both if both[u] == most[0]]
        assert (row["units"], row["apart"]) == (len(both), len(inside) - len(both))
        assert (row["within"], row["agreeing"]) == most
        assert row["blocks"] == len(set(both.values()))
        assert row["nests"] == (row["blocks"] == 1 if both else None)
        assert row["share"] == (len(agree) / len(both) if both else None)
        homes = sum(told.get(u, 0) for u in both), sum(told.get(u, 0) for u in agree)
        assert (row["homes"], row["agreeing_homes"]) == homes
        assert row["share_homes"] == (homes[1] / homes[0] if homes[0] else None)
        assert row["completeness"] == (
            pytest.approx(sum(u in told for u in both) / len(both)) if both else None
        )
        astray |= {u: (name, most[0], p) for u, p in both.items() if p != most[0]}
        sums.update(blocks=bool(both), nested=row["nests"] or 0, units=len(both), agreeing=len(agree))
        sums.update(homes=homes[0], agreeing_homes=homes[1])
    listed = nesting(org, "grid", "police", of=of, mismatches=True)
    assert {r["id"]: (r["block"], r["within"], r["lies_in"]) for r in listed.rows(named=True)} == astray
    total = nesting_totals(org, "grid", "police", of=of, measure="homes").row(0, named=True)
    for column, amount in sums.items():
        assert total[column] == amount
    assert total["apart"] == sum(None in pair for pair in mine.values())
    assert total["share"] == (sums["agreeing"] / sums["units"] if sums["units"] else None)
    assert total["share_nested"] == (
        pytest.approx(sums["nested"] / sums["blocks"]) if sums["blocks"] else None
    )


def test_blocks_of_a_kind_further_up():
    org = org_of(
        GRIDS,
        units=[*({"id": i, "kind": "m"} for i in "xyz"), {"id": "g", "kind": "g"}]
        + [{"id": z, "kind": "zone"} for z in "AB"]
        + [{"id": "p", "kind": "p"}],
        links=links("grid", "x>g", "y>g", "g>A", "z>B") + links("police", "x>p", "y>p", "z>p"),
    )
    got = nesting(org, "police", "grid/zone").rows(named=True)
    assert [(r["id"], r["units"], r["blocks"], r["within"], r["nests"]) for r in got] == [
        ("p", 3, 2, "A", False)
    ]
    assert nesting(org, "police", "grid/zone", mismatches=True)["id"].to_list() == ["z"]
    assert nesting(org, "grid/g", "police", of="m")["apart"].to_list() == [0]


def test_decimals_and_names_already_taken():
    org = divided([(0, 0), (0, 1), (0, 0)], [("m0", 15), ("m1", 10)], measure="area")
    row = nesting(org, "grid", "police", measure="area").row(0, named=True)
    assert (row["area"], row["agreeing_area"], row["share_area"]) == (2.5, 1.5, 0.6)
    org = divided([(0, 0)], [("m0", 15)], measure="units")
    assert nesting(org, "grid", "police", measure="units")["units_"].to_list() == [15]


def test_nothing_to_divide_and_what_does_not_exist():
    for org in (org_of(GRIDS), divided([(0, None), (None, 1)])):
        assert nesting(org, "grid", "police").height == 0
        assert nesting(org, "grid", "police", mismatches=True).height == 0
        row = nesting_totals(org, "grid", "police", measure="homes").row(0, named=True)
        assert (row["blocks"], row["nested"], row["units"], row["homes"]) == (0, 0, 0, 0)
        assert (row["share"], row["share_nested"], row["share_homes"]) == (None, None, None)
    with pytest.raises(UnknownName, match="grid"):
        nesting(org, "gird", "police")
    with pytest.raises(UnknownName, match="zone"):
        nesting(org, "grid/zonne", "police")
    with pytest.raises(UnknownName):
        nesting(org, "grid", "police", measure="index")
    with pytest.raises(OrgraphError, match="alive"):
        nesting(org_of(GRIDS, on=None), "grid", "police")
