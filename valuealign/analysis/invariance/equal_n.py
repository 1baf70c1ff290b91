"""The same fit as if every group had as many respondents as the others.

Unequal groups hide failure: the larger one decides the estimates, and the misfit of a small one
weighs little. Rescaled, each counts alike. These are sizes of misfit, not tests.
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
    given = [_resized(one, solution.setup, n) for one in solution.samples]
    setup = replace(
        solution.setup,
        se="standard",
        test="standard",
        information="expected",
        missing="listwise",
        weighted=False,
    )
    return Fit(solve(solution.table, given, setup, start=solution.x))


def _resized(one: Observed, setup: Setup, n: float) -> Observed:
    if setup.missing == "fiml":
        found = saturated(one)
        one = replace(one, covariance=found.covariance, mean=found.mean)
    if setup.ordinal or setup.discrepancy in {"WLS", "DWLS"}:
        return replace(one, n=n)
    return replace(one, n=n, rows=None, weights=None, clusters=None, kept=None)
