"""What an orgraph DuckDB file looks like from inside: tables of the head, views for people, the log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from orgraph.model.structure import Measure, Structures

if TYPE_CHECKING:
    import duckdb

FORMAT = 1
"""Format of the file; a file with a higher number was made by a newer orgraph."""

SQL_TYPES = {"int": "BIGINT", "float": "DOUBLE", "text": "VARCHAR", "date": "DATE", "bool": "BOOLEAN"}

TABLES = """
CREATE SCHEMA log;
CREATE TABLE orgraph (format INTEGER, made_with VARCHAR);

CREATE TABLE units (
    key INTEGER, id VARCHAR, since DATE, kind VARCHAR, structure VARCHAR, name VARCHAR, until DATE);
CREATE TABLE links (source INTEGER, target INTEGER, relation VARCHAR, since DATE, until DATE);
CREATE TABLE people (key INTEGER, id VARCHAR, name VARCHAR);
CREATE TABLE memberships (person INTEGER, "unit" INTEGER, "role" VARCHAR, since DATE, until DATE);
CREATE TABLE measures ("unit" INTEGER, measure VARCHAR, since DATE, until DATE, "value" BIGINT);
CREATE TABLE contacts (person INTEGER, field VARCHAR, "value" VARCHAR);
CREATE TABLE absent_units (key INTEGER, id VARCHAR);
CREATE TABLE absent_people (key INTEGER, id VARCHAR);

CREATE TABLE log.revisions (
    revision INTEGER, made_at TIMESTAMP, day DATE, deed VARCHAR, note VARCHAR, made_by VARCHAR,
    files VARCHAR[], undoes INTEGER, structures VARCHAR);
CREATE TABLE log.parts (revision INTEGER, part VARCHAR, row_count BIGINT, data BLOB);
CREATE TABLE log.structure_texts (sha256 VARCHAR, id VARCHAR, text VARCHAR);
CREATE TABLE log.structure_sets (name VARCHAR, sha256 VARCHAR);
"""

COMMENTS = {
    "units": "versions of units as known now: since <= day < until, null is open; a key is for life",
    "links": "source and target are units.key; in a tree the source is the child and the target its parent",
    "people": "people by key; name is null once forgotten",
    "memberships": "person is people.key, unit is units.key",
    "measures": "value counts the smallest unit of the measure",
    "contacts": "private: leaves the store only when asked for",
    "absent_units": "keys of ids that have no row in units: taken back, or only referred to",
    "absent_people": "keys of ids that have no row in people",
    "log.revisions": "what was learned when; made_at is UTC; never edit: history and undo read it",
    "log.parts": "rows out and rows in of each revision, Arrow IPC with zstd",
}

REVISIONS = """
SELECT r.*, coalesce(p.gone, 0) AS "out", coalesce(p.came, 0) AS "into"
FROM log.revisions r LEFT JOIN (
    SELECT revision, (sum(row_count) FILTER (part LIKE '%.out'))::BIGINT AS gone,
           (sum(row_count) FILTER (part LIKE '%.into'))::BIGINT AS came
    FROM log.parts GROUP BY revision) p USING (revision)
ORDER BY revision"""

UNITS_NOW = """
SELECT * FROM units
WHERE (since IS NULL OR since <= current_date) AND (until IS NULL OR until > current_date)"""

UNIT_NAMES = """
SELECT key, id, name, kind FROM units
QUALIFY row_number() OVER (PARTITION BY key ORDER BY since DESC NULLS LAST) = 1
UNION ALL SELECT key, id, NULL, NULL FROM absent_units"""

VIEWS = {
    "units_today": UNITS_NOW,
    "unit_names": UNIT_NAMES,
    "links_named": """
SELECT s.id AS source_id, s.name AS source_name, t.id AS target_id, t.name AS target_name,
       l.* EXCLUDE (source, target)
FROM links l LEFT JOIN unit_names s ON s.key = l.source LEFT JOIN unit_names t ON t.key = l.target""",
    "memberships_named": """
SELECT p.id AS person_id, p.name AS person_name, u.id AS unit_id, u.name AS unit_name,
       m.* EXCLUDE (person, "unit")
FROM memberships m LEFT JOIN people p ON p.key = m.person LEFT JOIN unit_names u ON u.key = m."unit" """,
    "revisions": REVISIONS,
    "structures": """
SELECT t.id, t.sha256, t.text FROM log.structure_sets s JOIN log.structure_texts t USING (sha256)
WHERE s.name = (SELECT structures FROM log.revisions ORDER BY revision DESC LIMIT 1)""",
}


def create(con: duckdb.DuckDBPyConnection, made_with: str) -> None:
    """Make the tables and views of an empty store."""
    con.execute(TABLES)
    con.execute("INSERT INTO orgraph VALUES (?, ?)", [FORMAT, made_with])
    for name, text in COMMENTS.items():
        con.execute(f"COMMENT ON TABLE {name} IS '{text}'")
    make_views(con, {})


def make_views(con: duckdb.DuckDBPyConnection, measures: Mapping[str, Measure]) -> None:
    """Make the views anew: each remembers the columns that its tables had when it was made."""
    for name, text in (VIEWS | {"measures_named": _measures_named(measures)}).items():
        con.execute(f"CREATE OR REPLACE VIEW {name} AS {text}")


def _measures_named(measures: Mapping[str, Measure]) -> str:
    """Figures with what they are of, and their amounts in the unit that people count in."""
    parts = [f"WHEN '{name}' THEN {10**one.decimals}" for name, one in measures.items() if one.decimals]
    amount = f'm."value" / CASE measure {" ".join(parts)} ELSE 1 END' if parts else 'm."value"::DOUBLE'
    return f"""
SELECT u.id AS unit_id, u.name AS unit_name, m.* EXCLUDE ("unit"), {amount} AS amount
FROM measures m LEFT JOIN unit_names u ON u.key = m."unit" """  # noqa: S608 -- names of measures are plain words


def columns_of(con: duckdb.DuckDBPyConnection, table: str) -> dict[str, str]:
    """Columns of a table that exist, with their SQL types."""
    found = con.execute(
        "SELECT column_name, data_type FROM information_schema.columns"
        " WHERE table_schema = 'main' AND table_catalog = current_database() AND table_name = ?"
        " ORDER BY ordinal_position",
        [table],
    )
    return dict(found.fetchall())


def reshape(
    con: duckdb.DuckDBPyConnection, structures: Structures, renamed: Mapping[str, Mapping[str, str]]
) -> None:
    """Rename, add and widen declared columns; none is dropped."""
    for table in ("units", "links", "people", "memberships"):
        there = columns_of(con, table)
        for old, new in renamed.get(table, {}).items():
            if old in there and new in there:  # an earlier column of the new name, empty since then
                con.execute(f"ALTER TABLE {table} DROP COLUMN {quoted(new)}")
            if old in there:
                con.execute(f"ALTER TABLE {table} RENAME COLUMN {quoted(old)} TO {quoted(new)}")
        there = columns_of(con, table)
        for name, column in structures.columns(table).items():
            wanted = SQL_TYPES[column.type]
            if name not in there:
                con.execute(f"ALTER TABLE {table} ADD COLUMN {quoted(name)} {wanted}")
            elif there[name] != wanted:
                con.execute(f"ALTER TABLE {table} ALTER COLUMN {quoted(name)} TYPE {wanted}")
    make_views(con, structures.measures)


def quoted(name: str) -> str:
    """A column's name as SQL writes it, whatever is in it."""
    return '"' + name.replace('"', '""') + '"'


def listed(names: Iterable[str]) -> str:
    """Names of columns for SQL."""
    return ", ".join(quoted(name) for name in names)
