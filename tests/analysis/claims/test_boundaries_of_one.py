"""Guards of answers, gate, ranking and differences on each side: shapes, counts, ties."""

from __future__ import annotations

import numpy as np
import pytest
from planted_respondents import (
    FOUR_FORMS,
    OPPOSED,
    PROFILE,
    REVERSED,
    SCALES,
    answers_of,
    four,
    noisy,
)

from valuealign.analysis.claims.content_gate import (
    ProfileLimits,
    has_profile,
    position_share,
    profile_p,
)
from valuealign.analysis.claims.rank import (
    _reliability,
    kept_items,
    mean_squares,
    rank,
    scale_cells,
    scales_p,
)
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.errors import DataError

NAN = np.nan


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


def test_replies_at_two_places_next_to_each_other_are_no_single_place():
    chosen = np.tile([2.0, 3.0], (4, 3))  # by place; the published direction turns half of them
    values = np.where((FOUR_FORMS > 1)[:, None], 7 - chosen, chosen)
    answers = Answers(values, FOUR_FORMS > 1, FOUR_FORMS % 2 == 1, low=1, high=6)
    assert position_share(answers) == pytest.approx(0.5)


# Ranking


@pytest.mark.parametrize("wrong", [{"scales": SCALES[:9]}, {"keys": [1] * 9}, {"norms": [3.0] * 9}])
def test_scales_keys_and_norms_are_of_each_item(wrong):
    with pytest.raises(DataError, match="expected 10 of each, one an item"):
        scale_cells(**({"answers": noisy(PROFILE), "scales": SCALES} | wrong))


def test_an_item_without_a_scale_or_with_a_form_without_answer_is_left_out():
    values = noisy(PROFILE).values.copy()
    values[REVERSED & OPPOSED, 9] = NAN
    answers = Answers(values, REVERSED, OPPOSED, low=1, high=6)
    kept = kept_items(answers, [None, None, *SCALES[2:]])
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


def test_a_ranking_that_is_not_available_says_why():
    forms = np.array([0, 2] * 6)
    plain = answers_of(PROFILE, reversed_scale=forms > 1, opposed=[False] * 12)
    no_stems, one_scale = rank(plain, SCALES), rank(noisy(PROFILE), ["a"] * 10, draws=19)
    for name in ("reliability", "scales_p"):
        assert no_stems.claim[name].reason == "no opposed stems"
        said = one_scale.claim[name].reason
        assert said == "fewer than two scales have an answer in every form"
    found = rank(noisy(PROFILE), ["a"] * 5 + ["b"] * 5, draws=19)
    assert found.claim["reliability"].reason == "2 scales, 10 items"


def test_where_scales_differ_no_more_than_items_there_is_no_reliability():
    squares = dict.fromkeys(("scales_by_form", "items_by_form"), 0.0)
    assert _reliability(squares | {"scales": 8.0, "items": 8.0}, 0.7) == (0.0, np.inf)
    assert _reliability(squares | {"scales": 0.0, "items": 0.0}, 0.7) == (0.0, np.inf)
    assert _reliability(squares | {"scales": 16.0, "items": 8.0}, 0.5) == (0.5, 1.0)


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
