"""Each published figure is what its command prints, and comes from a cell of a roster."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import openpyxl
import pytest
from ruamel.yaml import YAML
from typer.testing import CliRunner

import orgraph
from orgraph.cli.app import app
from orgraph.cli.example import Rosters, ask, example, examples, figures
from orgraph.model.bundled import bundled

FIGURES = [
    pytest.param(name, figure, id=f"{name}:{figure.figure}")
    for name in examples()
    for figure in figures(name)
]
FOLDER = bundled("examples/divisions/divisions-jiaxing.csv").parents[1]


def build(name: str, path: Path) -> Path:
    """A store of an example's structures and rosters; ``….base`` is what others know: the divisions."""
    asked = example(name)
    with orgraph.open(path, structure=orgraph.Structures.load(*asked.structures)):
        pass
    base = path.with_suffix(".base")
    shutil.copy(path, base)
    for rosters in asked.imports:
        take(path, rosters, FOLDER)
        if not of_its_own(name, rosters):
            shutil.copy(path, base)
    return path


def of_its_own(name: str, rosters: Rosters) -> bool:
    return any(file.startswith(f"{name}/") for file in rosters.files)


def take(path: Path, rosters: Rosters, files: Path) -> None:
    with orgraph.open(path) as store:
        draft = orgraph.read_rosters([files / one for one in rosters.files], into=store, on=rosters.on)
        assert draft.ok, draft.findings.to_dicts()
        store.apply(draft.changes)


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("examples")
    return {name: build(name, folder / f"{name}.duckdb") for name in examples()}


def found(name: str, figure: object, store: Path) -> float:
    return figure.look_up(ask(figure.arguments(example(name).on), store))


@pytest.mark.parametrize(("name", "figure"), FIGURES)
def test_a_published_figure_is_what_its_command_prints(stores, name, figure):
    value = found(name, figure, stores[name])
    assert figure.holds(value), f"{value} is not {figure.op} {figure.value}"


def alterations() -> list[object]:
    def of(name: str) -> list[dict[str, object]]:
        return YAML(typ="safe").load(bundled(f"examples/{name}/example.yaml"))["alter"]

    return [pytest.param(name, one, id=f"{name}:{one['figure']}") for name in examples() for one in of(name)]


@pytest.mark.parametrize(("name", "change"), alterations())
def test_another_value_in_one_cell_moves_the_figure_that_rests_on_it(stores, tmp_path, name, change):
    shutil.copytree(FOLDER / name, tmp_path / name)
    book = openpyxl.load_workbook(tmp_path / name / change["file"])
    book[change["sheet"]][change["cell"]] = change["value"]
    book.save(tmp_path / name / change["file"])
    altered = Path(shutil.copy(stores[name].with_suffix(".base"), tmp_path / "altered.duckdb"))
    for rosters in example(name).imports:
        if of_its_own(name, rosters):
            take(altered, rosters, tmp_path)
    [figure] = [f for f in figures(name) if f.figure == change["figure"]]
    assert found(name, figure, altered) == change["becomes"]


LAID_OUT = ("nodes", "away", "pitch")
PLACES = ("cx", "cy", "radius", "font", "shrink")


def content(page: Path) -> tuple[str, list[dict[str, object]]]:
    """The page but for its data, and the data but for places, whose last digit may be another machine's."""
    before, data, after = re.split(
        r'(?<=type="application/json">)(.*?)(?=</script>)', page.read_text("utf-8"), maxsplit=1
    )
    islands = json.loads(data)
    for island in islands:
        for column in LAID_OUT:
            del island[column]
        for column in PLACES:
            del island["units"][column]
    return before + after, islands


@pytest.mark.parametrize("name", examples())
def test_the_page_beside_an_example_is_what_its_store_gives(stores, tmp_path, name):
    asked = example(name)
    with orgraph.open(stores[name]) as store:
        page = orgraph.map(store.read(on=asked.on), tmp_path / "map.html", **dict(asked.page))
    assert content(page) == content(FOLDER / name / "map.html"), "run `just generate`"


@pytest.mark.browser
@pytest.mark.parametrize("name", examples())
def test_the_page_of_an_example_opens(open_page, name):
    opened = open_page(FOLDER / name / "map.html")
    assert opened.names()
    assert opened.complaints == []
    assert [url for url in opened.requests if not url.startswith(("file:", "data:", "blob:"))] == []


@pytest.mark.parametrize("name", ["honghe", "gaozhao"])
def test_the_demo_of_one_example_checks_its_figures(tmp_path, name):
    done = CliRunner().invoke(app, ["demo", str(tmp_path), "--example", name, "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert all(figure.label in done.stdout for figure in figures(name))
    assert (tmp_path / "map.html").is_file()


def test_an_example_that_is_not_there_is_refused_with_the_nearest(tmp_path):
    done = CliRunner().invoke(app, ["demo", str(tmp_path), "--example", "hongh", "--lang", "en"])
    assert done.exit_code == 1
    assert "honghe" in done.stderr


def test_no_example_reads_its_own_data():
    for script in FOLDER.rglob("*.py"):
        text = script.read_text(encoding="utf-8")
        assert not re.search(r"load_workbook|\bread_|\bopen\(|import (orgraph|polars|pandas)", text), script
