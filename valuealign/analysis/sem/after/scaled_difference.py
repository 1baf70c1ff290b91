"""Scaled difference tests that need the models themselves, not only their statistics."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import null_space

from valuealign.analysis.sem.estimation import rank_two
from valuealign.analysis.sem.estimation.estimate import Optimum
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.estimation.solution import Solution, assemble
from valuealign.analysis.sem.fit import Fit, row_values
from valuealign.analysis.sem.fit_measures.robust import scaled_test, whitened
from valuealign.errors import AnalysisError

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Traces:
    """The traces of U Gamma and of its square, for a difference of chi-squares."""

    trace: float
    trace_of_square: float


def factor_at_restricted(restricted: Fit, free: Fit) -> float:
    """Return the free model's scaling factor at the restricted model's estimates.

    Satorra and Bentler's (2010) divisor uses it, and cannot be negative then.
    """
    there = free.solution
    value_of = {
        (row.group, *row.key): value
        for row, value in zip(
            restricted.solution.table.rows, row_values(restricted.solution), strict=True
        )
    }
    rows = []
    x = np.full(there.table.n_free, np.nan)
    for row, place in zip(there.table.rows, there.table.free.tolist(), strict=True):
        value = value_of.get((row.group, *row.key), 0.0)
        if place >= 0:
            x[place] = value
        # A parameter that only fixes the scale may have another fixed value in the restricted
        # model.
        rows.append(row if place >= 0 or row.exo else replace(row, value=value))
    table = replace(there.table, rows=tuple(rows))
    observed, problem = assemble(table, there.samples, there.setup)
    optimum = Optimum(x, problem.at(x), 0)
    moved = Solution(
        table, there.setup, observed, problem, optimum, there.constraints, there.samples
    )
    test = scaled_test(moved)
    if test is None:
        raise AnalysisError("these fits are not scaled; fit both with MLR or MLM, or use standard")
    return test.factor


def satorra_traces(restricted: Fit, free: Fit) -> Traces:
    """Return the traces of Satorra's (2000) test, the restriction found from the Jacobians."""
    freer, stricter = free.solution, restricted.solution
    inner, outer = _cross(freer, freer), _cross(freer, stricter)
    own, theirs = freer.free_directions, stricter.free_directions
    if theirs is not None:
        outer = outer @ theirs
    if own is not None:
        inner, outer = own.T @ inner @ own, own.T @ outer
    A = null_space(np.linalg.solve(inner, outer).T).T
    if own is not None:
        A = A @ own.T
    bread = freer.inverse(freer.information)
    spread = bread @ A.T
    P = spread @ np.linalg.pinv(A @ spread, hermitian=True) @ spread.T
    middle = freer.problem.arrow.dense(
        [w * p.middle for w, p in zip(freer.shares.tolist(), whitened(freer), strict=True)]
    )
    product = P @ middle
    return Traces(float(np.trace(product)), float(np.einsum("ij,ji->", product, product)))


def _cross(left: Solution, right: Solution) -> FloatArray:
    """Products of the two models' derivatives of the moments, over all groups."""
    out = np.zeros((left.table.n_free, right.table.n_free))
    for g, (a, b) in enumerate(zip(left.structures, right.structures, strict=True)):
        out[np.ix_(a.local, b.local)] += _jacobian(left, g).T @ _jacobian(right, g)
    return out


def _jacobian(solution: Solution, g: int) -> FloatArray:
    point = solution.optimum.at.points[g]
    if isinstance(point, OrdinalPoint):
        return point.jacobian()
    structure = solution.structures[g]
    return rank_two.jacobian(structure, structure.state(solution.x), means=solution.means)
