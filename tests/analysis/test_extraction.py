"""Extracted factors agree with R's psych, and keep what an extraction must keep."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from valuealign.analysis.factors.extraction import extract, squared_multiple_correlations
from valuealign.errors import DataError, SingularCovariance

ORACLE = Path(__file__).parents[1] / "oracle"
R = pd.read_csv(ORACLE / "data" / "bfi25_complete.csv").corr().to_numpy()


def told(method: str) -> dict:
    """psych's unrotated solution."""
    text = (ORACLE / "psych" / f"psych_fa5_bfi_{method}.json").read_text()
    return json.loads(text)["fa"]["none"]


def aligned(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    """Our columns with their signs."""
    return ours * np.sign((ours * theirs).sum(axis=0))


@pytest.mark.parametrize("method", ["minres", "ml"])
def test_loadings_agree_with_psych(method):
    theirs = told(method)
    ours = extract(R, 5, method=method)
    loadings = np.array(theirs["loadings"]["values"])
    assert aligned(ours.loadings, loadings) == pytest.approx(loadings, abs=1e-5)
    assert ours.objective == pytest.approx(theirs["objective"], rel=1e-5)


def residual(loadings: np.ndarray) -> float:
    """Sum of squared off-diagonal residuals, what minres makes small."""
    left = R - loadings @ loadings.T
    return float((left[np.triu_indices(25, 1)] ** 2).sum())


def test_minres_leaves_no_more_residual_than_psych():
    theirs = residual(np.array(told("minres")["loadings"]["values"]))
    assert residual(extract(R, 5).loadings) <= theirs + 1e-12


def test_ml_discrepancy_is_no_higher_than_psychs():
    assert extract(R, 5, method="ml").objective <= told("ml")["objective"] + 1e-10


def test_principal_axis_is_the_fixed_point_of_minres():
    pa, minres = extract(R, 3, method="pa"), extract(R, 3)
    assert pa.loadings == pytest.approx(minres.loadings, abs=1e-6)


def test_smc_agrees_with_psych():
    text = (ORACLE / "psych" / "psych_fa_parallel_bfi.json").read_text()
    assert squared_multiple_correlations(R).tolist() == pytest.approx(
        list(json.loads(text)["smc"].values()), abs=1e-10
    )


@pytest.mark.parametrize("method", ["minres", "ml", "pa"])
def test_a_planted_model_comes_back(method):
    lam = np.zeros((9, 2))
    lam[:5, 0], lam[5:, 1] = [0.8, 0.7, 0.6, 0.5, 0.4], [0.9, 0.6, 0.5, 0.4]
    truth = lam @ lam.T + np.diag(1 - (lam**2).sum(axis=1))
    found = extract(truth, 2, method=method)
    assert found.loadings @ found.loadings.T == pytest.approx(lam @ lam.T, abs=1e-5)


def test_what_cannot_be_extracted_is_refused():
    with pytest.raises(DataError, match="no degrees of freedom"):
        extract(np.eye(4), 3)
    with pytest.raises(DataError, match="not one of"):
        extract(np.eye(4), 1, method="alpha")
    singular = np.ones((4, 4))
    with pytest.raises(SingularCovariance, match="positive definite"):
        extract(singular, 1, method="ml")


def test_a_resampled_matrix_is_refitted_to_the_same_minimum():
    """Begun at the whole sample's uniquenesses, or at nonsense, the loadings are extract's."""
    from valuealign.analysis.factors.extraction import extract, refit

    rng = np.random.default_rng(4)
    latent = rng.normal(size=(400, 2)) @ np.kron(np.eye(2), np.full((1, 5), 0.7))
    x = latent + 0.7 * rng.normal(size=(400, 10))
    whole = extract(np.corrcoef(x, rowvar=False), 2).uniquenesses
    for near in (whole, np.full(10, 0.99)):
        R = np.corrcoef(x[rng.integers(400, size=400)], rowvar=False)
        found, expected = refit(R, 2, near), extract(R, 2).loadings
        assert np.abs(found @ found.T - expected @ expected.T).max() < 1e-5


@pytest.mark.parametrize(("items", "most"), [(4, 1), (6, 3), (8, 4)])
def test_items_carry_only_so_many_factors(items, most):
    R = np.full((items, items), 0.5) + 0.5 * np.eye(items)
    assert extract(R, most).loadings.shape == (items, most)
    for n_factors in (0, most + 1, items, items + 1, 3 * items):
        with pytest.raises(DataError, match="leave no degrees of freedom"):
            extract(R, n_factors)
