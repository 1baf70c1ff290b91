"""The share of yes from a judge's decisions whose errors are known from people's ratings."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.correction.rated_rows import RatedRows

FloatArray = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Share(NamedTuple):
    """A proportion and how many independent rows it is worth."""

    value: float
    size: float


class RoganGladen(NamedTuple):
    """A share of yes, corrected for the judge's errors.

    ``value`` is not restricted to 0 to 1; the interval is.
    """

    value: float
    ci_lower: float
    ci_upper: float
    sensitivity: Share
    specificity: Share
    apparent: Share


def rogan_gladen(rows: RatedRows, k: int, level: float) -> RoganGladen:
    """Return the corrected share of yes of one group.

    Parameters
    ----------
    rows : RatedRows
        Of ratings 0 and 1.
    k : int
        The group.
    level : float

    Returns
    -------
    RoganGladen
        The apparent share is that of the rows that only the judge rated, because sensitivity and
        specificity come from the others and the interval takes the three as independent.
    """
    sensitivity, specificity = error_rates(rows, k)
    apparent = _share(rows, (rows.group == k) & ~rows.rated, rows.judge == 1)
    value = _prevalence(apparent.value, sensitivity.value, specificity.value)
    interval = lang_reiczigel(apparent, sensitivity, specificity, level=level)
    return RoganGladen(value, *interval, sensitivity, specificity, apparent)


def error_rates(rows: RatedRows, k: int) -> tuple[Share, Share]:
    """Return the judge's sensitivity and specificity in one group."""
    rated = (rows.group == k) & rows.rated
    yes = rows.judge == 1
    sensitivity = _share(rows, rated & (rows.people == 1), yes)
    return sensitivity, _share(rows, rated & (rows.people == 0), ~yes)


def tells_apart(sensitivity: Share, specificity: Share) -> bool:
    """Say whether the judge is shown to be better than chance.

    Sensitivity and specificity add up to more than 1 by two standard errors. Where that is open the
    interval of Lang and Reiczigel is not to be relied on.

    Examples
    --------
    >>> tells_apart(Share(0.7, 20), Share(0.7, 20)), tells_apart(Share(0.7, 8), Share(0.7, 8))
    (True, False)
    """
    if not (sensitivity.size and specificity.size):
        return False
    se, of_yes = _moved(sensitivity, 2.0)
    sp, of_no = _moved(specificity, 2.0)
    error = np.sqrt(se * (1 - se) / of_yes + sp * (1 - sp) / of_no)
    return bool(se + sp - 1 > 2 * error)


def _share(rows: RatedRows, chosen: Bools, hit: Bools) -> Share:
    """Return a proportion; clusters count as fewer independent rows by their design effect."""
    n = int(chosen.sum())
    if not n:
        return Share(np.nan, 0.0)
    value = float(hit[chosen].mean())
    if not rows.clustered:
        return Share(value, float(n))
    code = np.unique(rows.cluster[chosen], return_inverse=True)[1]
    units = int(code.max()) + 1
    apart = np.bincount(code, hit[chosen] - value)
    binomial = value * (1 - value) * n
    if units < 2 or binomial == 0:
        return Share(value, float(units))
    effect = units / (units - 1) * float((apart**2).sum()) / binomial
    return Share(value, n / max(effect, 1.0))


def _prevalence(apparent: float, sensitivity: float, specificity: float) -> float:
    youden = sensitivity + specificity - 1
    return (apparent + specificity - 1) / youden if youden > 0 else float("nan")


def lang_reiczigel(
    apparent: Share, sensitivity: Share, specificity: Share, *, level: float = 0.95
) -> tuple[float, float]:
    """Return an interval of the share of yes when the judge's error rates are estimates.

    Parameters
    ----------
    apparent, sensitivity, specificity : Share
        From independent samples.
    level : float

    Returns
    -------
    lower, upper : float
        Within 0 and 1; NaN if the judge is no better than chance.

    Notes
    -----
    The observed counts are moved towards a half (by z squared for the apparent share, by one case
    of either kind for the error rates) and the centre is shifted. Equals an R implementation of
    the paper to 1e-9 (``tests/oracle/python/corrected.json``).

    References
    ----------
    Rogan, W. J., & Gladen, B. (1978). Estimating prevalence from the results of a screening test.
    American Journal of Epidemiology, 107, 71-76. doi:10.1093/oxfordjournals.aje.a112510
    Lang, Z., & Reiczigel, J. (2014). Confidence limits for prevalence of disease adjusted for
    estimated sensitivity and specificity. Preventive Veterinary Medicine, 113, 13-22.
    doi:10.1016/j.prevetmed.2013.09.015

    Examples
    --------
    >>> low, high = lang_reiczigel(Share(0.3, 400), Share(0.9, 50), Share(0.8, 50))
    >>> round(low, 3), round(high, 3)
    (0.0, 0.273)
    """
    from scipy.stats import norm

    if not sensitivity.value + specificity.value > 1 or not apparent.size:
        return float("nan"), float("nan")
    z = float(norm.ppf((1 + level) / 2))
    p, m = _moved(apparent, z**2)
    se, of_yes = _moved(sensitivity, 2.0)
    sp, of_no = _moved(specificity, 2.0)
    youden = se + sp - 1
    if youden <= 0:
        return 0.0, 1.0
    value = (p + sp - 1) / youden
    errors = se * (1 - se) / of_yes, sp * (1 - sp) / of_no
    variance = p * (1 - p) / m + errors[0] * value**2 + errors[1] * (1 - value) ** 2
    half = z * np.sqrt(variance) / youden
    centre = value + 2 * z**2 * (value * errors[0] - (1 - value) * errors[1])
    low, high = np.clip([centre - half, centre + half], 0.0, 1.0)
    return float(low), float(high)


def _moved(share: Share, added: float) -> tuple[float, float]:
    """Return a proportion with half of ``added`` further cases of either kind, and its size."""
    size = share.size + added
    return (share.value * share.size + added / 2) / size, size
