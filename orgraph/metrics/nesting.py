"""Nesting: whether the blocks of one partition lie each within one block of another."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl

from orgraph.metrics.answered import additive
from orgraph.metrics.asked import day_of, kind_asked, of_kinds
from orgraph.metrics.figures import Bools, shown
from orgraph.metrics.measured import measured
from orgraph.model.hierarchy import Hierarchy, Ints
from orgraph.model.tables import Org

TAKEN = ("id", "name", "kind", "units", "apart", "blocks", "nests", "within", "within_name", "agreeing",
         "share", "finer", "coarser", "nested", "share_nested", "completeness")  # fmt: skip
"""Columns of the answers; a measure of such a name gets an underscore."""


def nesting(
    org: Org,
    finer: str,
    coarser: str,
    *,
    of: str | None = None,
    measure: str | None = None,
    mismatches: bool = False,
) -> pl.DataFrame:
    """Which blocks of one partition lie within one block of another, and which units do not fit.

    Two trees over the same units, such as grids and police grids over micro-grids, are two partitions: a
    unit's block is the unit above it.

    Parameters
    ----------
    org
        On a day.
    finer, coarser
        A tree, or ``tree/kind``: the block of a unit is its parent in the tree, or its nearest ancestor of
        that kind.
    of
        The kind of the units that both divide; default: all units with a block in both.
    measure
        A measure that adds up over units, to weigh them by.
    mismatches
        List the units that lie elsewhere than most of their block.

    Returns
    -------
    DataFrame
        One row per block of the finer partition, in preorder: ``id``, ``name``, ``kind``; ``units`` Int64:
        units of the block that have a block in the other partition, too; ``apart`` Int64: those that have
        none, which agree with nothing and are not in any share; ``blocks`` Int64: blocks of the coarser
        partition that they lie in; ``nests`` Boolean: just one (null where there are no units to tell by);
        ``within``, ``within_name``: the one that most of them lie in, of several the first; ``agreeing``
        Int64: how many do, ``share`` Float64: of the units (null without any). With a measure,
        ``<measure>`` and ``agreeing_<measure>``: its latest sum over the units, and over those that agree
        (Int64; Float64 with decimals); ``share_<measure>``: their ratio, null where the sum is 0;
        ``completeness`` Float64: units that report it ÷ units.

        Mismatches: ``id``, ``name``, ``kind`` of the unit; ``block``, ``block_name``: its finer block;
        ``within``, ``within_name``: where most of that block lies; ``lies_in``, ``lies_in_name``: where the
        unit does. Their number is the sum of units − agreeing.

    Raises
    ------
    UnknownName
        No such tree, kind, or measure that adds up.
    OrgraphError
        `org` is not on a day.

    References
    ----------
    Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section 16.3 (purity:
    agreeing ÷ units).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> nesting(small_town(), "territory", "territory").select("name", "units", "nests", "share").rows()
    [('洪合村', 2, True, 1.0)]
    """
    day_of(org)
    paired = _paired(org, finer, coarser, of)
    if mismatches:
        return _mismatches(org, paired)
    return _listed(org, paired, measure)


def nesting_totals(
    org: Org, finer: str, coarser: str, *, of: str | None = None, measure: str | None = None
) -> pl.DataFrame:
    """How far two partitions agree, in one row.

    Parameters
    ----------
    org, finer, coarser, of, measure
        As in `nesting`.

    Returns
    -------
    DataFrame
        One row: ``finer``, ``coarser`` as asked; ``blocks`` Int64: of the finer, with units to tell by;
        ``nested``: those that lie in one block of the coarser; ``share_nested`` Float64: their share;
        ``units``, ``agreeing`` Int64, ``share``; ``apart`` Int64: units with a block in one alone; with a
        measure, its three columns and ``completeness``. Shares are null where there is nothing to share.

    Raises
    ------
    UnknownName, OrgraphError
        As in `nesting`.

    References
    ----------
    Manning, Raghavan and Schütze 2008, "Introduction to Information Retrieval", section 16.3 (purity:
    agreeing ÷ units).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> nesting_totals(small_town(), "territory", "territory").select("blocks", "nested", "share").rows()
    [(1, 1, 1.0)]
    """
    day_of(org)
    paired = _paired(org, finer, coarser, of)
    blocks = _listed(org, paired, measure).filter(pl.col("units") > 0)
    sums = blocks.select(
        pl.len().cast(pl.Int64).alias("blocks"),
        pl.col("nests").sum().cast(pl.Int64).alias("nested"),
        pl.col("units", "agreeing").sum(),
    ).select(
        pl.lit(finer).alias("finer"),
        pl.lit(coarser).alias("coarser"),
        "blocks",
        "nested",
        _share("nested", "blocks", "share_nested"),
        "units",
        "agreeing",
        _share("agreeing", "units"),
        pl.lit(int((~paired.both).sum()), pl.Int64).alias("apart"),
    )
    if measure is None:
        return sums
    return sums.hstack(_weighed(org, paired, measure, []))


@dataclass(frozen=True, eq=False)
class _Paired:
    """Units that two partitions divide, one row each; blocks as rows of units, −1 for none.

    `h` is the tree of the finer; `within` is where most of the unit's block lies.
    """

    h: Hierarchy
    rows: Ints
    block: Ints
    lies_in: Ints
    within: Ints

    @property
    def both(self) -> Bools:
        """Whether the unit has a block in both."""
        return (self.block >= 0) & (self.lies_in >= 0)

    @property
    def agrees(self) -> Bools:
        """Whether the unit lies where most of its block does."""
        same: Bools = self.both & (self.lies_in == self.within)
        return same

    @cached_property
    def frame(self) -> pl.DataFrame:
        """One row per unit that has a finer block, by the place of that block in the tree."""
        blocks = {"block": self.block, "lies_in": self.lies_in, "within": self.within, "row": self.rows}
        units = pl.DataFrame(blocks).with_columns(both=pl.Series(self.both), agrees=pl.Series(self.agrees))
        mine = units.filter(pl.col("block") >= 0)
        return mine.with_columns(place=self.h.position[mine["block"].to_numpy()]).sort("place", "row")


def _paired(org: Org, finer: str, coarser: str, of: str | None) -> _Paired:
    (h, block), (_, lies_in) = (_blocks(org, asked) for asked in (finer, coarser))
    meant = (block >= 0) & (lies_in >= 0)
    if of is not None:
        meant = ((block >= 0) | (lies_in >= 0)) & of_kinds(org, (kind_asked(org, of),))
    rows = np.flatnonzero(meant).astype(np.int32)
    block, lies_in = block[rows], lies_in[rows]
    return _Paired(h, rows, block, lies_in, _most(org.units.height, block, lies_in)[block])


def _blocks(org: Org, asked: str) -> tuple[Hierarchy, Ints]:
    """The tree, and for each row of units the row of its block; −1 where it has none."""
    tree, _, kind = asked.partition("/")
    h = org.hierarchy(tree)
    up = h.parent
    if kind:
        meant = of_kinds(org, (kind_asked(org, kind),))[h.order]
        up = (h.inherit(np.where(meant, np.arange(1, len(h) + 1), 0)) - 1).astype(np.int32)
    block = np.full(org.units.height, -1, np.int32)
    block[h.order[up >= 0]] = h.order[up[up >= 0]]
    return h, block


def _most(count: int, block: Ints, lies_in: Ints) -> Ints:
    """int32[count + 1]: for each block the other block that most of its units lie in; −1 for none.

    Of several the first in the table. The last place answers for units without a block.
    """
    both = (block >= 0) & (lies_in >= 0)
    pairs, many = np.unique(block[both].astype(np.int64) * count + lies_in[both], return_counts=True)
    order = np.lexsort((-pairs, many))  # of several writes to one place the last one stays
    within = np.full(count + 1, -1, np.int32)
    within[pairs[order] // max(count, 1)] = pairs[order] % max(count, 1)
    return within


def _listed(org: Org, paired: _Paired, measure: str | None) -> pl.DataFrame:
    both = pl.col("both")
    told = paired.frame.group_by("block", maintain_order=True).agg(
        units=both.sum().cast(pl.Int64),
        apart=(~both).sum().cast(pl.Int64),
        blocks=pl.col("lies_in").filter(both).n_unique().cast(pl.Int64),
        within=pl.col("within").first(),
        agreeing=pl.col("agrees").sum().cast(pl.Int64),
    )
    where = _named(org, told["within"], "within")
    frame = (
        org.units.select("id", "name", "kind")[told["block"].to_numpy()]
        .hstack(told.drop("block", "within"))
        .with_columns(nests=pl.when(pl.col("units") > 0).then(pl.col("blocks") == 1))
        .hstack(where)
        .with_columns(_share("agreeing", "units"))
        .select(
            "id", "name", "kind", "units", "apart", "blocks", "nests", *where.columns, "agreeing", "share"
        )
    )
    return frame if measure is None else frame.hstack(_weighed(org, paired, measure, ["block"]))


def _weighed(org: Org, paired: _Paired, measure: str, by: list[str]) -> pl.DataFrame:
    """The sums of a measure over units with both blocks, per finer block or over all."""
    (name,) = additive(org, [measure])
    figure = measured(org, name)
    units = paired.frame.with_columns(
        value=figure.values[paired.frame["row"].to_numpy()],
        known=figure.known[paired.frame["row"].to_numpy()],
    )
    both, agrees = pl.col("both"), pl.col("agrees")
    sums = [
        pl.col("value").filter(both).sum().alias("value"),
        pl.col("value").filter(agrees).sum().alias("agreeing"),
        pl.col("known").filter(both).mean().alias("completeness"),
    ]
    told = units.group_by(by, maintain_order=True).agg(sums) if by else units.select(sums)
    amount, agreeing = (shown(told[c].to_numpy(), figure.decimals) for c in ("value", "agreeing"))
    name = name + "_" if name in TAKEN else name
    return pl.DataFrame(
        {name: amount, f"agreeing_{name}": agreeing, "completeness": told["completeness"]}
    ).select(name, f"agreeing_{name}", _share(f"agreeing_{name}", name, f"share_{name}"), "completeness")


def _share(part: str, whole: str, name: str = "share") -> pl.Expr:
    return pl.when(pl.col(whole) != 0).then(pl.col(part) / pl.col(whole)).alias(name)


def _mismatches(org: Org, paired: _Paired) -> pl.DataFrame:
    astray = paired.frame.filter(pl.col("both") & ~pl.col("agrees"))
    units = org.units.select("id", "name", "kind")[astray["row"].to_numpy()]
    sides = (_named(org, astray[c], c) for c in ("block", "within", "lies_in"))
    return pl.concat([units, *sides], how="horizontal")


def _named(org: Org, rows: pl.Series, column: str) -> pl.DataFrame:
    """Ids and names of rows of units; null for −1."""
    at = rows.replace(-1, None)
    return pl.DataFrame({column: org.units["id"].gather(at), f"{column}_name": org.units["name"].gather(at)})
