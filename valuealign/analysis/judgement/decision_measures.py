"""Measures of decisions of yes or no against the truth, with exact or clustered intervals."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.judgement.judged_cases import JudgedCases
from valuealign.analysis.unit_jackknife import Statistic, jackknife_interval

FloatArray = NDArray[np.float64]
Table = tuple[FloatArray, FloatArray, FloatArray, FloatArray]
"""True positives, false positives, false negatives, true negatives."""
Measure = Callable[[Table], FloatArray]
Row = tuple[str, float, float, float]


def _divided(a: FloatArray, b: FloatArray) -> FloatArray:
    out = np.full(np.shape(b), np.nan)
    np.divide(a, b, out=out, where=b > 0)
    return out


PROPORTIONS: dict[str, tuple[Measure, Measure]] = {
    "accuracy": (lambda t: t[0] + t[3], lambda t: t[0] + t[1] + t[2] + t[3]),
    "sensitivity": (lambda t: t[0], lambda t: t[0] + t[2]),
    "specificity": (lambda t: t[3], lambda t: t[1] + t[3]),
    "precision": (lambda t: t[0], lambda t: t[0] + t[1]),
    "npv": (lambda t: t[3], lambda t: t[2] + t[3]),
}
"""Name -> hits, and of how many; exact intervals where cases are independent."""


def _rates(t: Table) -> tuple[FloatArray, FloatArray]:
    return _divided(t[0], t[0] + t[2]), _divided(t[3], t[1] + t[3])


def _corrected_z(t: Table) -> tuple[FloatArray, FloatArray]:
    """Return z of hit and false-alarm rates, half a case added to each cell."""
    from scipy.stats import norm

    hits = (t[0] + 0.5) / (t[0] + t[2] + 1)
    alarms = (t[1] + 0.5) / (t[1] + t[3] + 1)
    return np.asarray(norm.ppf(hits)), np.asarray(norm.ppf(alarms))


def d_prime(t: Table) -> FloatArray:
    """Return the sensitivity of signal detection, with the log-linear correction.

    References
    ----------
    Hautus, M. J. (1995). Corrections for extreme proportions and their biasing effects on estimated
    values of d'. Behavior Research Methods, 27, 46-51. doi:10.3758/BF03203619
    """
    hits, alarms = _corrected_z(t)
    return hits - alarms


def criterion(t: Table) -> FloatArray:
    """Return the response criterion c: above zero, the judge says no too readily."""
    hits, alarms = _corrected_z(t)
    return -(hits + alarms) / 2


def f1(t: Table) -> FloatArray:
    """Return the harmonic mean of precision and sensitivity."""
    return _divided(2 * t[0], 2 * t[0] + t[1] + t[2])


def balanced_accuracy(t: Table) -> FloatArray:
    """Return the mean of sensitivity and specificity."""
    sensitivity, specificity = _rates(t)
    return (sensitivity + specificity) / 2


OTHERS: dict[str, Measure] = {
    "balanced_accuracy": balanced_accuracy,
    "f1": f1,
    "d_prime": d_prime,
    "criterion": criterion,
}


def decision_rows(cases: JudgedCases, said: NDArray[np.bool_], *, level: float) -> list[Row]:
    """Return every measure of decisions with its interval.

    Parameters
    ----------
    cases : JudgedCases
    said : ndarray of bool, shape (n,)
    level : float

    Returns
    -------
    list of (measure, value, lower, upper)
        Proportions of independent cases have exact (Clopper-Pearson) intervals; all else, and
        everything where cases repeat, leaves out one case at a time.
    """
    cells, units = by_case(cases, said)
    rows: list[Row] = []
    for name, (hits, size) in PROPORTIONS.items():
        if cases.repeated:
            rows.append(_jackknifed(name, cells, _share(hits, size), units, level))
        else:
            whole = _table(cells, np.ones((1, units)))
            rows.append((name, *_exact(int(hits(whole)[0]), int(size(whole)[0]), level)))
    rows += [_jackknifed(name, cells, measure, units, level) for name, measure in OTHERS.items()]
    return rows


def by_case(cases: JudgedCases, said: NDArray[np.bool_]) -> tuple[FloatArray, int]:
    """Return each case's counts of the four outcomes, shape (4, n_cases)."""
    import pandas as pd

    code = pd.factorize(cases.case)[0]
    units = int(code.max()) + 1
    outcomes = [
        cases.truth & said,
        ~cases.truth & said,
        cases.truth & ~said,
        ~cases.truth & ~said,
    ]
    return np.array([np.bincount(code, o, units) for o in outcomes]), units


def _table(cells: FloatArray, weights: FloatArray) -> Table:
    a, b, c, d = (weights @ cell for cell in cells)
    return a, b, c, d


def _share(hits: Measure, size: Measure) -> Measure:
    return lambda t: _divided(hits(t), size(t))


def _jackknifed(name: str, cells: FloatArray, measure: Measure, units: int, level: float) -> Row:
    statistic: Statistic = lambda weights: measure(_table(cells, weights))  # noqa: E731  # typed
    value, _, low, high = jackknife_interval(statistic, units, level=level)
    if name not in ("d_prime", "criterion"):
        low, high = max(low, 0.0), min(high, 1.0)
    return name, value, low, high


def _exact(hits: int, size: int, level: float) -> tuple[float, float, float]:
    from scipy.stats import binomtest

    if size == 0:
        return np.nan, np.nan, np.nan
    interval = binomtest(hits, size).proportion_ci(level)
    return hits / size, float(interval.low), float(interval.high)
