"""Null respondents for comparisons with people, and the collapse of personas."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuealign.analysis.claims.criterion import Claim, Criterion, unavailable
from valuealign.analysis.result_display import Shown
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]
Draw = Callable[[np.random.Generator], FloatArray]

SPREAD, MODE = 0.5, 0.25
"""Personas have not collapsed where their variance is shown to be at least half of people's, and
the most frequent option is shown to hold at most .25 more of them than of people. Both are our
convention."""


def null_respondents(people: ArrayLike, n: int, *, low: float, high: float) -> dict[str, Draw]:
    """Return null respondents, each a function that draws rows of answers.

    Parameters
    ----------
    people : array_like, shape (m, p)
        Rows of people; or one row, their means, where no rows are at hand.
    n : int
        Rows to draw.
    low, high : float
        Lowest and highest code.

    Returns
    -------
    dict of str to callable
        ``everyone gives people's mean``; ``people shuffled across groups`` (rows of people in
        random places; absent where only means are given); ``uniform``.

    Raises
    ------
    DataError
        Rows without any complete answer.

    Examples
    --------
    >>> nulls = null_respondents([[1, 2], [3, 6]], 3, low=1, high=6)
    >>> list(nulls)
    ["everyone gives people's mean", 'people shuffled across groups', 'uniform']
    >>> nulls["everyone gives people's mean"](np.random.default_rng(1)).tolist()
    [[2.0, 4.0], [2.0, 4.0], [2.0, 4.0]]
    """
    x = np.atleast_2d(np.asarray(people, dtype=float))
    x = x[np.isfinite(x).all(axis=1)]
    if not len(x) or n < 1:
        raise DataError(f"found {len(x)} complete rows of people and n = {n}; expected 1 or more")
    nulls: dict[str, Draw] = {
        "everyone gives people's mean": lambda _: np.tile(x.mean(axis=0), (n, 1))
    }
    if len(x) > 1:
        nulls["people shuffled across groups"] = lambda rng: x[
            rng.permutation(len(x))[:n] if n <= len(x) else rng.integers(len(x), size=n)
        ]
    nulls["uniform"] = lambda rng: np.floor(rng.uniform(low, high + 1, (n, x.shape[1])))
    return nulls


def compare_with_nulls(
    observed: float,
    score: Callable[[FloatArray], float],
    nulls: Mapping[str, Draw],
    *,
    higher_is_better: bool = True,
    draws: int = 200,
    seed: int = 1,
    level: float = 0.95,
) -> pd.DataFrame:
    """Score null respondents as a respondent was scored.

    Parameters
    ----------
    observed : float
        The respondent's score.
    score : callable
        Rows to a score, with groups fixed to places; NaN where it does not exist.
    nulls : mapping of str to callable
        As `null_respondents` returns.
    higher_is_better : bool
        False for a distance.
    draws, seed : int
    level : float

    Returns
    -------
    DataFrame
        ``null median best reached``: ``best`` is the score that only ``1 - level`` of the draws
        surpass; ``reached`` is True where the respondent does not surpass it. A result that a null
        respondent reaches is not evidence of agreement with people. ``reached`` is None where the
        null respondent has no score.

    Examples
    --------
    >>> people = np.random.default_rng(1).integers(1, 7, size=(50, 4))
    >>> def distance(rows):
    ...     return float(np.abs(rows.mean(axis=0) - people.mean(axis=0)).max())
    >>> nulls = null_respondents(people, 50, low=1, high=6)
    >>> result = compare_with_nulls(0.1, distance, nulls, higher_is_better=False, draws=20)
    >>> result[["null", "reached"]].values.tolist()[0]
    ["everyone gives people's mean", True]
    """
    import pandas as pd

    rng, sign = np.random.default_rng(seed), 1 if higher_is_better else -1
    rows = []
    for name, draw in nulls.items():
        scores = np.array([score(draw(rng)) for _ in range(draws)], dtype=float)
        scores = scores[np.isfinite(scores)]
        best = sign * np.quantile(sign * scores, level) if len(scores) else np.nan
        known = np.isfinite([observed, best]).all()
        reached = bool(sign * observed <= sign * best) if known else None
        median = float(np.median(scores)) if len(scores) else np.nan
        rows.append({"null": name, "median": median, "best": float(best), "reached": reached})
    return pd.DataFrame(rows, columns=["null", "median", "best", "reached"])


@dataclass(frozen=True, eq=False, repr=False)
class Collapse(Shown):
    """The spread of personas compared with people's.

    Attributes
    ----------
    claim : Claim
        ``personas differ as people do``, with the criteria ``variance_ratio`` and
        ``modal_excess``.
    items : DataFrame
        ``item variance people_variance modal_share people_modal_share``.
    """

    claim: Claim
    items: pd.DataFrame


def collapse(
    rows: ArrayLike,
    frequencies: ArrayLike,
    *,
    codes: ArrayLike | None = None,
    spread: float = SPREAD,
    mode: float = MODE,
    draws: int = 400,
    seed: int = 1,
    level: float = 0.95,
) -> Collapse:
    """Compare the spread of personas with people's.

    Parameters
    ----------
    rows : array_like, shape (n, p)
        One row a persona (its mean over occasions, or one occasion).
    frequencies : array_like, shape (p, n_options)
        How many people chose each option of each item.
    codes : array_like, shape (n_options,), optional
        Codes of the options; 1, 2, ... by default.
    spread : float
        Least ratio of the mean item variance of personas to people's.
    mode : float
        Largest excess of the mean modal share of personas over people's.
    draws, seed : int
        Bootstrap samples of personas.
    level : float
        Of the one-sided bounds.

    Returns
    -------
    Collapse

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> people = np.full((3, 6), 100)
    >>> collapse(rng.integers(1, 7, size=(200, 3)), people).claim.standing
    'permitted'
    >>> collapse(np.where(rng.random((200, 3)) < 0.95, 4, 5), people).claim.standing
    'not permitted'
    """
    x, counts = np.asarray(rows, dtype=float), np.asarray(frequencies, dtype=float)
    options = np.arange(1.0, counts.shape[-1] + 1) if codes is None else np.asarray(codes)
    if x.ndim != 2 or counts.shape != (x.shape[1], len(options)):
        raise DataError(
            f"rows have shape {x.shape}, frequencies {counts.shape}, codes {options.shape}; "
            "expected (n, p), (p, options) and (options,)"
        )
    x = x[np.isfinite(x).all(axis=1)]
    nearest = np.abs(x[:, :, None] - options).argmin(axis=2)  # a mean counts for its nearest option
    chosen = np.eye(len(options))[nearest]
    table = _spread_by_item(x, chosen, counts / counts.sum(axis=1, keepdims=True), options)
    if len(x) < 2:
        why = f"{len(x)} complete rows of personas; expected at least two"
        criteria = (
            unavailable("variance_ratio", "at least", spread, why),
            unavailable("modal_excess", "at most", mode, why),
        )
    else:
        at = np.random.default_rng(seed).integers(len(x), size=(draws, len(x)))
        criteria = (
            _variance_ratio(x, table, spread, (at, level)),
            _modal_excess(chosen, table, mode, (at, level)),
        )
    return Collapse(Claim("personas differ as people do", criteria), table)


def _spread_by_item(
    x: FloatArray, chosen: FloatArray, share: FloatArray, options: FloatArray
) -> pd.DataFrame:
    """Return each item's variance and modal share, of personas and of people."""
    import pandas as pd

    return pd.DataFrame(
        {
            "item": [f"item {k + 1}" for k in range(len(share))],
            "variance": x.var(axis=0) if len(x) else np.nan,
            "people_variance": share @ options**2 - (share @ options) ** 2,
            "modal_share": chosen.mean(axis=0).max(axis=1) if len(x) else np.nan,
            "people_modal_share": share.max(axis=1),
        }
    )


Resampled = tuple[NDArray[np.int64], float]
"""The rows of each bootstrap sample, and the level of the bound."""


def _variance_ratio(
    x: FloatArray, table: pd.DataFrame, least: float, resampled: Resampled
) -> Criterion:
    at, level = resampled
    people = table["people_variance"].mean()
    ratios = np.array([x[k].var(axis=0).mean() for k in at]) / people
    return Criterion(
        "variance_ratio",
        float(table["variance"].mean() / people),
        "at least",
        least,
        bound="lower",
        lower=float(np.quantile(ratios, 1 - level)),
        reason=f"{len(x)} personas",
    )


def _modal_excess(
    chosen: FloatArray, table: pd.DataFrame, most: float, resampled: Resampled
) -> Criterion:
    at, level = resampled
    people = table["people_modal_share"]
    excess = np.array([chosen[k].mean(axis=0).max(axis=1).mean() for k in at]) - people.mean()
    return Criterion(
        "modal_excess",
        float((table["modal_share"] - people).mean()),
        "at most",
        most,
        bound="upper",
        upper=float(np.quantile(excess, level)),
        reason=f"{len(chosen)} personas",
    )
