"""A fit recomputed as if all groups had the same number of respondents.

Unequal group sizes hide misfit: the larger group dominates the estimates, and the misfit of a small
group has little weight. With equal sizes each group counts the same. The results are sizes of
misfit, not tests.
"""

from __future__ import annotations

from dataclasses import replace

from valuealign.analysis.sem.estimation.missing import saturated
from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.estimation.solution import solve
from valuealign.analysis.sem.fit import Fit
from valuealign.analysis.sem.specification.estimators import Setup


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
