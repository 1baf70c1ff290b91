"""Reliability of sums of ordinal items, on the scale of their categories.

Users sum category codes. The share of that sum's variance that the factor explains follows from
the thresholds and bivariate normal probabilities (Green & Yang 2009).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from valuealign.analysis.ordinal.bivariate_normal import probability
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.errors import NotSupported

FloatArray = NDArray[np.float64]


def of_factor(point: OrdinalPoint, k: int) -> dict[str, float]:
    """Return the reliability coefficients of one factor's items.

    Parameters
    ----------
    point : OrdinalPoint
        A group at the estimates.
    k : int
        The factor's place among the structure's variables.

    Returns
    -------
    dict
        ``alpha_ord`` (of polychoric correlations), ``omega``, ``omega2``, ``omega3``, ``ave``.

    Raises
    ------
    NotSupported
        A factor of ordinal and continuous items together.
    """
    structure = point.of.structure
    p = structure.p
    A, _, _ = structure.matrices(point.x)
    items = np.flatnonzero(A[:p, k])
    if not structure.ordered[items].all():
        raise NotSupported(
            f"{structure.names[k]} has ordinal and continuous items; their sum has no scale"
        )
    variance = float(point.state.C[k, k])
    loadings = A[items, k] * point.delta[items]
    common = np.outer(loadings, loadings) * variance
    cuts = [point.thresholds[structure.cut_of == i] for i in items]
    sub = np.ix_(items, items)
    implied, sample = point.sigma[sub], point.of.observed.covariance[sub]
    true = _covariance(cuts, common, own=True)
    polychoric = sample - np.diag(np.diag(sample)) + np.eye(len(items))
    m = len(items)
    alone = not np.delete(A[items][:, p:], k - p, axis=1).any()
    return {
        "alpha_ord": float(m / (m - 1) * (1 - m / polychoric.sum())) if m > 1 else np.nan,
        "omega": true / _covariance(cuts, common, own=False),
        "omega2": true / _covariance(cuts, implied, own=False),
        "omega3": true / _covariance(cuts, polychoric, own=False),
        "ave": float(np.trace(common)) / m if alone else np.nan,
    }


def category_covariances(cuts: list[FloatArray], rho: FloatArray, *, own: bool) -> FloatArray:
    """Return the covariances of category codes whose latent responses correlate by `rho`.

    Parameters
    ----------
    cuts : list of ndarray
        Thresholds of each item.
    rho : ndarray, shape (n_items, n_items)
    own : bool
        An item with itself correlates by its diagonal entry: two parallel items.

    Returns
    -------
    ndarray, shape (n_items, n_items)
    """
    n = len(cuts)
    limits, item = np.concatenate(cuts), np.repeat(np.arange(n), [len(each) for each in cuts])
    first, second = np.nonzero(item[:, None] >= item)
    i, j = item[first], item[second]
    x, y = limits[first], limits[second]
    # An item with itself correlates by 1, unless its parallel is meant.
    correlation = np.where((i == j) & (not own), 1.0, rho[i, j])
    apart = probability(x, y, correlation) - ndtr(x) * ndtr(y)
    lower = np.bincount(i * n + j, weights=apart, minlength=n * n).reshape(n, n)
    return np.asarray(lower + np.tril(lower, -1).T, dtype=np.float64)


def _covariance(cuts: list[FloatArray], rho: FloatArray, *, own: bool) -> float:
    """Return the variance of the sum of categories."""
    return float(category_covariances(cuts, rho, own=own).sum())


def omega_of_parts(parts: FloatArray, sizes: list[int]) -> float:
    """Return omega of ordinal items from their standardised loadings and thresholds in a row.

    Parameters
    ----------
    parts : ndarray
        One loading an item (the factor's variance 1), then every item's thresholds.
    sizes : list of int
        How many thresholds each item has.

    Returns
    -------
    float
    """
    loadings, rest = parts[: len(sizes)], parts[len(sizes) :]
    cuts = np.split(rest, np.cumsum(sizes)[:-1])
    common = np.outer(loadings, loadings)
    return _covariance(cuts, common, own=True) / _covariance(cuts, common, own=False)
