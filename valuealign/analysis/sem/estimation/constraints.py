"""Estimation under equality and inequality constraints and bounds, by quadratic programming.

Sequential quadratic programming on the information metric: each step solves the quadratic
model under the linearised constraints exactly (equalities by their null space, inequalities by
the least-distance dual of Lawson & Hanson 1974), and a step is taken only as far as it improves
an exact penalty function.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.estimate import Evaluation, Optimum, Problem
from valuealign.analysis.sem.specification.algebra import Algebra, Function
from valuealign.analysis.sem.specification.parameter_table import ParameterTable
from valuealign.errors import NotConverged, NotIdentified

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Constraints:
    """``equal(x) = 0`` and ``above(x) >= 0``.

    Attributes
    ----------
    equal, above : list of Function
    lower, upper : array, shape (k,)
        Bounds of the parameters.
    """

    equal: list[Function]
    above: list[Function]
    lower: FloatArray
    upper: FloatArray

    @classmethod
    def of(cls, table: ParameterTable) -> Constraints:
        """Read a table's constraints and bounds.

        Raises
        ------
        ModelSyntaxError
            Where a constraint has no free parameter in it and does not hold.
        """
        equal: list[Function] = []
        above: list[Function] = []
        algebra = Algebra.of(table)
        for constraint in table.constraints:
            function = Function.difference(constraint, algebra)
            if not function.constant:
                (equal if constraint.op == "==" else above).append(function)
            elif not _holds(function, constraint.op, np.zeros(table.n_free)):
                raise constraint.token.error(
                    f"{function.text!r} has no free parameter in it, and does not hold"
                )
        return cls(equal, above, *table.bounds)

    @property
    def any(self) -> bool:
        """Whether there is any constraint."""
        bounded = np.isfinite(self.lower).any() or np.isfinite(self.upper).any()
        return bool(self.equal or self.above or bounded)

    def equalities(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return values (should be 0) and Jacobian, shape (m, k)."""
        return _stack(self.equal, x)

    def inequalities(self, x: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return values (should be at least 0) and Jacobian, bounds included."""
        values, jacobian = _stack(self.above, x)
        low, high = np.flatnonzero(np.isfinite(self.lower)), np.flatnonzero(np.isfinite(self.upper))
        eye = np.eye(len(x))
        return (
            np.concatenate([values, x[low] - self.lower[low], self.upper[high] - x[high]]),
            np.concatenate([jacobian, eye[low], -eye[high]]),
        )

    def active(self, x: FloatArray, tolerance: float = 1e-7) -> FloatArray:
        """Return the Jacobian of the equalities and of the inequalities that bind."""
        values, jacobian = self.inequalities(x)
        return np.concatenate([self.equalities(x)[1], jacobian[values <= tolerance]])


def _holds(function: Function, op: str, x: FloatArray) -> bool:
    """Say whether a constraint without free parameters holds."""
    value = function.value(x)
    return abs(value) <= 1e-10 if op == "==" else value >= 0


def _stack(functions: list[Function], x: FloatArray) -> tuple[FloatArray, FloatArray]:
    if not functions:
        return np.zeros(0), np.zeros((0, len(x)))
    values = [function.at(x) for function in functions]
    return np.array([f.value for f in values]), np.array([f.gradient for f in values])


def _check_domain(constraints: Constraints, x: FloatArray) -> None:
    """Raise an error if a constraint has no value or no slope at the current point.

    Raises
    ------
    NotConverged
    """
    for function in (*constraints.equal, *constraints.above):
        trouble = function.at(x).trouble
        if trouble:
            raise NotConverged(
                f"the constraint {function.text!r} has no value here ({trouble}); give start(..)* "
                "from where it has one, or bounds that keep the search there"
            )


def null_space(jacobian: FloatArray) -> FloatArray:
    """Return an orthonormal basis of what a Jacobian's rows leave free, shape (k, k - rank)."""
    if not len(jacobian):
        return np.eye(jacobian.shape[1])
    _, values, rows = np.linalg.svd(jacobian)
    rank = int((values > 1e-10 * max(values.max(initial=0.0), 1e-300)).sum())
    return np.asarray(rows[rank:].T)


def _step(
    M: FloatArray,
    g: FloatArray,
    equal: tuple[FloatArray, FloatArray],
    above: tuple[FloatArray, FloatArray],
) -> tuple[FloatArray, FloatArray]:
    """Solve ``min g'd + d'Md / 2`` under linearised constraints; return ``d`` and multipliers."""
    from scipy.linalg import solve_triangular
    from scipy.optimize import nnls

    (ce, Je), (ci, Ji) = equal, above
    base = -np.linalg.pinv(Je) @ ce if len(ce) else np.zeros(len(g))
    Z = null_space(Je)
    L = np.linalg.cholesky(Z.T @ M @ Z)
    free = -solve_triangular(L, Z.T @ (g + M @ base), lower=True)
    multipliers = np.zeros(len(ci))
    if len(ci):
        F = solve_triangular(L, (Ji @ Z).T, lower=True)
        h = -(ci + Ji @ base + F.T @ free)
        if (h > 1e-13).any():
            scale = max(float(np.abs(h).max()), 1e-12)
            E = np.vstack([F, h / scale])
            f = np.zeros(len(E))
            f[-1] = 1.0
            dual, _ = nnls(E, f, maxiter=50 * len(h) + 200)
            r = E @ dual - f
            if -r[-1] < 1e-12:
                raise NotIdentified("the constraints contradict one another; no value meets all")
            free = free - scale * r[:-1] / r[-1]
            multipliers = -scale * dual / r[-1]
    d = base + Z @ solve_triangular(L, free, lower=True, trans=1)
    return d, multipliers


def minimise_constrained(
    problem: Problem, start: FloatArray, constraints: Constraints, *, limit: int = 400
) -> Optimum:
    """Find the optimum under constraints.

    Raises
    ------
    NotConverged
        Where no point meets the first-order conditions.
    NotIdentified
        Where the information is singular on the space the constraints leave.
    """
    here = _feasible_start(problem, start)
    penalty = 0.0
    for step in range(limit):
        x, g = here.x, here.gradient()
        M = problem.arrow.dense(here.information())
        M[np.diag_indices_from(M)] *= 1 + 1e-12
        equal, above = constraints.equalities(x), constraints.inequalities(x)
        if not all(np.isfinite(part).all() for part in (*equal, *above)):
            _check_domain(constraints, x)
        try:
            d, multipliers = _step(M, g, equal, above)
        except np.linalg.LinAlgError:
            raise NotIdentified(
                "the information is singular on the space the constraints leave; "
                "the model is not identified"
            ) from None
        broken = float(np.abs(equal[0]).sum() + np.maximum(-above[0], 0).sum())
        size = float(d @ M @ d)
        if size < 1e-17 and broken < 1e-10:
            return Optimum(x, here, step)
        residual = g + M @ d - above[1].T @ multipliers
        force = np.linalg.lstsq(equal[1].T, residual, rcond=None)[0] if len(equal[0]) else g[:0]
        largest = max(np.abs(force).max(initial=0.0), np.abs(multipliers).max(initial=0.0))
        penalty = max(penalty, 1.5 * float(largest) + 1e-8)
        moved = _along(here, d, constraints, (penalty, broken, size))
        if moved is None:
            if size < 1e-12 and broken < 1e-9:
                return Optimum(x, here, step)
            break
        here = moved
    raise NotConverged(
        "no optimum under these constraints; try start(..)* nearer to where they hold, or fewer"
    )


def _feasible_start(problem: Problem, start: FloatArray) -> Evaluation:
    try:
        return problem.at(start)
    except np.linalg.LinAlgError:
        raise NotConverged(
            "the starting values imply no proper covariance; give start()*"
        ) from None


def _along(
    here: Evaluation,
    d: FloatArray,
    constraints: Constraints,
    merit: tuple[float, float, float],
) -> Evaluation | None:
    """Halve a step until the exact penalty function falls."""
    penalty, broken, size = merit
    value = here.value + penalty * broken
    length = 1.0
    for _ in range(40):
        try:
            there = here.problem.at(here.x + length * d)
            gap = np.abs(constraints.equalities(there.x)[0]).sum()
            gap += np.maximum(-constraints.inequalities(there.x)[0], 0).sum()
            if there.value + penalty * gap <= value - 1e-5 * length * size + 1e-14:
                return there
        except np.linalg.LinAlgError:
            pass
        length /= 2
    return None
