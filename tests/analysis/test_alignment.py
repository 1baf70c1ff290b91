"""Alignment recovers planted means and variances where most items are invariant."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import approx_fprime

import valuealign as va
from valuealign.analysis.invariance.alignment import align
from valuealign.analysis.invariance.alignment_problem import Problem
from valuealign.errors import DataError


def planted(n_groups=12, n_items=6, seed=1, bad=1):
    """Groups on one scale, each with `bad` items that are off in intercept and in loading."""
    rng = np.random.default_rng(seed)
    loading, intercept = rng.uniform(0.6, 1.1, n_items), rng.uniform(2, 4, n_items)
    means, sds = rng.normal(0, 0.5, n_groups), np.exp(rng.normal(0, 0.15, n_groups))
    means, sds = means - means[0], sds / sds[0]
    lam = np.repeat(loading[:, None], n_groups, axis=1)
    nu = np.repeat(intercept[:, None], n_groups, axis=1)
    off = np.zeros((n_items, n_groups), dtype=bool)
    for g in range(n_groups):
        which = rng.choice(n_items, bad, replace=False)
        off[which, g] = True
        nu[which, g] += rng.choice([-0.6, 0.6], bad)
        lam[which, g] *= 0.6
    return lam * sds, nu + lam * means, means, sds**2, off


def problem_of(loadings, intercepts, *, free=False):
    g = loadings.shape[1]
    return Problem(loadings, intercepts, 1 - np.eye(g), 0.01, 1, free)


def test_exact_invariance_is_recovered_exactly():
    loadings, intercepts, means, variances, _ = planted(bad=0)
    found = align(loadings, intercepts, [300] * 12)
    assert found.groups["mean"].to_numpy() == pytest.approx(means, abs=1e-6)
    assert found.groups["variance"].to_numpy() == pytest.approx(variances, abs=1e-6)
    assert found.items[["r2_loading", "r2_intercept"]].to_numpy() == pytest.approx(1, abs=1e-6)
    assert not found.flags


@pytest.mark.parametrize("seed", range(1, 4))
def test_means_and_variances_come_back_though_no_item_is_invariant_in_all_groups(seed):
    loadings, intercepts, means, variances, off = planted(seed=seed)
    assert off.any(axis=1).sum() >= 4  # nearly every item fails somewhere: scalar models are wrong
    found = align(loadings, intercepts, [500] * 12)
    assert found.groups["mean"].to_numpy() == pytest.approx(means, abs=0.06)
    assert found.groups["variance"].to_numpy() == pytest.approx(variances, rel=0.08)


def test_unequal_groups_do_not_move_the_planted_truth():
    loadings, intercepts, means, _, _ = planted()
    sizes = np.random.default_rng(2).integers(100, 5000, 12)
    found = align(loadings, intercepts, sizes)
    assert found.groups["mean"].to_numpy() == pytest.approx(means, abs=0.06)


def test_with_covariances_the_items_that_are_off_are_found():
    loadings, intercepts, _, _, off = planted(n_groups=8)
    p = len(loadings)
    covariances = [np.eye(2 * p) * 0.02**2] * 8
    found = align(loadings, intercepts, [800] * 8, covariances=covariances)
    assert (~found.intercept_invariant.to_numpy() == off).mean() > 0.95
    assert (~found.loading_invariant.to_numpy() == off).mean() > 0.95
    assert found.groups.loc["group 1", "mean_se"] == pytest.approx(0, abs=1e-12)


def test_standard_errors_are_the_spread_over_replications():
    """Delta method against a Monte-Carlo of the same noise."""
    loadings, intercepts, _, _, _ = planted(n_groups=5, n_items=5, bad=0)
    rng, noise = np.random.default_rng(4), 0.03
    covariances = [np.eye(10) * noise**2] * 5
    told = align(loadings, intercepts, [400] * 5, covariances=covariances, starts=0)
    draws = [
        align(
            loadings + rng.normal(0, noise, loadings.shape),
            intercepts + rng.normal(0, noise, loadings.shape),
            [400] * 5,
            starts=0,
        ).groups
        for _ in range(120)
    ]
    for column, error in (("mean", "mean_se"), ("variance", "variance_se")):
        spread = np.std([draw[column].to_numpy() for draw in draws], axis=0)[1:]
        assert told.groups[error].to_numpy()[1:] == pytest.approx(spread, rel=0.3)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 1000), st.booleans())
def test_gradient_and_hessian_equal_finite_differences(seed, free):
    loadings, intercepts, *_ = planted(n_groups=4, n_items=3, seed=seed)
    loadings[0, 2] = intercepts[0, 2] = np.nan
    problem = problem_of(loadings, intercepts, free=free)
    theta = np.random.default_rng(seed).normal(scale=0.3, size=7 if free else 6)
    slope = np.full_like(theta, np.nan)
    slope[:] = approx_fprime(theta, lambda t: problem.value(t)[0], 1e-7)
    assert problem.value(theta)[1] == pytest.approx(slope, abs=2e-5)
    bend = np.array(
        [
            (problem.gradient(theta + h) - problem.gradient(theta - h)) / 2e-5
            for h in 1e-5 * np.eye(len(theta))
        ]
    )
    assert problem.hessian(theta) == pytest.approx(bend, abs=1e-4)


def test_the_order_of_groups_and_items_does_not_matter():
    loadings, intercepts, *_ = planted()
    order = np.r_[0, np.random.default_rng(3).permutation(np.arange(1, 12))]
    first = align(loadings, intercepts, [300] * 12)
    second = align(loadings[::-1][:, order], intercepts[::-1][:, order], [300] * 12)
    assert second.simplicity == pytest.approx(first.simplicity, rel=1e-6)
    assert second.groups["mean"].to_numpy() == pytest.approx(
        first.groups["mean"].to_numpy()[order], abs=1e-4
    )


def test_items_that_a_group_did_not_have_are_left_out():
    loadings, intercepts, means, _, _ = planted(bad=0)
    loadings[2, 5] = intercepts[2, 5] = loadings[4, 7] = intercepts[4, 7] = np.nan
    found = align(loadings, intercepts, [300] * 12)
    assert found.groups["mean"].to_numpy() == pytest.approx(means, abs=1e-6)
    assert np.isnan(found.loadings.to_numpy()[2, 5])


def test_fifty_groups_are_aligned():
    loadings, intercepts, means, _, _ = planted(n_groups=50, n_items=5)
    found = align(loadings, intercepts, [1000] * 50, starts=2)
    assert found.groups["mean"].to_numpy() == pytest.approx(means, abs=0.08)


def test_what_cannot_be_aligned_is_refused():
    good = np.ones((3, 2))
    with pytest.raises(DataError, match="have shape"):
        align(good, np.ones((3, 4)), [10, 10])
    with pytest.raises(DataError, match="at least 2"):
        align(np.ones((1, 2)), np.ones((1, 2)), [10, 10])
    with pytest.raises(DataError, match="both be NaN"):
        align(np.array([[np.nan, 1], [1, 1]]), np.ones((2, 2)), [10, 10])
    with pytest.raises(DataError, match="reference is 2"):
        align(good, good, [10, 10], reference=2)
    with pytest.raises(DataError, match="must be positive"):
        align(good, good, [10, 0])
    with pytest.raises(DataError, match="a name for each"):
        align(good, good, [10, 10], items=["a"])
    with pytest.raises(DataError, match="covariance 0 has shape"):
        align(good, good * 2, [10, 10], covariances=[np.eye(2), np.eye(2)])


def countries(seed=1, n=500, factor_mean=0.4):
    """Three countries; one item's intercept is off in the last."""
    rng = np.random.default_rng(seed)
    place = np.repeat(["a", "b", "c"], n)
    f = rng.normal(size=3 * n) + np.where(place == "b", factor_mean, 0.0)
    frame = pd.DataFrame({k: 0.8 * f + 0.6 * rng.normal(size=3 * n) for k in "pqrst"})
    frame.loc[place == "c", "t"] += 0.8
    return frame.assign(place=place)


def test_a_configural_fit_is_aligned_and_the_item_that_is_off_is_named():
    fit = va.cfa("f =~ p + q + r + s + t", countries(), group="place")
    found = va.alignment(fit, reference="a")["f"]
    means = found.groups["mean"]
    assert abs(means["b"] - 0.4) < 3 * found.groups.loc["b", "mean_se"]
    assert abs(means["c"]) < 3 * found.groups.loc["c", "mean_se"]
    assert not found.intercept_invariant.loc["t"].all()
    assert found.intercept_invariant.drop(index="t").to_numpy().all()


def test_how_the_configural_model_is_identified_does_not_matter():
    data = countries(seed=2)
    marker = va.alignment(va.cfa("f =~ p + q + r + s + t", data, group="place"))["f"]
    unit = va.alignment(va.cfa("f =~ p + q + r + s + t", data, group="place", std_lv=True))["f"]
    assert marker.groups.to_numpy() == pytest.approx(unit.groups.to_numpy(), abs=2e-4)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({}, "several groups"),
        ({"group": "place", "group_equal": "loadings"}, "held equal"),
        ({"group": "place", "reference": "z"}, "the groups are a, b, c"),
    ],
)
def test_a_fit_that_cannot_be_aligned_is_refused(options, words):
    reference = options.pop("reference", None)
    fit = va.cfa("f =~ p + q + r + s + t", countries(n=200), **options)
    with pytest.raises(va.errors.AnalysisError, match=words):
        va.alignment(fit, reference=reference)
