"""A root of a covariance that may be singular."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def root(covariance: npt.ArrayLike) -> Floats:
    """Return a matrix whose product with its transpose is the covariance.

    Parameters
    ----------
    covariance : array_like, shape (k, k)
        Positive semidefinite up to rounding.

    Returns
    -------
    ndarray, shape (k, k)

    Examples
    --------
    >>> R = root([[2.0, 2.0], [2.0, 2.0]])
    >>> (R @ R.T).round(12).tolist()
    [[2.0, 2.0], [2.0, 2.0]]
    """
    values, vectors = np.linalg.eigh(np.asarray(covariance, dtype=float))
    return np.asarray(vectors * np.sqrt(np.clip(values, 0.0, None)))
