"""Similarity of two profiles in level, spread and shape.

References
----------
Cronbach, L. J., & Gleser, G. C. (1953). Assessing similarity between profiles. Psychological
Bulletin, 50, 456-473. doi:10.1037/h0057173
Cronbach, L. J. (1955). Processes affecting scores on "understanding of others" and "assumed
similarity". Psychological Bulletin, 52, 177-193. doi:10.1037/h0044919
Furr, R. M. (2008). A framework for profile similarity: Integrating similarity, normativeness,
and distinctiveness. Journal of Personality, 76, 1267-1316.
doi:10.1111/j.1467-6494.2008.00521.x
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valuealign.errors import DataError, TooFewRows
from valuealign.square_root import square_root

Floats = npt.NDArray[np.float64]

FEWEST = 3
"""Scales of a profile."""
LARGE = 2000.0
"""A noncentrality beyond which it is as good as normal."""


@dataclass(frozen=True)
class Split:
    """The squared distance of two profiles, split into parts that add up to it.

    Attributes
    ----------
    distance_squared : float
        Sum over scales of squared differences.
    elevation, scatter, shape : float
        Its parts: of level, of spread about the level, and of form.
    elevation_difference : float
        Mean of the one less mean of the other.
    scatter_difference : float
        Root sum of squares about the mean of the one less that of the other.
    """

    distance_squared: float
    elevation: float
    scatter: float
    shape: float
    elevation_difference: float
    scatter_difference: float


def split_distance(x: npt.ArrayLike, y: npt.ArrayLike) -> Split:
    """Split the squared distance of two profiles into elevation, scatter and shape.

    Parameters
    ----------
    x, y : array_like, shape (k,)

    Returns
    -------
    Split

    Raises
    ------
    TooFewRows
        Fewer than three scales.

    Notes
    -----
    With scatter s the root sum of squares about the mean and r the correlation,
    ``D^2 = k (mx - my)^2 + (sx - sy)^2 + 2 sx sy (1 - r)``, exactly.

    Examples
    --------
    >>> found = split_distance([1, 2, 3], [4, 5, 6])
    >>> found.elevation, found.scatter, round(found.shape, 10)
    (27.0, 0.0, 0.0)
    """
    a, b = _profiles(x, y)
    u, v = a - a.mean(), b - b.mean()
    sx, sy = float(np.linalg.norm(u)), float(np.linalg.norm(v))
    up, spread = float(a.mean() - b.mean()), sx - sy
    shape = 2 * (sx * sy - float(u @ v))
    return Split(float(((a - b) ** 2).sum()), len(a) * up**2, spread**2, shape, up, spread)


def pearson(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Correlation of two profiles over scales; NaN for a flat one.

    Parameters
    ----------
    x, y : array_like, shape (k,)

    Returns
    -------
    float

    Examples
    --------
    >>> round(pearson([1, 2, 3], [2, 4, 6]), 10), pearson([1, 1, 1], [1, 2, 3])
    (1.0, nan)
    """
    a, b = _profiles(x, y)
    return float(correlations_with(a[None], b)[0])


def spearman(x: npt.ArrayLike, y: npt.ArrayLike) -> float:
    """Correlation of the ranks of two profiles; NaN for a flat one.

    Parameters
    ----------
    x, y : array_like, shape (k,)

    Returns
    -------
    float

    Examples
    --------
    >>> round(spearman([1, 2, 30], [2, 4, 6]), 10)
    1.0
    """
    a, b = _profiles(x, y)
    return float(rank_correlations_with(a[None], b)[0])


def distinctive(x: npt.ArrayLike, y: npt.ArrayLike, normative: npt.ArrayLike) -> float:
    """Correlation of two profiles after the average profile is subtracted from both.

    Parameters
    ----------
    x, y : array_like, shape (k,)
    normative : array_like, shape (k,)
        The average profile of those it is to be distinctive from.

    Returns
    -------
    float
        NaN where one of the differences is constant.

    Examples
    --------
    >>> distinctive([1, 2, 4], [1, 2, 3.5], [1, 2, 3]).__round__(3)
    1.0
    """
    a, b = _profiles(x, y)
    c = np.asarray(normative, dtype=float)
    if c.shape != a.shape:
        raise DataError(f"the average profile has {len(c)} scales; expected {len(a)}")
    return pearson(a - c, b - c)


def pooled_error(error: npt.ArrayLike, df: float) -> tuple[float, float]:
    """Error variance of a profile's shape, pooled over scales.

    Parameters
    ----------
    error : array_like, shape (k, k)
        Covariance of the means.
    df : float
        Degrees of freedom behind it.

    Returns
    -------
    variance : float
        Of one scale's mean about the profile's level.
    df : float

    Notes
    -----
    Two forms differ in one direction only, so draws from their covariance would stay on a line.
    The interaction of forms and scales is therefore taken as equally large for all scales, with
    ``df (k - 1)`` degrees of freedom. An effect of forms that is common to all scales is level,
    not shape.

    Examples
    --------
    >>> pooled_error([[1.0, 0, 0], [0, 1, 0], [0, 0, 1]], 1)
    (1.0, 2.0)
    """
    E = np.asarray(error, dtype=float)
    k = len(E)
    centre = np.eye(k) - 1 / k
    return float(np.trace(centre @ E @ centre)) / (k - 1), float(df * (k - 1))


def all_error(x: npt.ArrayLike, variance: float) -> bool:
    """Say whether the error of a profile explains all its differences between scales.

    Parameters
    ----------
    x : array_like, shape (k,)
    variance : float
        From :func:`pooled_error`.

    Returns
    -------
    bool
        Then it has no shape to correlate.

    Examples
    --------
    >>> all_error([1.0, 0.9, 1.1], 0.5), all_error([1.0, 4.0, 2.0], 0.1)
    (True, False)
    """
    return bool(np.var(np.asarray(x, dtype=float), ddof=1) <= variance)


def likely_profiles(
    x: npt.ArrayLike,
    y: npt.ArrayLike,
    error: tuple[float, float],
    *,
    draws: int,
    rng: np.random.Generator,
) -> Floats:
    """Draw shapes that the error-free profile behind x may have, relative to a profile y.

    Parameters
    ----------
    x, y : array_like, shape (k,)
        At least four scales.
    error : (float, float)
        Variance and degrees of freedom, from :func:`pooled_error`.
    draws : int
    rng : Generator

    Returns
    -------
    ndarray, shape (draws, k)
        About their level. Quantiles of their correlations with y are an interval.

    Notes
    -----
    Error lengthens the part of x that is orthogonal to y, so x correlates less with y than the
    error-free profile does, and resampling lowers the correlation again. The part along y is drawn
    from its t distribution; the
    square of the rest from the confidence distribution of the noncentrality of
    ``|rest|^2 / ((k - 2) s^2)``, a noncentral F. Over 200 samples each of 2 to 30 forms, with
    correlations of -.9 to .95 and forms that disagree by .4 to 1.9 times the spread of the
    profile, 92 to 99 % of 95 % intervals covered the error-free correlation.

    Examples
    --------
    >>> x, y = np.array([1.0, 0.4, -0.2, -1.2]), np.array([1.0, 0.5, -0.5, -1.0])
    >>> drawn = likely_profiles(x, y, (0.001, 20.0), draws=200, rng=np.random.default_rng(1))
    >>> low, high = np.quantile(correlations_with(drawn, y), [0.025, 0.975])
    >>> bool(0.9 < low < pearson(x, y) < high)
    True
    """
    a, b = _profiles(x, y)
    k, (variance, df) = len(a), error
    along = (b - b.mean()) / np.linalg.norm(b - b.mean())
    own = float(a @ along)
    rest = a - a.mean() - own * along
    s = np.sqrt(variance) * np.ones(draws)
    if np.isfinite(df):
        s = s / np.sqrt(rng.chisquare(df, size=draws) / df)
    noise = rng.standard_normal((draws, k))
    noise -= noise.mean(axis=1, keepdims=True)
    noise -= np.outer(noise @ along, along)
    way = rest + s[:, None] * noise
    way /= np.linalg.norm(way, axis=1, keepdims=True)
    length = _noncentralities(float(rest @ rest) / variance, k - 2, df, rng.random(draws))
    held = own + s * rng.standard_normal(draws)
    return np.asarray(held[:, None] * along + np.sqrt(length * variance)[:, None] * way)


def _noncentralities(squared: float, k: int, df: float, u: Floats) -> Floats:
    """Return the noncentrality at which a noncentral F has the probability u of being smaller."""
    from scipy.stats import ncf, norm

    likely = max(squared - k, 0.0)
    second = 0.0 if not np.isfinite(df) else 2 * (likely + k) ** 2 / df
    spread = np.sqrt(2 * k + 4 * likely + second)
    if likely > 40 * spread or likely > LARGE:
        return np.asarray(np.clip(likely + spread * norm.isf(u), 0.0, None))
    grid = np.linspace(max(0.0, likely - 6 * spread), likely + 6 * spread, 201)
    below = np.asarray(ncf.cdf(squared / k, k, min(df, 1e6), grid))
    return np.asarray(np.where(u >= below[0], grid[0], np.interp(-u, -below, grid)))


def profile_draws(
    mean: npt.ArrayLike, error: npt.ArrayLike, *, draws: int, rng: np.random.Generator
) -> Floats:
    """Draw profiles from the normal distribution of a mean.

    Parameters
    ----------
    mean : array_like, shape (k,)
    error : array_like, shape (k, k)
        Covariance of the mean.
    draws : int
    rng : Generator

    Returns
    -------
    ndarray, shape (draws, k)

    Examples
    --------
    >>> profile_draws([1.0, 2.0], np.zeros((2, 2)), draws=1, rng=np.random.default_rng(1)).tolist()
    [[1.0, 2.0]]
    """
    R = square_root(error)
    return np.asarray(mean, dtype=float) + rng.standard_normal((draws, len(R))) @ R


def correlations_with(profiles: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the correlation of each row with one profile, or with its own row of several.

    Parameters
    ----------
    profiles : array_like, shape (n, k)
    y : array_like, shape (k,) or (n, k)

    Returns
    -------
    ndarray, shape (n,)
        NaN for flat rows.

    Examples
    --------
    >>> correlations_with([[1, 2, 3], [3, 2, 1]], [1, 2, 4]).round(3).tolist()
    [0.982, -0.982]
    """
    X = np.asarray(profiles, dtype=float)
    Y = np.atleast_2d(np.asarray(y, dtype=float))
    U = X - X.mean(axis=1, keepdims=True)
    V = Y - Y.mean(axis=1, keepdims=True)
    length = np.linalg.norm(U, axis=1) * np.linalg.norm(V, axis=1)
    size = max(1.0, float(np.abs(X).max(initial=0)), float(np.abs(Y).max(initial=0)))
    flat = length <= 1e-12 * size
    product = (U * V).sum(axis=1)
    r = np.divide(product, length, out=np.full(len(product), np.nan), where=~flat)
    return np.asarray(r.clip(-1, 1))


def rank_correlations_with(profiles: npt.ArrayLike, y: npt.ArrayLike) -> Floats:
    """Return the rank correlation of each row with one profile, or with its own row of several.

    Parameters
    ----------
    profiles : array_like, shape (n, k)
    y : array_like, shape (k,) or (n, k)

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> rank_correlations_with([[1, 2, 30]], [2, 4, 6]).round(6).tolist()
    [1.0]
    """
    from scipy.stats import rankdata

    X = np.asarray(profiles, dtype=float)
    Y = np.atleast_2d(np.asarray(y, dtype=float))
    return correlations_with(rankdata(X, axis=1), rankdata(Y, axis=1))


def _profiles(x: npt.ArrayLike, y: npt.ArrayLike) -> tuple[Floats, Floats]:
    a, b = np.asarray(x, dtype=float).ravel(), np.asarray(y, dtype=float).ravel()
    if len(a) != len(b):
        raise DataError(f"profiles of {len(a)} and {len(b)} scales; expected the same scales")
    if len(a) < FEWEST:
        raise TooFewRows(f"a profile of {len(a)} scales has no shape; needs {FEWEST} or more")
    return a, b
