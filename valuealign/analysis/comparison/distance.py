"""Distance of a profile from people, over all scales at once.

References
----------
Mahalanobis, P. C. (1936). On the generalised distance in statistics. Proceedings of the
National Institute of Sciences of India, 2, 49-55. (No DOI.)
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valuealign.analysis.comparison.correlation_matrices import correlation
from valuealign.errors import DataError

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class ProfileDistance:
    """A distance from the centre of people.

    Attributes
    ----------
    distance : float
        Mahalanobis: in standard deviations of people, their correlations accounted for.
    further : float
        Share of people who are further away, were they normal (chi-square).
    df : int
        Scales.
    """

    distance: float
    further: float
    df: int


def mahalanobis(
    x: npt.ArrayLike, mean: npt.ArrayLike, covariance: npt.ArrayLike, *, names: tuple[str, ...] = ()
) -> ProfileDistance:
    """Distance of a profile from people's mean in people's covariance.

    Parameters
    ----------
    x, mean : array_like, shape (k,)
    covariance : array_like, shape (k, k)
        Of people; it must have an inverse.
    names : tuple of str
        Of the scales, for the messages.

    Returns
    -------
    ProfileDistance

    Raises
    ------
    SingularCovariance, ConstantItem
        Centred scores, whose covariance has no inverse; a scale without variance.
    DataError
        Other shapes.

    Notes
    -----
    The square equals R's ``stats::mahalanobis`` to 1e-10.

    Examples
    --------
    >>> found = mahalanobis([2.0, 0.0], [0.0, 0.0], [[1.0, 0.5], [0.5, 1.0]])
    >>> round(found.distance, 3), round(found.further, 3)
    (2.309, 0.069)
    """
    from scipy.stats import chi2

    a, m, S = (np.asarray(v, dtype=float) for v in (x, mean, covariance))
    if a.shape != m.shape or S.shape != (len(a), len(a)):
        raise DataError(
            f"the profile has {len(a)} scales and the covariance shape {S.shape}; expected the same"
        )
    correlation(S, names)  # refuses what has no inverse
    squared = float((a - m) @ np.linalg.solve(S, a - m))
    return ProfileDistance(squared**0.5, float(chi2.sf(squared, len(a))), len(a))


def profile_distance(x: npt.ArrayLike, mean: npt.ArrayLike) -> float:
    """Root mean squared difference over scales, in scale points.

    Parameters
    ----------
    x, mean : array_like, shape (k,)

    Returns
    -------
    float

    Examples
    --------
    >>> profile_distance([1.0, 2.0], [1.0, 4.0]).__round__(3)
    1.414
    """
    gap = np.asarray(x, dtype=float) - np.asarray(mean, dtype=float)
    return float(np.sqrt(np.mean(gap**2)))
