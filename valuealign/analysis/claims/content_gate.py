"""The content gate: does a respondent answer the content of the items?"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from valuealign.analysis.claims.criterion import Claim, Criterion, Sense, unavailable
from valuealign.analysis.claims.respondent_answers import Answers

FloatArray = NDArray[np.float64]

OCCASIONS = 3
"""Administrations of each form that the gate needs."""
SHIFT = 0.08
"""Largest difference of level between the two directions, as a share of the response range:
.4 points of a scale from 1 to 6."""
POSITION = 0.2
"""Largest share of replies that may be chosen by their place."""
OPTIONS = 11
"""A response scale with more options than this is divided into as many classes."""
ANSWERED, LEAST_ITEM = 0.8, 0.5
"""Least share of answers, over all items and for the item with the fewest."""


@dataclass(frozen=True)
class ProfileLimits:
    """Thresholds of the gate; all are our convention, chosen for their error rates.

    Attributes
    ----------
    p : float
        Largest permutation p of the profile.
    r : float
        The value that the lower bounds of the reversal and opposition correlations must exceed.
    shift : float
        Largest absolute level difference between directions, as a share of the response range.
    position : float
        Largest share of replies that are chosen by their place.
    occasions : int
        Administrations of each of the four forms.
    answered, least_item : float
        Least share of answers over all items, and of each item.
    """

    p: float = 0.05
    r: float = 0.0
    shift: float = SHIFT
    position: float = POSITION
    occasions: int = OCCASIONS
    answered: float = ANSWERED
    least_item: float = LEAST_ITEM


def has_profile(
    answers: Answers,
    *,
    limits: ProfileLimits | None = None,
    draws: int = 999,
    seed: int = 1,
    level: float = 0.95,
) -> Claim:
    """Judge whether a respondent answers the items' content.

    Parameters
    ----------
    answers : Answers
        Both directions of the response scale, each with stems and opposed stems, on at least
        three occasions.
    limits : ProfileLimits, optional
    draws, seed : int
        Permutations, and their seed.
    level : float
        Of the two-sided intervals of both correlations (Fisher's z over items).

    Returns
    -------
    Claim
        ``profile``, with the criteria ``answered``, ``least_answered_item``, ``profile_p``,
        ``reversal_r``, ``opposition_r``, ``position_share``, ``position_shift``. Where a form is
        missing the last five are not available, and their reason names what is missing.

    Notes
    -----
    ``profile_p`` permutes items within each form and asks whether the items' means over forms
    vary more than item by form does. Answers are scored by content (those to opposed stems are
    turned), so acquiescence gives stems and opposed stems that correlate below 0, and position or
    label bias gives directions that correlate below 0. ``position_shift`` is the difference of
    level between directions, of answers that are not turned: replies chosen by position move it,
    and content does not. Over the four forms, content is at each position as often as at the
    opposite one, so the largest surplus of a position over its opposite, ``position_share``,
    estimates the share of replies that were chosen by position: if half are, it is .5, while
    people who answer the PVQ-21 stay below .12. It also detects positions near the middle, which
    hardly move the level.

    Examples
    --------
    >>> rng = np.random.default_rng(1)
    >>> mean, forms = rng.integers(1, 7, size=21), np.arange(12) % 4
    >>> turned = np.where((forms % 2 == 1)[:, None], 7 - mean, mean)
    >>> values = np.clip(turned + rng.integers(-1, 2, size=(12, 21)), 1, 6)
    >>> has_profile(Answers(values, forms > 1, forms % 2 == 1, low=1, high=6)).standing
    'permitted'
    >>> constant = np.full((12, 21), 4)
    >>> has_profile(Answers(constant, forms > 1, forms % 2 == 1, low=1, high=6)).standing
    'not permitted'
    >>> has_profile(Answers(mean[None], [False], [False], low=1, high=6)).deciding.reason
    'no reversed response scale; no opposed stems'
    """
    limit = limits or ProfileLimits()
    share = answers.answered
    criteria = [
        Criterion("answered", float(share.mean()), "at least", limit.answered),
        Criterion(
            "least_answered_item",
            float(share.min()),
            "at least",
            limit.least_item,
            reason=f"item {int(share.argmin()) + 1}",
        ),
    ]
    why = answers.missing_forms(limit.occasions) or _too_few_items(answers)
    if why:
        needs: list[tuple[str, Sense, float]] = [
            ("profile_p", "at most", limit.p),
            ("reversal_r", "above", limit.r),
            ("opposition_r", "above", limit.r),
            ("position_share", "below", limit.position),
            ("position_shift", "below", _points(limit, answers)),
        ]
        return Claim("profile", (*criteria, *(unavailable(*need, why) for need in needs)))
    return Claim("profile", (*criteria, *_of_forms(answers, limit, draws, (seed, level))))


def _of_forms(
    answers: Answers, limit: ProfileLimits, draws: int, how: tuple[int, float]
) -> tuple[Criterion, ...]:
    """Return the criteria that compare the four forms."""
    seed, level = how
    cells = complete_items(answers)
    p = profile_p(cells, draws=draws, seed=seed)
    reversal = _correlation(cells[:2].mean(axis=0), cells[2:].mean(axis=0), level)
    opposition = _correlation(cells[::2].mean(axis=0), cells[1::2].mean(axis=0), level)
    return (
        Criterion("profile_p", p, "at most", limit.p, reason=f"{draws} permutations"),
        *(
            Criterion(
                name,
                r,
                "above",
                limit.r,
                lower=low,
                upper=high,
                bound="lower",
                reason=f"{cells.shape[1]} items",
            )
            for name, (r, low, high) in (("reversal_r", reversal), ("opposition_r", opposition))
        ),
        Criterion(
            "position_share",
            position_share(answers),
            "below",
            limit.position,
            reason="surplus of one place over its opposite",
        ),
        Criterion(
            "position_shift",
            abs(position_shift(cells)),
            "below",
            _points(limit, answers),
            reason="points between the two directions of the response scale",
        ),
    )


def complete_items(answers: Answers) -> FloatArray:
    """Return the content-scored means of the four forms for the items that each form has."""
    return answers.cells[:, np.isfinite(answers.cells).all(axis=0)]


def position_shift(cells: FloatArray) -> float:
    """Return the level difference between directions, in points of the response scale.

    Parameters
    ----------
    cells : array, shape (4, n_items)
        As `Answers.cells`: scored by content, so the opposed rows are turned back here.

    Examples
    --------
    >>> position_shift(np.array([[2.0], [5.0], [5.0], [2.0]]))
    -3.0
    """
    level = cells.mean(axis=1)
    return float((level[0] - level[1] - level[2] + level[3]) / 2)


def agreement_shift(cells: FloatArray) -> float:
    """Return what agreeing with whatever is said adds to an answer, in points.

    Parameters
    ----------
    cells : array, shape (4, n_items)
        As `Answers.cells`: agreement raises answers to stems, and lowers content-scored answers to
        opposed stems.

    Examples
    --------
    >>> agreement_shift(np.array([[5.0], [3.0], [5.0], [3.0]]))
    1.0
    """
    level = cells.mean(axis=1)
    return float((level[0] - level[1] + level[2] - level[3]) / 4)


def position_share(answers: Answers) -> float:
    """Return the largest surplus of a place over the opposite one, the four forms counting alike.

    Parameters
    ----------
    answers : Answers
        With all four forms.

    Examples
    --------
    >>> forms = np.arange(4)
    >>> values = np.where(forms > 1, 4, 3)[:, None] * np.ones((1, 5))
    >>> position_share(Answers(values, forms > 1, forms % 2 == 1, low=1, high=6))
    1.0
    """
    span = answers.high - answers.low
    n = min(round(span) + 1, OPTIONS)
    option = np.round((answers.places - answers.low) / span * (n - 1))
    shares = np.zeros((len(answers.forms), n))
    for k, form in enumerate(answers.forms):
        chosen = option[form]
        chosen = chosen[np.isfinite(chosen)].astype(int)
        shares[k] = np.bincount(chosen, minlength=n) / len(chosen)
    mean = shares.mean(axis=0)
    return float(np.abs(mean - mean[::-1]).max())


def profile_p(cells: FloatArray, *, draws: int, seed: int) -> float:
    """Return the permutation p of item against item by form.

    Parameters
    ----------
    cells : array, shape (n_forms, n_items)
    draws, seed : int

    Returns
    -------
    float
        Share of permutations of items within forms whose means over forms vary as much.

    Examples
    --------
    >>> profile_p(np.tile(np.arange(10.0), (4, 1)), draws=99, seed=1)
    0.01
    >>> profile_p(np.ones((4, 10)), draws=99, seed=1)
    1.0
    """
    z = cells - cells.mean(axis=1, keepdims=True)
    observed = float((z.mean(axis=0) ** 2).sum())
    rng = np.random.default_rng(seed)
    permuted = rng.permuted(np.broadcast_to(z, (draws, *z.shape)), axis=2).mean(axis=1)
    as_large = (permuted**2).sum(axis=1) >= observed * (1 - 1e-9)
    return float((as_large.sum() + 1) / (draws + 1))


def _points(limit: ProfileLimits, answers: Answers) -> float:
    return limit.shift * (answers.high - answers.low)


def _too_few_items(answers: Answers) -> str:
    n = complete_items(answers).shape[1]
    return "" if n >= 4 else f"{n} items have an answer in every form; expected at least 4"


def _correlation(a: FloatArray, b: FloatArray, level: float) -> tuple[float, float, float]:
    """Return a correlation over items with Fisher's interval; 0 where one side is constant."""
    if np.ptp(a) == 0 or np.ptp(b) == 0:
        return 0.0, 0.0, 0.0
    r = float(np.clip(np.corrcoef(a, b)[0, 1], -1 + 1e-12, 1 - 1e-12))
    half = float(ndtri((1 + level) / 2)) / math.sqrt(len(a) - 3)
    z = math.atanh(r)
    return r, math.tanh(z - half), math.tanh(z + half)
