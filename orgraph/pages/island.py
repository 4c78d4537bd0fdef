"""What a page knows: the network's dots and lines, and one island of JSON with everything else."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

import polars as pl

from orgraph.model.glossary import say
from orgraph.pages.colours import KINDS, NOTHING, RATES, rate_step
from orgraph.pages.layout import fork_of
from orgraph.pages.picture import Picture
from orgraph.pages.places import ALL_NAMED, pitch_of

TIES_AT_FIRST = 30
"""Ties beside the tree are drawn from the start up to this many of a name; more wait for a click."""
TIE = {"dashes": [50, 40], "width": 12, "color": {"color": "#b7791f"}}
UNIT = 10
"""Lengths are handed over in tenths of a pixel: vis-network cuts places to whole numbers."""
BRANCH = {"hidden": True}
"""Lines to units with a disc: the page draws them itself, beneath the discs they would cross."""

_ESCAPES: dict[str, str | int | None] = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def to_json(value: object) -> str:
    """JSON that may stand inside a script element: no character of it can end the element."""
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(str.maketrans(_ESCAPES))


def kinds(units: pl.DataFrame) -> pl.DataFrame:
    """The kinds shown, from the top of the tree: `kind, label, count`."""
    return (
        units.with_row_index("at")
        .group_by("kind")
        .agg(
            pl.col("kind_label").first().alias("label"),
            pl.len().alias("count"),
            pl.col("level").min(),
            pl.col("at").min(),
        )
        .sort("level", "at")
        .select("kind", "label", "count")
    )


@dataclass(frozen=True)
class Palette:
    """The colours of a page, in all of whose pictures a kind has the same.

    Attributes
    ----------
    kinds
        Kind → its group: ``k0``, ``k1`` …
    colours
        Group → its colour; ``r0`` … ``r10`` and ``r-1`` are rates.
    """

    kinds: dict[str, str]
    colours: dict[str, str]


def palette(pictures: Iterable[Picture]) -> Palette:
    """The colours of some pictures."""
    met = dict.fromkeys(kind for one in pictures for kind in kinds(one.nodes)["kind"])
    groups = {kind: f"k{i}" for i, kind in enumerate(met)}
    of_kinds = {group: KINDS[i % len(KINDS)] for i, group in enumerate(groups.values())}
    of_rates = {f"r{i}": colour for i, colour in enumerate(RATES)} | {"r-1": NOTHING}
    return Palette(groups, of_kinds | of_rates)


def dots(picture: Picture, units: pl.DataFrame, palette: Palette) -> list[dict[str, Any]]:
    """The units as vis-network wants them, coloured by rate or by kind; names are the island's."""
    if picture.scale is not None:
        group = units.select("r" + rate_step(pl.col("colour_value")).cast(pl.String)).to_series()
    else:
        group = units["kind"].replace_strict(palette.kinds, return_dtype=pl.String)
    at = pl.int_range(pl.len(), dtype=pl.Int64).alias("id")
    return units.select(at, *(_tenths(c) for c in ("x", "y", "size")), group.alias("group")).to_dicts()


def _tenths(column: str) -> pl.Expr:
    """A length as the page has it."""
    return (pl.col(column) * UNIT).round().cast(pl.Int64)


def lines(picture: Picture, units: pl.DataFrame) -> list[dict[str, Any]]:
    """The tree's lines and the ties beside it; lines to units that have children are hidden."""
    at = pl.int_range(pl.len(), dtype=pl.Int64)
    branch = units.select(at.alias("to"), pl.col("parent").alias("from"), "inner").filter(pl.col("from") >= 0)
    strong, weak = branch.filter("inner").drop("inner"), branch.remove("inner").drop("inner")
    known = _ties(picture)
    ties = picture.links.join(known, on="label", how="left", maintain_order="left").select(
        ("t" + at.cast(pl.String)).alias("id"),
        pl.col("source").alias("from"),
        pl.col("target").alias("to"),
        pl.col("index").alias("tie"),
        pl.col("shown").not_().alias("hidden"),
    )
    return [
        *weak.to_dicts(),
        *(line | BRANCH for line in strong.to_dicts()),
        *(line | TIE for line in ties.to_dicts()),
    ]


def _ties(picture: Picture) -> pl.DataFrame:
    """The names of ties: `label, count, shown, index`."""
    return (
        picture.links.group_by("label", maintain_order=True)
        .agg(pl.len().alias("count"))
        .with_columns(shown=pl.col("count") <= TIES_AT_FIRST, index=pl.int_range(pl.len(), dtype=pl.Int64))
    )


def island(picture: Picture, units: pl.DataFrame, palette: Palette) -> dict[str, Any]:
    """All that the page's scripts know beside the network itself; columns, not rows, of units."""
    known = kinds(units).with_row_index("at")
    columns = units.select(
        "id",
        "label",
        "short",
        pl.col("kind").replace_strict(known["kind"], known["at"], return_dtype=pl.Int64),
        "parent",
        "end",
        "level",
        "folded",
        pl.col("folded_label").alias("foldedLabel"),
        pl.col("colour_value").alias("value"),
        *(_tenths(c) for c in ("cx", "cy", "radius")),
        "font",
        pl.col("shrink").round(3),
    ).to_dict(as_series=False)
    return {
        "title": picture.title,
        "subtitle": picture.subtitle,
        "tree": picture.tree,
        "treeLabel": picture.tree_label,
        "text": _texts(),
        "units": columns,
        "fork": fork_of(units["parent"].to_numpy()),
        "unit": UNIT,
        "few": units.height <= ALL_NAMED,
        "pitch": round(pitch_of(units.height) * UNIT),
        "kinds": known.select("label", "count", group=pl.col("kind").replace(palette.kinds)).to_dicts(),
        "colours": palette.colours,
        "details": [
            {"heading": d.heading, "form": d.form, "values": _plain(picture.nodes[d.column])}
            for d in picture.details
        ],
        "scale": _scale(picture),
        "ties": _ties(picture).to_dicts(),
        "remarks": _remarks(picture),
    }


def _plain(values: pl.Series) -> list[Any]:
    """Values that JSON has: numbers and texts as they are, dates and everything else as text."""
    if values.dtype.is_float():
        values = values.fill_nan(None)
    return (values if values.dtype.is_numeric() else values.cast(pl.String)).to_list()


def _scale(picture: Picture) -> dict[str, Any] | None:
    """The indicator's legend."""
    if (scale := picture.scale) is None:
        return None
    return {**asdict(scale), "colours": RATES, "nothing": NOTHING}


def _remarks(picture: Picture) -> list[str]:
    """What is not shown, in sentences; nothing if everything is."""
    if not picture.hidden:
        return list(picture.remarks)
    shown, hidden = f"{picture.nodes.height:,}", f"{picture.hidden:,}"
    folded = say(
        zh=f"图中画出 {shown} 个单位。其余 {hidden} 个折叠在带圈的上级之下，放大后以“+数目”标出；"
        "查找不含折叠的单位。",
        en=f"{shown} units are drawn. The other {hidden} are folded under the units with a ring, marked with "
        "“+” and their number on a closer look; the search does not see them.",
    )
    return [folded, *picture.remarks]


def _texts() -> dict[str, str]:
    """What the page's scripts say."""
    return {
        "extent": say(zh="图中 {n} 个单位，{levels} 层", en="{n} units shown, {levels} levels"),
        "legend": say(zh="类别", en="Kinds"),
        "units": say(zh="类别", en="Kinds"),
        "indicator": say(zh="指标", en="Indicator"),
        "nothing": say(zh="无应覆盖对象", en="nothing expected"),
        "unknown": say(zh="其中 {n} 个数据未报", en="{n} of them not fully reported"),
        "target": say(zh="目标", en="Target"),
        "ties": say(zh="其他联系", en="Other ties"),
        "found": say(zh="找到 {n} 个", en="{n} found"),
        "notFound": say(zh="没有找到", en="Nothing found"),
        "close": say(zh="关闭", en="Close"),
        "children": say(zh="直接下级", en="Children"),
        "descendants": say(zh="下级总数", en="Units below"),
        "folded": say(zh="已折叠", en="Folded"),
    }
