"""Coefficients of agreement among any number of raters, for any weights of the units.

Every function takes weights of units, shape (n_draws, n_units): ones for the data themselves,
and how often each unit was drawn for a bootstrap.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.agreement.rated_units import Kind, RatedUnits

FloatArray = NDArray[np.float64]
_CELLS = 4_000_000
"""Cells of coincidence tables that are held at once."""


def krippendorff(rated: RatedUnits, weights: FloatArray) -> FloatArray:
    """Return Krippendorff's alpha, 1 - observed / expected disagreement, shape (n_draws,).

    References
    ----------
    Krippendorff, K. (2019). Content analysis (4th ed.). Sage. doi:10.4135/9781071878781
    """
    counts = rated.counts
    size = counts.sum(axis=1)
    paired = size >= 2
    counts, size, weights = counts[paired], size[paired], weights[:, paired]
    if rated.kind == "interval":
        return _interval_alpha(counts, size, rated.numbers, weights)
    coincident = counts[:, :, None] * counts[:, None, :]
    diagonal = np.arange(counts.shape[1])
    coincident[:, diagonal, diagonal] -= counts
    coincident /= (size - 1)[:, None, None]
    parts = max(1, int(len(weights) * counts.shape[1] ** 2 / _CELLS))
    out = []
    for w in np.array_split(weights, parts):
        totals = w @ counts
        distance = _distances(rated.kind, rated.numbers, totals)
        observed = np.einsum("du,uck->dck", w, coincident, optimize=True)
        n = totals.sum(axis=1)
        expected = np.einsum("dc,dck,dk->d", totals, distance, totals, optimize=True)
        out.append(_ratio((n - 1) * (observed * distance).sum(axis=(1, 2)), expected))
    return np.concatenate(out)


def _interval_alpha(
    counts: FloatArray, size: FloatArray, numbers: FloatArray, weights: FloatArray
) -> FloatArray:
    """Return alpha of squared differences, without comparing every pair of values."""
    numbers = numbers - counts.sum(axis=0) @ numbers / counts.sum()
    first, second = counts @ numbers, counts @ numbers**2
    within = 2 * (size * second - first**2) / (size - 1)
    n = weights @ size
    expected = 2 * (n * (weights @ second) - (weights @ first) ** 2)
    return _ratio((n - 1) * (weights @ within), expected)


def _distances(kind: Kind, numbers: FloatArray, totals: FloatArray) -> FloatArray:
    """Return squared distances of values, shape (n_draws, n_values, n_values)."""
    a, b = numbers[:, None], numbers[None, :]
    if kind == "ordinal":
        # Ratings between two values, their own counted by half.
        middle = np.cumsum(totals, axis=1) - totals / 2
        return np.asarray((middle[:, :, None] - middle[:, None, :]) ** 2)
    if kind == "ratio":
        both = np.where(a + b > 0, a + b, 1.0)
        distance = ((a - b) / both) ** 2
    else:
        distance = (a != b).astype(float)
    return np.broadcast_to(distance, (len(totals), *distance.shape))


def _ratio(observed: FloatArray, expected: FloatArray) -> FloatArray:
    """Return 1 - observed / expected; NaN where one value only was given."""
    out = np.full(len(expected), np.nan)
    known = expected > 1e-12 * max(1.0, float(np.abs(expected).max(initial=0.0)))
    out[known] = 1 - observed[known] / expected[known]
    return out


def agreement_weights(kind: Kind, n_values: int) -> FloatArray:
    """Return how far two values count as agreeing: identity, or Gwet's ordinal weights.

    References
    ----------
    Gwet, K. L. (2014). Handbook of inter-rater reliability (4th ed.). Advanced Analytics.
    """
    if kind == "nominal":
        return np.eye(n_values)
    apart = np.abs(np.subtract.outer(np.arange(n_values), np.arange(n_values)))
    return np.asarray(1 - apart * (apart + 1) / (n_values * (n_values - 1)))


def percent(rated: RatedUnits, weights: FloatArray, w: FloatArray) -> FloatArray:
    """Return the (weighted) share of pairs of ratings that agree, shape (n_draws,)."""
    counts = rated.counts
    size = counts.sum(axis=1)
    paired = size >= 2
    counts, size = counts[paired], size[paired]
    of_unit = (counts * (counts @ w - 1)).sum(axis=1) / (size * (size - 1))
    total = weights[:, paired].sum(axis=1)
    out = np.full(len(weights), np.nan)
    np.divide(weights[:, paired] @ of_unit, total, out=out, where=total > 0)
    return out


def fleiss(rated: RatedUnits, weights: FloatArray, w: FloatArray) -> FloatArray:
    """Return Fleiss' kappa, also weighted and with missing ratings, shape (n_draws,).

    References
    ----------
    Fleiss, J. L. (1971). Measuring nominal scale agreement among many raters. Psychological
    Bulletin, 76, 378-382. doi:10.1037/h0031619
    """
    shares = _shares(rated, weights)
    by_chance = np.einsum("dc,ck,dk->d", shares, w, shares)
    return _corrected(percent(rated, weights, w), by_chance)


def gwet(rated: RatedUnits, weights: FloatArray, w: FloatArray) -> FloatArray:
    """Return Gwet's AC1, or AC2 with weights of values, shape (n_draws,).

    References
    ----------
    Gwet, K. L. (2008). Computing inter-rater reliability and its variance in the presence of high
    agreement. British Journal of Mathematical and Statistical Psychology, 61, 29-48.
    doi:10.1348/000711006X126600
    """
    shares = _shares(rated, weights)
    q = len(w)
    by_chance = w.sum() / (q * (q - 1)) * (shares * (1 - shares)).sum(axis=1)
    return _corrected(percent(rated, weights, w), by_chance)


def _shares(rated: RatedUnits, weights: FloatArray) -> FloatArray:
    """Return the average share of each value over units, shape (n_draws, n_values)."""
    counts = rated.counts
    return np.asarray(
        weights @ (counts / counts.sum(axis=1, keepdims=True)) / weights.sum(axis=1, keepdims=True)
    )


def _corrected(observed: FloatArray, by_chance: FloatArray) -> FloatArray:
    out = np.full(len(observed), np.nan)
    known = 1 - by_chance > 1e-12
    out[known] = (observed[known] - by_chance[known]) / (1 - by_chance[known])
    return out


def cohen(
    first: NDArray[np.intp], second: NDArray[np.intp], weights: FloatArray, w: FloatArray
) -> FloatArray:
    """Return Cohen's kappa of two raters who both rated every unit, shape (n_draws,).

    Parameters
    ----------
    first, second : ndarray of int, shape (n_units,)
        Places of their ratings among the values.
    weights : ndarray, shape (n_draws, n_units)
    w : ndarray, shape (n_values, n_values)
        How far two values count as agreeing.

    References
    ----------
    Cohen, J. (1968). Weighted kappa. Psychological Bulletin, 70, 213-220. doi:10.1037/h0026256
    """
    total = weights.sum(axis=1)
    size = len(w)
    one = np.eye(size)[first]
    other = np.eye(size)[second]
    observed = weights @ w[first, second] / total
    margins = [(weights @ rated) / total[:, None] for rated in (one, other)]
    by_chance = np.einsum("dc,ck,dk->d", margins[0], w, margins[1])
    return _corrected(observed, by_chance)


def cohen_weights(name: str, numbers: FloatArray) -> FloatArray:
    """Return identity, linear or quadratic weights of numbered values."""
    if name == "identity":
        return np.eye(len(numbers))
    apart = np.abs(np.subtract.outer(numbers, numbers)) / np.ptp(numbers)
    return np.asarray(1 - apart ** {"linear": 1, "quadratic": 2}[name])
