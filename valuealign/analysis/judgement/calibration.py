"""Whether stated probabilities are those that come true."""

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

EDGE = 0.001
"""Probabilities nearer to 0 or 1 are moved here before their logit is taken."""
BINS = 10


def bins_of(probability: FloatArray, n_bins: int = BINS) -> NDArray[np.intp]:
    """Return the bin of equal width of each probability."""
    return np.minimum((probability * n_bins).astype(np.intp), n_bins - 1)


def reliability_table(cases: JudgedCases, probability: FloatArray) -> pd.DataFrame:
    """Return stated against observed shares, bin by bin.

    Returns
    -------
    DataFrame
        ``bin n predicted observed ci_lower ci_upper``, with exact intervals.
    """
    import pandas as pd
    from scipy.stats import binomtest

    bins = bins_of(probability)
    rows = []
    for k in np.unique(bins):
        there = bins == k
        hits, n = int(cases.truth[there].sum()), int(there.sum())
        interval = binomtest(hits, n).proportion_ci()
        name = f"{k / BINS:.1f}-{(k + 1) / BINS:.1f}"
        row = (name, n, float(probability[there].mean()), hits / n, interval.low, interval.high)
        rows.append(row)
    return pd.DataFrame(rows, columns=["bin", "n", "predicted", "observed", "ci_lower", "ci_upper"])


def brier_parts(truth: Bools, probability: FloatArray) -> tuple[float, float, float]:
    """Return reliability, resolution and uncertainty; the Brier score is 1st - 2nd + 3rd.

    The values of the probability are the groups, so that the parts add up exactly.

    References
    ----------
    Murphy, A. H. (1973). A new vector partition of the probability score. Journal of Applied
    Meteorology, 12, 595-600.
    """
    _, group, size = np.unique(probability, return_inverse=True, return_counts=True)
    observed = np.bincount(group, truth) / size
    stated = np.bincount(group, probability) / size
    base, n = truth.mean(), len(truth)
    reliability = float((size * (stated - observed) ** 2).sum() / n)
    resolution = float((size * (observed - base) ** 2).sum() / n)
    return reliability, resolution, float(base * (1 - base))


def calibration_error(truth: Bools, probability: FloatArray) -> float:
    """Return the expected calibration error over bins of equal width."""
    bins = bins_of(probability)
    gap = np.bincount(bins, probability - truth, BINS)
    return float(np.abs(gap).sum() / len(truth))


def error_by_chance(probability: FloatArray, *, draws: int = 500) -> float:
    """Return the calibration error that these probabilities would show if they were true."""
    rng = np.random.default_rng(0)
    bins = bins_of(probability)
    size = len(probability)
    gaps = [
        np.abs(np.bincount(bins, probability - (rng.random(size) < probability), BINS)).sum()
        for _ in range(draws)
    ]
    return float(np.mean(gaps) / size)


def calibration_line(
    truth: Bools, probability: FloatArray
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return intercept and slope with their standard errors.

    Returns
    -------
    intercept, slope : tuple of float
        Value and standard error. Intercept: of the logit, with the slope held at 1 (zero if the
        probabilities are neither too high nor too low). Slope: of truth on the logit of the
        probability (below 1 if they are too extreme). NaN where truth is separated.

    Notes
    -----
    As R's ``glm(y ~ offset(logit), binomial)`` and ``glm(y ~ logit, binomial)``, to 1e-6.

    References
    ----------
    Van Calster, B., et al. (2019). Calibration: the Achilles heel of predictive analytics. BMC
    Medicine, 17, 230. doi:10.1186/s12916-019-1466-7
    """
    logit = np.log(np.clip(probability, EDGE, 1 - EDGE))
    logit -= np.log1p(-np.clip(probability, EDGE, 1 - EDGE))
    ones = np.ones((len(truth), 1))
    intercept = _logistic(truth, ones, logit)
    if np.ptp(logit) == 0:
        return intercept[0], (np.nan, np.nan)
    line = _logistic(truth, np.column_stack([ones, logit]), np.zeros(len(truth)))
    return intercept[0], line[1]


def _logistic(truth: Bools, X: FloatArray, offset: FloatArray) -> list[tuple[float, float]]:
    """Fit a logistic regression by Newton steps; NaN where it has no maximum."""
    beta = np.zeros(X.shape[1])
    lost = [(np.nan, np.nan)] * X.shape[1]
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(X @ beta + offset, -500, 500)))
        information = X.T @ (X * (p * (1 - p))[:, None])
        if np.linalg.cond(information) > 1e12 or np.abs(beta).max() > 50:
            return lost
        step = np.linalg.solve(information, X.T @ (truth - p))
        beta = beta + step
        if np.abs(step).max() < 1e-10:
            se = np.sqrt(np.diag(np.linalg.inv(information)))
            return list(zip(beta.tolist(), se.tolist(), strict=True))
    return lost


def calibration_rows(
    cases: JudgedCases, probability: FloatArray, *, level: float
) -> list[tuple[str, float, float, float]]:
    """Return every measure of stated probabilities with its interval.

    Returns
    -------
    list of (measure, value, lower, upper)
        The intervals of the line take rows as independent; that of the Brier score leaves out
        one case at a time; the others have none.
    """
    import pandas as pd
    from scipy.stats import norm

    loss = (probability - cases.truth) ** 2
    code = pd.factorize(cases.case)[0]
    units = int(code.max()) + 1
    sums, size = np.bincount(code, loss, units), np.bincount(code, minlength=units)
    brier, _, low, high = jackknife_interval(lambda w: (w @ sums) / (w @ size), units, level=level)
    reliability, resolution, uncertainty = brier_parts(cases.truth, probability)
    z = float(norm.ppf((1 + level) / 2))
    none = (np.nan, np.nan)
    rows = [
        ("brier", brier, max(low, 0.0), min(high, 1.0)),
        ("brier_skill", 1 - brier / uncertainty, *none),
        ("reliability", reliability, *none),
        ("resolution", resolution, *none),
        ("uncertainty", uncertainty, *none),
        ("calibration_error", calibration_error(cases.truth, probability), *none),
        ("calibration_error_by_chance", error_by_chance(probability), *none),
    ]
    lines = calibration_line(cases.truth, probability)
    for name, (value, se) in zip(("intercept", "slope"), lines, strict=True):
        rows.append((f"calibration_{name}", value, value - z * se, value + z * se))
    return rows
