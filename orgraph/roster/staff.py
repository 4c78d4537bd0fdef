"""People, how they are reached, and what they are where: drafted from what rows claim."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import polars as pl

from orgraph.model.changes import CONTACTS
from orgraph.model.glossary import say
from orgraph.model.structure import Structures
from orgraph.roster.agree import agreed, several_of
from orgraph.roster.ask import Ask
from orgraph.roster.cells.private import ID_HASH, PHONE, hashed
from orgraph.roster.claims import Claims, stacked
from orgraph.roster.fields import ALIKE
from orgraph.roster.identity import say_who_is_known, say_who_is_one, without_other_names
from orgraph.roster.notes import Notes
from orgraph.roster.people import MENTIONS, PLACES, Directory
from orgraph.roster.register import Register
from orgraph.roster.sheets.rows import R
from orgraph.roster.slots import filled
from orgraph.roster.versions import CLEAR, Dated, Part, alive

ROLES = {"mention": pl.UInt32(), R: pl.Int64(), "unit": pl.Int32(), "role": pl.String(), "since": pl.Date()}
SLOTS = {
    "mention": pl.UInt32(),
    R: pl.Int64(),
    "unit": pl.Int32(),
    "role": pl.String(),
    "kinds": pl.List(pl.String()),
}
SUBJECT = ("person", "unit", "role")


@dataclass
class Staff:
    """Drafts people, contacts and memberships.

    Attributes
    ----------
    tables
        The store: people by id, units by key; ``contacts`` among them.
    register
        The units behind the keys.
    structures
        The vocabulary.
    ask, notes
        How; where findings go.
    persons
        Once drafted: ``mention``, ``_r``, ``person``, ``by``, ``name``, ``column``, ``hash``, ``phone``.
    roles
        Once drafted: ``person``, ``unit``, ``role`` that rows claim.
    """

    tables: Mapping[str, pl.DataFrame]
    register: Register
    structures: Structures
    ask: Ask
    notes: Notes
    persons: pl.DataFrame = field(default_factory=pl.DataFrame)
    roles: pl.DataFrame = field(default_factory=pl.DataFrame)

    def draft(self, claims: Claims, rows: pl.DataFrame) -> dict[str, Part]:
        """What changes in ``people``, ``contacts`` and ``memberships``.

        `rows`: ``_r``, ``_alike`` (equal for rows with equal cells), ``_sheet``, ``_line``, ``_title``.
        """
        self.persons = self._who(claims)
        say_who_is_one(self.persons, rows, self.notes)
        return {
            "people": self._people(claims),
            "contacts": self._contacts(claims),
            "memberships": self._memberships(claims, rows.select(R, ALIKE)),
        }

    def _who(self, claims: Claims) -> pl.DataFrame:
        """The person behind each mention."""
        mentions = stacked(claims.mentions, {**MENTIONS, "number": pl.String()})
        numbers = (
            mentions["number"]
            if self.ask.key
            else mentions["number"].clear().extend_constant(None, mentions.height)
        )
        mentions = mentions.with_columns(hash=hashed(numbers, self.ask.key or b""))
        now = self.tables["memberships"].filter(alive(self.ask.day))
        places = stacked(claims.places, PLACES).filter(pl.col("unit").is_not_null())
        directory = Directory.of(self.tables["people"], self.tables["contacts"], now)
        found = directory.match(mentions.select(list(MENTIONS)), places, self.notes)
        told = mentions.select("mention", R, "name", "column", "hash", "phone")
        persons = found.select("mention", "person", "by").join(
            told, on="mention", how="left", maintain_order="left"
        )
        persons = without_other_names(persons, self.tables["people"], self.ask.mode, self.notes)
        say_who_is_known(persons, places, now, self._called, self.notes)
        return persons

    def _called(self, keys: pl.Series) -> pl.DataFrame:
        """``unit``, ``called``: names of units, else their ids."""
        units = self.tables["units"].select("id", "name").filter(pl.col("id").is_in(keys.implode()))
        last = units.unique("id", keep="last")
        called = self.register.shown("units", last).select(pl.coalesce("name", "id").alias("called"))
        return last.select(unit="id").with_columns(called)

    def _people(self, claims: Claims) -> Part:
        kept = stacked(claims.people, {"mention": pl.UInt32(), R: pl.Int64()}).drop(R)
        said = self.persons.select("mention", R, "name", id="person", _name="name")
        said = said.join(kept, on="mention", how="left")
        one = agreed(said.drop("mention"), ["id"], {}, self.notes, self.register)
        return upserted(self.tables["people"], one, ("id",))

    def _contacts(self, claims: Claims) -> Part:
        """Phones that are given take the place of those known; hashes are added."""
        wanted = {
            "mention": pl.UInt32(),
            R: pl.Int64(),
            "phones": pl.List(pl.String()),
            "unphoned": pl.Boolean(),
        }
        said = self.persons.join(stacked(claims.contacts, wanted).drop(R), on="mention", how="inner")
        given = said.filter(pl.col("phones").list.len() > 0).explode("phones")
        rows = pl.concat(
            [
                given.select(R, "person", field=pl.lit(PHONE), value="phones"),
                said.filter(pl.col("hash").is_not_null()).select(
                    R, "person", field=pl.lit(ID_HASH), value="hash"
                ),
            ]
        ).unique(list(CONTACTS), keep="first", maintain_order=True)
        told = said.filter((pl.col("phones").list.len() > 0) | pl.col("unphoned")).select("person").unique()
        known = self.tables["contacts"].filter(pl.col("field") == PHONE).join(told, on="person", how="semi")
        out = known.join(rows, on=list(CONTACTS), how="anti")
        return Part.of(out, rows.join(self.tables["contacts"], on=list(CONTACTS), how="anti"), list(CONTACTS))

    def _memberships(self, claims: Claims, alike: pl.DataFrame) -> Part:
        """Who holds which role where."""
        table = self.tables["memberships"]
        who = self.persons.select("mention", "person", "name", "column", "hash", "phone", _name="name")
        said = stacked(claims.roles, ROLES).join(who, on="mention", how="inner", maintain_order="left")
        said = said.filter(pl.col("unit").is_not_null())
        self._same_name(said, alike)
        said = said.drop("mention", "name", "column", "hash", "phone")
        joined = several_of(self.structures.columns("memberships"))
        one = agreed(said, [*SUBJECT, "since"], {}, self.notes, self.register, joined)
        self.roles = one.select(SUBJECT)
        slots = stacked(claims.role_slots, SLOTS).join(
            who.select("mention", "person"), on="mention", how="left"
        )
        of_units = slots.filter(pl.col("unit").is_not_null()).select(
            R, "unit", "role", slot=pl.format("{}|{}", "unit", "role")
        )
        of_people = slots.filter(pl.col("person").is_not_null()).select(
            R, "person", "role", "kinds", slot=pl.format("{}|{}|", "person", "role")
        )
        kinds = self.tables["units"].filter(alive(self.ask.day)).select(unit="id", kind="kind")
        now = table.filter(alive(self.ask.day))
        placed = now.join(of_people, on=["person", "role"]).join(kinds, on="unit", how="left")
        placed = placed.filter(pl.col("kinds").list.contains(pl.col("kind")))
        order = [R, "slot", *table.columns]
        leaving = pl.concat([now.join(of_units, on=["unit", "role"]).select(order), placed.select(order)])
        names = pl.concat([of_units.select("unit", "role", "slot")]).unique()
        one = one.join(names, on=["unit", "role"], how="left", maintain_order="left")
        mine = of_people.select("person", "role", own="slot").unique()
        one = one.join(mine, on=["person", "role"], how="left", maintain_order="left")
        one = one.with_columns(slot=pl.coalesce("slot", "own")).drop("own")
        dated = Dated("memberships", SUBJECT, tuple(table.columns))
        return filled(table, one, leaving, dated, self.ask.day, self.ask.mode)

    def _same_name(self, said: pl.DataFrame, alike: pl.DataFrame) -> None:
        """One name twice in one unit, with nothing that tells whether it is one person or two.

        In a role of which several rows may speak (`Column.several`), such as one of shifts, it is one.
        """
        roles = [name for name, role in self.structures.roles.items() if several_of(role.columns)]
        weak = said.filter(pl.col("hash").is_null() & pl.col("phone").is_null()).join(alike, on=R)
        weak = weak.filter(~pl.col("role").is_in(roles))
        several = pl.col(ALIKE).n_unique().over(SUBJECT) > 1
        self.notes.add(
            weak.filter(several & pl.col(ALIKE).is_not_null()), "error", "ambiguous-name",
            column=pl.col("column"), value=pl.col("name"),
            expected=say(zh="同一单位内姓名不重复", en="a name once in a unit"),
            advice=say(zh="填写身份证号或电话来区分", en="add identity numbers or phones"),
        )  # fmt: skip


def upserted(table: pl.DataFrame, claims: pl.DataFrame, key: tuple[str, ...]) -> Part:
    """Rows of a table without time, with what is claimed of them; blank keeps, a mark clears."""
    said = [c for c in table.columns if c not in key and c in claims.columns]
    marks = [c for c in claims.columns if c.startswith(CLEAR)]
    told = claims.select(R, *key, *marks, *(pl.col(c).cast(table.schema[c]).alias(f"new_{c}") for c in said))
    now = {
        c: pl.when(pl.col(CLEAR + c).fill_null(value=False)).then(None).otherwise(pl.coalesce(f"new_{c}", c))
        if CLEAR + c in marks
        else pl.coalesce(f"new_{c}", c)
        for c in said
    }
    known = table.join(told, on=list(key))
    changed = known.filter(
        pl.any_horizontal(pl.lit(value=False), *(e.ne_missing(pl.col(c)) for c, e in now.items()))
    )
    into = changed.with_columns(e.alias(c) for c, e in now.items()).select(R, *table.columns)
    fresh = told.join(table, on=list(key), how="anti").select(
        R, *(pl.col(c) if c in key else pl.col(f"new_{c}").alias(c) for c in (*key, *said))
    )
    return Part.of(changed, pl.concat([into, fresh], how="diagonal_relaxed"), table.columns)
