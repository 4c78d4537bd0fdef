"""Bundled files are found in a checkout and in an installed package."""

import pytest

from orgraph.model import bundled as module
from orgraph.model.bundled import bundled, structures_bundled
from orgraph.model.errors import UnknownName


def test_found_in_the_checkout(root):
    assert bundled("honghe") == bundled("schemas/honghe.yaml") == root / "schemas" / "honghe.yaml"
    assert {"base", "divisions", "honghe", "gaozhao"} <= set(structures_bundled())


def test_packed_files_go_before(tmp_path, monkeypatch):
    package = tmp_path / "orgraph"
    packed = package / "_bundled" / "schemas" / "honghe.yaml"
    packed.parent.mkdir(parents=True)
    packed.write_text("structure: honghe\n", encoding="utf-8")
    monkeypatch.setattr(module, "PACKAGE", package)
    assert bundled("honghe") == packed
    assert structures_bundled() == ("honghe",)


@pytest.mark.parametrize(
    "name", ["hongh", "schemas/hongh.yaml", "examples/none.xlsx", "../pyproject.toml", "schemas/../x"]
)
def test_unknown(name):
    with pytest.raises(UnknownName):
        bundled(name)


def test_the_nearest_is_offered():
    with pytest.raises(UnknownName) as caught:
        bundled("hongh")
    assert caught.value.nearest[0] == "honghe"
