"""A set of stimuli as data: what a file under ``stimuli/`` may say."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from valuealign.instrument.provenance import Citation, Rights
from valuealign.instrument.slots import FieldKind
from valuealign.instrument.strict_model import (
    ID_SHAPE,
    LEVEL_SHAPE,
    Identifier,
    Language,
    LanguageText,
    Strict,
    Text,
    without_controls,
)
from valuealign.instrument.variant_rules import Rule
from valuealign.stimulus.picture_variants import PictureRule
from valuealign.stimulus.set_references import check_set

Level = Annotated[str, Field(pattern=LEVEL_SHAPE, max_length=64)]
"""The name of a level, of a base text, of a row or of a variant: "high", "no-history"."""
Words = Text | LanguageText
"""Words, or the words in each language."""
_MaybeEmpty = Annotated[
    str, StringConstraints(strip_whitespace=True), AfterValidator(without_controls)
]
SlotWords = _MaybeEmpty | dict[Language, _MaybeEmpty]
"""What a slot shows; it may be empty, where a level adds no words."""


class Turn(Strict):
    """One turn of a dialogue."""

    speaker: Text
    """Who speaks ("Client")."""
    text: Words
    """What is said."""


FieldValue = Text | int | float | bool | LanguageText | tuple[Turn, ...]


class Row(Strict):
    """One stimulus of a table, or one base text of a template."""

    id: Level
    """A name that is unique in the set."""
    values: dict[Identifier, FieldValue]
    """Field -> its value; texts of a template name slots in braces."""
    words: dict[Identifier, SlotWords] = Field(default_factory=dict)
    """Slot -> words that belong to this base text alone ("name", "she"); for templates."""
    keeps: tuple[Text, ...] = ()
    """Phrases that every variant must keep."""


class Factor(Strict):
    """Something that is varied."""

    title: LanguageText = Field(default_factory=dict)
    """What it is, in words."""
    levels: dict[Level, dict[Identifier, SlotWords]] = Field(min_length=2)
    """Level -> the words of every slot that it fills, so that pronouns and names agree."""


class Template(Strict):
    """Base texts with slots, the factors that fill them, and how factors are crossed."""

    texts: tuple[Row, ...] = Field(min_length=1)
    """Base texts; several of them make the base text a random factor."""
    factors: dict[Identifier, Factor] = Field(min_length=1)
    """What is varied."""
    crossing: Literal["full", "fraction", "listed"] = "full"
    """Every cell; a balanced fraction; or the cells that are listed."""
    cells: tuple[dict[Identifier, Level], ...] = ()
    """With ``crossing: listed``: factor -> level of each cell."""


class Table(Strict):
    """A file with one row a stimulus."""

    file: Text
    """A CSV, JSONL, Parquet or XLSX file in the folder of the set; its columns are the fields."""
    id: Text = "id"
    """The column with the name of each stimulus."""


class Variant(Strict):
    """The same stimuli, written in another way."""

    rule: Rule | PictureRule | None = None
    """A rule that makes the text or the picture; the same seed gives the same one."""
    seed: Annotated[int, Field(ge=0, lt=2**31)] = 0
    """The seed of the rule."""
    written: dict[Text, dict[Identifier, Words]] = Field(default_factory=dict)
    """Or the texts themselves: stimulus -> field -> words."""

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if (self.rule is None) == (not self.written):
            raise ValueError("a variant has either a 'rule' or texts under 'written'")
        return self


class SetFile(Strict):
    """What a file of stimuli says."""

    id: Annotated[str, Field(pattern=ID_SHAPE, max_length=64)]
    """The name it is loaded by ("burden-belonging")."""
    version: Text
    """The version of this file, in quotes ("1.0")."""
    title: LanguageText
    """What the stimuli are, in words."""
    source: Text
    """Who wrote the texts, and by which rules or from which data."""
    citations: tuple[Citation, ...] = ()
    """Where the design or the texts were published."""
    rights: Rights
    """Who holds the texts, and on what terms."""
    languages: tuple[Language, ...] = Field(min_length=1)
    """The languages that the texts are written in."""
    fields: dict[Identifier, FieldKind] = Field(min_length=1)
    """Field -> its kind; ``truth`` and ``reference`` are never shown to a respondent."""
    content_note: Text | None = None
    """What a reader may find hard to read; shown wherever the stimuli are."""
    not_for: tuple[Text, ...] = ()
    """Uses that these stimuli do not support."""
    rows: tuple[Row, ...] = ()
    """The stimuli themselves; or a ``table``, or a ``template``."""
    table: Table | None = None
    """A file with one row a stimulus."""
    template: Template | None = None
    """Base texts crossed with factors."""
    keeps: tuple[Text, ...] = ()
    """Phrases that every variant must keep, wherever a text has them."""
    variants: dict[Level, Variant] = Field(default_factory=dict)
    """Other ways of writing the same stimuli."""
    length_share: Annotated[float, Field(gt=0)] = 0.25
    """The linter warns where the longest text of a base is longer than its shortest by more."""
    notes: Text | None = None
    """Anything else a user must know."""

    @model_validator(mode="after")
    def _check_references(self) -> Self:
        check_set(self)
        return self

    def content(self) -> dict[str, Any]:
        """The file as plain values."""
        return self.model_dump(mode="json", exclude_defaults=True)
