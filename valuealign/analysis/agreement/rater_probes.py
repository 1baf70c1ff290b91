"""Probes of a rater: what its ratings depend on besides what is rated."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from valuealign.errors import DataError

FloatArray = NDArray[np.float64]
LEAST = 5
"""Fewer pairs or replies than this have no interval worth showing."""


class Estimate(NamedTuple):
    """A number with its interval.

    Attributes
    ----------
    value, ci_lower, ci_upper : float
    n : int
        Replies behind it.
    """

    value: float
    ci_lower: float
    ci_upper: float
    n: int


def mean_difference(first: Any, second: Any, *, level: float = 0.95) -> Estimate:
    """Mean of paired differences, with the interval of t.

    Parameters
    ----------
    first, second : array_like, shape (n,)
        Two ratings of each reply; pairs in which one is missing are left out.
    level : float

    Raises
    ------
    DataError
        Fewer than five pairs.

    Notes
    -----
    The interval is that of R's ``t.test(paired = TRUE)``.

    Examples
    --------
    >>> mean_difference([3, 4, 4, 2, 3], [2, 4, 3, 2, 2])
    Estimate(value=0.6, ci_lower=-0.08..., ci_upper=1.28..., n=5)
    """
    difference = np.asarray(first, dtype=np.float64) - np.asarray(second, dtype=np.float64)
    difference = difference[~np.isnan(difference)]
    n = _enough(len(difference))
    mean, se = float(difference.mean()), float(difference.std(ddof=1) / np.sqrt(n))
    reach = float(stats.t.ppf((1 + level) / 2, n - 1)) * se
    return Estimate(mean, mean - reach, mean + reach, n)


def group_difference(first: Any, second: Any, *, level: float = 0.95) -> Estimate:
    """Mean of one group minus that of another, with Welch's interval.

    Parameters
    ----------
    first, second : array_like
        Ratings of two groups of replies.
    level : float

    Raises
    ------
    DataError
        Fewer than five ratings in a group.

    Notes
    -----
    The interval is that of R's ``t.test``.

    Examples
    --------
    >>> round(group_difference([3, 4, 4, 2, 3], [2, 4, 3, 2, 2]).value, 6)
    0.6
    """
    groups = [x[~np.isnan(x)] for x in (np.asarray(g, dtype=np.float64) for g in (first, second))]
    n = [_enough(len(x)) for x in groups]
    var = [float(x.var(ddof=1)) / k for x, k in zip(groups, n, strict=True)]
    mean, se = float(groups[0].mean() - groups[1].mean()), float(np.sqrt(sum(var)))
    parts = sum(v**2 / (k - 1) for v, k in zip(var, n, strict=True))
    df = sum(var) ** 2 / parts if parts > 0 else float(sum(n) - 2)
    reach = float(stats.t.ppf((1 + level) / 2, df)) * se
    return Estimate(mean, mean - reach, mean + reach, sum(n))


def slope(y: Any, x: Any, groups: Any, other: Any = None, *, level: float = 0.95) -> Estimate:
    """Slope of ratings on a covariate within groups, with a heteroscedasticity-consistent interval.

    Parameters
    ----------
    y, x : array_like, shape (n,)
        Ratings, and the covariate.
    groups : sequence, shape (n,)
        The group of each rating, which has its own mean (the item that was answered).
    other : array_like, shape (n,), optional
        A second covariate that is held fixed.
    level : float

    Raises
    ------
    DataError
        Fewer than five rows beyond the parameters, or a covariate that does not vary.

    Notes
    -----
    Least squares with a mean for each group; HC3 of MacKinnon and White, as R's
    ``sandwich::vcovHC(type = "HC3")``.

    References
    ----------
    MacKinnon, J. G., & White, H. (1985). Journal of Econometrics, 29, 305-325.
    doi:10.1016/0304-4076(85)90158-7

    Examples
    --------
    >>> round(slope([1, 2, 3, 2, 3, 4, 3, 4, 5], [0, 1, 2] * 3, list("aaabbbccc")).value, 6)
    1.0
    """
    columns = [np.asarray(x, dtype=np.float64)]
    if other is not None:
        columns.append(np.asarray(other, dtype=np.float64))
    rating = np.asarray(y, dtype=np.float64)
    known = ~np.isnan(np.column_stack([rating, *columns])).any(axis=1)
    _, of = np.unique(np.asarray(groups, dtype=object)[known].astype(str), return_inverse=True)
    design = np.column_stack([*(c[known] for c in columns), np.eye(of.max(initial=0) + 1)[of]])
    n, k = design.shape
    if n - k < LEAST:
        raise DataError(f"{n} ratings and {k} parameters; a slope needs {k + LEAST} or more")
    if np.linalg.matrix_rank(design) < k:
        raise DataError("the covariate does not vary within the groups")
    inverse = np.linalg.inv(design.T @ design)
    b = inverse @ design.T @ rating[known]
    leverage = np.einsum("ij,jk,ik->i", design, inverse, design)
    residual = (rating[known] - design @ b) / np.maximum(1 - leverage, 1e-12)
    se = float(np.sqrt((inverse @ (design.T * residual**2) @ design @ inverse)[0, 0]))
    reach = float(stats.t.ppf((1 + level) / 2, n - k)) * se
    return Estimate(float(b[0]), float(b[0]) - reach, float(b[0]) + reach, n)


def _enough(n: int) -> int:
    if n < LEAST:
        raise DataError(f"{n} rated replies; an interval needs {LEAST} or more")
    return n
