"""Honghe and Gaozhao in one store, under their own files: the published figures."""

from datetime import date

import pytest
from orgs import links, org_of

from orgraph.metrics.coverage import coverage, gaps
from orgraph.metrics.listing import show
from orgraph.metrics.span import span
from orgraph.model.structure import Structures

HONGHE, GAOZHAO = "330411106", "330411005"
SINCE, UNTIL = date(2022, 4, 29), date(2022, 4, 30)


def figure(unit, measure, value):
    return {"unit": unit, "measure": measure, "since": SINCE, "until": UNTIL, "value": value}


def divided(total, parts):
    """Whole numbers that add up to a published total."""
    return [total // parts + (n < total % parts) for n in range(parts)]


def two_towns(*, fifth_estate=False, vacant=False):
    divisions = [("330411", "county", "秀洲区"), (HONGHE, "town", "洪合镇"), (GAOZHAO, "town", "高照街道")]
    divisions += [("h-v", "village", "锦绣社区"), ("g-v", "village", "高桥社区")]
    units = [{"id": i, "kind": k, "name": n, "structure": "divisions"} for i, k, n in divisions]
    ties = links("territory", f"{HONGHE}>330411", f"{GAOZHAO}>330411", f"h-v>{HONGHE}", f"g-v>{GAOZHAO}")
    estates = [f"h-e{n}" for n in range(5 if fifth_estate else 4)]
    units += [{"id": e, "kind": "estate", "structure": "honghe", "status": "occupied"} for e in estates]
    units += [{"id": "h-new", "kind": "estate", "structure": "honghe", "status": "building"}]
    units += [{"id": f"h-b{n}", "kind": "home_branch", "structure": "honghe"} for n in range(4)]
    ties += links("territory", *(f"{e}>h-v" for e in [*estates, "h-new"]))
    ties += links("covers", *(f"h-b{n}>h-e{n}" for n in range(4)))

    units += [{"id": "h-t", "kind": "town_committee", "structure": "honghe"}]
    units += [{"id": "h-n", "kind": "newcomers_committee", "structure": "honghe"}]
    floating = [f"h-f{n}" for n in range(8)]
    units += [{"id": f, "kind": "floating_branch", "structure": "honghe"} for f in floating]
    ties += links("origin", "h-n>h-t", *(f"{f}>h-n" for f in floating))
    amounts = [figure(f, "members", n) for f, n in zip(floating, divided(235, 8), strict=True)]
    amounts += [figure(f, "took_part", n) for f, n in zip(floating, divided(208, 8), strict=True)]

    grids = [f"g-m{n}" for n in range(48)]
    units += [
        {"id": "g-e", "kind": "estate", "name": "高桥花园", "structure": "gaozhao", "status": "occupied"}
    ]
    units += [{"id": "g-b", "kind": "home_branch", "structure": "gaozhao"}]
    units += [{"id": g, "kind": "micro_grid", "structure": "gaozhao"} for g in grids]
    ties += links("territory", "g-e>g-v", *(f"{g}>g-e" for g in grids)) + links("covers", "g-b>g-e")
    for measure, total in (("households", 3723), ("residents", 12560), ("new_residents", 6340)):
        amounts += [figure(g, measure, n) for g, n in zip(grids, divided(total, 48), strict=True)]
    posts = [{"person": f"p{n}", "unit": g, "role": "leader"} for n, g in enumerate(grids[int(vacant) :])]
    return org_of(
        Structures.load("honghe", "gaozhao"),
        units=units,
        links=ties,
        measures=amounts,
        people=[{"id": p["person"], "name": f"负责人{p['person']}"} for p in posts],
        memberships=posts,
    )


def rate(frame):
    assert frame.height == 1
    return frame.select("numerator", "denominator", "rate").row(0)


def test_four_estates_with_four_home_branches_are_all_and_a_fifth_is_the_gap():
    assert rate(coverage(two_towns(), "estates_with_home_branch", under="洪合镇")) == (4, 4, 1.0)
    org = two_towns(fifth_estate=True)
    assert rate(coverage(org, "estates_with_home_branch", under="洪合镇")) == (4, 5, 0.8)
    assert gaps(org, "estates_with_home_branch")["id"].to_list() == ["h-e4"]
    assert rate(coverage(org, "estates_with_home_branch", under="秀洲区")) == (5, 6, pytest.approx(5 / 6))
    by_village = coverage(org, "estates_with_home_branch", by="村社区")
    assert by_village.select("name", "numerator", "denominator").rows() == [
        ("锦绣社区", 4, 5),
        ("高桥社区", 1, 1),
    ]


def test_eight_floating_branches_with_235_members_of_whom_208_took_part():
    org = two_towns()
    row = span(org, tree="origin", under="h-n").row(0, named=True)
    assert (row["span"], row["level"]) == (8, 2)
    assert rate(coverage(org, "members_taking_part", under="h-n")) == (208, 235, pytest.approx(208 / 235))
    seen = show(org, "h-n").filter(section="rollup")
    assert ("党员数(流动党支部)", "235 人", 1.0) in seen.select("item", "value", "completeness").rows()


def test_gaoqiao_estate_adds_up_its_micro_grids():
    org = two_towns()
    seen = show(org, "高桥花园").filter(section="rollup").select("item", "value", "completeness").rows()
    assert seen == [
        ("户数(微网格)", "3,723 户", 1.0),
        ("人口(微网格)", "12,560 人", 1.0),
        ("新居民(微网格)", "6,340 人", 1.0),
    ]
    assert rate(coverage(org, "newcomer_share", under="高桥花园"))[:2] == (6340, 12560)
    assert rate(coverage(org, "homes_under_branch", under="高照街道")) == (3723, 3723, 1.0)


def test_a_post_without_a_leader_is_a_vacancy_and_a_gap():
    org = two_towns(vacant=True)
    assert gaps(org, "micro_grids_led")["id"].to_list() == ["g-m0"]
    posts = span(org, tree="territory", under="高桥花园")
    assert (posts["posts"].sum(), posts["vacancies"].sum()) == (48, 1)
