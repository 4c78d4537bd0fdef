"""Every query of the page of worked Cypher gives, on a real server, the answer printed under it."""

from __future__ import annotations

import re

import pytest
from typer.testing import CliRunner

import orgraph
from orgraph.cli.app import app
from orgraph.model.bundled import bundled
from orgraph.store.neo.address import NeoOptions

PAGE = bundled("examples/cypher/README.md").read_text(encoding="utf-8")
WORKED = re.findall(r"^## (.+?)$.*?```cypher\n(.*?)```\n```csv\n(.*?)```", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def shared(demo, neo4j_database):
    neo4j_database.empty()
    orgraph.push(demo / "org.duckdb", neo4j_database.uri, options=NeoOptions(**neo4j_database.login))
    return neo4j_database


def test_every_query_has_its_answer():
    assert len(WORKED) == PAGE.count("```cypher") == PAGE.count("\n## ") > 10


@pytest.mark.parametrize(("query", "answer"), [pytest.param(q, a, id=title) for title, q, a in WORKED])
def test_a_worked_query_gives_the_answer_under_it(shared, monkeypatch, query, answer):
    monkeypatch.setenv("ORGRAPH_NEO4J_USER", shared.login["user"])
    monkeypatch.setenv("ORGRAPH_NEO4J_PASSWORD", shared.login["password"])
    asked = ["cypher", query, "-p", "on=2022-04-30", "--csv", "--store", shared.uri]
    done = CliRunner().invoke(app, asked)
    assert done.exit_code == 0, done.output
    assert done.stdout.replace("\r\n", "\n") == answer
