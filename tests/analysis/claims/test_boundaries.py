"""Guards of the claims on each side: shapes, counts, ties, and what is no number."""

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
from valuealign.analysis.claims.keyed import above_chance, agreement
from valuealign.analysis.claims.null_respondents import (
    collapse,
    compare_with_nulls,
    null_respondents,
)
from valuealign.analysis.claims.rank import kept_items, mean_squares, rank, scale_cells, scales_p
from valuealign.analysis.claims.respondent_answers import Answers
from valuealign.analysis.claims.respondent_differences import differences, scales_by_form_p
from valuealign.analysis.claims.structure import structure
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


# Structure

BLOCKS = list("ffgg")
PEOPLE = np.array([[1, 0.6, 0.1, 0.1], [0.6, 1, 0.1, 0.1], [0.1, 0.1, 1, 0.6], [0.1, 0.1, 0.6, 1]])
ROWS = np.random.default_rng(1).multivariate_normal(
    np.zeros(4), PEOPLE, size=200, method="cholesky"
)


def changed(i, j, value, *, both=True):
    R = PEOPLE.copy()
    R[i, j] = value
    if both:
        R[j, i] = value
    return R


@pytest.mark.parametrize(
    "people", [changed(0, 0, 0.9), changed(0, 1, 0.5, both=False), changed(0, 1, 1.01)]
)
def test_peoples_correlations_have_ones_are_symmetric_and_at_most_one(people):
    with pytest.raises(DataError, match="not a correlation matrix"):
        structure(ROWS, people, BLOCKS)


def test_a_correlation_of_exactly_one_is_a_correlation():
    assert structure(ROWS, changed(0, 1, 1.0), BLOCKS, draws=10).n == 200


@pytest.mark.parametrize(
    ("rows", "people", "blocks"),
    [(ROWS[0], PEOPLE, BLOCKS), (ROWS, PEOPLE[:3, :3], BLOCKS), (ROWS, PEOPLE, BLOCKS[:3])],
)
def test_rows_people_and_blocks_fit(rows, people, blocks):
    with pytest.raises(DataError, match="expected"):
        structure(rows, people, blocks)


@pytest.mark.parametrize("keys", [[1, 1, 1], [1, 1, 1, 0]])
def test_keys_are_one_or_minus_one_for_each_item(keys):
    with pytest.raises(DataError, match="expected 1 or -1 for each of the 4 items"):
        structure(ROWS, PEOPLE, BLOCKS, keys=keys)


def test_rows_beyond_the_items_are_needed_and_named_items_are_named():
    few = structure(ROWS[:4], PEOPLE, BLOCKS, items=list("abcd"))
    assert few.claim.deciding.reason == "4 complete rows of 4 items; expected at least 5"
    assert few.items["item"].tolist() == list("abcd")
    assert structure(ROWS[:5], PEOPLE, BLOCKS, draws=10).claim["pattern_r"].met is not None
    none = structure(np.full((3, 4), NAN), PEOPLE, BLOCKS)
    assert none.claim.deciding.reason.startswith("0 complete rows")
    flat = ROWS.copy()
    flat[:, [1, 3]] = 2.0
    said = structure(flat, PEOPLE, BLOCKS, items=list("abcd")).claim.deciding.reason
    assert said == "2 items have one answer in all rows (b, d)"


def test_one_answer_of_two_hundred_leaves_an_item_that_varies_even_where_a_draw_has_it_not():
    rare = ROWS.copy()
    rare[:, 0] = 0.0
    rare[0, 0] = 1.0
    found = structure(rare, PEOPLE, BLOCKS, draws=50)
    assert np.isfinite(found.items["profile_r_lower"]).all()
    assert np.isfinite(found.claim["pattern_r"].lower)


def test_a_correlation_with_a_constant_pattern_is_zero():
    equal = np.full((4, 4), 0.3) + 0.7 * np.eye(4)
    assert structure(ROWS, equal, BLOCKS, draws=10).claim["pattern_r"].value == 0.0


# Null respondents


def test_as_many_rows_as_people_are_each_drawn_once_and_more_may_repeat():
    people = np.arange(12.0).reshape(6, 2)
    for n, distinct in ((6, 6), (5, 5), (30, 6)):
        nulls = null_respondents(people, n, low=0, high=11)
        drawn = nulls["people shuffled across groups"](np.random.default_rng(1))
        assert drawn.shape == (n, 2)
        assert len({tuple(row) for row in drawn}) == distinct


def test_one_row_is_a_mean_two_can_be_shuffled_and_none_is_refused():
    shuffled = "people shuffled across groups"
    assert shuffled not in null_respondents([[1, 2]], 1, low=1, high=6)
    assert shuffled in null_respondents([[1, 2], [3, 4]], 1, low=1, high=6)
    assert shuffled not in null_respondents([[1, 2], [3, NAN]], 1, low=1, high=6)
    with pytest.raises(DataError, match="found 2 complete rows of people and n = 0"):
        null_respondents([[1, 2], [3, 4]], 0, low=1, high=6)


def test_draws_without_a_score_do_not_count_and_an_unknown_score_reaches_nothing():
    values = iter([1.0, NAN, 3.0])
    nulls = {"n": lambda rng: np.array([[next(values)]])}
    table = compare_with_nulls(2.5, lambda x: float(x[0, 0]), nulls, draws=3, level=0.5)
    row = table.iloc[0]
    assert (row["median"], row["best"], row["reached"]) == (2.0, 2.0, False)
    same = {"n": lambda rng: np.ones((1, 1))}
    assert compare_with_nulls(NAN, lambda x: 1.0, same, draws=2)["reached"].tolist() == [None]
    empty = compare_with_nulls(1.0, lambda x: NAN, same, draws=2).iloc[0]
    assert np.isnan([empty["median"], empty["best"]]).all()


def test_the_best_is_what_one_in_twenty_draws_surpasses():
    table = compare_with_nulls(
        0.0, lambda x: float(x[0, 0]), {"n": lambda rng: rng.random((1, 1))}, draws=400
    )
    assert table["best"].item() == pytest.approx(0.95, abs=0.04)
    low = compare_with_nulls(
        0.0,
        lambda x: float(x[0, 0]),
        {"n": lambda rng: rng.random((1, 1))},
        draws=400,
        higher_is_better=False,
    )
    assert low["best"].item() == pytest.approx(0.05, abs=0.04)


def test_personas_frequencies_and_codes_fit():
    counts = np.full((2, 3), 10)
    rows = [[1, 2], [3, 1], [2, 2]]
    for wrong in (([1, 2], counts), (rows, counts[:1]), (rows, counts[0])):
        with pytest.raises(DataError, match="expected \\(n, p\\)"):
            collapse(*wrong)
    with pytest.raises(DataError, match="codes \\(2,\\)"):
        collapse(rows, counts, codes=[1, 2])
    found = collapse(rows, counts, codes=[1, 2, 3], draws=10).items
    assert found["modal_share"].tolist() == pytest.approx([1 / 3, 2 / 3])
    assert found["people_modal_share"].tolist() == pytest.approx([1 / 3, 1 / 3])
    shifted = collapse(np.array(rows) - 1, counts, codes=[0, 1, 2], draws=10).items
    assert shifted["people_variance"].tolist() == pytest.approx([2 / 3, 2 / 3])


def test_incomplete_personas_are_left_out_and_none_has_no_spread():
    counts = np.full((2, 3), 10)
    one = collapse([[1, 2], [3, NAN]], counts)
    assert one.claim.deciding.reason == "1 complete rows of personas; expected at least two"
    assert one.items["variance"].tolist() == [0.0, 0.0]
    none = collapse([[NAN, 2]], counts)
    assert none.items[["variance", "modal_share"]].isna().all().all()


# Keyed tests and ratings


@pytest.mark.parametrize("correct", [[], [[]], [0.5, 1], [-1, 0], [2, NAN]])
def test_an_answer_is_correct_or_not_or_missing(correct):
    with pytest.raises(DataError, match="expected 0, 1 or NaN"):
        above_chance(correct, 0.25)


@pytest.mark.parametrize("chance", [0.0, 1.0, -0.1, 1.1, [0.5, 0.0]])
def test_chance_lies_between_nothing_and_one(chance):
    with pytest.raises(DataError, match="outside 0 to 1"):
        above_chance([1, 0], chance)


def test_missing_answers_and_small_chances_are_accepted():
    found = above_chance([1.0, NAN], [0.001, 0.999], randomised=True)
    assert found.correct == 1.0
    assert np.isnan(found.best_position)
    assert found.claim["chance_p"].reason == "2 items, 1 occasions"


@pytest.mark.parametrize(
    ("positions", "standing"),
    [
        ([[1, 2], [2, 2]], "permitted"),
        ([[1, 2], [1, 2]], "inconclusive"),
        ([[1, 2]], "inconclusive"),
        (None, "inconclusive"),
    ],
)
def test_the_order_is_random_where_a_place_changed_between_occasions(positions, standing):
    n = 1 if positions is None else len(positions)
    found = above_chance([[1] * 2] * n, 0.1, positions=positions)
    assert found.claim.standing == standing
    ordered = above_chance([[1] * 2] * n, 0.1, positions=positions, randomised=True)
    assert ordered.claim.standing == "permitted"
    fixed = above_chance([[1] * 2] * n, 0.1, positions=positions, randomised=False)
    assert fixed.claim.standing == "inconclusive"
    assert "not shown in a random order" in fixed.claim["option_order"].reason
    assert "not shown in a random order" in fixed.claim["chance_p"].reason


def test_the_largest_p_is_the_users():
    p = above_chance([1, 1, 0, 0], 0.25, randomised=True).claim["chance_p"].value
    for limit, standing in ((p, "permitted"), (p - 1e-9, "not permitted")):
        found = above_chance([1, 1, 0, 0], 0.25, randomised=True, p=limit)
        assert found.claim.standing == standing


@pytest.mark.parametrize(
    ("ratings", "reason"),
    [
        ([[1], [2], [3]], "one rater"),
        ([[1, 1], [2, 2]], "2 answers were rated by all"),
        ([[1, 1], [2, 2], [3, NAN]], "2 answers were rated by all"),
        ([[2, 2], [2, 2], [2, 2]], "all ratings are the same"),
        ([[1, 1], [2, 2], [3, 3.5]], ""),
    ],
)
def test_agreement_needs_two_raters_three_answers_and_a_difference(ratings, reason):
    claim = agreement(ratings)
    assert (claim["icc"].met is None) == bool(reason)
    assert claim["icc"].reason.startswith(reason or "3 answers, 2 raters")


def test_ratings_are_answers_by_raters():
    with pytest.raises(DataError, match="expected answers by raters"):
        agreement([1, 2, 3])
    wide, narrow = (
        agreement([[1, 1], [2, 3], [3, 3], [6, 5]], level=x)["icc"] for x in (0.99, 0.5)
    )
    assert wide.lower < narrow.lower
    plain = agreement([[1, 1], [2, 3], [3, 3], [6, 5]])["icc"]
    assert wide.lower < plain.lower < narrow.lower
