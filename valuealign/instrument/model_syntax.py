"""Measurement models as lavaan syntax, derived from an instrument's scales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from valuealign.errors import InstrumentError

if TYPE_CHECKING:
    from valuealign.instrument.instrument import Instrument
    from valuealign.instrument.scale import MeasurementModel


def lavaan_text(instrument: Instrument, model: MeasurementModel | None = None) -> str:
    """lavaan syntax of a named model, or of the one derived from the scales.

    Keying needs nothing here: an item keyed -1 gets a negative loading.

    Parameters
    ----------
    instrument : Instrument
    model : MeasurementModel, optional

    Returns
    -------
    str
        One line a factor, ``SDT =~ pvq01 + pvq23 + pvq39``.

    Raises
    ------
    InstrumentError
        The instrument has no scales and no model was named.
    """
    lines = dict(factors(instrument, model))
    higher: Mapping[str, Sequence[str]] = model.higher if model else {}
    if not lines:
        raise InstrumentError(
            f"{instrument.id} has no scales to derive a model from", hint="add 'scales' to its file"
        )
    return "\n".join(
        f"{factor} =~ {' + '.join(indicators)}"
        for factor, indicators in [*lines.items(), *higher.items()]
    )


def factors(
    instrument: Instrument, model: MeasurementModel | None = None
) -> dict[str, tuple[str, ...]]:
    """Factor -> item ids, scales spelt out into their items.

    Derived from the scales, a scale whose every item belongs to smaller scales is left out:
    it is their sum.
    """
    of_scale = {scale.id: scale.items for scale in instrument.scales}
    if model is None:
        return {name: items for name, items in of_scale.items() if not _is_a_sum(name, of_scale)}
    spelt = {
        factor: [item for part in parts for item in of_scale.get(part, (part,))]
        for factor, parts in model.factors.items()
    }
    return {factor: tuple(dict.fromkeys(items)) for factor, items in spelt.items()}


def _is_a_sum(name: str, of_scale: Mapping[str, Sequence[str]]) -> bool:
    items = set(of_scale[name])
    smaller = [set(other) for other in of_scale.values() if set(other) < items]
    return bool(smaller) and set().union(*smaller) == items
