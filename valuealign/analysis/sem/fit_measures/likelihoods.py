"""The log-likelihoods of a model and of the saturated model, and the information criteria."""

from __future__ import annotations

import math

import numpy as np

from valuealign.analysis.sem.estimation.missing import MissingPoint, saturated
from valuealign.analysis.sem.estimation.solution import Solution, count_statistics
from valuealign.analysis.sem.fit_measures import indices
from valuealign.analysis.sem.fit_measures.robust import ScaledTest, yuan_bentler_traces

LOG2PI = math.log(2 * math.pi)


def log_likelihoods(solution: Solution) -> tuple[float, float]:
    """Return the log-likelihood of the model and of the saturated model.

    Fixed covariates' own likelihood is left out of both, as in lavaan.
    """
    model = free = 0.0
    for g, group in enumerate(solution.observed):
        point = solution.optimum.at.points[g]
        x = (
            [group.names.index(n) for n in solution.table.names.covariates]
            if solution.table.conditional
            else []
        )
        if isinstance(point, MissingPoint):
            h1 = saturated(group)
            assert group.rows is not None  # noqa: S101  # full information has rows
            w = 1.0 if group.weights is None else group.weights[:, None]
            best = h1.value + float((~np.isnan(group.rows) * w).sum()) / group.n * LOG2PI / 2
            cov = h1.covariance
        else:
            p = len(group.names)
            cov = group.covariance
            best = (p * LOG2PI + group.logdet + p) / 2
        if x:
            logdet = float(np.linalg.slogdet(cov[np.ix_(x, x)])[1])
            best -= (len(x) * LOG2PI + logdet + len(x)) / 2
        free -= group.n * best
        model -= group.n * (best + point.value)
    return model, free


def likelihood_measures(solution: Solution, scaled: ScaledTest | None) -> dict[str, float]:
    model, free = log_likelihoods(solution)
    out = {"logl": model, "unrestricted_logl": free}
    out |= indices.information_criteria(model, solution.npar, solution.n)
    if scaled is not None and solution.setup.test == "yuan.bentler.mplus":
        h1, h0 = yuan_bentler_traces(solution)
        out["scaling_factor_h1"] = h1 / count_statistics(solution.table, solution.observed)
        count = int((solution.table.free >= 0).sum())  # what is held equal counts, as in lavaan
        if solution.table.names.efa:  # what only the rotation determines does not
            count -= solution.table.n_free - solution.npar
        out["scaling_factor_h0"] = h0 / count
    return out
