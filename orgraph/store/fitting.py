"""Rows against structures: what rows say that no structure declares, at whatever time.

`model.checks` asks whether an organisation is sound on a day. Here the question is narrower and about all
versions at once: may these rows stand under these structures at all?
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import polars as pl

from orgraph.model import findings
from orgraph.model.checks import overlapping
from orgraph.model.glossary import say
from orgraph.model.runs import beyond
from orgraph.model.structure import Column, Structures
from orgraph.model.tables import Org

WIDENS = {("int", "float"), ("int", "text"), ("float", "text")}
"""Types of a column that may follow one another; every other step could lose values."""

EXACT = 2**53
"""Above this an integer has no exact float."""


def vocabulary(tables: Mapping[str, pl.DataFrame], structures: Structures) -> pl.DataFrame:
    """Words that rows use and no structure declares.

    Findings ``unknown-kind``, ``unknown-structure``, ``unknown-relation``, ``unknown-role``,
    ``unknown-measure``: one for each word, with the number of rows.
    """
    s = structures
    words: tuple[tuple[str, str, Iterable[str]], ...] = (
        ("units", "kind", s.kinds),
        ("units", "structure", s.files),
        ("links", "relation", (*s.trees, *s.relations)),
        ("memberships", "role", s.roles),
        ("measures", "measure", s.measures),
    )
    return findings.concat([_unknown(tables[t], c, list(k)) for t, c, k in words if t in tables])


def _unknown(frame: pl.DataFrame, column: str, known: list[str]) -> pl.DataFrame:
    unknown = beyond(frame[column], known)
    wrong = frame.clear()
    if len(unknown):
        wrong = frame.filter(frame[column].is_in(unknown.implode(), nulls_equal=True))
    return findings.from_frame(
        wrong.group_by(column, maintain_order=True).len(),
        severity="error",
        code=f"unknown-{column}",
        column=column,
        value=pl.format(say(zh="{}({} 行)", en="{} ({} rows)"), pl.col(column).fill_null("–"), "len"),
        expected=", ".join(known),
        advice=say(
            zh="改用结构文件中的名称,或先加入结构", en="use a declared word, or add the structure first"
        ),
    )


def contradictions(org: Org, structures: Structures) -> pl.DataFrame:
    """Every row of a timeline that cannot stand under some structures.

    The words of `vocabulary`; ``wrong-parent-kind`` and ``two-parents`` at any time; ``value-not-allowed``
    by kind, relation or role.
    """
    tables = {
        "units": org.units,
        "links": org.links,
        "memberships": org.memberships,
        "measures": org.measures,
    }
    parts = [vocabulary(tables, structures), _wrong_parents(org, structures), *_two_parents(org, structures)]
    s = structures
    owners: tuple[tuple[str, str, Mapping[str, Mapping[str, Column]]], ...] = (
        ("units", "kind", {name: kind.columns for name, kind in s.kinds.items()}),
        ("links", "relation", {n: r.columns for n, r in (*s.trees.items(), *s.relations.items())}),
        ("memberships", "role", {name: role.columns for name, role in s.roles.items()}),
    )
    for table, column, declared in owners:
        named = _named(org, table)
        parts += [
            _values(named.filter(pl.col(column) == owner), columns) for owner, columns in declared.items()
        ]
    parts.append(_values(_named(org, "people"), s.columns("people")))
    return findings.concat([part for part in parts if part.height])


def _named(org: Org, table: str) -> pl.DataFrame:
    """Rows with ``_row``, what people call them."""
    if table == "people":
        return org.people.with_columns(_row=pl.col("id"))
    if table == "units":
        return org.units.with_columns(_row=_called())
    end = "source" if table == "links" else "unit"
    units = org.units.unique("key", keep="last").select(pl.col("key").alias(end), _row=_called())
    return getattr(org, table).join(units, on=end, how="left", maintain_order="left")  # type: ignore[no-any-return]


def _called(prefix: str = "") -> pl.Expr:
    return pl.format("{} ({})", pl.col(f"{prefix}name").fill_null("–"), f"{prefix}id")


def _values(rows: pl.DataFrame, columns: Mapping[str, Column]) -> pl.DataFrame:
    parts = [findings.empty()]
    for name, column in columns.items():
        if not column.values or name not in rows.columns:
            continue
        text = pl.col(name).cast(pl.String)
        parts.append(
            findings.from_frame(
                rows.filter(text.is_not_null() & ~text.is_in(list(column.values))),
                severity="error",
                code="value-not-allowed",
                column=name,
                value=pl.format("{}: {}", pl.col("_row").fill_null("–"), text),
                expected=", ".join(column.values),
                advice=say(zh="先改正这些行", en="put these rows right first"),
            )
        )
    return findings.concat(parts)


def _wrong_parents(org: Org, structures: Structures) -> pl.DataFrame:
    """Ties of trees between versions that overlap in time, whose kinds may not stand so."""
    s = structures
    allowed = pl.DataFrame(
        [(f, k, t, a) for f in s.files for k in s.kinds for t, above in s.under(f, k).items() for a in above],
        schema=dict.fromkeys(("structure", "kind", "relation", "above"), pl.String),
        orient="row",
    )
    start, stop = (
        pl.col("since").fill_null(pl.date(1, 1, 1)),
        pl.col("until").fill_null(pl.date(9999, 12, 31)),
    )
    versions = org.units.select("key", "id", "name", "kind", "structure", start, stop)
    ties = org.links.filter(pl.col("relation").is_in(list(s.trees))).select(
        "source", "target", "relation", start, stop
    )
    above = versions.select(pl.all().name.prefix("above_"))
    pairs = (
        ties.join(versions, left_on="source", right_on="key", suffix="_child")
        .join(above, left_on="target", right_on="above_key")
        .filter(
            pl.max_horizontal("since", "since_child", "above_since")
            < pl.min_horizontal("until", "until_child", "above_until")
        )
    )
    key = ["structure", "kind", "relation"]
    wrong = pairs.join(allowed, left_on=[*key, "above_kind"], right_on=[*key, "above"], how="anti").unique(
        ["source", "target", "relation"], maintain_order=True
    )
    return findings.from_frame(
        wrong,
        severity="error",
        code="wrong-parent-kind",
        column=pl.col("relation"),
        value=pl.format("{} → {} [{}]", _called(), _called("above_"), "above_kind"),
        expected=say(zh="结构允许的上级类别", en="a kind of parent that the structure allows"),
        advice=say(zh="先改正这些隶属关系", en="put these ties right first"),
    )


def _two_parents(org: Org, structures: Structures) -> list[pl.DataFrame]:
    found = []
    for tree in structures.trees:
        ties = org.links.filter(pl.col("relation") == tree)
        doubled = ties.filter(pl.col("source").is_duplicated())
        again = overlapping(doubled, ["source"]).select("source", "target", "relation", "since")
        found.append(
            findings.from_frame(
                org.named("links", again),
                severity="error",
                code="two-parents",
                column=tree,
                value=pl.format("{} → {}", pl.col("source").fill_null("?"), pl.col("target").fill_null("?")),
                expected=say(zh="任何时候只有一个上级", en="one parent at any moment"),
                advice=say(zh="先只保留一个上级", en="keep one parent first"),
            )
        )
    return found


def lost_columns(
    org: Org, before: Structures, after: Structures, renamed: Mapping[str, Mapping[str, str]]
) -> pl.DataFrame:
    """Values that a change of structures would drop or narrow, and figures it would give another meaning.

    Findings ``column-dropped``, ``column-narrowed``, ``value-inexact``, ``decimals-changed``.
    """
    parts = [findings.empty(), _decimals(org, before, after)]
    for table in ("units", "links", "people", "memberships"):
        frame: pl.DataFrame = getattr(org, table)
        new = after.columns(table)
        for name, column in before.columns(table).items():
            now = new.get(renamed.get(table, {}).get(name, name))
            filled = frame[name].drop_nulls() if name in frame.columns else pl.Series([], dtype=pl.Null)
            if len(filled):
                parts.append(_lost(f"{table}.{name}", filled, column.type, now.type if now else None))
    return findings.concat(parts)


def _lost(column: str, filled: pl.Series, was: str, now: str | None) -> pl.DataFrame:
    if now is None:
        code = "column-dropped"
    elif now != was and (was, now) not in WIDENS:
        code = "column-narrowed"
    elif (was, now) == ("int", "float") and (filled.abs() > EXACT).any():
        code = "value-inexact"
    else:
        return findings.empty()
    return findings.table(
        [
            {
                "severity": "error",
                "code": code,
                "column": column,
                "value": say(zh=f"{len(filled)} 个值", en=f"{len(filled)} values"),
                "expected": say(zh=f"类型 {was},或更宽", en=f"type {was}, or a wider one"),
                "advice": say(
                    zh="列不删除、不变窄(int → float → text);改名写 was: 旧名",
                    en="no column is dropped or narrowed (int → float → text); a rename says was: old_name",
                ),
            }
        ]
    )


def _decimals(org: Org, before: Structures, after: Structures) -> pl.DataFrame:
    changed = [
        name
        for name, measure in after.measures.items()
        if name in before.measures and before.measures[name].decimals != measure.decimals
    ]
    counted = org.measures.filter(pl.col("measure").is_in(changed)).group_by("measure").len()
    return findings.from_frame(
        counted,
        severity="error",
        code="decimals-changed",
        column=pl.col("measure"),
        value=pl.format(say(zh="{} 个值", en="{} values"), "len"),
        expected=say(zh="小数位数不变", en="the decimals as they were"),
        advice=say(zh="换一个数量名称", en="give the new measure another name"),
    )


def unknown_columns(table: str, rows: pl.DataFrame, declared: Iterable[str]) -> pl.DataFrame:
    """Columns of rows coming in that no structure declares and that are not empty."""
    extra = [c for c in rows.columns if c not in set(declared) and rows[c].null_count() < rows.height]
    return findings.table(
        {
            "severity": "error",
            "code": "unknown-column",
            "column": f"{table}.{name}",
            "expected": ", ".join(declared),
            "advice": say(zh="先在结构文件中声明这一列", en="declare the column in a structure first"),
        }
        for name in extra
    )
