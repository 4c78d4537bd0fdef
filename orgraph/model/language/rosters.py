"""How sheets and columns are read: what one row is, and what each header means."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, ClassVar, Literal

from pydantic import BeforeValidator, Discriminator, Field, StrictBool, Tag
from pydantic.json_schema import SkipJsonSchema

from orgraph.model.errors import OrgraphError, UnknownName, listing
from orgraph.model.glossary import say
from orgraph.model.language.words import Name, Names, Part, Text, Texts, with_names

COLUMN_FORMS = (
    "is",
    "parent",
    "ancestor",
    "holder",
    "member_of",
    "link",
    "measure",
    "column_of",
    "phone_of",
    "id_of",
)
ROW_FORMS = ("unit", "person", "measure")
OWN_FIELDS = ("name", "id", "kind", "since", "until", "period", "phone", "id_number")
"""What `is` may name beside declared columns."""


TIE_DAYS = {"since": ("起始日期", "since"), "until": ("截止日期", "until")}
"""What `column_of` may name beside declared columns, in words."""


class ColumnForm(Part):
    """Common to all forms of a column.

    Attributes
    ----------
    optional
        The sheet may lack the column, and a cell may be blank.
    synonyms
        Other headers that mean the same.
    fill_down
        A blank cell means "as above", also where cells are not merged.
    """

    form: ClassVar[str] = ""
    header: SkipJsonSchema[str] = Field("", alias="=name")
    optional: StrictBool = False
    synonyms: Texts = ()
    fill_down: StrictBool = False

    @property
    def headers(self) -> tuple[str, ...]:
        """Its header and every synonym."""
        return (self.header, *self.synonyms)


class IsForm(ColumnForm):
    """A property of what the row is.

    One of `name`, `id`, `kind`, `since`, `until`, `period`, `phone`, `id_number`, or a declared column.
    In a row that is a unit, declared columns are those of its kind; in a row that is a person, those of
    people, and else those of the roles that the row's `member_of` columns give. `period` is the period of
    the row's measures. `phone` and `id_number` go to the private contacts.
    """

    form: ClassVar[str] = "is"
    is_: Name = Field(alias="is")


class ParentForm(ColumnForm):
    """The unit's parent in a tree, named by code, path or name; `creates` makes it where it does not exist.

    With several kinds the parent is sought among units of all of them.
    """

    form: ClassVar[str] = "parent"
    parent: Names
    tree: Name = Field(alias="in")
    creates: StrictBool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds the named unit may be of."""
        return self.parent


class AncestorForm(ColumnForm):
    """A unit further up in a tree.

    It narrows where the parent is sought, and the parent is put under it where that is made.
    """

    form: ClassVar[str] = "ancestor"
    ancestor: Names
    tree: Name = Field(alias="in")
    creates: StrictBool = False

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds the named unit may be of."""
        return self.ancestor


class HolderForm(ColumnForm):
    """A person who holds a role in the row's unit: found or made, with the membership."""

    form: ClassVar[str] = "holder"
    holder: Name


class MemberOfForm(ColumnForm):
    """A unit in which the row's person holds a role."""

    form: ClassVar[str] = "member_of"
    member_of: Names
    role: Name


class LinkForm(ColumnForm):
    """Units linked with the row's unit; several in one cell are parted by ``、`` ``,`` or ``;``.

    ``to: KIND`` makes a link from the row's unit to the named one, ``from: KIND`` the other way round.
    """

    form: ClassVar[str] = "link"
    link: Name
    to: Names | None = None
    from_: Names | None = Field(None, alias="from")

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds the named units may be of."""
        return self.to or self.from_ or ()

    @property
    def outgoing(self) -> bool:
        """Whether the link leads from the row's unit to the named one."""
        return self.to is not None


class MeasureForm(ColumnForm):
    """An amount of the row's unit.

    Without `during`, a stock (`last`, `mean`) is of the roster's day and a flow (`sum`) of its month.
    """

    form: ClassVar[str] = "measure"
    measure: Name
    during: Literal["day", "month", "quarter", "year"] | None = None


class ColumnOfForm(ColumnForm):
    """A column of a tie that another column of the same row makes: ``{column_of: leader, column: shift}``.

    `column_of` names the role of a `holder` or `member_of` column, the relation of a `link` column, or the
    tree of a `parent` column; `column` is one that this role, relation or tree declares, or `since` or
    `until` of the tie. Every tie of that name which the row makes carries the cell.
    """

    form: ClassVar[str] = "column_of"
    column_of: Name
    column: Name


class PhoneOfForm(ColumnForm):
    """The phone of the holder of a role in the same row; goes to the private contacts."""

    form: ClassVar[str] = "phone_of"
    phone_of: Name


class IdOfForm(ColumnForm):
    """The identity number of the holder of a role in the same row; goes to the private contacts."""

    form: ClassVar[str] = "id_of"
    id_of: Name


AnyColumnForm = (
    IsForm
    | ParentForm
    | AncestorForm
    | HolderForm
    | MemberOfForm
    | LinkForm
    | MeasureForm
    | ColumnOfForm
    | PhoneOfForm
    | IdOfForm
)


def column_form(written: Any) -> str | None:
    """The tag of the one form a written column has; None where there are several or none."""
    return _one_form(written, COLUMN_FORMS)


def row_form(written: Any) -> str | None:
    """The tag of what a row is; None where several things or none are said."""
    return _one_form(written, ROW_FORMS)


def _one_form(written: Any, forms: tuple[str, ...]) -> str | None:
    keys = written if isinstance(written, dict) else {getattr(written, "form", "")}
    found = [form for form in forms if form in keys]
    return f"form:{found[0]}" if len(found) == 1 else None


ColumnFormWritten = Annotated[
    Annotated[IsForm, Tag("form:is")]
    | Annotated[ParentForm, Tag("form:parent")]
    | Annotated[AncestorForm, Tag("form:ancestor")]
    | Annotated[HolderForm, Tag("form:holder")]
    | Annotated[MemberOfForm, Tag("form:member_of")]
    | Annotated[LinkForm, Tag("form:link")]
    | Annotated[MeasureForm, Tag("form:measure")]
    | Annotated[ColumnOfForm, Tag("form:column_of")]
    | Annotated[PhoneOfForm, Tag("form:phone_of")]
    | Annotated[IdOfForm, Tag("form:id_of")],
    Discriminator(column_form),
]


class UnitRow(Part):
    """A row is a unit of a kind.

    Of several kinds, a column ``{is: kind}`` says which, by name, label or synonym.
    """

    form: ClassVar[str] = "unit"
    unit: Names

    @property
    def kinds(self) -> tuple[str, ...]:
        """Kinds the row's unit may be of."""
        return self.unit


class PersonRow(Part):
    """A row is a person, named under this header."""

    form: ClassVar[str] = "person"
    person: Text


class MeasureRow(Part):
    """A row is figures of a unit that exists already (its `parent` column names it): it makes no unit."""

    form: ClassVar[str] = "measure"
    measure: Names


Row = UnitRow | PersonRow | MeasureRow
RowWritten = Annotated[
    Annotated[UnitRow, Tag("form:unit")]
    | Annotated[PersonRow, Tag("form:person")]
    | Annotated[MeasureRow, Tag("form:measure")],
    Discriminator(row_form),
]


class Roster(Part):
    """One kind of sheet.

    Attributes
    ----------
    titles
        Sheet names or titles it answers to.
    row
        What one row is.
    columns
        Header → what stands under it, in the order written.
    """

    name: SkipJsonSchema[Name] = Field("", alias="=name")
    structure: SkipJsonSchema[str] = Field("", alias="=structure")
    titles: Annotated[Texts, Field(min_length=1)]
    row: RowWritten
    columns: Annotated[dict[Text, ColumnFormWritten], Field(min_length=1), BeforeValidator(with_names)]

    def column(self, form: type[Any]) -> tuple[Any, ...]:
        """Its columns of one form."""
        return tuple(c for c in self.columns.values() if isinstance(c, form))

    def ties(self) -> dict[str, Literal["roles", "relations", "trees"]]:
        """What a row ties, by name: roles that somebody holds, relations, trees with a parent column."""
        made: dict[str, Literal["roles", "relations", "trees"]] = {}
        made |= {form.tree: "trees" for form in self.column(ParentForm)}
        made |= {form.link: "relations" for form in self.column(LinkForm)}
        made |= {form.role: "roles" for form in self.column(MemberOfForm)}
        made |= {form.holder: "roles" for form in self.column(HolderForm)}
        return made


def roster_called(rosters: Mapping[str, Roster], text: str) -> str:
    """The roster that a person means: by its full name (``honghe/teams``), its own name, or a title.

    Raises
    ------
    UnknownName
        There is none; the message names the nearest.
    OrgraphError
        Several structures have one of that name; the message lists their full names.
    """
    if text in rosters:
        return text
    found = [n for n, r in rosters.items() if r.name == text] or [
        n for n, r in rosters.items() if text in r.titles
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise OrgraphError(
            say(
                zh=f"有 {len(found)} 种花名册叫“{text}”:{listing(found)}。请写其中一个",
                en=f"{len(found)} rosters are called '{text}': {listing(found)}. Write one of these",
            )
        )
    own = {r.name for r in rosters.values()}
    titles = [t for r in rosters.values() for t in r.titles]
    raise UnknownName(say(zh="花名册", en="roster"), text, [*own, *rosters, *titles])
