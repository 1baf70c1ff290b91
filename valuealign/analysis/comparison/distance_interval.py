"""Distances between a model's answers and people's, with intervals.

References
----------
Rao, J. N. K., & Wu, C. F. J. (1988). Resampling inference with complex survey data. Journal of the
American Statistical Association, 83, 231-241. doi:10.1080/01621459.1988.10478591
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from valuealign.analysis.comparison.distribution import (
    jensen_shannon,
    shares,
    total_variation,
    wasserstein,
)
from valuealign.analysis.comparison.weighted_shares import kish
from valuealign.errors import DataError

Floats = npt.NDArray[np.float64]
Distance = Callable[[Floats, Floats], Floats]


@dataclass(frozen=True)
class DistanceFromPeople:
    """One distance between two distributions of answers.

    Attributes
    ----------
    name : {"total_variation", "jensen_shannon", "wasserstein"}
    value, ci_lower, ci_upper : float
        Basic bootstrap interval; NaN where there is one cluster.
    by_chance : float
        Mean distance of two samples of these sizes from people's own distribution.
    """

    name: str
    value: float
    ci_lower: float
    ci_upper: float
    by_chance: float


def distances_from_people(
    counts: npt.ArrayLike,
    weighted: npt.ArrayLike,
    squared: npt.ArrayLike,
    *,
    codes: npt.ArrayLike,
    draws: int,
    seed: int,
    level: float = 0.95,
) -> tuple[DistanceFromPeople, ...]:
    """Total variation, Jensen-Shannon and Wasserstein distance, with intervals.

    Parameters
    ----------
    counts : array_like, shape (clusters, c)
        The model's answers of each code about each base text.
    weighted, squared : array_like, shape (c,)
        Sums of people's weights and of squared weights.
    codes : array_like, shape (c,)
        In ascending order.
    draws, seed : int
        Of the bootstrap.
    level : float

    Returns
    -------
    tuple of DistanceFromPeople

    Raises
    ------
    DataError
        No answer, or fewer than one draw.

    Notes
    -----
    Base texts are resampled, one fewer than there are (Rao and Wu), and people at their effective
    number by Kish. The interval is 2 value - quantile, since a distance is above 0 by chance
    alone, in the sample and again in the draws; it is widened by t for the number of base texts.
    Coverage is in ``benchmarks/README.md``.

    Examples
    --------
    >>> same = distances_from_people([[30, 10], [31, 9]], [75, 25], [75, 25], codes=[1, 2],
    ...                              draws=200, seed=1)
    >>> [(d.name, round(d.value, 4)) for d in same][0]
    ('total_variation', 0.0125)
    """
    mine = np.asarray(counts, dtype=float)
    mine = mine[mine.sum(axis=1) > 0]
    if not len(mine) or draws < 1:
        raise DataError(f"{len(mine)} texts with answers and {draws} draws; expected one or more")
    at, theirs = np.asarray(codes, dtype=float), shares(weighted)
    n_people = max(1, round(kish(weighted, squared)))
    rng = np.random.default_rng(seed)
    drawn_people = rng.multinomial(n_people, theirs, draws) / n_people
    kinds: dict[str, Distance] = {
        "total_variation": total_variation,
        "jensen_shannon": jensen_shannon,
        "wasserstein": lambda p, q: wasserstein(p, q, codes=at),
    }
    own = shares(mine.sum(axis=0))
    chance = rng.multinomial(int(mine.sum()), theirs, draws) / mine.sum()
    drawn = _resampled(mine, draws, rng)
    widest = {"wasserstein": float(at[-1] - at[0])}

    def of(name: str, distance: Distance) -> DistanceFromPeople:
        value = float(distance(own, theirs))
        low, high = _interval(
            value, distance, drawn, drawn_people, n_clusters=len(mine), level=level
        )
        most = widest.get(name, 1.0)
        low, high = np.clip([low, high], 0.0, most).tolist()
        return DistanceFromPeople(
            name, value, low, high, float(distance(chance, drawn_people).mean())
        )

    return tuple(of(name, distance) for name, distance in kinds.items())


def _resampled(mine: Floats, draws: int, rng: np.random.Generator) -> Floats | None:
    """Shares in resampled clusters; None where there is one cluster."""
    k = len(mine)
    if k < 2:
        return None
    times = rng.multinomial(k - 1, np.full(k, 1 / k), draws)
    return shares(times @ mine)


def _interval(
    value: float,
    distance: Distance,
    drawn: Floats | None,
    people: Floats,
    *,
    n_clusters: int,
    level: float,
) -> tuple[float, float]:
    if drawn is None:
        return float("nan"), float("nan")
    from scipy.stats import norm, t

    tail = (1 - level) / 2
    low, high = np.quantile(distance(drawn, people), [tail, 1 - tail])
    wider = float(t.ppf(tail, n_clusters - 1) / norm.ppf(tail))
    return value - wider * float(high - value), value - wider * float(low - value)
