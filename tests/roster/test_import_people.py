"""Who is who: by identity number, by phone, by name and unit; and who stays apart."""

from __future__ import annotations

import polars as pl
import pytest
from roster_desk import ESTATES, PARTY, PLACES, Desk, Rows, codes

HEAD = ("姓名", "所在支部", "党员类别", "学历", "联系电话", "身份证号")
ONE, TWO = "11010519491231002X", "110105194912310011"


@pytest.fixture
def base(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setenv("ORGRAPH_ID_KEY", "a key of the department")
    desk.put(
        地点=PLACES,
        小区=ESTATES[:2],
        党组织=[(*row[:3], None, None) if i else row for i, row in enumerate(PARTY)],
    )
    return desk


def members(desk: Desk, rows: Rows, **options: object) -> None:
    desk.take(desk.book(党员=[HEAD, *rows]), **options)


def people(desk: Desk) -> list[str]:
    return sorted(desk.store.timeline().table("people")["name"])


def check_digit(body: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


def test_people_get_opaque_ids_and_their_columns(base: Desk) -> None:
    members(base, [("张三", "一支部", "正式党员", "本科", "13800000001", ONE)])
    (person,) = base.store.timeline().table("people").to_dicts()
    assert person["name"] == "张三"
    assert person["education"] == "本科"
    assert "张" not in person["id"]
    assert ONE not in person["id"]
    row = base.table("memberships").row(0, named=True)
    assert (row["role"], row["status"], row["unit"]) == ("member", "full", "镇党委/一支部")


def test_contacts_are_private_and_the_number_itself_is_nowhere(base: Desk) -> None:
    draft = base.take(base.book(党员=[HEAD, ("张三", "一支部", None, None, "13800000001", ONE)]))
    assert set(draft.changes["contacts"].into["field"]) == {"phone", "id_hash"}
    for table in draft.changes:
        text = str(draft.changes[table].into.to_dicts())
        assert ONE not in text
        assert ("13800000001" in text) == (table == "contacts")


def test_the_same_identity_number_is_the_same_person_in_another_unit(base: Desk) -> None:
    members(base, [("张三", "一支部", None, None, None, ONE)])
    members(base, [("张三", "二支部", None, None, None, ONE)], on="2022-05-31")
    assert people(base) == ["张三"]
    assert base.holders("2022-05-31") == {("张三", "镇党委/二支部", "member")}
    assert base.holders("2022-05-30") == {("张三", "镇党委/一支部", "member")}


def test_one_name_and_two_identity_numbers_are_two_people(base: Desk) -> None:
    two = check_digit("11010519491231001")
    members(base, [("张三", "一支部", None, None, None, ONE), ("张三", "一支部", None, None, None, two)])
    assert people(base) == ["张三", "张三"]
    assert base.draft(base.book(党员=[HEAD, ("张三", "一支部", None, None, None, two)])).changes.is_empty


def test_the_same_phone_and_name_is_the_same_person(base: Desk) -> None:
    members(base, [("张三", "一支部", None, None, "13800000001", None)])
    members(base, [("张三", "二支部", None, None, "138-0000-0001", None)], on="2022-05-31")
    assert people(base) == ["张三"]


def test_one_phone_and_two_names_are_two_people(base: Desk) -> None:
    members(
        base,
        [
            ("张三", "一支部", None, None, "13800000001", None),
            ("李四", "一支部", None, None, "13800000001", None),
        ],
    )
    assert people(base) == ["张三", "李四"]


def test_three_zhang_wei_in_three_units_stay_three(base: Desk) -> None:
    rows = [("张伟", "一支部", None, None, None, None), ("张伟", "二支部", None, None, None, None)]
    members(base, rows)
    base.put(党组织=[PARTY[0], ("镇党委", "党委", None, "张伟", None)])
    assert people(base) == ["张伟"] * 3
    assert base.draft(base.book(党员=[HEAD, *rows])).changes.is_empty


def test_a_name_twice_in_one_unit_is_ambiguous_without_evidence(base: Desk) -> None:
    rows = [
        ("张伟", "一支部", "正式党员", "本科", None, None),
        ("张伟", "一支部", "正式党员", "大专", None, None),
    ]
    draft = base.draft(base.book(党员=[HEAD, *rows]))
    assert not draft.ok
    assert {code for code, *_ in codes(draft)} == {"ambiguous-name", "rows-disagree"}
    apart = [(*row[:4], f"1380000000{i}", None) for i, row in enumerate(rows)]
    members(base, apart)
    assert people(base) == ["张伟", "张伟"]
    lost = base.draft(base.book(党员=[HEAD, ("张伟", "一支部", None, None, None, None)]))
    assert [code for code, *_ in codes(lost)] == ["ambiguous-name"]


def test_a_leader_and_a_member_of_one_unit_are_one_person(base: Desk) -> None:
    base.take(
        base.book(
            党员=[HEAD, ("钱二", "一支部", None, None, "13800000002", None)],
            党组织=[PARTY[0], ("一支部", "支部", "镇党委", "钱二", None)],
        )
    )
    assert people(base) == ["钱二"]
    assert {role for _, _, role in base.holders()} == {"member", "secretary"}


def test_evidence_gained_later_joins_the_person_known_before(base: Desk) -> None:
    members(base, [("张三", "一支部", None, None, None, None)])
    members(base, [("张三", "一支部", None, None, "13800000001", None)])
    members(base, [("张三", "一支部", None, None, None, ONE)])
    assert people(base) == ["张三"]
    assert set(base.store.contacts()["field"]) == {"phone", "id_hash"}


def test_a_new_phone_takes_the_place_of_the_old_one(base: Desk) -> None:
    members(base, [("张三", "一支部", None, None, "13800000001", None)])
    members(base, [("张三", "一支部", None, None, "13900000009", None)])
    assert people(base) == ["张三"]
    assert base.store.contacts()["value"].to_list() == ["13900000009"]


def test_spaces_in_names_and_remarks_behind_them_do_not_matter(base: Desk) -> None:
    members(base, [("张 三", "一支部", None, None, None, None)])
    members(base, [("张三(兼)", "一支部", None, None, None, None)])
    assert people(base) == ["张三"]


def test_several_leaders_in_one_cell(base: Desk) -> None:
    base.put(党组织=[PARTY[0], ("一支部", "支部", "镇党委", "钱二、孙三", None)])
    assert {who for who, *_ in base.holders()} == {"钱二", "孙三"}


def test_without_a_key_the_import_says_so(base: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("ORGRAPH_ID_KEY")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(base.folder / "config"))
    draft = base.take(base.book(党员=[HEAD, ("张三", "一支部", None, None, None, ONE)]))
    assert "no-id-key" in draft.findings["code"].to_list()
    assert base.store.contacts().height == 0
    key = base.folder / "config" / "orgraph" / "id.key"
    key.parent.mkdir(parents=True)
    key.write_bytes(b"secret\n")
    members(base, [("张三", "一支部", None, None, None, ONE)])
    assert base.store.contacts()["field"].to_list() == ["id_hash"]


def test_another_key_makes_another_hash(base: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from orgraph.roster.cells.private import hashed

    numbers = pl.Series([ONE, None, ONE])
    first, other = hashed(numbers, b"one"), hashed(numbers, b"two")
    assert first[0] == first[2] != other[0]
    assert first[1] is None
    import hashlib
    import hmac

    assert first[0] == hmac.new(b"one", ONE.encode(), hashlib.sha256).hexdigest()


def test_people_without_a_place_are_refused(base: Desk) -> None:
    draft = base.draft(
        base.book(
            党员=[HEAD, ("张三", None, None, None, None, None), (None, "一支部", None, None, None, None)]
        )
    )
    assert sorted(codes(draft)) == [("missing-value", 2, "所在支部"), ("missing-value", 3, "姓名")]


def test_an_unknown_unit_is_said_once(base: Desk) -> None:
    draft = base.draft(base.book(党员=[HEAD, ("张三", "九支部", None, None, None, None)]))
    assert codes(draft) == [("missing-unit", 2, "所在支部")]
