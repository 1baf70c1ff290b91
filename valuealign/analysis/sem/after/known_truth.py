"""The truth that samples are drawn from, and one sample of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.moments import Moments
from valuealign.analysis.sem.estimation.observed import Observed, summarise
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.estimation.solution import Solution
from valuealign.analysis.sem.fit import Fit
from valuealign.errors import AnalysisError, NotSupported

FloatArray = NDArray[np.float64]


Truth = tuple[FloatArray, FloatArray, list[FloatArray] | None]
"""A group's covariance, mean, and thresholds by variable (None where nothing is cut)."""


def truth_of(
    solution: Solution, truth: Fit | Moments | Mapping[str, Moments] | None
) -> list[Truth]:
    names = solution.table.names.observed
    if truth is None or isinstance(truth, Fit):
        own = solution if truth is None else truth.solution
        if set(own.table.names.observed) != set(names) or len(own.observed) != len(
            solution.observed
        ):
            raise AnalysisError("the truth is about other variables or groups than the model")
        return [_implied(own, g, names) for g in range(len(own.observed))]
    if solution.setup.ordinal:
        raise AnalysisError("an ordinal truth needs thresholds; give a fit")
    moments = {"": truth} if isinstance(truth, Moments) else dict(truth)
    labels = [group.label for group in solution.observed]
    if set(moments) != set(labels):
        raise AnalysisError(f"the truth has groups {sorted(moments)}; the model has {labels}")
    out: list[Truth] = []
    for label in labels:
        part = moments[label].select(names)
        mean = np.zeros(len(names)) if part.mean is None else part.mean
        out.append((part.ml_covariance, mean, None))
    return out


def _implied(solution: Solution, g: int, names: Sequence[str]) -> Truth:
    own = list(solution.table.names.observed)
    at = np.array([own.index(name) for name in names])
    point = solution.optimum.at.points[g]
    if isinstance(point, OrdinalPoint):
        structure = point.of.structure
        cuts = [point.thresholds[structure.cut_of == i] for i in at]
        if not structure.ordered.all():
            raise NotSupported("ordinal and continuous variables together are not simulated yet")
        return point.sigma[np.ix_(at, at)], np.zeros(len(at)), cuts
    state = solution.structures[g].state(solution.x)
    observed = solution.observed[g].mean
    mean = state.mu if solution.means else np.zeros(len(at)) if observed is None else observed
    return state.sigma[np.ix_(at, at)], mean[at], None


def draw_sample(
    group: Observed, truth: Truth, n: int, rng: np.random.Generator, *, rows: bool
) -> Observed:
    cov, mean, cuts = truth
    L = np.linalg.cholesky(cov)
    if rows:
        x = mean + rng.standard_normal((n, len(cov))) @ L.T
        if cuts is not None:
            x = np.column_stack(
                [np.searchsorted(cut, column) + 1.0 for cut, column in zip(cuts, x.T, strict=True)]
            )
        return summarise(replace(group, rows=x, n=n, moments=None, kept=None, ordinal=None))
    # Bartlett's decomposition: the covariance of n normal rows without the rows.
    p = len(cov)
    A = np.tril(rng.standard_normal((p, p)), -1)
    A[np.diag_indices(p)] = np.sqrt(rng.chisquare(n - 1 - np.arange(p)))
    B = L @ A
    sample_mean = mean + L @ rng.standard_normal(p) / np.sqrt(n)
    return replace(
        group,
        rows=None,
        n=n,
        covariance=B @ B.T / n,
        moments=None,
        kept=None,
        mean=None if group.mean is None else sample_mean,
    )
