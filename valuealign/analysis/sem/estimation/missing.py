"""Full-information likelihood of incomplete rows, by pattern of missing values.

Rows with the same missing values share one inverse. The inverses are embedded in full-size matrices
of zeros and computed at once, and gradient and Hessian use the same rank-two formulas as for
complete data. The second-derivative part is linear in the summed residuals, so it is computed once
for all patterns.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation import rank_two
from valuealign.analysis.sem.estimation.implied import COVARIANCE, MEAN, State, Structure
from valuealign.analysis.sem.estimation.missing_patterns import PLENTY, Patterns, estimate_moments
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.errors import DataError, NotConverged

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Missing:
    """The normal likelihood of incomplete rows, less that of the saturated model, per row."""

    structure: Structure
    observed: Observed
    saturated: Saturated

    @classmethod
    def of(cls, structure: Structure, observed: Observed) -> Missing:
        """Sort a group's rows into patterns and estimate its saturated moments.

        Raises
        ------
        DataError
            Where only moments were given.
        """
        if observed.rows is None:
            raise DataError(f"{observed.place}missing='fiml' needs rows; moments were given")
        return cls(structure, observed, saturated(observed))

    def at(self, x: FloatArray) -> MissingPoint:
        """Evaluate at ``x``."""
        state = self.structure.state(x)
        return MissingPoint(self, state, *self.saturated.patterns.invert(state.sigma))


@dataclass(frozen=True, eq=False)
class MissingPoint:
    """The likelihood of incomplete rows at one point."""

    of: Missing
    state: State
    W: FloatArray
    logdet: FloatArray

    @property
    def patterns(self) -> Patterns:
        """The rows by pattern."""
        return self.of.saturated.patterns

    @cached_property
    def _moments(self) -> tuple[FloatArray, FloatArray]:
        return self.patterns.second_moments(self.state.mu)

    @cached_property
    def value(self) -> float:
        """The discrepancy."""
        fit = np.einsum("mij,mij->m", self.W, self._moments[1])
        return float(self.patterns.share @ (self.logdet + fit)) / 2 - self.of.saturated.value

    @cached_property
    def _pulled(self) -> tuple[FloatArray, FloatArray]:
        """Each pattern's ``W T W`` and ``W d``."""
        d, T = self._moments
        return self.W @ T @ self.W, np.einsum("mij,mj->mi", self.W, d)

    @cached_property
    def _adjoint(self) -> tuple[FloatArray, FloatArray]:
        WTW, r = self._pulled
        share = self.patterns.share
        return np.einsum("m,mij->ij", share, self.W - WTW), -(share @ r)

    @cached_property
    def gradient(self) -> FloatArray:
        """Its gradient."""
        return rank_two.gradient(self.of.structure, self.state, *self._adjoint)

    def information(self) -> FloatArray:
        """Its expected Hessian if values were missing at random."""
        total = np.zeros(())
        for share, W in zip(self.patterns.share, self.W, strict=True):
            total = total + share * rank_two.information(self.of.structure, self.state, W)
        return total

    def hessian(self) -> FloatArray:
        """Its Hessian, analytic."""
        total = rank_two.bend(self.of.structure, self.state, *self._adjoint)
        for share, W, WTW, r in self._each():
            parts = (W, WTW - W / 2, r)
            total += share * rank_two.curvature(self.of.structure, self.state, parts)
        return total

    def _each(self) -> Iterator[tuple[float, FloatArray, FloatArray, FloatArray]]:
        WTW, r = self._pulled
        return zip(self.patterns.share.tolist(), self.W, WTW, r, strict=True)

    def scores(self) -> FloatArray:
        """Return each row's derivatives of the log-likelihood, times its weight, (n, k)."""
        rows = self.of.observed.rows
        assert rows is not None  # noqa: S101  # made from rows
        out = np.zeros((len(rows), len(self.of.structure.local)))
        residual = np.where(np.isnan(rows), 0.0, rows - self.state.mu)
        for k, W in enumerate(self.W):
            mine = self.patterns.which == k
            Z = residual[mine] @ W
            out[mine] = rank_two.scores(self.of.structure, self.state, Z, W)
        w = self.of.observed.weights
        return out if w is None else out * w[:, None]


@dataclass(frozen=True, eq=False)
class Saturated:
    """Means and covariances estimated from incomplete rows.

    Attributes
    ----------
    mean : array, shape (p,)
    covariance : array, shape (p, p)
    value : float
        ``(log|sigma| + tr(W T)) / 2`` averaged over rows, without constants.
    patterns : Patterns
    settled : bool
        Whether EM came to rest.
    """

    mean: FloatArray
    covariance: FloatArray
    value: float
    patterns: Patterns
    settled: bool = True

    def point(self, observed: Observed) -> MissingPoint:
        """Return the saturated model itself as a point: every moment a parameter."""
        p = len(self.mean)
        columns, rows = np.triu_indices(p)
        kind = np.concatenate([np.full(p, MEAN), np.full(len(rows), COVARIANCE)])
        structure = Structure(
            p,
            observed.names,
            np.zeros((p, p)),
            np.zeros((p, p)),
            np.zeros(p),
            kind,
            np.concatenate([np.arange(p), rows]),
            np.concatenate([np.zeros(p, dtype=np.intp), columns]),
            np.arange(p + len(rows)),
        )
        x = np.concatenate([self.mean, self.covariance[rows, columns]])
        return Missing(structure, observed, self).at(x)


def saturated(observed: Observed) -> Saturated:
    """Estimate the saturated model by EM.

    Raises
    ------
    DataError
        Where two variables are never seen together.
    NotConverged
        Where EM leaves the proper region.

    Notes
    -----
    Where many rows answer any two variables, EM is accelerated. Where few do, the likelihood may
    rise without bound towards a singular covariance; then EM takes lavaan's 500 plain steps, and
    a group in which it does not converge is marked.
    """
    kept = observed.__dict__.get("_saturated")
    if isinstance(kept, Saturated):
        return kept
    rows = observed.rows
    assert rows is not None  # noqa: S101  # only called on rows
    together = _together(observed)
    sorted_rows = Patterns.of(rows, observed.weights)
    try:
        mean, cov, settled = estimate_moments(
            rows, observed.weights, sparse=together.min() < PLENTY * rows.shape[1]
        )
        value = sorted_rows.misfit(mean, cov)
    except np.linalg.LinAlgError:
        raise NotConverged(
            f"{observed.place}the saturated covariance becomes singular: too few rows answer the "
            "same variables; drop those with the most holes"
        ) from None
    out = Saturated(mean, cov, value, sorted_rows, settled)
    observed.__dict__["_saturated"] = out
    return out


def _together(observed: Observed) -> FloatArray:
    """Return how many rows have each pair of variables.

    Raises
    ------
    DataError
        Where fewer than two have one.
    """
    seen = (~np.isnan(observed.rows)).astype(float)  # type: ignore[arg-type]
    together = np.asarray(seen.T @ seen)
    if (together < 2).any():
        i, j = np.argwhere(together < 2)[0]
        raise DataError(
            f"{observed.place}{observed.names[i]!r} and {observed.names[j]!r} are never seen "
            "together, so their covariance cannot be estimated; drop one"
        )
    return together


def saturated_trace(observed: Observed) -> float:
    """Return the trace of inverse Hessian times first-order information, saturated model.

    What belongs to fixed covariates alone is taken off.
    """
    whole = _trace_of_all(observed)
    return whole - _trace_of_all(observed.select(observed.fixed)) if observed.fixed else whole


def _trace_of_all(observed: Observed) -> float:
    point = saturated(observed).point(observed)
    return float(np.trace(np.linalg.solve(point.hessian(), first_order(observed, point.scores()))))


def first_order(observed: Observed, scores: FloatArray) -> FloatArray:
    """Return the first-order information of casewise scores, summed over clusters if any."""
    if observed.clusters is not None:
        codes, which = np.unique(observed.clusters, return_inverse=True)
        summed = np.zeros((len(codes), scores.shape[1]))
        np.add.at(summed, which, scores)
        scores = summed * np.sqrt(len(codes) / (len(codes) - 1.0))
    return np.asarray(scores.T @ scores / observed.n)
