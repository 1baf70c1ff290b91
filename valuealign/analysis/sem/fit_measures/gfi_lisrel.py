"""LISREL's goodness-of-fit index: the implied share of the weighted observed moments."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.sem.estimation.discrepancy import (
    NormalPoint,
    Point,
    QuadraticPoint,
    WeightedPoint,
)
from valuealign.analysis.sem.estimation.missing import MissingPoint, saturated
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.estimation.rank_two import vech
from valuealign.analysis.sem.fit_measures.residuals import Pair
from valuealign.analysis.sem.specification.fixed_x import varying

FloatArray = NDArray[np.float64]


def gfi_lisrel_of(point: Point, pair: Pair) -> float:
    """Return Joreskog & Sorbom's GFI under the discrepancy's own weight."""
    S, D = pair.S.copy(), pair.S - pair.sigma
    d = np.zeros(len(D)) if pair.mean is None or pair.mu is None else pair.mean - pair.mu
    m = np.zeros(len(D)) if pair.mean is None else pair.mean.copy()
    if isinstance(point, QuadraticPoint):
        s = vech(S) if pair.mean is None else np.concatenate([m, vech(S)])
        V = point.of.V
        whole = float(s @ (V @ s if V.ndim == 2 else V * s))
        return 1 - 2 * point.value / whole
    if isinstance(point, MissingPoint):
        return _of_incomplete_rows(point)
    if isinstance(point, OrdinalPoint):
        s, V = point.of.observed.ordinal.statistics, point.of.V
        return 1 - 2 * point.value / float(s @ (V @ s if V.ndim == 2 else V * s))
    assert isinstance(point, NormalPoint | WeightedPoint)  # noqa: S101  # the kinds that are left
    x = list(point.of.observed.fixed)
    S[np.ix_(x, x)], m[x] = 0.0, 0.0  # what fixed covariates have among themselves has no weight
    W = point.of.V if isinstance(point, WeightedPoint) else point.W
    WD, WS = W @ D, W @ S
    top = float(np.einsum("ij,ji->", WD, WD)) / 2 + float(d @ W @ d)
    bottom = float(np.einsum("ij,ji->", WS, WS)) / 2 + float(m @ W @ m)
    return 1 - top / bottom


def _of_incomplete_rows(point: MissingPoint) -> float:
    """Return the GFI of incomplete rows as lavaan has it: pairwise moments, expected weight.

    With sampling weights it takes the saturated model's moments instead.
    """
    import pandas as pd

    group = point.of.observed
    rows = pd.DataFrame(group.rows)
    s = np.concatenate([rows.mean(), vech(rows.cov().to_numpy() * (group.n - 1) / group.n)])
    if group.weights is not None:
        h1 = saturated(group)
        s = np.concatenate([h1.mean, vech(h1.covariance)])
    t = np.concatenate([point.state.mu, vech(point.state.sigma)])
    at_implied = replace(saturated(group), mean=point.state.mu, covariance=point.state.sigma)
    kept = varying(len(point.state.mu), group.fixed)
    V = at_implied.point(group).information()[np.ix_(kept, kept)]
    s, t = s[kept], t[kept]
    return 1 - float((s - t) @ V @ (s - t)) / float(s @ V @ s)
