"""The effect of a level on responses, items balanced by a random intercept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.matrix import ROUNDING

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


def item_balanced(
    y: FloatArray, design: FloatArray, items: IntArray, clusters: IntArray
) -> tuple[float, float]:
    """Return the effect of the second column of a design, and its cluster-robust error.

    Parameters
    ----------
    y : ndarray, shape (n,)
    design : ndarray, shape (n, q)
        A constant, the level (0 or 1), and what else is held the same.
    items, clusters : ndarray of int, shape (n,)
        From 0; every item lies in one cluster.

    Returns
    -------
    effect, se : float
        The error is NaN for one cluster.

    Notes
    -----
    REML of ``y ~ level + others + (1 | item)``: where no response is missing it is the mean of
    the items' differences; where some are, an item that lacks a form is compared at the forms it
    has. The effect agrees with lme4 to 1e-6 (``tests/analysis/style``). The error is the
    sandwich over clusters times G / (G - 1), which for complete data is that of a mean of
    clusters.

    Examples
    --------
    >>> y = np.array([1.0, 3.0, 5.0, 2.0, 4.0, 6.5])
    >>> X = np.column_stack([np.ones(6), [0, 0, 0, 1, 1, 1]])
    >>> at = np.array([0, 1, 2, 0, 1, 2])
    >>> [round(v, 4) for v in item_balanced(y, X, at, at)]
    [1.1667, 0.1667]
    """
    from scipy.optimize import minimize_scalar

    y = y - y.mean()
    if not y.any():
        return 0.0, 0.0
    n_items = int(items.max()) + 1
    counts = np.bincount(items, minlength=n_items).astype(float)
    both = np.column_stack([design, y])
    sums = np.stack([np.bincount(items, both[:, k], n_items) for k in range(both.shape[1])], axis=1)
    cross = both.T @ both
    rank = np.linalg.matrix_rank(design)

    def parts(ratio: float) -> FloatArray:
        shrunk = sums * (ratio / (1 + ratio * counts))[:, None]
        return np.asarray(cross - sums.T @ shrunk)

    def deviance(log_ratio: float) -> float:
        ratio = float(np.exp(log_ratio))
        P = parts(ratio)
        values = np.linalg.eigvalsh(P[:-1, :-1])[-rank:]
        rss = P[-1, -1] - P[-1, :-1] @ np.linalg.pinv(P[:-1, :-1]) @ P[:-1, -1]
        free = len(y) - rank
        spread = np.log1p(ratio * counts).sum() + np.log(values).sum()
        return float(free * np.log(max(rss, 1e-300)) + spread)

    ratio = float(
        np.exp(
            minimize_scalar(deviance, bounds=(-16, 12), method="bounded", options={"xatol": 1e-8}).x
        )
    )
    P = parts(ratio)
    inverse = np.linalg.pinv(P[:-1, :-1])
    beta = inverse @ P[:-1, -1]
    residual = y - design @ beta
    within = ratio / (1 + ratio * counts) * np.bincount(items, residual, n_items)
    scores = design * (residual - within[items])[:, None]
    effect = float(beta[1]) if abs(beta[1]) > ROUNDING * np.ptp(y) else 0.0
    g = int(clusters.max()) + 1
    if g < 2:
        return effect, float("nan")
    by_cluster = np.stack([np.bincount(clusters, column, g) for column in scores.T], axis=1)
    bread = by_cluster @ inverse[1]
    se = float(np.sqrt(g / (g - 1) * (bread**2).sum()))
    return effect, se if se > ROUNDING * np.ptp(y) else 0.0
