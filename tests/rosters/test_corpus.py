"""Every awkward roster of the corpus becomes what its clerk means, and no less is said of it."""

from __future__ import annotations

from pathlib import Path
from zipfile import BadZipFile

import pytest
from python_calamine import CalamineError
from roster_desk import Desk
from rosters import between, codes, files, layout, privacy, values, who
from rosters.cases import (
    BEFORE,
    TOWN_ROSTERS,
    Case,
    agrees,
    by_pandas,
    clerk,
    drafted,
    lines,
    said,
    structures,
    told,
)

import orgraph as og
from orgraph.model.errors import RosterError

GROUPS = (layout, between, files, values, codes, who, privacy)
CASES: list[Case] = [case for group in GROUPS for case in group.CASES]


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The town's store, made once and copied for every case."""
    folder = tmp_path_factory.mktemp("town")
    desk = Desk(folder)
    (folder / "town.duckdb").unlink()
    desk.store = og.open(folder / "town.duckdb", structure=structures())
    desk.put(BEFORE, **TOWN_ROSTERS)
    return folder / "town.duckdb"


@pytest.fixture(autouse=True)
def _key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ORGRAPH_ID_KEY", "a key of the department")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_it_becomes_what_is_meant(case: Case, tmp_path: Path, base: Path) -> None:
    files = case.files(tmp_path)
    desk = clerk(tmp_path, base)
    if case.unreadable:
        with pytest.raises(RosterError, match=case.unreadable):
            drafted(desk, files, case.options)
        return
    draft = drafted(desk, files, case.options)
    assert said(draft) == lines(case.says)
    assert told(draft, desk) == lines(case.becomes)
    assert draft.ok is not case.refused
    assert draft.rows_in == draft.rows_used + draft.rows_refused
    if draft.ok:
        desk.store.apply(draft.changes, expect=draft.base_revision)
        assert drafted(desk, files, case.options).changes.is_empty


@pytest.mark.parametrize("case", [c for c in CASES if c.hard], ids=[c.name for c in CASES if c.hard])
def test_hard_cases_are_read_wrongly_by_pandas(case: Case, tmp_path: Path) -> None:
    """The default reader fails, or hands over other headers, rows or cells than the clerk means."""
    first = case.files(tmp_path)[0]
    try:
        read = by_pandas(first)
    except (ValueError, OSError, BadZipFile, CalamineError):  # it cannot be decoded, opened, parsed
        return
    assert not agrees(read, case.meant)


@pytest.mark.parametrize(
    "case",
    [c for c in CASES if c.meant and not c.hard],
    ids=[c.name for c in CASES if c.meant and not c.hard],
)
def test_other_cases_are_read_rightly_by_pandas(case: Case, tmp_path: Path) -> None:
    """The comparison is fair: it holds where a sheet is as plain as a default reader expects."""
    assert agrees(by_pandas(case.files(tmp_path)[0]), case.meant)


def test_the_corpus_is_large_and_hard_enough() -> None:
    assert len({case.name for case in CASES}) == len(CASES) >= 40
    assert sum(bool(case.hard) for case in CASES) * 3 >= len(CASES)
    assert all(case.meant or case.unreadable or case.refused for case in CASES if case.hard)
