"""Full information from incomplete rows: the likelihood of each pattern of holes.

Rows with the same holes share one inverse. Embedded in full-size matrices of zeros, all patterns'
inverses are taken at once, and gradient and Hessian are gathered by the same rank-two formulas
as for complete data; the second-derivative part is linear in the summed residuals, so it is paid
for once.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem import rank_two
from valuealign.analysis.sem.implied import COVARIANCE, MEAN, State, Structure
from valuealign.analysis.sem.observed import Observed
from valuealign.errors import DataError, NotConverged

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Patterns:
    """All rows, sorted by which variables they have.

    Attributes
    ----------
    which : int array, shape (n,)
        The pattern of each row.
    seen : bool array, shape (m, p)
    share : array, shape (m,)
        Each pattern's share of the rows.
    mean : array, shape (m, p)
        Means of the rows of a pattern, 0 where unseen.
    covariance : array, shape (m, p, p)
        Their covariances (divisor: rows of the pattern), 0 where unseen.
    """

    which: NDArray[np.intp]
    seen: NDArray[np.bool_]
    share: FloatArray
    mean: FloatArray
    covariance: FloatArray

    @classmethod
    def of(cls, rows: FloatArray, weights: FloatArray | None = None) -> Patterns:
        """Sort rows into patterns; rows count as their weights say."""
        w = np.ones(len(rows)) if weights is None else weights
        present = ~np.isnan(rows)
        seen, which = np.unique(present, axis=0, return_inverse=True)
        which = which.ravel()
        filled = np.where(present, rows, 0.0)
        count = np.bincount(which, weights=w)
        mean = np.zeros((len(seen), rows.shape[1]))
        np.add.at(mean, which, filled * w[:, None])
        each = np.where(count > 0, count, 1.0)  # a pattern of weight 0 has a share of 0
        mean /= each[:, None]
        centred = np.where(present, filled - mean[which], 0.0)
        cov = np.zeros((len(seen), rows.shape[1], rows.shape[1]))
        for k in range(len(seen)):
            block = centred[which == k]
            cov[k] = block.T @ (block * w[which == k, None]) / each[k]
        return cls(which, seen, count / count.sum(), mean, cov)

    def invert(self, sigma: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return each pattern's inverse in zeros, shape (m, p, p), and log-determinant, (m,).

        Raises
        ------
        numpy.linalg.LinAlgError
            Where a part of `sigma` is not positive definite.
        """
        p = len(sigma)
        gap = np.zeros((len(self.seen), p, p))
        gap[:, np.arange(p), np.arange(p)] = ~self.seen
        padded = np.where(self.seen[:, :, None] & self.seen[:, None, :], sigma, gap)
        factor = np.linalg.cholesky(padded)
        logdet = 2 * np.log(np.diagonal(factor, axis1=1, axis2=2)).sum(axis=1)
        return np.linalg.inv(padded) - gap, logdet

    def second_moments(self, mu: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return residual means, shape (m, p), and second moments about `mu`, (m, p, p)."""
        d = np.where(self.seen, self.mean - mu, 0.0)
        return d, self.covariance + d[:, :, None] * d[:, None, :]


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
        """Its expected Hessian were the holes made at random."""
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
    """

    mean: FloatArray
    covariance: FloatArray
    value: float
    patterns: Patterns

    def point(self, observed: Observed) -> MissingPoint:
        """Return the saturated model itself as a point: every moment a parameter."""
        p = len(self.mean)
        columns, rows = np.triu_indices(p)
        kind = np.concatenate([np.full(p, MEAN), np.full(len(rows), COVARIANCE)])
        structure = Structure(
            p, observed.names, np.zeros((p, p)), np.zeros((p, p)), np.zeros(p), kind,
            np.concatenate([np.arange(p), rows]),
            np.concatenate([np.zeros(p, dtype=np.intp), columns]),
            np.arange(p + len(rows)),
        )  # fmt: skip
        x = np.concatenate([self.mean, self.covariance[rows, columns]])
        return Missing(structure, observed, self).at(x)


def saturated(observed: Observed, *, limit: int = 3000) -> Saturated:
    """Estimate the saturated model by EM with Anderson acceleration.

    Raises
    ------
    DataError
        Where two variables are never seen together.
    NotConverged
        Where EM does not come to rest.
    """
    kept = observed.__dict__.get("_saturated")
    if isinstance(kept, Saturated):
        return kept
    rows = observed.rows
    assert rows is not None  # noqa: S101  # only called on rows
    seen = (~np.isnan(rows)).astype(float)
    together = seen.T @ seen
    if (together < 2).any():
        i, j = np.argwhere(together < 2)[0]
        raise DataError(
            f"{observed.place}{observed.names[i]!r} and {observed.names[j]!r} are never seen "
            "together, so their covariance cannot be estimated; drop one"
        )
    scale = np.nanstd(rows, axis=0)
    start, shift = np.nanmean(rows, axis=0), np.outer(scale, scale)
    sorted_rows = Patterns.of((rows - start) / scale, observed.weights)
    p = len(scale)
    mean, cov = _climb(sorted_rows, np.zeros(p), np.eye(p), limit, observed.place)
    mean, cov = start + scale * mean, cov * shift
    sorted_rows = Patterns.of(rows, observed.weights)
    W, logdet = sorted_rows.invert(cov)
    fit = np.einsum("mij,mij->m", W, sorted_rows.second_moments(mean)[1])
    out = Saturated(mean, cov, float(sorted_rows.share @ (logdet + fit)) / 2, sorted_rows)
    observed.__dict__["_saturated"] = out
    return out


def _em(sorted_rows: Patterns, mean: FloatArray, cov: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Take one EM step, in the form ``cov + cov Q cov``."""
    W, _ = sorted_rows.invert(cov)
    d, T = sorted_rows.second_moments(mean)
    Q = np.einsum("m,mij->ij", sorted_rows.share, W @ T @ W - W)
    move = cov @ (sorted_rows.share @ np.einsum("mij,mj->mi", W, d))
    return mean + move, cov + cov @ Q @ cov - np.outer(move, move)


def _climb(
    sorted_rows: Patterns, mean: FloatArray, cov: FloatArray, limit: int, place: str
) -> tuple[FloatArray, FloatArray]:
    """Iterate EM, mixing the last few steps so that their residuals cancel."""
    p = len(mean)
    points: list[FloatArray] = []
    residuals: list[FloatArray] = []
    z = np.concatenate([mean, cov.ravel()])
    best = np.inf
    for _ in range(limit):
        try:
            new = np.concatenate([a.ravel() for a in _em(sorted_rows, z[:p], z[p:].reshape(p, p))])
        except np.linalg.LinAlgError:  # an extrapolation left the proper region
            z = points[-1] + residuals[-1]
            points, residuals = [], []
            continue
        residual = new - z
        size = float(np.abs(residual).max())
        if size < 1e-11:
            return new[:p], new[p:].reshape(p, p)
        if size > 2 * best:
            points, residuals = [], []
        best = min(best, size)
        points, residuals = [*points[-5:], z], [*residuals[-5:], residual]
        z = new if len(points) < 2 else _mix(points, residuals)
    raise NotConverged(f"{place}EM for the saturated moments did not come to rest")


def _mix(points: list[FloatArray], residuals: list[FloatArray]) -> FloatArray:
    steps = np.array([b - a for a, b in itertools.pairwise(residuals)]).T
    moves = np.array([b - a for a, b in itertools.pairwise(points)]).T
    weight = np.linalg.lstsq(steps, residuals[-1], rcond=None)[0]
    return np.asarray(points[-1] + residuals[-1] - (moves + steps) @ weight)


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
