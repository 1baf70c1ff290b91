"""Means and sums of items, and means of scales."""

from __future__ import annotations

from typing import Any

import numpy as np

from valuealign.instrument.instrument import Instrument
from valuealign.scoring.recode import Array, turned


def scale_scores(values: Array, instrument: Instrument) -> dict[str, Array]:
    """Return one score a scale: the mean, or the sum prorated for missing items.

    Parameters
    ----------
    values : array, shape (n_rows, n_items)
        As answered; keying is applied here, once.
    instrument : Instrument

    Returns
    -------
    dict of str to array, shape (n_rows,)
        NaN where more of a scale's items are missing than the instrument allows.
    """
    straight = turned(values, instrument)
    place = {item_id: k for k, item_id in enumerate(instrument.item_ids)}
    scores: dict[str, Array] = {}
    for scale in instrument.scales:
        mine = straight[:, [place[item_id] for item_id in scale.items]]
        total = len(scale.items) if instrument.scoring.rule == "sum" else 1
        scores[scale.id] = total * _mean(mine, instrument.scoring.missing.max_share)
    return scores


def composite_scores(scales: dict[str, Array], instrument: Instrument) -> dict[str, Array]:
    """Return one score a composite: the mean (or sum) of its scales, all of which must exist."""
    scores: dict[str, Array] = {}
    for composite in instrument.composites:
        parts = np.column_stack([scales[scale_id] for scale_id in composite.scales])
        summed = instrument.scoring.rule == "sum"
        scores[composite.id] = parts.sum(axis=1) if summed else parts.mean(axis=1)
    return scores


def _mean(values: Array, max_share: float) -> Array:
    missing = np.isnan(values)
    n = (~missing).sum(axis=1)
    total = np.where(missing, 0.0, values).sum(axis=1)
    mean: np.ndarray[Any, Any] = np.divide(total, n, out=np.full(len(n), np.nan), where=n > 0)
    return np.where(missing.mean(axis=1) > max_share, np.nan, mean)
