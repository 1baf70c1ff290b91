"""Differences, equivalence and averages: R's numbers, closed forms, known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from comparison_oracle import ITEMS, R
from hypothesis import given
from hypothesis import strategies as st

from valuealign.analysis.comparison.average import FORMS, ONE_FORM, ONE_ROW, average, average_of
from valuealign.analysis.comparison.combine import combine
from valuealign.analysis.comparison.equivalence import (
    benjamini_hochberg,
    beyond,
    standing,
    tost,
)
from valuealign.analysis.comparison.scale_difference import (
    Place,
    difference,
    percentile,
    variance_ratio,
)
from valuealign.analysis.moments import Moments
from valuealign.errors import (
    DataError,
)


def place(values: pd.Series) -> Place:
    n = len(values)
    return Place(values.mean(), values.std() / n**0.5, n - 1, values.std(), n)


def test_differences_are_those_of_welchs_t_test(two):
    for item, theirs in zip(ITEMS, R["welch"], strict=True):
        found = difference(place(two[0][item]), place(two[1][item]))
        assert found.value == pytest.approx(theirs["difference"], abs=1e-12)
        assert found.df == pytest.approx(theirs["df"], rel=1e-10)
        assert found.pvalue == pytest.approx(theirs["p"], rel=1e-8)
        assert found.ci_lower == pytest.approx(theirs["lower"], abs=1e-10)
        assert found.ci_upper == pytest.approx(theirs["upper"], abs=1e-10)
        assert found.d == pytest.approx(found.value / two[1][item].std(), rel=1e-12)


def test_equivalence_is_two_one_sided_t_tests(two):
    for item, theirs in zip(ITEMS, R["tost"], strict=True):
        found = difference(place(two[0][item]), place(two[1][item]))
        mine = tost(found.value, found.se, found.df, margin=R["margin"])
        assert mine == pytest.approx(theirs, rel=1e-8)


def test_variance_ratios_are_those_of_the_f_test(two):
    for item, theirs in zip(ITEMS, R["f"], strict=True):
        found = variance_ratio(place(two[0][item]), place(two[1][item]))
        assert found == pytest.approx((theirs["ratio"], theirs["lower"], theirs["upper"]), rel=1e-9)


def test_adjusted_values_are_those_of_p_adjust():
    assert benjamini_hochberg(R["p"]) == pytest.approx(R["bh"], rel=1e-10)
    assert np.isnan(benjamini_hochberg([0.01, np.nan])).tolist() == [False, True]
    assert benjamini_hochberg([]).tolist() == []


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_adjusted_values_never_fall_and_keep_the_order(p):
    q = benjamini_hochberg(p)
    assert (q >= np.array(p) - 1e-12).all()
    assert (q <= 1).all()
    assert (np.diff(q[np.argsort(p, kind="stable")]) >= -1e-12).all()


@given(
    st.floats(-3, 3),
    st.floats(0.001, 2),
    st.floats(1, 1000),
    st.floats(0.05, 1),
)
def test_nothing_is_equivalent_and_beyond_the_margin_at_once(gap, se, df, margin):
    inside, outside = tost(gap, se, df, margin=margin), beyond(gap, se, df, margin=margin)
    assert not (inside < 0.05 and outside < 0.05)
    # Equivalence is a 90 % interval inside the margin.
    from scipy.stats import t

    reach = t.ppf(0.95, df) * se
    within = max(abs(gap - reach), abs(gap + reach)) < margin
    assert (inside < 0.05) == within or abs(inside - 0.05) < 1e-9


def test_without_an_error_nothing_is_decided():
    found = difference(Place(4, np.nan, 0, np.nan, 1), Place(3, 0.1, 99, 1, 100))
    assert (found.value, found.d) == (1, 1)
    assert np.isnan([found.pvalue, found.ci_lower, found.d_lower]).all()
    assert np.isnan(tost(1, np.nan, 0, margin=0.2))
    assert standing(np.nan, np.nan, np.nan, alpha=0.05) == "inconclusive"
    assert np.isnan(variance_ratio(Place(4, 0, 0, np.nan, 1), Place(3, 0.1, 99, 1, 100))).all()


def test_a_mean_without_any_spread_is_inside_or_outside_for_certain():
    assert tost(0.1, 0.0, 5, margin=0.2) == 0
    assert tost(0.3, 0.0, 5, margin=0.2) == 1
    assert beyond(0.3, 0.0, 5, margin=0.2) == 0


def test_a_margin_of_nothing_is_refused():
    with pytest.raises(DataError, match="positive"):
        tost(0.1, 0.1, 5, margin=0.0)


def test_people_without_spread_measure_nothing():
    with pytest.raises(DataError, match="do not differ"):
        difference(Place(4, 0.1, 9, 1, 10), Place(3, 0, 99, 0, 100))


def test_the_interval_of_d_covers_the_true_d():
    """2,000 samples of 40 against 60 with d = .5: within three Monte-Carlo errors of 95 %."""
    rng = np.random.default_rng(1)
    hits = 0
    for _ in range(2000):
        a, b = pd.Series(rng.normal(0.5, 1, 40)), pd.Series(rng.normal(0, 1, 60))
        found = difference(place(a), place(b))
        hits += found.d_lower <= 0.5 <= found.d_upper
    assert abs(hits / 2000 - 0.95) < 3 * (0.95 * 0.05 / 2000) ** 0.5 + 0.005


def test_the_median_of_people_is_the_fiftieth_percentile():
    assert percentile(3.0, Place(3.0, 0.1, 99, 1.2, 100)) == pytest.approx(50)


def test_forms_are_random_and_occasions_nested():
    rng = np.random.default_rng(2)
    form = np.repeat(np.arange(6), 4)
    x = rng.normal(size=6)[form] + 0.1 * rng.normal(size=24)
    found = average(x[:, None], form)
    means = pd.Series(x).groupby(form).mean()
    assert found.se[0] == pytest.approx(means.std() / 6**0.5, rel=1e-12)
    assert found.df[0] == 5
    assert found.basis == FORMS
    one = average(x[:4, None], form[:4])
    assert one.basis == ONE_FORM
    assert one.se[0] == pytest.approx(x[:4].std(ddof=1) / 2, rel=1e-12)
    assert average(x[:1, None], form[:1]).basis == ONE_ROW


def test_form_means_that_agree_by_chance_are_known_no_better_than_their_occasions():
    x = np.array([[1.0], [3.0], [0.0], [4.0]])
    found = average(x, ["a", "a", "b", "b"])
    # Both form means are 2; within forms the variance is (2 + 8) / 2 = 5, over four rows.
    assert found.se[0] == pytest.approx((5 / 4) ** 0.5)


def test_missing_scores_leave_the_others_in():
    x = np.array([[1.0, 2.0], [np.nan, 4.0], [3.0, 6.0]])
    found = average(x)
    assert found.mean.tolist() == [2.0, 4.0]
    assert found.counts.tolist() == [2, 3]
    assert found.se == pytest.approx([1.0, (4 / 3) ** 0.5])
    with pytest.raises(DataError, match="no row has the score"):
        average(np.array([[np.nan, 1.0]]))


def test_intervals_over_forms_cover_the_mean_over_forms():
    """5 forms of 3 occasions, form SD 1, occasion SD 1: 95 % of t intervals, 2,000 draws."""
    from scipy.stats import t

    rng = np.random.default_rng(3)
    forms = np.repeat(np.arange(5), 3)
    hits = 0
    for _ in range(2000):
        x = rng.normal(size=5)[forms] + rng.normal(size=15)
        found = average(x[:, None], forms)
        hits += abs(found.mean[0]) <= t.ppf(0.975, found.df[0]) * found.se[0]
    assert 0.935 < hits / 2000 < 0.975


def test_sums_of_items_have_the_moments_of_scored_rows(two):
    rows = two[0]
    moments = Moments(rows.cov(), rows.mean().to_numpy(), n=len(rows))
    W = np.zeros((2, len(ITEMS)))
    W[0, :5], W[1, 5:7], W[1, 7:10] = 0.2, 0.2, -0.2
    found = combine(moments, W, ["a", "c"], shift=[0.0, 0.6 * 7])
    scores = pd.DataFrame(
        {
            "a": rows[ITEMS[:5]].mean(axis=1),
            "c": pd.concat([rows[ITEMS[5:7]], 7 - rows[ITEMS[7:10]]], axis=1).mean(axis=1),
        }
    )
    np.testing.assert_allclose(found.mean, scores.mean(), atol=1e-10)
    np.testing.assert_allclose(found.covariance, scores.cov(), atol=1e-10)
    np.testing.assert_allclose(average_of(found).error, scores.cov() / len(rows), atol=1e-12)
