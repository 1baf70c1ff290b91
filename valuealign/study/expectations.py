"""The expectations that a study may state about its results."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from valuealign.instrument.strict_model import NAME_SHAPE, Strict, Text
from valuealign.study.accuracy.accuracy_expectations import AccuracyExpectation
from valuealign.study.overlap_file import OverlapBeyondOthers
from valuealign.study.rate_step import RepliesRatedAlike
from valuealign.study.study_file_parts import Source
from valuealign.study.vignette_expectations import VignetteExpectation


class AgainstPeople(Strict):
    """A scale or composite lies above or below people's mean."""

    kind: Literal["against_people"]
    """A score, compared with people's."""
    instrument: Text
    """Whose score."""
    score: Text
    """A scale or composite."""
    direction: Literal["above", "below"]
    """Where every model is expected to stand."""


class ModelsApart(Strict):
    """The models' raw scores differ enough to identify the models."""

    kind: Literal["models_apart"]
    """A discriminant analysis."""
    instrument: Text
    """Whose scores."""


class ChoicesFollowProfile(Strict):
    """Choices in dilemmas favour the value that is higher in the profile."""

    kind: Literal["choices_follow_profile"]
    """Choices, compared with a profile."""
    instrument: Text
    """Whose scores are the profile."""
    dilemmas: Text
    """The instrument whose options stand for values."""


class Reliable(Strict):
    """The scales are internally consistent within a model."""

    kind: Literal["reliable"]
    """Alpha over a model's administrations or personas."""
    instrument: Text
    """Whose scales."""
    at_least: Annotated[float, Field(ge=0, le=1)] | None = None
    """The median alpha that would agree; null where no number was published."""


class GroupsDifferAlike(Strict):
    """Groups of personas differ in the same direction as groups of people."""

    kind: Literal["groups_differ_alike"]
    """The profile of differences, compared with people's."""
    instrument: Text
    """Whose scales."""
    by: Text
    """The personas' attribute; the study's ``groups`` say which people."""


class FactorEffect(Strict):
    """A factor of the stimuli raises or lowers a rating, or two factors interact."""

    kind: Literal["factor_effect"]
    """A difference between levels, or a difference of such differences."""
    instrument: Text
    """Whose item."""
    item: Text
    """The outcome."""
    factors: tuple[Text, ...] = Field(min_length=1, max_length=2)
    """One factor: its first level minus its last. Two: the difference of these differences."""
    direction: Literal["above", "below"]
    """The sign that would agree: above 0, or below."""


class JudgedMeasure(Strict):
    """A measure of judgements lies above or below a number."""

    kind: Literal["judged"]
    """A measure with its interval."""
    instrument: Text
    """Whose item is a judgement; the study's ``judgements`` say of what."""
    item: Text
    """The judgement."""
    measure: Literal[
        "accuracy",
        "sensitivity",
        "specificity",
        "precision",
        "npv",
        "balanced_accuracy",
        "f1",
        "auc",
        "brier",
        "calibration_intercept",
        "calibration_slope",
    ]
    """Which measure of ``va.judgement``."""
    levels: dict[Text, Text] = Field(default_factory=dict)
    """Factor -> level of the condition that is meant; by default every condition."""
    direction: Literal["above", "below"]
    """Where it is expected to lie."""
    than: Annotated[float, Field(allow_inf_nan=False)] | Literal["always_yes"]
    """Of what: a number, or the accuracy of saying yes to every record."""
    people: Text | None = None
    """What people reached, in words, where that was published."""


class JudgedChange(Strict):
    """A factor of the stimuli (more information) changes a measure of judgements."""

    kind: Literal["judged_change"]
    """The change within records, with its interval."""
    instrument: Text
    """Whose item is a judgement; the study's ``judgements`` say of what."""
    item: Text
    """The judgement."""
    measure: Literal["accuracy", "sensitivity", "specificity", "brier"]
    """A measure that is a mean over records."""
    factor: Text
    """Its first level minus its last."""
    direction: Literal["above", "below"]
    """The sign that would agree: above 0, or below."""


class RatersAgree(Strict):
    """Raters agree about an item at least as far as expected."""

    kind: Literal["raters_agree"]
    """Krippendorff's alpha, with its interval over stimuli."""
    instrument: Text
    """Whose item."""
    item: Text
    """What was rated."""
    among: Literal["all", "people", "models"] = "all"
    """Which raters."""
    at_least: Annotated[float, Field(ge=-1, le=1)]
    """The least alpha that agrees; the whole interval must lie at or above it."""


class Stable(Strict):
    """A measure of stability over ways of writing lies above or below a number."""

    kind: Literal["stable"]
    """A measure with its interval."""
    instrument: Text
    """Whose answers."""
    item: Text | None = None
    """The item; null where the items themselves are what is asked about."""
    of: Literal["stimulus_variant", "variant"] = "stimulus_variant"
    """What is written in other ways: the stimuli, or the stems of the items."""
    measure: Literal[
        "largest_shift",
        "mean_range",
        "flips",
        "disagreement",
        "disagreement_excess",
        "accuracy",
        "worst_case",
    ]
    """The largest difference from the original, whatever its sign; or one of ``va.stability``."""
    direction: Literal["above", "below"]
    """Where it is expected to lie."""
    than: Annotated[float, Field(allow_inf_nan=False)]
    """Of which number."""


Expectation = Annotated[
    AgainstPeople
    | ModelsApart
    | ChoicesFollowProfile
    | Reliable
    | GroupsDifferAlike
    | FactorEffect
    | JudgedMeasure
    | JudgedChange
    | RatersAgree
    | RepliesRatedAlike
    | Stable
    | OverlapBeyondOthers
    | VignetteExpectation
    | AccuracyExpectation,
    Field(discriminator="kind"),
]


class Check(Strict):
    """One finding: what was published, and which result would agree with it."""

    id: Annotated[str, Field(pattern=NAME_SHAPE, max_length=64)]
    """A name that is unique in the study."""
    says: Text
    """The finding, in words."""
    published: Text | None = None
    """What was published of it; null with a reason."""
    reason: Text | None = None
    """Why that is null."""
    source: Source | None = None
    """Where it stands; null for an expectation of one's own."""
    expects: Expectation
    """What would agree with it."""

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.published is not None and self.source is None:
            raise ValueError("what is published needs a 'source'; an expectation of yours has none")
        if self.source is not None and self.published is None and self.reason is None:
            raise ValueError("'published' is null; say why under 'reason'")
        return self
