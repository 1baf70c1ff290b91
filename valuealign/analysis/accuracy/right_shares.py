"""The share of right answers over items, each answered once or repeatedly, with intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuealign.errors import DataError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True)
class RightShare:
    """A share of right answers with its interval over items.

    Attributes
    ----------
    share : float
    ci_lower, ci_upper : float
        Of the share for items like these.
    n_items, n_answers : int
    """

    share: float
    ci_lower: float
    ci_upper: float
    n_items: int
    n_answers: int


def right_share(right: ArrayLike, asked: ArrayLike, *, level: float = 0.95) -> RightShare:
    """Estimate the share of right answers with an interval over items.

    Parameters
    ----------
    right, asked : array_like, shape (n_items,)
        How often each item was answered rightly, and how often it was asked; an answer that is
        missing or cannot be read was asked and is not right.
    level : float

    Returns
    -------
    RightShare

    Raises
    ------
    DataError
        No item, more right than asked, or an item that was not asked.

    Notes
    -----
    Items are the sample: repeated answers to one item are not further items. Where each item was
    asked once the interval is that of Clopper and Pearson. Else it is theirs for the effective
    number of answers (Korn & Graubard 1998): the number of independent answers that would vary as
    much as the items' shares do, at most the number of answers. Where all items have one share,
    their variance says nothing, and the number of items is taken.

    Checked against R: binom.test and qbeta (tests/oracle/R/99_right_shares.R), to 1e-9.

    References
    ----------
    Korn, E. L., & Graubard, B. I. (1998). Confidence intervals for proportions with small expected
    number of positive counts estimated from survey data. Survey Methodology, 24, 193-201.

    Examples
    --------
    >>> once = right_share([1] * 27 + [0] * 9, [1] * 36)
    >>> round(once.share, 3), round(once.ci_lower, 3), round(once.ci_upper, 3)
    (0.75, 0.578, 0.879)
    >>> again = right_share([5] * 27 + [0] * 9, [5] * 36)
    >>> round(again.ci_lower, 2), round(again.ci_upper, 2)
    (0.57, 0.88)
    """
    hits, trials = _counts(right, asked)
    share = float(hits.sum() / trials.sum())
    n = _effective_number(hits, trials, share)
    lower, upper = _clopper_pearson(share * n, n, level)
    return RightShare(share, lower, upper, len(hits), int(trials.sum()))


def share_difference(
    first: RightShare, second: RightShare, *, correlation: float = 0.0
) -> RightShare:
    """Estimate the difference of two shares from their intervals.

    Parameters
    ----------
    first, second : RightShare
        Of two groups of items, or of one group under two conditions.
    correlation : float
        Of the two shares over items, where these are the same items.

    Returns
    -------
    RightShare
        ``share`` is the first minus the second; ``n_items`` and ``n_answers`` are sums.

    Notes
    -----
    The method of variance estimates recovery: the distances of the shares from their own limits
    are combined, so that the interval does not collapse where every answer is right.

    References
    ----------
    Newcombe, R. G. (1998). Interval estimation for the difference between independent proportions.
    Statistics in Medicine, 17, 873-890.
    Zou, G. Y., & Donner, A. (2008). Construction of confidence limits about effect measures.
    Statistics in Medicine, 27, 1693-1702. doi:10.1002/sim.3095

    Examples
    --------
    >>> wilson = RightShare(0.8, 0.6919, 0.8765, 70, 70), RightShare(0.6, 0.4904, 0.7003, 80, 80)
    >>> apart = share_difference(*wilson)
    >>> round(apart.share, 2), round(apart.ci_lower, 2), round(apart.ci_upper, 2)
    (0.2, 0.05, 0.33)
    """
    a, b = first, second
    difference = a.share - b.share
    down = _distance(a.share - a.ci_lower, b.ci_upper - b.share, correlation)
    up = _distance(a.ci_upper - a.share, b.share - b.ci_lower, correlation)
    return RightShare(
        difference,
        max(-1.0, difference - down),
        min(1.0, difference + up),
        a.n_items + b.n_items,
        a.n_answers + b.n_answers,
    )


def share_correlation(first: ArrayLike, second: ArrayLike) -> float:
    """Correlate the shares of the same items under two conditions; 0 where one of them is constant.

    Examples
    --------
    >>> share_correlation([1, 1, 0, 0], [1, 1, 0, 0]), share_correlation([1, 1], [0, 1])
    (1.0, 0.0)
    """
    a, b = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if len(a) < 3 or np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0
    return float(np.clip(np.corrcoef(a, b)[0, 1], -1.0, 1.0))


def _counts(right: ArrayLike, asked: ArrayLike) -> tuple[FloatArray, FloatArray]:
    hits, trials = np.asarray(right, dtype=float), np.asarray(asked, dtype=float)
    if hits.ndim != 1 or hits.shape != trials.shape or not len(hits):
        raise DataError(
            f"right has shape {hits.shape} and asked {trials.shape}; expected one number an item"
        )
    if not (np.isfinite(hits).all() and (trials >= 1).all() and (hits >= 0).all()):
        raise DataError("an item was not asked; expected 1 or more answers to each")
    if (hits > trials).any():
        raise DataError("an item has more right answers than answers")
    return hits, trials


def _effective_number(hits: FloatArray, trials: FloatArray, share: float) -> float:
    from scipy import stats

    n_items, n_answers = len(hits), trials.sum()
    if (trials == 1).all():
        return float(n_items)
    shares = hits / trials
    # The share is a ratio of sums: residuals of the items give its variance.
    residuals = trials * (shares - share)
    variance = n_items / max(n_items - 1, 1) * (residuals**2).sum() / n_answers**2
    if variance <= 1e-12 or n_items < 2:
        return float(n_items)
    n = share * (1 - share) / variance
    wider = stats.t.ppf(0.975, n_answers - 1) / stats.t.ppf(0.975, n_items - 1)
    return float(min(n * wider**2, n_answers))


def _clopper_pearson(successes: float, n: float, level: float) -> tuple[float, float]:
    from scipy import stats

    tail = (1 - level) / 2
    lower = 0.0 if successes <= 0 else stats.beta.ppf(tail, successes, n - successes + 1)
    upper = 1.0 if successes >= n else stats.beta.isf(tail, successes + 1, n - successes)
    return float(lower), float(upper)


def _distance(a: float, b: float, correlation: float) -> float:
    return float(np.sqrt(max(0.0, a**2 - 2 * correlation * a * b + b**2)))
