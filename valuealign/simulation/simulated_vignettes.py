"""Respondents who rate vignettes by stated effects: what an analysis should find is known."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument

if TYPE_CHECKING:
    from valuealign.stimulus.stimulus import Stimulus
    from valuealign.stimulus.stimulus_set import StimulusSet

MAIN = 1 / 12
"""Effect of a factor at its first level, in widths of the response scale; at its last, minus it."""
INTERACTION = 1 / 16
"""Effect of two factors that are both at their first level, or both at their last."""
BASE_SD = 1 / 24
"""Standard deviation of the base texts."""
PASSING_SD = 1 / 10
"""Standard deviation from one answer to the next."""
BIAS = 0.0107
"""Effect of the first factor alone: between its ends .4 standard deviations of a mean of twelve
answers with six codes, within a cell, over base texts."""
SWAY = 1 / 6
"""How much lower "swayed" rates every stimulus that is not written as in the original."""


class Planted(NamedTuple):
    """Effects of a respondent, in widths of the response scale."""

    first: float
    """Of the first factor, at its first level."""
    others: float
    """Of every other factor."""
    interaction: float
    """Of every two factors."""


PLANTED: Mapping[str, Planted] = MappingProxyType(
    {
        "vignette": Planted(MAIN, MAIN, INTERACTION),
        "additive": Planted(MAIN, MAIN, 0.0),
        "swayed": Planted(MAIN, MAIN, 0.0),
        "biased": Planted(BIAS, 0.0, 0.0),
        "fair": Planted(0.0, 0.0, 0.0),
    }
)
"""Respondent -> its effects."""


def check_vignettes(
    name: str, instruments: Sequence[Instrument], stimuli: StimulusSet | None
) -> None:
    """Refuse a respondent that rates by factors where there are none.

    Raises
    ------
    PlanError
        No stimuli, or stimuli without factors.
    """
    if not any(instrument.about for instrument in instruments) or stimuli is None:
        raise PlanError(
            f"sim:{name} rates stimuli; give an instrument that is asked about something, and "
            "--about SET"
        )
    if not stimuli.factors:
        raise PlanError(f"sim:{name} rates by factors, and {stimuli.id} has none; use sim:factor")


def planted(
    name: str,
    stimulus: Stimulus | None,
    stimuli: StimulusSet,
    *,
    ends: tuple[float, float],
    keyed: int,
    deviate: Callable[..., float],
) -> tuple[float, float]:
    """Where a rating lies, and its standard deviation.

    Parameters
    ----------
    name : str
        One of :data:`PLANTED`.
    stimulus : Stimulus or None
        ``None`` where the page shows none that is known: the middle of the scale.
    stimuli : StimulusSet
    ends : tuple of float
        Lowest and highest code.
    keyed : int
        +1, or -1 for an item on which every effect is reversed.
    deviate : callable
        Gives a standard normal deviate that depends on what is named.

    Returns
    -------
    tuple of float
    """
    low, high = ends
    middle, width = (low + high) / 2, high - low
    if stimulus is None:
        return middle, PASSING_SD * width
    codes = [
        _code(levels, stimulus.conditions[factor]) for factor, levels in stimuli.factors.items()
    ]
    pairs = sum(a * b for a, b in itertools.combinations(codes, 2))
    of = PLANTED[name]
    main = of.first * codes[0] + of.others * sum(codes[1:])
    effect = main + of.interaction * pairs + BASE_SD * deviate("base", stimulus.base)
    if name == "swayed" and stimulus.variant is not None:
        effect -= SWAY
    return middle + keyed * width * effect, PASSING_SD * width


def _code(levels: Sequence[str], level: str) -> float:
    """1 for the first level, -1 for the last, and evenly between."""
    return float(np.linspace(1.0, -1.0, len(levels))[levels.index(level)])
