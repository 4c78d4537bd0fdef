from datetime import date

import polars as pl
import pytest
from store_samples import changes, everything, first_town, names, post, tie, unit

from orgraph.model.changes import Changes, Patch
from orgraph.model.errors import FindingsRefused, StaleDraft, StoreError, UndoRefused

A = unit("a", "village", "锦绣社区", "2010-01-01", posts=3, area=1.5, checked=date(2020, 2, 29))
LATER = unit("a", "village", "改名社区", "2024-01-01", posts=3)


def rename(town):
    return changes(town, {"units": [A]}, units=[A | {"until": date(2024, 1, 1)}, LATER])


def codes(refused) -> list[str]:
    return refused.value.findings["code"].to_list()


def test_nothing_to_change_writes_nothing(store):
    nothing = store.timeline().table("units").clear()
    assert store.apply(Changes()) == 2
    assert store.apply(Changes({"units": Patch(nothing, nothing)})) == 2
    assert store.history().height == 2


def test_the_same_rows_twice_are_refused_and_nothing_is_written(store, town):
    before = everything(store.timeline())
    with pytest.raises(FindingsRefused) as refused:
        store.apply(first_town(town))
    assert set(codes(refused)) == {"row-exists"}
    assert len(refused.value.findings) == 19
    assert everything(store.timeline()) == before
    assert store.revision == 2


def test_a_contact_is_not_told_in_a_refusal(store, town):
    with pytest.raises(FindingsRefused) as refused:
        store.apply(changes(town, contacts=[{"person": "x1", "field": "phone", "value": "13800000001"}]))
    assert "13800000001" not in str(refused.value)
    assert "13800000001" not in str(refused.value.findings.rows())


@pytest.mark.parametrize(
    "wrong", [{"posts": 4}, {"name": "别名"}, {"until": date(2030, 1, 1)}, {"id": "z"}, {"area": None}]
)
def test_a_row_goes_out_only_exactly_as_it_is(store, town, wrong):
    with pytest.raises(FindingsRefused) as refused:
        store.apply(changes(town, {"units": [A | wrong]}, units=[]))
    assert codes(refused) == ["row-missing"]


def test_a_row_cannot_go_out_or_come_in_twice_in_one_change(store, town):
    with pytest.raises(StoreError):
        store.apply(changes(town, {"units": [A, A]}))
    with pytest.raises(FindingsRefused) as refused:
        store.apply(changes(town, units=[unit("n", "town", name, "2020-01-01") for name in "甲乙"]))
    assert codes(refused) == ["row-exists"]
    assert store.revision == 2


def test_versions_must_not_overlap(store, town):
    with pytest.raises(FindingsRefused) as refused:
        store.apply(changes(town, units=[LATER]))
    assert codes(refused) == ["overlapping-versions"]
    with pytest.raises(FindingsRefused) as refused:
        store.apply(changes(town, links=[tie("p", "a", "party", "2025-01-01")]))
    assert codes(refused) == ["overlapping-versions"]


def test_one_wrong_row_keeps_all_others_out(store, town):
    before = everything(store.timeline())
    new = changes(
        town,
        units=[unit("ok", "town", "好", "2020-01-01")],
        memberships=[post("nobody", "a", "leader", "2020-01-01")],
    )
    with pytest.raises(FindingsRefused) as refused:
        store.apply(new)
    assert codes(refused) == ["no-person"]
    assert everything(store.timeline()) == before


@pytest.mark.parametrize(
    ("rows", "code"),
    [
        ({"units": [unit("n", "vilage", "x")]}, "unknown-kind"),
        ({"units": [unit("n", "town", "x", structure="elsewhere")]}, "unknown-structure"),
        ({"units": [unit(None, "town", "x")]}, "no-id"),
        ({"links": [tie("a", "b", "teritory")]}, "unknown-relation"),
        ({"links": [tie("a", None, "covers")]}, "no-id"),
        ({"links": [tie("a", "b", "covers", share=float("nan"))]}, "not-a-number"),
        ({"memberships": [post("x1", "a", "boss")]}, "unknown-role"),
        ({"measures": [{"unit": "a", "measure": "trees", "value": 1}]}, "unknown-measure"),
        ({"contacts": [{"person": "nobody", "field": "phone", "value": "1"}]}, "no-person"),
    ],
)  # fmt: skip
def test_words_that_no_structure_declares_are_refused(store, town, rows, code):
    with pytest.raises(FindingsRefused) as refused:
        store.apply(changes(town, **rows))
    assert codes(refused) == [code]
    assert store.revision == 2


def test_a_column_that_no_structure_declares_is_refused_unless_it_is_empty(store, town):
    new = changes(town, units=[unit("n", "town", "新", "2020-01-01")])["units"].into
    with pytest.raises(FindingsRefused) as refused:
        store.apply(Changes({"units": Patch(new.clear(), new.with_columns(colour=pl.lit("red")))}))
    assert codes(refused) == ["unknown-column"]
    assert store.apply(Changes({"units": Patch(new.clear(), new.with_columns(colour=pl.lit(None)))})) == 3


def test_a_value_of_another_type_is_refused(store, town):
    new = changes(town, units=[unit("n", "village", "新", "2020-01-01")])["units"].into
    with pytest.raises(StoreError, match="类型"):
        store.apply(Changes({"units": Patch(new.clear(), new.with_columns(posts=pl.lit("three")))}))


def test_a_draft_made_before_somebody_elses_revision_is_stale(store, town):
    store.apply(changes(town, units=[unit("n", "town", "新", "2020-01-01")]), expect=2)
    with pytest.raises(StaleDraft, match="从版次 2 变为 3"):
        store.apply(rename(town), expect=2)
    assert store.revision == 3


def test_people_cannot_go_while_something_is_theirs(store, town):
    with pytest.raises(FindingsRefused) as refused:
        store.apply(changes(town, {"people": [{"id": "x2", "name": "李四光"}]}))
    assert set(codes(refused)) == {"no-person"}


def test_empty_texts_nulls_and_quotes_are_kept_apart(store, town):
    odd = ["", " ", "'; DROP TABLE units; --", '"', "党\n支部", "𠮷", "NULL", "</script>", None]
    store.apply(changes(town, units=[unit(f"o{i}", "town", name) for i, name in enumerate(odd)]))
    assert [names(store.read())[f"o{i}"] for i in range(len(odd))] == odd


# --- undo ---------------------------------------------------------------------------------------


def test_undo_takes_back_and_undoing_that_does_it_again(store, town):
    days = ("2012-01-01", "2024-06-01")
    before = [everything(store.read(on=on)) for on in days]
    store.apply(rename(town))
    after = [everything(store.read(on=on)) for on in days]
    assert store.undo() == 4
    assert [everything(store.read(on=on)) for on in days] == before
    assert store.undo() == 5
    assert [everything(store.read(on=on)) for on in days] == after
    assert store.history()["undoes"].to_list() == [None, None, None, 3, 4]
    assert store.history()["deed"].to_list()[2:] == ["apply", "undo", "undo"]
    for revision, tables in ((2, before), (3, after), (4, before), (5, after)):
        assert [everything(store.read(on=on, revision=revision)) for on in days] == tables


def test_undo_brings_contacts_back(store, town):
    gone = {"person": "x1", "field": "phone", "value": "13800000001"}
    store.apply(changes(town, {"contacts": [gone]}))
    assert store.contacts("x1").is_empty()
    store.undo()
    assert store.contacts("x1").height == 1


def test_an_earlier_revision_can_be_undone_if_none_touched_its_rows(store, town):
    store.apply(rename(town))
    store.apply(changes(town, units=[unit("n", "town", "新", "2020-01-01")]))
    store.undo(3)
    assert names(store.read())["a"] == "锦绣社区"
    assert names(store.read())["n"] == "新"


def test_undo_is_refused_with_the_rows_that_a_later_revision_touched(store, town):
    store.apply(rename(town))
    store.apply(changes(town, {"units": [LATER]}, units=[LATER | {"posts": 5}]))
    before = everything(store.timeline())
    with pytest.raises(UndoRefused, match="版次 3 不能撤销") as refused:
        store.undo(3)
    assert refused.value.rows.rows() == [(4, "units", "a 2024-01-01")]
    assert everything(store.timeline()) == before
    store.undo(4)
    with pytest.raises(UndoRefused):
        store.undo(3)  # 4 and its undoing touched the row, literally
    assert store.revision == 5


def test_undo_is_refused_where_later_rows_lean_on_a_unit_or_person(store, town):
    new = {"units": [unit("n", "village", "新村", "2020-01-01")], "people": [{"id": "y", "name": "赵六"}]}
    store.apply(changes(town, **new))
    store.apply(changes(town, links=[tie("n", "330411106", "territory", "2020-01-01")]))
    store.apply(changes(town, memberships=[post("y", "a", "member", "2020-01-01")]))
    with pytest.raises(UndoRefused) as refused:
        store.undo(3)
    assert refused.value.rows.rows() == [
        (4, "links", "n 330411106 territory 2020-01-01"),
        (5, "memberships", "y a member 2020-01-01"),
    ]
    store.undo(5)
    store.undo(4)
    store.undo(3)
    assert "n" not in names(store.read())


def test_undo_is_refused_where_it_would_make_versions_overlap(store, town):
    store.apply(changes(town, {"units": [A]}, units=[A | {"until": date(2024, 1, 1)}]))
    store.apply(changes(town, units=[LATER]))
    with pytest.raises(UndoRefused) as refused:
        store.undo(3)
    assert refused.value.rows["code"].to_list() == ["overlapping-versions"]


def test_undo_of_what_is_not_there_is_refused(store):
    with pytest.raises(StoreError, match="没有版次 9"):
        store.undo(9)


def test_keys_of_units_outlive_their_rows(store, town):
    def keys():
        return dict(store.read().units.select("id", "key").iter_rows())

    before = keys()
    store.undo()
    store.apply(changes(town, units=[unit("n", "town", "新", "2020-01-01")]))
    store.undo(3)
    assert {id_: key for id_, key in keys().items() if id_ != "n"} == before
    assert store.read().units["key"].is_sorted()
