"""Variance components by equating sums of squares to their expectations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.reliability.generalizability.design import RESIDUAL, Design, Effect
from valuealign.errors import DataError

FloatArray = NDArray[np.float64]


def expected_mean_squares(design: Design) -> dict[Effect, float]:
    """Estimate variance components by analysis of variance.

    Parameters
    ----------
    design : Design

    Returns
    -------
    dict of frozenset to float
        By effect, the residual under :data:`RESIDUAL`; an estimate may be negative.

    Raises
    ------
    DataError
        The rows do not tell the effects apart.

    Notes
    -----
    Uncorrected sums of squares of each effect's cell totals, equated to their expectations under
    a random model (Henderson's method I; Brennan's analogous-ANOVA procedure). With equal cells
    these are the estimates from expected mean squares, and REML's where none is negative. A cell
    enters by its count, so unequal cells and missing responses need no special case and the
    cost is one pass an effect.

    References
    ----------
    Henderson, C. R. (1953). Estimation of variance and covariance components. Biometrics, 9,
    226-252. doi:10.2307/3001853
    Brennan, R. L. (2001). Generalizability theory. Springer. doi:10.1007/978-1-4757-3456-0
    """
    effects = design.effects
    y = design.y - design.y.mean()
    n = len(y)
    size = len(effects) + 2  # the mean, the effects, the residual
    cells = {effect: _cells(design, effect) for effect in design.every}
    T, E = np.zeros(size), np.zeros((size, size))
    T[0], T[-1] = y.sum() ** 2 / n, (y**2).sum()
    E[:, 0] = n  # of the squared mean
    E[0, 1:-1] = [(cells[k][0] ** 2).sum() / n for k in effects]
    E[-1, 1:-1] = n
    E[0, -1], E[-1, -1] = 1, n
    for i, of in enumerate(effects, start=1):
        counts, _ = cells[of]
        totals = np.bincount(design.levels(of), weights=y)
        T[i] = (totals**2 / counts).sum()
        E[i, -1] = len(counts)
        for j, by in enumerate(effects, start=1):
            joint, first = cells[of | by]
            E[i, j] = (joint**2 / counts[design.levels(of)[first]]).sum()
    scale = np.diag(1 / E.max(axis=1))
    try:
        components = np.linalg.solve(scale @ E, scale @ T)
    except np.linalg.LinAlgError:
        raise DataError(
            "the rows do not tell these effects apart; leave out a facet, or say what is nested"
        ) from None
    return dict(zip((*effects, RESIDUAL), components[1:].tolist(), strict=True))


def _cells(design: Design, effect: Effect) -> tuple[FloatArray, NDArray[np.intp]]:
    """Return the responses in each cell, and one response of each."""
    levels = design.levels(effect)
    counts = np.bincount(levels).astype(float)
    first = np.empty(len(counts), dtype=np.intp)
    first[levels[::-1]] = np.arange(len(levels))[::-1]
    return counts, first
