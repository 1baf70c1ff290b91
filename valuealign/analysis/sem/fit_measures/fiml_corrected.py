"""Fit indices for incomplete data, corrected for the effect of missing values.

With missing values the metric of the likelihood-ratio statistic depends on the pattern of missing
values. Zhang & Savalei (2023) take the complete-data discrepancy between the saturated estimates
and the model's implied moments and correct its expectation, without a refit.

References
----------
Zhang, X., & Savalei, V. (2023). New computations for RMSEA and CFI following FIML and TS
estimation with missing data. Psychological Methods, 28(2), 263-283.
https://doi.org/10.1037/met0000445
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation import rank_two
from valuealign.analysis.sem.estimation.discrepancy import Normal
from valuealign.analysis.sem.estimation.missing import MissingPoint, first_order, saturated
from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.specification.fixed_x import varying

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Corrected:
    """The complete-data chi-square, and the ratio of its expectation to its df."""

    chisq: float
    factor: float


def corrected(solution: Solution) -> Corrected:
    """Return the corrected statistic of a full-information solution.

    Under normality (their V6) the moments' covariance is the inverse information; under MLR
    (V3) it is the sandwich.
    """
    parts = [_part(solution, g) for g in range(len(solution.observed))]
    shares, local = solution.shares.tolist(), solution.problem.arrow.local
    bread = solution.inverse(
        [w * part.D.T @ part.bread @ part.D for w, part in zip(shares, parts, strict=True)]
    )
    trace = 0.0
    for g, part in enumerate(parts):
        for h, other in enumerate(parts):
            inner = bread[np.ix_(local[g], local[h])]
            P = -np.sqrt(shares[g] * shares[h]) * part.D @ inner @ (other.own @ other.D).T
            if g == h:
                P += np.eye(len(P))
            trace += float(np.einsum("ij,ij->", part.complete @ P, P @ other.spread))
    chisq = sum(2 * n * part.value for n, part in zip(_sizes(solution), parts, strict=True))
    return Corrected(float(chisq), trace / solution.df if solution.df else np.nan)


def _sizes(solution: Solution) -> list[float]:
    return [group.n for group in solution.observed]


@dataclass(frozen=True, eq=False)
class _Part:
    """One group: its complete-data discrepancy, informations, and Jacobian of the moments."""

    value: float
    own: FloatArray
    bread: FloatArray
    complete: FloatArray
    spread: FloatArray
    D: FloatArray


def _part(solution: Solution, g: int) -> _Part:
    group, point = solution.observed[g], solution.optimum.at.points[g]
    assert isinstance(point, MissingPoint)  # noqa: S101  # full information
    h1 = saturated(group)
    whole = replace(group, covariance=h1.covariance, mean=h1.mean)
    value = Normal(solution.structures[g], whole, True).at(solution.x).value
    free = h1.point(group)
    own, S = free.hessian(), free.scores()
    first = own if solution.setup.test == "standard" else first_order(group, S)
    kept = varying(len(h1.mean), group.fixed)
    both = np.ix_(kept, kept)
    own, first = own[both], first[both]
    inverse = np.linalg.inv(own)
    W = np.asarray(np.linalg.inv(h1.covariance))
    complete = rank_two.information(free.of.structure, free.state, W)[both]
    D = rank_two.jacobian(solution.structures[g], point.state, means=True)[kept]
    bread = own if solution.setup.information == "observed" else free.information()[both]
    return _Part(value, own, bread, complete, np.asarray(inverse @ first @ inverse), D)
