"""A mean over items that share stems or queries, with a cluster-robust interval."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


def cluster_mean(
    values: FloatArray, groups: NDArray[np.intp], *, level: float = 0.95
) -> tuple[float, float, float, float]:
    """Mean of clustered values, its standard error and interval.

    Parameters
    ----------
    values : ndarray, shape (n,)
        One an item.
    groups : ndarray of int, shape (n,)
        The cluster of each, from 0.
    level : float

    Returns
    -------
    mean, se, lower, upper : float
        The last three NaN for one cluster.

    Notes
    -----
    The ratio estimator's error, of clusters of unequal size, with as many degrees of freedom as
    clusters less one: equal to the cluster-robust (CR1 without the n / (n - k) factor) error of a
    regression on a constant.

    References
    ----------
    Cameron, A. C., & Miller, D. L. (2015). A practitioner's guide to cluster-robust inference.
    Journal of Human Resources, 50, 317-372. doi:10.3368/jhr.50.2.317

    Examples
    --------
    >>> [round(x, 3) for x in cluster_mean(np.array([1.0, 2.0, 3.0]), np.arange(3))]
    [2.0, 0.577, -0.484, 4.484]
    """
    from scipy.stats import t

    n, g = len(values), int(groups.max()) + 1
    mean = float(values.mean())
    if g < 2:
        return mean, float("nan"), float("nan"), float("nan")
    sums = np.bincount(groups, weights=values - mean)
    se = float(np.sqrt(g / (g - 1) * (sums**2).sum()) / n)
    reach = float(t.ppf(0.5 + level / 2, g - 1)) * se
    return mean, se, mean - reach, mean + reach
