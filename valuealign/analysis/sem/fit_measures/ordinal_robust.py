"""Robust fit indices of ordinal models, from normal theory on the correlations.

Scaled indices of least-squares estimators depend on the weight. Savalei (2021) takes the normal
discrepancy between the polychoric and the implied correlations, at the least-squares estimates,
and corrects its expectation.

References
----------
Savalei, V. (2021). Improving fit indices in structural equation modeling with categorical data.
Multivariate Behavioral Research, 56(3), 390-407. https://doi.org/10.1080/00273171.2020.1717922
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.estimation.solution import Solution

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class CorrelationTest:
    """The model's and the baseline's normal discrepancy, and their expectations over df.

    The degrees of freedom are those of the correlations: constraints on thresholds and means are
    not part of the discrepancy.
    """

    chisq: float
    df: int
    factor: float
    null_chisq: float
    null_df: int
    null_factor: float


def correlation_test(solution: Solution) -> CorrelationTest | None:
    """Return the test on correlations; None where a polychoric matrix has no inverse.

    Notes
    -----
    For several groups lavaan 0.6-14 divides the baseline's expectation by the groups' shares;
    here the shares cancel, as they do in the model's.
    """
    points = [p for p in solution.optimum.at.points if isinstance(p, OrdinalPoint)]
    if not all(p.of.observed.ordinal.ordered.all() for p in points):
        return None
    bread = solution.inverse(solution.expected)
    shares, local = solution.shares.tolist(), solution.problem.arrow.local
    chisq = null = expected = null_expected = 0.0
    try:
        for g, point in enumerate(points):
            group = point.of.observed
            R, sigma = group.covariance, point.sigma
            null_log = -float(2 * np.log(np.diag(np.linalg.cholesky(R))).sum())
            log = float(2 * np.log(np.diag(np.linalg.cholesky(sigma))).sum())
            fit = float(np.trace(np.linalg.solve(sigma, R)))
            chisq += group.n * (log + fit + null_log - len(R))
            null += group.n * null_log
            Z, D, V = _correlation_part(point)
            null_expected += float(np.einsum("ns,ns->", Z, Z)) / len(Z)
            pulled = shares[g] * (Z * V) @ D
            for h, other in enumerate(points):
                moved = pulled @ bread[np.ix_(local[g], local[h])] @ _part(other).T
                M = Z - moved if g == h else moved
                expected += shares[h] / shares[g] * _normal_square(M, other.sigma)
    except np.linalg.LinAlgError:
        return None
    df0 = sum(p.state.p * (p.state.p - 1) // 2 for p in points)
    df = df0 - _n_parameters(solution, points)
    if df <= 0:
        return None
    return CorrelationTest(chisq, df, expected / df, null, df0, null_expected / df0)


def _n_parameters(solution: Solution, points: list[OrdinalPoint]) -> int:
    """Return how many free parameters the correlations depend on, less their equalities."""
    touched = np.zeros(solution.table.n_free, dtype=bool)
    for local, point in zip(solution.problem.arrow.local, points, strict=True):
        touched[local] |= _part(point).any(axis=0)
    return int(touched.sum()) - (solution.table.n_free - solution.npar)


def _part(point: OrdinalPoint) -> FloatArray:
    return point.jacobian()[len(point.thresholds) :]


def _correlation_part(point: OrdinalPoint) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the correlations' influences, Jacobian and weights."""
    cut = len(point.thresholds)
    V = point.of.V if point.of.V.ndim == 1 else np.diag(point.of.V)
    return point.of.observed.ordinal.influence()[:, cut:], _part(point), V[cut:]


def _normal_square(rows: FloatArray, sigma: FloatArray) -> float:
    """Return the mean of ``m' V m`` with the normal weight, for correlations in rows."""
    p = len(sigma)
    W = np.linalg.inv(sigma)
    i, j = np.triu_indices(p, 1)
    total = 0.0
    for start in range(0, len(rows), 512):
        part = rows[start : start + 512]
        M = np.zeros((len(part), p, p))
        M[:, i, j] = M[:, j, i] = part
        total += float(np.einsum("nij,nij->", W @ M @ W, M)) / 2
    return total / len(rows)
