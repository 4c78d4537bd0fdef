"""What an import doubts: near names, codes that lost something, units that hang nowhere, one person twice."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from roster_desk import ESTATES, GRIDS, PARTY, PLACES, Desk, codes

from orgraph.roster.cells.clean import keys
from orgraph.roster.nearness import SHORTEST, near_pairs

OFFICES = ("科室代码", "科室", "上级科室")
MEMBERS = ("姓名", "所在支部", "联系电话", "身份证号")
ONE = "11010519491231002X"
MAY = "2022-05-31"


def pairs(new: list[str], old: list[str]) -> set[tuple[str, str]]:
    """Near pairs of names that stand beside each other."""
    frames = []
    for names in (new, old):
        series = pl.Series("name", names, dtype=pl.String)
        frames.append(pl.DataFrame([series, keys(series).alias("key")]).with_columns(up=0))
    found = near_pairs(frames[0], frames[1].with_columns(id=pl.col("name")), ["up"])
    return set(found.select("name", "other").iter_rows())


def one_slip(a: str, b: str) -> bool:
    """One character put in, left out, or another one: by trying all of them."""
    if abs(len(a) - len(b)) > 1 or a == b:
        return False
    if len(a) == len(b):
        return sum(x != y for x, y in zip(a, b, strict=True)) == 1
    long, short = (a, b) if len(a) > len(b) else (b, a)
    return any(long[:i] + long[i + 1 :] == short for i in range(len(long)))


@given(*[st.lists(st.text("高桥轿洪合", min_size=1, max_size=5), max_size=8, unique=True)] * 2)
def test_every_slip_of_one_character_is_found(new, old):
    found = pairs(new, old)
    for a in new:
        for b in old:
            if len(a) >= SHORTEST and len(b) >= SHORTEST and one_slip(a, b):
                assert (a, b) in found
    assert all(a != b for a, b in found)


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("高桥社区居委会", "高桥社区"), ("高桥社区", "高桥社区居民委员会"), ("高桥村", "高桥社区"),
        ("高轿社区", "高桥社区"),
        ("洪合镇一支部", "洪合镇第一支部书记"), ("东村村委会", "东村"),
    ],
)  # fmt: skip
def test_what_is_near(new, old):
    assert ((new, old) in pairs([new], [old])) is (old != "洪合镇第一支部书记")


@pytest.mark.parametrize(
    ("new", "old"),
    [
        ("二号院", "一号院"), ("12幢", "13幢"), ("东苑小区", "西苑小区"), ("张村", "李村"),
        ("甲网格", "乙网格"),
        ("第二网格", "第三网格"), ("A1网格", "B1网格"), ("新河苑", "老河苑"),
    ],
)  # fmt: skip
def test_siblings_that_are_numbered_are_not_near(new, old):
    assert pairs([new], [old]) == set()


def test_a_new_village_with_a_near_name_is_said_and_taken(desk: Desk) -> None:
    desk.put(地点=PLACES)
    draft = desk.put(MAY, 地点=[PLACES[0], ("3309", "东村居委会", "村", "33")])
    assert codes(draft) == [("near-name", 2, "名称")]
    assert "东村" in draft.findings["advice"][0]
    assert desk.names(MAY) >= {"东村", "东村居委会"}


def test_a_near_name_is_no_slip_where_the_file_holds_both(desk: Desk) -> None:
    desk.put(地点=PLACES)
    assert codes(desk.put(MAY, 地点=[*PLACES, ("3309", "东村居委会", "村", "33")])) == []


def test_nothing_is_doubted_in_the_first_import(desk: Desk) -> None:
    desk.town()
    assert desk.draft(desk.book(地点=PLACES, 小区=ESTATES, 党组织=PARTY, 微网格长=GRIDS)).findings.height == 0


def test_numbered_siblings_come_without_a_word(desk: Desk) -> None:
    desk.town()
    row = ("东村", "一号院", "甲组", "3号微网格", None, None, 5)
    assert codes(desk.put(MAY, 微网格长=[GRIDS[0], row])) == []


def test_a_parent_whose_code_lost_its_zeros_is_proposed(desk: Desk) -> None:
    desk.put(科室=[OFFICES, ("0571", "甲科", None)])
    draft = desk.draft(desk.book(科室=[OFFICES, ("0572", "乙科", "571")]))
    assert codes(draft) == [("missing-parent", 2, "上级科室")]
    assert "0571(甲科)" in draft.findings["advice"][0]


@pytest.mark.parametrize(("known", "given"), [("0571", "571"), ("aB3", "AB3"), ("330411106", "330411106000")])
def test_a_code_that_is_nearly_known_makes_no_second_unit(desk: Desk, known: str, given: str) -> None:
    desk.put(科室=[OFFICES, (known, "甲科", None)])
    draft = desk.draft(desk.book(科室=[OFFICES, (given, "甲科", None)]))
    assert not draft.ok
    assert codes(draft) == [("nearly-known-code", 2, "科室代码")]
    assert known in draft.findings["advice"][0]
    both = desk.book(科室=[OFFICES, (known, "甲科", None), (given, "丙科", None)])
    assert desk.draft(both).ok  # two units, if the clerk says so


def test_a_unit_that_hangs_nowhere_is_refused(desk: Desk) -> None:
    desk.put(地点=PLACES)
    draft = desk.draft(desk.book(小区=[("小区", "户数"), ("九号院", 3)]))
    assert not draft.ok
    assert ("no-parent", 2, "小区") in codes(draft)
    assert desk.draft(desk.book(地点=[PLACES[0], ("34", "旧河镇", "镇", None)])).ok  # it may stand on top


def test_codes_that_are_no_divisions_are_left_alone(desk: Desk) -> None:
    """Most of them do not begin with the code above: then they are numbers of another kind."""
    rows = [OFFICES, ("11", "总科", None), *((f"{n}", f"第{n}科", "11") for n in range(1201, 1221))]
    assert codes(desk.put(科室=rows)) == []
    few = [OFFICES, ("3304", "甲科", "11"), *((f"11{n}", f"第{n}组", "11") for n in range(21, 30))]
    assert codes(desk.put(MAY, 科室=few)) == [("code-outside-parent", 2, "科室代码")]


@pytest.fixture
def keyed(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("ORGRAPH_ID_KEY", "a key of the department")
    desk.put(
        地点=PLACES, 小区=ESTATES[:2], 党组织=[(*r[:3], None, None) if i else r for i, r in enumerate(PARTY)]
    )
    return desk


def test_an_identity_number_beside_another_name_is_refused_unless_corrected(keyed: Desk) -> None:
    keyed.put(党员=[MEMBERS, ("张三", "一支部", None, ONE)])
    other = keyed.book(党员=[MEMBERS, ("张叁", "一支部", None, ONE)])
    draft = keyed.draft(other, on=MAY)
    assert codes(draft) == [("other-name", 2, "姓名")]
    assert "张三" in draft.findings["expected"][0]
    assert ONE not in str(draft.findings.to_dicts())
    keyed.take(other, on=MAY, mode="correct")
    assert keyed.store.timeline().table("people")["name"].to_list() == ["张叁"]


def test_one_person_of_two_rosters_and_of_the_store_is_told_with_the_evidence(keyed: Desk) -> None:
    both = keyed.put(
        党员=[MEMBERS, ("钱二", "一支部", "13800000002", ONE)],
        微网格长=[
            ("社区", "小区", "微网格", "微网格长", "联系电话"),
            ("东村", "一号院", "甲格", "钱二", "13800000002"),
        ],
    )
    (found,) = both.findings.filter(code="same-person").to_dicts()
    assert (found["sheet"], found["row"], found["value"]) == ("微网格长", 2, "钱二")
    assert found["advice"] == "与“党员花名册”第 2 行是同一人:姓名和电话相同"
    later = keyed.draft(keyed.book(党员=[MEMBERS, ("钱二", "二支部", None, ONE)]), on=MAY)
    (found,) = later.findings.filter(code="same-person").to_dicts()
    assert found["advice"] == "库中已有此人(一支部、甲格):身份证号相同"
    again = keyed.draft(keyed.book(党员=[MEMBERS, ("钱二", "一支部", None, ONE)]), on=MAY)
    assert again.findings.height == 0


def test_texts_too_long_for_a_name_are_not_taken_apart_character_by_character():
    long = "高桥" * 20_000  # written down once for each of its characters it would fill the memory
    assert pairs([long + "社"], [long]) == set()


def test_a_unit_that_is_known_elsewhere_may_have_moved(desk: Desk) -> None:
    desk.town()
    desk.put(
        地点=[PLACES[0], ("3303", "南村", "村", "33")], 小区=[ESTATES[0], ("东村", "望湖苑", None, None)]
    )
    rows = [("南村", "望湖苑", None, None), ("南村", "二号院", None, None)]
    draft = desk.draft(desk.book(小区=[ESTATES[0], *rows]), on=MAY)
    assert draft.ok
    found = draft.findings.filter(code="known-elsewhere")
    assert found.select("severity", "row", "value", "expected").rows() == [
        ("warning", 2, "望湖苑", "已有的“望湖苑”在“东村”之下")
    ]
    assert "3301/望湖苑" in found["advice"][0]
    both = desk.draft(desk.book(小区=[ESTATES[0], *rows, ("东村", "望湖苑", None, None)]), on=MAY)
    assert both.findings.filter(code="known-elsewhere").is_empty(), "a roster that names both means both"
