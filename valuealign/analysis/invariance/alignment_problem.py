"""Alignment loss and its minimiser."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

from valuealign.errors import NotConverged

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Problem:
    """Configural loadings and intercepts, and the alignment loss over them.

    The unknowns are the logarithms of the factors' standard deviations, which sum to 0, and the
    factors' means, the reference group's fixed at 0 unless `free`.
    """

    loadings: FloatArray
    intercepts: FloatArray
    weights: FloatArray
    epsilon: float
    reference: int
    free: bool

    @property
    def n_groups(self) -> int:
        """The number of groups."""
        return int(self.loadings.shape[1])

    def unpack(self, theta: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return the logarithms of standard deviations, and the means."""
        g = self.n_groups
        logs = np.append(theta[: g - 1], -theta[: g - 1].sum())
        means = theta[g - 1 :]
        return logs, means if self.free else np.insert(means, self.reference, 0.0)

    def aligned(self, theta: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return loadings and intercepts on the aligned scale."""
        logs, means = self.unpack(theta)
        loadings = self.loadings * np.exp(-logs)
        return loadings, self.intercepts - means * loadings

    def value(self, theta: FloatArray) -> tuple[float, FloatArray]:
        """Return the simplicity function and its gradient."""
        losses, slope = self._both(theta)
        return float(losses.sum()), np.asarray(slope)

    def contributions(self, theta: FloatArray) -> FloatArray:
        """Return what each item adds to the simplicity function."""
        return np.asarray(self._both(theta)[0])

    def gradient(self, theta: NDArray[Any]) -> NDArray[Any]:
        """Return the gradient; also for complex arguments, so that it can be differentiated."""
        return self._both(theta)[1]

    def _both(self, theta: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        means = self.unpack(theta)[1]
        loadings, intercepts = self.aligned(theta)
        losses, pulls = zip(*(self._simple(block) for block in (loadings, intercepts)), strict=True)
        by_mean = -np.nansum(pulls[1] * loadings, axis=0)
        by_log = -np.nansum((pulls[0] - pulls[1] * means) * loadings, axis=0)
        by_mean = by_mean if self.free else np.delete(by_mean, self.reference)
        slope = np.concatenate([by_log[:-1] - by_log[-1], by_mean])
        return losses[0] + losses[1], slope

    def _simple(self, block: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """Return each item's loss, and its derivative by the aligned values."""
        gap = block[:, :, None] - block[:, None, :]
        there = ~np.isnan(gap)
        gap = np.where(there, gap, 0.0)
        inner = gap * gap + self.epsilon
        root = np.sqrt(np.sqrt(inner)) * (self.weights * there)
        return root.sum(axis=(1, 2)) / 2, (gap / 2 * root / inner).sum(axis=2)

    def slopes_by_input(self, theta: FloatArray) -> FloatArray:
        """Differentiate the gradient by the configural values: loadings, then intercepts."""
        columns = []
        for which in ("loadings", "intercepts"):
            base = getattr(self, which)
            for place in np.ndindex(base.shape):
                moved = base.astype(complex)
                moved[place] += 1e-30j
                parts = {"loadings": self.loadings, "intercepts": self.intercepts, which: moved}
                other = Problem(
                    parts["loadings"],
                    parts["intercepts"],
                    self.weights,
                    self.epsilon,
                    self.reference,
                    self.free,
                )
                columns.append(np.imag(other.gradient(theta)) / 1e-30)
        return np.nan_to_num(np.column_stack(columns))

    def hessian(self, theta: FloatArray) -> FloatArray:
        """Return the Hessian, by complex steps."""
        steps = theta + 1e-30j * np.eye(len(theta))
        return np.array([np.imag(self.gradient(step)) / 1e-30 for step in steps])


def minima(problem: Problem, starts: int, seed: int) -> list[tuple[float, FloatArray]]:
    """Return the minima found, the lowest first: values and unknowns.

    Raises
    ------
    NotConverged
        No start led to a minimum.
    """
    g = problem.n_groups
    size = 2 * g - 1 if problem.free else 2 * g - 2
    rng = np.random.default_rng(seed)
    begin = [np.zeros(size), _scalar_start(problem)]
    begin += [rng.normal(scale=0.5, size=size) for _ in range(starts)]
    optima = []
    for theta in begin:
        at = theta
        for sharpness in (1.0, problem.epsilon):  # from a smooth function to the sharp one
            step = Problem(
                problem.loadings,
                problem.intercepts,
                problem.weights,
                max(sharpness, problem.epsilon),
                problem.reference,
                problem.free,
            )
            done = minimize(
                step.value, at, jac=True, method="BFGS", options={"gtol": 1e-7, "maxiter": 1000}
            )
            at = done.x
        value, slope = problem.value(at)
        if np.isfinite(value) and np.abs(slope).max() < 1e-4:
            optima.append((value, at))
    if not optima:
        raise NotConverged("no start led to a minimum of the alignment; are the loadings finite?")
    return sorted(optima, key=lambda pair: pair[0])


def _scalar_start(problem: Problem) -> FloatArray:
    """Return standard deviations and means from median ratios, as if most items were invariant."""
    middle = np.nanmedian(problem.loadings, axis=1, keepdims=True)
    logs = np.log(np.maximum(np.nanmedian(problem.loadings / middle, axis=0), 0.05))
    logs -= logs.mean()
    scaled = problem.loadings * np.exp(-logs)
    away = problem.intercepts - problem.intercepts[:, [problem.reference]]
    means = np.nan_to_num(np.nanmedian(away / scaled, axis=0))
    kept = means if problem.free else np.delete(means, problem.reference)
    return np.concatenate([logs[:-1], kept])


def on_reference(problem: Problem, theta: NDArray[Any]) -> tuple[Any, NDArray[Any]]:
    """Return the reference group's standard deviation, and the means about its mean."""
    logs, means = problem.unpack(theta)
    return np.exp(logs[problem.reference]), means - means[problem.reference]


def report(problem: Problem, theta: NDArray[Any]) -> NDArray[Any]:
    """Return means, variances, loadings and intercepts with the reference group at 0 and 1."""
    logs, _ = problem.unpack(theta)
    scale, center = on_reference(problem, theta)
    loadings = problem.loadings * np.exp(-logs)
    intercepts = problem.intercepts - center * loadings
    parts = [center / scale, np.exp(2 * logs) / scale**2]
    return np.concatenate([*parts, (loadings * scale).ravel(), intercepts.ravel()])
