"""Keyed tests and ratings: performance above chance, and agreement of raters."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from valuealign.analysis.agreement.intraclass import icc
from valuealign.analysis.claims.criterion import Claim, Criterion, unavailable
from valuealign.analysis.result_display import Shown
from valuealign.errors import DataError

FloatArray = NDArray[np.float64]

AGREEMENT = 0.5
"""Least lower bound of raters' agreement: below .50 it is poor (Koo & Li 2016)."""


@dataclass(frozen=True, eq=False, repr=False)
class AboveChance(Shown):
    """The score on a keyed test compared with chance.

    Attributes
    ----------
    claim : Claim
        ``option_order`` and ``chance_p``.
    correct : float
        Mean number of correct answers an occasion.
    expected : float
        The number that guessing gives.
    best_position : float
        The number that always choosing the best single position would have given; NaN where
        positions are not known.
    n_items, n_occasions : int
    """

    claim: Claim
    correct: float
    expected: float
    best_position: float
    n_items: int
    n_occasions: int


def above_chance(
    correct: ArrayLike,
    chance: ArrayLike,
    *,
    positions: ArrayLike | None = None,
    randomised: bool | None = None,
    p: float = 0.05,
) -> AboveChance:
    """Judge whether a respondent answers a keyed test better than by guessing.

    Parameters
    ----------
    correct : array_like, shape (n_occasions, n_items) or (n_items,)
        1 for a correct answer, 0 for any other; a missing answer counts as not correct.
    chance : float or array_like, shape (n_items,)
        Probability of a correct guess: one over the number of options.
    positions : array_like, shape of `correct`, optional
        Position of the correct option as it was shown. Determines `randomised` where that is not
        given, and ``best_position``.
    randomised : bool, optional
        Whether the order of the options was random in every administration. Without random
        order, always choosing one place is not guessing, and there is no test.
    p : float
        Largest p.

    Returns
    -------
    AboveChance

    Raises
    ------
    DataError
        Values other than 0 and 1, or shapes that do not fit.

    Notes
    -----
    The items of one occasion are the trials. Their number correct has an exact distribution
    (Poisson binomial; binomial where all items have as many options). Occasions repeat the same
    items, so they are not further trials: the p of several occasions is twice their mean p, which
    holds whatever their dependence.

    References
    ----------
    Vovk, V., & Wang, R. (2020). Combining p-values via averaging. Biometrika, 107, 791-808.
    doi:10.1093/biomet/asaa027

    Examples
    --------
    >>> result = above_chance([1] * 20 + [0] * 16, 1 / 4, randomised=True)
    >>> result.claim.standing, result.correct, result.expected
    ('permitted', 20.0, 9.0)
    >>> above_chance([1] * 11 + [0] * 25, 1 / 4, randomised=True).claim.standing
    'not permitted'
    >>> above_chance([1] * 36, 1 / 4).claim.standing
    'inconclusive'
    """
    x, guess, place = _checked(correct, chance, positions)
    hits = np.nan_to_num(x)
    random_order = _random_order(place) if randomised is None else randomised
    reason = (
        ""
        if random_order
        else (
            "the options were not shown in a random order, so choosing by place is not guessing; "
            "administer with random option order"
        )
    )
    order = (
        Criterion("option_order", 1.0, "at least", 1.0)
        if random_order
        else unavailable("option_order", "at least", 1.0, reason)
    )
    each = [float(_at_least(guess)[int(row.sum())]) for row in hits]
    value = each[0] if len(each) == 1 else min(1.0, 2 * float(np.mean(each)))
    test = (
        Criterion("chance_p", value, "at most", p, reason=f"{x.shape[1]} items, {len(x)} occasions")
        if random_order
        else unavailable("chance_p", "at most", p, reason)
    )
    return AboveChance(
        Claim("above_chance", (order, test)),
        float(hits.sum(axis=1).mean()),
        float(guess.sum()),
        np.nan if place is None else _best_position(place),
        x.shape[1],
        len(x),
    )


def agreement(ratings: ArrayLike, *, least: float = AGREEMENT, level: float = 0.95) -> Claim:
    """Judge whether ratings of open answers agree.

    Parameters
    ----------
    ratings : array_like, shape (n_targets, n_raters)
        One row an answer that was rated, one column a rater.
    least : float
        Least lower bound of the intraclass correlation of one rater (absolute agreement,
        random raters).
    level : float
        Of the two-sided interval.

    Returns
    -------
    Claim
        ``agreement`` with the criterion ``icc``.

    References
    ----------
    Koo, T. K., & Li, M. Y. (2016). A guideline of selecting and reporting intraclass correlation
    coefficients for reliability research. Journal of Chiropractic Medicine, 15, 155-163.
    doi:10.1016/j.jcm.2016.02.012

    Examples
    --------
    >>> same = [[k % 6, k % 6 + (k == 3)] for k in range(30)]
    >>> agreement(same).standing
    'permitted'
    >>> agreement([[1], [2]]).deciding.reason
    'one rater; agreement needs at least two'
    """
    x = np.asarray(ratings, dtype=float)
    if x.ndim != 2:
        raise DataError(f"ratings have shape {x.shape}; expected answers by raters")
    complete = x[np.isfinite(x).all(axis=1)]
    why = ""
    if x.shape[1] < 2:
        why = "one rater; agreement needs at least two"
    elif len(complete) < 3:
        why = f"{len(complete)} answers were rated by all; agreement needs at least three"
    elif np.ptp(complete) == 0:
        why = "all ratings are the same, so there is no difference to agree about"
    if why:
        return Claim("agreement", (unavailable("icc", "at least", least, why),))
    table = icc(complete, level=level)
    two_way = table[table["type"] == "ICC2"]
    value, lower, upper = two_way[["icc", "ci_lower", "ci_upper"]].to_numpy(float)[0]
    return Claim(
        "agreement",
        (
            Criterion(
                "icc",
                float(value),
                "at least",
                least,
                lower=float(lower),
                upper=float(upper),
                bound="lower",
                reason=f"{len(complete)} answers, {x.shape[1]} raters",
            ),
        ),
    )


def _checked(
    correct: ArrayLike, chance: ArrayLike, positions: ArrayLike | None
) -> tuple[FloatArray, FloatArray, FloatArray | None]:
    x = np.atleast_2d(np.asarray(correct, dtype=float))
    if not x.size or not np.isin(x[np.isfinite(x)], (0, 1)).all():
        raise DataError("correct holds values other than 0 and 1, or none; expected 0, 1 or NaN")
    guess = np.broadcast_to(np.asarray(chance, dtype=float), x.shape[1:]).copy()
    if not ((guess > 0) & (guess < 1)).all():
        raise DataError(
            "chance has a value outside 0 to 1; expected one over the number of options"
        )
    if positions is None:
        return x, guess, None
    place = np.atleast_2d(np.asarray(positions, dtype=float))
    if place.shape != x.shape:
        raise DataError(f"positions have shape {place.shape}; expected that of correct, {x.shape}")
    return x, guess, place


def _random_order(place: FloatArray | None) -> bool:
    """Whether places of the correct option changed between occasions: with one, it is unknown."""
    return place is not None and bool((np.ptp(place, axis=0) > 0).any())


def _best_position(place: FloatArray) -> float:
    return float(max((place == position).sum(axis=1).mean() for position in np.unique(place)))


def _at_least(chance: FloatArray) -> FloatArray:
    """Return the probabilities of at least 0, 1, ... correct guesses."""
    mass = np.ones(1)
    for probability in chance:
        mass = np.convolve(mass, [1 - probability, probability])
    return np.asarray(np.clip(np.cumsum(mass[::-1])[::-1], 0, 1))
