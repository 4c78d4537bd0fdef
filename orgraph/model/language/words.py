"""The vocabulary of a structure: kinds, trees, relations, roles, measures, and the columns they carry.

These models are at once the public objects, the reader of the YAML and the source of its JSON schema.
A declaration's own name is its key in the file; it is handed to the model under an alias that no file
can write, so that ``name`` inside a declaration stays an unknown key.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import SkipJsonSchema
from pydantic_core import PydanticCustomError

from orgraph.model.glossary import say
from orgraph.model.language.condition_values import ColumnType

INNER = "=name"
"""Alias of a declaration's own name; a YAML key beginning with ``=`` is refused as a name."""
STATED_BY = "=structure"

Text = Annotated[StrictStr, Field(min_length=1)]
Name = Annotated[StrictStr, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")]
Number = StrictInt | StrictFloat
Part_ = TypeVar("Part_")


def _several(value: object) -> object:
    return [value] if isinstance(value, str) else value


Names = Annotated[
    tuple[Name, ...], Field(min_length=1), BeforeValidator(_several, json_schema_input_type=Name | list[Name])
]
NameList = Annotated[tuple[Name, ...], BeforeValidator(_several, json_schema_input_type=Name | list[Name])]
"""As `Names`, or none."""
Texts = Annotated[tuple[Text, ...], BeforeValidator(_several, json_schema_input_type=Text | list[Text])]


def wrong(text: str) -> PydanticCustomError:
    """An error of a validator whose text is complete."""
    return PydanticCustomError("orgraph", "{text}", {"text": text})


def with_names(mapping: object) -> object:
    """Every declaration of a mapping, told its own name."""
    if not isinstance(mapping, dict):
        return mapping
    return {key: {**one, INNER: key} if isinstance(one, dict) else one for key, one in mapping.items()}


class Part(BaseModel):
    """Common to all: immutable, and an unknown key is an error."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Label(Part):
    """A text in Chinese and English."""

    zh: Text | None = None
    en: Text | None = None

    @property
    def text(self) -> str:
        """The text in the current language, or in the other where that is missing."""
        zh, en = self.zh or self.en or "", self.en or self.zh or ""
        return say(zh=zh, en=en)


class Worded(Part):
    """A declaration: its name, its labels, and other words that sheets use for it."""

    name: SkipJsonSchema[Name] = Field("", alias="=name", validate_default=False)
    zh: Text | None = Field(None, description="label in Chinese")
    en: Text | None = Field(None, description="label in English")
    synonyms: Texts = Field((), description="other words for it in sheets")

    @property
    def label(self) -> Label:
        """Its label; the name stands in for what is not given."""
        return Label(zh=self.zh or self.name, en=self.en or self.name.replace("_", " "))

    @property
    def names(self) -> tuple[str, ...]:
        """Every word a sheet may use for it, its own name first."""
        words = (self.name, self.zh, self.en, *self.synonyms)
        return tuple(dict.fromkeys(word for word in words if word))


Limited = TypeVar("Limited", bound="Column | Measure")


def _in_order(one: Limited) -> Limited:
    if one.min is not None and one.max is not None and one.min > one.max:
        raise wrong(say(zh="min 大于 max", en="min is above max"))
    return one


class Column(Worded):
    """What a row of a table may carry beside its key.

    Attributes
    ----------
    type
        ``int``, ``float``, ``text``, ``date`` or ``bool``.
    values
        The codes of an enumeration (then the type is text), in the order written; empty for free text.
    value_labels
        Code → the words that sheets use for it: ``{occupied: (已入住,)}``.
    was
        The column's former name, where it was renamed.
    min, max
        The least and the greatest number that can be; both ends are in.
    after
        A column with a day that lies before (or on) the day in this one: a member joins after birth.
    several
        Rows that speak of the same thing may say different texts; they are kept together, parted by ``、``.
    """

    type: ColumnType = "text"
    values: tuple[Text, ...] = ()
    value_labels: SkipJsonSchema[dict[str, Texts]] = Field(default_factory=dict, alias="=value_labels")
    was: Name | None = None
    min: Number | None = None
    max: Number | None = None
    after: Name | None = None
    several: StrictBool = False

    @model_validator(mode="before")
    @classmethod
    def _unfold(cls, data: Any) -> Any:
        if isinstance(data, dict) and isinstance(data.get("values"), dict):
            return {**data, "values": list(data["values"]), "=value_labels": data["values"]}
        return data

    @model_validator(mode="after")
    def _enumeration(self) -> Column:
        if self.values and self.type != "text":
            raise wrong(
                say(
                    zh=f"values 只用于 text 列,这里的类型是 {self.type}",
                    en=f"values are for columns of type text, this one is {self.type}",
                )
            )
        if len(set(self.values)) < len(self.values):
            raise wrong(say(zh="values 中有重复的值", en="a value stands twice among values"))
        return self

    @model_validator(mode="after")
    def _limits(self) -> Column:
        if self.type not in ("int", "float") and (self.min is not None or self.max is not None):
            raise wrong(
                say(zh="min 和 max 只用于 int、float 列", en="min and max are for columns of numbers")
            )
        if self.after is not None and self.type != "date":
            raise wrong(say(zh="after 只用于 date 列", en="after is for columns of type date"))
        if self.several and (self.type != "text" or self.values):
            raise wrong(
                say(zh="several 只用于没有 values 的 text 列", en="several is for columns of free text")
            )
        return _in_order(self)

    def code(self, text: str) -> str | None:
        """The code that `text` means: a code itself, or a label of exactly one; None where there is none."""
        if not self.values or text in self.values:
            return text
        found = [code for code, labels in self.value_labels.items() if text in labels]
        return found[0] if len(found) == 1 else None


class ColumnWritten(Part):
    """How a column is written in full."""

    type: ColumnType = "text"
    values: tuple[Text, ...] | dict[Text, Text | list[Text]] = ()
    zh: Text | None = None
    en: Text | None = None
    synonyms: Text | list[Text] = ()  # type: ignore[assignment]
    was: Name | None = None
    min: Number | None = None
    max: Number | None = None
    after: Name | None = None
    several: StrictBool = False


def _column(written: object) -> object:
    if isinstance(written, str):
        return {"type": written}
    return {"values": written} if isinstance(written, list) else written


def _columns(mapping: object) -> object:
    if not isinstance(mapping, dict):
        return mapping
    return with_names({key: _column(one) for key, one in mapping.items()})


Columns = Annotated[dict[Name, Column], BeforeValidator(_columns), WithJsonSchema({"title": "=Columns"})]
"""Declared columns; their schema is that of `ColumnsWritten`, which `json_schema` puts in place."""
ColumnsWritten = dict[Name, ColumnType | list[Text] | ColumnWritten]
Named = Annotated[dict[Name, Part_], BeforeValidator(with_names)]


class Relation(Worded):
    """A tie between units; links of it may carry columns."""

    columns: Columns = {}


class Tree(Relation):
    """A relation in which a unit has at most one parent at any moment."""


class Role(Worded):
    """What a person is in a unit. Holders of a role that is not public are shown as counts only."""

    public: StrictBool = False
    columns: Columns = {}


class Measure(Worded):
    """An amount of a unit over a period, kept as a whole number of its smallest unit.

    Attributes
    ----------
    unit
        The unit of the figure as people read it (户, 万元).
    decimals
        How many digits after the point the figure has; the stored integer counts the last of them.
    over_time
        What a longer period shows: ``sum`` of a flow, ``last`` or ``mean`` of a stock.
    over_units
        Whether the figures of units add up to the figure of the unit above (``sum``) or not (``none``).
    min, max
        The least and the greatest figure that can be, in `unit`; both ends are in. Nothing is below 0
        unless `min` says so; without `max` there is no greatest.
    """

    unit: Text | None = None
    decimals: Annotated[StrictInt, Field(ge=0, le=9)] = 0
    over_time: Literal["sum", "last", "mean"] = "last"
    over_units: Literal["sum", "none"] = "sum"
    min: Number = 0
    max: Number | None = None

    @model_validator(mode="after")
    def _limits(self) -> Measure:
        return _in_order(self)


class Kind(Worded):
    """What a unit can be.

    Attributes
    ----------
    under
        Tree → the kinds it may stand under there. A kind may stand under itself.
    root_of
        Trees in which it may stand at the top.
    roles
        Role → how many holders are required.
    columns
        What units of the kind carry.
    values
        Names of units of the kind that always exist.
    """

    under: dict[Name, Names] = {}
    root_of: NameList = ()
    roles: dict[Name, Annotated[StrictInt, Field(ge=0)]] = {}
    columns: Columns = {}
    values: Annotated[tuple[Text, ...], Field(description="units of this kind that always exist")] = ()


class People(Part):
    """What the table of people carries."""

    columns: Columns = {}
