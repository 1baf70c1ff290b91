"""Expectations about answers to vignettes: shares, distances from people, effects on scores."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from valuealign.instrument.strict_model import Strict, Text

Share = Annotated[float, Field(ge=0, le=1)]


class AnswerShare(Strict):
    """The share of some answers about some stimuli lies above or below a number."""

    kind: Literal["answer_share"]
    """A share, with people's where they were asked."""
    instrument: Text
    """Whose item."""
    item: Text
    """The outcome."""
    where: dict[Text, Text] = Field(default_factory=dict)
    """Factor -> level; factors that are not named are pooled."""
    codes: tuple[int, ...] = Field(min_length=1)
    """The answers that count."""
    direction: Literal["above", "below"]
    """The side that would agree."""
    than: Share
    """The number."""


class DistanceFromPeople(Strict):
    """A model's answers are near people's, or far from them."""

    kind: Literal["distance_from_people"]
    """Total variation: the share of answers that would have to change."""
    instrument: Text
    """Whose item; its answers by people are known."""
    item: Text
    """The outcome."""
    where: dict[Text, Text] = Field(default_factory=dict)
    """Factor -> level, as in people's answers."""
    direction: Literal["above", "below"]
    """Below: alike; above: unlike."""
    than: Share
    """The margin."""


class AlphaLikePeople(Strict):
    """A scale's alpha differs from people's by no more than a margin."""

    kind: Literal["alpha_like_people"]
    """Alpha beside people's."""
    instrument: Text
    """Whose scale; the study's ``scales`` name it."""
    scale: Text
    """The scale."""
    within: Annotated[float, Field(gt=0, le=1)]
    """The largest difference that does not matter."""


class ScoreEffect(Strict):
    """A factor of the stimuli raises or lowers a score, or two factors interact."""

    kind: Literal["score_effect"]
    """An effect on a scale or composite."""
    instrument: Text
    """Whose score."""
    score: Text
    """A scale or composite."""
    factors: tuple[Text, ...] = Field(min_length=1, max_length=2)
    """One factor: its first level minus its last. Two: the difference of these differences."""
    direction: Literal["above", "below"]
    """The sign that would agree."""


class NoScoreEffect(Strict):
    """A factor of the stimuli does not matter for a score: equivalence within a margin."""

    kind: Literal["no_score_effect"]
    """Two one-sided tests."""
    instrument: Text
    """Whose score."""
    score: Text
    """A scale or composite."""
    factors: tuple[Text, ...] = Field(min_length=1, max_length=2)
    """One factor, or two that do not interact."""
    within: Annotated[float, Field(gt=0)]
    """The margin, in standard deviations of scores within a cell of the design."""


VignetteExpectation = (
    AnswerShare | DistanceFromPeople | AlphaLikePeople | ScoreEffect | NoScoreEffect
)
