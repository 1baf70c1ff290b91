"""Whether one model is nested in another: can the freer one reproduce what the other implies?

The parameter tables are compared first: a model that only fixes or equates parameters of another is
nested in it. Otherwise the freer model is fitted to the moments that the restricted model implies;
if the models are nested, it fits them exactly (Bentler & Satorra 2010).

References
----------
Bentler, P. M., & Satorra, A. (2010). Testing model nesting and equivalence. Psychological
Methods, 15(2), 111-123. https://doi.org/10.1037/a0019625
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from valuealign.analysis.sem.estimation.observed import Observed
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.estimation.solution import Solution, solve
from valuealign.analysis.sem.specification.estimators import set_up
from valuealign.errors import AnalysisError

CRITERION = 1e-7
"""Discrepancy below which the moments are reproduced, as in lavaan 0.7."""


def misfit_to_implied(restricted: Solution, free: Solution) -> float:
    """Return the misfit of the freer model to the moments that the restricted model implies.

    Parameters
    ----------
    restricted, free : Solution
        Of the same variables and groups.

    Returns
    -------
    float
        0 where the tables show that the models are nested; NaN where the refit did not converge
        or only one of the models has means.
    """
    if _contained(restricted, free):
        return 0.0
    if restricted.means != free.means:
        return float("nan")
    setup = free.setup if free.setup.ordinal else set_up("ML")
    setup = replace(setup, missing="listwise")
    try:
        observed = [_implied(restricted, g, free) for g in range(len(free.samples))]
        refit = solve(free.table, observed, setup, start=free.x)
    except (AnalysisError, np.linalg.LinAlgError):
        return float("nan")
    return float(refit.optimum.at.value)


def _implied(restricted: Solution, g: int, free: Solution) -> Observed:
    """Return a group whose sample moments are those that a model implies, in the other's order."""
    sample, point = free.samples[g], restricted.optimum.at.points[g]
    theirs = restricted.samples[g].names
    place = [theirs.index(name) for name in sample.names]
    if isinstance(point, OrdinalPoint):
        if place != sorted(place):
            raise AnalysisError("ordinal models with their variables in different orders")
        statistics = replace(sample.ordinal, thresholds=point.thresholds, covariance=point.sigma)
        return replace(sample, ordinal=statistics, rows=None, covariance=point.sigma)
    state = point.state  # type: ignore[attr-defined]
    return replace(
        sample,
        covariance=state.sigma[np.ix_(place, place)],
        rows=None,
        moments=None,
        weights=None,
        clusters=None,
        mean=state.mu[place] if restricted.means else sample.mean,
    )


def _contained(restricted: Solution, free: Solution) -> bool:
    """Say whether the restricted table only fixes or equates parameters of the free table."""
    if free.constraints.any:
        return False
    theirs = {(r.group, *r.key): k for k, r in enumerate(restricted.table.rows)}
    classes: dict[int, set[object]] = {}
    for row, place in zip(free.table.rows, free.table.free.tolist(), strict=True):
        k = theirs.get((row.group, *row.key))
        if k is None:
            if place >= 0 and row.op not in {"=~", "~", "~~"}:
                return False
            other: object = 0.0
        else:
            there = restricted.table.rows[k]
            held = int(restricted.table.free[k])
            other = ("free", held) if held >= 0 else "exo" if there.exo else there.value
        if place >= 0:
            classes.setdefault(place, set()).add(other)
        elif other != ("exo" if row.exo else row.value):
            return False
    known = {(row.group, *row.key) for row in free.table.rows}
    extra = [restricted.table.rows[k] for key, k in theirs.items() if key not in known]
    return not extra and all(len(others) == 1 for others in classes.values())
