"""The structures that come with orgraph say what was published of the places they describe."""

from datetime import date

import pytest

from orgraph.model.bundled import structures_bundled
from orgraph.model.language.conditions import Test
from orgraph.model.language.rosters import MeasureForm, ParentForm, PersonRow, UnitRow
from orgraph.model.structure import Structures


def test_honghe_has_six_levels_and_a_second_chain():
    honghe = Structures.load("honghe")
    assert honghe.used_by("honghe") == ("honghe", "divisions", "base")
    chain = ["micro_grid"]
    while above := honghe.under("honghe", chain[-1]).get("party"):
        chain += above
    assert chain[::-1] == [
        "town_committee",
        "community_party",
        "grid_party",
        "home_branch",
        "party_group",
        "micro_grid",
    ]
    assert honghe.under("honghe", "floating_branch") == {"origin": ("newcomers_committee",)}
    assert honghe.root_of("honghe", "town_committee") == ("party", "origin")
    assert honghe.files["honghe"].scope == "330411106"
    assert {"estates_with_home_branch", "members_taking_part", "towns_with_village"} <= set(
        honghe.indicators("honghe")
    )
    assert honghe.norms("honghe")["branch_needs_three"].in_force == date(2018, 10, 28)


def test_gaozhao_has_five_levels_three_grids_four_nets_and_five_joint_duties():
    gaozhao = Structures.load("gaozhao")
    chain = ["micro_grid_group"]
    while above := gaozhao.under("gaozhao", chain[-1]).get("party"):
        chain += above
    assert chain[::-1] == ["big_committee", "alliance", "community_party", "home_branch", "micro_grid_group"]
    assert {t: k for t, (k,) in gaozhao.under("gaozhao", "micro_grid").items()} == {
        "territory": "estate",
        "grid": "grid",
        "police": "police_grid",
        "third": "third_grid",
    }
    assert len(gaozhao.kinds["net"].values) == 4
    assert len(gaozhao.kinds["joint_duty"].values) == 5
    must = gaozhao.norms("gaozhao")["one_core_five"].must
    assert must.tests[0] == ("cores", Test("is", 1))
    assert len(must.tests) == 6


def test_all_bundled_structures_stand_together_with_their_own_rules():
    together = Structures.load("honghe", "gaozhao")
    assert set(together.files) == {"base", "divisions", "honghe", "gaozhao"}
    assert together.under("honghe", "home_branch") == {"party": ("grid_party",)}
    assert together.under("gaozhao", "home_branch") == {"party": ("community_party",)}
    assert together.facts("honghe")["homes"].entity == "people"
    assert together.facts("gaozhao")["homes"].entity == "unit"
    assert "homes_below" in together.facts("gaozhao")
    assert together == Structures.load("gaozhao").plus(Structures.load("honghe"))


def test_every_bundled_structure_stands_beside_all_others():
    assert set(Structures.load(*structures_bundled()).files) == set(structures_bundled())


def test_matters_are_units_with_links_amounts_and_dates():
    pinghu, haiyan = Structures.load("pinghu"), Structures.load("haiyan")
    assert pinghu.kinds["stage"].values == ("事前", "事中", "竣工")
    answered = pinghu.indicators("pinghu")["risk_points_answered"].counts_if
    assert answered.tests == tuple(
        (fact, Test("min", 1)) for fact in ("controls", "responsible", "supervising")
    )
    assert haiyan.under("haiyan", "milestone") == {"works": ("project", "phase", "part")}
    assert {haiyan.measures[m].unit for m in ("investment", "investment_usd", "land")} == {
        "亿元",
        "亿美元",
        "亩",
    }
    assert haiyan.norms("haiyan")["parts_add_up"].severity == "info"


def test_stages_and_marks_are_columns_of_memberships():
    tianning, shendang = Structures.load("tianning"), Structures.load("shendang")
    assert tianning.roles["team_member"].columns["stage"].code("育") == "bring_up"
    assert not tianning.roles["selected_graduate"].public
    assert {c.type for c in shendang.roles["trainee"].columns.values()} == {"bool"}


@pytest.mark.parametrize("name", structures_bundled())
def test_every_bundled_word_is_in_both_languages(name):
    together = Structures.load(name)
    structure = together.files[name]
    for section in ("trees", "relations", "roles", "measures", "kinds"):
        for word in getattr(structure, section):
            assert getattr(together, section)[word].zh, word
            assert getattr(together, section)[word].en, word
    for section in ("facts", "indicators", "norms"):
        for word, one in getattr(structure, section).items():
            assert one.zh, word
            assert one.en, word


def test_rosters_of_the_bundled_structures():
    rosters = Structures.load("honghe", "gaozhao").rosters
    divisions = rosters["divisions/divisions"]
    assert isinstance(divisions.row, UnitRow)
    assert list(divisions.columns) == ["code", "name", "parent", "level"]
    assert "区划代码" in divisions.columns["code"].headers
    (parent,) = divisions.column(ParentForm)
    assert (parent.tree, parent.optional) == ("territory", True)
    members = rosters["honghe/floating_members"]
    assert isinstance(members.row, PersonRow)
    assert members.structure == "honghe"
    service = rosters["honghe/service"]
    assert {c.during for c in service.column(MeasureForm)} == {"month"}
    columns = rosters["gaozhao/micro_grids"].columns
    assert [h for h, c in columns.items() if isinstance(c, ParentForm)] == [
        "小区",
        "网格",
        "警格",
        "第三网格",
    ]
    assert {"户数", "人口", "新居民"} <= set(columns)
