"""What fixed covariates take out of sampling: their own moments do not vary.

With covariates held at their sample values, a statistic varies only as far as the covariates do
not predict it: from each row's values and products those of its linear prediction are taken
off. This is a linear map of the moments, so it serves rows and a given Gamma alike.
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
    """Return which of the means and covariances of `p` variables are not the fixed ones' own."""
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
    """Return what is left of a Gamma where the predictions by ``M`` do not vary."""
    part = vech_map(M)
    if means:
        p = len(M)
        whole = np.zeros((p + len(part),) * 2)
        whole[:p, :p], whole[p:, p:] = M, part
        part = whole
    T = np.eye(len(part)) - part
    return np.asarray(T @ gamma @ T.T)
