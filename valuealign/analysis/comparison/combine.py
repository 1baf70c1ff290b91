"""Moments of scale scores from moments of items, by a linear map."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from valuealign.analysis.moments import Moments
from valuealign.errors import DataError


def combine(
    moments: Moments, weights: npt.ArrayLike, names: Sequence[str], *, shift: npt.ArrayLike = 0.0
) -> Moments:
    """Moments of weighted sums of variables.

    Parameters
    ----------
    moments : Moments
        Of p variables, with means.
    weights : array_like, shape (k, p)
        One row a sum.
    names : sequence of str
        Of the k sums.
    shift : array_like, shape (k,) or scalar
        Added to each sum (keying items about the middle of their scale needs it).

    Returns
    -------
    Moments
        Of the k sums; the same n and divisor. Gamma and tables are not carried.

    Raises
    ------
    DataError
        Weights of another number of variables, or moments without means.

    Notes
    -----
    Exact algebra: ``W m + shift`` and ``W S W'``. Checked against scores of rows to 1e-10.

    Examples
    --------
    >>> m = Moments([[2.0, 1.0], [1.0, 2.0]], [3.0, 4.0], n=50, names=["a", "b"])
    >>> both = combine(m, [[0.5, 0.5]], ["mean"])
    >>> both.mean.tolist(), both.covariance.tolist()
    ([3.5], [[1.5]])
    """
    W = np.atleast_2d(np.asarray(weights, dtype=float))
    if W.shape[1] != len(moments.names):
        raise DataError(
            f"{W.shape[1]} weights a sum; expected {len(moments.names)}, one a variable"
        )
    if moments.mean is None:
        raise DataError("these moments have no means; scores need them")
    S = W @ np.asarray(moments.covariance) @ W.T
    return Moments(
        (S + S.T) / 2,
        W @ moments.mean + shift,
        n=moments.n,
        names=tuple(names),
        divisor=moments.divisor,
    )
