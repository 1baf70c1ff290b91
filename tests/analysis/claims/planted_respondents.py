"""Answers and rows of known kind, small enough to reason about."""

import numpy as np

from valuealign.analysis.claims.respondent_answers import Answers

FORMS = np.arange(12) % 4
REVERSED, OPPOSED = FORMS > 1, FORMS % 2 == 1
SCALES = list("aabbccddee")
FOUR_FORMS = np.arange(4)
PROFILE = np.repeat([2.0, 3, 4, 5, 3], 2)


def answers_of(scored, *, reversed_scale=REVERSED, opposed=OPPOSED):
    """Answers of which content-scored values are given, one row an administration."""
    scored = np.broadcast_to(scored, (len(reversed_scale), np.shape(scored)[-1]))
    return Answers(
        np.where(np.asarray(opposed)[:, None], 7 - scored, scored),
        reversed_scale,
        opposed,
        low=1,
        high=6,
    )


def noisy(mean, seed=1, spread=1):
    noise = np.random.default_rng(seed).integers(-spread, spread + 1, size=(12, len(mean)))
    return answers_of(np.clip(mean + noise, 1, 6))


def four(scored, *, low=1, high=6):
    """One administration of each form."""
    scored = np.broadcast_to(np.asarray(scored, dtype=float), (4, np.shape(scored)[-1]))
    opposed = FOUR_FORMS % 2 == 1
    values = np.where(opposed[:, None], low + high - scored, scored)
    return Answers(values, FOUR_FORMS > 1, opposed, low=low, high=high)
