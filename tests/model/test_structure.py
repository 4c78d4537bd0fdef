"""Structures compose: one vocabulary, and rules that belong to the file that states them."""

from datetime import date
from pathlib import Path

import pytest
from pydantic import ValidationError

from orgraph.model.errors import StructureError, UnknownName
from orgraph.model.glossary import language
from orgraph.model.language.conditions import All, Test
from orgraph.model.structure import (
    AboveFact,
    BelowFact,
    ColumnFact,
    HoldersFact,
    LinksFact,
    MeasureFact,
    OfPeopleFact,
    Structures,
    UncoveredFact,
    WeighFact,
    YearsSinceFact,
)

BASE = """structure: base
trees: {territory: {zh: 属地}}
relations: {covers: {zh: 覆盖, columns: {weight: int}}}
roles: {leader: {zh: 负责人, public: true}, watch: {columns: {begins: int, ends: int, note: text}}}
measures: {households: {zh: 户数, over_time: last}, area: {decimals: 2}}
people: {columns: {born: date}}
kinds:
  village: {zh: 村, root_of: [territory]}
  estate:
    zh: 小区
    under: {territory: [village]}
    columns: {status: [occupied, building]}
    roles: {leader: 1}
facts:
  homes: {measure: households}
  leaders: {holders: [leader]}
indicators:
  estates_led: {of: estate, counts_if: {leaders: {min: 1}}, over: territory}
"""
EAST = """structure: east
uses: [base]
kinds:
  estate:
    synonyms: [苑]
    columns: {status: {values: {occupied: 已入住, empty: 空置}}, floors: int}
    roles: {leader: 2}
  grid: {under: {territory: [estate]}, roles: {leader: 1}}
facts:
  homes: {of: people, held: [leader]}
"""
WEST = """structure: west
uses: base
kinds:
  grid: {zh: 网格, under: {territory: [village, grid]}, columns: {floors: int}}
  estate: {under: {territory: [grid]}, root_of: [territory]}
measures: {households: {unit: 户, synonyms: [总户数]}}
"""


def put(*texts: str) -> Structures:
    return Structures.from_texts({t.split("\n")[0].removeprefix("structure: "): t for t in texts})


@pytest.fixture(scope="module")
def both() -> Structures:
    return put(EAST, WEST, BASE)


# --- one vocabulary ------------------------------------------------------------------------------


def test_what_is_used_stands_before_what_uses_it(both):
    assert list(both.files) == ["base", "east", "west"]


def test_declarations_of_one_name_unite(both):
    estate = both.kinds["estate"]
    assert estate.synonyms == ("苑",)
    assert estate.names == ("estate", "小区", "苑")
    assert estate.columns["status"].values == ("occupied", "building", "empty")
    assert estate.columns["status"].code("空置") == "empty"
    assert estate.columns["status"].code("未知") is None
    assert set(estate.columns) == {"status", "floors"}
    assert estate.under == {"territory": ("village", "grid")}
    assert both.kinds["grid"].label.zh == "网格"
    assert both.measures["households"].unit == "户"
    assert both.measures["households"].synonyms == ("总户数",)
    assert both.owner("estate") == ("base", "east", "west")
    assert both.owner("nothing") == ()


def test_the_vocabulary_does_not_depend_on_the_order():
    one, other = put(BASE, EAST, WEST), put(BASE, WEST, EAST)
    assert one == other
    assert hash(one) == hash(other)
    assert {k: set(v.names) for k, v in one.kinds.items()} == {
        k: set(v.names) for k, v in other.kinds.items()
    }
    assert one.columns("units")["floors"].type == other.columns("units")["floors"].type == "int"


def test_columns_of_each_table(both):
    assert {name: column.type for name, column in both.columns("units").items()} == {
        "status": "text",
        "floors": "int",
    }
    assert list(both.columns("links")) == ["weight"]
    assert list(both.columns("people")) == ["born"]
    assert list(both.columns("memberships")) == ["begins", "ends", "note"]


def test_an_enumeration_and_a_free_text_of_one_name_are_free_text_together():
    text = "structure: t\nkinds: {a: {columns: {s: [x]}}, b: {columns: {s: text}}, c: {columns: {s: [y]}}}\n"
    structures = put(text)
    assert structures.columns("units")["s"].values == ()
    assert structures.kinds["a"].columns["s"].values == ("x",)


def test_plus(both):
    assert put(BASE, EAST).plus(put(BASE, WEST)) == both
    assert both.plus(both) == both


def test_plus_refuses_two_files_of_one_name():
    with pytest.raises(StructureError, match="base"):
        put(BASE).plus(put(BASE + "# another\n"))


def test_plus_refuses_what_contradicts():
    with language("en"), pytest.raises(StructureError, match="contradicts") as caught:
        put("structure: a\nroles: {r: {public: true}}\n").plus(
            put("structure: b\nroles:\n  r: {public: false}\n")
        )
    (problem,) = caught.value.problems
    assert (problem.file, problem.line, problem.key) == ("b.yaml", 3, "roles.r.public")


# --- what belongs to a file ----------------------------------------------------------------------


def test_own_facts_win_and_used_ones_are_seen(both):
    assert isinstance(both.facts("base")["homes"], MeasureFact)
    assert isinstance(both.facts("east")["homes"], OfPeopleFact)
    assert isinstance(both.facts("west")["homes"], MeasureFact)
    assert both.facts("east")["homes"].structure == "east"
    assert both.facts("east")["leaders"].structure == "base"


def test_indicators_of_used_files_apply(both):
    for name in ("base", "east", "west"):
        assert both.indicators(name)["estates_led"].structure == "base"
    assert set(both.indicator("estates_led")) == {"base", "east", "west"}
    with pytest.raises(UnknownName) as caught:
        both.indicator("estate_led")
    assert caught.value.nearest == ("estates_led",)


def test_used_by_is_nearest_first():
    texts = [
        "structure: a\nuses: [b, c]\n",
        "structure: b\nuses: [d]\n",
        "structure: c\nuses: [e]\n",
        "structure: d\n",
        "structure: e\n",
    ]
    structures = put(*texts)
    assert structures.used_by("a") == ("a", "b", "c", "d", "e")
    assert structures.users_of("d") == ("d", "b", "a")
    with pytest.raises(UnknownName):
        structures.used_by("f")


def test_the_nearest_file_says_what_stands_under_what(both):
    assert both.under("base", "estate") == {"territory": ("village",)}
    assert both.under("east", "estate") == {"territory": ("village",)}
    assert both.under("west", "estate") == {"territory": ("grid",)}
    assert both.root_of("west", "estate") == ("territory",)
    assert both.root_of("east", "estate") == ()
    assert both.under("east", "grid") == {"territory": ("estate",)}
    assert both.under("west", "grid") == {"territory": ("village", "grid")}
    assert both.under("west", "nothing") == {}


def test_required_roles_belong_to_a_file(both):
    assert both.required_roles("base", "estate") == {"leader": 1}
    assert both.required_roles("east", "estate") == {"leader": 2}
    assert both.required_roles("west", "estate") == {"leader": 1}
    assert both.required_roles("west", "grid") == {}


def test_takes_part(both):
    assert both.takes_part("village", "territory")
    assert both.takes_part("grid", "territory")
    assert not both.takes_part("village", "party")
    assert not put("structure: t\ntrees: {p: {}}\nkinds: {a: {}}\n").takes_part("a", "p")


def test_a_file_sees_only_what_it_uses(both):
    assert set(both.seen_by("east").files) == {"base", "east"}
    with pytest.raises(StructureError, match="网格"):
        put(
            BASE,
            WEST,
            "structure: south\nuses: [base]\nkinds: {x: {under: {territory: [grid]}}}\n".replace(
                "grid", "网格"
            ),
        )
    with pytest.raises(StructureError, match="grid"):
        put(BASE, WEST, "structure: south\nuses: [base]\nkinds: {x: {under: {territory: [grid]}}}\n")


def test_a_kind_may_stand_under_itself():
    kinds = "{department: {root_of: [line], under: {line: [department]}}}"
    structures = put(f"structure: t\ntrees: {{line: {{}}}}\nkinds: {kinds}\n")
    assert structures.under("t", "department") == {"line": ("department",)}


# --- facts and conditions --------------------------------------------------------------------------

FORMS = """structure: forms
uses: [base]
kinds: {estate: {columns: {floors: int, height: float, opened: date}}}
facts:
  covered:  {links: covers, to: estate, where: {status: occupied, weight: {min: 2}}}
  covering: {links: covers, from: [estate, village]}
  held:     {of: people, held: [leader, watch]}
  keen:     {holders: [leader], where: {held: {above: 1}, since: {min: "2022-01-01"}}}
  size:     {measure: area, during: "2022-04"}
  inside:   {below: estate, in: territory, sum: homes, where: {floors: {min: 3}}}
  above_me: {above: village, in: territory, any: leaders}
  dark:     {uncovered: watch, from: begins, to: ends}
  age:      {years_since: opened}
  old:      {years_since: born, of: people}
  floors:   {column: floors}
  score:    {weigh: {homes: 2, leaders: 1}}
  weighted: {weigh: {score: 0.5}}
"""


def test_every_form():
    facts = put(BASE, FORMS).facts("forms")
    types = [
        LinksFact,
        LinksFact,
        OfPeopleFact,
        HoldersFact,
        MeasureFact,
        BelowFact,
        AboveFact,
        UncoveredFact,
    ]
    types += [YearsSinceFact, YearsSinceFact, ColumnFact, WeighFact, WeighFact]
    assert [type(f) for f in facts.values() if f.structure == "forms"] == types
    assert (facts["covered"].kinds, facts["covered"].incoming) == (("estate",), False)
    assert (facts["covering"].kinds, facts["covering"].incoming) == (("estate", "village"), True)
    assert [n for n, f in facts.items() if f.entity == "people"] == ["held", "old"]
    assert facts["score"].facts_used == ("homes", "leaders")
    assert facts["inside"].facts_used == ("homes",)
    assert facts["inside"].tree == "territory"


def test_conditions_are_coerced_when_the_file_is_read():
    facts = put(BASE, FORMS).facts("forms")
    assert facts["keen"].where == All((("held", Test("above", 1)), ("since", Test("min", date(2022, 1, 1)))))


def test_the_type_of_a_fact():
    structures = put(BASE, FORMS)
    floats = {n for n in structures.facts("forms") if structures.fact_type("forms", n) == "float"}
    assert floats == {"size", "dark", "weighted"}


# --- labels, immutability ----------------------------------------------------------------------------


def test_labels_follow_the_language():
    label = put(BASE).kinds["estate"].label
    assert label.text == "小区"
    with language("en"):
        assert label.text == "estate"


def test_a_structure_cannot_be_altered(both):
    with pytest.raises(ValidationError):
        both.kinds["estate"].zh = "楼盘"
    with pytest.raises(TypeError):
        both.files["north"] = both.files["east"]


# --- files -------------------------------------------------------------------------------------------


def write(folder: Path, *texts: str) -> None:
    for text in texts:
        name = text.split("\n")[0].removeprefix("structure: ")
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


def test_used_files_lie_beside_or_are_bundled(tmp_path):
    write(tmp_path, BASE, EAST, "structure: north\nuses: [divisions, own]\n", "structure: own\n")
    assert Structures.load(tmp_path / "east.yaml").texts() == {"base": BASE, "east": EAST}
    (tmp_path / "base.yaml").unlink()
    north = Structures.load(str(tmp_path / "north.yaml"))
    assert set(north.files) == {"base", "divisions", "own", "north"}
    assert north.files["own"].path == tmp_path / "own.yaml"


def test_texts_are_read_back(both):
    again = Structures.from_texts(both.texts())
    assert again == both
    assert again.texts() == {"base": BASE, "east": EAST, "west": WEST}
    assert "base" in again
    assert repr(again) == "Structures(base, east, west)"


def test_nothing_put_together():
    empty = Structures.load()
    assert empty.texts() == {}
    assert empty.plus(put(BASE)) == put(BASE)


def test_an_unknown_bundled_structure():
    with pytest.raises(UnknownName) as caught:
        Structures.load("hongh")
    assert caught.value.nearest == ("honghe",)


@pytest.mark.parametrize(
    ("texts", "key", "said"),
    [
        (["structure: a\nuses: [bass]\n", BASE], "uses[0]", "Did you mean: base"),
        (["structure: a\nuses: [b]\n", "structure: b\nuses: [a]\n"], "uses[0]", "a circle"),
        (["structure: a\nuses: [a]\n"], "uses[0]", "a circle"),
    ],
)
def test_uses_that_lead_nowhere(texts, key, said):
    with language("en"), pytest.raises(StructureError) as caught:
        put(*texts)
    assert [(p.line, p.key) for p in caught.value.problems] == [(2, key)]
    assert said in str(caught.value)


def test_mistakes_of_several_files_are_told_together(tmp_path):
    write(tmp_path, "structure: a\nuses: [b]\nkind: {}\n", "structure: b\nkinds: {c: {zh: 3}}\n")
    with pytest.raises(StructureError) as caught:
        Structures.load(tmp_path / "a.yaml")
    assert [(Path(p.file).name, p.key) for p in caught.value.problems] == [("a.yaml", "kind")]
    (tmp_path / "a.yaml").write_text("structure: a\nuses: [b]\n", encoding="utf-8")
    with pytest.raises(StructureError) as caught:
        Structures.load(tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert [(Path(p.file).name, p.key) for p in caught.value.problems] == [("b.yaml", "kinds.c.zh")]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"# nothing\n", "empty"),
        (b"~\n", "empty"),
        ("structure: 洪合".encode("gb18030"), "UTF-8"),
        (b"- a\n", "mapping"),
        (b"structure: [a\n", "YAML"),
        (b"structure: a\n---\nstructure: b\n", "YAML"),
        (b"[" * 5000, "YAML"),
        (b"kinds: {}\n", "'structure' is missing"),
        (b"structure: other\n", "calls itself 'other'"),
        (b"\x00", "YAML"),
    ],
)
def test_files_that_are_no_structure(tmp_path, content, said):
    (tmp_path / "a.yaml").write_bytes(content)
    write(tmp_path, "structure: b\nuses: [a]\n")
    with language("en"), pytest.raises(StructureError, match=said):
        Structures.load(tmp_path / "b.yaml")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(StructureError, match=r"none\.yaml"):
        Structures.load(tmp_path / "none.yaml")


def test_a_mark_of_windows_at_the_beginning_is_no_part_of_the_text(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"\xef\xbb\xbfstructure: a\r\nkinds: {park: {}}\r\n")
    assert list(Structures.load(tmp_path / "a.yaml").kinds) == ["park"]
