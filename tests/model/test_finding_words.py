"""Every code that the package gives a finding is told in words."""

import re

from orgraph.model.finding_words import FINDINGS, finding_word
from orgraph.model.glossary import language

CODE = re.compile(r'"(?:error|warning|info)",\s*"([a-z]+(?:-[a-z]+)+)"')


def test_every_code_in_the_package_has_words_in_both_languages(root):
    used = {
        code for file in (root / "orgraph").rglob("*.py") for code in CODE.findall(file.read_text("utf-8"))
    }
    assert len(used) > 20
    assert used - FINDINGS.keys() == set()
    assert list(FINDINGS) == sorted(FINDINGS)
    assert all(zh and en for zh, en in FINDINGS.values())


def test_a_code_without_words_is_told_as_it_is():
    assert finding_word("same-person") == "同一个人"
    with language("en"):
        assert finding_word("same-person") == "same person"
        assert finding_word("of-an-extension") == "of an extension"
