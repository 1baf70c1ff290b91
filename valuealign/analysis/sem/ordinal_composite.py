"""Reliability of sums of ordinal items: on the scale of the categories, not of what is beneath.

The sum of categories is what a user adds up. What of its variance the factor explains follows
from the thresholds and bivariate normal probabilities (Green & Yang 2009).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from valuealign.analysis.bivariate_normal import probability
from valuealign.analysis.sem.ordinal import OrdinalPoint
from valuealign.errors import NotSupported

FloatArray = NDArray[np.float64]


def of_factor(point: OrdinalPoint, k: int) -> dict[str, float]:
    """Return the coefficients of one factor's items.

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


def _covariance(cuts: list[FloatArray], rho: FloatArray, *, own: bool) -> float:
    """Return the variance of the sum of categories when what is beneath correlates by `rho`.

    An item with itself correlates by its diagonal entry where `own`: two parallel items.
    """
    total = 0.0
    for i, a in enumerate(cuts):
        for j, b in enumerate(cuts):
            apart = np.outer(ndtr(a), ndtr(b))
            if i == j and not own:
                both = ndtr(np.minimum.outer(a, b))
            else:
                both = probability(a[:, None], b[None, :], rho[i, j])
            total += float((both - apart).sum())
    return total
