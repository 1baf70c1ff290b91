"""Delta-method intervals of omega from a fitted factor model, for continuous and ordinal items."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from valuealign.analysis.sem.fit import Fit

FloatArray = NDArray[np.float64]

STEP = 1e-5


def omega_interval(
    fit: Fit,
    parts: Callable[[FloatArray], FloatArray],
    omega: Callable[[FloatArray], float],
    *,
    level: float,
) -> tuple[float, float]:
    """Interval of a function of a fit's parameters that lies between 0 and 1.

    Parameters
    ----------
    fit : Fit
    parts : callable
        Free parameters -> the loadings, variances and thresholds that matter, cheap to compute.
    omega : callable
        Those parts -> the coefficient.
    level : float

    Returns
    -------
    lower, upper : float
        NaN where the fit has no standard errors, or the estimate lies outside 0 and 1.

    Notes
    -----
    The delta method on the log-odds of omega, with the fit's own (robust) standard errors; central
    differences of the few parameters that move the parts. Agrees with the bootstrap to .01
    (``tests/analysis/sem/test_composite.py``).

    References
    ----------
    Raykov, T., & Marcoulides, G. A. (2011). Introduction to psychometric theory. Routledge.
    (No DOI.)
    """
    from scipy.stats import norm

    x = np.asarray(fit.solution.x, dtype=float)
    here = parts(x)
    value = omega(here)
    gradient = np.zeros(len(x))
    for k in range(len(x)):
        up, down = x.copy(), x.copy()
        step = STEP * max(1.0, abs(x[k]))
        up[k], down[k] = x[k] + step, x[k] - step
        high = parts(up)
        if not np.array_equal(high, here):
            gradient[k] = (omega(high) - omega(parts(down))) / (2 * step)
    variance = float(gradient @ fit.precision.vcov @ gradient)
    if not (0 < value < 1 and variance > 0):
        return float("nan"), float("nan")
    reach = float(norm.ppf(0.5 + level / 2)) * np.sqrt(variance) / (value * (1 - value))
    odds = np.log(value / (1 - value))
    return float(1 / (1 + np.exp(reach - odds))), float(1 / (1 + np.exp(-reach - odds)))
