"""The square root of a covariance that random draws are multiplied by.

A covariance has many matrices whose product with their transpose it is. The product of an
eigenvector matrix and the roots of the eigenvalues is one of them, and another processor's LAPACK
returns other signs, or another basis where eigenvalues are equal: the same seed then gives other
draws. Every draw of this package goes through the one root that does not depend on either.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
ROUNDING = 1e-12
"""Share of the largest eigenvalue up to which another one is rounding error."""


def square_root(covariance: npt.ArrayLike) -> Floats:
    """Return the symmetric positive semidefinite square root of a covariance.

    Parameters
    ----------
    covariance : array_like, shape (k, k)
        Symmetric, and positive semidefinite up to rounding; it may be singular.

    Returns
    -------
    ndarray, shape (k, k)

    Notes
    -----
    The root is unique, so it does not depend on the signs, the order or the basis of the
    eigenvectors. An eigenvalue below 1e-12 of the largest counts as zero: it is rounding error,
    whose root would be large enough to change the draws on another processor.

    References
    ----------
    Higham, N. J. (2008). Functions of matrices: Theory and computation. SIAM.
    doi:10.1137/1.9780898717778

    Examples
    --------
    >>> square_root([[2.0, 2.0], [2.0, 2.0]]).round(12).tolist()
    [[1.0, 1.0], [1.0, 1.0]]
    """
    values, vectors = np.linalg.eigh(np.asarray(covariance, dtype=float))
    roots = np.sqrt(np.where(values > ROUNDING * values.max(initial=0.0), values, 0.0))
    return np.asarray((vectors * roots) @ vectors.T)
