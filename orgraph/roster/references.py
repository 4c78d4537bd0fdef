"""References → units: by id, else by path, else by name within the nearest unit named above.

A name that is not found is not guessed: the finding says what it is most like, or where else it is known.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from orgraph.model.errors import listing, nearest
from orgraph.model.glossary import say
from orgraph.model.runs import Runs
from orgraph.model.structure import Structure
from orgraph.roster.cells.clean import keys
from orgraph.roster.cells.identifiers import loosened
from orgraph.roster.nearness import same_but_for_endings
from orgraph.roster.notes import Notes
from orgraph.roster.sheets.rows import R
from orgraph.roster.world import World

EXPLAINED = 20
"""Distinct names for which a finding looks for what was meant."""

_FOUND = {"ref": pl.UInt32(), "handle": pl.Int32(), "why": pl.String()}


@dataclass(frozen=True)
class Question:
    """What a column of references asks for.

    Attributes
    ----------
    header
        The column, for findings.
    kinds, accepted
        Kinds that a name may mean; kinds that an id may have.
    tree
        The tree in which the anchors narrow the search; None: no tree.
    home
        Where names are looked for when there is no anchor.
    code
        The finding for what is not there.
    """

    header: str
    kinds: tuple[str, ...]
    accepted: tuple[str, ...]
    tree: str | None
    home: Structure
    code: str = "missing-parent"


def find(
    world: World, question: Question, texts: pl.Series, anchors: pl.Series
) -> tuple[pl.Series, pl.DataFrame]:
    """The units that a column names.

    Parameters
    ----------
    texts
        The cells; null asks nothing.
    anchors
        Handle of the unit within which each is meant; null: anywhere in the home of the structure.

    Returns
    -------
    tuple
        Handles (null where there is none), and the distinct references that were not found: ``text``,
        ``anchor``, ``why`` (missing, ambiguous, wrong-kind), ``handle`` (of the unit of a wrong kind).
    """
    runs = Runs.of(texts, anchors)  # of a run of one reference only the first is looked up
    asked = pl.DataFrame([texts.alias("text"), anchors.cast(pl.Int32).alias("anchor")])[runs.starts]
    refs = asked.filter(pl.col("text").is_not_null()).unique(maintain_order=True)
    refs = refs.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("ref"), "text", "anchor", key=keys(refs["text"])
    )
    found = _by_id(world, question, refs)
    for look in (_near, _by_path):
        rest = refs.join(found, on="ref", how="anti")
        if rest.height:
            found = pl.concat([found, look(world, question, rest)])
    answered = refs.join(found, on="ref", how="left", maintain_order="left").with_columns(
        pl.col("why").fill_null("missing")
    )
    good = answered.filter(pl.col("why") == "found").select("text", "anchor", "handle")
    handles = asked.join(good, on=["text", "anchor"], how="left", maintain_order="left", nulls_equal=True)[
        "handle"
    ]
    lost = answered.filter(pl.col("why") != "found").select("text", "anchor", "why", "handle")
    return runs.spread(handles), lost


def _by_id(world: World, question: Question, refs: pl.DataFrame) -> pl.DataFrame:
    found = world.by_id(refs)
    fits = pl.col("kind").is_in(list(question.accepted))
    why = pl.when(fits).then(pl.lit("found")).otherwise(pl.lit("wrong-kind"))
    return found.select("ref", "handle", why=why)


def _near(world: World, question: Question, refs: pl.DataFrame) -> pl.DataFrame:
    """By name: directly under the anchor, else below it, else the anchor itself; without one, at home."""
    if question.tree is None:
        return _judged(world.named(refs, question.kinds, question.home))
    lost = refs.filter(pl.col("anchor").is_null())
    held = refs.filter(pl.col("anchor").is_not_null())
    parts = []
    if lost.height:
        parts.append(_judged(world.named(lost, question.kinds, question.home)))
    if held.height:
        parts.append(_judged(world.children(held, question.tree, question.kinds)))
        rest = held.join(parts[-1], on="ref", how="anti")
        if rest.height:
            parts.append(_judged(world.below(rest, question.tree, question.kinds)))
            rest = rest.join(parts[-1], on="ref", how="anti")
            named = world.units["key"].gather(rest["anchor"]) == rest["key"]
            same = named & world.are(rest["anchor"], question.kinds)
            itself = rest.filter(same).select("ref", "anchor", pl.lit("found"))
            parts.append(itself.rename({"anchor": "handle", "literal": "why"}))
    return pl.concat([pl.DataFrame(schema=_FOUND), *parts])


def _judged(matches: pl.DataFrame) -> pl.DataFrame:
    why = pl.when(pl.col("count") == 1).then(pl.lit("found")).otherwise(pl.lit("ambiguous"))
    return matches.select("ref", "handle", why=why)


def _by_path(world: World, question: Question, refs: pl.DataFrame) -> pl.DataFrame:
    """References such as 洪合镇/人和社区: every part within the one before it, the last of the right kind."""
    paths = refs.filter(pl.col("text").str.contains("/", literal=True))
    found = [pl.DataFrame(schema=_FOUND)]
    if not paths.height:
        return found[0]
    steps = paths.select("ref", "anchor", part=pl.col("text").str.split("/"))
    for tree in [question.tree] if question.tree else list(world.structures.trees):
        rest = steps.join(pl.concat(found), on="ref", how="anti")
        if rest.height:
            found.append(_walk(world, question, rest, tree))
    return pl.concat(found)


def _walk(world: World, question: Question, steps: pl.DataFrame, tree: str) -> pl.DataFrame:
    longest = int(steps["part"].list.len().max() or 0)  # type: ignore[arg-type]
    at = steps.select("ref", "part", pl.col("anchor"), done=pl.lit(value=False))
    done = [pl.DataFrame(schema=_FOUND)]
    for step in range(longest):
        last = at["part"].list.len() == step + 1
        names = at["part"].list.get(step, null_on_oob=True)
        refs = at.select("ref", "anchor").with_columns(key=keys(names))
        for some, kinds in ((refs.filter(last), question.kinds), (refs.filter(~last), None)):
            every = tuple(world.structures.kinds) if kinds is None else kinds
            inner = Question(question.header, every, every, tree, question.home)
            answer = (
                _near(world, inner, some.with_columns(text=pl.lit(""))) if some.height else done[0].clear()
            )
            if kinds is not None:
                done.append(answer)
                continue
            going = answer.filter(pl.col("why") == "found").select("ref", anchor="handle")
            at = at.drop("anchor").join(going, on="ref", how="inner")
    return pl.concat(done)


# --- what is said of those that are not found ------------------------------------------------------


def explain(world: World, question: Question, lost: pl.DataFrame, rows: pl.DataFrame, notes: Notes) -> None:
    """Findings for references that were not found.

    Parameters
    ----------
    lost
        The second result of `find`.
    rows
        ``_r``, ``text``, ``anchor`` of every cell.
    """
    if not lost.height:
        return
    explained = lost.select("text", "why", "handle").head(EXPLAINED)
    hints = [_hint(world, question, *one) for one in explained.iter_rows()]
    hints += [_plain_hint()] * (lost.height - len(hints))
    said = rows.join(
        lost.with_columns(hint=pl.Series(hints, dtype=pl.String)), on=["text", "anchor"], nulls_equal=True
    )
    labels = _labels(world, question.kinds)
    for why, code, expected in (
        ("missing", question.code, say(zh=f"已有的单位({labels})", en=f"a known unit ({labels})")),
        ("ambiguous", "ambiguous-name", say(zh="只有一个单位叫这个名称", en="a name that one unit bears")),
        ("wrong-kind", "wrong-parent-kind", labels),
    ):
        some = said.filter(pl.col("why") == why)
        notes.add(
            some.select(R, "text", "hint"), "error", code, column=question.header, value=pl.col("text"),
            expected=expected, advice=pl.col("hint"),
        )  # fmt: skip


def _plain_hint() -> str:
    return say(zh="改正名称,或把这个单位加入名册", en="put the name right, or add the unit to a roster")


def _hint(world: World, question: Question, text: str, why: str, handle: int | None) -> str:
    """What was probably meant."""
    units = world.units.filter(pl.col("kind").is_in(list(question.kinds)))
    if why == "wrong-kind" and handle is not None:
        name, kind = world.units["name"][handle], world.kinds(pl.Series([handle]))[0]
        label = _labels(world, [kind])
        return say(zh=f"{text} 是{label}“{name}”", en=f"{text} is '{name}', a {label}")
    key = keys(pl.Series([text]))[0]
    same = units.filter(pl.col("key") == key)
    if why == "ambiguous":
        return say(
            zh=f"有 {same.height} 个:{listing(same['id'].to_list())}。写编号或“上级/名称”",
            en=f"there are {same.height}: {listing(same['id'].to_list())}. Write the id, or parent/name",
        )
    if same.height:
        where = _where(world, question, same["handle"])
        return say(zh=f"在别处有同名的:{where}", en=f"the name is known elsewhere: {where}")
    other = world.units.filter(pl.col("key") == key)
    if other.height:
        label, wanted = _labels(world, [other["kind"][0]]), _labels(world, question.kinds)
        return say(
            zh=f"“{text}”是{label},这里要{wanted}", en=f"'{text}' is a {label}, and here goes a {wanted}"
        )
    return _meant(units, text)


def _meant(units: pl.DataFrame, text: str) -> str:
    """What a name or code that no unit bears may mean, among some units."""
    loose = units.filter(loosened(pl.col("id")) == loosened(pl.lit(text)))
    if loose.height:
        ids = listing([f"{i}({n})" for i, n in loose.select("id", "name").head(3).iter_rows()])
        return say(
            zh=f"编号可能丢了前导零或大小写,是不是:{ids}",
            en=f"zeros or capitals may be lost, did you mean: {ids}",
        )
    like = _like(units["name"], text)
    near = list(dict.fromkeys([*same_but_for_endings(text, like), *nearest(text, like.to_list())]))[:3]
    if near:
        return say(zh=f"是不是:{'、'.join(near)}", en=f"did you mean: {', '.join(near)}")
    return _plain_hint()


def _labels(world: World, kinds: Iterable[str]) -> str:
    """What kinds are called; one that no structure declares by its name."""
    known = world.structures.kinds
    return listing([known[kind].label.text if kind in known else kind for kind in kinds])


def _where(world: World, question: Question, handles: pl.Series) -> str:
    ids = world.ids(handles).to_list()
    if question.tree is None:
        return listing(ids)
    above = world.above[question.tree][handles.to_numpy()]
    parents = [world.units["name"][int(a)] if a >= 0 else "–" for a in above[:5]]
    return listing([f"{p}({i})" for p, i in zip(parents, ids, strict=False)])


def _like(names: pl.Series, text: str) -> pl.Series:
    """Names that share at least half of their characters with a text: few enough to compare one by one."""
    letters: Sequence[str] = sorted(set(text))[:12]
    if not letters:
        return names.clear()
    shared = pl.sum_horizontal(pl.col("_").str.contains(letter, literal=True) for letter in letters)
    length = pl.col("_").str.len_chars()
    near = (shared * 2 >= len(letters)) & length.is_between(len(text) // 2, len(text) * 2 + 4)
    found = names.unique().to_frame("_").filter(near)
    return found.sort(shared, descending=True).head(200).to_series() if found.height else names.clear()
