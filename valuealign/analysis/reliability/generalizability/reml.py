"""Restricted maximum likelihood of crossed and nested random effects.

The variances are found by average-information steps (the mean of observed and expected
information, which costs one solve an effect), shortened until the likelihood rises, with those
that reach zero held there while the likelihood says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.reliability.generalizability.bordered import Bordered, Vectors, bordered
from valuealign.analysis.reliability.generalizability.design import RESIDUAL, Design, Effect
from valuealign.errors import DataError, NotConverged

FloatArray = NDArray[np.float64]

_ZERO = 1e-9
"""A variance this small beside the residual's is held to be zero."""
_STEPS = 60


@dataclass(frozen=True, eq=False)
class Components:
    """Variance components with their covariance.

    Attributes
    ----------
    variances : dict of frozenset to float
    vcov : ndarray, shape (n_effects + 1, n_effects + 1)
        Of the variances, the residual's last; from the average information, NaN where a
        variance is at zero.
    log_likelihood : float
        Restricted.
    """

    variances: dict[Effect, float]
    vcov: FloatArray
    log_likelihood: float


@dataclass(frozen=True, eq=False)
class _Point:
    """The likelihood at one set of variances, and the quantities that steps need."""

    deviance: float
    gradient: FloatArray
    information: FloatArray


def restricted_likelihood(design: Design, start: Mapping[Effect, float]) -> Components:
    """Estimate variance components by REML.

    Parameters
    ----------
    design : Design
    start : mapping of frozenset to float
        Estimates of analysis of variance.

    Returns
    -------
    Components

    Raises
    ------
    NotSupported
        A design whose equations do not fall into blocks that fit in memory.
    DataError
        Responses that repeat each other exactly within cells.
    NotConverged
        No maximum was reached; the message says how far the search came.

    Notes
    -----
    Agrees with lme4's ``lmer(REML = TRUE)`` to 1e-4 relative (its own tolerance) in the
    variances and 1e-6 in the deviance, also where lmer is singular.

    References
    ----------
    Gilmour, A. R., Thompson, R., & Cullis, B. R. (1995). Average information REML. Biometrics,
    51, 1440-1450. doi:10.2307/2533274
    """
    equations = bordered(design)
    total = float(design.y.var())
    sigma = np.array([start[e] for e in (*design.effects, RESIDUAL)])
    if sigma[-1] <= 1e-12 * total:
        raise DataError(
            "responses do not vary within cells, so there is no error variance; are rows "
            "duplicated? Give each response one row"
        )
    sigma = np.maximum(sigma, 0.01 * total)
    n = len(design.y)
    here = _evaluate(equations, n, sigma)
    for _ in range(_STEPS):
        moved, there = _step(equations, n, sigma, here)
        gain = here.deviance - there.deviance
        change = np.abs(moved - sigma).max() / total
        sigma, here = moved, there
        if gain < 1e-11 * abs(here.deviance) and change < 1e-7:
            break
    else:
        raise NotConverged(
            f"REML did not settle in {_STEPS} steps (last gain {gain:.2g}); use method='ems', or "
            "leave out the facet with the fewest levels"
        )
    at_zero = sigma <= _ZERO * sigma[-1] * 1.01
    values = np.where(at_zero, 0.0, sigma)
    vcov = np.full((len(sigma), len(sigma)), np.nan)
    free = ~at_zero
    vcov[np.ix_(free, free)] = np.linalg.pinv(here.information[np.ix_(free, free)])
    return Components(
        dict(zip((*design.effects, RESIDUAL), values.tolist(), strict=True)),
        vcov,
        -here.deviance / 2,
    )


def _step(
    equations: Bordered, n: int, sigma: FloatArray, here: _Point
) -> tuple[FloatArray, _Point]:
    """Step along the average information as far as the likelihood rises."""
    floor = _ZERO * sigma[-1]
    held = (sigma <= floor * 1.01) & (here.gradient >= 0)
    free = ~held
    direction = np.zeros(len(sigma))
    info = here.information[np.ix_(free, free)]
    ridge = 1e-12 * np.diag(np.diag(info))
    direction[free] = -np.linalg.lstsq(info + ridge, here.gradient[free] / 2, rcond=None)[0]
    share = 1.0
    for _ in range(30):
        moved = np.maximum(sigma + share * direction, floor)
        moved[-1] = max(moved[-1], 0.1 * sigma[-1])
        there = _evaluate(equations, n, moved)
        if there.deviance <= here.deviance + 1e-10 * (1 + abs(here.deviance)):
            return moved, there
        share /= 2
    return sigma, here


def _evaluate(equations: Bordered, n: int, sigma: FloatArray) -> _Point:
    """Return -2 log REML likelihood, its gradient and the average information."""
    system = _System(equations, sigma)
    k = len(equations.effects)
    n_blocks, s, t = equations.couplings.shape
    y = Vectors(np.ones(1), np.zeros((n_blocks, s, 1)), np.zeros((t, 1)))
    Py = system.project(y)
    log_det = (n - 1) * np.log(sigma[-1]) + system.log_det
    deviance = log_det + equations.products(y, Py)[0, 0] + (n - 1) * np.log(2 * np.pi)
    sums, outer = equations.gather(Py)
    mine = (equations.block_effect[:, :, None] == np.arange(k)) * sums
    also = (equations.border_effect[:, None] == np.arange(k)) * outer
    working = Vectors(
        np.append(np.zeros(k), Py.alpha),
        np.concatenate([mine, Py.inner], axis=2),
        np.concatenate([also, Py.outer], axis=1),
    )
    fits = (mine**2).sum(axis=(0, 1)) + (also**2).sum(axis=0)
    fits = np.append(fits, equations.products(Py, Py)[0, 0])
    information = equations.products(working, system.project(working)) / 2
    return _Point(float(deviance), system.traces(n) - fits, (information + information.T) / 2)


class _System:
    """Mixed-model equations scaled by the effects' standard deviations, factored.

    With W = [1, Z L] and L the relative standard deviations, C = W'W + diag(0, 1, ..., 1), and
    P = (I - W C^-1 W') / residual is the projection that REML is written in.
    """

    def __init__(self, equations: Bordered, sigma: FloatArray) -> None:
        self.equations = equations
        self.sigma = sigma
        ratio = np.append(np.sqrt(sigma[:-1] / sigma[-1]), 0.0)  # the last is padding's
        self.inner = ratio[equations.block_effect]
        self.outer = ratio[equations.border_effect]
        self.outer[0] = 1.0
        s, t = self.inner.shape[1], len(self.outer)
        A = equations.blocks * self.inner[:, :, None] * self.inner[:, None, :]
        A[:, np.arange(s), np.arange(s)] += 1.0
        B = equations.couplings * self.inner[:, :, None] * self.outer
        D = equations.border * np.outer(self.outer, self.outer)
        D[np.arange(1, t), np.arange(1, t)] += 1.0
        self.inverse = np.linalg.inv(A)
        self.half = self.inverse @ B  # A^-1 B, a block at a time
        schur = D - np.einsum("bst,bsu->tu", B, self.half, optimize=True)
        self.schur_inverse = np.linalg.inv(schur)
        self.log_det = float(np.linalg.slogdet(A)[1].sum() + np.linalg.slogdet(schur)[1])

    def solve(self, inner: FloatArray, outer: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return C^-1 applied to vectors given by blocks and border."""
        half = np.einsum("bst,bsm->tm", self.half, inner, optimize=True)
        border = self.schur_inverse @ (outer - half)
        return self.inverse @ inner - self.half @ border, border

    def project(self, v: Vectors) -> Vectors:
        """Return P v."""
        inner, outer = self.equations.gather(v)
        a, b = self.solve(inner * self.inner[:, :, None], outer * self.outer[:, None])
        scale = 1 / self.sigma[-1]
        return Vectors(
            v.alpha * scale,
            (v.inner - a * self.inner[:, :, None]) * scale,
            (v.outer - b * self.outer[:, None]) * scale,
        )

    def traces(self, n: int) -> FloatArray:
        """Return tr(P Z_k Z_k') for every effect, and tr(P) for the residual."""
        through = np.einsum(
            "bst,tu,bsu->bs", self.half, self.schur_inverse, self.half, optimize=True
        )
        block = np.einsum("bss->bs", self.inverse) + through
        border = np.diag(self.schur_inverse)
        out = np.empty(len(self.sigma))
        for k in range(len(self.equations.effects)):
            mine, outer = self.equations.block_effect == k, self.equations.border_effect == k
            kept = (1 - block[mine]).sum() + (1 - border[outer]).sum()
            out[k] = kept / self.sigma[k]
        effective = (1 - block[self.equations.block_effect >= 0]).sum() + (1 - border[1:]).sum()
        out[-1] = (n - 1 - effective) / self.sigma[-1]
        return out
