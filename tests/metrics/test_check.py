"""Norms judged by vector passes against plain Python, and the cases that decide what a breach is."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from orgs import empty, forests, ids, links, org_of

from orgraph.metrics.check import check, check_totals
from orgraph.model.errors import OrgraphError, UnknownName
from orgraph.model.glossary import language
from orgraph.model.structure import Structures
from orgraph.model.tables import Org

PLACE = """
structure: s
trees: {territory: {zh: 属地}, party: {}}
relations: {covers: {}}
roles: {leader: {zh: 书记, public: true}, member: {zh: 党员, columns: {status: [full, probationary]}}}
people: {columns: {points: int}}
measures: {homes: {zh: 户数}, area: {decimals: 2}}
kinds:
  v:
    zh: 村
    root_of: [territory]
    under: {territory: [v]}
    roles: {leader: 1, member: 2}
    columns: {status: {zh: 状态, values: {open: 开放, shut: 关闭}}}
  w: {zh: 组, under: {territory: [v]}}
  b: {zh: 支部, root_of: [party]}
facts:
  branches: {zh: 支部数, links: covers, from: b}
  homes: {zh: 户数, measure: homes}
  area: {zh: 面积, measure: area}
  full: {zh: 正式党员数, holders: [member], where: {status: full}}
  offices: {zh: 组织关系数, of: people, held: [member]}
norms:
  led: {zh: 有支部, of: v, where: {status: open}, must: {branches: {min: 1}}, source: 条例一, severity: error}
  sized: {zh: 规模, of: [v, w], source: 条例二, severity: info, mend: 拆分或合并,
          must: {homes: {min: 10, max: 20}, any: [{area: {above: 0.5}}, {full: {min: 1}}]}}
  one_home: {zh: 一个组织关系, of: people, must: {offices: {max: 1}}, source: 条例三, in_force: 2018-10-28}
"""


def figure(unit, measure, value):
    since, until = date(2022, 4, 1), date(2022, 4, 2)
    return {"unit": unit, "measure": measure, "since": since, "until": until, "value": value}


@st.composite
def places(draw):
    parents = draw(forests(14))
    names = ids(len(parents))
    status = st.sampled_from([None, "open", "shut"])
    units = [{"id": i, "kind": draw(st.sampled_from("vw")), "status": draw(status)} for i in names]
    some = st.lists(st.sampled_from(names), max_size=8, unique=True) if names else st.just([])
    held = st.tuples(
        st.sampled_from("pqrst"),
        st.sampled_from(names or ["branch"]),
        st.sampled_from(["leader", "member"]),
        st.sampled_from(["full", "probationary", None]),
    )
    posts = draw(st.lists(held, max_size=20, unique_by=lambda one: one[:3]))
    return org_of(
        PLACE,
        units=[*units, {"id": "branch", "kind": "b"}],
        links=links("territory", *(f"u{row}>u{up}" for row, up in enumerate(parents) if up is not None))
        + links("covers", *(f"branch>{i}" for i in draw(some))),
        people=[{"id": p, "name": p.upper()} for p in "pqrst"],
        memberships=[{"person": p, "unit": u, "role": r, "status": s} for p, u, r, s in posts],
        measures=[figure(i, m, draw(st.integers(0, 30))) for m in ("homes", "area") for i in draw(some)],
    )


def below(org, unit):
    """A unit and what stands below it in any tree."""
    children = {}
    for link in org.table("links").filter(relation="territory").iter_rows(named=True):
        children.setdefault(link["target"], []).append(link["source"])
    met, open_ = set(), [unit]
    while open_:
        met.add(one := open_.pop())
        open_ += children.get(one, [])
    return met


def plain(org, inside):
    """(norm, id) → whether something is unknown, for every breach; from the tables alone."""
    units = [u for u in org.units.iter_rows(named=True) if u["id"] in inside]
    posts = org.table("memberships").rows(named=True)
    found = [*of_norms(org, units, posts), *of_posts(units, posts), *of_places(org, units)]
    return dict(found) | {("one_home", person): False for person in of_people(posts, inside)}


def of_norms(org, units, posts):
    covered = set(org.table("links").filter(relation="covers")["target"])
    reports = {(m["unit"], m["measure"]): m["value"] for m in org.table("measures").iter_rows(named=True)}
    full = {p["unit"] for p in posts if (p["role"], p["status"]) == ("member", "full")}
    for unit in units:
        if unit["kind"] == "v" and unit["status"] == "open" and unit["id"] not in covered:
            yield ("led", unit["id"]), False
        homes, area = (reports.get((unit["id"], m)) for m in ("homes", "area"))
        right = homes is not None and 10 <= homes <= 20 and ((area or 0) > 50 or unit["id"] in full)
        if unit["kind"] in "vw" and not right:
            yield ("sized", unit["id"]), homes is None or area is None


def of_posts(units, posts):
    for unit in units:
        for role, count in (("leader", 1), ("member", 2)) if unit["kind"] == "v" else ():
            if len({p["person"] for p in posts if p["unit"] == unit["id"] and p["role"] == role}) < count:
                yield ("vacant-post", unit["id"]), False


def of_places(org, units):
    kinds = dict(org.units.select("id", "kind").rows())
    parents = dict(org.table("links").filter(relation="territory").select("source", "target").rows())
    for unit in units:
        up = parents.get(unit["id"])
        if up is not None and kinds[up] != "v":
            yield ("wrong-parent-kind", unit["id"]), False
        if unit["kind"] == "w" and up is None:
            yield ("no-parent", unit["id"]), False


def of_people(posts, inside):
    for person in {p["person"] for p in posts if p["unit"] in inside}:
        if len({p["unit"] for p in posts if p["person"] == person and p["role"] == "member"}) > 1:
            yield person


@given(places(), st.data())
def test_the_breaches_are_what_a_walk_finds(org, data):
    under = data.draw(st.sampled_from([None, *org.units["id"]]))
    got = check(org, under=under)
    expected = plain(org, set(org.units["id"]) if under is None else below(org, under))
    assert {(r["norm"], r["id"]): r["unknown"] for r in got.iter_rows(named=True)} == expected
    rank = [("error", "warning", "info").index(s) for s in got["severity"]]
    assert rank == sorted(rank)
    assert not got.drop("name", "mend").null_count().transpose().to_series().sum()
    graver = check(org, under=under, severity="warning")
    assert graver.equals(got.filter(got["severity"] != "info"))
    totals = check_totals(org, under=under)
    of_norms = totals.filter(totals["norm"].is_not_null())
    assert dict(of_norms.select("norm", "breaches").rows()) == {
        norm: (got["norm"] == norm).sum() for norm in of_norms["norm"]
    }
    assert totals["breaches"][-1] == got.height


def village(**tables):
    units = [
        {"id": "a", "name": "甲村", "kind": "v", "status": "open"},
        {"id": "b", "name": "乙村", "kind": "v"},
    ]
    return org_of(PLACE, units=units, links=links("territory", "b>a"), **tables)


def test_found_and_expected_say_what_failed_and_not_what_held():
    org = village(measures=[figure("a", "homes", 30), figure("a", "area", 10), figure("b", "homes", 15)])
    got = check(org, ["sized"]).select("path", "found", "expected", "unknown", "mend").rows()
    either = "面积 大于 0.5 或 正式党员数 不少于 1"
    assert got == [
        (
            "甲村",
            "户数 30;面积 0.1、正式党员数 0",
            f"户数 不少于 10 且不超过 20;{either}",
            False,
            "拆分或合并",
        ),
        ("甲村/乙村", "面积 未知、正式党员数 0", either, True, "拆分或合并"),
    ]
    with language("en"):
        found = check(org, ["sized"])["found"].to_list()
    assert found[1] == "area unknown, full 0"


def test_a_norm_judges_nobody_before_it_is_in_force():
    held = [{"person": "p", "unit": u, "role": "member"} for u in "ab"]
    people = [{"id": "p", "name": "沈一"}]
    org = village(people=people, memberships=held)
    assert check(org, ["one_home"])["found"].to_list() == ["组织关系数 2"]
    early = org.alive(date(2018, 10, 27))
    assert check(early, ["one_home"]).is_empty()
    assert check_totals(early, ["one_home"]).select("people", "reason").rows()[0] == (
        0,
        "2018-10-28 起施行,当日尚未施行",
    )
    assert check(org.alive(date(2018, 10, 28)), ["one_home"]).height == 1


def test_people_without_a_public_role_have_no_name_unless_asked():
    held = [{"person": p, "unit": u, "role": "member"} for p in "pq" for u in "ab"]
    held.append({"person": "q", "unit": "a", "role": "leader"})
    org = village(people=[{"id": "p", "name": "沈一"}, {"id": "q", "name": "陆二"}], memberships=held)
    assert check(org, ["one_home"]).select("id", "name").rows() == [("p", None), ("q", "陆二")]
    assert check(org, ["one_home"], people=True)["name"].to_list() == ["沈一", "陆二"]


def test_a_vacancy_names_the_role_and_what_is_missing_also_of_kinds_without_a_norm():
    org = village(
        people=[{"id": "p", "name": "沈一"}], memberships=[{"person": "p", "unit": "a", "role": "member"}]
    )
    got = check(org, ["vacant-post"]).select("severity", "name", "found", "expected", "mend").rows()
    assert got[:2] == [
        ("warning", "甲村", "书记 0 人", "书记 1 人", "配备书记 1 人"),
        ("warning", "甲村", "党员 1 人", "党员 2 人", "配备党员 1 人"),
    ]


BASE = """
structure: base
trees: {t: {}}
roles: {leader: {}}
kinds: {town: {root_of: [t]}, v: {under: {t: [town]}}}
"""
RULE = """
facts: {leaders: {holders: [leader]}}
norms: {led: {of: v, must: {leaders: {min: %d}}, source: %s}}
"""


def test_each_unit_is_judged_by_the_file_whose_rules_it_stands_under():
    files = {"base": BASE}
    for name, least in (("one", 1), ("two", 2)):
        files[name] = f'structure: {name}\nuses: [base]\nscope: "{name}"\n' + RULE % (least, name)
    org = org_of(
        files,
        units=[
            *({"id": t, "kind": "town", "structure": "base"} for t in ("one", "two")),
            *({"id": v, "kind": "v", "structure": "base"} for v in ("v1", "v2")),
        ],
        links=links("t", "v1>one", "v2>two"),
        people=[{"id": "p"}],
        memberships=[{"person": "p", "unit": v, "role": "leader"} for v in ("v1", "v2")],
    )
    assert check(org).select("id", "structure", "source").rows() == [("v2", "two", "two")]
    assert check_totals(org, ["led"]).select("structure", "units", "breaches").rows() == [
        ("one", 1, 0),
        ("two", 1, 1),
        (None, 2, 1),
    ]


def test_units_of_which_it_is_unknown_whether_a_norm_applies_are_counted():
    assert check_totals(village(), ["led"]).select("units", "doubtful").rows() == [(1, 1), (1, 1)]


def test_nothing_to_judge_is_an_empty_answer_with_the_reason():
    org = Org.from_tables(Structures.from_texts({"s": PLACE}), on=date(2022, 4, 30), **empty("units"))
    assert check(org).is_empty()
    totals = check_totals(org, ["led"])
    assert totals.select("units", "reason").rows() == [(0, "没有适用的对象"), (0, None)]
    assert check_totals(org, ["led"], severity="error").height == 2
    bare = Org.from_tables(Structures({}), on=date(2022, 4, 30))
    assert check(bare).is_empty()


def test_what_does_not_exist_is_refused():
    org = village()
    with pytest.raises(UnknownName, match="led"):
        check(org, ["lead"])
    with pytest.raises(UnknownName, match="warning"):
        check(org, severity="warn")
    with pytest.raises(OrgraphError):
        check(org_of(PLACE, on=None, units=[{"id": "a", "kind": "v"}]))
