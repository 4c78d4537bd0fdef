"""Every mistake in a structure file is told with its line, column, key, and what would be right."""

import re
from pathlib import Path

import pytest

from orgraph.model.errors import StructureError
from orgraph.model.glossary import language
from orgraph.model.structure import Structures

WORDS = """structure: words
trees: {party: {zh: 党组织隶属}, territory: {zh: 属地}}
relations: {covers: {zh: 覆盖, columns: {weight: int}}}
roles:
  leader: {zh: 负责人, columns: {from_hour: int, to_hour: int, duty: bool}}
  member: {zh: 党员, columns: {status: {values: {full: 正式党员, probationary: 预备党员}}}}
measures: {households: {zh: 户数, unit: 户}, hours: {unit: 小时, over_time: sum, decimals: 1}}
people: {columns: {born: date, points: int}}
kinds:
  village: {zh: 村, root_of: [territory]}
  estate:
    zh: 小区
    under: {territory: [village]}
    columns: {status: [occupied, building], floors: int, opened: date, area: float, gated: bool}
  branch: {zh: 支部, root_of: [party]}
  group: {zh: 党小组, under: {party: [branch]}}
facts:
  homes: {measure: households}
  branches: {links: covers, from: branch}
  posts: {of: people, held: [leader]}
"""

HEAD = "structure: town\nuses: [words]\n"

BLOCK = re.compile(r"^## (.+?)\n(.*?)\n=> (.*?) \| (.+?)$", re.MULTILINE | re.DOTALL)
FILE = Path(__file__).with_name("structure_mistakes.txt")
MISTAKES = {name: rest for name, *rest in BLOCK.findall(FILE.read_text(encoding="utf-8"))}


def problems_of(text):
    with pytest.raises(StructureError) as caught:
        Structures.from_texts({"town": text, "words": WORDS})
    return caught.value.problems


def test_there_are_many_and_the_text_without_a_mistake_is_fine():
    assert len(MISTAKES) == FILE.read_text(encoding="utf-8").count("\n## ") > 100
    assert set(Structures.from_texts({"town": HEAD, "words": WORDS}).files) == {"words", "town"}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake(mistake):
    written, key, essential = MISTAKES[mistake]
    before, after = (HEAD + written + "\n").split("§")
    with language("en"):
        problems = problems_of(before + after)
    assert [p.key for p in problems] == [key], [str(p) for p in problems]
    assert essential in problems[0].message
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert (problems[0].file, problems[0].line, problems[0].column) == ("town.yaml", line, column)


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistake_is_told_in_chinese(mistake):
    written, key, _ = MISTAKES[mistake]
    problems = problems_of(HEAD + written.replace("§", ""))
    assert [p.key for p in problems] == [key]
    assert re.search("[\u4e00-\u9fff]", problems[0].message)


def test_all_mistakes_of_a_file_are_told_at_once_in_its_order():
    text = (
        HEAD + "kinds: {park: {roles: {leadr: 1}, under: {teritory: [estate]}}}\nfacts: {n: {measure: m}}\n"
    )
    keys = [p.key for p in problems_of(text)]
    assert keys == ["kinds.park.roles.leadr", "kinds.park.under.teritory", "facts.n.measure"]
