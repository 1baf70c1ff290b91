"""Continuous variables among ordered ones: moments, and covariances with both kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq

from valuealign.analysis.ordinal.polyserial import PairScores, Serial, pearson_scores
from valuealign.errors import ConstantItem

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Continuous:
    """Continuous variables, and each respondent's influence on their means and variances.

    Attributes
    ----------
    z : ndarray, shape (q, n)
        Standardised by the moments; NaN where missing.
    mean, variance : ndarray, shape (q,)
        With divisor ``n``, of the responses that are there.
    moves : ndarray, shape (q, n, 2)
        Influence on mean and variance; 0 where missing.
    weights : ndarray, shape (n,)
    """

    z: FloatArray
    mean: FloatArray
    variance: FloatArray
    moves: FloatArray
    weights: FloatArray

    def with_ordered(
        self, k: int, ordered: tuple[NDArray[np.int16], FloatArray, FloatArray]
    ) -> tuple[float, FloatArray]:
        """Return the covariance with an ordered variable, and each respondent's influence on it.

        Parameters
        ----------
        k : int
            Which continuous variable.
        ordered : (codes, thresholds, moves)
            Of the ordered variable; `moves` has a row for each category and for missing.
        """
        codes, thresholds, moves = ordered
        sd = float(np.sqrt(self.variance[k]))
        pair = Serial(self.z[k], codes, thresholds, self.weights)
        rho = pair.correlate()
        column = self._column(pair.scores(rho, self.variance[k]), (self.moves[k], moves[codes]))
        return rho * sd, column * sd + rho / (2 * sd) * self.moves[k, :, 1]

    def within(self, j: int, k: int) -> tuple[float, FloatArray]:
        """Return the covariance of two continuous variables and each respondent's influence."""
        x, y = self.z[j], self.z[k]
        rho = _pearson(x, y, self.weights)
        scores = pearson_scores(x, y, rho, variances=(self.variance[j], self.variance[k]))
        column = self._column(scores, (self.moves[j], self.moves[k]))
        sds = np.sqrt(self.variance[[j, k]])
        through = self.moves[j, :, 1] / self.variance[j] + self.moves[k, :, 1] / self.variance[k]
        return float(rho * sds.prod()), sds.prod() * (column + rho / 2 * through)

    def _column(self, scores: PairScores, moves: tuple[FloatArray, FloatArray]) -> FloatArray:
        """Return each respondent's influence on a correlation."""
        weighted = self.weights * scores.rho
        through = moves[0] @ (weighted @ scores.first) + moves[1] @ (weighted @ scores.second)
        n = self.weights.sum()
        return np.asarray((n * scores.rho - through) / (weighted @ scores.rho))


def continuous(values: FloatArray, names: Sequence[str], weights: FloatArray) -> Continuous:
    """Return the moments of continuous variables and their influences.

    Parameters
    ----------
    values : ndarray, shape (q, n)
        NaN where missing.
    names : sequence of str
    weights : ndarray, shape (n,)

    Returns
    -------
    Continuous

    Raises
    ------
    ConstantItem
        A variable does not vary.
    """
    q, n = values.shape
    seen = ~np.isnan(values)
    w = np.where(seen, weights, 0.0)
    filled = np.where(seen, values, 0.0)
    mean = (w * filled).sum(axis=1) / w.sum(axis=1)
    away = np.where(seen, values - mean[:, None], 0.0)
    variance = (w * away**2).sum(axis=1) / w.sum(axis=1)
    for name, spread, level in zip(names, variance, mean, strict=True):
        if spread <= 1e-20 * max(1.0, level**2):
            raise ConstantItem(f"item {name!r} does not vary; it has no correlation")
    z = away / np.sqrt(variance)[:, None]
    moves = np.zeros((q, n, 2))
    for k in range(q):
        by_mean = z[k] / np.sqrt(variance[k])
        by_variance = np.where(seen[k], z[k] ** 2 - 1, 0.0) / (2 * variance[k])
        scores = np.column_stack([by_mean, by_variance])
        moves[k] = weights.sum() * scores @ np.linalg.inv((w[k][:, None] * scores).T @ scores)
    return Continuous(np.where(seen, z, np.nan), mean, variance, moves, weights)


def _pearson(x: FloatArray, y: FloatArray, weights: FloatArray) -> float:
    """Return the maximum-likelihood correlation of variables with mean 0 and variance 1.

    The product mean where every response is there; else the root of a cubic, because the moments
    of the responses that share a row are not those of all.
    """
    both = ~(np.isnan(x) | np.isnan(y))
    w, x, y = weights[both], x[both], y[both]
    n, xx, yy, xy = w.sum(), w @ (x * x), w @ (y * y), w @ (x * y)

    def score(rho: float) -> float:
        return float(n * rho * (1 - rho * rho) + (1 + rho * rho) * xy - rho * (xx + yy))

    return float(brentq(score, -1.0, 1.0, xtol=1e-15, rtol=1e-14))
