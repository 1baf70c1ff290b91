"""Fixed covariates: their own moments have no sampling variance.

With covariates held at their sample values, only the part of a statistic that they do not predict
varies: the values and products of each row's linear prediction are subtracted from the row's own.
This is a linear map of the moments, so it applies to rows and to a given Gamma.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.specification.table_rows import Row

if TYPE_CHECKING:
    from collections.abc import Sequence

FloatArray = NDArray[np.float64]


def fixed_places(rows: Sequence[Row], names: Sequence[str]) -> tuple[int, ...]:
    """Return the places among `names` of the covariates that a table's rows hold fixed."""
    fixed = {row.lhs for row in rows if row.exo}
    return tuple(i for i, name in enumerate(names) if name in fixed)


def varying(p: int, fixed: Sequence[int]) -> NDArray[np.intp]:
    """Return which means and covariances of `p` variables involve more than fixed covariates."""
    own = np.isin(np.arange(p), list(fixed))
    columns, rows = np.triu_indices(p)
    return np.flatnonzero(~np.concatenate([own, own[columns] & own[rows]]))


def prediction(covariance: FloatArray, fixed: Sequence[int]) -> FloatArray:
    """Return ``M`` so that ``M y`` predicts all variables from the fixed ones, shape (p, p)."""
    x = list(fixed)
    M = np.zeros_like(covariance)
    M[:, x] = np.linalg.solve(covariance[np.ix_(x, x)], covariance[x]).T
    return M


def vech_map(M: FloatArray) -> FloatArray:
    """Return the matrix that takes ``vech(S)`` to ``vech(M S M')``."""
    p = len(M)
    columns, rows = np.triu_indices(p)
    out = M[np.ix_(rows, rows)] * M[np.ix_(columns, columns)]
    out += np.where(rows == columns, 0.0, 1.0) * M[np.ix_(rows, columns)] * M[np.ix_(columns, rows)]
    return out


def given_fixed(gamma: FloatArray, M: FloatArray, *, means: bool) -> FloatArray:
    """Return the part of a Gamma that the predictions by ``M`` leave."""
    part = vech_map(M)
    if means:
        p = len(M)
        whole = np.zeros((p + len(part),) * 2)
        whole[:p, :p], whole[p:, p:] = M, part
        part = whole
    T = np.eye(len(part)) - part
    return np.asarray(T @ gamma @ T.T)
