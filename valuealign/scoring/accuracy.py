"""Keyed tests: number of correct answers, and the number expected by guessing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.instrument.instrument import Instrument
from valuealign.scoring.recode import Array

if TYPE_CHECKING:
    import pandas as pd


def accuracy_scores(values: Array, instrument: Instrument) -> pd.DataFrame:
    """Share of correct answers of each administration, with an exact test against guessing.

    The items are the trials, and each administration is tested on its own: answers to one item
    on several occasions are not independent trials.

    Parameters
    ----------
    values : array, shape (n_rows, n_items)
        Codes of the chosen options; NaN is missing and is not counted.
    instrument : Instrument

    Returns
    -------
    DataFrame
        ``n_right n_answered accuracy accuracy_lower accuracy_upper chance p_chance``, a column
        a scale with its share, and ``n_missing``. The interval is Clopper and Pearson's, 95 %;
        ``p_chance`` is the probability of as many right or more by guessing.

    References
    ----------
    Clopper, C. J., & Pearson, E. S. (1934). Biometrika, 26, 404-413.
    doi:10.1093/biomet/26.4.404
    """
    import pandas as pd

    answers = np.array([item.answer for item in instrument.items], dtype=float)
    right = np.where(np.isnan(values), np.nan, values == answers)
    chances = np.array([1.0 / max(len(item.options), 1) for item in instrument.items])
    n = (~np.isnan(right)).sum(axis=1)
    n_right = np.nansum(right, axis=1).astype(int)
    low, high = interval(n_right, n)
    columns: dict[str, Any] = {
        "n_right": n_right,
        "n_answered": n,
        "accuracy": np.divide(n_right, n, out=np.full(len(n), np.nan), where=n > 0),
        "accuracy_lower": low,
        "accuracy_upper": high,
        "chance": [
            float(chances[~np.isnan(row)].mean()) if k else np.nan
            for row, k in zip(right, n, strict=True)
        ],
        "p_chance": [
            _p_chance(int(k), chances[~np.isnan(row)])
            for row, k in zip(right, n_right, strict=True)
        ],
    }
    place = {item_id: k for k, item_id in enumerate(instrument.item_ids)}
    for scale in instrument.scales:
        mine = right[:, [place[item_id] for item_id in scale.items]]
        known = (~np.isnan(mine)).sum(axis=1)
        shares = np.divide(
            np.nansum(mine, axis=1), known, out=np.full(len(known), np.nan), where=known > 0
        )
        too_few = np.isnan(mine).mean(axis=1) > instrument.scoring.missing.max_share
        columns[scale.id] = np.where(too_few, np.nan, shares)
    columns["n_missing"] = np.isnan(values).sum(axis=1)
    return pd.DataFrame(columns)


def interval(right: Any, n: Any, *, level: float = 0.95) -> tuple[Array, Array]:
    """Clopper and Pearson's interval of a share.

    Examples
    --------
    >>> low, high = interval(18, 36)
    >>> round(float(low), 4), round(float(high), 4)
    (0.3292, 0.6708)
    """
    from scipy.stats import beta

    right, n = np.asarray(right, dtype=float), np.asarray(n, dtype=float)
    tail = (1 - level) / 2
    some = n > 0
    low = np.where(right > 0, beta.ppf(tail, np.maximum(right, 1), n - right + 1), 0.0)
    high = np.where(right < n, beta.ppf(1 - tail, right + 1, np.maximum(n - right, 1)), 1.0)
    return np.where(some, low, np.nan), np.where(some, high, np.nan)


def _p_chance(right: int, chances: Array) -> float:
    """Probability of at least as many correct answers by guessing, item by item.

    The sum of trials of unequal chances, by convolution: exact, and the binomial where all
    items have equally many options.

    Examples
    --------
    >>> round(_p_chance(13, np.full(36, 0.25)), 3), round(_p_chance(14, np.full(36, 0.25)), 3)
    (0.092, 0.046)
    """
    if not len(chances):
        return float("nan")
    probabilities = np.ones(1)
    for chance in chances:
        probabilities = np.convolve(probabilities, [1 - chance, chance])
    return float(min(1.0, probabilities[right:].sum()))
