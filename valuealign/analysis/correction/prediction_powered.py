"""Prediction-powered means: a judge's ratings of all rows, corrected by people's of some.

With ``n`` rows that people rated (y, and the judge f) and ``N`` that only the judge rated, the
estimate is ``mean(y) + tuning * (mean of f in the N - mean of f in the n)``. It estimates people's
mean for any tuning, however biased the judge, because people rated a random part. The tuning of
PPI++ makes its variance smallest: cov(y, f) / ((1 + n / N) var(f)), within 0 and 1.

References
----------
Angelopoulos, A. N., Bates, S., Fannjiang, C., Jordan, M. I., & Zrnic, T. (2023). Prediction-powered
inference. Science, 382, 669-674. doi:10.1126/science.adi6000
Angelopoulos, A. N., Duchi, J. C., & Zrnic, T. (2023). PPI++: Efficient prediction-powered
inference. arXiv:2311.01453
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]


class Means(NamedTuple):
    """What follows from sums, each of shape (..., n_groups)."""

    uncorrected: FloatArray
    """The judge's mean over all rows."""
    people: FloatArray
    """People's mean over the rows that they rated."""
    corrected: FloatArray
    bias: FloatArray
    """The judge's mean less people's, over the rows that people rated."""
    imbalance: FloatArray
    """The judge's mean over the rows that people rated, less that over the others."""
    tuning: FloatArray


def means(sums: FloatArray, origin: FloatArray) -> Means:
    """Return every mean from sums.

    Parameters
    ----------
    sums : ndarray, shape (..., n_groups, 9)
        See :func:`~valuealign.analysis.correction.rated_rows.cluster_sums`.
    origin : ndarray, shape (n_groups, 2)

    Returns
    -------
    Means
        NaN where people rated no row of a group.

    Notes
    -----
    Estimate and tuning equal ``ppi_mean_pointestimate`` of ``ppi-python`` 0.2.3 to 1e-10.
    """
    n, y, f, _, yf, ff, N, F, FF = np.moveaxis(sums, -1, 0)
    with np.errstate(divide="ignore", invalid="ignore"):
        y_mean, f_rated = y / n, f / n
        total = n + N
        f_mean = (f + F) / total
        f_variance = (ff + FF - total * f_mean**2) / (total - 1)
        covariance = yf / n - y_mean * f_rated
        best = covariance / ((1 + n / N) * f_variance)
        constant = f_variance <= 1e-12 * (ff + FF) / total
        usable = (N > 0) & (f_variance > 0) & ~constant
        tuning = np.where(usable, np.clip(best, 0.0, 1.0), 0.0)
        gap = np.where(N > 0, F / N - f_rated, 0.0)
    f_origin, y_origin = origin[:, 0], origin[:, 1]
    return Means(
        uncorrected=f_mean + f_origin,
        people=y_mean + y_origin,
        corrected=y_mean + y_origin + tuning * gap,
        bias=f_rated + f_origin - y_mean - y_origin,
        imbalance=-gap,
        tuning=tuning,
    )


@dataclass(frozen=True, eq=False)
class Estimates:
    """Means with their covariance over groups.

    Attributes
    ----------
    value : Means
        Each of shape (n_groups,).
    covariance : Means
        Each of shape (n_groups, n_groups).
    """

    value: Means
    covariance: Means


def estimates(sums: FloatArray, origin: FloatArray) -> Estimates:
    """Return means and their covariance, which leaves out one cluster at a time.

    Parameters
    ----------
    sums : ndarray, shape (n_clusters, n_groups, 9)
    origin : ndarray, shape (n_groups, 2)

    Returns
    -------
    Estimates
        The tuning is computed anew without each cluster, so its error counts too.
    """
    whole = sums.sum(axis=0)
    without = means(whole - sums, origin)
    return Estimates(means(whole, origin), Means(*map(_jackknife, without)))


def _jackknife(without: FloatArray) -> FloatArray:
    size = len(without)
    apart = without - without.mean(axis=0)
    return np.asarray((size - 1) / size * apart.T @ apart)
