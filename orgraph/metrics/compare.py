"""What changed between two states of an organisation, as people tell it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of, tree_for
from orgraph.metrics.people import posts_held, public_roles
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Ints
from orgraph.model.structure_words import Worded
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

        ``added``, ``ended``: units; after or before is the path of names in the tree with the most links.
        ``moved``: `item` is the tree, before and after the names of the parents. **A moved subtree is one
        row, at its top**: what stands below kept its parent. ``renamed``: the two names. ``changed``: a
        column (`item`) of two values, or a tie of another relation to a unit that is named on one side.
        ``holder``: `item` is the role; names before and after, or, where holders may not be named, their
        number, and how many of them came and went. Ties and holders are told of units that were and are.

        Empty where nothing changed.

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
    parts = [
        _only_in(after, before, "added"),
        _only_in(before, after, "ended"),
        _moved(before, after),
        _renamed(before, after),
        _columns(before, after),
        _ties(before, after),
        _holders(before, after, everybody=people),
    ]
    told = pl.concat([pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String)), *parts])
    latest = after.units.select("id", now="name")
    named = told.join(latest, on="id", how="left", maintain_order="left")
    return named.with_columns(name=pl.coalesce("now", "name")).drop("now")


def _only_in(org: Org, other: Org, what: str) -> pl.DataFrame:
    units = org.units.with_row_index("row").join(other.units, on="id", how="anti", maintain_order="left")
    if not units.height:
        return _told(units, what)
    tree = tree_for(org, None)
    rows: Ints = units["row"].to_numpy().astype(np.int32)
    side = {"added": "after", "ended": "before"}[what]
    path = org.paths(tree, rows) if org.structures.trees else units["name"]
    return _told(units.with_columns(path.alias(side)), what)


def _told(frame: pl.DataFrame, what: str) -> pl.DataFrame:
    """A frame in the columns of the result; what it lacks is null."""
    frame = frame.with_columns(pl.lit(what).alias("what"))
    return frame.select(
        (pl.col(c) if c in frame.columns else pl.lit(None)).cast(pl.String).alias(c) for c in COLUMNS
    )


def _both(before: Org, after: Org, columns: list[str]) -> pl.DataFrame:
    """Units that are in both, as they stand after; columns as they were end in ``_before``."""
    had = [c for c in columns if c in before.units.columns]
    was = before.units.select("id", *(pl.col(c).alias(f"{c}_before") for c in had))
    missing = [pl.lit(None).alias(f"{c}_before") for c in columns if c not in had]
    now = after.units.select("id", "name", "kind", *(c for c in columns if c not in ("name", "kind")))
    return now.join(was, on="id", how="inner", maintain_order="left").with_columns(missing)


def _renamed(before: Org, after: Org) -> pl.DataFrame:
    both = _both(before, after, ["name"])
    differ = both.filter(pl.col("name").ne_missing(pl.col("name_before")))
    return _told(differ.with_columns(before="name_before", after="name"), "renamed")


def _columns(before: Org, after: Org) -> pl.DataFrame:
    """Declared columns, kind and structure that changed; one row per unit and column."""
    declared = after.structures.columns("units")
    compared = ["kind", "structure", *(c for c in declared if c in after.units.columns)]
    both = _both(before, after, compared)
    labels = {c: declared[c].label.text for c in compared if c in declared}
    labels |= {"kind": say(zh="类别", en="kind"), "structure": say(zh="结构", en="structure")}
    parts = []
    for column in compared:
        now, was = pl.col(column).cast(pl.String), pl.col(f"{column}_before").cast(pl.String)
        differ = both.filter(now.ne_missing(was)).with_columns(before=was, after=now)
        parts.append(_told(differ.with_columns(item=pl.lit(labels[column])), "changed"))
    return pl.concat(parts)


def _linked(org: Org, relations: list[str]) -> pl.DataFrame:
    """``source``, ``target`` (ids), ``relation``, ``other``: the name at the far end."""
    links = org.links.filter(pl.col("relation").is_in(relations)).select("source", "target", "relation")
    rows = org.rows(links["target"].fill_null(-1))
    names = org.units["name"].gather(pl.Series(rows).replace(-1, None))
    named = org.named("links", links).with_columns(names.alias("other"))
    return named.with_columns(other=pl.coalesce("other", "target")).unique(["source", "target", "relation"])


def _moved(before: Org, after: Org) -> pl.DataFrame:
    trees = {**before.structures.trees, **after.structures.trees}
    was, now = (_linked(org, list(trees)).drop_nulls("target") for org in (before, after))
    pair = ["source", "relation"]
    parents = was.join(now, on=pair, how="full", coalesce=True, suffix="_now")
    moved = parents.filter(pl.col("target").ne_missing(pl.col("target_now")))
    return _of_both(before, after, moved.rename({"other": "before", "other_now": "after"}), "moved", trees)


def _of_both(
    before: Org, after: Org, ties: pl.DataFrame, what: str, relations: Mapping[str, Worded]
) -> pl.DataFrame:
    """Changed ties of units that were and are, in the order of the units."""
    labels = {name: relation.label.text for name, relation in relations.items()}
    both = _both(before, after, [])
    told = both.join(ties, left_on="id", right_on="source", how="inner", maintain_order="left_right")
    return _told(told.with_columns(item=pl.col("relation").replace(labels)), what)


def _ties(before: Org, after: Org) -> pl.DataFrame:
    """Ties of relations that are no trees, gone or come."""
    relations = {**before.structures.relations, **after.structures.relations}
    was, now = (_linked(org, list(relations)) for org in (before, after))
    tie = ["source", "target", "relation"]
    gone = was.join(now, on=tie, how="anti").select(*tie, before="other", after=pl.lit(None, pl.String))
    come = now.join(was, on=tie, how="anti").select(*tie, before=pl.lit(None, pl.String), after="other")
    ties = pl.concat([gone, come]).sort("relation", "target")
    return _of_both(before, after, ties, "changed", relations)


def _holders(before: Org, after: Org, *, everybody: bool) -> pl.DataFrame:
    """Roles whose holders are others than they were, per unit and role."""
    was, now = (_posts(org) for org in (before, after))
    post = ["source", "relation"]
    gone = was.join(now, on=[*post, "person"], how="anti").group_by(post).agg(gone=pl.len())
    come = now.join(was, on=[*post, "person"], how="anti").group_by(post).agg(come=pl.len())
    touched = gone.join(come, on=post, how="full", coalesce=True)
    for side, posts in (("before", was), ("after", now)):
        held = posts.group_by(post).agg(
            pl.col("name").fill_null("–").sort().str.join("、").alias(side), pl.len().alias(f"{side}_n")
        )
        touched = touched.join(held, on=post, how="left")
    shown = {*public_roles(before), *public_roles(after)}
    named = pl.lit(everybody) | pl.col("relation").is_in(list(shown))
    number = {side: pl.col(f"{side}_n").fill_null(0).cast(pl.String) for side in ("before", "after")}
    moves = pl.format(" (+{} −{})", pl.col("come").fill_null(0), pl.col("gone").fill_null(0))
    told = touched.with_columns(
        before=pl.when(named).then("before").otherwise(number["before"]),
        after=pl.when(named).then("after").otherwise(number["after"] + moves),
    ).sort("relation")
    return _of_both(before, after, told, "holder", {**before.structures.roles, **after.structures.roles})


def _posts(org: Org) -> pl.DataFrame:
    """Posts by id: ``source`` (the unit), ``relation`` (the role), ``person``, ``name``."""
    posts = posts_held(org)
    people = org.people[posts["person"].to_numpy()]
    return posts.select(
        org.units["id"].gather(posts["unit"]).alias("source"),
        relation="role",
        person=people["id"],
        name=people["name"],
    )
