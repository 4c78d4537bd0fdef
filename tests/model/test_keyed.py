"""Changes by key are the same changes: in the log, turned round, and by id."""

import io

import polars as pl
from polars.testing import assert_frame_equal

from orgraph.model.changes import ORIGIN, SCHEMAS, Changes, Patch
from orgraph.model.keyed import KeyedPatches, by_key
from orgraph.model.origin import cells_of, runs_of

IDS = pl.Series("id", ["甲", "never met", "乙", None, "丙"])
LINKS = pl.DataFrame(
    {"source": [4, 0, 4], "target": [2, None, 0], "relation": ["party", "party", "grid"]},
    schema_overrides={"source": pl.Int32, "target": pl.Int32},
).with_columns(since=pl.lit(None, pl.Date), until=pl.lit(None, pl.Date))


def keyed() -> KeyedPatches:
    return KeyedPatches({"links": Patch(LINKS.head(1), LINKS)}, IDS)


def test_ids_are_there_when_they_are_asked_for():
    into = Changes(keyed())["links"].into
    assert into["source"].to_list() == ["丙", "甲", "丙"]
    assert into["target"].to_list() == ["乙", None, "甲"]
    assert dict(into.schema) == SCHEMAS["links"]
    assert Changes(keyed())["units"].is_empty


def test_the_log_keeps_the_units_that_are_named_once_and_no_other():
    blobs = Changes(keyed()).blobs
    assert pl.read_ipc(blobs["ids"])["id"].to_list() == ["丙", "甲", "乙"]
    again = Changes.from_blobs(blobs)
    assert_frame_equal(again["links"].into, Changes(keyed())["links"].into)
    assert_frame_equal(again.inverse()["links"].out, Changes(keyed())["links"].into)


def test_a_log_without_steps_reads_the_same():
    blobs = Changes(keyed()).blobs
    frame = pl.read_ipc(blobs["links.into"])
    assert "source+" in frame.columns, "keys that are all there are written as steps"
    plain = frame.with_columns(pl.col("source+").cum_sum()).rename({"source+": "source"})
    older = io.BytesIO()
    plain.write_ipc(older)
    again = Changes.from_blobs({**blobs, "links.into": older.getvalue()})
    assert_frame_equal(again["links"].into, Changes(keyed())["links"].into)


def test_changes_by_id_and_by_key_are_written_alike():
    by_id = {"links": Changes(keyed())["links"]}
    wanted = {name: pl.read_ipc(blob) for name, blob in Changes(keyed()).blobs.items()}
    for patches in (by_id, by_key(by_id)):
        written = Changes(patches).blobs
        assert written.keys() == wanted.keys() == {"ids", "links.out", "links.into"}
        assert all(pl.read_ipc(blob).equals(wanted[name]) for name, blob in written.items())


def test_origin_is_kept_in_runs():
    cells = [
        ("units", 0, "a", "s", 2), ("units", 1, "a", "s", 3), ("units", 2, "a", "s", 5),
        ("links", 3, "a", "s", 6), ("links", 4, "a", None, 7), ("links", 5, "a", None, 8),
    ]  # fmt: skip
    frame = pl.DataFrame(cells, schema=ORIGIN, orient="row")
    assert runs_of(frame)["count"].to_list() == [2, 1, 1, 2]
    assert_frame_equal(cells_of(runs_of(frame)), frame)
    assert cells_of(runs_of(frame.clear())).is_empty()
