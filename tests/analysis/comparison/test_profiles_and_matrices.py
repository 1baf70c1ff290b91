"""Profiles and correlation matrices: R's numbers, closed forms, known truth."""

from __future__ import annotations

import numpy as np
import pytest
from comparison_oracle import R
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from valuealign.analysis.comparison.average import average
from valuealign.analysis.comparison.correlation_matrices import (
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
from valuealign.errors import (
    ConstantItem,
    DataError,
    SingularCovariance,
    TooFewRows,
)


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
            rmsr(
                np.corrcoef((rng.normal(size=(200, 6)) @ L.T).T),
                np.corrcoef((rng.normal(size=(100, 6)) @ L.T).T),
                (200, 100),
            )
            for _ in range(300)
        ),
        strict=True,
    )
    assert np.mean(np.square(found)) == pytest.approx(np.mean(np.square(chance)), rel=0.1)


def test_centred_scores_and_constant_ones_have_no_correlations_to_test():
    x = np.random.default_rng(8).normal(size=(50, 4))
    with pytest.raises(SingularCovariance, match="centred"):
        correlation(np.cov((x - x.mean(axis=1, keepdims=True)).T))
    with pytest.raises(ConstantItem, match="SD"):
        correlation(np.diag([1.0, 0.0]), ("ST", "SD"))
    with pytest.raises(TooFewRows, match="needs 4"):
        jennrich(np.eye(3), np.eye(3), (3, 100))
