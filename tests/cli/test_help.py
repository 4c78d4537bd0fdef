"""The help: quick, in both languages, of every verb, and true to the file in the repository.

``python tests/cli/test_help.py`` writes that file anew.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from orgraph.cli.app import VERBS

HELP = Path(__file__).with_name("help.txt")

HEAVY = ("polars", "numpy", "pydantic", "duckdb", "pyvis", "networkx", "ruamel", "fastexcel", "rich", "click")


def orgraph(*args, lang="zh", python=()):
    environment = os.environ | {"ORGRAPH_LANG": lang, "COLUMNS": "100", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, *python, "-m", "orgraph", *args]
    return subprocess.run(command, capture_output=True, env=environment, encoding="utf-8", check=False)


def loaded_by(*args):
    done = orgraph(*args, python=["-X", "importtime"])
    assert done.returncode == 0
    loaded = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "typer" in loaded
    return loaded


@pytest.mark.parametrize("args", [["--help"], ["--version"]])
def test_the_list_of_verbs_loads_nothing_heavy(args):
    assert not loaded_by(*args) & set(HEAVY)


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_a_verb_loads_nothing_heavy_but_what_typer_reads_options_with(verb):
    assert not loaded_by(verb, "--help") & set(HEAVY) - {"pydantic"}


def test_help_takes_little_longer_than_typer_itself():
    def seconds(*command):
        start = time.perf_counter()
        subprocess.run([sys.executable, *command], capture_output=True, check=True)
        return time.perf_counter() - start

    typer = min(seconds("-c", "import typer") for _ in range(5))
    assert min(seconds("-m", "orgraph", "--help") for _ in range(5)) < 2.5 * typer


def pages():
    return "\n".join(
        [orgraph("--help", lang="en").stdout, *(orgraph(v, "--help", lang="en").stdout for v in VERBS)]
    )


def test_the_help_file_is_what_the_program_says():
    assert HELP.read_text(encoding="utf-8") == pages(), "run: python tests/cli/test_help.py"


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help_in_both_languages(verb):
    zh, en = (orgraph(verb, "--help", lang=lang) for lang in ("zh", "en"))
    assert zh.returncode == en.returncode == 0
    assert VERBS[verb].zh in zh.stdout
    assert VERBS[verb].en in en.stdout


def test_the_option_lang_wins_over_the_environment_before_and_after_the_verb():
    assert "span of control" in orgraph("--lang", "en", "span", "--help").stdout
    assert "管理幅度" in orgraph("span", "--lang=zh", "--help", lang="en").stdout


def test_wrong_usage_ends_with_two_and_names_the_nearest_verb():
    done = orgraph("spna")
    assert done.returncode == 2
    assert "span" in done.stderr
    assert orgraph().returncode == 2
    assert orgraph("span", "--on", "2022-13").returncode == 2
    assert orgraph("span", "--json", "--csv").returncode == 2
    assert orgraph("span", "--lang", "fr").returncode == 2


if __name__ == "__main__":
    HELP.write_text(pages(), encoding="utf-8")
