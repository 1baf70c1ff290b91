"""Two-step estimates for pairs with a continuous variable: polyserial and Pearson correlations."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

FloatArray = NDArray[np.float64]

BOUND = 0.995
"""The largest polyserial correlation that is looked for, as in lavaan."""

_TINY = float(np.finfo(float).eps)


@dataclass(frozen=True, eq=False)
class PairScores:
    """Derivatives of a pair's log-likelihood, one row a response; 0 where one is missing.

    Attributes
    ----------
    rho : ndarray, shape (n,)
        By the correlation.
    first, second : ndarray, shape (n, q)
        By the first and second variable's own parameters: mean and variance, or thresholds.
    """

    rho: FloatArray
    first: FloatArray
    second: FloatArray


@dataclass(frozen=True, eq=False)
class Serial:
    """A standardised continuous variable paired with an ordered one.

    Attributes
    ----------
    z : ndarray, shape (n,)
        NaN where missing.
    codes : int array, shape (n,)
        Categories from 0; ``len(thresholds) + 1`` or more where missing.
    thresholds : ndarray, shape (k - 1,)
    weights : ndarray, shape (n,)
    """

    z: FloatArray
    codes: NDArray[np.int16]
    thresholds: FloatArray
    weights: FloatArray

    def _seen(self) -> NDArray[np.bool_]:
        return ~np.isnan(self.z) & (self.codes <= len(self.thresholds))

    def correlate(self, *, tolerance: float = 1e-10, steps: int = 100) -> float:
        """Return the maximum-likelihood correlation, given the thresholds and the moments."""
        seen = self._seen()
        z, w = self.z[seen], self.weights[seen]
        part = Serial(z, self.codes[seen], self.thresholds, w)
        coded = self.codes[seen] - (w @ self.codes[seen]) / w.sum()
        rho = float(
            np.clip((w * coded) @ z / np.sqrt((w * coded) @ coded * (w * z) @ z), -0.9, 0.9)
        )
        low, high = -BOUND, BOUND
        for _ in range(steps):
            scores = part.scores(rho).rho
            total = float(w @ scores)
            low, high = (rho, high) if total > 0 else (low, rho)
            new = rho + total / float((w * scores) @ scores)
            if not low < new < high:
                new = (low + high) / 2
            rho, moved = new, abs(new - rho)
            if moved < tolerance:
                break
        return rho

    def scores(self, rho: float, variance: float = 1.0) -> PairScores:
        """Return the derivatives at a correlation.

        Parameters
        ----------
        rho : float
        variance : float
            Of the continuous variable.

        Returns
        -------
        PairScores
            `first` by mean and variance, `second` by the thresholds.
        """
        seen = self._seen()
        z = np.where(seen, self.z, 0.0)
        code = np.where(seen, self.codes, 0)
        rest = np.sqrt(1 - rho * rho)
        edges = np.concatenate([[-np.inf], self.thresholds, [np.inf]])
        upper, lower = (edges[code + 1] - rho * z) / rest, (edges[code] - rho * z) / rest
        chance = np.maximum(ndtr(upper) - ndtr(lower), _TINY)
        heights = [np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi) for t in (upper, lower)]
        turn = [
            h * np.where(np.isfinite(t), t * rho * rest - z * rest**2, 0.0)
            for h, t in zip(heights, (upper, lower), strict=True)
        ]
        gap = (heights[0] - heights[1]) / chance
        by_mean = (z + rho / rest * gap) / np.sqrt(variance)
        by_variance = (z * z - 1 + rho * z / rest * gap) / (2 * variance)
        ends = np.arange(len(self.thresholds))
        by_threshold = (
            (code[:, None] == ends) * heights[0][:, None]
            - (code[:, None] == ends + 1) * heights[1][:, None]
        ) / (rest * chance)[:, None]
        mask = seen[:, None]
        return PairScores(
            np.where(seen, (turn[0] - turn[1]) / (chance * rest**3), 0.0),
            np.column_stack([by_mean, by_variance]) * mask,
            by_threshold * mask,
        )


def pearson_scores(
    x: FloatArray, y: FloatArray, rho: float, *, variances: tuple[float, float]
) -> PairScores:
    """Return the derivatives of the bivariate normal log-likelihood.

    Parameters
    ----------
    x, y : ndarray, shape (n,)
        Standardised; NaN where missing.
    rho : float
    variances : (float, float)

    Returns
    -------
    PairScores
    """
    seen = ~(np.isnan(x) | np.isnan(y))
    x, y = np.where(seen, x, 0.0), np.where(seen, y, 0.0)
    rest = 1 - rho * rho
    scores = []
    for own, other, variance in ((x, y, variances[0]), (y, x, variances[1])):
        by_mean = (own - rho * other) / (rest * np.sqrt(variance))
        by_variance = ((own * own - rho * own * other) / rest - 1) / (2 * variance)
        scores.append(np.column_stack([by_mean, by_variance]) * seen[:, None])
    square = x * x - 2 * rho * x * y + y * y
    by_rho = rho / rest + x * y / rest - square * rho / rest**2
    return PairScores(np.where(seen, by_rho, 0.0), scores[0], scores[1])
