"""Whose rules a unit stands under, where several files state an indicator of one name."""

from orgs import links, org_of

from orgraph.metrics.coverage import coverage, gaps
from orgraph.metrics.rules import ruling
from orgraph.metrics.span import span

BASE = """
structure: base
trees: {territory: {}, party: {}}
relations: {covers: {}}
roles: {leader: {public: true}, member: {}}
kinds:
  town: {root_of: [territory]}
  village: {under: {territory: [town]}}
  branch: {root_of: [party]}
"""
NATION = "structure: nation\nuses: [base]"
RULE = """
facts: {branches: {links: covers, from: branch}, leaders: {holders: [leader]}}
indicators:
  covered: {of: village, counts_if: {branches: {min: %d}}, over: territory, target: %s}
"""
ROLES = "kinds: {village: {roles: {leader: %d}}}"


def town(name, least, *, scope=None, target="1.0", uses="nation, base"):
    head = f"structure: {name}\nuses: [{uses}]\n" + (f'scope: "{scope}"\n' if scope else "")
    return head + RULE % (least, target) + ROLES % least


UNITS = [
    {"id": "t1", "kind": "town", "structure": "nation"},
    {"id": "t2", "kind": "town", "structure": "nation"},
    *({"id": f"v{n}", "kind": "village", "structure": "nation"} for n in (1, 2, 3, 4)),
    *({"id": f"b{n}", "kind": "branch", "structure": "nation"} for n in (1, 2)),
]
LINKS = links("territory", "v1>t1", "v2>t1", "v3>t2", "v4>t2") + links("covers", "b1>v1", "b2>v1", "b1>v3")


def country(*texts):
    files = [BASE, NATION, *texts]
    return org_of({text.split()[1]: text for text in files}, units=UNITS, links=LINKS)


def deciding(org, name="covered"):
    s = org.structures
    stated = {f: s.indicators(f)[name].structure for f in s.files if name in s.indicators(f)}
    files, code = ruling(org, stated)
    return {
        i: files[c] if c >= 0 else None for i, c in zip(org.units["id"], code, strict=True) if i[0] == "v"
    }


def test_a_file_scoped_to_a_town_rules_the_villages_of_that_town_and_no_other():
    org = country(town("one", 2, scope="t1"))
    assert deciding(org) == {"v1": "one", "v2": "one", "v3": None, "v4": None}
    got = coverage(org, "covered", by="town").select("id", "numerator", "denominator").rows()
    assert got == [("t1", 1, 2), ("t2", 0, 0)]
    assert gaps(org, "covered")["id"].to_list() == ["v2"]


def test_two_towns_have_two_rules_of_one_name_in_one_store():
    org = country(town("one", 2, scope="t1"), town("two", 1, scope="t2", target="0.5"))
    assert deciding(org) == {"v1": "one", "v2": "one", "v3": "two", "v4": "two"}
    got = coverage(org, "covered").select("id", "numerator", "denominator", "target").rows()
    assert got == [("t1", 1, 2, 1.0), ("t2", 1, 2, 0.5)]
    assert gaps(org, "covered")["id"].to_list() == ["v2", "v4"]


def test_posts_are_required_by_the_file_that_rules_the_unit():
    org = country(town("one", 2, scope="t1"), town("two", 1, scope="t2"))
    got = dict(span(org, tree="territory").select("id", "posts").rows())
    assert got == {"t1": None, "t2": None, "v1": 2, "v2": 2, "v3": 1, "v4": 1}


def test_a_file_without_scope_rules_units_of_the_files_it_uses():
    assert deciding(country(town("open", 1))) == dict.fromkeys(("v1", "v2", "v3", "v4"), "open")


def test_a_scoped_file_goes_before_one_without_scope_and_before_one_that_the_unit_uses():
    org = country(town("open", 1), town("one", 2, scope="t1"))
    assert deciding(org) == {"v1": "one", "v2": "one", "v3": "open", "v4": "open"}
    used = org_of(
        {"base": BASE + RULE % (1, "1.0"), "nation": NATION, "one": town("one", 2, scope="t1")},
        units=UNITS,
        links=LINKS,
    )
    assert deciding(used) == {"v1": "one", "v2": "one", "v3": "base", "v4": "base"}


def test_the_innermost_scope_decides():
    org = country(town("wide", 1, scope="t1"), town("narrow", 2, scope="v2"))
    assert deciding(org) == {"v1": "wide", "v2": "narrow", "v3": None, "v4": None}


def test_the_own_file_goes_before_all():
    texts = {"base": BASE, "nation": NATION + RULE % (1, "1.0"), "one": town("one", 2, scope="t1")}
    assert set(deciding(org_of(texts, units=UNITS, links=LINKS)).values()) == {"nation"}


def test_a_scope_that_is_not_there_and_a_unit_of_no_known_file_are_ruled_by_nobody():
    org = country(town("one", 2, scope="elsewhere"))
    assert set(deciding(org).values()) == {None}
    strange = org_of(
        {"base": BASE + RULE % (1, "1.0")}, units=[{"id": "v1", "kind": "village", "structure": "?"}]
    )
    assert deciding(strange) == {"v1": None}


def test_targets_that_disagree_below_a_unit_are_told():
    texts = [town("one", 2, scope="t1"), town("two", 1, scope="t2", target="0.5")]
    county = BASE.replace(
        "town: {root_of: [territory]}",
        "town: {under: {territory: [county]}}\n  county: {root_of: [territory]}",
    )
    files = {"base": county, "nation": NATION, "one": texts[0], "two": texts[1]}
    units = [{"id": "c", "kind": "county", "structure": "nation"}, *UNITS]
    org = org_of(files, units=units, links=LINKS + links("territory", "t1>c", "t2>c"))
    row = coverage(org, "covered").row(0, named=True)
    assert (row["numerator"], row["denominator"], row["target"]) == (2, 4, None)
    assert row["reason"] == "各文件的目标不同"


def test_a_person_with_posts_in_two_towns_counts_once_above_them():
    rule = """
facts: {posts: {of: people, held: [%s]}}
indicators: {busy: {of: people, counts_if: {posts: {min: 1}}, over: territory}}"""
    head = 'structure: %s\nuses: [nation, base]\nscope: "%s"'
    county = BASE.replace(
        "town: {root_of: [territory]}",
        "town: {under: {territory: [county]}}\n  county: {root_of: [territory]}",
    )
    files = {
        "base": county,
        "nation": NATION,
        "one": head % ("one", "t1") + rule % "member",
        "two": head % ("two", "t2") + rule % "leader",
    }
    org = org_of(
        files,
        units=[{"id": "c", "kind": "county", "structure": "nation"}, *UNITS],
        links=LINKS + links("territory", "t1>c", "t2>c"),
        people=[{"id": "p"}, {"id": "q"}],
        memberships=[
            {"person": "p", "unit": "v1", "role": "leader"},
            {"person": "p", "unit": "v3", "role": "leader"},
            {"person": "q", "unit": "v2", "role": "leader"},
        ],
    )
    got = coverage(org, "busy", by="county").select("numerator", "denominator").rows()
    assert got == [(1, 2)]  # p holds no member's post, as town one asks, and a leader's, as town two does
    towns = coverage(org, "busy", by="town").select("id", "numerator", "denominator").rows()
    assert towns == [("t1", 1, 2), ("t2", 1, 1)]
    assert gaps(org, "busy")["id"].to_list() == ["q"]
