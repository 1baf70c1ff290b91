"""Guards of structure, nulls, keyed tests and ratings on each side: shapes, counts, ties."""

from __future__ import annotations

import numpy as np
import pytest

from valuealign.analysis.agreement.intraclass import icc
from valuealign.analysis.claims.keyed import above_chance, agreement
from valuealign.analysis.claims.null_respondents import (
    collapse,
    compare_with_nulls,
    null_respondents,
)
from valuealign.analysis.claims.structure import structure
from valuealign.errors import DataError

NAN = np.nan

# Structure

BLOCKS = list("ffgg")
PEOPLE = np.array([[1, 0.6, 0.1, 0.1], [0.6, 1, 0.1, 0.1], [0.1, 0.1, 1, 0.6], [0.1, 0.1, 0.6, 1]])
ROWS = np.random.default_rng(1).multivariate_normal([0] * 4, PEOPLE, 200, method="cholesky")


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


def test_names_are_one_for_each_item():
    with pytest.raises(DataError, match="found 3 names; expected one for each of the 4 items"):
        structure(ROWS, PEOPLE, BLOCKS, items=list("abc"))


def test_the_unit_of_the_answers_changes_nothing():
    plain = structure(ROWS, PEOPLE, BLOCKS, draws=20).items
    for size in (1e-7, 1e7):
        found = structure(size * ROWS, PEOPLE, BLOCKS, draws=20).items
        for column in ("profile_r_lower", "within_ratio_lower"):
            assert found[column].tolist() == pytest.approx(plain[column].tolist())


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


def test_the_same_draws_come_again_and_others_with_another_seed():
    def table(**seed):
        nulls = {"n": lambda rng: rng.random((1, 1))}
        found = compare_with_nulls(0.0, lambda x: float(x[0, 0]), nulls, draws=9, **seed)
        return found["median"].item()

    assert table() == table() == table(seed=1)
    assert table(seed=2) != table()


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


def test_the_upper_end_of_the_excess_is_a_quantile_of_bootstrap_samples():
    rows = np.random.default_rng(3).integers(1, 4, size=(30, 2))
    counts = np.array([[10, 10, 10], [20, 5, 5]])
    found = collapse(rows, counts, draws=50)
    at = np.random.default_rng(1).integers(30, size=(50, 30))
    modal = [[max(np.mean(rows[k, j] == c) for c in (1, 2, 3)) for j in (0, 1)] for k in at]
    people = np.mean([1 / 3, 2 / 3])
    expected = np.quantile(np.mean(modal, axis=1) - people, 0.95)
    assert found.claim["modal_excess"].upper == pytest.approx(expected)
    ratios = np.array([rows[k].var(axis=0).mean() for k in at])
    variance = found.items["people_variance"].mean()
    expected = np.quantile(ratios / variance, 0.05)
    assert found.claim["variance_ratio"].lower == pytest.approx(expected)


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
    for judged in (ordered, fixed):
        order = judged.claim["option_order"]
        assert (order.sense, order.threshold) == ("at least", 1.0)
    assert ordered.claim["option_order"].value == 1.0


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


def test_the_correlation_is_that_of_one_random_rater_who_must_agree_absolutely():
    rng = np.random.default_rng(2)
    ratings = rng.normal(size=(20, 1)) + 0.3 * rng.normal(size=(20, 3)) + np.array([0, 0.5, 1.0])
    found, table = agreement(ratings)["icc"], icc(ratings).set_index("type")
    assert found.value == pytest.approx(table.loc["ICC2", "icc"])
    assert found.lower == pytest.approx(table.loc["ICC2", "ci_lower"])
    assert table["icc"].nunique() == len(table)


def test_the_best_place_is_the_mean_number_of_items_at_the_most_frequent_place():
    found = above_chance([[1, 0, 0]] * 2, 0.25, positions=[[1, 1, 2], [1, 2, 3]])
    assert found.best_position == 1.5


def test_ratings_are_answers_by_raters():
    with pytest.raises(DataError, match="expected answers by raters"):
        agreement([1, 2, 3])
    wide, narrow = (
        agreement([[1, 1], [2, 3], [3, 3], [6, 5]], level=x)["icc"] for x in (0.99, 0.5)
    )
    assert wide.lower < narrow.lower
    plain = agreement([[1, 1], [2, 3], [3, 3], [6, 5]])["icc"]
    assert wide.lower < plain.lower < narrow.lower
