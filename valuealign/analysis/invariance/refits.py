"""Refits of one fit, started at its estimates: more parameters free, or groups of one size."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from valuealign.analysis.sem.estimation.missing import saturated
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.estimation.solution import solve
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.specification.estimators import Setup
from valuealign.analysis.sem.specification.parameter_table import build
from valuealign.analysis.sem.specification.syntax import ModelText


def with_freed(fit: Fit, model: ModelText, partial: Sequence[str]) -> Fit:
    """Refit with more parameters free in every group.

    Parameters
    ----------
    fit : Fit
        Of continuous items, in several groups.
    model : ModelText
        The model it was fitted to.
    partial : sequence of str
        Such as ``"f=~x3"`` and ``"x3~1"``.

    Returns
    -------
    Fit
        The same optimum as a fit from scratch, reached in fewer steps.
    """
    old = fit.solution
    group_partial = (*old.table.options.group_partial, *partial)
    table = build(model, replace(old.table.options, group_partial=group_partial))
    start = np.empty(table.n_free)
    # Freeing what was held equal adds no row and moves none.
    for row, new, before in zip(table.rows, table.free, old.table.free, strict=True):
        if new >= 0:
            start[new] = old.x[before] if before >= 0 else row.value
    return Fit(solution=solve(table, old.samples, old.setup, start=start))


def at_equal_n(fit: Fit) -> Fit:
    """Refit with the groups' covariances and means as they are and their sizes equal.

    Parameters
    ----------
    fit : Fit

    Returns
    -------
    Fit
        With normal-theory (ordinal: unscaled) statistics, whatever the fit's; of incomplete
        rows from their maximum-likelihood covariance and means.

    Notes
    -----
    Unequal group sizes hide misfit: the larger group dominates the estimates, and the misfit of a
    small group has little weight. With equal sizes each group counts the same. The results are
    sizes of misfit, not tests.
    """
    solution = fit.solution
    n = solution.n / len(solution.samples)
    resized = [_resized(group, solution.setup, n) for group in solution.samples]
    setup = replace(
        solution.setup,
        se="standard",
        test="standard",
        information="expected",
        missing="listwise",
        weighted=False,
    )
    return Fit(solution=solve(solution.table, resized, setup, start=solution.x))


def _resized(group: Observed, setup: Setup, n: float) -> Observed:
    if setup.missing == "fiml":
        estimates = saturated(group)
        group = replace(group, covariance=estimates.covariance, mean=estimates.mean)
    if setup.ordinal or setup.facts.from_fourth_moments:
        return replace(group, n=n)
    return replace(group, n=n, rows=None, weights=None, clusters=None, kept=None)
