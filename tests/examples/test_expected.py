"""Each published figure is what its command prints."""

import json
import operator
import shlex

import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

from orgraph.cli.app import app
from orgraph.model.bundled import bundled

HOLDS = {"==": operator.eq, ">": operator.gt, ">=": operator.ge}

EXPECTED = [
    pytest.param(entry, id=f"{example}:{entry['figure']}")
    for example in ("honghe", "gaozhao")
    for entry in YAML(typ="safe").load(bundled(f"examples/{example}/expected.yaml"))
]


def value_at(path, answer):
    wanted, *column = path
    found = [row for row in answer if all(row[c] == v for c, v in wanted.items())]
    if not column:
        return len(found)
    assert len(found) == 1, f"{len(found)} rows are {wanted}: {answer}"
    value = found[0][column[0]]
    return float(value) if isinstance(value, str) else value


@pytest.mark.parametrize("entry", EXPECTED)
def test_a_published_figure_is_what_its_command_prints(demo, entry):
    arguments = [*shlex.split(entry["command"]), "--on", "2022-04-30", "--store", str(demo / "org.duckdb")]
    done = CliRunner().invoke(app, [*arguments, "--json"])
    assert done.exit_code == 0, done.output
    value = value_at(entry["path"], json.loads(done.stdout))
    assert HOLDS[entry["op"]](value, entry["value"]), f"{value} is not {entry['op']} {entry['value']}"
