"""Intervals of coefficient alpha.

Feldt's interval is exact for normal items with equal covariances and too short for skewed ones
(``benchmarks/interval_coverage.py`` has the coverage of each). The default is the jackknife's,
which assumes no distribution.
"""

from __future__ import annotations

import numpy as np

from valuealign.analysis.matrix import Floats

NO_VARIANCE = 1e-12
"""Variance of a sum, as a share of its items', that is rounding."""


def jackknife_interval(values: Floats, *, level: float = 0.95) -> tuple[float, float]:
    """Interval of alpha for items of any distribution.

    Parameters
    ----------
    values : ndarray, shape (n_respondents, n_items)
        Complete rows.
    level : float

    Returns
    -------
    lower, upper : float
        NaN where leaving out one respondent leaves a sum that does not vary.

    Notes
    -----
    The logarithm of r = (sum of the items' variances) / (variance of the sum), whose
    distribution is nearer to normal than alpha's own, has its error from the jackknife over
    respondents (Miller 1974); alpha is k / (k - 1) (1 - r). In large samples it is the
    distribution-free interval of Maydeu-Olivares, Coffman and Hartmann (2007). Few respondents
    with rare answers make that error itself uncertain, so the t distribution has Satterthwaite's
    degrees of freedom for it, 2 n / (K - 1) with K the kurtosis of the respondents' shares in
    log r, and at most n - 1. Coverage is in ``benchmarks/README.md``.

    References
    ----------
    Satterthwaite, F. E. (1946). An approximate distribution of estimates of variance
    components. Biometrics Bulletin, 2, 110-114. doi:10.2307/3002019
    Miller, R. G. (1974). The jackknife: A review. Biometrika, 61, 1-15.
    doi:10.1093/biomet/61.1.1
    Maydeu-Olivares, A., Coffman, D. L., & Hartmann, W. M. (2007). Asymptotically
    distribution-free (ADF) interval estimation of coefficient alpha. Psychological Methods, 12,
    157-176. doi:10.1037/1082-989X.12.2.157

    Examples
    --------
    >>> rows = np.random.default_rng(1).normal(size=(200, 1)) + np.random.default_rng(2).normal(
    ...     size=(200, 4))
    >>> [round(x, 2) for x in jackknife_interval(rows)]
    [0.69, 0.81]
    """
    from scipy.stats import t

    n, k = values.shape
    centred = values - values.mean(axis=0)
    squares = np.column_stack([(centred**2).sum(axis=1), centred.sum(axis=1) ** 2])
    whole = squares.sum(axis=0)
    without = whole - n / (n - 1) * squares
    if n < 3 or (without <= NO_VARIANCE * whole[0]).any():
        return float("nan"), float("nan")
    logs = np.log(without[:, 0] / without[:, 1])
    se = np.sqrt((n - 1) / n * ((logs - logs.mean()) ** 2).sum())
    share = squares[:, 0] / whole[0] - squares[:, 1] / whole[1]
    kurtosis = n * (share**4).sum() / (share**2).sum() ** 2 if share.any() else 1.0
    df = min(max(2 * n / (kurtosis - 1), 1.0), n - 1) if kurtosis > 1 else n - 1
    ratio, reach = whole[0] / whole[1], float(t.ppf(0.5 + level / 2, df)) * se
    lower, upper = k / (k - 1) * (1 - ratio * np.exp([reach, -reach]))
    return float(lower), float(upper)


def feldt_interval(raw: float, n: int, n_items: int, *, level: float = 0.95) -> tuple[float, float]:
    """Feldt's interval: (1 - alpha_population) / (1 - alpha) follows F(n - 1, (n - 1)(k - 1)).

    Parameters
    ----------
    raw : float
        Alpha in the sample.
    n, n_items : int
    level : float

    Returns
    -------
    lower, upper : float

    Examples
    --------
    >>> [round(x, 4) for x in feldt_interval(0.7, 100, 5)]
    [0.5958, 0.7838]
    """
    from scipy.stats import f

    df1, df2 = n - 1, (n - 1) * (n_items - 1)
    tail = (1 - level) / 2
    lower = 1 - (1 - raw) * f.ppf(1 - tail, df1, df2)
    upper = 1 - (1 - raw) * f.ppf(tail, df1, df2)
    return float(lower), float(upper)


def bootstrap_interval(
    values: Floats, draws: int, *, seed: int, level: float
) -> tuple[float, float]:
    """Percentile interval of alpha, respondents resampled, many draws at a time.

    Parameters
    ----------
    values : ndarray, shape (n_respondents, n_items)
    draws, seed : int
    level : float

    Returns
    -------
    lower, upper : float

    Notes
    -----
    Only the variance of the sum and of the items enters alpha, so a draw is a matrix product
    of multinomial counts with n x (k + 1) squares, not a new covariance matrix. Draws in which
    the sum does not vary have no alpha and are left out.

    Examples
    --------
    >>> rows = np.random.default_rng(1).normal(size=(50, 3))
    >>> low, high = bootstrap_interval(rows, 50, seed=1, level=0.9)
    >>> low < high
    True
    """
    rng = np.random.default_rng(seed)
    n, k = values.shape
    centred = values - values.mean(axis=0)
    parts = np.column_stack([centred, centred.sum(axis=1)])
    squares = parts**2
    kept = []
    for start in range(0, draws, 200):
        count = min(200, draws - start)
        weights = rng.multinomial(n, np.full(n, 1 / n), size=count).astype(float)
        variance = weights @ squares / n - (weights @ parts / n) ** 2
        whole, items = variance[:, k], variance[:, :k].sum(axis=1)
        varies = whole > NO_VARIANCE * np.maximum(items, np.finfo(float).tiny)
        kept.append(k / (k - 1) * (1 - items[varies] / whole[varies]))
    tail = (1 - level) / 2
    alphas = np.concatenate(kept)
    if not len(alphas):
        return float("nan"), float("nan")
    lower, upper = np.quantile(alphas, [tail, 1 - tail])
    return float(lower), float(upper)
