"""Respondents who judge stimuli whose truth is known: their hit rates and confidence are stated."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument

if TYPE_CHECKING:
    from valuealign.simulation.page_reading import Statement
    from valuealign.stimulus.stimulus import Stimulus
    from valuealign.stimulus.stimulus_set import StimulusSet

BASE_RATE = 0.565
"""The share of yes that a judge expects."""
SURE = 95
"""The confidence of the judge who is always sure, in per cent."""


@dataclass(frozen=True, slots=True)
class JudgePlan:
    """How well a judge tells true cases from false ones, as d' of signal detection.

    Parameters
    ----------
    first, last : float
        d' at the first and the last level of every factor.
    calibrated : bool
        Whether the confidence is the probability of being right.
    """

    first: float
    last: float
    calibrated: bool


JUDGES = MappingProxyType({"judge": JudgePlan(2.0, 1.0, True), "sure": JudgePlan(1.0, 1.0, False)})
"""Respondent -> its plan."""


def rates(d_prime: float) -> tuple[float, float]:
    """Sensitivity and specificity of a judge who says yes where yes is the likelier.

    Parameters
    ----------
    d_prime : float

    Returns
    -------
    tuple of float

    Examples
    --------
    >>> [round(rate, 3) for rate in rates(2.0)]
    [0.871, 0.808]
    """
    shift = math.log(BASE_RATE / (1 - BASE_RATE)) / d_prime
    return _below(d_prime / 2 + shift), _below(d_prime / 2 - shift)


def check_judged(name: str, instruments: Sequence[Instrument], stimuli: StimulusSet | None) -> None:
    """Refuse a judge where there is nothing to judge.

    Raises
    ------
    PlanError
        No stimuli, or stimuli without a truth of two values; or an answer other than yes or no.
    """
    asked = [each for each in instruments if each.about]
    if not asked or stimuli is None or "truth" not in stimuli.fields.values():
        raise PlanError(
            f"sim:{name} judges stimuli whose truth is known; give an instrument that is asked "
            "about something, and --about a set with a field of the kind 'truth'"
        )
    kinds = sorted({each.response_scale.kind for each in asked} - {"yes_no_confidence"})
    if kinds:
        raise PlanError(f"sim:{name} says yes or no with a confidence, and not {kinds[0]!r}")


def judged(name: str, stimulus: Stimulus, stimuli: StimulusSet, draw: Any) -> tuple[bool, int]:
    """Judge one stimulus: yes or no, and the confidence in per cent.

    Parameters
    ----------
    name : str
        One of :data:`JUDGES`.
    stimulus : Stimulus
    stimuli : StimulusSet
    draw : numpy.random.Generator

    Returns
    -------
    tuple of bool and int
    """
    plan = JUDGES[name]
    at_first = all(
        stimulus.conditions[factor] == levels[0] for factor, levels in stimuli.factors.items()
    )
    d_prime = plan.first if at_first else plan.last
    truth = next(iter(stimulus.truth.values()))
    evidence = draw.normal(d_prime / 2 if _is_yes(truth) else -d_prime / 2)
    logit = d_prime * evidence + math.log(BASE_RATE / (1 - BASE_RATE))
    likely = 1 / (1 + math.exp(-logit))
    sure = round(100 * max(likely, 1 - likely)) if plan.calibrated else SURE
    return likely >= 0.5, sure


def judged_text(said: tuple[bool, int], statement: Statement) -> str:
    """The words of a judgement: the option of that page, and the confidence."""
    code = 1.0 if said[0] else 0.0
    token = next(token for token, value in statement.options if value == code)
    return f"{token}, {said[1]} %"


def _is_yes(truth: object) -> bool:
    return str(truth).casefold() in ("yes", "true", "1", "1.0")


def _below(z: float) -> float:
    return 0.5 * (1 + math.erf(z / math.sqrt(2)))
