"""The scale, composite and block of each item, and people's correlations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.moments import Moments
from valuealign.inquiry.invariance.ladder_with_people import items_of_model
from valuealign.instrument.instrument import Instrument

FloatArray = NDArray[np.float64]


def scales_of(instrument: Instrument, items: Sequence[str]) -> tuple[str | None, ...]:
    """Return the smallest scale of each item; None for items without one.

    Examples
    --------
    >>> import valuealign as va
    >>> scales_of(va.load_instrument("pvq-21"), ["pvq01", "pvq02"])
    ('SD', 'PO')
    """
    smallest: dict[str, tuple[int, str]] = {}
    for scale in instrument.scales:
        for item in scale.items:
            if item not in smallest or len(scale.items) < smallest[item][0]:
                smallest[item] = (len(scale.items), scale.id)
    return tuple(smallest[i][1] if i in smallest else None for i in items)


def composites_of(instrument: Instrument, items: Sequence[str]) -> tuple[str | None, ...]:
    """Return the largest composite of each item; all None where there are fewer than two.

    Examples
    --------
    >>> import valuealign as va
    >>> composites_of(va.load_instrument("pvq-21"), ["pvq01", "pvq02"])
    ('OPENNESS', 'ENHANCEMENT')
    """
    members = {scale.id: scale.items for scale in instrument.scales}
    largest: dict[str, tuple[int, str]] = {}
    for composite in instrument.composites:
        own = [item for scale in composite.scales for item in members.get(scale, ())]
        for item in own:
            if item not in largest or len(own) > largest[item][0]:
                largest[item] = (len(own), composite.id)
    homes = tuple(largest[i][1] if i in largest else None for i in items)
    return homes if len(set(homes) - {None}) > 1 else (None,) * len(homes)


def blocks_of(instrument: Instrument, items: Sequence[str]) -> tuple[str, ...]:
    """Return the default model (magnifying glass) of each item; its scale where there is none.

    Examples
    --------
    >>> import valuealign as va
    >>> blocks_of(va.load_instrument("pvq-21"), ["pvq01", "pvq02"])
    ('openness', 'enhancement')
    """
    block = {
        item: name
        for name in instrument.default_models
        for item in items_of_model(instrument.lavaan(name))
    }
    homes = scales_of(instrument, items)
    return tuple(block.get(i) or home or "" for i, home in zip(items, homes, strict=True))


def keys_of(instrument: Instrument, items: Sequence[str]) -> tuple[int, ...]:
    """Return the direction of each item."""
    return tuple(int(instrument.item(i).keyed) for i in items)


def correlation_of(moments: Moments) -> FloatArray:
    """Return correlations of moments, with an exact diagonal."""
    S = np.asarray(moments.covariance)
    sd = np.sqrt(np.diag(S))
    R = S / np.outer(sd, sd)
    np.fill_diagonal(R, 1.0)
    return np.asarray(R)
