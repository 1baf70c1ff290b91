"""Ranking of one respondent's scales, with items random within scales."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuealign.analysis.claims.content_gate import ProfileLimits, has_profile
from valuealign.analysis.claims.criterion import Claim, Criterion, Sense, unavailable
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.analysis.result_display import Shown
from valuealign.errors import DataError

if TYPE_CHECKING:
    import pandas as pd

FloatArray = NDArray[np.float64]

RELIABILITY = 0.70
"""Least reliability of the scale profile; our convention."""
SCALES_P = 0.03
"""Largest p of the permutation of items over scales: items differ in spread, so that .05 errs in
up to 6 %, as for differences."""
Resolution = Literal["rank_scales", "rank_composites"]


@dataclass(frozen=True, eq=False, repr=False)
class Rank(Shown):
    """The ranking of scales and its dependability.

    Attributes
    ----------
    claim : Claim
        The gate's criteria, then ``reliability`` and ``scales_p``.
    scales : DataFrame
        ``scale mean n_items``: content-scored means, item norms removed, highest first.
    mean_squares : dict of str to float
        ``scales``, ``items``, ``scales_by_form``, ``items_by_form``.
    items_needed : float
        How many times as many items of the same kind would reach the threshold; 1 or less where
        it is reached, infinite where the scales do not differ.
    """

    claim: Claim
    scales: pd.DataFrame
    mean_squares: dict[str, float]
    items_needed: float


def rank(
    answers: Answers,
    scales: Sequence[str | None],
    *,
    keys: Sequence[int] | None = None,
    norms: ArrayLike | None = None,
    resolution: Resolution = "rank_scales",
    reliability: float = RELIABILITY,
    p: float = SCALES_P,
    limits: ProfileLimits | None = None,
    draws: int = 999,
    seed: int = 1,
) -> Rank:
    """Judge whether a respondent's scales can be ranked.

    Parameters
    ----------
    answers : Answers
    scales : sequence of str or None, length n_items
        The scale of each item; None for items of no scale. For composites, the composite.
    keys : sequence of {1, -1}, optional
        Direction of each item.
    norms : array_like, shape (n_items,), optional
        People's item means, in codes as they answered. Differences between items of one scale
        are removed, so that a scale is not called high for an item with which everyone agrees.
    resolution : {"rank_scales", "rank_composites"}
        Name of the claim.
    reliability : float
        Least reliability of the profile of scales.
    p : float
        Largest p of the permutation of items over scales.
    limits : ProfileLimits, optional
    draws, seed : int

    Returns
    -------
    Rank

    Raises
    ------
    DataError
        Shapes that do not fit, or fewer than two scales with two items.

    Notes
    -----
    The object is the profile of scales; items are random within scales, forms are crossed. With
    mean squares of content-scored answers, reliability is 1 - (items + excess) / scales, where
    the excess of scale by form over item by form is taken as 0 if it is negative. Random errors
    lower the reliability and leave the ranking unbiased. Stable peculiarities of items also lower
    it, because other items of the same scale would have other peculiarities.

    References
    ----------
    Brennan, R. L. (2001). Generalizability Theory. Springer. doi:10.1007/978-1-4757-3456-0

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> scales, forms = list("aabbccddee"), np.arange(12) % 4
    >>> mean = np.repeat([2, 3, 4, 5, 6], 2)
    >>> turned = np.where((forms % 2 == 1)[:, None], 7 - mean, mean)
    >>> values = np.clip(turned + rng.integers(-1, 2, size=(12, 10)), 1, 6)
    >>> answers = Answers(values, forms > 1, forms % 2 == 1, low=1, high=6)
    >>> result = rank(answers, scales)
    >>> result.claim.standing, result.scales["scale"].tolist()
    ('permitted', ['e', 'd', 'c', 'b', 'a'])
    """
    import pandas as pd

    gate = has_profile(answers, limits=limits, draws=draws, seed=seed)
    x, homes = scale_cells(answers, scales, keys=keys, norms=norms)
    why = next((c.reason for c in gate.criteria if c.met is None), "")
    if why or len(set(homes)) < 2:
        why = why or "fewer than two scales have an answer in every form"
        needs: list[tuple[str, Sense, float]] = [
            ("reliability", "at least", reliability),
            ("scales_p", "at most", p),
        ]
        absent = tuple(unavailable(*need, why) for need in needs)
        table = pd.DataFrame(columns=["scale", "mean", "n_items"])
        return Rank(Claim(resolution, (*gate.criteria, *absent)), table, {}, np.nan)
    squares = mean_squares(x, homes)
    value, needed = _reliability(squares, reliability)
    names, n = np.unique(homes, return_counts=True)
    means = [float(x[:, homes == name].mean()) for name in names]
    table = pd.DataFrame({"scale": names, "mean": means, "n_items": n})
    return Rank(
        Claim(
            resolution,
            (
                *gate.criteria,
                Criterion(
                    "reliability",
                    value,
                    "at least",
                    reliability,
                    reason=f"{len(names)} scales, {len(homes)} items",
                ),
                Criterion(
                    "scales_p",
                    scales_p(
                        x, homes, keys=kept_keys(answers, scales, keys), draws=draws, seed=seed
                    ),
                    "at most",
                    p,
                    reason=f"{draws} permutations of items over scales",
                ),
            ),
        ),
        table.sort_values("mean", ascending=False, ignore_index=True),
        squares,
        needed,
    )


def scale_cells(
    answers: Answers,
    scales: Sequence[str | None],
    *,
    keys: Sequence[int] | None = None,
    norms: ArrayLike | None = None,
) -> tuple[FloatArray, NDArray[np.str_]]:
    """Return the four forms' item means as scales use them, and the scale of each item.

    Parameters
    ----------
    answers : Answers
    scales, keys, norms
        As for `rank`.

    Returns
    -------
    cells : array, shape (4, k)
        Content-scored, keyed, item norms removed; items of a scale with an answer in every form.
    homes : array of str, shape (k,)
    """
    n = answers.n_items
    sign = np.ones(n) if keys is None else np.asarray(keys)
    norm = np.zeros(n) if norms is None else np.asarray(norms)
    if len(scales) != n or sign.shape != (n,) or norm.shape != (n,):
        raise DataError(
            f"found {len(scales)} scales, {sign.size} keys and {norm.size} norms; expected "
            f"{n} of each, one an item"
        )
    home = np.array([str(s) for s in scales])
    keyed = np.where(sign == -1, answers.low + answers.high - answers.cells, answers.cells)
    norm = np.where(sign == -1, answers.low + answers.high - norm, norm)
    for name in set(home):
        norm[home == name] -= norm[home == name].mean()
    kept = kept_items(answers, scales)
    return keyed[:, kept] - norm[kept], home[kept]


def kept_items(answers: Answers, scales: Sequence[str | None]) -> NDArray[np.bool_]:
    """Return which items belong to a scale and have an answer in every form."""
    of_scale = np.array([s is not None for s in scales])
    return of_scale & np.isfinite(answers.cells).all(axis=0)


def kept_keys(
    answers: Answers, scales: Sequence[str | None], keys: Sequence[int] | None
) -> FloatArray | None:
    """Return the keys of the items that are kept; None where all point one way."""
    return None if keys is None else np.asarray(keys)[kept_items(answers, scales)]


def mean_squares(cells: FloatArray, homes: NDArray[np.str_]) -> dict[str, float]:
    """Return the mean squares of items within scales, crossed with forms.

    Parameters
    ----------
    cells : array, shape (n_forms, n_items)
    homes : array of str, shape (n_items,)

    Returns
    -------
    dict of str to float
        ``scales``, ``items``, ``scales_by_form``, ``items_by_form``; NaN without degrees of
        freedom.

    Examples
    --------
    >>> cells = np.array([[1.0, 2, 5, 6], [1, 2, 5, 6]])
    >>> mean_squares(cells, np.array(list("aabb")))
    {'scales': 32.0, 'items': 1.0, 'scales_by_form': 0.0, 'items_by_form': 0.0}
    """
    forms, items = cells.shape
    names, at = np.unique(homes, return_inverse=True)
    n = np.bincount(at)
    z = cells - cells.mean(axis=1, keepdims=True)  # forms' levels are not part of the profile
    by_form = np.array([np.bincount(at, row) / n for row in z])  # (forms, scales)
    scale, item = by_form.mean(axis=0), z.mean(axis=0)
    cross = by_form - scale
    residual = (z - by_form[:, at]) - (item - scale[at])
    sums = {
        "scales": (forms * (n * scale**2).sum(), len(names) - 1),
        "items": (forms * ((item - scale[at]) ** 2).sum(), items - len(names)),
        "scales_by_form": ((n * cross**2).sum(), (len(names) - 1) * (forms - 1)),
        "items_by_form": ((residual**2).sum(), (items - len(names)) * (forms - 1)),
    }
    return {name: float(ss / df) if df else np.nan for name, (ss, df) in sums.items()}


def scales_p(
    cells: FloatArray,
    homes: NDArray[np.str_],
    *,
    keys: ArrayLike | None = None,
    draws: int,
    seed: int,
) -> float:
    """Return the permutation p of items over scales.

    Items keyed one way are exchanged with one another only: where scales have unequal numbers of
    them, a preference for high answers would else look like a difference between the scales.

    Parameters
    ----------
    cells : array, shape (n_forms, n_items)
    homes : array of str, shape (n_items,)
    keys : array_like of {1, -1}, shape (n_items,), optional
    draws, seed : int

    Returns
    -------
    float
        Share of assignments of items to scales whose scales differ as much.

    Examples
    --------
    >>> cells = np.repeat([1.0, 2, 3, 4, 5, 6], 3)[None]
    >>> scales_p(cells, np.repeat(list("abcdef"), 3), draws=99, seed=1)
    0.01
    """
    item = cells.mean(axis=0)
    item = item - item.mean()
    _, at = np.unique(homes, return_inverse=True)
    n = np.bincount(at)
    belongs = np.equal.outer(at, np.arange(len(n))).astype(float)
    rng = np.random.default_rng(seed)
    permuted = np.tile(item, (draws, 1))
    sign = np.ones(len(item)) if keys is None else np.asarray(keys)
    for key in np.unique(sign):
        permuted[:, sign == key] = rng.permuted(permuted[:, sign == key], axis=1)
    between = ((np.vstack([item, permuted]) @ belongs) ** 2 / n).sum(axis=1)
    as_large = between[1:] >= between[0] * (1 - 1e-9)
    return float((as_large.sum() + 1) / (draws + 1))


def _reliability(squares: dict[str, float], threshold: float) -> tuple[float, float]:
    """Return the reliability, and how many times as many items would reach the threshold."""
    total = squares["scales"]
    excess = max(0.0, squares["scales_by_form"] - squares["items_by_form"])
    error = squares["items"] + excess
    if np.isnan(error):
        return np.nan, np.nan
    if total <= 1e-12:
        return 0.0, np.inf
    value = 1 - error / total
    if value <= 0:
        return value, np.inf
    return value, threshold * (1 - value) / (value * (1 - threshold))
