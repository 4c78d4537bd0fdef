"""What cannot be true of an organisation, found in one pass over its tables: every offender is named.

Each check is a query over whole tables; none stops the rest. The findings name units by id and name in
`value`; file, sheet and row are the importer's to fill in.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import partial

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.model import findings
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Ints
from orgraph.model.packing import doubled, numbered
from orgraph.model.runs import beyond
from orgraph.model.side_by_side import each
from orgraph.model.tables import KEYS, Org, Table

_FIRST, _LAST = date.min, date.max


def check(org: Org) -> pl.DataFrame:
    """Everything that cannot be true of an organisation on its day, or of all its versions.

    Parameters
    ----------
    org
        On a day, for trees and kinds too; a timeline (``on`` is None) for ids and versions alone, since a
        unit has one parent on a day and many through time.

    Returns
    -------
    DataFrame
        Findings (`orgraph.model.findings.SCHEMA`): ``duplicate-id``, ``overlapping-versions``,
        ``dates-reversed``, ``unknown-kind``, ``unknown-relation``, ``two-parents``, ``cycle``, ``orphan``,
        ``unknown-unit``, ``wrong-parent-kind``, ``no-parent``.
    """
    checks: list[Callable[[Org], pl.DataFrame]] = [_dates, _versions, _unknown_kinds, _unknown_relations]
    if org.on is not None:
        checks += [_unknown_ends, *(partial(_tree, tree=tree) for tree in org.structures.trees)]
    return findings.concat(each(lambda find: find(org), checks))


def _named(org: Org, rows: Ints | pl.Series) -> pl.DataFrame:
    """``id`` and ``value`` (name and id) of some rows of units."""
    return org.units[np.asarray(rows)].select("id", value=pl.format("{} ({})", pl.col("name"), pl.col("id")))


def _dates(org: Org) -> pl.DataFrame:
    tables: tuple[Table, ...] = ("units", "links", "memberships", "measures")
    # ids for the few offenders alone: a table's cost seconds
    reversed_rows = [org.named(t, _reversed(getattr(org, t))) for t in tables]
    found = [
        findings.from_frame(
            rows,
            severity="error",
            code="dates-reversed",
            value=pl.concat_str([pl.col(c) for c in KEYS[t][:-1]], separator=" "),
            expected=say(zh="起始日期早于截止日期", en="a start before the end"),
            advice=say(zh="改正两个日期", en="put the two dates right"),
        )
        for t, rows in zip(tables, reversed_rows, strict=True)
    ]
    return findings.concat(found)


def _reversed(frame: pl.DataFrame) -> pl.DataFrame:
    wrong = (frame["until"] <= frame["since"]).fill_null(value=False)
    return frame.filter(wrong) if wrong.any() else frame.clear()


def _versions(org: Org) -> pl.DataFrame:
    """Rows that claim the same thing for overlapping times."""
    found = []
    wanted: tuple[tuple[Table, list[str], str], ...] = (
        ("units", ["key"], "duplicate-id" if org.on else "overlapping-versions"),
        ("links", ["source", "target", "relation"], "overlapping-versions"),
        ("memberships", ["person", "unit", "role"], "overlapping-versions"),
    )
    for table, same, code in wanted:
        told = ["id", "name"] if table == "units" else same
        frame = getattr(org, table).select(*dict.fromkeys([*same, *told]), "since", "until")
        rows = overlapping(frame, same)
        if rows.height:
            rows = org.named(table, rows)
        found.append(
            findings.from_frame(
                rows,
                severity="error",
                code=code,
                value=pl.concat_str([pl.col(c) for c in told], separator=" "),
                expected=say(zh="同一时间只有一行", en="one row at any moment"),
                advice=say(
                    zh="删除重复的行,或为不同的单位使用不同的编号",
                    en="remove the duplicate, or give different units different ids",
                ),
            )
        )
    return findings.concat(found)


def overlapping(frame: pl.DataFrame, same: list[str]) -> pl.DataFrame:
    """Rows whose time overlaps that of an earlier row with equal values in the columns `same`."""
    again = doubled(frame, same)
    if not again.any():
        return frame.clear()
    frame = frame.filter(again)  # a window over a million groups costs seconds
    start, stop = pl.col("since").fill_null(_FIRST), pl.col("until").fill_null(_LAST)
    before = stop.cum_max().shift(1).over(same)
    return frame.sort([*same, start], maintain_order=True).filter(before > start)


def _unknown_kinds(org: Org) -> pl.DataFrame:
    kinds = list(org.structures.kinds)
    return findings.from_frame(
        org.units.filter(~pl.col("kind").is_in(kinds).fill_null(value=False)),
        severity="error",
        code="unknown-kind",
        value=pl.format("{} ({}): {}", pl.col("name"), pl.col("id"), pl.col("kind").fill_null("–")),
        expected=", ".join(kinds),
        advice=say(zh="改用结构文件中的类别", en="use a kind that the structure declares"),
    )


def _unknown_relations(org: Org) -> pl.DataFrame:
    known = [*org.structures.trees, *org.structures.relations]
    return findings.from_frame(
        beyond(org.links["relation"], known).fill_null("–").to_frame("relation"),
        severity="error",
        code="unknown-relation",
        value=pl.col("relation"),
        expected=", ".join(known),
        advice=say(zh="改用结构文件中的关系", en="use a relation that the structure declares"),
    )


def _unknown_ends(org: Org) -> pl.DataFrame:
    """Ties of relations other than trees that lead to no unit."""
    trees = list(org.structures.trees)
    ties = org.links.clear()
    if len(beyond(org.links["relation"], trees)):
        ties = org.links.filter(~pl.col("relation").is_in(trees))
    absent = (org.rows(ties["source"]) < 0) | (org.rows(ties["target"]) < 0)
    return findings.from_frame(
        org.named("links", ties.filter(absent)),
        severity="error",
        code="unknown-unit",
        value=pl.format(
            "{} → {} ({})", *(pl.col(c).fill_null("?") for c in ("source", "target", "relation"))
        ),
        expected=say(zh="两端都是当日存在的单位", en="units alive on the day at both ends"),
        advice=say(zh="补上缺少的单位,或改正编号", en="add the missing unit, or put its id right"),
    )


def _tree(org: Org, tree: str) -> pl.DataFrame:
    label = org.structures.trees[tree].label.text
    h = org.hierarchy(tree)
    one_parent = say(zh=f"{label}中只有一个上级", en=f"one parent in the tree {tree}")
    mend = say(zh="补上缺少的上级,或改正编号", en="add the parent, or mend its id")
    known = say(zh="上级是当日存在的单位", en="a parent that is alive on the day")
    faults = (
        ("two-parents", h.doubled, one_parent, say(zh="只保留一个上级", en="keep one parent")),
        ("cycle", h.in_cycles, say(zh="上级链条不回到自身", en="no unit above itself"), _break_cycle()),
        ("orphan", h.orphans, known, mend),
    )  # fmt: skip
    found = [
        findings.from_frame(
            _named(org, rows), severity="error", code=code, column=tree, value=pl.col("value"),
            expected=expected, advice=advice,
        )
        for code, rows, expected, advice in faults
    ]  # fmt: skip
    return findings.concat([*found, _wrong_kinds(org, tree), _without_parent(org, tree)])


def _break_cycle() -> str:
    return say(zh="改正其中一个单位的上级", en="give one of these units another parent")


def _allowed(org: Org, tree: str) -> pl.DataFrame:
    """``structure``, ``kind``, ``above``: what may stand under what, by the file that states it."""
    s = org.structures
    rows = [(f, k, a) for f in s.files for k in s.kinds for a in s.under(f, k).get(tree, ())]
    return pl.DataFrame(
        rows, schema={"structure": pl.String, "kind": pl.String, "above": pl.String}, orient="row"
    )


def wrong_parents(org: Org, tree: str) -> pl.DataFrame:
    """Units under a parent of a kind that their structure does not put them under.

    Returns
    -------
    DataFrame
        ``row`` Int32 of units; ``id``; ``value`` (name and id); ``kind``; ``above``, ``above_name``: the
        parent's kind and name; ``allowed``: the kinds that it may be of, null where none is declared.
    """
    h = org.hierarchy(tree)
    child = h.order[h.parent >= 0]
    above = h.order[h.parent[h.parent >= 0]]
    allowed = _allowed(org, tree)
    wrong = _not_among(org, child, above, allowed)
    child, above = child[wrong], above[wrong]
    pairs = pl.concat(
        [
            _named(org, child).with_columns(row=pl.Series(child, dtype=pl.Int32)),
            org.units[child].select("structure", "kind"),
            org.units[above].select(above="kind", above_name="name"),
        ],
        how="horizontal",
    )
    expected = allowed.group_by("structure", "kind").agg(pl.col("above").unique().sort().str.join(", "))
    return pairs.join(
        expected.rename({"above": "allowed"}), on=["structure", "kind"], how="left", maintain_order="left"
    )


def _not_among(org: Org, child: Ints, above: Ints, allowed: pl.DataFrame) -> npt.NDArray[np.bool_]:
    """Which pairs of rows of units may not stand so, judged by the few pairs of kinds that there are."""
    sort, sorts = org.sorts
    count = max(sorts.height, 1)
    met, place = numbered(sort[child] * count + sort[above])
    pairs = sorts[met // count].with_columns(sorts[met % count]["kind"].alias("above"))
    wrong = pairs.with_row_index("pair").join(allowed, on=["structure", "kind", "above"], how="anti")
    marked = np.zeros(len(met), bool)
    marked[wrong["pair"].to_numpy()] = True
    return marked[place]


def _wrong_kinds(org: Org, tree: str) -> pl.DataFrame:
    wrong = wrong_parents(org, tree)
    text = say(zh="{} 的上级类别:{}", en="above a {}: {}")
    return findings.from_frame(
        wrong,
        severity="error",
        code="wrong-parent-kind",
        column=tree,
        value=pl.format("{} → {} [{}]", pl.col("value"), pl.col("above_name"), pl.col("above")),
        expected="",
        advice=say(zh="改正上级或类别", en="put the parent or the kind right"),
    ).with_columns(
        expected=wrong.select(pl.format(text, "kind", pl.col("allowed").fill_null("–"))).to_series()
    )


def parentless(org: Org, tree: str) -> pl.DataFrame:
    """Roots of kinds that the structure puts under others and does not let stand on top.

    Returns
    -------
    DataFrame
        ``row`` Int32 of units; ``id``; ``value`` (name and id); ``structure``, ``kind``.
    """
    h = org.hierarchy(tree)
    s = org.structures
    below = pl.DataFrame(
        [(f, k) for f in s.files for k in s.kinds if s.under(f, k).get(tree) and tree not in s.root_of(f, k)],
        schema={"structure": pl.String, "kind": pl.String},
        orient="row",
    )
    roots = h.order[h.parent < 0]
    sort, sorts = org.sorts
    held = sorts.with_row_index("sort").join(below, on=["structure", "kind"], how="semi")
    roots = roots[np.isin(sort[roots], held["sort"].to_numpy())]
    named = _named(org, roots).with_columns(row=pl.Series(roots, dtype=pl.Int32))
    return pl.concat([named, org.units[roots].select("structure", "kind")], how="horizontal")


def _without_parent(org: Org, tree: str) -> pl.DataFrame:
    return findings.from_frame(
        parentless(org, tree),
        severity="warning",
        code="no-parent",
        column=tree,
        value=pl.col("value"),
        expected=say(zh="有上级", en="a parent"),
        advice=say(zh="在名册中填写上级", en="fill in the parent in the roster"),
    )
