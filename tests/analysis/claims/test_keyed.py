"""Keyed tests and ratings."""

import numpy as np
import pytest
from scipy.stats import binomtest

from valuealign.analysis.claims.keyed import above_chance, agreement
from valuealign.errors import DataError


@pytest.mark.parametrize(("correct", "standing"), [(13, "not permitted"), (14, "permitted")])
def test_the_exact_binomial_has_two_sides(correct, standing):
    result = above_chance([1] * correct + [0] * (36 - correct), 0.25, randomised=True)
    expected = binomtest(correct, 36, 0.25, alternative="greater").pvalue
    assert result.claim["chance_p"].value == pytest.approx(expected, abs=1e-12)
    assert result.claim.standing == standing


def test_occasions_are_no_trials():
    """Ten occasions with the same answers show no more than one does."""
    once = [1] * 13 + [0] * 23
    assert above_chance([once] * 10, 0.25, randomised=True).claim.standing == "not permitted"
    pooled = binomtest(130, 360, 0.25, alternative="greater").pvalue
    assert pooled < 0.001


def test_guessing_over_occasions_keeps_the_level():
    rng = np.random.default_rng(1)
    one_word = [np.tile(rng.random(36) < 0.25, (5, 1)) for _ in range(400)]  # same on all occasions
    fresh = [rng.random((5, 36)) < 0.25 for _ in range(400)]
    for drawn in (one_word, fresh):
        passed = [
            above_chance(x, 0.25, randomised=True).claim.standing == "permitted" for x in drawn
        ]
        assert np.mean(passed) <= 0.05


def test_the_p_of_several_occasions_is_twice_their_mean():
    better, worse = [1] * 14 + [0] * 22, [1] * 13 + [0] * 23
    each = [binomtest(k, 36, 0.25, alternative="greater").pvalue for k in (14, 13)]
    result = above_chance([better, worse], 0.25, randomised=True)
    assert result.claim["chance_p"].value == pytest.approx(sum(each))
    assert above_chance([[0] * 36] * 2, 0.25, randomised=True).claim["chance_p"].value == 1


def test_items_with_other_numbers_of_options_have_their_own_chance():
    result = above_chance([1, 1, 1], [0.5, 0.25, 0.2], randomised=True)
    assert result.claim["chance_p"].value == pytest.approx(0.025)
    assert result.expected == pytest.approx(0.95)


def test_without_random_order_it_is_inconclusive():
    fixed = [[1, 2, 3, 4]] * 3
    assert above_chance([[1] * 4] * 3, 0.25, positions=fixed).claim.standing == "inconclusive"
    moved = [[1, 2, 3, 4], [2, 3, 4, 1], [4, 1, 2, 3]]
    assert above_chance([[1] * 4] * 3, 0.25, positions=moved).claim.standing == "permitted"
    one_kept = [[1, 2, 3, 4], [1, 3, 4, 2]]
    assert above_chance([[1] * 4] * 2, 0.25, positions=one_kept).claim["option_order"].met
    assert above_chance([1] * 4, 0.25, positions=[1, 2, 3, 4]).claim.standing == "inconclusive"


def test_the_best_place_is_shown():
    result = above_chance([1, 0, 0, 0], 0.25, positions=[1, 1, 1, 2], randomised=True)
    assert result.best_position == 3


def test_a_missing_answer_is_not_correct():
    assert above_chance([1.0, np.nan, 0.0], 0.5, randomised=True).correct == 1


def test_values_that_are_no_answers_are_refused():
    with pytest.raises(DataError, match="other than 0 and 1"):
        above_chance([2, 0], 0.5)
    with pytest.raises(DataError, match="outside 0 to 1"):
        above_chance([1, 0], 1.0)
    with pytest.raises(DataError, match="positions have shape"):
        above_chance([1, 0], 0.5, positions=[1])


def ratings(noise, n=40, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, 1)) + noise * rng.normal(size=(n, 2))


def test_raters_who_agree_and_raters_who_do_not():
    assert agreement(ratings(0.3)).standing == "permitted"
    assert agreement(ratings(2.0)).standing == "not permitted"


def test_the_lower_bound_decides():
    row = agreement(ratings(0.7))["icc"]
    assert row.lower < row.value
    assert agreement(ratings(0.7), least=row.lower - 0.01).standing == "permitted"
    assert agreement(ratings(0.7), least=row.lower + 0.01).standing == "not permitted"


def test_a_rater_who_is_always_higher_does_not_agree():
    same = ratings(0.1)
    assert agreement(same).standing == "permitted"
    assert agreement(same + np.array([0, 3])).standing == "not permitted"


def test_three_answers_are_judged():
    assert agreement([[1, 1], [3, 3.1], [6, 6]]).standing == "permitted"


@pytest.mark.parametrize(
    ("given", "reason"),
    [(np.ones((5, 1)), "one rater"), (np.ones((2, 2)), "2 answers"), (np.ones((5, 2)), "the same")],
)
def test_ratings_without_a_test_are_inconclusive(given, reason):
    claim = agreement(given)
    assert claim.standing == "inconclusive"
    assert reason in claim.deciding.reason
