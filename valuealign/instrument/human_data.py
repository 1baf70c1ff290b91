"""An instrument's human samples by purpose: margins, yardstick, simulation, direction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import Field

from valuealign.instrument.provenance import Citation
from valuealign.instrument.strict_model import ID_SHAPE, Strict, Text

ScaleGroups = dict[Text, Annotated[tuple[str, ...], Field(min_length=1)]]
"""A name in words -> the scales it stands for."""


class SimulatedPeople(Strict):
    """The samples that simulated people answer like."""

    population: Text
    """The shipped sample whose means and covariances they are drawn from."""
    groups: dict[Text, Text] = Field(default_factory=dict)
    """A word or a range of ages in a persona ("woman", "35-54") -> the sample of that group."""


class Direction(Strict):
    """The scales that people rate highest and lowest, by which a sample's direction is checked."""

    higher: ScaleGroups = Field(min_length=1)
    """Scales that people rate above the lower ones."""
    lower: ScaleGroups = Field(min_length=1)
    """Scales that people rate below all of the higher ones."""
    citation: Citation | None = None
    """Where this was shown."""


class HumanData(Strict):
    """Human samples by purpose. Respondents see none of it."""

    margins: Text | None = None
    """Norms whose SDs between countries are the smallest difference that matters."""
    yardstick: tuple[Text, Text] | None = None
    """Two samples: invariance between a model and people is judged by that between these two."""
    simulated: SimulatedPeople | None = None
    """Whom ``sim:human`` answers as."""
    answers: Text | None = None
    """Counts of people's answers about vignettes, to which distributions are compared."""
    profile_from: Annotated[str, Field(pattern=ID_SHAPE)] | None = None
    """The instrument whose simulated people choose between this one's options."""
    direction: Direction | None = None
    """How it is seen that a sample's codes run the right way."""

    @property
    def populations(self) -> dict[tuple[str | int, ...], str]:
        """Place in the file -> the sample or the norms that it names."""
        places: dict[tuple[str | int, ...], str] = {}
        if self.margins is not None:
            places[("margins",)] = self.margins
        for k, name in enumerate(self.yardstick or ()):
            places[("yardstick", k)] = name
        if self.simulated is not None:
            places[("simulated", "population")] = self.simulated.population
            for group, name in self.simulated.groups.items():
                places[("simulated", "groups", group)] = name
        if self.answers is not None:
            places[("answers",)] = self.answers
        return places


def identifying(content: Mapping[str, Any]) -> dict[str, Any]:
    """Return the parts of an instrument's content that say which instrument it is.

    Human samples and notes on responsible use change nothing that a model is asked, or how its
    answers are scored.

    Examples
    --------
    >>> identifying({"id": "a", "people": {"margins": "b"}})
    {'id': 'a'}
    """
    return {name: part for name, part in content.items() if name not in _NOT_IDENTIFYING}


_NOT_IDENTIFYING = ("people", "content_note", "not_for")
