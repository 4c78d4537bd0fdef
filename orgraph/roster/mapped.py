"""What follows from a mapping file beyond recognising: sheets left out, columns not there, new names."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from orgraph.model import findings
from orgraph.model.errors import listing, nearest
from orgraph.model.glossary import say
from orgraph.roster.notes import Notes
from orgraph.roster.reading.grid import Sheet
from orgraph.roster.sheets.recognise import Recognised
from orgraph.roster.sheets.rows import R
from orgraph.roster.world import World


def left_out(sheet: Sheet) -> pl.DataFrame:
    """``sheet-left-out``: a mapping file says that the sheet is not to be read."""
    return findings.table(
        [
            {
                "severity": "info",
                "code": "sheet-left-out",
                "file": sheet.file,
                "sheet": sheet.name,
                "expected": say(zh="映射文件中的花名册", en="a roster, by the mapping file"),
                "advice": say(zh="按映射文件没有读取", en="not read, as the mapping file says"),
            }
        ]
    )


def absent(one: Recognised) -> pl.DataFrame:
    """``mapped-column-absent``: a mapping file speaks of a column that the sheet does not have."""
    shown = [*one.headers.values(), *one.others.values()]
    return findings.table(
        {
            "severity": "warning",
            "code": "mapped-column-absent",
            "file": one.sheet.file,
            "sheet": one.sheet.name,
            "value": header,
            "expected": say(zh=f"表头之一:{listing(shown)}", en=f"one of the headers {listing(shown)}"),
            "advice": _perhaps(header, shown),
        }
        for header in one.absent
    )


def _perhaps(header: str, shown: list[str]) -> str:
    near = nearest(header, shown, count=1)
    mend = say(
        zh="改映射文件中的列名,或删去这一行", en="change the header in the mapping file, or delete the line"
    )
    return mend + (say(zh=f"。是不是:{near[0]}", en=f". Did you mean: {near[0]}") if near else "")


def rename(world: World, renamed: Mapping[str, str], notes: Notes) -> None:
    """Let rows find units by the new names that a mapping file gives them.

    A unit is named there by its id, or by a name that it alone bears; one that bears the new name already
    stays as it is.

    Parameters
    ----------
    world
        The units; their names change.
    renamed
        Id or name → new name.
    notes
        Where ``mapped-unit-unknown`` goes.
    """
    units = world.units
    for old, new in renamed.items():
        at = units["id"] == old
        at = at if at.any() else units["name"] == old
        if at.sum() == 1:
            world.call(int(at.arg_true()[0]), new)
        elif not (units["name"] == new).any():
            _unknown(world, old, int(at.sum()), notes)


def _unknown(world: World, name: str, count: int, notes: Notes) -> None:
    known = pl.concat([world.units["id"], world.units["name"]]).drop_nulls().unique(maintain_order=True)
    near = nearest(name, known.head(20_000).to_list())
    hint = say(zh=f"是不是:{'、'.join(near)}", en=f"did you mean: {', '.join(near)}") if near else ""
    plain = say(zh="写单位的编号(orgraph show 可查)", en="write the id of the unit (orgraph show tells it)")
    notes.add(
        pl.DataFrame({R: [None]}, schema={R: pl.Int64}), "warning", "mapped-unit-unknown",
        value=name,
        expected=say(zh="一个单位的编号", en="the id of one unit")
        if count == 0
        else say(zh=f"编号:叫这个名称的有 {count} 个", en=f"an id: {count} units bear the name"),
        advice=hint or plain,
    )  # fmt: skip
