"""Residuals in units of their standard errors."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation import rank_two
from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.fit_measures.residuals import moment_pairs, raw
from valuealign.errors import NotSupported

FloatArray = NDArray[np.float64]
Kind = Literal["standardized", "normalized"]
_TINY = 1e-9


def residual_z(solution: Solution, kind: Kind) -> list[tuple[FloatArray, FloatArray | None]]:
    """Return each group's residuals as z-values: covariances, and means if there are any.

    Parameters
    ----------
    solution : Solution
        Maximum likelihood on complete rows or moments, continuous variables.
    kind : {"standardized", "normalized"}
        By the standard error of the residual, or (smaller values) of the sample moment.

    Returns
    -------
    list of (array, array or None)
        0 where the model reproduces a moment by construction.

    Raises
    ------
    NotSupported
        Another discrepancy.
    """
    if not solution.setup.is_likelihood or solution.setup.missing != "listwise":
        raise NotSupported("residuals have z-values for maximum likelihood on complete rows only")
    bread = solution.inverse(solution.expected)
    out = []
    for g, pair in enumerate(moment_pairs(solution)):
        cov, mean = raw(pair)
        n = solution.observed[g].n
        spread = _spread(pair.S, means=mean is not None) / n
        if kind == "standardized":
            structure = solution.structures[g]
            state = structure.state(solution.x)
            J = rank_two.jacobian(structure, state, means=mean is not None)
            local = structure.local
            inner = J @ bread[np.ix_(local, local)] @ J.T * solution.shares[g]
            weight = np.linalg.inv(_spread(pair.sigma, means=mean is not None))
            Q = np.eye(len(spread)) - inner @ weight
            spread = Q @ spread @ Q.T
        p = len(pair.S)
        flat = rank_two.vech(cov)
        if mean is not None:
            flat = np.concatenate([mean, flat])
        variance = np.diag(spread)
        own = np.diag(_spread(pair.S, means=mean is not None)) / n
        known = variance > _TINY * own
        z = np.where(known, flat / np.sqrt(np.where(known, variance, 1.0)), 0.0)
        columns, rows = np.triu_indices(p)
        matrix = np.zeros((p, p))
        matrix[rows, columns] = matrix[columns, rows] = z[-len(rows) :]
        out.append((matrix, None if mean is None else z[:p]))
    return out


def _spread(S: FloatArray, *, means: bool) -> FloatArray:
    """Return n times the covariance of (means and) covariances of normal variables."""
    p = len(S)
    columns, rows = np.triu_indices(p)
    out = S[np.ix_(columns, columns)] * S[np.ix_(rows, rows)]
    out += S[np.ix_(columns, rows)] * S[np.ix_(rows, columns)]
    if not means:
        return np.asarray(out)
    whole = np.zeros((p + len(out),) * 2)
    whole[:p, :p], whole[p:, p:] = S, out
    return whole
