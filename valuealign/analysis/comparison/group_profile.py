"""Differences between two groups of personas, compared with those between people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from valuealign.analysis.comparison.average import unbiased
from valuealign.errors import DataError, TooFewRows
from valuealign.square_root import square_root

if TYPE_CHECKING:
    import pandas as pd

    from valuealign.analysis.moments import Moments

Floats = npt.NDArray[np.float64]
REVERSED, SMALLER, LARGER, UNKNOWN = (
    "the other way round",
    "smaller than in people",
    "larger than in people",
    "inconclusive",
)


@dataclass(frozen=True)
class GroupProfile:
    """Differences between two groups of personas and between two groups of people.

    Attributes
    ----------
    table : DataFrame
        By scale: ``d`` (in the personas' own SD, Hedges' correction) and ``model`` (the same
        difference in people's SD) with ``*_ci_lower *_ci_upper``, ``people`` with its interval,
        ``gap`` (``model`` less ``people``) with its interval, ``same_sign``, ``standing``.
    numbers : dict of str to float
        ``correlation``, ``sign_agreement`` and ``sensitivity`` with ``_ci_lower _ci_upper``; with
        ``_people``, the value of a second sample of people of the same size.
    n : tuple of int
        Personas of each group.

    Examples
    --------
    >>> import pandas as pd
    >>> GroupProfile(pd.DataFrame(), {"sensitivity": 0.1}, (50, 50)).numbers["sensitivity"]
    0.1
    """

    table: pd.DataFrame
    numbers: dict[str, float]
    n: tuple[int, int]


def group_profile(
    personas: tuple[npt.ArrayLike, npt.ArrayLike],
    people: tuple[Moments, Moments],
    *,
    draws: int = 2000,
    level: float = 0.95,
    seed: int = 0,
) -> GroupProfile:
    """Compare the differences between two groups, scale by scale and as a profile.

    Parameters
    ----------
    personas : tuple of two array_like, shape (n_a, k) and (n_b, k)
        One row a persona, one column a scale; complete.
    people : tuple of two Moments
        Of the same scales, with means.
    draws : int
        Resamplings for the intervals.
    level : float
    seed : int

    Returns
    -------
    GroupProfile

    Raises
    ------
    TooFewRows
        Fewer than three personas in a group.
    DataError
        Other scales, missing scores, or people without spread.

    Notes
    -----
    Intervals are percentile: personas are drawn anew within their group, and the means of the
    people from their sampling distribution; the model, the forms and the SDs of people are held.
    Sensitivity is the slope, through the origin, of the model's differences on people's, both in
    people's SD: 1 as in people, 0 blind to the group, above 1 a caricature, negative a reversal.
    The sampling error of people attenuates it and the correlation: ``*_people`` is the value that
    another sample of people would give (the median over pairs of samples drawn about these means,
    so it is rather too low). "inconclusive" is not evidence of similarity.

    References
    ----------
    Hedges, L. V. (1981). Distribution theory for Glass's estimator of effect size. Journal of
    Educational Statistics, 6, 107-128. doi:10.3102/10769986006002107

    Examples
    --------
    >>> from valuealign.analysis.moments import Moments
    >>> rng = np.random.default_rng(2)
    >>> women, men = (Moments(np.eye(3), mean, n=400, names=list("abc"))
    ...               for mean in ([0.4, 0.0, -0.4], [0.0, 0.0, 0.0]))
    >>> rows = rng.normal(size=(300, 3)) + [0.4, 0.0, -0.4], rng.normal(size=(300, 3))
    >>> found = group_profile(rows, (women, men), draws=200)
    >>> bool(0.7 < found.numbers["sensitivity"] < 1.3)
    True
    """
    import pandas as pd

    a, b = (_complete(rows, len(people[0].names)) for rows in personas)
    if people[0].names != people[1].names:
        raise DataError("the two groups of people have other scales")
    sd = _pooled(*(np.diag(unbiased(m)) for m in people), n=(people[0].n, people[1].n))
    if not (sd > 0).all():
        raise DataError("a scale does not vary among the people")
    rng = np.random.default_rng(seed)
    own, d = _differences(a, b)
    draws_raw, draws_d = _resampled(a, b, draws, rng)
    theirs = (np.asarray(people[0].mean) - np.asarray(people[1].mean)) / sd
    their_draws = _people_drawn(theirs, people, sd, draws, rng)
    model, model_draws = own / sd, draws_raw / sd
    table = pd.DataFrame(
        {"scale": list(people[0].names)}
        | _with_interval("d", d, draws_d, level)
        | _with_interval("model", model, model_draws, level)
        | _with_interval("people", theirs, their_draws, level)
        | _with_interval("gap", model - theirs, model_draws - their_draws, level)
        | {"same_sign": np.sign(model) == np.sign(theirs)}
    )
    table["standing"] = [_standing(row) for row in table.to_dict("records")]
    second = _people_drawn(theirs, people, sd, draws, rng)
    numbers = _numbers((model, theirs), (model_draws, their_draws), (second, their_draws), level)
    return GroupProfile(table, numbers, (len(a), len(b)))


def _complete(rows: npt.ArrayLike, k: int) -> Floats:
    x = np.asarray(rows, dtype=float)
    if x.ndim != 2 or x.shape[1] != k:
        raise DataError(f"personas' scores have shape {x.shape}; expected (personas, {k})")
    if len(x) < 3:
        raise TooFewRows(f"{len(x)} personas in a group; at least 3 are needed for a spread")
    if not np.isfinite(x).all():
        raise DataError("a persona has a missing score; leave that persona out and report it")
    return x


def _pooled(a: Floats, b: Floats, *, n: tuple[int, int]) -> Floats:
    """Pool variances; return the standard deviation."""
    return np.asarray(np.sqrt(((n[0] - 1) * a + (n[1] - 1) * b) / (n[0] + n[1] - 2)))


def _differences(a: Floats, b: Floats) -> tuple[Floats, Floats]:
    gap = a.mean(axis=0) - b.mean(axis=0)
    n = (len(a), len(b))
    return gap, _in_own_sd(gap, _pooled(a.var(axis=0, ddof=1), b.var(axis=0, ddof=1), n=n), n)


def _in_own_sd(gap: Floats, sd: Floats, n: tuple[int, int]) -> Floats:
    hedges = 1 - 3 / (4 * sum(n) - 9)
    out = np.full(gap.shape, np.nan)
    return np.asarray(hedges * np.divide(gap, sd, out=out, where=sd > 1e-12))


def _resampled(a: Floats, b: Floats, draws: int, rng: np.random.Generator) -> tuple[Floats, Floats]:
    """Draw personas anew within each group, by how often each is taken."""
    means, variances = [], []
    for x in (a, b):
        n = len(x)
        taken = rng.multinomial(n, np.full(n, 1 / n), size=draws) / n
        centre = x.mean(axis=0)  # so that variances of small spread keep their digits
        mean = taken @ (x - centre)
        square = taken @ (x - centre) ** 2
        means.append(mean + centre)
        variances.append(np.clip(square - mean**2, 0.0, None) * n / (n - 1))
    gap = means[0] - means[1]
    n_both = (len(a), len(b))
    return gap, _in_own_sd(gap, _pooled(variances[0], variances[1], n=n_both), n_both)


def _people_drawn(
    d: Floats, people: tuple[Moments, Moments], sd: Floats, draws: int, rng: np.random.Generator
) -> Floats:
    error = sum(unbiased(m) / m.n for m in people) / np.outer(sd, sd)
    return np.asarray(d + rng.standard_normal((draws, len(d))) @ square_root(error))


def _with_interval(name: str, value: Floats, draws: Floats, level: float) -> dict[str, Floats]:
    tail = (1 - level) / 2
    ends = np.full((2, len(value)), np.nan)
    known = ~np.isnan(draws).any(axis=0)
    ends[:, known] = np.quantile(draws[:, known], [tail, 1 - tail], axis=0)
    return {name: value, f"{name}_ci_lower": ends[0], f"{name}_ci_upper": ends[1]}


def _standing(row: Mapping[Any, Any]) -> str:
    apart = row["gap_ci_lower"] > 0 or row["gap_ci_upper"] < 0
    sure = [row[f"{k}_ci_lower"] > 0 or row[f"{k}_ci_upper"] < 0 for k in ("model", "people")]
    if all(sure) and not row["same_sign"]:
        return REVERSED
    if not apart:
        return UNKNOWN
    if row["same_sign"] and abs(row["model"]) > abs(row["people"]):
        return LARGER
    return SMALLER if abs(row["model"]) < abs(row["people"]) else LARGER


def _numbers(
    values: tuple[Floats, Floats],
    draws: tuple[Floats, Floats],
    second: tuple[Floats, Floats],
    level: float,
) -> dict[str, float]:
    numbers: dict[str, float] = {}
    tail = (1 - level) / 2
    for name, statistic in STATISTICS.items():
        resampled = statistic(*draws)
        numbers[name] = float(statistic(values[0][None], values[1][None])[0])
        known = resampled[np.isfinite(resampled)]
        low, high = np.quantile(known, [tail, 1 - tail]) if len(known) else (np.nan, np.nan)
        numbers[f"{name}_ci_lower"], numbers[f"{name}_ci_upper"] = float(low), float(high)
        numbers[f"{name}_people"] = float(np.nanmedian(statistic(*second)))
    return numbers


def _correlation(x: Floats, y: Floats) -> Floats:
    """Correlate row by row, shape (draws,); NaN where a row does not vary."""
    x, y = (z - z.mean(axis=1, keepdims=True) for z in (x, y))
    size = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return _ratio((x * y).sum(axis=1), size)


def _ratio(above: Floats, below: Floats) -> Floats:
    """Divide; NaN where the divisor is zero."""
    out = np.full(len(above), np.nan)
    return np.asarray(np.divide(above, below, out=out, where=below > 1e-12))


def _sensitivity(x: Floats, y: Floats) -> Floats:
    size = (y**2).sum(axis=1)
    return _ratio((x * y).sum(axis=1), size)


def _signs(x: Floats, y: Floats) -> Floats:
    return np.asarray((np.sign(x) == np.sign(y)).mean(axis=1))


STATISTICS = {"correlation": _correlation, "sign_agreement": _signs, "sensitivity": _sensitivity}
"""Name -> what is computed from the model's differences and people's, row by row."""
