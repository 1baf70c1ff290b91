"""Fit indices as functions of scalars, each with its formula and reference."""

from __future__ import annotations

import math

from scipy.optimize import brentq
from scipy.special import chdtrc, chdtri, chndtr

LEVEL = 0.90
"""Of intervals, as in lavaan."""


def p_value(chisq: float, df: float) -> float:
    """Return the upper tail of the chi-square distribution; NaN at 0 degrees of freedom."""
    return float(chdtrc(df, chisq)) if df > 0 else math.nan


def cfi(chisq: float, df: float, null: tuple[float, float], c: float = 1, c0: float = 1) -> float:
    """``1 - max(c d, 0) / max(c d, c0 d0, 0)`` with ``d = chisq / c - df`` (Bentler 1990).

    The factors ``c`` and ``c0`` give the robust version (Brosseau-Liard & Savalei 2014).

    References
    ----------
    https://doi.org/10.1037/0033-2909.107.2.238, https://doi.org/10.1080/00273171.2014.933697
    """
    d, d0 = chisq - c * df, null[0] - c0 * null[1]
    top, bottom = max(d, 0.0), max(d, d0, 0.0)
    return 1.0 if bottom == 0 else 1 - top / bottom


def tli(chisq: float, df: float, null: tuple[float, float], c: float = 1, c0: float = 1) -> float:
    """``1 - (d / df) / (d0 / df0)``: Tucker & Lewis 1973, not normed.

    References
    ----------
    https://doi.org/10.1007/BF02291170
    """
    d, d0 = chisq - c * df, null[0] - c0 * null[1]
    if df == 0:
        return 1.0
    return 1 - d * null[1] / (d0 * df) if d0 != 0 else math.nan


def rni(chisq: float, df: float, null: tuple[float, float], c: float = 1, c0: float = 1) -> float:
    """``1 - d / d0``: the CFI without its bounds (McDonald & Marsh 1990)."""
    d, d0 = chisq - c * df, null[0] - c0 * null[1]
    return 1 - d / d0 if d0 != 0 else math.nan


def nfi(chisq: float, null: tuple[float, float]) -> float:
    """``1 - chisq / chisq0`` (Bentler & Bonett 1980, https://doi.org/10.1037/0033-2909.88.3.588)."""
    return 1 - chisq / null[0] if null[0] else math.nan


def rfi(chisq: float, df: float, null: tuple[float, float]) -> float:
    """``1 - (chisq / df) / (chisq0 / df0)`` (Bollen 1986)."""
    if not df or not null[1] or not null[0]:
        return 1.0 if not df else math.nan
    value = 1 - chisq * null[1] / (df * null[0])
    return value if value >= 0 else 1.0  # as lavaan has it


def ifi(chisq: float, df: float, null: tuple[float, float]) -> float:
    """``(chisq0 - chisq) / (chisq0 - df)`` (Bollen 1989)."""
    return (null[0] - chisq) / (null[0] - df) if null[0] != df else math.nan


def pnfi(chisq: float, df: float, null: tuple[float, float]) -> float:
    """The NFI times ``df / df0``."""
    return nfi(chisq, null) * df / null[1] if null[1] else math.nan


def rmsea(chisq: float, df: float, n: float, *, groups: int = 1, c: float = 1) -> float:
    """``sqrt(max(chisq - c df, 0) / (n df)) sqrt(groups)`` (Steiger & Lind 1980; Steiger 1998)."""
    if df <= 0:
        return 0.0
    return math.sqrt(max(chisq / n / df - c / n, 0.0)) * math.sqrt(groups)


def rmsea_interval(
    chisq: float, df: float, n: float, *, groups: int = 1, c: float = 1, level: float = LEVEL
) -> tuple[float, float]:
    """Return the interval whose ends make the (scaled) chi-square the upper and lower tail."""
    if df <= 0:
        return 0.0, 0.0
    low, high = noncentrality(chisq, df, level=level)
    scale = math.sqrt(groups)
    return math.sqrt(c * low / (n * df)) * scale, math.sqrt(c * high / (n * df)) * scale


def noncentrality(chisq: float, df: float, *, level: float = LEVEL) -> tuple[float, float]:
    """Return the interval of the noncentrality of a chi-square."""
    tail, x = (1 - level) / 2, chisq

    def end(p: float) -> float:
        if 1 - chdtrc(df, x) < p:
            return 0.0
        top = max(4 * x, 10.0)
        while chndtr(x, df, top) > p:
            top *= 2
        return float(brentq(lambda L: chndtr(x, df, L) - p, 0, top, xtol=1e-9, rtol=1e-12))

    return end(1 - tail), end(tail)


def gfi(misfit: float, df: float, n: float, p: int, *, c: float = 1) -> float:
    """``n p / (n p + 2 (misfit - c df))``, at most 1 (Steiger 1989; lavaan 0.7)."""
    below = n * p + 2 * (misfit - c * df)
    return min(n * p / below, 1.0) if below > 0 else math.nan


def gfi_interval(
    misfit: float, df: float, n: float, p: int, *, c: float = 1, level: float = LEVEL
) -> tuple[float, float]:
    """Return the interval of the GFI that follows from the noncentrality's."""
    if df <= 0:
        return 1.0, 1.0
    low, high = noncentrality(misfit, df, level=level)
    return n * p / (n * p + 2 * c * high), n * p / (n * p + 2 * c * low)


def rmsea_p(
    chisq: float, df: float, n: float, *, h0: float, groups: int = 1, c: float = 1
) -> float:
    """Return the probability of a larger (scaled) chi-square were the RMSEA exactly ``h0``."""
    if df <= 0:
        return math.nan
    return float(1 - chndtr(chisq, df, n * df * h0**2 / groups / c))


def mfi(chisq: float, df: float, n: float) -> float:
    """``exp(-(chisq - df) / (2 n))`` (McDonald 1989)."""
    return math.exp(-(chisq - df) / (2 * n))


def hoelter(chisq: float, df: float, n: float, alpha: float) -> float:
    """Return the size at which this misfit would be just significant (Hoelter 1983)."""
    if df == 0 or chisq <= 0:
        return math.nan if df == 0 else math.inf
    return float(chdtri(df, alpha)) / (chisq / n) + 1


def ecvi(chisq: float, npar: float, n: float) -> float:
    """``(chisq + 2 npar) / n`` (Browne & Cudeck 1989)."""
    return (chisq + 2 * npar) / n


def information_criteria(logl: float, npar: float, n: float) -> dict[str, float]:
    """Return AIC, BIC and the sample-size adjusted BIC (Sclove 1987)."""
    return {
        "aic": -2 * logl + 2 * npar,
        "bic": -2 * logl + npar * math.log(n),
        "bic2": -2 * logl + npar * math.log((n + 2) / 24),
    }
