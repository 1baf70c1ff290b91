"""Derived parts of an instrument: scales, composites, circle, scoring, models, norms."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from valuealign.instrument.provenance import Citation
from valuealign.instrument.scoring_method import METHODS, Answers, Method, Rule
from valuealign.instrument.strict_model import Identifier, LanguageText, Strict, Text


class Scale(Strict):
    """Items scored together."""

    id: Identifier
    """The column of the scores ("SDT")."""
    title: LanguageText
    """Its name in words."""
    items: tuple[str, ...] = Field(min_length=1)
    """Ids of its items."""
    definition: LanguageText = Field(default_factory=dict)
    """What a high score means."""


class Composite(Strict):
    """Scales scored together: the mean (or the sum) of their scores."""

    id: Identifier
    """The column of the scores."""
    title: LanguageText
    """Its name in words."""
    scales: tuple[str, ...] = Field(min_length=1)
    """Ids of its scales."""


class CircleOrder(Strict):
    """One published circular order; scales in one inner tuple share a place (a tie)."""

    id: Identifier
    """A name for this order."""
    order: tuple[tuple[str, ...], ...] = Field(min_length=3)
    """Places round the circle; scales that share a place stand in one inner list."""
    citation: Citation | None = None
    """Where this order was published."""


class MissingRule(Strict):
    """How many items of a scale may be missing before its score is missing."""

    max_share: float = Field(ge=0, le=1)
    """The largest share of a scale's items that may be missing (0 to 1)."""
    source: Text | None = None
    """Where the rule comes from."""


class Scoring(Strict):
    """How responses become scores."""

    method: Method
    """Mean or sum of the items, share right, share of choices for a scale, or rated levels."""
    centring: tuple[Literal["mrat"], ...] = ()
    """``mrat``: scores may be centred on the respondent's mean over all items."""
    missing: MissingRule
    """What to do about missing items."""
    chance: float | None = Field(default=None, gt=0, lt=1)
    """For keyed choice: the share right by guessing."""
    notes: Text | None = None
    """Anything a person scoring by hand must know."""

    @property
    def rule(self) -> Rule:
        """The rule in ``valuealign.scoring`` that the method stands for."""
        return METHODS[self.method].rule

    @property
    def answers(self) -> Answers:
        """What is scored: graded, keyed or open answers."""
        return METHODS[self.method].answers

    @property
    def additive(self) -> bool:
        """Whether scales are means or sums of their items, so that factor models apply."""
        return self.rule in ("mean", "sum")


class MeasurementModel(Strict):
    """A named alternative to the model derived from the scales."""

    id: Identifier
    """The name it is asked for by."""
    title: LanguageText
    """What it is, in words."""
    factors: dict[Identifier, tuple[str, ...]] = Field(min_length=1)
    """Factor -> the scales and items that measure it (scales are spelt out into their items)."""
    higher: dict[Identifier, tuple[str, ...]] = Field(default_factory=dict)
    """Second-order factor -> the factors that measure it."""


class Norm(Strict):
    """A human sample by reference, or null with the reason there is none."""

    population: Text | None
    """The population's name, or null."""
    reason: Text | None = None
    """Why there is none."""
