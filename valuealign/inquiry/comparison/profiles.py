"""Comparison of profiles: level, spread and shape, and distinctive similarity."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.comparison.average import average_of, unbiased
from valuealign.analysis.comparison.similarity import (
    FEWEST,
    all_error,
    correlations_with,
    likely_profiles,
    pooled_error,
    profile_draws,
    rank_correlations_with,
    split_distance,
)
from valuealign.inquiry.comparison.scales import shared_scales
from valuealign.square_root import square_root

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.comparison.average import Average
    from valuealign.inquiry.comparison.people import People
    from valuealign.inquiry.comparison.samples import Sample
    from valuealign.inquiry.comparison.yardsticks import Normative

COLUMNS = [
    "respondent",
    "population",
    "n_scales",
    "centred",
    "pearson",
    "pearson_ci_lower",
    "pearson_ci_upper",
    "spearman",
    "spearman_ci_lower",
    "spearman_ci_upper",
    "distance_squared",
    "elevation_difference",
    "scatter_difference",
    "elevation",
    "scatter",
    "shape",
    "distance",
    "noise_floor",
    "normative_r",
    "normative_ci_lower",
    "normative_ci_upper",
    "distinctive_r",
    "distinctive_ci_lower",
    "distinctive_ci_upper",
    "people_r_median",
    "people_r_lower",
    "people_r_upper",
    "typical_r_median",
]
MIDDLE = (0.05, 0.5, 0.95)
"""Quantiles of persons' correlations."""


@dataclass(frozen=True)
class Drawing:
    """The settings of resampled intervals.

    Parameters
    ----------
    draws : int
    level : float
    seed : int
    """

    draws: int
    level: float
    seed: int


def profiles_table(
    samples: Iterable[Sample],
    people: Iterable[People],
    normative: Normative,
    drawing: Drawing,
    *,
    why: dict[str, str],
) -> pd.DataFrame:
    """Compare every respondent's profile with every sample's.

    Parameters
    ----------
    samples : iterable of Sample
    people : iterable of People
    normative : Normative
    drawing : Drawing
    why : dict of str to str
        Takes the reasons for what is not available.

    Returns
    -------
    DataFrame
        See :class:`~valuealign.inquiry.comparison.compare.Comparison`.
    """
    import pandas as pd

    several = list(people)
    rows = []
    for sample in samples:
        for population in several:
            names = shared_scales(sample, population)
            if len(names) < FEWEST:
                why["profiles"] = (
                    f"{len(names)} scale{'s' if len(names) > 1 else ''} in common; a profile "
                    f"needs {FEWEST} or more"
                )
                continue
            rows.append(_row(sample, population, names, normative, drawing))
    if not normative.means:
        why["distinctive_r"] = normative.source
    return pd.DataFrame(rows, columns=COLUMNS)


def _row(
    sample: Sample, people: People, names: list[str], normative: Normative, drawing: Drawing
) -> dict[str, Any]:
    # Level is only in raw scores; correlations over scales are the same of either kind.
    centred = False not in sample.averages
    theirs = people.moments(centred=centred)
    if theirs is None:
        centred, theirs = False, people.raw
    mine = _known(sample.averages[centred], sample.names, names)
    norm = _known(average_of(theirs), theirs.names, names)
    x, y = mine.mean, norm.mean
    split = split_distance(x, y)
    persons = _persons(people, names, drawing, centred=centred)
    low, middle, high = _middle(persons, x)
    row = {
        "respondent": sample.id,
        "population": people.id,
        "n_scales": len(names),
        "centred": centred,
        "distance_squared": split.distance_squared,
        "elevation_difference": split.elevation_difference,
        "scatter_difference": split.scatter_difference,
        "elevation": split.elevation,
        "scatter": split.scatter,
        "shape": split.shape,
        "distance": float(np.sqrt(split.distance_squared / len(names))),
        "noise_floor": _noise_floor(sample, people, names, centred=centred),
        "people_r_lower": low,
        "people_r_median": middle,
        "people_r_upper": high,
        "typical_r_median": _middle(persons, y)[1],
    }
    average = normative.means.get(centred, {})
    c = np.array([average.get(n, np.nan) for n in names])
    return row | _correlations(mine, norm, c, drawing)


def _noise_floor(sample: Sample, people: People, names: list[str], *, centred: bool) -> float:
    """Root mean square distance of a respondent whose true means are people's: error alone."""
    mine, theirs = sample.averages[centred], people.moments(centred=centred)
    at = [sample.names.index(name) for name in names]
    variance = np.asarray(mine.se)[at] ** 2
    if theirs is not None:
        place = [list(theirs.names).index(name) for name in names]
        variance = variance + np.diag(unbiased(theirs))[place] / theirs.n
    return float(np.sqrt(variance.mean()))


@dataclass(frozen=True, eq=False)
class _Known:
    """A mean profile and the covariance of its error: none where there is nothing to tell it."""

    mean: Any
    error: Any
    df: float


def _known(average: Average, own: Sequence[str], names: list[str]) -> _Known:
    at = [list(own).index(n) for n in names]
    mean, error, df = average.mean[at], average.error[np.ix_(at, at)], float(average.df[at].min())
    is_known = df >= 1 and bool(np.isfinite(error).all())
    return _Known(mean, error if is_known else None, df)


def _correlations(mine: _Known, norm: _Known, normative: Any, drawing: Drawing) -> dict[str, float]:
    """Return every correlation of the two profiles with its interval.

    A flat profile less the average is the average turned over: it has nothing distinctive.
    """
    zero, certain = np.zeros(len(mine.mean)), _Known(normative, None, np.inf)
    columns = _with_interval("pearson", mine, norm, zero, drawing)
    columns |= _with_interval("spearman", mine, norm, zero, drawing)
    if np.isnan(normative).any() or float(np.ptp(mine.mean)) < 1e-9:
        return columns
    columns |= _with_interval("normative_r", mine, certain, zero, drawing)
    if shapeless(mine.mean, mine.error, mine.df):
        return columns
    return columns | _with_interval("distinctive_r", mine, norm, normative, drawing)


def shapeless(mean: Any, error: Any, df: float) -> bool:
    """Whether error explains all of a profile's differences between scales.

    What is left of it less the average is then the average turned over, and no finding.

    Parameters
    ----------
    mean : ndarray, shape (k,)
    error : ndarray, shape (k, k), or None
    df : float

    Returns
    -------
    bool
    """
    if error is None or df < 1 or len(mean) < FEWEST or not np.isfinite(error).all():
        return False
    return all_error(mean, pooled_error(error, df)[0])


def _with_interval(
    name: str, mine: _Known, norm: _Known, less: Any, drawing: Drawing
) -> dict[str, float]:
    by = rank_correlations_with if name == "spearman" else correlations_with
    x, y = mine.mean - less, norm.mean - less
    estimate = float(by(x[None], y)[0])
    low, high = float("nan"), float("nan")
    if mine.error is not None and np.isfinite(estimate) and len(x) > FEWEST:
        rng = np.random.default_rng(drawing.seed)
        variance, df = pooled_error(mine.error, mine.df)
        other = y
        if norm.error is not None:
            other = profile_draws(y, norm.error, draws=drawing.draws, rng=rng)
        profiles = x[None]
        if variance > 0:
            profiles = likely_profiles(x, y, (variance, df), draws=drawing.draws, rng=rng)
        tail = (1 - drawing.level) / 2
        low, high = np.nanquantile(by(profiles, other), [tail, 1 - tail]).tolist()
    short = name.removesuffix("_r")
    return {name: estimate, f"{short}_ci_lower": low, f"{short}_ci_upper": high}


def _persons(people: People, names: list[str], drawing: Drawing, *, centred: bool) -> Any:
    """Return persons' profiles: their rows, or as many from a normal of their moments."""
    if centred in people.rows:
        return people.rows[centred][names].dropna().to_numpy(float)
    theirs = people.moments(centred=centred)
    if theirs is None:
        return np.zeros((0, len(names)))
    at = [theirs.names.index(n) for n in names]
    rng = np.random.default_rng(drawing.seed + 1)
    R = square_root(unbiased(theirs)[np.ix_(at, at)])
    return np.asarray(theirs.mean)[at] + rng.standard_normal((4000, len(at))) @ R


def _middle(persons: Any, profile: Any) -> list[float]:
    r = correlations_with(persons, profile) if len(persons) else np.array([np.nan])
    r = r[np.isfinite(r)]
    return [float(v) for v in np.quantile(r, MIDDLE)] if len(r) else [float("nan")] * 3
