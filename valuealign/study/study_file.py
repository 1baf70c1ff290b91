"""The format of study files under ``studies/``."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self, get_args

from pydantic import Field, model_validator

from valuealign.instrument.provenance import Citation
from valuealign.instrument.strict_model import ID_SHAPE, Strict, Text
from valuealign.study.expectations import Check
from valuealign.study.overlap_file import WithReference
from valuealign.study.participants import Participants
from valuealign.study.rate_step import RateStep
from valuealign.study.study_file_parts import (
    Fact,
    InstrumentPart,
    Name,
    PersonaSample,
    PersonaText,
    ScaleWithPeople,
    Settings,
)

Analysis = Literal[
    "cells",
    "effects",
    "judgement",
    "stability",
    "ratings",
    "overlap",
    "distribution",
    "scale",
    "accuracy",
    "splits",
    "controls",
    "positions",
    "verdict",
    "profile",
    "groups",
    "choices",
    "models",
    "reliability",
    "agreement",
    "scores",
]
"""In the order in which they are shown unless a study says otherwise."""
ON_REQUEST: frozenset[Analysis] = frozenset({"agreement", "scores"})
"""Computed only where a study names them."""
ANALYSES: tuple[Analysis, ...] = tuple(a for a in get_args(Analysis) if a not in ON_REQUEST)
"""What is computed unless a study says otherwise, in the order in which it is shown."""


class Groups(Strict):
    """Groups of personas, compared as groups of people are."""

    instrument: Text
    """Whose scales."""
    by: Name
    """The personas' attribute ("sex", "age")."""
    people: dict[Text, Text] = Field(min_length=2)
    """Category -> the human sample of that group; ages as ranges ("15-34")."""


class Judged(Strict):
    """An item whose answers are judgements of the stimuli's truth."""

    instrument: Text
    """Whose item; it is answered with yes or no and a confidence."""
    item: Text
    """What is judged."""
    truth: Name
    """The field of the stimuli that has the truth."""
    positive: Text = "yes"
    """The value of the truth that means yes."""


class StudyFile(Strict):
    """The contents of a study file."""

    id: Annotated[str, Field(pattern=ID_SHAPE, max_length=64)]
    """The name it is asked for by."""
    title: Text
    """What it is, in words."""
    question: Text | None = None
    """What it asks."""
    citation: Citation | None = None
    """The study it repeats; null for one of your own."""
    instruments: tuple[InstrumentPart, ...] = Field(min_length=1)
    """What is given."""
    rate: tuple[RateStep, ...] = ()
    """Steps after it: rubrics that are asked about the replies."""
    models: tuple[Text, ...] = ()
    """Who is asked, unless ``--model`` says otherwise."""
    personas: tuple[PersonaText, ...] = ()
    """Personas in the study's own words."""
    persona_file: Text | None = None
    """Or a file of personas, beside the study's."""
    persona_sample: PersonaSample | None = None
    """Or personas drawn to be like people."""
    sampling: Settings = Settings()
    """Sampling settings."""
    budget: Annotated[float, Field(gt=0)] | None = None
    """Most USD to spend on each instrument, unless ``--budget`` says otherwise."""
    seed: Annotated[int, Field(ge=0, lt=2**63)] = 0
    """All that is random comes from it."""
    populations: dict[Text, Text] = Field(default_factory=dict)
    """Instrument -> the human sample beside it; by default the one its norms name."""
    answers: dict[Text, Text] = Field(default_factory=dict)
    """Instrument -> counts of people's answers; by default those that the instrument names."""
    scales: tuple[ScaleWithPeople, ...] = ()
    """Scales about stimuli whose reliability and factor model are shown with people's."""
    rules_file: Text | None = None
    """A file of rules, beside the study's, for verdict and comparison; by default the toolkit's."""
    groups: tuple[Groups, ...] = ()
    """Group differences beside people's."""
    judgements: tuple[Judged, ...] = ()
    """Judgements of stimuli whose truth is known."""
    references: tuple[WithReference, ...] = ()
    """Open answers that are compared with reference texts of the stimuli."""
    analyses: tuple[Analysis, ...] | None = None
    """What is computed; by default whatever these instruments and respondents permit."""
    checks: tuple[Check, ...] = ()
    """Findings, and what would agree with each."""
    published: tuple[Fact, ...] = ()
    """What was published beside the findings; null with a reason where it is not at hand."""
    notes: tuple[Text, ...] = ()
    """What a reader must know of it."""
    participants: Participants | None = None
    """What people are told who take part, and how they get the form; for ``valuealign serve``."""

    @model_validator(mode="after")
    def _one_kind_of_persona(self) -> Self:
        kinds = [
            bool(self.personas),
            self.persona_file is not None,
            self.persona_sample is not None,
        ]
        if sum(kinds) > 1:
            raise ValueError("personas, persona_file and persona_sample: give one of them")
        return self

    def content(self) -> dict[str, Any]:
        """The study as plain values."""
        return self.model_dump(mode="json")
