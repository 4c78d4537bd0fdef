"""A call over an organisation: whom it is for, which way it goes, and on what terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from orgraph.metrics.facts_asked import Ruled, declared
from orgraph.metrics.people import posts_held
from orgraph.metrics.spreading import Crowd, Network
from orgraph.metrics.terms import Drawn, Floats, Given, Terms, columns_read, drawn, given, number_column
from orgraph.metrics.ways import Direction, edges, steps_along
from orgraph.model.errors import OrgraphError, UnknownName
from orgraph.model.glossary import say
from orgraph.model.hierarchy import Ints
from orgraph.model.tables import Org


@dataclass(frozen=True)
class Call:
    """How a call goes out and how it is answered.

    Attributes
    ----------
    delay
        Minutes that the message takes from one unit to the next: a number (the mean of an exponential law),
        ``"uniform:1..5"``, ``"fixed:3"``, the name of a column of the links with the number, or one of these
        per relation (``{"channel": 2, "*": 5}``).
    rate
        The chance that somebody who is told answers: a number between 0 and 1, or a column or fact of the
        units with it; per relation: of those told along it, ``*`` for the rest and for the source's own.
    response
        Minutes from being told to being ready, as `delay`, a column being one of the units.
    along, direction, hops
        The channels, as in `orgraph.reach`: default all trees, downwards, as far as it goes.
    roles
        Whom the call is for: distinct people who hold one of these roles; default: everybody with a post.
    count
        A fact instead: so many people in each unit, where rosters count them and do not name them.
    """

    delay: Terms
    rate: Terms
    response: Terms
    along: Sequence[str] | None = None
    direction: Direction = "down"
    hops: int | None = None
    roles: Sequence[str] | None = None
    count: str | None = None


def posts_called(org: Org, call: Call) -> pl.DataFrame:
    """``unit``, ``person``: rows of units, and numbers of the people whom the call is for, in each."""
    unknown = next((r for r in call.roles or () if r not in org.structures.roles), None)
    if unknown is not None:
        raise UnknownName(say(zh="角色", en="role"), unknown, org.structures.roles)
    if call.count is None:
        return posts_held(org, call.roles).select("unit", "person").unique(maintain_order=True)
    many = _of_units(org, call.count).fill_null(0).cast(pl.Float64).to_numpy()
    unit = np.repeat(np.arange(len(many), dtype=np.int32), np.maximum(np.rint(many), 0).astype(np.int64))
    return pl.DataFrame({"unit": unit, "person": np.arange(len(unit), dtype=np.int32)})


def _of_units(org: Org, name: str) -> pl.Series:
    """A number of each unit: a column, else a fact."""
    carried = [c for c in org.structures.columns("units") if org.units.schema[c].is_numeric()]
    if name in carried:
        return org.units[name]
    facts = declared(org, "")
    if name not in facts:
        raise UnknownName(say(zh="单位的列或事实", en="column or fact of units"), name, [*carried, *facts])
    return Ruled(org, "unit", None).figure(name).series(name)


def network_of(org: Org, call: Call, sources: Ints) -> tuple[Network, Ints]:
    """What the message can take its way through, and the rows of units that it numbers."""
    leaving, entering, made_of = steps_along(org, call.along, call.direction)
    steps, _ = edges(org.units.height, leaving, entering).walked(sources, call.hops)
    rows = np.flatnonzero(steps >= 0).astype(np.int32)
    number = np.full(org.units.height, -1, np.int32)
    number[rows] = np.arange(len(rows))
    used = np.flatnonzero((number[leaving] >= 0) & (number[entering] >= 0) & (steps[entering] > 0))
    used = used[np.argsort(entering[used], kind="stable")]
    links = org.links[made_of[used]]
    delays = given(call.delay)
    columns = {
        c: number_column(links, c, say(zh="关系的列", en="column of links")) for c in columns_read(delays)
    }
    codes = {name: code for code, name in enumerate(_relations(org))}
    network = Network(
        count=len(rows),
        sources=number[sources],
        leaving=number[leaving[used]],
        entering=number[entering[used]],
        channel=links["relation"].replace_strict(codes, return_dtype=pl.Int16).to_numpy(),
        delay=drawn(delays, links["relation"], columns, say(zh="传达时间(--delay)", en="delays (--delay)")),
        hops=call.hops,
    )
    return network, rows


def _relations(org: Org) -> list[str]:
    return [*org.structures.trees, *org.structures.relations]


def crowd_of(org: Org, call: Call, posts: pl.DataFrame, network: Network, rows: Ints) -> Crowd:
    """The people whom the message can reach, and how they answer where they are told."""
    number = np.full(org.units.height, -1, np.int32)
    number[rows] = np.arange(len(rows))
    posts = posts.with_columns(unit=pl.Series(number[posts["unit"].to_numpy()], dtype=pl.Int32))
    posts = posts.filter(pl.col("unit") >= 0).sort("person", "unit")
    person = posts["person"].rank("dense").cast(pl.Int32) - 1
    unit = posts["unit"].to_numpy()
    relations = _relations(org)
    met = np.zeros((len(relations) + 1, len(rows)), bool)
    met[0, network.sources] = True
    met[network.channel + 1, network.entering] = True
    peopled = np.zeros(len(rows), bool)
    peopled[unit] = True
    channel, place = np.nonzero(met & peopled)
    by = pl.Series([None, *relations], dtype=pl.String).gather(channel)
    rates, responses = given(call.rate), given(call.response)
    columns = {c: _of_units(org, c)[rows[place]] for c in columns_read(rates) + columns_read(responses)}
    rate = drawn(rates, by, columns, say(zh="响应率(--rate)", en="rates (--rate)")).low
    _must_be_rates(rate, rates)
    response = drawn(responses, by, columns, say(zh="响应时间(--response)", en="responses (--response)"))
    at, size = channel * len(rows) + place, met.size
    return Crowd(
        unit,
        person.to_numpy(),
        rate=_at(rate, at, size).reshape(met.shape),
        response=Drawn(*(_at(part, at, size) for part in vars(response).values())),
    )


def _at(values: npt.NDArray[np.generic], places: npt.NDArray[np.intp], size: int) -> npt.NDArray[Any]:
    """Values at their places among others that nobody asks for."""
    made = np.zeros(size, values.dtype)
    made[places] = values
    return made


def _must_be_rates(rate: Floats, rates: Mapping[str, Given]) -> None:
    if (rate > 1).any() or any(term.law == "uniform" for term in rates.values()):
        raise OrgraphError(
            say(zh="响应率应在 0 和 1 之间(--rate)", en="a rate lies between 0 and 1 (--rate)")
        )
