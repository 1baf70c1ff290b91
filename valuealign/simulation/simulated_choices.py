"""Simulated choices between values, which follow the person's profile."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from valuealign.errors import PlanError
from valuealign.instrument.instrument import Instrument
from valuealign.instrument.load import human_data_of, load_instrument
from valuealign.simulation.page_reading import Statement


def chooses(instrument: Instrument) -> bool:
    """Whether an instrument's options stand for scales."""
    return instrument.scoring.rule == "choices"


def profile_source(instrument: Instrument) -> Instrument:
    """The instrument that a person's values are taken from.

    Parameters
    ----------
    instrument : Instrument
        Whose options stand for scales.

    Raises
    ------
    PlanError
        The instrument does not say from which instrument people's profiles come.
    """
    name = human_data_of(instrument).profile_from
    if name is None:
        raise PlanError(
            f"{instrument.id} does not say whose profiles decide between its options; add "
            "people: profile_from: with the id of an instrument, or use another respondent"
        )
    return _loaded(name)


@cache
def _loaded(name: str) -> Instrument:
    return load_instrument(name)


def profile(instrument: Instrument, latent: Mapping[str, tuple[float, float]]) -> dict[str, float]:
    """What a person is like on each scale and composite, from what they are like on each item.

    Parameters
    ----------
    instrument : Instrument
        The source of the profile.
    latent : mapping
        Item -> the person's value, and what passes (see ``Simulated``).
    """
    values = {
        scale.id: sum(latent[i][0] for i in scale.items) / len(scale.items)
        for scale in instrument.scales
    }
    for composite in instrument.composites:
        values[composite.id] = sum(values[s] for s in composite.scales) / len(composite.scales)
    return values


def chosen(statement: Statement, values: Mapping[str, float]) -> list[float]:
    """Probability of each option: the highest value is chosen, and ties are shared."""
    stands = {float(o.code): o.stands_for for o in statement.item.options}
    heights = [
        values.get(stands.get(code) or "", float("-inf")) if code is not None else float("-inf")
        for _, code in statement.options
    ]
    best = [height == max(heights) for height in heights]
    return [1.0 / sum(best) if is_best else 0.0 for is_best in best]
