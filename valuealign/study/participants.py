"""What a study says to the people who take part, and how the form is given to them."""

from __future__ import annotations

import re
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from valuealign.instrument.strict_model import Identifier, LanguageText, Strict, Text

_PLACE = re.compile(r"\{([^{}]*)\}")


class AttentionCheck(Strict):
    """A question with one right answer that shows whether somebody reads."""

    after: Annotated[int, Field(ge=1, le=10_000)]
    """After which page it comes."""
    text: LanguageText
    """What it asks."""
    options: tuple[LanguageText, ...] = Field(min_length=2, max_length=10)
    """Its options."""
    right: Annotated[int, Field(ge=1)]
    """Which of them is right, counted from 1."""

    @model_validator(mode="after")
    def _right_is_there(self) -> Self:
        if self.right > len(self.options):
            raise ValueError(f"right is {self.right}, and there are {len(self.options)} options")
        return self


class Panel(Strict):
    """A panel that sends participants and takes them back."""

    person: Identifier
    """The parameter of the link with the panel's name of a person ("PROLIFIC_PID")."""
    parameters: tuple[Identifier, ...] = ()
    """Other parameters of the link that are kept ("STUDY_ID", "SESSION_ID")."""
    completion_url: Annotated[str, Field(pattern=r"^https://\S+$")] | None = None
    """Where a participant goes at the end; ``{code}`` and parameters in braces are filled in."""

    @model_validator(mode="after")
    def _known_places(self) -> Self:
        known = {"code", self.person, *self.parameters}
        for name in _PLACE.findall(self.completion_url or ""):
            if name not in known:
                raise ValueError(f"completion_url names {{{name}}}; expected {', '.join(known)}")
        return self


class Participants(Strict):
    """What people are told, and how they get the form."""

    information: LanguageText
    """Who asks, what for, how long it takes, and what becomes of the answers."""
    consent: tuple[LanguageText, ...] = Field(min_length=1)
    """Statements that each participant ticks, one by one, before the first question."""
    contact: Text
    """Whom participants can ask."""
    help_line: LanguageText | None = None
    """Where they find help, day and night; needed for a clinical instrument."""
    thanks: LanguageText | None = None
    """What the last page says."""
    group: Identifier = "sample"
    """The group of people: the respondent is ``people:GROUP``."""
    forms: tuple[Text, ...] = ()
    """Forms, each given to participants in turn ("order=random direction=reversed")."""
    each: Annotated[int, Field(ge=1)] | None = None
    """How many stimuli one person gets; by default all of them."""
    page: Literal["item", "list"] = "item"
    """One item a page, or all items about a stimulus."""
    required: bool = False
    """Whether a question must be answered; by default it can be left out after a reminder."""
    timing: bool = False
    """Whether the time that each page takes is recorded."""
    attention: tuple[AttentionCheck, ...] = ()
    """Attention checks."""
    panel: Panel | None = None
    """A panel such as Prolific, or a survey of Qualtrics that sends people here."""
    code: Text | None = None
    """The completion code; by default each participant has a code of their own."""
