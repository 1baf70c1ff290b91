"""Respondents whose summaries share a stated part of their words with a reference text."""

from __future__ import annotations

from collections.abc import Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.response_scale import Open

if TYPE_CHECKING:
    from valuealign.stimulus.stimulus import Stimulus
    from valuealign.stimulus.stimulus_set import StimulusSet

SUMMARISERS = MappingProxyType({"summariser": 0.6, "elsewhere": 0.6})
"""Respondent -> the probability that it keeps a word; "elsewhere" keeps words of another text."""
OTHER = "something"
"""Stands where a word is not kept."""


def check_summarised(
    name: str, instruments: Sequence[Instrument], stimuli: StimulusSet | None
) -> None:
    """Refuse a summariser where there is nothing to summarise.

    Raises
    ------
    PlanError
        No stimuli with a reference, or answers that are not open.
    """
    asked = [each for each in instruments if each.about]
    if not asked or stimuli is None or "reference" not in stimuli.fields.values():
        raise PlanError(
            f"sim:{name} summarises stimuli that have a reference; give an instrument that is "
            "asked about something, and --about a set with a field of the kind 'reference'"
        )
    if not any(isinstance(each.response_scale, Open) for each in asked):
        raise PlanError(f"sim:{name} writes open answers, which no instrument here asks for")


def summary(name: str, item_id: str, stimulus: Stimulus, stimuli: StimulusSet, draw: Any) -> str:
    """Write one summary: each word of a reference is kept with the stated probability.

    Parameters
    ----------
    name : str
        One of :data:`SUMMARISERS`.
    item_id : str
        The reference of this name is used, else the first.
    stimulus : Stimulus
    stimuli : StimulusSet
    draw : numpy.random.Generator

    Returns
    -------
    str
    """
    source = _another(stimulus, stimuli, draw) if name == "elsewhere" else stimulus
    reference = source.reference.get(item_id) or next(iter(source.reference.values()))
    kept = SUMMARISERS[name]
    words = [word if draw.random() < kept else OTHER for word in reference.split()]
    return " ".join(words)


def _another(stimulus: Stimulus, stimuli: StimulusSet, draw: Any) -> Stimulus:
    """Draw a stimulus of another base, in the same language where that is known."""
    for language in stimuli.languages:
        every = [stimuli.stimulus(k, language) for k in range(len(stimuli))]
        if any(one.reference == stimulus.reference for one in every):
            break
    others = [one for one in every if one.base != stimulus.base] or every
    return others[int(draw.integers(len(others)))]
