"""Areas under receiver operating characteristics, and comparisons of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.judgement.judged_cases import JudgedCases
from valuealign.analysis.unit_jackknife import jackknife_interval

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Bools = NDArray[np.bool_]


def placements(truth: Bools, score: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return the share of the other kind that each case is above (true) or below (false).

    Parameters
    ----------
    truth : ndarray of bool, shape (n,)
    score : ndarray, shape (n,)

    Returns
    -------
    of_true : ndarray, shape (n_true,)
    of_false : ndarray, shape (n_false,)
        Ties count by half; the mean of either is the area.

    References
    ----------
    DeLong, E. R., DeLong, D. M., & Clarke-Pearson, D. L. (1988). Comparing the areas under two or
    more correlated receiver operating characteristic curves. Biometrics, 44, 837-845.
    doi:10.2307/2531595
    """
    from scipy.stats import rankdata

    high, low = score[truth], score[~truth]
    m, n = len(high), len(low)
    ranks = rankdata(np.concatenate([high, low]))
    of_true = (ranks[:m] - rankdata(high)) / n
    of_false = 1 - (ranks[m:] - rankdata(low)) / m
    return of_true, of_false


def auc_row(cases: JudgedCases, score: FloatArray, *, level: float) -> tuple[float, float, float]:
    """Return the area with its interval.

    Parameters
    ----------
    cases : JudgedCases
    score : ndarray, shape (n,)
    level : float

    Returns
    -------
    value, lower, upper : float
        DeLong's interval of independent cases; where cases repeat, cases are left out in turn.

    Notes
    -----
    DeLong's equals R's ``pROC::ci.auc`` to 1e-9.
    """
    from scipy.stats import norm

    if cases.repeated:
        return _clustered_auc(cases, score, level)
    of_true, of_false = placements(cases.truth, score)
    area = float(of_true.mean())
    half = float(norm.ppf((1 + level) / 2)) * np.sqrt(_variance(of_true, of_false))
    return area, max(area - half, 0.0), min(area + half, 1.0)


def _variance(of_true: FloatArray, of_false: FloatArray) -> float:
    if min(len(of_true), len(of_false)) < 2:
        return float("nan")
    return float(of_true.var(ddof=1) / len(of_true) + of_false.var(ddof=1) / len(of_false))


def _clustered_auc(
    cases: JudgedCases, score: FloatArray, level: float
) -> tuple[float, float, float]:
    import pandas as pd

    code = pd.factorize(cases.case)[0]

    def areas(weights: FloatArray) -> FloatArray:
        out = np.full(len(weights), np.nan)
        for k, w in enumerate(weights):
            kept = w[code] > 0
            truth = cases.truth[kept]
            if truth.any() and not truth.all():
                out[k] = placements(truth, score[kept])[0].mean()
        return out

    value, _, low, high = jackknife_interval(areas, int(code.max()) + 1, level=level)
    return value, max(low, 0.0), min(high, 1.0)


def auc_difference(
    truth: Bools, first: FloatArray, second: FloatArray
) -> tuple[float, float, float]:
    """Compare two areas of the same cases.

    Parameters
    ----------
    truth : ndarray of bool, shape (n,)
    first, second : ndarray, shape (n,)
        Two judges' scores.

    Returns
    -------
    difference, se, pvalue : float

    Notes
    -----
    Equals R's ``pROC::roc.test(paired = TRUE)`` to 1e-9.
    """
    from scipy.stats import norm

    pairs = [placements(truth, score) for score in (first, second)]
    difference = pairs[0][0] - pairs[1][0], pairs[0][1] - pairs[1][1]
    value = float(difference[0].mean())
    se = float(np.sqrt(_variance(*difference)))
    if se == 0 or np.isnan(se):
        return value, se, 1.0 if value == 0 else float("nan")
    return value, se, float(2 * norm.sf(abs(value / se)))


def roc_points(truth: Bools, score: FloatArray) -> pd.DataFrame:
    """Return the curve: ``threshold sensitivity specificity``, from the strictest threshold."""
    import pandas as pd

    order = np.argsort(-score, kind="stable")
    last = np.flatnonzero(np.append(np.diff(score[order]) != 0, True))
    hits, alarms = np.cumsum(truth[order])[last], np.cumsum(~truth[order])[last]
    return pd.DataFrame(
        {
            "threshold": np.append(np.inf, score[order][last]),
            "sensitivity": np.append(0.0, hits / truth.sum()),
            "specificity": np.append(1.0, 1 - alarms / (~truth).sum()),
        }
    )
