from dataclasses import replace
from datetime import date

import polars as pl
import pytest
from store_samples import changes, post, unit

from orgraph.model.errors import AmbiguousName, UndoRefused, UnknownName
from orgraph.model.origin import runs_of


def texts_of(store) -> str:
    """Every text the log holds, decoded, and all that the head answers."""
    logged = [store.changes(n) for n in store.history()["revision"]]
    frames = [f for c in logged for t in c for f in (c[t].out, c[t].into)] + [c.origin for c in logged]
    org = store.timeline()
    frames += [*org.tables().values(), store.contacts(), store.history()]
    return "\n".join(str(f.rows()) for f in frames)


PRIVATE = ("张三丰", "张君宝", "太极", "date(1950", "13800000001", "13911112222")


@pytest.fixture
def told(store, town):
    """A person whose name, motto and phone stand in several revisions, notes and file names."""
    before = {"id": "x1", "name": "张三丰", "motto": "太极", "born": date(1950, 5, 1)}
    new = changes(
        town,
        {"people": [before]},
        people=[{**before, "name": "张君宝"}],
        contacts=[
            {"person": "x1", "field": "mobile", "value": "13911112222"},
            {"person": "x3", "field": "mobile", "value": "13633334444"},
        ],
        units=[unit("n", "town", "新", "2020-01-01")],
    )
    cells = [
        ("contacts", 0, "张三丰.xlsx", "张君宝", 2),
        ("contacts", 1, "王五.xlsx", "一", 3),
        ("units", 0, "u.xlsx", "二", 4),
    ]
    origin = pl.DataFrame(cells, schema=["table", "row", "file", "sheet", "line"], orient="row")
    store.apply(replace(new, runs=runs_of(origin)), note="张三丰 改名 张君宝")
    return store


def test_what_is_to_be_forgotten_is_there_before(told):
    text = texts_of(told)
    assert [word for word in PRIVATE if word not in text] == []


def test_forgetting_leaves_no_trace_in_head_and_log(told):
    assert told.forget("x1") == 4
    text = texts_of(told)
    assert [word for word in PRIVATE if word in text] == []
    assert "李四光" in text
    assert "13633334444" in text


def test_forgetting_is_noted_and_keeps_the_counts(told):
    before = told.read().table("memberships")
    told.forget("张君宝")
    assert told.read().table("memberships").equals(before)
    person = told.read().people.filter(id="x1").row(0, named=True)
    assert (person["name"], person["motto"], person["born"]) == (None, None, None)
    assert told.history().row(-1, named=True)["deed"] == "forget"
    assert told.history()["note"].to_list()[2:] == ["■ 改名 ■", "x1"]
    assert told.history()["files"][2].to_list() == ["■.xlsx", "王五.xlsx", "u.xlsx"]
    assert told.history()["files"][0].to_list() == []


def test_the_others_keep_their_origin(told):
    told.forget("x1")
    assert told.origin("contacts", "x3")["line"].to_list() == [3]
    assert told.origin("units", "n")["line"].to_list() == [4]


def test_earlier_revisions_still_answer(told):
    told.forget("x1")
    for revision in (2, 3, 4):
        org = told.read(revision=revision, on="2022-06-01")
        assert org.people.filter(id="x1")["name"].to_list() == [None]
        assert org.memberships.height == 2


def test_revisions_before_a_forgetting_can_still_be_undone(told):
    told.forget("x1")
    told.undo(3)
    assert told.contacts().rows() == [("x2", "phone", "13800000002")]
    assert told.read().people.filter(id="x1")["name"].to_list() == [None]
    told.undo(5)
    assert set(told.contacts()["person"]) == {"x2", "x3"}


def test_forgetting_cannot_be_undone(told):
    told.forget("x1")
    with pytest.raises(UndoRefused):
        told.undo()


def test_somebody_who_left_can_be_forgotten(store, town):
    store.apply(changes(town, people=[{"id": "y", "name": "赵六六"}]))
    store.apply(changes(town, {"people": [{"id": "y", "name": "赵六六"}]}))
    assert "赵六六" in texts_of(store)
    store.forget("y")
    assert "赵六六" not in texts_of(store)


def test_nobody_and_namesakes_are_not_forgotten_by_mistake(store, town):
    with pytest.raises(UnknownName):
        store.forget("赵六六")
    store.apply(changes(town, people=[{"id": "y", "name": "李四光"}], memberships=[post("y", "a", "member")]))
    with pytest.raises(AmbiguousName):
        store.forget("李四光")
    assert store.revision == 3
