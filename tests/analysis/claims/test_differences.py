"""Comparable, other scores, other values."""

import numpy as np
import pytest
from planted_respondents import OPPOSED, PROFILE, REVERSED, SCALES, answers_of, noisy

from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.analysis.claims.respondent_differences import differences, scales_by_form_p
from valuealign.errors import DataError

OTHER = np.repeat([5.0, 4, 3, 2, 4], 2)


def test_other_values_are_comparable_and_differ():
    result = differences(noisy(PROFILE), noisy(OTHER, seed=2), SCALES)
    standings = [
        c.standing for c in (result.comparable, result.scores_differ, result.values_differ)
    ]
    assert standings == ["permitted"] * 3


def test_equal_respondents_are_comparable_and_do_not_differ():
    result = differences(noisy(PROFILE), noisy(PROFILE, seed=2), SCALES)
    assert result.comparable.standing == "permitted"
    assert result.scores_differ.standing == result.values_differ.standing == "not permitted"


def test_item_effects_are_other_scores_and_not_other_values():
    effects = np.array([1.0, -1, -1, 1, 1, -1, 1, -1, -1, 1.0]) + np.repeat([0.3, 0, 0, 0, -0.3], 2)
    result = differences(noisy(PROFILE), noisy(PROFILE + effects, seed=2), SCALES)
    assert result.values_differ["any_item_p"].met
    assert not result.values_differ["scales_p"].met


def test_acquiescence_alone_is_no_difference():
    shift = np.where(OPPOSED, -1, 1)[:, None]
    scored = np.clip(np.tile(PROFILE, (12, 1)), 2, 5)
    noise = np.random.default_rng(5).normal(0, 0.2, (2, 12, 10))
    result = differences(
        answers_of(scored + noise[0] * 0.5),
        answers_of(scored + shift * 0.7 + noise[1] * 0.5),
        SCALES,
    )
    assert result.scores_differ["scales_by_form_p"].met is False
    assert result.values_differ.standing == "not permitted"


def test_one_without_a_profile_makes_every_claim_fail():
    constant = Answers(np.full((12, 10), 4), REVERSED, OPPOSED, low=1, high=6)
    result = differences(noisy(PROFILE), constant, SCALES)
    for claim in (result.comparable, result.scores_differ, result.values_differ):
        assert claim.standing == "not permitted"
        assert claim.deciding.name.endswith(", second")


def test_a_missing_form_of_one_makes_every_claim_inconclusive():
    forms = np.array([0, 2] * 6)
    plain = answers_of(PROFILE, reversed_scale=forms > 1, opposed=[False] * 12)
    result = differences(noisy(PROFILE), plain, SCALES)
    for claim in (result.comparable, result.scores_differ, result.values_differ):
        assert claim.standing == "inconclusive"


def test_the_noise_floor_is_the_distance_of_identical_pairs():
    pairs = [
        differences(noisy(PROFILE, seed=k), noisy(PROFILE, seed=1000 + k), SCALES, draws=19)
        for k in range(200)
    ]
    squares = np.array([(p.distance**2, p.noise_floor**2) for p in pairs]).mean(axis=0)
    assert squares[0] == pytest.approx(squares[1], rel=0.15)


@pytest.mark.parametrize(("p", "met"), [(1.0, True), (1e-9, False)])
def test_the_test_of_scores_has_two_sides(p, met):
    result = differences(noisy(PROFILE), noisy(OTHER, seed=2), SCALES, p=p)
    assert result.scores_differ["scales_by_form_p"].met is met


def test_correction_keeps_its_level_when_forms_move_all_scales_together():
    rng, homes = np.random.default_rng(1), np.repeat(np.arange(10), 2)
    slopes = np.tile(np.linspace(0.2, 2, 10).repeat(2), (4, 1))
    p = [
        scales_by_form_p(slopes * rng.normal(size=(4, 1)) + 0.1 * rng.normal(size=(4, 20)), homes)
        for _ in range(400)
    ]
    assert np.mean(np.array(p) <= 0.05) < 0.09  # 23 % without the correction


def test_no_difference_and_no_noise():
    homes = np.repeat(list("abc"), 2)
    assert scales_by_form_p(np.zeros((4, 6)), homes) == 1
    assert scales_by_form_p(np.tile([0.0, 0, 1, 1, 2, 2], (4, 1)), homes) == 0


def test_an_item_that_either_left_out_is_compared_in_neither():
    values = noisy(PROFILE, seed=2).values.copy()
    values[REVERSED, 0] = np.nan
    short = Answers(values, REVERSED, OPPOSED, low=1, high=6)
    without = [None, *SCALES[1:]]
    for first, second in ((noisy(PROFILE), short), (short, noisy(PROFILE))):
        kept, dropped = (differences(first, second, s, draws=99) for s in (SCALES, without))
        assert kept.distance == pytest.approx(dropped.distance)
        for name in ("any_item_p", "scales_p"):
            assert kept.values_differ[name].value == dropped.values_differ[name].value


def test_one_scale_has_no_difference_to_show():
    result = differences(noisy(PROFILE), noisy(OTHER, seed=2), ["a"] * 10)
    assert result.comparable.standing == "permitted"
    for claim in (result.scores_differ, result.values_differ):
        assert claim.standing == "inconclusive"
        assert "fewer than two scales" in claim.deciding.reason


def test_another_preference_for_high_answers_is_no_difference_between_scales_keyed_apart():
    keys, scales = [1] * 5 + [-1] * 5, ["a"] * 5 + ["b"] * 5
    low, high = noisy(np.full(10, 2.0)), noisy(np.full(10, 5.0), seed=2)
    assert not differences(low, high, scales, keys=keys).values_differ["scales_p"].met
    content = noisy(np.repeat([5.0, 2], 5), seed=2)
    assert differences(low, content, scales).values_differ["scales_p"].met


def test_another_response_scale_is_refused():
    wide = Answers(noisy(PROFILE).values, REVERSED, OPPOSED, low=1, high=7)
    with pytest.raises(DataError, match="1 to 6 and 1 to 7"):
        differences(noisy(PROFILE), wide, SCALES)


def test_other_items_are_refused():
    with pytest.raises(DataError, match="10 and 9 items"):
        differences(noisy(PROFILE), noisy(PROFILE[:9]), SCALES)


@pytest.mark.parametrize("who", [0, 1])
@pytest.mark.parametrize(("points", "met"), [(0.745, True), (0.755, False)])
def test_values_differ_only_between_two_that_agree_alike_with_whatever_is_said(who, points, met):
    """.75 points are .15 of a scale from 1 to 6, whichever of the two agrees more."""
    noise = np.random.default_rng(3).normal(0, 0.05, (2, 12, 10))
    noise -= noise.mean(axis=2, keepdims=True)
    shift = points * np.where(OPPOSED, -1, 1)[:, None]
    scored = [PROFILE + noise[0], np.roll(PROFILE, 4) + noise[1]]
    scored[who] = scored[who] + shift
    result = differences(*map(answers_of, scored), SCALES)
    assert result.comparable.standing == "permitted"
    assert result.values_differ["agreement_gap"].value == pytest.approx(points / 5)
    assert result.values_differ["agreement_gap"].met is met
    assert result.values_differ["scales_p"].met
    assert (result.values_differ.standing == "permitted") is met
    loose = differences(*map(answers_of, scored), SCALES, agreement=0.2)
    assert loose.values_differ.standing == "permitted"
    assert result.scores_differ.standing == loose.scores_differ.standing
