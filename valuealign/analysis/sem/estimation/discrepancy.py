"""Discrepancy functions of observed and implied moments: value, gradient and curvature.

Every discrepancy is half of lavaan's per-group function, so that its expected Hessian is the
information of one observation. `at` evaluates it at one point; the gradient of the result is cheap
and second derivatives are expensive, so both are computed on request.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from scipy.linalg.lapack import dpotri

from valuealign.analysis.sem.estimation import rank_two
from valuealign.analysis.sem.estimation.arrow_matrix import cholesky
from valuealign.analysis.sem.estimation.implied import State, Structure
from valuealign.analysis.sem.estimation.observed import Observed

FloatArray = NDArray[np.float64]


class Point(Protocol):
    """A discrepancy at one point; derivatives are by the group's `local` parameters."""

    @property
    def value(self) -> float:
        """The discrepancy, at least 0."""

    @property
    def gradient(self) -> FloatArray:
        """Its gradient, shape (k,)."""

    def information(self) -> FloatArray:
        """Its expected Hessian, shape (k, k)."""

    def hessian(self) -> FloatArray:
        """Its Hessian, shape (k, k)."""


class Discrepancy(Protocol):
    """One group's discrepancy function."""

    @property
    def structure(self) -> Structure:
        """The group's model."""

    def at(self, x: FloatArray) -> Point:
        """Evaluate at ``x``; LinAlgError where the implied covariance is not positive definite."""


def inverse(factor: FloatArray) -> FloatArray:
    """Return the inverse of a matrix from its lower Cholesky factor."""
    lower, _ = dpotri(factor, lower=1)  # the factor has zeros above the diagonal
    out = np.asarray(lower + lower.T)
    out[np.diag_indices_from(out)] /= 2
    return out


@dataclass(frozen=True, eq=False)
class Normal:
    """Maximum likelihood for complete data: ``(log|sigma| + tr(W T) - log|S| - p) / 2``."""

    structure: Structure
    observed: Observed
    means: bool

    def at(self, x: FloatArray) -> NormalPoint:
        """Evaluate at ``x``."""
        state = self.structure.state(x)
        factor = cholesky(state.sigma)
        return NormalPoint(self, state, factor)


@dataclass(frozen=True, eq=False)
class NormalPoint:
    """The normal discrepancy at one point."""

    of: Normal
    state: State
    factor: FloatArray

    @cached_property
    def W(self) -> FloatArray:  # noqa: N802  # the literature's letter
        """The inverse implied covariance."""
        return inverse(self.factor)

    @cached_property
    def residual(self) -> FloatArray:
        """Observed less implied means; zero without a mean structure."""
        if not self.of.means or self.of.observed.mean is None:
            return np.zeros(self.state.p)
        return self.of.observed.mean - self.state.mu

    @cached_property
    def T(self) -> FloatArray:  # noqa: N802  # the literature's letter
        """Second moments about the implied means."""
        return self.of.observed.covariance + np.outer(self.residual, self.residual)

    @cached_property
    def value(self) -> float:
        """The discrepancy."""
        logdet = 2 * np.log(np.diag(self.factor)).sum()
        fit = float(np.einsum("ij,ij->", self.W, self.T))
        return float(logdet + fit - self.of.observed.logdet - self.state.p) / 2

    @cached_property
    def _adjoint(self) -> tuple[FloatArray, FloatArray]:
        return self.W - self.W @ self.T @ self.W, -(self.W @ self.residual)

    @cached_property
    def gradient(self) -> FloatArray:
        """Its gradient."""
        return rank_two.gradient(self.of.structure, self.state, *self._adjoint)

    def information(self) -> FloatArray:
        """Its expected Hessian."""
        return rank_two.information(self.of.structure, self.state, self.W)

    def hessian(self) -> FloatArray:
        """Its Hessian."""
        W = self.W
        L = W @ self.T @ W - W / 2
        structure, state = self.of.structure, self.state
        whole = rank_two.curvature(structure, state, (W, L, W @ self.residual))
        return rank_two.bend(structure, state, *self._adjoint, onto=whole)


@dataclass(frozen=True, eq=False)
class Weighted:
    """Generalised least squares: ``tr((V (S - sigma))^2) / 4 + d'Vd / 2``."""

    structure: Structure
    observed: Observed
    means: bool
    V: FloatArray

    def at(self, x: FloatArray) -> WeightedPoint:
        """Evaluate at ``x``."""
        return WeightedPoint(self, self.structure.state(x))


@dataclass(frozen=True, eq=False)
class WeightedPoint:
    """The GLS discrepancy at one point."""

    of: Weighted
    state: State

    @cached_property
    def _residuals(self) -> tuple[FloatArray, FloatArray]:
        observed = self.of.observed
        d = np.zeros(self.state.p)
        if self.of.means and observed.mean is not None:
            d = observed.mean - self.state.mu
        return observed.covariance - self.state.sigma, d

    @cached_property
    def value(self) -> float:
        """The discrepancy."""
        D, d = self._residuals
        X = self.of.V @ D
        return float(np.einsum("ij,ji->", X, X)) / 4 + float(d @ self.of.V @ d) / 2

    @cached_property
    def _adjoint(self) -> tuple[FloatArray, FloatArray]:
        D, d = self._residuals
        V = self.of.V
        return -(V @ D @ V), -(V @ d)

    @cached_property
    def gradient(self) -> FloatArray:
        """Its gradient."""
        return rank_two.gradient(self.of.structure, self.state, *self._adjoint)

    def information(self) -> FloatArray:
        """Its expected Hessian."""
        return rank_two.information(self.of.structure, self.state, self.of.V)

    def hessian(self) -> FloatArray:
        """Its Hessian."""
        bend = rank_two.bend(self.of.structure, self.state, *self._adjoint)
        return self.information() + bend


@dataclass(frozen=True, eq=False)
class Quadratic:
    """Least squares over a vector of statistics: ``(s - t)' V (s - t) / 2``.

    ULS has the identity for weight, DWLS a diagonal, WLS a full matrix. The statistics are
    means (if there are any) and the lower triangle of the covariance.
    """

    structure: Structure
    observed: Observed
    means: bool
    V: FloatArray

    def at(self, x: FloatArray) -> QuadraticPoint:
        """Evaluate at ``x``."""
        return QuadraticPoint(self, self.structure.state(x))


@dataclass(frozen=True, eq=False)
class QuadraticPoint:
    """A least-squares discrepancy at one point."""

    of: Quadratic
    state: State

    @cached_property
    def residual(self) -> FloatArray:
        """Observed less implied statistics."""
        observed = self.of.observed
        cov = rank_two.vech(observed.covariance - self.state.sigma)
        if not self.of.means or observed.mean is None:
            return cov
        return np.concatenate([observed.mean - self.state.mu, cov])

    @cached_property
    def _pull(self) -> FloatArray:
        V = self.of.V
        return V @ self.residual if V.ndim == 2 else V * self.residual

    @cached_property
    def value(self) -> float:
        """The discrepancy."""
        return float(self.residual @ self._pull) / 2

    @cached_property
    def _adjoint(self) -> tuple[FloatArray, FloatArray]:
        p = self.state.p
        pull = -self._pull
        q = pull[:p] if self.of.means else np.zeros(p)
        Q = np.zeros((p, p))
        Q[np.triu_indices(p)] = pull[p:] if self.of.means else pull
        return Q + Q.T, q

    @cached_property
    def gradient(self) -> FloatArray:
        """Its gradient."""
        return rank_two.gradient(self.of.structure, self.state, *self._adjoint)

    def jacobian(self) -> FloatArray:
        """Return the derivatives of the statistics."""
        return rank_two.jacobian(self.of.structure, self.state, means=self.of.means)

    def information(self) -> FloatArray:
        """Its expected Hessian."""
        J = self.jacobian()
        V = self.of.V
        return J.T @ (V @ J if V.ndim == 2 else V[:, None] * J)

    def hessian(self) -> FloatArray:
        """Its Hessian."""
        bend = rank_two.bend(self.of.structure, self.state, *self._adjoint)
        return self.information() + bend
