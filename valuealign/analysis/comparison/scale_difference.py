"""One scale of a respondent compared with people: difference, effect size, spread."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from valuealign.errors import DataError

NAN = float("nan")


@dataclass(frozen=True)
class Place:
    """A mean with its error, and the spread of the rows it comes from.

    Parameters
    ----------
    mean, se : float
    df : float
        Behind `se`.
    sd : float
        Between rows.
    n : int
        Rows.
    """

    mean: float
    se: float
    df: float
    sd: float
    n: int


@dataclass(frozen=True)
class Difference:
    """A difference of two means, raw and in people's standard deviations.

    Attributes
    ----------
    value, se, df, ci_lower, ci_upper : float
    d, d_lower, d_upper : float
        Divided by people's standard deviation (Glass's delta).
    pvalue : float
        Of no difference, two-sided.
    """

    value: float
    se: float
    df: float
    ci_lower: float
    ci_upper: float
    d: float
    d_lower: float
    d_upper: float
    pvalue: float


def difference(mine: Place, people: Place, *, level: float = 0.95) -> Difference:
    """Compare a mean with people's.

    Parameters
    ----------
    mine, people : Place
    level : float
        Of the intervals.

    Returns
    -------
    Difference
        Without an error of one's own, only ``value`` and ``d`` are numbers.

    Raises
    ------
    DataError
        People without spread.

    Notes
    -----
    Welch: the two errors add, degrees of freedom are Satterthwaite's. For two samples of rows
    this is R's ``t.test`` to 1e-10. The interval of d adds the error of people's standard
    deviation, ``d^2 / (2 (n - 1))`` (Hedges and Olkin 1985; first order).

    References
    ----------
    Welch, B. L. (1947). The generalization of Student's problem when several different
    population variances are involved. Biometrika, 34, 28-35. doi:10.1093/biomet/34.1-2.28
    Hedges, L. V., & Olkin, I. (1985). Statistical methods for meta-analysis. Academic Press.
    doi:10.1016/C2009-0-03396-0

    Examples
    --------
    >>> found = difference(Place(4.5, 0.1, 9, 0.3, 10), Place(4.0, 0.01, 999, 1.0, 1000))
    >>> round(found.value, 2), round(found.ci_lower, 2), round(found.pvalue, 4)
    (0.5, 0.27, 0.0007)
    """
    from scipy.stats import t

    if not people.sd > 0:
        raise DataError("people do not differ on this scale, so their SD is 0 and cannot be a unit")
    value = mine.mean - people.mean
    d = value / people.sd
    if np.isnan(mine.se) or mine.df < 1:
        return Difference(value, NAN, NAN, NAN, NAN, d, NAN, NAN, NAN)
    variance = mine.se**2 + people.se**2
    df = variance**2 / (mine.se**4 / mine.df + people.se**4 / people.df) if variance else people.df
    se = variance**0.5
    reach = float(t.ppf((1 + level) / 2, df))
    d_se = np.sqrt(variance / people.sd**2 + d**2 / (2 * (people.n - 1)))
    p = 2 * float(t.sf(abs(value) / se, df)) if se else float(value == 0)
    return Difference(
        value,
        se,
        df,
        value - reach * se,
        value + reach * se,
        d,
        d - reach * d_se,
        d + reach * d_se,
        p,
    )


def variance_ratio(
    mine: Place, people: Place, *, level: float = 0.95
) -> tuple[float, float, float]:
    """Ratio of the variance between rows to people's, with its interval.

    Parameters
    ----------
    mine, people : Place
    level : float

    Returns
    -------
    ratio, lower, upper : float
        NaN with fewer than two rows.

    Notes
    -----
    Equals R's ``var.test`` to 1e-10. It assumes normal and independent rows, which occasions of
    one model are not.

    Examples
    --------
    >>> [round(v, 3) for v in variance_ratio(Place(0, 0, 0, 1.0, 30), Place(0, 0, 0, 2.0, 500))]
    [0.25, 0.156, 0.457]
    """
    from scipy.stats import f

    if mine.n < 2 or np.isnan(mine.sd) or not people.sd > 0:
        return NAN, NAN, NAN
    ratio = mine.sd**2 / people.sd**2
    high, low = (
        float(f.ppf(q, mine.n - 1, people.n - 1)) for q in ((1 - level) / 2, (1 + level) / 2)
    )
    return ratio, ratio / low, ratio / high


def percentile(mean: float, people: Place) -> float:
    """Percentage of people below a mean, under normality.

    Parameters
    ----------
    mean : float
    people : Place

    Returns
    -------
    float

    Examples
    --------
    >>> round(percentile(5.0, Place(4.0, 0.1, 99, 1.0, 100)), 1)
    84.1
    """
    from scipy.stats import norm

    return float(100 * norm.cdf((mean - people.mean) / people.sd))
