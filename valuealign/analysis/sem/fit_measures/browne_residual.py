"""Browne's residual-based test statistic.

References
----------
Browne, M. W. (1984). Asymptotically distribution-free methods for the analysis of covariance
structures. British Journal of Mathematical and Statistical Psychology, 37(1), 62-83.
https://doi.org/10.1111/j.2044-8317.1984.tb00789.x
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation import rank_two
from valuealign.analysis.sem.estimation.discrepancy import NormalPoint
from valuealign.analysis.sem.estimation.solution import Solution

FloatArray = NDArray[np.float64]

_AT_REST = 1e-9
"""Slope below which a move of the estimates explains nothing of the residuals."""


def test_statistic(solution: Solution) -> float:
    """Return the chi-square; Browne's where the minimum is not chi-square distributed (ULS)."""
    setup = solution.setup
    if not setup.facts.minimum_is_chisq and setup.test == "standard" and not setup.ordinal:
        return residual_statistic(solution, at_model=False)
    return solution.chisq


def residual_statistic(solution: Solution, *, at_model: bool) -> float:
    """Return the normal-theory residual-based chi-square of complete, continuous data.

    Parameters
    ----------
    solution : Solution
    at_model : bool
        Whether the residuals' covariance is that under the model, or the saturated one.

    Notes
    -----
    Equal to lavaan's ``browne.residual.nt.model`` and ``browne.residual.nt``.
    """
    arrow = solution.problem.arrow
    total, pull = 0.0, np.zeros(solution.table.n_free)
    information = []
    for g, (share, local) in enumerate(zip(_shares(solution), arrow.local, strict=True)):
        size, slope, block = _group(solution, g, at_model=at_model)
        total += share * size
        pull[local] += share * slope
        information.append(share * block)
    if np.abs(pull).max(initial=0.0) > _AT_REST:
        total -= _explained(solution, pull, information)
    return max(total, 0.0) * solution.effective_n


def _explained(solution: Solution, pull: FloatArray, information: list[FloatArray]) -> float:
    """Return the part of the residuals that a change of the estimates would explain."""
    Z, arrow = solution.free_directions, solution.problem.arrow
    known = solution.setup.normal and solution.setup.information == "expected"
    if Z is None:
        try:
            factor = solution.factor if known else arrow.factor(information)
            return float(pull @ factor.solve(pull))
        except np.linalg.LinAlgError:
            Z = np.eye(len(pull))
    dense, projection = Z.T @ arrow.dense(information) @ Z, Z.T @ pull
    return float(projection @ np.linalg.lstsq(dense, projection, rcond=None)[0])


def _shares(solution: Solution) -> list[float]:
    sizes = np.array([solution.setup.multiplier(group.n) for group in solution.observed])
    return list((sizes / solution.effective_n).tolist())


def _group(solution: Solution, g: int, *, at_model: bool) -> tuple[float, FloatArray, FloatArray]:
    """Return a group's weighted square of residuals, its slope and the information."""
    group, point = solution.observed[g], solution.optimum.at.points[g]
    state = point.state  # type: ignore[attr-defined]
    D = group.covariance - state.sigma
    d = group.mean - state.mu if solution.means and group.mean is not None else np.zeros(len(D))
    normal = at_model and isinstance(point, NormalPoint)
    if at_model and isinstance(point, NormalPoint):
        W = point.W
    else:
        W = np.linalg.inv(state.sigma if at_model else group.covariance)
    covariance_pull, mean_pull = W @ D @ W, W @ d
    size = float(np.einsum("ij,ij->", covariance_pull, D)) / 2 + float(d @ mean_pull)
    structure = solution.structures[g]
    slope = rank_two.gradient(structure, state, -covariance_pull, -mean_pull)
    if normal:
        return size, slope, solution.expected[g] / solution.shares[g]
    return size, slope, rank_two.information(structure, state, W)
