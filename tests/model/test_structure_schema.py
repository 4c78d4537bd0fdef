"""The JSON schema says what the models say, and the bundled structures keep it."""

import json

import jsonschema
import pytest
from ruamel.yaml import YAML

from orgraph.model.bundled import bundled, structures_bundled
from orgraph.model.language import json_schema

VALIDATOR = jsonschema.Draft202012Validator(json_schema.schema())


def plain(text):
    """The YAML as an editor's checker sees it: dates are texts."""
    return json.loads(json.dumps(YAML(typ="safe", pure=True).load(text), default=str))


def test_the_file_is_what_the_models_make():
    written = bundled(json_schema.FILE).read_text(encoding="utf-8")
    assert written == json_schema.text(), "python -m orgraph.model.language.json_schema"


def test_it_is_a_schema_and_names_nothing_that_cannot_be_written():
    jsonschema.Draft202012Validator.check_schema(json_schema.schema())
    assert '"=' not in json_schema.text()


@pytest.mark.parametrize("name", structures_bundled())
def test_bundled_structures_keep_it(name):
    VALIDATOR.validate(plain(bundled(name).read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    "text",
    [
        "kinds: {}",
        "structure: t\nkind: {}",
        "structure: t\nkinds: {园: {zh: 园}}",
        "structure: t\nscope: 330411106",
        "structure: t\nkinds: {park: {columns: {a: integer}}}",
        "structure: t\nfacts: {n: {measure: m, holders: [leader]}}",
        "structure: t\nfacts: {n: {links: r, from: k, where: {a: {minimum: 3}}}}",
        "structure: t\nindicators: {i: {of: k, counts_if: {a: null}, over: t}}",
        "structure: t\nrosters: {r: {titles: [t], row: {unit: k}, columns: {a: {is: name, holder: r}}}}",
    ],
)
def test_it_refuses(text):
    assert not VALIDATOR.is_valid(plain(text))


def test_an_editor_is_told_what_a_form_means():
    assert "Whole years" in json_schema.schema()["$defs"]["YearsSinceFact"]["description"]


def test_written_where_asked(tmp_path):
    (tmp_path / "schemas").mkdir()
    assert json_schema.write(tmp_path).read_text(encoding="utf-8") == json_schema.text()
