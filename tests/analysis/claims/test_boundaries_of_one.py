"""Guards of answers, gate, ranking and differences on each side: shapes, counts, ties."""

from __future__ import annotations

import numpy as np
import pytest
from planted_respondents import OPPOSED, PROFILE, REVERSED, SCALES, answers_of, noisy

from valuealign.analysis.claims.content_gate import (
    ProfileLimits,
    has_profile,
    position_share,
    profile_p,
)
from valuealign.analysis.claims.rank import kept_items, mean_squares, rank, scale_cells, scales_p
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.analysis.claims.respondent_differences import differences, scales_by_form_p
from valuealign.errors import DataError

NAN = np.nan
FOUR_FORMS = np.arange(4)


def four(scored, *, low=1, high=6):
    """One administration of each form."""
    scored = np.broadcast_to(np.asarray(scored, dtype=float), (4, np.shape(scored)[-1]))
    opposed = FOUR_FORMS % 2 == 1
    values = np.where(opposed[:, None], low + high - scored, scored)
    return Answers(values, FOUR_FORMS > 1, opposed, low=low, high=high)


# Answers


def test_codes_at_both_ends_are_on_the_scale_and_the_next_ones_are_not():
    assert Answers([[1, 6, NAN]], [0], [0], low=1, high=6).n_items == 3
    for code in (0.99, 6.01):
        with pytest.raises(DataError, match="expected 1 to 6"):
            Answers([[code, 3]], [0], [0], low=1, high=6)


@pytest.mark.parametrize("values", [[1, 2], [[[1]]], np.zeros((0, 2)), np.zeros((2, 0))])
def test_answers_are_administrations_by_items(values):
    with pytest.raises(DataError, match="expected administrations by items"):
        Answers(values, [0] * len(values), [0] * len(values), low=1, high=6)


@pytest.mark.parametrize("flags", [([0, 0], [0]), ([0], [0, 0]), (0, [0]), ([0], [[0]])])
def test_every_administration_has_a_form(flags):
    with pytest.raises(DataError, match="has shape"):
        Answers([[1, 2]], *flags, low=1, high=6)


@pytest.mark.parametrize(
    ("forms", "said"),
    [
        ([0, 0], "no reversed response scale; no opposed stems"),
        ([2, 2], "no published direction of the response scale; no opposed stems"),
        ([3, 3], "no published direction of the response scale; no original stems"),
        ([0, 3], "the form 'published, opposed' is absent: opposed stems are needed in both"),
        ([0, 1, 2], "the form 'reversed, opposed' is absent"),
        ([0, 1, 2, 3], "1 occasion of the form published; expected at least 2 of each form"),
        ([0, 1, 2, 3] * 2, ""),
    ],
)
def test_what_is_missing_of_a_design_is_named(forms, said):
    forms = np.array(forms)
    found = answers_of(PROFILE, reversed_scale=forms > 1, opposed=forms % 2 == 1).missing_forms(2)
    assert found == said or (said and found.startswith(said))


# The gate


def test_a_tie_counts_as_as_large():
    assert profile_p(np.ones((4, 6)), draws=19, seed=1) == 1.0
    two = np.tile([0.0, 1.0], (1, 1))
    assert profile_p(two, draws=19, seed=1) == 1.0


@pytest.mark.parametrize("constant", [0, 2])
def test_a_correlation_with_what_does_not_vary_is_zero_and_fails(constant):
    mean = np.array([1.0, 6, 2, 5, 3])
    cells = np.array([mean, mean, mean, mean])
    cells[[constant, constant + 1]] = 3.5
    claim = has_profile(four(cells), limits=ProfileLimits(occasions=1), draws=19)
    assert (claim["reversal_r"].value, claim["reversal_r"].lower) == (0.0, 0.0)
    assert claim["reversal_r"].upper == 0.0
    assert claim["reversal_r"].met is False


def test_the_gate_takes_the_limits_and_the_level_that_it_is_given():
    answers = noisy(PROFILE)
    strict = has_profile(answers, limits=ProfileLimits(occasions=4), draws=19)
    assert strict["profile_p"].met is None
    narrow, wide = (has_profile(answers, draws=19, level=x)["reversal_r"] for x in (0.5, 0.95))
    assert wide.lower < narrow.lower < narrow.upper < wide.upper
    assert has_profile(answers, draws=19)["reversal_r"] == wide
    p = has_profile(answers, draws=19)["profile_p"]
    assert (p.value, p.reason) == (1 / 20, "19 permutations")


def test_one_reply_in_n_by_its_place_is_a_share_of_one_in_n():
    def share(n):
        codes = np.arange(n, dtype=float)
        chosen = np.tile(codes, (4, 1))
        chosen[FOUR_FORMS > 1] = n - 1 - chosen[FOUR_FORMS > 1]
        chosen[:, 0] = np.where(FOUR_FORMS > 1, n - 2, 1)
        answers = Answers(chosen, FOUR_FORMS > 1, FOUR_FORMS % 2 == 1, low=0, high=n - 1)
        return position_share(answers)

    assert share(11) == pytest.approx(1 / 11)
    assert share(6) == pytest.approx(1 / 6)


# Ranking


@pytest.mark.parametrize("wrong", [{"scales": SCALES[:9]}, {"keys": [1] * 9}, {"norms": [3.0] * 9}])
def test_scales_keys_and_norms_are_of_each_item(wrong):
    with pytest.raises(DataError, match="expected 10 of each, one an item"):
        scale_cells(**({"answers": noisy(PROFILE), "scales": SCALES} | wrong))


def test_an_item_without_a_scale_or_with_a_form_without_answer_is_left_out():
    values = noisy(PROFILE).values.copy()
    values[REVERSED & OPPOSED, 9] = NAN
    answers = Answers(values, REVERSED, OPPOSED, low=1, high=6)
    kept = kept_items(answers, [None, "", *SCALES[2:]])
    assert kept.tolist() == [False, False, *[True] * 7, False]


def test_norms_are_removed_within_a_scale_and_not_from_items_without_one():
    norms = np.array([1.0, 3, 2, 2, 2, 2, 2, 2, 2, 6])
    cells, homes = scale_cells(answers_of(np.full(10, 3.0)), [*SCALES[:9], None], norms=norms)
    assert cells[0].tolist() == [4.0, 2.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0, 3.0]
    assert homes.tolist() == SCALES[:9]


def test_the_norm_of_an_item_with_the_other_key_is_turned_with_it():
    norms, keys = np.array([2.0, 2.0] + [3.0] * 8), [1, -1] + [1] * 8
    cells, _ = scale_cells(answers_of(np.full(10, 3.0)), SCALES, keys=keys, norms=norms)
    assert cells[0, :2].tolist() == [4.5, 2.5]


def test_mean_squares_without_degrees_of_freedom_are_no_numbers():
    one_each = mean_squares(np.array([[1.0, 5.0], [1.0, 5.0]]), np.array(["a", "b"]))
    assert one_each["scales"] == 16.0
    assert np.isnan([one_each["items"], one_each["items_by_form"]]).all()
    one_form = mean_squares(np.array([[1.0, 2, 5, 6]]), np.array(list("aabb")))
    assert np.isnan([one_form["scales_by_form"], one_form["items_by_form"]]).all()
    assert np.isnan(mean_squares(np.array([[1.0, 2]]), np.array(["a", "a"]))["scales"])


def ranked(mean, scales=SCALES, **options):
    return rank(answers_of(mean), scales, draws=19, **options)


def test_scales_of_one_item_each_have_no_reliability():
    found = ranked(PROFILE, [*"abcdefghij"])
    assert np.isnan(found.claim["reliability"].value)
    assert np.isnan(found.items_needed)


def test_scales_that_do_not_differ_have_none_and_need_infinitely_many_items():
    flat = ranked(np.full(10, 3.0))
    assert (flat.claim["reliability"].value, flat.items_needed) == (0.0, np.inf)
    only_items = ranked(np.array([2.0, 4] * 5) + np.repeat([0, 0, 0, 0, 0.1], 2))
    assert only_items.claim["reliability"].value < 0
    assert only_items.items_needed == np.inf


def test_the_items_that_are_needed_follow_from_the_mean_squares():
    def of(step):
        return ranked(np.array([2.0, 4, 2 + step, 4 + step]), list("aabb"))

    half = of(2.0)  # scales 16, items 8
    assert half.claim["reliability"].value == pytest.approx(0.5)
    assert half.items_needed == pytest.approx(7 / 3)
    assert of(1.0).claim["reliability"].value == pytest.approx(-1.0)
    assert of(1.0).items_needed == np.inf


def test_as_many_as_the_threshold_needs_is_once_as_many():
    value = ranked(PROFILE + np.tile([0.3, -0.3], 5)).claim["reliability"].value
    found = ranked(PROFILE + np.tile([0.3, -0.3], 5), reliability=value)
    assert found.items_needed == pytest.approx(1.0)


def test_permutations_that_differ_as_much_count():
    cells = np.array([[1.0, 1.0, 2.0, 2.0]])
    assert scales_p(cells, np.array(list("aabb")), draws=200, seed=1) == pytest.approx(
        1 / 3, abs=0.1
    )
    assert scales_p(np.ones((1, 4)), np.array(list("aabb")), draws=19, seed=1) == 1.0


def test_items_change_scales_only_with_items_of_their_key():
    cells, homes = np.array([[1.0, 1.0, 6.0, 6.0]]), np.array(list("aabb"))
    assert scales_p(cells, homes, keys=[1, 1, -1, -1], draws=50, seed=1) == 1.0
    assert scales_p(cells, homes, keys=[1, -1, 1, -1], draws=50, seed=1) < 1.0


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
