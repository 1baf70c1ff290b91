"""The instrument as data: what a file under ``instruments/`` may say.

Every model here forbids what it does not know, so a misspelt field is an error with a line,
and :mod:`valuealign.instrument.load` turns validation errors into sentences with a place.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from valuealign.instrument.response_scale import LanguageText, ResponseScale

Identifier = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]*$")]
StemForm = Literal["he", "she", "they", "first", "plain"]
Stems = dict[str, dict[StemForm, str]]
"""A stem in each language and grammatical form: ``{"en": {"they": "..."}}``.

``plain`` is for stems that name no person ("Make people feel at ease.").
"""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Citation(_Strict):
    """Where something was published; ``doi`` is null with a reason where there is none."""

    text: str
    doi: str | None = None
    reason: str | None = None


class Rights(_Strict):
    """Who holds the wording or the media, and on what terms."""

    holder: str
    terms: str
    redistribution: bool
    source: str | None = None


class WordingNotice(_Strict):
    """Which wording the file carries, and the words that label it everywhere."""

    kind: Literal["open form", "official", "public domain", "own", "none"]
    notice: str


class Instruction(_Strict):
    """One of several equivalent instruction wordings."""

    id: Identifier
    text: dict[str, dict[StemForm, str]]


class Media(_Strict):
    """A picture the user supplies: never shipped."""

    name: str
    sha256: str | None = None


class ItemOption(_Strict):
    """One option of a keyed item."""

    code: int
    label: LanguageText


class Item(_Strict):
    """One statement put to a respondent."""

    id: Identifier
    stem: Stems = Field(default_factory=dict)
    opposed: Stems = Field(default_factory=dict)
    keyed: Literal[1, -1] = 1
    options: tuple[ItemOption, ...] = ()
    answer: int | None = None
    media: tuple[Media, ...] = ()
    attributes: dict[str, str | int | float | bool | None] = Field(default_factory=dict)


class Scale(_Strict):
    """Items scored together."""

    id: Identifier
    title: LanguageText
    items: tuple[str, ...] = Field(min_length=1)
    definition: LanguageText = Field(default_factory=dict)


class Composite(_Strict):
    """Scales scored together: the mean (or the sum) of their scores."""

    id: Identifier
    title: LanguageText
    scales: tuple[str, ...] = Field(min_length=1)


class CircleOrder(_Strict):
    """One published circular order; scales in one inner tuple share a place (a tie)."""

    id: Identifier
    order: tuple[tuple[str, ...], ...]
    citation: Citation | None = None


class MissingRule(_Strict):
    """How many items of a scale may be missing before its score is missing."""

    max_share: float = Field(ge=0, le=1)
    source: str | None = None


class Scoring(_Strict):
    """How responses become scores."""

    method: Literal["mean", "sum", "accuracy", "leas"]
    centring: tuple[Literal["mrat"], ...] = ()
    missing: MissingRule
    chance: float | None = None
    notes: str | None = None


class MeasurementModel(_Strict):
    """A named alternative to the model derived from the scales."""

    id: Identifier
    title: LanguageText
    factors: dict[Identifier, tuple[str, ...]]
    """Factor -> the scales and items that measure it (scales are spelt out into their items)."""
    higher: dict[Identifier, tuple[str, ...]] = Field(default_factory=dict)
    """Second-order factor -> the factors that measure it."""


class Norm(_Strict):
    """A human sample by reference, or null with the reason there is none."""

    population: str | None
    reason: str | None = None


class Advice(_Strict):
    """How the instrument is meant to be given."""

    context: Literal["item", "whole", "growing"] = "item"
    stem: StemForm = "they"
    sex_matched: bool = False
    notes: str | None = None


class Instrument(_Strict):
    """A published set of items with its keys, as data."""

    model_config = ConfigDict(populate_by_name=True)

    id: Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$")]
    version: str
    title: LanguageText
    measures: LanguageText = Field(alias="construct")
    citations: tuple[Citation, ...]
    rights: dict[Literal["wording", "media"], Rights]
    wording_notice: WordingNotice = Field(alias="wording")
    languages: tuple[str, ...] = Field(min_length=1)
    instructions: tuple[Instruction, ...] = Field(min_length=1)
    response_scale: ResponseScale
    items: tuple[Item, ...] = Field(min_length=1)
    scales: tuple[Scale, ...] = ()
    composites: tuple[Composite, ...] = ()
    circle: tuple[CircleOrder, ...] = ()
    scoring: Scoring
    models: tuple[MeasurementModel, ...] = ()
    default_models: tuple[str, ...] = ()
    norms: tuple[Norm, ...] = ()
    administration: Advice = Field(default_factory=Advice)

    def content(self) -> dict[str, Any]:
        """The instrument as plain values; its hash is made from these."""
        return self.model_dump(mode="json", by_alias=True)
