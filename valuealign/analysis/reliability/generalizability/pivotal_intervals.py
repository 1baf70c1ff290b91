"""Intervals of variance components and coefficients, by generalized pivotal quantities.

A mean square is its expectation times a chi-square over its degrees of freedom. Dividing each
observed mean square by a random chi-square over its degrees of freedom gives values of its
expectation that are compatible with the data. The components and every coefficient follow from
these values, and no component is truncated at zero before components are added.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.reliability.generalizability.coefficients import Shares
from valuealign.analysis.reliability.generalizability.design import RESIDUAL, Design, Effect

FloatArray = NDArray[np.float64]

DRAWS = 4000
"""Of chi-squares; fixed with their seed, so that a study says the same twice."""
Interval = tuple[float, float]


@dataclass(frozen=True, eq=False)
class ComponentDraws:
    """Draws of variance components that are compatible with the data.

    Attributes
    ----------
    effects : tuple of frozenset
        The residual last.
    values : ndarray, shape (n_draws, n_effects)
        Some are negative, as unbiased estimates are.
    """

    effects: tuple[Effect, ...]
    values: FloatArray

    def component(self, effect: Effect, *, level: float = 0.95) -> Interval:
        """Return the interval of one component, which is not below zero."""
        low, high = _quantiles(self.values[:, self.effects.index(effect)], level)
        return max(low, 0.0), max(high, 0.0)

    def coefficients(self, of: Shares, *, level: float = 0.95) -> tuple[Interval, Interval]:
        """Return the intervals of generalizability and dependability."""
        universe, relative, other = (
            self._sum(part) for part in (of.universe, of.relative, of.absolute)
        )
        ratios = (_ratios(universe, error) for error in (relative, relative + other))
        g, phi = (_quantiles(ratio, level) for ratio in ratios)
        return g, phi

    def _sum(self, part: Mapping[Effect, float]) -> FloatArray:
        weights = np.array([part.get(effect, 0.0) for effect in self.effects])
        return np.asarray(self.values @ weights)


def draw_components(design: Design, variances: Mapping[Effect, float]) -> ComponentDraws:
    """Draw the components that a design's data are compatible with.

    Parameters
    ----------
    design : Design
    variances : mapping of frozenset to float
        Unbiased estimates.

    Returns
    -------
    ComponentDraws

    Notes
    -----
    Exact for one mean square and for the ratio of two, so that the interval of a crossed
    two-way G is Feldt's; close to nominal for sums of several (coverage in
    ``benchmarks/README.md``). With unequal cells the mean squares are those of equal cells of
    the same average size. Responses are taken as normal.

    References
    ----------
    Weerahandi, S. (1993). Generalized confidence intervals. Journal of the American Statistical
    Association, 88, 899-905. doi:10.1080/01621459.1993.10476355
    """
    effects = (*design.effects, RESIDUAL)
    expectation, df = _mean_squares(design, effects)
    theta = np.array([variances[effect] for effect in effects])
    squares = expectation @ theta
    squares = np.maximum(squares, 1e-12 * max(float(np.abs(squares).max()), 1e-300))
    rng = np.random.default_rng(0)
    compatible = squares * df / rng.chisquare(df, size=(DRAWS, len(df)))
    return ComponentDraws(effects, np.linalg.solve(expectation, compatible.T).T)


def _mean_squares(design: Design, effects: tuple[Effect, ...]) -> tuple[FloatArray, FloatArray]:
    """Return what each mean square is expected to be of the components, and its freedom."""
    n, top = len(design.y), design.every[-1]
    free: dict[Effect, float] = {}
    for effect in design.every:
        within = sum(value for lower, value in free.items() if lower < effect)
        free[effect] = max(design.n_levels(effect) - 1 - within, 1.0)
    rest = n - 1 - sum(free[effect] for effect in design.effects)
    df = [free[effect] for effect in design.effects] + [max(rest, 1.0)]
    whole = {effect: effect or top for effect in effects}
    expectation = np.zeros((len(effects), len(effects)))
    for i, of in enumerate(effects):
        for j, by in enumerate(effects):
            if by == RESIDUAL:
                expectation[i, j] = 1.0
            elif of != RESIDUAL and whole[of] <= whole[by]:
                expectation[i, j] = n / design.n_levels(by)
    return expectation, np.array(df)


def _ratios(universe: FloatArray, error: FloatArray) -> FloatArray:
    """Return each draw's coefficient: 0 without universe variance, 1 without error."""
    top, below = np.maximum(universe, 0.0), np.maximum(error, 0.0)
    ratio = np.zeros_like(top)
    np.divide(top, top + below, out=ratio, where=top + below > 0)
    return ratio


def _quantiles(values: FloatArray, level: float) -> Interval:
    tail = (1 - level) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)
