"""What changed between two states of an organisation, as people tell it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of, tree_for
from orgraph.metrics.narrowing import Side, narrowed
from orgraph.metrics.pairing import Pairing
from orgraph.metrics.people import public_roles
from orgraph.model.glossary import heading
from orgraph.model.hierarchy import Ints
from orgraph.model.language.words import Worded
from orgraph.model.tables import Org

COLUMNS = ("what", "id", "name", "kind", "item", "before", "after")

WHAT = ("added", "ended", "moved", "renamed", "changed", "holder")


def compare(before: Org, after: Org, *, people: bool = False) -> pl.DataFrame:
    """What changed from one state to another: units, their places, names, columns, ties and holders.

    Parameters
    ----------
    before, after
        Two organisations, each on a day: of one store on two days or revisions, or any two. Units are the
        same where their ids are.
    people
        Name the holders of all roles; default: of public roles, the others are counted.

    Returns
    -------
    DataFrame
        ``what``, ``id``, ``name`` (as it is after), ``kind``, ``item``, ``before``, ``after`` (texts; null
        where there was or is nothing). In this order, within each as the units stand:

        ``added``, ``ended``: units; after or before is the path of names, in the tree with most links after.
        ``moved``: `item` is the tree, before and after the names of the parents. **A moved subtree is one
        row, at its top**: what stands below kept its parent. ``renamed``: the two names. ``changed``: a
        column (`item`) of two values, or a tie of another relation to a unit that is named on one side.
        ``holder``: `item` is the role; names before and after, or, where holders may not be named, their
        number, and how many of them came and went. Ties and holders are told of units that were and are.

        Empty where nothing changed. Two days of one store or timeline are told apart by the dates of their
        rows alone; any other two are matched id by id.

    Raises
    ------
    OrgraphError
        One of the two is not on a day.

    References
    ----------
    bigtree ``get_tree_diff``, Orgvue (as-is, to-be). Both make keys of paths, so that renaming a parent
    moves all that stands below it; here a key is an id.

    Examples
    --------
    >>> from dataclasses import replace
    >>> from orgraph.metrics.sample import small_town
    >>> town = small_town()
    >>> new = replace(town, units=town.units.with_columns(pl.col("name").replace("东苑", "东苑小区")))
    >>> compare(town, new).rows()
    [('renamed', 'e1', '东苑小区', 'estate', None, '东苑', '东苑小区')]
    """
    day_of(before)
    day_of(after)
    was, now = narrowed(before, after)
    pair = Pairing(was.org, now.org, by="id" if was.org is before else "key")
    gone, come = pair.links()
    parts = [
        _path_of(now, np.flatnonzero(~pair.stayed).astype(np.int32), "added"),
        _path_of(was, pair.ended, "ended"),
        _moved(pair, gone, come),
        _renamed(pair),
        *_columns(pair),
        _ties(pair, gone, come),
        _holders(pair, everybody=people),
    ]
    told = [part for part in parts if part.height]
    return pl.concat([pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String)), *told])


def _path_of(side: Side, rows: Ints, what: str) -> pl.DataFrame:
    org, units = side.above, side.org.units[rows]
    if not units.height:
        return _told(units, what)
    path = units["name"]
    if org.structures.trees:
        path = org.paths(tree_for(org, side.tree), org.rows(units["key"]))
    return _told(units.with_columns(path.alias("after" if what == "added" else "before")), what)


def _told(frame: pl.DataFrame, what: str) -> pl.DataFrame:
    """A frame in the columns of the result; what it lacks is null."""
    frame = frame.with_columns(pl.lit(what).alias("what"))
    return frame.select(
        (pl.col(c) if c in frame.columns else pl.lit(None)).cast(pl.String).alias(c) for c in COLUMNS
    )


def _changed(pair: Pairing, column: str) -> pl.DataFrame:
    """Units in both that differ in a column: as they are, with ``before`` and ``after``."""
    now, was = (o.units[column] if column in o.units.columns else None for o in (pair.after, pair.before))
    if now is None:
        return pair.after.units.clear().with_columns(before=pl.lit(""), after=pl.lit(""))
    rows = np.flatnonzero(pair.stayed)
    after = now.gather(rows).cast(pl.String)
    before = pl.select(pl.repeat(None, len(rows), dtype=pl.String)).to_series()
    if was is not None:
        before = was.gather(pair.was[rows]).cast(pl.String)
    differ = after.ne_missing(before)
    units: pl.DataFrame = pair.after.units[rows[differ.to_numpy()]]
    return units.with_columns(before=before.filter(differ), after=after.filter(differ))


def _renamed(pair: Pairing) -> pl.DataFrame:
    return _told(_changed(pair, "name"), "renamed")


def _columns(pair: Pairing) -> Iterator[pl.DataFrame]:
    """Kind, structure and declared columns that changed; one row per unit and column."""
    labels = {c: heading(c) for c in ("kind", "structure")}
    declared = {**pair.before.structures.columns("units"), **pair.after.structures.columns("units")}
    for column, label in {**labels, **{c: one.label.text for c, one in declared.items()}}.items():
        yield _told(_changed(pair, column).with_columns(item=pl.lit(label)), "changed")


def _of_units(pair: Pairing, ties: pl.DataFrame, what: str, words: Mapping[str, Worded]) -> pl.DataFrame:
    """Changed ties (``unit``, ``relation``, ``before``, ``after``), in the order of the units."""
    ties = ties.sort("unit", maintain_order=True)
    labels = {name: one.label.text for name, one in words.items()}
    units = pair.after.units.select("id", "name", "kind")[ties["unit"].to_numpy()]
    item = ties["relation"].replace(labels).alias("item")
    return _told(units.with_columns(item, ties["before"], ties["after"]), what)


def _words(pair: Pairing, section: Literal["trees", "relations", "roles"]) -> dict[str, Worded]:
    return {**getattr(pair.before.structures, section), **getattr(pair.after.structures, section)}


def _moved(pair: Pairing, gone: pl.DataFrame, come: pl.DataFrame) -> pl.DataFrame:
    trees = _words(pair, "trees")
    was, now = (ties.filter(pl.col("relation").is_in(list(trees))) for ties in (gone, come))
    place = ["unit", "relation"]
    both = was.rename({"name": "before"}).join(
        now.rename({"name": "after"}), on=place, how="full", coalesce=True
    )
    return _of_units(pair, both.sort("relation"), "moved", trees)


def _ties(pair: Pairing, gone: pl.DataFrame, come: pl.DataFrame) -> pl.DataFrame:
    """Ties of relations that are no trees, gone or come."""
    relations = _words(pair, "relations")
    nothing = pl.lit(None, pl.String)
    ties = pl.concat(
        [
            gone.select("unit", "relation", before="name", after=nothing),
            come.select("unit", "relation", before=nothing, after="name"),
        ]
    ).filter(pl.col("relation").is_in(list(relations)))
    return _of_units(pair, ties.sort("relation", "after", "before"), "changed", relations)


def _holders(pair: Pairing, *, everybody: bool) -> pl.DataFrame:
    """Roles whose holders are others than they were, per unit and role."""
    if pair.before.memberships.is_empty() and pair.after.memberships.is_empty():
        return pl.DataFrame()
    was, now = pair.posts()
    post, person = ["unit", "role"], ["unit", "role", "person"]
    gone = was.join(now, on=person, how="anti").group_by(post).agg(gone=pl.len())
    come = now.join(was, on=person, how="anti").group_by(post).agg(come=pl.len())
    touched = gone.join(come, on=post, how="full", coalesce=True)
    for side, posts in (("before", was), ("after", now)):
        names = pl.col("name").fill_null("–").sort().str.join("、")
        held = posts.join(touched, on=post, how="semi").group_by(post)
        touched = touched.join(held.agg(names.alias(side), pl.len().alias(f"{side}_n")), on=post, how="left")
    shown = {*public_roles(pair.before), *public_roles(pair.after)}
    named = pl.lit(everybody) | pl.col("role").is_in(list(shown))
    number = {side: pl.col(f"{side}_n").fill_null(0).cast(pl.String) for side in ("before", "after")}
    moves = pl.format(" (+{} −{})", pl.col("come").fill_null(0), pl.col("gone").fill_null(0))
    told = touched.sort("role").select(
        "unit",
        relation="role",
        before=pl.when(named).then("before").otherwise(number["before"]),
        after=pl.when(named).then("after").otherwise(number["after"] + moves),
    )
    return _of_units(pair, told, "holder", _words(pair, "roles"))
