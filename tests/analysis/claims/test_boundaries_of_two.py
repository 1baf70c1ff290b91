"""Guards of the differences between two respondents on each side."""

from __future__ import annotations

import numpy as np
import pytest
from planted_respondents import OPPOSED, PROFILE, REVERSED, SCALES, answers_of, four, noisy
from scipy.stats import f

from valuealign.analysis.claims.content_gate import ProfileLimits
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.analysis.claims.respondent_differences import differences, scales_by_form_p
from valuealign.errors import DataError

NAN = np.nan

# Two respondents


@pytest.mark.parametrize(
    "other",
    [
        four(PROFILE[:9]),
        four(PROFILE - 1, low=0, high=6),
        four(PROFILE, low=1, high=7),
    ],
)
def test_two_respondents_have_the_same_items_and_the_same_scale(other):
    with pytest.raises(DataError, match="expected the same items and response scale"):
        differences(four(PROFILE), other, SCALES)


def test_differences_take_other_limits():
    loose = ProfileLimits(occasions=1)
    pair = four(PROFILE), four(PROFILE[::-1])
    found = differences(*pair, SCALES, limits=loose, draws=19)
    assert found.comparable["profile_p, first"].met is not None
    assert differences(*pair, SCALES, draws=19).comparable["profile_p, first"].met is None


@pytest.mark.parametrize("who", [0, 1])
def test_an_item_that_one_of_two_did_not_answer_is_not_compared(who):
    values = [noisy(PROFILE).values.copy(), noisy(PROFILE[::-1], seed=2).values.copy()]
    values[who][REVERSED, 0] = NAN
    pair = [Answers(x, REVERSED, OPPOSED, low=1, high=6) for x in values]
    scales = ["a", *SCALES[2:4], *[None] * 7]
    found = differences(*pair, scales, draws=19)
    assert found.values_differ["scales_p"].met is None
    assert "fewer than two scales" in found.values_differ["scales_p"].reason
    assert np.isnan(found.distance)


def test_a_difference_that_is_not_available_says_why():
    forms = np.array([0, 2] * 6)
    plain = answers_of(PROFILE, reversed_scale=forms > 1, opposed=[False] * 12)
    no_stems = differences(noisy(PROFILE), plain, SCALES, draws=19)
    one_scale = differences(noisy(PROFILE), noisy(PROFILE, seed=2), ["a"] * 10, draws=19)
    for claim, name in (("scores_differ", "scales_by_form_p"), ("values_differ", "scales_p")):
        assert getattr(no_stems, claim)[name].reason == "no opposed stems"
        said = getattr(one_scale, claim)[name].reason
        assert said == "fewer than two scales have answers of both in every form"


def test_p_and_distance_are_those_of_the_scales_means_whatever_their_number_of_items():
    """Three scales of unequal size, written out: weighted scale means within forms."""
    rng = np.random.default_rng(4)
    homes, sizes = np.array(list("aabbbc")), np.array([2, 3, 1])
    cells = rng.normal(size=(4, 6)) + np.array([0.0, 0, 1, 1, 1, 0.5])
    means = np.array([[row[homes == name].mean() for name in "abc"] for row in cells])
    centred = means - np.average(means, axis=1, weights=sizes)[:, None]
    weighted = centred * np.sqrt(sizes)
    C = np.cov(weighted.T)
    F = 4 * (weighted.mean(axis=0) ** 2).sum() / np.trace(C)
    df = np.trace(C) ** 2 / (C * C).sum()
    expected = f.sf(F, df, 3 * df)
    assert scales_by_form_p(cells, homes) == pytest.approx(expected)
    for size in (1e-3, 1e3):
        assert scales_by_form_p(size * cells, homes) == pytest.approx(expected)


def test_the_distance_is_that_of_the_scales_means_about_their_own_mean():
    first, second = np.array([2.0, 2, 3, 3, 4, 4]), np.array([2.0, 2, 4, 4, 5.5, 5.5])
    pair, scales = (four(first), four(second)), list("aabbcc")
    found = differences(*pair, scales, limits=ProfileLimits(occasions=1), draws=19)
    apart = np.array([0.0, 1.0, 1.5])
    assert found.distance == pytest.approx(np.std(apart))
    assert found.noise_floor == pytest.approx(0.0, abs=1e-12)
    moved = np.tile(second, (4, 1)) + np.array([0.4, -0.4, 0.4, -0.4])[:, None] * [
        1,
        1,
        -1,
        -1,
        0,
        0,
    ]
    noisy_pair = differences(four(first), four(moved), scales, draws=19)
    assert noisy_pair.noise_floor == pytest.approx(np.sqrt(4 * 2 * 0.16 / 3 / 4 / 3))
    assert noisy_pair.distance == pytest.approx(np.std(apart))


def test_two_scales_can_be_compared_and_one_cannot():
    pair = noisy(PROFILE), noisy(PROFILE[::-1], seed=2)
    two = differences(*pair, ["a"] * 5 + ["b"] * 5, draws=19)
    assert two.values_differ["scales_p"].met is not None
    assert np.isfinite([two.distance, two.noise_floor]).all()
    one = differences(*pair, ["a"] * 10, draws=19)
    assert one.values_differ["scales_p"].met is None


def test_no_difference_has_p_one_and_one_without_error_has_p_zero():
    homes = np.repeat(list("ab"), 2)
    assert scales_by_form_p(np.ones((4, 4)), homes) == 1.0
    assert scales_by_form_p(np.tile([1.0, 1, 2, 2], (4, 1)), homes) == 0.0
    some = np.tile([1.0, 1, 2, 2], (4, 1)) + np.arange(16).reshape(4, 4) % 3
    assert 0.0 < scales_by_form_p(some, homes) < 1.0
