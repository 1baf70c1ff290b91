"""Observed less implied moments, raw and as correlations, and their root mean squares."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.missing import MissingPoint, saturated
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.estimation.solution import Solution

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Pair:
    """One group's observed and implied moments.

    Means are None without a mean structure; `cuts` are the residuals of thresholds.
    """

    S: FloatArray
    sigma: FloatArray
    mean: FloatArray | None = None
    mu: FloatArray | None = None
    cuts: FloatArray | None = None


@lru_cache(maxsize=32)
def _lower(p: int, k: int) -> tuple[IntArray, IntArray]:
    """The cells of a lower triangle; found once, for a bootstrap asks a thousand times."""
    rows, columns = np.tril_indices(p, k)
    return rows, columns


def _rms(cov: FloatArray, mean: FloatArray | None, *, diagonal: bool = True) -> tuple[float, float]:
    """Return root mean squares without and with means."""
    cells = cov[_lower(len(cov), 0 if diagonal else -1)]
    square, count = float(cells @ cells), len(cells)
    alone = math.sqrt(square / count) if count else 0.0
    if mean is None:
        return alone, alone
    return alone, math.sqrt((square + float(mean @ mean)) / (count + len(mean)))


def correlation(matrix: FloatArray) -> FloatArray:
    """Return a covariance as a correlation matrix."""
    s = np.sqrt(np.diag(matrix))
    return np.asarray(matrix / np.outer(s, s))


def raw(pair: Pair) -> tuple[FloatArray, FloatArray | None]:
    """Return raw residuals of covariances and means."""
    mean = None if pair.mean is None or pair.mu is None else pair.mean - pair.mu
    return pair.S - pair.sigma, mean


def bentler(pair: Pair) -> tuple[FloatArray, FloatArray | None]:
    """Return residuals in units of observed standard deviations."""
    s = np.sqrt(np.diag(pair.S))
    cov, mean = raw(pair)
    return cov / np.outer(s, s), None if mean is None else mean / s


def bollen(pair: Pair) -> tuple[FloatArray, FloatArray | None]:
    """Return residuals of correlations, and of means in observed standard deviations."""
    return correlation(pair.S) - correlation(pair.sigma), bentler(pair)[1]


def root_mean_squares(pair: Pair) -> dict[str, float]:
    """Return RMR, SRMR and CRMR of one group, with and without means, under lavaan's names."""
    out = {}
    cov, mean = raw(pair)
    out["rmr_nomean"], out["rmr"] = _rms(cov, mean if pair.cuts is None else pair.cuts)
    cov, mean = bentler(pair)
    mean = mean if pair.cuts is None else pair.cuts
    out["srmr_bentler_nomean"], out["srmr_bentler"] = _rms(cov, mean)
    cov = bollen(pair)[0]
    off = cov[_lower(len(cov), -1)]
    square, count = float(off @ off), len(off)
    out["crmr_nomean"] = math.sqrt(square / count) if count else 0.0
    extra = 0.0 if mean is None else float(mean @ mean)
    size = 0 if mean is None else len(mean)
    out["crmr"] = math.sqrt((square + extra) / (count + size)) if count else 0.0
    d = np.diag(pair.S)
    ratio = (d - np.diag(pair.sigma)) / d
    if pair.mean is not None and pair.mu is not None:
        own = pair.mean / np.sqrt(d) - pair.mu / np.sqrt(np.diag(pair.sigma))
        extra = float(own @ own)
    total = square + float(ratio @ ratio)
    p = len(d)
    out["srmr_mplus_nomean"] = math.sqrt(total / (p * (p + 1) / 2))
    out["srmr_mplus"] = math.sqrt((total + extra) / (p * (p + 1) / 2 + size))
    return out


def moment_pairs(solution: Solution) -> list[Pair]:
    """Return each group's observed and implied moments."""
    out = []
    for group, point in zip(solution.observed, solution.optimum.at.points, strict=True):
        if isinstance(point, OrdinalPoint):
            cut = point.of.observed.ordinal
            cuts = point.residual[: len(point.thresholds)][cut.ordered[cut.threshold_of]]
            out.append(Pair(group.covariance, point.sigma, cuts=cuts))
            continue
        state = point.state  # type: ignore[attr-defined]
        S, mean = group.covariance, group.mean
        if isinstance(point, MissingPoint):
            h1 = saturated(group)
            S, mean = h1.covariance, h1.mean
        if solution.means:
            out.append(Pair(S, state.sigma, mean, state.mu))
        else:
            out.append(Pair(S, state.sigma))
    return out
