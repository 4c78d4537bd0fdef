"""An Org: keys inside, ids outside, days, names and paths."""

from datetime import date

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from orgraph.model.checks import check
from orgraph.model.errors import AmbiguousName, UnknownName
from orgraph.model.structure import Structures
from orgraph.model.tables import Org

DAY, MAY = date(2022, 4, 30), date(2022, 5, 31)
YAML = """
structure: small
name: {zh: 小, en: small}
trees: {territory: {zh: 属地}, party: {zh: 党组织隶属}}
relations: {covers: {zh: 覆盖}}
roles: {leader: {zh: 负责人, public: true}}
measures: {households: {zh: 户数}}
kinds:
  town: {zh: 镇, root_of: [territory]}
  village: {zh: 村, under: {territory: [town]}}
  estate: {zh: 小区, under: {territory: [village]}, columns: {status: [occupied, building], homes: int}}
"""


@pytest.fixture(scope="module")
def small():
    return Structures.from_texts({"small": YAML})


def units(*rows, since=DAY, until=None):
    return pl.DataFrame(
        [
            {"id": i, "since": since, "until": until, "kind": k, "name": n, "structure": "small"}
            for i, k, n in rows
        ]
    )


def links(*rows, relation="territory", since=DAY, until=None):
    return pl.DataFrame(
        [{"source": s, "target": t, "relation": relation, "since": since, "until": until} for s, t in rows]
    )


TOWN = units(
    ("t", "town", "洪合镇"), ("v1", "village", "人和"), ("v2", "village", "民和"), ("e", "estate", "锦绣")
)
TIES = links(("e", "v1"), ("v1", "t"), ("v2", "t"))


def test_ids_go_in_and_come_out_again(small):
    people = pl.DataFrame({"id": ["p1"], "name": ["张伟"]})
    held = pl.DataFrame({"person": ["p1"], "unit": ["e"], "role": ["leader"], "since": [DAY]})
    amounts = pl.DataFrame(
        {"unit": ["e"], "measure": ["households"], "since": [DAY], "until": [MAY], "value": [40]}
    )
    org = Org.from_tables(
        small, units=TOWN, links=TIES, people=people, memberships=held, measures=amounts, on=DAY
    )
    assert org.units.columns[:4] == ["key", "id", "since", "kind"]
    assert {"status", "homes"} <= set(org.units.columns)
    assert org.links["source"].dtype == pl.Int32
    assert_frame_equal(org.table("links"), TIES, check_column_order=False, check_dtypes=False)
    assert org.table("memberships").row(0)[:3] == ("p1", "e", "leader")
    assert org.table("measures").row(0) == ("e", "households", DAY, MAY, 40)
    again = Org.from_tables(small, on=DAY, **org.tables())
    assert all(again.table(t).equals(frame) for t, frame in org.tables().items())


def test_alive_is_half_open_and_null_is_open(small):
    versions = pl.concat(
        [
            units(("a", "town", "旧"), until=MAY),
            units(("a", "town", "新"), since=MAY),
            units(("b", "town", "一直"), since=None).with_columns(pl.col("since").cast(pl.Date)),
        ],
        how="vertical_relaxed",
    )
    org = Org.from_tables(small, units=versions)
    names = {d: sorted(org.alive(d).units["name"]) for d in (date(2022, 4, 29), DAY, date(2022, 5, 30), MAY)}
    assert names == {
        date(2022, 4, 29): ["一直"],
        DAY: ["一直", "旧"],
        date(2022, 5, 30): ["一直", "旧"],
        MAY: ["一直", "新"],
    }


def test_figures_of_a_unit_that_has_ended_still_name_it(small):
    ended = units(("z", "estate", "旧苑"), until=MAY)
    amounts = pl.DataFrame(
        {"unit": ["z"], "measure": ["households"], "since": [DAY], "until": [date(2022, 5, 1)], "value": [40]}
    )
    rows = pl.concat([TOWN, ended], how="diagonal_relaxed")
    org = Org.from_tables(small, units=rows, links=TIES, measures=amounts).alive(MAY)
    assert "z" not in org.units["id"]
    assert org.table("measures")["unit"].to_list() == ["z"]


def test_a_unit_is_found_by_id_name_or_path(small):
    rows = pl.concat(
        [TOWN, units(("v3", "village", "锦绣"), ("e2", "estate", "香湖"), ("e3", "estate", "香湖"))]
    )
    ties = pl.concat([TIES, links(("v3", "t"), ("e2", "v2"), ("e3", "v3"))])
    org = Org.from_tables(small, units=rows, links=ties, on=DAY)
    assert org.find("v2") == "v2"
    assert org.find("民和") == "v2"
    assert (
        org.find("洪合镇/民和/香湖")
        == org.find("民和/香湖")
        == org.find("洪合镇/香湖".replace("洪合镇", "民和"))
        == "e2"
    )
    with pytest.raises(AmbiguousName, match=r"e2.*e3"):
        org.find("香湖")
    with pytest.raises(AmbiguousName):
        org.find("洪合镇/香湖")
    with pytest.raises(UnknownName, match="民和"):
        org.find("民合")
    with pytest.raises(UnknownName, match="territory"):
        org.hierarchy("teritory")


def test_paths_run_from_the_root(small):
    org = Org.from_tables(small, units=TOWN, links=TIES, on=DAY)
    paths = org.paths("territory", org.rows(org.units["key"]))
    assert paths.to_list() == ["洪合镇", "洪合镇/人和", "洪合镇/民和", "洪合镇/人和/锦绣"]
    assert org.paths("party", org.rows(org.units["key"])).to_list() == TOWN["name"].to_list()


def test_nobody_is_lost_who_is_only_referred_to(small):
    org = Org.from_tables(small, units=TOWN, links=pl.concat([TIES, links(("v2", "ghost"))]), on=DAY)
    assert org.strangers["id"].to_list() == ["ghost"]
    assert ("v2", "ghost") in org.table("links").select("source", "target").rows()


def codes(found):
    return sorted(found["code"].to_list())


def test_a_clean_organisation_has_no_findings(small):
    assert check(Org.from_tables(small, units=TOWN, links=TIES, on=DAY)).is_empty()
    assert check(Org.from_tables(small)).is_empty()


def test_all_that_cannot_be_true_is_found_in_one_pass(small):
    rows = pl.concat(
        [
            TOWN,
            units(
                ("e", "estate", "锦绣二"),
                ("x", "planet", "火星"),
                ("v4", "village", "无上级"),
                ("c", "village", "环"),
            ),
            units(("z", "village", "倒"), until=date(2022, 4, 1)),
        ],
        how="vertical_relaxed",
    )
    ties = pl.concat(
        [
            TIES,
            links(("e", "v2"), ("c", "c"), ("v1", "e"), ("z", "ghost")),
            links(("e", "nobody"), relation="covers"),
            links(("e", "t"), relation="marries"),
        ]
    )
    found = check(Org.from_tables(small, units=rows, links=ties, on=DAY))
    assert set(codes(found)) == {
        "cycle",
        "dates-reversed",
        "duplicate-id",
        "no-parent",
        "orphan",
        "two-parents",
        "unknown-kind",
        "unknown-relation",
        "unknown-unit",
    }
    by_code = {row["code"]: row for row in found.to_dicts()}
    assert "环 (c)" in by_code["cycle"]["value"]
    assert "无上级 (v4)" in by_code["no-parent"]["value"]
    assert "nobody" in by_code["unknown-unit"]["value"]
    assert found["severity"].to_list() == sorted(found["severity"], key=["error", "warning", "info"].index)
    assert found.select(pl.col("expected", "advice").is_not_null().all()).row(0) == (True, True)


def test_a_kind_under_a_wrong_kind_names_both_and_what_is_allowed(small):
    org = Org.from_tables(small, units=TOWN, links=links(("v1", "t"), ("v2", "t"), ("e", "t")), on=DAY)
    (row,) = check(org).to_dicts()
    assert (row["code"], row["column"]) == ("wrong-parent-kind", "territory")
    assert "锦绣 (e)" in row["value"]
    assert "洪合镇 [town]" in row["value"]
    assert "village" in row["expected"]


def test_overlapping_versions_are_found_in_a_timeline_and_touching_ones_are_fine(small):
    touching = pl.concat(
        [units(("a", "town", "甲"), until=MAY), units(("a", "town", "乙"), since=MAY)], how="vertical_relaxed"
    )
    assert check(Org.from_tables(small, units=touching)).is_empty()
    overlapping = pl.concat([units(("a", "town", "甲")), units(("a", "town", "乙"), since=MAY)])
    assert codes(check(Org.from_tables(small, units=overlapping))) == ["overlapping-versions"]
    twice = pl.concat([TIES, links(("e", "v1"), since=MAY)])
    assert codes(check(Org.from_tables(small, units=TOWN, links=twice))) == ["overlapping-versions"]


def test_a_kind_of_two_files_stands_alone_only_in_the_trees_of_its_own_file():
    east = "structure: east\ntrees: {grid: {}, land: {}}\nkinds: {cell: {root_of: [grid, land]}}\n"
    west = "structure: west\ntrees: {land: {}}\nkinds: {cell: {root_of: [land]}}\n"
    both = Structures.from_texts({"east": east, "west": west})
    files = ["east", "west", None]  # of the last nothing is known: it goes by the merged vocabulary
    units = pl.DataFrame({"id": ["e", "w", "x"], "kind": ["cell"] * 3, "structure": files})
    org = Org.from_tables(both, on=date(2022, 4, 30), units=units)
    assert org.units["id"][org.hierarchy("grid").order].to_list() == ["e", "x"]
    assert org.units["id"][org.hierarchy("land").order].to_list() == ["e", "w", "x"]
