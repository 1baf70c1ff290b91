"""The misfit of a restriction, and the power of the data to show it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import harmonic_mean

from scipy.special import chdtr, chdtri, chndtr, chndtrix

from valuealign.analysis.sem.after.difference_test import LrTest
from valuealign.analysis.sem.fit_measures.indices import rmsea, rmsea_interval

MARGIN = 0.05
"""Largest misfit per restriction that is called negligible (Browne & Cudeck 1992)."""

POWER = 0.5
"""Least power at the margin for a small difference to show anything: were it less, a difference
of the margin would be missed more often than found, and a small one is luck."""


WANTED = 0.8
"""Chance of showing equivalence at which a number of respondents is called enough."""
LARGEST = 1_000_000
"""Beyond this many respondents a group is called too small whatever its size."""


@dataclass(frozen=True, slots=True)
class RestrictionMisfit:
    """The RMSEA of a restriction with its interval, power and equivalence test.

    Attributes
    ----------
    rmsea_d, lower, upper : float
        Misfit per restricted degree of freedom, on the scale of the RMSEA, with its 90 %
        interval.
    power : float
        The chance that the difference test rejects if the misfit is exactly the margin.
    equivalence_p : float
        The chance of a difference as small as this one if the misfit were at the margin: small
        means that it is less.
    chance : float
        The chance that equivalence is shown at these sizes if the restriction holds exactly.
    n_needed : float
        Respondents of the smallest group that would make this chance ``WANTED``, the other groups
        as they are; infinite where no number would.
    """

    rmsea_d: float
    lower: float
    upper: float
    power: float
    equivalence_p: float
    chance: float = math.nan
    n_needed: float = math.nan

    def negligible(self, alpha: float) -> bool:
        """Whether the misfit is shown to be less than the margin."""
        return self.equivalence_p < alpha and self.power >= POWER


def restriction_misfit(
    test: LrTest, *, sizes: Sequence[float], margin: float, alpha: float
) -> RestrictionMisfit:
    """Return the misfit that a restriction adds.

    Parameters
    ----------
    test : LrTest
    sizes : sequence of float
        Respondents by group.
    margin : float
        Of ``rmsea_d``.
    alpha : float

    Returns
    -------
    RestrictionMisfit

    Notes
    -----
    The RMSEA of a difference uses an effective number of respondents: the number of groups times
    the harmonic mean of their sizes. For groups of equal size this is the usual RMSEA_D. With the
    sum of the sizes, a difference between 53,000 people and 40 answers of a model would be called
    negligible only because 40 answers carry little information.

    References
    ----------
    Savalei, V., Brace, J. C., & Fouladi, R. T. (2024). We need to change how we compute RMSEA
    for nested model comparisons in structural equation modeling. Psychological Methods, 29,
    480-493. doi:10.1037/met0000537

    Yuan, K.-H., & Chan, W. (2016). Measurement invariance via multigroup SEM: Issues and
    solutions with equivalence-testing-based approaches. Psychological Methods, 21, 405-426.
    doi:10.1037/met0000080

    Examples
    --------
    >>> test = LrTest(chisq_diff=12.0, df_diff=6, pvalue=0.06, method="standard", scaling=1.0)
    >>> found = restriction_misfit(test, sizes=[300, 300], margin=0.05, alpha=0.05)
    >>> round(found.rmsea_d, 3), round(found.power, 2), round(found.equivalence_p, 2)
    (0.058, 0.3, 0.66)
    """
    df, chisq, groups = test.df_diff, test.chisq_diff, len(sizes)
    n = groups * harmonic_mean(sizes)
    chance = chance_shown(df, sizes=sizes, margin=margin, alpha=alpha)
    needed = n_needed(df, sizes=sizes, margin=margin, alpha=alpha)
    size = margin**2 * df * n / groups
    power = 1 - float(chndtr(chdtri(df, alpha), df, size))
    if math.isnan(chisq):
        return RestrictionMisfit(math.nan, math.nan, math.nan, power, math.nan, chance, needed)
    chisq = max(chisq, 0.0)
    lower, upper = rmsea_interval(chisq, df, n, groups=groups)
    return RestrictionMisfit(
        rmsea(chisq, df, n, groups=groups),
        lower,
        upper,
        power,
        float(chndtr(chisq, df, size)),
        chance,
        needed,
    )


def chance_shown(df: int, *, sizes: Sequence[float], margin: float, alpha: float) -> float:
    """Return the chance of showing equivalence where the restriction holds exactly.

    Parameters
    ----------
    df : int
        Restrictions.
    sizes : sequence of float
        Respondents by group.
    margin, alpha : float

    Returns
    -------
    float
        By the central and the noncentral chi-square distribution.

    Examples
    --------
    >>> round(chance_shown(6, sizes=[300, 300], margin=0.05, alpha=0.05), 2)
    0.22
    """
    edge = chndtrix(alpha, df, margin**2 * df * harmonic_mean(sizes))
    return float(chdtr(df, edge))


def n_needed(
    df: int, *, sizes: Sequence[float], margin: float, alpha: float, chance: float = WANTED
) -> float:
    """Return how many respondents of the smallest group would show equivalence.

    Parameters
    ----------
    df : int
    sizes : sequence of float
    margin, alpha : float
    chance : float
        With which it is to be shown where the restriction holds exactly.

    Returns
    -------
    float
        Infinite where the other groups are too small for any number to do.

    Examples
    --------
    >>> n_needed(6, sizes=[300, 2000], margin=0.05, alpha=0.05), n_needed(
    ...     6, sizes=[300, 300], margin=0.05, alpha=0.05)
    (640.0, inf)
    """
    others = sorted(sizes)[1:]

    def reached(n: float) -> bool:
        return chance_shown(df, sizes=[n, *others], margin=margin, alpha=alpha) >= chance

    if not reached(LARGEST):
        return math.inf
    low, high = 2, LARGEST
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if reached(middle) else (middle + 1, high)
    return float(low)
