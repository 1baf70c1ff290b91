"""Parts of a study file: instruments, personas, settings and published facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal, Self, get_args, get_type_hints

from pydantic import Field, create_model, model_validator

from valuealign.administration.plan.elicitation import Elicitation
from valuealign.instrument.strict_model import DOI_SHAPE, NAME_SHAPE, Strict, Text
from valuealign.sampling_settings import SETTING_FACTS, SETTINGS, Sampling

Plain = str | int | float | bool
Name = Annotated[str, Field(pattern=NAME_SHAPE, max_length=64)]
"""An attribute of a persona."""


class InstrumentPart(Strict):
    """One instrument and how it is administered."""

    instrument: Text
    """A shipped instrument, or a file beside the study's."""
    occasions: Annotated[int, Field(ge=1, le=100_000)] = 1
    """How often each respondent is given each form."""
    forms: tuple[Text, ...] = ()
    """As ``--form`` takes them: "published", "direction=published,reversed". By default the forms
    that a verdict and a comparison need: both directions, with stems and opposed stems."""
    elicitation: Elicitation = "choice"
    """How the answer is asked for."""
    about: Text | None = None
    """What it is asked about: a shipped set of stimuli, or a file beside the study's."""
    variants: tuple[Text, ...] = ()
    """Variants of the stimuli; by default "original" alone."""
    yours: bool = False
    """A file that the study does not bring, because its words may not be passed on: it is looked
    for in the working folder, and left out with a note where it is absent."""


class ScaleWithPeople(Strict):
    """A scale about stimuli, with people who were asked the same about vignettes."""

    instrument: Text
    """Whose scales; ``populations`` names the people."""
    declared: Text
    """Why people's items are taken to be the same although their words are others."""
    by: Name | None = None
    """The factor of the stimuli that people's groups follow."""
    people: dict[Text, Text] = Field(default_factory=dict)
    """Level of that factor -> the human sample of that vignette."""


class PersonaText(Strict):
    """One persona in the study's own words."""

    id: Text
    """A name that is unique in the study."""
    text: Text
    """The persona's text."""
    attributes: dict[Name, Plain] = Field(default_factory=dict)
    """What is kept beside the responses as data."""


class PersonaSample(Strict):
    """Personas that are sampled to resemble people."""

    n: Annotated[int, Field(ge=1, le=100_000)]
    """How many."""
    margins: dict[Name, dict[Text, float | Text]] = Field(default_factory=dict)
    """Attribute -> category -> its share, or the human sample whose size says its share."""
    people: Text | None = None
    """A file of people (CSV, one row a person) to draw from; margins are then raked to."""
    weight: Text | None = None
    """The column of that file with the people's weights."""
    constant: dict[Name, Plain] = Field(default_factory=dict)
    """Attributes that all share."""
    template: Text | None = None
    """Text of each persona, with attributes in braces; by default a sentence is made."""

    @model_validator(mode="after")
    def _has_people(self) -> Self:
        if not self.margins and self.people is None:
            raise ValueError("neither margins nor people; say what the personas are to be like")
        if self.weight is not None and self.people is None:
            raise ValueError("a weight without people; name the file of people")
        return self


def _field(name: str) -> tuple[Any, Any]:
    """A setting as a field of the study file: its type and bounds, and what it is."""
    facts = SETTING_FACTS[name]
    kind = get_args(get_type_hints(Sampling)[name])[0]
    held = Text if kind is str else Annotated[kind, Field(ge=facts.ge, gt=facts.gt, le=facts.le)]
    return held | None, Field(None, description=facts.help or "Null leaves the endpoint's own.")


if TYPE_CHECKING:

    class Settings(Strict):
        """Sampling settings sent with every request."""
else:
    Settings = create_model(
        "Settings",
        __base__=Strict,
        __doc__="Sampling settings sent with every request.",
        **{name: _field(name) for name in SETTINGS},
    )


class Source(Strict):
    """The source of a published fact, and how far it was checked."""

    text: Text
    """Where it stands ("abstract")."""
    doi: Annotated[str, Field(pattern=DOI_SHAPE)] | None = None
    """The DOI without "https://doi.org/"."""
    tag: Literal["P", "S", "R"]
    """P: seen in the paper itself; S: second-hand; R: recomputed from open data."""

    def __str__(self) -> str:
        """Return the source in one line, marked "second-hand" where it is."""
        doi = f", doi:{self.doi}" if self.doi else ""
        return f"{self.text}{doi}" + (" (second-hand)" if self.tag == "S" else "")


class Fact(Strict):
    """A published fact; null with a reason if it is not available."""

    what: Text
    """What it is of."""
    value: float | Text | None
    """The number or the words; null where it is not at hand."""
    reason: Text | None = None
    """Why it is null."""
    source: Source | None = None
    """Where it stands."""

    @model_validator(mode="after")
    def _sourced(self) -> Self:
        if self.value is None and self.reason is None:
            raise ValueError("a value that is null needs a 'reason'")
        if self.value is not None and self.source is None:
            raise ValueError("a value needs a 'source'; without one, write null and the reason")
        return self
