"""Classical reliability: alpha, Spearman-Brown, KR-20.

A coefficient describes a population of respondents. Pooled over models, ten trials of four models
give an alpha that measures the differences between the models, not a trait; the views of
:mod:`valuealign.inquiry` name the respondents that were pooled.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from valuealign.analysis.matrix import ROUNDING, Floats, Matrix, covariance, matrix
from valuealign.analysis.reliability.alpha_interval import (
    NO_VARIANCE,
    bootstrap_interval,
    feldt_interval,
    jackknife_interval,
)
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.matrix import Data


@dataclass(frozen=True, repr=False, kw_only=True)
class Alpha(Shown):
    """Cronbach's alpha and related coefficients.

    Attributes
    ----------
    raw, standardized : float
        From covariances, from correlations.
    average_r : float
        Mean correlation between items.
    ci_lower, ci_upper : float
        Interval for ``raw``, by the method that ``interval`` names.
    bootstrap_ci : tuple of float or None
        Percentile interval over resampled respondents, where asked for.
    item_deleted : DataFrame
        For each item: alpha without it (``raw``, ``standardized``) and its correlation with
        the sum of the others (``r_drop``).
    n, n_items : int
    level : float
        Confidence level of both intervals.
    interval : {"jackknife", "feldt"}
    flags : frozenset of str
        Items that probably should be keyed the other way, a negative alpha, and what has no
        value.
    """

    raw: float
    standardized: float
    average_r: float
    ci_lower: float
    ci_upper: float
    bootstrap_ci: tuple[float, float] | None
    item_deleted: pd.DataFrame
    n: int
    n_items: int
    level: float
    interval: str = "jackknife"
    flags: frozenset[str] = frozenset()


@checked
def alpha(
    data: Data,
    *,
    items: Sequence[str] | None = None,
    keyed: Mapping[str, int] | None = None,
    level: float = 0.95,
    interval: Literal["jackknife", "feldt"] = "jackknife",
    bootstrap: int = 0,
    seed: int = 0,
) -> Alpha:
    """Cronbach's alpha, raw and standardised, with intervals and the item-deleted table.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
        Complete rows are used.
    items : sequence of str, optional
        The scale's items.
    keyed : mapping of str to {1, -1}, optional
        Items keyed -1 are turned round (their sign; alpha does not depend on the constant).
    level : float
        Confidence level.
    interval : {"jackknife", "feldt"}
        Of any items, or of normal items with equal covariances (then a little shorter).
    bootstrap : int
        Draws of respondents for a percentile interval; 0 gives none.
    seed : int
        Of the draws.

    Returns
    -------
    Alpha
        ``.raw``, ``.standardized``, the interval ``.ci_lower`` to ``.ci_upper``, and alpha
        without each item, ``.item_deleted``.

    Raises
    ------
    DataError
        Fewer than two items, a column that is not numeric, a key that is not +1 or -1.
    TooFewRows, ConstantItem
        No covariance can be had.

    Notes
    -----
    Agrees with ``psych::alpha`` to 1e-10 (``tests/analysis/test_reliability.py``), which flags
    the same items. The default interval held in 93 to 97 % of samples of normal and of skewed
    six-point items, n 50 to 300, and in 90 to 95 % where 79 % of answers are at one end; Feldt's
    in as few as 71 % (``benchmarks/README.md``).

    References
    ----------
    Cronbach, L. J. (1951). doi:10.1007/BF02310555.
    Feldt, L. S., Woodruff, D. J., & Salih, F. A. (1987). doi:10.1177/014662168701100107.
    Maydeu-Olivares, A., Coffman, D. L., & Hartmann, W. M. (2007).
    doi:10.1037/1082-989X.12.2.157.

    Examples
    --------
    >>> round(alpha([[1, 2, 1], [2, 2, 3], [4, 5, 4], [5, 4, 5]]).raw, 4)
    0.9457
    """
    checked = matrix(data, items=items)
    if len(checked.names) < 2:
        raise DataError("one item has no internal consistency; alpha needs at least two items")
    signed = _signed(checked.complete(), keyed or {})
    S = covariance(signed)
    R = correlation_of(S)
    raw, standardized = alpha_of(S), alpha_of(R)
    if np.isnan(raw):
        raise DataError(
            "the sum of the items does not vary because the items cancel each other, so alpha has "
            "no value; are some of them keyed -1?"
        )
    n, k = signed.values.shape
    lower, upper = (
        feldt_interval(raw, n, k, level=level)
        if interval == "feldt"
        else jackknife_interval(signed.values, level=level)
    )
    draws = (
        bootstrap_interval(signed.values, bootstrap, seed=seed, level=level) if bootstrap else None
    )
    deleted = _item_deleted(S, R, signed.names)
    flags = _unturned(R, signed.names) | _without_value(raw, lower, deleted)
    return Alpha(
        raw=raw,
        standardized=standardized,
        average_r=_average_r(R),
        ci_lower=lower,
        ci_upper=upper,
        bootstrap_ci=draws,
        item_deleted=deleted,
        n=n,
        n_items=k,
        level=level,
        interval=interval,
        flags=frozenset(flags),
    )


def _unturned(R: Floats, names: Sequence[str]) -> set[str]:
    """Name the items that load against the first component, as ``psych::alpha`` does."""
    first = np.linalg.eigh(R)[1][:, -1]
    against = first * (np.sign(first.sum()) or 1.0) < -ROUNDING
    return {
        f"item {name} goes against the others: is it keyed -1?"
        for name, yes in zip(names, against, strict=True)
        if yes
    }


def _without_value(raw: float, lower: float, deleted: pd.DataFrame) -> set[str]:
    flags = set()
    if raw < 0:
        flags.add("alpha is negative: items go against one another on average")
    if np.isnan(lower):
        flags.add("no interval: without one of the respondents the sum does not vary")
    if deleted[["raw", "standardized", "r_drop"]].isna().any(axis=None):
        two = len(deleted) == 2
        flags.add(
            "one item alone has no alpha: item_deleted is empty for two items"
            if two
            else "a sum without one item does not vary: item_deleted has gaps"
        )
    return flags


@checked
def spearman_brown(r: float, *, length: float = 2.0) -> float:
    """Reliability of a scale ``length`` times as long; for two items, of their sum.

    Parameters
    ----------
    r : float
        Correlation of the two items (or reliability of the scale as it is).
    length : float
        How many times as long.

    Returns
    -------
    float
        The reliability at the new length.

    Raises
    ------
    DataError
        ``r`` is not a correlation, or so negative that the formula has no value.

    References
    ----------
    Eisinga, R., te Grotenhuis, M., & Pelzer, B. (2013). doi:10.1007/s00038-012-0416-3.

    Examples
    --------
    >>> spearman_brown(0.5)
    0.6666666666666666
    """
    denominator = 1 + (length - 1) * r
    if not -1 <= r <= 1 or denominator <= 0:
        raise DataError(f"r = {r} has no Spearman-Brown value at length {length}")
    return length * r / denominator


@checked
def kr20(data: Data, *, items: Sequence[str] | None = None) -> float:
    """Kuder and Richardson's formula 20: alpha of items scored 0 or 1.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_respondents, n_items)
        Zeros and ones.
    items : sequence of str, optional
        Columns to use; by default all.

    Returns
    -------
    float
        The coefficient.

    Raises
    ------
    DataError
        A value other than 0 and 1.

    Notes
    -----
    The variance of the sum has divisor n - 1, and each item's p(1 - p) is brought to the same
    divisor, so that KR-20 is exactly raw alpha.

    References
    ----------
    Kuder, G. F., & Richardson, M. W. (1937). doi:10.1007/BF02288391.

    Examples
    --------
    >>> round(kr20([[1, 1, 0], [1, 1, 1], [0, 0, 0], [0, 1, 0]]), 4)
    0.75
    """
    checked = matrix(data, items=items)
    present = checked.values[~np.isnan(checked.values)]
    if not np.isin(present, (0.0, 1.0)).all():
        raise DataError("KR-20 is for items scored 0 or 1; use alpha for other codes")
    return alpha(data, items=items).raw


def _signed(data: Matrix, keyed: Mapping[str, int]) -> Matrix:
    wrong = {name: key for name, key in keyed.items() if key not in (1, -1)}
    if wrong:
        raise DataError(f"keys are +1 or -1; found {wrong}")
    signs = np.array([keyed.get(name, 1) for name in data.names])
    return Matrix(data.values * signs, data.names)


def correlation_of(S: Floats) -> Floats:
    scale = 1 / np.sqrt(np.diag(S))
    return S * np.outer(scale, scale)


def alpha_of(S: Floats) -> float:
    """Return alpha from a covariance or correlation matrix; NaN where the sum does not vary."""
    k, total = len(S), S.sum()
    if total <= NO_VARIANCE * np.trace(S):
        return float("nan")
    return float(k / (k - 1) * (1 - np.trace(S) / total))


def _average_r(R: Floats) -> float:
    return float(R[np.triu_indices(len(R), 1)].mean())


def _item_deleted(S: Floats, R: Floats, names: Sequence[str]) -> pd.DataFrame:
    import pandas as pd

    rows = []
    for k in range(len(S)):
        rest = np.delete(np.arange(len(S)), k)
        S_rest, R_rest = S[np.ix_(rest, rest)], R[np.ix_(rest, rest)]
        several = len(rest) > 1
        rows.append(
            {
                "item": names[k],
                "raw": alpha_of(S_rest) if several else np.nan,
                "standardized": alpha_of(R_rest) if several else np.nan,
                "r_drop": S[k, rest].sum() / np.sqrt(S[k, k] * S_rest.sum())
                if S_rest.sum() > NO_VARIANCE * np.trace(S_rest)
                else np.nan,
            }
        )
    return pd.DataFrame(rows)
