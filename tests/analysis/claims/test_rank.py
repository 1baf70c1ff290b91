"""Ranking with items random within scales."""

import numpy as np
import pytest
from planted_respondents import OPPOSED, PROFILE, REVERSED, SCALES, answers_of, noisy

from valuealign.analysis.claims.rank import mean_squares, rank, scale_cells, scales_p
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.errors import DataError


def test_scales_are_ranked_highest_first():
    result = rank(noisy(PROFILE), SCALES)
    assert result.claim.standing == "permitted"
    assert result.scales["scale"].tolist()[0] == "d"
    assert result.scales["scale"].tolist()[-1] == "a"


def test_item_effects_without_scales_are_not_ranked():
    item = np.array([2.0, 5, 5, 2, 3, 5, 4, 2, 2, 5])
    result = rank(answers_of(item), SCALES)
    assert all(c.met for c in result.claim.criteria[:-2])  # a profile, though
    assert result.claim["reliability"].value < 0
    assert result.claim.standing == "not permitted"


def test_reliability_is_items_and_excess_over_scales():
    """Against the mean squares of an analysis of variance, computed here by hand."""
    rng = np.random.default_rng(3)
    cells = rng.normal(size=(4, 6)) + np.repeat([0.0, 2, 4], 2)
    homes = np.repeat(list("abc"), 2)
    squares = mean_squares(cells, homes)
    grand = cells.mean()
    scale = np.array([cells[:, homes == s].mean() for s in "abc"])
    assert squares["scales"] == pytest.approx(8 * ((scale - grand) ** 2).sum() / 2)
    within = cells.mean(axis=0) - np.repeat(scale, 2)
    assert squares["items"] == pytest.approx(4 * (within**2).sum() / 3)
    total = ((cells - grand) ** 2).sum()
    form = 6 * ((cells.mean(axis=1) - grand) ** 2).sum()
    parts = (
        2 * squares["scales"]
        + 3 * squares["items"]
        + 6 * squares["scales_by_form"]
        + 9 * squares["items_by_form"]
    )
    assert total == pytest.approx(form + parts)


@pytest.mark.parametrize(("least", "met"), [(0.01, 1), (-0.01, 0)])
def test_the_reliability_threshold_has_two_sides(least, met):
    value = rank(noisy(PROFILE, seed=4), SCALES).claim["reliability"].value
    claim = rank(noisy(PROFILE, seed=4), SCALES, reliability=value - least).claim
    assert claim["reliability"].met is bool(met)


def test_a_scale_that_depends_on_the_form_counts_against_it():
    """The published direction likes scale a, the reversed one does not."""
    scored = np.tile(PROFILE, (12, 1)) + 0.3 * np.random.default_rng(1).normal(size=(12, 10))
    turned = scored.copy()
    turned[:, :2] += np.where(REVERSED, 2.5, -0.9)[:, None]
    same, other = (rank(answers_of(np.clip(x, 1, 6)), SCALES) for x in (scored, turned))
    excess = [
        r.mean_squares["scales_by_form"] - r.mean_squares["items_by_form"] for r in (same, other)
    ]
    assert excess[1] > 1 > excess[0]
    assert other.claim["reliability"].value < same.claim["reliability"].value


def test_scales_that_depend_on_the_form_less_than_items_do_add_no_reliability():
    item = np.tile([0.4, -0.4], 5) * np.array([1, -1, 1, -1])[np.arange(12) % 4][:, None]
    result = rank(answers_of(np.tile(PROFILE, (12, 1)) + item + np.tile([0.2, -0.2], 5)), SCALES)
    squares = result.mean_squares
    assert squares["scales_by_form"] < squares["items_by_form"]
    expected = 1 - squares["items"] / squares["scales"]
    assert result.claim["reliability"].value == pytest.approx(expected)


def test_one_scale_is_no_ranking():
    assert rank(noisy(PROFILE), ["a"] * 10).claim["reliability"].met is None
    assert rank(noisy(PROFILE), ["a"] * 5 + ["b"] * 5).claim["reliability"].met is not None


def test_scales_that_are_keyed_apart_are_not_ranked_for_a_preference_for_high_answers():
    """All answers are high: keyed, one scale is high and the other low, and no item tells why."""
    scales, keys = ["a"] * 5 + ["b"] * 5, [1] * 5 + [-1] * 5
    high = noisy(np.full(10, 5.0))
    assert rank(high, scales, keys=keys).claim["scales_p"].met is False
    content = noisy(np.repeat([5.0, 2], 5))
    assert rank(content, scales).claim["scales_p"].met is True


def test_item_norms_within_a_scale_are_removed_and_differences_of_scales_stay():
    norms = np.array([1.0, 3, 2, 4, 3, 5, 1, 5, 3, 3])
    cells, homes = scale_cells(answers_of(norms), SCALES, norms=norms)
    for name in "abcde":
        assert np.ptp(cells[0, homes == name]) == pytest.approx(0)
    means = [cells[0, homes == name].mean() for name in "abcde"]
    assert means == pytest.approx([2, 3, 4, 3, 3])


def test_keys_turn_items_and_their_norms():
    """An item with the other key scores 7 less its answer, as does its norm."""
    keys = [1, -1] * 5
    answered = np.where(np.array(keys) < 0, 7 - PROFILE, PROFILE)
    cells, _ = scale_cells(answers_of(answered), SCALES, keys=keys, norms=answered)
    assert cells[0] == pytest.approx(PROFILE)


def test_permutation_over_scales_is_exact_for_exchangeable_items():
    rng = np.random.default_rng(1)
    homes = np.repeat(list("abcde"), 3)
    p = [scales_p(rng.normal(size=(1, 15)), homes, draws=99, seed=k) for k in range(300)]
    assert abs(np.mean(np.array(p) <= 0.05) - 0.05) < 0.035


def test_items_needed_follow_spearman_and_brown():
    result = rank(noisy(PROFILE), SCALES, reliability=0.99)
    value = result.claim["reliability"].value
    assert result.items_needed == pytest.approx(0.99 * (1 - value) / (value * 0.01))


def test_without_opposed_stems_it_is_inconclusive():
    forms = np.array([0, 2] * 6)
    answers = answers_of(PROFILE, reversed_scale=forms > 1, opposed=[False] * 12)
    assert rank(answers, SCALES).claim.standing == "inconclusive"


def test_a_scale_nobody_answered_leaves_the_ranking_and_fails_the_gate():
    values = noisy(PROFILE).values.copy()
    values[:, :2] = np.nan
    result = rank(Answers(values, REVERSED, OPPOSED, low=1, high=6), SCALES)
    assert "a" not in set(result.scales["scale"])
    assert result.claim.standing == "not permitted"


def test_lengths_that_do_not_fit_are_refused():
    with pytest.raises(DataError, match="found 2 scales"):
        rank(noisy(PROFILE), ["a", "b"])


def test_a_preference_for_high_answers_is_no_difference_between_scales_keyed_unequally():
    """With keys the permutation holds its level; without them it does not."""
    homes, keys = np.repeat(list("abc"), 6), np.repeat([1, -1, 1], 6)
    rng = np.random.default_rng(1)
    keyed = [rng.normal(size=(4, 18)) * 0.2 + 1.5 * keys for _ in range(60)]
    with_keys = [scales_p(x, homes, keys=keys, draws=99, seed=k) for k, x in enumerate(keyed)]
    without = [scales_p(x, homes, draws=99, seed=k) for k, x in enumerate(keyed)]
    assert np.mean(np.array(without) <= 0.05) > 0.9
    assert np.mean(np.array(with_keys) <= 0.05) < 0.2
