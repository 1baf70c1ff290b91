"""Sandwich standard errors and scaled tests for non-normal data.

Whatever the discrepancy, each group is seen in coordinates in which its weight is the identity
(*whitened*): rows ``Y``, so that ``Y'Y / n`` is the whitened Gamma, and the whitened Jacobian
``D``. With ``A`` the information and ``B = D' Gamma D``, the traces of ``U Gamma`` and of its
square need only ``k x k`` matrices, one ``s x k`` product, and the norm of Gamma, which is
taken on the smaller of its two sides.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation import missing, rank_two
from valuealign.analysis.sem.estimation.arrow_matrix import cholesky
from valuealign.analysis.sem.estimation.discrepancy import NormalPoint, QuadraticPoint
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.estimation.weights import gamma, moment_rows
from valuealign.analysis.sem.fit_measures.indices import p_value
from valuealign.analysis.sem.specification.estimators import Setup
from valuealign.analysis.sem.specification.fixed_x import vech_map
from valuealign.errors import NotSupported

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ScaledTest:
    """A chi-square corrected for the data's distribution."""

    chisq: float
    df: float
    pvalue: float
    factor: float
    shift: float = 0.0


@dataclass(frozen=True, eq=False)
class Whitened:
    """One group's rows or Gamma, and Jacobian, in coordinates where its weight is the identity.

    Attributes
    ----------
    D : array, shape (s, k)
    Y : array, shape (n, s), or None
    gamma : array, shape (s, s), or None
        The whitened Gamma where there are no rows.
    """

    D: FloatArray
    Y: FloatArray | None
    gamma: FloatArray | None

    @cached_property
    def projected(self) -> FloatArray:
        """``Gamma D``, shape (s, k)."""
        if self.Y is None:
            assert self.gamma is not None  # noqa: S101  # one of the two is always there
            return _times(self.gamma, self.D)
        return np.asarray(self.Y.T @ (self.Y @ self.D) / len(self.Y))

    @cached_property
    def middle(self) -> FloatArray:
        """``D' Gamma D``, shape (k, k)."""
        return np.asarray(self.D.T @ self.projected)

    @cached_property
    def trace(self) -> float:
        """The trace of Gamma."""
        if self.Y is None:
            assert self.gamma is not None  # noqa: S101  # one of the two is always there
            return float(np.trace(self.gamma))
        return float(np.einsum("ij,ij->", self.Y, self.Y)) / len(self.Y)

    @cached_property
    def square(self) -> float:
        """The trace of Gamma squared."""
        if self.Y is None:
            assert self.gamma is not None  # noqa: S101  # one of the two is always there
            return float(np.einsum("ij,ij->", self.gamma, self.gamma))
        small = self.Y.T @ self.Y if self.Y.shape[1] < len(self.Y) else self.Y @ self.Y.T
        return float(np.einsum("ij,ij->", small, small)) / len(self.Y) ** 2


def _times(gamma: FloatArray, D: FloatArray) -> FloatArray:
    """Return ``gamma D``; where a column of D has one entry it is a column of gamma."""
    there = D != 0
    single = there.sum(axis=0) == 1
    out = np.empty((len(gamma), D.shape[1]))
    row = there.argmax(axis=0)[single]
    out[:, single] = gamma[:, row] * D[row, single]
    used = there[:, ~single].any(axis=1)
    out[:, ~single] = gamma[:, used] @ D[np.ix_(used, ~single)]
    return out


def whiten(solution: Solution, g: int) -> Whitened:
    """Return a group in the coordinates in which its weight is the identity."""
    point, observed = solution.optimum.at.points[g], solution.observed[g]
    if isinstance(point, NormalPoint):
        return _whiten_normal(solution, g, point)
    if isinstance(point, OrdinalPoint) and point.of.V.ndim == 1:
        return _whiten_ordinal(point)
    if not isinstance(point, QuadraticPoint) or point.of.V.ndim != 1:
        raise NotSupported(f"scaled tests are not offered for {solution.setup.estimator}")
    root = np.sqrt(point.of.V)
    D = root[:, None] * point.jacobian()
    if observed.rows is not None:
        return Whitened(D, moment_rows(observed, means=solution.means) * root, None)
    return Whitened(D, None, gamma(observed, means=solution.means) * root * root[:, None])


def _whiten_ordinal(point: OrdinalPoint) -> Whitened:
    root = np.sqrt(point.of.V)
    statistics = point.of.observed.ordinal
    D = root[:, None] * point.jacobian()
    if 2 * statistics.n < len(root):  # few respondents: their rows are smaller than Gamma
        return Whitened(D, statistics.influence() * root, None)
    return Whitened(D, None, statistics.gamma * root * root[:, None])


def _whiten_normal(solution: Solution, g: int, point: NormalPoint) -> Whitened:
    observed, structure = solution.observed[g], solution.structures[g]
    L = cholesky(point.W)
    state = point.state
    turned = L.T @ state.K
    columns, rows = np.triu_indices(state.p)
    shrink = np.where(columns == rows, np.sqrt(0.5), 1.0)
    U, V = turned.take(structure.u, axis=1), turned.take(structure.v, axis=1)
    cov = (U[rows] * V[columns] + V[rows] * U[columns]) * structure.c * shrink[:, None]
    if solution.means:
        cov = np.concatenate([U * structure.d(state), cov])
    D = rank_two.gather(structure, cov)
    if observed.rows is not None:
        Y = moment_rows(observed, means=solution.means, turned=L)
        Y[:, -len(shrink) :] *= shrink
        return Whitened(D, Y, None)
    T = vech_map(L.T) * shrink[:, None]
    if solution.means:
        p = state.p
        whole = np.zeros((p + len(T), p + len(T)))
        whole[:p, :p], whole[p:, p:] = L.T, T
        T = whole
    return Whitened(D, None, T @ gamma(observed, means=solution.means) @ T.T)


def check_robust(observed: Sequence[Observed], setup: Setup) -> None:
    """Raise an error if the moments do not allow robust standard errors or tests.

    Raises
    ------
    NotSupported
    """
    robust = setup.se != "standard" or setup.test != "standard"
    for group in observed:
        if robust and group.rows is None and not setup.ordinal:
            if setup.se in {"robust.huber.white", "robust.cluster"}:
                raise NotSupported(
                    f"{group.place}{setup.estimator} needs rows; of moments, those with their "
                    "gamma allow estimator='MLM'"
                )
            gamma(group, means=False)


def casewise_scores(solution: Solution, g: int) -> FloatArray:
    """Return each row's derivatives of the log-likelihood by the group's parameters, (n, k).

    Raises
    ------
    NotSupported
        Where only moments were given, or the discrepancy is not a likelihood.
    """
    point, observed = solution.optimum.at.points[g], solution.observed[g]
    if isinstance(point, missing.MissingPoint):
        return point.scores()
    if not isinstance(point, NormalPoint):
        raise NotSupported(f"casewise scores need a likelihood, not {solution.setup.estimator}")
    centre = point.state.mu if solution.means else observed.mean
    if observed.rows is None or centre is None:
        raise NotSupported(
            f"{observed.place}robust standard errors need rows, or estimator='MLM' with "
            "Moments that have their gamma"
        )
    Z = (observed.rows - centre) @ point.W
    structure = solution.structures[g]
    S = rank_two.scores(structure, point.state, Z, point.W)
    return S if observed.weights is None else S * observed.weights[:, None]


def meat(solution: Solution) -> list[FloatArray]:
    """Return each group's middle of the sandwich, weighted by its share."""
    if solution.setup.se in {"robust.huber.white", "robust.cluster"}:
        return [w * _first_order(solution, g) for g, w in enumerate(solution.shares.tolist())]
    return [
        w * part.middle
        for w, part in zip(solution.shares.tolist(), whitened(solution), strict=True)
    ]


def _first_order(solution: Solution, g: int) -> FloatArray:
    observed = solution.observed[g]
    return missing.first_order(observed, casewise_scores(solution, g))


def whitened(solution: Solution) -> list[Whitened]:
    """Return all groups whitened, kept with the solution."""
    kept = solution.__dict__.get("_whitened")
    if kept is None:
        kept = [whiten(solution, g) for g in range(len(solution.observed))]
        solution.__dict__["_whitened"] = kept
    return list(kept)


def sandwich(solution: Solution) -> FloatArray:
    """Return the robust covariance of the estimates, shape (k, k)."""
    bread = solution.inverse(solution.information)
    middle = solution.problem.arrow.dense(meat(solution))
    return np.asarray(bread @ middle @ bread / solution.effective_n)


def traces(solution: Solution, *, square: bool) -> tuple[float, float]:
    """Return the traces of ``U Gamma`` and of its square (NaN unless `square`)."""
    parts = whitened(solution)
    bread = solution.inverse(solution.expected)
    middle = solution.problem.arrow.dense(
        [w * p.middle for w, p in zip(solution.shares.tolist(), parts, strict=True)]
    )
    product = bread @ middle
    trace = sum(p.trace for p in parts) - float(np.trace(product))
    if not square:
        return trace, np.nan
    two = float(np.einsum("ij,ji->", product, product))
    for w, local, p in zip(solution.shares, solution.problem.arrow.local, parts, strict=True):
        inner = bread[np.ix_(local, local)]
        two += p.square - 2 * w * float(
            np.einsum("ij,si,sj->", inner, p.projected, p.projected, optimize=True)
        )
    return trace, two


def saturated_trace(observed: Observed, *, means: bool) -> float:
    """Return the trace of inverse information times first-order information, saturated model.

    With equal weights and without clusters this is ``(b2p + p) / 2`` (less ``p`` without means),
    where ``b2p`` is Mardia's (1970) mean fourth power of the Mahalanobis distance. The part that
    belongs to fixed covariates alone is taken off: their own saturated model.
    """
    whole = _trace_of_all(observed, means=means)
    if not observed.fixed:
        return whole
    return whole - _trace_of_all(observed.select(observed.fixed), means=means)


def _trace_of_all(observed: Observed, *, means: bool) -> float:
    rows = observed.centred() @ cholesky(np.asarray(np.linalg.inv(observed.covariance)))
    w = np.ones(len(rows)) if observed.weights is None else observed.weights
    if observed.clusters is None:
        d = np.einsum("ij,ij->i", rows, rows)
        each = (d**2 - 2 * d + rows.shape[1]) / 2 + (d if means else 0.0)
        return float(w**2 @ each / observed.n)
    total = 0.0
    for cluster in np.unique(observed.clusters):
        mine = observed.clusters == cluster
        z, own = rows[mine], w[mine]
        M = z.T @ (z * own[:, None]) - own.sum() * np.eye(z.shape[1])
        m = own @ z
        total += float(np.einsum("ij,ij->", M, M)) / 2 + (float(m @ m) if means else 0.0)
    count = len(np.unique(observed.clusters))
    return total / observed.n * count / (count - 1)


def scaled_test(solution: Solution) -> ScaledTest | None:
    """Return the scaled test that the setup asks for, or None for the standard one."""
    test, df, chisq = solution.setup.test, solution.df, solution.chisq
    if test == "standard":
        return None
    if df == 0:
        return ScaledTest(chisq, 0, np.nan, np.nan)
    if test == "yuan.bentler.mplus":
        h1, h0 = yuan_bentler_traces(solution)
        factor = (h1 - h0) / df
        return ScaledTest(chisq / factor, df, p_value(chisq / factor, df), factor)
    trace, trace_of_square = traces(solution, square=test != "satorra.bentler")
    if test == "satorra.bentler":
        factor = trace / df
        return ScaledTest(chisq / factor, df, p_value(chisq / factor, df), factor)
    if test == "mean.var.adjusted":
        factor, own_df = trace_of_square / trace, trace**2 / trace_of_square
        return ScaledTest(chisq / factor, own_df, p_value(chisq / factor, own_df), factor)
    factor = float(np.sqrt(trace_of_square / df))
    shift = df - float(np.sqrt(df / trace_of_square)) * trace
    scaled = chisq / factor + shift
    return ScaledTest(scaled, df, p_value(scaled, df), factor, shift)


def yuan_bentler_traces(solution: Solution) -> tuple[float, float]:
    """Return the traces of the saturated and of the fitted model (Yuan & Bentler 2000)."""
    if solution.setup.missing == "fiml":
        h1 = sum(missing.saturated_trace(group) for group in solution.observed)
    else:
        h1 = sum(saturated_trace(group, means=solution.means) for group in solution.observed)
    bread = solution.inverse(solution.information)
    total = 0.0
    for g, (w, local) in enumerate(
        zip(solution.shares.tolist(), solution.problem.arrow.local, strict=True)
    ):
        inner = bread[np.ix_(local, local)]
        total += w * float(np.einsum("ij,ji->", inner, _first_order(solution, g)))
    return h1, total
