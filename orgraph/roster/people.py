"""Who is who: people by the hash of their identity number, by phone, or by name and unit, in this order.

A *mention* is a name in a row with what the row tells of its bearer. Evidence is used from the strongest
down, so that people of one name in one town stay as many as they are, and a person in two rosters is one.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

import numpy as np
import polars as pl

from orgraph.model.glossary import say
from orgraph.roster.cells.clean import keys
from orgraph.roster.cells.private import ID_HASH, PHONE
from orgraph.roster.notes import Notes
from orgraph.roster.sheets.rows import R

MENTIONS = {
    "mention": pl.UInt32(),
    R: pl.Int64(),
    "column": pl.String(),
    "name": pl.String(),
    "hash": pl.String(),
    "phone": pl.String(),
}
PLACES: dict[str, pl.DataType] = {"mention": pl.UInt32(), "unit": pl.Int32()}

_ALPHABET = np.frombuffer(b"0123456789abcdefghjkmnpqrstvwxyz", "S1")


def new_ids(count: int) -> pl.Series:
    """Random ids that say nothing of anybody: ``p-`` and 13 characters (65 bits)."""
    drawn = np.frombuffer(secrets.token_bytes(13 * count), np.uint8).reshape(count, 13) % 32
    text = np.ascontiguousarray(_ALPHABET[drawn]).view("S13").ravel().astype("U13")
    return pl.Series(text, dtype=pl.String) if not count else "p-" + pl.Series(text, dtype=pl.String)


@dataclass
class Directory:
    """Everybody known: those in the store, and those that mentions add.

    Attributes
    ----------
    people
        ``person`` (id), ``key`` (of the name), ``new``.
    hashes, phones, places
        ``person`` with ``hash``, ``phone``, ``unit`` (key of a unit in which the person holds a role).
    """

    people: pl.DataFrame
    hashes: pl.DataFrame
    phones: pl.DataFrame
    places: pl.DataFrame

    @classmethod
    def of(cls, people: pl.DataFrame, contacts: pl.DataFrame, memberships: pl.DataFrame) -> Directory:
        """From the tables of a store: people, contacts, the memberships of the day."""
        named = people.filter(pl.col("name").is_not_null())
        known = pl.DataFrame([named["id"].alias("person"), keys(named["name"]).alias("key")])

        def kept(field: str, name: str) -> pl.DataFrame:
            return contacts.filter(pl.col("field") == field).select("person", pl.col("value").alias(name))

        places = memberships.select("person", "unit").unique(maintain_order=True)
        return cls(
            known.with_columns(new=pl.lit(value=False)), kept(ID_HASH, "hash"), kept(PHONE, "phone"), places
        )

    def match(self, mentions: pl.DataFrame, places: pl.DataFrame, notes: Notes) -> pl.DataFrame:
        """The person behind each mention.

        Parameters
        ----------
        mentions
            `MENTIONS`; hash and phone are null where the row tells none.
        places
            `PLACES`: the units in which the mention has a role.

        Returns
        -------
        DataFrame
            ``mention``, ``person``, ``by`` (id, phone, place, new), for all but the ambiguous ones, which are
            findings ``ambiguous-name``.
        """
        mentions = mentions.with_columns(key=keys(mentions["name"]))
        found = []
        tiers = (
            pl.col("hash").is_not_null(),
            pl.col("hash").is_null() & pl.col("phone").is_not_null(),
            pl.col("hash").is_null() & pl.col("phone").is_null(),
        )
        met = pl.DataFrame(schema={"person": pl.String})
        for number, tier in enumerate(tiers):
            some = mentions.filter(tier)
            if not some.height:
                continue
            known = self._known(some, places, number, met, notes)
            rest = some.join(known, on="mention", how="anti")
            made = self._made(rest, places, number)
            both = pl.concat([known.filter(pl.col("person").is_not_null()), made])
            self._learn(both, some, places)
            met = pl.concat([met, both.select("person")]).unique()
            found.append(both)
        return pl.concat(
            [pl.DataFrame(schema={"mention": pl.UInt32, "person": pl.String, "by": pl.String}), *found]
        )

    def _known(
        self, some: pl.DataFrame, places: pl.DataFrame, tier: int, met: pl.DataFrame, notes: Notes
    ) -> pl.DataFrame:
        """Mentions of people already known; an ambiguous one has a null person."""
        found = [pl.DataFrame(schema={"mention": pl.UInt32, "person": pl.String, "by": pl.String})]
        if tier == 0:
            by_hash = some.join(self.hashes, on="hash").select("mention", "person")
            found.append(_unique(by_hash).with_columns(by=pl.lit("id")))
        hashless = self.people.join(self.hashes, on="person", how="anti") if tier == 0 else self.people
        if tier <= 1:
            rest = some.join(pl.concat(found), on="mention", how="anti")
            by_phone = (
                rest.join(self.phones, on="phone")
                .join(hashless, on=["person", "key"])
                .select("mention", "person")
            )
            found.append(_unique(by_phone).with_columns(by=pl.lit("phone")))
        rest = some.join(pl.concat(found), on="mention", how="anti")
        here = (
            rest.select("mention", "key", "hash", "phone")
            .join(places, on="mention")
            .join(self.places, on="unit")
        )
        here = here.join(hashless, on=["person", "key"]).unique(["mention", "person"], maintain_order=True)
        if tier <= 1:
            # A number that the person does not have yet: a changed phone, unless someone else in this import
            # has shown that the person is somebody with another one.
            told = here.join(met, on="person", how="anti") if tier == 1 else here
            alone = pl.col("phone" if tier == 1 else "hash").n_unique().over("person") == 1
            here = told.filter(alone)
        by_place = _unique(here.select("mention", "person")).with_columns(by=pl.lit("place"))
        if tier == 2:
            many = here.group_by("mention").agg(pl.col("person").n_unique()).filter(pl.col("person") > 1)
            self._ambiguous(rest.join(many, on="mention", how="semi"), notes)
            lost = many.select("mention", person=pl.lit(None, pl.String), by=pl.lit("place"))
            by_place = pl.concat([by_place, lost])
        return pl.concat([*found, by_place])

    def _ambiguous(self, rows: pl.DataFrame, notes: Notes) -> None:
        notes.add(
            rows, "error", "ambiguous-name", column=pl.col("column"), value=pl.col("name"),
            expected=say(zh="本单位只有一人叫这个名字", en="a name that one person in the unit bears"),
            advice=say(zh="填写身份证号或电话来区分", en="add identity numbers or phones"),
        )  # fmt: skip

    def _made(self, rest: pl.DataFrame, places: pl.DataFrame, tier: int) -> pl.DataFrame:
        """Mentions of people not known yet, one new person for each number, or name and place."""
        if not rest.height:
            return pl.DataFrame(schema={"mention": pl.UInt32, "person": pl.String, "by": pl.String})
        first = places.unique("mention", keep="first", maintain_order=True)
        rest = rest.join(first, on="mention", how="left", maintain_order="left")
        same = (["hash"], ["key", "phone"], ["key", "unit"])[tier]
        groups = rest.select(same).unique(maintain_order=True)
        groups = groups.with_columns(person=new_ids(groups.height))
        made = rest.join(groups, on=same, how="left", nulls_equal=True, maintain_order="left")
        people = made.group_by("person", maintain_order=True).agg(pl.col("key").min(), new=pl.lit(value=True))
        self.people = pl.concat([self.people, people])
        return made.select("mention", "person", by=pl.lit("new"))

    def _learn(self, found: pl.DataFrame, some: pl.DataFrame, places: pl.DataFrame) -> None:
        """What later mentions may be found by."""
        told = found.select("mention", "person").join(some.select("mention", "hash", "phone"), on="mention")
        for name, target in (("hash", "hashes"), ("phone", "phones")):
            new = told.filter(pl.col(name).is_not_null()).select("person", name)
            setattr(self, target, pl.concat([getattr(self, target), new]).unique(maintain_order=True))
        here = found.select("mention", "person").join(places, on="mention").select("person", "unit")
        self.places = pl.concat([self.places, here]).unique(maintain_order=True)


def _unique(pairs: pl.DataFrame) -> pl.DataFrame:
    """Mentions for which one person was found."""
    return pairs.unique(maintain_order=True).filter(pl.col("mention").is_unique())
