"""Incomplete rows sorted by pattern of missing values, and their moments by EM."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

PLENTY = 10
"""Rows for each variable that every pair must have, for EM to be accelerated."""
_STEPS = 500
_NEAR = 1e-5
"""lavaan's bounds on plain EM: steps, and the change from which it is at rest."""


@dataclass(frozen=True, eq=False)
class Patterns:
    """All rows, sorted by which variables they have.

    Attributes
    ----------
    which : int array, shape (n,)
        The pattern of each row.
    seen : bool array, shape (m, p)
    share : array, shape (m,)
        Each pattern's share of the rows.
    mean : array, shape (m, p)
        Means of the rows of a pattern, 0 where unseen.
    covariance : array, shape (m, p, p)
        Their covariances (divisor: rows of the pattern), 0 where unseen.
    """

    which: NDArray[np.intp]
    seen: NDArray[np.bool_]
    share: FloatArray
    mean: FloatArray
    covariance: FloatArray

    @classmethod
    def of(cls, rows: FloatArray, weights: FloatArray | None = None) -> Patterns:
        """Sort rows into patterns; rows count as their weights say."""
        w = np.ones(len(rows)) if weights is None else weights
        present = ~np.isnan(rows)
        seen, which = np.unique(present, axis=0, return_inverse=True)
        which = which.ravel()
        filled = np.where(present, rows, 0.0)
        count = np.bincount(which, weights=w)
        mean = np.zeros((len(seen), rows.shape[1]))
        np.add.at(mean, which, filled * w[:, None])
        each = np.where(count > 0, count, 1.0)  # a pattern of weight 0 has a share of 0
        mean /= each[:, None]
        centred = np.where(present, filled - mean[which], 0.0)
        cov = np.zeros((len(seen), rows.shape[1], rows.shape[1]))
        for k in range(len(seen)):
            block = centred[which == k]
            cov[k] = block.T @ (block * w[which == k, None]) / each[k]
        return cls(which, seen, count / count.sum(), mean, cov)

    def invert(self, sigma: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return each pattern's inverse in zeros, shape (m, p, p), and log-determinant, (m,).

        Raises
        ------
        numpy.linalg.LinAlgError
            Where a part of `sigma` is not positive definite.
        """
        p = len(sigma)
        gap = np.zeros((len(self.seen), p, p))
        gap[:, np.arange(p), np.arange(p)] = ~self.seen
        padded = np.where(self.seen[:, :, None] & self.seen[:, None, :], sigma, gap)
        factor = np.linalg.cholesky(padded)
        logdet = 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        return np.linalg.inv(padded) - gap, logdet

    def misfit(self, mean: FloatArray, covariance: FloatArray) -> float:
        """Return ``(log|sigma| + tr(W T)) / 2`` averaged over rows, without constants."""
        W, logdet = self.invert(covariance)
        fit = np.einsum("mij,mij->m", W, self.second_moments(mean)[1])
        return float(self.share @ (logdet + fit)) / 2

    def second_moments(self, mu: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return residual means, shape (m, p), and second moments about `mu`, (m, p, p)."""
        d = np.where(self.seen, self.mean - mu, 0.0)
        return d, self.covariance + d[:, :, None] * d[:, None, :]


def estimate_moments(
    rows: FloatArray, weights: FloatArray | None, *, sparse: bool
) -> tuple[FloatArray, FloatArray, bool]:
    """Estimate mean and covariance of incomplete rows by EM.

    Parameters
    ----------
    rows : array, shape (n, p)
    weights : array, shape (n,), or None
    sparse : bool
        Whether to take plain steps, as lavaan does, before accelerated ones.

    Returns
    -------
    mean : array, shape (p,)
    covariance : array, shape (p, p)
    settled : bool
        Whether EM came to rest.

    Raises
    ------
    numpy.linalg.LinAlgError
        Where the covariance becomes singular.
    """
    middle, sd = np.nanmean(rows, axis=0), np.nanstd(rows, axis=0)
    scaled, unit = Patterns.of((rows - middle) / sd, weights), np.outer(sd, sd)
    if not sparse:
        moments = _climb(scaled, np.zeros(len(sd)), np.eye(len(sd)))
        if moments is not None:
            return middle + sd * moments[0], unit * moments[1], True
    mean, cov, settled = _plain(Patterns.of(rows, weights), middle, np.diag(sd**2))
    start = (mean - middle) / sd, cov / unit
    polished = _climb(scaled, *start) if settled else None
    if polished is None or scaled.misfit(*polished) > scaled.misfit(*start):
        return mean, cov, settled  # an accelerated step went to a saddle
    return middle + sd * polished[0], unit * polished[1], True


def _em(sorted_rows: Patterns, mean: FloatArray, cov: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Take one EM step, in the form ``cov + cov Q cov``."""
    W, _ = sorted_rows.invert(cov)
    d, T = sorted_rows.second_moments(mean)
    Q = np.einsum("m,mij->ij", sorted_rows.share, W @ T @ W - W)
    move = cov @ (sorted_rows.share @ np.einsum("mij,mj->mi", W, d))
    return mean + move, cov + cov @ Q @ cov - np.outer(move, move)


def _plain(
    sorted_rows: Patterns, mean: FloatArray, cov: FloatArray
) -> tuple[FloatArray, FloatArray, bool]:
    """Iterate EM as lavaan does, in the units of the data, at most 500 steps.

    A covariance near singular is lifted a little, as there.
    """
    for _ in range(_STEPS):
        new_mean, new = _em(sorted_rows, mean, cov)
        new = (new + new.T) / 2
        if np.linalg.eigvalsh(new)[0] < 1e-6:
            new = new + 1e-8 * np.diag(new).max() * np.eye(len(new))
        change = max(np.abs(new_mean - mean).max(), np.abs(new - cov).max())
        mean, cov = new_mean, new
        if change < _NEAR:
            return mean, cov, True
    return mean, cov, False


def _climb(
    sorted_rows: Patterns, mean: FloatArray, cov: FloatArray, *, limit: int = 3000
) -> tuple[FloatArray, FloatArray] | None:
    """Iterate EM, mixing the last few steps so that their residuals cancel; None without rest."""
    p = len(mean)
    points: list[FloatArray] = []
    residuals: list[FloatArray] = []
    z = np.concatenate([mean, cov.ravel()])
    best = np.inf
    for _ in range(limit):
        try:
            new = np.concatenate([a.ravel() for a in _em(sorted_rows, z[:p], z[p:].reshape(p, p))])
        except np.linalg.LinAlgError:  # an extrapolation left the proper region
            if not points:
                return None
            z = points[-1] + residuals[-1]
            points, residuals = [], []
            continue
        residual = new - z
        size = float(np.abs(residual).max())
        if size < 1e-11:
            return new[:p], new[p:].reshape(p, p)
        if size > 2 * best:
            points, residuals = [], []
        best = min(best, size)
        points, residuals = [*points[-5:], z], [*residuals[-5:], residual]
        z = new if len(points) < 2 else _mix(points, residuals)
    return None


def _mix(points: list[FloatArray], residuals: list[FloatArray]) -> FloatArray:
    steps = np.array([b - a for a, b in itertools.pairwise(residuals)]).T
    moves = np.array([b - a for a, b in itertools.pairwise(points)]).T
    weight = np.linalg.lstsq(steps, residuals[-1], rcond=None)[0]
    return np.asarray(points[-1] + residuals[-1] - (moves + steps) @ weight)
