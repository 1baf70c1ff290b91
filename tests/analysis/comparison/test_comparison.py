"""Statistics of comparison: R's numbers, closed forms, and known truth."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from valuealign.analysis.comparison.average import FORMS, ONE_FORM, ONE_ROW, average, average_of
from valuealign.analysis.comparison.combine import combine
from valuealign.analysis.comparison.difference import (
    Place,
    difference,
    percentile,
    variance_ratio,
)
from valuealign.analysis.comparison.discriminant import cross_validated, lda
from valuealign.analysis.comparison.distance import mahalanobis, profile_distance
from valuealign.analysis.comparison.distribution import (
    by_chance,
    jensen_shannon,
    shares,
    total_variation,
    wasserstein,
)
from valuealign.analysis.comparison.equivalence import (
    benjamini_hochberg,
    beyond,
    standing,
    tost,
)
from valuealign.analysis.comparison.matrices import (
    correlation,
    correlation_covariance,
    effective_dependence,
    first_component_share,
    jennrich,
    rmsr,
    steiger,
)
from valuealign.analysis.comparison.similarity import (
    all_error,
    correlations_with,
    distinctive,
    likely_profiles,
    pearson,
    pooled_error,
    spearman,
    split_distance,
)
from valuealign.analysis.comparison.told_apart import tell_apart
from valuealign.analysis.moments import Moments
from valuealign.errors import (
    ConstantItem,
    DataError,
    SingularCovariance,
    TooFewRows,
)

ORACLE = Path(__file__).parents[2] / "oracle"
R = json.loads((ORACLE / "stats" / "comparison.json").read_text(encoding="utf-8"))
ITEMS = R["items"]


@pytest.fixture(scope="module")
def two() -> tuple[pd.DataFrame, pd.DataFrame]:
    rows = pd.read_csv(ORACLE / "data" / "bfi15_gender.csv")
    return rows[rows["gender"] == 1][ITEMS], rows[rows["gender"] == 2][ITEMS]


def place(values: pd.Series) -> Place:
    n = len(values)
    return Place(values.mean(), values.std() / n**0.5, n - 1, values.std(), n)


# -- differences --------------------------------------------------------------------------


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
    st.floats(-3, 3), st.floats(0.001, 2), st.floats(1, 1000), st.floats(0.05, 1),
)  # fmt: skip
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
    assert standing(np.nan, np.nan, np.nan, alpha=0.05) == "cannot be told"
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


# -- averages -----------------------------------------------------------------------------


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


# -- profiles -----------------------------------------------------------------------------


def test_the_parts_of_a_distance_are_those_computed_in_r():
    p = R["profile"]
    found = split_distance(p["x"], p["y"])
    for name in ("distance_squared", "elevation", "scatter", "shape"):
        assert getattr(found, name) == pytest.approx(p[name], rel=1e-10)
    assert pearson(p["x"], p["y"]) == pytest.approx(p["pearson"], rel=1e-12)
    assert spearman(p["x"], p["y"]) == pytest.approx(p["spearman"], rel=1e-12)


profiles = arrays(float, 8, elements=st.floats(-5, 5, allow_nan=False, width=32))


@given(profiles, profiles)
@settings(max_examples=200)
def test_the_parts_of_a_distance_add_up(x, y):
    found = split_distance(x, y)
    whole = found.elevation + found.scatter + found.shape
    assert whole == pytest.approx(found.distance_squared, abs=1e-8)


def test_removing_the_average_profile_removes_agreement_that_is_only_normative():
    """Two unrelated people who share the average correlate; distinctively they do not."""
    rng = np.random.default_rng(4)
    normative = np.linspace(-2, 2, 10)
    plain, beyond_it = [], []
    for _ in range(500):
        x, y = normative + rng.normal(size=10), normative + rng.normal(size=10)
        plain.append(pearson(x, y))
        beyond_it.append(distinctive(x, y, normative))
    assert np.mean(plain) > 0.5
    assert abs(np.mean(beyond_it)) < 0.05


def test_a_flat_profile_has_no_correlation_and_short_ones_are_refused():
    assert np.isnan(pearson([2, 2, 2], [1, 2, 3]))
    with pytest.raises(TooFewRows, match="no shape"):
        split_distance([1, 2], [2, 1])
    with pytest.raises(DataError, match="same scales"):
        pearson([1, 2, 3], [1, 2])


def test_the_error_of_two_forms_is_pooled_over_scales():
    """What forms do to all scales alike is level and leaves the shape alone."""
    x = np.array([[1.0, 2.0, 3.0, 4.0], [2.0, 3.0, 4.0, 5.0]])
    assert pooled_error(average(x, "ab").error, 1)[0] == pytest.approx(0, abs=1e-12)
    rng = np.random.default_rng(5)
    found = [pooled_error(average(rng.normal(size=(2, 6)), "ab").error, 1) for _ in range(2000)]
    assert np.mean([variance for variance, _ in found]) == pytest.approx(0.5, rel=0.05)
    assert found[0][1] == 5


@pytest.mark.parametrize("n_forms", [2, 5, 30])
@pytest.mark.parametrize(("shift", "noise"), [(0.3, 0.6), (0.8, 0.25), (2.0, 1.2)])
def test_intervals_of_profile_correlations_cover(n_forms, shift, noise):
    """Ten scales, 150 samples: 95 % intervals hold the error-free r, within Monte-Carlo error."""
    rng = np.random.default_rng(5)
    people = np.linspace(-1, 1, 10)
    truth = people + shift * np.sin(2.1 * np.arange(10))
    r, hits = pearson(truth, people), 0
    for _ in range(150):
        mine = average(truth + noise * rng.normal(size=(n_forms, 10)), range(n_forms))
        error = pooled_error(mine.error, float(mine.df.min()))
        drawn = likely_profiles(mine.mean, people, error, draws=300, rng=rng)
        low, high = np.quantile(correlations_with(drawn, people), [0.025, 0.975])
        hits += low <= r <= high
    assert hits / 150 >= 0.95 - 3 * (0.95 * 0.05 / 150) ** 0.5


def test_a_profile_of_error_alone_correlates_with_nothing_for_certain():
    rng = np.random.default_rng(6)
    people = np.linspace(-1, 1, 10)
    mine = average(rng.normal(size=(4, 10)), range(4))
    error = pooled_error(mine.error, 3)
    drawn = likely_profiles(mine.mean, people, error, draws=500, rng=rng)
    low, high = np.quantile(correlations_with(drawn, people), [0.025, 0.975])
    assert low < 0 < high
    assert high - low > 1
    assert all_error(0.1 * mine.mean, error[0])
    assert not all_error(10 * mine.mean, error[0])


# -- matrices -----------------------------------------------------------------------------


def test_jennrich_equals_the_quadratic_form_in_r_and_psych_does_not(two):
    A, B = two[0].corr().to_numpy(), two[1].corr().to_numpy()
    found = jennrich(A, B, tuple(R["n"]))
    assert found.chisq == pytest.approx(R["jennrich"]["chisq"], rel=1e-10)
    assert found.df == R["jennrich"]["df"]
    assert found.pvalue == pytest.approx(R["jennrich"]["p"], rel=1e-8)
    assert abs(R["psych_jennrich"] - found.chisq) > 50  # see the note in jennrich's docstring


def test_steiger_equals_its_computation_in_r_and_reduces_to_psych_when_nothing_correlates(two):
    A, B = two[0].corr().to_numpy(), two[1].corr().to_numpy()
    found = steiger(A, B, tuple(R["n"]))
    assert found.chisq == pytest.approx(R["steiger"]["chisq"], rel=1e-10)
    assert found.pvalue == pytest.approx(R["steiger"]["p"], rel=1e-8)
    assert correlation_covariance(np.eye(3)).tolist() == np.eye(3).tolist()


@pytest.mark.parametrize("test", [jennrich, steiger])
def test_matrix_tests_keep_their_size_where_everything_correlates(test):
    """A positive manifold of r = .5; 5 % of 1,500 pairs of samples, within 3 errors and .01."""
    rng = np.random.default_rng(6)
    L = np.linalg.cholesky(np.full((5, 5), 0.5) + 0.5 * np.eye(5))
    hits = 0
    for _ in range(1500):
        a, b = rng.normal(size=(300, 5)) @ L.T, rng.normal(size=(150, 5)) @ L.T
        hits += test(np.corrcoef(a.T), np.corrcoef(b.T), (300, 150)).pvalue < 0.05
    assert abs(hits / 1500 - 0.05) < 3 * (0.05 * 0.95 / 1500) ** 0.5 + 0.01


def test_dependence_and_first_component_are_rs(two):
    for rows, dependence, first in zip(
        two, R["effective_dependence"], R["first_component"], strict=True
    ):
        C = rows.corr().to_numpy()
        assert effective_dependence(C) == pytest.approx(dependence, rel=1e-10)
        assert first_component_share(C) == pytest.approx(first, rel=1e-10)
    found, _ = rmsr(two[0].corr(), two[1].corr(), tuple(R["n"]))
    assert found == pytest.approx(R["rmsr"], rel=1e-10)
    assert effective_dependence(np.ones((3, 3))) == 1.0
    assert effective_dependence(np.eye(3)) == 0.0


def test_what_chance_does_to_correlations_is_about_right():
    rng = np.random.default_rng(7)
    L = np.linalg.cholesky(np.full((6, 6), 0.3) + 0.7 * np.eye(6))
    found, chance = zip(
        *(
            rmsr(np.corrcoef((rng.normal(size=(200, 6)) @ L.T).T),
                 np.corrcoef((rng.normal(size=(100, 6)) @ L.T).T), (200, 100))
            for _ in range(300)
        ), strict=True,
    )  # fmt: skip
    assert np.mean(np.square(found)) == pytest.approx(np.mean(np.square(chance)), rel=0.1)


def test_centred_scores_and_constant_ones_have_no_correlations_to_test():
    x = np.random.default_rng(8).normal(size=(50, 4))
    with pytest.raises(SingularCovariance, match="centred"):
        correlation(np.cov((x - x.mean(axis=1, keepdims=True)).T))
    with pytest.raises(ConstantItem, match="SD"):
        correlation(np.diag([1.0, 0.0]), ("ST", "SD"))
    with pytest.raises(TooFewRows, match="needs 4"):
        jennrich(np.eye(3), np.eye(3), (3, 100))


# -- distances ----------------------------------------------------------------------------


def test_the_distance_from_people_is_rs(two):
    found = mahalanobis(two[0].mean(), two[1].mean(), two[1].cov())
    assert found.distance**2 == pytest.approx(R["mahalanobis"], rel=1e-10)


def test_shares_of_people_further_away_are_right():
    rng = np.random.default_rng(9)
    L = np.linalg.cholesky(np.full((4, 4), 0.4) + 0.6 * np.eye(4))
    x = rng.normal(size=(4000, 4)) @ L.T
    own = np.array([mahalanobis(row, np.zeros(4), L @ L.T).distance for row in x])
    one = mahalanobis([1.0, -1.0, 0.5, 0.0], np.zeros(4), L @ L.T)
    assert one.further == pytest.approx((own > one.distance).mean(), abs=0.03)


def test_a_singular_covariance_is_no_reference():
    x = np.random.default_rng(10).normal(size=(50, 4))
    centred = x - x.mean(axis=1, keepdims=True)
    with pytest.raises(SingularCovariance):
        mahalanobis(np.zeros(4), np.zeros(4), np.cov(centred.T))
    assert profile_distance([1, 2, 3], [2, 3, 4]) == 1.0


def test_distances_of_distributions_are_metrics_that_know_the_scale():
    p, q, far = [1.0, 0, 0, 0], [0, 1.0, 0, 0], [0, 0, 0, 1.0]
    codes = [1, 2, 3, 4]
    assert wasserstein(p, q, codes=codes) == 1
    assert wasserstein(p, far, codes=codes) == 3
    assert total_variation(p, q) == total_variation(p, far) == 1
    assert jensen_shannon(p, p) == 0
    with pytest.raises(DataError, match="counts"):
        shares([0, 0])


@given(arrays(float, (2, 6), elements=st.floats(0.01, 1)))
def test_wasserstein_is_scipys(counts):
    from scipy.stats import wasserstein_distance

    p, q = shares(counts)
    codes = np.arange(1, 7)
    assert wasserstein(p, q, codes=codes) == pytest.approx(
        wasserstein_distance(codes, codes, p, q), abs=1e-10
    )
    from scipy.spatial.distance import jensenshannon

    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q, base=2) ** 2, abs=1e-10)


def test_few_answers_are_far_from_any_distribution():
    rng = np.random.default_rng(11)
    few = by_chance([0.25] * 4, 3, codes=[1, 2, 3, 4], draws=500, rng=rng)
    many = by_chance([0.25] * 4, 3000, codes=[1, 2, 3, 4], draws=500, rng=rng)
    assert all(f > 10 * m for f, m in zip(few, many, strict=True))


# -- discriminant -------------------------------------------------------------------------


def test_discriminants_are_those_of_mass(two):
    o = R["lda"]
    rows = pd.read_csv(ORACLE / "data" / "bfi15_gender.csv")[o["items"]]
    order = np.argsort(o["groups"], kind="stable")  # groups in R's order of levels
    found = lda(rows.to_numpy()[order], np.array(o["groups"])[order])
    assert found.prior == pytest.approx(o["prior"])
    np.testing.assert_allclose(found.means, o["means"], atol=1e-10)
    theirs = np.array(o["scaling"])
    signs = np.sign((found.scaling * theirs).sum(axis=0))
    np.testing.assert_allclose(found.scaling * signs, theirs, rtol=1e-8)
    np.testing.assert_allclose(found.proportion, o["proportion"], rtol=1e-8)
    np.testing.assert_allclose(found.posterior(rows.to_numpy()[:50]), o["posterior"], atol=1e-8)
    told = np.array(found.groups)[found.predict(rows.to_numpy())].astype(int)
    assert told.tolist() == o["class"]
    k = len(found.groups)
    equal = lda(rows.to_numpy()[order], np.array(o["groups"])[order], prior=np.full(k, 1 / k))
    told = np.array(equal.groups)[equal.predict(rows.to_numpy())].astype(int)
    assert told.tolist() == o["equal_class"]


def test_discriminant_scores_have_variance_one_within_groups():
    rng = np.random.default_rng(12)
    g = np.repeat([0, 1, 2], 30)
    x = rng.normal(size=(90, 4)) @ rng.normal(size=(4, 4)) + rng.normal(size=(3, 4))[g]
    fit = lda(x, g)
    z = fit.scores(x)
    left = z - np.array([z[g == k].mean(axis=0) for k in range(3)])[g]
    np.testing.assert_allclose(left.T @ left / 87, np.eye(2), atol=1e-10)


def test_what_cannot_be_discriminated_is_refused_with_the_reason():
    x = np.random.default_rng(13).normal(size=(20, 3))
    with pytest.raises(TooFewRows, match="two or more models"):
        lda(x, ["a"] * 20)
    x[:, 1] = np.repeat([1.0, 2.0], 10)
    with pytest.raises(ConstantItem, match="TR never varies"):
        lda(x, np.repeat([0, 1], 10), names=("SD", "TR", "HE"))
    centred = x - x.mean(axis=1, keepdims=True)
    with pytest.raises(SingularCovariance, match="centred"):
        lda(np.c_[centred, -centred.sum(axis=1) + 0.0][:, :3], np.repeat([0, 1], 10))
    with pytest.raises(TooFewRows, match="one fold"):
        cross_validated(x, np.repeat([0, 1], 10), ["published"] * 20)


def test_accidents_of_forms_are_no_difference_between_models():
    """Model by form effects only: row-wise fitting looks perfect, left-out forms do not."""
    rng = np.random.default_rng(14)
    significant = accurate = 0.0
    fitted = []
    for _ in range(30):
        model, form = (a.ravel() for a in np.meshgrid([0, 1], range(5), indexing="ij"))
        cell = rng.normal(size=(10, 4))
        x = np.repeat(cell, 6, axis=0) + 0.1 * rng.normal(size=(60, 4))
        found = tell_apart(x, np.repeat(model, 6), np.repeat(form, 6), draws=99)
        significant += found.pvalue <= 0.05
        accurate += found.cross_validated / 30
        fitted.append(found.accuracy)
    assert np.mean(fitted) > 0.7
    assert accurate < 0.62
    assert significant / 30 <= 0.2


def test_two_forms_cannot_give_a_small_probability():
    rng = np.random.default_rng(15)
    model, form = np.repeat([0, 1], 20), np.tile(np.repeat([0, 1], 10), 2)
    x = rng.normal(size=(40, 2)) + 20.0 * model[:, None]
    found = tell_apart(x, model, form, draws=49)
    assert found.cross_validated == 1.0
    assert found.smallest_p == pytest.approx(0.5)
    assert found.pvalue > 0.2


def test_more_scales_than_rows_are_drawn_to_the_diagonal_and_said_so():
    rng = np.random.default_rng(16)
    model, form = np.repeat([0, 1], 6), np.tile(np.arange(6), 2)
    found = tell_apart(rng.normal(size=(12, 19)), model, form, draws=9)
    assert found.shrink == 0.1
