"""dMACS: the effect size of a difference in an item's parameters."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from valuealign.analysis.invariance.item_tests import unlocatable_items
from valuealign.analysis.sem.estimation.ordinal import OrdinalPoint
from valuealign.analysis.sem.fit import Fit
from valuealign.errors import AnalysisError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
_COLUMNS = ["item", "group", "delta_loading", "delta_intercept", "dmacs_loading", "dmacs"]
_NODES, _WEIGHTS = np.polynomial.hermite_e.hermegauss(41)


def effect_sizes(fit: Fit, alone: Callable[[str], Fit]) -> pd.DataFrame:
    """Return each item's dMACS, with the item free and all others as anchors.

    Parameters
    ----------
    fit : Fit
        With equal loadings and intercepts (ordinal: thresholds, loadings and intercepts).
    alone : callable
        Refits it with one item's parameters free in every group.

    Returns
    -------
    DataFrame
        Columns ``item group delta_loading delta_intercept dmacs_loading dmacs``, each group
        against the first. `dmacs` is the root mean square difference between the two groups'
        expected responses over the focal group's factor distribution, in pooled standard
        deviations of the item; `dmacs_loading` the part that its loading makes (NaN for
        ordinal items, whose parts do not add up). NaN where the refit has no result, and for
        items of factors with two indicators, whose differences cannot be located.

    References
    ----------
    Nye, C. D., & Drasgow, F. (2011). Effect size indices for analyses of measurement
    equivalence: Understanding the practical importance of differences between groups. Journal
    of Applied Psychology, 96, 966-980. doi:10.1037/a0022955
    """
    import pandas as pd

    names = fit.solution.table.names
    hidden = unlocatable_items(fit.solution.table)
    rows: list[dict[str, Any]] = []
    for item in (n for n in names.observed if n not in names.covariates):
        refit: Fit | None = None
        if item not in hidden:
            try:
                refit = alone(item)
            except AnalysisError:
                refit = None
        for g, label in enumerate(fit.groups[1:], start=1):
            numbers = dict.fromkeys(_COLUMNS[2:], float("nan"))
            if refit is not None:
                numbers = _of_item(refit, names.observed.index(item), g)
            rows.append({"item": item, "group": label} | numbers)
    return pd.DataFrame(rows, columns=_COLUMNS)


def _of_item(fit: Fit, i: int, g: int) -> dict[str, float]:
    point = fit.solution.optimum.at.points[0]
    if isinstance(point, OrdinalPoint) and point.of.structure.ordered[i]:
        return _ordinal(fit, i, g)
    solution = fit.solution
    p = solution.structures[0].p
    (A, _, m), (B, _, k) = (solution.structures[h].matrices(solution.x) for h in (0, g))
    state = solution.structures[g].state(solution.x)
    loading, intercept = A[i, p:] - B[i, p:], float(m[i] - k[i])
    mean, spread = state.means[p:], state.C[p:, p:]
    by_loading = float(loading @ spread @ loading)
    whole = by_loading + (intercept + float(loading @ mean)) ** 2
    n = np.array([solution.samples[h].n for h in (0, g)])
    sds = np.sqrt(
        [solution.samples[h].covariance[i, i] * n[j] / (n[j] - 1) for j, h in enumerate((0, g))]
    )
    sd = float(((n - 1) @ sds) / (n - 1).sum())
    return {
        "delta_loading": float(-loading[np.argmax(np.abs(B[i, p:]))]),
        "delta_intercept": -intercept,
        "dmacs_loading": float(np.sqrt(max(by_loading, 0.0))) / sd,
        "dmacs": float(np.sqrt(max(whole, 0.0))) / sd,
    }


def _ordinal(fit: Fit, i: int, g: int) -> dict[str, float]:
    """Return the numbers of an ordinal item, its categories scored 1, 2, ..."""
    solution = fit.solution
    points = [solution.optimum.at.points[h] for h in (0, g)]
    p = solution.structures[0].p
    state = solution.structures[g].state(solution.x)
    loadings = [solution.structures[h].matrices(solution.x)[0][i, p:] for h in (0, g)]
    used = int(np.argmax(np.abs(loadings[0])))
    mean, sd_factor = float(state.means[p + used]), float(np.sqrt(state.C[p + used, p + used]))
    eta = mean + sd_factor * _NODES
    curves = []
    for point, loading in zip(points, loadings, strict=True):
        assert isinstance(point, OrdinalPoint)  # noqa: S101  # checked by the caller
        structure = point.of.structure
        _, S, m = structure.matrices(solution.x)
        cuts = structure.cuts(solution.x)[structure.cut_of == i]
        away = m[i] + np.outer(loading[used] * eta, np.ones(len(cuts))) - cuts
        curves.append(1 + ndtr(away / np.sqrt(S[i, i])).sum(axis=1))
    gap = curves[0] - curves[1]
    n = np.array([solution.samples[h].n for h in (0, g)])
    sds = np.array([_category_sd(solution.samples[h].ordinal, i) for h in (0, g)])
    sd = float(((n - 1) @ sds) / (n - 1).sum())
    return {
        "delta_loading": float(loadings[1][used] - loadings[0][used]),
        "delta_intercept": float("nan"),
        "dmacs_loading": float("nan"),
        "dmacs": float(np.sqrt(_WEIGHTS @ gap**2 / _WEIGHTS.sum())) / sd,
    }


def _category_sd(statistics: Any, i: int) -> float:
    """Return the standard deviation of an item's category numbers from its thresholds."""
    edges = np.concatenate(
        [[0.0], ndtr(statistics.thresholds[statistics.threshold_of == i]), [1.0]]
    )
    share = np.diff(edges)
    codes = np.arange(1, len(share) + 1)
    return float(np.sqrt(share @ codes**2 - (share @ codes) ** 2))
