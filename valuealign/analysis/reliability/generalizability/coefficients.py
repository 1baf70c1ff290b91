"""Generalizability and dependability of a mean or a profile."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import prod

from valuealign.analysis.reliability.generalizability.design import Effect


@dataclass(frozen=True)
class Coefficients:
    """Variances of universe scores and errors, and the coefficients that follow.

    Attributes
    ----------
    universe, relative, absolute : float
        Variances: of universe scores, of relative and of absolute error.
    """

    universe: float
    relative: float
    absolute: float

    @property
    def g(self) -> float:
        """Generalizability, for differences; NaN where nothing varies."""
        return _ratio(self.universe, self.relative)

    @property
    def phi(self) -> float:
        """Dependability, for values as they stand; NaN where nothing varies."""
        return _ratio(self.universe, self.absolute)


@dataclass(frozen=True)
class Shares:
    """The contribution of each variance component to the variance of an observed mean.

    Attributes
    ----------
    universe, relative, absolute : dict of frozenset to float
        Effect -> the factor of its variance; ``absolute`` without what is in ``relative``.
    """

    universe: Mapping[Effect, float]
    relative: Mapping[Effect, float]
    absolute: Mapping[Effect, float]


def shares(
    effects: Iterable[Effect],
    everything: Effect,
    target: tuple[str, Effect],
    sizes: Mapping[str, float],
    fixed: Effect,
) -> Shares:
    """Assign each effect to the universe score, relative error or absolute error.

    Parameters
    ----------
    effects : iterable of frozenset
        The residual's is empty and counts as the highest effect.
    everything : frozenset of str
        All factors.
    target : tuple of str and frozenset of str
        The object, and the facets over which its shape is meant; none for its level.
    sizes : mapping of str to float
        How many of each facet are averaged.
    fixed : frozenset of str
        Facets whose levels are all there are: their average is part of the universe score.

    Returns
    -------
    Shares

    Notes
    -----
    For a shape, only effects that involve one of its facets count: the others move all its points
    equally.
    """
    of, over = target
    terms: tuple[dict[Effect, float], ...] = ({}, {}, {})
    for effect in effects:
        holds = effect or everything
        if over and not holds & over:
            continue
        averaged = holds - over - {of}
        inside = averaged <= fixed
        if of not in holds and inside:
            continue
        place = (0 if inside else 1) if of in holds else 2
        terms[place][effect] = 1 / prod(sizes[name] for name in averaged)
    return Shares(*terms)


def coefficients(
    variances: Mapping[Effect, float],
    everything: Effect,
    target: tuple[str, Effect],
    sizes: Mapping[str, float],
    fixed: Effect,
) -> Coefficients:
    """Coefficients of the object's level or shape under a design of given sizes.

    Parameters
    ----------
    variances : mapping of frozenset to float
        Variance components. With a fixed facet they have to be unbiased, some negative perhaps:
        the universe score's variance is then a sum in which the object's component takes away
        what its interaction adds, and only the sum is cut at zero.
    everything, target, sizes, fixed
        As in :func:`shares`.

    Returns
    -------
    Coefficients

    References
    ----------
    Brennan, R. L. (2001). Generalizability theory. Springer. doi:10.1007/978-1-4757-3456-0

    Examples
    --------
    >>> p, i = frozenset("p"), frozenset("i")
    >>> found = coefficients({p: 4.0, i: 1.0, frozenset(): 2.0}, p | i, ("p", frozenset()),
    ...                      {"i": 4}, frozenset())
    >>> round(found.g, 4), round(found.phi, 4)
    (0.8889, 0.8421)
    """
    of = shares(variances, everything, target, sizes, fixed)
    used = variances if fixed else {e: max(v, 0.0) for e, v in variances.items()}
    universe, relative, absolute = (
        max(sum(factor * used[effect] for effect, factor in part.items()), 0.0)
        for part in (of.universe, of.relative, of.absolute)
    )
    return Coefficients(universe, relative, relative + absolute)


def _ratio(universe: float, error: float) -> float:
    return universe / (universe + error) if universe + error > 0 else float("nan")
