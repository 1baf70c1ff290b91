"""Distances, distributions and models told apart: R's numbers, closed forms, known truth."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from comparison_oracle import ORACLE, R
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from valuealign.analysis.comparison.discriminability import discriminate
from valuealign.analysis.comparison.discriminant_analysis import cross_validated, lda
from valuealign.analysis.comparison.distance import mahalanobis, profile_distance
from valuealign.analysis.comparison.distribution import (
    by_chance,
    jensen_shannon,
    shares,
    total_variation,
    wasserstein,
)
from valuealign.errors import (
    ConstantItem,
    DataError,
    SingularCovariance,
    TooFewRows,
)


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
    from scipy.stats import entropy, wasserstein_distance

    p, q = shares(counts)
    codes = np.arange(1, 7)
    assert wasserstein(p, q, codes=codes) == pytest.approx(
        wasserstein_distance(codes, codes, p, q), abs=1e-10
    )
    # Not scipy's jensenshannon: it takes the root of a rounding error where p and q are one.
    middle = (p + q) / 2
    theirs = (entropy(p, middle, base=2) + entropy(q, middle, base=2)) / 2
    assert jensen_shannon(p, q) == pytest.approx(theirs, abs=1e-10)


def test_few_answers_are_far_from_any_distribution():
    rng = np.random.default_rng(11)
    few = by_chance([0.25] * 4, 3, codes=[1, 2, 3, 4], draws=500, rng=rng)
    many = by_chance([0.25] * 4, 3000, codes=[1, 2, 3, 4], draws=500, rng=rng)
    assert all(f > 10 * m for f, m in zip(few, many, strict=True))


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
        found = discriminate(x, np.repeat(model, 6), np.repeat(form, 6), draws=99)
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
    found = discriminate(x, model, form, draws=49)
    assert found.cross_validated == 1.0
    assert found.smallest_p == pytest.approx(0.5)
    assert found.pvalue > 0.2


def test_more_scales_than_rows_are_drawn_to_the_diagonal_and_said_so():
    rng = np.random.default_rng(16)
    model, form = np.repeat([0, 1], 6), np.tile(np.arange(6), 2)
    found = discriminate(rng.normal(size=(12, 19)), model, form, draws=9)
    assert found.shrink == 0.1
