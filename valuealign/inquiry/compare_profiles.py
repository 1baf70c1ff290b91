"""Profile by profile: level, spread and shape, and what is more than what everyone shares."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from valuealign.analysis.comparison.average import average_of, unbiased
from valuealign.analysis.comparison.root import root
from valuealign.analysis.comparison.similarity import (
    FEWEST,
    correlation_interval,
    correlations_with,
    profile_draws,
    profile_error,
    rank_correlations_with,
    split_distance,
)
from valuealign.inquiry.compare_scales import shared_scales

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.inquiry.compare_people import People
    from valuealign.inquiry.compare_samples import Sample
    from valuealign.inquiry.compare_yardsticks import Normative

COLUMNS = [
    "respondent", "population", "n_scales", "centred", "pearson", "pearson_ci_lower",
    "pearson_ci_upper", "spearman", "spearman_ci_lower", "spearman_ci_upper", "distance_squared",
    "elevation_difference", "scatter_difference", "elevation", "scatter", "shape", "normative_r",
    "normative_ci_lower", "normative_ci_upper", "distinctive_r", "distinctive_ci_lower",
    "distinctive_ci_upper", "people_r_median", "people_r_lower", "people_r_upper",
    "typical_r_median",
]  # fmt: skip
MIDDLE = (0.05, 0.5, 0.95)
"""Quantiles of persons' correlations."""


@dataclass(frozen=True)
class Drawing:
    """How intervals are drawn.

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
    """Compare every respondent's profile with every people's.

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
        See :class:`~valuealign.inquiry.compare.Comparison`.
    """
    import pandas as pd

    several = list(people)
    rows = []
    for sample in samples:
        for one in several:
            names = shared_scales(sample, one)
            if len(names) < FEWEST:
                why["profiles"] = (
                    f"{len(names)} scale{'s' if len(names) > 1 else ''} in common; a profile "
                    f"needs {FEWEST} or more"
                )
                continue
            rows.append(_row(sample, one, names, normative, drawing))
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
    mine, norm = sample.averages[centred], average_of(theirs)
    here = [sample.names.index(n) for n in names]
    there = [theirs.names.index(n) for n in names]
    x, y = mine.mean[here], norm.mean[there]
    rng = np.random.default_rng(drawing.seed)
    X, Y = (
        profile_draws(
            mean, *profile_error(error[np.ix_(at, at)], float(df[at].min())), draws=drawing.draws,
            rng=rng,
        )
        if np.isfinite(error[np.ix_(at, at)]).all() and df[at].min() >= 1
        else None
        for mean, error, df, at in (
            (x, mine.error, mine.df, here), (y, norm.error, norm.df, there)
        )
    )  # fmt: skip
    split = split_distance(x, y)
    found: dict[str, Any] = {
        "respondent": sample.id, "population": people.id, "n_scales": len(names),
        "centred": centred, "distance_squared": split.distance_squared,
        "elevation_difference": split.elevation_difference,
        "scatter_difference": split.scatter_difference, "elevation": split.elevation,
        "scatter": split.scatter, "shape": split.shape,
    }  # fmt: skip
    pairs: dict[str, tuple[Any, Any, Any, Any, Callable[..., Any]]] = {
        "pearson": (x, y, X, Y, correlations_with),
        "spearman": (x, y, X, Y, rank_correlations_with),
    }
    average = normative.means.get(centred)
    if average is not None and all(n in average for n in names):
        c = np.array([average[n] for n in names])
        off = (None if X is None else X - c, None if Y is None else Y - c)
        pairs["normative"] = (x, c, X, None, correlations_with)
        pairs["distinctive"] = (x - c, y - c, *off, correlations_with)
    for name, (a, b, A, B, by) in pairs.items():
        label = name if name in {"pearson", "spearman"} else f"{name}_r"
        found[label] = float(by(a[None], b)[0])
        found[f"{name}_ci_lower"], found[f"{name}_ci_upper"] = _interval(
            found[label], (b, A, B), by, drawing
        )
    persons = _persons(people, names, drawing, centred=centred)
    found |= dict(
        zip(("people_r_lower", "people_r_median", "people_r_upper"), _middle(persons, x),
            strict=True)
    )  # fmt: skip
    return found | {"typical_r_median": _middle(persons, y)[1]}


def _interval(
    estimate: float, drawn: tuple[Any, Any, Any], by: Callable[..., Any], drawing: Drawing
) -> tuple[float, float]:
    b, A, B = drawn
    if A is None:
        return float("nan"), float("nan")
    return correlation_interval(estimate, by(A, b if B is None else B), level=drawing.level)


def _persons(people: People, names: list[str], drawing: Drawing, *, centred: bool) -> Any:
    """Return persons' profiles: their rows, or as many from a normal of their moments."""
    if centred in people.rows:
        return people.rows[centred][names].dropna().to_numpy(float)
    theirs = people.moments(centred=centred)
    if theirs is None:
        return np.zeros((0, len(names)))
    at = [theirs.names.index(n) for n in names]
    rng = np.random.default_rng(drawing.seed + 1)
    R = root(unbiased(theirs)[np.ix_(at, at)])
    return np.asarray(theirs.mean)[at] + rng.standard_normal((4000, len(at))) @ R.T


def _middle(persons: Any, profile: Any) -> list[float]:
    r = correlations_with(persons, profile) if len(persons) else np.array([np.nan])
    r = r[np.isfinite(r)]
    return [float(v) for v in np.quantile(r, MIDDLE)] if len(r) else [float("nan")] * 3
