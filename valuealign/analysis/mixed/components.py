"""Variance components of mixed models by restricted or full maximum likelihood.

The variances are found by average-information steps (the mean of observed and expected
information, which costs one solve per term), shortened until the likelihood rises. Variances that
reach zero are held there while the likelihood does not rise with them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.mixed.bordered import Bordered, Vectors
from valuealign.analysis.mixed.system import System
from valuealign.errors import DataError, NotConverged

FloatArray = NDArray[np.float64]

_ZERO = 1e-9
"""A variance this small relative to the residual variance is held to be zero."""
_FLAT = 1e-3
"""Slope of the deviance by the logarithm of a variance that is still a maximum."""
_UNSEEN = 1e-12
"""Average information about the logarithm of a variance that the responses do not show at all."""
_STEPS = 100


@dataclass(frozen=True, eq=False)
class Components:
    """Variance components and their precision.

    Attributes
    ----------
    variances : ndarray, shape (n_terms + 1,)
        The residual's last; exactly zero at the boundary.
    information : ndarray, shape (n_terms + 1, n_terms + 1)
        Average information about the variances.
    deviance : float
        -2 log likelihood (restricted or not), with ``X`` as it is in the equations.
    """

    variances: FloatArray
    information: FloatArray
    deviance: float

    @property
    def free(self) -> NDArray[np.bool_]:
        """Which variances are not at the boundary."""
        return self.variances > 0

    @property
    def vcov(self) -> FloatArray:
        """Covariance of the variances from the average information; NaN at the boundary."""
        out = np.full(self.information.shape, np.nan)
        free = self.free
        out[np.ix_(free, free)] = np.linalg.pinv(self.information[np.ix_(free, free)])
        return out


@dataclass(frozen=True, eq=False)
class Point:
    """The likelihood at one set of variances, and what steps need.

    Attributes
    ----------
    deviance : float
    gradient : ndarray, shape (n_terms + 1,)
        Of the deviance by the variances; exact.
    information : ndarray, shape (n_terms + 1, n_terms + 1)
    """

    deviance: float
    gradient: FloatArray
    information: FloatArray


def variance_components(
    equations: Bordered, start: FloatArray, *, restricted: bool = True
) -> Components:
    """Estimate variance components by (restricted) maximum likelihood.

    Parameters
    ----------
    equations : Bordered
    start : ndarray, shape (n_terms + 1,)
        Variances to start from, the residual's last; all positive.
    restricted : bool

    Returns
    -------
    Components

    Raises
    ------
    NotConverged
        No maximum was reached; the message says how far the search came.

    References
    ----------
    Gilmour, A. R., Thompson, R., & Cullis, B. R. (1995). Average information REML. Biometrics,
    51, 1440-1450. doi:10.2307/2533274
    """
    sigma = np.asarray(start, dtype=float)
    total = float(sigma.sum())
    here = evaluate(equations, sigma, restricted=restricted)
    for _ in range(_STEPS):
        try:
            moved, there = _step(equations, sigma, here, restricted)
        except np.linalg.LinAlgError:  # the residual's variance vanishes next to the others
            raise _no_residual() from None
        gain = here.deviance - there.deviance
        change = np.abs(moved - sigma).max() / total
        sigma, here = moved, there
        if sigma[-1] <= 1e-9 * max(total, sigma.max()):
            raise _no_residual()
        if gain < 1e-11 * abs(here.deviance) and change < 1e-7 and _stationary(sigma, here):
            break
    else:
        raise NotConverged(
            f"REML did not settle in {_STEPS} steps (last gain {gain:.2g}); leave out the random "
            "term with the fewest levels (for va.generalizability: or use method='ems')"
        )
    at_zero = sigma <= _ZERO * sigma[-1] * 1.01
    return Components(np.where(at_zero, 0.0, sigma), here.information, here.deviance)


def _no_residual() -> DataError:
    return DataError(
        "the residual variance is zero: rows with the same groups repeat each other exactly. "
        "Remove doubled rows, or the random term with the most levels"
    )


def _stationary(sigma: FloatArray, here: Point) -> bool:
    """Say whether no variance, changed by its own size, would change the deviance by much."""
    slope = sigma * here.gradient
    at_zero = sigma <= _ZERO * sigma[-1] * 1.01
    return bool((np.abs(slope[~at_zero]) < _FLAT).all())


def _step(
    equations: Bordered, sigma: FloatArray, here: Point, restricted: bool
) -> tuple[FloatArray, Point]:
    """Step along the average information as far as the likelihood rises."""
    floor = _ZERO * sigma[-1]
    direction = _direction(sigma, here, floor)
    share = 1.0
    for _ in range(30):
        moved = np.maximum(sigma + share * direction, floor)
        moved[-1] = max(moved[-1], 0.1 * sigma[-1])
        there = evaluate(equations, moved, restricted=restricted)
        if there.deviance <= here.deviance + 1e-10 * (1 + abs(here.deviance)):
            return moved, there
        share /= 2
    return _expectation_step(equations, sigma, here, restricted)


def _direction(sigma: FloatArray, here: Point, floor: float) -> FloatArray:
    """Return the step of the average information, given that no variance falls below zero.

    A variance that would fall below zero goes to zero, and the others are solved for again.
    """
    low = here.gradient > 0  # the likelihood rises as the variance falls
    shown = np.diag(here.information) * sigma**2 >= _UNSEEN
    bound = low & ((sigma <= 100 * floor) | ~shown)
    bound[-1] = False
    while True:
        free = ~bound
        direction = np.where(bound, floor - sigma, 0.0)
        info = here.information[np.ix_(free, free)]
        slope = here.gradient[free] / 2 + here.information[np.ix_(free, bound)] @ direction[bound]
        ridge = 1e-12 * np.diag(np.diag(info))
        direction[free] = -np.linalg.lstsq(info + ridge, slope, rcond=None)[0]
        below = free & (sigma + direction < floor)
        below[-1] = False
        if not below.any():
            return direction
        bound |= below


def _expectation_step(
    equations: Bordered, sigma: FloatArray, here: Point, restricted: bool
) -> tuple[FloatArray, Point]:
    """Take a step of the EM algorithm: small, but the likelihood never falls.

    It is needed where the average information is singular away from the maximum.
    """
    levels = [len(places) for places in equations.places]
    moved = sigma - sigma**2 * here.gradient / np.array([*levels, equations.n])
    moved = np.maximum(moved, _ZERO * sigma[-1])
    moved[-1] = max(moved[-1], 0.1 * sigma[-1])
    return moved, evaluate(equations, moved, restricted=restricted)


def evaluate(equations: Bordered, sigma: FloatArray, *, restricted: bool = True) -> Point:
    """Return the deviance, its gradient and the average information.

    Parameters
    ----------
    equations : Bordered
    sigma : ndarray, shape (n_terms + 1,)
        Variances, the residual's last; all positive.
    restricted : bool

    Returns
    -------
    Point
    """
    system = System(equations, sigma)
    k = equations.n_terms
    Py = system.projected_responses()
    sums, outer = equations.gather(Py)
    mine = (equations.block_term[:, :, None] == np.arange(k)) * sums
    also = (equations.border_term[:, None] == np.arange(k)) * outer
    working = Vectors(
        np.append(np.zeros(k), Py.alpha),
        np.concatenate([mine, Py.inner], axis=2),
        np.concatenate([also, Py.outer], axis=1),
    )
    fits = (mine**2).sum(axis=(0, 1)) + (also**2).sum(axis=0)
    fits = np.append(fits, equations.products(Py, Py)[0, 0])
    information = equations.products(working, system.project(working)) / 2
    degrees = equations.n - equations.n_fixed * restricted
    on_y = equations.square * Py.alpha[0] + (equations.block_sums * Py.inner[:, :, 0]).sum()
    deviance = (
        system.log_determinant(restricted=restricted)
        + on_y
        + equations.border_sums @ Py.outer[:, 0]
        + degrees * np.log(2 * np.pi)
    )
    return Point(
        float(deviance),
        system.traces(restricted=restricted) - fits,
        (information + information.T) / 2,
    )
