"""The baseline model of incremental fit indices, in which variables are independent.

Variances (and means, thresholds) are free; covariances are zero, except those among fixed
covariates, which keep their sample values as they do in the model.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from valuealign.analysis.sem.estimation.solution import Solution, solve
from valuealign.analysis.sem.specification.estimators import Setup
from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.analysis.sem.specification.table_rows import Row


def baseline_table(table: ParameterTable) -> ParameterTable:
    """Return the baseline model of a table's variables."""
    options = replace(
        table.options, group_equal=(), group_partial=(), effect_coding=(), std_lv=False
    )
    kept: list[Row] = []
    for g in range(1, options.n_groups + 1):
        for name in table.names.observed:
            for k in range(1, options.thresholds.get(name, 0) + 1):
                kept.append(Row(name, "|", f"t{k}", group=g))
        for name in table.names.observed:
            kept += _alone(table, name, g)
        kept += _among_covariates(table, g)
    is_free = np.array([row.free for row in kept], dtype=bool)
    places = np.where(is_free, np.cumsum(is_free) - 1, -1).astype(np.intp)
    names = replace(table.names, latent=(), exogenous_latent=(), outcomes=(), formative=(), efa=())
    n_free = int(is_free.sum())
    return ParameterTable(tuple(kept), places, n_free, names, (), (), {}, options)


def _alone(table: ParameterTable, name: str, g: int) -> list[Row]:
    """Return a variable's variance, scaling factor and intercept in a group."""
    options = table.options
    held, covariate = name in options.thresholds, name in table.names.covariates
    fixed_x = covariate and bool(options.fixed_x)
    free = not held and not fixed_x
    rows = [
        Row(name, "~~", name, group=g, free=free, value=1.0 if held else np.nan, exo=fixed_x),
    ]
    if held:
        rows.append(Row(name, "~*~", name, group=g, free=False, value=1.0))
    if options.mean_structure:
        value = 0.0 if held else np.nan
        rows.append(Row(name, "~1", "", group=g, free=free, value=value, exo=fixed_x))
    return rows


def _among_covariates(table: ParameterTable, g: int) -> list[Row]:
    """Return the covariances of covariates in a group: the sample's, or free."""
    fixed, x = bool(table.options.fixed_x), table.names.covariates
    return [
        Row(a, "~~", b, group=g, free=not fixed, exo=fixed)
        for i, a in enumerate(x)
        for b in x[i + 1 :]
    ]


def baseline(solution: Solution) -> Solution:
    """Fit the baseline model to a solution's data."""
    return solve(baseline_table(solution.table), solution.samples, solution.setup)


def quick(solution: Solution) -> tuple[float, float] | None:
    """Return the baseline's chi-square and df in closed form, where there is one.

    For maximum likelihood with complete data and no covariates the baseline's implied
    covariance is the diagonal of the sample's.
    """
    setup: Setup = solution.setup
    plain = setup.is_likelihood and setup.missing == "listwise" and setup.test == "standard"
    if not plain or solution.table.names.covariates:
        return None
    total = 0.0
    for group in solution.observed:
        logdet = float(np.log(np.diag(group.covariance)).sum())
        total += setup.multiplier(group.n) * (logdet - group.logdet)
    p = len(solution.table.names.observed)
    return total, float(len(solution.observed) * p * (p - 1) // 2)
