"""From a unit, its ties, figures and posts back to the cells of the rosters that they came from."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from orgraph.model.changes import CHANGE_KEYS, Changes
from orgraph.model.glossary import say
from orgraph.model.language.words import Worded
from orgraph.model.structure import Measure
from orgraph.model.tables import Org, Table
from orgraph.store.protocol import Day, Store

SCHEMA: dict[str, pl.DataType] = {
    "section": pl.String(),
    "item": pl.String(),
    "value": pl.String(),
    "since": pl.Date(),
    "file": pl.String(),
    "sheet": pl.String(),
    "row": pl.Int64(),
    "revision": pl.Int64(),
    "made_at": pl.Datetime("us"),
}

_AT = "_at"
_CELLS = {_AT: pl.UInt32, "file": pl.String, "sheet": pl.String, "row": pl.Int64, "revision": pl.Int64}
_TABLES: tuple[Table, ...] = ("units", "links", "measures", "memberships")


def sources(
    store: Store, unit: str, *, on: Day = None, revision: int | None = None, people: bool = False
) -> pl.DataFrame:
    """Which cells say what is known of a unit.

    Parameters
    ----------
    store
        The store.
    unit
        An id, a name or a path.
    on, revision
        The day, and the revision after which; see `Store.read`.
    people
        Name the holders of all roles; default: of public roles.

    Returns
    -------
    DataFrame
        One row for the unit itself and for each of its ties, latest figures and posts on the day:
        ``section`` (identity, links, measures, holders), ``item``, ``value``, ``since``, then ``file``,
        ``sheet``, ``row`` (as the spreadsheet counts) and the ``revision`` and moment (``made_at``, UTC) of
        the import. These five are null for what no cell says: what always exists, or was not imported.

    Notes
    -----
    A row of a table is matched with what each revision put in, the last revision first, by everything but its
    end: another revision that only ended it did not state it. O(rows of the revisions looked at).

    Raises
    ------
    UnknownName, AmbiguousName
        No such unit; several units of that name.
    """
    org = store.read(on=on, revision=revision)
    id_ = org.find(unit)
    wanted = {t: rows.with_row_index(_AT) for t, rows in _rows_of(org, id_).items()}
    cells = _found(store, wanted, org.revision)
    moments = store.history().select("revision", "made_at")
    shown = _shown(org, id_, wanted, people=people)
    parts = [shown[t].join(cells[t], on=_AT, how="left", maintain_order="left").drop(_AT) for t in _TABLES]
    told = pl.concat([pl.DataFrame(schema=SCHEMA).drop("made_at"), *parts], how="diagonal_relaxed")
    told = told.join(moments, on="revision", how="left", maintain_order="left")
    return told.select(pl.col(c).cast(t) for c, t in SCHEMA.items())


def _rows_of(org: Org, id_: str) -> dict[Table, pl.DataFrame]:
    """The rows of each table that are about a unit; of figures the latest of each measure."""
    links, measures = org.table("links"), org.table("measures")
    figures = measures.filter(pl.col("unit") == id_).sort("since", "until", maintain_order=True)
    return {
        "units": org.table("units").filter(pl.col("id") == id_),
        "links": links.filter((pl.col("source") == id_) | (pl.col("target") == id_)),
        "measures": figures.unique("measure", keep="last", maintain_order=True),
        "memberships": org.table("memberships").filter(pl.col("unit") == id_),
    }


# --- the log --------------------------------------------------------------------------------------


def _found(store: Store, wanted: Mapping[Table, pl.DataFrame], last: int) -> dict[Table, pl.DataFrame]:
    """Per table: ``_at`` of rows, with the cells they came from."""
    found: dict[Table, list[pl.DataFrame]] = {t: [pl.DataFrame(schema=_CELLS)] for t in wanted}
    rest = dict(wanted)
    for number in range(last, 0, -1):
        if not any(rows.height for rows in rest.values()):
            break
        changes = store.changes(number)
        if changes.runs.is_empty():
            continue
        for table, rows in rest.items():
            if rows.height and table in changes:
                cells = _cells(changes, table, rows).with_columns(pl.lit(number, pl.Int64).alias("revision"))
                found[table].append(cells)
                rest[table] = rows.join(cells, on=_AT, how="anti")
    return {t: pl.concat(parts) for t, parts in found.items()}


def _cells(changes: Changes, table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """``_at``, ``file``, ``sheet``, ``row`` of the rows that one revision put in, ends aside."""
    into = changes[table].into.with_row_index("_into")
    ends = () if "until" in CHANGE_KEYS[table] else ("until",)
    same = [c for c in rows.columns if c in into.columns and c not in ends]
    later = [c for c in rows.columns if c not in into.columns and c not in (_AT, *ends)]
    out = changes[table].out
    if out.height:  # what differs from a row that goes in nothing but its end was stated earlier
        into = into.join(out, on=[c for c in same if c in out.columns], how="anti", nulls_equal=True)
    new = rows.filter(pl.all_horizontal(pl.lit(value=True), *(pl.col(c).is_null() for c in later)))
    met = new.join(into.select("_into", *same), on=same, nulls_equal=True, maintain_order="left")
    origin = changes.origin.filter(pl.col("table") == table).select(
        "file", "sheet", pl.col("line").alias("row"), _into=pl.col("row").cast(pl.UInt32)
    )
    cells = met.select(_AT, "_into").join(origin, on="_into", maintain_order="left")
    return cells.unique(_AT, keep="first", maintain_order=True).select(_AT, "file", "sheet", "row")


# --- in words -------------------------------------------------------------------------------------


def _shown(
    org: Org, id_: str, rows: Mapping[Table, pl.DataFrame], *, people: bool
) -> dict[Table, pl.DataFrame]:
    """Per table: ``_at``, ``section``, ``item``, ``value``, ``since``."""
    s = org.structures
    outward = pl.col("source") == id_
    names = org.units.select(other="id", called="name")
    links = rows["links"].with_columns(other=pl.when(outward).then("target").otherwise("source"))
    links = links.join(names, on="other", how="left", maintain_order="left")
    arrow = pl.when(outward).then(pl.lit(" →")).otherwise(pl.lit(" ←"))
    who = org.people.select(person="id", called="name")
    held = rows["memberships"].join(who, on="person", how="left", maintain_order="left")
    named = pl.col("role").is_in([r for r, role in s.roles.items() if role.public or people])
    hidden = pl.lit(say(zh="(不列姓名)", en="(not named)"))
    return {
        "units": _told(rows["units"], "identity", _words("kind", s.kinds), pl.col("name")),
        "links": _told(
            links,
            "links",
            _words("relation", {**s.trees, **s.relations}) + arrow,
            pl.coalesce("called", "other"),
        ),
        "measures": _told(rows["measures"], "measures", _words("measure", s.measures), _amounts(s.measures)),
        "memberships": _told(
            held,
            "holders",
            _words("role", s.roles),
            pl.when(named).then(pl.col("called").fill_null("–")).otherwise(hidden),
        ),
    }


def _told(rows: pl.DataFrame, section: str, item: pl.Expr, value: pl.Expr) -> pl.DataFrame:
    return rows.select(_AT, section=pl.lit(section), item=item, value=value, since="since")


def _words(column: str, declared: Mapping[str, Worded]) -> pl.Expr:
    """Labels in the place of names; a name that nothing declares stays."""
    return pl.col(column).replace({name: one.label.text for name, one in declared.items()})


def _amounts(declared: Mapping[str, Measure]) -> pl.Expr:
    """Figures as people read them: 12.5 小时."""
    shown = pl.col("value").cast(pl.String)
    for name, one in declared.items():
        number = pl.col("value").cast(pl.String)
        if one.decimals:
            sign = pl.when(pl.col("value") < 0).then(pl.lit("-")).otherwise(pl.lit(""))
            digits = pl.col("value").abs().cast(pl.String).str.zfill(one.decimals + 1)
            number = sign + digits.str.head(-one.decimals) + "." + digits.str.tail(one.decimals)
            number = number.str.strip_chars_end("0").str.strip_chars_end(".")
        text = number + f" {one.unit}" if one.unit else number
        shown = pl.when(pl.col("measure") == name).then(text).otherwise(shown)
    return shown
