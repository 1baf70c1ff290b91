"""Browne's circular stochastic process model: correlations as a function of angles apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit, softmax

from valuealign.analysis.result_display import Shown
from valuealign.errors import DataError, NotConverged, SingularCovariance

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False, repr=False, kw_only=True)
class CircularModel(Shown):
    """Scales on a circle whose correlations fall with their angle apart.

    Attributes
    ----------
    scales : DataFrame
        By scale: ``angle`` and ``angle_se`` in degrees (the first is 0), ``communality``.
    weights : ndarray, shape (n_harmonics + 1,)
        Of the correlation function ``b0 + b1 cos(t) + b2 cos(2t) + ...``; they sum to 1.
    chisq, df, pvalue, rmsea, rmsea_ci_lower, rmsea_ci_upper, srmr : float
    lowest : float
        The common parts' correlation at opposite points.
    flags : frozenset of str
    """

    scales: pd.DataFrame
    weights: FloatArray
    chisq: float
    df: int
    pvalue: float
    rmsea: float
    rmsea_ci_lower: float
    rmsea_ci_upper: float
    srmr: float
    lowest: float
    flags: frozenset[str]


@dataclass(frozen=True, eq=False)
class _Layout:
    """The free parameters and the position of each kind in the vector."""

    p: int
    m: int
    angles: FloatArray
    equal_angles: bool
    equal_communality: bool

    def split(self, x: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
        """Return log scales, angles, communality indices and weights."""
        s, rest = x[: self.p], x[self.p :]
        k = 1 if self.equal_communality else self.p
        zeta, rest = np.resize(expit(rest[:k]), self.p), rest[k:]
        weights, rest = softmax(np.append(0.0, rest[: self.m])), rest[self.m :]
        theta = self.angles if self.equal_angles else np.append(0.0, rest)
        return s, theta, zeta, weights

    @property
    def n_free(self) -> int:
        k = 1 if self.equal_communality else self.p
        return self.p + k + self.m + (0 if self.equal_angles else self.p - 1)


def circular_model(
    correlations: FloatArray,
    angles: FloatArray,
    n: int,
    *,
    names: Sequence[str] | None = None,
    harmonics: int = 3,
    equal_angles: bool = False,
    equal_communality: bool = False,
    more_starts: Sequence[FloatArray] = (),
) -> CircularModel:
    """Fit the circular model by maximum likelihood.

    Parameters
    ----------
    correlations : ndarray, shape (p, p)
    angles : ndarray, shape (p,)
        Radians: starting values, or with `equal_angles` the fixed angles.
    n : int
        Respondents.
    names : sequence of str, optional
    harmonics : int
        Cosines in the correlation function.
    equal_angles : bool
        Hold the angles as given.
    equal_communality : bool
        One communality for all scales.
    more_starts : sequence of ndarray, shape (p,)
        Other angles to start from: the model has several minima where scales lie close together.

    Returns
    -------
    CircularModel

    Raises
    ------
    DataError
        Fewer scales than the parameters need.
    SingularCovariance
        The correlations have no inverse: centred scores do not, so give raw ones.
    NotConverged
        No minimum was found.

    Notes
    -----
    Variances are free and weights are not negative. CircE could not be installed as an oracle.
    With fixed angles and communalities the model is circulant and agrees with a lavaan fit under
    the same constraints; tests also recover planted angles.

    References
    ----------
    Browne, M. W. (1992). Circumplex models for correlation matrices. Psychometrika, 57, 469-497.
    doi:10.1007/BF02294416

    Examples
    --------
    >>> t = np.arange(8) * np.pi / 4
    >>> R = 0.8 * (0.3 + 0.7 * np.cos(t[:, None] - t)) + 0.2 * np.eye(8)
    >>> found = circular_model(R, t, 500, harmonics=1)
    >>> round(found.chisq, 4), found.scales["angle"].round(1).tolist()[:3]
    (0.0, [0.0, 45.0, 90.0])
    """
    from threadpoolctl import threadpool_limits

    R = np.asarray(correlations, dtype=float)
    p = len(R)
    layout = _Layout(p, harmonics, np.asarray(angles) - angles[0], equal_angles, equal_communality)
    df = p * (p + 1) // 2 - layout.n_free
    if df < 0:
        raise DataError(f"{p} scales cannot carry {layout.n_free} parameters; use fewer harmonics")
    values = np.linalg.eigvalsh(R)
    if values[0] < 1e-8:
        raise SingularCovariance(
            f"the correlations have eigenvalue {values[0]:.2g}: scores centred on the person's own "
            "mean add up to nothing; give raw scores"
        )
    # The starts are compared after a few hundred steps; only the best goes to the end.
    with threadpool_limits(1):  # matrices this small only wait for threads
        results = [
            _minimise(start, R, layout, steps=300 if more_starts else 5000)
            for start in _starts(layout, more_starts)
        ]
        best = min(results, key=lambda result: float(result.fun))
        if more_starts:
            best = _minimise(best.x, R, layout, steps=5000)
    _, slope = _discrepancy(best.x, R, layout)
    if np.abs(slope).max() > 1e-4:
        raise NotConverged(f"the circular model did not settle (slope {np.abs(slope).max():.2g})")
    return _result(best.x, float(best.fun), layout, (R, n, df), names)


def _minimise(start: FloatArray, R: FloatArray, layout: _Layout, *, steps: int) -> Any:
    from scipy.optimize import minimize

    options: Any = {"maxiter": steps, "ftol": 1e-15, "gtol": 1e-9, "maxcor": 30}
    return minimize(
        _discrepancy, start, args=(R, layout), jac=True, method="L-BFGS-B", options=options
    )


def _starts(layout: _Layout, more: Sequence[FloatArray]) -> list[FloatArray]:
    zeta = np.full(1 if layout.equal_communality else layout.p, logit(0.8))
    weights = np.log(0.3 ** np.arange(1, layout.m + 1)) + 1.2
    angles = [layout.angles] if layout.equal_angles else [layout.angles, *more]
    return [
        np.concatenate(
            [np.zeros(layout.p), zeta, weights, [] if layout.equal_angles else (a - a[0])[1:]]
        )
        for a in angles
    ]


def _implied(x: FloatArray, layout: _Layout) -> tuple[FloatArray, ...]:
    s, theta, zeta, b = layout.split(x)
    apart = theta[:, None] - theta[None, :]
    k = np.arange(layout.m + 1)[:, None, None]
    cosines = np.cos(k * apart)
    common = np.tensordot(b, cosines, axes=1)
    P = np.outer(zeta, zeta) * common
    np.fill_diagonal(P, 1.0)
    scale = np.exp(s)
    return P * np.outer(scale, scale), P, common, cosines, apart


def _discrepancy(x: FloatArray, R: FloatArray, layout: _Layout) -> tuple[float, FloatArray]:
    """Return the maximum-likelihood discrepancy and its gradient."""
    sigma, _, common, cosines, apart = _implied(x, layout)
    try:
        L = np.linalg.cholesky(sigma)
    except np.linalg.LinAlgError:
        return 1e6, np.zeros_like(x)
    inverse = np.linalg.inv(sigma)
    value = 2 * np.log(np.diag(L)).sum() - np.linalg.slogdet(R)[1]
    value += float((inverse * R).sum()) - layout.p
    G = inverse - inverse @ R @ inverse
    s, _, zeta, b = layout.split(x)
    by_scale = 2 * (G * sigma).sum(axis=1)
    weight = G * np.outer(np.exp(s), np.exp(s))
    np.fill_diagonal(weight, 0.0)
    by_zeta = 2 * (weight * common) @ zeta * zeta * (1 - zeta)
    W = weight * np.outer(zeta, zeta)
    k = np.arange(layout.m + 1)
    by_weight = np.tensordot(cosines, W, axes=2)
    by_weight = (b * (by_weight - b @ by_weight))[1:]
    sines = -np.tensordot(b * k, np.sin(k[:, None, None] * apart), axes=1)
    by_angle = 2 * (W * sines).sum(axis=1)
    parts = [by_scale, [by_zeta.sum()] if layout.equal_communality else by_zeta, by_weight]
    if not layout.equal_angles:
        parts.append(by_angle[1:])
    return float(value), np.concatenate(parts)


def _result(
    x: FloatArray,
    value: float,
    layout: _Layout,
    data: tuple[FloatArray, int, int],
    names: Sequence[str] | None,
) -> CircularModel:
    import pandas as pd
    from scipy.stats import chi2

    from valuealign.analysis.sem.fit_measures.indices import rmsea, rmsea_interval

    R, n, df = data
    _, theta, zeta, b = layout.split(x)
    chisq = max((n - 1) * value, 0.0)  # an exact fit may come out a rounding below zero
    low, high = rmsea_interval(chisq, df, n) if df else (0.0, 0.0)
    P = _implied(x, layout)[1]
    off = (R - P)[np.triu_indices(layout.p, 1)]
    flags = set()
    if (zeta > 0.9999).any():
        flags.add("a communality at its bound of 1")
    if (b < 1e-6).any():
        flags.add("a weight of the correlation function at its bound of 0")
    frame = pd.DataFrame(
        {
            "angle": np.degrees(theta) % 360,
            "angle_se": _angle_errors(x, R, layout, n),
            "communality": zeta**2,
        },
        index=list(names) if names is not None else None,
    )
    srmr = float(np.sqrt((off**2).sum() / (layout.p * (layout.p + 1) / 2)))
    opposite = float((b * np.cos(np.pi * np.arange(layout.m + 1))).sum())
    return CircularModel(
        scales=frame,
        weights=b,
        chisq=chisq,
        df=df,
        pvalue=float(chi2.sf(chisq, df)) if df else float("nan"),
        rmsea=rmsea(chisq, df, n),
        rmsea_ci_lower=low,
        rmsea_ci_upper=high,
        srmr=srmr,
        lowest=opposite,
        flags=frozenset(flags),
    )


def _angle_errors(x: FloatArray, R: FloatArray, layout: _Layout, n: int) -> FloatArray:
    """Return standard errors in degrees, from the curvature at the minimum."""
    if layout.equal_angles:
        return np.zeros(layout.p)
    step = 1e-5
    H = np.array(
        [
            (_discrepancy(x + e, R, layout)[1] - _discrepancy(x - e, R, layout)[1]) / (2 * step)
            for e in step * np.eye(len(x))
        ]
    )
    covariance = np.linalg.pinv((H + H.T) / 2 * (n - 1) / 2, rcond=1e-10)
    spread = np.sqrt(np.maximum(np.diag(covariance)[-(layout.p - 1) :], 0))
    return np.append(0.0, np.degrees(spread))
