"""Shares of answers from weighted or clustered people, with intervals.

References
----------
Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small expected
number of positive counts estimated from survey data. Survey Methodology, 24, 193-201. (No DOI.)
Kish, L. (1965). Survey Sampling. Wiley. (No DOI.)
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from valuealign.errors import DataError

Floats = npt.NDArray[np.float64]


def weighted_variance(
    weighted: npt.ArrayLike, squared: npt.ArrayLike, *, n: int
) -> tuple[Floats, Floats]:
    """Weighted shares, and their linearised covariance.

    Parameters
    ----------
    weighted, squared : array_like, shape (c,)
        Sums of weights and of squared weights of the people who gave each code.
    n : int
        People.

    Returns
    -------
    shares : ndarray, shape (c,)
    covariance : ndarray, shape (c, c)
        Of people drawn independently with unequal probabilities, with replacement; strata and
        clusters are not accounted for.

    Raises
    ------
    DataError
        Fewer than two people, or no weight.

    Notes
    -----
    Equal to the linearised variance of a ratio mean computed from rows in R to 1e-12
    (``tests/oracle/R/99_weighted_shares.R``).

    Examples
    --------
    >>> p, V = weighted_variance([60, 40], [60, 40], n=100)
    >>> p.tolist(), (V[0, 0] ** 0.5).round(4).item()
    ([0.6, 0.4], 0.0492)
    """
    w, q = np.asarray(weighted, dtype=float), np.asarray(squared, dtype=float)
    if n < 2 or w.sum() <= 0:
        raise DataError(f"{n} people with weights that sum to {w.sum():g}; expected two or more")
    p = w / w.sum()
    # The sum over people of w^2 (y_j - p_j)(y_k - p_k), where each gave one code.
    spread = np.diag(q) - np.outer(q, p) - np.outer(p, q) + q.sum() * np.outer(p, p)
    return p, spread / w.sum() ** 2 * n / (n - 1)


def kish(weighted: npt.ArrayLike, squared: npt.ArrayLike) -> float:
    """Effective number of people under unequal weights.

    Parameters
    ----------
    weighted, squared : array_like, shape (c,)

    Returns
    -------
    float

    Examples
    --------
    >>> kish([3.0, 1.0], [5.0, 1.0])
    2.6666666666666665
    """
    return float(np.sum(weighted) ** 2 / np.sum(squared))


def clustered_variance(counts: npt.ArrayLike) -> tuple[Floats, Floats]:
    """Shares of answers that come in clusters, and their covariance over clusters.

    Parameters
    ----------
    counts : array_like, shape (clusters, c)
        Answers of each code in each cluster.

    Returns
    -------
    shares : ndarray, shape (c,)
    covariance : ndarray, shape (c, c)
        Linearised, of clusters drawn independently; NaN for one cluster.

    Raises
    ------
    DataError
        No answer.

    Examples
    --------
    >>> p, V = clustered_variance([[3, 1], [1, 3]])
    >>> p.tolist(), V[0, 0].item()
    ([0.5, 0.5], 0.0625)
    """
    n = np.asarray(counts, dtype=float)
    if n.sum() == 0:
        raise DataError("there is no answer")
    n = n[n.sum(axis=1) > 0]
    p = n.sum(axis=0) / n.sum()
    if len(n) < 2:
        return p, np.full((len(p), len(p)), np.nan)
    apart = (n - n.sum(axis=1, keepdims=True) * p) / n.sum()
    return p, apart.T @ apart * len(n) / (len(n) - 1)


def share_interval(
    share: float, variance: float, *, n: int, df: float, fewest: float, level: float = 0.95
) -> tuple[float, float]:
    """Exact interval of a share at its effective number of answers (Korn and Graubard).

    Parameters
    ----------
    share, variance : float
    n : int
        Answers.
    df : float
        Degrees of freedom of the variance.
    fewest : float
        Effective number of answers where the variance says nothing, because everybody, or every
        cluster, gave the same answer: people by Kish, or the number of clusters.
    level : float

    Returns
    -------
    tuple of float

    Notes
    -----
    Clopper and Pearson's interval at ``p (1 - p) / variance`` answers, reduced for the degrees of
    freedom of the variance and never above `n`. Equal to the same formula in R
    (``tests/oracle/R/99_weighted_shares.R``) to 1e-10. The interval keeps away from 0 and 1 where
    answers are few.

    Examples
    --------
    >>> [round(end, 4) for end in share_interval(0.5, 0.0025, n=100, df=99, fewest=100)]
    [0.3983, 0.6017]
    >>> [round(end, 3) for end in share_interval(1.0, 0.0, n=80, df=7, fewest=8)]
    [0.631, 1.0]
    """
    from scipy.stats import beta, t

    tail = (1 - level) / 2
    if np.isnan(variance):
        return float("nan"), float("nan")
    if variance <= 0 or share in (0, 1):
        effective = min(float(n), fewest)
    else:
        shrink = (t.ppf(tail, n - 1) / t.ppf(tail, df)) ** 2 if df < n - 1 else 1.0
        effective = min(float(n), share * (1 - share) / variance * shrink)
    x = share * effective
    low = 0.0 if x <= 0 else float(beta.ppf(tail, x, effective - x + 1))
    high = 1.0 if x >= effective else float(beta.ppf(1 - tail, x + 1, effective - x))
    return low, high
