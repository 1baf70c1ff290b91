"""Latent means of one construct beside people's."""

import numpy as np
import pandas as pd
import pytest

from valuealign.analysis.claims.latent_means import latent_means
from valuealign.analysis.moments import Moments

MODEL = "f =~ a + b + c + d\ng =~ u + v + w"
ITEMS = list("abcduvw")


def rows(n=2000, seed=1, *, loading=None, intercept=None, mean=0.0):
    rng = np.random.default_rng(seed)
    f = rng.multivariate_normal([0, 0], [[1, 0.4], [0.4, 1]], n, method="cholesky") + mean
    L = np.zeros((7, 2))
    L[:4, 0] = L[4:, 1] = 0.7
    for item, size in (loading or {}).items():
        L[ITEMS.index(item)] *= size
    x = f @ L.T + 0.7 * rng.normal(size=(n, 7))
    frame = pd.DataFrame(x, columns=ITEMS)
    for item, size in (intercept or {}).items():
        frame[item] += size
    return frame


PEOPLE = rows(seed=2)


def test_equal_measurement_is_permitted_and_finds_the_difference():
    result = latent_means(MODEL, rows(mean=0.5), PEOPLE)
    assert result.claim.standing == "permitted"
    assert result.difference["difference"].tolist() == pytest.approx([0.5, 0.5], abs=0.1)
    assert np.abs(result.bias["bias"]).max() < 0.1


@pytest.mark.parametrize(("item", "size"), [("a", 0.5), ("a", -1.0), ("d", 0.5)])
def test_a_weaker_or_a_reversed_loading_fails_by_the_ratio(item, size):
    result = latent_means(MODEL, rows(loading={item: size}), PEOPLE)
    assert result.claim.deciding.name == "loading_ratio"
    assert result.claim.standing == "not permitted"


def test_a_shifted_intercept_fails_by_the_scalar_step_and_is_the_item_with_the_bias():
    result = latent_means(MODEL, rows(intercept={"c": 0.4}), PEOPLE)
    assert result.claim["loading_ratio"].met
    assert result.claim["scalar_rmsea_d"].met is False
    assert result.bias.loc[result.bias["bias"].abs().idxmax(), "item"] == "c"


@pytest.mark.parametrize(("factor", "met"), [(0.98, False), (1.02, True)])
def test_the_ratio_has_two_sides(factor, met):
    upper = latent_means(MODEL, rows(), PEOPLE).claim["loading_ratio"].upper
    claim = latent_means(MODEL, rows(), PEOPLE, ratio=upper * factor).claim
    assert claim["loading_ratio"].met is met


@pytest.mark.parametrize(("step", "met"), [(-0.002, False), (0.002, True)])
def test_the_margin_of_the_scalar_step_has_two_sides(step, met):
    moved = rows(intercept={"c": 0.1})
    upper = latent_means(MODEL, moved, PEOPLE).claim["scalar_rmsea_d"].upper
    assert (
        latent_means(MODEL, moved, PEOPLE, margin=upper + step).claim["scalar_rmsea_d"].met is met
    )


def test_the_upper_end_of_each_interval_decides():
    """An intercept a little off: the estimate is below the margin, and more is not excluded."""
    ratio, scalar = latent_means(MODEL, rows(intercept={"c": 0.12}), PEOPLE).claim.criteria
    assert 1 <= ratio.value < ratio.upper
    assert scalar.lower < scalar.value < 0.05 < scalar.upper
    assert scalar.met is False


def test_the_interval_of_a_ratio_covers():
    inside = []
    for seed in range(30):
        pairs = latent_means(MODEL, rows(600, seed=10 + seed), rows(600, seed=900 + seed)).pairs
        inside += ((pairs["lower"] < 1) & (pairs["upper"] > 1)).tolist()
    assert 0.83 < np.mean(inside) < 0.96


def test_all_loadings_weaker_by_the_same_share_are_no_other_ratio():
    """The factor's variance and the loadings' size are one thing; ratios do not change."""
    size = dict.fromkeys("abcd", 0.7)
    pairs = latent_means(MODEL, rows(8000, loading=size), rows(8000, seed=2)).pairs
    assert pairs.query("factor == 'f'")["ratio"].tolist() == pytest.approx([1] * 6, abs=0.12)


def test_few_rows_are_inconclusive_for_their_power():
    claim = latent_means(MODEL, rows(60), PEOPLE).claim
    assert claim["scalar_rmsea_d"].met is None
    assert "would be missed" in claim["scalar_rmsea_d"].reason


def test_moments_with_gamma_give_what_rows_give():
    x = PEOPLE.to_numpy()
    z = x - x.mean(axis=0)
    j, i = np.triu_indices(7)
    moments = np.hstack([z, z[:, i] * z[:, j]])
    people = Moments(
        PEOPLE.cov(), PEOPLE.mean().to_numpy(), n=len(x), gamma=np.cov(moments.T, ddof=0)
    )
    by_rows, by_moments = (latent_means(MODEL, rows(), p).claim for p in (PEOPLE, people))
    for one, other in zip(by_rows.criteria, by_moments.criteria, strict=True):
        assert one.upper == pytest.approx(other.upper, rel=1e-3)


def test_what_cannot_be_fitted_is_inconclusive_with_the_reason():
    constant = rows().assign(a=4.0)
    claim = latent_means(MODEL, constant, PEOPLE).claim
    assert claim.standing == "inconclusive"
    assert "a" in claim.deciding.reason
    plain = Moments(PEOPLE.cov(), PEOPLE.mean().to_numpy(), n=2000)
    assert "gamma" in latent_means(MODEL, rows(), plain).claim.deciding.reason.lower()
