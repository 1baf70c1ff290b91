"""Prediction of choices between two values from a profile of values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from valuealign.analysis.matrix import frame_with, numeric
from valuealign.analysis.result_display import Shown
from valuealign.arguments import checked
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]


@dataclass(frozen=True, repr=False, kw_only=True)
class ChoicePrediction(Shown):
    """The accuracy with which a profile predicts choices.

    Attributes
    ----------
    accuracy : float
        Share of choices for the value that stands higher in the profile; ties count half.
    ci_lower, ci_upper : float
        Percentile, dilemmas resampled: other dilemmas, this profile.
    pvalue : float
        Share of profiles with their values relabelled that predict as well.
    slope : float
        Change in the log-odds of a choice for each point of difference in the profile; interpret
        its sign. It is infinite where the profile predicts every choice.
    n, n_dilemmas : int
    flags : frozenset of str

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"dilemma": [1, 2, 3], "first": ["BE", "PO", "SD"],
    ...                      "second": ["PO", "UN", "TR"], "chosen": ["BE", "UN", "SD"]})
    >>> profile = pd.Series({"BE": 5.0, "PO": 2.0, "UN": 4.8, "SD": 4.9, "TR": 3.0})
    >>> predict_choices(rows, profile, draws=100).n_dilemmas
    3
    """

    accuracy: float
    ci_lower: float
    ci_upper: float
    pvalue: float
    slope: float
    n: int
    n_dilemmas: int
    flags: frozenset[str] = frozenset()


@checked
def predict_choices(
    choices: pd.DataFrame, profile: pd.Series[float], *, draws: int = 2000, seed: int = 0
) -> ChoicePrediction:
    """Predict choices between two values from one respondent's profile.

    Parameters
    ----------
    choices : DataFrame
        One row a choice: ``dilemma first second chosen``; ``first`` and ``second`` name values,
        ``chosen`` one of them.
    profile : Series
        Value -> score, of the same respondent, from an instrument.
    draws : int
        Resamplings of dilemmas, and relabellings of values.
    seed : int
        Of the random draws; the same seed gives the same result.

    Returns
    -------
    ChoicePrediction
        ``.accuracy`` with its interval and p value.

    Raises
    ------
    DataError
        Missing columns, a value without a score, a choice of neither.

    Notes
    -----
    Dilemmas, not choices, are the unit: a dilemma asked ten times is one dilemma.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = pd.DataFrame({"dilemma": [1, 2, 3], "first": ["BE", "PO", "SD"],
    ...                      "second": ["PO", "UN", "TR"], "chosen": ["BE", "UN", "SD"]})
    >>> profile = pd.Series({"BE": 5.0, "PO": 2.0, "UN": 4.8, "SD": 4.9, "TR": 3.0})
    >>> predict_choices(rows, profile, draws=100).accuracy
    1.0
    """
    rows = _checked(choices, profile)
    place = {name: k for k, name in enumerate(profile.index)}
    a = rows["first"].map(place).to_numpy()
    b = rows["second"].map(place).to_numpy()
    first = (rows["chosen"] == rows["first"]).to_numpy()
    values = numeric(profile, "the profile")
    dilemma, names = rows["dilemma"].factorize()
    rng = np.random.default_rng(seed)
    hits = _hits(values[a] - values[b], first)
    by = np.bincount(dilemma, weights=hits) / np.bincount(dilemma)
    g = len(names)
    draws_of_share = by[rng.integers(g, size=(draws, g))].mean(axis=1)
    accuracy = float(by.mean())
    chance = []
    for _ in range(draws):
        shuffled = rng.permutation(values)
        other = _hits(shuffled[a] - shuffled[b], first)
        chance.append(float((np.bincount(dilemma, weights=other) / np.bincount(dilemma)).mean()))
    low, high = np.quantile(draws_of_share, [0.025, 0.975])
    p = (1 + int((np.array(chance) >= accuracy - 1e-12).sum())) / (draws + 1)
    slope = _slope(values[a] - values[b], first)
    flags = (
        set()
        if np.isfinite(slope)
        else {"the profile predicts every choice, or none: the slope has no finite value"}
    )
    return ChoicePrediction(
        accuracy=accuracy,
        ci_lower=float(low),
        ci_upper=float(high),
        pvalue=p,
        slope=slope,
        n=len(rows),
        n_dilemmas=g,
        flags=frozenset(flags),
    )


def _checked(choices: pd.DataFrame, profile: pd.Series[float]) -> pd.DataFrame:
    frame_with(choices, ("dilemma", "first", "second", "chosen"))
    if not profile.index.is_unique:
        raise DataError("a value stands twice in the profile; give each value one score")
    scores = numeric(profile, "the profile")
    if np.isinf(scores).any():
        raise DataError("the profile holds an infinite score; expected numbers")
    rows = choices.dropna(subset=["chosen"]).astype({"first": str, "second": str, "chosen": str})
    unknown = sorted((set(rows["first"]) | set(rows["second"])) - set(profile.dropna().index))
    if unknown:
        raise DataError(f"the profile has no score of {unknown[0]!r}")
    neither = rows[(rows["chosen"] != rows["first"]) & (rows["chosen"] != rows["second"])]
    if len(neither):
        raise DataError(f"dilemma {neither['dilemma'].iloc[0]!r}: the choice is neither value")
    if rows.empty:
        raise DataError("there is no choice")
    return rows


def _hits(gap: FloatArray, first: NDArray[np.bool_]) -> FloatArray:
    return np.where(gap == 0, 0.5, ((gap > 0) == first).astype(float))


def _slope(gap: FloatArray, first: NDArray[np.bool_]) -> float:
    """Fit a logistic line through zero by Newton's method."""
    moved = gap != 0
    hits = (gap > 0) == first
    if not moved.any():
        return 0.0
    if hits[moved].all():
        return float("inf")
    if not hits[moved].any():
        return float("-inf")
    beta = 0.0
    for _ in range(50):
        p = 1 / (1 + np.exp(-np.clip(beta * gap, -30, 30)))
        step = float(gap @ (first - p)) / float((gap**2) @ (p * (1 - p)))
        beta += float(np.clip(step, -2, 2))
        if abs(step) < 1e-10:
            break
    return beta
