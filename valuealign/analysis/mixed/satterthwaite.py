"""Tests of fixed effects with Satterthwaite's degrees of freedom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.mixed.bordered import Bordered
from valuealign.analysis.mixed.components import evaluate
from valuealign.analysis.mixed.system import System

FloatArray = NDArray[np.float64]
_STEP = 1e-4
"""Relative step in a variance for the slope of the exact gradient; good to about eight digits."""


@dataclass(frozen=True, eq=False)
class Inference:
    """Fixed effects, their covariance, and how that covariance depends on the variances.

    Attributes
    ----------
    estimates : ndarray, shape (p,)
    vcov : ndarray, shape (p, p)
    slopes : ndarray, shape (m, p, p)
        Derivatives of ``vcov`` by the variances that are not at the boundary, the residual's last.
    uncertainty : ndarray, shape (m, m)
        Covariance of those variances, from the observed information.
    """

    estimates: FloatArray
    vcov: FloatArray
    slopes: FloatArray
    uncertainty: FloatArray

    def t_tests(self, L: FloatArray) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return estimates, standard errors and degrees of freedom of rows of weights.

        Parameters
        ----------
        L : ndarray, shape (k, p)

        Returns
        -------
        estimates, se, df : ndarray, shape (k,)
        """
        variance = np.einsum("kp,pq,kq->k", L, self.vcov, L)
        slope = np.einsum("kp,mpq,kq->km", L, self.slopes, L)
        of_variance = np.einsum("km,mn,kn->k", slope, self.uncertainty, slope)
        return L @ self.estimates, np.sqrt(variance), 2 * variance**2 / of_variance

    def f_test(self, L: FloatArray) -> tuple[float, int, float]:
        """Return F, its numerator's and its denominator's degrees of freedom.

        Parameters
        ----------
        L : ndarray, shape (k, p)
            Rows that are zero under the hypothesis.

        Returns
        -------
        F : float
        df1 : int
        df2 : float

        References
        ----------
        Fai, A. H.-T., & Cornelius, P. L. (1996). Approximate F-tests of multiple degree of freedom
        hypotheses in generalized least squares analyses of unbalanced split-plot experiments.
        Journal of Statistical Computation and Simulation, 54, 363-378.
        doi:10.1080/00949659608811740
        """
        _, vectors = np.linalg.eigh(L @ self.vcov @ L.T)
        estimates, se, df = self.t_tests(vectors.T @ L)
        F = float(((estimates / se) ** 2).mean())
        return F, len(L), _denominator(df)


def _denominator(df: FloatArray) -> float:
    """Combine the degrees of freedom of independent t tests into those of their F."""
    if np.ptp(df) < 1e-8 * df.max():
        return float(df.mean())
    if df.min() <= 2:
        return 2.0
    expected = (df / (df - 2)).sum()
    return float(2 * expected / (expected - len(df)))


def inference(equations: Bordered, variances: FloatArray, *, restricted: bool) -> Inference:
    """Return the fixed effects at the estimated variances, with what their tests need.

    Parameters
    ----------
    equations : Bordered
    variances : ndarray, shape (n_terms + 1,)
        Estimates, the residual's last; zero at the boundary.
    restricted : bool

    Returns
    -------
    Inference

    Notes
    -----
    A variance at zero adds no uncertainty, as in lmerTest, whose parameters are standard
    deviations: the derivative of any covariance by a standard deviation of zero is zero.

    References
    ----------
    Kuznetsova, A., Brockhoff, P. B., & Christensen, R. H. B. (2017). lmerTest package: Tests in
    linear mixed effects models. Journal of Statistical Software, 82(13). doi:10.18637/jss.v082.i13
    """
    system = System(equations, variances)
    Py = system.projected_responses()
    free = np.flatnonzero(variances > 0)
    information = _observed_information(equations, variances, free, restricted)
    return Inference(
        -Py.outer[: equations.n_fixed, 0] / Py.alpha[0],
        system.fixed_covariance,
        _slopes(system, variances, free),
        _inverse(information),
    )


def _slopes(system: System, variances: FloatArray, free: NDArray[np.intp]) -> FloatArray:
    """Return the derivatives of the fixed effects' covariance by the free variances."""
    equations, residual = system.equations, variances[-1]
    inner, outer = system.fixed_columns()
    out = np.empty((len(free), equations.n_fixed, equations.n_fixed))
    for i, k in enumerate(free[:-1]):
        mine = equations.of_term(int(k), inner, outer)
        out[i] = mine.T @ mine * residual / variances[k]
    # The covariance is proportional to the variances together, which gives the residual's slope.
    rest = system.fixed_covariance - np.einsum("i,ipq->pq", variances[free[:-1]], out[:-1])
    out[-1] = rest / residual
    return out


def _observed_information(
    equations: Bordered, variances: FloatArray, free: NDArray[np.intp], restricted: bool
) -> FloatArray:
    """Return half the second derivatives of the deviance by the free variances."""
    out = np.empty((len(free), len(free)))
    for i, k in enumerate(free):
        gradients = []
        for sign in (1, -1):
            moved = variances.copy()
            moved[k] *= 1 + sign * _STEP
            gradients.append(evaluate(equations, moved, restricted=restricted).gradient[free])
        out[i] = (gradients[0] - gradients[1]) / (2 * _STEP * variances[k]) / 2
    return (out + out.T) / 2


def _inverse(information: FloatArray) -> FloatArray:
    """Invert by eigenvalues, leaving out directions in which the likelihood is flat."""
    scale = 1 / np.sqrt(np.abs(np.diag(information)))
    values, vectors = np.linalg.eigh(information * np.outer(scale, scale))
    kept = values > 1e-8
    half = vectors[:, kept] / np.sqrt(values[kept])
    return np.asarray(half @ half.T * np.outer(scale, scale))
