"""The rows of one day held against what is known: one patch per table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from orgraph.model.changes import Patch
from orgraph.model.glossary import say
from orgraph.model.language.rosters import IsForm
from orgraph.model.packing import first_of_each, may_meet
from orgraph.model.runs import beyond
from orgraph.model.side_by_side import meanwhile
from orgraph.model.structure import Structures
from orgraph.model.tables import FIXED, KEYS, Org, schema
from orgraph.roster.agree import agreed, repeated, several_of
from orgraph.roster.ask import Ask
from orgraph.roster.blocks import blocks_of
from orgraph.roster.claims import Claims, earliest, link_claims, stacked, unit_claims
from orgraph.roster.doubts import Doubts
from orgraph.roster.fields import ALIKE, Fields
from orgraph.roster.figures import measure_claims
from orgraph.roster.identity import TITLE
from orgraph.roster.mapped import rename
from orgraph.roster.mentions import people_claims
from orgraph.roster.notes import Notes
from orgraph.roster.register import Register
from orgraph.roster.resolve import Resolver
from orgraph.roster.sheets.rows import LINE, SHEET, R
from orgraph.roster.slots import LINKS, SLOTS, filled, slot_of, standing_links
from orgraph.roster.snapshot import Endings, Picture
from orgraph.roster.staff import Staff
from orgraph.roster.versions import CLEAR, Dated, Part, alive, ended, merged, start, together
from orgraph.roster.world import World


@dataclass
class Day:
    """Everything about the drafting of one day.

    Attributes
    ----------
    timeline, tables
        The store: as an `Org`, and as tables with units by key and people by id, the private contacts among
        them.
    register
        The units behind the keys.
    rows, titles
        Typed rows per roster, and the titles of each sheet.
    ask, notes
        How; where findings go.
    """

    timeline: Org
    tables: Mapping[str, pl.DataFrame]
    register: Register
    rows: Sequence[Fields]
    titles: Mapping[int, Sequence[str]]
    ask: Ask
    notes: Notes
    parts: dict[str, list[Part]] = field(default_factory=dict)

    @property
    def structures(self) -> Structures:
        """The vocabulary."""
        return self.timeline.structures

    def draft(self) -> dict[str, Part]:
        """What changes, per table."""
        world = World(self.timeline, self.ask.day, self.register)
        rename(world, self.ask.renamed, self.notes)
        resolver = Resolver(world, self.structures, self.notes)
        self._say_repeated()
        blocks = blocks_of(self.rows, self.structures, self.titles, self.notes)
        always = self._always(world, blocks_home={block.home.id for block in blocks})
        resolver.run(blocks)
        claims, doubts, of_figures = Claims(), Notes(), Notes()

        def aside() -> Part:
            Doubts(resolver, doubts, snapshot=self.ask.mode == "snapshot").say()
            return self._measures(resolver, of_figures)

        with meanwhile(aside) as figures:
            units = self._units(resolver, always)
            self._links(resolver, claims, units)
        self.notes.take(doubts.all())
        people_claims(resolver, claims)
        staff = Staff(self.tables, self.register, self.structures, self.ask, self.notes)
        for table, part in staff.draft(claims, self._all_rows()).items():
            self._add(table, part)
        self._add("measures", figures.result())
        self.notes.take(of_figures.all())
        if self.ask.mode == "snapshot":
            picture = Picture(self.timeline.alive(self.ask.day), resolver, staff, self.ask, self.notes)
            self._endings(picture.endings())
        return {table: together(parts) for table, parts in self.parts.items()}

    def _all_rows(self) -> pl.DataFrame:
        """Number, sheet, line and roster of every row, and which rows have equal cells."""
        frames = [
            f.frame.select(R, ALIKE, SHEET, LINE, pl.lit(f.roster.titles[0]).alias(TITLE)) for f in self.rows
        ]
        wanted = {
            R: pl.Int64(), ALIKE: pl.UInt64(), SHEET: pl.Int32(), LINE: pl.Int64(), TITLE: pl.String(),
        }  # fmt: skip
        return stacked(frames, wanted)

    def _add(self, table: str, part: Part) -> None:
        if not part.patch.is_empty:
            self.parts.setdefault(table, []).append(part)

    def _say_repeated(self) -> None:
        for fields in self.rows:
            repeated(fields.frame.select(R, ALIKE), [ALIKE], self.notes)

    def _always(self, world: World, blocks_home: set[str]) -> pl.DataFrame:
        """Units that always exist (the values of a kind) and are not known yet, as rows of the table."""
        files = dict.fromkeys(f for home in sorted(blocks_home) for f in self.structures.used_by(home))
        rows = [
            {
                "id": f"{s.scope}/{name}" if s.scope else name,
                "kind": kind.name,
                "name": name,
                "structure": s.id,
            }
            for s in map(self.structures.files.__getitem__, files)
            for kind in s.kinds.values()
            for name in kind.values
        ]
        wanted = pl.DataFrame(rows, schema=dict.fromkeys(("id", "kind", "name", "structure"), pl.String))
        new = wanted.join(world.units, on=["kind", "name", "structure"], how="anti")
        new = new.filter(~pl.col("id").is_in(world.taken.implode()))
        keys = world.tabled(world.add(new)) if new.height else pl.Series([], dtype=pl.Int32)
        new = new.with_columns(keys.alias("id"))
        return pl.concat([self.tables["units"].clear(), new], how="diagonal_relaxed")

    # --- tables --------------------------------------------------------------------------------

    def _dated(self, table: str, *subject: str) -> Dated:
        return Dated(table, subject, tuple(schema(self.structures, table)))  # type: ignore[arg-type]

    def _units(self, resolver: Resolver, always: pl.DataFrame) -> pl.DataFrame:
        """``_r``, ``id``, ``since`` of the units that rows are about; `always`: rows taken as known."""
        kinds = {
            R: pl.Int64(),
            "id": pl.Int32(),
            "since": pl.Date(),
            "name": pl.String(),
            "kind": pl.String(),
            "structure": pl.String(),
        }
        claims = stacked(unit_claims(resolver), kinds).filter(pl.col("id").is_not_null())
        headers = {
            form.is_: header
            for fields in self.rows
            for header, form in fields.roster.columns.items()
            if isinstance(form, IsForm)
        }
        one = agreed(
            self._with_since(claims), ["id", "since"], headers, self.notes, self.register,
            several_of(self.structures.columns("units")),
        )  # fmt: skip
        dated = self._dated("units", "id")
        part = merged(pl.concat([self.tables["units"], always]), one, dated, self.ask.day, self.ask.mode)
        if always.height:
            part = _with_always(part, always)
        self._add("units", part)
        return claims.select(R, "id", "since")

    def _with_since(self, claims: pl.DataFrame) -> pl.DataFrame:
        """Claims without a beginning speak of the one that another row states for the same unit."""
        stated = claims.filter(pl.col("since") <= self.ask.day)
        if not stated.height:
            return claims
        latest = stated.group_by("id").agg(_stated=pl.col("since").max())
        joined = claims.join(latest, on="id", how="left", maintain_order="left")
        return joined.with_columns(since=pl.coalesce("since", "_stated")).drop("_stated")

    def _links(self, resolver: Resolver, claims: Claims, units: pl.DataFrame) -> None:
        """Ties; a tie of a unit whose beginning is stated begins no earlier than both of its ends."""
        sinces = units.filter(pl.col("since").is_not_null()).select(R, "since").unique(R)
        link_claims(resolver, claims, sinces)
        wanted = {
            R: pl.Int64(),
            "source": pl.Int32(),
            "target": pl.Int32(),
            "relation": pl.String(),
            "since": pl.Date(),
        }
        said = stacked(claims.links, wanted)
        if sinces.height:
            said = self._not_before(said, units)
        ties, many = said, said.clear()
        trees = list(self.structures.trees)
        if len(beyond(said["relation"], trees)):
            in_tree = said["relation"].is_in(trees).fill_null(value=False)
            ties, many = said.filter(in_tree), said.filter(~in_tree)
        first = earliest(ties, ["source", "relation"])
        if first.height < ties.height:
            self._two_parents(ties)
        if len(said.columns) == len(wanted):
            many = first_of_each(many, LINKS.subject)
        else:
            joined = several_of(self.structures.columns("links"))
            many = agreed(many, LINKS.subject, {}, self.notes, self.register, joined)
        one = pl.concat([first, many])
        slots = stacked(claims.link_slots, SLOTS)
        if not slots.height and not one.height:
            return
        slots = earliest(slots, ["unit", "relation", "outgoing"])
        kinds = self.tables["units"].filter(alive(self.ask.day)).select("id", "kind")
        leaving = standing_links(self.tables["links"], slots, kinds, self.ask.day)
        if self.ask.mode == "correct":
            outgoing = slots.filter("outgoing").select(
                source="unit", relation="relation", slot=slot_of("unit", "relation", "outgoing")
            )
            one = one.join(outgoing, on=["source", "relation"], how="left", maintain_order="left")
        dated = Dated("links", LINKS.subject, tuple(self.tables["links"].columns))
        self._add("links", filled(self.tables["links"], one, leaving, dated, self.ask.day, self.ask.mode))

    def _not_before(self, said: pl.DataFrame, units: pl.DataFrame) -> pl.DataFrame:
        stated = units.group_by("id").agg(pl.col("since").min())
        known = (
            self.tables["units"].group_by("id").agg(known=start().min()).filter(pl.col("known") > date.min)
        )
        begins = stated.join(known, on="id", how="full", coalesce=True)
        target = begins.select(target="id", begins=pl.coalesce("since", "known", pl.lit(self.ask.day)))
        joined = said.join(target, on="target", how="left", maintain_order="left")
        later = pl.when(pl.col("since").is_not_null()).then(pl.max_horizontal("since", "begins"))
        return joined.with_columns(since=later).drop("begins")

    def _two_parents(self, ties: pl.DataFrame) -> None:
        several = pl.col("target").n_unique().over("source", "relation") > 1
        wrong = self.register.shown("links", ties.filter(several))
        self.notes.add(
            wrong, "error", "two-parents", column=pl.col("relation"),
            value=pl.format("{} → {}", "source", "target"),
            expected=say(zh="各行写同一个上级", en="the same parent in every row"),
            advice=say(zh="只保留一个上级", en="keep one parent"),
        )  # fmt: skip

    def _measures(self, resolver: Resolver, notes: Notes) -> Part:
        wanted = {
            **FIXED["measures"],
            "unit": pl.Int32(),
            R: pl.Int64(),
            "clear": pl.Boolean(),
            "_column": pl.String(),
        }
        said = stacked(measure_claims(resolver, self.ask.day), wanted).rename({"clear": CLEAR + "value"})
        key = list(KEYS["measures"])
        one = agreed(said, key, {"value": pl.col("_column")}, notes, self.register)
        table = self.tables["measures"]
        if not may_meet(one["unit"], table["unit"]):
            fresh = one.filter(pl.col("value").is_not_null())
            return Part.of(table.clear(), fresh, table.columns)
        old = table.join(one.select(*key, new="value", clear=CLEAR + "value"), on=key, how="inner")
        other = (pl.col("new") != pl.col("value")).fill_null(value=False)
        out = old.filter(other | (pl.col("clear") & pl.col("new").is_null()))
        fresh = one.filter(pl.col("value").is_not_null()).join(table, on=[*key, "value"], how="anti")
        self._say_what_stays(one.join(old, on=key, how="anti"), table, notes)
        return Part.of(out, fresh, table.columns)

    def _say_what_stays(self, missed: pl.DataFrame, table: pl.DataFrame, notes: Notes) -> None:
        """``figure-stays``: a cell clears what its day does not have, and an earlier figure counts on."""
        clears = missed.filter(pl.col(CLEAR + "value") & pl.col("value").is_null())
        notes.add(
            clears.join(table, on=["unit", "measure"], how="semi"), "warning", "figure-stays",
            column=pl.col("_column"),
            expected=say(zh="这一天已有的数", en="a figure of this very day"),
            advice=say(
                zh="这一天没有数可清除,以前的数仍然有效;如果现在没有了,填 0",
                en="this day has no figure to clear, and the earlier one counts on; if it is none, write 0",
            ),
        )  # fmt: skip

    def _endings(self, found: Endings) -> None:
        """Units and memberships that a snapshot no longer holds, and the ties of these units."""
        day = self.ask.day
        for table, rows in (
            ("units", found.units),
            ("links", found.links),
            ("memberships", found.memberships),
        ):
            subject = {"units": ("id",), "links": LINKS.subject, "memberships": ("person", "unit", "role")}[
                table
            ]
            dated = self._dated(table, *subject)
            done = [p.patch.out for p in self.parts.get(table, [])]
            rest = rows
            for out in done:
                rest = rest.join(out, on=list(dated.key), how="anti", nulls_equal=True)
            self._add(table, ended(rest, dated, day))


def _with_always(part: Part, always: pl.DataFrame) -> Part:
    """A part drafted against rows that are not in the store yet, so that they come in with it."""
    key = ["id", "since"]
    kept = always.join(part.patch.out, on=key, how="anti", nulls_equal=True)
    out = part.patch.out.join(always, on=key, how="anti", nulls_equal=True)
    source = pl.concat(
        [part.source.cast(pl.Int64), pl.Series([None], dtype=pl.Int64).new_from_index(0, kept.height)]
    )
    return Part(Patch(out, pl.concat([part.patch.into, kept], how="diagonal_relaxed")), source)
