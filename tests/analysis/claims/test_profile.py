"""The gate: who answers the content of the items."""

import numpy as np
import pytest
from planted_respondents import FORMS, OPPOSED, PROFILE, REVERSED, answers_of, noisy
from scipy.stats import pearsonr

from valuealign.analysis.claims.content_gate import (
    ProfileLimits,
    has_profile,
    position_share,
    position_shift,
    profile_p,
)
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.errors import DataError


def test_content_passes():
    assert has_profile(noisy(PROFILE)).standing == "permitted"


@pytest.mark.parametrize("option", [1, 4, 6])
def test_one_option_fails_with_and_without_errors(option):
    rng = np.random.default_rng(option)
    for rate in (0.0, 0.05, 0.2):
        wrong = rng.random((12, 21)) < rate
        values = np.where(wrong, rng.integers(1, 7, (12, 21)), option)
        claim = has_profile(Answers(values, REVERSED, OPPOSED, low=1, high=6))
        assert claim.standing == "not permitted"


def test_agreement_with_everything_fails_by_opposition():
    raw = np.random.default_rng(1).integers(2, 7, 21).astype(float)
    values = np.tile(raw, (12, 1))  # its own agreement with each item, whatever the stem says
    claim = has_profile(Answers(values, REVERSED, OPPOSED, low=1, high=6))
    assert claim["reversal_r"].met is not None
    assert claim["opposition_r"].value == pytest.approx(-1)
    assert claim.standing == "not permitted"


def test_a_place_of_its_own_for_each_item_fails_by_reversal():
    place = np.random.default_rng(1).integers(1, 7, 21).astype(float)
    values = np.where(REVERSED[:, None], 7 - place, place)
    claim = has_profile(Answers(values, REVERSED, OPPOSED, low=1, high=6))
    assert claim["reversal_r"].met is claim["opposition_r"].met is False
    assert claim.standing == "not permitted"


@pytest.mark.parametrize(("share", "standing"), [(0.15, "permitted"), (0.25, "not permitted")])
def test_the_share_of_replies_by_place_has_two_sides(share, standing):
    """Place 3 of 6 hardly moves the level; the surplus of a place over its opposite shows it."""
    mean = np.tile(PROFILE, 10)
    values = noisy(mean).values.copy()
    chosen = np.arange(values.shape[1]) < share * values.shape[1]
    place = np.where(REVERSED, 4, 3)[:, None]
    answers = Answers(np.where(chosen, place, values), REVERSED, OPPOSED, low=1, high=6)
    claim = has_profile(answers, limits=ProfileLimits(shift=1.0))
    assert claim["position_share"].value == pytest.approx(share, abs=0.045)
    assert claim["position_share"].met is (standing == "permitted")


@pytest.mark.parametrize(
    ("points", "met"), [(0.38, True), (0.42, False), (-0.38, True), (-0.42, False)]
)
def test_the_shift_of_level_has_two_sides(points, met):
    scored = np.tile(PROFILE, (12, 1))
    sign = np.where(REVERSED == OPPOSED, 0.5, -0.5)[:, None]
    claim = has_profile(answers_of(scored + sign * points))
    assert claim["position_shift"].value == pytest.approx(abs(points))
    assert claim["position_shift"].met is met


def test_the_shift_is_a_share_of_the_response_range():
    wide = Answers(np.tile(PROFILE * 10, (12, 1)), REVERSED, OPPOSED, low=0, high=100)
    assert has_profile(wide)["position_shift"].threshold == pytest.approx(8.0)


def test_places_that_lie_near_each_other_on_a_long_scale_are_one_place():
    """Of 101 options each is chosen seldom; the share is that of a class of them."""
    shown = np.random.default_rng(1).integers(66, 75, (12, 40))
    values = np.where(REVERSED[:, None], 100 - shown, shown)
    assert position_share(Answers(values, REVERSED, OPPOSED, low=0, high=100)) > 0.9


@pytest.mark.parametrize(("items", "met"), [(3, None), (4, True)])
def test_four_items_with_an_answer_in_every_form_are_enough(items, met):
    values = noisy(np.array([1.0, 3, 4, 6, 2])).values.copy()
    values[REVERSED & OPPOSED, items:] = np.nan
    claim = has_profile(Answers(values, REVERSED, OPPOSED, low=1, high=6))
    assert claim["position_share"].met is met
    assert ("3 items have an answer" in claim["profile_p"].reason) is (met is None)


@pytest.mark.parametrize("name", ["reversal_r", "opposition_r"])
def test_the_interval_of_a_correlation_is_fishers(name):
    answers = noisy(PROFILE, seed=3)
    first, second = {"reversal_r": ([0, 1], [2, 3]), "opposition_r": ([0, 2], [1, 3])}[name]
    a, b = (answers.cells[rows].mean(axis=0) for rows in (first, second))
    expected = pearsonr(a, b)
    interval = expected.confidence_interval(0.95)
    criterion = has_profile(answers)[name]
    assert [criterion.value, criterion.lower, criterion.upper] == pytest.approx(
        [expected.statistic, interval.low, interval.high]
    )


def test_position_moves_the_level_and_acquiescence_does_not():
    cells = np.array([[2.0], [5.0], [5.0], [2.0]])
    assert position_shift(cells) == -3
    assert position_shift(np.array([[5.0], [2.0], [5.0], [2.0]])) == 0  # agrees with all


@pytest.mark.parametrize(
    ("forms", "missing"),
    [
        ([0, 1] * 6, "no reversed response scale"),
        ([0, 2] * 6, "no opposed stems"),
        ([0, 1, 2] * 4, "'reversed, opposed' is absent"),
        ([0, 1, 2, 3] * 2, "2 occasions"),
        ([2, 3] * 6, "no published direction"),
        ([1, 3] * 6, "no original stems"),
    ],
)
def test_a_missing_form_is_named_and_never_a_pass(forms, missing):
    forms = np.array(forms)
    answers = answers_of(PROFILE, reversed_scale=forms > 1, opposed=forms % 2 == 1)
    claim = has_profile(answers)
    assert claim.standing == "inconclusive"
    assert missing in claim["profile_p"].reason


def test_three_occasions_are_enough_and_two_are_not():
    assert not noisy(PROFILE).missing_forms(3)
    assert noisy(PROFILE).missing_forms(4)


@pytest.mark.parametrize(("refused", "met"), [(2, True), (3, False)])
def test_a_share_of_items_without_answers_fails(refused, met):
    values = noisy(PROFILE).values.copy()
    values[:, :refused] = np.nan
    claim = has_profile(Answers(values, REVERSED, OPPOSED, low=1, high=6))
    assert claim["answered"].met is met
    assert claim["least_answered_item"].met is False
    assert claim.standing == "not permitted"


def test_scattered_missing_answers_pass():
    values = noisy(PROFILE).values.copy()
    values[np.random.default_rng(1).random(values.shape) < 0.1] = np.nan
    assert has_profile(Answers(values, REVERSED, OPPOSED, low=1, high=6)).standing == "permitted"


def test_the_permutation_p_is_uniform_for_noise():
    rng = np.random.default_rng(1)
    p = [profile_p(rng.normal(size=(4, 21)), draws=99, seed=k) for k in range(300)]
    assert abs(np.mean(np.array(p) <= 0.05) - 0.05) < 0.035
    assert abs(np.mean(np.array(p) <= 0.5) - 0.5) < 0.09


def test_position_share_counts_the_forms_alike():
    """A form with more occasions weighs no more than another."""
    once = answers_of(PROFILE)
    more = np.concatenate([FORMS, [0] * 30])
    often = answers_of(PROFILE, reversed_scale=more > 1, opposed=more % 2 == 1)
    assert position_share(often) == pytest.approx(position_share(once))


def test_codes_outside_the_scale_and_shapes_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="found the code 7"):
        Answers([[7, 1]], [False], [False], low=1, high=6)
    with pytest.raises(DataError, match="reversed_scale has shape"):
        Answers([[6, 1]], [False, True], [False], low=1, high=6)
    with pytest.raises(DataError, match="administrations by items"):
        Answers([6, 1], [False], [False], low=1, high=6)
