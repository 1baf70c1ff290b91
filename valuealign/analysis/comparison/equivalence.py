"""Equivalence tests against a margin, and tests of differences beyond it.

References
----------
Schuirmann, D. J. (1987). A comparison of the two one-sided tests procedure and the power
approach for assessing the equivalence of average bioavailability. Journal of Pharmacokinetics
and Biopharmaceutics, 15, 657-680. doi:10.1007/BF01068419
Benjamini, Y., & Hochberg, Y. (1995). Controlling the false discovery rate. Journal of the Royal
Statistical Society B, 57, 289-300. doi:10.1111/j.2517-6161.1995.tb02031.x
"""

from __future__ import annotations

from typing import Literal

import numpy as np
import numpy.typing as npt

from valuealign.errors import DataError

Floats = npt.NDArray[np.float64]
Standing = Literal["equivalent", "different", "inconclusive"]
EQUIVALENT, DIFFERENT, UNKNOWN = "equivalent", "different", "inconclusive"


def tost(difference: float, se: float, df: float, *, margin: float) -> float:
    """P-value of two one-sided t tests that the difference lies inside the margin.

    Parameters
    ----------
    difference, se : float
        In the unit of the scores.
    df : float
    margin : float
        Positive; the smallest difference that matters.

    Returns
    -------
    float
        The larger of the two one-sided values; NaN without an error or a margin.

    Raises
    ------
    DataError
        A margin that is not positive.

    Notes
    -----
    Equals the larger p of R's ``t.test(..., mu = -margin, alternative = "greater")`` and
    ``mu = margin, alternative = "less"`` to 1e-10.

    Examples
    --------
    >>> round(tost(0.0, 0.1, 30, margin=0.25), 4)
    0.0091
    """
    from scipy.stats import t

    if margin <= 0:
        raise DataError(f"the margin is {margin:g}; expected a positive number")
    if np.isnan([difference, se, df, margin]).any():
        return float("nan")
    if se == 0:
        return 0.0 if abs(difference) < margin else 1.0
    below = t.sf((difference + margin) / se, df)
    above = t.cdf((difference - margin) / se, df)
    return float(max(below, above))


def beyond(difference: float, se: float, df: float, *, margin: float) -> float:
    """P-value of a test that the difference is larger than the margin, in its own direction.

    Parameters
    ----------
    difference, se, df : float
    margin : float

    Returns
    -------
    float
        One-sided; NaN without an error or a margin.

    Examples
    --------
    >>> round(beyond(-0.6, 0.1, 30, margin=0.25), 4)
    0.0007
    """
    from scipy.stats import t

    if np.isnan([difference, se, df, margin]).any():
        return float("nan")
    over = abs(difference) - margin
    if se == 0:
        return 0.0 if over > 0 else 1.0
    return float(t.sf(over / se, df))


def standing(equivalence_p: float, beyond_p: float, pvalue_fdr: float, *, alpha: float) -> Standing:
    """Return whether equivalence, a difference or neither is shown.

    Parameters
    ----------
    equivalence_p : float
        From :func:`tost`.
    beyond_p : float
        From :func:`beyond`.
    pvalue_fdr : float
        Of a difference from zero, adjusted over scales.
    alpha : float

    Returns
    -------
    {"equivalent", "different", "inconclusive"}
        ``different`` requires a significant difference that lies beyond the margin; a difference
        that is only significant may be too small to matter.

    Examples
    --------
    >>> standing(0.001, 1.0, 0.5, alpha=0.05), standing(0.4, 0.2, 0.01, alpha=0.05)
    ('equivalent', 'inconclusive')
    """
    if equivalence_p < alpha:
        return "equivalent"
    return "different" if beyond_p < alpha and pvalue_fdr < alpha else "inconclusive"


def benjamini_hochberg(pvalues: npt.ArrayLike) -> Floats:
    """Adjust p-values for their number (false discovery rate).

    Parameters
    ----------
    pvalues : array_like, shape (m,)
        NaN are left out and stay.

    Returns
    -------
    ndarray, shape (m,)

    Notes
    -----
    Equals R's ``p.adjust(p, "BH")`` to 1e-10.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.04, 0.04]
    """
    p = np.asarray(pvalues, dtype=float)
    out = np.full(len(p), np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known])[::-1]]
    m = len(order)
    adjusted = p[order] * m / np.arange(m, 0, -1)
    out[order] = np.minimum.accumulate(adjusted)
    return out


def holm(pvalues: npt.ArrayLike) -> Floats:
    """Adjust p-values for their number (family-wise error).

    Parameters
    ----------
    pvalues : array_like, shape (m,)

    Returns
    -------
    ndarray, shape (m,)

    Notes
    -----
    Equals R's ``p.adjust(p, "holm")`` to 1e-10.

    Examples
    --------
    >>> holm([0.01, 0.04, 0.03]).tolist()
    [0.03, 0.06, 0.06]
    """
    p = np.asarray(pvalues, dtype=float)
    order = np.argsort(p)
    steps = p[order] * np.arange(len(p), 0, -1)
    out = np.empty(len(p))
    out[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return out
