"""Rotation criteria: the complexity of a loading matrix, and its gradient.

Each function takes loadings (n_items x n_factors) and returns ``(value, gradient)``; a rotation
makes the value small. Nothing here knows how a rotation is found (:mod:`.rotation` does).

References
----------
Bernaards, C. A., & Jennrich, R. I. (2005). doi:10.1177/0013164404272507.
Jennrich, R. I., & Bentler, P. M. (2011). doi:10.1007/s11336-011-9218-4.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from valuealign.analysis.matrix import Floats

Criterion = Callable[[Floats], tuple[float, Floats]]


def crawford_ferguson(kappa: float) -> Criterion:
    """Row complexity against column complexity; 0 is quartimax, 1 / n_items is varimax.

    Parameters
    ----------
    kappa : float

    Returns
    -------
    callable
    """

    def criterion(L: Floats) -> tuple[float, Floats]:
        squares = L**2
        other_columns = squares.sum(axis=1, keepdims=True) - squares
        other_rows = squares.sum(axis=0) - squares
        mixed = (1 - kappa) * other_columns + kappa * other_rows
        return float((squares * mixed).sum() / 4), L * mixed

    return criterion


def oblimin(gamma: float) -> Criterion:
    """Covariance of squared loadings; ``gamma`` 0 is quartimin.

    Parameters
    ----------
    gamma : float

    Returns
    -------
    callable
    """

    def criterion(L: Floats) -> tuple[float, Floats]:
        squares = L**2
        mixed = squares.sum(axis=1, keepdims=True) - squares
        if gamma:
            mixed = mixed - gamma * mixed.mean(axis=0)
        return float((squares * mixed).sum() / 4), L * mixed

    return criterion


def geomin(epsilon: float) -> Criterion:
    """Geometric mean of each row's squared loadings, kept from zero by ``epsilon``.

    Parameters
    ----------
    epsilon : float

    Returns
    -------
    callable
    """

    def criterion(L: Floats) -> tuple[float, Floats]:
        squares = L**2 + epsilon
        means = np.exp(np.log(squares).mean(axis=1))
        return float(means.sum()), (2 / L.shape[1]) * (L / squares) * means[:, None]

    return criterion


def target(wanted: Floats) -> Criterion:
    """Squared distance to a target; NaN in the target leaves a loading free.

    Parameters
    ----------
    wanted : ndarray, shape (n_items, n_factors)

    Returns
    -------
    callable
    """
    known = ~np.isnan(wanted)
    filled = np.where(known, wanted, 0.0)

    def criterion(L: Floats) -> tuple[float, Floats]:
        difference = np.where(known, L - filled, 0.0)
        return float((difference**2).sum()), 2 * difference

    return criterion


def bifactor() -> Criterion:
    """Quartimin of every column but the first, which is left free as the general factor.

    Returns
    -------
    callable
    """
    group = oblimin(0.0)

    def criterion(L: Floats) -> tuple[float, Floats]:
        value, gradient = group(L[:, 1:])
        return 4 * value, np.column_stack([np.zeros(len(L)), 4 * gradient])

    return criterion
