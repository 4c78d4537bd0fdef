"""Mobilise: how long it takes to bring so many people together, by running the call many times."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import polars as pl

from orgraph.metrics.asked import day_of
from orgraph.metrics.calling import Call, crowd_of, network_of, posts_called
from orgraph.metrics.spreading import Runs, simulated
from orgraph.metrics.terms import Floats
from orgraph.model.errors import OrgraphError
from orgraph.model.glossary import percent, say
from orgraph.model.tables import Org

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def mobilise(  # noqa: PLR0913 -- the options of `orgraph mobilise`, most of them in `Call`
    org: Org,
    source: str | Sequence[str],
    need: int,
    call: Call,
    *,
    within: float = 60,
    runs: int = 1000,
    seed: int = 0,
) -> pl.DataFrame:
    """How long a call from a unit takes until so many people are ready, and how likely that is.

    In each run, every channel draws its delay; each unit is told along the quickest way and tells its own
    people at once; each of them answers or not, and is ready after a time of their own. The time wanted is
    that of the `need`-th who is ready: an order statistic. What was published of real calls is no part of it.

    Parameters
    ----------
    org
        On a day.
    source
        Who calls: an id, a name or a path; several call together. They know at minute 0.
    need
        How many people are needed.
    call
        The terms; no time or rate has a default, for none is known before it is measured.
    within
        Minutes in which they are wanted.
    runs, seed
        How many runs, and what makes them repeatable: the same in, the same out. Runs for another need or
        another rate draw the same numbers, so that more needed is never sooner, nor a higher rate later.

    Returns
    -------
    DataFrame
        ``item``, ``value`` Float64, ``error`` Float64 (standard error of means and shares over the runs; null
        else), ``note``. Items: ``need``; ``told``, ``missed``: people whom the call is for that the
        message can and cannot reach; ``volunteers``: expected number that answer, whenever;
        ``volunteers_within``: that are ready in time; ``probability``, ``probability_within``: of bringing
        the need together at all, and in time; ``mean``: minutes, over the runs that do (null where none
        does); ``q05`` … ``q95``: minutes until the need is met in that share of all runs, null, with the
        reason, where too few runs meet it.

    Raises
    ------
    UnknownName, AmbiguousName
        No such unit, relation, role, column or fact; several units of that name.
    OrgraphError
        `org` is not on a day; a term cannot be read or is lacking somewhere; a rate above 1; no need.

    References
    ----------
    David and Nagaraja 2003, "Order Statistics": of n exponential times with rate λ the k-th has the mean
    Σ 1/(λ·i) over i = n − k + 1 … n; of n uniform times it is Beta(k, n − k + 1). Newman 2002, "Spread of
    epidemic disease on networks" (messages along channels with random delays: first passage).

    Examples
    --------
    >>> from orgraph.metrics.sample import small_town
    >>> call = Call(delay="fixed:5", rate=1, response="fixed:10", along=["covers", "territory"])
    >>> told = mobilise(small_town(), ["洪合村", "东苑支部"], 2, call)
    >>> told.filter(pl.col("item").is_in(["told", "probability", "q50"])).select("item", "value").rows()
    [('told', 2.0), ('probability', 1.0), ('q50', 10.0)]
    """
    day_of(org)
    if need < 1 or runs < 1 or not within > 0:
        raise OrgraphError(
            say(
                zh="需要的人数、次数和时限都应大于 0",
                en="the need, the runs and the minutes are to be above 0",
            )
        )
    starts = [org.row(text) for text in ([source] if isinstance(source, str) else source)]
    posts = posts_called(org, call)
    network, rows = network_of(org, call, np.unique(np.array(starts, np.int32)))
    crowd = crowd_of(org, call, posts, network, rows)
    found = simulated(network, crowd, need, within, runs, seed)
    return _told(found, need, within, everybody=posts["person"].n_unique())


Line = tuple[str, float | None, float | None, str | None]


def _told(found: Runs, need: int, within: float, *, everybody: int) -> pl.DataFrame:
    done = np.isfinite(found.needed)
    in_time = say(zh=f"{within:g} 分钟内", en=f"within {within:g} minutes")
    lines: list[Line] = [
        ("need", need, None, None),
        ("told", found.told, None, None),
        ("missed", everybody - found.told, None, None),
        ("volunteers", *_mean(found.willing), None),
        ("volunteers_within", *_mean(found.in_time), in_time),
        ("probability", *_share(done), _short(found, need)),
        ("probability_within", *_share(found.needed <= within), in_time),
        ("mean", *_mean(found.needed[done]), say(zh="分钟,只计凑齐的", en="minutes, of runs that do")),
        *(_quantile(np.sort(found.needed), q) for q in QUANTILES),
    ]
    types = {"item": pl.String, "value": pl.Float64, "error": pl.Float64, "note": pl.String}
    return pl.DataFrame(lines, schema=types, orient="row")


def _mean(values: Floats) -> tuple[float | None, float | None]:
    """The mean, and its standard error."""
    if not len(values):
        return None, None
    spread = float(values.std(ddof=1)) / math.sqrt(len(values)) if len(values) > 1 else None
    return float(values.mean()), spread


def _share(holds: np.typing.NDArray[np.bool_]) -> tuple[float, float]:
    share = float(holds.mean())
    return share, math.sqrt(share * (1 - share) / len(holds))


def _short(found: Runs, need: int) -> str | None:
    if found.told >= need:
        return None
    return say(zh=f"收到消息的只有 {found.told} 人", en=f"only {found.told} people are told")


def _quantile(ordered: Floats, q: float) -> Line:
    """The time by which a share of all runs has met the need, by the inverse of their distribution."""
    value = float(ordered[math.ceil(q * len(ordered)) - 1])
    met = float(np.isfinite(ordered).mean())
    note = say(zh="分钟", en="minutes")
    if not math.isfinite(value):
        note = say(zh=f"只有 {percent(met)} 的次数凑齐", en=f"met in {percent(met)} of the runs only")
    return f"q{q * 100:02.0f}", value if math.isfinite(value) else None, None, note
