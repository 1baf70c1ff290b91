"""Optimisation: Fisher scoring, then Newton steps, then a check that the point is a minimum.

Fisher scoring with the information's arrow factor; once close, the factor is kept and
limited-memory updates need only gradients. A step that leaves the proper region or does not
descend is halved. The last steps are Newton's, on the Hessian that the final check needs
anyway. When scoring fails, a bounded quasi-Newton search and then other starts are tried. A
point is an optimum only if its scaled gradient is below 1e-6 and its Hessian is positive
definite; anything else is an exception.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.arrow_matrix import Arrow, ArrowFactor
from valuealign.analysis.sem.estimation.discrepancy import Discrepancy, Point
from valuealign.analysis.sem.estimation.identifiability import check_identified
from valuealign.errors import NotConverged

FloatArray = NDArray[np.float64]

GRADIENT = 1e-6
"""Largest scaled gradient at which a point counts as an optimum."""

_NEAR = 1e-8
"""Decrement from which Newton steps are the shortest way to the end."""
_ROUNDING = 1e-15
"""Decrement that a discrepancy's rounding hides."""


@dataclass(frozen=True, eq=False)
class Problem:
    """The weighted sum of the groups' discrepancies."""

    groups: Sequence[Discrepancy]
    weights: FloatArray
    size: int
    arrow: Arrow

    @classmethod
    def of(cls, groups: Sequence[Discrepancy], sizes: Sequence[float], n_free: int) -> Problem:
        """Weight groups by their share of the respondents."""
        weights = np.array(sizes, dtype=float)
        arrow = Arrow(n_free, [g.structure.local for g in groups])
        return cls(groups, weights / weights.sum(), n_free, arrow)

    def at(self, x: FloatArray) -> Evaluation:
        """Evaluate at ``x``.

        Raises
        ------
        numpy.linalg.LinAlgError
            Where a group's implied covariance is not positive definite.
        """
        return Evaluation(self, x, [g.at(x) for g in self.groups])


@dataclass(frozen=True, eq=False)
class Evaluation:
    """A problem at one point."""

    problem: Problem
    x: FloatArray
    points: Sequence[Point]

    @property
    def value(self) -> float:
        """The objective."""
        return sum(
            float(w) * p.value for w, p in zip(self.problem.weights, self.points, strict=True)
        )

    def gradient(self) -> FloatArray:
        """Return its gradient."""
        out = np.zeros(self.problem.size)
        for w, local, point in self._each():
            out[local] += w * point.gradient
        return out

    def information(self) -> list[FloatArray]:
        """Return each group's weighted expected Hessian, over its own parameters."""
        return [_times(w, point.information()) for w, _, point in self._each()]

    def hessian(self) -> list[FloatArray]:
        """Return each group's weighted Hessian, over its own parameters."""
        return [_times(w, point.hessian()) for w, _, point in self._each()]

    def _each(self) -> list[tuple[float, NDArray[np.intp], Point]]:
        return list(
            zip(self.problem.weights.tolist(), self.problem.arrow.local, self.points, strict=True)
        )


def _times(weight: float, block: FloatArray) -> FloatArray:
    """Return a block times its group's weight, without a copy where there is one group."""
    return block if weight == 1 else weight * block


@dataclass(frozen=True, eq=False)
class Optimum:
    """Where the search ended.

    Attributes
    ----------
    x : array
    at : Evaluation
    steps : int
        Evaluations used.
    notes : tuple of str
        Methods that were needed beyond scoring.
    """

    x: FloatArray
    at: Evaluation
    steps: int
    notes: tuple[str, ...] = ()


@dataclass(eq=False)
class _Memory:
    """Limited-memory BFGS updates of a factored metric."""

    solve: Callable[[FloatArray], FloatArray]
    pairs: list[tuple[FloatArray, FloatArray, float]] = field(default_factory=list)

    def update(self, s: FloatArray, y: FloatArray) -> None:
        curvature = float(s @ y)
        if curvature > 1e-12 * float(np.sqrt((s @ s) * (y @ y))):
            self.pairs.append((s, y, 1.0 / curvature))
            del self.pairs[:-12]

    def direction(self, gradient: FloatArray) -> FloatArray:
        q = gradient.copy()
        alphas = []
        for s, y, rho in reversed(self.pairs):
            alpha = rho * float(s @ q)
            alphas.append(alpha)
            q -= alpha * y
        q = self.solve(q)
        for (s, y, rho), alpha in zip(self.pairs, reversed(alphas), strict=True):
            q += s * (alpha - rho * float(y @ q))
        return -q


def score(
    problem: Problem,
    start: FloatArray,
    *,
    factor: ArrowFactor | None = None,
    limit: int = 100,
    refreshes: int = 4,
) -> Optimum | None:
    """Descend by scoring from ``start`` until close; None where it does not come to rest.

    Parameters
    ----------
    problem : Problem
    start : array
    factor : ArrowFactor, optional
        A factor of the information to begin with, for refits near a known optimum.
    limit : int
        Most evaluations.
    refreshes : int
        How many times the information is computed at every step before it is kept.
    """
    x = start
    try:
        here = problem.at(x)
        gradient = here.gradient()
        memory = _Memory((factor or problem.arrow.factor(here.information())).solve)
    except np.linalg.LinAlgError:
        return None
    fresh, value = factor is None, here.value
    for step in range(1, limit):
        direction = memory.direction(gradient)
        decrement = -float(gradient @ direction)
        if decrement < 0 and not memory.pairs:
            return None
        if decrement <= _NEAR:
            return Optimum(x, here, step)
        moved = _line(problem, here, direction, decrement)
        if moved is None:
            if fresh and not memory.pairs:
                return Optimum(x, here, step) if decrement < 1e-10 else None
            moved_gradient, fresh = gradient, True
        else:
            before = gradient
            moved_gradient = moved.gradient()
            memory.update(moved.x - x, moved_gradient - before)
            slow = value - moved.value < 0.3 * decrement / 2 and decrement > 1e-6
            x, here, value, gradient = moved.x, moved, moved.value, moved_gradient
            fresh = (refreshes > 0 and decrement > 1e-4) or slow
        if fresh:
            refreshes -= 1
            try:
                memory = _Memory(problem.arrow.factor(here.information()).solve)
            except np.linalg.LinAlgError:
                return None
    return None


def _line(
    problem: Problem, here: Evaluation, direction: FloatArray, decrement: float
) -> Evaluation | None:
    """Halve a step until it descends; None where it never does."""
    value, length = here.value, 1.0
    slack = 1e-14 * max(abs(value), 1e-2) + 1e-15
    for _ in range(12):
        try:
            there = problem.at(here.x + length * direction)
            if there.value <= value - 1e-4 * length * decrement + slack:
                return there
        except np.linalg.LinAlgError:
            pass
        length /= 2
    return None


def minimise(
    problem: Problem,
    start: FloatArray,
    *,
    names: Sequence[str],
    factor: ArrowFactor | None = None,
    attempts: int = 4,
) -> Optimum:
    """Find the optimum of a problem without constraints.

    Parameters
    ----------
    problem : Problem
    start : array
        Starting values.
    names : sequence of str
        The parameters' names, for error messages.
    factor : ArrowFactor, optional
        A known factor of the information near the optimum.
    attempts : int
        How many other starts are tried before giving up.

    Returns
    -------
    Optimum

    Raises
    ------
    NotIdentified
        Where the information is singular at every start.
    NotConverged
        Where no start led to an optimum.
    """
    optimum = score(problem, start, factor=factor, refreshes=4 if factor is None else 0)
    settled = None if optimum is None else settle(optimum)
    if settled is not None:
        return settled
    check_identified(problem, start, names)
    rng = np.random.default_rng(20260101)
    best: Optimum | None = None
    for attempt in range(attempts):
        begin = start if attempt == 0 else start * rng.uniform(0.6, 1.4, len(start))
        candidate = _search(problem, begin)
        candidate = None if candidate is None else settle(candidate)
        if candidate is not None:
            note = "quasi-Newton search" if attempt == 0 else f"start {attempt + 1}"
            candidate = Optimum(candidate.x, candidate.at, candidate.steps, (note,))
            if best is None or candidate.at.value < best.at.value:
                best = candidate
            break
    if best is None:
        raise NotConverged(
            f"no optimum from {attempts + 1} starts: scoring and a quasi-Newton search both ended "
            "where the gradient is not zero or the Hessian not positive definite. The model may "
            "not fit these data at all, or need more rows; try start(..)*, fewer factors, or bounds"
        )
    return best


def _search(problem: Problem, start: FloatArray) -> Optimum | None:
    """Search by BFGS in the information's own scale, then polish."""
    from scipy.optimize import minimize

    try:
        blocks = problem.at(start).information()
    except np.linalg.LinAlgError:
        return None
    scale = np.zeros(problem.size)
    for local, block in zip(problem.arrow.local, blocks, strict=True):
        scale[local] += np.diag(block)
    scale = 1 / np.sqrt(np.maximum(scale, 1e-10))

    def objective(z: FloatArray) -> tuple[float, FloatArray]:
        try:
            here = problem.at(z * scale)
            return here.value, here.gradient() * scale
        except np.linalg.LinAlgError:
            return 1e10, np.zeros(len(z))

    result = minimize(
        objective,
        start / scale,
        jac=True,
        method="L-BFGS-B",
        options={"maxiter": 3000, "maxfun": 6000, "maxcor": 30, "ftol": 1e-15, "gtol": 1e-9},
    )
    x = result.x * scale
    return newton(problem, x)


def newton(problem: Problem, x: FloatArray, *, limit: int = 30) -> Optimum | None:
    """Polish by Newton steps on the Hessian; None where it is not positive definite."""
    try:
        here = problem.at(x)
        for step in range(limit):
            gradient = here.gradient()
            direction = -problem.arrow.factor(here.hessian()).solve(gradient)
            decrement = -float(gradient @ direction)
            if decrement < 1e-16:
                return Optimum(here.x, here, step)
            moved = _line(problem, here, direction, decrement)
            if moved is None:
                return Optimum(here.x, here, step)
            here = moved
    except np.linalg.LinAlgError:
        return None
    return Optimum(here.x, here, limit)


def settle(optimum: Optimum, *, limit: int = 6) -> Optimum | None:
    """Take the last steps by the Hessian near the optimum; None where it is not an optimum.

    The Hessian is factored once: so close to the end it is the Hessian there.
    """
    problem, here = optimum.at.problem, optimum.at
    blocks = here.hessian()
    try:
        factor = problem.arrow.factor(blocks)
    except np.linalg.LinAlgError:
        return None
    gradient = here.gradient()
    for _ in range(limit):
        direction = -factor.solve(gradient)
        decrement = -float(gradient @ direction)
        if decrement <= _ROUNDING:
            break
        moved = _line(problem, here, direction, decrement)
        if moved is None:
            break
        here, gradient = moved, moved.gradient()
    if _scaled(problem, gradient, blocks) > GRADIENT:
        return None
    return Optimum(here.x, here, optimum.steps, optimum.notes)


def _scaled(problem: Problem, gradient: FloatArray, blocks: Sequence[FloatArray]) -> float:
    """Return the largest derivative in units of its parameter's curvature."""
    scale = np.zeros(problem.size)
    for local, block in zip(problem.arrow.local, blocks, strict=True):
        scale[local] += np.diag(block)
    return float(np.max(np.abs(gradient) / np.sqrt(np.maximum(scale, 1e-12)), initial=0.0))
