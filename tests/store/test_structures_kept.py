from datetime import date

import pytest
from store_samples import ALLEY, TOWN, changes, structures, tie, unit

from orgraph.model.errors import FindingsRefused, StructureError, UndoRefused
from orgraph.model.structure import Structures


def edited(old: str, new: str, text: str = TOWN) -> Structures:
    assert old in text
    return structures(text.replace(old, new))


def codes(refused) -> list[str]:
    return refused.value.findings["code"].to_list()


def test_a_structure_joins_and_every_revision_knows_its_own(store, town):
    both = structures(TOWN, ALLEY)
    assert store.install(both) == 3
    assert store.structures == both
    new = changes(both, units=[unit("l", "lane", "一弄", "2020-01-01", structure="alley", width=3)])
    assert store.apply(new) == 4
    assert store.read().units.filter(id="l")["width"].to_list() == [3]
    earlier = store.read(revision=2)
    assert earlier.structures == town
    assert "width" not in earlier.units.columns
    assert store.changes(3)["structures"].into["id"].to_list() == ["alley"]
    assert store.history()["deed"].to_list() == ["install", "apply", "install", "apply"]


def test_installing_what_is_there_writes_nothing(store, town):
    assert store.install(town) == 2


def test_a_structure_that_contradicts_another_is_refused(store):
    other = ALLEY.replace("uses: [town]\n", "trees: {territory: {zh: 属地}}\n").replace("village", "lane")
    with pytest.raises(StructureError, match="posts"):
        store.install(edited("{width: int}", "{posts: text}", other))
    assert store.revision == 2


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("  branch: {", "  cell: {", "unknown-kind"),
        ("  covers: {", "  cares: {", "unknown-relation"),
        ("  leader: {", "  boss: {", "unknown-role"),
        ("  households: {zh: 户数, en: households", "  homes: {zh: 户数, en: households", "unknown-measure"),
        ("under: {party: [village]}", "under: {party: [town]}", "wrong-parent-kind"),
        ("under: {territory: [town]}", "under: {territory: [village]}", "wrong-parent-kind"),
        ("state: [new, old]", "state: [old]", "value-not-allowed"),
        ("status: [full, probationary]", "status: [probationary]", "value-not-allowed"),
        ("posts: int, ", "", "column-dropped"),
        ("columns: {share: float}", "synonyms: [管]", "column-dropped"),
        ("motto: text, ", "", "column-dropped"),
        ("area: float", "area: int", "column-narrowed"),
        ("posts: int", "posts: bool", "column-narrowed"),
        ("over_time: last", "over_time: last, decimals: 2", "decimals-changed"),
    ],
)  # fmt: skip
def test_a_change_that_rows_contradict_is_refused_with_them(store, old, new, code):
    before = store.timeline().tables()
    with pytest.raises(FindingsRefused) as refused:
        store.install(edited(old, new))
    assert code in codes(refused)
    assert store.revision == 2
    assert store.structures == structures(TOWN)
    after = store.timeline().tables()
    assert all(after[name].equals(before[name]) for name in before)


def test_a_relation_becomes_a_tree_only_where_nobody_has_two_parents(store, town):
    store.apply(changes(town, links=[tie("p", "a", "covers", "2022-01-01")]))
    covers = "  covers: {zh: 覆盖, en: covers, columns: {share: float}}\n"
    new = TOWN.replace(covers, "  other: {zh: 其他, en: other}\n").replace("trees:\n", "trees:\n" + covers)
    with pytest.raises(FindingsRefused) as refused:
        store.install(structures(new.replace("{party: [village]}", "{party: [village], covers: [village]}")))
    assert codes(refused) == ["two-parents"]


def test_what_was_wrong_before_does_not_stand_in_the_way_of_another_structure(store, town):
    store.apply(changes(town, links=[tie("330411106", "a", "party", "2022-01-01")]))
    assert store.install(structures(TOWN, ALLEY)) == 4


def test_columns_widen_and_earlier_revisions_keep_their_types(store, town):
    store.install(edited("posts: int", "posts: float"))
    assert store.read().units.filter(id="a")["posts"].to_list() == [3.0]
    store.install(edited("posts: int", "posts: text"))
    assert store.read().units.filter(id="b")["posts"].to_list() == ["4.0"]
    assert store.read(revision=2).units.filter(id="b")["posts"].to_list() == [4]
    more = {"posts": "3.0", "area": 1.5, "checked": date(2020, 2, 29)}
    a = unit("a", "village", "锦绣社区", "2010-01-01", **more)
    text = edited("posts: int", "posts: text")
    store.apply(changes(text, {"units": [a]}, units=[a | {"posts": "三"}]))
    assert store.read(revision=2).units.filter(id="a")["posts"].to_list() == [3]
    assert store.read(revision=4).units.filter(id="a")["posts"].to_list() == ["3.0"]


def test_an_integer_that_has_no_exact_float_keeps_its_column_an_integer(store, town):
    store.apply(changes(town, units=[unit("n", "village", "大", "2020-01-01", posts=2**53 + 1)]))
    with pytest.raises(FindingsRefused) as refused:
        store.install(edited("posts: int", "posts: float"))
    assert codes(refused) == ["value-inexact"]


def test_a_column_changes_its_name_and_the_log_follows(store, town):
    store.apply(changes(town, units=[unit("n", "village", "新", "2020-01-01", posts=9)]))
    store.install(edited("posts: int", "places: {type: int, was: posts}"))
    assert store.read().units.filter(id="n")["places"].to_list() == [9]
    assert "posts" not in store.read().units.columns
    assert store.read(revision=3).units.filter(id="n")["posts"].to_list() == [9]
    store.undo(3)
    assert store.read().units.filter(id="n").is_empty()
    assert store.read(revision=4).units.filter(id="n")["places"].to_list() == [9]
    store.undo(5)
    assert store.read().units.filter(id="n")["places"].to_list() == [9]


def test_a_renaming_is_undone_and_done_again(store):
    store.install(edited("posts: int", "places: {type: int, was: posts}"))
    store.undo()
    assert store.read().units.filter(id="a")["posts"].to_list() == [3]
    store.undo()
    assert store.read().units.filter(id="a")["places"].to_list() == [3]
    for revision, name in ((2, "posts"), (3, "places"), (4, "posts"), (5, "places")):
        assert store.read(revision=revision).units.filter(id="a")[name].to_list() == [3]


def test_a_column_changes_its_name_twice(store):
    store.install(edited("posts: int", "places: {type: int, was: posts}"))
    store.install(edited("posts: int", "seats: {type: int, was: places}"))
    assert store.read().units.filter(id="a")["seats"].to_list() == [3]
    assert store.read(revision=2).units.filter(id="a")["posts"].to_list() == [3]
    assert store.read(revision=3).units.filter(id="a")["places"].to_list() == [3]


def test_an_empty_column_may_go_and_come_back_as_another(store):
    wider = edited("posts: int", "posts: int, mood: int")
    store.install(wider)
    store.undo()
    assert "mood" not in store.read().units.columns
    store.install(edited("posts: int", "posts: int, mood: text"))
    assert str(store.read().units.schema["mood"]) == "String"


def test_the_first_structure_cannot_be_undone_while_rows_stand_on_it(store):
    with pytest.raises(UndoRefused):
        store.undo(1)
    assert store.revision == 2
