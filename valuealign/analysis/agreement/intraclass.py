"""Intraclass correlations: agreement of raters, occasions or forms on the same targets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from valuealign.analysis.matrix import ROUNDING, Floats, matrix
from valuealign.arguments import checked
from valuealign.errors import DataError, TooFewRows

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.matrix import Data


@checked
def icc(data: Data, *, level: float = 0.95) -> pd.DataFrame:
    """All six intraclass correlations of Shrout and Fleiss, with tests and intervals.

    Parameters
    ----------
    data : DataFrame or array_like, shape (n_targets, n_raters)
        One row a target (respondent, item), one column a rater (occasion, form).
        Rows with a missing value are left out.
    level : float
        Confidence level.

    Returns
    -------
    DataFrame
        Columns ``type icc F df1 df2 pvalue ci_lower ci_upper``; rows ``ICC1 ICC2 ICC3`` (one
        rater) and ``ICC1k ICC2k ICC3k`` (the mean of all raters). 1: raters nested in targets;
        2: raters random; 3: raters fixed.

    Raises
    ------
    TooFewRows
        Fewer than two complete targets.
    DataError
        Fewer than two raters, or data without any variation.

    Notes
    -----
    Analysis of variance, as ``psych::ICC(lmer=FALSE)``, with which it agrees to 1e-10.

    References
    ----------
    Shrout, P. E., & Fleiss, J. L. (1979). doi:10.1037/0033-2909.86.2.420.

    Examples
    --------
    >>> ratings = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9],
    ...            [6, 2, 4, 7]]
    >>> icc(ratings)["icc"].round(2).tolist()
    [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]
    """
    import pandas as pd
    from scipy.stats import f

    values = matrix(data).complete().values
    n, k = values.shape
    between, raters, error, within = _checked_squares(values)
    tail = (1 - level) / 2

    def quantile(df1: float, df2: float) -> float:
        return float(f.ppf(1 - tail, df1, df2))

    df_b, df_w, df_e = n - 1, n * (k - 1), (n - 1) * (k - 1)
    with np.errstate(divide="ignore"):
        F1, F3 = np.divide(between, within), np.divide(between, error)
    icc1 = (between - within) / (between + (k - 1) * within)
    icc2 = (between - error) / (between + (k - 1) * error + k * (raters - error) / n)
    icc3 = (between - error) / (between + (k - 1) * error)
    low1, up1 = F1 / quantile(df_b, df_w), F1 * quantile(df_w, df_b)
    low3, up3 = F3 / quantile(df_b, df_e), F3 * quantile(df_e, df_b)
    low2, up2 = _two_way_bounds(values.shape, (between, raters, error), icc2, tail)
    rows = [
        ("ICC1", icc1, F1, df_w, _from_ratio(low1, k), _from_ratio(up1, k)),
        ("ICC2", icc2, F3, df_e, low2, up2),
        ("ICC3", icc3, F3, df_e, _from_ratio(low3, k), _from_ratio(up3, k)),
        ("ICC1k", (between - within) / between, F1, df_w, _of_mean(low1), _of_mean(up1)),
        (
            "ICC2k",
            (between - error) / (between + (raters - error) / n),
            F3,
            df_e,
            k * low2 / (1 + (k - 1) * low2),
            k * up2 / (1 + (k - 1) * up2),
        ),
        ("ICC3k", (between - error) / between, F3, df_e, _of_mean(low3), _of_mean(up3)),
    ]
    table = pd.DataFrame(
        [
            (name, value, F, df_b, df2, float(f.sf(F, df_b, df2)), lower, upper)
            for name, value, F, df2, lower, upper in rows
        ],
        columns=["type", "icc", "F", "df1", "df2", "pvalue", "ci_lower", "ci_upper"],
    )
    if not np.isfinite(table[["F", "ci_lower", "ci_upper"]].to_numpy()).all():
        table.attrs["flags"] = ("the raters do not differ beyond their levels: F is infinite",)
    return table


def _checked_squares(values: Floats) -> tuple[float, float, float, float]:
    """Return the mean squares, rounding errors as zero; raise if there is no correlation."""
    n, k = values.shape
    if n < 2:
        raise TooFewRows(f"{n} complete targets; an intraclass correlation needs at least two")
    if k < 2:
        raise DataError("one rater; an intraclass correlation needs at least two columns")
    between, raters, error, within = _mean_squares(values)
    least = (ROUNDING * np.ptp(values)) ** 2
    if within <= least and between <= least:
        raise DataError("every rating is the same; an intraclass correlation has no value")
    if between <= least:
        raise DataError(
            "the targets' means are all the same, so no variance lies between targets; do the "
            "columns cancel each other?"
        )
    return between, raters, 0.0 if error <= least else error, 0.0 if within <= least else within


def _from_ratio(F: float, k: int) -> float:
    """Return the correlation that a ratio of mean squares implies; 1 where there is no error."""
    return 1.0 if np.isinf(F) else float((F - 1) / (F + k - 1))


def _of_mean(F: float) -> float:
    """Return the correlation of means of all raters; minus infinity where F is 0."""
    return float(1 - 1 / F) if F > 0 else -np.inf


def _mean_squares(values: Floats) -> tuple[float, float, float, float]:
    """Mean squares between targets, between raters, of the residual, and within targets."""
    n, k = values.shape
    away = values - values.mean(axis=0)  # of each rater, so that no large level cancels
    between = k * ((away.mean(axis=1)) ** 2).sum()
    raters = n * ((values.mean(axis=0) - values.mean()) ** 2).sum()
    residual = ((away - away.mean(axis=1, keepdims=True)) ** 2).sum()
    return (
        float(between / (n - 1)),
        float(raters / (k - 1)),
        float(residual / ((n - 1) * (k - 1))),
        float((residual + raters) / (n * (k - 1))),
    )


def _two_way_bounds(
    shape: tuple[int, int], squares: tuple[float, float, float], icc2: float, tail: float
) -> tuple[float, float]:
    """Interval of ICC(2, 1), with Satterthwaite's degrees of freedom (Shrout & Fleiss 1979)."""
    from scipy.stats import f

    (n, k), (between, raters, error) = shape, squares
    if error <= 0:
        return float("nan"), float("nan")  # nothing errs: only the raters' spread is unknown
    ratio = raters / error
    rest = n * (1 + (k - 1) * icc2) - k * icc2
    df = (
        (k - 1)
        * (n - 1)
        * (k * icc2 * ratio + rest) ** 2
        / ((n - 1) * k**2 * icc2**2 * ratio**2 + rest**2)
    )
    upper_f, lower_f = f.ppf(1 - tail, n - 1, df), f.ppf(1 - tail, df, n - 1)
    spread = k * raters + (k * n - k - n) * error
    lower = n * (between - upper_f * error) / (upper_f * spread + n * between)
    upper = n * (lower_f * between - error) / (spread + n * lower_f * between)
    return float(lower), float(upper)
