from dataclasses import replace
from datetime import date, timedelta

import polars as pl
import pytest
from store_samples import (
    amount,
    changes,
    everything,
    expected,
    first_town,
    names,
    rows_of,
    tie,
    unit,
)

from orgraph.model.errors import OrgraphError, StoreError, UnknownName
from orgraph.model.origin import runs_of
from orgraph.model.tables import TABLES
from orgraph.store import Store


def renamed_in_2024(town):
    out = unit("a", "village", "锦绣社区", "2010-01-01", posts=3, area=1.5, checked=date(2020, 2, 29))
    return changes(
        town,
        {"units": [out]},
        units=[
            out | {"until": date(2024, 1, 1)},
            out | {"since": date(2024, 1, 1), "name": "新锦绣社区"},
        ],
    )


def test_all_that_was_applied_is_in_the_timeline(store, town):
    tables = {t: first_town(town)[t].into for t in TABLES}
    assert everything(store.timeline()) == expected(tables, town)


def test_read_shows_what_is_alive_today(store):
    org = store.read()
    assert org.on == date.today()
    assert org.revision == 2
    assert names(org) == {"330411106": "洪合镇", "a": "锦绣社区", "b": "凤桥社区", "p": "家园支部"}
    assert ("p", "b", "covers") not in [row[:3] for row in rows_of(org, "links")]


@pytest.mark.parametrize(
    ("on", "name", "branch"),
    [
        ("2021-06-30", "凤桥村", False),
        ("2021-07-01", "凤桥村", True),
        ("2021-12-31", "凤桥村", True),
        ("2022-01-01", "凤桥社区", True),
    ],
)
def test_a_day_belongs_to_the_version_that_begins_on_it(store, on, name, branch):
    org = store.read(on=on)
    assert names(org)["b"] == name
    assert ("p" in names(org)) is branch
    assert len(org.units) == len(set(org.units["id"]))


def test_before_everything_there_is_nothing(store):
    org = store.read(on="1999-12-31")
    assert [len(getattr(org, table)) for table in ("units", "links", "memberships", "measures")] == [0] * 4


def test_a_measure_counts_from_its_first_day_on(store):
    assert [r[4] for r in rows_of(store.read(on="2022-04-29"), "measures")] == []
    assert [r[4] for r in rows_of(store.read(on="2022-12-31"), "measures")] == [310]
    assert [r[4] for r in rows_of(store.read(on="2024-01-01"), "measures")] == [310, 320]


def test_a_day_may_be_a_date_or_text_and_nothing_else(store):
    assert everything(store.read(on=date(2022, 4, 30))) == everything(store.read(on="2022-04-30"))
    with pytest.raises(OrgraphError, match="不是日期"):
        store.read(on="someday")


def test_an_earlier_revision_knows_what_was_known_then(store, town):
    before = {on: everything(store.read(on=on)) for on in ("2012-01-01", "2022-06-01", "2024-06-01")}
    assert store.apply(renamed_in_2024(town)) == 3
    assert names(store.read(on="2024-06-01"))["a"] == "新锦绣社区"
    for on, tables in before.items():
        assert everything(store.read(on=on, revision=2)) == tables
    assert store.read(revision=2, on="2024-06-01").revision == 2
    assert store.read(revision=1, on="2024-06-01").units.is_empty()


def test_an_earlier_revision_is_shown_on_the_day_it_was_made(store, town):
    tomorrow = date.today() + timedelta(days=1)
    store.apply(changes(town, units=[unit("t", "town", "明日镇", tomorrow.isoformat())]))
    store.apply(renamed_in_2024(town))
    assert store.read(revision=3).on == store.history()["day"][2]
    assert "t" not in names(store.read(revision=3))
    assert "t" in names(store.read(revision=3, on=tomorrow))


@pytest.mark.parametrize("revision", [0, -1, 3, 99])
def test_a_revision_that_is_not_there_is_refused(store, revision):
    with pytest.raises(StoreError, match="最后一版是 2"):
        store.read(revision=revision)
    with pytest.raises(StoreError, match="最后一版是 2"):
        store.changes(revision)


def test_a_timeline_between_two_days_holds_what_held_on_some_day_between_them(store):
    org = store.timeline("2021-12-01", "2021-12-31")
    assert org.on is None
    assert set(org.units.filter(id="b")["name"]) == {"凤桥村"}
    assert set(store.timeline("2021", "2022").units.filter(id="b")["name"]) == {"凤桥村", "凤桥社区"}
    assert org.measures.is_empty()


def test_other_ends_keep_their_ids_where_they_are_not_alive(store):
    org = store.read(on="2021-08-01").table("links")
    assert ("p", "b", "covers") in [row[:3] for row in org.rows()]
    between = store.timeline("2009-01-01", "2011-01-01").table("links")
    assert between["target"].null_count() == between["source"].null_count() == 0


def test_other_ends_keep_their_ids_in_an_earlier_revision_too(store, town):
    store.apply(changes(town, links=[tie("a", "p", "covers", "2015-01-01")]))
    store.apply(renamed_in_2024(town))
    for revision in (3, 4):  # the branch is founded in 2021
        org = store.read(revision=revision, on="2016-01-01")
        assert "p" not in names(org)
        assert ("a", "p", "covers") in [row[:3] for row in rows_of(org, "links")]


def test_a_tie_to_a_unit_that_is_not_there_keeps_the_id(store, town):
    store.apply(changes(town, links=[tie("a", "ghost", "covers", "2020-01-01")]))
    org = store.read()
    assert ("a", "ghost", "covers") in [row[:3] for row in rows_of(org, "links")]
    assert org.strangers["id"].to_list() == ["ghost"]
    store.apply(changes(town, units=[unit("ghost", "branch", "补登", "2020-01-01")]))
    org = store.read()
    assert org.strangers.is_empty()
    assert names(org)["ghost"] == "补登"
    assert store.read(revision=3).strangers["id"].to_list() == ["ghost"]


# --- scope --------------------------------------------------------------------------------------


def test_a_scope_holds_what_stands_below_in_any_tree_and_bare_other_ends(store):
    org = store.read(on="2022-06-01", scope="a")
    assert set(org.units["id"]) == {"a", "p", "330411106", "b"}
    bare = org.units.filter(id="b").row(0, named=True)
    assert (bare["name"], bare["kind"], bare["posts"]) == ("凤桥社区", "village", None)
    assert org.units.filter(id="a")["posts"].to_list() == [3]
    ties = {row[:3] for row in rows_of(org, "links")}
    assert ties == {("a", "330411106", "territory"), ("p", "a", "party"), ("p", "b", "covers")}
    assert {row[0] for row in rows_of(org, "memberships")} == {"x1", "x2"}
    assert set(org.people["id"]) == {"x1", "x2"}


def test_the_scope_of_the_top_is_everything_alive(store):
    whole, scoped = (everything(store.read(on="2022-06-01", scope=s)) for s in (None, "洪合镇"))
    whole["people"] = scoped["people"]  # whoever has no place has none here either
    assert scoped == whole


def test_a_scope_goes_down_by_way_of_several_trees(store, town):
    below = [tie("r", "p", "territory", "2022-01-01"), tie("s", "r", "party", "2022-01-01")]
    units = [unit("r", "village", "室", "2022-01-01"), unit("s", "branch", "组", "2022-01-01")]
    store.apply(changes(town, units=units, links=below))
    org = store.read(scope="a")
    assert {"r", "s"} <= set(org.units.filter(pl.col("id") != "330411106")["id"])
    assert ("s", "r", "party") in [row[:3] for row in rows_of(org, "links")]


def test_a_scope_works_in_an_earlier_revision(store, town):
    store.apply(renamed_in_2024(town))
    org = store.read(revision=2, on="2024-06-01", scope="洪合镇/锦绣社区")
    assert names(org)["a"] == "锦绣社区"


def test_an_unknown_scope_offers_the_nearest_name(store):
    with pytest.raises(UnknownName, match="锦绣社区"):
        store.read(scope="锦绣社")


# --- the log ------------------------------------------------------------------------------------


def test_the_history_says_what_was_done_when_and_how_much(store):
    history = store.history()
    assert history["revision"].to_list() == [1, 2]
    assert history["deed"].to_list() == ["install", "apply"]
    assert history["note"].to_list() == ["town", "第一次导入"]
    assert history["into"].to_list() == [1, 19]
    assert history["out"].to_list() == [0, 0]
    assert history["day"][1] == date.today()
    assert store.revision == 2


def test_the_changes_of_a_revision_come_back_whole(store, town):
    made, kept = first_town(town), store.changes(2)
    for table in made:
        assert kept[table].into.equals(made[table].into)
        assert kept[table].out.is_empty()


def test_contacts_stand_apart(store):
    assert store.contacts().rows() == [("x1", "phone", "13800000001"), ("x2", "phone", "13800000002")]
    assert store.contacts("李四光").rows() == [("x2", "phone", "13800000002")]
    assert store.contacts("x3").is_empty()
    with pytest.raises(UnknownName):
        store.contacts("nobody")


def test_a_row_tells_the_cells_it_came_from(store, town):
    cells = [
        ("units", 0, "四月.xlsx", "花名册", 7),
        ("units", 1, "四月.xlsx", "花名册", 8),
        ("measures", 0, "b.csv", None, 2),
    ]
    origin = pl.DataFrame(cells, schema=["table", "row", "file", "sheet", "line"], orient="row")
    new = changes(
        town,
        units=[unit("u1", "town", "甲", "2020-01-01"), unit("u2", "town", "乙", "2020-01-01")],
        measures=[amount("u1", 5, "2022-01-01", "2022-01-02")],
    )
    store.apply(replace(new, runs=runs_of(origin)))
    found = store.origin("units", "u2")
    assert found.select("revision", "file", "sheet", "line").rows() == [(3, "四月.xlsx", "花名册", 8)]
    assert found["made_at"].to_list() == [store.history()["made_at"][2]]
    assert store.origin("measures", {"unit": "u1", "measure": "households"})["line"].to_list() == [2]
    assert store.origin("units", "a").is_empty()
    assert store.history()["files"][2].to_list() == ["四月.xlsx", "b.csv"]
    with pytest.raises(UnknownName):
        store.origin("unit", "a")


def test_it_is_a_store(store):
    assert isinstance(store, Store)
    with store as same:
        assert same is store
